//! `distance`: how far a timetable is from another one.
//!
//! **Promise.** The distance from the other timetable is within `min` and `max`: the number of selected talks that are in one
//! of the two and not in the other, or in both at different starts. The names of rooms do not count. **Cost**: the weight
//! times how far it is outside.
//!
//! It is for embedding code, which asks for timetables near to one or far from it; events as files have
//! [`keep`](super::Keep), which prices each kind of change.

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, TimesSeen};
use crate::{
    event::{CivilTime, Minute, TalkId, TalkIx, UtcOffset},
    program::{Draft, Sum},
};
use std::collections::BTreeMap;

/// How far a timetable is from another one.
///
/// ```
/// use slotwise::{Amount, Placement, Query, Timetable, civil::date, rules::{Distance, Rule}};
///
/// let nine = date(2026, 10, 30).at(9, 0, 0, 0);
/// let published = Timetable::new([Placement::new("p1", "hall", nine)]);
/// // At least two talks chosen otherwise or at another time.
/// let other = Query::new().own_rule(Rule::<Distance>::required(Distance::from(&published).min(2)));
/// # let _ = other;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Distance {
    /// When each talk of the other timetable starts.
    starts: Vec<(TalkId, CivilTime, Option<UtcOffset>)>,
    /// The least that the distance may be.
    pub min: Option<u32>,
    /// The most that it may be.
    pub max: Option<u32>,
}

impl Distance {
    /// The distance from the timetable in which these talks start then, not bounded yet. `Distance::from(&timetable)` takes
    /// them from one.
    pub fn from_starts(starts: impl IntoIterator<Item = (TalkId, CivilTime, Option<UtcOffset>)>) -> Self {
        Self { starts: starts.into_iter().collect(), min: None, max: None }
    }

    /// It is at least that far.
    pub fn min(mut self, least: u32) -> Self {
        self.min = Some(least);
        self
    }

    /// It is at most that far; 0 for the same talks at the same times.
    pub fn max(mut self, most: u32) -> Self {
        self.max = Some(most);
        self
    }

    /// The selected talks that the other timetable has, and when they start there.
    fn there(&self, scope: &Scope<'_>) -> BTreeMap<TalkIx, Minute> {
        let event = scope.event();
        let resolved = |(talk, start, offset): &(TalkId, CivilTime, Option<UtcOffset>)| {
            Some((event.find_talk(talk)?, event.minute_at(*start, *offset)?))
        };
        self.starts.iter().filter_map(resolved).filter(|(talk, _)| scope.selects(*talk)).collect()
    }

    /// The selected talks that are in one of the two timetables and not in the other, or in both at different starts.
    pub(crate) fn talks_that_differ(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<TalkIx> {
        let there = self.there(scope);
        let here = |talk: TalkIx| placed.spot(talk).map(|spot| spot.start);
        scope.talks().iter().copied().filter(|talk| here(*talk) != there.get(talk).copied()).collect()
    }

    /// How many they are, as a sum over the atoms of the draft.
    pub(crate) fn sum(&self, scope: &Scope<'_>, draft: &Draft<'_>) -> Sum {
        let there = self.there(scope);
        let mut far = Sum::default();
        for talk in scope.talks() {
            match there.get(talk) {
                None => far.add_sum(&draft.placed(*talk), 1),
                Some(start) => {
                    far.add_sum(&Sum::constant(1), 1);
                    for var in draft.atoms(*talk).filter(|var| draft.atom(*var).start == *start) {
                        far.add(var, -1);
                    }
                }
            }
        }
        far
    }
}

impl RuleKind for Distance {
    fn kind(&self) -> &'static str {
        "distance"
    }

    fn title(&self) -> String {
        "distance from another timetable".to_owned()
    }

    fn check(&self, check: &mut Check<'_>) {
        for (i, (talk, start, offset)) in self.starts.iter().enumerate() {
            check.talk(&format!("from[{i}].talk"), talk);
            if self.starts[..i].iter().any(|(other, ..)| other == talk) {
                check.problem(&format!("from[{i}].talk"), format!("{talk} a second time"), "each talk once");
            }
            let known = check.minute(&format!("from[{i}].start"), *start).is_some();
            let wanted = offset.and_then(|offset| check.event().wanted_offset(*start, offset)).filter(|_| known);
            if let (Some(wanted), Some(offset)) = (wanted, offset) {
                check.problem(&format!("from[{i}].start_offset"), format!("\"{offset}\""), wanted);
            }
        }
        match (self.min, self.max) {
            (None, None) => check.problem("", "neither `min` nor `max`", "one of them, or both"),
            (Some(min), Some(max)) if max < min => {
                check.problem("max", max.to_string(), format!("a number from `min` on, {min}"));
            }
            _ => {}
        }
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let talks = self.talks_that_differ(scope, placed);
        let far = talks.len() as i64;
        let (min, max) = (self.min.map(i64::from), self.max.map(i64::from));
        let units = min.map_or(0, |min| min - far).max(max.map_or(0, |max| far - max)).max(0);
        let finding = Finding::against(units, scope.cost(units), talks);
        vec![Finding { measured: Some(far), min, max, ..finding }]
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let far = self.sum(scope, draft);
        // With `max` 0, each talk that differs costs the same, so the cost is a sum over single places.
        if !scope.required() && self.min.is_none() && self.max == Some(0) {
            draft.gain(scope, &far, -scope.price());
            return;
        }
        let charge = draft.charge(scope, Vec::new(), Vec::new());
        draft.row(charge, far, self.min.map(i64::from), self.max.map(i64::from), 1, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Amount, Event, TalkStatus},
        rules::{
            Merit, Rule, Selection, check_agreement,
            testing::{at, checked, grid, soft, talks},
        },
        solve::{Keep, Model, Query, SolveOptions},
        timetable::{Audit, Placement, Timetable},
    };

