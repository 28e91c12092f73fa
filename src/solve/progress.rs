//! How a search is getting on: what a caller is told, and what gathers it from the parts that are solved side by side.
//!
//! Search code says what it does through a [`Report`], one a part; the [`Watch`] they share adds the parts up and calls
//! back. A call is made under a lock, so that what a caller sees never goes backwards, but nobody ever waits for it: who
//! finds it taken leaves the news behind for whoever comes next. A thread of its own calls when no search code has for a
//! while, so that no step is ever silent, however long it takes.

use crate::{timetable::gap, trace::Parent};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// What a search is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// The rules state themselves, and what they state is made small.
    Stating,
    /// A first timetable is put together.
    Constructing,
    /// The timetable in hand is made better move by move.
    LocalSearch,
    /// The linear relaxation is solved: how good can it get?
    Relaxing,
    /// Parts of the timetable in hand are solved anew, the rest held fast.
    Neighbourhoods,
    /// Branch and bound: nothing better is left, or it is found.
    Proving,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stating => "stating the rules",
            Self::Constructing => "a first timetable",
            Self::LocalSearch => "local search",
            Self::Relaxing => "bounding",
            Self::Neighbourhoods => "large neighbourhoods",
            Self::Proving => "proving",
        })
    }
}

/// How a search is getting on.
///
/// Value and bound are those of one [priority](Self::priority), the one being settled. While it stays the same, the value
/// never falls and the bound never rises.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done; with several parts, what one of them began last.
    pub phase: Phase,
    /// The priority being settled: the first that some part has still open.
    pub priority: u32,
    /// What the best timetable so far gains less what it costs at that priority; none before there is one.
    pub value: Option<f64>,
    /// No timetable is worth more at that priority; none where no bound is known.
    pub bound: Option<f64>,
    /// How far the bound is above the value, as a share of the larger of the two in size.
    pub gap: Option<f64>,
    /// The work done so far, in the units of [`work_limit`](super::SolveOptions::work_limit).
    pub work: u64,
    /// The seconds since the search began.
    pub seconds: f64,
    /// How many independent parts are settled.
    pub parts_done: usize,
    /// Into how many independent parts the problem fell; 0 before that is known.
    pub parts: usize,
}

/// What a caller wants to be called with.
#[derive(Clone)]
pub(crate) struct Callback(Arc<dyn Fn(&Progress) + Send + Sync>);

impl Callback {
    pub(super) fn new(call: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(call))
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

/// Without news, a caller hears this often.
const PULSE: Duration = Duration::from_millis(50);
/// With news, no more often than this: local search makes thousands of steps in its first breath.
const NEWS: Duration = Duration::from_millis(1);

/// What all parts of a search share: where it stands, and whom to tell.
pub(crate) struct Watch {
    started: Instant,
    parent: Parent,
    callback: Option<Callback>,
    /// In thousandths of a unit.
    work: AtomicU64,
    standing: Mutex<Standing>,
    /// When the caller was last told; held during the call.
    told: Mutex<Option<Instant>>,
    /// Whether something was left untold.
    news: AtomicBool,
}

/// Tells how a search is getting on until it is dropped: afterwards, the caller hears nothing more.
pub(super) struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A callback that panicked on this thread has said so already.
            let _ = thread.join();
        }
    }
}

/// Where the search stands.
struct Standing {
    phase: Phase,
    /// What is gained or lost whatever the timetable, by priority.
    constants: BTreeMap<u32, i64>,
    parts: Vec<PartStanding>,
}

#[derive(Clone, Default)]
struct PartStanding {
    done: bool,
    levels: BTreeMap<u32, Level>,
}

/// Value and bound of a part at a priority, in thousandths.
#[derive(Clone, Copy, Default)]
struct Level {
    value: Option<i64>,
    bound: Option<i64>,
}

impl Watch {
    pub(crate) fn new(started: Instant, callback: Option<Callback>) -> Arc<Self> {
        Arc::new(Self {
            started,
            parent: Parent::here(),
            callback,
            work: AtomicU64::new(0),
            standing: Mutex::new(Standing { phase: Phase::Stating, constants: BTreeMap::new(), parts: Vec::new() }),
            told: Mutex::new(None),
            news: AtomicBool::new(false),
        })
    }

    /// Tells the caller how it stands some twenty times a second, whatever the search is busy with, until the ticker is
    /// dropped. None where nobody wants to hear, or no thread can be had for it.
    pub(super) fn tick(self: &Arc<Self>) -> Option<Ticker> {
        self.callback.as_ref()?;
        let (stop, stopped) = channel::<()>();
        let watch = Arc::clone(self);
        let tick = move || {
            // Twice as often as a caller hears: a tick just before the pulse is due would put the next one off by a whole pulse.
            while stopped.recv_timeout(PULSE / 2) == Err(RecvTimeoutError::Timeout) {
                watch.tell(false);
            }
        };
        let thread = thread::Builder::new().name("slotwise progress".to_owned()).spawn(tick).ok()?;
        Some(Ticker { stop: Some(stop), thread: Some(thread) })
    }

    /// When the search began.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// The span of the search.
    pub(super) fn parent(&self) -> &Parent {
        &self.parent
    }

    /// The work of all parts so far, in thousandths of a unit.
    pub(super) fn work(&self) -> u64 {
        self.work.load(Ordering::Relaxed)
    }

    /// The problem fell into so many parts, and there are constants by priority, in thousandths.
    pub(super) fn split(&self, parts: usize, constants: &BTreeMap<u32, i64>) {
        self.change(true, |standing| {
            standing.parts = vec![PartStanding::default(); parts];
            standing.constants.clone_from(constants);
            true
        });
    }

