//! Claims about priorities that follow one another, and about solvers that are not to be believed.

use super::*;
use crate::{
    event::{Amount, Event, Talk, TalkStatus},
    program::shrinking::dice,
    rules::{Clash, ClashOf, Factored, Place, Rule, Selection, Where, testing::grid},
    solve::{
        CancelFlag, SolveOptions,
        backend::{Found, backend},
        parts::parts,
        progress::Watch,
        shares::together,
        testing::{Flaw, Saying, congress, flawed, kind, limited, limits},
    },
};
use proptest::prelude::*;
use std::time::Duration;

/// As many talks as slots of one room. At each priority, each talk is wanted in the slot so many after its own.
fn shifted(shifts: &[usize]) -> Event {
    let slots = ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"];
    let mut event = grid("hall", &slots.join(" "));
    event.talks =
        (0..slots.len()).map(|i| Talk::new(format!("p{i}"), "").minutes(30).status(TalkStatus::Accepted)).collect();
    for (priority, shift) in (1..).zip(shifts) {
        for i in 0..slots.len() {
            let place = Place::within(Where::slots([slots[(i + shift) % slots.len()]]));
            let talk = Selection::ids([format!("p{i}")]);
            event.rules.push(Rule::weighted(Amount::ONE, place).talks(talk).priority(priority));
        }
    }
    event
}

/// The event's only part settled, and the program.
fn settled(event: Event, solver: &dyn Backend) -> (Program, Settled) {
    let event = event.check().expect("an event without problems");
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    let parts = parts(&program, &fixing, Halt::NEVER).open;
    assert_eq!(parts.len(), 1);
    let settled = settle(&program, &fixing, &parts[0], Aim::best(None), solver, &limits()).expect("an answer");
    (program, settled)
}

/// A solver that gives up at once, with what it was given.
fn idle() -> impl Backend {
    Saying(|_: &Ilp, start: Option<&[f64]>, _: &Limits| {
        let values = start.map(<[f64]>::to_vec);
        Outcome::Found(Found { values, bound: None, stop: Stop::Arithmetic, nodes: 0 })
    })
}

/// What the choice is worth at a priority.
fn value(program: &Program, settled: &Settled, priority: u32) -> i64 {
    program.evaluate(settled.chosen.as_deref().expect("a timetable")).values[&priority]
}

#[test]
fn a_later_priority_is_searched_after_one_that_ended_unproven() {
    // Two talks a slot, and every two that meet cost the same: any timetable is as good, there are too many to try them all,
    // and halves of talks would meet at no cost, so that none is proven.
    let slots = ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"];
    let mut event = grid("hall annex", &slots.join(" "));
    let id = |i: usize| format!("p{i}");
    event.talks = (0..12).map(|i| Talk::new(id(i), "").minutes(30).status(TalkStatus::Accepted)).collect();
    let pairs = (0..12).flat_map(|a| (0..a).map(move |b| (a, b)));
    let pairs = pairs.map(|(a, b)| Factored::Times(id(a).into(), id(b).into(), Amount::ONE));
    event.rules.push(Rule::weighted(Amount::ONE, Clash::of(ClashOf::Pairs(pairs.collect()))));
    for i in 0..12 {
        let place = Place::within(Where::slots([slots[i / 2]]));
        event.rules.push(Rule::weighted(Amount::ONE, place).talks(Selection::ids([id(i)])).priority(2));
    }
    let (program, settled) = settled(event, &idle());
    assert_eq!((settled.verdict, settled.stop), (Verdict::Open, Stop::Arithmetic));
    assert_eq!(value(&program, &settled, 1), -6000);
    assert_eq!(value(&program, &settled, 2), 0, "each talk has the place it is wanted in");
    assert_eq!(settled.bounds[&2], 0, "below what is open, nothing is known but what could be at best");
}

#[test]
fn a_later_priority_never_makes_an_earlier_one_worse() {
    for shifts in [&[1, 4][..], &[2, 5, 1]] {
        for solver in [&idle() as &dyn Backend, &*backend(kind()), &*flawed(Flaw::BreaksRows)] {
            let (program, settled) = settled(shifted(shifts), solver);
            assert_eq!(value(&program, &settled, 1), 0);
            assert_eq!(value(&program, &settled, 2), -6000, "all that the first priority leaves");
        }
    }
}

