//! The problem made small: one language that every rule states itself in.
//!
//! - An **atom** is a talk at a start in a class of rooms; 0 or 1.
//! - An **indicator** says that a sum reaches a threshold ("any of these atoms"); 0 or 1, and decided by the atoms.
//! - A **row** is an integer-weighted sum of atoms and indicators kept within bounds: required, or charged to a
//!   **penalty**, which costs its price for each unit of the worst of its rows.
//! - A **gain** is what an atom or indicator earns.
//!
//! Everything is tagged with the rule and group it comes from, so that every cost and conflict leads back to words. All
//! numbers are integers; money is in thousandths.

mod alone;
mod atoms;
mod classes;
mod cliques;
mod domination;
mod draft;
mod earned;
mod evaluate;
mod fixing;
mod halt;
mod known;
mod outline;
mod passes;
mod places;
#[cfg(test)]
pub(crate) mod shrinking;
mod start_classes;
mod stated;
mod sum;
mod times;
mod tracks;

pub use crate::rules::TooLarge;
pub(crate) use alone::{Alone, Planned};
pub use atoms::{Atom, AtomIx, Class, ClassIx};
pub use draft::{Charge, Draft};
pub use evaluate::Evaluation;
pub use fixing::Fixing;
pub(crate) use halt::Halt;
pub use outline::{Crowd, Crowding, Outline, Outlined, OutlinedLevel};
pub use passes::Pass;
pub use places::{Moment, Offer, Places};
pub use start_classes::{StartClass, StartClasses};
pub(crate) use stated::Stated;
pub use sum::{Sum, Var};
pub(crate) use times::{Time, Times};
pub use tracks::Tracks;

use crate::{
    event::{CheckedEvent, TalkIx},
    rules::{Group, TimesSeen},
};
use std::collections::BTreeMap;

/// Says that a sum reaches a threshold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Indicator {
    /// The sum: atoms and earlier indicators.
    pub terms: Vec<(Var, i64)>,
    /// The indicator is 1 where the sum is at least this, 0 elsewhere.
    pub at_least: i64,
}

/// How units add up as a sum goes further outside its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Growth {
    /// Each costs the same.
    #[default]
    Linear,
    /// Each costs one more than the one before: outside by n makes n (n + 1) / 2 units, as there are pairs among n + 1.
    Triangular,
}

impl Growth {
    /// How many units make a sum that is outside by `steps`.
    pub fn units(self, steps: i64) -> i64 {
        match self {
            Self::Linear => steps,
            // Past 64 bits, `Stakes` refuses whatever price there is.
            Self::Triangular => steps.saturating_mul(steps.saturating_add(1)) / 2,
        }
    }
}

/// A sum kept within bounds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The sum.
    pub terms: Vec<(Var, i64)>,
    /// The least it may be.
    pub lower: Option<i64>,
    /// The most it may be.
    pub upper: Option<i64>,
    /// How much of the sum makes one step; what is outside is rounded up to whole steps.
    pub unit: i64,
    /// How many units so many steps make.
    pub growth: Growth,
    /// The row counts only where this is 1.
    pub when: Option<Var>,
    /// The penalty that it is charged to; none for a required row.
    pub penalty: Option<u32>,
    /// Where it comes from, as a position in [`Program::origins`].
    pub origin: u32,
}

impl Row {
    /// How many units the sum is outside, when it counts.
    pub fn units_outside(&self, sum: i64) -> i64 {
        self.growth.units(self.steps_outside(sum))
    }

    /// How many steps the sum is outside, when it counts. Sums and bounds are below 2^50, see [`Draft::row`].
    pub fn steps_outside(&self, sum: i64) -> i64 {
        let below = self.lower.map_or(0, |lower| lower - sum);
        let above = self.upper.map_or(0, |upper| sum - upper);
        let outside = below.max(above).max(0);
        (outside + self.unit - 1) / self.unit
    }
}

/// What the worst of some rows costs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Penalty {
    /// The price of a unit, in thousandths.
    pub price: i64,
    /// When it is settled: 1 first.
    pub priority: u32,
    /// Where it comes from, as a position in [`Program::origins`].
    pub origin: u32,
}

/// What an atom or indicator earns.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Gain {
    /// The atom or indicator.
    pub var: Var,
    /// What it earns, in thousandths; a cost where negative.
    pub amount: i64,
    /// When it is settled: 1 first.
    pub priority: u32,
}

/// Where a row or penalty comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The event itself: a talk has at most one place, an accepted one exactly one. Positions past the last talk are of
    /// groups of talks that keep one room: see [`Tracks`].
    OnePlace(TalkIx),
    /// The event itself: a room holds one talk at a time.
    OneTalkARoom(ClassIx),
    /// Talks that never run at once, for the reasons of each pair: a speaker in common, or rules.
    NeverAtOnce(Vec<TalkIx>),
    /// A rule of the event, and the group of it.
    Rule {
        /// The rule's position.
        rule: u32,
        /// The group, in words.
        group: Group,
        /// The talks concerned, where it is about certain talks.
        talks: Vec<TalkIx>,
    },
}

