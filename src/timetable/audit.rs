//! The audit: what a timetable gains and costs, rule by rule, from the event and the rules alone.
//!
//! It never sees the program that a solver worked on, so that it can catch the solver, or the program, lying.

use super::{Timetable, facts, read};
use crate::{
    event::{CheckedEvent, Problems, TalkId, Warning},
    rules::{Finding, Placed, Scope, Stakes, TooLarge},
};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many rules take longer to audit than threads take to be told.
const MANY: usize = 1000;

/// What a timetable gains and costs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Audit {
    /// Whether nothing that must hold is broken.
    pub valid: bool,
    /// Gains less costs, over all priorities.
    pub value: f64,
    /// The same in thousandths, by priority.
    #[serde(skip)]
    pub values: BTreeMap<u32, i64>,
    /// What is broken of the event itself, then every rule in the event's order.
    pub rules: Vec<RuleReport>,
    /// What the timetable says besides and what is not so: the end of a talk that was moved, the slot that it is no more in, a
    /// value that it has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What a timetable gains and costs by one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RuleReport {
    /// The rule's position in the event's list of rules, from 0; those that [`CheckedEvent::with_rule`] or a
    /// [`Query`](crate::Query) added follow after the event's. Absent for what the event itself requires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// The rule's name.
    pub name: String,
    /// Its kind; `event` for what the event itself requires.
    pub kind: String,
    /// Whether it must hold.
    pub required: bool,
    /// Whether something that must hold is broken.
    pub broken: bool,
    /// At which priority its costs are settled; absent for a required rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What the timetable pays.
    pub cost: f64,
    /// What the timetable earns.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gain: f64,
    /// What was found, group by group.
    pub details: Vec<Detail>,
}

/// What was found of a rule in one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Detail {
    /// The group: dimension and key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub group: BTreeMap<String, String>,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<i64>,
    /// What the whole measured that the rule takes shares of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// The least that the rule wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most that the rule wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// How many units are against the rule.
    #[serde(default, rename = "against", skip_serializing_if = "is_none")]
    pub units: i64,
    /// What that costs.
    pub cost: f64,
    /// The talks concerned.
    pub talks: Vec<TalkId>,
    /// Where and when, and why it is against the event, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(amount: &f64) -> bool {
    *amount == 0.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_none(units: &i64) -> bool {
    *units == 0
}

