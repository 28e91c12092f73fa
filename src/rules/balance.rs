//! `balance`: the largest group's measure is as small as can be.
//!
//! **Promise.** The largest `measure` that any group of `each` has is kept small: crowding is fair, stars are spread.
//! **Cost**: that maximum, times the weight.
//!
//! ```json
//! {"kind": "balance", "each": ["day"], "measure": "audience", "weight": 0.01}
//! ```
//!
//! Groups are those of `count`. The measure `overflow` adds up the people over capacity.

use super::{
    Check, Dimension, Finding, Measure, Placed, RoomsSeen, RuleKind, Scope, Where,
    group::Grouping,
    grouped::{AuditedGroups, Needs, StatedGroups, check_groups},
    measure::Measured,
};
use crate::program::Draft;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest group's measure is as small as can be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Balance {
    /// What talks are grouped by, one or several together.
    pub each: Vec<Dimension>,
    /// What is added up.
    pub measure: Measure,
    /// Only talks placed here count.
    #[serde(default, rename = "where", skip_serializing_if = "Where::is_anywhere")]
    pub places: Where,
}

impl Balance {
    /// The largest measure of these groups is kept small.
    pub fn of<D: Into<Dimension>>(measure: Measure, each: impl IntoIterator<Item = D>) -> Self {
        Self { each: each.into_iter().map(Into::into).collect(), measure, places: Where::anywhere() }
    }

    /// Of talks placed there.
    pub fn placed(mut self, places: Where) -> Self {
        self.places = places;
        self
    }
}

impl RuleKind for Balance {
    fn kind(&self) -> &'static str {
        "balance"
    }

    fn title(&self) -> String {
        let each: Vec<_> = self.each.iter().map(ToString::to_string).collect();
        format!("balance {} by {}", self.measure, each.join(" and "))
    }

    fn check(&self, check: &mut Check<'_>) {
        check.only_weighted("balance has no bound to require; `count` with a `max` has");
        check.places(&self.places, "where");
        if self.each.is_empty() {
            check.problem("each", "an empty list", "one or more dimensions to balance over");
        }
        check_groups(check, &self.each, &self.measure);
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        if self.measure.sees_rooms() || self.each.contains(&Dimension::Room) {
            return RoomsSeen::All;
        }
        self.places.rooms_seen(scope.event())
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let event = scope.event();
        let filter = scope.selection().resolve(event);
        let groups = AuditedGroups::of(event, &self.each, &self.places, placed);
        let measured = Measured { event, filter: &filter, grouping: &groups.grouping };
        let mut findings: Vec<Finding> = groups
            .each()
            .map(|key| {
                let spots = groups.spots(&key).filter(|s| scope.selects(s.talk));
                let value = self.measure.audit(&measured, spots.clone(), &key.1);
                let talks = spots.map(|s| s.talk).collect();
                Finding { measured: Some(value), ..Finding::against(0, 0, talks) }
                    .of(groups.grouping.words(event, &key))
            })
            .collect();
        // The first of the largest groups pays.
        let largest = findings.iter().rev().max_by_key(|f| f.measured).and_then(|f| f.measured).unwrap_or(0);
        if let Some(payer) = findings.iter_mut().find(|f| f.measured == Some(largest)) {
            payer.units = largest;
            payer.cost = scope.cost(largest);
        }
        findings
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let event = scope.event();
        let filter = scope.selection().resolve(event);
        let grouping = Grouping::of(&self.each);
        // A measure never grows between two starts, so the maximum over all moments is one over those at which
        // something starts: no moment needs a condition.
        let needs = Needs { standing: false, existence: false, whole: false };
        let groups = StatedGroups::of(draft, scope, grouping, &self.places, needs);
        let measured = Measured { event, filter: &filter, grouping: &groups.grouping };
        let charge = draft.charge(scope, Vec::new(), Vec::new());
        for (key, atoms) in &groups.atoms {
            let sum = self.measure.state(&measured, draft, atoms, &key.1);
            draft.at_most(charge, sum, 0);
        }
    }
}
