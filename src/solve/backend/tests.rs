//! Claims about what is believed of a solver.

use super::*;
use crate::solve::{
    bound::tests::{programs, solutions},
    testing::{Saying, limits},
};
use proptest::prelude::*;

fn doubles(solution: &[i64]) -> Vec<f64> {
    solution.iter().map(|v| *v as f64).collect()
}

/// What is made of it when a solver says so.
fn heard(said: &Outcome, ilp: &Ilp, start: Option<&[f64]>) -> Outcome {
    let solver: &dyn Backend = &Saying(|_: &Ilp, _: Option<&[f64]>, _: &Limits| said.clone());
    solver.maximise(ilp, start, &limits()).expect("an answer")
}

fn found(values: Option<Vec<f64>>, bound: Option<f64>, stop: Stop) -> Outcome {
    Outcome::Found(Found { values, bound, stop, nodes: 3 })
}

proptest! {
    #[test]
    fn values_that_break_a_row_are_none_and_prove_nothing(
        ilp in programs(),
        values in proptest::collection::vec(0_i64..=2, 7),
        start in proptest::option::of(any::<prop::sample::Index>()),
        stop in prop::sample::select(vec![Stop::Proof, Stop::Gap, Stop::Time, Stop::Work, Stop::Cancelled]),
    ) {
        let all = solutions(&ilp);
        let start = start.filter(|_| !all.is_empty()).map(|nth| doubles(nth.get(&all).as_slice()));
        let values = &values[..ilp.columns.len()];
        let said = found(Some(doubles(values)), Some(1.0), stop);
        let expected = if all.iter().any(|solution| solution == values) {
            said.clone()
        } else if matches!(stop, Stop::Proof | Stop::Gap) {
            found(start.clone(), None, Stop::Arithmetic)
        } else {
            found(start.clone(), None, stop)
        };
        let heard = heard(&said, &ilp, start.as_deref());
        prop_assert_eq!(heard, expected);
    }

    #[test]
    fn nothing_is_infeasible_that_has_a_solution_in_hand(
        ilp in programs(),
        start in proptest::collection::vec(0_i64..=2, 7),
    ) {
        let start = &start[..ilp.columns.len()];
        let in_hand = solutions(&ilp).iter().any(|solution| solution == start);
        let start = doubles(start);
        let lost = Outcome::Found(Found { values: Some(start.clone()), bound: None, stop: Stop::Arithmetic, nodes: 0 });
        let expected = if in_hand { lost } else { Outcome::Infeasible };
        prop_assert_eq!(heard(&Outcome::Infeasible, &ilp, Some(&start)), expected);
    }

    #[test]
    fn what_is_nearly_whole_is_whole_and_a_half_is_nothing(ilp in programs(), nth in any::<prop::sample::Index>()) {
        let all = solutions(&ilp);
        prop_assume!(!all.is_empty());
        let solution = doubles(nth.get(&all).as_slice());
        let moved = |by: f64| solution.iter().map(|v| if *v > 0.0 { v - by } else { *v }).collect::<Vec<_>>();
        prop_assume!(solution.iter().any(|v| *v > 0.0));
        let near = heard(&found(Some(moved(1e-7)), Some(1.0), Stop::Proof), &ilp, None);
        prop_assert_eq!(near, found(Some(solution.clone()), Some(1.0), Stop::Proof));
        let half = heard(&found(Some(moved(0.5)), Some(1.0), Stop::Proof), &ilp, None);
        prop_assert_eq!(half, found(None, None, Stop::Arithmetic));
    }

    #[test]
    fn a_start_that_breaks_a_row_is_not_handed_on(ilp in programs(), start in proptest::collection::vec(0_i64..=2, 7)) {
        let start = doubles(&start[..ilp.columns.len()]);
        let solver: &dyn Backend = &Saying(|_: &Ilp, start: Option<&[f64]>, _: &Limits| {
            found(start.map(<[f64]>::to_vec), None, Stop::Work)
        });
        let outcome = solver.maximise(&ilp, Some(&start), &limits()).expect("an answer");
        let expected = Some(start).filter(|start| ilp.admits(start));
        prop_assert_eq!(outcome, found(expected, None, Stop::Work));
    }
}

#[test]
fn who_claims_a_proof_without_values_has_proven_nothing() {
    let congress = Ilp::empty();
    let outcome = heard(&found(None, Some(1.0), Stop::Proof), &congress, None);
    assert_eq!(outcome, found(None, None, Stop::Arithmetic));
    assert_eq!(heard(&found(None, Some(1.0), Stop::Time), &congress, None), found(None, Some(1.0), Stop::Time));
}
