//! The linear relaxation of a node: the program with some columns ruled out.

use super::super::{
    backend::{Backend, End, Simplex},
    bound::Bound,
    ilp::Ilp,
    limits::{Limits, UNIT},
};

/// So many pivots between two looks at the limits.
const SLICE: u32 = 500;
/// How many coefficients make a pivot a thousandth of a unit heavier.
const PIVOT_TERMS: usize = 1000;

/// What relaxing a node came to.
pub(super) enum Relaxed {
    /// Nothing in it is better than what is known.
    Closed,
    /// There is nothing in it at all, as the solver says in doubles.
    Infeasible,
    /// Its optimum, and the bound of that.
    Open(Vec<f64>, Bound),
    /// The limits did not leave the time.
    Stopped,
}

/// A program with some columns ruled out, and its relaxation kept warm.
pub(super) struct Relaxation {
    /// The program; a column that is ruled out is at most 0.
    pub(super) ilp: Ilp,
    /// What its columns are at most where they are not.
    most: Vec<i64>,
    simplex: Box<dyn Simplex>,
    /// What a pivot weighs, in thousandths of a unit of work.
    weight: u64,
}

impl Relaxation {
    pub(super) fn of(backend: &dyn Backend, ilp: &Ilp) -> Result<Self, String> {
        let simplex = backend.simplex(ilp)?;
        let weight = UNIT / 10 + (ilp.terms() / PIVOT_TERMS) as u64;
        Ok(Self { ilp: ilp.clone(), most: ilp.columns.iter().map(|c| c.upper).collect(), simplex, weight })
    }

    /// Whether the column is not ruled out.
    pub(super) fn is_open(&self, column: usize) -> bool {
        self.ilp.columns[column].upper > 0
    }

    /// Rules the column out.
    pub(super) fn rule_out(&mut self, column: usize) {
        self.set(column, 0);
    }

    /// Lets the column in again.
    pub(super) fn let_in(&mut self, column: usize) {
        self.set(column, self.most[column]);
    }

    fn set(&mut self, column: usize, most: i64) {
        if self.ilp.columns[column].upper != most {
            self.ilp.columns[column].upper = most;
            self.simplex.limit(column, most);
        }
    }

    /// Rules out these columns and no others.
    pub(super) fn rule_out_only(&mut self, out: &[usize]) {
        let mut is_out = vec![false; self.most.len()];
        out.iter().for_each(|c| is_out[*c] = true);
        for (column, out) in is_out.into_iter().enumerate() {
            self.set(column, if out { 0 } else { self.most[column] });
        }
    }

    /// Solves the relaxation, unless it turns out that nothing is better than so many units.
    pub(super) fn solve(&mut self, known: i64, limits: &Limits) -> Result<Relaxed, String> {
        let mut needed = known.checked_add(1).filter(|_| known > i64::MIN);
        loop {
            if limits.stop().is_some() {
                return Ok(Relaxed::Stopped);
            }
            let Some(pivoted) = self.simplex.pivot(SLICE, needed, limits)? else { return Ok(Relaxed::Stopped) };
            limits.spend((pivoted.pivots + 1) * self.weight);
            if pivoted.end == End::Pivots {
                continue;
            }
            if pivoted.end == End::Infeasible {
                return Ok(Relaxed::Infeasible);
            }
            let bound = Bound::of(&self.ilp, &pivoted.multipliers);
            if bound.units() <= known {
                return Ok(Relaxed::Closed);
            }
            if pivoted.end == End::Optimum {
                return Ok(Relaxed::Open(pivoted.values, bound));
            }
            // Only doubles say that it is beyond: it goes on without.
            needed = None;
        }
    }

    /// A bound after a few pivots: the fewer units, the less there is to find. None where the limits did not leave the time.
    pub(super) fn probe(&mut self, pivots: u32, known: i64, limits: &Limits) -> Result<Option<f64>, String> {
        if limits.stop().is_some() {
            return Ok(None);
        }
        let needed = known.checked_add(1).filter(|_| known > i64::MIN);
        let Some(pivoted) = self.simplex.pivot(pivots, needed, limits)? else { return Ok(None) };
        limits.spend((pivoted.pivots + 1) * self.weight);
        Ok(Some(match pivoted.end {
            End::Infeasible => f64::NEG_INFINITY,
            _ => Bound::of(&self.ilp, &pivoted.multipliers).exact(),
        }))
    }
}
