//! Atoms: every place that every talk could have.

use super::{
    Halt, StartClasses,
    times::{Time, Times},
};
use crate::event::{CheckedEvent, Minute, RoomIx, SlotIx, Span, TalkIx, TalkStatus};
use crate::rules::Spot;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

/// An atom's position; also the position of its variable.
pub type AtomIx = super::Var;

/// A class of rooms' position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassIx(pub u32);

impl ClassIx {
    /// Every class of so many.
    pub(crate) fn all(length: usize) -> impl Iterator<Item = Self> + Clone {
        (0..length as u32).map(Self)
    }

    /// The position as a `usize`.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// Rooms that neither the event nor any rule tells apart: planned by number, named afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Class {
    /// The rooms, at least one.
    pub rooms: Vec<RoomIx>,
}

/// A talk at a start in a class of rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Atom {
    /// The talk.
    pub talk: TalkIx,
    /// When it starts.
    pub start: Minute,
    /// When it ends.
    pub end: Minute,
    /// When its room is free again.
    pub busy_until: Minute,
    /// The rooms it could be in.
    pub class: ClassIx,
    /// The slot it fills; none in an opening.
    pub slot: Option<SlotIx>,
}

impl Atom {
    /// When the talk runs.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// When its room is taken.
    pub fn busy(&self) -> Span {
        Span { start: self.start, end: self.busy_until }
    }

    /// The talk in its place, in that room of the class.
    pub fn spot(&self, room: RoomIx) -> Spot {
        let Self { talk, start, end, busy_until, slot, .. } = *self;
        Spot { talk, room, start, end, busy_until, slot }
    }
}

/// Every atom, talk by talk: what slots and openings offer, less what formats, availability, needs and pins forbid.
pub(super) struct Offered {
    pub(super) atoms: Vec<Atom>,
    pub(super) talk_atoms: Vec<Range<u32>>,
    pub(super) times: Times,
    /// How many atoms there would be if every room were planned by name.
    pub(super) by_room: usize,
}

impl Offered {
    pub(super) fn of(
        event: &CheckedEvent,
        class_of: &[ClassIx],
        classes: &[Class],
        starts: &StartClasses,
        halt: Halt<'_>,
    ) -> Self {
        let mut offered = Self {
            atoms: Vec::new(),
            talk_atoms: Vec::with_capacity(event.talks().len()),
            times: Times::of(event, class_of, classes.len()),
            by_room: 0,
        };
        let alike: Vec<bool> = classes.iter().map(|c| c.rooms.len() > 1).collect();
        let twice = offers_twice(event, class_of);
        for talk in event.talk_indices() {
            offered.times.next_talk();
            let first = offered.atoms.len() as u32;
            if event.talk(talk).status != TalkStatus::Declined && !halt.is_due() {
                offered.talk(event, talk, class_of, &alike, twice, starts);
            }
            offered.talk_atoms.push(first..offered.atoms.len() as u32);
        }
        offered.times.end(offered.atoms.len());
        offered
    }

    /// These places only, given talk by talk.
    pub(super) fn over(event: &CheckedEvent, class_of: &[ClassIx], classes: &[Class], places: &[Vec<Atom>]) -> Self {
        let times = Times::of(event, class_of, classes.len());
        let mut at: HashMap<(Minute, Option<SlotIx>), Vec<u32>> = HashMap::new();
        for (i, time) in times.list().iter().enumerate() {
            at.entry((time.start, time.slot)).or_default().push(i as u32);
        }
        let mut offered = Self { atoms: Vec::new(), talk_atoms: Vec::new(), by_room: 0, times: times.clone() };
        for list in places {
            offered.times.next_talk();
            let mut placed: Vec<(u32, u32, Atom)> = Vec::with_capacity(list.len());
            for atom in list {
                let mut offers = at.get(&(atom.start, atom.slot)).into_iter().flatten();
                let position = |time: &u32| times.offer(&times.list()[*time as usize]).position(atom.class);
                placed.extend(offers.find_map(|t| Some((*t, position(t)?, *atom))));
            }
            placed.sort_unstable_by_key(|(time, position, _)| (*time, *position));
            let first = offered.atoms.len() as u32;
            let mut last = None;
            for (time, _, atom) in placed {
                if last.replace(time) != Some(time) {
                    offered.times.run(time, offered.atoms.len());
                }
                offered.atoms.push(atom);
            }
            offered.talk_atoms.push(first..offered.atoms.len() as u32);
        }
        offered.times.end(offered.atoms.len());
        offered.by_room = offered.atoms.len();
        offered
    }

