//! Where a talk can be, and which two talks cannot be where they are both.

use super::facts::{Facts, Status, Stretch};

/// A talk in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    pub(crate) talk: usize,
    pub(crate) room: usize,
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// When the room is free again.
    pub(crate) until: i64,
    /// None in an opening.
    pub(crate) slot: Option<usize>,
}

impl Spot {
    pub(crate) fn run(&self) -> Stretch {
        (self.start, self.end)
    }

    /// Whether both run at some moment.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        overlap(self.run(), other.run())
    }
}

pub(crate) fn overlap(a: Stretch, b: Stretch) -> bool {
    a.0 < b.1 && b.0 < a.1
}

pub(crate) fn within(inner: Stretch, outer: Stretch) -> bool {
    outer.0 <= inner.0 && inner.1 <= outer.1
}

/// Every place that the talk can have; none for one that was declined.
pub(crate) fn places(facts: &Facts, talk: usize) -> Vec<Spot> {
    let said = &facts.talks[talk];
    let mut offered = Vec::new();
    let takes = |formats: &[usize]| formats.is_empty() || said.format.is_some_and(|f| formats.contains(&f));
    for (at, slot) in facts.slots.iter().enumerate().filter(|(_, slot)| takes(&slot.formats)) {
        let (start, until) = slot.run;
        let end = start + said.minutes;
        if end <= until {
            offered.extend(slot.rooms.iter().map(|room| Spot { talk, room: *room, start, end, until, slot: Some(at) }));
        }
    }
    for opening in facts.openings.iter().filter(|opening| takes(&opening.formats)) {
        let mut start = opening.run.0;
        while start + said.minutes <= opening.run.1 {
            let end = start + said.minutes;
            let until = end + said.changeover;
            offered.extend(opening.rooms.iter().map(|room| Spot { talk, room: *room, start, end, until, slot: None }));
            start += opening.every;
        }
    }
    let mut places: Vec<Spot> = Vec::new();
    for spot in offered {
        if said.status != Status::Declined && can_be(facts, &spot) && !places.contains(&spot) {
            places.push(spot);
        }
    }
    places
}

/// Needs, pins, closed rooms and people who are away.
fn can_be(facts: &Facts, spot: &Spot) -> bool {
    let (talk, room) = (&facts.talks[spot.talk], &facts.rooms[spot.room]);
    let has = |key: &String, value: &String| room.tags.get(key).is_some_and(|values| values.contains(value));
    talk.needs.iter().all(|(key, values)| values.iter().all(|value| has(key, value)))
        && talk.pin_room.is_none_or(|pin| pin == spot.room)
        && talk.pin_start.is_none_or(|pin| pin == spot.start)
        && !room.closed.iter().any(|closed| overlap(*closed, spot.run()))
        && talk.speakers.iter().map(|s| &facts.speakers[*s]).all(|speaker| {
            let there = speaker.available.is_empty() || speaker.available.iter().any(|w| within(spot.run(), *w));
            there && !speaker.away.iter().any(|away| overlap(*away, spot.run()))
        })
}

/// Whether the two talks cannot both be there: they share a room or somebody who speaks in both.
pub(crate) fn exclude(facts: &Facts, a: &Spot, b: &Spot) -> bool {
    let speakers = |spot: &Spot| &facts.talks[spot.talk].speakers;
    let room = a.room == b.room && overlap((a.start, a.until), (b.start, b.until));
    let person = speakers(a).iter().any(|s| speakers(b).contains(s)) && a.meets(b);
    room || person
}
