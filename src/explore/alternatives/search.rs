//! The search for alternatives: one after the other, each as far as can be from those before it.

use super::{Agreed, AgreedPlace, Alternative, Alternatives, AlternativesOptions, Floor, Loss, RuleChange};
use crate::{
    event::{Amount, CheckedEvent, TalkId},
    explore::{dispersion::Dispersion, judged::Judged},
    rules::{Distance, Rule},
    solve::{Model, Query, SolveError, SolveOptions},
    timetable::{Answer, Difference, Level, Placement, Status, StoppedBy, Timetable, rule_names},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// Which share of a time limit the best timetable has at most.
const SHARE_OF_THE_BEST: f64 = 0.5;

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
    Ok(search.told(best, ended, complete))
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
fn floors(event: &CheckedEvent, best: &BTreeMap<u32, i64>, within: Loss) -> BTreeMap<u32, i64> {
    let used: BTreeSet<u32> = event.scopes().map(|scope| scope.priority()).collect();
    let best = best.iter().filter(|(priority, _)| used.contains(priority));
    let first = best.clone().find(|(_, value)| **value != 0).map(|(priority, _)| *priority);
    let may_lose = |priority: u32, value: i64| match within {
        // Before the first priority at which there is something to lose, nothing is lost. Where there is none, all may.
        Loss::Amount(_) if first.is_some_and(|first| priority < first) => 0,
        loss => loss.of(value),
    };
    best.map(|(priority, value)| (*priority, value.saturating_sub(may_lose(*priority, *value)))).collect()
}

/// How the choice of alternatives ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// There are as many as were wanted.
    Enough,
    /// No other timetable is within the loss: proven.
    NoMore,
    /// Something else ended it before.
    Stopped(StoppedBy),
}

/// A timetable that was chosen.
#[derive(Clone, Debug)]
struct Step {
    judged: Judged,
    /// Its least distance to those before it, and the most that this could have been.
    distance: u32,
    bound: u32,
    /// Whether none so far from those before it is worth more.
    best_there: bool,
    /// A timetable within the loss that was found on the way.
    before: Option<Judged>,
}

impl Step {
    fn best(judged: Judged) -> Self {
        Self { judged, distance: 0, bound: 0, best_there: true, before: None }
    }
}

struct Search<'m> {
    model: &'m Model,
    options: &'m SolveOptions,
    effort: Option<u64>,
    began: Instant,
    floors: BTreeMap<u32, i64>,
    /// The best, then the alternatives as they were chosen.
    chosen: Vec<Step>,
    questions: usize,
    is_best_proven: bool,
}

