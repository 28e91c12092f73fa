//! Quotas: what each `count` rule asked, and what was reached, condensed to its extreme groups.

use super::words::{Words, bounds, of_measure, percent, some};
use crate::{
    event::Share,
    rules::{Kind, Rule},
    timetable::{Detail, RuleReport},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a `count` rule asked, and what was reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
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
        if let Some(Rule { kind: Kind::Count(count), .. }) = rule {
            quota.measure = of_measure(&count.measure);
            (quota.min, quota.max) = (count.min.map(i64::from), count.max.map(i64::from));
            (quota.min_share, quota.max_share) =
                (count.min_share.map(Share::as_f64), count.max_share.map(Share::as_f64));
        } else {
            (quota.min, quota.max) = (details.iter().find_map(|d| d.min), details.iter().find_map(|d| d.max));
        }
        let shares = quota.min_share.is_some() || quota.max_share.is_some();
        quota.lowest = extreme(words, details, shares, std::cmp::Ordering::is_lt);
        quota.highest = extreme(words, details, shares, std::cmp::Ordering::is_gt);
        Some(quota)
    }

    /// What was asked, in words.
    pub(super) fn asked(&self) -> String {
        let share = match (self.min_share, self.max_share) {
            (Some(min), Some(max)) => format!("{} to {}", percent(min).trim_end_matches(" %"), percent(max)),
            (Some(min), None) => format!("at least {}", percent(min)),
            (None, Some(max)) => format!("at most {}", percent(max)),
            (None, None) => String::new(),
        };
        let units = bounds(self.min, self.max);
        let asked: Vec<_> = [units, share].into_iter().filter(|words| !words.is_empty()).collect();
        asked.join(", ")
    }

    /// What was reached, in words: the group at the end that matters, and where it is.
    pub(super) fn reached(&self) -> String {
        let (Some(low), Some(high)) = (&self.lowest, &self.highest) else { return "there is no such group".to_owned() };
        let groups = some(self.groups, "group");
        let outside = match self.outside {
            0 => String::new(),
            n if n == self.groups => "; not one as asked".to_owned(),
            n => format!("; {n} not as asked"),
        };
        if self.groups == 1 {
            let group = low.groups.first().map_or("", String::as_str);
            return if group.is_empty() { low.amount() } else { format!("{} ({group})", low.amount()) };
        }
        let alike = (low.measured, low.total) == (high.measured, high.total);
        let least = self.min.is_some() || self.min_share.is_some();
        let most = self.max.is_some() || self.max_share.is_some();
        let range = match (least, most) {
            _ if alike => format!("{} in each of {groups}", low.amount()),
            (true, false) => format!("lowest {} of {groups}", low.end()),
            (false, true) => format!("highest {} of {groups}", high.end()),
            _ => format!("{} to {}, {groups}", low.end(), high.end()),
        };
        range + &outside
    }
}

impl Reached {
    /// What was reached at one end, and where, as far as that is few groups.
    fn end(&self) -> String {
        match self.groups.len() {
            n if n <= 2 => format!("{} ({})", self.amount(), self.groups.join("; ")),
            n => format!("{} (in {n})", self.amount()),
        }
    }

    /// What was reached, in words.
    fn amount(&self) -> String {
        match (self.share(), self.total) {
            (Some(share), Some(total)) => format!("{} ({} of {total})", percent(share), self.measured),
            (None, Some(_)) => "nothing to take a share of".to_owned(),
            _ => self.measured.to_string(),
        }
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
