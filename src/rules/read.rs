//! Reading a rule: its kind, then what all rules have, then the fields of the kind.

use super::{Kind, Registry, Rule, Selection, Strength};
use crate::event::{
    Amount,
    read::{self, Fields, Node, Path, Report},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

/// What all rules have beside the fields of their kind.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
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
pub(super) const COMMON: [&str; 6] = ["kind", "name", "required", "weight", "priority", "talks"];

/// Reads a rule, and reports everything that is wrong with it. None where its kind is not known, or nothing can be made
/// of it.
pub(crate) fn read(rule: Node, path: &Path, registry: &Registry, report: &mut Report) -> Option<Rule> {
    let Node::Object(mut fields) = rule else {
        report.problem(path.text(), rule.described(), "a rule: an object with a `kind`");
        return None;
    };
    let word = read_kind(&mut fields, path, registry, report);
    if let Some(word) = &word {
        Kind::check_fields(word, &mut fields, path, report);
        registry.check_fields(word, &mut fields, path, report);
    }
    let (common, own) = fields.into_iter().partition(|(key, _)| COMMON.contains(&key.as_str()));
    let header: Header = report.read(&Node::Object(common), path)?;
    let word = word?;
    let kind = if registry.knows(&word) {
        Kind::Own(registry.read(word, own, path, report)?)
    } else {
        Kind::read(&word, &Node::Object(own), path, report)?
    };
    let strength = header.strength(matches!(kind, Kind::Keep(_)), path, report);
    Some(Rule { name: header.name, strength, talks: header.talks, kind })
}

/// Takes out the word for the rule's kind.
fn read_kind(fields: &mut Fields, path: &Path, registry: &Registry, report: &mut Report) -> Option<String> {
    let words: Vec<&str> = Kind::KINDS.iter().copied().chain(registry.words()).collect();
    let known = read::one_of(&words);
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
        Node::Text(word) if words.contains(&word.as_str()) => Some(word),
        other => {
            let meant = match &other {
                Node::Text(word) => read::nearest(word, words.iter().copied()),
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
            Strength::Weighted {
                weight: self.weight.unwrap_or(Amount::ONE),
                priority: self.priority.unwrap_or(1).max(1),
            }
        }
    }
}

impl<'de> Deserialize<'de> for Rule {
    /// Reads a rule of a built-in kind; those of other kinds are read by [`Event::from_json_with`](crate::Event::from_json_with).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut report = Report::default();
        let mut tree = Node::deserialize(deserializer)?;
        report.take_repeats(&mut tree);
        let rule = read(tree, &Path::default(), &Registry::new(), &mut report);
        let problems: Vec<_> = report.problems().iter().map(ToString::to_string).collect();
        rule.filter(|_| problems.is_empty()).ok_or_else(|| de::Error::custom(problems.join(" / ")))
    }
}