impl Search<'_> {
    fn event(&self) -> &CheckedEvent {
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

    /// The timetable that is worth most among those at least so far from all that were chosen, as far as is known.
    fn worth_most(&mut self, step: Step) -> Result<Step, SolveError> {
        if self.is_best_proven && step.judged.values() == self.chosen[0].judged.values() {
            return Ok(Step { best_there: true, ..step });
        }
        // What comes after the first priority that counts keeps its floor, so that nothing is lost there for a gain before.
        let first = self.floors.iter().find(|(_, least)| **least != 0).map(|(priority, _)| *priority);
        let first = first.or_else(|| self.floors.keys().next().copied());
        let floors = self.floors.iter().filter(|(priority, _)| Some(**priority) != first);
        let floors: Vec<(u32, i64)> = floors.map(|(priority, least)| (*priority, *least)).collect();
        let far = self.far(step.distance).start(step.judged.timetable.clone());
        let answer = self.ask(floors.iter().fold(far, |query, (priority, least)| floor(query, *priority, *least)))?;
        let better = self.judged(&answer).filter(|judged| self.is_within(judged));
        let Some(judged) = better.filter(|judged| judged.values() >= step.judged.values()) else { return Ok(step) };
        let distance = self.nearest(&judged);
        // With floors, other priorities were not maximised.
        let best_there = answer.status == Status::Optimal && floors.is_empty();
        Ok(Step { judged, distance, best_there, before: Some(step.judged), bound: step.bound.max(distance) })
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

    /// The best timetable at least so far from each that was chosen.
    fn far(&self, least: u32) -> Query {
        let rule = |query: Query, other: &Timetable| query.own_rule(required(other, least));
        self.timetables().iter().fold(Query::new(), rule)
    }

    /// A timetable within the loss.
    fn within(&self) -> Query {
        self.floors.iter().fold(Query::new(), |query, (priority, least)| floor(query, *priority, *least))
    }

    /// Asks the model, on its own threads and without telling of progress.
    fn ask(&mut self, query: Query) -> Result<Answer, SolveError> {
        self.questions += 1;
        let mut options = self.options.clone();
        options.time_limit = options.time_limit.map(|limit| limit.saturating_sub(self.began.elapsed()));
        options.work_limit = self.effort;
        let mut answers = self.model.solve_all(&[query], &options);
        answers.pop().unwrap_or(Err(SolveError::NoBackend))
    }

    /// What ends the search now, if anything does.
    fn stopped(&self) -> Option<StoppedBy> {
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

    fn is_within(&self, judged: &Judged) -> bool {
        let value = |priority: &u32| judged.values().get(priority).copied().unwrap_or(0);
        self.floors.iter().all(|(priority, least)| value(priority) >= *least)
    }

    /// How far it is from the nearest of those that were chosen.
    fn nearest(&self, judged: &Judged) -> u32 {
        let distances = self.chosen.iter().map(|step| judged.distance(self.event(), &step.judged));
        distances.min().unwrap_or(0)
    }

    fn timetables(&self) -> Vec<Timetable> {
        self.chosen.iter().map(|step| step.judged.timetable.clone()).collect()
    }

    /// All that was found, in order of value.
    fn told(mut self, best: Answer, ended: Ended, complete: bool) -> Alternatives {
        let all_proven = self.chosen.iter().all(|step| step.distance >= step.bound);
        let stopped_by = match ended {
            Ended::Stopped(stopped) => stopped,
            _ if complete || all_proven => StoppedBy::Proof,
            _ => self.stopped().unwrap_or(StoppedBy::Work),
        };
        let best = self.with_the_best_first(best);
        let event = self.event();
        let first = &self.chosen[0].judged;
        let names = rule_names(event);
        let mut alternatives: Vec<(&Step, Alternative)> = (self.chosen.iter().enumerate().skip(1))
            .map(|(i, step)| (step, self.alternative(i, step, first, &names)))
            .collect();
        alternatives.sort_by(|(a, _), (b, _)| b.judged.values().iter().cmp(a.judged.values().iter()));
        let floor = |(priority, least): (&u32, &i64)| {
            let best = first.values().get(priority).copied().unwrap_or(0);
            Floor { priority: *priority, best: amount(best), least: amount(*least) }
        };
        Alternatives {
            stopped_by,
            complete,
            floors: self.floors.iter().map(floor).collect(),
            agreed: self.agreed(),
            alternatives: alternatives.into_iter().map(|(_, alternative)| alternative).collect(),
            questions: self.questions,
            best,
        }
    }

    /// Where the best was not proven, a question may have found a better one.
    fn with_the_best_first(&mut self, best: Answer) -> Answer {
        let values = |step: &Step| step.judged.values().values().copied().collect::<Vec<_>>();
        let most = (0..self.chosen.len()).rev().max_by_key(|i| values(&self.chosen[*i])).unwrap_or(0);
        if best.status == Status::Optimal || most == 0 {
            return best;
        }
        let found = self.chosen[most].judged.clone();
        let before = std::mem::replace(&mut self.chosen[0].judged, found);
        self.chosen[most].judged = before;
        let (levels, known) = (best.priorities.clone(), best.bound.is_some());
        let levels = match best.bound {
            // With one priority, an answer has no list of them.
            Some(bound) if levels.is_empty() => {
                self.floors.keys().map(|priority| Level { priority: *priority, value: bound, bound }).collect()
            }
            _ => levels,
        };
        self.chosen[0].judged.answer(self.model.event(), best, &levels, known)
    }

    fn alternative(&self, i: usize, step: &Step, best: &Judged, names: &[String]) -> Alternative {
        let (event, judged) = (self.event(), &step.judged);
        let others = self.chosen.iter().enumerate().filter(|(j, _)| *j != i);
        let nearest = others.map(|(_, other)| judged.distance(event, &other.judged)).min().unwrap_or(0);
        let level = |(priority, value): (&u32, &i64)| {
            let floor = self.floors.get(priority).copied().unwrap_or(*value);
            Level { priority: *priority, value: amount(*value), bound: amount(floor) }
        };
        let levels: Vec<Level> = judged.values().iter().map(level).collect();
        Alternative {
            value: judged.audit.value,
            loss: round(best.audit.value - judged.audit.value),
            priorities: if levels.len() > 1 { levels } else { Vec::new() },
            distance: judged.distance(event, best),
            nearest,
            step: i,
            step_distance: step.distance,
            farthest: step.distance >= step.bound,
            best_there: step.best_there,
            placements: judged.timetable.placements.clone(),
            left_out: judged.left_out(event),
            difference: Difference::between(&best.timetable, &judged.timetable),
            rules: rule_changes(best, judged, names),
        }
    }

    /// What all timetables have in common.
    fn agreed(&self) -> Agreed {
        let event = self.event();
        let places = |step: &Step| -> BTreeMap<TalkId, Placement> {
            step.judged.timetable.placements.iter().map(|p| (p.talk.clone(), p.clone())).collect()
        };
        let all: Vec<_> = self.chosen.iter().map(places).collect();
        let everywhere = |talk: &TalkId| all.iter().all(|places| places.contains_key(talk));
        let nowhere = |talk: &TalkId| all.iter().all(|places| !places.contains_key(talk));
        let at = |talk: &TalkId| all.iter().map(|places| places[talk].starts_at(event)).collect::<Vec<_>>();
        let chosen: Vec<TalkId> = all[0].keys().filter(|talk| everywhere(talk)).cloned().collect();
        let chosen = in_order(event, chosen);
        let same = chosen.iter().filter(|talk| at(talk).windows(2).all(|pair| pair[0] == pair[1]));
        let placed = same.map(|talk| {
            let Placement { start, start_offset, .. } = all[0][talk].clone();
            AgreedPlace { talk: talk.clone(), start, start_offset }
        });
        let placed = placed.collect();
        let left_out = self.chosen[0].judged.left_out(event).into_iter().filter(nowhere).collect();
        Agreed { chosen, left_out, placed }
    }
}

/// The talks in the order of the event's indices, as answers list them.
fn in_order(event: &CheckedEvent, mut talks: Vec<TalkId>) -> Vec<TalkId> {
    talks.sort_by_key(|talk| event.find_talk(talk));
    talks
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

/// The rules that come to another amount in the two timetables.
fn rule_changes(best: &Judged, other: &Judged, names: &[String]) -> Vec<RuleChange> {
    let pairs = best.audit.rules.iter().zip(&other.audit.rules).zip(names);
    let change = |((best, other), name): ((&crate::timetable::RuleReport, &crate::timetable::RuleReport), &String)| {
        let (before, after) = (round(best.gain - best.cost), round(other.gain - other.cost));
        let change = round(after - before);
        let (kind, priority) = (other.kind.clone(), other.priority);
        (change != 0.0).then(|| RuleChange { name: name.clone(), kind, priority, best: before, value: after, change })
    };
    pairs.filter_map(change).collect()
}

fn amount(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

/// A difference of thousandths, without what doubles add to it.
fn round(amount: f64) -> f64 {
    (amount * 1000.0).round() / 1000.0
}
