//! Claims about trying every timetable: bounds hold on the way down, are exact at its end, and lead back to where they began.

use super::{
    super::model::{Model, NONE},
    node::OPEN,
    *,
};
use crate::{
    event::{Amount, Talk},
    program::{Halt, Program, shrinking},
    rules::{Merit, Rule, testing::grid},
    solve::{
        backend::{Found, Outcome, backend},
        ilp::Ilp,
        local::{state::State, tests::stated},
        parts::parts,
        settle::{Pinned, starting},
        testing::{congress, kind, limits},
    },
};
use proptest::prelude::*;

/// A way down from the root: each open talk has an atom at random, or none where it may be left out.
fn go_down(node: &mut Node<'_>, random: &mut Xoshiro256PlusPlus, mut at_each: impl FnMut(&Node<'_>)) {
    let talks = node.model.talks.len() as u32;
    for talk in 0..talks {
        let mut atoms: Vec<u32> = node.model.talks[talk as usize].clone().collect();
        atoms.extend(node.model.optional[talk as usize].then_some(NONE));
        node.decide(talk, atoms[random.random_range(0..atoms.len())]);
        at_each(node);
    }
}

#[test]
fn bounds_hold_on_the_way_down_and_are_exact_at_its_end() {
    let (program, fixing) = stated();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    for part in &parts(&program, &fixing, Halt::NEVER).open {
        let model = Model::of(&program, &fixing, part, 2, &[1]);
        for _ in 0..200 {
            let mut node = Node::root(&model);
            let root = (node.now, node.earlier, node.broken, node.sums.clone());
            let mut bounds = Vec::new();
            go_down(&mut node, &mut random, |node| bounds.push((node.now, node.earlier, node.broken)));
            let mut state = State::empty(&model);
            (0..model.talks.len()).for_each(|talk| state.put(talk as u32, node.talks[talk]));
            assert_eq!((node.now, node.earlier), (state.worth.now, state.worth.earlier));
            assert_eq!(node.broken > 0, state.worth.broken > 0);
            for (now, earlier, broken) in bounds {
                assert!(now >= node.now && earlier >= node.earlier && broken <= node.broken);
            }
            node.undo(0);
            assert_eq!(root, (node.now, node.earlier, node.broken, node.sums.clone()));
            assert!(node.talks.iter().all(|atom| *atom == OPEN));
        }
    }
}

#[test]
fn what_is_known_is_exceeded_or_nothing_is_found() {
    let mut event = grid("hall", "09:00 10:00 11:00");
    let talk = |i: u32| Talk::new(format!("p{i}"), "").minutes(30).merit(Amount::whole(i));
    event.talks = (1..=4).map(talk).collect();
    event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    let event = event.check().expect("the event is right");
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    let parts = parts(&program, &fixing, Halt::NEVER).open;
    let ground = Ground::of(&program, &fixing, &parts[0], 1, &Pinned::default(), 1);
    let best_above = |known: Option<i64>| {
        let mut worth = None;
        let found = ground.enumerate(known, 20_000.0, &limits(), &mut |value, _| {
            worth = Some(value);
            true
        });
        let found = found.expect("there are few");
        assert!(found.complete);
        assert_eq!(found.best.is_some(), worth.is_some());
        worth
    };
    let best = best_above(None).expect("there is a timetable");
    assert_eq!(best, 9000);
    assert_eq!(best_above(Some(best - 1)), Some(best));
    assert_eq!(best_above(Some(best)), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_best_of_all_timetables_is_what_integer_programming_proves(dice in shrinking::dice()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        for part in &parts(&program, &fixing, Halt::NEVER).open {
            let Some(ilp) = Ilp::of(&program, &fixing, part, 1, &Pinned::default(), Halt::NEVER) else { continue };
            let ground = Ground::of(&program, &fixing, part, 1, &Pinned::default(), ilp.unit);
            let mut best = None;
            let found = ground.enumerate(None, 20_000.0, &limits(), &mut |value, chosen| {
                let values = starting(&program, &fixing, &ilp, chosen);
                assert!(ilp.admits(&values), "a timetable that breaks a row");
                best = Some(value);
                true
            });
            if !found.is_some_and(|found| found.complete) {
                continue;
            }
            match backend(kind()).maximise(&ilp, None, &limits()).expect("an answer") {
                Outcome::Infeasible => prop_assert_eq!(best, None),
                Outcome::Found(Found { values: Some(values), .. }) => {
                    prop_assert_eq!(best, Some(ilp.thousandths(ilp.value(&values).round() as i64)));
                }
                Outcome::Found(_) => prop_assert!(false, "no proof"),
            }
        }
    }
}
