//! The search: from a checked event to an answer that is proven, or honest about how far it got.
//!
//! [`solve()`] reads as its story. Events whose rules an outline holds are sketched first, which settles most plain
//! conferences; so are those whose places are too many to be written out. An event of many places gets a first timetable
//! before the program is stated. Then forced variables are fixed and the program is split into independent parts, which share
//! the time. Each part is settled priority by priority: a first timetable, local search, the linear relaxation, integer
//! programming with searches beside it. Rooms get their names back, and the audit judges the result before anybody sees it.

// Where the steps are: `outlined`, `first`, `shares`, `level`, `answer`, in this order.

mod answer;
mod backend;
mod beside;
mod bound;
mod choose;
mod first;
mod formulate;
mod ilp;
mod kernel;
mod level;
mod limits;
mod local;
mod model;
mod neighbourhood;
mod options;
mod outlined;
mod parts;
mod progress;
mod query;
mod relax;
mod settle;
mod shares;
mod stages;
mod stating;
mod tabu;
#[cfg(test)]
mod testing;
mod tree;
mod written;

pub use model::{Keep, Model};
pub use options::{BackendKind, CancelFlag, SolveOptions};
pub use progress::{Phase, Progress};
pub use query::Query;

use crate::{
    event::{CheckedEvent, Problem, Problems},
    program::{Halt, Outline, Program, TooLarge, Var},
    timetable::{Answer, SearchReport},
    trace::{Parent, step},
};
use answer::{is_more, with_timetable, without_timetable};
use first::Rounds;
use limits::{Limits, Stop};
use outlined::Sketch;
pub(crate) use progress::Watch;
use settle::{Aim, Pinned, Settled, Verdict};
use stating::Stating;
use std::{collections::BTreeMap, sync::Arc, time::Instant};

/// Why a search gave no answer at all.
///
/// Problems of an event become one, so that a function which reads and solves needs one type of error only:
///
/// ```
/// use slotwise::{Answer, Event, SolveError, SolveOptions, solve};
/// fn answer(text: &str) -> Result<Answer, SolveError> {
///     solve(&Event::read(text)?, &SolveOptions::new())
/// }
/// assert!(matches!(answer("{}"), Err(SolveError::Event(problems)) if problems.len() == 2));
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// The weights are too large for an exact proof.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The event, or something that was read beside it, has problems: for callers who check and solve in one function.
    #[error("{0}")]
    Event(#[from] Problems),
    /// The question to a [`Model`] names what the event does not have.
    #[error("{0}")]
    Query(Problems),
    /// This build has no solver.
    #[error("found no solver in this build; wanted the feature `microlp` or `highs`")]
    NoBackend,
    /// The solver failed.
    #[error("{backend} failed: {message}")]
    Backend {
        /// Its name.
        backend: &'static str,
        /// What it said.
        message: String,
    },
    /// The threads could not be started.
    #[error("the threads could not be started: {0}")]
    Threads(String),
    /// The audit judged the solver's timetable otherwise than the solver did: a rule states itself other than it
    /// audits. Nothing is returned that the audit does not confirm. The text names the rule and the method of
    /// [`RuleKind`](crate::rules::RuleKind) at fault, where one rule by itself shows it;
    /// [`check_agreement`](crate::rules::check_agreement) looks further.
    #[error("the audit disagrees with the solver: {0}. This is a defect of a rule, not of the event")]
    Disagreement(String),
}

/// Finds the best timetable of an event, and proves it.
///
/// # Errors
///
/// [`SolveError::TooLarge`] where weights leave the range of exact arithmetic; the rest are failures of solver or rules,
/// not of the event. That there is no timetable is an answer, not an error.
///
/// ```
/// use slotwise::{Amount, Event, Room, Slot, SolveOptions, Talk, civil::date, rules::{Merit, Rule}, solve};
///
/// let evening = date(2026, 10, 30);
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.rooms.push(Room::new("hall"));
/// event.slots.push(Slot::new("s1", evening.at(19, 0, 0, 0), evening.at(19, 50, 0, 0)).rooms(["hall"]));
/// event.talks.push(Talk::new("good", "Good").minutes(50).merit(Amount::whole(4)));
/// event.talks.push(Talk::new("better", "Better").minutes(50).merit(Amount::whole(5)));
/// event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
///
/// let answer = solve(&event.check()?, &SolveOptions::new())?;
/// assert_eq!(answer.status, slotwise::timetable::Status::Optimal);
/// assert_eq!(answer.value, Some(5.0));
/// assert_eq!(answer.placements[0].talk.as_str(), "better");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(event: &CheckedEvent, options: &SolveOptions) -> Result<Answer, SolveError> {
    let answer = watched(options, |watch| in_pool(options, || solve_in_pool(event, Question::once(), options, watch))?);
    answer.map(|answer| answer.warned(event.warnings()))
}

