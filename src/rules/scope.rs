//! The trait that every rule implements, and what a rule is handed to work with.

use super::{Check, Finding, Placed, Selection, Strength, Warn};
use crate::{
    event::{CheckedEvent, RoomIx, SlotIx, TalkIx},
    program::{Draft, Outline, Outlined},
};
use std::{collections::HashMap, fmt, hash::Hash};

/// A kind of rule: how it judges a timetable, and how it states itself to the program.
///
/// Both say the same thing, and are written apart: for every timetable, the costs and gains that [`audit`](Self::audit)
/// finds are what the rows of [`state`](Self::state) charge. The solver compares the two on every answer and refuses to
/// return one on which they differ; [`check_agreement`](super::check_agreement) compares them on random timetables, in a test
/// of the rule.
///
/// Embedding code adds a rule of its own with [`CheckedEvent::with_rule`]; `examples/own_rule.rs` shows one. Events in JSON have
/// rules of such a kind where they are read with a [`Registry`](super::Registry) that knows it.
pub trait RuleKind: fmt::Debug + Send + Sync {
    /// The word for it: `"count"`.
    fn kind(&self) -> &str;

    /// What to call it when the organiser gave no name: one line, such as `count: talks by day`.
    fn title(&self) -> String {
        self.kind().to_owned()
    }

    /// Reports every problem with its fields.
    fn check(&self, _check: &mut Check<'_>) {}

    /// Tells what is right in its fields and probably not what was meant: names that nobody bears, data that the event
    /// does not have. The selection and the strength of the rule are looked at already.
    fn warn(&self, _scope: &Scope<'_>, _warn: &mut Warn<'_>) {}

    /// Whether a timetable may be better for a talk that is placed and might be left out. Where no rule draws talks, the
    /// event is warned of.
    fn draws(&self, _scope: &Scope<'_>) -> bool {
        true
    }

    /// Which rooms it tells apart, and by what. Unless it says otherwise, it tells each from every other.
    ///
    /// Rooms that no rule tells apart are planned as one class with a count, and given their names afterwards: a rule that
    /// does not look at rooms, or only at some of them, makes events smaller by saying so. What is said is a promise. Where
    /// [`audit`](Self::audit) looks at more than that, answers are wrong, and refused;
    /// [`check_agreement`](super::check_agreement) finds such a rule out.
    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Each
    }

    /// Which times it tells apart though they are alike in all that the event says of them. Unless it says otherwise, it
    /// tells each from every other.
    ///
    /// Starts that no rule tells apart are planned as one class with a count, and named afterwards. What is said is a
    /// promise, as it is of [rooms](Self::rooms_seen).
    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    /// What it costs and gains in this timetable, from the event alone.
    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding>;

    /// The same, as indicators, rows and gains of the program.
    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>);

    /// The same in outline, for events whose places are too many to be written out: as much as can be told of single places
    /// and of crowds of talks. Says how much that is.
    ///
    /// A rule that does not say is honoured all the same, but then such an event has no bound.
    fn outline(&self, _scope: &Scope<'_>, _outline: &mut Outline<'_>) -> Outlined {
        Outlined::Unknown
    }
}

/// The rooms that a rule tells apart: from none of them to each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomsSeen {
    /// Rooms are ignored: it would say the same if every talk were in another room at the same time.
    Ignored,
    /// Those of different kinds. For each room of the event, a number: rooms of one number are one to it, whatever their
    /// names, capacities and tags. [`RoomsSeen::by`] makes the numbers.
    ByKind(Vec<u32>),
    /// Those of different capacities or tags: rooms that are alike in these are one to it, whatever their names.
    Attributes,
    /// The same, and each of these rooms is unlike every other.
    Named(Vec<RoomIx>),
    /// Each from every other: it looks at names, or asks whether two talks share a room.
    Each,
}