/// The whole problem: what every rule has stated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Program {
    /// Every place that every talk could have. Atom `i` is variable `i`.
    pub atoms: Vec<Atom>,
    /// The atoms of each talk, as a range.
    pub talk_atoms: Vec<std::ops::Range<u32>>,
    /// Rooms that no rule tells apart.
    pub classes: Vec<Class>,
    /// Starts that are planned as one.
    pub start_classes: StartClasses,
    /// The indicators, each after those it is made of. Indicator `i` is variable `atoms.len() + i`.
    pub indicators: Vec<Indicator>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The penalties.
    pub penalties: Vec<Penalty>,
    /// The gains.
    pub gains: Vec<Gain>,
    /// What is gained or lost whatever the timetable, by priority.
    pub constants: BTreeMap<u32, i64>,
    /// Where rows and penalties come from.
    pub origins: Vec<Origin>,
    /// What made the problem small while it was stated.
    pub passes: Vec<Pass>,
    /// How the rooms of talks that keep one together are chosen.
    pub tracks: Tracks,
}

impl Program {
    /// States the event and all its rules, every start by itself.
    ///
    /// # Errors
    ///
    /// When the prices and gains add up to more than exact arithmetic holds.
    pub fn of(event: &CheckedEvent) -> Result<Self, TooLarge> {
        Self::state(event, Draft::new(event, StartClasses::apart(), Halt::NEVER))
    }

    /// The same problem made smaller: starts that nothing tells apart are one, and talks that keep a room
    /// together choose it once. [`Program::give_rooms`] leads back to talks in their places.
    ///
    /// # Errors
    ///
    /// When the prices and gains add up to more than exact arithmetic holds.
    pub fn shrunk(event: &CheckedEvent) -> Result<Self, TooLarge> {
        let draft = Draft::new(event, Self::start_classes(event, Halt::NEVER), Halt::NEVER);
        Ok(Self::state(event, draft)?.with_tracks(Halt::NEVER))
    }

    /// The same; none where it is time to stop before all rules are stated.
    pub(crate) fn shrunk_unless(event: &CheckedEvent, halt: Halt<'_>) -> Result<Option<Self>, TooLarge> {
        let program = Self::state(event, Draft::new(event, Self::start_classes(event, halt), halt))?;
        Ok((!halt.is_due()).then(|| program.with_tracks(halt)))
    }

    /// Whether starts or the rooms of tracks are planned as one where the event is shrunk.
    pub(crate) fn is_smaller_shrunk(event: &CheckedEvent, halt: Halt<'_>) -> Result<bool, TooLarge> {
        if !Self::start_classes(event, halt).classes().is_empty() {
            return Ok(true);
        }
        Ok(Self::shrunk_unless(event, halt)?.is_some_and(|program| !program.tracks.is_empty()))
    }

    fn start_classes(event: &CheckedEvent, halt: Halt<'_>) -> StartClasses {
        let mut seen = TimesSeen::Blocks;
        for scope in event.stated_scopes() {
            if halt.is_due() {
                return StartClasses::apart();
            }
            seen = seen.and(scope.kind().times_seen(&scope));
        }
        StartClasses::of(event, &seen, halt)
    }

    /// States the event and all its rules over some places only, which are given talk by talk: a talk has no others.
    ///
    /// # Errors
    ///
    /// When the prices and gains add up to more than exact arithmetic holds.
    pub fn over(event: &CheckedEvent, places: &[Vec<Atom>]) -> Result<Self, TooLarge> {
        Self::state(event, Draft::over(event, places, Halt::NEVER))
    }

    /// The same; none where it is time to stop before all rules are stated.
    pub(crate) fn over_unless(
        event: &CheckedEvent,
        places: &[Vec<Atom>],
        halt: Halt<'_>,
    ) -> Result<Option<Self>, TooLarge> {
        let program = Self::state(event, Draft::over(event, places, halt))?;
        Ok((!halt.is_due()).then_some(program))
    }

    fn state(event: &CheckedEvent, draft: Draft<'_>) -> Result<Self, TooLarge> {
        draft.with_rules(event, 0).finish()
    }

    /// How many variables there are.
    pub fn vars(&self) -> usize {
        self.atoms.len() + self.indicators.len()
    }

    /// The indicator that a variable is; none for an atom.
    pub fn indicator(&self, var: Var) -> Option<&Indicator> {
        var.at().checked_sub(self.atoms.len()).map(|i| &self.indicators[i])
    }

    /// The priorities at which anything is gained or paid, in the order of settlement; at least priority 1.
    pub fn priorities(&self) -> Vec<u32> {
        let mut list: Vec<u32> = std::iter::once(1)
            .chain(self.gains.iter().map(|g| g.priority))
            .chain(self.penalties.iter().map(|p| p.priority))
            .chain(self.constants.keys().copied())
            .collect();
        list.sort_unstable();
        list.dedup();
        list
    }
}
