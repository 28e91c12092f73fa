//! Claims about branching on choices, held against every solution of small programs.

use super::*;
use crate::{
    program::shrinking::dice,
    solve::{
        BackendKind, SolveOptions,
        backend::backend,
        ilp::{Column, IlpRow},
        testing::{congress, limited, limits, parts_of},
    },
};
use proptest::prelude::*;

/// How many columns each choice has.
const WIDTH: usize = 3;

/// Programs of four choices that share a few rows.
fn programs() -> impl Strategy<Value = Ilp> {
    let choice = (any::<bool>(), proptest::collection::vec(-20_i64..=0, WIDTH));
    let row = (proptest::collection::vec(-2_i64..=3, 4 * WIDTH), 1_i64..6);
    (proptest::collection::vec(choice, 4), proptest::collection::vec(row, 1..7)).prop_map(|(choices, rows)| {
        let mut ilp = Ilp::empty();
        for (needed, objectives) in choices {
            let first = ilp.columns.len();
            // What need not be chosen gains something, or nothing would ever be.
            let gain = if needed { 0 } else { 12 };
            let column = |objective| Column { upper: 1, integer: true, objective: objective + gain };
            ilp.columns.extend(objectives.into_iter().map(column));
            let terms = (first..first + WIDTH).map(|c| (c, 1)).collect();
            ilp.exclusive.push(ilp.rows.len());
            ilp.rows.push(IlpRow { terms, lower: needed.then_some(1), upper: Some(1) });
        }
        for (factors, upper) in rows {
            let terms = factors.into_iter().enumerate().filter(|(_, factor)| *factor != 0).collect();
            ilp.push(terms, None, Some(upper));
        }
        ilp
    })
}

/// Every solution.
fn solutions(ilp: &Ilp) -> Vec<Vec<f64>> {
    let mut all = vec![vec![0.0; ilp.columns.len()]];
    for choice in 0..ilp.columns.len() / WIDTH {
        let with = |solution: &Vec<f64>, nth: usize| {
            let mut solution = solution.clone();
            solution[choice * WIDTH + nth] = 1.0;
            solution
        };
        let one = |solution: &Vec<f64>| (0..WIDTH).map(|nth| with(solution, nth)).collect::<Vec<_>>();
        all = all.iter().flat_map(|solution| [vec![solution.clone()], one(solution)].concat()).collect();
    }
    all.retain(|solution| ilp.admits(solution));
    all
}

