//! `fit`: the audience fits the room.
//!
//! **Promise.** No placed talk expects more people than its room seats, and `tolerance` (a share of the capacity, rounded
//! down to whole people) on top. **Cost**: each person over that; with `empty_weight`, also each empty seat at that
//! weight. A room without a capacity fits all; a talk without an audience expects nobody and is not charged for empty
//! seats.
//!
//! ```json
//! {"kind": "fit", "weight": 1, "tolerance": 0.1, "empty_weight": 0.01}
//! ```

use super::{Check, Finding, Placed, RuleKind, Scope, Spot};
use crate::{
    event::{Amount, CheckedEvent},
    program::{Draft, Sum},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audience fits the room.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fit {
    /// The share of the capacity that may be exceeded free.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tolerance: Amount,
    /// What each empty seat costs.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub empty_weight: Amount,
}

impl Fit {
    /// Nobody stands.
    pub fn new() -> Self {
        Self::default()
    }

    /// So large a share of the capacity may be exceeded free.
    pub fn tolerance(mut self, share: Amount) -> Self {
        self.tolerance = share;
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

    /// People over the capacity and its tolerance, and empty seats.
    fn misfit(&self, event: &CheckedEvent, spot: &Spot) -> (i64, i64) {
        let audience = event.talk(spot.talk).audience;
        let Some(capacity) = event.room(spot.room).capacity else { return (0, 0) };
        let most = capacity + (capacity * self.tolerance.thousandths()).div_euclid(1000);
        let known = event.event().talks[spot.talk.at()].audience.is_some();
        ((audience - most).max(0), if known { (capacity - audience).max(0) } else { 0 })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(amount: &Amount) -> bool {
    *amount == Amount::default()
}

impl RuleKind for Fit {
    fn kind(&self) -> &'static str {
        "fit"
    }

    fn check(&self, check: &mut Check<'_>) {
        if self.tolerance > Amount::ONE {
            check.problem("tolerance", self.tolerance.to_string(), "a share from 0 to 1");
        }
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let event = scope.event();
        placed
            .of(scope.talks())
            .filter_map(|spot| {
                let (over, empty) = self.misfit(event, spot);
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
        for talk in scope.talks() {
            let mut over_full = Vec::new();
            for var in draft.atoms(*talk) {
                let (over, empty) = self.misfit(event, &draft.spot(var));
                let cost = self.cost(scope, over, empty);
                draft.gain(scope, &Sum::from(var), -cost);
                if over > 0 {
                    over_full.push(var);
                }
            }
            if scope.required() && !over_full.is_empty() {
                let charge = draft.charge(scope, Vec::new(), vec![*talk]);
                draft.at_most(charge, Sum::each(over_full), 0);
            }
        }
    }
}
