//! A rule as it is written: its kind, its name, its strength and the talks it is about.

use super::{Balance, Clash, Count, Fit, Keep, Merit, Order, Place, Plenary, Rest, RuleKind, Selection};
use crate::event::Amount;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::{borrow::Cow, sync::Arc};

/// A rule: what it says, how strongly, and of which talks.
///
/// In JSON, everything stands side by side: `{"kind": "fit", "weight": 2, "talks": {"formats": ["talk"]}}`.
///
/// ```
/// use slotwise::{Amount, rules::{Count, Measure, Rule, Selection}};
/// let rule: Rule = serde_json::from_str(
///     r#"{"kind": "count", "measure": "talks", "each": ["day"], "max": 9, "required": true}"#,
/// )?;
/// assert_eq!(rule, Rule::required(Count::of(Measure::Talks).each(["day"]).max(9)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rule<K = BuiltIn> {
    /// What to call it in answers.
    pub name: Option<String>,
    /// Whether it must hold, or what it costs where it does not.
    pub strength: Strength,
    /// The talks it is about.
    pub talks: Selection,
    /// What it says.
    pub kind: K,
}

/// Whether a rule must hold, or what it costs where it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// It must hold.
    Required,
    /// It should hold.
    Weighted {
        /// The cost of each unit against it.
        weight: Amount,
        /// Which priority that cost has: 1 is settled first, then 2, and so on.
        priority: u32,
    },
}

impl<K> Rule<K> {
    /// A rule that must hold.
    pub fn required(kind: impl Into<K>) -> Self {
        Self { name: None, strength: Strength::Required, talks: Selection::all(), kind: kind.into() }
    }

    /// A rule that should hold: each unit against it costs the weight, at priority 1.
    pub fn weighted(weight: Amount, kind: impl Into<K>) -> Self {
        let strength = Strength::Weighted { weight, priority: 1 };
        Self { name: None, strength, talks: Selection::all(), kind: kind.into() }
    }

    /// The same, of these talks only.
    pub fn talks(mut self, talks: Selection) -> Self {
        self.talks = talks;
        self
    }

    /// The same, under a name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same, at another priority (1 is settled first). A required rule has none.
    pub fn priority(mut self, level: u32) -> Self {
        if let Strength::Weighted { priority, .. } = &mut self.strength {
            *priority = level;
        }
        self
    }
}

macro_rules! built_in {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// The ten kinds of rules.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum BuiltIn {
            $($(#[$doc])* $name($name),)*
        }

        $(impl From<$name> for BuiltIn {
            fn from(kind: $name) -> Self {
                Self::$name(kind)
            }
        })*

        impl BuiltIn {
            /// The words for them, as files write them.
            pub const KINDS: &[&str] = &[$($word),*];

            /// How it audits and states itself.
            pub(crate) fn meaning(&self) -> Arc<dyn RuleKind> {
                match self {
                    $(Self::$name(kind) => Arc::new(kind.clone()),)*
                }
            }

            fn read(word: &str, fields: Map<String, Value>) -> Result<Self, ReadError> {
                match word {
                    $($word => from_fields::<$name>(fields).map(Self::$name),)*
                    _ => Err(ReadError::new("kind", format!("found {word:?}; one of {} is wanted", Self::KINDS.join(", ")))),
                }
            }

            fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
                vec![$(($word, $name::json_schema(generator)),)*]
            }
        }
    };
}

built_in! {
    /// Take the worthiest talks.
    Merit = "merit",
    /// Keep a measure within bounds, group by group.
    Count = "count",
    /// Keep the largest group's measure small.
    Balance = "balance",
    /// Keep talks in or out of places.
    Place = "place",
    /// The audience fits the room.
    Fit = "fit",
    /// What the same people want does not run at once.
    Clash = "clash",
    /// Before, after, together, apart.
    Order = "order",
    /// Speakers rest between their talks.
    Rest = "rest",
    /// Nothing else runs.
    Plenary = "plenary",
    /// Stay with what was published.
    Keep = "keep",
}

/// What all rules have beside the fields of their kind.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Header {
    /// What to call it in answers.
    #[serde(default)]
    name: Option<String>,
    /// It must hold. Either this or a weight.
    #[serde(default)]
    required: bool,
    /// What each unit against it costs.
    #[serde(default)]
    weight: Option<Amount>,
    /// Which priority that cost has: 1 is settled first.
    #[serde(default)]
    priority: Option<u32>,
    /// The talks it is about: all, if not said.
    #[serde(default)]
    talks: Selection,
}