    /// Two rooms and three hours; three talks.
    fn event() -> Event {
        let mut event = grid("a b", "09:00 10:00 11:00");
        event.talks = talks("p1 p2 p3");
        event
    }

    fn timetable(spots: &[(&str, &str, &str)]) -> Timetable {
        Timetable::new(spots.iter().map(|(talk, room, start)| Placement::new(*talk, *room, at(start))))
    }

    fn far(here: &[(&str, &str, &str)]) -> i64 {
        let from = Distance::from(&timetable(&[("p1", "a", "09:00"), ("p2", "b", "11:00")])).max(0);
        let event = checked(&event(), []).with_rule(&Rule::<Distance>::weighted(Amount::ONE, from)).expect("a rule");
        (-Audit::of(&event, &timetable(here)).expect("a timetable of the event").value) as i64
    }

    #[test]
    fn talks_chosen_otherwise_and_talks_at_another_time_count_and_rooms_do_not() {
        assert_eq!(far(&[("p1", "a", "09:00"), ("p2", "b", "11:00")]), 0);
        assert_eq!(far(&[("p1", "b", "09:00"), ("p2", "a", "11:00")]), 0);
        assert_eq!(far(&[("p1", "a", "10:00"), ("p2", "b", "11:00")]), 1);
        assert_eq!(far(&[("p1", "a", "09:00")]), 1);
        assert_eq!(far(&[("p1", "a", "09:00"), ("p2", "b", "11:00"), ("p3", "b", "09:00")]), 1);
        assert_eq!(far(&[("p3", "b", "09:00")]), 3);
    }

    #[test]
    fn it_states_what_it_audits() {
        let mut event = event();
        event.talks[2].status = TalkStatus::Accepted;
        let from = Distance::from(&timetable(&[("p1", "a", "09:00"), ("p2", "b", "11:00")]));
        for distance in [from.clone().max(0), from.clone().max(1), from.clone().min(2), from.min(1).max(2)] {
            let some = Selection::ids(["p1", "p3"]);
            for talks in [Selection::all(), some] {
                let weighted = Rule::<Distance>::weighted(Amount::whole(2), distance.clone());
                for rule in [Rule::<Distance>::required(distance.clone()), weighted] {
                    let event = checked(&event, []).with_rule(&rule.talks(talks.clone())).expect("a rule");
                    check_agreement(&event, 200, 1).expect("the same");
                }
            }
        }
    }

    #[test]
    fn what_is_far_enough_is_found_and_the_best_of_it() {
        let mut event = event();
        (0..3).for_each(|i| event.talks[i].merit = Some(Amount::whole(i as u32 + 1)));
        let model = Model::new(checked(&event, [soft(Merit::new())]), Keep::Optimum);
        let best = model.solve(&Query::new(), &SolveOptions::new()).expect("an answer");
        let from = |least| Distance::from(&best.timetable().expect("a timetable")).min(least);
        let value = |least| {
            let query = Query::new().own_rule(Rule::<Distance>::required(from(least)));
            model.solve(&query, &SolveOptions::new()).expect("an answer").value
        };
        assert_eq!([0, 3, 4].map(value), [Some(0.006), Some(0.006), None], "all three can be moved");
    }

    #[test]
    fn what_it_names_and_asks_is_checked() {
        let problems = |distance| {
            let event = checked(&event(), []).with_rule(&Rule::<Distance>::required(distance));
            event.map_or_else(|problems| problems.to_string(), |_| String::new())
        };
        let from = Distance::from(&timetable(&[("p9", "a", "09:00")]));
        assert!(problems(from.clone().max(1)).starts_with("rules[0].from[0].talk: found \"p9\""));
        assert!(problems(Distance::from(&timetable(&[]))).contains("neither `min` nor `max`"));
        assert!(problems(Distance::from(&timetable(&[])).min(2).max(1)).contains("a number from `min` on, 2"));
    }
}
