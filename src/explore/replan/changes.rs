//! `changes`: how many talks are not as they were published.

use super::changed::Changed;
use crate::{
    event::{Minute, RoomIx, TalkIx},
    program::{Draft, Sum},
    rules::{Finding, Placed, RoomsSeen, RuleKind, Scope, TimesSeen},
};
use std::collections::{BTreeMap, BTreeSet};

/// Every talk is as it was published. **Cost**: the weight for each talk in another room at the same time, and more than all
/// of these together for each that is left out, comes in, or starts at another time. What has been given stays, required,
/// and nothing else starts before.
#[derive(Clone, Debug)]
pub(super) struct Changes {
    published: BTreeMap<TalkIx, (RoomIx, Minute)>,
    /// Before that, everything has been given.
    given_before: Option<Minute>,
    /// What a change of time weighs in changes of room.
    many: i64,
    fill: bool,
}

impl Changes {
    pub(super) fn of(changed: &Changed, fill: bool) -> Self {
        let many = changed.event.talks().len() as i64 + 1;
        Self { published: changed.published.clone(), given_before: changed.given_before, many, fill }
    }

    /// What a change of time weighs in changes of room.
    pub(super) fn many(&self) -> i64 {
        self.many
    }

    /// What it costs to place the talk there, in changes of room.
    fn units(&self, talk: TalkIx, room: RoomIx, start: Minute) -> i64 {
        match self.published.get(&talk) {
            Some((_, before)) if *before != start => self.many,
            Some((before, _)) => i64::from(*before != room),
            None if self.fill => 0,
            None => self.many,
        }
    }

    /// Where the talk has been given.
    fn given(&self, talk: TalkIx) -> Option<(RoomIx, Minute)> {
        let place = self.published.get(&talk).copied();
        place.filter(|(_, start)| self.given_before.is_some_and(|before| *start < before))
    }

    /// Whether the talk may be placed there, for all that has been given.
    fn is_open(&self, talk: TalkIx, room: RoomIx, start: Minute) -> bool {
        match self.given(talk) {
            Some(place) => place == (room, start),
            None => self.given_before.is_none_or(|before| start >= before),
        }
    }
}

impl RuleKind for Changes {
    fn kind(&self) -> &'static str {
        "changes"
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        let used: BTreeSet<RoomIx> = self.published.values().map(|(room, _)| *room).collect();
        // A room that nothing was published in is like any other such room.
        RoomsSeen::by(RoomIx::all(scope.event().rooms().len()).map(|room| used.get(&room)))
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for talk in scope.talks() {
            let spot = placed.spot(*talk);
            let units = match spot {
                Some(spot) => self.units(*talk, spot.room, spot.start),
                None => {
                    if self.published.contains_key(talk) {
                        self.many
                    } else {
                        0
                    }
                }
            };
            let broken = match spot {
                Some(spot) => !self.is_open(*talk, spot.room, spot.start),
                None => self.given(*talk).is_some(),
            };
            if units > 0 || broken {
                findings.push(Finding { broken, ..Finding::against(units, scope.cost(units), vec![*talk]) });
            }
        }
        findings
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in scope.talks() {
            let mut closed = Sum::default();
            for var in draft.atoms(*talk) {
                let spot = draft.spot(var);
                draft.earn(scope, var, -scope.cost(self.units(*talk, spot.room, spot.start)));
                if !self.is_open(*talk, spot.room, spot.start) {
                    closed.add(var, 1);
                }
            }
            let placed = draft.placed(*talk);
            if self.published.contains_key(talk) {
                let mut left_out = Sum::constant(1);
                left_out.add_sum(&placed, -1);
                draft.gain(scope, &left_out, -scope.cost(self.many));
            }
            let given = self.given(*talk).is_some();
            if given || !closed.terms.is_empty() {
                let charge = draft.require(Vec::new(), vec![*talk]);
                draft.at_most(charge, closed, 0);
                if given {
                    draft.row(charge, placed, Some(1), None, 1, None);
                }
            }
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
    };

    #[test]
    fn it_states_what_it_audits() {
        let mut event = grid("a b", "09:00 10:00 11:00");
        event.talks = talks("p1 p2 p3");
        let event = checked(&event, []);
        let spot = |room: u32, start: &str| (RoomIx(room), event.minute(at(start)).expect("a time"));
        let published = BTreeMap::from([(TalkIx(0), spot(0, "09:00")), (TalkIx(1), spot(1, "11:00"))]);
        for given_before in [None, Some(spot(0, "10:00").1)] {
            for fill in [false, true] {
                let changes = Changes { published: published.clone(), given_before, many: 4, fill };
                let rule = Rule::<Changes>::weighted(Amount::ONE, changes);
                let event = event.clone().with_rule(&rule).expect("a rule");
                assert_eq!(check_agreement(&event, 300, 1), Ok(()));
            }
        }
    }
}
