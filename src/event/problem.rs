//! What is wrong with an event: where, what was found, what would be right.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::{self, Write as _};

/// One thing that is wrong, and where.
///
/// ```
/// use slotwise::Problem;
/// let problem = Problem::new("talks[17].speakers[0]", "\"s9\"", "the id of a speaker");
/// assert_eq!(problem.to_string(), "talks[17].speakers[0]: found \"s9\"; wanted the id of a speaker");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Problem {
    /// Where it is: `talks[17].speakers[0]`; empty for the file as a whole.
    pub path: String,
    /// What was found there.
    pub found: String,
    /// What would be right.
    pub wanted: String,
}

impl Problem {
    /// States what was found at a path, and what would be right.
    pub fn new(path: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self { path: path.into(), found: found.into(), wanted: wanted.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "found {}; wanted {}", self.found, self.wanted)
    }
}

/// Extends a path by a key: `.speakers`, or `["a key"]` where the key is no plain word.
pub(crate) fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '+' | '/'));
    if plain {
        path.push_str(if path.is_empty() { "" } else { "." });
        path.push_str(key);
    } else {
        let _ = write!(path, "[{key:?}]");
    }
}

/// Everything that is wrong with an event or a timetable, in the order of the file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `Ok` when the list is empty, everything in it otherwise.
    ///
    /// # Errors
    ///
    /// When the list is not empty.
    pub fn none_or(list: Vec<Problem>) -> Result<(), Self> {
        if list.is_empty() { Ok(()) } else { Err(Self(list)) }
    }

    /// The problems.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// How many there are: at least one.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
