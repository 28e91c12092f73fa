//! What is between two talks, read from the event as it was written.

use crate::common::{
    config,
    exhaustive::{Exhausted, exhaust},
    judge::{against, places, without_zeros},
    random::{Most, Random, events},
};
use proptest::prelude::*;
use slotwise::{
    Audit, CheckedEvent, SolveOptions,
    event::TalkIx,
    rules::{Order, Placed, Relation, Rule, Spot, Together},
    solve,
    timetable::Status,
};

/// The event under one rule: its first two talks, one after the other. Neither is declined.
fn in_a_row(event: &Random) -> Random {
    let mut event = event.clone();
    for talk in event.0.talks.iter_mut().take(2).filter(|talk| talk.status == slotwise::TalkStatus::Declined) {
        talk.status = slotwise::TalkStatus::Proposed;
    }
    let ids: Vec<_> = event.0.talks.iter().take(2).map(|talk| talk.id.clone()).collect();
    event.0.rules.insert(0, Rule::required(Order::of(Together::sequence(ids), Relation::Consecutive)));
    event
}

/// Whether the second follows the first, by what the rule promises.
fn follows(event: &CheckedEvent, a: &Spot, b: &Spot) -> bool {
    let open = event.talk_indices().filter(|t| event.talk(*t).status != slotwise::TalkStatus::Declined);
    let mut usable = open.flat_map(|talk| places(event, talk)).filter(|place| place.room == a.room);
    a.room == b.room
        && event.date(a.start) == event.date(b.start)
        && b.start >= a.busy_until
        && !usable.any(|place| (a.busy_until..b.start).contains(&place.start))
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn only_what_somebody_could_use_is_between_two_talks(event in events(Most::SMALL)) {
        let event = in_a_row(&event).checked();
        for a in places(&event, TalkIx(0)) {
            for b in places(&event, TalkIx(1)) {
                if against(&event, &a, &b).is_some() {
                    continue;
                }
                let audit = Audit::of_placed(&event, &Placed::new(&event, vec![a, b]));
                let report = &audit.rules[audit.rules.len() - event.rule_count()];
                prop_assert_eq!(!report.broken, follows(&event, &a, &b), "{:?} and {:?}", a, b);
            }
        }
    }

    #[test]
    fn the_best_timetable_of_consecutive_talks_is_that_of_exhaustive_search(event in events(Most::TINY)) {
        let event = in_a_row(&event).checked();
        let best = exhaust(&event, 4_000);
        prop_assume!(best != Exhausted::TooMany);
        let answer = solve(&event, &SolveOptions::new()).unwrap();
        let found = match answer.timetable() {
            Some(timetable) => Exhausted::Best(without_zeros(&Audit::of(&event, &timetable).unwrap().values)),
            None => Exhausted::Infeasible,
        };
        prop_assert!(matches!(answer.status, Status::Optimal | Status::Infeasible));
        prop_assert_eq!(found, best);
    }
}
