//! Rules of the embedding code's own kinds among those of an event, as a registry read them.

use super::RuleKind;
use crate::event::read::{Fields, Node};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::sync::Arc;

/// A rule of a kind of the embedding code, as a [`Registry`](super::Registry) read it.
///
/// It is written as it was read, and equal to another where both were read from the same fields.
#[derive(Clone, Debug)]
pub struct OwnKind {
    word: String,
    fields: Fields,
    kind: Arc<dyn RuleKind>,
}

impl OwnKind {
    pub(super) fn new(word: String, fields: Fields, kind: Arc<dyn RuleKind>) -> Self {
        Self { word, fields, kind }
    }

    /// The word for the kind, as the file has it.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// How it audits and states itself.
    pub(super) fn meaning(&self) -> Arc<dyn RuleKind> {
        Arc::clone(&self.kind)
    }
}

impl PartialEq for OwnKind {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word && self.fields == other.fields
    }
}

impl Serialize for OwnKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.fields.len()))?;
        map.serialize_entry("kind", &self.word)?;
        self.fields.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // Words and holes stand where something was wrong: no rule is made of them.
            Self::Null | Self::Word(_) | Self::Hole(_) => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Whole(n) => serializer.serialize_u64(*n),
            Self::Negative(n) => serializer.serialize_i64(*n),
            Self::Decimal(n) => serializer.serialize_f64(*n),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(key, value)| (key, value))),
        }
    }
}
