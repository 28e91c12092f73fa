//! Claims about parts that share the time: none is lost, and what is decided is none.

use super::*;
use crate::{
    event::{CheckedEvent, Talk, TalkStatus},
    program::Halt,
    rules::{Clash, ClashOf, Rule, testing::grid},
    solve::{
        SolveOptions,
        backend::backend,
        parts::parts,
        testing::{kind, limited},
    },
};
use std::time::Duration;

/// So many rooms, each of which three talks of its own share; and one talk that is pinned to its place.
fn apart(rooms: usize) -> CheckedEvent {
    let names: Vec<String> = (0..rooms).map(|room| format!("r{room}")).collect();
    let mut event = grid(&format!("{} hall", names.join(" ")), "09:00 10:00 11:00");
    for room in &names {
        let talk = |i: usize| Talk::new(format!("{room}-{i}"), "").minutes(30).pin_room(room.as_str());
        event.talks.extend((0..3).map(|i| talk(i).status(TalkStatus::Accepted).tag("of", room.as_str())));
    }
    let keynote = Talk::new("keynote", "").minutes(30).pin_room("hall").pin_start(event.slots[0].start);
    event.talks.push(keynote.status(TalkStatus::Accepted));
    event.rules.push(Rule::required(Clash::of(ClashOf::Tag("of".into()))));
    event.check().expect("an event without problems")
}

#[test]
fn what_is_decided_is_no_part_of_its_own() {
    let event = apart(3);
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    let parts = parts(&program, &fixing, Halt::NEVER);
    assert_eq!(parts.open.len(), 3);
    assert!(parts.open.iter().all(|part| part.atoms.iter().any(|atom| fixing.is_free(*atom))));
    let settled = settle::decided(&program, &fixing, &parts.decided);
    assert_eq!((settled.verdict, settled.chosen.map(|chosen| chosen.len())), (Verdict::Proven, Some(1)));
}

#[test]
fn every_part_has_a_timetable_though_there_is_no_time_for_any() {
    for rooms in [1, 2, 7] {
        let event = apart(rooms);
        let program = Program::of(&event).expect("small weights");
        let fixing = program.fix();
        let parts = parts(&program, &fixing, Halt::NEVER);
        let limits = limited(&SolveOptions::new().time_limit(Duration::ZERO));
        let of_part = |i| limits.of_part(i);
        let settled = settle_all(&program, &fixing, &parts, Aim::best(None), &*backend(kind()), &limits, of_part);
        let chosen = settled.expect("no failure").chosen.expect("a timetable");
        assert_eq!(chosen.len(), 3 * rooms + 1);
        assert!(program.evaluate(&chosen).broken.is_empty());
    }
}

#[test]
fn tasks_in_turns_are_all_done_and_the_last_has_all_the_time_that_is_left() {
    let limits = limited(&SolveOptions::new().time_limit(Duration::from_secs(600)));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let shares = pool.install(|| in_turns(&[1, 1, 2], &limits, |at, share| (at, (share * 100.0).round() as i64)));
    assert_eq!(shares, [(0, 25), (1, 33), (2, 100)]);
    let unlimited = limited(&SolveOptions::new());
    assert_eq!(in_turns(&[5, 1], &unlimited, |_, share| share as i64), [1, 1]);
}
