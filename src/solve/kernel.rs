//! The kernel: a proven optimum from the few columns that matter.
//!
//! The multipliers of the linear relaxation give a [bound](super::bound) and, for each column, the most that a solution
//! using it could reach. Columns near the bound make a small program, the kernel, which is [solved](super::choose). Where
//! no column outside could reach more than the kernel's optimum, that is the optimum of all; otherwise the kernel grows to
//! all columns that could, and is solved once more. Where the values in hand leave a large kernel, a smaller one is solved
//! first: what it finds is most often the optimum, and leaves less to prove. (The core of Balas and Zemel, *An algorithm for large zero-one
//! knapsack problems*, 1980; kernel search of Angelelli, Mansini and Speranza, 2010; here with a proof.)

use super::{
    backend::{Backend, Found, Outcome},
    bound::{Bound, whole},
    choose,
    ilp::Ilp,
    limits::{self, Limits, Stop},
};

/// Below so many columns, the whole program is its own kernel.
const SMALL: usize = 60;
/// The first kernel holds what is within this part of the bound.
const NEAR: i64 = 500;
/// How many coefficients of the kernel make its first node a unit of work longer: found by measuring linear programs of
/// this kind, to a factor of a few.
const ROOT_TERMS: usize = 200;
/// Kernels whose first node is more work than this, in thousandths of a unit, are approached by a smaller one.
const QUICK: u64 = 50 * limits::UNIT;
/// How many halves of it the kernel's slack grows to when it holds no solution.
const GROWTH: i64 = 16;

/// Whether the program is its own kernel: too small for a relaxation to pay.
pub(super) fn is_small(ilp: &Ilp) -> bool {
    ilp.columns.len() < SMALL
}

/// About how much work the first node of branch and bound over the kernel is, in thousandths of a unit, given a value in
/// hand.
pub(super) fn root_work(ilp: &Ilp, bound: Option<&Bound>, start: Option<&[f64]>) -> u64 {
    let slack = |bound: &Bound| start.map_or(i64::MAX, |values| in_hand(ilp, bound, values));
    work_within(ilp, bound.map(|bound| (bound, slack(bound))))
}

/// The same of the kernel that is solved first.
pub(super) fn first_work(ilp: &Ilp, bound: Option<&Bound>, start: Option<&[f64]>) -> u64 {
    work_within(ilp, bound.map(|bound| (bound, first_slack(ilp, bound, start))))
}

/// About how much work the first node is over the columns within a slack of a bound.
fn work_within(ilp: &Ilp, within: Option<(&Bound, i64)>) -> u64 {
    let inside = |column: usize| {
        within.is_none_or(|(bound, slack)| bound.units_with(column) >= bound.units().saturating_sub(slack))
    };
    let inside: Vec<bool> = (0..ilp.columns.len()).map(inside).collect();
    let terms: usize = ilp.rows.iter().map(|row| row.terms.iter().filter(|(c, _)| inside[*c]).count()).sum();
    (terms / ROOT_TERMS) as u64 * limits::UNIT
}

/// How far the values in hand are below the bound: nothing below them is of use.
fn in_hand(ilp: &Ilp, bound: &Bound, values: &[f64]) -> i64 {
    bound.units().saturating_sub(ilp.value(values).round() as i64).max(1)
}

/// How far below the bound the first kernel reaches.
fn first_slack(ilp: &Ilp, bound: &Bound, start: Option<&[f64]>) -> i64 {
    let near = (bound.units().saturating_abs() / NEAR).max(1);
    let Some(values) = start else { return near };
    let in_hand = in_hand(ilp, bound, values);
    let stepwise = in_hand > near.saturating_mul(GROWTH / 2) && root_work(ilp, Some(bound), start) > QUICK;
    if stepwise { near } else { in_hand }
}

/// Maximises the program, whose relaxation has that bound. `start` may give values to begin with; the answer and its bound
/// are those of the whole program.
pub(super) fn maximise(
    backend: &dyn Backend,
    ilp: &Ilp,
    bound: Option<&Bound>,
    start: Option<&[f64]>,
    limits: &Limits,
) -> Result<Outcome, String> {
    let Some(bound) = bound else { return choose::maximise(backend, ilp, start, limits) };
    let steps = Steps { first: first_slack(ilp, bound, start), next: 1, growth: GROWTH, at_once: true };
    grow(ilp, bound, start, &steps, &mut |kernel| {
        choose::maximise(backend, &kernel.ilp, kernel.start.as_deref(), limits)
    })
}

/// How kernels grow.
pub(super) struct Steps {
    /// How far below the bound the first of them reaches.
    pub(super) first: i64,
    /// How far the next one does at least.
    pub(super) next: i64,
    /// By how many halves of it the slack of each grows to that of the next.
    pub(super) growth: i64,
    /// Whether it reaches as far as anything better than what is in hand could, once there is something.
    pub(super) at_once: bool,
}

