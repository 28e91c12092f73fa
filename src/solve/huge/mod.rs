//! Events whose places are too many to be written out: ten thousand talks, sixty rooms, a hundred and eighty times.
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
    backend::{self, Limits, Stop},
    parts,
    progress::{Phase, Watch},
    settle::{self, Settled, Verdict},
};
use crate::{
    BackendKind,
    event::TalkIx,
    program::{Atom, ClassIx, Outline, Outlined, Pass, Program, Var},
    timetable::{Answer, SearchReport},
};
use bound::Bound;
use ground::{Cell, Ground};
use rayon::prelude::*;
use search::Search;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Solves an event from its outline, which has no rules yet.
pub(super) fn solve(outline: Outline<'_>, options: &SolveOptions, started: Instant) -> Result<Answer, SolveError> {
    let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
    let watch = Watch::new(started, options.progress.clone());
    watch.split(1, &BTreeMap::new());
    let limits = &Limits::new(options, started, watch).of_part(0);
    let outline = outline.rules()?;
    let event = outline.event();
    let mut report = report(&outline, kind, options);

    let Some(ground) = Ground::of(&outline, 1) else {
        return Ok(super::without_timetable(&Settled::infeasible(), report, started));
    };
    limits.enter(Phase::Relaxing);
    let (bound, sent) = Bound::of(&ground, limits);
    let Some(most) = bound.most else {
        return Ok(super::without_timetable(&Settled::infeasible(), report, started));
    };
    limits.report.bound(1, most);
    limits.enter(Phase::Constructing);
    let mut search = Search::new(&ground, &bound, limits.seed());
    search.construct(&sent.node_of);
    limits.enter(Phase::LocalSearch);
    let found = search.run(most, limits);

    let mut settled = Settled { verdict: Verdict::Open, stop: found.stop, nodes: 0, ..Settled::infeasible() };
    settled.bounds = bounds(&outline, most, limits);
    let used: Vec<Vec<Atom>> = found.at.iter().enumerate().map(|(t, cell)| atoms(&ground, t, cell.iter())).collect();
    let mut program = Program::over(event, &used)?;
    let everything: Vec<Var> = (0..program.atoms.len() as u32).map(Var).collect();
    let evaluation = program.evaluate(&everything);
    if evaluation.broken.is_empty() {
        settled.chosen = Some(everything);
        settled.first_feasible = found.first_unbroken.or_else(|| Some(Instant::now()));
    }
    let whole = outline.holds == Outlined::All && outline.levels.len() == 1;
    if !whole || settled.chosen.is_none() {
        let held = settled.chosen.is_some().then_some(&evaluation.values);
        if let Some(better) = settle_restricted(&ground, &bound, &found.at, held, kind, limits)? {
            program = better.0;
            settled = Settled { bounds: settled.bounds, nodes: settled.nodes + better.1.nodes, ..better.1 };
        }
    }

    report.rows = program.rows.len();
    report.indicators = program.indicators.len();
    report.passes = vec![Pass::atoms("places on demand", report.atoms, program.atoms.len())];
    report.nodes = settled.nodes;
    report.first_feasible_seconds =
        settled.first_feasible.map(|at| at.saturating_duration_since(started).as_secs_f64());
    let Some(chosen) = settled.chosen.clone() else {
        return Ok(without_bound(&outline, super::without_timetable(&settled, report, started)));
    };
    let values = program.evaluate(&chosen).values;
    let proven = outline.holds >= Outlined::AllButCosts
        && values.iter().all(|(priority, value)| settled.bounds.get(priority).is_some_and(|most| value >= most));
    settled.verdict = if proven { Verdict::Proven } else { Verdict::Open };
    settled.stop = match settled.stop {
        _ if proven => Stop::Proof,
        // The places at hand were searched to the end, not all there are.
        Stop::Proof => Stop::Work,
        other => other,
    };
    let answer = super::with_timetable(event, &program, &chosen, &settled, report, started)?;
    Ok(without_bound(&outline, answer))
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
    let program = Program::over(outline.event(), &restrict::around(ground, bound, at))?;
    let fixing = program.shrink();
    if fixing.impossible.is_some() {
        return Ok(None);
    }
    let backend = backend::backend(kind);
    let parts = parts::parts(&program, &fixing);
    let settled: Result<Vec<Settled>, String> =
        parts.par_iter().map(|part| settle::settle(&program, &fixing, part, &*backend, limits)).collect();
    let settled = settled.map_err(|message| SolveError::Backend { backend: kind.name(), message })?;
    let settled = settle::together(&program, settled);
    let Some(chosen) = &settled.chosen else { return Ok(None) };
    let better = held.is_none_or(|held| program.evaluate(chosen).values > *held);
    Ok(better.then_some((program, settled)))
}

/// A talk in some cells, as atoms.
fn atoms<'c>(ground: &Ground<'_>, talk: usize, cells: impl Iterator<Item = &'c Cell>) -> Vec<Atom> {
    let times = &ground.outline.places.times;
    cells.map(|c| times[c.time as usize].atom(TalkIx(talk as u32), ClassIx(c.class))).collect()
}

fn report(outline: &Outline<'_>, kind: BackendKind, options: &SolveOptions) -> SearchReport {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    SearchReport {
        seconds: Duration::ZERO.as_secs_f64(),
        backend: kind.name().to_owned(),
        threads: if options.threads == 0 { cores() } else { options.threads },
        atoms: usize::try_from(outline.places.count()).unwrap_or(usize::MAX),
        rows: 0,
        indicators: 0,
        passes: Vec::new(),
        fixed: 0,
        parts: 1,
        nodes: 0,
        first_feasible_seconds: None,
    }
}
