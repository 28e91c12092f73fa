//! `clash`: talks that the same people want do not run at once.
//!
//! **Promise.** Two talks that share a value of `tag`, that are listed in `pairs`, or that somebody's `interests` name
//! together, do not run at once. **Cost**: each such pair that does, once, however long it overlaps (`per: "pair"`); or
//! each minute of overlap (`per: "minute"`); times the pair's factor (for interests, the weight of those who want both).
//! With `per: "missed"`, for interests, each wish missed: a wanted talk is missed when it starts while another wanted one
//! is on, and of several that start together all but one are. On a grid whose talks start together that is the wanted
//! talks running at once, less one.
//!
//! ```json
//! {"kind": "clash", "tag": "topic", "weight": 5}
//! {"kind": "clash", "pairs": [["p1", "p2", 3], ["p1", "p4"]], "required": true}
//! {"kind": "clash", "interests": true, "per": "missed", "weight": 1}
//! ```

mod missed;

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Spot, TimesSeen, Warn, pairs, scope::times};
use crate::text::quoted;
use crate::{
    event::{Amount, Minute, Span, TalkId, TalkIx, TalkStatus, ValueIx},
    program::{Crowding, Draft, Outline, Outlined, Sum, Var},
};
use missed::missed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Talks that the same people want do not run at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Clash {
    /// Talks that share a value of this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// These pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Vec<Factored>>,
    /// Talks that attendees want together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interests: bool,
    /// What is charged.
    #[serde(default, skip_serializing_if = "Per::is_pair")]
    pub per: Per,
}

/// A pair of talks and, if said, how much it counts: `["p1", "p2", 3]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a list of two ids of talks and, if wanted, a factor, such as [\"p1\", \"p2\", 3], is wanted"
)]
pub enum Factored {
    /// Two talks, counting once.
    Plain(TalkId, TalkId),
    /// Two talks, counting so many times.
    Times(TalkId, TalkId, Amount),
}

impl Factored {
    fn parts(&self) -> (&TalkId, &TalkId, Amount) {
        match self {
            Self::Plain(a, b) => (a, b, Amount::ONE),
            Self::Times(a, b, factor) => (a, b, *factor),
        }
    }
}

/// What a clash is charged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Per {
    /// Each pair that runs at once.
    #[default]
    Pair,
    /// Each minute of overlap.
    Minute,
    /// Each wish missed; for interests only.
    Missed,
}

impl Per {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    fn is_pair(&self) -> bool {
        *self == Self::Pair
    }
}

/// Which talks clash: the three ways to say it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClashOf {
    /// Talks that share a value of the tag.
    Tag(String),
    /// Listed pairs.
    Pairs(Vec<Factored>),
    /// Talks that attendees want together.
    Interests,
}

impl Clash {
    /// These talks do not run at once; each pair that does is charged.
    pub fn of(what: ClashOf) -> Self {
        let mut clash = Self { tag: None, pairs: None, interests: false, per: Per::Pair };
        match what {
            ClashOf::Tag(key) => clash.tag = Some(key),
            ClashOf::Pairs(pairs) => clash.pairs = Some(pairs),
            ClashOf::Interests => clash.interests = true,
        }
        clash
    }

    /// What is charged.
    pub fn per(mut self, per: Per) -> Self {
        self.per = per;
        self
    }

    /// The selected talks of each value of the tag.
    fn tagged(&self, scope: &Scope<'_>) -> BTreeMap<ValueIx, Vec<TalkIx>> {
        let mut groups: BTreeMap<ValueIx, Vec<TalkIx>> = BTreeMap::new();
        for talk in scope.talks() {
            for value in self.tag.iter().flat_map(|key| scope.event().talk_values(*talk, key)) {
                groups.entry(*value).or_default().push(*talk);
            }
        }
        groups
    }

    /// The selected talks of each interest, and its weight.
    fn wanted(scope: &Scope<'_>) -> impl Iterator<Item = (Vec<TalkIx>, i64)> {
        let event = scope.event();
        event.interests().iter().map(move |interest| {
            let mut talks: Vec<_> = interest.talks.iter().copied().filter(|t| scope.selects(*t)).collect();
            talks.sort_unstable();
            (talks, interest.weight)
        })
    }

    /// Every pair and its factor, in thousandths.
    fn factors(&self, scope: &Scope<'_>) -> BTreeMap<(TalkIx, TalkIx), i64> {
        let mut factors = self.listed(scope);
        for group in self.tagged(scope).values() {
            factors.extend(both(group).map(|pair| (pair, 1000)));
        }
        factors
    }

