//! The end of a part: what is left to prove, once a timetable and a bound are known.
//!
//! Parts of few timetables are searched whole. Others are settled by integer programming, with searches beside it.

use super::{
    super::{
        backend::{Found, Outcome},
        beside::Beside,
        bound::{Bound, whole},
        kernel,
        limits::{self, Stop},
        local::{Ground, Local},
        settle::starting,
    },
    Level, ROUND,
};
use crate::program::Var;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Parts of about so many nodes are searched whole: before integer programming, and after it had a glance at them of so many
/// thousandths of a unit of work.
const VERY_FEW: f64 = 500.0;
const FEW: f64 = 20_000.0;
const GLANCE: u64 = 50 * limits::UNIT;
/// The share of the time left that integer programming has before the search beside it, on one thread.
const BEFORE_SEARCH: f64 = 0.6;
/// The first share of work that integer programming is given before it and the searches beside it compare notes, in
/// thousandths of a unit; each share is twice the one before.
pub(super) const SHARE: u64 = 600 * limits::UNIT;

impl Level<'_> {
    /// Settles a part of few timetables: at once where they are very few; otherwise after a glance of integer programming,
    /// which settles most such parts sooner.
    pub(super) fn try_few(
        &self,
        ground: &Ground,
        local: &mut Local<'_>,
        bound: Option<&Bound>,
        most: &mut f64,
    ) -> Result<Option<Outcome>, String> {
        let start = self.start(local);
        let known = start.as_ref().and_then(|_| local.best()).map(|(value, _)| value);
        let Some(nodes) = ground.expected_nodes(known, FEW, self.limits) else { return Ok(None) };
        if nodes <= VERY_FEW
            && let Some(outcome) = self.enumerate(ground, local, VERY_FEW)
        {
            return Ok(Some(outcome));
        }
        if kernel::root_work(self.ilp, None, None) <= GLANCE {
            let limits = self.limits.at_most(GLANCE);
            let outcome = kernel::maximise(self.backend, self.ilp, bound, start.as_deref(), &limits)?;
            if let Some(outcome) = self.take(outcome, local, most) {
                return Ok(Some(outcome));
            }
        }
        Ok(self.enumerate(ground, local, FEW))
    }

    /// Tries every timetable that is worth more than the one in hand, as long as they are not several times so few.
    fn enumerate(&self, ground: &Ground, local: &mut Local<'_>, few: f64) -> Option<Outcome> {
        let mut values = self.start(local);
        let known = values.as_ref().and_then(|_| local.best()).map(|(value, _)| value);
        let mut takes = |value: i64, chosen: &[Var]| {
            let own = starting(self.program, self.fixing, self.ilp, chosen);
            let taken = self.ilp.admits(&own) && self.ilp.thousandths(self.ilp.value(&own).round() as i64) == value;
            if taken {
                values = Some(own);
            }
            taken
        };
        let found = ground.enumerate(known, few, &self.limits.share(ROUND), &mut takes)?;
        if let Some(chosen) = &found.best {
            local.adopt(chosen);
            self.tell(local);
        }
        if !found.complete {
            return None;
        }
        Some(match values {
            None => Outcome::Infeasible,
            Some(values) => {
                let bound = Some(self.ilp.value(&values));
                Outcome::Found(Found { values: Some(values), bound, stop: Stop::Proof, nodes: found.nodes })
            }
        })
    }

    /// Integer programming, with searches beside it that it is told of, share by share.
    ///
    /// Each share of work is measured out beforehand, so what the two sides find does not depend on which is faster: only
    /// a proof ends the other side early, and then the proof's own timetable is the answer.
    pub(super) fn prove(
        &self,
        local: Local<'_>,
        bound: Option<&Bound>,
        mut most: f64,
        mut best: Option<Vec<f64>>,
    ) -> Result<Outcome, String> {
        let mut beside = Beside::new(self, local);
        let (mut share, mut nodes) = (SHARE, 0);
        let patience = kernel::first_work(self.ilp, bound, best.as_deref());
        loop {
            // At least some, while any is left: otherwise neither side would ever end.
            let left = self.limits.work_left().map_or(share, |left| share.min(left.div_ceil(2)));
            let (settled, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
            let (of_exact, of_aside) = (self.limits.apart(left), self.limits.apart(left).until(&settled));
            // On one thread, the search beside comes after the solver, whose first node may take all the time there is.
            let one_after_the_other = self.limits.is_timed() && rayon::current_num_threads() == 1;
            let of_exact = if one_after_the_other { of_exact.share(BEFORE_SEARCH) } else { of_exact };
            let exact = || {
                // A root that would keep the other side waiting waits itself, until a share is worth it.
                if share < patience {
                    return Ok(Outcome::Found(Found { values: None, bound: None, stop: Stop::Work, nodes: 0 }));
                }
                let outcome = kernel::maximise(self.backend, self.ilp, bound, best.as_deref(), &of_exact);
                let is_settled = |outcome: &Outcome| match outcome {
                    Outcome::Infeasible => true,
                    Outcome::Found(found) => found.stop == Stop::Proof,
                };
                settled.fetch_or(outcome.as_ref().is_ok_and(is_settled), Ordering::Relaxed);
                outcome
            };
            let exact = || {
                let outcome = exact();
                over.store(true, Ordering::Relaxed);
                outcome
            };
            let aside = || beside.search(best.as_deref(), &of_aside, &over);
            let (outcome, other) = rayon::join(exact, aside);
            // How far the search beside has come when it is ended early depends on which is faster, so that does not count.
            let is_settled = settled.load(Ordering::Relaxed);
            self.limits.charge(of_exact.spent() + if is_settled { 0 } else { of_aside.spent() });
            let found = match outcome? {
                Outcome::Infeasible if best.is_none() && other.as_ref().is_ok_and(Option::is_none) => {
                    return Ok(Outcome::Infeasible);
                }
                // There is a timetable: a solver has lost it by rounding.
                Outcome::Infeasible => Found { values: None, bound: None, stop: Stop::Arithmetic, nodes: 0 },
                Outcome::Found(found) => found,
            };
            nodes += found.nodes;
            most = found.bound.map_or(most, |bound| bound.min(most));
            if found.stop == Stop::Proof && found.values.is_some() {
                return Ok(Outcome::Found(Found { nodes, ..found }));
            }
            // A timetable in hand is never lost.
            for values in [found.values, other?] {
                if self.worth(values.as_deref()) > self.worth(best.as_deref()) {
                    best = values;
                }
            }
            let value = self.worth(best.as_deref());
            let stop = match self.limits.stop() {
                _ if value + 0.5 >= whole(most) => Some(Stop::Proof),
                _ if self.near(value, most) => Some(Stop::Gap),
                None if found.stop == Stop::Work || one_after_the_other && found.stop == Stop::Time => None,
                None => Some(found.stop),
                stop => stop,
            };
            if let Some(stop) = stop {
                let late = if stop == Stop::Proof { None } else { beside.late() };
                if self.worth(late.as_deref()) > value {
                    best = late;
                }
                return Ok(Outcome::Found(Found { values: best, bound: Some(most), stop, nodes }));
            }
            share = share.saturating_mul(2);
        }
    }
}
