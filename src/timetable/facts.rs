//! What the event itself requires, whatever its rules: judged of a timetable, from the event alone.

use super::{audit::RuleReport, reasons::Reasons};
use crate::{
    event::{CheckedEvent, Span, SpeakerIx, TalkIx, TalkStatus, Window},
    rules::{Finding, Placed, Spot},
};
use std::collections::BTreeMap;

/// More cases of a fact than that are told without a reason: to look for one takes a look at every start.
const MOST_REASONS: usize = 100;

/// Something that is wrong, and where and why.
type Case = (Finding, Option<String>);

/// The facts of an event that every timetable must respect, one report each.
pub(super) fn reports(event: &CheckedEvent, placed: &Placed<'_>) -> Vec<RuleReport> {
    let words = Reasons::of(event);
    let in_room = |s: &Spot| words.place(s);
    let checks: [(&str, Vec<Case>); 11] = [
        ("each talk has one place", once(placed, &words)),
        ("accepted talks are placed", accepted(event, placed)),
        (
            "declined talks are not placed",
            spots(placed, |s| event.talk(s.talk).status == TalkStatus::Declined, in_room),
        ),
        (
            "talks are placed in slots and openings that take them",
            spots(placed, |s| !offered(event, s), |s| words.not_offered(s)),
        ),
        (
            "a room holds one talk at a time",
            together(
                placed,
                |a, b| a.room == b.room && a.busy().overlaps(b.busy()),
                |a, b| format!("in {}, {} and {}", words.room(a.room), words.span(a.busy()), words.span(b.busy())),
            ),
        ),
        (
            "nobody is in two places at once",
            together(placed, |a, b| a.meets(b) && share_speaker(event, a, b), |a, b| words.both(a, b)),
        ),
        (
            "speakers are there",
            spots(
                placed,
                |s| away(event, s).next().is_some(),
                |s| {
                    let who: Vec<String> = away(event, s).map(|speaker| words.speaker(speaker)).collect();
                    format!("{}, and not there: {}", words.in_room(s), who.join(", "))
                },
            ),
        ),
        (
            "rooms are open",
            spots(
                placed,
                |s| !is_free(event, &event.written_room(s.room).unavailable, s.span()),
                |s| format!("{}, which is closed then", words.in_room(s)),
            ),
        ),
        ("rooms have what talks need", spots(placed, |s| !event.meets_needs(s.room, s.talk), |s| words.lacks(s))),
        (
            "pinned rooms are kept",
            spots(
                placed,
                |s| event.talk(s.talk).pin_room.is_some_and(|room| room != s.room),
                |s| {
                    let pin = event.talk(s.talk).pin_room.map_or_else(String::new, |room| words.room(room));
                    format!("{}, pinned to {pin}", words.place(s))
                },
            ),
        ),
        (
            "pinned starts are kept",
            spots(
                placed,
                |s| event.talk(s.talk).pin_start.is_some_and(|t| t != s.start),
                |s| {
                    let pin = event.talk(s.talk).pin_start.map_or_else(String::new, |start| words.time(start));
                    format!("{}, pinned to {pin}", words.place(s))
                },
            ),
        ),
    ];
    checks.into_iter().map(|(name, cases)| RuleReport::of_event(event, name, cases)).collect()
}

fn against(talks: Vec<TalkIx>) -> Finding {
    Finding::against(1, 0, talks)
}

/// Every spot that is wrong by itself.
fn spots(placed: &Placed<'_>, wrong: impl Fn(&Spot) -> bool, why: impl Fn(&Spot) -> String) -> Vec<Case> {
    let wrong = placed.spots().iter().filter(|s| wrong(s)).enumerate();
    wrong.map(|(i, s)| (against(vec![s.talk]), (i < MOST_REASONS).then(|| why(s)))).collect()
}

