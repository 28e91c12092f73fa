//! The search: from a checked event to an answer that is proven, or honest about how far it got.
//!
//! [`solve()`] reads as its story. The program is stated, what cannot be is fixed, what is independent is split; each part is
//! settled priority by priority (`level`: a first timetable, local search, the linear relaxation, integer programming with
//! searches beside it); rooms get their names back; and the audit judges the result before anybody sees it. Events whose
//! rules an outline holds are sketched first (`outlined`), which settles most plain conferences; so are those whose places are
//! too many to be written out.

mod backend;
mod beside;
mod bound;
mod choose;
mod formulate;
mod ilp;
mod kernel;
mod level;
mod limits;
mod local;
mod neighbourhood;
mod options;
mod outlined;
mod parts;
mod progress;
mod relax;
mod settle;
mod stages;
mod tabu;
#[cfg(test)]
mod testing;
mod tree;

pub use options::{BackendKind, CancelFlag, SolveOptions};
pub use progress::{Phase, Progress};

use crate::{
    event::{CheckedEvent, Status as TalkStatus},
    program::{Fixing, Halt, Outline, Program, TooLarge, Var},
    rules::Placed,
    timetable::{Answer, Audit, Level, SearchReport, Status, StoppedBy, Timetable, gap},
};
use limits::{Limits, Stop};
use outlined::Sketch;
pub(crate) use progress::Watch;
use rayon::prelude::*;
use settle::{Settled, Verdict};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// Why a search gave no answer at all.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// The weights are too large for an exact proof.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
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
    /// audits. Nothing is returned that the audit does not confirm.
    #[error("the audit disagrees with the solver: {0}; this is a defect of a rule, not of the event")]
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
    search(event, options).map(|answer| answer.warned(event.warnings()))
}

/// The answer, without what the event is warned of.
fn search(event: &CheckedEvent, options: &SolveOptions) -> Result<Answer, SolveError> {
    let started = Instant::now();
    let outline = Outline::begin(event);
    if outline.places.count() > options.written_out {
        return outlined::solve(outline, options, started);
    }
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let places = usize::try_from(outline.places.count()).unwrap_or(usize::MAX);
    let watch = Watch::new(started, options.progress.clone());
    let sketch = if options.outlined { outlined::sketch(outline, options, &watch, started)? } else { None };
    if let Some((sketch, report)) = &sketch
        && let Some(chosen) = &sketch.settled.chosen
        && matches!(sketch.settled.stop, Stop::Proof | Stop::Gap | Stop::Time | Stop::Cancelled)
    {
        sketch.tell(&watch);
        return with_timetable(event, &sketch.program, chosen, &sketch.settled, report.clone(), started);
    }
    let sketch = sketch.map(|(sketch, _)| sketch);
    let limits = Limits::new(options, started, Arc::clone(&watch));
    let late = || limits.is_late();
    if let Some(program) = Program::shrunk_unless(event, Halt::when(&late))? {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
        let pool = pool.map_err(|e| SolveError::Threads(e.to_string()))?;
        let answer = pool.install(|| solve_stated(event, &program, sketch.as_ref(), options, &watch));
        // A large one takes milliseconds to be freed: nobody waits for that.
        pool.spawn(move || drop(program));
        return answer;
    }
    let stop = limits.overdue().unwrap_or(Stop::Time);
    let report = SearchReport::begun(places, kind, options);
    let Some(Sketch { program, settled, .. }) = sketch else {
        return Ok(without_timetable(&Settled::stopped(stop, BTreeMap::new()), report, started));
    };
    let known = Settled::stopped(stop, settled.bounds);
    match settled.chosen {
        Some(chosen) => with_timetable(event, &program, &chosen, &known, report, started),
        None => Ok(without_timetable(&known, report, started)),
    }
}

/// The same, of the event as that program states it; with a timetable to begin with, if there is one. Work is shared out among
/// the threads of the pool that it is called in.
pub(crate) fn solve_stated(
    event: &CheckedEvent,
    program: &Program,
    sketch: Option<&Sketch>,
    options: &SolveOptions,
    watch: &Arc<Watch>,
) -> Result<Answer, SolveError> {
    let started = watch.started();
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let limits = Limits::new(options, started, Arc::clone(watch));
    let late = || limits.is_late();
    let halt = Halt::when(&late);
    let fixing = if program.tracks.is_empty() { program.shrink_unless(halt) } else { program.fix_unless(halt) };
    let mut report = SearchReport::of(program, &fixing, kind, options);
    if fixing.impossible.is_some() {
        return Ok(without_timetable(&Settled::infeasible(), report, started));
    }

    let parts = parts::parts(program, &fixing, halt);
    report.parts = parts.len();
    watch.split(parts.len(), &program.constants);
    let backend = backend::backend(kind);
    let begin = sketch.filter(|s| s.settled.chosen.is_some()).and_then(|s| program.find(&s.program));
    // Whoever stops the search before all parts are settled has a timetable nonetheless.
    let several = parts.len() > 1 && begin.is_none();
    let first = |part: &_| several.then(|| settle::first(program, &fixing, part, &limits)).flatten();
    let firsts: Vec<Option<Vec<Var>>> = parts.par_iter().map(first).collect();
    let settle = |(i, part): (usize, &_)| {
        let begin = begin.as_deref().or(firsts[i].as_deref());
        settle::settle(program, &fixing, part, begin, &*backend, &limits.of_part(i))
    };
    let settled: Result<Vec<Settled>, String> = parts.par_iter().enumerate().map(settle).collect();
    let settled = settled.map_err(|message| SolveError::Backend { backend: kind.name(), message })?;
    let mut settled = settle::together(program, settled);
    report.nodes = settled.nodes;
    let mut program = program;
    if let Some(sketch) = sketch
        && sketch.keep(program, &mut settled)?
    {
        program = &sketch.program;
    }
    report.first_feasible_seconds =
        settled.first_feasible.map(|at| at.saturating_duration_since(started).as_secs_f64());
    match &settled.chosen {
        None => Ok(without_timetable(&settled, report, started)),
        Some(chosen) => with_timetable(event, program, chosen, &settled, report, started),
    }
}

