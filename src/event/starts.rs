//! Starts that somebody could use, room by room.

use super::{CheckedEvent, FormatIx, Minute, RoomIx, Span, Tags, TalkFacts, TalkIx, TalkStatus};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

/// The starts of an event, looked at once for all rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Starts {
    usable: Vec<Vec<Minute>>,
    /// The day of each start: telling it from the clock takes longer than all else that is asked of it.
    days: HashMap<Minute, Date>,
}

/// What it depends on where and when a talk could be placed, its audience and worth aside.
#[derive(PartialEq, Eq, Hash)]
struct Sort<'e> {
    minutes: i64,
    format: Option<FormatIx>,
    needs: &'e Tags,
    pins: (Option<RoomIx>, Option<Minute>),
    windows: Vec<(&'e [Span], &'e [Span])>,
}

impl Starts {
    pub(super) fn of(event: &CheckedEvent) -> Self {
        let mut days = HashMap::new();
        let slots = event.slots().iter().map(|slot| slot.span.start);
        for start in slots.chain(event.openings().iter().flat_map(|opening| opening.starts.iter().copied())) {
            days.entry(start).or_insert_with(|| event.date(start));
        }
        let talks = sorts(event);
        Self { usable: RoomIx::all(event.rooms().len()).map(|room| usable(event, &talks, room)).collect(), days }
    }

    /// The starts at which some talk that is not declined could be placed in the room, ascending: a slot or opening there
    /// takes its format and is long enough, the room is open and has what it needs, its speakers are there, and it is
    /// not pinned elsewhere. Rules and other talks have no say.
    pub(crate) fn usable(&self, room: RoomIx) -> &[Minute] {
        &self.usable[room.at()]
    }

    /// The day of a start that some slot or opening has.
    pub(crate) fn day(&self, start: Minute) -> Option<Date> {
        self.days.get(&start).copied()
    }
}

/// One talk of each sort, the shortest first.
fn sorts(event: &CheckedEvent) -> Vec<TalkIx> {
    let mut seen = HashSet::new();
    let open = event.talk_indices().filter(|talk| event.talk(*talk).status != TalkStatus::Declined);
    let mut talks: Vec<TalkIx> = open.filter(|talk| seen.insert(sort(event, *talk))).collect();
    talks.sort_by_key(|talk| event.talk(*talk).minutes);
    talks
}

fn sort(event: &CheckedEvent, talk: TalkIx) -> Sort<'_> {
    let facts = event.talk(talk);
    let speakers = facts.speakers.iter().map(|s| event.speaker(*s));
    let mut windows: Vec<_> = speakers.map(|s| (s.available.as_slice(), s.unavailable.as_slice())).collect();
    windows.retain(|(available, unavailable)| !available.is_empty() || !unavailable.is_empty());
    windows.sort_unstable();
    windows.dedup();
    let needs = &event.canonical().talks[talk.at()].needs;
    let pins = (facts.pin_room, facts.pin_start);
    Sort { minutes: facts.minutes, format: facts.format, needs, pins, windows }
}

fn usable(event: &CheckedEvent, talks: &[TalkIx], room: RoomIx) -> Vec<Minute> {
    let fits_room =
        |talk: &TalkIx| event.talk(*talk).pin_room.is_none_or(|pin| pin == room) && event.meets_needs(room, *talk);
    let talks: Vec<&TalkFacts> = talks.iter().filter(|talk| fits_room(talk)).map(|talk| event.talk(*talk)).collect();
    let closed = &event.room(room).unavailable;
    let can = |talk: &TalkFacts, formats: &[FormatIx], start: Minute| {
        let span = Span { start, end: start + talk.minutes };
        (formats.is_empty() || talk.format.is_some_and(|format| formats.contains(&format)))
            && talk.pin_start.is_none_or(|pin| pin == start)
            && !closed.iter().any(|window| window.overlaps(span))
            && talk.speakers.iter().all(|speaker| event.speaker(*speaker).can(span))
    };
    let some_can = |formats: &[FormatIx], start: Minute, end: Minute| {
        talks.iter().take_while(|talk| start + talk.minutes <= end).any(|talk| can(talk, formats, start))
    };
    let mut usable = Vec::new();
    for slot in event.slots().iter().filter(|slot| slot.rooms.contains(&room)) {
        usable.extend(some_can(&slot.formats, slot.span.start, slot.span.end).then_some(slot.span.start));
    }
    for opening in event.openings().iter().filter(|opening| opening.rooms.contains(&room)) {
        let starts = opening.starts.iter().copied();
        usable.extend(starts.filter(|start| some_can(&opening.formats, *start, opening.span.end)));
    }
    usable.sort_unstable();
    usable.dedup();
    usable
}
