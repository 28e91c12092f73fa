//! `plenary`: nothing else runs while a selected talk does.
//!
//! **Promise.** While a selected talk runs, no other talk does, selected or not. **Cost**: each talk against it, once for
//! each plenary it runs against; a pair of plenaries that run at once is charged once.
//!
//! ```json
//! {"kind": "plenary", "talks": {"tags": {"type": ["keynote"]}}, "required": true}
//! ```

use super::{Finding, Placed, RoomsSeen, RuleKind, Scope, Spot, TimesSeen, pairs};
use crate::{
    event::{Span, TalkIx},
    program::{Draft, Outline, Outlined},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Nothing else runs while a selected talk does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plenary {}

impl Plenary {
    /// Nothing else runs.
    pub fn new() -> Self {
        Self::default()
    }
}

impl RuleKind for Plenary {
    fn kind(&self) -> &'static str {
        "plenary"
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for plenary in placed.of(scope.talks()) {
            for other in placed.spots() {
                let twice = scope.selects(other.talk) && other.talk <= plenary.talk;
                if other.talk != plenary.talk && !twice && other.meets(plenary) {
                    findings.push(Finding::against(1, scope.price(), vec![plenary.talk, other.talk]));
                }
            }
        }
        findings
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let others = |plenary: TalkIx| {
            let all = scope.event().talk_indices();
            all.filter(move |t| *t != plenary && !(scope.selects(*t) && *t < plenary))
        };
        for plenary in scope.talks() {
            for other in others(*plenary) {
                if draft.share_a_room(&[*plenary, other]) {
                    draft.left_to_the_room();
                    continue;
                }
                if scope.required() {
                    draft.never_at_once(&[*plenary, other]);
                    continue;
                }
                let meets = |a: Span, b: Span| i64::from(a.overlaps(b));
                pairs::state_pair(draft, (*plenary, other), Spot::span, meets, |draft| {
                    draft.charge(scope, Vec::new(), vec![*plenary, other])
                });
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
        event::{Amount, Event},
        rules::{
            Merit, Rule, Selection,
            testing::{best, breaks, cost, open, priced, soft, talk, talks},
        },
    };

    /// Three rooms that are open from nine to twelve.
    fn event() -> Event {
        let mut event = open("a b c", "09:00", "12:00");
        event.talks = talks("keynote finale p1 p2");
        event
    }

    fn plenary() -> Rule {
        soft(Plenary::new()).talks(Selection::ids(["keynote", "finale"]))
    }

    #[test]
    fn each_talk_that_runs_against_a_plenary_is_charged() {
        assert_eq!(cost(&event(), &plenary(), "keynote a 09:00, p1 b 09:30, p2 c 11:00"), 0);
        assert_eq!(cost(&event(), &plenary(), "keynote a 09:00, p1 b 09:00, p2 c 09:20"), 2);
    }

    #[test]
    fn a_talk_against_two_plenaries_is_charged_for_each() {
        assert_eq!(cost(&event(), &plenary(), "keynote a 09:00, finale b 09:30, p1 c 09:20"), 2);
    }

    #[test]
    fn two_plenaries_at_once_are_charged_once() {
        assert_eq!(cost(&event(), &plenary(), "keynote a 09:00, finale b 09:10"), 1);
        assert_eq!(cost(&event(), &plenary(), "finale a 09:00, keynote b 09:10, p1 c 09:10"), 3);
    }

    #[test]
    fn talks_that_are_no_plenaries_may_run_at_once() {
        assert_eq!(cost(&event(), &plenary(), "p1 a 09:00, p2 b 09:00"), 0);
    }

    #[test]
    fn a_minute_is_enough_to_break_a_required_plenary() {
        let keynote = Rule::required(Plenary::new()).talks(Selection::ids(["keynote"]));
        assert!(breaks(&event(), &keynote, "keynote a 09:00, p1 b 09:20"));
        assert!(!breaks(&event(), &keynote, "keynote a 09:00, p1 b 09:30, p2 c 09:30"));
    }

    #[test]
    fn a_keynote_worth_more_than_what_it_stops_runs_alone() {
        let mut event = open("a b", "09:00", "09:30");
        event.talks = vec![talk("keynote").merit(Amount::whole(5)), talk("p1").merit(Amount::whole(3))];
        let keynote = |rule: Rule| rule.talks(Selection::ids(["keynote"]));
        let merit = || priced(1, Merit::new());
        assert_eq!(best(&event, [merit(), keynote(Rule::required(Plenary::new()))]), "keynote a 09:00");
        assert_eq!(best(&event, [merit(), keynote(priced(4, Plenary::new()))]), "keynote a 09:00");
        let both = best(&event, [merit(), keynote(priced(2, Plenary::new()))]);
        assert!(both.contains("keynote") && both.contains("p1"), "{both}");
    }
}
