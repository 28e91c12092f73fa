//! `keep`: stay with what was published.
//!
//! **Promise.** Every published talk that is not declined keeps its room and start, and nothing is added. **Cost**: `time`
//! for each talk at another start, `room` for each in another room, `drop` for each left out, `add` for each that was not
//! published; all four times the rule's `weight`, which is 1 if not said. What was published to start before `before`
//! stays as it is, required; where the rule is required and names no such time, everything does. A required rule has nothing
//! to weigh. Where the clocks go back and show a start twice, `published` says with `start_offset` which of the two it was;
//! the other is another start.
//!
//! ```json
//! {"kind": "keep", "time": 5, "room": 1, "drop": 20, "add": 2, "before": "2026-10-30T12:00"}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Spot, TimesSeen, Warn};
use crate::{
    event::{Amount, CivilTime, Minute, RoomIx, TalkIx, TalkStatus},
    program::{Draft, Outline, Outlined, Sum},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Stay with what was published.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Keep {
    /// What another start costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Amount>,
    /// What another room costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Amount>,
    /// What leaving out a published talk costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop: Option<Amount>,
    /// What placing a talk costs that was not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<Amount>,
    /// What was published to start before this stays as it is. Where the clocks show the time twice, it is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CivilTime>,
}

impl Keep {
    /// Stay with what was published, at no cost yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another start costs that much.
    pub fn time(mut self, weight: Amount) -> Self {
        self.time = Some(weight);
        self
    }

    /// Another room costs that much.
    pub fn room(mut self, weight: Amount) -> Self {
        self.room = Some(weight);
        self
    }

    /// Leaving out a published talk costs that much.
    pub fn drop(mut self, weight: Amount) -> Self {
        self.drop = Some(weight);
        self
    }

    /// Placing a talk that was not published costs that much.
    #[expect(clippy::should_implement_trait, reason = "named after its field, as `time`, `room` and `drop` are")]
    pub fn add(mut self, weight: Amount) -> Self {
        self.add = Some(weight);
        self
    }

    /// What was published to start before that time stays.
    pub fn before(mut self, time: impl Into<CivilTime>) -> Self {
        self.before = Some(time.into());
        self
    }

    /// The selected talks that can be placed, with their published places.
    fn talks<'a>(scope: &Scope<'a>) -> impl Iterator<Item = (TalkIx, Option<(RoomIx, Minute)>)> + use<'a> {
        let event = scope.event();
        let open = scope.talks().iter().filter(move |t| event.talk(**t).status != TalkStatus::Declined);
        open.map(move |t| (*t, event.talk(*t).published))
    }

    /// Whether a talk with that published place must stay as it is.
    fn frozen(&self, scope: &Scope<'_>, published: Option<(RoomIx, Minute)>) -> bool {
        let limit = self.before.and_then(|time| scope.event().minute(time));
        match limit {
            Some(limit) => published.is_some_and(|(_, start)| start < limit),
            None => scope.required(),
        }
    }

    /// How far the spot is from the published place: another start, another room, not published.
    fn changes(spot: &Spot, published: Option<(RoomIx, Minute)>) -> [bool; 3] {
        published.map_or([false, false, true], |(room, start)| [spot.start != start, spot.room != room, false])
    }

    /// At most three weights times a factor, each below 2^50.
    fn price(&self, scope: &Scope<'_>, changes: [bool; 3]) -> i64 {
        let weights = [self.time, self.room, self.add];
        changes.into_iter().zip(weights).filter(|(changed, _)| *changed).map(|(_, w)| Self::weigh(scope, w)).sum()
    }

    fn weigh(scope: &Scope<'_>, weight: Option<Amount>) -> i64 {
        scope.price_times(weight.unwrap_or_default().thousandths())
    }
}

