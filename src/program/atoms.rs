//! Atoms: every place that every talk could have.

use super::Times;
use crate::event::{CheckedEvent, Minute, RoomIx, SlotIx, Span, Status, TalkIx};
use crate::rules::Spot;
use std::{collections::HashSet, ops::Range};

/// An atom's position; also the position of its variable.
pub type AtomIx = super::Var;

/// A class of rooms' position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassIx(pub u32);

impl ClassIx {
    /// The position as a `usize`.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// Rooms that neither the event nor any rule tells apart: planned by number, named afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The rooms, at least one.
    pub rooms: Vec<RoomIx>,
}

/// A talk at a start in a class of rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
pub(super) fn atoms(event: &CheckedEvent, class_of: &[ClassIx], times: &Times) -> (Vec<Atom>, Vec<Range<u32>>) {
    let mut atoms = Vec::new();
    let mut ranges = Vec::with_capacity(event.talks().len());
    for talk in event.talk_indices() {
        let first = atoms.len() as u32;
        if event.talk(talk).status != Status::Declined {
            talk_atoms(event, talk, class_of, times, &mut atoms);
        }
        ranges.push(first..atoms.len() as u32);
    }
    (atoms, ranges)
}

fn talk_atoms(event: &CheckedEvent, talk: TalkIx, class_of: &[ClassIx], times: &Times, atoms: &mut Vec<Atom>) {
    let facts = event.talk(talk);
    let rooms: Vec<bool> = (0..event.rooms().len() as u32)
        .map(|r| facts.pin_room.is_none_or(|pin| pin.0 == r) && event.meets_needs(RoomIx(r), talk))
        .collect();
    let mut seen = HashSet::new();
    let mut offer = |start: Minute, busy_until: Minute, room: RoomIx, slot: Option<SlotIx>| {
        let span = Span { start, end: start + facts.minutes };
        let free = rooms[room.at()] && !event.room(room).unavailable.iter().any(|w| w.overlaps(span));
        let class = class_of[room.at()];
        if free && seen.insert((start, busy_until, class, slot)) {
            atoms.push(Atom { talk, start, end: span.end, busy_until, class, slot });
        }
    };
    let can = |start: Minute| {
        let span = Span { start, end: start + facts.minutes };
        facts.pin_start.is_none_or(|pin| pin == start) && facts.speakers.iter().all(|s| event.speaker(*s).can(span))
    };
    let takes = |formats: &[_]| formats.is_empty() || facts.format.is_some_and(|f| formats.contains(&f));

    for (i, slot) in event.slots().iter().enumerate() {
        let fits = slot.span.start + facts.minutes <= slot.span.end;
        if fits && times.stands(slot.span.start) && takes(&slot.formats) && can(slot.span.start) {
            for room in &slot.rooms {
                offer(slot.span.start, slot.span.end, *room, Some(SlotIx(i as u32)));
            }
        }
    }
    for opening in event.openings().iter().filter(|o| takes(&o.formats)) {
        let fit = opening.starts.partition_point(|start| start + facts.minutes <= opening.span.end);
        for start in opening.starts[..fit].iter().filter(|start| can(**start)) {
            for room in &opening.rooms {
                offer(*start, start + facts.minutes + facts.changeover, *room, None);
            }
        }
    }
}
