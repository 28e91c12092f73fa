//! One part at one priority: from nothing to a proof.
//!
//! A first timetable is built and improved by [local search](super::local). The linear relaxation says how good it could be
//! at most, and which places could matter. Where the two meet, that is the proof, and no tree was searched. Otherwise the
//! search goes on among the places that could matter, and what is left is settled by [integer programming](super::kernel).
//! Where tracks choose rooms, [times come first](super::stages), and then a [tree over rooms](super::tree), with a rough draft beside it.

mod prove;
mod rooms;

use super::{
    backend::{Backend, Found, Outcome},
    bound::{Bound, whole},
    ilp::Ilp,
    kernel,
    limits::{self, Limits, Stop},
    local::{Ground, Local},
    parts::Part,
    progress::Phase,
    relax,
    settle::{self, Pinned, starting},
    stages::Stages,
};
use crate::program::{Fixing, Program, Var};
use std::time::Instant;

/// Moves of the first round of local search, for each talk.
const FIRST: u64 = 30;
/// Moves of a later round, for each talk.
const LATER: u64 = 100;
/// How often local search sets the objective aside where the first round found no timetable.
const FURTHER: u32 = 8;
/// The work, in thousandths of a unit, and the share of the time that integer programming has to find any timetable.
const ANY: u64 = 500 * limits::UNIT;
const ANY_TIME: f64 = 0.25;
/// The share of the time left that a round of local search takes at most.
const ROUND: f64 = 0.2;
/// So many rounds without a better timetable end the local search that comes before integer programming.
const PATIENCE: u32 = 3;
/// Relaxations of up to so many columns are solved by pivots where steps do not settle them.
const EXACT: usize = 5_000;
/// Kernels whose first node is no more work than this, in thousandths of a unit, are not searched before they are settled.
const QUICK: u64 = 200 * limits::UNIT;
/// A part at a priority.
pub(super) struct Level<'a> {
    pub(super) program: &'a Program,
    pub(super) fixing: &'a Fixing,
    pub(super) part: &'a Part,
    pub(super) priority: u32,
    pub(super) pinned: &'a Pinned,
    pub(super) ilp: &'a Ilp,
    pub(super) backend: &'a dyn Backend,
    pub(super) limits: &'a Limits,
}

/// What became of it.
pub(super) struct Reached {
    /// How the search ended; the values are those of the program's columns.
    pub(super) outcome: Outcome,
    /// The atoms of the best timetable, where its values are not told: to work them out takes time that is up.
    pub(super) chosen: Option<Vec<Var>>,
    /// When the first timetable was found.
    pub(super) first_at: Option<Instant>,
}

