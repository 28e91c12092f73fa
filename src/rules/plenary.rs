//! `plenary`: nothing else runs while a selected talk does.
//!
//! **Promise.** While a selected talk runs, no other talk does, selected or not. **Cost**: each talk against it, once for
//! each plenary it runs against; a pair of plenaries that run at once is charged once.
//!
//! ```json
//! {"kind": "plenary", "talks": {"tags": {"type": ["keynote"]}}, "required": true}
//! ```

use super::{Finding, Placed, RuleKind, Scope, pairs};
use crate::{
    event::{Span, TalkIx},
    program::Draft,
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
                if scope.required() {
                    draft.never_at_once(&[*plenary, other]);
                    continue;
                }
                let meets = |a: Span, b: Span| i64::from(a.overlaps(b));
                pairs::state_pair(
                    draft,
                    (*plenary, other),
                    |s| s.span(),
                    meets,
                    |draft| draft.charge(scope, Vec::new(), vec![*plenary, other]),
                );
            }
        }
    }
}
