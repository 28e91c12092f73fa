//! A model: an event that is stated once and asked many times.
//!
//! Alternatives, trade-offs, re-planning and reasons all ask the same event again, a little changed. What a question adds is
//! stated to a copy of the program; what earlier answers found begins the next search, and what they proved bounds it.
//!
//! **Why earlier answers may be used.** A timetable is judged anew under the question's own rules before it begins a search.
//! Where a question only adds required rules, its timetables are some of the event's, each worth what it is worth there; so the
//! proven optimum of the event bounds the question's, and a timetable of the question that reaches it is its optimum.
//!
//! **Why an answer does not depend on threads.** Questions that are asked together know what was known before the first of
//! them, whichever is faster.

use super::{
    Question, SolveError, SolveOptions,
    answer::{with_timetable, without_timetable},
    in_pool,
    limits::Stop,
    outlined::Sketch,
    progress::Watch,
    query::Query,
    settle::{Pinned, Settled, Verdict},
    solve_in_pool,
    stating::Stating,
    watched,
};
use crate::{
    BackendKind,
    event::{Amount, CheckedEvent, CivilTime, TalkId},
    program::{Halt, Program, Stated, TooLarge, Var},
    rules::{Distance, Rule},
    timetable::{Answer, Audit, SearchReport, Status, Timetable},
    trace::{Parent, step},
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// So many timetables of earlier answers are tried as the beginning of a search.
const REMEMBERED: usize = 8;
/// The units of work that a search for a nearer timetable has at most.
const NEARER: u64 = 700;
/// Where so many questions are asked at once, the event as it is is asked first: what it is worth settles many of them.
const MANY: usize = 4;

/// Which reductions a model may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keep {
    /// All that leave some best timetable: the least to search.
    #[default]
    Optimum,
    /// Only those that leave every timetable, but for the names of rooms that nothing tells apart.
    EveryTimetable,
}

/// An event that is stated once and asked many times, by one thread or many.
///
/// ```
/// use slotwise::{Amount, Event, Keep, Model, Query, Room, Slot, SolveOptions, Talk, civil::date};
/// use slotwise::rules::{Count, Measure, Merit, Rule, Selection};
///
/// let evening = date(2026, 10, 30);
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.rooms.push(Room::new("hall"));
/// event.slots.push(Slot::new("s1", evening.at(19, 0, 0, 0), evening.at(19, 50, 0, 0)).rooms(["hall"]));
/// event.talks.push(Talk::new("good", "Good").minutes(50).merit(Amount::whole(4)));
/// event.talks.push(Talk::new("better", "Better").minutes(50).merit(Amount::whole(5)));
/// event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
///
/// let model = Model::new(event.check()?, Keep::Optimum);
/// let options = SolveOptions::new();
/// assert_eq!(model.solve(&Query::new(), &options)?.value, Some(5.0));
///
/// // What if the better talk is cancelled?
/// let cancelled = Rule::required(Count::of(Measure::Talks).max(0)).talks(Selection::ids(["better"]));
/// let answer = model.solve(&Query::new().rule(cancelled), &options)?;
/// assert_eq!(answer.placements[0].talk.as_str(), "good");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    statements: Arc<Statements>,
    known: Arc<Mutex<Known>>,
}

/// The event as it is, and its program, which is made when it is first asked for.
#[derive(Debug)]
pub(super) struct Statements {
    event: CheckedEvent,
    keep: Keep,
    made: Mutex<Option<Statement>>,
}

/// How the event's program was made.
#[derive(Clone, Debug)]
enum Statement {
    /// Questions state their own rules to it.
    Open(Arc<Stated>),
    /// It becomes much smaller where starts or the rooms of tracks are planned as one, which depends on all rules. So each
    /// question is stated by itself.
    Anew,
}

