//! A rule as it is written: its kind, its name, its strength and the talks it is about.

use super::{
    Balance, Clash, Count, Fit, Keep, Merit, Order, OwnKind, Place, Plenary, Rest, RuleKind, Selection,
    read::{COMMON, Header},
};
use crate::event::{
    Amount,
    read::{Fields, Node, Path, Report},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
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
pub struct Rule<K = Kind> {
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
#[non_exhaustive]
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

impl Strength {
    /// Whether the rule must hold.
    pub fn is_required(self) -> bool {
        self == Self::Required
    }
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

/// A rule of any kind, built-in or one's own.
pub(crate) type AnyRule = Rule<Arc<dyn RuleKind>>;

impl From<Rule> for AnyRule {
    fn from(rule: Rule) -> Self {
        let Rule { name, strength, talks, kind } = rule;
        Self { name, strength, talks, kind: kind.meaning() }
    }
}

impl<K: RuleKind + 'static> From<Rule<K>> for AnyRule {
    fn from(rule: Rule<K>) -> Self {
        let Rule { name, strength, talks, kind } = rule;
        Self { name, strength, talks, kind: Arc::new(kind) }
    }
}

macro_rules! built_in {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// The kinds of rules that an event holds: the ten built in, and those that a [`Registry`](super::Registry) knows.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[expect(clippy::large_enum_variant, reason = "rules are few beside talks, and boxes would show in the builder")]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $name($name),)*
            /// A kind of the embedding code.
            #[serde(untagged)]
            Own(OwnKind),
        }

        $(impl From<$name> for Kind {
            fn from(kind: $name) -> Self {
                Self::$name(kind)
            }
        })*

        impl Kind {
            /// The words for those built in, as files write them.
            pub const KINDS: &[&str] = &[$($word),*];

            /// How it audits and states itself.
            pub(crate) fn meaning(&self) -> Arc<dyn RuleKind> {
                match self {
                    $(Self::$name(kind) => Arc::new(kind.clone()),)*
                    Self::Own(kind) => kind.meaning(),
                }
            }

            /// Tells of fields that neither the kind nor all rules have.
            pub(super) fn check_fields(word: &str, fields: &mut Fields, path: &Path, report: &mut Report) {
                match word {
                    $($word => report.fields_for::<$name>(fields, path, &COMMON),)*
                    _ => {}
                }
            }

            pub(super) fn read(word: &str, fields: &Node, path: &Path, report: &mut Report) -> Option<Self> {
                match word {
                    $($word => report.read::<$name>(fields, path).map(Self::$name),)*
                    _ => None,
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

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            #[serde(flatten)]
            kind: &'a Kind,
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
        let kinds = Kind::schemas(generator).into_iter();
        let kinds = kinds.map(|(word, schema)| with_common_fields(word, schema.to_value(), &header)).collect();
        let mut schema = Schema::default();
        schema.insert("oneOf".into(), Value::Array(kinds));
        schema
    }
}

/// The schema of a kind, with the fields that all rules have.
pub(super) fn with_common_fields(word: &str, mut schema: Value, header: &Schema) -> Value {
    let common = header.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(object) = schema.as_object_mut() {
        if let Some(own) = object.entry("properties").or_insert_with(|| Value::Object(Map::new())).as_object_mut() {
            own.extend(common);
            own.insert("kind".into(), serde_json::json!({ "const": word }));
        }
        if let Some(list) = object.entry("required").or_insert_with(|| Value::Array(Vec::new())).as_array_mut() {
            list.insert(0, "kind".into());
        }
        object.insert("title".into(), word.into());
    }
    schema
}
