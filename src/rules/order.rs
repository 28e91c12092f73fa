//! `order`: before, after, together, apart.
//!
//! **Promise.** Of each pair of talks that are both placed, the relation holds:
//!
//! | relation | the pair is right when |
//! | --- | --- |
//! | `before` | the first ends before the second starts |
//! | `consecutive` | the second starts in the first's room, that day, with no start between that somebody could use |
//! | `same_room`, `same_day`, `same_block` | they share it |
//! | `other_day`, `other_block` | they share none |
//!
//! A start is between two talks when it is at or after the moment at which the room of the first is free again, before the
//! second starts, and **somebody could use it**: some talk that is not declined could be placed in that room then, as far as
//! the event itself says. A slot or opening takes its format and is long enough, the room is open for as long as it
//! runs and has what it needs, its speakers are there, and it is not pinned elsewhere. What rules forbid, and what other
//! talks take up, does not count. So an hour in which the room is closed, or a break without a slot, is not between.
//!
//! With `min_minutes` or `max_minutes`, the pause between the two is also that long at least, or at most. The pairs of a
//! `sequence` are, for `before`, all of them in the order listed (pauses are asked of neighbours only), for
//! `consecutive` its neighbours, for the rest any two. The pairs of a `tag` are any two talks that share a value; with
//! `consecutive`, the talks of a value follow one another in one run, in any order. **Cost**: each pair against it; for a
//! tag's run, each break in it.
//!
//! ```json
//! {"kind": "order", "sequence": ["intro", "deep-dive"], "relation": "before", "min_minutes": 10, "required": true}
//! {"kind": "order", "tag": "series", "relation": "same_room", "weight": 4}
//! ```

mod before;
mod offers;

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Spot, TimesSeen, Warn, pairs};
use crate::{
    event::{Minute, RoomIx, TalkId, TalkIx, ValueIx},
    program::{Draft, Outline, Outlined, Sum, Var},
};
use before::state_before;
use offers::{Facts, Offers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Before, after, together, apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Order {
    /// These talks, in this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Vec<TalkId>>,
    /// Talks that share a value of this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// What holds of each pair.
    pub relation: Relation,
    /// The least minutes between the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_minutes: Option<u32>,
    /// The most minutes between the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_minutes: Option<u32>,
}

/// What holds of a pair of talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Relation {
    /// The first ends before the second starts.
    Before,
    /// The second follows the first in its room.
    Consecutive,
    /// They share a room.
    SameRoom,
    /// They start on the same day.
    SameDay,
    /// They start in the same block.
    SameBlock,
    /// They start on different days.
    OtherDay,
    /// They start in no block together.
    OtherBlock,
}

/// Which talks an order is about: the two ways to say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Together {
    /// These, in this order.
    Sequence(Vec<TalkId>),
    /// Those that share a value of the tag.
    Tag(String),
}

impl Together {
    /// These talks, in this order.
    pub fn sequence<I: Into<TalkId>>(talks: impl IntoIterator<Item = I>) -> Self {
        Self::Sequence(talks.into_iter().map(Into::into).collect())
    }
}

impl Order {
    /// The relation holds of these talks.
    pub fn of(talks: Together, relation: Relation) -> Self {
        let (sequence, tag) = match talks {
            Together::Sequence(ids) => (Some(ids), None),
            Together::Tag(key) => (None, Some(key)),
        };
        Self { sequence, tag, relation, min_minutes: None, max_minutes: None }
    }

    /// At least so many minutes lie between the two.
    pub fn min_minutes(mut self, minutes: u32) -> Self {
        self.min_minutes = Some(minutes);
        self
    }

    /// At most so many minutes lie between the two.
    pub fn max_minutes(mut self, minutes: u32) -> Self {
        self.max_minutes = Some(minutes);
        self
    }

