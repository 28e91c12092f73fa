//! From what a search came to, to the answer: rooms given back, audited, and never below the timetable of nothing.

use super::{
    BackendKind, SolveError, SolveOptions,
    limits::Stop,
    settle::{Pinned, Settled, Verdict},
};
use crate::{
    event::{CheckedEvent, TalkStatus},
    program::{Fixing, Program, Var},
    rules::{self, Placed},
    timetable::{Answer, Audit, Level, SearchReport, Status, StoppedBy, Timetable, gap, tied_groups},
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// A timetable, and what the audit says of it.
struct Judged<'e> {
    timetable: Timetable,
    placed: Placed<'e>,
    audit: Audit,
}

impl<'e> Judged<'e> {
    /// The timetable of nothing; none where something has to be placed, or where a required rule asks for more.
    fn empty(event: &'e CheckedEvent) -> Option<Self> {
        if event.talks().iter().any(|talk| talk.status == TalkStatus::Accepted) {
            return None;
        }
        let placed = Placed::new(event, Vec::new());
        let audit = Audit::of_placed(event, &placed);
        let is_valid = audit.broken().next().is_none();
        is_valid.then(|| Self { timetable: Timetable::of(event, &[]), placed, audit })
    }

    fn answer(self, event: &CheckedEvent, settled: &Settled, mut report: SearchReport, started: Instant) -> Answer {
        let Self { timetable, placed, audit } = self;
        let value = audit.value;
        // A search that ended before it began knows of no bound.
        let known = !settled.bounds.is_empty();
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
        let bound = if proven { Some(value) } else { Some(bound).filter(|_| known) };
        Answer {
            status: if proven { Status::Optimal } else { Status::Feasible },
            stopped_by: stopped_by(settled.stop),
            value: Some(value),
            bound,
            gap: bound.map(|bound| if proven { 0.0 } else { gap(value, bound) }),
            priorities: if levels.len() > 1 && bound.is_some() { levels } else { Vec::new() },
            placements: timetable.placements,
            left_out,
            ties: tied_groups(event, placed.spots().iter().map(|spot| spot.talk)),
            rules: audit.rules,
            explanation: None,
            warnings: Vec::new(),
            search: report,
        }
    }
}

/// Whether the timetable of nothing is one.
pub(super) fn can_be_empty(event: &CheckedEvent) -> bool {
    Judged::empty(event).is_some()
}

/// The answer for a choice of atoms: rooms given back, audited, compared.
///
/// # Errors
///
/// Where program and audit differ: nothing is returned that the audit does not confirm.
pub(super) fn with_timetable(
    event: &CheckedEvent,
    program: &Program,
    chosen: &[Var],
    settled: &Settled,
    report: SearchReport,
    started: Instant,
) -> Result<Answer, SolveError> {
    let spots = program.give_rooms(chosen);
    let timetable = Timetable::of(event, &spots);
    let placed = Placed::new(event, spots);
    let audit = Audit::of_placed(event, &placed);
    agree(&audit, &program.evaluate(chosen).values).map_err(|found| disagreement(event, &placed, &found))?;
    let found = Judged { timetable, placed, audit };
    let empty = Judged::empty(event).filter(|_| settled.verdict != Verdict::Proven);
    let best = match empty.filter(|empty| settled.floors.is_kept_by(&empty.audit.values)) {
        Some(empty) if settled.floors.is_more(&empty.audit.values, &found.audit.values) => empty,
        _ => found,
    };
    Ok(best.answer(event, settled, report, started))
}

/// The answer without a timetable: there is none, or none was found. Where nothing has to be placed, there is always one.
///
/// # Errors
///
/// Where the search says that there is none, and the audit confirms the timetable of nothing.
pub(super) fn without_timetable(
    event: &CheckedEvent,
    settled: &Settled,
    mut report: SearchReport,
    started: Instant,
) -> Result<Answer, SolveError> {
    let infeasible = settled.verdict == Verdict::Infeasible;
    if let Some(empty) = Judged::empty(event).filter(|empty| settled.floors.is_kept_by(&empty.audit.values)) {
        if infeasible {
            let message = "the timetable of nothing is valid where the solver says that there is none";
            return Err(SolveError::Disagreement(message.to_owned()));
        }
        report.first_feasible_seconds = Some(started.elapsed().as_secs_f64());
        return Ok(empty.answer(event, settled, report, started));
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(Answer {
        status: if infeasible { Status::Infeasible } else { Status::Unknown },
        stopped_by: if infeasible { StoppedBy::Proof } else { stopped_by(settled.stop) },
        value: None,
        bound: (!infeasible && !settled.bounds.is_empty()).then(|| amount(settled.bounds.values().sum())),
        gap: None,
        priorities: Vec::new(),
        placements: Vec::new(),
        left_out: Vec::new(),
        ties: Vec::new(),
        rules: Vec::new(),
        explanation: None,
        warnings: Vec::new(),
        search: report,
    })
}

/// What values say of a priority; a program says nothing of one at which it neither gains nor pays.
pub(super) fn worth(values: &BTreeMap<u32, i64>, priority: u32) -> i64 {
    values.get(&priority).copied().unwrap_or(0)
}

/// Whether the one is worth more at the first priority at which the two differ.
pub(super) fn is_more(one: &BTreeMap<u32, i64>, other: &BTreeMap<u32, i64>) -> bool {
    Pinned::default().is_more(one, other)
}

impl Pinned {
    /// The same, less priorities that have a floor: more than that counts for nothing.
    pub(super) fn is_more(&self, one: &BTreeMap<u32, i64>, other: &BTreeMap<u32, i64>) -> bool {
        let all = one.keys().chain(other.keys()).copied();
        let priorities: BTreeSet<u32> = all.filter(|p| !self.values.contains_key(p)).collect();
        let mut compared = priorities.iter().map(|p| worth(one, *p).cmp(&worth(other, *p)));
        compared.find(|order| order.is_ne()) == Some(Ordering::Greater)
    }
}

/// What program and audit differ on, and the rule at fault.
fn disagreement(event: &CheckedEvent, placed: &Placed<'_>, found: &str) -> SolveError {
    SolveError::Disagreement(match rules::mismatch_in(event, placed) {
        Some(mismatch) => format!("{found}; {mismatch}"),
        None => format!("{found}; no rule by itself shows why on this timetable: try `rules::check_agreement`"),
    })
}

/// Nothing is returned on which program and audit differ.
fn agree(audit: &Audit, values: &BTreeMap<u32, i64>) -> Result<(), String> {
    if let Some(rule) = audit.broken().next() {
        let details: Vec<_> = rule.details.iter().filter(|d| d.units > 0).map(|d| format!("{d:?}")).collect();
        return Err(format!("`{}` is broken: {}", rule.name, details.join("; ")));
    }
    let audited = audit.values.iter().filter(|(_, v)| **v != 0);
    let stated = values.iter().filter(|(_, v)| **v != 0);
    if audited.eq(stated) {
        return Ok(());
    }
    Err(format!("it finds {:?} thousandths by priority, the solver {values:?}", audit.values))
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
    pub(super) fn begun(atoms: usize, kind: BackendKind, options: &SolveOptions) -> Self {
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

    pub(super) fn of(program: &Program, fixing: &Fixing, kind: BackendKind, options: &SolveOptions) -> Self {
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