/// A kernel to be solved.
pub(super) struct Kernel {
    pub(super) ilp: Ilp,
    /// The columns of the whole program that are in it, ascending.
    pub(super) columns: Vec<usize>,
    /// What is in hand, where it uses no others.
    pub(super) start: Option<Vec<f64>>,
    /// What is worth fewer units need not be found.
    pub(super) least: i64,
    /// No solution of the whole program is worth more units, as smaller kernels have shown.
    pub(super) most: i64,
}

/// Kernel after kernel.
pub(super) fn grow(
    ilp: &Ilp,
    bound: &Bound,
    start: Option<&[f64]>,
    steps: &Steps,
    solve: &mut dyn FnMut(&Kernel) -> Result<Outcome, String>,
) -> Result<Outcome, String> {
    let mut slack = steps.first;
    let reach: Vec<i64> = (0..ilp.columns.len()).map(|c| bound.units_with(c)).collect();
    let worth = |values: &Option<Vec<f64>>| values.as_ref().map_or(f64::NEG_INFINITY, |values| ilp.value(values));
    let further = |slack: i64| (slack.max(1).saturating_mul(steps.growth) / 2).max(slack + 1).max(steps.next);
    let mut best: Option<Vec<f64>> = start.map(<[f64]>::to_vec);
    let (mut nodes, mut known_most) = (0, bound.units());
    loop {
        let least = bound.units().saturating_sub(slack);
        let keep: Vec<usize> = (0..ilp.columns.len()).filter(|c| reach[*c] >= least).collect();
        let all = keep.len() == ilp.columns.len();
        let outside = reach.iter().copied().filter(|most| *most < least).max();
        // What is in hand may use columns outside, and then is nothing to begin this kernel with.
        let inside = |values: &&Vec<f64>| values.iter().zip(&reach).all(|(v, most)| *v < 0.5 || *most >= least);
        let start = best.as_ref().filter(inside).map(|values| keep.iter().map(|c| values[*c]).collect::<Vec<_>>());
        // What the kernel cannot exceed, nothing can, unless it uses a column outside.
        let most_outside = outside.map_or(f64::NEG_INFINITY, |most| most as f64);
        let least = if all { i64::MIN } else { least };
        let kernel = Kernel { ilp: ilp.restrict(&keep), columns: keep, start, least, most: known_most };
        let (stop, most) = match solve(&kernel)? {
            Outcome::Infeasible if all && best.is_none() => return Ok(Outcome::Infeasible),
            // There is a solution, in hand: a solver has lost it by rounding.
            Outcome::Infeasible if kernel.start.is_some() => (Stop::Arithmetic, f64::INFINITY),
            Outcome::Infeasible => (Stop::Proof, f64::NEG_INFINITY),
            Outcome::Found(found) => {
                nodes += found.nodes;
                let spread = |values: Vec<f64>| {
                    let mut spread = vec![0.0; ilp.columns.len()];
                    kernel.columns.iter().zip(values).for_each(|(c, v)| spread[*c] = v);
                    spread
                };
                let values = found.values.map(spread);
                if values.is_some() && worth(&values) >= worth(&best) {
                    best = values;
                }
                let proven = if found.stop == Stop::Proof { worth(&best) } else { f64::INFINITY };
                (found.stop, found.bound.unwrap_or(proven))
            }
        };
        // What is less than the least was not looked for: that nothing was found says nothing of it.
        let inside =
            if stop == Stop::Proof { whole(most).max(least.saturating_sub(1) as f64) } else { f64::NEG_INFINITY };
        let settled = best.is_some() && worth(&best) + 0.5 >= most_outside.max(inside);
        if settled || all || !matches!(stop, Stop::Proof | Stop::Gap) {
            let most = most.max(most_outside).max(worth(&best)).min(known_most as f64);
            return Ok(Outcome::Found(Found { values: best, bound: Some(most), stop, nodes }));
        }
        if stop == Stop::Proof {
            known_most = known_most.min((inside as i64).max(outside.unwrap_or(i64::MIN)));
        }
        slack = match &best {
            Some(values) if steps.at_once => in_hand(ilp, bound, values),
            Some(values) => further(slack).min(in_hand(ilp, bound, values)),
            None => further(slack),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::{
        backend::backend,
        bound::tests::{programs, solutions},
        ilp::{Column, IlpRow},
        testing::{kind, limits},
    };
    use proptest::prelude::*;

    /// What a solver says that looks for nothing below the kernel's least.
    fn from_the_least_on(kernel: &Kernel) -> Outcome {
        let outcome = choose::maximise(&*backend(kind()), &kernel.ilp, kernel.start.as_deref(), &limits());
        let Outcome::Found(found) = outcome.expect("an answer") else { return Outcome::Infeasible };
        let worth = found.values.as_ref().map_or(f64::NEG_INFINITY, |values| kernel.ilp.value(values));
        if worth.round() as i64 >= kernel.least {
            return Outcome::Found(found);
        }
        let bound = Some(kernel.least.saturating_sub(1) as f64);
        let found = |values| Outcome::Found(Found { values: Some(values), bound, ..found });
        kernel.start.clone().map_or(Outcome::Infeasible, found)
    }

    #[test]
    fn that_nothing_reaches_a_kernels_least_says_nothing_of_what_is_below() {
        // Of three, one is possible, though the linear program takes half of each; the fourth is alone, and in hand.
        let column = |objective| Column { upper: 1, integer: true, objective };
        let row = |terms: [usize; 3]| IlpRow { terms: terms.map(|c| (c, 1)).to_vec(), lower: None, upper: Some(1) };
        let ilp = Ilp {
            columns: [2, 2, 2, 1].map(column).to_vec(),
            rows: [[0, 1, 3], [1, 2, 3], [0, 2, 3]].map(row).to_vec(),
            ..Ilp::empty()
        };
        let bound = Bound::of(&ilp, &[1.0; 3]);
        assert_eq!(bound.units(), 3);
        let steps = Steps { first: 0, next: 1, growth: 3, at_once: false };
        let outcome =
            grow(&ilp, &bound, Some(&[0.0, 0.0, 0.0, 1.0]), &steps, &mut |kernel| Ok(from_the_least_on(kernel)));
        let Ok(Outcome::Found(found)) = outcome else { unreachable!("there is a solution: {outcome:?}") };
        assert_eq!(found.values.map(|values| ilp.value(&values).round()), Some(2.0));
    }

    proptest! {
        #[test]
        fn kernels_end_at_the_optimum_where_nothing_below_their_least_is_looked_for(
            ilp in programs(),
            multipliers in proptest::collection::vec(-20.0_f64..20.0, 5),
            start in proptest::option::of(any::<prop::sample::Index>()),
            slack in 0_i64..9,
        ) {
            let all = solutions(&ilp);
            let double = |solution: &Vec<i64>| solution.iter().map(|v| *v as f64).collect::<Vec<_>>();
            let start = start.filter(|_| !all.is_empty()).map(|nth| double(nth.get(&all)));
            let bound = Bound::of(&ilp, &multipliers[..ilp.rows.len()]);
            let steps = Steps { first: slack, next: 1, growth: 3, at_once: false };
            let mut solve = |kernel: &Kernel| Ok(from_the_least_on(kernel));
            let outcome = grow(&ilp, &bound, start.as_deref(), &steps, &mut solve).expect("an answer");
            let best = all.iter().map(|solution| ilp.value(&double(solution))).max_by(f64::total_cmp);
            let found = match outcome {
                Outcome::Infeasible => None,
                Outcome::Found(found) => found.values.map(|values| ilp.value(&values).round()),
            };
            prop_assert_eq!(found, best);
        }

        #[test]
        fn kernels_that_grow_from_anywhere_end_at_the_optimum(
            ilp in programs(),
            multipliers in proptest::collection::vec(-20.0_f64..20.0, 5),
            start in proptest::option::of(any::<prop::sample::Index>()),
            slack in 0_i64..30,
            growth in 2_i64..9,
            at_once in any::<bool>(),
        ) {
            let all = solutions(&ilp);
            let double = |solution: &Vec<i64>| solution.iter().map(|v| *v as f64).collect::<Vec<_>>();
            let start = start.filter(|_| !all.is_empty()).map(|nth| double(nth.get(&all)));
            let bound = Bound::of(&ilp, &multipliers[..ilp.rows.len()]);
            let steps = Steps { first: slack, next: 1, growth, at_once };
            let mut solve = |kernel: &Kernel| {
                choose::maximise(&*backend(kind()), &kernel.ilp, kernel.start.as_deref(), &limits())
            };
            let outcome = grow(&ilp, &bound, start.as_deref(), &steps, &mut solve);
            let best = all.iter().map(|solution| ilp.value(&double(solution))).max_by(f64::total_cmp);
            match (outcome.expect("an answer"), best) {
                (Outcome::Infeasible, None) => {}
                (Outcome::Found(found), Some(best)) => {
                    let values = found.values.expect("values");
                    prop_assert!(ilp.admits(&values));
                    prop_assert!((ilp.value(&values) - best).abs() < 1e-6);
                    prop_assert!(found.stop == Stop::Proof && (found.bound.expect("a bound") - best).abs() < 1.0);
                }
                (outcome, best) => prop_assert!(false, "{outcome:?} where the best is {best:?}"),
            }
        }
    }
}