/// Runs a search that begins now, and tells whoever asked for it how it is getting on.
fn watched<T>(options: &SolveOptions, search: impl FnOnce(&Arc<Watch>) -> T) -> T {
    step!("solve", Parent::here());
    let watch = Watch::new(Instant::now(), options.progress.clone());
    let _ticker = watch.tick();
    search(&watch)
}

/// Runs a search on so many threads as the options say: in the pool that it is called in, unless they say a number.
fn in_pool<T: Send>(options: &SolveOptions, search: impl FnOnce() -> T + Send) -> Result<T, SolveError> {
    if options.threads == 0 {
        return Ok(search());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    Ok(pool.map_err(|e| SolveError::Threads(e.to_string()))?.install(search))
}

/// What is asked of an event.
struct Question {
    /// A timetable to begin with: what is not worth more is not looked for.
    begin: Option<Sketch>,
    /// Where there is none, the places of one that breaks some rule.
    hint: Option<Program>,
    /// What priorities must be worth instead of being maximised, in thousandths.
    floors: BTreeMap<u32, i64>,
    keep: Keep,
    stating: Stating,
}

impl Question {
    /// The best timetable, without anything to begin with.
    fn once() -> Self {
        Self { begin: None, hint: None, floors: BTreeMap::new(), keep: Keep::Optimum, stating: Stating::Once }
    }
}

/// The same on the threads of the pool that it is called in.
fn solve_in_pool(
    event: &CheckedEvent,
    question: Question,
    options: &SolveOptions,
    watch: &Arc<Watch>,
) -> Result<Answer, SolveError> {
    let started = watch.started();
    let Question { begin, hint, floors, keep, stating } = question;
    let outline = Outline::begin(event);
    let on_demand = outline.places.count() > options.written_out;
    if on_demand && !floors.is_empty() {
        return Err(SolveError::Query(floors_on_demand(outline.places.count(), options.written_out)));
    }
    if on_demand {
        return outlined::solve(outline, begin, options, watch);
    }
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let places = usize::try_from(outline.places.count()).unwrap_or(usize::MAX);
    let limits = Limits::new(options, started, Arc::clone(watch));
    // What comes before the program maximises all priorities, so it does not know of floors.
    let all = floors.is_empty();
    let many = (all && first::is_worth_while(&outline.places)).then(|| outline.places.clone());
    let sketch = if options.outlined && all { outlined::sketch(outline, options, watch, started)? } else { None };
    if let Some((sketch, report)) = &sketch
        && let Some(chosen) = &sketch.settled.chosen
    {
        let is_settled = matches!(sketch.settled.stop, Stop::Proof | Stop::Gap);
        let over = limits.stop().filter(|_| many.is_none());
        let is_best = begin.as_ref().is_none_or(|begin| !is_more(&begin.values, &sketch.values));
        if is_best && (is_settled || over.is_some()) {
            sketch.tell(watch);
            let stop = over.filter(|_| !is_settled).unwrap_or(sketch.settled.stop);
            let settled = Settled { stop, ..sketch.settled.clone() };
            return with_timetable(event, &sketch.program, chosen, &settled, report.clone(), started);
        }
    }
    let mut sketch = sketch.map(|(sketch, _)| sketch);
    if let Some(begin) = begin {
        sketch = Some(begin.or_better(sketch));
    }
    // A large event takes long to be stated: it has a first timetable before, and a better one meanwhile.
    let mut rounds = many.as_ref().map(|places| Rounds::new(event, places, sketch.as_ref(), limits.seed()));
    if let Some(rounds) = &mut rounds {
        rounds.first(&limits)?;
        if let Some(found) = rounds.best.take() {
            sketch = Some(found.or_better(sketch));
        }
    }
    let program =
        match &mut rounds {
            None => stating::state(event, &stating, &limits)?,
            // Without a limit of time, what is found beside would depend on which of the two is faster.
            Some(rounds) => stating::state_beside(event, &stating, &limits, |until| {
                if limits.is_timed() { rounds.on(until) } else { Ok(()) }
            })?,
        };
    let late = rounds.and_then(|rounds| rounds.best);
    // Even to look over a large program takes a tenth of a second: nobody does who has a timetable and no time.
    let has_timetable = |sketch: &Option<Sketch>| sketch.as_ref().is_some_and(|s| s.settled.chosen.is_some());
    let too_late = many.is_some() && limits.is_late() && (has_timetable(&sketch) || has_timetable(&late));
    if let Some(program) = program.filter(|_| !too_late) {
        let (begin, late, hint) = (sketch.as_ref(), late.as_ref(), hint.as_ref());
        let asked = Asked { begin, late, floors, hint, keep };
        let answer = solve_stated(event, &program, &asked, options, watch);
        // A large one takes milliseconds to be freed: nobody waits for that.
        rayon::spawn(move || drop(program));
        return answer;
    }
    if let Some(late) = late {
        sketch = Some(late.or_better(sketch));
    }
    let stop = limits.overdue().unwrap_or(Stop::Time);
    let floors = Pinned::floors(floors);
    let mut report = SearchReport::begun(places, kind, options);
    let Some(Sketch { program, settled, .. }) = sketch else {
        let settled = Settled { floors, ..Settled::stopped(stop, BTreeMap::new()) };
        return without_timetable(event, &settled, report, started);
    };
    let known = Settled { stop, floors, verdict: Verdict::Open, ..settled };
    report.first_feasible_seconds = known.first_feasible.map(|at| at.saturating_duration_since(started).as_secs_f64());
    match &known.chosen {
        Some(chosen) => with_timetable(event, &program, chosen, &known, report, started),
        None => without_timetable(event, &known, report, started),
    }
}

/// What is asked of a program, and timetables that were found before it was stated.
#[derive(Default)]
pub(crate) struct Asked<'s> {
    /// What the search begins with.
    begin: Option<&'s Sketch>,
    /// What was found while the clock ran: an answer where time runs out, which decides by the clock anyhow. It steers
    /// nothing, so that a proof is reached the same way in every run.
    late: Option<&'s Sketch>,
    /// What priorities must be worth instead of being maximised, constants included.
    floors: BTreeMap<u32, i64>,
    /// Places to begin with, though talks in all of them break some rule.
    hint: Option<&'s Program>,
    keep: Keep,
}

