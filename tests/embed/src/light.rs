//! A rule of the service's own: the talks before lunch are light ones.

use serde::Deserialize;
use slotwise::{
    program::{Draft, Sum},
    rules::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Spot},
};

/// No selected talk starts in the hours before noon that are kept for light ones. Each that does is one unit against it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightBeforeLunch {
    /// From this hour on, up to noon, talks are to be light.
    pub from_hour: i8,
}

impl LightBeforeLunch {
    fn is_against(&self, scope: &Scope<'_>, spot: &Spot) -> bool {
        let start = scope.event().civil(spot.start).datetime();
        (self.from_hour..12).contains(&start.hour())
    }
}

impl RuleKind for LightBeforeLunch {
    fn kind(&self) -> &str {
        "light_before_lunch"
    }

    fn check(&self, check: &mut Check<'_>) {
        if !(0..12).contains(&self.from_hour) {
            check.problem("from_hour", self.from_hour.to_string(), "an hour from 0 to 11");
        }
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let against = placed.of(scope.talks()).filter(|spot| self.is_against(scope, spot));
        against.map(|spot| Finding::against(1, scope.price(), vec![spot.talk])).collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in scope.talks() {
            let against: Vec<_> =
                draft.atoms(*talk).filter(|atom| self.is_against(scope, &draft.spot(*atom))).collect();
            let charge = draft.charge(scope, Vec::new(), vec![*talk]);
            draft.at_most(charge, Sum::each(against), 0);
        }
    }
}
