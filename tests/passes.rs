//! The passes that shrink the problem change no answer: the best of what is left is the best of all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{
    config,
    random::{Most, Random, events},
};
use proptest::{prelude::*, test_runner::TestRunner};
use slotwise::program::{Fixing, Program, Var};
use std::cell::Cell;

/// How many choices of places are tried at most.
const MOST_CHOICES: usize = 20_000;

/// What the best choice that keeps to the fixing is worth, priority by priority; none where there is none.
fn best(program: &Program, fixing: Option<&Fixing>) -> Option<Vec<i64>> {
    let mut best = None;
    let mut chosen = Vec::new();
    try_from(program, fixing, 0, &mut chosen, &mut best);
    best
}

fn try_from(
    program: &Program,
    fixing: Option<&Fixing>,
    talk: usize,
    chosen: &mut Vec<Var>,
    best: &mut Option<Vec<i64>>,
) {
    let Some(range) = program.talk_atoms.get(talk) else {
        let evaluation = program.evaluate(chosen);
        let worth: Vec<i64> = evaluation.values.into_values().collect();
        if evaluation.broken.is_empty() && best.as_ref().is_none_or(|best| *best < worth) {
            *best = Some(worth);
        }
        return;
    };
    let value = |v: u32| fixing.and_then(|f| f.fixed[v as usize]);
    if range.clone().all(|v| value(v) != Some(true)) {
        try_from(program, fixing, talk + 1, chosen, best);
    }
    for v in range.clone().filter(|v| value(*v) != Some(false)) {
        chosen.push(Var(v));
        try_from(program, fixing, talk + 1, chosen, best);
        chosen.pop();
    }
}

#[test]
fn the_best_choice_of_what_is_left_is_the_best_of_all() {
    let dropped = Cell::new(0);
    let mut runner = TestRunner::new(config(600));
    let property = |event: Random| {
        let program = Program::of(&event.checked()).unwrap();
        let choices = program.talk_atoms.iter().map(|range| range.len() + 1);
        if choices.fold(1, usize::saturating_mul) > MOST_CHOICES {
            return Ok(());
        }
        let (fixing, shrunk) = (program.fix(), program.shrink());
        if shrunk.impossible.is_some() {
            prop_assert_eq!(best(&program, None), None);
            return Ok(());
        }
        dropped.set(dropped.get() + shrunk.count - fixing.count);
        let all = best(&program, None);
        prop_assert_eq!(best(&program, Some(&fixing)), all.clone());
        prop_assert_eq!(best(&program, Some(&shrunk)), all);
        Ok(())
    };
    runner.run(&events(Most::TINY), property).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(dropped.get() > 100, "only {} places were ruled out in all these events", dropped.get());
}
