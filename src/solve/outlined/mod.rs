//! Events as their outline shows them: plain conferences in milliseconds, and those whose places are too many to be written
//! out (ten thousand talks, sixty rooms, a hundred and eighty times).
//!
//! The story is the same as for others, told of an [outline](crate::program::Outline) instead of a program. Talks are sent to
//! bands of times and classes of rooms at the least cost, exactly, which gives prices and a [bound]; a first timetable
//! follows where they were sent, and [local search](search) removes what it loses against the bound. The timetable is then
//! stated in full as a program of the places it uses, so that every rule, audit included, judges it as any other.
//!
//! Rules that the outline does not hold are honoured by a [restricted](restrict) program: every rule states itself over a
//! few dozen places a talk, the best by their prices around the timetable found, and the usual search settles it. Its
//! answer is a timetable of the whole event; the bound remains the outline's.

mod bound;
mod chain;
mod ground;
mod restrict;
mod search;
mod state;
#[cfg(test)]
mod tests;
mod transport;

use super::{
    SolveError, SolveOptions,
    answer::{self, is_more, worth},
    backend::{self, Limits, Stop},
    first::Rounds,
    limits, parts,
    progress::{Phase, Report, Watch},
    settle::{Aim, Settled, Verdict},
    shares,
};
use crate::{
    BackendKind,
    event::TalkIx,
    program::{Atom, ClassIx, Halt, Outline, Outlined, Pass, Program, Var},
    timetable::{Answer, SearchReport},
};
use bound::Bound;
use ground::{Cell, Ground};
use search::Search;
use std::{collections::BTreeMap, sync::Arc, time::Instant};

/// How many trials of the search a talk has for a sketch. A grid that an outline settles takes a few hundred.
const TRIALS: u64 = 3_000;

/// The share of the time, and of limited work, that a sketch has where rules cost what the outline does not hold.
const IN_PART: f64 = 0.25;

/// The share of what is left of the time that the best places have before other places are tried again.
const IN_TURN: f64 = 0.5;

/// A timetable found from an outline, with what no timetable exceeds.
pub(crate) struct Sketch {
    /// The places that it uses, as every rule states itself over them.
    pub(super) program: Program,
    /// What became of it: its choice is of all of the program's atoms, or there is none where it breaks a rule.
    pub(super) settled: Settled,
    /// What it is worth, by priority.
    pub(super) values: BTreeMap<u32, i64>,
}

impl Sketch {
    /// A timetable that was known before the search.
    pub(super) fn begun(program: Program, chosen: Vec<Var>, values: BTreeMap<u32, i64>) -> Self {
        let stopped = Settled::stopped(Stop::Work, BTreeMap::new());
        let settled = Settled { chosen: Some(chosen), first_feasible: Some(Instant::now()), ..stopped };
        Self { program, settled, values }
    }

    /// Says what it is worth to whoever watches the search.
    pub(super) fn tell(&self, watch: &Arc<Watch>) {
        watch.split(1, &BTreeMap::new());
        let report = Report::new(Arc::clone(watch)).of_part(0);
        for (priority, value) in &self.values {
            report.bound(*priority, self.settled.bounds.get(priority).map_or(*value, |most| *most.max(value)));
            report.incumbent(*priority, *value);
        }
        report.done();
    }

    /// The better of the two; what is known of the one is known of the other.
    pub(super) fn or_better(self, other: Option<Self>) -> Self {
        let Some(other) = other else { return self };
        let is_better = other.settled.chosen.is_none() || is_more(&self.values, &other.values);
        let (mut better, worse) = if is_better { (self, other) } else { (other, self) };
        for (priority, bound) in worse.settled.bounds {
            better.settled.bounds.entry(priority).and_modify(|own| *own = bound.min(*own)).or_insert(bound);
        }
        better.settled.first_feasible =
            better.settled.first_feasible.into_iter().chain(worse.settled.first_feasible).min();
        better
    }

    /// Its timetable as a choice of another program's atoms; none where that has not all of its places.
    pub(super) fn within(&self, program: &Program) -> Option<Vec<Var>> {
        program.find(&self.program, self.settled.chosen.as_ref()?)
    }

