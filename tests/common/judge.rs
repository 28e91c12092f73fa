//! A judge of timetables that owes nothing to the program: what the event always requires is read here from the event
//! as it was written, and the rules' own audits say the rest.

use slotwise::{
    CheckedEvent, TalkStatus, Window,
    event::{SlotIx, Span, TalkIx},
    rules::{Placed, Spot},
};
use std::collections::{BTreeMap, BTreeSet};

/// What a timetable is worth, and what it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Gains less costs, in thousandths, by priority; priorities at which nothing is gained or paid are left out.
    pub(crate) values: BTreeMap<u32, i64>,
    /// The rules that must hold and do not, by position.
    pub(crate) broken: BTreeSet<u32>,
    /// What the event always requires and does not get, in words.
    pub(crate) wrong: Vec<String>,
}

impl Verdict {
    /// Whether the timetable may be given out.
    pub(crate) fn valid(&self) -> bool {
        self.broken.is_empty() && self.wrong.is_empty()
    }
}

/// Values with the zeros left out: what two judges are compared by.
pub(crate) fn without_zeros(values: &BTreeMap<u32, i64>) -> BTreeMap<u32, i64> {
    values.iter().filter(|(_, value)| **value != 0).map(|(priority, value)| (*priority, *value)).collect()
}

/// Judges a timetable by the rules' audits and by what the event always requires.
pub(crate) fn judge(event: &CheckedEvent, spots: &[Spot]) -> Verdict {
    let placed = Placed::new(event, spots.to_vec());
    let mut values: BTreeMap<u32, i64> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for scope in event.scopes() {
        for finding in scope.kind().audit(&scope, &placed) {
            *values.entry(scope.priority()).or_default() += finding.gain - finding.cost;
            assert!(finding.units >= 0 && finding.cost >= 0, "{finding:?}");
            if finding.broken || scope.required() && finding.units > 0 {
                broken.insert(scope.index());
            }
        }
    }
    Verdict { values: without_zeros(&values), broken, wrong: wrong(event, spots) }
}

/// What the event always requires and does not get.
pub(crate) fn wrong(event: &CheckedEvent, spots: &[Spot]) -> Vec<String> {
    let mut wrong = Vec::new();
    for talk in event.talk_indices() {
        let times = spots.iter().filter(|s| s.talk == talk).count();
        let allowed = match event.written_talk(talk).status {
            TalkStatus::Accepted => 1..=1,
            TalkStatus::Proposed => 0..=1,
            TalkStatus::Declined => 0..=0,
            other => panic!("this judge knows no talks that are {other:?}"),
        };
        if !allowed.contains(&times) {
            wrong.push(format!("{} is placed {times} times", event.talk_id(talk)));
        }
    }
    for spot in spots {
        if !places(event, spot.talk).contains(spot) {
            wrong.push(format!("{} is where it cannot be: {spot:?}", event.talk_id(spot.talk)));
        }
    }
    for (i, a) in spots.iter().enumerate() {
        for b in &spots[i + 1..] {
            wrong.extend(against(event, a, b));
        }
    }
    wrong
}

/// Why two talks cannot both be where they are, if they cannot.
pub(crate) fn against(event: &CheckedEvent, a: &Spot, b: &Spot) -> Option<String> {
    let (x, y) = (event.talk_id(a.talk), event.talk_id(b.talk));
    let overlap =
        |(start, end): (i64, i64), (other_start, other_end): (i64, i64)| start < other_end && other_start < end;
    if a.room == b.room && overlap((a.start, a.busy_until), (b.start, b.busy_until)) {
        return Some(format!("{x} and {y} share {}", event.room_id(a.room)));
    }
    let speakers = |talk: TalkIx| &event.written_talk(talk).speakers;
    let common = speakers(a.talk).iter().find(|s| speakers(b.talk).contains(s));
    common.filter(|_| overlap((a.start, a.end), (b.start, b.end))).map(|s| format!("{s} gives {x} and {y} at once"))
}

/// Every place that a talk could have, from the event as it was written.
pub(crate) fn places(event: &CheckedEvent, talk: TalkIx) -> Vec<Spot> {
    let written = event.event();
    let said = event.written_talk(talk);
    let format = said.format.as_ref().map(|id| written.formats.iter().find(|f| f.id == *id).unwrap());
    let minutes = i64::from(said.minutes.or(format.map(|f| f.minutes)).unwrap());
    let changeover = format.map_or(0, |f| i64::from(f.changeover));
    let span = |w: &Window| Span { start: event.minute(w.start).unwrap(), end: event.minute(w.end).unwrap() };

    let mut places: Vec<Spot> = Vec::new();
    let mut offer = |start: i64, busy_until: i64, room: &slotwise::event::RoomId, slot: Option<SlotIx>| {
        let run = Span { start, end: start + minutes };
        let at = event.find_room(room).unwrap();
        let room = written.rooms.iter().find(|r| r.id == *room).unwrap();
        let has_all = said.needs.0.iter().all(|(key, wanted)| wanted.iter().all(|v| room.tags.values(key).contains(v)));
        let open = room.unavailable.iter().all(|w| span(w).shared(run) == 0);
        let pin = said.pin.clone().unwrap_or_default();
        let pinned = pin.room.is_none_or(|id| id == room.id)
            && pin.start.is_none_or(|time| event.minute_at(time, pin.start_offset).unwrap() == start);
        let there = said.speakers.iter().all(|id| {
            let speaker = written.speakers.iter().find(|s| s.id == *id).unwrap();
            // Minute by minute: windows that touch or overlap are one stretch.
            let there = |minute: i64| speaker.available.iter().any(|w| span(w).has(minute));
            let can = speaker.available.is_empty() || (run.start..run.end).all(there);
            can && speaker.unavailable.iter().all(|w| span(w).shared(run) == 0)
        });
        if has_all && open && pinned && there {
            let spot = Spot { talk, room: at, start, end: run.end, busy_until, slot };
            if !places.contains(&spot) {
                places.push(spot);
            }
        }
    };
    for slot in &written.slots {
        let takes = slot.formats.is_empty() || said.format.as_ref().is_some_and(|f| slot.formats.contains(f));
        let (start, end) = (event.minute(slot.start).unwrap(), event.minute(slot.end).unwrap());
        if takes && start + minutes <= end {
            slot.rooms.iter().for_each(|room| offer(start, end, room, event.find_slot(&slot.id)));
        }
    }
    for opening in &written.openings {
        let takes = opening.formats.is_empty() || said.format.as_ref().is_some_and(|f| opening.formats.contains(f));
        let end = event.minute(opening.end).unwrap();
        let mut start = event.minute(opening.start).unwrap();
        while takes && start + minutes <= end {
            opening.rooms.iter().for_each(|room| offer(start, start + minutes + changeover, room, None));
            start += i64::from(opening.every_minutes);
        }
    }
    places
}