    fn is_run(&self) -> bool {
        self.tag.is_some() && self.relation == Relation::Consecutive
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

    /// Every pair, and whether the pause between the two is asked for.
    fn pairs(&self, scope: &Scope<'_>) -> BTreeSet<(TalkIx, TalkIx, bool)> {
        let event = scope.event();
        let mut pairs = BTreeSet::new();
        let sequence: Vec<TalkIx> =
            self.sequence.iter().flatten().filter_map(|id| event.find_talk(id)).filter(|t| scope.selects(*t)).collect();
        for (i, a) in sequence.iter().enumerate() {
            for (j, b) in sequence.iter().enumerate().skip(i + 1) {
                let neighbours = j == i + 1;
                match self.relation {
                    Relation::Consecutive if !neighbours => {}
                    Relation::Before => drop(pairs.insert((*a, *b, neighbours))),
                    _ => drop(pairs.insert((*a, *b, true))),
                }
            }
        }
        for group in self.tagged(scope).values() {
            for (i, a) in group.iter().enumerate() {
                pairs.extend(group[i + 1..].iter().map(|b| (*a, *b, true)));
            }
        }
        pairs
    }

    /// What the relation asks of a spot: what it does not ask is the same of all, so that few spots are told apart.
    fn facts(&self, spot: &Spot) -> Facts {
        let facts = Facts::of(spot);
        let pauses = self.min_minutes.is_some() || self.max_minutes.is_some();
        match self.relation {
            Relation::Consecutive => facts,
            Relation::SameRoom if pauses => Facts { busy_until: 0, ..facts },
            Relation::SameRoom => Facts { start: 0, end: 0, busy_until: 0, ..facts },
            _ => Facts { busy_until: 0, room: RoomIx(0), ..facts },
        }
    }

    fn right(&self, offers: &Offers<'_>, a: &Facts, b: &Facts, pause_asked: bool) -> bool {
        let after = b.start - a.end;
        let pause = if matches!(self.relation, Relation::Before | Relation::Consecutive) {
            after
        } else {
            after.max(a.start - b.end)
        };
        let holds = match self.relation {
            Relation::Before => after >= 0,
            Relation::Consecutive => a.room == b.room && offers.next(a) == Some(b.start),
            Relation::SameRoom => a.room == b.room,
            Relation::SameDay => offers.same_day(a, b),
            Relation::SameBlock => offers.share_block(a, b),
            Relation::OtherDay => !offers.same_day(a, b),
            Relation::OtherBlock => !offers.share_block(a, b),
        };
        holds
            && (!pause_asked
                || self.min_minutes.is_none_or(|least| pause >= i64::from(least))
                    && self.max_minutes.is_none_or(|most| pause <= i64::from(most)))
    }

    /// Where the talk that follows in a run starts; none where nothing can follow.
    fn follows(&self, offers: &Offers<'_>, spot: &Facts) -> Option<Minute> {
        let next = offers.next(spot)?;
        let pause = next - spot.end;
        let fits = self.min_minutes.is_none_or(|least| pause >= i64::from(least))
            && self.max_minutes.is_none_or(|most| pause <= i64::from(most));
        fits.then_some(next)
    }

    fn run_label(&self, scope: &Scope<'_>, value: ValueIx) -> super::Group {
        let key = self.tag.clone().unwrap_or_default();
        vec![(format!("tag:{key}"), scope.event().value_text(value).to_owned())]
    }

    /// A run breaks wherever a talk of the group starts and none that it follows ends: the breaks are such starts, less
    /// one.
    fn audit_run(&self, scope: &Scope<'_>, placed: &Placed<'_>, offers: &Offers<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (value, talks) in self.tagged(scope) {
            let spots: Vec<Facts> = placed.of(&talks).map(Facts::of).collect();
            let followed: BTreeSet<_> = spots.iter().filter_map(|s| Some((s.room, self.follows(offers, s)?))).collect();
            let heads = spots.iter().filter(|s| !followed.contains(&(s.room, s.start))).count() as i64;
            if heads > 1 {
                let talks = placed.of(&talks).map(|s| s.talk).collect();
                let finding = Finding::against(heads - 1, scope.cost(heads - 1), talks);
                findings.push(finding.of(self.run_label(scope, value)));
            }
        }
        findings
    }

    fn state_run(&self, scope: &Scope<'_>, draft: &mut Draft<'_>, offers: &Offers<'_>) {
        for (value, talks) in self.tagged(scope) {
            let mut starting: BTreeMap<(RoomIx, Minute), Vec<Var>> = BTreeMap::new();
            let mut leading: BTreeMap<(RoomIx, Minute), Vec<Var>> = BTreeMap::new();
            for var in talks.iter().flat_map(|t| draft.atoms(*t)) {
                let facts = Facts::of(&draft.spot(var));
                starting.entry((facts.room, facts.start)).or_default().push(var);
                if let Some(next) = self.follows(offers, &facts) {
                    leading.entry((facts.room, next)).or_default().push(var);
                }
            }
            let mut heads = Sum::default();
            for (place, vars) in starting {
                // A room starts one talk at a time and is left by one, so both sums are 0 or 1.
                let mut head = Sum::each(vars);
                match leading.get(&place) {
                    None => heads.add_sum(&head, 1),
                    Some(before) => {
                        let before = draft.any(before.clone());
                        head.add_sum(&before, -1);
                        let head = draft.at_least(head, 1);
                        heads.add(head, 1);
                    }
                }
            }
            let charge = draft.charge(scope, self.run_label(scope, value), talks);
            draft.at_most(charge, heads, 1);
        }
    }
}

impl RuleKind for Order {
    fn kind(&self) -> &'static str {
        "order"
    }