impl RoomsSeen {
    /// Rooms of which the same is said are one to the rule.
    ///
    /// ```
    /// use slotwise::rules::RoomsSeen;
    /// assert_eq!(RoomsSeen::by([50, 200, 50]), RoomsSeen::ByKind(vec![0, 1, 0]));
    /// assert_eq!(RoomsSeen::by([50, 50, 50]), RoomsSeen::Ignored);
    /// ```
    pub fn by<T: Eq + Hash>(said: impl IntoIterator<Item = T>) -> Self {
        let mut numbers = HashMap::new();
        let mut kinds = Vec::new();
        for said in said {
            let next = numbers.len() as u32;
            kinds.push(*numbers.entry(said).or_insert(next));
        }
        if numbers.len() > 1 { Self::ByKind(kinds) } else { Self::Ignored }
    }
}

/// The times that a rule tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimesSeen {
    /// Days and blocks at most, and the lengths, rooms, formats and tags of slots.
    Blocks,
    /// The slots of each set from those outside it, beside the same.
    These(Vec<Vec<SlotIx>>),
    /// Each from every other: it looks at starts, or asks which talks run at once or after each other.
    Each,
}

/// One rule of a checked event: its strength, its selected talks, and the event they are of.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'e> {
    event: &'e CheckedEvent,
    index: u32,
    name: &'e str,
    strength: Strength,
    talks: &'e [TalkIx],
    selection: &'e Selection,
    kind: &'e dyn RuleKind,
}

impl<'e> Scope<'e> {
    pub(crate) fn new(
        event: &'e CheckedEvent,
        index: u32,
        name: &'e str,
        strength: Strength,
        talks: &'e [TalkIx],
        selection: &'e Selection,
        kind: &'e dyn RuleKind,
    ) -> Self {
        Self { event, index, name, strength, talks, selection, kind }
    }

    /// The same rule with the lists of its fields in the order of the file.
    pub(crate) fn written<'w>(&self, selection: &'w Selection, kind: &'w dyn RuleKind) -> Scope<'w>
    where
        'e: 'w,
    {
        Scope { selection, kind, ..*self }
    }

    /// The event.
    pub fn event(&self) -> &'e CheckedEvent {
        self.event
    }

    /// The rule's position among the event's rules.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The rule's name, or its title.
    pub fn name(&self) -> &'e str {
        self.name
    }

    /// Whether it is required, or what it weighs.
    pub fn strength(&self) -> Strength {
        self.strength
    }

    /// The kind.
    pub fn kind(&self) -> &'e dyn RuleKind {
        self.kind
    }

    /// The selected talks, ascending.
    pub fn talks(&self) -> &'e [TalkIx] {
        self.talks
    }

    /// The selection as it was written.
    pub fn selection(&self) -> &'e Selection {
        self.selection
    }

    /// Whether the talk is selected.
    pub fn selects(&self, talk: TalkIx) -> bool {
        self.talks.binary_search(&talk).is_ok()
    }

    /// The price of one unit, in thousandths; 0 for a required rule.
    pub fn price(&self) -> i64 {
        match self.strength {
            Strength::Required => 0,
            Strength::Weighted { weight, .. } => weight.thousandths(),
        }
    }

    /// The price of so many units, in thousandths; 0 for a required rule.
    pub fn cost(&self, units: i64) -> i64 {
        self.price().saturating_mul(units)
    }

    /// The price of one unit where it counts `factor` thousandths of one, rounded to a thousandth; 0 for a required
    /// rule.
    pub fn price_times(&self, factor: i64) -> i64 {
        times(self.price(), factor)
    }

    /// Which priority its costs have; 1 for a required rule.
    pub fn priority(&self) -> u32 {
        match self.strength {
            Strength::Required => 1,
            Strength::Weighted { priority, .. } => priority,
        }
    }

    /// Whether the rule is required.
    pub fn required(&self) -> bool {
        self.strength == Strength::Required
    }
}

/// The product of two numbers of thousandths, in thousandths, halves rounded away from zero.
pub(crate) fn times(a: i64, b: i64) -> i64 {
    let product = i128::from(a) * i128::from(b);
    let rounded = (product.abs() + 500) / 1000 * product.signum();
    rounded.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}
