//! The outline: what rules say of single places and of crowds, for programs too large to be written out.
//!
//! A rule that says the same of a talk in a room at every time, or of a talk at a time in every room, is told in talks x
//! rooms or talks x times numbers instead of one an atom. A rule that charges talks for running at once is told by naming
//! the talks. From both, what any place costs is computed when it is looked at, and so is what a place would take from
//! a bound: columns are generated on demand (Dantzig and Wolfe, *Decomposition principle for linear programs*, 1960; the
//! talks' places are the columns that are never listed).
//!
//! **Why it is honest.** What the outline holds of a rule is exactly what the rule states to a [`Draft`](super::Draft). What
//! it does not hold can only cost ([`Outlined::AllButCosts`]), so that a bound from the outline is a bound; or it is known
//! that nothing is known ([`Outlined::Unknown`]), and then there is no bound. Timetables are always judged by a program that
//! every rule has stated itself to in full.
//!
//! Sums that saturate here are those of events that are refused: all amounts are at stake (`rules::Stakes`).

use super::{ClassIx, Halt, Moment, Places, TooLarge};
use crate::{
    event::{CheckedEvent, RoomIx, TalkIx},
    rules::{Scope, Stakes},
};
use std::collections::BTreeMap;

/// How much of a rule an outline holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Outlined {
    /// Nothing is known of what it leaves out.
    Unknown,
    /// What it leaves out may forbid and cost, and never gains.
    AllButCosts,
    /// All of it.
    All,
}

/// How the cost of talks that run at once grows with their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Crowding {
    /// Each pair is charged.
    Pairs,
    /// All but one are charged.
    AllButOne,
}

/// Talks that are charged for running at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crowd {
    /// The talks, ascending.
    pub talks: Vec<TalkIx>,
    /// The price of a unit, in thousandths.
    pub price: i64,
    /// What makes a unit.
    pub crowding: Crowding,
}

/// What is gained and charged at one priority, in thousandths.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OutlinedLevel {
    placed: Vec<i64>,
    rooms: Vec<i64>,
    times: BTreeMap<TalkIx, Vec<i64>>,
    /// What crowds are charged.
    pub crowds: Vec<Crowd>,
}

/// An event's rules in outline.
#[derive(Debug)]
pub struct Outline<'e> {
    event: &'e CheckedEvent,
    /// Where every talk could be.
    pub places: Places,
    /// What is gained and charged, by priority; priority 1 is always there.
    pub levels: BTreeMap<u32, OutlinedLevel>,
    /// Talks of which no two may run at once: one list a reason.
    pub apart: Vec<Vec<TalkIx>>,
    /// How much it holds of the rule of which it holds least.
    pub holds: Outlined,
    barred_rooms: BTreeMap<TalkIx, Vec<bool>>,
    barred_times: BTreeMap<TalkIx, Vec<bool>>,
    aligned: bool,
    stakes: Stakes,
}

impl<'e> Outline<'e> {
    /// Where talks could be; nothing is said of rules yet.
    pub fn begin(event: &'e CheckedEvent) -> Self {
        let places = Places::of(event);
        let aligned = aligned(&places.times);
        let shared = |talks: &&Vec<TalkIx>| talks.len() > 1;
        Self {
            event,
            places,
            levels: BTreeMap::from([(1, OutlinedLevel::default())]),
            apart: event.speakers().iter().map(|s| &s.talks).filter(shared).cloned().collect(),
            holds: Outlined::All,
            barred_rooms: BTreeMap::new(),
            barred_times: BTreeMap::new(),
            aligned,
            stakes: Stakes::default(),
        }
    }

    /// Adds what the rules say.
    ///
    /// # Errors
    ///
    /// When the prices and gains add up to more than exact arithmetic holds.
    pub fn rules(mut self) -> Result<Self, TooLarge> {
        self.add_rules(Halt::NEVER);
        self.stakes.check(self.event).map(|()| self)
    }

    /// The same; none where it is time to stop before all rules have said what they say.
    pub(crate) fn rules_unless(mut self, halt: Halt<'_>) -> Result<Option<Self>, TooLarge> {
        self.add_rules(halt);
        if halt.is_due() { Ok(None) } else { self.stakes.check(self.event).map(|()| Some(self)) }
    }

    fn add_rules(&mut self, halt: Halt<'_>) {
        for scope in self.event.stated_scopes().take_while(|_| !halt.is_due()) {
            let held = scope.kind().outline(&scope, self);
            self.holds = self.holds.min(held);
        }
    }

