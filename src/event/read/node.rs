//! The file as a tree, before anything is made of it.
//!
//! `serde_json::Value` would not do: it drops a key's first value when the key stands twice, and sorts the keys of an
//! object, while problems are told in the order of the file.

use crate::text::{cut, quoted};
use serde::{Deserialize, Deserializer, de};
use std::{
    collections::HashSet,
    fmt::{self, Write as _},
};

/// One value of the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Whole(u64),
    Negative(i64),
    Decimal(f64),
    /// What stands where a value should and is none: `NaN`, `1e400`, `.5`, `True`.
    Word(String),
    Text(String),
    List(Vec<Node>),
    Object(Fields),
    /// Stands in for what was wrong or missing, so that the rest can still be read: any type reads as something from it.
    /// The number says which text it reads as, see [`STAND_INS`].
    Hole(usize),
}

/// The fields of an object, in the order of the file; a key may stand twice.
pub(crate) type Fields = Vec<(String, Node)>;

/// The keys of objects with at most so many fields are compared pair by pair, which is faster than a table.
const SHORT: usize = 16;
/// The columns of a value in a message.
const LONGEST: usize = 60;

/// What a hole reads as where a text is wanted: a text of every shape that the event's types take.
pub(super) const STAND_INS: [&str; 5] = ["2000-01-01T00:00", "2000-01-01", "talks", "day", "+00:00"];

impl Node {
    /// What to call it in a message: short enough for one line.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Word(word) => cut(word, LONGEST),
            Self::Text(text) => quoted(text),
            Self::List(items) if items.is_empty() => "an empty list".to_owned(),
            Self::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
            Self::List(items) => {
                let written = self.written();
                if written.len() <= LONGEST { written } else { format!("a list of {}", items.len()) }
            }
            Self::Object(_) => {
                let written = self.written();
                if written.len() <= LONGEST { written } else { "an object".to_owned() }
            }
            _ => self.written(),
        }
    }

    /// As JSON, cut off where it is too long for a message anyway.
    fn written(&self) -> String {
        fn put(node: &Node, to: &mut String) {
            if to.len() > 100 {
                return;
            }
            match node {
                Node::Null | Node::Hole(_) => to.push_str("null"),
                Node::Bool(b) => to.push_str(&b.to_string()),
                Node::Whole(n) => to.push_str(&n.to_string()),
                Node::Negative(n) => to.push_str(&n.to_string()),
                // Not `to_string`, which writes 1e300 with three hundred zeros.
                Node::Decimal(n) => {
                    let _ = write!(to, "{n:?}");
                }
                Node::Word(word) => to.push_str(&cut(word, LONGEST)),
                Node::Text(text) => {
                    to.push_str(&quoted(text));
                }
                Node::List(items) => {
                    to.push('[');
                    for (i, item) in items.iter().enumerate() {
                        to.push_str(if i == 0 { "" } else { ", " });
                        put(item, to);
                    }
                    to.push(']');
                }
                Node::Object(fields) => {
                    to.push('{');
                    for (i, (key, value)) in fields.iter().enumerate() {
                        to.push_str(if i == 0 { "" } else { ", " });
                        let _ = write!(to, "{}: ", quoted(key));
                        put(value, to);
                    }
                    to.push('}');
                }
            }
        }
        let mut text = String::new();
        put(self, &mut text);
        text
    }

    /// Whether some object has a key twice.
    pub(super) fn has_repeats(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::has_repeats),
            Self::Object(fields) => {
                let repeats = if fields.len() <= SHORT {
                    fields.iter().enumerate().any(|(i, (key, _))| fields[..i].iter().any(|(other, _)| other == key))
                } else {
                    let keys: HashSet<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
                    keys.len() < fields.len()
                };
                repeats || fields.iter().any(|(_, value)| value.has_repeats())
            }
            _ => false,
        }
    }

    /// Takes every field out that repeats the key of an earlier one, and tells the path of each.
    pub(super) fn without_repeats(&mut self, path: &mut Path, repeated: &mut dyn FnMut(&str, &str)) {
        match self {
            Self::List(items) => {
                for (i, item) in items.iter_mut().enumerate() {
                    path.inside(Step::At(i), |path| item.without_repeats(path, repeated));
                }
            }
            Self::Object(fields) => {
                let mut seen = HashSet::new();
                fields.retain(|(key, _)| {
                    let first = seen.insert(key.clone());
                    if !first {
                        path.inside(Step::Field(key), |path| repeated(path.text(), key));
                    }
                    first
                });
                for (key, value) in fields {
                    path.inside(Step::Field(key), |path| value.without_repeats(path, repeated));
                }
            }
            _ => {}
        }
    }
}

/// One step down the tree.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Field(&'a str),
    At(usize),
}

/// A path down the tree, as it is written: `talks[17].speakers[0]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path(String);

impl Path {
    pub(super) fn at(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The path with one step more.
    pub(super) fn push(&mut self, step: Step<'_>) {
        match step {
            Step::At(i) => drop(write!(self.0, "[{i}]")),
            Step::Field(key) => crate::event::problem::push_key(&mut self.0, key),
        }
    }

    /// The path of an element of the list that is here.
    pub(super) fn item(&self, at: usize) -> Self {
        let mut path = self.clone();
        path.push(Step::At(at));
        path
    }

    /// The path of a field of the object that is here.
    pub(crate) fn field(&self, key: &str) -> Self {
        let mut path = self.clone();
        path.push(Step::Field(key));
        path
    }

    /// The path that was so long, after steps further down.
    pub(super) fn back_to(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Does something one step further down.
    fn inside(&mut self, step: Step<'_>, what: impl FnOnce(&mut Self)) {
        let length = self.0.len();
        self.push(step);
        what(self);
        self.0.truncate(length);
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }

            fn visit_none<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
                Node::deserialize(deserializer)
            }

            fn visit_bool<E>(self, b: bool) -> Result<Node, E> {
                Ok(Node::Bool(b))
            }

            fn visit_u64<E>(self, n: u64) -> Result<Node, E> {
                Ok(Node::Whole(n))
            }

            fn visit_i64<E>(self, n: i64) -> Result<Node, E> {
                Ok(u64::try_from(n).map_or(Node::Negative(n), Node::Whole))
            }

            fn visit_f64<E>(self, n: f64) -> Result<Node, E> {
                Ok(if n.is_finite() { Node::Decimal(n) } else { Node::Word(n.to_string()) })
            }

            fn visit_str<E>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Node, E> {
                Ok(Node::Text(text))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Node::List(list))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = entries.next_entry()? {
                    fields.push(field);
                }
                Ok(Node::Object(fields))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
