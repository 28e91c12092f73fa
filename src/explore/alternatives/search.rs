//! The search for alternatives: one after the other, each as far as can be from those before it.

use super::{Agreed, Alternatives, AlternativesOptions, Loss, told::amount};
use crate::{
    event::{Amount, CheckedEvent},
    explore::{dispersion::Dispersion, judged::Judged},
    rules::{Distance, Rule},
    solve::{Model, Query, SolveError, SolveOptions},
    timetable::{Answer, Status, StoppedBy, Timetable},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// Which share of a time limit the best timetable has at most.
const SHARE_OF_THE_BEST: f64 = 0.5;

/// How much farther than what was found a search looks, time after time while that succeeds.
const AHEAD: [u32; 3] = [1, 2, 4];

/// No timetable is worth less than that, in thousandths.
const MOST: i64 = 1_000_000_000_000_000;

/// The priority at which distances are settled: before all that an event asks.
const FIRST: u32 = 0;

pub(super) fn alternatives(
    model: &Model,
    wanted: &AlternativesOptions,
    options: &SolveOptions,
) -> Result<Alternatives, SolveError> {
    let began = Instant::now();
    let mut first = options.clone();
    first.time_limit = first.time_limit.map(|limit| limit.mul_f64(SHARE_OF_THE_BEST));
    let best = model.solve(&Query::new(), &first)?;
    let Some(judged) = Judged::of(model.event(), &best) else {
        return Ok(none(best));
    };
    let floors = floors(model.event(), judged.values(), wanted.within);
    let effort = [wanted.effort, options.work_limit].into_iter().flatten().min();
    let mut search = Search {
        model,
        options,
        effort,
        began,
        floors,
        chosen: vec![Step::best(judged)],
        questions: 1,
        is_best_proven: best.status == Status::Optimal,
    };
    let ended = search.choose(wanted.count)?;
    let complete = match ended {
        Ended::NoMore => true,
        Ended::Enough => search.is_all()?,
        Ended::Stopped(_) => false,
    };
    search.told(best, ended, complete, wanted)
}

/// Where there is no timetable, or none was found, there are no alternatives.
fn none(best: Answer) -> Alternatives {
    Alternatives {
        stopped_by: best.stopped_by,
        complete: best.status == Status::Infeasible,
        floors: Vec::new(),
        agreed: Agreed::default(),
        alternatives: Vec::new(),
        questions: 1,
        best,
    }
}

/// What an alternative is worth at least at each priority, in thousandths.
pub(super) fn floors(event: &CheckedEvent, best: &BTreeMap<u32, i64>, within: Loss) -> BTreeMap<u32, i64> {
    let used: BTreeSet<u32> = event.scopes().map(|scope| scope.priority()).collect();
    let best = best.iter().filter(|(priority, _)| used.contains(priority));
    let first = best.clone().find(|(_, value)| **value != 0).map(|(priority, _)| *priority);
    let may_lose = |priority: u32, value: i64| match within {
        // Before the first priority at which there is something to lose, nothing is lost. Where there is none, all may.
        Loss::Amount(_) if first.is_some_and(|first| priority < first) => 0,
        loss => loss.of(value),
    };
    best.map(|(priority, value)| (*priority, value.saturating_sub(may_lose(*priority, *value)).max(-MOST))).collect()
}

/// How the choice of alternatives ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// There are as many as were wanted.
    Enough,
    /// No other timetable is within the loss: proven.
    NoMore,
    /// Something else ended it before.
    Stopped(StoppedBy),
}

/// A timetable that was chosen.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) judged: Judged,
    /// Its least distance to those before it, and the most that this could have been.
    pub(super) distance: u32,
    pub(super) bound: u32,
    /// Whether none so far from those before it is worth more.
    pub(super) best_there: bool,
    /// A timetable within the loss that was found on the way.
    pub(super) before: Option<Judged>,
}

impl Step {
    fn best(judged: Judged) -> Self {
        Self { judged, distance: 0, bound: 0, best_there: true, before: None }
    }
}

pub(super) struct Search<'m> {
    pub(super) model: &'m Model,
    options: &'m SolveOptions,
    effort: Option<u64>,
    began: Instant,
    pub(super) floors: BTreeMap<u32, i64>,
    /// The best, then the alternatives as they were chosen.
    pub(super) chosen: Vec<Step>,
    pub(super) questions: usize,
    is_best_proven: bool,
}