impl Statements {
    /// The program of the changed event, some rules of which may be switched off; none where it is time to stop.
    pub(super) fn program(
        &self,
        changed: &CheckedEvent,
        switched_off: bool,
        halt: Halt<'_>,
    ) -> Result<Option<Program>, TooLarge> {
        if switched_off {
            return match self.keep {
                Keep::Optimum => Program::shrunk_unless(changed, halt),
                Keep::EveryTimetable => Ok(Stated::of(changed, halt)?.map(Stated::into_program)),
            };
        }
        let Some(statement) = self.statement(halt)? else { return Ok(None) };
        match statement {
            Statement::Open(stated) => stated.with_more(changed, halt),
            Statement::Anew => Program::shrunk_unless(changed, halt),
        }
    }

    /// The statement, which is made once and kept. It is made without the lock, since rules of embedding code may do anything
    /// while they are stated: where two questions come first at once, both make it, and one of them is kept.
    fn statement(&self, halt: Halt<'_>) -> Result<Option<Statement>, TooLarge> {
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = made().clone() {
            return Ok(Some(statement));
        }
        let is_smaller = self.keep == Keep::Optimum && Program::is_smaller_shrunk(&self.event, halt)?;
        let statement = if is_smaller {
            Some(Statement::Anew)
        } else {
            Stated::of(&self.event, halt)?.map(|stated| Statement::Open(Arc::new(stated)))
        };
        // What was looked at in a hurry is not kept.
        let Some(statement) = statement.filter(|_| !halt.is_due()) else { return Ok(None) };
        Ok(Some(made().get_or_insert(statement).clone()))
    }
}

/// What answers have found so far.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The best timetable of the event as it is.
    best: Option<Timetable>,
    /// Those of other answers, the latest first.
    others: VecDeque<Timetable>,
    /// What is proven of the event as it is.
    proven: Option<Proven>,
}

/// What is proven of the event as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Proven {
    /// What it is worth at each priority, in thousandths.
    Optimum(BTreeMap<u32, i64>),
    /// There is no timetable.
    Infeasible,
}

impl Proven {
    /// Whether that much at each priority is what is proven; what is not told is nothing.
    fn is(&self, values: &BTreeMap<u32, i64>) -> bool {
        let some = |values: &BTreeMap<u32, i64>| -> BTreeMap<u32, i64> {
            values.iter().filter(|(_, value)| **value != 0).map(|(p, value)| (*p, *value)).collect()
        };
        matches!(self, Self::Optimum(optimum) if some(optimum) == some(values))
    }
}

impl Known {
    fn learn(&mut self, query: &Query, event: &CheckedEvent, answer: &Answer) {
        if query.is_empty() && answer.status == Status::Infeasible {
            self.proven = Some(Proven::Infeasible);
        }
        let Some(timetable) = answer.timetable() else { return };
        if !query.is_empty() {
            if self.best.as_ref() != Some(&timetable) && !self.others.contains(&timetable) {
                self.others.push_front(timetable);
                self.others.truncate(REMEMBERED);
            }
            return;
        }
        if answer.status == Status::Optimal
            && let Ok(placed) = timetable.resolve(event)
        {
            self.proven = Some(Proven::Optimum(Audit::of_placed(event, &placed).values));
        }
        self.best = Some(timetable);
    }
}

impl Model {
    /// A model of the event. It is stated when it is first asked something.
    pub fn new(event: CheckedEvent, keep: Keep) -> Self {
        let statements = Arc::new(Statements { event, keep, made: Mutex::new(None) });
        Self { statements, known: Arc::default() }
    }

    /// The event as it is.
    pub fn event(&self) -> &CheckedEvent {
        &self.statements.event
    }

    /// Finds the best timetable of the event as the query changes it, and proves it: what [`solve`](super::solve()) finds
    /// for that event, but that it begins with what earlier answers have found.
    ///
    /// # Errors
    ///
    /// [`SolveError::Query`] where the query names what the event does not have, or has floors for an event whose places are
    /// too many to be [written out](SolveOptions::written_out()); otherwise as [`solve`](super::solve()).
    pub fn solve(&self, query: &Query, options: &SolveOptions) -> Result<Answer, SolveError> {
        let changed = query.changed(self.event()).map_err(SolveError::Query)?;
        let known = self.known();
        let answer = watched(options, |watch| in_pool(options, || self.ask(query, &changed, &known, options, watch)))??;
        self.learn(query, &answer);
        Ok(answer.warned(changed.warnings()))
    }

