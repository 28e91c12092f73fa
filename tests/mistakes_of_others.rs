//! Mistakes that other timetabling programs make: each is a test here.

use slotwise::{
    Amount, Answer, Audit, CivilTime, Event, Format, Interest, Opening, Placement, Room, Slot, SolveOptions, Speaker,
    Talk, Timetable,
    civil::date,
    rules::{Clash, ClashOf, Count, Factored, Fit, Measure, Merit, Per, Place, Plenary, Rule, Selection, Where},
    solve,
    timetable::{Status, StoppedBy},
};

fn at(hour: i8, minute: i8) -> CivilTime {
    date(2026, 10, 30).at(hour, minute, 0, 0).into()
}

/// Rooms `a` and `b`, of 50 and 200 seats, and as many talks of half an hour, `t0`, `t1`, ..., as are wanted.
fn event(talks: usize) -> Event {
    let mut event = Event::new("Meetup", "Europe/Paris");
    event.rooms = vec![Room::new("a").capacity(50), Room::new("b").capacity(200)];
    event.formats.push(Format::new("talk", 30));
    event.talks = (0..talks).map(|i| Talk::new(format!("t{i}"), "").format("talk").merit(Amount::ONE)).collect();
    event
}

/// A slot in both rooms.
fn slot(id: &str, start: CivilTime, end: CivilTime) -> Slot {
    Slot::new(id, start, end).rooms(["a", "b"])
}

fn all_placed() -> Rule {
    Rule::required(Count::of(Measure::Talks).min(2))
}

fn answer(event: &Event) -> Answer {
    let checked = event.clone().check().unwrap();
    let answer = solve(&checked, &SolveOptions::new()).unwrap();
    if let Some(timetable) = answer.timetable() {
        let audit = Audit::of(&checked, &timetable).unwrap();
        assert!(audit.valid, "{audit:?}");
        assert_eq!(Some(audit.value), answer.value);
    }
    answer
}

fn audit(event: &Event, placements: &[(&str, &str, CivilTime)]) -> Audit {
    let timetable = Timetable::new(placements.iter().map(|(talk, room, start)| Placement::new(*talk, *room, *start)));
    Audit::of(&event.clone().check().unwrap(), &timetable).unwrap()
}

fn pair(a: &str, b: &str) -> Clash {
    Clash::of(ClashOf::Pairs(vec![Factored::Plain(a.into(), b.into())]))
}

#[test]
fn a_clash_counts_though_every_speaker_is_always_available() {
    let mut event = event(2);
    event.slots = vec![slot("s1", at(9, 0), at(9, 30))];
    event.rules = vec![Rule::required(pair("t0", "t1")), all_placed()];
    assert!(event.speakers.is_empty());
    assert_eq!(answer(&event).status, Status::Infeasible);

    event.slots.push(slot("s2", at(10, 0), at(10, 30)));
    let answer = answer(&event);
    assert_eq!(answer.status, Status::Optimal);
    assert_ne!(answer.placements[0].start, answer.placements[1].start);
}

#[test]
fn slots_that_overlap_in_part_are_at_once() {
    let mut event = event(2);
    event.talks[0] = Talk::new("t0", "").minutes(60);
    event.slots = vec![
        Slot::new("long", at(9, 0), at(10, 0)).rooms(["a"]),
        Slot::new("late", at(9, 45), at(10, 15)).rooms(["b"]),
    ];
    event.rules = vec![Rule::required(pair("t0", "t1")), all_placed()];
    assert_eq!(answer(&event).status, Status::Infeasible);
    // So they are for a speaker in common, for a plenary, and for what runs at a time.
    for rule in [
        Rule::required(Plenary::new()).talks(Selection::ids(["t1"])),
        Rule::required(Count::of(Measure::Talks).each(["time"]).max(1)),
    ] {
        event.rules[0] = rule;
        assert_eq!(answer(&event).status, Status::Infeasible);
    }
    event.rules.remove(0);
    assert_eq!(answer(&event).status, Status::Optimal);
    event.speakers.push(Speaker::new("s", "S"));
    event.talks.iter_mut().for_each(|talk| talk.speakers.push("s".into()));
    assert_eq!(answer(&event).status, Status::Infeasible);
}

#[test]
fn a_talk_that_ends_before_its_slot_does_not_clash_after_its_end() {
    let mut event = event(2);
    event.slots =
        vec![Slot::new("long", at(9, 0), at(10, 0)).rooms(["a"]), Slot::new("late", at(9, 30), at(10, 0)).rooms(["b"])];
    event.rules = vec![Rule::required(pair("t0", "t1")), all_placed()];
    assert_eq!(answer(&event).status, Status::Optimal);
}

#[test]
fn a_clash_counts_whichever_way_round_it_is_given() {
    for pair in [pair("t0", "t1"), pair("t1", "t0")] {
        let mut event = event(2);
        event.slots = vec![slot("s1", at(9, 0), at(9, 30))];
        event.rules = vec![Rule::weighted(Amount::whole(7), pair), all_placed()];
        assert_eq!(answer(&event).value, Some(-7.0));
        assert_eq!(audit(&event, &[("t1", "a", at(9, 0)), ("t0", "b", at(9, 0))]).value, -7.0);
        assert_eq!(audit(&event, &[("t0", "a", at(9, 0)), ("t1", "b", at(9, 0))]).value, -7.0);
    }
}