/// The answer for a choice of atoms: rooms given back, audited, compared.
fn with_timetable(
    event: &CheckedEvent,
    program: &Program,
    chosen: &[Var],
    settled: &Settled,
    mut report: SearchReport,
    started: Instant,
) -> Result<Answer, SolveError> {
    let spots = program.give_rooms(chosen);
    let timetable = Timetable::of(event, &spots);
    let placed = Placed::new(event, spots);
    let audit = Audit::of_placed(event, &placed);
    let evaluation = program.evaluate(chosen);
    agree(&audit, &evaluation.values)?;

    let value = audit.value;
    let bound = amount(settled.bounds.values().sum::<i64>()).max(value);
    let levels: Vec<Level> = audit
        .values
        .iter()
        .map(|(priority, value)| {
            let bound = settled.bounds.get(priority).copied().unwrap_or(*value).max(*value);
            Level { priority: *priority, value: amount(*value), bound: amount(bound) }
        })
        .collect();
    let left_out = event
        .talk_indices()
        .filter(|t| event.talk(*t).status != TalkStatus::Declined && placed.spot(*t).is_none())
        .map(|t| event.talk_id(t).clone())
        .collect();
    report.seconds = started.elapsed().as_secs_f64();
    let proven = settled.verdict == Verdict::Proven;
    Ok(Answer {
        status: if proven { Status::Optimal } else { Status::Feasible },
        stopped_by: stopped_by(settled.stop),
        value: Some(value),
        bound: Some(if proven { value } else { bound }),
        gap: Some(if proven { 0.0 } else { gap(value, bound) }),
        priorities: if levels.len() > 1 { levels } else { Vec::new() },
        placements: timetable.placements,
        left_out,
        rules: audit.rules,
        explanation: None,
        warnings: Vec::new(),
        search: report,
    })
}

/// The answer without a timetable: there is none, or none was found.
fn without_timetable(settled: &Settled, mut report: SearchReport, started: Instant) -> Answer {
    report.seconds = started.elapsed().as_secs_f64();
    let infeasible = settled.verdict == Verdict::Infeasible;
    Answer {
        status: if infeasible { Status::Infeasible } else { Status::Unknown },
        stopped_by: if infeasible { StoppedBy::Proof } else { stopped_by(settled.stop) },
        value: None,
        bound: (!infeasible && !settled.bounds.is_empty()).then(|| amount(settled.bounds.values().sum())),
        gap: None,
        priorities: Vec::new(),
        placements: Vec::new(),
        left_out: Vec::new(),
        rules: Vec::new(),
        explanation: None,
        warnings: Vec::new(),
        search: report,
    }
}

/// Nothing is returned on which program and audit differ.
fn agree(audit: &Audit, values: &BTreeMap<u32, i64>) -> Result<(), SolveError> {
    if let Some(rule) = audit.broken().next() {
        let details: Vec<_> = rule.details.iter().filter(|d| d.units > 0).map(|d| format!("{d:?}")).collect();
        return Err(SolveError::Disagreement(format!("`{}` is broken: {}", rule.name, details.join("; "))));
    }
    let audited = audit.values.iter().filter(|(_, v)| **v != 0);
    let stated = values.iter().filter(|(_, v)| **v != 0);
    if audited.eq(stated) {
        return Ok(());
    }
    let message = format!("it finds {:?} thousandths by priority, the solver {values:?}", audit.values);
    Err(SolveError::Disagreement(message))
}

fn stopped_by(stop: Stop) -> StoppedBy {
    match stop {
        Stop::Proof => StoppedBy::Proof,
        Stop::Gap => StoppedBy::Gap,
        Stop::Time => StoppedBy::Time,
        Stop::Work => StoppedBy::Work,
        Stop::Cancelled => StoppedBy::Cancelled,
        Stop::Arithmetic => StoppedBy::Arithmetic,
    }
}

fn amount(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

impl SearchReport {
    /// Of a search that has just begun, in an event of so many places.
    fn begun(atoms: usize, kind: BackendKind, options: &SolveOptions) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            seconds: Duration::ZERO.as_secs_f64(),
            backend: kind.name().to_owned(),
            threads: if options.threads == 0 { cores() } else { options.threads },
            atoms,
            rows: 0,
            indicators: 0,
            passes: Vec::new(),
            fixed: 0,
            parts: 1,
            nodes: 0,
            first_feasible_seconds: None,
        }
    }

    fn of(program: &Program, fixing: &Fixing, kind: BackendKind, options: &SolveOptions) -> Self {
        Self {
            rows: program.rows.len(),
            indicators: program.indicators.len(),
            passes: program.passes.iter().chain(&fixing.passes).cloned().collect(),
            fixed: fixing.count,
            parts: 0,
            ..Self::begun(program.atoms.len(), kind, options)
        }
    }
}
