//! `place`: selected talks are kept in, or kept out of, some places.
//!
//! **Promise.** Every selected talk that is placed is placed in `where` (`want: "in"`) or outside it (`want: "out"`).
//! **Cost**: each talk placed against it. A talk that is left out costs nothing.
//!
//! ```json
//! {"kind": "place", "talks": {"tags": {"level": ["beginner"]}}, "where": {"blocks": ["morning"]}, "want": "in", "weight": 3}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, TimesSeen, Warn, Where, where_::Sees};
use crate::{
    event::{RoomIx, TalkStatus},
    program::{Draft, Moment, Outline, Outlined, Sum},
    text::quoted,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Selected talks are kept in, or kept out of, some places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Place {
    /// The places.
    #[serde(rename = "where")]
    pub places: Where,
    /// Whether the talks are to be in them or out of them.
    pub want: Want,
}

/// In or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Want {
    /// In the places.
    In,
    /// Out of the places.
    Out,
}

impl Place {
    /// Placed there, if placed.
    pub fn within(places: Where) -> Self {
        Self { places, want: Want::In }
    }

    /// Placed elsewhere, if placed.
    pub fn outside(places: Where) -> Self {
        Self { places, want: Want::Out }
    }
}

impl RuleKind for Place {
    fn kind(&self) -> &'static str {
        "place"
    }

    fn check(&self, check: &mut Check<'_>) {
        check.places(&self.places, "where");
        if self.places.is_anywhere() {
            check.problem("where", "an empty object, which is everywhere", "rooms, slots, blocks, days or windows");
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        warn.places("where", &self.places);
        if !scope.required() {
            return;
        }
        let event = scope.event();
        let within = self.places.resolve(event);
        for talk in scope.talks().iter().filter(|t| event.talk(**t).status == TalkStatus::Accepted) {
            if warn.leaves_none(*talk, |spot| within.has(spot) == (self.want == Want::In)) {
                let id = quoted(event.talk_id(*talk).as_str());
                warn.impossible("where", format!("the talk {id} is accepted, and the rule leaves it no place"));
            }
        }
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        self.places.rooms_seen(scope.event())
    }

    fn times_seen(&self, scope: &Scope<'_>) -> TimesSeen {
        self.places.times_seen(scope.event())
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let within = self.places.resolve(scope.event());
        let against = |inside: bool| inside != (self.want == Want::In);
        placed
            .of(scope.talks())
            .filter(|spot| against(within.has(spot)))
            .map(|spot| Finding::against(1, scope.price(), vec![spot.talk]))
            .collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let sites = draft.sites(&self.places);
        for talk in scope.talks() {
            let inside = draft.atoms_at(*talk, &sites);
            if scope.required() {
                let against = match self.want {
                    Want::Out => inside,
                    // Both lists ascend.
                    Want::In => draft.atoms(*talk).filter(|v| inside.binary_search(v).is_err()).collect(),
                };
                if !against.is_empty() {
                    let charge = draft.charge(scope, Vec::new(), vec![*talk]);
                    draft.at_most(charge, Sum::each(against), 0);
                }
                continue;
            }
            // A talk is in one place, so what it pays is a plain sum: no penalty variable is needed. Where it is wanted
            // in, it pays wherever it is placed and has it back inside.
            let each = match self.want {
                Want::Out => -scope.price(),
                Want::In => scope.price(),
            };
            if self.want == Want::In {
                draft.earn_placed(scope, *talk, -scope.price());
            }
            draft.earn_each(scope, &inside, each);
        }
    }

    /// Places that are told by their rooms alone, or by their times alone, are told in outline.
    fn outline(&self, scope: &Scope<'_>, outline: &mut Outline<'_>) -> Outlined {
        let within = self.places.resolve(scope.event());
        // Without times, or without rooms, no talk has a place.
        let Some(time) = outline.places.times.first().copied() else { return Outlined::All };
        let any_room = RoomIx(0);
        for talk in scope.talks() {
            let against = |time: &Moment, room| within.has(&time.spot(*talk, room)) != (self.want == Want::In);
            let by_room = |room| against(&time, room);
            let by_time = |time: &Moment| against(time, any_room);
            match (self.places.sees(), scope.required()) {
                (Sees::Rooms, true) => outline.bar_rooms(*talk, by_room),
                (Sees::Rooms, false) => {
                    outline.gain_by_room(scope, *talk, |room| if by_room(room) { -scope.price() } else { 0 });
                }
                (Sees::Times, true) => outline.bar_times(*talk, by_time),
                (Sees::Times, false) => {
                    outline.gain_by_time(scope, *talk, |time| if by_time(time) { -scope.price() } else { 0 });
                }
                (Sees::Both, _) => return Outlined::AllButCosts,
            }
        }
        Outlined::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Amount, Block, Event},
        rules::{
            Merit, Rule, Selection,
            testing::{at, best, best_value, breaks, cost, grid, priced, problems, soft, talk, talks},
        },
    };

    fn event() -> Event {
        let mut event = grid("big small", "09:00 14:00");
        event.blocks.push(Block::new("morning", at("09:00"), at("12:00")));
        event.talks = talks("p1 p2");
        event
    }

    #[test]
    fn each_talk_outside_is_charged_where_it_is_wanted_in() {
        let in_the_big = soft(Place::within(Where::rooms(["big"])));
        assert_eq!(cost(&event(), &in_the_big, "p1 big 09:00, p2 big 14:00"), 0);
        assert_eq!(cost(&event(), &in_the_big, "p1 big 09:00, p2 small 09:00"), 1);
        assert_eq!(cost(&event(), &in_the_big, "p1 small 09:00, p2 small 14:00"), 2);
    }

    #[test]
    fn each_talk_inside_is_charged_where_it_is_wanted_out() {
        let not_in_the_morning = soft(Place::outside(Where::blocks(["morning"])));
        assert_eq!(cost(&event(), &not_in_the_morning, "p1 big 09:00, p2 small 09:00"), 2);
        assert_eq!(cost(&event(), &not_in_the_morning, "p1 big 14:00, p2 small 09:00"), 1);
        assert_eq!(cost(&event(), &not_in_the_morning, "p1 big 14:00, p2 small 14:00"), 0);
    }

    #[test]
    fn a_talk_that_is_left_out_costs_nothing() {
        assert_eq!(cost(&event(), &soft(Place::within(Where::rooms(["big"]))), ""), 0);
    }

    #[test]
    fn only_selected_talks_are_asked() {
        let p1_in_the_big = soft(Place::within(Where::rooms(["big"]))).talks(Selection::ids(["p1"]));
        assert_eq!(cost(&event(), &p1_in_the_big, "p1 small 09:00, p2 small 14:00"), 1);
    }

    #[test]
    fn a_required_place_is_broken_by_one_talk() {
        let in_the_big = Rule::required(Place::within(Where::rooms(["big"])));
        assert!(!breaks(&event(), &in_the_big, "p1 big 09:00"));
        assert!(breaks(&event(), &in_the_big, "p1 big 09:00, p2 small 09:00"));
    }

    #[test]
    fn what_is_required_leaves_talks_out_and_what_is_preferred_is_paid_where_it_is_worth_it() {
        let mut event = grid("big small", "09:00");
        event.talks = vec![talk("p1").merit(Amount::whole(5)), talk("p2").merit(Amount::whole(4))];
        let merit = || priced(1, Merit::new());
        let in_the_big = Place::within(Where::rooms(["big"]));
        assert_eq!(best(&event, [merit(), Rule::required(in_the_big.clone())]), "p1 big 09:00");
        assert_eq!(best_value(&event, [merit(), priced(3, in_the_big)]), 5000 + 4000 - 3000);
    }

    #[test]
    fn everywhere_is_no_place_to_want() {
        let said =
            "rules[0].where: found an empty object, which is everywhere; wanted rooms, slots, blocks, days or windows";
        assert_eq!(problems(&event(), &soft(Place::within(Where::anywhere()))), said);
    }
}
