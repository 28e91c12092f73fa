//! Places told in few words: where every talk could be, without an atom for each.
//!
//! Ten thousand talks that could each be in sixty rooms at a hundred and eighty times have more than a hundred million
//! places. But talks of the same length, format, needs, pins and windows of their speakers have the same ones, and at most
//! times the same rooms are open. So the places are kept once for each **sort** of talk: the times, and with each the
//! rooms.

use super::{Atom, Class, ClassIx, classes};
use crate::{
    event::{CheckedEvent, Minute, RoomIx, SlotIx, Span, TalkIx, TalkStatus},
    rules::Spot,
};
use std::collections::HashMap;

/// A time that some talk could have: a start, and what follows from it and the talk's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Moment {
    /// When the talk starts.
    pub start: Minute,
    /// When it ends.
    pub end: Minute,
    /// When its room is free again.
    pub busy_until: Minute,
    /// The slot it fills; none in an opening.
    pub slot: Option<SlotIx>,
}

impl Moment {
    /// When the talk runs.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// When its room is taken.
    pub fn busy(&self) -> Span {
        Span { start: self.start, end: self.busy_until }
    }

    /// A talk at that time in a class of rooms.
    pub fn atom(&self, talk: TalkIx, class: ClassIx) -> Atom {
        let Self { start, end, busy_until, slot } = *self;
        Atom { talk, start, end, busy_until, class, slot }
    }

    /// A talk at that time in a room.
    pub fn spot(&self, talk: TalkIx, room: RoomIx) -> Spot {
        let Self { start, end, busy_until, slot } = *self;
        Spot { talk, room, start, end, busy_until, slot }
    }
}

/// A time, and the classes of rooms that are open then. Both are positions in [`Places`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Offer {
    /// The time, as a position in [`Places::times`].
    pub time: u32,
    /// The classes, as a position in [`Places::class_lists`].
    pub classes: u32,
}

/// Where every talk could be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Places {
    /// Rooms that no rule tells apart.
    pub classes: Vec<Class>,
    /// Every time that some talk could have, in order.
    pub times: Vec<Moment>,
    /// Lists of classes, each without repetition, ascending.
    pub class_lists: Vec<Vec<ClassIx>>,
    sorts: Vec<Vec<Offer>>,
    sort_of: Vec<u32>,
}

/// What a talk's places depend on: those for whom it is the same have the same places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sort {
    minutes: i64,
    changeover: i64,
    format: Option<crate::event::FormatIx>,
    rooms: Vec<bool>,
    pin_start: Option<Minute>,
    windows: Vec<(Vec<Span>, Vec<Span>)>,
}

impl Sort {
    fn of(event: &CheckedEvent, talk: TalkIx) -> Self {
        let facts = event.talk(talk);
        let open = |r: RoomIx| facts.pin_room.is_none_or(|pin| pin == r) && event.meets_needs(r, talk);
        let mut windows: Vec<(Vec<Span>, Vec<Span>)> = facts
            .speakers
            .iter()
            .map(|s| event.speaker(*s))
            .filter(|s| !s.available.is_empty() || !s.unavailable.is_empty())
            .map(|s| (s.available.clone(), s.unavailable.clone()))
            .collect();
        windows.sort_unstable();
        windows.dedup();
        Self {
            minutes: facts.minutes,
            changeover: facts.changeover,
            format: facts.format,
            rooms: RoomIx::all(event.rooms().len()).map(open).collect(),
            pin_start: facts.pin_start,
            windows,
        }
    }
}

/// The places while they are being found.
#[derive(Default)]
struct Finder {
    times: HashMap<Moment, u32>,
    lists: HashMap<Vec<ClassIx>, u32>,
}

impl Finder {
    fn time(&mut self, time: Moment) -> u32 {
        let next = self.times.len() as u32;
        *self.times.entry(time).or_insert(next)
    }

    fn list(&mut self, mut classes: Vec<ClassIx>) -> u32 {
        classes.sort_unstable();
        classes.dedup();
        let next = self.lists.len() as u32;
        *self.lists.entry(classes).or_insert(next)
    }

