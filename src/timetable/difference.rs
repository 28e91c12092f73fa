//! How two timetables differ: exactly what changed, talk by talk.

use super::{Placement, Timetable};
use crate::event::TalkId;
use schemars::JsonSchema;
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What became of one talk.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "change")]
#[non_exhaustive]
pub enum Change {
    /// It was not there before.
    Added {
        /// Where it is now.
        to: Placement,
    },
    /// It is there no more.
    Dropped {
        /// Where it was.
        from: Placement,
    },
    /// It starts at another time, or is in another room, or both.
    Moved {
        /// Where it was.
        from: Placement,
        /// Where it is now.
        to: Placement,
    },
}

impl Change {
    /// The talk.
    pub fn talk(&self) -> &TalkId {
        match self {
            Self::Added { to } | Self::Moved { to, .. } => &to.talk,
            Self::Dropped { from } => &from.talk,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |p: &Placement| format!("{} in {}", p.start, p.room);
        match self {
            Self::Added { to } => write!(f, "{} added: {}", to.talk, place(to)),
            Self::Dropped { from } => write!(f, "{} dropped: was {}", from.talk, place(from)),
            Self::Moved { from, to } => {
                // The clocks show one time for both: only the offsets tell them apart.
                let offset = |p: &Placement| match p.start_offset {
                    Some(offset) if from.start == to.start && other_offset(from, to) => format!(" {offset}"),
                    _ => String::new(),
                };
                let place = |p: &Placement| format!("{}{} in {}", p.start, offset(p), p.room);
                write!(f, "{} moved: {} to {}", to.talk, place(from), place(to))
            }
        }
    }
}

/// Whether both say at which offset they start, and not the same.
fn other_offset(a: &Placement, b: &Placement) -> bool {
    a.start_offset.zip(b.start_offset).is_some_and(|(a, b)| a != b)
}

/// Every change between two timetables, by talk. Where one of them does not say at which offset a talk starts, the times
/// that the clocks show are compared.
///
/// ```
/// use slotwise::{Difference, Placement, Timetable, civil::date};
/// let at = date(2026, 10, 30).at(9, 0, 0, 0);
/// let before = Timetable::new([Placement::new("p1", "hall", at)]);
/// let after = Timetable::new([Placement::new("p1", "annex", at)]);
/// let difference = Difference::between(&before, &after);
/// assert_eq!(difference.to_string(), "p1 moved: 2026-10-30T09:00 in hall to 2026-10-30T09:00 in annex");
/// assert!(Difference::between(&after, &after).changes.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Difference {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Difference {
    /// What it takes to get from one timetable to the other.
    pub fn between(before: &Timetable, after: &Timetable) -> Self {
        type Pair<'a> = (Option<&'a Placement>, Option<&'a Placement>);
        let mut talks: BTreeMap<&TalkId, Pair<'_>> = BTreeMap::new();
        before.placements.iter().for_each(|p| talks.entry(&p.talk).or_default().0 = Some(p));
        after.placements.iter().for_each(|p| talks.entry(&p.talk).or_default().1 = Some(p));
        let changes = talks.into_values().filter_map(|pair| match pair {
            (None, Some(to)) => Some(Change::Added { to: to.clone() }),
            (Some(from), None) => Some(Change::Dropped { from: from.clone() }),
            (Some(from), Some(to)) if (from.start, &from.room) != (to.start, &to.room) || other_offset(from, to) => {
                Some(Change::Moved { from: from.clone(), to: to.clone() })
            }
            _ => None,
        });
        Self { changes: changes.collect() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, change) in self.changes.iter().enumerate() {
            write!(f, "{}{change}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}