    /// Adds what it knows to what became of the event as a program states it; whether its own timetable is the better one,
    /// and took the place of the program's.
    pub(super) fn keep(&self, program: &Program, settled: &mut Settled) -> Result<bool, SolveError> {
        let own = &self.settled;
        // What is worth less than was asked for is no answer.
        if !settled.floors.is_kept_by(&self.values) {
            return Ok(false);
        }
        if own.chosen.is_some() && settled.verdict == Verdict::Infeasible {
            let message = "a timetable was found where the solver says that there is none".to_owned();
            return Err(SolveError::Disagreement(message));
        }
        for (priority, most) in &own.bounds {
            settled.bounds.entry(*priority).and_modify(|bound| *bound = *most.min(bound));
        }
        if own.chosen.is_none() {
            return Ok(false);
        }
        settled.first_feasible = own.first_feasible.into_iter().chain(settled.first_feasible).min();
        let theirs = settled.chosen.as_ref().map(|chosen| program.evaluate(chosen).values);
        let better = theirs.as_ref().is_none_or(|theirs| settled.floors.is_more(&self.values, theirs));
        if better {
            settled.chosen.clone_from(&own.chosen);
        }
        let values = if better { &self.values } else { theirs.as_ref().unwrap_or(&self.values) };
        let maximised = |p: &u32| !settled.floors.values.contains_key(p);
        let bounds = settled.bounds.iter().filter(|(p, _)| maximised(p)).map(|(p, most)| (*p, *most)).collect();
        if reaches(values, &bounds) {
            (settled.verdict, settled.stop) = (Verdict::Proven, Stop::Proof);
        }
        Ok(better)
    }
}

/// Sketches an event whose talks meet only where they start together and whose rules the outline knows enough of; none where
/// that is not so, or where there is no timetable, which the whole program says better.
///
/// Most of what a plain conference asks is settled here: prices of bands and classes are exact, and rounding them by a
/// search that knows what every talk loses against them is a matter of milliseconds.
pub(super) fn sketch(
    outline: Outline<'_>,
    options: &SolveOptions,
    watch: &Arc<Watch>,
    started: Instant,
) -> Result<Option<(Sketch, SearchReport)>, SolveError> {
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let limits = Limits::new(options, started, Arc::clone(watch)).muted();
    let late = || limits.is_late();
    let Some(outline) = outline.rules_unless(Halt::when(&late))? else { return Ok(None) };
    if !outline.is_aligned() || outline.holds < Outlined::AllButCosts {
        return Ok(None);
    }
    let limits = limits.at_most(trials(&outline));
    // What it holds only in part is better searched with all that it costs.
    let limits = if outline.holds == Outlined::All { limits } else { limits.share(IN_PART) };
    let Some(ground) = Ground::of(&outline, 1) else { return Ok(None) };
    let Some(Drawn { mut sketch, .. }) = draw(&ground, &limits)? else { return Ok(None) };
    let mut report = report(&outline, kind, options);
    close(&outline, &mut sketch, &mut report, started);
    Ok(Some((sketch, report)))
}

/// The work of a sketch.
fn trials(outline: &Outline<'_>) -> u64 {
    TRIALS * limits::MOVE * outline.event().talks().len() as u64
}

/// The limits of a sketch that is not the whole of the search.
fn in_part(outline: &Outline<'_>, limits: &Limits) -> Limits {
    let share = limits.work_left().map_or(u64::MAX, |left| (left as f64 * IN_PART) as u64);
    limits.share(IN_PART).at_most(trials(outline).min(share))
}