impl Search<'_> {
    pub(super) fn event(&self) -> &CheckedEvent {
        self.model.event()
    }

    /// Chooses so many alternatives, if there are that many.
    fn choose(&mut self, count: usize) -> Result<Ended, SolveError> {
        // Each talk that can be placed is in one of two timetables, or in both at different starts, or in none.
        let mut bound = self.event().talks().len() as u32;
        while self.chosen.len() <= count {
            if let Some(stopped) = self.stopped() {
                return Ok(Ended::Stopped(stopped));
            }
            let step = match self.farthest(bound)? {
                Ok(step) => self.worth_most(step)?,
                Err(ended) => return Ok(ended),
            };
            // Who is far from one timetable more is not farther than before.
            bound = step.bound;
            self.chosen.push(step);
        }
        Ok(Ended::Enough)
    }

    /// The timetable within the loss that is farthest from all that were chosen, as far as is known. None is farther than
    /// `bound`.
    fn farthest(&mut self, bound: u32) -> Result<Result<Step, Ended>, SolveError> {
        let others = self.timetables();
        // With limited effort, the distance of the step before is asked for and no more: as far is found much sooner than
        // as far as can be, and far enough.
        let before = self.chosen.last().map(|step| step.distance).filter(|distance| *distance > 0);
        let target = before.filter(|_| self.effort.is_some()).unwrap_or(bound).min(bound);
        let rule = Rule::<Dispersion>::weighted(Amount::ONE, Dispersion::from(&others, target)).priority(FIRST);
        // The latest is within the loss: the search begins with a timetable that keeps all floors.
        let start = others.last().cloned().into_iter();
        let query = start.fold(self.within().own_rule(rule), Query::start);
        let answer = self.ask(query)?;
        let bound = lacking(&answer).map_or(bound, |lacking| bound.min(target.saturating_sub(lacking)));
        if let Some(judged) = self.judged(&answer) {
            let distance = self.nearest(&judged);
            if distance > 0 {
                return Ok(Ok(Step { judged, distance, bound, best_there: false, before: None }));
            }
        }
        if bound == 0 {
            return Ok(Err(Ended::NoMore));
        }
        // The least of several distances says little of where to go. Asked for any other timetable, the search goes by value.
        let answer = self.ask(self.apart(1))?;
        match self.judged(&answer) {
            Some(judged) => {
                let distance = self.nearest(&judged);
                Ok(Ok(Step { judged, distance, bound: bound.max(distance), best_there: false, before: None }))
            }
            None if answer.status == Status::Infeasible => Ok(Err(Ended::NoMore)),
            None => Ok(Err(Ended::Stopped(answer.stopped_by))),
        }
    }

    /// The timetable that is worth most among those at least so far from all that were chosen, as far as is known; or one that
    /// is farther still. Beside each question for the first, one asks for the second: under limited effort, a search for value
    /// that must be farther finds what a search for distance does not.
    fn worth_most(&mut self, mut step: Step) -> Result<Step, SolveError> {
        for ahead in AHEAD {
            let is_most = self.is_best_proven && step.judged.values() == self.chosen[0].judged.values();
            step.best_there |= is_most;
            if self.stopped().is_some() {
                break;
            }
            let goes_on = self.effort.is_some() && step.distance < step.bound;
            let far = (step.distance + ahead).min(step.bound);
            let here = (!is_most).then(|| self.far(step.distance).start(step.judged.timetable.clone()));
            let queries: Vec<Query> = here.into_iter().chain(goes_on.then(|| self.far(far))).collect();
            let mut answers = self.ask_all(&queries).into_iter();
            let here = if is_most { None } else { answers.next() };
            if let Some(answer) = here {
                step = self.improved(step, &answer?);
            }
            let Some(answer) = answers.next() else { break };
            let answer = answer?;
            if self.is_too_little(&answer) {
                step.bound = step.bound.min(far - 1);
            }
            let Some(judged) = self.judged(&answer) else { break };
            let distance = self.nearest(&judged);
            if distance <= step.distance {
                break;
            }
            let best_there = self.is_most(&answer);
            step = Step { judged, distance, best_there, before: Some(step.judged), bound: step.bound };
        }
        Ok(step)
    }

    /// The step, or that answer's timetable, which is as far and worth more.
    fn improved(&self, step: Step, answer: &Answer) -> Step {
        let is_more = |judged: &Judged| judged.values() >= step.judged.values();
        let Some(judged) = self.judged(answer).filter(is_more) else { return step };
        let distance = self.nearest(&judged);
        let best_there = self.is_most(answer);
        Step { judged, distance, best_there, before: Some(step.judged), bound: step.bound }
    }

    /// Whether it is proven that no timetable is worth more. With floors, other priorities were not maximised.
    fn is_most(&self, answer: &Answer) -> bool {
        answer.status == Status::Optimal && self.floors.len() <= 1
    }

    /// Whether it is proven that no timetable answers the question and is within the loss.
    fn is_too_little(&self, answer: &Answer) -> bool {
        let least = self.floors.values().copied().sum::<i64>();
        let bound = answer.bound.map(|bound| (bound * 1000.0).round() as i64);
        answer.status == Status::Infeasible || self.floors.len() == 1 && bound.is_some_and(|bound| bound < least)
    }

    /// Whether no timetable within the loss is left besides those that were chosen: proven.
    fn is_all(&mut self) -> Result<bool, SolveError> {
        let others = self.chosen.iter().filter_map(|step| step.before.as_ref());
        if others.into_iter().any(|other| self.nearest(other) > 0) || self.stopped().is_some() {
            return Ok(false);
        }
        let answer = self.ask(self.apart(1))?;
        Ok(answer.status == Status::Infeasible)
    }

    /// Any timetable within the loss at least so far from each that was chosen.
    fn apart(&self, least: u32) -> Query {
        let rule = |query: Query, other: &Timetable| query.own_rule(required(other, least));
        self.timetables().iter().fold(self.within(), rule)
    }

    /// The timetable worth most at least so far from each that was chosen. What comes after the first priority that counts
    /// keeps its floor, so that nothing is lost there for a gain before.
    fn far(&self, least: u32) -> Query {
        let first = self.floors.iter().find(|(_, least)| **least != 0).map(|(priority, _)| *priority);
        let first = first.or_else(|| self.floors.keys().next().copied());
        let floors = self.floors.iter().filter(|(priority, _)| Some(**priority) != first);
        let query = floors.fold(Query::new(), |query, (priority, least)| floor(query, *priority, *least));
        self.timetables().iter().fold(query, |query, other| query.own_rule(required(other, least)))
    }

    /// A timetable within the loss.
    pub(super) fn within(&self) -> Query {
        self.floors.iter().fold(Query::new(), |query, (priority, least)| floor(query, *priority, *least))
    }

    /// Asks the model, without telling of progress.
    fn ask(&mut self, query: Query) -> Result<Answer, SolveError> {
        self.ask_all(&[query]).pop().unwrap_or(Err(SolveError::NoBackend))
    }

    /// Asks the model several questions at once.
    pub(super) fn ask_all(&mut self, queries: &[Query]) -> Vec<Result<Answer, SolveError>> {
        self.questions += queries.len();
        let mut options = self.options.clone();
        options.time_limit = options.time_limit.map(|limit| limit.saturating_sub(self.began.elapsed()));
        options.work_limit = self.effort;
        self.model.solve_all(queries, &options)
    }

    /// What ends the search now, if anything does.
    pub(super) fn stopped(&self) -> Option<StoppedBy> {
        let left = self.options.time_limit.map(|limit| limit.saturating_sub(self.began.elapsed()));
        if self.options.cancel.is_cancelled() {
            return Some(StoppedBy::Cancelled);
        }
        (left == Some(Duration::ZERO)).then_some(StoppedBy::Time)
    }

    /// The answer's timetable, where the event's own audit finds it valid and within the loss.
    fn judged(&self, answer: &Answer) -> Option<Judged> {
        Judged::of(self.event(), answer).filter(|judged| self.is_within(judged))
    }

    pub(super) fn is_within(&self, judged: &Judged) -> bool {
        let value = |priority: &u32| judged.values().get(priority).copied().unwrap_or(0);
        self.floors.iter().all(|(priority, least)| value(priority) >= *least)
    }

    /// How far it is from the nearest of those that were chosen.
    pub(super) fn nearest(&self, judged: &Judged) -> u32 {
        let distances = self.chosen.iter().map(|step| judged.distance(self.event(), &step.judged));
        distances.min().unwrap_or(0)
    }

    fn timetables(&self) -> Vec<Timetable> {
        self.chosen.iter().map(|step| step.judged.timetable.clone()).collect()
    }
}

fn required(other: &Timetable, least: u32) -> Rule<Distance> {
    Rule::<Distance>::required(Distance::from(other).min(least))
}

fn floor(query: Query, priority: u32, least: i64) -> Query {
    query.floor(priority, amount(least))
}

/// What every timetable lacks of the distance that was asked for, proven; none where nothing is.
fn lacking(answer: &Answer) -> Option<u32> {
    let level = answer.priorities.iter().find(|level| level.priority == FIRST)?;
    // A bound of 0 says that some may be farther still.
    (level.bound < -1e-6).then(|| (-level.bound - 1e-6).ceil() as u32)
}