    fn talk(
        &mut self,
        event: &CheckedEvent,
        talk: TalkIx,
        class_of: &[ClassIx],
        alike: &[bool],
        twice: bool,
        starts: &StartClasses,
    ) {
        let facts = event.talk(talk);
        let rooms: Vec<bool> = (0..event.rooms().len() as u32)
            .map(|r| facts.pin_room.is_none_or(|pin| pin.0 == r) && event.meets_needs(RoomIx(r), talk))
            .collect();
        let can = |start: Minute| {
            let span = Span { start, end: start + facts.minutes };
            facts.pin_start.is_none_or(|pin| pin == start) && facts.speakers.iter().all(|s| event.speaker(*s).can(span))
        };
        let takes = |formats: &[_]| formats.is_empty() || facts.format.is_some_and(|f| formats.contains(&f));
        let mut seen = HashSet::new();
        let mut offer = |time: u32, busy_until: Minute, listed: &[RoomIx]| {
            let Time { start, slot, .. } = self.times.list()[time as usize];
            let span = Span { start, end: start + facts.minutes };
            let first = self.atoms.len();
            for room in listed {
                if !rooms[room.at()] || event.room(*room).unavailable.iter().any(|w| w.overlaps(span)) {
                    continue;
                }
                self.by_room += 1;
                let class = class_of[room.at()];
                // A class of several rooms is offered once.
                if alike[class.at()] && self.atoms[first..].iter().any(|a| a.class == class) {
                    continue;
                }
                if twice && slot.is_none() && !seen.insert((start, busy_until, class)) {
                    continue;
                }
                self.atoms.push(Atom { talk, start, end: span.end, busy_until, class, slot });
            }
            if self.atoms.len() > first {
                self.times.run(time, first);
            }
        };
        let mut time = 0;
        for slot in event.slots() {
            let fits = slot.span.start + facts.minutes <= slot.span.end;
            if fits && starts.stands(slot.span.start) && takes(&slot.formats) && can(slot.span.start) {
                offer(time, slot.span.end, &slot.rooms);
            }
            time += 1;
        }
        for opening in event.openings() {
            if takes(&opening.formats) {
                let fit = opening.starts.partition_point(|start| start + facts.minutes <= opening.span.end);
                for (i, start) in opening.starts[..fit].iter().enumerate().filter(|(_, start)| can(**start)) {
                    offer(time + i as u32, start + facts.minutes + facts.changeover, &opening.rooms);
                }
            }
            time += opening.starts.len() as u32;
        }
    }
}

/// Whether two openings may offer a class from the same start: they overlap, and have rooms of it.
fn offers_twice(event: &CheckedEvent, class_of: &[ClassIx]) -> bool {
    let mut spans: Vec<(ClassIx, Minute, Minute)> = Vec::new();
    for opening in event.openings() {
        let mut classes: Vec<ClassIx> = opening.rooms.iter().map(|r| class_of[r.at()]).collect();
        classes.sort_unstable();
        classes.dedup();
        spans.extend(classes.into_iter().map(|c| (c, opening.span.start, opening.span.end)));
    }
    spans.sort_unstable();
    // Sorted by start, some two of a class overlap exactly where two neighbours do.
    spans.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[1].1 < pair[0].2)
}
