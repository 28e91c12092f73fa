//! What the event itself requires, whatever its rules: judged of a timetable, from the event alone.

use super::audit::RuleReport;
use crate::{
    event::{CheckedEvent, Span, SpeakerIx, TalkIx, TalkStatus, Window},
    rules::{Finding, Placed, Spot},
};
use std::collections::HashMap;

/// The facts of an event that every timetable must respect, one report each.
pub(super) fn reports(event: &CheckedEvent, placed: &Placed<'_>) -> Vec<RuleReport> {
    let checks: [(&str, Vec<Finding>); 11] = [
        ("each talk has one place", once(placed)),
        ("accepted talks are placed", accepted(event, placed)),
        ("declined talks are not placed", spots(placed, |s| event.talk(s.talk).status == TalkStatus::Declined)),
        ("talks are placed in slots and openings that take them", spots(placed, |s| !offered(event, s))),
        ("a room holds one talk at a time", together(placed, |a, b| a.room == b.room && a.busy().overlaps(b.busy()))),
        ("nobody is in two places at once", together(placed, |a, b| a.meets(b) && share_speaker(event, a, b))),
        (
            "speakers are there",
            spots(placed, |s| event.talk(s.talk).speakers.iter().any(|speaker| !is_there(event, *speaker, s.span()))),
        ),
        ("rooms are open", spots(placed, |s| !is_free(event, &event.written_room(s.room).unavailable, s.span()))),
        ("rooms have what talks need", spots(placed, |s| !event.meets_needs(s.room, s.talk))),
        ("pinned rooms are kept", spots(placed, |s| event.talk(s.talk).pin_room.is_some_and(|room| room != s.room))),
        ("pinned starts are kept", spots(placed, |s| event.talk(s.talk).pin_start.is_some_and(|t| t != s.start))),
    ];
    checks.into_iter().map(|(name, findings)| RuleReport::of_event(event, name, findings)).collect()
}

fn against(talks: Vec<TalkIx>) -> Finding {
    Finding::against(1, 0, talks)
}

/// Every spot that is wrong by itself.
fn spots(placed: &Placed<'_>, wrong: impl Fn(&Spot) -> bool) -> Vec<Finding> {
    placed.spots().iter().filter(|s| wrong(s)).map(|s| against(vec![s.talk])).collect()
}

/// Every two spots of different talks that cannot be together. Spots are by start, so whatever meets a spot follows it
/// before its room is free.
fn together(placed: &Placed<'_>, wrong: impl Fn(&Spot, &Spot) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, a) in placed.spots().iter().enumerate() {
        let until = a.busy_until.max(a.end);
        for b in placed.spots()[i + 1..].iter().take_while(|b| b.start < until) {
            if a.talk != b.talk && wrong(a, b) {
                findings.push(against(vec![a.talk, b.talk]));
            }
        }
    }
    findings
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

fn once(placed: &Placed<'_>) -> Vec<Finding> {
    let mut times: HashMap<TalkIx, i64> = HashMap::new();
    for spot in placed.spots() {
        *times.entry(spot.talk).or_default() += 1;
    }
    let mut twice: Vec<_> = times.into_iter().filter(|(_, n)| *n > 1).collect();
    twice.sort_unstable();
    twice.into_iter().map(|(talk, n)| Finding { units: n - 1, ..against(vec![talk]) }).collect()
}

fn accepted(event: &CheckedEvent, placed: &Placed<'_>) -> Vec<Finding> {
    let missing = |t: &TalkIx| event.talk(*t).status == TalkStatus::Accepted && placed.spot(*t).is_none();
    event.talk_indices().filter(missing).map(|t| against(vec![t])).collect()
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
