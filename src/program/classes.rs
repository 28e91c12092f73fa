//! Room classes: rooms that nothing tells apart are planned by number and named afterwards.
//!
//! **Which rooms.** What tells two rooms apart is not what is written of them, but who looks at it: when they are closed and
//! which slots and openings are in them, always; what they are tagged with, where a talk needs it; their capacities, tags
//! and names, as far as [some rule sees them](crate::rules::RuleKind::rooms_seen). Where nobody counts heads, a hall and a
//! cupboard are one.
//!
//! **Why it is exact.** Two rooms are merged only when both are open to the same talks at the same times, and no rule
//! sees a difference. Exchanging their talks for any stretch of
//! time then changes neither value nor validity, so only the number of talks at a moment matters: at most as many as
//! there are rooms in the class. Given that, rooms can always be assigned by taking the talks by start and giving each a
//! room that is free (intervals whose depth never exceeds k can be coloured with k colours: Kleinberg and Tardos,
//! *Algorithm Design*, 2006, section 4.1).

use super::{Atom, Class, ClassIx, Program, Var};
use crate::{
    event::{CheckedEvent, RoomIx, Tags, TalkStatus},
    rules::{RoomsSeen, Scope, Spot},
};
use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// The parts of a set of rooms, each split wherever somebody tells two of its rooms apart.
struct Partition {
    part_of: Vec<u32>,
    parts: usize,
}

impl Partition {
    /// Whether no two rooms are left in one part.
    fn is_finest(&self) -> bool {
        self.parts == self.part_of.len()
    }

    /// Rooms of which not the same is said come apart.
    fn split<T: Eq + Hash>(&mut self, said: impl IntoIterator<Item = T>) {
        if self.is_finest() {
            return;
        }
        let mut parts: HashMap<(u32, T), u32> = HashMap::new();
        for (part, said) in self.part_of.iter_mut().zip(said) {
            let next = parts.len() as u32;
            *part = *parts.entry((*part, said)).or_insert(next);
        }
        self.parts = parts.len();
    }
}

/// The classes, and the class of each room.
pub(super) fn classes(event: &CheckedEvent) -> (Vec<Class>, Vec<ClassIx>) {
    classes_for(event, event.stated_scopes())
}

/// Every room in a class of its own.
pub(super) fn rooms_apart(event: &CheckedEvent) -> (Vec<Class>, Vec<ClassIx>) {
    let rooms = event.rooms().len();
    (RoomIx::all(rooms).map(|room| Class { rooms: vec![room] }).collect(), ClassIx::all(rooms).collect())
}

/// The classes that there would be if the event had these rules only.
pub(super) fn classes_for<'e>(
    event: &'e CheckedEvent,
    scopes: impl Iterator<Item = Scope<'e>>,
) -> (Vec<Class>, Vec<ClassIx>) {
    let written = &event.canonical().rooms;
    let rooms = || RoomIx::all(written.len());
    let mut alike = Partition { part_of: vec![0; written.len()], parts: 1 };

    alike.split(rooms().map(|room| &event.room(room).unavailable));
    let mut offered = vec![Vec::new(); written.len()];
    let lists = event.slots().iter().map(|s| &s.rooms).chain(event.openings().iter().map(|o| &o.rooms));
    for (i, listed) in lists.enumerate() {
        listed.iter().for_each(|room| offered[room.at()].push(i));
    }
    alike.split(offered);

    let open = || event.talk_indices().filter(|talk| event.talk(*talk).status != TalkStatus::Declined);
    let pins: BTreeSet<RoomIx> = open().filter_map(|talk| event.talk(talk).pin_room).collect();
    alike.split(rooms().map(|room| pins.get(&room)));
    let mut needs: BTreeSet<&Tags> = BTreeSet::new();
    for talk in open() {
        if needs.insert(&event.canonical().talks[talk.at()].needs) {
            alike.split(rooms().map(|room| event.meets_needs(room, talk)));
        }
    }

    for scope in scopes {
        if alike.is_finest() {
            break;
        }
        match scope.kind().rooms_seen(&scope) {
            RoomsSeen::Ignored => {}
            RoomsSeen::ByKind(kinds) if kinds.len() == written.len() => alike.split(kinds),
            RoomsSeen::Attributes => alike.split(written.iter().map(|room| (room.capacity, &room.tags))),
            RoomsSeen::Named(named) => alike.split(
                rooms().zip(written).map(|(r, room)| (room.capacity, &room.tags, named.contains(&r).then_some(r))),
            ),
            // A rule that does not say something of each room is taken to see them all.
            RoomsSeen::ByKind(_) | RoomsSeen::Each => alike.split(rooms()),
        }
    }

    let mut classes: Vec<Class> = vec![Class { rooms: Vec::new() }; alike.parts];
    rooms().zip(&alike.part_of).for_each(|(room, part)| classes[*part as usize].rooms.push(room));
    (classes, alike.part_of.into_iter().map(ClassIx).collect())
}

impl Program {
    /// Gives each chosen atom a room of its class: by start, the first room that is free.
    ///
    /// A class that is overfull (which no valid choice has) puts what is left in its first room; the audit reports it.
    pub fn give_rooms(&self, chosen: &[Var]) -> Vec<Spot> {
        let mut atoms = self.in_rooms(chosen);
        atoms.sort_unstable_by_key(|a| (a.start, a.busy_until, a.talk));
        let (together, apart): (Vec<Atom>, Vec<Atom>) =
            atoms.into_iter().partition(|a| self.start_classes.number(a.start) > 1);
        let mut spots = self.name_starts(&together);
        let mut free_from: HashMap<RoomIx, i64> = HashMap::new();
        spots.extend(apart.into_iter().map(|atom| {
            let rooms = &self.classes[atom.class.at()].rooms;
            let free = |room: &&RoomIx| free_from.get(room).is_none_or(|until| *until <= atom.start);
            let room = *rooms.iter().find(free).unwrap_or(&rooms[0]);
            free_from.insert(room, atom.busy_until);
            atom.spot(room)
        }));
        spots
    }
}