#[test]
fn demand_is_matched_to_rooms_also_where_talks_fill_every_slot() {
    let mut event = event(4);
    event.slots = vec![slot("s1", at(9, 0), at(9, 30)), slot("s2", at(10, 0), at(10, 30))];
    for (talk, people) in event.talks.iter_mut().zip([180, 30, 40, 190]) {
        talk.audience = Some(people);
    }
    event.rules = vec![
        Rule::required(Count::of(Measure::Talks).min(4)),
        Rule::weighted(Amount::ONE, Merit::new()),
        Rule::weighted(Amount::ONE, Fit::new()),
    ];
    let answer = answer(&event);
    assert_eq!(answer.value, Some(4.0));
    for placement in &answer.placements {
        let large = ["t0", "t3"].contains(&placement.talk.as_str());
        assert_eq!(placement.room.as_str(), if large { "b" } else { "a" });
    }
}

#[test]
fn two_slots_of_one_room_that_overlap_are_never_both_filled() {
    let mut event = event(3);
    event.slots =
        vec![Slot::new("s1", at(9, 0), at(9, 45)).rooms(["a"]), Slot::new("s2", at(9, 40), at(10, 10)).rooms(["a"])];
    event.openings = vec![Opening::new(at(9, 10), at(9, 40), 30).rooms(["a"])];
    event.rules = vec![Rule::weighted(Amount::ONE, Merit::new())];
    // The opening ends as the second slot starts; the first slot's room is taken to 9:45, though its talk ends at 9:30.
    let answer = answer(&event);
    assert_eq!(answer.value, Some(2.0));
    assert!(!audit(&event, &[("t0", "a", at(9, 0)), ("t1", "a", at(9, 40))]).valid);
    assert!(!audit(&event, &[("t0", "a", at(9, 0)), ("t1", "a", at(9, 10))]).valid);
    assert!(audit(&event, &[("t0", "a", at(9, 10)), ("t1", "a", at(9, 40))]).valid);
}

#[test]
fn that_there_is_no_timetable_is_proven_and_said() {
    let mut event = event(2);
    event.slots = vec![Slot::new("s1", at(9, 0), at(9, 30)).rooms(["a"])];
    event.rules = vec![all_placed()];
    let answer = answer(&event);
    assert_eq!((answer.status, answer.stopped_by), (Status::Infeasible, StoppedBy::Proof));
    assert!(answer.timetable().is_none() && answer.value.is_none() && answer.bound.is_none());
    // And a timetable that somebody has says which rule it breaks.
    let audit = audit(&event, &[("t0", "a", at(9, 0))]);
    let broken: Vec<_> = audit.broken().map(|rule| rule.name.as_str()).collect();
    assert_eq!(broken, ["count talks"]);
}

#[test]
fn a_closed_slot_is_not_counted_as_free() {
    // Two slots in one room would do for two talks, but the room is closed during the second.
    let mut event = event(2);
    event.rooms[0] = Room::new("a").unavailable(at(10, 0), at(10, 15));
    event.slots =
        vec![Slot::new("s1", at(9, 0), at(9, 30)).rooms(["a"]), Slot::new("s2", at(10, 0), at(10, 30)).rooms(["a"])];
    event.rules = vec![Rule::weighted(Amount::ONE, Merit::new())];
    assert_eq!(answer(&event).value, Some(1.0));
    event.rules = vec![all_placed()];
    assert_eq!(answer(&event).status, Status::Infeasible);
    assert!(!audit(&event, &[("t0", "a", at(9, 0)), ("t1", "a", at(10, 0))]).valid);
}

#[test]
fn a_slot_in_which_nobody_may_speak_is_not_counted_as_free() {
    let mut event = event(2);
    event.slots =
        vec![Slot::new("s1", at(9, 0), at(9, 30)).rooms(["a"]), Slot::new("s2", at(10, 0), at(10, 30)).rooms(["a"])];
    event.rules = vec![Rule::required(Place::outside(Where::slots(["s2"]))), all_placed()];
    assert_eq!(answer(&event).status, Status::Infeasible);
}

#[test]
fn the_plan_is_the_same_on_every_run() {
    // Everything is alike, so that any order would do.
    let mut event = event(8);
    event.slots = (9..=11).map(|hour| slot(&format!("s{hour}"), at(hour, 0), at(hour, 30))).collect();
    event.interests = vec![Interest::new(["t0", "t1", "t2"]), Interest::new(["t3", "t4", "t5"])];
    event.rules = vec![
        Rule::weighted(Amount::ONE, Merit::new()),
        Rule::weighted(Amount::ONE, Clash::of(ClashOf::Interests).per(Per::Missed)),
    ];
    let checked = event.check().unwrap();
    let plan = |threads| solve(&checked, &SolveOptions::new().threads(threads)).unwrap().placements;
    let first = plan(1);
    assert_eq!(first.len(), 6);
    for threads in [1, 1, 2, 4, 0] {
        assert_eq!(plan(threads), first);
    }
}

#[test]
fn a_crowd_counts_also_where_a_talk_is_alone() {
    let mut event = event(1);
    event.slots = vec![Slot::new("s1", at(9, 0), at(9, 30)).rooms(["a"])];
    event.talks[0].audience = Some(80);
    event.rules = vec![Rule::weighted(Amount::ONE, Fit::new())];
    assert_eq!(audit(&event, &[("t0", "a", at(9, 0))]).value, -30.0);
    event.rules = vec![Rule::required(Fit::new())];
    assert!(!audit(&event, &[("t0", "a", at(9, 0))]).valid);
    event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    assert_eq!(answer(&event).value, Some(0.0));
}
