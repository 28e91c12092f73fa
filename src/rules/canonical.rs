//! Rules with their lists in an order of their own: what two files say alike in another order is said alike.

use super::{BuiltIn, Clash, Dimension, Factored, Order, Relation, Rule, Selection, Where};
use crate::event::natural;
use serde::Serialize;

impl Rule {
    /// Sorts every list in it whose order has no meaning. The meaning stays the same.
    pub(crate) fn sort_lists(&mut self) {
        self.talks.sort_lists();
        match &mut self.kind {
            BuiltIn::Count(count) => {
                sort_dimensions(&mut count.each);
                count.places.sort_lists();
                count.of.iter_mut().for_each(Selection::sort_lists);
            }
            BuiltIn::Balance(balance) => {
                sort_dimensions(&mut balance.each);
                balance.places.sort_lists();
            }
            BuiltIn::Place(place) => place.places.sort_lists(),
            BuiltIn::Clash(clash) => clash.sort_lists(),
            BuiltIn::Order(order) => order.sort_lists(),
            BuiltIn::Rest(rest) => sort_names(rest.speakers.as_mut(), |id| &id.0),
            BuiltIn::Merit(_) | BuiltIn::Fit(_) | BuiltIn::Plenary(_) | BuiltIn::Keep(_) => {}
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