#[test]
fn a_small_part_has_a_first_timetable_even_where_no_time_was_given() {
    let event = shifted(&[0]).check().expect("an event without problems");
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    for part in parts(&program, &fixing, Halt::NEVER).open {
        let none = limited(&SolveOptions::new().time_limit(Duration::ZERO));
        let settled = settle(&program, &fixing, &part, Aim::best(None), &idle(), &none).expect("an answer");
        assert!(settled.chosen.is_some_and(|chosen| chosen.len() == 6));
        assert_eq!((settled.verdict, settled.stop), (Verdict::Open, Stop::Time));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn solvers_that_lose_solutions_by_rounding_lose_no_timetable_and_prove_nothing_untrue(
        dice in dice(),
        flaw in prop::sample::select(vec![Flaw::LosesWhatItIsGiven, Flaw::BreaksRows]),
        with_one in any::<bool>(),
    ) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        for part in parts(&program, &fixing, Halt::NEVER).open {
            let worth = |settled: &Settled| {
                let chosen = settled.chosen.as_ref()?;
                Some(worth_of(&program, &fixing, &part, chosen).expect("no row is broken"))
            };
            let settled = |begin, solver| settle(&program, &fixing, &part, Aim::best(begin), solver, &limits()).expect("an answer");
            let honest = backend(kind());
            let best = settled(None, &*honest);
            let solver = flawed(flaw);
            let begin = best.chosen.as_deref().filter(|_| with_one);
            let found = settled(begin, &*solver);
            prop_assert!(found.verdict != Verdict::Infeasible || best.verdict == Verdict::Infeasible);
            if found.verdict == Verdict::Proven || begin.is_some() {
                prop_assert_eq!(worth(&found), worth(&best));
            }
            for (priority, value) in worth(&best).into_iter().flatten() {
                prop_assert!(found.bounds.get(&priority).is_none_or(|bound| *bound >= value));
            }
        }
    }
}

/// Those of a search that was cancelled after a second.
fn late() -> Limits {
    let cancelled = CancelFlag::new();
    cancelled.cancel();
    let started = Instant::now().checked_sub(Duration::from_secs(1)).expect("a clock that has run for a second");
    Limits::new(&SolveOptions::new().cancel(cancelled), started, Watch::new(started, None))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_not_set_up_in_time_is_bounded_all_the_same(dice in dice()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let solver = backend(kind());
        let settled = |halt, limits: &Limits| {
            let parts = parts(&program, &fixing, halt);
            let each = parts.open.iter().map(|part| settle(&program, &fixing, part, Aim::best(None), &*solver, limits));
            let decided = decided(&program, &fixing, &parts.decided);
            let each = std::iter::once(Ok(decided)).chain(each).collect::<Result<_, _>>().expect("no failure");
            (parts.open.len(), together(&program, each))
        };
        let (_, best) = settled(Halt::NEVER, &limits());
        let (parts, stopped) = settled(Halt::when(&|| true), &late());
        prop_assert_eq!((parts, stopped.verdict, stopped.stop), (1, Verdict::Open, Stop::Cancelled));
        prop_assert!(stopped.chosen.is_none());
        if best.verdict == Verdict::Proven {
            prop_assert!(stopped.bounds.iter().all(|(priority, most)| *most >= best.bounds[priority]));
        }
    }

    #[test]
    fn a_part_that_is_not_set_up_in_time_keeps_what_it_began_with(dice in dice()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let solver = backend(kind());
        for part in parts(&program, &fixing, Halt::NEVER).open {
            let settled = |begin, limits: &Limits| {
                settle(&program, &fixing, &part, begin, &*solver, limits).expect("no failure")
            };
            let Some(chosen) = settled(Aim::best(None), &limits()).chosen else { continue };
            let kept = settled(Aim::best(Some(&chosen)), &late()).chosen.expect("what it began with");
            prop_assert!(kept.iter().all(|var| chosen.contains(var)) && kept.len() == chosen.len());
        }
    }

    #[test]
    fn a_first_timetable_breaks_nothing(dice in dice()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        for part in parts(&program, &fixing, Halt::NEVER).open {
            for limits in [limits(), late()] {
                if let Some(chosen) = first(&program, &fixing, &part, Aim::best(None), &limits) {
                    prop_assert!(worth_of(&program, &fixing, &part, &chosen).is_some());
                    prop_assert_eq!(first(&program, &fixing, &part, Aim::best(Some(&chosen)), &limits), Some(chosen));
                }
            }
        }
    }
}
