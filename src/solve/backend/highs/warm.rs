//! A linear relaxation that HiGHS keeps warm: pivots of the dual simplex method, which goes on from its last basis when
//! columns are ruled out or let in again (Huangfu and Hall, *Parallelizing the dual revised simplex method*, 2018).
//!
//! It lives on a thread of its own for as long as it is wanted, and is [waited for](super::super::aside) like any other
//! solve: who is cancelled leaves it behind.

use super::{
    super::{
        End, Ended, Pivoted, Simplex,
        aside::{News, spawn, wait},
    },
    Ilp, Limits, Status, set,
};
use ::highs::{Col, Model, RowProblem, Sense};
use std::{
    collections::BTreeMap,
    sync::mpsc::{Receiver, Sender, channel},
};

/// The thread's end of the line, and ours.
pub(super) struct Warm {
    asks: Sender<Ask>,
    answers: Receiver<News<Result<Pivoted, String>>>,
    /// What has changed since the last pivots.
    changes: BTreeMap<usize, i64>,
    /// An answer that was not waited for is still to come.
    owed: bool,
}

struct Ask {
    changes: BTreeMap<usize, i64>,
    pivots: u32,
    needed: Option<i64>,
}

impl Warm {
    /// # Errors
    ///
    /// When its thread cannot be started.
    pub(super) fn of(ilp: &Ilp) -> Result<Self, String> {
        let (problem, columns) = problem(ilp);
        let (asks, asked) = channel();
        let (answer, answers) = channel();
        spawn(move || {
            let mut model = Relaxation::of(problem, columns);
            // Until nobody asks any more.
            while let Ok(ask) = asked.recv() {
                let pivoted = model.as_mut().map_err(|message| message.clone()).and_then(|model| model.pivot(&ask));
                if answer.send(News::Done(pivoted)).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self { asks, answers, changes: BTreeMap::new(), owed: false })
    }

    fn wait(&mut self, limits: &Limits) -> Result<Option<Pivoted>, String> {
        match wait(limits, &self.answers)? {
            Ended::Done(pivoted) => {
                self.owed = false;
                pivoted.map(Some)
            }
            Ended::Left(..) => Ok(None),
        }
    }
}

impl Simplex for Warm {
    fn limit(&mut self, column: usize, most: i64) {
        self.changes.insert(column, most);
    }

    fn pivot(&mut self, most: u32, needed: Option<i64>, limits: &Limits) -> Result<Option<Pivoted>, String> {
        if self.owed && self.wait(limits)?.is_none() {
            return Ok(None);
        }
        let ask = Ask { changes: std::mem::take(&mut self.changes), pivots: most, needed };
        self.asks.send(ask).map_err(|_| "its thread has ended".to_owned())?;
        self.owed = true;
        self.wait(limits)
    }
}

/// The relaxation in HiGHS's words, as one to minimise: what bounds the objective there is a bound from above.
fn problem(ilp: &Ilp) -> (RowProblem, Vec<Col>) {
    let mut problem = RowProblem::default();
    let columns: Vec<Col> =
        ilp.columns.iter().map(|c| problem.add_column(-(c.objective as f64), 0.0..=c.upper as f64)).collect();
    for row in &ilp.rows {
        let least = row.lower.map_or(f64::NEG_INFINITY, |bound| bound as f64);
        let most = row.upper.map_or(f64::INFINITY, |bound| bound as f64);
        problem.add_row(least..=most, row.terms.iter().map(|(c, factor)| (columns[*c], *factor as f64)));
    }
    (problem, columns)
}

/// What the thread holds.
struct Relaxation {
    /// None for as long as HiGHS runs.
    model: Option<Model>,
    columns: Vec<Col>,
}

impl Relaxation {
    fn of(problem: RowProblem, columns: Vec<Col>) -> Result<Self, String> {
        let mut model = problem.try_optimise(Sense::Minimise).map_err(|e| format!("{e:?}"))?;
        model.make_quiet();
        set(&mut model, "threads", 1)?;
        set(&mut model, "parallel", "off")?;
        set(&mut model, "solver", "simplex")?;
        // What presolve takes away, later bounds may need.
        set(&mut model, "presolve", "off")?;
        Ok(Self { model: Some(model), columns })
    }

    fn pivot(&mut self, ask: &Ask) -> Result<Pivoted, String> {
        let mut model = self.model.take().ok_or("HiGHS has failed before")?;
        for (column, most) in &ask.changes {
            model.change_column_bounds(self.columns[*column], 0.0..=*most as f64);
        }
        set(&mut model, "simplex_iteration_limit", i32::try_from(ask.pivots).unwrap_or(i32::MAX))?;
        // Past it by more than HiGHS rounds.
        let beyond = ask.needed.map_or(f64::INFINITY, |needed| -(needed as f64) + 1e-4);
        set(&mut model, "objective_bound", beyond)?;
        let solved = model.try_solve().map_err(|e| format!("{e:?}"))?;
        let end = match solved.status() {
            // HiGHS has no word for the optimum of nothing.
            Status::Optimal | Status::ModelEmpty => End::Optimum,
            Status::Infeasible | Status::UnboundedOrInfeasible => End::Infeasible,
            Status::ObjectiveBound => End::Beyond,
            Status::ReachedIterationLimit => End::Pivots,
            other => return Err(format!("HiGHS ended with {other:?}")),
        };
        let solution = solved.get_solution();
        let pivoted = Pivoted {
            end,
            values: solution.columns().to_vec(),
            multipliers: solution.dual_rows().iter().map(|y| -y).collect(),
            pivots: solved.simplex_iteration_count().max(0) as u64,
        };
        self.model = Some(solved.into());
        Ok(pivoted)
    }
}
