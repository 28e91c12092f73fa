//! The tree as a serde deserializer: what the event's types are read from.
//!
//! `serde_json`'s own would do for files that are right. This one says of a wrong value where it stands and what was
//! wanted as data, not as a sentence; reads an object from an object only (serde's derived types also read from lists,
//! in which no field has a name); and reads something from a [hole](Node::Hole) whatever is wanted.

use super::{
    node::{Fields, Node, STAND_INS},
    words,
};
use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, Error as _, Expected, IntoDeserializer, Unexpected, Visitor,
        value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};
use std::fmt;

/// Where a value could not be read, and why.
#[derive(Debug)]
pub(crate) struct Flaw {
    /// From the value up to where reading began.
    steps: Vec<Down>,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum Down {
    Field(String),
    At(usize),
}

#[derive(Debug)]
pub(crate) enum What {
    /// The object has a field that its type does not know.
    Unknown { known: &'static [&'static str] },
    /// The object lacks a field.
    Missing(&'static str),
    /// The value is wrong.
    Wrong {
        wanted: String,
        /// Whether `wanted` is a foreign library's sentence, and not words of ours.
        foreign: bool,
    },
}

impl Flaw {
    fn of(what: What) -> Self {
        Self { steps: Vec::new(), what }
    }

    fn wrong(wanted: String) -> Self {
        Self::of(What::Wrong { wanted, foreign: false })
    }

    /// The way down to it.
    pub(super) fn steps(&self) -> impl Iterator<Item = &Down> {
        self.steps.iter().rev()
    }

    fn below(mut self, step: Down) -> Self {
        self.steps.push(step);
        self
    }

    /// The same, in words of ours where the reason was a foreign library's.
    fn said_as(mut self, expecting: &str) -> Self {
        if let What::Wrong { wanted, foreign } = &mut self.what
            && *foreign
        {
            (*wanted, *foreign) = (words::expected(expecting), false);
        }
        self
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.what)
    }
}

impl std::error::Error for Flaw {}

impl de::Error for Flaw {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let (wanted, ours) = words::of_message(&message.to_string());
        Self::of(What::Wrong { wanted, foreign: !ours })
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(words::expected(&expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(words::expected(&expected.to_string()))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::wrong(words::expected(&expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::wrong(words::one_of(expected))
    }

    fn unknown_field(_: &str, known: &'static [&'static str]) -> Self {
        Self::of(What::Unknown { known })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(What::Missing(field))
    }
}

/// Whole numbers of every size: built-in rules have one, those of embedding code may have any.
macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
            if self.is_hole() { visitor.visit_u64(0) } else { self.deserialize_any(visitor) }
        })*
    };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Flaw;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Bool(b) => visitor.visit_bool(*b),
            Node::Whole(n) => visitor.visit_u64(*n),
            Node::Negative(n) => visitor.visit_i64(*n),
            Node::Decimal(n) => visitor.visit_f64(*n),
            Node::Word(word) => Err(Flaw::invalid_type(Unexpected::Other(word), &visitor)),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(items) => visitor.visit_seq(Items { items: items.iter().enumerate() }),
            Node::Object(fields) => visitor.visit_map(Entries::of(fields)),
            // Whatever is not said to be of some type is a pair of ids, see `rules::Factored`, or else a number.
            Node::Hole(1..) => visitor.visit_f64(0.0),
            Node::Hole(0) => visitor.visit_seq(de::value::SeqDeserializer::new(["", ""].into_iter())),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        if self.is_hole() { visitor.visit_bool(false) } else { self.deserialize_any(visitor) }
    }

    whole_numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i8 deserialize_i16 deserialize_i32
        deserialize_i64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        if self.is_hole() { visitor.visit_f64(0.0) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        let expecting = (&visitor as &dyn Expected).to_string();
        self.deserialize_string(visitor).map_err(|flaw| flaw.said_as(&expecting))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        match self {
            Node::Hole(which) => visitor.visit_borrowed_str(STAND_INS.get(*which).unwrap_or(&"")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        match self {
            Node::Null | Node::Hole(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Flaw> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        if self.is_hole() {
            visitor.visit_seq(Items { items: [].iter().enumerate() })
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        if self.is_hole() { visitor.visit_map(Entries::of(&[])) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        match self {
            Node::List(_) => Err(Flaw::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        match self {
            Node::Text(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            Node::Hole(_) => visitor.visit_enum(variants.first().copied().unwrap_or_default().into_deserializer()),
            _ => Err(Flaw::wrong(words::one_of(variants))),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

impl Node {
    fn is_hole(&self) -> bool {
        matches!(self, Self::Hole(_))
    }
}

struct Items<'de> {
    items: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Flaw;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Flaw> {
        let Some((i, item)) = self.items.next() else { return Ok(None) };
        seed.deserialize(item).map(Some).map_err(|flaw| flaw.below(Down::At(i)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'de> {
    fields: std::slice::Iter<'de, (String, Node)>,
    value: Option<&'de (String, Node)>,
}

impl<'de> Entries<'de> {
    fn of(fields: &'de [(String, Node)]) -> Self {
        Self { fields: fields.iter(), value: None }
    }
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Flaw;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Flaw> {
        self.value = self.fields.next();
        self.value.map(|(key, _)| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Flaw> {
        let Some((key, value)) = self.value.take() else { return Err(Flaw::wrong("a value".to_owned())) };
        seed.deserialize(value).map_err(|flaw| flaw.below(Down::Field(key.clone())))
    }
}

/// The fields that a type's object may have; none where the type does not tell them, as one with flattened fields does not.
pub(super) fn fields_of<T: de::DeserializeOwned>() -> Option<&'static [&'static str]> {
    struct Asked<'a>(&'a mut Option<&'static [&'static str]>);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = Flaw;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
            Err(Flaw::invalid_type(Unexpected::Map, &visitor))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Flaw> {
            *self.0 = Some(fields);
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut fields = None;
    // The error is certain: nothing is read, the type only names its fields.
    drop(T::deserialize(Asked(&mut fields)));
    fields
}

/// Takes a field out.
pub(crate) fn take(fields: &mut Fields, key: &str) -> Option<Node> {
    fields.iter().position(|(k, _)| k == key).map(|i| fields.remove(i).1)
}
