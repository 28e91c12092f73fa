//! microlp: the pure-Rust solver of the default build.
//!
//! good_lp states the model; the search is then driven a few nodes at a time, so that limits are kept, so that what it
//! finds is known when it is [left behind](super::aside), and so that the bound is known when it stops (good_lp's own
//! `solve` drops it).

use super::{
    Backend, Ended, Found, Ilp, Limits, Outcome, Stop,
    aside::{Line, aside},
    model,
};
use crate::solve::limits::node;
use ::microlp::{Error, OptimizationDirection, ResumeOptions, SolveOptions, SolveOutcome, TerminationReason};
use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, WithTimeLimit, solvers::microlp::microlp, variable,
};
use std::time::Duration;

/// How many nodes to solve at most between two words on how far it is.
const STEP: u64 = 64;
/// How many times the largest value the constant in the objective is.
const SHIFT: f64 = 64.0;

pub(super) struct Microlp;

impl Backend for Microlp {
    fn multipliers(&self, ilp: &Ilp, limits: &Limits) -> Option<Vec<f64>> {
        let (ilp, left) = (ilp.clone(), limits.clone());
        match aside(limits, move |_| dual(&ilp, &left)) {
            Ok(Ended::Done(multipliers)) => multipliers,
            _ => None,
        }
    }

