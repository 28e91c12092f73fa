//! Tiny events for the rules' tests, and what their timetables are judged.
//!
//! Whatever is judged here is judged twice, by the audit and by the program: every claim is one about both.

use super::{Kind, Rule};
use crate::{
    event::{Amount, CheckedEvent, CivilTime, Event, Opening, Room, Slot, Speaker, Talk, Window},
    program::{Program, Var},
    rules::{Placed, Spot},
    solve::{SolveOptions, solve},
    timetable::{Answer, Audit, Placement, RuleReport, Timetable},
};
use std::collections::BTreeMap;

/// An event with these rooms and, at each of these starts, an hour's slot in all of them, named after its start.
///
/// Times are written `09:00` on the Friday of the event and `sat-09:00` on its Saturday.
pub(crate) fn grid(rooms: &str, starts: &str) -> Event {
    let mut event = Event::new("tiny", "Europe/Paris");
    event.rooms.extend(rooms.split_whitespace().map(Room::new));
    let slot = |start| Slot::new(start, at(start), plus(at(start), 60)).rooms(rooms.split_whitespace());
    event.slots.extend(starts.split_whitespace().map(slot));
    event
}

/// An event with these rooms, in which talks start every ten minutes on the Friday between those times.
pub(crate) fn open(rooms: &str, from: &str, to: &str) -> Event {
    let mut event = grid(rooms, "");
    event.openings.push(Opening::new(at(from), at(to), 10).rooms(rooms.split_whitespace()));
    event
}

/// A talk of half an hour.
pub(crate) fn talk(id: &str) -> Talk {
    Talk::new(id, "").minutes(30)
}

/// Talks of half an hour.
pub(crate) fn talks(ids: &str) -> Vec<Talk> {
    ids.split_whitespace().map(talk).collect()
}

/// `09:00` on the Friday, `sat-09:00` on the Saturday.
pub(crate) fn at(time: &str) -> CivilTime {
    let (day, time) = time.strip_prefix("sat-").map_or((30, time), |time| (31, time));
    format!("2026-10-{day}T{time}").parse().expect("a time of day")
}

pub(crate) fn window(from: &str, to: &str) -> Window {
    Window::new(at(from), at(to))
}

fn plus(time: CivilTime, minutes: i64) -> CivilTime {
    time.datetime().saturating_add(jiff::SignedDuration::from_mins(minutes)).into()
}

/// The rule at a thousandth a unit, the smallest price there is: its cost in thousandths is its units.
pub(crate) fn soft(kind: impl Into<Kind>) -> Rule {
    Rule::weighted(Amount::from_thousandths(1), kind)
}

/// The rule at so much a unit.
pub(crate) fn priced(weight: u32, kind: impl Into<Kind>) -> Rule {
    Rule::weighted(Amount::whole(weight), kind)
}

/// What the timetable costs by the rule, in thousandths. It is written `p1 a 09:00, p2 b 10:00`: talk, room, start.
pub(crate) fn cost(event: &Event, rule: &Rule, timetable: &str) -> i64 {
    thousandths(judge(event, rule, timetable).cost)
}

/// What the timetable earns by the rule, in thousandths.
pub(crate) fn gain(event: &Event, rule: &Rule, timetable: &str) -> i64 {
    thousandths(judge(event, rule, timetable).gain)
}

/// Whether the timetable breaks the rule.
pub(crate) fn breaks(event: &Event, rule: &Rule, timetable: &str) -> bool {
    judge(event, rule, timetable).broken
}

