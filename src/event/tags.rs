//! Tags: keys with one or more values, on talks, speakers, rooms and slots.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{
    collections::{BTreeMap, btree_map},
    fmt,
};

/// Keys with one or more values each: `{"topic": ["kubernetes"], "level": ["beginner"]}`.
///
/// They are collected from keys with their values, and give these back in the order of the keys:
///
/// ```
/// use slotwise::Tags;
/// let tags: Tags = [("topic", vec!["rust", "web"]), ("level", vec!["easy"])].into_iter().collect();
/// assert!(tags.has("topic", "web"));
/// let keys: Vec<_> = tags.iter().map(|(key, values)| (key.as_str(), values.len())).collect();
/// assert_eq!(keys, [("level", 1), ("topic", 2)]);
/// assert_eq!(tags.clone().into_iter().collect::<Tags>(), tags);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Tags(pub BTreeMap<String, Vec<String>>);

impl Tags {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values of a key; none when the key is absent.
    pub fn values(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Adds a value to a key.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.entry(key.into()).or_default().push(value.into());
    }

    /// The keys in their order, each with its values.
    pub fn iter(&self) -> btree_map::Iter<'_, String, Vec<String>> {
        self.0.iter()
    }

    /// Whether some value of the key is the given one.
    pub fn has(&self, key: &str, value: &str) -> bool {
        self.values(key).iter().any(|v| v == value)
    }
}

impl IntoIterator for Tags {
    type Item = (String, Vec<String>);
    type IntoIter = btree_map::IntoIter<String, Vec<String>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'t> IntoIterator for &'t Tags {
    type Item = (&'t String, &'t Vec<String>);
    type IntoIter = btree_map::Iter<'t, String, Vec<String>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Into<String>, V: IntoIterator<Item: Into<String>>> FromIterator<(K, V)> for Tags {
    /// A key that comes twice has the values of both.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(keys: I) -> Self {
        let mut tags = Self::default();
        tags.extend(keys);
        tags
    }
}

impl<K: Into<String>, V: IntoIterator<Item: Into<String>>> Extend<(K, V)> for Tags {
    /// The values of a key that is there already are added to it.
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, keys: I) {
        for (key, values) in keys {
            self.0.entry(key.into()).or_default().extend(values.into_iter().map(Into::into));
        }
    }
}

impl<'de> Deserialize<'de> for Tags {
    /// A key that is written twice is an error: the first one's values would be lost.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Tags;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of lists of texts, such as {\"topic\": [\"kubernetes\"]}")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Tags, A::Error> {
                let mut tags = BTreeMap::new();
                while let Some((key, values)) = map.next_entry::<String, Vec<String>>()? {
                    if tags.contains_key(&key) {
                        return Err(de::Error::custom(format_args!(
                            "found the key {key:?} twice; one list with all its values is wanted"
                        )));
                    }
                    tags.insert(key, values);
                }
                Ok(Tags(tags))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}
