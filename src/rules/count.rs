//! `count`: in each group, a measure of the selected talks stays within bounds.
//!
//! **Promise.** For every group of `each`, the `measure` of the selected talks placed in `where` is at least `min` and at
//! most `max`, or at least `min_share` and at most `max_share` of what the talks of `of` (default: everything placed)
//! measure in the same place and time. **Cost**: each unit outside, rounded up to whole units.
//!
//! ```json
//! {"kind": "count", "each": ["time", "tag:topic"], "measure": "talks", "max": 1, "required": true}
//! {"kind": "count", "each": ["speaker:company"], "measure": "talks", "max_share": "1/3", "weight": 2}
//! ```
//!
//! A share is a number with at most three decimals or a fraction, and a fraction is exact. A third is written `"1/3"`: of
//! three talks that is one, while `0.333` of three is less than one and allows none.
//!
//! Groups of place (`day`, `block`, `start`, `time`, `room`) exist where some talk is placed within `where`, so an empty
//! one owes no minimum; groups of talks (`format`, `speaker`, `tag:KEY`, `speaker:KEY`) exist for every value that some
//! talk not declined has, so an empty one owes it. `time` measures at every moment at which some talk placed within
//! `where` starts, among all that run then. A share's whole is taken over all groups of talks: `max_share` with
//! `each: ["tag:topic"]` limits each topic's share of everything. Where there is no minimum, the audit passes over empty groups
//! of both a place and something of the talk: every speaker in every block, say.

use super::{
    Check, Dimension, Finding, Measure, Placed, RoomsSeen, RuleKind, Scope, Selection, TimesSeen, Warn, Where,
    group::Grouping,
    grouped::{AuditedGroups, Needs, StatedGroups, check_groups},
    measure::Measured,
};
use crate::{
    event::{Share, TalkIx, TalkStatus},
    program::{Charge, Draft, Outline, Outlined, Sum, Var},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// In each group, a measure of the selected talks stays within bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Count {
    /// What talks are grouped by, one or up to four together; none: one group of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub each: Vec<Dimension>,
    /// What is added up.
    pub measure: Measure,
    /// Only talks placed here count.
    #[serde(default, rename = "where", skip_serializing_if = "Where::is_anywhere")]
    pub places: Where,
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// The least, as a share of `of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_share: Option<Share>,
    /// The most, as a share of `of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_share: Option<Share>,
    /// What a share is taken of: everything placed, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Selection>,
}

impl Count {
    /// Counts the measure, without bounds yet.
    pub fn of(measure: Measure) -> Self {
        Self {
            each: Vec::new(),
            measure,
            places: Where::anywhere(),
            min: None,
            max: None,
            min_share: None,
            max_share: None,
            of: None,
        }
    }

    /// In each of these groups.
    pub fn each<D: Into<Dimension>>(mut self, dimensions: impl IntoIterator<Item = D>) -> Self {
        self.each = dimensions.into_iter().map(Into::into).collect();
        self
    }

    /// Of talks placed there.
    pub fn placed(mut self, places: Where) -> Self {
        self.places = places;
        self
    }

    /// At least so many.
    pub fn min(mut self, min: u32) -> Self {
        self.min = Some(min);
        self
    }

    /// At most so many.
    pub fn max(mut self, max: u32) -> Self {
        self.max = Some(max);
        self
    }

    /// At least and at most these shares of everything placed.
    pub fn share(mut self, min: impl Into<Share>, max: impl Into<Share>) -> Self {
        (self.min_share, self.max_share) = (Some(min.into()), Some(max.into()));
        self
    }

    /// Shares are of these talks.
    pub fn share_of(mut self, of: Selection) -> Self {
        self.of = Some(of);
        self
    }

    fn has_shares(&self) -> bool {
        self.min_share.is_some() || self.max_share.is_some()
    }
}