    /// Notes something; tells it where it is news.
    fn change(&self, at_once: bool, change: impl FnOnce(&mut Standing) -> bool) {
        if self.callback.is_some() && change(&mut lock(&self.standing)) {
            self.news.store(true, Ordering::Release);
            self.tell(at_once);
        }
    }

    /// Calls back when it is time to.
    fn tell(&self, at_once: bool) {
        let Some(Callback(call)) = &self.callback else { return };
        let Ok(mut told) = self.told.try_lock() else { return };
        let since = told.map_or(Duration::MAX, |at| at.elapsed());
        let news = self.news.load(Ordering::Acquire);
        if at_once || since >= if news { NEWS } else { PULSE } {
            self.news.store(false, Ordering::Release);
            let progress = self.progress();
            call(&progress);
            *told = Some(Instant::now());
        }
    }

    fn progress(&self) -> Progress {
        let standing = lock(&self.standing);
        let priority = standing.priority();
        let level = standing.level(priority);
        let amount = |thousandths: i64| thousandths as f64 / 1000.0;
        let (value, bound) = (level.value.map(amount), level.bound.map(amount));
        Progress {
            phase: standing.phase,
            priority,
            value,
            bound,
            gap: value.zip(bound).map(|(value, bound)| gap(value, bound)),
            work: self.work() / 1000,
            seconds: self.started.elapsed().as_secs_f64(),
            parts_done: standing.parts.iter().filter(|p| p.done).count(),
            parts: standing.parts.len(),
        }
    }
}

impl Standing {
    /// The first priority that some part has still open.
    fn priority(&self) -> u32 {
        let first = self.constants.keys().copied().min().unwrap_or(1).min(1);
        let at = |part: &PartStanding| part.levels.last_key_value().map(|(priority, _)| *priority);
        let open = self.parts.iter().filter(|p| !p.done).map(|p| at(p).unwrap_or(first)).min();
        open.or_else(|| self.parts.iter().filter_map(at).max()).unwrap_or(first)
    }

    /// All parts' values and bounds at a priority, where every part has one.
    fn level(&self, priority: u32) -> Level {
        let constant = self.constants.get(&priority).copied().unwrap_or(0);
        let mut sum = Level { value: Some(constant), bound: Some(constant) };
        if self.parts.is_empty() {
            return Level::default();
        }
        for part in &self.parts {
            let passed = part.done || part.levels.range(priority..).next().is_some();
            let nothing = if passed { Level { value: Some(0), bound: Some(0) } } else { Level::default() };
            let level = part.levels.get(&priority).copied().unwrap_or(nothing);
            sum.value = sum.value.zip(level.value).map(|(a, b)| a + b);
            sum.bound = sum.bound.zip(level.bound).map(|(a, b)| a + b);
        }
        sum
    }
}

/// A lock is held for a few instructions only; what a panic left behind is still sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Through which a part says how it is getting on. Threads that work on one part may share it.
#[derive(Clone)]
pub(super) struct Report {
    watch: Arc<Watch>,
    /// None: what is found is not of the whole part, and only the work counts.
    part: Option<usize>,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("part", &self.part).finish_non_exhaustive()
    }
}

impl Report {
    /// Of no part: only the work counts.
    pub(super) fn new(watch: Arc<Watch>) -> Self {
        Self { watch, part: None }
    }

    /// Of that part.
    pub(super) fn of_part(&self, part: usize) -> Self {
        Self { watch: Arc::clone(&self.watch), part: Some(part) }
    }

    /// For a program that is not the whole part's: only the work counts.
    pub(super) fn muted(&self) -> Self {
        Self::new(Arc::clone(&self.watch))
    }

    /// A step begins.
    pub(super) fn enter(&self, phase: Phase) {
        if self.part.is_some() {
            self.watch.change(true, |standing| std::mem::replace(&mut standing.phase, phase) != phase);
        }
    }

    /// A timetable of the part was found, worth so much at a priority, in thousandths.
    pub(super) fn incumbent(&self, priority: u32, thousandths: i64) {
        self.level(priority, |level| {
            let better = level.value.is_none_or(|value| thousandths > value);
            level.value = if better { Some(thousandths) } else { level.value };
            better
        });
    }

    /// No timetable of the part is worth more at a priority, in thousandths.
    pub(super) fn bound(&self, priority: u32, thousandths: i64) {
        self.level(priority, |level| {
            let better = level.bound.is_none_or(|bound| thousandths < bound);
            level.bound = if better { Some(thousandths) } else { level.bound };
            better
        });
    }

    /// The part is settled, as far as it will be.
    pub(super) fn done(&self) {
        let Some(part) = self.part else { return };
        self.watch.change(true, |standing| {
            let part = standing.parts.get_mut(part);
            part.is_some_and(|part| !std::mem::replace(&mut part.done, true))
        });
    }

    /// Some work was done, in thousandths of a unit.
    pub(super) fn work(&self, thousandths: u64) {
        self.watch.work.fetch_add(thousandths, Ordering::Relaxed);
        self.pulse();
    }

    /// Time passes: a caller may want to hear.
    pub(super) fn pulse(&self) {
        self.watch.tell(false);
    }

    fn level(&self, priority: u32, change: impl FnOnce(&mut Level) -> bool) {
        let Some(part) = self.part else { return };
        self.watch.change(false, |standing| {
            let part = standing.parts.get_mut(part);
            part.is_some_and(|part| change(part.levels.entry(priority).or_default()))
        });
    }
}
