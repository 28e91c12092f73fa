//! Room classes: rooms that nothing tells apart are planned by number and named afterwards.
//!
//! **Why it is exact.** Two rooms are merged only when the event says the same of both (capacity, tags, closures, slots,
//! openings) and no rule names either or asks whether two talks share a room. Exchanging their talks for any stretch of
//! time then changes neither value nor validity, so only the number of talks at a moment matters: at most as many as
//! there are rooms in the class. Given that, rooms can always be assigned by taking the talks by start and giving each a
//! room that is free (intervals whose depth never exceeds k can be coloured with k colours: Kleinberg and Tardos,
//! *Algorithm Design*, 2006, section 4.1).

use super::{Atom, Class, ClassIx, Program, Var};
use crate::{
    event::{CheckedEvent, RoomIx},
    rules::{RoomsSeen, Spot},
};
use std::collections::HashMap;

impl RoomsSeen {
    /// What two rules together tell apart.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::None, seen) | (seen, Self::None) => seen,
            (Self::These(mut rooms), Self::These(more)) => {
                rooms.extend(more);
                Self::These(rooms)
            }
        }
    }
}

/// The classes, and the class of each room.
pub(super) fn classes(event: &CheckedEvent, seen: &RoomsSeen) -> (Vec<Class>, Vec<ClassIx>) {
    let written = &event.event().rooms;
    let mut named = vec![*seen == RoomsSeen::All; written.len()];
    if let RoomsSeen::These(rooms) = seen {
        for room in rooms {
            named[room.at()] = true;
        }
    }
    for talk in event.talks() {
        if let Some(room) = talk.pin_room {
            named[room.at()] = true;
        }
    }
    let mut offered = vec![Vec::new(); written.len()];
    let lists = event.slots().iter().map(|s| &s.rooms).chain(event.openings().iter().map(|o| &o.rooms));
    for (i, rooms) in lists.enumerate() {
        for room in rooms {
            offered[room.at()].push(i);
        }
    }

    let mut classes: Vec<Class> = Vec::new();
    let mut class_of = Vec::with_capacity(written.len());
    let mut by_facts: HashMap<_, ClassIx> = HashMap::new();
    for room in RoomIx::all(written.len()) {
        let facts = &written[room.at()];
        let own_name = named[room.at()].then_some(room);
        let key = (own_name, facts.capacity, &facts.tags.0, &event.room(room).unavailable, &offered[room.at()]);
        let class = *by_facts.entry(key).or_insert_with(|| {
            classes.push(Class { rooms: Vec::new() });
            ClassIx(classes.len() as u32 - 1)
        });
        classes[class.at()].rooms.push(room);
        class_of.push(class);
    }
    (classes, class_of)
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
