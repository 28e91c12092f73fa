//! Rules with their lists in an order of their own: what two files say alike in another order is said alike.

use super::{Clash, Dimension, Factored, Kind, Order, Relation, Rule, Selection, Where};
use crate::event::natural;
use serde::Serialize;

impl Rule {
    /// Sorts every list in it whose order has no meaning. The meaning stays the same.
    pub(crate) fn sort_lists(&mut self) {
        self.talks.sort_lists();
        match &mut self.kind {
            Kind::Count(count) => {
                sort_dimensions(&mut count.each);
                count.places.sort_lists();
                count.of.iter_mut().for_each(Selection::sort_lists);
            }
            Kind::Balance(balance) => {
                sort_dimensions(&mut balance.each);
                balance.places.sort_lists();
            }
            Kind::Place(place) => place.places.sort_lists(),
            Kind::Clash(clash) => clash.sort_lists(),
            Kind::Order(order) => order.sort_lists(),
            Kind::Rest(rest) => sort_names(rest.speakers.as_mut(), |id| &id.0),
            // Of the embedding code's kinds, only it knows whether the order of a list means something.
            Kind::Merit(_) | Kind::Fit(_) | Kind::Plenary(_) | Kind::Keep(_) | Kind::Own(_) => {}
        }
    }
}

impl Selection {
    fn sort_lists(&mut self) {
        sort_names(self.ids.as_mut(), |id| &id.0);
        sort_names(self.formats.as_mut(), |id| &id.0);
        self.status.iter_mut().for_each(|list| list.sort_unstable());
        self.tags.sort_values();
        self.speaker_tags.sort_values();
        for part in self.all.iter_mut().chain(&mut self.any).flatten().chain(self.not.as_deref_mut()) {
            part.sort_lists();
        }
        sort_said(self.all.as_mut());
        sort_said(self.any.as_mut());
    }
}

impl Where {
    fn sort_lists(&mut self) {
        sort_names(self.rooms.as_mut(), |id| &id.0);
        sort_names(self.slots.as_mut(), |id| &id.0);
        sort_names(self.blocks.as_mut(), |id| &id.0);
        self.room_tags.sort_values();
        self.slot_tags.sort_values();
        self.days.iter_mut().for_each(|days| days.sort_unstable());
        self.windows.iter_mut().for_each(|list| list.sort_unstable_by_key(|window| (window.start, window.end)));
        for part in self.all.iter_mut().chain(&mut self.any).flatten().chain(self.not.as_deref_mut()) {
            part.sort_lists();
        }
        sort_said(self.all.as_mut());
        sort_said(self.any.as_mut());
    }
}

impl Clash {
    /// A pair may be written either way round.
    fn sort_lists(&mut self) {
        for pair in self.pairs.iter_mut().flatten() {
            let (Factored::Plain(a, b) | Factored::Times(a, b, _)) = pair;
            if natural(&a.0, &b.0).is_gt() {
                std::mem::swap(a, b);
            }
        }
        sort_said(self.pairs.as_mut());
    }
}

impl Order {
    /// A sequence is in order only where the relation asks for one.
    fn sort_lists(&mut self) {
        if !matches!(self.relation, Relation::Before | Relation::Consecutive) {
            sort_names(self.sequence.as_mut(), |id| &id.0);
        }
    }
}

fn sort_names<T>(list: Option<&mut Vec<T>>, name: impl Fn(&T) -> &str) {
    if let Some(list) = list {
        list.sort_by(|a, b| natural(name(a), name(b)));
    }
}

fn sort_dimensions(each: &mut [Dimension]) {
    each.sort_by_cached_key(ToString::to_string);
}

/// Sorts by what is said, as files write it.
fn sort_said<T: Serialize>(list: Option<&mut Vec<T>>) {
    if let Some(list) = list {
        list.sort_by_cached_key(|said| serde_json::to_string(said).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two rules with their lists sorted.
    fn sorted(rules: [&str; 2]) -> [Rule; 2] {
        rules.map(|rule| {
            let mut rule: Rule = serde_json::from_str(rule).expect("a rule");
            rule.sort_lists();
            rule
        })
    }

    #[test]
    fn what_is_said_in_another_order_is_said_alike() {
        for rules in [
            [
                r#"{"kind": "count", "measure": "talks", "each": ["day", "tag:topic"], "max": 1, "required": true,
                    "where": {"rooms": ["r2", "r10"], "any": [{"blocks": ["b", "a"]}, {"slots": ["s2", "s1"]}]},
                    "talks": {"tags": {"topic": ["a", "b"]}, "status": ["proposed", "accepted"]}}"#,
                r#"{"kind": "count", "measure": "talks", "each": ["tag:topic", "day"], "max": 1, "required": true,
                    "where": {"rooms": ["r10", "r2"], "any": [{"slots": ["s1", "s2"]}, {"blocks": ["a", "b"]}]},
                    "talks": {"tags": {"topic": ["b", "a"]}, "status": ["accepted", "proposed"]}}"#,
            ],
            [
                r#"{"kind": "clash", "pairs": [["p1", "p2", 3], ["p1", "p4"]], "weight": 1}"#,
                r#"{"kind": "clash", "pairs": [["p4", "p1"], ["p2", "p1", 3]], "weight": 1}"#,
            ],
            [
                r#"{"kind": "rest", "minutes": 5, "speakers": ["a", "b"], "weight": 1, "talks": {"ids": ["p2", "p1"]}}"#,
                r#"{"kind": "rest", "minutes": 5, "speakers": ["b", "a"], "weight": 1, "talks": {"ids": ["p1", "p2"]}}"#,
            ],
            [
                r#"{"kind": "order", "sequence": ["p1", "p2"], "relation": "same_day", "weight": 1}"#,
                r#"{"kind": "order", "sequence": ["p2", "p1"], "relation": "same_day", "weight": 1}"#,
            ],
        ] {
            let [one, other] = sorted(rules);
            assert_eq!(one, other);
        }
    }

    #[test]
    fn a_sequence_that_is_one_after_the_other_keeps_its_order() {
        for relation in ["before", "consecutive"] {
            let rule = |ids: &str| {
                format!(r#"{{"kind": "order", "sequence": [{ids}], "relation": "{relation}", "required": true}}"#)
            };
            let (forwards, backwards) = (rule(r#""p1", "p2""#), rule(r#""p2", "p1""#));
            let [one, other] = sorted([&forwards, &backwards]);
            assert_ne!(one, other);
        }
    }
}
