//! Claims about what is searched beside integer programming.

use super::{prove::SHARE, *};
use crate::{
    event::{Amount, CheckedEvent, Event, Talk, TalkStatus},
    program::Halt,
    rules::{Clash, ClashOf, Factored, Rule, testing::grid},
    solve::{
        SolveOptions,
        beside::Beside,
        parts::parts,
        testing::{Saying, limited},
    },
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

const TALKS: usize = 30;

/// Talks that all clash, each pair at a price of its own, and half as many slots as there would have to be.
fn crowded() -> CheckedEvent {
    let mut event: Event = grid("a b c", "09:00 10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00 18:00");
    let id = |i: usize| format!("p{i}");
    event.talks = (0..TALKS).map(|i| Talk::new(id(i), "").minutes(30).status(TalkStatus::Accepted)).collect();
    let pairs = (0..TALKS).flat_map(|a| (0..a).map(move |b| (a, b)));
    let price = |(a, b): (usize, usize)| Amount::whole((a * a * 31 + b * 17 + a * b * 7) as u32 % 97 + 1);
    let pairs = pairs.map(|(a, b)| Factored::Times(id(a).into(), id(b).into(), price((a, b))));
    event.rules.push(Rule::weighted(Amount::ONE, Clash::of(ClashOf::Pairs(pairs.collect()))));
    event.check().expect("an event without problems")
}

/// Does something with the crowded event's only part, and with local search that has a first timetable of it.
fn at<T>(solver: &dyn Backend, limits: &Limits, act: impl FnOnce(&Level<'_>, Local<'_>) -> T) -> T {
    let event = crowded();
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    let parts = parts(&program, &fixing, Halt::NEVER);
    let (part, pinned) = (&parts.open[0], Pinned::default());
    let ilp = Ilp::of(&program, &fixing, part, 1, &pinned, Halt::NEVER).expect("nothing stops it");
    let ground = Ground::of(&program, &fixing, part, 1, &pinned, ilp.unit);
    let (program, fixing, ilp) = (&program, &fixing, &ilp);
    let level = Level { program, fixing, part, priority: 1, pinned: &pinned, ilp, backend: solver, limits };
    let local = Local::new(&ground, None, 0);
    assert!(level.start(&local).is_some(), "there are rooms enough");
    act(&level, local)
}

/// What integer programming comes to with nothing in hand; and whether that is a timetable.
fn proven(solver: &dyn Backend, limits: &Limits) -> (Outcome, bool) {
    at(solver, limits, |level, local| {
        let outcome = level.prove(local, None, f64::INFINITY, None).expect("an answer");
        let is_one = matches!(&outcome, Outcome::Found(Found { values: Some(values), .. }) if level.ilp.admits(values));
        (outcome, is_one)
    })
}

#[test]
fn nothing_is_infeasible_that_was_found_beside() {
    // Whoever asks with a solution asks for a neighbourhood of what was found.
    let found = AtomicBool::new(false);
    let solver = Saying(|_: &Ilp, start: Option<&[f64]>, _: &Limits| {
        found.fetch_or(start.is_some(), Ordering::Relaxed);
        wait_until(|| found.load(Ordering::Relaxed));
        Outcome::Infeasible
    });
    let (outcome, is_one) = proven(&solver, &limited(&SolveOptions::new()));
    assert!(is_one, "{outcome:?}");
    assert!(matches!(outcome, Outcome::Found(Found { stop: Stop::Arithmetic, .. })));
}

#[test]
fn a_search_with_a_thousandth_of_work_left_ends() {
    let asked = AtomicUsize::new(0);
    let solver = Saying(|_: &Ilp, start: Option<&[f64]>, limits: &Limits| {
        // A solver does what it is given work for; here that is to be little.
        assert!(asked.fetch_add(1, Ordering::Relaxed) < 1000, "without an end");
        limits.spend(limits.work_left().unwrap_or(0));
        Outcome::Found(Found { values: start.map(<[f64]>::to_vec), bound: None, stop: Stop::Work, nodes: 1 })
    });
    let (outcome, _) = proven(&solver, &limited(&SolveOptions::new()).at_most(1));
    assert!(matches!(outcome, Outcome::Found(Found { stop: Stop::Work, .. })), "{outcome:?}");
}

/// Neighbourhoods that are asked for in one round, and in what is searched late until the root ends.
const ROUND: usize = 2;
const LATE: usize = 1000;

/// A solver whose root ends when there is no more time, which is when so much was searched late. Neighbourhoods bring nothing,
/// and the first ones take all the work there is: so only one round is searched in time.
fn slow() -> impl Backend {
    let asked = AtomicUsize::new(0);
    Saying(move |_: &Ilp, start: Option<&[f64]>, limits: &Limits| {
        let stop = match start {
            Some(_) if asked.fetch_add(1, Ordering::Relaxed) < ROUND => {
                limits.spend(1 << 40);
                Stop::Work
            }
            Some(_) => Stop::Work,
            None => {
                wait_until(|| asked.load(Ordering::Relaxed) > LATE);
                Stop::Time
            }
        };
        Outcome::Found(Found { values: start.map(<[f64]>::to_vec), bound: None, stop, nodes: 1 })
    })
}

/// Waits for that, if it takes no more than some seconds.
fn wait_until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn what_is_found_late_beside_a_slow_root_is_the_answer_and_never_lost() {
    let in_time = at(&slow(), &limited(&SolveOptions::new()), |level, local| {
        let flag = || Arc::new(AtomicBool::new(false));
        let limits = level.limits.apart(SHARE).until(&flag());
        let found = Beside::new(level, local).search(None, &limits, &flag()).expect("an answer");
        level.worth(found.as_deref())
    });
    let timed = SolveOptions::new().time_limit(Duration::from_secs(600));
    let (found, stop) = at(&slow(), &limited(&timed), |level, local| {
        let (values, stop) = match level.prove(local, None, f64::INFINITY, None).expect("an answer") {
            Outcome::Found(found) => (found.values, found.stop),
            Outcome::Infeasible => (None, Stop::Proof),
        };
        assert!(values.as_ref().is_some_and(|values| level.ilp.admits(values)));
        (level.worth(values.as_deref()), stop)
    });
    assert_eq!(stop, Stop::Time);
    assert!(in_time > f64::NEG_INFINITY && found > in_time, "{found} was found late, and {in_time} in time");
}
