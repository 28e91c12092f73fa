//! When to stop before the proof: time, work, a small gap, or somebody's word.
//!
//! **Work** is counted, not timed, so that it is the same on every machine and in every run. One unit is in the order of a
//! millisecond on a machine of today: a node of branch and bound, or a thousand moves of local search, or half a million
//! coefficients gone over. Each part of a search has a meter of its own, and so has each of its steps that is given a
//! share: what others do at the same time changes no decision.

use super::{
    CancelFlag, SolveOptions,
    progress::{Phase, Report, Watch},
};
use crate::trace::Parent;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Why a search stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Proof,
    Gap,
    Time,
    Work,
    Cancelled,
    /// Exact arithmetic does not confirm what the solver claims to have proven.
    Arithmetic,
}

/// One unit of work, in the thousandths that meters count.
pub(super) const UNIT: u64 = 1000;
/// A move of local search tried.
pub(super) const MOVE: u64 = 1;
/// How many coefficients make a node of branch and bound heavier by a unit.
const NODE_TERMS: usize = 10_000;
/// How many coefficients gone over weigh as much as a move.
const SWEEP_TERMS: usize = 500;

/// What a solver that is late is granted, or a fortieth of the limit where that is more: half of what a search as a whole
/// may be late by.
pub(super) const GRACE: Duration = Duration::from_millis(25);

/// What a node of branch and bound weighs in a program of so many coefficients, in thousandths of a unit.
pub(super) fn node(terms: usize) -> u64 {
    UNIT * (1 + (terms / NODE_TERMS) as u64)
}

/// What it weighs to go over so many coefficients, in thousandths of a unit.
pub(super) fn sweep(terms: usize) -> u64 {
    1 + (terms / SWEEP_TERMS) as u64
}

/// Counts work, in thousandths of a unit.
#[derive(Debug)]
struct Meter {
    most: Option<u64>,
    spent: AtomicU64,
    /// What is counted here counts there too.
    parent: Option<Arc<Meter>>,
}

impl Meter {
    fn new(most: Option<u64>, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { most, spent: AtomicU64::new(0), parent })
    }

    fn spend(&self, work: u64) {
        let mut meter = Some(self);
        while let Some(this) = meter {
            this.spent.fetch_add(work, Ordering::Relaxed);
            meter = this.parent.as_deref();
        }
    }

    fn left(&self) -> Option<u64> {
        self.most.map(|most| most.saturating_sub(self.spent.load(Ordering::Relaxed)))
    }
}

/// When to stop before the proof, and whom to tell how it is getting on. Clones share meter and report.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    started: Instant,
    deadline: Option<Instant>,
    /// How long after the deadline a solver's answer is still waited for.
    grace: Duration,
    gap: f64,
    cancel: CancelFlag,
    meter: Arc<Meter>,
    /// Raised when somebody else has settled what is searched for.
    settled: Option<Arc<AtomicBool>>,
    seed: u64,
    /// What steps of the search are part of.
    pub(super) parent: Parent,
    pub(super) report: Report,
}

impl Limits {
    /// What the options ask for, of a search that began then.
    pub(super) fn new(options: &SolveOptions, started: Instant, watch: Arc<Watch>) -> Self {
        Self {
            started,
            // A limit too far off to be told is none.
            deadline: options.time_limit.and_then(|limit| started.checked_add(limit)),
            grace: options.time_limit.map_or(Duration::ZERO, |limit| (limit / 40).max(GRACE)),
            gap: options.gap,
            cancel: options.cancel.clone(),
            meter: Meter::new(options.work_limit.map(|units| units.saturating_mul(UNIT)), None),
            settled: None,
            seed: options.seed,
            parent: watch.parent().clone(),
            report: Report::new(watch),
        }
    }

    /// Where random choices begin.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// The same, until somebody else has settled what is searched for.
    pub(super) fn until(&self, settled: &Arc<AtomicBool>) -> Self {
        Self { settled: Some(Arc::clone(settled)), ..self.clone() }
    }

    /// The same for what is part of the step that this thread is in.
    pub(super) fn inside(&self) -> Self {
        Self { parent: Parent::here(), ..self.clone() }
    }

    /// Those of a part: the same, with a meter and a report of its own.
    pub(super) fn of_part(&self, part: usize) -> Self {
        Self { meter: Meter::new(self.meter.most, None), report: self.report.of_part(part), ..self.clone() }
    }

    /// The same, and at most so much work more, in thousandths of a unit. The share is the step's own: steps side by side
    /// do not feel each other, and what they spend counts for the whole too.
    pub(super) fn at_most(&self, work: u64) -> Self {
        let most = self.meter.left().map_or(work, |left| left.min(work));
        Self { meter: Meter::new(Some(most), Some(Arc::clone(&self.meter))), ..self.clone() }
    }

    /// The same for one of several steps side by side: so much work at most, counted by a meter of the step's own and nowhere
    /// else, so that no step feels what another has spent by when. The caller [charges](Self::charge) what counts.
    pub(super) fn apart(&self, work: u64) -> Self {
        Self { meter: Meter::new(Some(work), None), ..self.clone() }
    }