    /// The same of pairs that are listed or wanted together.
    fn listed(&self, scope: &Scope<'_>) -> BTreeMap<(TalkIx, TalkIx), i64> {
        let event = scope.event();
        let mut factors = BTreeMap::new();
        for (a, b, factor) in self.pairs.iter().flatten().map(Factored::parts) {
            if let (Some(a), Some(b)) = (event.find_talk(a), event.find_talk(b))
                && scope.selects(a)
                && scope.selects(b)
            {
                factors.insert((a.min(b), a.max(b)), factor.thousandths());
            }
        }
        if self.interests {
            for (talks, weight) in Self::wanted(scope) {
                for pair in both(&talks) {
                    // At most 2^30 each, of fewer than 2^32 interests.
                    *factors.entry(pair).or_default() += weight;
                }
            }
        }
        factors.retain(|_, factor| *factor > 0);
        factors
    }

    fn amount(&self, a: Span, b: Span) -> i64 {
        match self.per {
            Per::Minute => a.shared(b),
            _ => i64::from(a.overlaps(b)),
        }
    }

    /// Talks of which no two may run at once, where the rule is required.
    fn apart(&self, scope: &Scope<'_>) -> Vec<Vec<TalkIx>> {
        let mut apart: Vec<Vec<TalkIx>> = self.tagged(scope).into_values().collect();
        if self.interests {
            // A wish is missed exactly when two wanted talks run at once.
            apart.extend(Self::wanted(scope).filter(|(_, weight)| *weight > 0).map(|(talks, _)| talks));
        } else if self.pairs.is_some() {
            apart.extend(self.factors(scope).keys().map(|(a, b)| vec![*a, *b]));
        }
        apart
    }

    /// Charges the pairs of a group cell by cell, if the spans of its atoms fall into cells: any two in a cell overlap,
    /// no two of different cells do. With n talks in a cell, n (n - 1) / 2 pairs clash: one row whose cost grows, instead
    /// of one a pair.
    fn state_cells(scope: &Scope<'_>, draft: &mut Draft<'_>, label: &super::Group, talks: &[TalkIx]) -> bool {
        let atoms = draft.in_order(talks.iter().flat_map(|t| draft.atoms(*t)).collect());
        let mut cells: Vec<&[Var]> = Vec::new();
        let (mut from, mut first_end, mut last_end) = (0, Minute::MAX, Minute::MIN);
        for (i, var) in atoms.iter().enumerate() {
            let span = draft.atom(*var).span();
            if i > from && span.start >= last_end {
                cells.push(&atoms[from..i]);
                (from, first_end, last_end) = (i, Minute::MAX, Minute::MIN);
            }
            if span.start >= first_end {
                return false;
            }
            (first_end, last_end) = (first_end.min(span.end), last_end.max(span.end));
        }
        cells.push(&atoms[from..]);
        for cell in cells {
            let charge = draft.charge(scope, label.clone(), Vec::new());
            draft.at_most_growing(charge, Sum::each(cell.iter().copied()), 1);
        }
        true
    }
}

/// Any two of the talks, the smaller first.
fn both(talks: &[TalkIx]) -> impl Iterator<Item = (TalkIx, TalkIx)> + '_ {
    talks.iter().enumerate().flat_map(|(i, a)| talks[i + 1..].iter().map(|b| (*a, *b)))
}

