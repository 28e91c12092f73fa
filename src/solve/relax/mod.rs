//! The linear relaxation, solved over the few columns that matter.
//!
//! A talk of a large event has thousands of places, of which a linear optimum uses a few. So the relaxation is begun
//! with a dozen places a talk, and every other column is *priced*: what it would add to the objective less what its rows
//! charge for it at the multipliers of the columns so far. Columns that gain come in, until none does; then the optimum of
//! the few is the optimum of all (Gilmore and Gomory, 1961; Lübbecke and Desrosiers, *Selected topics in column
//! generation*, 2005). Any multipliers give a [bound](super::bound), so the rounds end as soon as the bound's whole units
//! cannot fall further.
//!
//! **Rows that the few columns cannot satisfy.** The few are never solved to an end between two rounds: the
//! [method](flow) only moves multipliers towards their best, and the multiplier of a row that does not hold grows step by
//! step, until a column outside gains and comes in. Nothing depends on the few having a solution, and the bound holds at
//! any moment, since it holds for any multipliers. Where all columns together have no solution, multipliers grow until they
//! are beyond belief, and infeasibility is left to the search to prove.

mod columns;
mod flow;
mod folding;
mod matrix;
mod proximal;

use super::{
    bound::Bound,
    ilp::Ilp,
    limits::{self, Limits},
};
use flow::Flow;
use folding::Folded;
use matrix::Matrix;

/// How many places a talk come in at first, and in each round.
const FIRST: usize = 12;
const MORE: usize = 20;
/// Rounds of pricing, and the steps between two: few while much changes.
const ROUNDS: usize = 200;
const STEPS: usize = 10;
const MOST_STEPS: usize = 100;
/// Where rows charge as many times the largest objective, nothing satisfies them, or too little for steps to find.
const HOPELESS: f64 = 1e6;
/// What a column must gain to come in, as a share of the largest objective.
const GAIN: f64 = 1e-6;
/// Columns are let go once the bound is as near to the values' worth as this share.
const SETTLING: f64 = 0.05;
/// How far the whole units of the bound may be below the values' worth to call it the best: in units, or as a share.
const NEAR: f64 = 0.02;
const SHARE: f64 = 1e-7;
/// And how much of that worth the rows may still be broken by.
const BROKEN: f64 = 1e-5;
/// What a bound in doubles may be below the exact one, as a share.
const ROUNDING: f64 = 1e-6;

/// What the linear relaxation tells.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "what guides rounding and what reports tell: not every caller asks for all of it")]
pub(super) struct Relaxed {
    /// One a row.
    pub(super) multipliers: Vec<f64>,
    /// Their bound.
    pub(super) bound: Bound,
    /// The columns above 0 in a solution of the relaxation, up to what steps leave, and how far; ascending.
    pub(super) primal: Vec<(usize, f64)>,
    /// Rounds of pricing.
    pub(super) rounds: usize,
    /// How many columns were looked at closely, in the end.
    pub(super) columns_used: usize,
    /// No multipliers give a bound of fewer units, as far as doubles can tell.
    pub(super) solved: bool,
}