/// Solves an event from its outline, which has no rules yet, beginning with a timetable if there is one.
pub(super) fn solve(
    outline: Outline<'_>,
    begin: Option<Sketch>,
    options: &SolveOptions,
    watch: &Arc<Watch>,
) -> Result<Answer, SolveError> {
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let started = watch.started();
    watch.split(1, &BTreeMap::new());
    let limits = &Limits::new(options, started, Arc::clone(watch)).of_part(0);
    let outline = outline.rules()?;
    let event = outline.event();
    let mut report = report(&outline, kind, options);

    let Some(ground) = Ground::of(&outline, 1) else {
        return answer::without_timetable(event, &Settled::infeasible(), report, started);
    };
    let whole = outline.holds == Outlined::All && outline.levels.len() == 1;
    // What the outline does not hold is better searched for with all that it costs.
    let of_outline = if whole { limits.clone() } else { in_part(&outline, limits) };
    let Some(Drawn { mut sketch, bound, at }) = draw(&ground, &of_outline)? else {
        return answer::without_timetable(event, &Settled::infeasible(), report, started);
    };
    if let Some(begin) = begin {
        let stop = sketch.settled.stop;
        sketch = begin.or_better(Some(sketch));
        sketch.settled.stop = stop;
    }
    if !whole || sketch.settled.chosen.is_none() {
        let begin = sketch.settled.chosen.is_some().then_some(&sketch);
        let mut rounds = Rounds::new(event, &outline.places, begin, limits.seed());
        rounds.first(limits)?;
        sketch = rounds.better(sketch);
        let of_restricted = if limits.is_timed() { limits.share(IN_TURN) } else { limits.clone() };
        let held = sketch.settled.chosen.is_some().then_some(&sketch.values);
        if let Some((program, settled)) = settle_restricted(&ground, &bound, &at, held, kind, &of_restricted)? {
            let nodes = sketch.settled.nodes + settled.nodes;
            let values = settled.chosen.as_ref().map(|chosen| program.evaluate(chosen).values).unwrap_or_default();
            sketch = Sketch { program, settled: Settled { bounds: sketch.settled.bounds, nodes, ..settled }, values };
            rounds.hold(&sketch);
        }
        // How many rounds there are depends on the clock, so a limit of work alone has none of them.
        if limits.is_timed() && !reaches(&sketch.values, &sketch.settled.bounds) {
            rounds.on(limits)?;
            sketch = rounds.better(sketch);
            sketch.settled.stop = rounds.stop(limits).unwrap_or(sketch.settled.stop);
        }
    }
    close(&outline, &mut sketch, &mut report, started);
    let Some(chosen) = &sketch.settled.chosen else {
        let answer = answer::without_timetable(event, &sketch.settled, report, started)?;
        return Ok(without_bound(&outline, answer));
    };
    let answer = answer::with_timetable(event, &sketch.program, chosen, &sketch.settled, report, started)?;
    Ok(without_bound(&outline, answer))
}

/// A sketch, and what it was drawn from.
struct Drawn {
    sketch: Sketch,
    bound: Bound,
    at: Vec<Option<Cell>>,
}

/// Sends talks where they are worth the most, and searches on from there; none where not all talks can be placed.
fn draw(ground: &Ground<'_>, limits: &Limits) -> Result<Option<Drawn>, SolveError> {
    limits.enter(Phase::Relaxing);
    let (bound, sent) = Bound::of(ground, limits);
    let Some(most) = bound.most else { return Ok(None) };
    limits.report.bound(1, most);
    limits.enter(Phase::Constructing);
    let mut search = Search::new(ground, &bound, limits);
    search.construct(&sent.node_of);
    limits.enter(Phase::LocalSearch);
    let found = search.run(most);

    let bounds = bounds(ground.outline, most, limits);
    let used: Vec<Vec<Atom>> = found.at.iter().enumerate().map(|(t, cell)| atoms(ground, t, cell.iter())).collect();
    let program = Program::over(ground.outline.event(), &used)?;
    let everything: Vec<Var> = (0..program.atoms.len() as u32).map(Var).collect();
    let evaluation = program.evaluate(&everything);
    let near = |(priority, most): (&u32, &i64)| limits.near(worth(&evaluation.values, *priority) as f64, *most as f64);
    let stop = match found.stop {
        // What the outline does not hold costs more than the gap that is allowed.
        Stop::Gap if !bounds.iter().all(near) => Stop::Work,
        stop => stop,
    };
    let mut settled = Settled::stopped(stop, bounds);
    if evaluation.broken.is_empty() {
        settled.chosen = Some(everything);
        settled.first_feasible = found.first_unbroken.or_else(|| Some(Instant::now()));
    }
    let sketch = Sketch { program, settled, values: evaluation.values };
    Ok(Some(Drawn { sketch, bound, at: found.at }))
}