    /// Counts the work of a step that had limits [apart](Self::apart), in thousandths of a unit.
    pub(super) fn charge(&self, work: u64) {
        self.meter.spend(work);
    }

    /// The same, but that each of so many steps to come is left a twentieth of time and work, half of it all together at most.
    pub(super) fn leaving(&self, steps: usize) -> Self {
        if steps == 0 {
            return self.clone();
        }
        let parts = steps.min(10) as u32;
        let now = Instant::now();
        let ahead = |at: Instant| at.saturating_duration_since(now) / 20 * parts;
        let deadline = self.deadline.map(|at| at.checked_sub(ahead(at)).unwrap_or(at));
        let limits = match self.meter.left() {
            Some(left) => self.at_most(left - left / 20 * u64::from(parts)),
            None => self.clone(),
        };
        Self { deadline, ..limits }
    }

    /// The same, and at most that share of the time that is left.
    pub(super) fn share(&self, share: f64) -> Self {
        let now = Instant::now();
        let deadline = self.deadline.map(|at| {
            let left = at.saturating_duration_since(now);
            if share < 1.0 { now + left.mul_f64(share.max(0.0)) } else { at }
        });
        Self { deadline, ..self.clone() }
    }

    /// Whether at least that share of the time limit is left, and nothing else says to stop.
    pub(super) fn has_time(&self, share: f64) -> bool {
        self.stop().is_none()
            && self.deadline.is_none_or(|at| {
                let all = at.saturating_duration_since(self.started);
                at.saturating_duration_since(Instant::now()) >= all.mul_f64(share)
            })
    }

    /// The same for a program that is not the whole part's: its values and bounds are not told.
    pub(super) fn muted(&self) -> Self {
        Self { report: self.report.muted(), ..self.clone() }
    }

    /// Whether it is time to stop, and why. Cheap: made to be asked every few dozen moves.
    pub(super) fn stop(&self) -> Option<Stop> {
        if self.cancel.is_cancelled() {
            Some(Stop::Cancelled)
        } else if self.is_past() {
            Some(Stop::Time)
        } else if self.work_left() == Some(0) || self.is_settled() {
            Some(Stop::Work)
        } else {
            None
        }
    }

    fn is_past(&self) -> bool {
        self.deadline.is_some_and(|at| Instant::now() >= at)
    }

    fn is_settled(&self) -> bool {
        self.settled.as_ref().is_some_and(|settled| settled.load(Ordering::Relaxed))
    }

    /// Whether not even the answer of a solver that has begun is to be waited for any longer, and why.
    pub(super) fn overdue(&self) -> Option<Stop> {
        if self.cancel.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        if self.is_settled() {
            return Some(Stop::Work);
        }
        let last = self.deadline.and_then(|at| at.checked_add(self.grace));
        last.filter(|last| Instant::now() >= *last).map(|_| Stop::Time)
    }

    /// Whether what comes before a search is not to be waited for any longer. What is stated and set up at once is answered
    /// with a bound and a timetable, however little time there is.
    pub(super) fn is_late(&self) -> bool {
        (self.cancel.is_cancelled() || self.is_settled() || self.is_past()) && self.started.elapsed() > GRACE
    }

    /// Counts work done, in thousandths of a unit.
    pub(super) fn spend(&self, work: u64) {
        self.meter.spend(work);
        self.report.work(work);
    }

    /// The work spent under these limits, in thousandths of a unit.
    pub(super) fn spent(&self) -> u64 {
        self.meter.spent.load(Ordering::Relaxed)
    }

    /// Whether it is the clock alone that will end this, if no proof does.
    pub(super) fn is_timed(&self) -> bool {
        self.deadline.is_some() && self.meter.left().is_none()
    }

    /// Whether the clock may end this.
    pub(super) fn is_limited_by_clock(&self) -> bool {
        self.deadline.is_some()
    }

    /// The work left, in thousandths of a unit; none where it is not limited.
    pub(super) fn work_left(&self) -> Option<u64> {
        self.meter.left()
    }

    /// How many nodes of that weight are left; at least one, while any work is.
    pub(super) fn nodes_left(&self, weight: u64) -> Option<u64> {
        self.work_left().map(|left| left.div_ceil(weight))
    }

    /// The seconds left; none without a deadline.
    pub(super) fn seconds_left(&self) -> Option<f64> {
        self.deadline.map(|at| at.saturating_duration_since(Instant::now()).as_secs_f64())
    }

    /// The share by which a bound may be above the value, for a solver that stops by itself.
    #[cfg(feature = "highs")]
    pub(super) fn gap(&self) -> f64 {
        self.gap
    }

    /// Whether the value is near enough to the bound.
    pub(super) fn near(&self, value: f64, bound: f64) -> bool {
        self.gap > 0.0 && bound - value <= self.gap * value.abs().max(bound.abs())
    }

    /// A step of the search begins.
    pub(super) fn enter(&self, phase: Phase) {
        self.report.enter(phase);
    }
}
