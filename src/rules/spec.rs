//! A rule as it is written: its kind, its name, its strength and the talks it is about.

use super::{Balance, Clash, Count, Fit, Keep, Merit, Order, Place, Plenary, Rest, RuleKind, Selection};
use crate::event::{
    Amount,
    read::{self, Fields, Node, Path, Report},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
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
        /// The ten kinds of rules.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[expect(clippy::large_enum_variant, reason = "rules are few beside talks, and boxes would show in the builder")]
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

            /// Tells of fields that neither the kind nor all rules have.
            fn check_fields(word: &str, fields: &mut Fields, path: &Path, report: &mut Report) {
                match word {
                    $($word => report.fields_for::<$name>(fields, path, &COMMON),)*
                    _ => {}
                }
            }

            fn read(word: &str, fields: &Node, path: &Path, report: &mut Report) -> Option<Self> {
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

/// The fields that all rules have.
const COMMON: [&str; 6] = ["kind", "name", "required", "weight", "priority", "talks"];

/// Reads a rule, and reports everything that is wrong with it. None where its kind is not known, or nothing can be made
/// of it.
pub(crate) fn read(rule: Node, path: &Path, report: &mut Report) -> Option<Rule> {
    let Node::Object(mut fields) = rule else {
        report.problem(path.text(), rule.described(), "a rule: an object with a `kind`");
        return None;
    };
    let word = read_kind(&mut fields, path, report);
    if let Some(word) = &word {
        BuiltIn::check_fields(word, &mut fields, path, report);
    }
    let (common, own) = fields.into_iter().partition(|(key, _)| COMMON.contains(&key.as_str()));
    let header: Header = report.read(&Node::Object(common), path)?;
    let kind = BuiltIn::read(&word?, &Node::Object(own), path, report)?;
    let strength = header.strength(matches!(kind, BuiltIn::Keep(_)), path, report);
    Some(Rule { name: header.name, strength, talks: header.talks, kind })
}

/// Takes out the word for the rule's kind.
fn read_kind(fields: &mut Fields, path: &Path, report: &mut Report) -> Option<String> {
    let known = read::one_of(BuiltIn::KINDS);
    let misspelt = |key: &str| !COMMON.contains(&key) && read::nearest(key, ["kind"]).is_some();
    if !fields.iter().any(|(key, _)| key == "kind")
        && let Some((key, _)) = fields.iter_mut().find(|(key, _)| misspelt(key))
    {
        report.problem(path.field(key).text(), "an unknown field", "`kind`");
        "kind".clone_into(key);
    }
    let Some(kind) = read::take(fields, "kind") else {
        report.problem(path.text(), "no `kind`", format!("the field `kind`: {known}"));
        return None;
    };
    match kind {
        Node::Text(word) if BuiltIn::KINDS.contains(&word.as_str()) => Some(word),
        other => {
            let meant = match &other {
                Node::Text(word) => read::nearest(word, BuiltIn::KINDS.iter().copied()),
                _ => None,
            };
            let wanted = meant.map_or(known, |word| format!("{word:?}"));
            report.problem(path.field("kind").text(), other.described(), wanted);
            None
        }
    }
}

impl Header {
    /// How strong the rule is. `keep` brings its weights in fields of its own, and needs none here.
    fn strength(&self, is_keep: bool, path: &Path, report: &mut Report) -> Strength {
        let unread = ["required", "weight"].iter().any(|field| report.in_hole(path.field(field).text()));
        let priority = path.field("priority");
        if self.required && self.weight.is_some() {
            report.problem(path.field("weight").text(), "a weight beside \"required\": true", "one of the two");
        }
        if self.required && self.priority.is_some() {
            let found = "a priority beside \"required\": true";
            report.problem(priority.text(), found, "none: a required rule comes before all that are weighed");
        } else if self.priority == Some(0) {
            report.problem(priority.text(), "0", "1 or more; 1 is settled first");
        }
        if !self.required && self.weight.is_none() && !is_keep && !unread {
            report.problem(path.text(), "neither \"required\": true nor a `weight`", "one of the two");
        }
        if self.required {
            Strength::Required
        } else {
            Strength::Weighted { weight: self.weight.unwrap_or(Amount::ONE), priority: self.priority.unwrap_or(1) }
        }
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut report = Report::default();
        let mut tree = Node::deserialize(deserializer)?;
        report.take_repeats(&mut tree);
        let rule = read(tree, &Path::default(), &mut report);
        let problems: Vec<_> = report.problems().iter().map(ToString::to_string).collect();
        rule.filter(|_| problems.is_empty()).ok_or_else(|| de::Error::custom(problems.join(" / ")))
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
