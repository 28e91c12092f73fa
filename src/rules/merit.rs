//! `merit`: take the worthiest talks.
//!
//! **Promise.** Each selected talk that is placed earns its merit times the rule's weight, rounded to a thousandth.
//! **Reward**: weight times merit.
//!
//! ```json
//! {"kind": "merit", "weight": 10}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, TimesSeen, Warn};
use crate::event::{TalkIx, TalkStatus, warnings::nothing_draws};
use crate::program::{Draft, Outline, Outlined};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Take the worthiest talks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Merit {}

impl Merit {
    /// Take the worthiest talks.
    pub fn new() -> Self {
        Self::default()
    }
}

impl RuleKind for Merit {
    fn kind(&self) -> &'static str {
        "merit"
    }

    fn check(&self, check: &mut Check<'_>) {
        check.only_weighted("a reward cannot be required");
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        let event = scope.event();
        // Where no other rule makes a talk worth placing either, that is told of the event.
        if nothing_draws(event) {
            return;
        }
        if warn.open_talks().next().is_some() && warn.open_talks().all(|talk| event.talk(talk).merit == 0) {
            warn.say("", "none of the talks has a merit: neither marks that count nor a `merit` of its own");
        }
    }

    fn draws(&self, scope: &Scope<'_>) -> bool {
        let event = scope.event();
        let proposed = |talk: &&TalkIx| event.talk(**talk).status == TalkStatus::Proposed;
        scope.price() > 0 && scope.talks().iter().filter(proposed).any(|talk| event.talk(*talk).merit > 0)
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Blocks
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let talks: Vec<_> = placed.of(scope.talks()).map(|s| s.talk).collect();
        let gain = talks.iter().map(|t| scope.price_times(scope.event().talk(*t).merit)).fold(0, i64::saturating_add);
        vec![Finding::gain(gain, talks)]
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in scope.talks() {
            let reward = scope.price_times(scope.event().talk(*talk).merit);
            draft.earn_placed(scope, *talk, reward);
        }
    }

    fn outline(&self, scope: &Scope<'_>, outline: &mut Outline<'_>) -> Outlined {
        for talk in scope.talks() {
            outline.gain(scope, *talk, scope.price_times(scope.event().talk(*talk).merit));
        }
        Outlined::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{best, gain, grid, problems, soft, talks};
    use crate::{
        event::{Amount, Event},
        rules::{Rule, Selection},
    };

    /// Two rooms, two hours, and talks of merit 4, 3 and none.
    fn event() -> Event {
        let mut event = grid("a b", "09:00 10:00");
        event.talks = talks("good fair plain");
        event.talks[0].merit = Some(Amount::whole(4));
        event.talks[1].merit = Some(Amount::whole(3));
        event
    }

    #[test]
    fn each_placed_talk_earns_its_merit() {
        let merit = soft(Merit::new());
        assert_eq!(gain(&event(), &merit, "good a 09:00, fair b 09:00"), 7);
        assert_eq!(gain(&event(), &merit, "fair a 10:00"), 3);
        assert_eq!(gain(&event(), &merit, ""), 0);
    }

    #[test]
    fn a_talk_of_no_merit_earns_nothing() {
        assert_eq!(gain(&event(), &soft(Merit::new()), "plain a 09:00"), 0);
    }

    #[test]
    fn talks_that_are_not_selected_earn_nothing() {
        let merit = soft(Merit::new()).talks(Selection::ids(["fair"]));
        assert_eq!(gain(&event(), &merit, "good a 09:00, fair b 09:00"), 3);
    }

    #[test]
    fn a_reward_is_rounded_to_a_thousandth_talk_by_talk() {
        let mut event = event();
        event.talks[0].merit = Some(Amount::from_thousandths(333));
        event.talks[1].merit = Some(Amount::from_thousandths(333));
        let half = Rule::weighted(Amount::from_thousandths(500), Merit::new());
        assert_eq!(gain(&event, &half, "good a 09:00"), 167);
        assert_eq!(gain(&event, &half, "good a 09:00, fair b 09:00"), 334);
    }

    #[test]
    fn the_worthiest_talks_are_taken() {
        let mut event = grid("a", "09:00 10:00");
        event.talks = talks("t3 t5 t1 t4");
        for (talk, merit) in event.talks.iter_mut().zip([3, 5, 1, 4]) {
            talk.merit = Some(Amount::whole(merit));
        }
        let taken = best(&event, [soft(Merit::new())]);
        assert!(taken.contains("t5") && taken.contains("t4") && taken.matches('t').count() == 2, "{taken}");
    }

    #[test]
    fn a_reward_cannot_be_required() {
        let said = "rules[0].required: found true; wanted a `weight`: a reward cannot be required";
        assert_eq!(problems(&event(), &Rule::required(Merit::new())), said);
    }
}