impl RuleKind for Clash {
    fn kind(&self) -> &'static str {
        "clash"
    }

    fn title(&self) -> String {
        match &self.tag {
            Some(key) => format!("clash of {key}"),
            None if self.interests => "clash of interests".to_owned(),
            None => "clash of pairs".to_owned(),
        }
    }

    fn check(&self, check: &mut Check<'_>) {
        let said = [self.tag.is_some(), self.pairs.is_some(), self.interests];
        let count = said.iter().filter(|s| **s).count();
        if count != 1 {
            let found = if count == 0 { "none" } else { "more than one" };
            let wanted = "exactly one: which talks clash";
            check.problem("", format!("{found} of `tag`, `pairs` and \"interests\": true"), wanted);
        }
        if self.per == Per::Missed && !self.interests {
            check.problem("per", "\"missed\" without interests", "\"pair\" or \"minute\", or \"interests\": true");
        }
        if self.pairs.as_ref().is_some_and(Vec::is_empty) {
            check.problem("pairs", "an empty list", "one or more pairs of talks");
        }
        let mut seen = BTreeMap::new();
        for (i, (a, b, _)) in self.pairs.iter().flatten().map(Factored::parts).enumerate() {
            let field = format!("pairs[{i}]");
            let (Some(x), Some(y)) = (check.talk(&format!("{field}[0]"), a), check.talk(&format!("{field}[1]"), b))
            else {
                continue;
            };
            if x == y {
                check.problem(&field, format!("{} twice", quoted(&a.0)), "two different talks");
            } else if let Some(first) = seen.insert((x.min(y), x.max(y)), i) {
                check.problem(&field, format!("the pair of pairs[{first}] again"), "each pair once, either way round");
            }
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        if let Some(key) = &self.tag {
            warn.shared_tag("tag", key);
        }
        for (i, (a, b, factor)) in self.pairs.iter().flatten().map(Factored::parts).enumerate() {
            let field = format!("pairs[{i}]");
            let talks: Vec<TalkIx> = [a, b].into_iter().filter_map(|id| scope.event().find_talk(id)).collect();
            if warn.listed(&field, &talks) == 2 && factor == Amount::default() && !scope.required() {
                warn.say(&format!("{field}[2]"), "a factor of 0: the pair costs nothing");
            }
        }
        if !self.interests {
            return;
        }
        let open = |t: &&TalkIx| scope.selects(**t) && scope.event().talk(**t).status != TalkStatus::Declined;
        if scope.event().interests().is_empty() {
            warn.say("interests", "the event has no `interests`, so the rule is about nothing");
        } else if scope.event().interests().iter().all(|interest| interest.talks.iter().filter(open).count() < 2) {
            let text = "nobody's `interests` name two or more of the talks, so the rule is about nothing";
            warn.say("interests", text);
        }
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        if self.per == Per::Missed {
            return Self::wanted(scope).filter_map(|(talks, weight)| missed(scope, placed, &talks, weight)).collect();
        }
        let mut factors = self.listed(scope);
        // Of thousands of talks with a tag in common, few run at once.
        for group in self.tagged(scope).values() {
            factors.extend(placed.at_once(group).into_iter().map(|pair| (pair, 1000)));
        }
        let mut findings = Vec::new();
        for (pair, factor) in factors {
            let (Some(a), Some(b)) = (placed.spot(pair.0), placed.spot(pair.1)) else { continue };
            let units = self.amount(a.span(), b.span());
            if units > 0 {
                let cost = units.saturating_mul(scope.price_times(factor));
                findings.push(Finding::against(units, cost, vec![pair.0, pair.1]));
            }
        }
        findings
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        if scope.required() {
            self.apart(scope).iter().for_each(|talks| draft.never_at_once(talks));
            return;
        }
        if self.per == Per::Missed {
            return Self::state_missed(scope, draft);
        }
        let mut factors = self.listed(scope);
        let apart = |draft: &mut Draft<'_>, talks: &[TalkIx]| {
            let apart = draft.share_a_room(talks);
            if apart {
                draft.left_to_the_room();
            }
            apart
        };
        if let Some(key) = &self.tag {
            let single = |talks: &[TalkIx]| talks.iter().all(|t| scope.event().talk_values(*t, key).len() == 1);
            for (value, talks) in &self.tagged(scope) {
                let label = vec![(format!("tag:{key}"), scope.event().value_text(*value).to_owned())];
                if apart(draft, talks) {
                    continue;
                }
                // A pair of talks with several values in common is charged once.
                let in_cells = self.per == Per::Pair && single(talks) && Self::state_cells(scope, draft, &label, talks);
                if !in_cells {
                    factors.extend(both(talks).map(|pair| (pair, 1000)));
                }
            }
        }
        for ((a, b), factor) in factors {
            if apart(draft, &[a, b]) {
                continue;
            }
            let price = times(scope.price(), factor);
            pairs::state_pair(
                draft,
                (a, b),
                Spot::span,
                |x, y| self.amount(x, y),
                |draft| draft.charge_price(scope, price, Vec::new(), vec![a, b]),
            );
        }
    }

    fn outline(&self, scope: &Scope<'_>, outline: &mut Outline<'_>) -> Outlined {
        let mut held = Outlined::All;
        if scope.required() {
            self.apart(scope).iter().for_each(|talks| outline.never_at_once(talks));
        } else if self.per == Per::Missed {
            for (talks, price) in Self::missed_prices(scope) {
                held = held.min(outline.crowd(scope, talks, price, Crowding::AllButOne));
            }
        } else if let (Some(key), Per::Pair) = (&self.tag, self.per) {
            let single = |talk: &TalkIx| scope.event().talk_values(*talk, key).len() == 1;
            for talks in self.tagged(scope).into_values() {
                // Two talks that share two values are charged once: such talks are in no crowd.
                let (alone, several): (Vec<_>, Vec<_>) = talks.into_iter().partition(single);
                if !several.is_empty() {
                    held = Outlined::AllButCosts;
                }
                held = held.min(outline.crowd(scope, alone, scope.price(), Crowding::Pairs));
            }
        } else if self.pairs.is_some() && self.per == Per::Pair {
            for ((a, b), factor) in self.factors(scope) {
                held = held.min(outline.crowd(scope, vec![a, b], scope.price_times(factor), Crowding::Pairs));
            }
        } else {
            held = Outlined::AllButCosts;
        }
        held
    }
}

#[cfg(test)]
mod tests;
