//! HiGHS: the solver for large events (Huangfu and Hall, *Parallelizing the dual revised simplex method*, 2018).
//!
//! good_lp states the model; HiGHS is then run directly, to read the bound of a stopped search, which good_lp drops.
//!
//! **Rounds.** A search without a limit of work is begun anew after some nodes, with the best that it found and four times
//! the nodes. That costs a third at the very most, and nothing where searches are short; it is what makes a search that was
//! [left behind](super::aside) end, because HiGHS offers no safe way to be told. Rounds are counted in nodes, so they are the
//! same in every run.

mod warm;

use super::{
    Backend, Ended, Found, Ilp, Limits, Outcome, Simplex, Stop,
    aside::{Line, aside},
    model,
};
use crate::solve::{
    ilp::IlpRow,
    limits::{UNIT, node},
};
use ::highs::{HighsModelStatus as Status, HighsOptionValue, HighsSolutionStatus, Model};
use good_lp::{SolverModel, solvers::highs::highs};

/// The nodes of the first round.
const ROUND: u64 = 4000;
/// How many coefficients make what comes before the first node longer by a unit of work: measured on programs of this kind, to
/// a factor of a few.
const ROOT_TERMS: usize = 200;
/// How many times the nodes of a round the next one has.
const GROWTH: u64 = 4;

pub(super) struct Highs;

impl Backend for Highs {
    fn multipliers(&self, ilp: &Ilp, limits: &Limits) -> Option<Vec<f64>> {
        if ilp.columns.is_empty() || ilp.rows.is_empty() {
            return Some(vec![0.0; ilp.rows.len()]);
        }
        let mut relaxed = ilp.clone();
        relaxed.columns.iter_mut().for_each(|c| c.integer = false);
        let left = limits.clone();
        match aside(limits, move |_| multipliers(&relaxed, &left)) {
            Ok(Ended::Done(multipliers)) => multipliers,
            _ => None,
        }
    }

    fn is_warm(&self) -> bool {
        true
    }

    fn simplex(&self, ilp: &Ilp) -> Result<Box<dyn Simplex>, String> {
        Ok(Box::new(warm::Warm::of(ilp)?))
    }

    fn solve(&self, ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String> {
        if ilp.columns.is_empty() {
            // HiGHS has no word for a program of nothing. Whether its rows hold was settled when they were added.
            return Ok(Outcome::Found(Found {
                values: Some(Vec::new()),
                bound: Some(0.0),
                stop: Stop::Proof,
                nodes: 0,
            }));
        }
        let terms = ilp.terms();
        let root = (terms / ROOT_TERMS) as u64 * UNIT;
        let search = Search { ilp: ilp.clone(), limits: limits.clone(), weight: node(terms), root };
        let first = start.map(<[f64]>::to_vec);
        Ok(match aside(limits, move |line| search.rounds(first, line))? {
            Ended::Done(outcome) => outcome?,
            Ended::Left(_, Some(Err(message))) => return Err(message),
            Ended::Left(_, Some(Ok(Outcome::Infeasible))) => Outcome::Infeasible,
            Ended::Left(stop, Some(Ok(Outcome::Found(found)))) => Outcome::Found(Found { stop, ..found }),
            Ended::Left(stop, None) => Outcome::Found(Found::nothing_but(start, stop)),
        })
    }
}

/// The duals of the linear relaxation.
fn multipliers(relaxed: &Ilp, limits: &Limits) -> Option<Vec<f64>> {
    let mut model = stated(relaxed, limits).ok()?;
    set(&mut model, "threads", 1).ok()?;
    let solved = model.try_solve().ok()?;
    if solved.status() != Status::Optimal {
        return None;
    }
    let solution = solved.get_solution();
    let mut duals = solution.dual_rows().iter().copied();
    // A row with two bounds that differ is stated as two constraints.
    let both = |row: &IlpRow| row.lower.is_some() && row.upper.is_some() && row.lower != row.upper;
    let mut multipliers = Vec::with_capacity(relaxed.rows.len());
    for row in &relaxed.rows {
        let own = duals.next()?;
        multipliers.push(if both(row) { own + duals.next()? } else { own });
    }
    Some(multipliers)
}

/// The model of a program, quiet and on one thread: the same search on every machine.
fn stated(ilp: &Ilp, limits: &Limits) -> Result<Model, String> {
    let (vars, _, objective, constraints) = model(ilp);
    let mut problem = vars.maximise(objective).using(highs);
    for constraint in constraints {
        problem.add_constraint(constraint);
    }
    let mut model = problem.try_into_inner().map_err(|e| e.to_string())?;
    model.make_quiet();
    set(&mut model, "threads", 1)?;
    set(&mut model, "parallel", "off")?;
    if let Some(seconds) = limits.seconds_left() {
        set(&mut model, "time_limit", seconds)?;
    }
    Ok(model)
}

fn set<V: HighsOptionValue>(model: &mut Model, name: &str, value: V) -> Result<(), String> {
    model.try_set_option(name, value).map_err(|e| format!("HiGHS refused the option {name}: {e:?}"))
}

/// A search on a thread of its own.
struct Search {
    ilp: Ilp,
    limits: Limits,
    /// What a node weighs, in thousandths of a unit of work, and what a run weighs before its first: presolve, and the linear
    /// program of the root with its cuts.
    weight: u64,
    root: u64,
}

impl Search {
    /// Round after round, each with the best of those before.
    fn rounds(&self, mut best: Option<Vec<f64>>, line: &Line<Result<Outcome, String>>) -> Result<Outcome, String> {
        let most = self.limits.nodes_left(self.weight).map(|nodes| {
            let left = self.limits.work_left().unwrap_or(u64::MAX).saturating_sub(self.root);
            nodes.min(left / self.weight).max(1)
        });
        let (mut bound, mut nodes, mut round) = (None::<f64>, 0, ROUND);
        loop {
            let mut found = match self.round(best.as_deref(), most.unwrap_or(round))? {
                Outcome::Infeasible => {
                    line.work(self.root + self.weight);
                    return Ok(Outcome::Infeasible);
                }
                Outcome::Found(found) => found,
            };
            // What presolve settles is a node too: no search is free.
            found.nodes = found.nodes.max(1);
            let heard = line.work(self.root + found.nodes * self.weight);
            nodes += found.nodes;
            bound = bound.into_iter().chain(found.bound).reduce(f64::min);
            let found = Found { values: found.values.or(best), bound, nodes, ..found };
            if found.stop != Stop::Work || most.is_some() || !heard || !line.so_far(Ok(Outcome::Found(found.clone()))) {
                return Ok(Outcome::Found(found));
            }
            best = found.values;
            round *= GROWTH;
        }
    }

