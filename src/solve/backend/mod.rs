//! The solvers underneath, behind one small trait, and none of them believed.
//!
//! Solvers reckon in doubles: what one calls a solution may break a row, and a program of which it says that nothing satisfies
//! it may have a solution in hand. Who maximises does it by `dyn Backend`'s own `maximise`, which looks after both, so what
//! comes from a solver is a solution or none.

mod aside;
#[cfg(feature = "highs")]
mod highs;
#[cfg(feature = "microlp")]
mod microlp;
#[cfg(test)]
mod tests;

pub(super) use super::limits::{Limits, Stop};
use aside::Ended;

use super::{BackendKind, ilp::Ilp};
use crate::trace::step;
use good_lp::{Constraint, Expression, ProblemVariables, Variable, variable};

/// What a solver found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// The best values of the columns; none when none was found.
    pub(super) values: Option<Vec<f64>>,
    /// No values are worth more, in units of the objective; none where the solver knows of no bound.
    pub(super) bound: Option<f64>,
    pub(super) stop: Stop,
    pub(super) nodes: u64,
}

impl Found {
    /// What was in hand before, and nothing else.
    fn nothing_but(start: Option<&[f64]>, stop: Stop) -> Self {
        Self { values: start.map(<[f64]>::to_vec), bound: None, stop, nodes: 0 }
    }
}

/// How a solver ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Found(Found),
    Infeasible,
}

/// A solver of integer programs.
pub(super) trait Backend: Sync {
    /// What the solver says of the program, be it true or not. `start` may give a solution to begin with.
    fn solve(&self, ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String>;

    /// The multipliers of the rows in the linear relaxation, where it could be solved in time.
    fn multipliers(&self, ilp: &Ilp, limits: &Limits) -> Option<Vec<f64>>;

    /// Whether it has a [`simplex`](Self::simplex) method that goes on from where it was.
    fn is_warm(&self) -> bool {
        false
    }

    /// The linear relaxation, to be solved again and again.
    fn simplex(&self, _ilp: &Ilp) -> Result<Box<dyn Simplex>, String> {
        Err("this solver begins anew each time".to_owned())
    }
}

/// A linear relaxation under the simplex method: where columns are ruled out or let in again, it goes on from where it was.
pub(super) trait Simplex: Send {
    /// Sets the most that a column may be.
    fn limit(&mut self, column: usize, most: i64);

    /// Goes on for so many pivots at most, and no further than to where it is certain that nothing reaches `needed` units of
    /// the objective. None where the limits did not leave the time.
    fn pivot(&mut self, most: u32, needed: Option<i64>, limits: &Limits) -> Result<Option<Pivoted>, String>;
}

/// Where a linear relaxation is after some pivots.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "highs"), allow(dead_code, reason = "only HiGHS keeps a relaxation warm"))]
pub(super) struct Pivoted {
    pub(super) end: End,
    /// The columns of the optimum, where that is what was reached.
    pub(super) values: Vec<f64>,
    /// One a row: their [bound](super::bound::Bound) holds wherever the pivots ended.
    pub(super) multipliers: Vec<f64>,
    pub(super) pivots: u64,
}

/// Why pivots ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "highs"), allow(dead_code, reason = "only HiGHS keeps a relaxation warm"))]
pub(super) enum End {
    Optimum,
    Infeasible,
    /// Nothing reaches what is needed.
    Beyond,
    /// They were used up.
    Pivots,
}

impl dyn Backend + '_ {
    /// Maximises the program. `start` may give values to begin with; where they are no solution, they are left aside.
    ///
    /// Values that come back satisfy every row, and are whole where they must be. A solver that has lost a solution by
    /// rounding, its own or the one it was given, has proven nothing: it [stops](Stop::Arithmetic) with what was in hand.
    pub(super) fn maximise(&self, ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String> {
        step!("backend", limits.parent);
        let start = start.filter(|values| ilp.admits(values));
        let found = match self.solve(ilp, start, limits)? {
            Outcome::Infeasible if start.is_none() => return Ok(Outcome::Infeasible),
            Outcome::Infeasible => Found::nothing_but(start, Stop::Arithmetic),
            Outcome::Found(found) => found,
        };
        let (stop, nodes) = (found.stop, found.nodes);
        let proves = matches!(stop, Stop::Proof | Stop::Gap);
        let claims = proves || found.values.is_some();
        Ok(Outcome::Found(match found.values.and_then(|values| solution(ilp, values)) {
            // Its bound is of a program with that solution, and not believed either.
            None if claims => {
                Found { nodes, ..Found::nothing_but(start, if proves { Stop::Arithmetic } else { stop }) }
            }
            values => Found { values, bound: found.bound, stop, nodes },
        }))
    }
}

/// How far a solver's whole numbers may be from whole ones.
const WHOLE: f64 = 1e-4;

/// The values, whole where they must be; none where they are no solution.
fn solution(ilp: &Ilp, mut values: Vec<f64>) -> Option<Vec<f64>> {
    for (_, value) in ilp.columns.iter().zip(&mut values).filter(|(column, _)| column.integer) {
        let whole = value.round();
        if (*value - whole).abs() > WHOLE {
            return None;
        }
        *value = whole;
    }
    ilp.admits(&values).then_some(values)
}

/// The solver of that kind.
pub(super) fn backend(kind: BackendKind) -> Box<dyn Backend> {
    match kind {
        #[cfg(feature = "microlp")]
        BackendKind::Microlp => Box::new(microlp::Microlp),
        #[cfg(feature = "highs")]
        BackendKind::Highs => Box::new(highs::Highs),
    }
}

/// The program in good_lp's words: variables, objective, constraints.
fn model(ilp: &Ilp) -> (ProblemVariables, Vec<Variable>, Expression, Vec<Constraint>) {
    let mut vars = ProblemVariables::new();
    let columns: Vec<Variable> = ilp
        .columns
        .iter()
        .map(|c| {
            let definition = variable().min(0).max(c.upper as f64);
            vars.add(if c.integer { definition.integer() } else { definition })
        })
        .collect();
    let sum = |terms: &mut dyn Iterator<Item = (usize, i64)>| {
        let mut expression = Expression::with_capacity(terms.size_hint().0);
        for (column, factor) in terms {
            expression.add_mul(factor as f64, columns[column]);
        }
        expression
    };
    let objective =
        sum(&mut ilp.columns.iter().enumerate().filter(|(_, c)| c.objective != 0).map(|(i, c)| (i, c.objective)));
    let mut constraints = Vec::with_capacity(ilp.rows.len());
    for row in &ilp.rows {
        let expression = sum(&mut row.terms.iter().copied());
        match (row.lower, row.upper) {
            (Some(lower), Some(upper)) if lower == upper => constraints.push(expression.eq(upper as f64)),
            (lower, upper) => {
                constraints.extend(lower.map(|bound| expression.clone().geq(bound as f64)));
                constraints.extend(upper.map(|bound| expression.leq(bound as f64)));
            }
        }
    }
    (vars, columns, objective, constraints)
}
