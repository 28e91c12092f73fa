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
    Check, Dimension, Finding, Measure, Placed, RoomsSeen, RuleKind, Scope, TimesSeen, Warn, Where,
    group::Grouping,
    grouped::{AuditedGroups, Needs, StatedGroups, check_groups},
    measure::Measured,
};
use crate::{
    event::RoomIx,
    program::{Draft, Outline, Outlined},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest group's measure is as small as can be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Balance {
    /// What talks are grouped by, one or up to four together.
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

    fn warn(&self, _scope: &Scope<'_>, warn: &mut Warn<'_>) {
        warn.groups(&self.each, &self.measure);
        warn.places("where", &self.places);
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        if self.measure.sees_rooms() || self.each.contains(&Dimension::Room) {
            return RoomsSeen::Each;
        }
        let event = scope.event();
        if self.measure == Measure::Overflow {
            let capacities = RoomIx::all(event.rooms().len()).map(|room| event.room(room).capacity);
            return RoomsSeen::by(self.places.room_sets(event).into_iter().zip(capacities));
        }
        self.places.rooms_seen(event)
    }

    fn times_seen(&self, scope: &Scope<'_>) -> TimesSeen {
        if self.measure.sees_starts() || self.each.iter().any(Dimension::sees_starts) {
            return TimesSeen::Each;
        }
        self.places.times_seen(scope.event())
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let event = scope.event();
        let filter = scope.selection().resolve(event);
        let groups = AuditedGroups::of(event, &self.each, &self.places, placed);
        let measured = Measured::new(event, &filter, &groups.grouping);
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
        let groups = StatedGroups::of(draft, scope, grouping, &self.places, needs, |_| false);
        let measured = Measured::new(event, &filter, &groups.grouping);
        let charge = draft.charge(scope, Vec::new(), Vec::new());
        for (key, atoms) in &groups.atoms {
            if draft.is_stopped() {
                return;
            }
            let sum = self.measure.state(&measured, draft, atoms, &key.1);
            draft.at_most(charge, sum, 0);
        }
    }

    /// It only costs, and single places do not tell what.
    fn outline(&self, _scope: &Scope<'_>, _outline: &mut Outline<'_>) -> Outlined {
        Outlined::AllButCosts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, TalkStatus},
        rules::{
            Rule, Selection,
            testing::{best, cost, grid, judge, open, priced, problems, soft, talk, talks},
        },
    };

    fn event() -> Event {
        let mut event = grid("a b", "09:00 10:00 sat-09:00");
        event.talks = vec![talk("p1").audience(30), talk("p2").audience(20), talk("p3").audience(45)];
        event
    }

    #[test]
    fn the_largest_group_is_paid_for() {
        let days = soft(Balance::of(Measure::Talks, ["day"]));
        assert_eq!(cost(&event(), &days, "p1 a 09:00, p2 a 10:00, p3 a sat-09:00"), 2);
        let people = soft(Balance::of(Measure::Audience, ["day"]));
        assert_eq!(cost(&event(), &people, "p1 a 09:00, p2 a 10:00, p3 a sat-09:00"), 50);
        assert_eq!(cost(&event(), &people, "p1 a 09:00, p3 a 10:00, p2 a sat-09:00"), 75);
    }

    #[test]
    fn an_empty_programme_costs_nothing() {
        assert_eq!(cost(&event(), &soft(Balance::of(Measure::Talks, ["day"])), ""), 0);
    }

    #[test]
    fn only_selected_talks_placed_where_it_says_are_measured() {
        let in_a = soft(Balance::of(Measure::Talks, ["day"]).placed(Where::rooms(["a"])));
        assert_eq!(cost(&event(), &in_a, "p1 a 09:00, p2 b 09:00, p3 b 10:00"), 1);
        let some = soft(Balance::of(Measure::Talks, ["day"])).talks(Selection::ids(["p2"]));
        assert_eq!(cost(&event(), &some, "p1 a 09:00, p2 b 09:00, p3 b 10:00"), 1);
    }

    #[test]
    fn over_time_the_fullest_moment_is_paid_for() {
        let mut event = open("a b c", "09:00", "12:00");
        event.talks = talks("p1 p2 p3");
        let crowd = soft(Balance::of(Measure::Talks, ["time"]));
        assert_eq!(cost(&event, &crowd, "p1 a 09:00, p2 b 09:20, p3 c 09:40"), 2);
        assert_eq!(cost(&event, &crowd, "p1 a 09:00, p2 b 09:10, p3 c 09:20"), 3);
        assert_eq!(cost(&event, &crowd, "p1 a 09:00, p2 b 09:30, p3 c 10:00"), 1);
    }

    #[test]
    fn overflow_adds_up_the_people_over_capacity() {
        let mut event = event();
        event.rooms[0].capacity = Some(25);
        let overflow = soft(Balance::of(Measure::Overflow, ["day"]));
        assert_eq!(cost(&event, &overflow, "p1 a 09:00, p3 a 10:00, p2 a sat-09:00"), 5 + 20);
        assert_eq!(cost(&event, &overflow, "p1 a 09:00, p3 a sat-09:00"), 20);
        assert_eq!(cost(&event, &overflow, "p3 b 09:00"), 0);
    }

    #[test]
    fn the_first_of_the_largest_groups_pays_and_all_are_reported() {
        let report = judge(&event(), &priced(2, Balance::of(Measure::Talks, ["day"])), "p1 a 09:00, p2 a sat-09:00");
        let days: Vec<_> =
            report.details.iter().map(|d| (d.group["day"].as_str(), d.measured, d.cost.to_string())).collect();
        let expected = [("2026-10-30", Some(1), "2".to_owned()), ("2026-10-31", Some(1), "0".to_owned())];
        assert_eq!(days, expected);
    }

    #[test]
    fn the_stars_are_spread_over_the_rooms() {
        let mut event = grid("a b", "09:00 10:00");
        event.talks = talks("star1 star2");
        event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
        let spread = best(&event, [soft(Balance::of(Measure::Talks, ["room"]))]);
        assert!(spread.contains(" a ") && spread.contains(" b "), "{spread}");
    }

    #[test]
    fn there_are_at_most_four_dimensions() {
        let balance = |each: &[&str]| soft(Balance::of(Measure::Talks, each.iter().copied()));
        assert_eq!(problems(&event(), &balance(&["day", "start", "room", "format"])), "");
        let said = "rules[0].each: found 5 dimensions; wanted at most 4";
        assert_eq!(problems(&event(), &balance(&["day", "start", "room", "format", "block"])), said);
    }

    #[test]
    fn a_balance_has_something_to_balance_over_and_is_not_required() {
        let nothing = soft(Balance::of(Measure::Talks, Vec::<Dimension>::new()));
        let said = "rules[0].each: found an empty list; wanted one or more dimensions to balance over";
        assert_eq!(problems(&event(), &nothing), said);
        let required = Rule::required(Balance::of(Measure::Talks, ["day"]));
        let said = "rules[0].required: found true; wanted a `weight`: balance has no bound to require; `count` with a `max` has";
        assert_eq!(problems(&event(), &required), said);
    }
}