    /// One run of HiGHS, of so many nodes.
    fn round(&self, start: Option<&[f64]>, nodes: u64) -> Result<Outcome, String> {
        let ilp = &self.ilp;
        let mut model = stated(ilp, &self.limits)?;
        // Objectives are whole numbers of units, so a gap below one is none.
        set(&mut model, "mip_rel_gap", self.limits.gap())?;
        set(&mut model, "mip_abs_gap", ilp.step)?;
        set(&mut model, "mip_max_nodes", i32::try_from(nodes).unwrap_or(i32::MAX))?;
        if start.is_some() {
            model.set_solution(start, None, None, None);
            // What is fixed by reduced costs is gone already: what a restart presolves again is not worth its time.
            set(&mut model, "mip_allow_restart", false)?;
        }
        let solved = model.try_solve().map_err(|e| format!("{e:?}"))?;
        let stop = match solved.status() {
            Status::Infeasible | Status::UnboundedOrInfeasible => return Ok(Outcome::Infeasible),
            Status::Optimal => Stop::Proof,
            Status::ReachedTimeLimit => Stop::Time,
            Status::ReachedSolutionLimit | Status::ReachedIterationLimit => Stop::Work,
            Status::ReachedInterrupt => Stop::Cancelled,
            other => return Err(format!("HiGHS ended with {other:?}")),
        };
        let info = |name| solved.double_info_value(name).ok().filter(|v| v.is_finite());
        let mixed = ilp.columns.iter().any(|c| c.integer);
        // A linear program that was stopped has no bound: what HiGHS calls its objective is that of a point on the way.
        let whole = || (stop == Stop::Proof).then(|| solved.objective_value());
        let bound = if mixed { info(c"mip_dual_bound") } else { whole() };
        let nodes = solved.int_info_value(c"mip_node_count").unwrap_or(0).max(0) as u64;
        let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
        let values = feasible.then(|| solved.get_solution().columns().to_vec());
        // Within the gap that was asked for is no proof.
        let proven = |values: &[f64]| {
            let value = ilp.value(values);
            bound.is_none_or(|bound| bound < value + 0.999)
        };
        let stop = if stop == Stop::Proof && !values.as_deref().is_none_or(proven) { Stop::Gap } else { stop };
        Ok(Outcome::Found(Found { values, bound, stop, nodes }))
    }
}