impl RuleKind for Keep {
    fn kind(&self) -> &'static str {
        "keep"
    }

    fn check(&self, check: &mut Check<'_>) {
        let weights = [("time", self.time), ("room", self.room), ("drop", self.drop), ("add", self.add)];
        let weights: Vec<_> = weights.into_iter().filter(|(_, weight)| weight.is_some()).collect();
        if check.strength() == super::Strength::Required {
            for (field, _) in weights {
                let wanted = "one of the two: where the rule is required, nothing changes at any price";
                check.problem(field, "a weight beside \"required\": true", wanted);
            }
        } else if weights.is_empty() && self.before.is_none() {
            let wanted = "one or more of `time`, `room`, `drop`, `add`, `before`, or \"required\": true";
            check.problem("", "nothing to keep", wanted);
        }
        if let Some(time) = self.before {
            check.minute("before", time);
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        let event = scope.event();
        let mut published = Self::talks(scope).filter_map(|(_, published)| published).peekable();
        let weights = [self.time, self.room, self.drop, self.add];
        if event.event().published.is_empty() {
            warn.say("", "the event has no `published` programme, so there is nothing to keep");
        } else if published.peek().is_none() {
            warn.say("", "none of the talks was published, so there is nothing to keep");
        } else if let Some((time, limit)) = self.before.and_then(|time| Some((time, event.minute(time)?)))
            && published.all(|(_, start)| start >= limit)
        {
            warn.say("before", format!("nothing was published to start before {time}"));
        }
        if !scope.required()
            && self.before.is_none()
            && weights.iter().flatten().all(|weight| *weight == Amount::default())
        {
            warn.say("", "all its weights are 0, so it changes nothing");
        }
    }

    /// What was published is kept in, where leaving it out costs something.
    fn draws(&self, scope: &Scope<'_>) -> bool {
        let proposed = |talk: TalkIx| scope.event().talk(talk).status == TalkStatus::Proposed;
        let kept = |published| Self::weigh(scope, self.drop) > 0 || self.frozen(scope, published);
        Self::talks(scope).any(|(talk, published)| published.is_some() && proposed(talk) && kept(published))
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        let published: BTreeSet<RoomIx> = Self::talks(scope).filter_map(|(_, published)| Some(published?.0)).collect();
        // A room that nothing was published in is like any other such room.
        RoomsSeen::by(RoomIx::all(scope.event().rooms().len()).map(|room| published.get(&room)))
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (talk, published) in Self::talks(scope) {
            let frozen = self.frozen(scope, published);
            let (changes, cost, words) = match (placed.spot(talk), published) {
                (None, None) => continue,
                (None, Some(_)) => (1, Self::weigh(scope, self.drop), "dropped"),
                (Some(spot), _) => {
                    let changes = Self::changes(spot, published);
                    let words = match changes {
                        [true, true, _] => "time and room",
                        [true, ..] => "time",
                        [_, true, _] => "room",
                        _ => "added",
                    };
                    (changes.iter().filter(|c| **c).count() as i64, self.price(scope, changes), words)
                }
            };
            let cost = if scope.required() { 0 } else { cost };
            if changes > 0 && (frozen || cost > 0) {
                let mut finding = Finding::against(changes, cost, vec![talk]).of(vec![("change".into(), words.into())]);
                finding.broken = frozen;
                findings.push(finding);
            }
        }
        findings
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for (talk, published) in Self::talks(scope) {
            let mut kept = Sum::default();
            for var in draft.atoms(talk) {
                let changes = Self::changes(&draft.spot(var), published);
                if changes.contains(&true) {
                    draft.earn(scope, var, -self.price(scope, changes));
                } else {
                    kept.add(var, 1);
                }
            }
            let mut dropped = Sum::constant(i64::from(published.is_some()));
            if published.is_some() {
                dropped.add_sum(&draft.placed(talk), -1);
                draft.gain(scope, &dropped, -Self::weigh(scope, self.drop));
            }
            if self.frozen(scope, published) {
                let charge = draft.require(Vec::new(), vec![talk]);
                match published {
                    Some(_) => draft.row(charge, kept, Some(1), None, 1, None),
                    None => draft.at_most(charge, draft.placed(talk), 0),
                }
            }
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
        event::{Event, Published},
        rules::{
            Merit, Rule, Selection,
            testing::{at, best, breaks, cost, grid, judge, priced, problems, soft, talks},
        },
    };

    /// Two rooms and three hours; p1 and p2 are published, p3 is not.
    fn event() -> Event {
        let mut event = grid("a b", "09:00 10:00 11:00");
        event.talks = talks("p1 p2 p3");
        event.published = vec![Published::new("p1", "a", at("09:00")), Published::new("p2", "b", at("11:00"))];
        event
    }

    /// Another start costs 1, another room 10, a talk dropped 100, a talk added 1000; at the weight 0.001.
    fn keep() -> Keep {
        let whole = Amount::whole;
        Keep::new().time(whole(1)).room(whole(10)).drop(whole(100)).add(whole(1000))
    }

    #[test]
    fn each_change_has_its_own_price() {
        let keep = soft(keep());
        assert_eq!(cost(&event(), &keep, "p1 a 09:00, p2 b 11:00"), 0);
        assert_eq!(cost(&event(), &keep, "p1 a 10:00, p2 b 11:00"), 1);
        assert_eq!(cost(&event(), &keep, "p1 b 09:00, p2 b 11:00"), 10);
        assert_eq!(cost(&event(), &keep, "p1 b 10:00, p2 b 11:00"), 11);
        assert_eq!(cost(&event(), &keep, "p1 a 09:00"), 100);
        assert_eq!(cost(&event(), &keep, "p1 a 09:00, p2 b 11:00, p3 a 10:00"), 1000);
        assert_eq!(cost(&event(), &keep, "p3 a 10:00"), 1200);
    }

    #[test]
    fn prices_are_times_the_weight_of_the_rule() {
        assert_eq!(cost(&event(), &priced(3, keep()), "p1 a 10:00, p2 b 11:00"), 3000);
    }

    #[test]
    fn a_declined_talk_is_not_dropped() {
        let mut event = event();
        event.talks[0].status = TalkStatus::Declined;
        assert_eq!(cost(&event, &soft(keep()), "p2 b 11:00"), 0);
        assert!(!breaks(&event, &Rule::required(Keep::new()), "p2 b 11:00"));
    }

    #[test]
    fn what_starts_before_the_freeze_stays() {
        let frozen = soft(Keep::new().before(at("11:00")));
        assert!(!breaks(&event(), &frozen, "p1 a 09:00"));
        assert!(breaks(&event(), &frozen, "p1 a 10:00"));
        assert!(breaks(&event(), &frozen, "p1 b 09:00"));
        assert!(breaks(&event(), &frozen, "p2 b 11:00"));
        assert!(!breaks(&event(), &frozen, "p1 a 09:00, p2 a 10:00"));
        assert!(!breaks(&event(), &frozen, "p1 a 09:00, p3 b 09:00"));
    }

    #[test]
    fn required_before_a_time_only_what_starts_before_it_stays() {
        let early = Rule::required(Keep::new().before(at("11:00")));
        assert!(!breaks(&event(), &early, "p1 a 09:00, p2 a 10:00"));
        assert!(breaks(&event(), &early, "p1 a 10:00, p2 b 11:00"));
    }

    #[test]
    fn where_the_rule_is_required_nothing_changes_at_all() {
        let all = Rule::required(Keep::new());
        assert!(!breaks(&event(), &all, "p1 a 09:00, p2 b 11:00"));
        assert!(breaks(&event(), &all, "p1 a 09:00, p2 b 10:00"));
        assert!(breaks(&event(), &all, "p1 a 09:00"));
        assert!(breaks(&event(), &all, "p1 a 09:00, p2 b 11:00, p3 a 10:00"));
    }

    #[test]
    fn talks_that_are_not_selected_may_move() {
        let only = soft(keep()).talks(Selection::ids(["p2", "p3"]));
        assert_eq!(cost(&event(), &only, "p1 b 10:00, p2 a 11:00"), 10);
    }

    #[test]
    fn a_finding_says_what_changed() {
        let report = judge(&event(), &soft(keep()), "p1 b 10:00, p3 a 09:00");
        let changes: Vec<_> =
            report.details.iter().map(|d| (d.talks[0].as_str(), d.group["change"].as_str())).collect();
        assert_eq!(changes, [("p1", "time and room"), ("p2", "dropped"), ("p3", "added")]);
    }

    #[test]
    fn the_cheapest_change_makes_room_for_a_closure() {
        let mut event = event();
        event.rooms[0] = event.rooms[0].clone().unavailable(at("09:00"), at("11:00"));
        assert_eq!(best(&event, [soft(keep())]), "p1 a 11:00, p2 b 11:00");
        assert_eq!(best(&event, [Rule::required(Keep::new())]), "none");
    }

    #[test]
    fn a_talk_is_added_where_it_is_worth_its_price() {
        let mut event = event();
        event.talks[2].merit = Some(Amount::whole(5));
        let adding =
            |price| Keep::new().time(Amount::ONE).room(Amount::ONE).drop(Amount::whole(9)).add(Amount::whole(price));
        let with_p3 = best(&event, [priced(1, Merit::new()), priced(1, adding(4))]);
        assert!(with_p3.contains("p3"), "{with_p3}");
        assert_eq!(best(&event, [priced(1, Merit::new()), priced(1, adding(6))]), "p1 a 09:00, p2 b 11:00");
    }

    #[test]
    fn weights_or_a_time_beside_required_are_a_problem() {
        let said = |keep: Keep| problems(&event(), &Rule::required(keep));
        let wanted = "one of the two: where the rule is required, nothing changes at any price";
        let found = |field| format!("rules[0].{field}: found a weight beside \"required\": true; wanted {wanted}");
        assert_eq!(said(keep()), ["time", "room", "drop", "add"].map(found).join("\n"));
        assert_eq!(said(Keep::new().before(at("11:00"))), "");
        assert_eq!(said(Keep::new()), "");
    }

    #[test]
    fn nothing_to_keep_is_a_problem() {
        let said = "rules[0]: found nothing to keep; wanted one or more of `time`, `room`, `drop`, `add`, `before`, or \"required\": true";
        assert_eq!(problems(&event(), &soft(Keep::new())), said);
    }
}