const HEADER: [&str; 5] = ["name", "required", "weight", "priority", "talks"];

/// Why a rule could not be read, and at which of its fields.
#[derive(Debug)]
pub(crate) struct ReadError {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl ReadError {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

fn from_fields<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, ReadError> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|e| {
        let field = e.path().to_string();
        ReadError::new(if field == "." { String::new() } else { field }, e.into_inner().to_string())
    })
}

/// Reads a rule from its fields.
pub(crate) fn read(mut fields: Map<String, Value>) -> Result<Rule, ReadError> {
    let word = match fields.remove("kind") {
        Some(Value::String(word)) => word,
        Some(other) => {
            return Err(ReadError::new("kind", format!("found {other}; the word for a kind of rule is wanted")));
        }
        None => return Err(ReadError::new("", "missing field `kind`")),
    };
    let header: Map<_, _> = HEADER.iter().filter_map(|key| fields.remove_entry(*key)).collect();
    let header: Header = from_fields(header)?;
    let kind = BuiltIn::read(&word, fields)?;
    let strength = match (header.required, header.weight, header.priority) {
        (true, Some(_), _) => {
            return Err(ReadError::new("weight", "found a weight beside \"required\": true; one of the two is wanted"));
        }
        (true, None, Some(_)) => {
            return Err(ReadError::new(
                "priority",
                "found a priority beside \"required\": true; a required rule has none",
            ));
        }
        (_, _, Some(0)) => return Err(ReadError::new("priority", "found 0; 1 or more is wanted, 1 is settled first")),
        (true, None, None) => Strength::Required,
        (false, Some(weight), priority) => Strength::Weighted { weight, priority: priority.unwrap_or(1) },
        // `keep` brings its weights in fields of its own.
        (false, None, priority) if matches!(kind, BuiltIn::Keep(_)) => {
            Strength::Weighted { weight: Amount::ONE, priority: priority.unwrap_or(1) }
        }
        (false, None, _) => {
            return Err(ReadError::new(
                "",
                "found neither \"required\": true nor a `weight`; one of the two is wanted",
            ));
        }
    };
    Ok(Rule { name: header.name, strength, talks: header.talks, kind })
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Map::deserialize(deserializer)?).map_err(|e| {
            let separator = if e.field.is_empty() { "" } else { ": " };
            de::Error::custom(format_args!("{}{separator}{}", e.field, e.message))
        })
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            #[serde(flatten)]
            kind: &'a BuiltIn,
            #[serde(skip_serializing_if = "Option::is_none")]
            name: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            required: Option<bool>,
            #[serde(skip_serializing_if = "Option::is_none")]
            weight: Option<Amount>,
            #[serde(skip_serializing_if = "Option::is_none")]
            priority: Option<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            talks: Option<&'a Selection>,
        }
        let (required, weight, priority) = match self.strength {
            Strength::Required => (Some(true), None, None),
            Strength::Weighted { weight, priority } => (None, Some(weight), (priority != 1).then_some(priority)),
        };
        let talks = (self.talks != Selection::default()).then_some(&self.talks);
        Written { kind: &self.kind, name: self.name.as_deref(), required, weight, priority, talks }
            .serialize(serializer)
    }
}

impl JsonSchema for Rule {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    /// One schema a kind: the kind's own fields and those that all rules have.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let header = Header::json_schema(generator);
        let kinds: Vec<Value> = BuiltIn::schemas(generator)
            .into_iter()
            .map(|(word, schema)| {
                let mut schema = schema.to_value();
                let common = header.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
                if let Some(object) = schema.as_object_mut() {
                    if let Some(own) =
                        object.entry("properties").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
                    {
                        own.extend(common);
                        own.insert("kind".into(), serde_json::json!({ "const": word }));
                    }
                    if let Some(list) =
                        object.entry("required").or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
                    {
                        list.insert(0, "kind".into());
                    }
                    object.insert("title".into(), word.into());
                }
                schema
            })
            .collect();
        let mut schema = Schema::default();
        schema.insert("oneOf".into(), Value::Array(kinds));
        schema
    }
}