/// What the audit says of a timetable by the rule, after the program said the same.
///
/// The timetable is one that the event itself allows, whatever the rule makes of it.
pub(crate) fn judge(event: &Event, rule: &Rule, timetable: &str) -> RuleReport {
    let event = checked(event, [rule.clone()]);
    let placed = read(timetable).resolve(&event).expect("names and times of the event");
    let mut audit = Audit::of_placed(&event, &placed);
    let program = Program::of(&event).expect("small weights");
    let chosen: Vec<Var> = placed.spots().iter().map(|spot| atom(&program, spot)).collect();
    let stated = program.evaluate(&chosen);
    assert_eq!(without_zeros(&stated.values), without_zeros(&audit.values), "program and audit price {timetable:?}");
    assert_eq!(stated.broken.is_empty(), audit.valid, "program and audit allow {timetable:?}");
    let renamed = Audit::of_placed(&event, &Placed::new(&event, program.give_rooms(&chosen)));
    assert_eq!((renamed.valid, renamed.values), (audit.valid, audit.values), "rooms planned as one, {timetable:?}");
    let report = audit.rules.pop().expect("the rule's report comes last");
    assert!(audit.rules.is_empty(), "the event itself forbids {timetable:?}: {:?}", audit.rules);
    report
}

/// The best timetable under the rules, written as [`cost`] reads it, and proven; `none` where there is none.
pub(crate) fn best(event: &Event, rules: impl IntoIterator<Item = Rule>) -> String {
    let answer = solved(event, rules);
    let written = |p: &Placement| {
        let day = if p.start.date() == at("00:00").date() { "" } else { "sat-" };
        format!("{} {} {day}{}", p.talk, p.room, p.start.datetime().time().strftime("%H:%M"))
    };
    let placements: Vec<_> = answer.placements.iter().map(written).collect();
    answer.value.map_or_else(|| "none".to_owned(), |_| placements.join(", "))
}

/// What the best timetable under the rules is worth, in thousandths.
pub(crate) fn best_value(event: &Event, rules: impl IntoIterator<Item = Rule>) -> i64 {
    thousandths(solved(event, rules).value.expect("a timetable"))
}

fn solved(event: &Event, rules: impl IntoIterator<Item = Rule>) -> Answer {
    let answer = solve(&checked(event, rules), &SolveOptions::new().threads(1)).expect("an answer");
    assert!(answer.is_proven());
    answer
}

/// What is wrong with the rule, one problem a line; nothing where it is right.
pub(crate) fn problems(event: &Event, rule: &Rule) -> String {
    with(event, [rule.clone()]).check().map_or_else(|problems| problems.to_string(), |_| String::new())
}

/// The event with these rules, checked.
pub(crate) fn checked(event: &Event, rules: impl IntoIterator<Item = Rule>) -> CheckedEvent {
    with(event, rules).check().expect("an event without problems")
}

/// The event with these rules, and with every speaker that its talks name.
fn with(event: &Event, rules: impl IntoIterator<Item = Rule>) -> Event {
    let mut event = event.clone();
    event.rules.extend(rules);
    for id in event.talks.iter().flat_map(|talk| &talk.speakers) {
        if event.speakers.iter().all(|speaker| speaker.id != *id) {
            event.speakers.push(Speaker::new(id.clone(), ""));
        }
    }
    event
}

fn read(timetable: &str) -> Timetable {
    let places = timetable.split(',').map(|place| place.split_whitespace().collect::<Vec<_>>());
    Timetable::new(places.filter(|words| !words.is_empty()).map(|words| match words[..] {
        [talk, room, start] => Placement::new(talk, room, at(start)),
        _ => unreachable!("a talk, a room and a start, not {words:?}"),
    }))
}

fn atom(program: &Program, spot: &Spot) -> Var {
    let is_it = |a: &crate::program::Atom| {
        let room = program.classes[a.class.at()].rooms.contains(&spot.room);
        room && (a.talk, a.start, a.busy_until, a.slot) == (spot.talk, spot.start, spot.busy_until, spot.slot)
    };
    Var(program.atoms.iter().position(is_it).expect("a place that the event offers") as u32)
}

fn without_zeros(values: &BTreeMap<u32, i64>) -> BTreeMap<u32, i64> {
    values.iter().filter(|(_, value)| **value != 0).map(|(priority, value)| (*priority, *value)).collect()
}

fn thousandths(amount: f64) -> i64 {
    (amount * 1000.0).round() as i64
}