/// Solves the linear relaxation. `start` may be a solution to begin with; a bound that meets its value is the best there
/// is, and ends the rounds. None where there is nothing to relax.
pub(super) fn relax(ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Option<Relaxed> {
    if ilp.columns.is_empty() || ilp.rows.is_empty() {
        return None;
    }
    Some(run(ilp, start, limits).unwrap_or_else(|| {
        // Too late for more than what each talk could have at most.
        let multipliers = vec![0.0; ilp.rows.len()];
        let bound = Bound::of(ilp, &multipliers);
        Relaxed { multipliers, bound, primal: Vec::new(), rounds: 0, columns_used: 0, solved: false }
    }))
}

/// None where time is up before it has begun.
fn run(ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Option<Relaxed> {
    // Each of these takes tens of milliseconds where there are a million columns.
    let in_time = || limits.stop().is_none().then_some(());
    in_time()?;
    let matrix = Matrix::of(ilp);
    in_time()?;
    let folded = Folded::of(&matrix, limits);
    in_time()?;
    let begin = start.map(|values| folded.as_ref().map_or_else(|| values.to_vec(), |folded| folded.values(values)));
    let mut search = Search::new(folded.as_ref().map_or(&matrix, |folded| &folded.matrix), begin.as_deref());
    let solved = search.run(start.map(|values| ilp.value(values)), limits);
    let mut primal = search.flow.primal();
    let (rounds, columns_used) = (search.rounds, search.flow.columns.len());
    let mut multipliers = search.into_multipliers();
    if let Some(folded) = &folded {
        primal = folded.primal(&primal);
        multipliers = folded.multipliers(&multipliers);
    }
    let bound = Bound::of(ilp, &multipliers);
    Some(Relaxed { multipliers, bound, primal, rounds, columns_used, solved })
}

/// Pricing, round by round.
struct Search<'m> {
    matrix: &'m Matrix,
    flow: Flow<'m>,
    /// Which columns are active.
    inside: Vec<bool>,
    /// The prices of all columns, sets left aside, and the multipliers that sets take at them.
    reduced: Vec<f64>,
    of_sets: Vec<f64>,
    /// The best multipliers so far and their bound.
    best: Vec<f64>,
    least: f64,
    rounds: usize,
}

impl<'m> Search<'m> {
    fn new(matrix: &'m Matrix, start: Option<&[f64]>) -> Self {
        let mut reduced = vec![0.0; matrix.columns()];
        let best = vec![0.0; matrix.rows.len()];
        matrix.price(&best, &mut reduced);
        let mut flow = Flow::new(matrix);
        let first = columns::first(matrix, &reduced, start, FIRST);
        let mut inside = vec![false; matrix.columns()];
        first.iter().for_each(|c| inside[*c as usize] = true);
        flow.activate(first);
        if let Some(start) = start {
            flow.begin(start);
        }
        let mut of_sets = Vec::new();
        let least = matrix.bound(&best, &reduced, &mut of_sets);
        Self { matrix, flow, inside, reduced, of_sets, best, least, rounds: 0 }
    }

    /// Until the bound is the best, or no more is needed of it for what is in hand, or time is up; whether it is the best.
    fn run(&mut self, in_hand: Option<f64>, limits: &Limits) -> bool {
        let size = self.matrix.cost.iter().fold(1.0_f64, |size, c| size.max(c.abs()));
        let gain = GAIN * size;
        while self.rounds < ROUNDS && limits.stop().is_none() {
            self.rounds += 1;
            self.flow.run((self.rounds * STEPS).min(MOST_STEPS), limits);
            let multipliers = self.matrix.signed(self.flow.multipliers());
            self.matrix.price(&multipliers, &mut self.reduced);
            limits.spend(limits::sweep(self.matrix.terms()));
            if multipliers.iter().any(|y| y.abs() > HOPELESS * size) {
                return false;
            }
            let bound = self.matrix.bound(&multipliers, &self.reduced, &mut self.of_sets);
            if bound < self.least {
                self.least = bound;
                self.best = multipliers;
            }
            let (value, broken) = self.flow.state();
            let worth = value - broken;
            let tolerance = NEAR.max(SHARE * worth.abs());
            // What multipliers charge for broken rows says little while the rows break: without a solution, both only grow.
            let holds = broken <= tolerance.max(BROKEN * value.abs());
            let near = self.least - worth < SETTLING * (1.0 + worth.abs());
            if holds && near && self.units() <= worth + tolerance {
                return true;
            }
            if let Some(value) = in_hand {
                // A solution that is worth the bound needs none better, nor one within the gap that is allowed.
                let met = self.units() <= value + 0.5;
                if met || limits.near(value, self.least) {
                    return met;
                }
            }
            let more = columns::gaining(self.matrix, &self.reduced, &self.flow.columns, &self.inside, gain, MORE);
            if !more.is_empty() {
                self.renew(more, bound - worth, worth);
            }
        }
        false
    }

    /// The bound in whole units, where doubles do not overrate how little it is below one.
    fn units(&self) -> f64 {
        (self.least + ROUNDING * self.least.abs().max(1.0)).floor()
    }

    /// Takes columns in, and lets go of those that lose more than the gap: no optimum has them.
    fn renew(&mut self, mut active: Vec<u32>, gap: f64, worth: f64) {
        let settling = gap < SETTLING * (1.0 + worth.abs());
        for (column, value) in self.flow.columns.iter().zip(self.flow.values()) {
            let at = *column as usize;
            let own = self.of_sets.get(self.matrix.set_of[at] as usize);
            if settling && *value == 0.0 && own.is_some_and(|own| self.reduced[at] < own - gap) {
                self.inside[at] = false;
            } else {
                active.push(*column);
            }
        }
        active.iter().for_each(|c| self.inside[*c as usize] = true);
        self.flow.activate(active);
    }

    /// The best multipliers; the rows of sets take what the others leave.
    fn into_multipliers(mut self) -> Vec<f64> {
        self.matrix.price(&self.best, &mut self.reduced);
        self.matrix.bound(&self.best, &self.reduced, &mut self.of_sets);
        for (set, own) in self.matrix.sets.iter().zip(&self.of_sets) {
            self.best[set.row] = *own;
        }
        self.best
    }
}

#[cfg(test)]
mod tests;