/// Says how far a sketch is proven, and reports it.
fn close(outline: &Outline<'_>, sketch: &mut Sketch, report: &mut SearchReport, started: Instant) {
    let Sketch { program, settled, values } = sketch;
    report.rows = program.rows.len();
    report.indicators = program.indicators.len();
    report.passes = vec![Pass::atoms("places on demand", report.atoms, program.atoms.len())];
    report.nodes = settled.nodes;
    report.first_feasible_seconds =
        settled.first_feasible.map(|at| at.saturating_duration_since(started).as_secs_f64());
    if settled.chosen.is_none() {
        // What reaches the bound breaks a rule that the outline does not hold.
        settled.stop = if settled.stop == Stop::Proof { Stop::Work } else { settled.stop };
        return;
    }
    let proven = outline.holds >= Outlined::AllButCosts && reaches(values, &settled.bounds);
    settled.verdict = if proven { Verdict::Proven } else { Verdict::Open };
    settled.stop = match settled.stop {
        _ if proven => Stop::Proof,
        // The places at hand were searched to the end, not all there are.
        Stop::Proof => Stop::Work,
        other => other,
    };
}

/// Whether no priority could be worth more.
fn reaches(values: &BTreeMap<u32, i64>, bounds: &BTreeMap<u32, i64>) -> bool {
    bounds.iter().all(|(priority, most)| worth(values, *priority) >= *most)
}

/// The most that each priority could be worth, each taken for itself.
fn bounds(outline: &Outline<'_>, first: i64, limits: &Limits) -> BTreeMap<u32, i64> {
    let of = |priority: u32| Bound::of(&Ground::of(outline, priority)?, limits).0.most;
    // What an outline holds nothing of only costs.
    let all = outline.event().scopes().map(|scope| (scope.priority(), 0));
    let later = outline.levels.keys().filter(|p| **p != 1).filter_map(|p| Some((*p, of(*p)?)));
    all.chain(later).chain([(1, first)]).collect()
}

/// Where a rule says nothing of what it could gain, no bound is known.
fn without_bound(outline: &Outline<'_>, answer: Answer) -> Answer {
    if outline.holds >= Outlined::AllButCosts {
        return answer;
    }
    Answer { bound: None, gap: None, priorities: Vec::new(), ..answer }
}

/// Settles every rule over the best places around a timetable. None where that finds nothing better than what is held.
fn settle_restricted(
    ground: &Ground<'_>,
    bound: &Bound,
    at: &[Option<Cell>],
    held: Option<&BTreeMap<u32, i64>>,
    kind: BackendKind,
    limits: &Limits,
) -> Result<Option<(Program, Settled)>, SolveError> {
    if limits.stop().is_some() {
        return Ok(None);
    }
    let outline = ground.outline;
    let late = || limits.is_late();
    let halt = Halt::when(&late);
    let Some(places) = restrict::around(ground, bound, at, halt) else { return Ok(None) };
    let Some(program) = Program::over_unless(outline.event(), &places, halt)? else { return Ok(None) };
    let fixing = program.shrink_unless(halt);
    if fixing.impossible.is_some() {
        return Ok(None);
    }
    let backend = backend::backend(kind);
    let parts = parts::parts(&program, &fixing, halt);
    let of_part = |i| limits.of_part(i).muted();
    let settled = shares::settle_all(&program, &fixing, &parts, Aim::best(None), &*backend, limits, of_part);
    let settled = settled.map_err(|message| SolveError::Backend { backend: kind.name(), message })?;
    let Some(chosen) = &settled.chosen else { return Ok(None) };
    let better = held.is_none_or(|held| is_more(&program.evaluate(chosen).values, held));
    Ok(better.then_some((program, settled)))
}

/// A talk in some cells, as atoms.
fn atoms<'c>(ground: &Ground<'_>, talk: usize, cells: impl Iterator<Item = &'c Cell>) -> Vec<Atom> {
    let times = &ground.outline.places.times;
    cells.map(|c| times[c.time as usize].atom(TalkIx(talk as u32), ClassIx(c.class))).collect()
}

fn report(outline: &Outline<'_>, kind: BackendKind, options: &SolveOptions) -> SearchReport {
    SearchReport::begun(usize::try_from(outline.places.count()).unwrap_or(usize::MAX), kind, options)
}