/// The bound of the relaxation's own multipliers, or of none.
fn bound(ilp: &Ilp, good: bool) -> Bound {
    let multipliers = backend(BackendKind::Highs).multipliers(ilp, &limits()).filter(|_| good);
    Bound::of(ilp, &multipliers.unwrap_or_else(|| vec![0.0; ilp.rows.len()]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_tree_ends_at_the_best_of_all_solutions(
        ilp in programs(),
        good in any::<bool>(),
        start in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let all = solutions(&ilp);
        let start = start.filter(|_| !all.is_empty()).map(|nth| nth.get(&all).clone());
        let solver = backend(BackendKind::Highs);
        let outcome =
            maximise(&*solver, &ilp, &bound(&ilp, good), &ilp.exclusive, start.as_deref(), &limits());
        let best = all.iter().map(|solution| ilp.value(solution)).max_by(f64::total_cmp);
        match (outcome.expect("an answer"), best) {
            (Outcome::Infeasible, None) => {}
            (Outcome::Found(found), Some(best)) => {
                let values = found.values.expect("values");
                prop_assert!(ilp.admits(&values));
                prop_assert!((ilp.value(&values) - best).abs() < 1e-6, "{} is not {best}", ilp.value(&values));
                prop_assert!(found.stop == Stop::Proof && (found.bound.expect("a bound") - best).abs() < 1.0);
            }
            (outcome, best) => prop_assert!(false, "{outcome:?} where the best is {best:?}"),
        }
    }

    #[test]
    fn a_tree_that_is_stopped_loses_nothing_and_claims_nothing_false(
        ilp in programs(),
        start in proptest::option::of(any::<prop::sample::Index>()),
        work in 0_u64..4,
    ) {
        let all = solutions(&ilp);
        let start = start.filter(|_| !all.is_empty()).map(|nth| nth.get(&all).clone());
        let limits = limited(&SolveOptions::new().work_limit(work));
        let solver = backend(BackendKind::Highs);
        let outcome = maximise(&*solver, &ilp, &bound(&ilp, true), &ilp.exclusive, start.as_deref(), &limits);
        let best = all.iter().map(|solution| ilp.value(solution)).max_by(f64::total_cmp);
        match outcome.expect("an answer") {
            Outcome::Infeasible => prop_assert_eq!(best, None),
            Outcome::Found(found) => {
                let most = found.bound.expect("a bound");
                prop_assert!(best.is_none_or(|best| best < most + 1e-3), "{best:?} is above {most}");
                prop_assert!(found.values.is_some() || start.is_none());
                if let Some(values) = found.values {
                    prop_assert!(ilp.admits(&values));
                    prop_assert!(start.is_none_or(|start| ilp.value(&values) > ilp.value(&start) - 1e-6));
                    prop_assert!(found.stop != Stop::Proof || Some(ilp.value(&values).round()) == best);
                }
            }
        }
    }

    #[test]
    fn a_relaxation_kept_warm_ends_where_a_new_one_does(
        ilp in programs(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..12),
    ) {
        let solver = backend(BackendKind::Highs);
        let mut warm = Relaxation::of(&*solver, &ilp).expect("a thread");
        for (column, out) in changes {
            let column = column.index(ilp.columns.len());
            if out { warm.rule_out(column) } else { warm.let_in(column) }
            let mut fresh = Relaxation::of(&*solver, &warm.ilp).expect("a thread");
            let relaxed = warm.solve(i64::MIN, &limits()).expect("an answer");
            let again = fresh.solve(i64::MIN, &limits()).expect("an answer");
            match (relaxed, again) {
                (Relaxed::Infeasible, Relaxed::Infeasible) => {}
                (Relaxed::Open(values, bound), Relaxed::Open(_, other)) => {
                    prop_assert!((bound.exact() - other.exact()).abs() < 1e-3);
                    // At the optimum, the bound is what the values are worth.
                    prop_assert!((bound.exact() - ilp.value(&values)).abs() < 1e-3);
                }
                _ => prop_assert!(false, "one has an optimum, the other none"),
            }
        }
    }

    #[test]
    fn branching_on_rooms_first_ends_at_the_optimum_of_random_congresses(dice in dice()) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let solver = backend(BackendKind::Highs);
        let value = |outcome: Outcome| match outcome {
            Outcome::Infeasible => None,
            Outcome::Found(found) => found.values,
        };
        for ilp in parts_of(&program, &fixing) {
            let is_room = |c: usize| {
                let atom = ilp.vars.get(c).and_then(|var| program.atoms.get(var.at()));
                atom.is_some_and(|atom| program.tracks.is_room(atom))
            };
            let rooms = ilp.exclusive.iter().filter(|row| ilp.rows[**row].terms.iter().all(|(c, _)| is_room(*c)));
            let rooms: Vec<usize> = rooms.copied().collect();
            let best = value(solver.maximise(&ilp, None, &limits()).expect("an answer"));
            let own = maximise(&*solver, &ilp, &bound(&ilp, true), &rooms, None, &limits());
            let own = value(own.expect("an answer"));
            prop_assert!(own.as_ref().is_none_or(|values| ilp.admits(values)));
            let worth = |values: Option<Vec<f64>>| values.map(|values| ilp.value(&values).round());
            prop_assert_eq!(worth(own), worth(best));
        }
    }
}
