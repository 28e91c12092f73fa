//! What a caller can ask of a search.

use super::progress::{Callback, Progress};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// The integer-programming solver underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BackendKind {
    /// The pure-Rust solver, for ordinary conferences.
    #[cfg(feature = "microlp")]
    Microlp,
    /// HiGHS, for large events.
    #[cfg(feature = "highs")]
    Highs,
}

impl BackendKind {
    /// Every solver that this build has.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "microlp")]
        Self::Microlp,
        #[cfg(feature = "highs")]
        Self::Highs,
    ];

    /// Its name: `microlp` or `highs`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "microlp")]
            Self::Microlp => "microlp",
            #[cfg(feature = "highs")]
            Self::Highs => "highs",
        }
    }

    /// The solver of that name, where this build has it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|b| b.name() == name)
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Stops a search from another thread. Clones share the flag.
///
/// ```
/// use slotwise::CancelFlag;
/// let flag = CancelFlag::new();
/// flag.clone().cancel();
/// assert!(flag.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises it: searches that hold it stop at the next step with the best they have.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was raised.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a caller can ask of a search: everything has a default, which is to prove the optimum, however long it takes.
///
/// ```
/// use slotwise::SolveOptions;
/// use std::time::Duration;
/// let options = SolveOptions::new().time_limit(Duration::from_secs(30)).gap(0.005);
/// # let _ = options;
/// ```
///
/// All but the callback and the cancel flag can be read from JSON and written to it. Absent fields have their defaults; unknown
/// ones and numbers out of range are errors.
///
/// ```
/// use slotwise::SolveOptions;
/// use std::time::Duration;
/// let options: SolveOptions = serde_json::from_str(r#"{"time_limit_seconds": 30, "gap": 0.005, "threads": 2}"#)?;
/// assert_eq!(options.time_limit, Some(Duration::from_secs(30)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SolveOptions {
    /// Stop after so long with the best found; none: no limit.
    pub time_limit: Option<Duration>,
    /// Stop after so much [work](Self::work_limit()); none: no limit. Unlike time, the same on every machine and run.
    pub work_limit: Option<u64>,
    /// Where random choices begin. The same event, seed and work limit give the same timetable.
    pub seed: u64,
    /// Stop when the bound is at most this share above the value.
    pub gap: f64,
    /// On how many threads independent parts are solved; 0: one a core. The answer does not depend on it.
    pub threads: usize,
    /// How many places, over all talks, are written out at most; the places of larger events are generated on demand,
    /// which takes little memory and proves less where rules are entangled.
    pub written_out: u64,
    /// Whether what an outline of the rules settles is settled without writing out any place. What the answer is worth does
    /// not depend on it.
    pub outlined: bool,
    /// The solver; none: the strongest that this build has.
    pub backend: Option<BackendKind>,
    /// Stops the search from another thread.
    pub cancel: CancelFlag,
    pub(super) progress: Option<Callback>,
}

impl Default for SolveOptions {
    fn default() -> Self {
        Self {
            time_limit: None,
            work_limit: None,
            seed: 0,
            gap: 0.0,
            threads: 0,
            written_out: 3_000_000,
            outlined: true,
            backend: None,
            cancel: CancelFlag::new(),
            progress: None,
        }
    }
}

impl SolveOptions {
    /// Prove the optimum, however long it takes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stop after so long with the best found.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Stop after so many units of work with the best found.
    ///
    /// Work is counted, not timed, so the answer is the same on every machine, in every run and on any number of threads.
    /// One unit is in the order of a millisecond on a machine of today: a node of branch and bound (one more unit for
    /// every 10 000 coefficients of the program), a thousand moves of local search, or half a million coefficients gone
    /// over by a bound. Each independent part of the event has the limit for itself. A step that has begun is finished.
    pub fn work_limit(mut self, units: u64) -> Self {
        self.work_limit = Some(units);
        self
    }

    /// Begin random choices there. The same event, seed and work limit give the same timetable; other seeds may give
    /// others, as good where they are proven.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Stop when the bound is at most this share above the value: 0.005 is half a percent. What is not a number from 0
    /// to 1 counts as 0.
    pub fn gap(mut self, share: f64) -> Self {
        self.gap = if (0.0..=1.0).contains(&share) { share } else { 0.0 };
        self
    }

    /// Solve independent parts on so many threads; 0: one a core.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Write out so many places, over all talks, at most; generate those of larger events on demand.
    pub fn written_out(mut self, most: u64) -> Self {
        self.written_out = most;
        self
    }

    /// Settle what an outline of the rules settles without writing out any place, or (to measure the rest) do not.
    pub fn outlined(mut self, outlined: bool) -> Self {
        self.outlined = outlined;
        self
    }

    /// Use that solver.
    pub fn backend(mut self, backend: BackendKind) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Stop when the flag is raised.
    pub fn cancel(mut self, flag: CancelFlag) -> Self {
        self.cancel = flag;
        self
    }

    /// Those of one of several searches, after so long: it has that share of the time that is left, and tells nothing.
    pub(super) fn quietly_in_turn(&self, elapsed: Duration, share: f64) -> Self {
        let left = |limit: Duration| limit.saturating_sub(elapsed).mul_f64(share.clamp(0.0, 1.0));
        Self { time_limit: self.time_limit.map(left), progress: None, ..self.clone() }
    }

    /// Be told how the search is getting on: at every step and better value or bound (at most once a millisecond), and
    /// some twenty times a second between. The threads that search call it, and one that does nothing else; one at a time.
    ///
    /// ```
    /// use slotwise::SolveOptions;
    /// let options = SolveOptions::new().on_progress(|p| eprintln!("{}: {:?} of {:?}", p.phase, p.value, p.bound));
    /// # let _ = options;
    /// ```
    pub fn on_progress(mut self, call: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Callback::new(call));
        self
    }
}