    /// The event.
    pub fn event(&self) -> &'e CheckedEvent {
        self.event
    }

    fn level(&mut self, scope: &Scope<'_>) -> &mut OutlinedLevel {
        self.levels.entry(scope.priority()).or_default()
    }

    /// What the talk earns by being placed, in thousandths; negative for a cost.
    pub fn gain(&mut self, scope: &Scope<'_>, talk: TalkIx, amount: i64) {
        self.stakes.add(scope.index(), amount.into());
        let talks = self.event.talks().len();
        let placed = &mut self.level(scope).placed;
        placed.resize(talks, 0);
        placed[talk.at()] = placed[talk.at()].saturating_add(amount);
    }

    /// What the talk earns in each room whenever it is, in thousandths. It is asked of the first room of a class.
    pub fn gain_by_room(&mut self, scope: &Scope<'_>, talk: TalkIx, amount: impl Fn(RoomIx) -> i64) {
        let talks = self.event.talks().len();
        let amounts: Vec<i64> = self.places.classes.iter().map(|c| amount(c.rooms[0])).collect();
        self.stakes.add(scope.index(), largest(&amounts));
        let rooms = &mut self.level(scope).rooms;
        rooms.resize(talks * amounts.len(), 0);
        for (amount, gain) in amounts.iter().zip(&mut rooms[talk.at() * amounts.len()..]) {
            *gain = gain.saturating_add(*amount);
        }
    }

    /// What the talk earns at each time in whichever room, in thousandths.
    pub fn gain_by_time(&mut self, scope: &Scope<'_>, talk: TalkIx, amount: impl Fn(&Moment) -> i64) {
        let amounts: Vec<i64> = self.places.times.iter().map(amount).collect();
        if amounts.iter().all(|a| *a == 0) {
            return;
        }
        self.stakes.add(scope.index(), largest(&amounts));
        let times = self.level(scope).times.entry(talk).or_insert_with(|| vec![0; amounts.len()]);
        times.iter_mut().zip(amounts).for_each(|(time, amount)| *time = time.saturating_add(amount));
    }

    /// The talk is never in such a room. It is asked of the first room of a class.
    pub fn bar_rooms(&mut self, talk: TalkIx, barred: impl Fn(RoomIx) -> bool) {
        let classes = &self.places.classes;
        let list = self.barred_rooms.entry(talk).or_insert_with(|| vec![false; classes.len()]);
        list.iter_mut().zip(classes).for_each(|(bar, class)| *bar |= barred(class.rooms[0]));
    }

    /// The talk is never at such a time.
    pub fn bar_times(&mut self, talk: TalkIx, barred: impl Fn(&Moment) -> bool) {
        let times = &self.places.times;
        let list = self.barred_times.entry(talk).or_insert_with(|| vec![false; times.len()]);
        list.iter_mut().zip(times).for_each(|(bar, time)| *bar |= barred(time));
    }

    /// The talks never run at once, any two of them. For required rules only.
    pub fn never_at_once(&mut self, talks: &[TalkIx]) {
        if talks.len() > 1 {
            self.apart.push(talks.to_vec());
        }
    }

    /// The talks are charged for running at once, at that price for a unit, in thousandths. Says how much of that the
    /// outline holds.
    ///
    /// All but one are charged only among times that start together wherever they meet.
    pub fn crowd(&mut self, scope: &Scope<'_>, mut talks: Vec<TalkIx>, price: i64, crowding: Crowding) -> Outlined {
        if talks.len() < 2 || price == 0 {
            return Outlined::All;
        }
        if crowding == Crowding::AllButOne && !self.aligned {
            return Outlined::AllButCosts;
        }
        talks.sort_unstable();
        let crowd = Crowd { talks, price, crowding };
        self.stakes.add(scope.index(), i128::from(price) * i128::from(crowd.units(crowd.talks.len() as i64)));
        self.level(scope).crowds.push(crowd);
        Outlined::All
    }

    /// Whether talks that are on at the same time start together, whatever their places.
    pub fn is_aligned(&self) -> bool {
        self.aligned
    }

    /// Whether nothing bars the talk from that time.
    pub fn allows_time(&self, talk: TalkIx, time: u32) -> bool {
        self.barred_times.get(&talk).is_none_or(|barred| !barred[time as usize])
    }

    /// Whether nothing bars the talk from that class of rooms.
    pub fn allows_class(&self, talk: TalkIx, class: ClassIx) -> bool {
        self.barred_rooms.get(&talk).is_none_or(|barred| !barred[class.at()])
    }
}

impl OutlinedLevel {
    /// What the talk earns by being placed and by being in that class of rooms, of so many classes.
    pub fn in_class(&self, talk: TalkIx, class: ClassIx, classes: usize) -> i64 {
        let placed = self.placed.get(talk.at()).copied().unwrap_or(0);
        placed + self.rooms.get(talk.at() * classes + class.at()).copied().unwrap_or(0)
    }

    /// What the talk earns at each time, where that makes a difference.
    pub fn by_time(&self, talk: TalkIx) -> Option<&[i64]> {
        self.times.get(&talk).map(Vec::as_slice)
    }
}

impl Crowd {
    /// How many units are charged where so many of its talks run at once.
    pub fn units(&self, together: i64) -> i64 {
        match self.crowding {
            Crowding::Pairs => together * (together - 1) / 2,
            Crowding::AllButOne => (together - 1).max(0),
        }
    }
}

/// The largest of the amounts, whatever their signs: a talk is at one place.
fn largest(amounts: &[i64]) -> i128 {
    amounts.iter().map(|amount| i128::from(*amount).abs()).max().unwrap_or(0)
}

/// Whether times that meet start together.
fn aligned(times: &[Moment]) -> bool {
    let mut latest_end = i64::MIN;
    let mut start = i64::MIN;
    times.iter().all(|time| {
        let apart = time.start == start || time.start >= latest_end;
        start = time.start;
        latest_end = latest_end.max(time.end);
        apart
    })
}