/// Every two spots of different talks that cannot be together. Spots are by start, so whatever meets a spot follows it
/// before its room is free.
fn together(
    placed: &Placed<'_>,
    wrong: impl Fn(&Spot, &Spot) -> bool,
    why: impl Fn(&Spot, &Spot) -> String,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for (i, a) in placed.spots().iter().enumerate() {
        let until = a.busy_until.max(a.end);
        for b in placed.spots()[i + 1..].iter().take_while(|b| b.start < until) {
            if a.talk != b.talk && wrong(a, b) {
                let reason = (cases.len() < MOST_REASONS).then(|| why(a, b));
                cases.push((against(vec![a.talk, b.talk]), reason));
            }
        }
    }
    cases
}

/// The speakers who are not there for all of their talk.
fn away<'e>(event: &'e CheckedEvent, spot: &Spot) -> impl Iterator<Item = SpeakerIx> + use<'e> {
    let span = spot.span();
    event.talk(spot.talk).speakers.iter().copied().filter(move |speaker| !is_there(event, *speaker, span))
}

/// Whether the speaker is there for all of the span. The windows are read as they were written, and not as the checks
/// resolved them for the solver: a mistake made there would be made here too.
///
/// They are followed from one to the next: who is there until midnight and from midnight on is there at midnight.
fn is_there(event: &CheckedEvent, speaker: SpeakerIx, span: Span) -> bool {
    let written = event.written_speaker(speaker);
    let mut there_until = if written.available.is_empty() { span.end } else { span.start };
    while there_until < span.end {
        let windows = written.available.iter().map(|window| event.span(*window));
        match windows.filter(|window| window.has(there_until)).map(|window| window.end).max() {
            Some(end) => there_until = end,
            None => return false,
        }
    }
    is_free(event, &written.unavailable, span)
}

/// Whether none of the windows takes a minute of the span.
fn is_free(event: &CheckedEvent, unavailable: &[Window], span: Span) -> bool {
    unavailable.iter().all(|window| event.span(*window).shared(span) == 0)
}

fn share_speaker(event: &CheckedEvent, a: &Spot, b: &Spot) -> bool {
    event.talk(a.talk).speakers.iter().any(|s| event.talk(b.talk).speakers.contains(s))
}

fn once(placed: &Placed<'_>, words: &Reasons<'_>) -> Vec<Case> {
    let mut places: BTreeMap<TalkIx, Vec<&Spot>> = BTreeMap::new();
    for spot in placed.spots() {
        places.entry(spot.talk).or_default().push(spot);
    }
    let case = |(talk, spots): (TalkIx, Vec<&Spot>)| {
        let first: Vec<String> = spots.iter().take(4).map(|spot| words.place(spot)).collect();
        let dots = if spots.len() > first.len() { ", ..." } else { "" };
        let why = format!("{} times: {}{dots}", spots.len(), first.join(", "));
        (Finding { units: spots.len() as i64 - 1, ..against(vec![talk]) }, Some(why))
    };
    places.into_iter().filter(|(_, spots)| spots.len() > 1).map(case).collect()
}

fn accepted(event: &CheckedEvent, placed: &Placed<'_>) -> Vec<Case> {
    let missing = |t: &TalkIx| event.talk(*t).status == TalkStatus::Accepted && placed.spot(*t).is_none();
    event.talk_indices().filter(missing).map(|t| (against(vec![t]), None)).collect()
}

/// Whether some slot or opening offers the talk that room and start.
fn offered(event: &CheckedEvent, spot: &Spot) -> bool {
    let format = event.talk(spot.talk).format;
    let takes = |formats: &[crate::event::FormatIx]| formats.is_empty() || format.is_some_and(|f| formats.contains(&f));
    match spot.slot {
        Some(slot) => {
            let slot = &event.slots()[slot.at()];
            slot.span.start == spot.start
                && slot.span.contains(spot.span())
                && slot.rooms.contains(&spot.room)
                && takes(&slot.formats)
        }
        None => event.openings().iter().any(|opening| {
            opening.rooms.contains(&spot.room)
                && takes(&opening.formats)
                && opening.span.contains(spot.span())
                && opening.starts.binary_search(&spot.start).is_ok()
        }),
    }
}
