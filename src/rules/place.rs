//! `place`: selected talks are kept in, or kept out of, some places.
//!
//! **Promise.** Every selected talk that is placed is placed in `where` (`want: "in"`) or outside it (`want: "out"`).
//! **Cost**: each talk placed against it. A talk that is left out costs nothing.
//!
//! ```json
//! {"kind": "place", "talks": {"tags": {"level": ["beginner"]}}, "where": {"blocks": ["morning"]}, "want": "in", "weight": 3}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Where};
use crate::program::{Draft, Sum};
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

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        self.places.rooms_seen(scope.event())
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let places = self.places.resolve(scope.event());
        let against = |inside: bool| inside != (self.want == Want::In);
        placed
            .of(scope.talks())
            .filter(|spot| against(places.has(spot)))
            .map(|spot| Finding::against(1, scope.price(), vec![spot.talk]))
            .collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let places = self.places.resolve(scope.event());
        for talk in scope.talks() {
            let against: Vec<_> =
                draft.atoms(*talk).filter(|v| places.has(&draft.spot(*v)) != (self.want == Want::In)).collect();
            if against.is_empty() {
                continue;
            }
            // A talk is in one place, so what it pays is a plain sum: no penalty variable is needed.
            if scope.required() {
                let charge = draft.charge(scope, Vec::new(), vec![*talk]);
                draft.at_most(charge, Sum::each(against), 0);
            } else {
                draft.gain(scope, &Sum::each(against), -scope.price());
            }
        }
    }
}
