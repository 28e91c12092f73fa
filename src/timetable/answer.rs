//! The answer: a timetable, how good it is, and how good it provably is.

use super::{Audit, Placement, RuleReport, Timetable, tied_groups};
use crate::{
    event::{CheckedEvent, TalkId, TalkIx, TalkStatus, Warning},
    program::Pass,
    rules::{Placed, Spot},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far the answer is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// No timetable is better: proven.
    Optimal,
    /// The timetable is valid; a better one may exist, but none above the bound.
    Feasible,
    /// No timetable satisfies what must hold: proven.
    Infeasible,
    /// No timetable was found, and none was ruled out.
    Unknown,
}

/// What ended the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoppedBy {
    /// The answer was proven.
    Proof,
    /// The gap was small enough.
    Gap,
    /// The time limit.
    Time,
    /// The work limit.
    Work,
    /// Somebody cancelled.
    Cancelled,
    /// Exact arithmetic did not confirm what the solver claimed to have proven.
    Arithmetic,
}

/// What one priority gains less what it costs, and the most it could be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Level {
    /// The priority.
    pub priority: u32,
    /// What the timetable gains less what it costs at this priority.
    pub value: f64,
    /// The most it could be, given that earlier priorities are as good as they are.
    pub bound: f64,
}

/// How the answer was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SearchReport {
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The solver that proved it.
    pub backend: String,
    /// On how many threads at most.
    pub threads: usize,
    /// How many places the talks could have.
    pub atoms: usize,
    /// How many rows the rules made.
    pub rows: usize,
    /// How many indicators the rules made.
    pub indicators: usize,
    /// What each pass took away before the search.
    pub passes: Vec<Pass>,
    /// How many variables were fixed before the search.
    pub fixed: usize,
    /// Into how many independent parts the problem fell.
    pub parts: usize,
    /// How many branch-and-bound nodes were solved.
    pub nodes: u64,
    /// When the first valid timetable was found, in seconds.
    pub first_feasible_seconds: Option<f64>,
}

/// A timetable, how good it is, and how good it provably is.
///
/// It is plain data: it is written as JSON and read back, to be stored or sent. What is read back is equal to what was
/// written, and is written again with the same bytes. Fields that this version does not know are passed over, so that an
/// answer of a later one can be read.
///
/// ```
/// use slotwise::{Answer, Event, SolveOptions, solve};
/// let event = Event::read(r#"{"name": "Meetup", "timezone": "Europe/Paris"}"#)?;
/// let answer = solve(&event, &SolveOptions::new())?;
/// let stored = serde_json::to_string(&answer)?;
/// let read: Answer = serde_json::from_str(&stored)?;
/// assert_eq!(read, answer);
/// assert_eq!(serde_json::to_string(&read)?, stored);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Answer {
    /// How far the answer is settled.
    pub status: Status,
    /// What ended the search.
    pub stopped_by: StoppedBy,
    /// Gains less costs of the timetable, over all priorities; none without a timetable.
    pub value: Option<f64>,
    /// No timetable is worth more; none where none is known.
    pub bound: Option<f64>,
    /// How far the bound is above the value, as a share of the larger of the two in size; 0 when proven.
    pub gap: Option<f64>,
    /// Value and bound by priority, where there is more than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Level>,
    /// The timetable, by start and room; empty without one.
    pub placements: Vec<Placement>,
    /// The talks that are not placed and were not declined, by id.
    pub left_out: Vec<TalkId>,
    /// Groups of talks of which some are placed and some left out though merit does not tell them apart: those around the
    /// cut that the marks cannot tell from one another, and those of exactly the same merit. By id.
    pub ties: Vec<Vec<TalkId>>,
    /// What each rule gains and costs, in the event's order; empty without a timetable.
    pub rules: Vec<RuleReport>,
    /// Why there is no timetable, where there is none.
    pub explanation: Option<String>,
    /// What is right in the event, and probably not what was meant: [`CheckedEvent::warnings`](crate::CheckedEvent::warnings).
    pub warnings: Vec<Warning>,
    /// How it was found.
    pub search: SearchReport,
}

impl Answer {
    /// The timetable; none when none was found.
    pub fn timetable(&self) -> Option<Timetable> {
        self.value.map(|_| Timetable::new(self.placements.iter().cloned()))
    }

    /// The same, with what the event is warned of. Where there is no timetable, what leaves none explains it.
    pub(crate) fn warned(mut self, warnings: Vec<Warning>) -> Self {
        let why: Vec<String> = warnings.iter().filter(|w| w.impossible).map(ToString::to_string).collect();
        if self.status == Status::Infeasible && self.explanation.is_none() && !why.is_empty() {
            self.explanation = Some(why.join("\n"));
        }
        self.warnings = warnings;
        self
    }

    /// The same with another timetable of the same value.
    pub(crate) fn moved(self, event: &CheckedEvent, spots: &[Spot]) -> Self {
        let placed = Placed::new(event, spots.to_vec());
        let audit = Audit::of_placed(event, &placed);
        if !audit.valid || Some(audit.value) != self.value {
            return self;
        }
        let out = |talk: &TalkIx| event.talk(*talk).status != TalkStatus::Declined && placed.spot(*talk).is_none();
        Self {
            placements: Timetable::of(event, spots).placements,
            left_out: event.talk_indices().filter(out).map(|talk| event.talk_id(talk).clone()).collect(),
            ties: tied_groups(event, spots.iter().map(|spot| spot.talk)),
            rules: audit.rules,
            ..self
        }
    }

    /// Whether the answer is settled: an optimum, or that there is none.
    pub fn is_proven(&self) -> bool {
        matches!(self.status, Status::Optimal | Status::Infeasible)
    }
}

/// How far the bound is above the value, as a share of the larger of the two in size.
pub(crate) fn gap(value: f64, bound: f64) -> f64 {
    let size = value.abs().max(bound.abs());
    if bound <= value || size == 0.0 { 0.0 } else { (bound - value) / size }
}
