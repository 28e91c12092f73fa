//! The kernel: a proven optimum from the few columns that matter.
//!
//! The multipliers of the linear relaxation give a [bound](super::bound) and, for each column, the most that a solution
//! using it could reach. Columns near the bound make a small program, the kernel, which is [solved](super::choose). Where
//! no column outside could reach more than the kernel's optimum, that is the optimum of all; otherwise the kernel grows to
//! all columns that could, and is solved once more. (The core of Balas and Zemel, *An algorithm for large zero-one
//! knapsack problems*, 1980; kernel search of Angelelli, Mansini and Speranza, 2010; here with a proof.)

use super::{
    backend::{Backend, Outcome},
    bound::Bound,
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
/// By how much the kernel's slack grows when it holds no solution.
const GROWTH: i64 = 8;

/// Whether the program is its own kernel: too small for a relaxation to pay.
pub(super) fn is_small(ilp: &Ilp) -> bool {
    ilp.columns.len() < SMALL
}

/// About how much work the first node of branch and bound over the kernel is, in thousandths of a unit, given a value in
/// hand.
pub(super) fn root_work(ilp: &Ilp, bound: Option<&Bound>, start: Option<&[f64]>) -> u64 {
    let least = start.map_or(i64::MIN, |values| ilp.value(values).floor() as i64);
    let inside = |column: usize| bound.is_none_or(|bound| bound.units_with(column) > least);
    let terms: usize = ilp.rows.iter().map(|row| row.terms.iter().filter(|(c, _)| inside(*c)).count()).sum();
    (terms / ROOT_TERMS) as u64 * limits::UNIT
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
    let Some(bound) = bound else {
        return choose::maximise(backend, ilp, start, limits);
    };
    let reach: Vec<i64> = (0..ilp.columns.len()).map(|c| bound.units_with(c)).collect();
    let mut start: Option<Vec<f64>> = start.map(<[f64]>::to_vec);
    let mut slack = match &start {
        // Nothing below the value in hand is of use.
        Some(values) => bound.units() - ilp.value(values).floor() as i64,
        None => bound.units().abs() / NEAR,
    }
    .max(1);
    let mut nodes = 0;
    loop {
        let least = bound.units().saturating_sub(slack);
        let keep: Vec<usize> = (0..ilp.columns.len()).filter(|c| reach[*c] >= least).collect();
        let whole = keep.len() == ilp.columns.len();
        let outside = reach.iter().copied().filter(|most| *most < least).max();
        let begin = start.as_ref().map(|values| keep.iter().map(|c| values[*c]).collect::<Vec<_>>());
        let mut found = match choose::maximise(backend, &ilp.restrict(&keep), begin.as_deref(), limits)? {
            Outcome::Infeasible if whole => return Ok(Outcome::Infeasible),
            Outcome::Infeasible => {
                slack = slack.saturating_mul(GROWTH);
                continue;
            }
            Outcome::Found(found) => found,
        };
        nodes += found.nodes;
        found.nodes = nodes;
        found.values = found.values.map(|values| {
            let mut all = vec![0.0; ilp.columns.len()];
            keep.iter().zip(values).for_each(|(c, v)| all[*c] = v);
            all
        });
        // What the kernel cannot exceed, nothing can, unless it uses a column outside.
        let most_outside = outside.map_or(f64::NEG_INFINITY, |most| most as f64);
        found.bound = Some(found.bound.unwrap_or(f64::INFINITY).max(most_outside).min(bound.units() as f64));
        let value = found.values.as_ref().map(|values| ilp.value(values));
        let settled = value.is_some_and(|value| value + 0.5 >= most_outside);
        if settled || whole || found.stop != Stop::Proof {
            return Ok(Outcome::Found(found));
        }
        slack = match value {
            Some(value) => bound.units() - value.round() as i64,
            None => slack.saturating_mul(GROWTH),
        };
        start = found.values;
    }
}