    /// Asks several questions at once, on one pool of threads: the caller's own where [`SolveOptions::threads`] is 0 and it
    /// has one. The answers are in the order of the questions, and under a limit of work the same on any number of threads.
    ///
    /// A time limit is one for all questions together, a work limit one for each. Progress is told of none of them.
    ///
    /// # Errors
    ///
    /// Each question has its own, as [`Model::solve`] has.
    pub fn solve_all(&self, queries: &[Query], options: &SolveOptions) -> Vec<Result<Answer, SolveError>> {
        let began = Instant::now();
        step!("solve_all", Parent::here());
        let parent = Parent::here();
        let waiting = AtomicUsize::new(queries.len());
        let one = |query: &Query, known: &Known| {
            let changed = query.changed(self.event()).map_err(SolveError::Query)?;
            step!("solve", parent);
            let share = rayon::current_num_threads() as f64 / waiting.fetch_sub(1, Ordering::Relaxed).max(1) as f64;
            let options = options.quietly_in_turn(began.elapsed(), share);
            let watch = Watch::new(Instant::now(), None);
            self.ask(query, &changed, known, &options, &watch).map(|answer| (changed, answer))
        };
        let asked = in_pool(options, || {
            let first = Query::new();
            if queries.len() >= MANY
                && self.known().proven.is_none()
                && let Ok((_, answer)) = one(&first, &self.known())
            {
                self.learn(&first, &answer);
            }
            waiting.store(queries.len(), Ordering::Relaxed);
            let known = self.known();
            queries.par_iter().with_max_len(1).map(|query| one(query, &known)).collect::<Vec<_>>()
        });
        let asked = asked.unwrap_or_else(|error| queries.iter().map(|_| Err(error.clone())).collect());
        let answer = |(query, asked): (&Query, Result<(_, Answer), SolveError>)| {
            let (changed, answer): (std::borrow::Cow<'_, CheckedEvent>, Answer) = asked?;
            self.learn(query, &answer);
            Ok(answer.warned(changed.warnings()))
        };
        queries.iter().zip(asked).map(answer).collect()
    }

    /// What is known now.
    fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn learn(&self, query: &Query, answer: &Answer) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).learn(query, self.event(), answer);
    }

    /// The answer to one question, on the threads of the pool that it is called in.
    fn ask(
        &self,
        query: &Query,
        changed: &CheckedEvent,
        known: &Known,
        options: &SolveOptions,
        watch: &Arc<Watch>,
    ) -> Result<Answer, SolveError> {
        let started = watch.started();
        let proven = known.proven.as_ref().filter(|_| query.only_restricts());
        let kind = options.backend.or(BackendKind::ALL.last().copied()).ok_or(SolveError::NoBackend)?;
        if proven == Some(&Proven::Infeasible) {
            let report = SearchReport::begun(0, kind, options);
            return without_timetable(changed, &Settled::infeasible(), report, started);
        }
        let Beginning { sketch, hint } = beginning(query, changed, known)?;
        if let Some(begin) = &sketch
            && proven.is_some_and(|proven| proven.is(&begin.values))
            && let Some(chosen) = &begin.settled.chosen
        {
            begin.tell(watch);
            let mut report = SearchReport::begun(begin.program.atoms.len(), kind, options);
            report.first_feasible_seconds = Some(started.elapsed().as_secs_f64());
            let settled = Settled { verdict: Verdict::Proven, stop: Stop::Proof, ..begin.settled.clone() };
            let answer = with_timetable(changed, &begin.program, chosen, &settled, report, started)?;
            return Ok(self.nearer(query, changed, answer, options, started.elapsed()));
        }
        let stating = Stating::Model { statements: Arc::clone(&self.statements), switched_off: query.switches_off() };
        let question = Question { begin: sketch, hint, floors: query.floors(), keep: self.statements.keep, stating };
        let answer = solve_in_pool(changed, question, options, watch)?;
        Ok(self.nearer(query, changed, answer, options, started.elapsed()))
    }

    /// The answer, or one that is worth the same and nearer to the timetable that the query names.
    fn nearer(
        &self,
        query: &Query,
        changed: &CheckedEvent,
        answer: Answer,
        options: &SolveOptions,
        elapsed: Duration,
    ) -> Answer {
        let left = options.time_limit.map(|limit| limit.saturating_sub(elapsed));
        let (Some(neighbour), Some(timetable)) = (query.neighbour(), answer.timetable()) else { return answer };
        let Ok(placed) = timetable.resolve(changed) else { return answer };
        if is_there(neighbour, &timetable) || left == Some(Duration::ZERO) || options.cancel.is_cancelled() {
            return answer;
        }
        let values = Audit::of_placed(changed, &placed).values;
        // What is settled stays what it is, so the distance may have any priority that is free.
        let last = free_priority(&values);
        let rule = Rule::<Distance>::weighted(Amount::ONE, Distance::from(neighbour).max(0)).priority(last);
        let mut with_distance = changed.clone();
        with_distance.add_rule(&rule, Arc::new(rule.kind.clone()), "query.close_to", &mut Vec::new());
        let options = SolveOptions { time_limit: left, ..options.quietly_in_turn(Duration::ZERO, 1.0) };
        let most = options.work_limit.map_or(NEARER, |most| most.min(NEARER));
        let options = options.work_limit(most);
        let known = Known { best: Some(timetable), ..Known::default() };
        // Nothing that goes wrong here is a fault of the answer.
        let Ok(Beginning { sketch, hint }) = beginning(&Query::new(), &with_distance, &known) else { return answer };
        let stating = Stating::Model { statements: Arc::clone(&self.statements), switched_off: query.switches_off() };
        let question = Question { begin: sketch, hint, floors: values, keep: self.statements.keep, stating };
        let watch = Watch::new(Instant::now(), None);
        let near = solve_in_pool(&with_distance, question, &options, &watch).ok().and_then(|near| near.timetable());
        match near.map(|near| near.resolve(changed).map(|placed| placed.spots().to_vec())) {
            Some(Ok(spots)) => answer.moved(changed, &spots),
            _ => answer,
        }
    }
}