    fn title(&self) -> String {
        let relation = match self.relation {
            Relation::Before => "before",
            Relation::Consecutive => "consecutive",
            Relation::SameRoom => "same room",
            Relation::SameDay => "same day",
            Relation::SameBlock => "same block",
            Relation::OtherDay => "other day",
            Relation::OtherBlock => "other block",
        };
        match (&self.sequence, &self.tag) {
            (Some(ids), _) => {
                let ids: Vec<_> = ids.iter().map(TalkId::as_str).collect();
                format!("order: {relation}: {}", ids.join(", "))
            }
            (None, key) => format!("order: {relation} by {}", key.as_deref().unwrap_or_default()),
        }
    }

    fn check(&self, check: &mut Check<'_>) {
        match (&self.sequence, &self.tag) {
            (Some(_), Some(_)) => check.problem("tag", "a tag beside a `sequence`", "one of the two"),
            (None, None) => check.problem("", "neither `sequence` nor `tag`", "one of the two"),
            (Some(ids), None) => {
                check.talks("sequence", ids);
                if ids.len() < 2 {
                    check.problem("sequence", format!("a sequence of {}", ids.len()), "two talks or more");
                }
            }
            (None, Some(_)) if self.relation == Relation::Before => {
                check.problem("relation", "\"before\" with a tag, which says no order", "a `sequence`");
            }
            (None, Some(_)) => {}
        }
        if let (Some(min), Some(max)) = (self.min_minutes, self.max_minutes)
            && min > max
        {
            check.problem("max_minutes", max.to_string(), format!("at least the `min_minutes`, {min}"));
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        if let Some(key) = &self.tag {
            warn.shared_tag("tag", key);
        }
        if let Some(ids) = &self.sequence {
            let talks: Vec<TalkIx> = ids.iter().filter_map(|id| scope.event().find_talk(id)).collect();
            if warn.listed("sequence", &talks) < 2 {
                warn.say("sequence", "fewer than two of these talks can be placed, so the rule is about nothing");
            }
        }
        let blocks = matches!(self.relation, Relation::SameBlock | Relation::OtherBlock);
        if blocks && scope.event().blocks().is_empty() {
            warn.say("relation", "the event has no `blocks`");
        }
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        match self.relation {
            Relation::SameRoom | Relation::Consecutive => RoomsSeen::Each,
            _ => RoomsSeen::Ignored,
        }
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        let pauses = self.min_minutes.is_some() || self.max_minutes.is_some();
        match self.relation {
            Relation::Before | Relation::Consecutive => TimesSeen::Each,
            _ if pauses => TimesSeen::Each,
            _ => TimesSeen::Blocks,
        }
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let offers = Offers::of(scope.event());
        if self.is_run() {
            return self.audit_run(scope, placed, &offers);
        }
        self.pairs(scope)
            .into_iter()
            .filter_map(|(a, b, pause)| Some((placed.spot(a)?, placed.spot(b)?, pause)))
            .filter(|(a, b, pause)| !self.right(&offers, &Facts::of(a), &Facts::of(b), *pause))
            .map(|(a, b, _)| Finding::against(1, scope.price(), vec![a.talk, b.talk]))
            .collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        let offers = Offers::of(scope.event());
        if self.is_run() {
            return self.state_run(scope, draft, &offers);
        }
        let pauses = self.min_minutes.is_some() || self.max_minutes.is_some();
        for (a, b, pause) in self.pairs(scope) {
            let charge = |draft: &mut Draft<'_>| draft.charge(scope, Vec::new(), vec![a, b]);
            match self.relation {
                Relation::Before if !(pauses && pause) && draft.share_a_room(&[a, b]) => {
                    state_before(draft, a, b, charge);
                    continue;
                }
                Relation::SameDay | Relation::OtherDay if !pauses => {
                    let same = self.relation == Relation::SameDay;
                    let day = |spot: &Spot| offers.day(spot.start);
                    pairs::state_pair(draft, (a, b), day, |x, y| i64::from((x == y) != same), charge);
                    continue;
                }
                _ => {}
            }
            let against = |x: Facts, y: Facts| i64::from(!self.right(&offers, &x, &y, pause));
            pairs::state_pair(draft, (a, b), |spot| self.facts(spot), against, charge);
        }
    }

    /// It only costs, and single places do not tell what.
    fn outline(&self, _scope: &Scope<'_>, _outline: &mut Outline<'_>) -> Outlined {
        Outlined::AllButCosts
    }
}

#[cfg(test)]
mod tests;
