//! `dispersion`: how far a timetable is from the nearest of several.

use crate::{
    event::TalkIx,
    program::Draft,
    rules::{Distance, Finding, Placed, RoomsSeen, RuleKind, Scope, TimesSeen},
    timetable::Timetable,
};

/// A timetable is at least `target` away from each of several others. **Cost**: the weight times what the nearest of them
/// lacks of that.
///
/// One penalty pays for the worst row, so the least distance is maximised (the max-min dispersion of operations research).
/// The program has one row for each of the others, and no variable more than that.
#[derive(Clone, Debug)]
pub(super) struct Dispersion {
    others: Vec<Distance>,
    target: u32,
}

impl Dispersion {
    /// At least `target` away from each of these.
    pub(super) fn from(others: &[Timetable], target: u32) -> Self {
        Self { others: others.iter().map(Distance::from).collect(), target }
    }
}

impl RuleKind for Dispersion {
    fn kind(&self) -> &'static str {
        "dispersion"
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let differing = self.others.iter().map(|other| other.talks_that_differ(scope, placed));
        let nearest: Vec<TalkIx> = differing.min_by_key(Vec::len).unwrap_or_default();
        let far = if self.others.is_empty() { i64::from(self.target) } else { nearest.len() as i64 };
        let units = (i64::from(self.target) - far).max(0);
        vec![Finding { measured: Some(far), ..Finding::against(units, scope.cost(units), nearest) }]
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let charge = draft.charge(scope, Vec::new(), Vec::new());
        for other in &self.others {
            if draft.is_stopped() {
                return;
            }
            let far = other.sum(scope, draft);
            draft.row(charge, far, Some(i64::from(self.target)), None, 1, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Amount,
        rules::{
            Rule, check_agreement,
            testing::{at, checked, grid, talks},
        },
        timetable::{Audit, Placement},
    };

    fn timetable(spots: &[(&str, &str)]) -> Timetable {
        Timetable::new(spots.iter().map(|(talk, start)| Placement::new(*talk, "a", at(start))))
    }

    #[test]
    fn the_nearest_of_the_others_counts() {
        let mut event = grid("a b", "09:00 10:00 11:00");
        event.talks = talks("p1 p2 p3");
        let others = [timetable(&[("p1", "09:00"), ("p2", "10:00")]), timetable(&[("p1", "09:00"), ("p3", "11:00")])];
        let rule = Rule::<Dispersion>::weighted(Amount::ONE, Dispersion::from(&others, 4));
        let event = checked(&event, []).with_rule(&rule).expect("a rule");
        let cost = |here: &[(&str, &str)]| -Audit::of(&event, &timetable(here)).expect("of the event").value as i64;
        assert_eq!(cost(&[("p1", "09:00"), ("p2", "10:00")]), 4, "it is one of them");
        assert_eq!(cost(&[("p1", "09:00")]), 3);
        assert_eq!(cost(&[("p1", "10:00"), ("p2", "11:00"), ("p3", "09:00")]), 1);
        assert_eq!(check_agreement(&event, 200, 1), Ok(()));
    }
}
