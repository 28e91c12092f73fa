//! Quotas: what each `count` rule asked, and what was reached, condensed to its extreme groups.

use super::words::{Words, of_measure};
use crate::{
    event::Amount,
    rules::{BuiltIn, Rule},
    timetable::{Detail, RuleReport},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a `count` rule asked, and what was reached.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Quota {
    /// The rule, in words.
    pub rule: String,
    /// What it counts: `talks`, `speakers`, `minutes`...
    pub measure: String,
    /// Whether it must hold.
    pub required: bool,
    /// The least asked of each group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most asked of each group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The least share asked, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_share: Option<f64>,
    /// The most share asked, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_share: Option<f64>,
    /// How many groups there are.
    pub groups: usize,
    /// In how many of them less or more was reached than asked.
    pub outside: usize,
    /// The group that reached least; none where there is no group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest: Option<Reached>,
    /// The group that reached most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highest: Option<Reached>,
}

/// What groups at one end reached.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Reached {
    /// What was measured.
    pub measured: i64,
    /// What it is a share of, where the rule asks for shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// The groups that reached this, in words; an empty one for the only group of a rule that does not group.
    pub groups: Vec<String>,
}

impl Reached {
    /// The share that was reached, from 0 to 1; none where the rule asks for none, or there is nothing to share.
    pub fn share(&self) -> Option<f64> {
        self.total.filter(|total| *total > 0).map(|total| self.measured as f64 / total as f64)
    }
}

impl Quota {
    /// What a rule's report says of its quota; none for another kind of rule. `rule` is the rule as it was written; none
    /// for one that embedding code added, whose shares are then told in units.
    pub(super) fn of(words: &Words<'_>, name: &str, rule: Option<&Rule>, report: &RuleReport) -> Option<Self> {
        if report.kind != "count" {
            return None;
        }
        let details = &report.details;
        let mut quota = Self {
            rule: name.to_owned(),
            measure: String::new(),
            required: report.required,
            min: None,
            max: None,
            min_share: None,
            max_share: None,
            groups: details.len(),
            outside: details.iter().filter(|d| d.units > 0).count(),
            lowest: None,
            highest: None,
        };
        if let Some(Rule { kind: BuiltIn::Count(count), .. }) = rule {
            quota.measure = of_measure(&count.measure);
            (quota.min, quota.max) = (count.min.map(i64::from), count.max.map(i64::from));
            (quota.min_share, quota.max_share) =
                (count.min_share.map(Amount::as_f64), count.max_share.map(Amount::as_f64));
        } else {
            (quota.min, quota.max) = (details.iter().find_map(|d| d.min), details.iter().find_map(|d| d.max));
        }
        let shares = quota.min_share.is_some() || quota.max_share.is_some();
        quota.lowest = extreme(words, details, shares, std::cmp::Ordering::is_lt);
        quota.highest = extreme(words, details, shares, std::cmp::Ordering::is_gt);
        Some(quota)
    }
}

/// The groups at one end. Shares are compared as shares, exactly; a group without anything to share has none.
fn extreme(
    words: &Words<'_>,
    details: &[Detail],
    shares: bool,
    further: impl Fn(std::cmp::Ordering) -> bool,
) -> Option<Reached> {
    let measured = |d: &Detail| i128::from(d.measured.unwrap_or(0));
    let total = |d: &Detail| if shares { i128::from(d.total.unwrap_or(0)) } else { 1 };
    let compare = |a: &Detail, b: &Detail| (measured(a) * total(b)).cmp(&(measured(b) * total(a)));
    let known = || details.iter().filter(|d| total(d) > 0);
    let Some(mut end) = known().next() else {
        let first = details.first()?;
        let total = first.total.filter(|_| shares);
        return Some(Reached { measured: first.measured.unwrap_or(0), total, groups: vec![words.group(&first.group)] });
    };
    for detail in known() {
        if further(compare(detail, end)) {
            end = detail;
        }
    }
    let groups = known().filter(|d| compare(d, end).is_eq()).map(|d| words.group(&d.group)).collect();
    Some(Reached { measured: end.measured.unwrap_or(0), total: end.total.filter(|_| shares), groups })
}