    fn solve(&self, ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String> {
        let search = Search { ilp: ilp.clone(), limits: limits.clone() };
        let first = start.map(<[f64]>::to_vec);
        Ok(match aside(limits, move |line| search.run(first.as_deref(), line))? {
            Ended::Done(outcome) => outcome?,
            Ended::Left(_, Some(Err(message))) => return Err(message),
            Ended::Left(_, Some(Ok(Outcome::Infeasible))) => Outcome::Infeasible,
            Ended::Left(stop, Some(Ok(Outcome::Found(found)))) => Outcome::Found(Found { stop, ..found }),
            Ended::Left(stop, None) => Outcome::Found(Found::nothing_but(start, stop)),
        })
    }
}

/// A search on a thread of its own.
struct Search {
    ilp: Ilp,
    limits: Limits,
}

impl Search {
    fn run(&self, start: Option<&[f64]>, line: &Line<Result<Outcome, String>>) -> Result<Outcome, String> {
        let (ilp, limits) = (&self.ilp, &self.limits);
        let (mut vars, _, mut objective, constraints) = model(ilp);
        // Where objectives are whole numbers of units, a node less than a unit better than the best holds nothing new.
        // microlp takes such a tolerance as a share of the best value, so a constant that dwarfs every value makes the
        // share the same for all.
        let size = ilp.columns.iter().map(|c| c.objective.abs() * c.upper).sum::<i64>().max(1) as f64;
        let shift = SHIFT * size;
        objective.add_mul(shift, vars.add(variable().integer().min(1).max(1)));
        let mut problem = vars.maximise(objective).using(microlp);
        for constraint in constraints {
            problem.add_constraint(constraint);
        }
        let problem = problem.as_inner();
        let weight = node(ilp.terms());
        let most = limits.nodes_left(weight);
        let mut next = 1;
        // Few nodes at first, so that the first solutions are soon known.
        let mut step = |done: u64| {
            let few = next;
            next = (next * 2).min(STEP);
            most.map_or(few, |most| few.min(most.saturating_sub(done)))
        };
        let time = || limits.seconds_left().map(Duration::from_secs_f64);
        let mut options = SolveOptions::default();
        options.time_limit = time();
        options.node_limit = Some(step(0));
        options.tolerances.prune_epsilon = ilp.step / (shift + size);
        options.warm_start = start.map(|values| {
            // microlp numbers variables in the order of their creation and lets nobody name one: another problem with as
            // many variables makes the same names.
            let mut names = ::microlp::Problem::new(OptimizationDirection::Maximize);
            values.iter().chain([&1.0]).map(|value| (names.add_var(0.0, (0.0, 1.0)), *value)).collect()
        });
        let mut resume = ResumeOptions::default();

        let mut outcome = match problem.solve_with(options) {
            Err(Error::Infeasible) => return Ok(Outcome::Infeasible),
            other => other.map_err(|e| e.to_string())?,
        };
        let (mut counted, mut said) = (0, None);
        loop {
            let stats = outcome.stats();
            let heard = line.work((stats.nodes_solved - counted) * weight);
            counted = stats.nodes_solved;
            let stop = match outcome.termination_reason() {
                TerminationReason::ProvenOptimal => Some(Stop::Proof),
                TerminationReason::TimeLimit => Some(Stop::Time),
                _ if near(&outcome, shift, limits) => Some(Stop::Gap),
                _ if most.is_some_and(|most| counted >= most) => Some(Stop::Work),
                _ if !heard => Some(Stop::Cancelled),
                _ => None,
            };
            if let Some(stop) = stop {
                return Ok(Outcome::Found(found(ilp, &outcome, stop, shift)));
            }
            let value = outcome.solution().map(::microlp::Solution::objective);
            if value != said {
                said = value;
                line.so_far(Ok(Outcome::Found(found(ilp, &outcome, Stop::Cancelled, shift))));
            }
            resume.time_limit = time();
            resume.node_limit = Some(step(counted));
            outcome = match outcome.resume_with(resume.clone()) {
                Err(Error::Infeasible) => return Ok(Outcome::Infeasible),
                other => other.map_err(|e| e.to_string())?,
            };
        }
    }
}

/// The dual of the linear relaxation, solved for its variables: microlp does not tell the multipliers of a primal.
fn dual(ilp: &Ilp, limits: &Limits) -> Option<Vec<f64>> {
    let mut columns: Vec<Vec<(usize, i64)>> = vec![Vec::new(); ilp.columns.len()];
    for (i, row) in ilp.rows.iter().enumerate() {
        row.terms.iter().for_each(|(column, factor)| columns[*column].push((i, *factor)));
    }
    let mut in_set = vec![false; ilp.columns.len()];
    for row in &ilp.exclusive {
        ilp.rows[*row].terms.iter().for_each(|(column, _)| in_set[*column] = true);
    }
    let mut vars = ProblemVariables::new();
    let mut objective = Expression::default();
    let rows: Vec<Variable> = ilp
        .rows
        .iter()
        .map(|row| {
            let mut definition = variable();
            if row.lower.is_none() {
                definition = definition.min(0);
            }
            if row.upper.is_none() {
                definition = definition.max(0);
            }
            let multiplier = vars.add(definition);
            objective.add_mul(row.upper.or(row.lower).unwrap_or(0) as f64, multiplier);
            multiplier
        })
        .collect();
    let mut constraints = Vec::with_capacity(columns.len());
    for (i, (column, terms)) in ilp.columns.iter().zip(&columns).enumerate() {
        let mut sum = Expression::with_capacity(terms.len() + 1);
        terms.iter().for_each(|(row, factor)| sum.add_mul(*factor as f64, rows[*row]));
        // A talk's places are bounded by its row, and a penalty's price keeps it down.
        if !in_set[i] && (column.objective > 0 || i < ilp.vars.len()) {
            let bound = vars.add(variable().min(0));
            sum.add_mul(1.0, bound);
            objective.add_mul(column.upper as f64, bound);
        }
        constraints.push(sum.geq(column.objective as f64));
    }
    let mut problem = vars.minimise(objective).using(microlp);
    for constraint in constraints {
        problem.add_constraint(constraint);
    }
    if let Some(seconds) = limits.seconds_left() {
        problem = problem.with_time_limit(seconds);
    }
    let solution = problem.solve().ok()?;
    Some(rows.iter().map(|y| solution.value(*y)).collect())
}

/// Whether what was found is near enough to the bound. The constant is taken off first: it would make any gap look small.
fn near(outcome: &SolveOutcome, shift: f64, limits: &Limits) -> bool {
    let found = outcome.solution().zip(outcome.stats().best_bound);
    found.is_some_and(|(solution, bound)| limits.near(solution.objective() - shift, bound - shift))
}

fn found(ilp: &Ilp, outcome: &SolveOutcome, stop: Stop, shift: f64) -> Found {
    let stats = outcome.stats();
    let values = outcome.solution().map(|solution| {
        let mut values = vec![0.0; ilp.columns.len()];
        for (value, (_, found)) in values.iter_mut().zip(solution.iter()) {
            *value = found;
        }
        values
    });
    Found { values, bound: stats.best_bound.map(|bound| bound - shift), stop, nodes: stats.nodes_solved }
}