/// A priority that is not told of.
fn free_priority(values: &BTreeMap<u32, i64>) -> u32 {
    (1..u32::MAX).find(|priority| !values.contains_key(priority)).unwrap_or(u32::MAX)
}

/// Whether a timetable has the same talks at the same times.
fn is_there(neighbour: &Timetable, timetable: &Timetable) -> bool {
    let starts = |timetable: &Timetable| -> BTreeMap<TalkId, CivilTime> {
        timetable.placements.iter().map(|p| (p.talk.clone(), p.start)).collect()
    };
    starts(neighbour) == starts(timetable)
}

/// With what a search begins.
struct Beginning {
    /// The best timetable that is known and keeps every rule.
    sketch: Option<Sketch>,
    /// Where there is none: the places of one that breaks some.
    hint: Option<Program>,
}

fn beginning(query: &Query, event: &CheckedEvent, known: &Known) -> Result<Beginning, TooLarge> {
    let floors = Pinned::floors(query.floors());
    let mut beginning = Beginning { sketch: None, hint: None };
    for timetable in query.beginning().into_iter().chain(&known.best).chain(&known.others) {
        // What the changed event does not have is no place of it.
        let Ok(placed) = timetable.resolve(event) else { continue };
        let program = Program::over(event, &Program::places_of(event, placed.spots()))?;
        let chosen: Vec<Var> = (0..program.atoms.len() as u32).map(Var).collect();
        let evaluation = program.evaluate(&chosen);
        // A program of these places alone does not ask whether the event offers them to their talks: the audit does.
        let is_whole = program.atoms.len() == placed.spots().len() && Audit::of_placed(event, &placed).valid;
        if !is_whole || !evaluation.broken.is_empty() || !floors.is_kept_by(&evaluation.values) {
            beginning.hint.get_or_insert(program);
            continue;
        }
        let best = beginning.sketch.as_ref();
        if best.is_none_or(|best| floors.is_more(&evaluation.values, &best.values)) {
            beginning.sketch = Some(Sketch::begun(program, chosen, evaluation.values));
        }
    }
    beginning.hint = beginning.hint.filter(|_| beginning.sketch.is_none());
    Ok(beginning)
}
