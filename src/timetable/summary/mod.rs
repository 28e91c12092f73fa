//! The summary: an answer as an organiser reads it, in numbers and names, ready to print.

mod cut;
mod page;
mod quota;
mod text;
mod words;

pub use cut::{LeftOut, TieAtCut};
pub use quota::{Quota, Reached};
pub use words::rule_names;

pub(crate) use page::Page;
pub(crate) use words::{Words, clean, join, percent, some};

use super::{Answer, Audit, Detail, Level, Placement, RuleReport, Status, StoppedBy, Timetable};
use crate::event::{CheckedEvent, FormatId, FormatIx, TalkId, TalkIx, TalkStatus, Warning};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// What was chosen, how good it is, what the rules asked and what they got, what they cost, and who was left out nearest
/// to the cut.
///
/// All of it is plain data; printed with `{}` it is a text of at most 100 columns, with `{:60}` of at most 60.
///
/// ```
/// use slotwise::{Amount, Event, Room, Slot, SolveOptions, Summary, Talk, civil::date, rules::{Merit, Rule}, solve};
///
/// let evening = date(2026, 10, 30);
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.rooms.push(Room::new("hall"));
/// event.slots.push(Slot::new("s1", evening.at(19, 0, 0, 0), evening.at(19, 50, 0, 0)).rooms(["hall"]));
/// event.talks.push(Talk::new("good", "Good").minutes(50).merit(Amount::whole(4)));
/// event.talks.push(Talk::new("better", "Better").minutes(50).merit(Amount::whole(5)));
/// event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
///
/// let event = event.check()?;
/// let summary = Summary::of(&event, &solve(&event, &SolveOptions::new())?);
/// assert_eq!((summary.talks.placed, summary.talks.proposed), (1, 2));
/// assert_eq!(summary.left_out[0].name.title, "Good");
/// assert!(summary.to_string().contains("Worth 5. Proven: no timetable is worth more."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Summary {
    /// The event's name.
    pub event: String,
    /// How far a search settled it; none for a timetable that was only audited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Settled>,
    /// Gains less costs, over all priorities; none where there is no timetable.
    pub value: Option<f64>,
    /// Value and bound by priority, where there is more than one and a search says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Level>,
    /// How many talks are placed, of those not declined.
    pub talks: Tally,
    /// How many people give them, of those who proposed something not declined.
    pub speakers: Tally,
    /// The same by format.
    pub formats: Vec<FormatTally>,
    /// The required rules, in words.
    pub required: Vec<String>,
    /// What must hold and is broken; empty for a valid timetable.
    pub broken: Vec<Charge>,
    /// What each `count` rule asked, and what was reached.
    pub quotas: Vec<Quota>,
    /// The rules that gain or cost something, in the event's order.
    pub charges: Vec<Charge>,
    /// The talks left out, by merit, best first.
    pub left_out: Vec<LeftOut>,
    /// The talks around the cut that marks cannot tell apart, by format.
    pub ties: Vec<TieAtCut>,
    /// Why there is no timetable, where there is none and that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// What is right in the event, and probably not what was meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// How far a search settled its answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Settled {
    /// How far.
    pub status: Status,
    /// What ended the search.
    pub stopped_by: StoppedBy,
    /// No timetable is worth more; none where none is known.
    pub bound: Option<f64>,
    /// How far the bound is above the value, as a share of the larger of the two in size.
    pub gap: Option<f64>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Tally {
    /// How many are in the timetable.
    pub placed: usize,
    /// Of how many.
    pub proposed: usize,
}

/// The talks of one format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FormatTally {
    /// The format; absent for talks without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FormatId>,
    /// How many are placed, of those not declined.
    #[serde(flatten)]
    pub talks: Tally,
}

/// A talk as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TalkName {
    /// Its id.
    pub talk: TalkId,
    /// Its title, or its id where it has none.
    pub title: String,
    /// The names of those who give it.
    pub speakers: Vec<String>,
}

/// What a rule gains and costs, and who pays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Charge {
    /// The rule, in words.
    pub rule: String,
    /// Its kind; `event` for what the event itself requires.
    pub kind: String,
    /// At which priority; absent for a required rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What the timetable earns.
    pub gain: f64,
    /// What it pays.
    pub cost: f64,
    /// How many talks earn it.
    pub earners: usize,
    /// The groups and talks against the rule, the dearest first.
    pub payers: Vec<Payer>,
}

/// A group, or talks, against a rule.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Payer {
    /// The group in words; empty where the rule does not group.
    pub group: String,
    /// What was measured, for a rule that measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<i64>,
    /// The least that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// How many units are against the rule.
    pub against: i64,
    /// What that costs.
    pub cost: f64,
    /// The titles of the talks concerned.
    pub talks: Vec<String>,
    /// Where and when, and why it is against the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a summary is made of, whether an answer says it or a timetable and its audit.
struct Sources<'a> {
    placements: &'a [Placement],
    rules: &'a [RuleReport],
}

impl Summary {
    /// Sums up what a search found. `answer` is one to `event`.
    pub fn of(event: &CheckedEvent, answer: &Answer) -> Self {
        let Answer { status, stopped_by, bound, gap, .. } = *answer;
        let sources = Sources { placements: &answer.placements, rules: &answer.rules };
        Self {
            search: Some(Settled { status, stopped_by, bound, gap }),
            value: answer.value,
            priorities: answer.priorities.clone(),
            explanation: answer.explanation.clone(),
            warnings: answer.warnings.clone(),
            ..Self::gather(event, &sources)
        }
    }

