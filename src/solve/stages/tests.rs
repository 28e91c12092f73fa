//! Claims about times first and rooms second, on random congresses.

use super::*;
use crate::{
    program::shrinking::dice,
    solve::{
        SolveOptions,
        backend::backend,
        testing::{congress, kind, limited, limits, parts_of},
    },
};
use proptest::prelude::*;

/// The best value of the whole program; none where it has no solution.
fn optimum(ilp: &Ilp) -> Option<Vec<f64>> {
    match backend(kind()).maximise(ilp, None, &limits()).expect("an answer") {
        Outcome::Infeasible => None,
        Outcome::Found(found) => found.values,
    }
}

/// Some solution, whatever it is worth.
fn any_solution(ilp: &Ilp) -> Option<Vec<f64>> {
    let mut flat = ilp.clone();
    flat.columns.iter_mut().for_each(|column| column.objective = 0);
    optimum(&flat)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_stages_find_is_a_solution_and_their_bound_is_one_of_the_whole(dice in dice(), before_tree in any::<bool>()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let (solver, limits) = (backend(kind()), limits());
        for ilp in parts_of(&program, &fixing) {
            let Some(mut stages) = Stages::of(&program, &fixing, &ilp, &*solver, &limits, before_tree) else { continue };
            let best = optimum(&ilp).map(|values| ilp.value(&values));
            match (stages.maximise(None).expect("an answer"), best) {
                (None, _) => {}
                (Some(Outcome::Infeasible), best) => prop_assert_eq!(best, None),
                (Some(Outcome::Found(found)), best) => {
                    let worth = found.values.as_ref().map(|values| ilp.value(values));
                    prop_assert!(found.values.is_none_or(|values| ilp.admits(&values)));
                    let bound = found.bound.expect("a bound");
                    prop_assert!(best.is_none_or(|best| best < bound + 1e-3), "{best:?} is above {bound}");
                    if found.stop == Stop::Proof {
                        let (worth, best) = (worth.expect("values"), best.expect("a solution"));
                        prop_assert!((worth - best).abs() < 1e-3, "{worth} is no optimum: {best}");
                    }
                }
            }
        }
    }

    #[test]
    fn stages_never_lose_what_was_in_hand_however_little_work_they_may_do(
        dice in dice(),
        work in 0_u64..3,
        before_tree in any::<bool>(),
    ) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let solver = backend(kind());
        for ilp in parts_of(&program, &fixing) {
            let limits = limited(&SolveOptions::new().work_limit(work));
            let Some(mut stages) = Stages::of(&program, &fixing, &ilp, &*solver, &limits, before_tree) else { continue };
            let Some(start) = any_solution(&ilp) else { continue };
            if let Some(Outcome::Found(found)) = stages.maximise(Some(&start)).expect("an answer") {
                let values = found.values.expect("what was in hand");
                prop_assert!(ilp.admits(&values) && ilp.value(&values) > ilp.value(&start) - 1e-3);
            }
        }
    }

    #[test]
    fn with_times_held_only_rooms_change_and_with_rooms_held_only_times(dice in dice(), times in any::<bool>()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let (solver, limits) = (backend(kind()), limits());
        for ilp in parts_of(&program, &fixing) {
            let Some(stages) = Stages::of(&program, &fixing, &ilp, &*solver, &limits, false) else { continue };
            let Some(start) = any_solution(&ilp) else { continue };
            let held = stages.hold(&start, times);
            let Some(values) = optimum(&held.ilp).map(|values| held.all(&values)) else {
                prop_assert!(false, "what is held was a solution");
                continue;
            };
            prop_assert!(ilp.admits(&values) && ilp.value(&values) > ilp.value(&start) - 1e-3);
            let is_held = |kind: &Kind| matches!((kind, times), (Kind::Time, true) | (Kind::Room, false));
            for (column, _) in stages.kinds.iter().enumerate().filter(|(_, kind)| is_held(kind)) {
                prop_assert!((values[column] - start[column]).abs() < 0.5, "column {column} is held");
            }
        }
    }

    #[test]
    fn a_rough_draft_is_a_solution_where_there_is_one(dice in dice()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let (solver, limits) = (backend(kind()), limits());
        for ilp in parts_of(&program, &fixing) {
            let Some(mut stages) = Stages::of(&program, &fixing, &ilp, &*solver, &limits, true) else { continue };
            prop_assert!(stages.draft(&limits).expect("no failure").is_none(), "there are no times yet");
            stages.maximise(None).expect("an answer");
            if let Some(values) = stages.draft(&limits).expect("no failure") {
                prop_assert!(ilp.admits(&values));
            }
        }
    }
}