impl Level<'_> {
    /// Maximises the part at the priority, beginning with a choice of atoms if there is one.
    pub(super) fn maximise(&self, begin: Option<&[Var]>) -> Result<Reached, String> {
        if self.ilp.columns.is_empty() {
            let found = Found { values: Some(Vec::new()), bound: Some(0.0), stop: Stop::Proof, nodes: 0 };
            return Ok(Reached { outcome: Outcome::Found(found), chosen: None, first_at: Some(Instant::now()) });
        }
        // Even to set up a search takes seconds in a large event. Small parts have a first timetable in no time.
        let too_late = || {
            let stop = self.limits.overdue().filter(|_| begin.is_some() || self.ilp.columns.len() > settle::LARGE)?;
            let chosen = begin.map(|chosen| self.within(chosen));
            let outcome = Outcome::Found(Found { values: None, bound: None, stop, nodes: 0 });
            Some(Reached { outcome, chosen, first_at: None })
        };
        if let Some(reached) = too_late() {
            return Ok(reached);
        }
        let ground = Ground::of(self.program, self.fixing, self.part, self.priority, self.pinned, self.ilp.unit);
        if let Some(reached) = too_late() {
            return Ok(reached);
        }
        self.limits.enter(Phase::Constructing);
        let mut local = Local::new(&ground, begin, self.limits.seed());
        let mut first_at = local.best().map(|_| Instant::now());
        let mut note = |local: &Local<'_>| {
            if first_at.is_none() && local.best().is_some() {
                first_at = Some(Instant::now());
            }
        };
        self.limits.enter(Phase::LocalSearch);
        self.round(&mut local, FIRST * ground.talks() as u64, i64::MAX);
        // Everything that follows is quicker with a timetable in hand than to find one.
        let infeasible = self.find_any(&mut local)?;
        note(&local);
        if infeasible {
            return Ok(Reached { outcome: Outcome::Infeasible, chosen: None, first_at: None });
        }

        // What steps on the way have proven, in units.
        let mut most = f64::INFINITY;
        if let Some(stop) = self.limits.stop() {
            return Ok(self.stopped(&local, most, stop, first_at));
        }
        self.limits.enter(Phase::Relaxing);
        let rooms = self.rooms();
        let mut stages = Stages::of(self.program, self.fixing, self.ilp, self.backend, self.limits, !rooms.is_empty());
        let staged = self.in_stages(stages.as_mut(), &mut local, &mut most)?;
        note(&local);
        if let Some(outcome) = staged {
            return Ok(Reached { outcome, chosen: None, first_at });
        }
        if let Some(stop) = self.limits.stop() {
            return Ok(self.stopped(&local, most, stop, first_at));
        }
        let (bound, settled) = self.in_rooms(&rooms, stages.as_ref(), &mut local, &mut most)?;
        note(&local);
        if let Some(outcome) = settled {
            return Ok(Reached { outcome, chosen: None, first_at });
        }
        if let Some(stop) = self.limits.stop() {
            return Ok(self.stopped(&local, most, stop, first_at));
        }
        let bound = if bound.is_some() { bound } else { self.relax(self.start(&local).as_deref()) };
        if let Some(bound) = &bound {
            self.lower(&mut most, bound.units() as f64);
            // No timetable is worth as little as that, so there is none.
            if local.best().is_none() && bound.units() < self.ilp.least() {
                return Ok(Reached { outcome: Outcome::Infeasible, chosen: None, first_at: None });
            }
            // A small kernel is settled sooner than searched.
            if kernel::root_work(self.ilp, Some(bound), self.start(&local).as_deref()) > QUICK {
                self.limits.enter(Phase::LocalSearch);
                self.search_on(&mut local, bound);
                note(&local);
            }
        }
        if let Some(stop) = self.limits.stop() {
            return Ok(self.stopped(&local, most, stop, first_at));
        }
        let start = self.start(&local);
        if let Some(stop) = start.as_deref().and_then(|values| self.closed(values, most)) {
            let outcome = Outcome::Found(Found { values: start, bound: Some(most), stop, nodes: 0 });
            return Ok(Reached { outcome, chosen: None, first_at });
        }
        self.limits.enter(Phase::Proving);
        if let Some(outcome) = self.try_few(&ground, &mut local, bound.as_ref(), &mut most)? {
            note(&local);
            return Ok(Reached { outcome, chosen: None, first_at: first_at.or_else(|| Some(Instant::now())) });
        }
        let start = self.start(&local);
        let outcome = self.prove(local, bound.as_ref(), most, start)?;
        Ok(Reached { outcome, chosen: None, first_at })
    }

    /// Looks for any timetable where none is in hand: local search sets the objective aside, and integer programming does so
    /// beside it. Whether there is none, by proof.
    fn find_any(&self, local: &mut Local<'_>) -> Result<bool, String> {
        let moves = LATER * local.talks() as u64;
        for _ in 0..FURTHER {
            if local.best().is_some() || self.limits.stop().is_some() {
                break;
            }
            local.repair(moves, self.limits);
        }
        self.tell(local);
        let too_heavy = kernel::root_work(self.ilp, None, None) > ANY;
        if local.best().is_some() || self.limits.stop().is_some() || too_heavy {
            return Ok(false);
        }
        let mut any = self.ilp.clone();
        any.columns.iter_mut().for_each(|column| column.objective = 0);
        // Both shares are measured out beforehand, so what is found does not depend on which is faster.
        let left = self.limits.work_left().map_or(ANY, |left| (left / 4).min(ANY));
        let (of_exact, of_search) = (self.limits.apart(left), self.limits.apart(left).share(ANY_TIME));
        let of_exact = of_exact.share(ANY_TIME).muted();
        let exact = || self.backend.maximise(&any, None, &of_exact);
        let (exact, found) = rayon::join(exact, || local.repair(moves * u64::from(FURTHER), &of_search));
        self.limits.charge(of_exact.spent() + of_search.spent());
        match exact? {
            Outcome::Infeasible => return Ok(!found),
            Outcome::Found(Found { values: Some(values), .. }) if !found => local.adopt(&self.choice(&values)),
            Outcome::Found(_) => {}
        }
        self.tell(local);
        Ok(false)
    }

    /// What is known when there is no time to go on; where that is a proof, it is one.
    fn stopped(&self, local: &Local<'_>, most: f64, stop: Stop, first_at: Option<Instant>) -> Reached {
        let (value, chosen) = local.best().unzip();
        let units = value.map(|value| (value - self.ilp.constant) as f64 / self.ilp.unit as f64);
        let closed = units.and_then(|units| self.closed_by(units, most));
        let values = closed.and_then(|_| self.start(local));
        let stop = closed.filter(|_| values.is_some()).unwrap_or(stop);
        let bound = most.is_finite().then_some(most);
        let outcome = Outcome::Found(Found { values, bound, stop, nodes: 0 });
        Reached { outcome, chosen: chosen.map(|chosen| self.within(&chosen)), first_at }
    }

    /// Notes that nothing is worth more than so many units.
    fn lower(&self, most: &mut f64, units: f64) {
        if units < *most {
            *most = units;
            self.limits.report.bound(self.priority, self.ilp.thousandths(whole(units) as i64));
        }
    }

    /// Times first, rooms second, where the program can be settled so; what was found goes on in local search if not.
    fn in_stages(
        &self,
        stages: Option<&mut Stages<'_>>,
        local: &mut Local<'_>,
        most: &mut f64,
    ) -> Result<Option<Outcome>, String> {
        let Some(stages) = stages else { return Ok(None) };
        let outcome = stages.maximise(self.start(local).as_deref())?;
        Ok(outcome.and_then(|outcome| self.take(outcome, local, most)))
    }

    /// An outcome that settles the part; of any other, what was found goes on in local search.
    fn take(&self, outcome: Outcome, local: &mut Local<'_>, most: &mut f64) -> Option<Outcome> {
        match outcome {
            Outcome::Found(found) if found.stop != Stop::Proof => {
                if let Some(values) = &found.values {
                    local.adopt(&self.choice(values));
                }
                self.lower(most, found.bound.unwrap_or(f64::INFINITY));
                None
            }
            // There is a timetable: a solver has lost it by rounding.
            Outcome::Infeasible if local.best().is_some() => None,
            settled => Some(settled),
        }
    }

    /// What values are worth, in units of the objective; less than anything for none.
    pub(super) fn worth(&self, values: Option<&[f64]>) -> f64 {
        values.map_or(f64::NEG_INFINITY, |values| self.ilp.value(values))
    }

    /// Tells whoever watches what local search has found.
    pub(super) fn tell(&self, local: &Local<'_>) {
        if let Some((value, _)) = local.best() {
            self.limits.report.incumbent(self.priority, value);
        }
    }

    fn within(&self, chosen: &[Var]) -> Vec<Var> {
        settle::within(self.program, self.fixing, self.part, chosen)
    }

    /// The atoms that the values choose.
    pub(super) fn choice(&self, values: &[f64]) -> Vec<Var> {
        settle::choice(self.program, self.fixing, self.part, self.ilp, values)
    }

    /// The bound of the linear relaxation; none where the program is too small for one to pay, or time is up.
    fn relax(&self, start: Option<&[f64]>) -> Option<Bound> {
        if kernel::is_small(self.ilp) {
            return None;
        }
        let relaxed = relax::relax(self.ilp, start, self.limits)?;
        if relaxed.solved || self.ilp.columns.len() > EXACT || self.limits.stop().is_some() {
            return Some(relaxed.bound);
        }
        // What steps did not settle, pivots do.
        let exact = self.backend.multipliers(self.ilp, self.limits).map(|y| Bound::of(self.ilp, &y));
        Some(exact.filter(|exact| exact.units() < relaxed.bound.units()).unwrap_or(relaxed.bound))
    }

    /// The values of the best timetable's columns.
    pub(super) fn start(&self, local: &Local<'_>) -> Option<Vec<f64>> {
        let (_, chosen) = local.best()?;
        let start = starting(self.program, self.fixing, self.ilp, &chosen);
        Some(start).filter(|start| self.ilp.admits(start))
    }

    /// Whether the bound leaves nothing to look for: nothing could be a whole unit better than these values, or not by more
    /// than the gap that is allowed.
    fn closed(&self, values: &[f64], most: f64) -> Option<Stop> {
        self.closed_by(self.ilp.value(values), most)
    }

    /// The same of what values are worth, in units.
    fn closed_by(&self, value: f64, most: f64) -> Option<Stop> {
        if value + 0.5 >= most {
            return Some(Stop::Proof);
        }
        self.near(value, most).then_some(Stop::Gap)
    }

    /// Whether a value is near enough to a bound, both in units of the objective.
    fn near(&self, value: f64, most: f64) -> bool {
        let thousandths = |units: f64| units * self.ilp.unit as f64 + self.ilp.constant as f64;
        self.limits.near(thousandths(value), thousandths(most))
    }

    /// One round of local search.
    fn round(&self, local: &mut Local<'_>, moves: u64, target: i64) {
        local.round(moves, target, &self.limits.share(ROUND));
        self.tell(local);
    }

    /// Searches on among the places that could still matter, while that helps.
    fn search_on(&self, local: &mut Local<'_>, bound: &Bound) {
        let talks = local.talks() as u64;
        let target = self.ilp.thousandths(bound.units());
        let mut idle = 0;
        while idle < PATIENCE && self.limits.stop().is_none() {
            let before = local.best().map(|(value, _)| value);
            let near = |value: i64| self.limits.near(value as f64, target as f64);
            if before.is_some_and(|value| value >= target || near(value)) {
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

#[cfg(test)]
mod tests;