/// Thousandths as a number.
pub(super) fn amount(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

impl Audit {
    /// Judges a timetable.
    ///
    /// # Errors
    ///
    /// When the timetable names what the event does not have, or when it gains and costs more than exact arithmetic holds.
    /// A timetable that breaks rules is no error: the audit says so. Nor is one whose ends and slots do not go with its starts and
    /// rooms: the audit is of starts and rooms, and warns.
    ///
    /// ```
    /// use slotwise::{Audit, Event, Placement, Room, Slot, Talk, Timetable, civil::date};
    /// let day = date(2026, 10, 30);
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.rooms.push(Room::new("hall"));
    /// event.slots.push(Slot::new("s1", day.at(19, 0, 0, 0), day.at(19, 30, 0, 0)).rooms(["hall"]));
    /// event.talks.push(Talk::new("long", "Too long").minutes(45));
    /// let event = event.check()?;
    /// let timetable = Timetable::new([Placement::new("long", "hall", day.at(19, 0, 0, 0))]);
    /// assert!(!Audit::of(&event, &timetable)?.valid);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn of(event: &CheckedEvent, timetable: &Timetable) -> Result<Self, Problems> {
        let audit = Self::exact(event, &timetable.resolve(event)?)?;
        Ok(Self { warnings: timetable.contradictions(event), ..audit })
    }

    /// Reads a timetable of that event from JSON, and judges it. What else the file says of it (its `value`, the talks
    /// `left_out`) is compared with what is so.
    ///
    /// # Errors
    ///
    /// Those of [`Timetable::read`] and of [`Audit::of`].
    ///
    /// ```
    /// use slotwise::{Audit, Event};
    /// let event = Event::read(r#"{"name": "Meetup", "timezone": "Europe/Paris", "talks": [{"id": "p1", "minutes": 20}]}"#)?;
    /// let (_, audit) = Audit::read(r#"{"value": 7, "placements": [], "left_out": ["p1"]}"#, &event)?;
    /// assert!(audit.valid);
    /// assert_eq!(audit.warnings[0].to_string(), "value: the file says 7, and the timetable is worth 0");
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn read(text: &str, event: &CheckedEvent) -> Result<(Timetable, Self), Problems> {
        let (timetable, claims) = read::claimed(text, event)?;
        let mut audit = Self::of(event, &timetable)?;
        audit.warnings.extend(claims.against(event, &timetable, audit.value));
        Ok((timetable, audit))
    }

    /// Judges spots. Of an event whose weights are [too large](TooLarge) for exact arithmetic, amounts may stand at the end of
    /// their range.
    pub fn of_placed(event: &CheckedEvent, placed: &Placed<'_>) -> Self {
        Self::judge(event, placed).0
    }

    /// The same; an error where some amount is not exact.
    fn exact(event: &CheckedEvent, placed: &Placed<'_>) -> Result<Self, TooLarge> {
        let (audit, mut stakes) = Self::judge(event, placed);
        stakes.check(event).map(|()| audit)
    }

    /// The audit, and all that it added up.
    fn judge(event: &CheckedEvent, placed: &Placed<'_>) -> (Self, Stakes) {
        let mut stakes = Stakes::default();
        let mut values = BTreeMap::from([(1, 0_i64)]);
        let mut rules: Vec<_> = facts::reports(event, placed).into_iter().filter(|r| r.broken).collect();
        let judge = |rule: usize| {
            let scope = event.scope(rule);
            let findings = if event.is_off(scope.index()) { Vec::new() } else { scope.kind().audit(&scope, placed) };
            let value = findings.iter().map(|f| f.gain.saturating_sub(f.cost)).fold(0, i64::saturating_add);
            let amounts = findings.iter().map(|f| i128::from(f.gain).abs() + i128::from(f.cost).abs());
            (scope.priority(), value, amounts.sum(), RuleReport::of_rule(&scope, findings))
        };
        let all = 0..event.rule_count();
        // Where there is a pool of threads already, the work is shared out; to start one would not pay.
        let judged: Vec<(u32, i64, i128, RuleReport)> = if rayon::current_thread_index().is_some() && all.len() > MANY {
            all.into_par_iter().map(judge).collect()
        } else {
            all.map(judge).collect()
        };
        for (rule, (priority, value, stake, report)) in (0..).zip(judged) {
            stakes.add(rule, stake);
            let total: &mut i64 = values.entry(priority).or_default();
            *total = total.saturating_add(value);
            rules.push(report);
        }
        let value = amount(values.values().copied().fold(0, i64::saturating_add));
        (Self { valid: rules.iter().all(|r| !r.broken), value, values, rules, warnings: Vec::new() }, stakes)
    }

    /// What must hold and is broken.
    pub fn broken(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|r| r.broken)
    }
}

impl RuleReport {
    fn of_rule(scope: &Scope<'_>, findings: Vec<Finding>) -> Self {
        let required = scope.required();
        let broken = findings.iter().any(|f| f.broken || required && f.units > 0);
        let priority = (!required).then(|| scope.priority());
        let report = Self::of(scope.event(), scope.name(), scope.kind().kind(), required, broken, priority, findings);
        Self { index: Some(scope.index()), ..report }
    }

    pub(super) fn of_event(event: &CheckedEvent, name: &str, cases: Vec<(Finding, Option<String>)>) -> Self {
        let (findings, reasons): (Vec<Finding>, Vec<Option<String>>) = cases.into_iter().unzip();
        let broken = !findings.is_empty();
        let mut report = Self::of(event, name, "event", true, broken, None, findings);
        for (detail, why) in report.details.iter_mut().zip(reasons) {
            detail.why = why;
        }
        report
    }

    fn of(
        event: &CheckedEvent,
        name: &str,
        kind: &str,
        required: bool,
        broken: bool,
        priority: Option<u32>,
        findings: Vec<Finding>,
    ) -> Self {
        let cost = findings.iter().map(|f| f.cost).fold(0, i64::saturating_add);
        let gain = findings.iter().map(|f| f.gain).fold(0, i64::saturating_add);
        let details = findings
            .into_iter()
            .map(|f| Detail {
                group: f.group.into_iter().collect(),
                measured: f.measured,
                total: f.total,
                min: f.min,
                max: f.max,
                units: f.units,
                cost: amount(f.cost),
                talks: f.talks.into_iter().map(|t| event.talk_id(t).clone()).collect(),
                why: None,
            })
            .collect();
        Self {
            index: None,
            name: name.to_owned(),
            kind: kind.to_owned(),
            required,
            broken,
            priority,
            cost: amount(cost),
            gain: amount(gain),
            details,
        }
    }
}