/// Nothing keeps floors of an event whose places are too many to be written out.
fn floors_on_demand(places: u64, written_out: u64) -> Problems {
    let found = format!("a floor, in an event of {places} places");
    let wanted = format!("no floor, or an event of at most {written_out} places, or `written_out` above that");
    Problem::new("query.floors", found, wanted).into()
}

#[cfg(test)]
impl<'s> Asked<'s> {
    pub(crate) fn beginning_with(sketch: &'s Sketch) -> Self {
        Self { begin: Some(sketch), ..Self::default() }
    }
}

/// The same, of the event as that program states it. Work is shared out among the threads of the pool that it is called in.
pub(crate) fn solve_stated(
    event: &CheckedEvent,
    program: &Program,
    asked: &Asked<'_>,
    options: &SolveOptions,
    watch: &Arc<Watch>,
) -> Result<Answer, SolveError> {
    let started = watch.started();
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let limits = Limits::new(options, started, Arc::clone(watch));
    let late = || limits.is_late();
    let halt = Halt::when(&late);
    // What dominates is worth more at the first priority that differs, which says nothing where floors have to be kept.
    let dominate = asked.keep == Keep::Optimum && program.tracks.is_empty() && asked.floors.is_empty();
    let fixing = {
        step!("presolve", limits.parent);
        if dominate { program.shrink_unless(halt) } else { program.fix_unless(halt) }
    };
    let mut report = SearchReport::of(program, &fixing, kind, options);
    if fixing.impossible.is_some() {
        let floors = Pinned::floors(asked.floors.clone());
        return without_timetable(event, &Settled { floors, ..Settled::infeasible() }, report, started);
    }

    let constant = |priority: &u32| program.constants.get(priority).copied().unwrap_or(0);
    let floors = Pinned::floors(asked.floors.iter().map(|(p, least)| (*p, least - constant(p))).collect());
    let parts = if floors.has_floors { parts::as_one(program, &fixing) } else { parts::parts(program, &fixing, halt) };
    report.parts = parts.open.len();
    let backend = backend::backend(kind);
    let begin = asked.begin.and_then(|sketch| sketch.within(program));
    let begin = begin.or_else(|| asked.hint.map(|hint| program.find_all(hint)));
    let mut constants = program.constants.clone();
    for (priority, value) in settle::decided(program, &fixing, &parts.decided).bounds {
        *constants.entry(priority).or_default() += value;
    }
    watch.split(parts.open.len(), &constants);
    let of_part = |i| limits.of_part(i);
    let aim = Aim { begin: begin.as_deref(), floors: &floors };
    let settled = shares::settle_all(program, &fixing, &parts, aim, &*backend, &limits, of_part);
    let mut settled = settled.map_err(|message| SolveError::Backend { backend: kind.name(), message })?;
    settled.floors = Pinned::floors(asked.floors.clone());
    let is_kept = |chosen: &Vec<Var>| settled.floors.is_kept_by(&program.evaluate(chosen).values);
    if floors.has_floors && settled.chosen.as_ref().is_some_and(|chosen| !is_kept(chosen)) {
        // Nothing is left to choose, and too little comes of that.
        settled = Settled { floors: settled.floors, nodes: settled.nodes, ..Settled::infeasible() };
    }
    report.nodes = settled.nodes;
    let mut program = program;
    for sketch in [asked.begin, asked.late].into_iter().flatten() {
        if sketch.keep(program, &mut settled)? {
            program = &sketch.program;
        }
    }
    report.first_feasible_seconds =
        settled.first_feasible.map(|at| at.saturating_duration_since(started).as_secs_f64());
    match &settled.chosen {
        None => without_timetable(event, &settled, report, started),
        Some(chosen) => with_timetable(event, program, chosen, &settled, report, started),
    }
}