    /// Sums up a timetable that somebody made, and its audit. `audit` is that of `timetable`.
    ///
    /// ```
    /// use slotwise::{Audit, Event, Room, Summary, Talk, Timetable};
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.talks.push(Talk::new("t1", "Hello").minutes(20));
    /// let event = event.check()?;
    /// let nothing = Timetable::new([]);
    /// let summary = Summary::of_timetable(&event, &nothing, &Audit::of(&event, &nothing)?);
    /// assert!(summary.broken.is_empty());
    /// assert!(summary.to_string().starts_with("Valid: everything that must hold does."));
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn of_timetable(event: &CheckedEvent, timetable: &Timetable, audit: &Audit) -> Self {
        let sources = Sources { placements: &timetable.placements, rules: &audit.rules };
        let mut warnings = audit.warnings.clone();
        warnings.extend(event.warnings());
        Self { value: Some(audit.value), warnings, ..Self::gather(event, &sources) }
    }

    fn gather(event: &CheckedEvent, sources: &Sources<'_>) -> Self {
        let words = Words::of(event);
        let placed: HashSet<TalkIx> = sources.placements.iter().filter_map(|p| event.find_talk(&p.talk)).collect();
        let required = event.scopes().enumerate().filter(|(_, scope)| scope.required());
        let mut summary = Self {
            event: event.event().name.clone(),
            required: required.filter_map(|(i, _)| words.rule(i).map(str::to_owned)).collect(),
            ..Self::default()
        };
        summary.count(event, &placed);
        summary.read_reports(event, &words, sources.rules);
        (summary.left_out, summary.ties) = cut::at(event, &words, &placed);
        summary
    }

    /// Talks, speakers and formats.
    fn count(&mut self, event: &CheckedEvent, placed: &HashSet<TalkIx>) {
        let mut speakers: BTreeMap<_, bool> = BTreeMap::new();
        let mut formats: BTreeMap<Option<FormatIx>, Tally> = BTreeMap::new();
        for talk in event.talk_indices() {
            let facts = event.talk(talk);
            let is_placed = placed.contains(&talk);
            if facts.status == TalkStatus::Declined && !is_placed {
                continue;
            }
            for tally in [&mut self.talks, formats.entry(facts.format).or_default()] {
                tally.proposed += 1;
                tally.placed += usize::from(is_placed);
            }
            for speaker in &facts.speakers {
                *speakers.entry(*speaker).or_default() |= is_placed;
            }
        }
        self.speakers = Tally { placed: speakers.values().filter(|p| **p).count(), proposed: speakers.len() };
        let named = |(format, talks): (Option<FormatIx>, Tally)| FormatTally {
            format: format.map(|f| event.format_id(f).clone()),
            talks,
        };
        let order = event.formats_as_written();
        let mut formats: Vec<_> = formats.into_iter().collect();
        formats.sort_by_key(|(format, _)| format.map(|format| order.iter().position(|f| *f == format)));
        self.formats = formats.into_iter().map(named).collect();
    }

    /// What is broken, quotas, gains and costs.
    fn read_reports(&mut self, event: &CheckedEvent, words: &Words<'_>, reports: &[RuleReport]) {
        for report in reports {
            let (name, rule) = match report.index.map(|index| index as usize) {
                None => (report.name.as_str(), None),
                // A rule that a question added has the name that it was reported under.
                Some(i) => (words.rule(i).unwrap_or(&report.name), event.event().rules.get(i)),
            };
            self.quotas.extend(Quota::of(words, name, rule, report));
            if report.broken {
                self.broken.push(Charge::of(words, name, report));
            }
            if report.gain != 0.0 || report.cost != 0.0 {
                self.charges.push(Charge::of(words, name, report));
            }
        }
    }

    /// Whether nothing that must hold is broken; also where there is no timetable that could break it.
    pub fn is_valid(&self) -> bool {
        self.broken.is_empty()
    }
}

impl TalkName {
    fn of(event: &CheckedEvent, words: &Words<'_>, talk: TalkIx) -> Self {
        Self { talk: event.talk_id(talk).clone(), title: words.title(talk), speakers: words.speakers(talk) }
    }
}

impl Charge {
    fn of(words: &Words<'_>, name: &str, report: &RuleReport) -> Self {
        let against = |d: &&Detail| d.units > 0 || d.cost > 0.0;
        let mut payers: Vec<&Detail> = report.details.iter().filter(against).collect();
        payers.sort_by(|a, b| b.cost.total_cmp(&a.cost).then(b.units.cmp(&a.units)));
        let payer = |d: &Detail| Payer {
            group: words.group(&d.group),
            measured: d.measured,
            min: d.min,
            max: d.max,
            against: d.units,
            cost: d.cost,
            talks: d.talks.iter().map(|t| words.title_of(t)).collect(),
            why: d.why.clone(),
        };
        let earners = if report.gain == 0.0 { 0 } else { report.details.iter().map(|d| d.talks.len()).sum() };
        Self {
            rule: name.to_owned(),
            kind: report.kind.clone(),
            priority: report.priority,
            gain: report.gain,
            cost: report.cost,
            earners,
            payers: payers.into_iter().map(payer).collect(),
        }
    }
}