impl RuleKind for Count {
    fn kind(&self) -> &'static str {
        "count"
    }

    fn title(&self) -> String {
        let each: Vec<_> = self.each.iter().map(ToString::to_string).collect();
        let by = if each.is_empty() { String::new() } else { format!(" by {}", each.join(" and ")) };
        format!("count {}{by}", self.measure)
    }

    fn check(&self, check: &mut Check<'_>) {
        check.places(&self.places, "where");
        if let Some(of) = &self.of {
            check.selection(of, "of");
            if !self.has_shares() {
                check.problem("of", "no share of it", "`min_share` or `max_share` beside `of`");
            }
        }
        if self.min.is_none() && self.max.is_none() && !self.has_shares() {
            check.problem("", "no bound", "one or more of `min`, `max`, `min_share`, `max_share`");
        }
        if let (Some(min), Some(max)) = (self.min, self.max)
            && min > max
        {
            check.problem("max", max.to_string(), format!("at least the `min`, {min}"));
        }
        if let (Some(min), Some(max)) = (self.min_share, self.max_share)
            && min > max
        {
            check.problem("max_share", max.to_string(), format!("at least the `min_share`, {min}"));
        }
        for (field, share) in [("min_share", self.min_share), ("max_share", self.max_share)] {
            share.into_iter().for_each(|share| check.share(field, share));
        }
        check_groups(check, &self.each, &self.measure);
        if self.measure == Measure::Overflow {
            check.problem("measure", "\"overflow\"", "a measure of `count`: overflow is one of `balance`");
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        warn.groups(&self.each, &self.measure);
        warn.places("where", &self.places);
        if let Some(of) = &self.of {
            warn.selection("of", of);
        }
        let talks = warn.open_talks().count();
        let accepted = warn.open_talks().filter(|t| scope.event().talk(*t).status == TalkStatus::Accepted).count();
        if !scope.required() || self.measure != Measure::Talks || !self.each.is_empty() {
            return;
        }
        if let Some(min) = self.min.filter(|min| *min as usize > talks) {
            warn.impossible("min", format!("at least {min} talks must be placed, and the rule is about {talks}"));
        }
        if let Some(max) = self.max.filter(|max| (*max as usize) < accepted && self.places.is_anywhere()) {
            let text =
                format!("at most {max} talks may be placed, and {accepted} of those the rule is about are accepted");
            warn.impossible("max", text);
        }
    }

    /// A minimum does, where a group exists in which nothing is placed yet.
    fn draws(&self, scope: &Scope<'_>) -> bool {
        let owed = self.min.is_some_and(|min| min > 0) || self.min_share.is_some();
        owed && !self.each.iter().any(Dimension::is_place) && (scope.required() || scope.price() > 0)
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        if self.measure.sees_rooms() || self.each.contains(&Dimension::Room) {
            return RoomsSeen::Each;
        }
        self.places.rooms_seen(scope.event())
    }

    fn times_seen(&self, scope: &Scope<'_>) -> TimesSeen {
        if self.measure.sees_starts() || self.each.iter().any(Dimension::sees_starts) {
            return TimesSeen::Each;
        }
        self.places.times_seen(scope.event())
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let event = scope.event();
        let of = self.of.clone().unwrap_or_default();
        let (selected, whole) = (scope.selection().resolve(event), of.resolve(event));
        let groups = AuditedGroups::of(event, &self.each, &self.places, placed);
        let measured = Measured::new(event, &selected, &groups.grouping);
        let everything = Grouping::of(&[]);
        let whole_measured = Measured::new(event, &whole, &everything);
        let owed = self.min.is_some() || self.min_share.is_some();
        let keys = if owed { groups.each().collect() } else { groups.each_that_says_something() };
        keys.into_iter()
            .map(|key| {
                let spots = groups.spots(&key).filter(|s| scope.selects(s.talk));
                let value = self.measure.audit(&measured, spots.clone(), &key.1);
                let total = self.has_shares().then(|| {
                    let spots = groups.in_place(&key.0).filter(|s| whole.has(event, s.talk));
                    self.measure.audit(&whole_measured, spots, &[])
                });
                let whole = total.unwrap_or(0);
                let min = self.min.map(i64::from).max(self.min_share.map(|s| s.least_of(whole)));
                let max = [self.max.map(i64::from), self.max_share.map(|s| s.most_of(whole))];
                let max = max.into_iter().flatten().min();
                let units = (min.unwrap_or(0) - value).max(value - max.unwrap_or(value)).max(0);
                let talks = spots.map(|s| s.talk).collect();
                Finding { measured: Some(value), total, min, max, ..Finding::against(units, scope.cost(units), talks) }
                    .of(groups.grouping.words(event, &key))
            })
            .collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let event = scope.event();
        let of = self.of.clone().unwrap_or_default();
        let (selected, whole) = (scope.selection().resolve(event), of.resolve(event));
        let soft = !scope.required();
        let grouping = Grouping::of(&self.each);
        let needs = Needs {
            standing: self.min.is_some() || self.min_share.is_some(),
            // Only a bound that can be broken at a moment at which nothing starts must be told where something does.
            existence: self.min.is_some() || (grouping.by_time() && (soft || self.has_shares())),
            whole: self.has_shares(),
        };
        // Where there is only a maximum, talks that do not reach it even if all are placed need no rows.
        let only_max = self.max.filter(|_| self.min.is_none() && !self.has_shares());
        let idle = |talks: &[TalkIx]| {
            let most = talks.iter().map(|t| self.measure.most_of_a_talk(event, *t)).sum::<Option<usize>>();
            only_max.zip(most).is_some_and(|(max, most)| most <= max as usize)
        };
        let groups = StatedGroups::of(draft, scope, grouping, &self.places, needs, idle);
        let measured = Measured::new(event, &selected, &groups.grouping);
        let everything = Grouping::of(&[]);
        let whole_measured = Measured::new(event, &whole, &everything);
        for (key, atoms) in &groups.atoms {
            if draft.is_stopped() {
                return;
            }
            let sum = self.measure.state(&measured, draft, atoms, &key.1);
            let label = groups.grouping.words(event, key);
            let charge = draft.charge(scope, label, Vec::new());
            let exists = groups.exists(draft, &key.0);
            if let Some(min) = self.min {
                at_least(draft, charge, &sum, i64::from(min), exists);
            }
            let when = groups.only_at_starts(&key.0).then_some(exists).flatten();
            if let Some(max) = self.max {
                draft.row(charge, sum.clone(), None, Some(i64::from(max)), 1, when);
            }
            if self.has_shares() {
                let in_place = groups.in_place.get(&key.0).map_or(&[][..], Vec::as_slice);
                let of: Vec<Var> = in_place.iter().copied().filter(|v| whole.has(event, draft.atom(*v).talk)).collect();
                let total = self.measure.state(&whole_measured, draft, &of, &[]);
                for (share, least) in [(self.min_share, true), (self.max_share, false)] {
                    let Some(share) = share else { continue };
                    // In lowest terms: unit * measure - part * total, in units of `unit`.
                    let (part, unit) = share.terms();
                    let mut excess = Sum::default();
                    excess.add_sum(&sum, unit);
                    excess.add_sum(&total, -part);
                    let (lower, upper) = if least { (Some(0), None) } else { (None, Some(0)) };
                    draft.row(charge, excess, lower, upper, unit, when);
                }
            }
        }
    }

    /// It only costs, and single places do not tell what.
    fn outline(&self, _scope: &Scope<'_>, _outline: &mut Outline<'_>) -> Outlined {
        Outlined::AllButCosts
    }
}

/// The sum is at least `min` where the group exists.
fn at_least(draft: &mut Draft<'_>, charge: Charge, sum: &Sum, min: i64, exists: Option<Var>) {
    match exists {
        None => draft.row(charge, sum.clone(), Some(min), None, 1, None),
        // Where the group does not exist, its sum is 0: the row says so without a condition.
        Some(exists) => {
            let mut missing = sum.clone();
            missing.add(exists, -min);
            draft.row(charge, missing, Some(0), None, 1, None);
        }
    }
}

#[cfg(test)]
mod tests;