    /// What slots and openings offer a sort of talk, less what formats, availability, needs and pins forbid.
    fn offers(&mut self, event: &CheckedEvent, sort: &Sort, class_of: &[ClassIx]) -> Vec<Offer> {
        let mut open_at: HashMap<Moment, Vec<ClassIx>> = HashMap::new();
        let mut order = Vec::new();
        let takes = |formats: &[_]| formats.is_empty() || sort.format.is_some_and(|f| formats.contains(&f));
        let mut offer = |time: Moment, rooms: &[RoomIx]| {
            let can = |(available, unavailable): &(Vec<Span>, Vec<Span>)| {
                (available.is_empty() || available.iter().any(|w| w.contains(time.span())))
                    && !unavailable.iter().any(|w| w.overlaps(time.span()))
            };
            if sort.pin_start.is_some_and(|pin| pin != time.start) || !sort.windows.iter().all(can) {
                return;
            }
            let free = |r: &&RoomIx| {
                sort.rooms[r.at()] && !event.room(**r).unavailable.iter().any(|w| w.overlaps(time.span()))
            };
            let classes = rooms.iter().filter(free).map(|r| class_of[r.at()]);
            open_at
                .entry(time)
                .or_insert_with(|| {
                    order.push(time);
                    Vec::new()
                })
                .extend(classes);
        };
        for (i, slot) in event.slots().iter().enumerate().filter(|(_, slot)| takes(&slot.formats)) {
            let Span { start, end: busy_until } = slot.span;
            if start + sort.minutes <= busy_until {
                let time = Moment { start, end: start + sort.minutes, busy_until, slot: Some(SlotIx(i as u32)) };
                offer(time, &slot.rooms);
            }
        }
        for opening in event.openings().iter().filter(|o| takes(&o.formats)) {
            let fit = opening.starts.partition_point(|start| start + sort.minutes <= opening.span.end);
            for start in &opening.starts[..fit] {
                let end = start + sort.minutes;
                offer(Moment { start: *start, end, busy_until: end + sort.changeover, slot: None }, &opening.rooms);
            }
        }
        let mut offers = Vec::with_capacity(order.len());
        for time in order {
            let classes = open_at.remove(&time).unwrap_or_default();
            if !classes.is_empty() {
                offers.push(Offer { time: self.time(time), classes: self.list(classes) });
            }
        }
        offers
    }
}

impl Places {
    /// The places of an event, whatever its rules cost.
    pub(super) fn of(event: &CheckedEvent) -> Self {
        let (classes, class_of) = classes::classes(event);
        let mut finder = Finder::default();
        let mut sorts: Vec<Vec<Offer>> = vec![Vec::new()];
        let mut known: HashMap<Sort, u32> = HashMap::new();
        let sort_of = event
            .talk_indices()
            .map(|talk| {
                if event.talk(talk).status == TalkStatus::Declined {
                    return 0;
                }
                *known.entry(Sort::of(event, talk)).or_insert_with_key(|sort| {
                    sorts.push(finder.offers(event, sort, &class_of));
                    sorts.len() as u32 - 1
                })
            })
            .collect();

        let mut times: Vec<(Moment, u32)> = finder.times.into_iter().collect();
        times.sort_unstable();
        let mut moved = vec![0; times.len()];
        for (new, (_, old)) in times.iter().enumerate() {
            moved[*old as usize] = new as u32;
        }
        for sort in &mut sorts {
            sort.iter_mut().for_each(|offer| offer.time = moved[offer.time as usize]);
            sort.sort_unstable_by_key(|offer| offer.time);
        }
        let mut lists: Vec<(Vec<ClassIx>, u32)> = finder.lists.into_iter().collect();
        lists.sort_unstable_by_key(|(_, i)| *i);
        Self {
            classes,
            times: times.into_iter().map(|(time, _)| time).collect(),
            class_lists: lists.into_iter().map(|(list, _)| list).collect(),
            sorts,
            sort_of,
        }
    }

    /// How many places all talks have together.
    pub fn count(&self) -> u64 {
        let of: Vec<u64> = self
            .sorts
            .iter()
            .map(|offers| offers.iter().map(|o| self.class_lists[o.classes as usize].len() as u64).sum())
            .collect();
        self.sort_of.iter().map(|sort| of[*sort as usize]).sum()
    }

    /// How many sorts of talks there are: talks of a sort have the same places.
    pub fn sorts(&self) -> usize {
        self.sorts.len()
    }

    /// The talk's sort.
    pub fn sort(&self, talk: TalkIx) -> usize {
        self.sort_of[talk.at()] as usize
    }

    /// What talks of a sort are offered, by time.
    pub fn of_sort(&self, sort: usize) -> &[Offer] {
        &self.sorts[sort]
    }

    /// What the talk is offered, by time.
    pub fn offers(&self, talk: TalkIx) -> &[Offer] {
        &self.sorts[self.sort(talk)]
    }

    /// The classes that are open to the talk at that time.
    pub fn open(&self, talk: TalkIx, time: u32) -> &[ClassIx] {
        let offers = self.offers(talk);
        match offers.binary_search_by_key(&time, |o| o.time) {
            Ok(i) => &self.class_lists[offers[i].classes as usize],
            Err(_) => &[],
        }
    }

    /// Every place of the talk, written out.
    pub fn atoms(&self, talk: TalkIx) -> impl Iterator<Item = Atom> + '_ {
        self.offers(talk).iter().flat_map(move |offer| {
            let time = self.times[offer.time as usize];
            self.class_lists[offer.classes as usize].iter().map(move |class| time.atom(talk, *class))
        })
    }
}
