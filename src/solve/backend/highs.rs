//! HiGHS: the solver for large events (Huangfu and Hall, *Parallelizing the dual revised simplex method*, 2018).
//!
//! good_lp states the model; HiGHS is then run directly, to read the bound of a stopped search, which good_lp drops.

use super::{Backend, Found, Ilp, Limits, Outcome, Stop, model};
use crate::solve::ilp::IlpRow;
use ::highs::{HighsModelStatus as Status, HighsSolutionStatus};
use good_lp::{SolverModel, solvers::highs::highs};

pub(super) struct Highs;

impl Backend for Highs {
    fn multipliers(&self, ilp: &Ilp, limits: &Limits) -> Option<Vec<f64>> {
        if ilp.columns.is_empty() || ilp.rows.is_empty() {
            return Some(vec![0.0; ilp.rows.len()]);
        }
        let mut relaxed = ilp.clone();
        relaxed.columns.iter_mut().for_each(|c| c.integer = false);
        let (vars, _, objective, constraints) = model(&relaxed);
        // A row with two bounds that differ is stated as two constraints.
        let both = |row: &IlpRow| row.lower.is_some() && row.upper.is_some() && row.lower != row.upper;
        let mut problem = vars.maximise(objective).using(highs);
        for constraint in constraints {
            problem.add_constraint(constraint);
        }
        let mut model = problem.try_into_inner().ok()?;
        model.make_quiet();
        set(&mut model, "threads", 1).ok()?;
        if let Some(seconds) = limits.seconds_left() {
            set(&mut model, "time_limit", seconds).ok()?;
        }
        let solved = model.try_solve().ok()?;
        if solved.status() != Status::Optimal {
            return None;
        }
        let solution = solved.get_solution();
        let mut duals = solution.dual_rows().iter().copied();
        let mut multipliers = Vec::with_capacity(ilp.rows.len());
        for row in &ilp.rows {
            let own = duals.next()?;
            multipliers.push(if both(row) { own + duals.next()? } else { own });
        }
        Some(multipliers)
    }

    fn maximise(&self, ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String> {
        if ilp.columns.is_empty() {
            // HiGHS has no word for a program of nothing. Whether its rows hold was settled when they were added.
            return Ok(Outcome::Found(Found {
                values: Some(Vec::new()),
                bound: Some(0.0),
                stop: Stop::Proof,
                nodes: 0,
            }));
        }
        let (vars, _, objective, constraints) = model(ilp);
        let mut problem = vars.maximise(objective).using(highs);
        for constraint in constraints {
            problem.add_constraint(constraint);
        }
        let mut model = problem.try_into_inner().map_err(|e| e.to_string())?;
        model.make_quiet();
        // One thread: the same search on every machine. Objectives are whole numbers of units, so a gap below one is none.
        set(&mut model, "threads", 1)?;
        set(&mut model, "parallel", "off")?;
        set(&mut model, "mip_rel_gap", limits.gap())?;
        set(&mut model, "mip_abs_gap", ilp.step)?;
        if let Some(seconds) = limits.seconds_left() {
            set(&mut model, "time_limit", seconds)?;
        }
        let weight = super::limits::node(ilp.terms());
        if let Some(nodes) = limits.nodes_left(weight) {
            set(&mut model, "mip_max_nodes", i32::try_from(nodes).unwrap_or(i32::MAX))?;
        }
        if start.is_some() {
            model.set_solution(start, None, None, None);
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
        let bound = if mixed { info(c"mip_dual_bound") } else { Some(solved.objective_value()) };
        let nodes = solved.int_info_value(c"mip_node_count").unwrap_or(0).max(0) as u64;
        limits.spend(nodes * weight);
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

fn set<V: ::highs::HighsOptionValue>(model: &mut ::highs::Model, name: &str, value: V) -> Result<(), String> {
    model.try_set_option(name, value).map_err(|e| format!("HiGHS refused the option {name}: {e:?}"))
}
