//! The embedding code's own kinds of rules, by the words that files have for them.

use super::{
    Kind, OwnKind, RuleKind,
    read::{COMMON, Header},
    spec::with_common_fields,
};
use crate::event::{
    read::{Fields, Node, Path, Report},
    schema,
};
use schemars::Schema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// The embedding code's own kinds of rules, by the words that files have for them: with it, they are read like the kinds
/// that are built in.
///
/// A kind is any type that implements [`RuleKind`] and is read from an object by serde. Name, strength and talks are read for
/// it; its fields are those of its type, and problems with them are told with path and line.
///
/// ```
/// use slotwise::{Event, program::Draft, rules::{Finding, Placed, Registry, RuleKind, Scope}};
///
/// /// Each selected talk that is placed costs a fee.
/// #[derive(Clone, Debug, serde::Deserialize)]
/// struct Fee {
///     euros: u32,
/// }
///
/// impl RuleKind for Fee {
///     fn kind(&self) -> &str {
///         "fee"
///     }
///
///     fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
///         let cost = scope.cost(i64::from(self.euros));
///         placed.of(scope.talks()).map(|spot| Finding::against(i64::from(self.euros), cost, vec![spot.talk])).collect()
///     }
///
///     fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
///         for talk in scope.talks() {
///             draft.earn_placed(scope, *talk, -scope.cost(i64::from(self.euros)));
///         }
///     }
/// }
///
/// let registry = Registry::new().with::<Fee>("fee")?;
/// let event = |rule: &str| format!(r#"{{"name": "Meetup", "timezone": "Europe/Paris", "rules": [{rule}]}}"#);
///
/// let read = Event::read_with(&event(r#"{"kind": "fee", "weight": 1, "euros": 20}"#), &registry)?;
/// assert_eq!(read.rule_count(), 1);
///
/// let problems = Event::read_with(&event(r#"{"kind": "fee", "weight": 1, "euro": "20"}"#), &registry).unwrap_err();
/// assert_eq!(
///     problems.to_string(),
///     "rules[0].euro (fee rule, line 1): found an unknown field; wanted `euros`\n\
///      rules[0].euros (fee rule, line 1): found \"20\"; wanted a whole number, 0 or more, without quotes"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registry {
    kinds: BTreeMap<String, Reader>,
}

/// A word under which no kind can be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found the word {word:?} for a kind of rules, which {why}; a word of its own is wanted")]
pub struct NotAKind {
    word: String,
    why: &'static str,
}

/// How a kind is read.
#[derive(Clone, Copy, Debug)]
struct Reader {
    check_fields: fn(&mut Fields, &Path, &mut Report),
    read: fn(&Node, &Path, &mut Report) -> Option<Arc<dyn RuleKind>>,
}

impl Registry {
    /// No kinds but those built in.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with one kind more: what files call by that word is read as a `K`.
    ///
    /// The word should be the one that [`RuleKind::kind`] tells, so that answers call the kind as files do.
    ///
    /// # Errors
    ///
    /// Where the word is empty, is that of a built-in kind, or is registered already.
    ///
    /// ```
    /// # use slotwise::{program::Draft, rules::{Finding, Placed, Registry, RuleKind, Scope}};
    /// # #[derive(Debug, serde::Deserialize)]
    /// # struct Fee {}
    /// # impl RuleKind for Fee {
    /// #     fn kind(&self) -> &str { "fee" }
    /// #     fn audit(&self, _: &Scope<'_>, _: &Placed<'_>) -> Vec<Finding> { Vec::new() }
    /// #     fn state(&self, _: &Scope<'_>, _: &mut Draft<'_>) {}
    /// # }
    /// assert!(Registry::new().with::<Fee>("fee").is_ok());
    /// assert_eq!(
    ///     Registry::new().with::<Fee>("count").unwrap_err().to_string(),
    ///     "found the word \"count\" for a kind of rules, which is that of a built-in kind; a word of its own is wanted"
    /// );
    /// ```
    pub fn with<K: RuleKind + DeserializeOwned + 'static>(mut self, word: impl Into<String>) -> Result<Self, NotAKind> {
        let word = word.into();
        let why = if word.trim().is_empty() {
            "is empty"
        } else if Kind::KINDS.contains(&word.as_str()) {
            "is that of a built-in kind"
        } else if self.knows(&word) {
            "is registered already"
        } else {
            let check_fields = |fields: &mut Fields, path: &Path, report: &mut Report| {
                report.fields_for::<K>(fields, path, &COMMON);
            };
            let read = |fields: &Node, path: &Path, report: &mut Report| -> Option<Arc<dyn RuleKind>> {
                Some(Arc::new(report.read::<K>(fields, path)?))
            };
            self.kinds.insert(word, Reader { check_fields, read });
            return Ok(self);
        };
        Err(NotAKind { word, why })
    }

    /// The words of the registered kinds, in alphabetical order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// The JSON Schema of an event whose rules may be of the registered kinds too. Of these it knows the word and the fields
    /// that all rules have; it takes any others, which are checked when the event is read.
    pub fn schema(&self) -> Schema {
        let mut schema = schema();
        let header = schemars::schema_for!(Header);
        let kinds = schema.pointer_mut("/$defs/Rule/oneOf").and_then(Value::as_array_mut);
        if let Some(kinds) = kinds {
            let own = || serde_json::json!({ "type": "object" });
            kinds.extend(self.words().map(|word| with_common_fields(word, own(), &header)));
        }
        schema
    }

    pub(super) fn knows(&self, word: &str) -> bool {
        self.kinds.contains_key(word)
    }

    /// Tells of fields that neither the kind nor all rules have.
    pub(super) fn check_fields(&self, word: &str, fields: &mut Fields, path: &Path, report: &mut Report) {
        if let Some(reader) = self.kinds.get(word) {
            (reader.check_fields)(fields, path, report);
        }
    }

    /// Reads a rule of a registered kind from its own fields.
    pub(super) fn read(&self, word: String, fields: Fields, path: &Path, report: &mut Report) -> Option<OwnKind> {
        let fields = Node::Object(fields);
        let kind = (self.kinds.get(&word)?.read)(&fields, path, report)?;
        let Node::Object(fields) = fields else { return None };
        Some(OwnKind::new(word, fields, kind))
    }
}
