//! Claims about what is searched beside integer programming.

use super::*;
use crate::{
    event::{Amount, CheckedEvent, Event, Status, Talk},
    rules::{Clash, ClashOf, Factored, Rule, testing::grid},
    solve::{
        SolveOptions,
        parts::parts,
        testing::{Saying, limited},
    },
};
use std::{sync::atomic::AtomicUsize, time::Duration};

const TALKS: usize = 30;

/// Talks that all clash, each pair at a price of its own, and half as many slots as there would have to be.
fn crowded() -> CheckedEvent {
    let mut event: Event = grid("a b c", "09:00 10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00 18:00");
    let id = |i: usize| format!("p{i}");
    event.talks = (0..TALKS).map(|i| Talk::new(id(i), "").minutes(30).status(Status::Accepted)).collect();
    let pairs = (0..TALKS).flat_map(|a| (0..a).map(move |b| (a, b)));
    let price = |(a, b): (usize, usize)| Amount::whole((a * a * 31 + b * 17 + a * b * 7) as u32 % 97 + 1);
    let pairs = pairs.map(|(a, b)| Factored::Times(id(a).into(), id(b).into(), price((a, b))));
    event.rules.push(Rule::weighted(Amount::ONE, Clash::of(ClashOf::Pairs(pairs.collect()))));
    event.check().expect("an event without problems")
}

/// A solver whose root takes longer than there is time. Neighbourhoods take all the work that there is, and no time.
fn slow(columns: usize) -> impl Backend {
    let asked = AtomicUsize::new(0);
    Saying(move |ilp: &Ilp, start: Option<&[f64]>, limits: &Limits| {
        let values = start.map(<[f64]>::to_vec);
        if ilp.columns.len() < columns {
            // Only what is searched in time has a share of work to lose.
            if asked.fetch_add(1, Ordering::Relaxed) < 4 {
                limits.spend(1 << 40);
            }
            return Outcome::Found(Found { values, bound: None, stop: Stop::Work, nodes: 1 });
        }
        while limits.stop().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Outcome::Found(Found { values: None, bound: None, stop: limits.stop().unwrap_or(Stop::Time), nodes: 1 })
    })
}

#[test]
fn what_is_found_late_beside_a_slow_root_is_the_answer_and_never_lost() {
    let event = crowded();
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    let parts = parts(&program, &fixing);
    let (part, pinned) = (&parts[0], BTreeMap::new());
    let ilp = Ilp::of(&program, &fixing, part, 1, &pinned);
    // What a search of some time finds, in time and late; of time enough that there is always more to find.
    let searched = |limits: &Limits| {
        let solver = slow(ilp.columns.len());
        let level = Level {
            program: &program,
            fixing: &fixing,
            part,
            priority: 1,
            pinned: &pinned,
            ilp: &ilp,
            backend: &solver,
            limits,
        };
        let ground = Ground::of(&program, &fixing, part, 1, &pinned, ilp.unit);
        let local = Local::new(&ground, None, 0);
        let start = level.start(&local);
        assert!(start.is_some(), "there are rooms enough");
        let mut beside = Beside::new(&level, local.clone());
        let (settled, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
        let in_time = beside.search(start.as_deref(), SHARE, &settled, &over).expect("an answer");
        let (values, stop) = match level.prove(local, None, start).expect("an answer") {
            Outcome::Found(found) => (found.values, found.stop),
            Outcome::Infeasible => (None, Stop::Proof),
        };
        assert!(values.as_ref().is_some_and(|values| ilp.admits(values)));
        (level.worth(in_time.as_deref()), level.worth(values.as_deref()), stop)
    };
    let (in_time, found, stop) = searched(&limited(&SolveOptions::new().time_limit(Duration::from_secs(2))));
    assert_eq!(stop, Stop::Time);
    assert!(found > in_time, "{found} was found late, and {in_time} in time");
}
