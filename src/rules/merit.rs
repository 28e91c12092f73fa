//! `merit`: take the worthiest talks.
//!
//! **Promise.** Each selected talk that is placed earns its merit times the rule's weight, rounded to a thousandth.
//! **Reward**: weight times merit.
//!
//! ```json
//! {"kind": "merit", "weight": 10}
//! ```

use super::{Check, Finding, Placed, RuleKind, Scope};
use crate::program::Draft;
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

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let talks: Vec<_> = placed.of(scope.talks()).map(|s| s.talk).collect();
        let gain = talks.iter().map(|t| scope.price_times(scope.event().talk(*t).merit)).fold(0, i64::saturating_add);
        vec![Finding::gain(gain, talks)]
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in scope.talks() {
            let reward = scope.price_times(scope.event().talk(*talk).merit);
            let placed = draft.placed(*talk);
            draft.gain(scope, &placed, reward);
        }
    }
}
