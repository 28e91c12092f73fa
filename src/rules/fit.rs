//! `fit`: the audience fits the room.
//!
//! **Promise.** No placed talk expects more people than its room seats, and `tolerance` (a share of the capacity such as 0.1
//! or `"1/3"`, rounded down to whole people) on top. **Cost**: each person over that; with `empty_weight`, also each empty
//! seat at that weight. A required rule has nothing to weigh, so `empty_weight` does not stand beside `required`. A room
//! without a capacity fits all; a talk without an audience expects nobody and is not charged for empty seats.
//!
//! ```json
//! {"kind": "fit", "weight": 1, "tolerance": 0.1, "empty_weight": 0.01}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Strength, TimesSeen, Warn};
use crate::{
    event::{Amount, CheckedEvent, RoomIx, Share, TalkIx, TalkStatus},
    program::{Draft, Outline, Outlined, Sum},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audience fits the room.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fit {
    /// The share of the capacity that may be exceeded free.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tolerance: Share,
    /// What each empty seat costs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub empty_weight: Amount,
}

impl Fit {
    /// Nobody stands.
    pub fn new() -> Self {
        Self::default()
    }

    /// So large a share of the capacity may be exceeded free.
    pub fn tolerance(mut self, share: impl Into<Share>) -> Self {
        self.tolerance = share.into();
        self
    }

    /// Each empty seat costs that much.
    pub fn empty_weight(mut self, weight: Amount) -> Self {
        self.empty_weight = weight;
        self
    }

    fn cost(&self, scope: &Scope<'_>, over: i64, empty: i64) -> i64 {
        scope.cost(over).saturating_add(self.empty_weight.thousandths().saturating_mul(empty))
    }

    /// How many people a room of that capacity holds free.
    fn most(&self, capacity: i64) -> i64 {
        capacity + self.tolerance.most_of(capacity)
    }

    /// People over the capacity and its tolerance, and empty seats.
    fn misfit(&self, event: &CheckedEvent, talk: TalkIx, room: RoomIx) -> (i64, i64) {
        let audience = event.talk(talk).audience;
        let Some(capacity) = event.room(room).capacity else { return (0, 0) };
        let most = self.most(capacity);
        let known = event.canonical().talks[talk.at()].audience.is_some();
        ((audience - most).max(0), if known { (capacity - audience).max(0) } else { 0 })
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl RuleKind for Fit {
    fn kind(&self) -> &'static str {
        "fit"
    }

    fn check(&self, check: &mut Check<'_>) {
        check.share("tolerance", self.tolerance);
        if check.strength() == Strength::Required && !is_default(&self.empty_weight) {
            let wanted = "one of the two: empty seats are weighed by a second rule `fit`, whose `weight` may be 0";
            check.problem("empty_weight", "a weight beside \"required\": true", wanted);
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        let event = scope.event();
        if event.rooms().iter().all(|room| room.capacity.is_none()) {
            warn.say("", "no room has a `capacity`, so every audience fits");
        } else if warn.open_talks().next().is_some()
            && warn.open_talks().all(|t| event.canonical().talks[t.at()].audience.is_none())
        {
            warn.say("", "none of the talks says how large its `audience` is, so every one fits");
        }
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    /// Of rooms that hold every audience, nothing but their empty seats is seen, if those cost anything.
    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        let event = scope.event();
        let talks = || scope.talks().iter().filter(|t| event.talk(**t).status != TalkStatus::Declined);
        let known = talks().filter(|t| event.canonical().talks[t.at()].audience.is_some());
        let largest = talks().map(|t| event.talk(*t).audience).max().unwrap_or(0);
        let smallest = known.map(|t| event.talk(*t).audience).min().unwrap_or(i64::MAX);
        let seats_cost = !is_default(&self.empty_weight);
        RoomsSeen::by(RoomIx::all(event.rooms().len()).map(|room| {
            let capacity = event.room(room).capacity;
            let most = capacity.map_or(largest, |seats| self.most(seats).min(largest));
            (most, capacity.filter(|seats| seats_cost && *seats > smallest))
        }))
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Blocks
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let event = scope.event();
        placed
            .of(scope.talks())
            .filter_map(|spot| {
                let (over, empty) = self.misfit(event, spot.talk, spot.room);
                let cost = self.cost(scope, over, empty);
                let people = event.talk(spot.talk).audience;
                let max = event.room(spot.room).capacity;
                (over > 0 || cost > 0).then(|| Finding {
                    measured: Some(people),
                    max,
                    ..Finding::against(over, cost, vec![spot.talk])
                        .of(vec![("room".to_owned(), event.room_id(spot.room).to_string())])
                })
            })
            .collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let event = scope.event();
        // What a talk pays depends on its room alone.
        let mut cost_in = vec![(0, 0); draft.classes().len()];
        for talk in scope.talks() {
            for (class, place) in draft.classes().iter().zip(&mut cost_in) {
                let (over, empty) = self.misfit(event, *talk, class.rooms[0]);
                *place = (over, self.cost(scope, over, empty));
            }
            let mut over_full = Vec::new();
            for var in draft.atoms(*talk) {
                let (over, cost) = cost_in[draft.atom(var).class.at()];
                draft.earn(scope, var, -cost);
                if over > 0 && scope.required() {
                    over_full.push(var);
                }
            }
            if !over_full.is_empty() {
                let charge = draft.charge(scope, Vec::new(), vec![*talk]);
                draft.at_most(charge, Sum::each(over_full), 0);
            }
        }
    }

    fn outline(&self, scope: &Scope<'_>, outline: &mut Outline<'_>) -> Outlined {
        let event = scope.event();
        for talk in scope.talks() {
            let misfit = |room| self.misfit(event, *talk, room);
            outline.gain_by_room(scope, *talk, |room| -self.cost(scope, misfit(room).0, misfit(room).1));
            if scope.required() {
                outline.bar_rooms(*talk, |room| misfit(room).0 > 0);
            }
        }
        Outlined::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Event,
        rules::{
            Rule, Selection,
            testing::{best, breaks, cost, grid, judge, priced, problems, soft, talk},
        },
    };

    /// Rooms of 15 and 40 seats and one that nobody measured; talks that 17 and 30 people want, and one of which nothing
    /// is known.
    fn event() -> Event {
        let mut event = grid("small large open", "09:00 10:00");
        event.rooms[0].capacity = Some(15);
        event.rooms[1].capacity = Some(40);
        event.talks = vec![talk("p17").audience(17), talk("p30").audience(30), talk("unknown")];
        event
    }

    #[test]
    fn each_person_over_the_capacity_is_charged() {
        assert_eq!(cost(&event(), &soft(Fit::new()), "p17 small 09:00, p30 small 10:00"), 2 + 15);
        assert_eq!(cost(&event(), &soft(Fit::new()), "p17 large 09:00, p30 large 10:00"), 0);
        assert_eq!(cost(&event(), &priced(3, Fit::new()), "p17 small 09:00"), 6000);
    }

    #[test]
    fn tolerance_is_rounded_down_to_whole_people() {
        let tenth = Fit::new().tolerance(Amount::from_thousandths(100));
        assert_eq!(cost(&event(), &soft(tenth.clone()), "p17 small 09:00"), 1);
        assert_eq!(cost(&event(), &soft(tenth), "p30 small 09:00"), 14);
    }

    #[test]
    fn a_room_without_a_capacity_fits_all_and_has_no_empty_seat() {
        let fit = Fit::new().empty_weight(Amount::ONE);
        assert_eq!(cost(&event(), &soft(fit), "p30 open 09:00"), 0);
    }

    #[test]
    fn each_empty_seat_is_charged_at_its_own_weight() {
        let fit = Fit::new().empty_weight(Amount::from_thousandths(2));
        assert_eq!(cost(&event(), &soft(fit.clone()), "p30 large 09:00"), 10 * 2);
        assert_eq!(cost(&event(), &priced(7, fit), "p30 large 09:00, p17 small 09:00"), 10 * 2 + 2 * 7000);
    }

    #[test]
    fn a_talk_without_an_audience_is_not_charged_for_empty_seats() {
        let fit = Fit::new().empty_weight(Amount::ONE);
        assert_eq!(cost(&event(), &soft(fit), "unknown large 09:00"), 0);
    }

    #[test]
    fn a_required_fit_is_broken_by_one_person_too_many() {
        let fit = Rule::required(Fit::new());
        assert!(breaks(&event(), &fit, "p17 small 09:00"));
        assert!(!breaks(&event(), &fit, "p30 large 09:00"));
        assert_eq!(cost(&event(), &fit, "p30 large 09:00"), 0);
    }

    #[test]
    fn empty_seats_are_not_weighed_by_a_required_fit_but_by_a_second_one() {
        let seats = Fit::new().empty_weight(Amount::ONE);
        let said = "rules[0].empty_weight: found a weight beside \"required\": true; wanted one of the two: empty seats are \
                    weighed by a second rule `fit`, whose `weight` may be 0";
        assert_eq!(problems(&event(), &Rule::required(seats.clone())), said);
        let second = Rule::weighted(Amount::ZERO, seats);
        assert_eq!(cost(&event(), &second, "p17 small 09:00, p30 large 09:00"), 10_000);
    }

    #[test]
    fn a_third_of_the_seats_may_stand_exactly() {
        let third = Fit::new().tolerance(Share::ratio(2, 15));
        assert_eq!(cost(&event(), &soft(third), "p17 small 09:00"), 0);
        let less = Fit::new().tolerance(Amount::from_thousandths(133));
        assert_eq!(cost(&event(), &soft(less), "p17 small 09:00"), 1);
    }

    #[test]
    fn a_finding_names_the_room_and_how_many_came() {
        let report = judge(&event(), &soft(Fit::new()), "p17 small 09:00, p30 large 09:00");
        let [finding] = &report.details[..] else { unreachable!("one talk is too large: {report:?}") };
        assert_eq!((finding.group["room"].as_str(), finding.measured, finding.max), ("small", Some(17), Some(15)));
    }

    #[test]
    fn the_larger_audience_gets_the_larger_room() {
        let mut event = grid("small large", "09:00");
        event.rooms[0].capacity = Some(15);
        event.rooms[1].capacity = Some(40);
        let accepted = crate::event::TalkStatus::Accepted;
        event.talks = vec![talk("p17").audience(17).status(accepted), talk("p30").audience(30).status(accepted)];
        assert_eq!(best(&event, [soft(Fit::new())]), "p30 large 09:00, p17 small 09:00");
        assert_eq!(best(&event, [Rule::required(Fit::new())]), "none");
        let p30 = Rule::required(Fit::new()).talks(Selection::ids(["p30"]));
        assert_eq!(best(&event, [p30]), "p30 large 09:00, p17 small 09:00");
    }

    #[test]
    fn a_tolerance_above_the_whole_room_is_a_problem() {
        let said = format!("rules[0].tolerance: found 1.5; wanted {}", Share::WANTED);
        assert_eq!(problems(&event(), &soft(Fit::new().tolerance(Amount::from_thousandths(1500)))), said);
    }
}
