//! One part at one priority: from nothing to a proof.
//!
//! A first timetable is built and improved by [local search](super::local). The linear relaxation says how good it could be
//! at most, and which places could matter. Where the two meet, that is the proof, and no tree was searched. Otherwise the
//! search goes on among the places that could matter, and what is left is settled by [integer programming](super::kernel).

use super::{
    backend::{Backend, Found, Outcome},
    bound::Bound,
    ilp::Ilp,
    kernel,
    limits::{Limits, Stop},
    local::{Ground, Local},
    parts::Part,
    progress::Phase,
    settle::starting,
};
use crate::program::{Fixing, Program, Var};
use std::{collections::BTreeMap, time::Instant};

/// Moves of the first round of local search, for each talk.
const FIRST: u64 = 30;
/// Moves of a later round, for each talk.
const LATER: u64 = 200;
/// So many rounds without a better timetable end the local search.
const PATIENCE: u32 = 3;

/// A part at a priority.
pub(super) struct Level<'a> {
    pub(super) program: &'a Program,
    pub(super) fixing: &'a Fixing,
    pub(super) part: &'a Part,
    pub(super) priority: u32,
    pub(super) pinned: &'a BTreeMap<u32, i64>,
    pub(super) ilp: &'a Ilp,
    pub(super) backend: &'a dyn Backend,
    pub(super) limits: &'a Limits,
}

/// What became of it.
pub(super) struct Reached {
    /// How the search ended; the values are those of the program's columns.
    pub(super) outcome: Outcome,
    /// When the first timetable was found.
    pub(super) first_at: Option<Instant>,
}

impl Level<'_> {
    /// Maximises the part at the priority, beginning with a choice of atoms if there is one.
    pub(super) fn maximise(&self, begin: Option<&[Var]>) -> Result<Reached, String> {
        if self.ilp.columns.is_empty() {
            let found = Found { values: Some(Vec::new()), bound: Some(0.0), stop: Stop::Proof, nodes: 0 };
            return Ok(Reached { outcome: Outcome::Found(found), first_at: Some(Instant::now()) });
        }
        let t0 = Instant::now();
        let trace = |what: &str, local: &Local<'_>| {
            if std::env::var("TRACE").is_ok() {
                eprintln!("{:>8.3} {what}: {:?} moves {}", t0.elapsed().as_secs_f64(), local.best().map(|b| b.0), local.moves());
            }
        };
        let ground =
            Ground::of(self.program, self.fixing, self.part, self.priority, self.pinned, self.ilp.unit);
        self.limits.enter(Phase::Constructing);
        let mut local = Local::new(&ground, begin, 0);
        let talks = ground.talks() as u64;
        trace("construct", &local);
        let mut first_at = local.best().map(|_| Instant::now());
        self.limits.enter(Phase::LocalSearch);
        self.round(&mut local, FIRST * talks, i64::MAX);
        first_at = first_at.or_else(|| local.best().map(|_| Instant::now()));

        trace("first round", &local);
        self.limits.enter(Phase::Relaxing);
        let start = self.start(&local);
        let bound = kernel::relax(self.backend, self.ilp, start.as_deref(), self.limits);
        if let Some(bound) = &bound {
            self.limits.report.bound(self.priority, self.ilp.thousandths(bound.units()));
            self.limits.enter(Phase::LocalSearch);
            trace(&format!("bound {}", self.ilp.thousandths(bound.units())), &local);
            self.search_on(&mut local, bound, talks);
            trace("searched on", &local);
        }
        let start = self.start(&local);
        if let (Some(bound), Some(values)) = (&bound, &start)
            && self.meets(values, bound)
        {
            let units = Some(bound.units() as f64);
            let found = Found { values: start, bound: units, stop: Stop::Proof, nodes: 0 };
            return Ok(Reached { outcome: Outcome::Found(found), first_at });
        }
        self.limits.enter(Phase::Proving);
        let outcome = match kernel::maximise(self.backend, self.ilp, bound.as_ref(), start.as_deref(), self.limits)? {
            Outcome::Infeasible => Outcome::Infeasible,
            // A timetable in hand is never lost.
            Outcome::Found(found) => Outcome::Found(Found { values: found.values.or(start), ..found }),
        };
        Ok(Reached { outcome, first_at })
    }

    /// The columns' values for the best timetable so far.
    fn start(&self, local: &Local<'_>) -> Option<Vec<f64>> {
        let start = local.best().map(|(_, chosen)| starting(self.program, self.fixing, self.ilp, &chosen));
        start.filter(|start| self.ilp.admits(start))
    }

    /// Whether nothing could be a whole unit better than these values.
    fn meets(&self, values: &[f64], bound: &Bound) -> bool {
        self.ilp.value(values) + 0.5 >= bound.units() as f64
    }

    /// One round of local search.
    fn round(&self, local: &mut Local<'_>, moves: u64, target: i64) {
        local.round(moves, target, self.limits);
        if let Some((value, _)) = local.best() {
            self.limits.report.incumbent(self.priority, value);
        }
    }

    /// Searches on among the places that could still matter, while that helps.
    fn search_on(&self, local: &mut Local<'_>, bound: &Bound, talks: u64) {
        let target = self.ilp.thousandths(bound.units());
        let mut idle = 0;
        while idle < PATIENCE && self.limits.stop().is_none() {
            let before = local.best().map(|(value, _)| value);
            if before.is_some_and(|value| value >= target) {
                return;
            }
            let useful = before.map_or(i64::MIN, |value| (value - self.ilp.constant).div_euclid(self.ilp.unit));
            let atoms = self.program.atoms.len();
            let mut keep = vec![false; atoms];
            for (column, var) in self.ilp.vars.iter().enumerate().filter(|(_, v)| v.at() < atoms) {
                keep[var.at()] = bound.units_with(column) > useful;
            }
            local.restrict(|var| keep[var.at()]);
            self.round(local, LATER * talks, target);
            let better = local.best().map(|(value, _)| value) > before;
            idle = if better { 0 } else { idle + 1 };
        }
    }
}
