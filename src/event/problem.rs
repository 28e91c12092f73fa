//! What is wrong with an event: where, what was found, what would be right.

use super::{dangling, label};
use crate::text::cut;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::{self, Write as _};

/// The columns of a path, of what was found and of what is wanted in a message: longer ones are cut there.
const LONGEST: usize = 400;

/// One thing that is wrong, and where.
///
/// ```
/// use slotwise::Problem;
/// let problem = Problem::new("talks[17].speakers[0]", "\"s9\"", "the id of a speaker");
/// assert_eq!(problem.to_string(), "talks[17].speakers[0]: found \"s9\"; wanted the id of a speaker");
/// ```
///
/// Of an event that was read from a text, the line is known, and the element by its id:
///
/// ```
/// use slotwise::Event;
/// let text = "{\"name\": \"Meetup\", \"timezone\": \"Europe/Paris\", \"talks\": [\n{\"id\": \"p3\", \"minutes\": 0}]}";
/// let problems = Event::read(text).unwrap_err();
/// let problem = problems.iter().next().expect("never empty");
/// assert_eq!((problem.element.as_deref(), problem.line), (Some("talk \"p3\""), Some(2)));
/// assert!(problem.to_string().starts_with("talks[0].minutes (talk \"p3\", line 2): found 0; wanted"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Problem {
    /// Where it is: `talks[17].speakers[0]`; empty for the file as a whole, and for what is not JSON.
    pub path: String,
    /// What was found there.
    pub found: String,
    /// What would be right.
    pub wanted: String,
    /// In how many more places the same id leads nowhere; the path is that of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<u32>,
    /// The element of the list that the path leads into, by its id: `talk "p3"`. None where it has no id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// The line of the text, from 1. None for an event that was built in code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The character in that line, from 1, of what is not JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Problem {
    /// States what was found at a path, and what would be right.
    pub fn new(path: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        let (path, found, wanted) = (path.into(), found.into(), wanted.into());
        Self { path, found, wanted, more: None, element: None, line: None, column: None }
    }

    /// The same, of that place of a text.
    pub(crate) fn at(mut self, line: usize, column: usize) -> Self {
        (self.line, self.column) = (Some(count(line)), Some(count(column)));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| match self.column {
            Some(column) => format!("line {line}, column {column}"),
            None => format!("line {line}"),
        });
        let known: Vec<&str> = self.element.as_deref().into_iter().chain(line.as_deref()).collect();
        match (self.path.is_empty(), known.is_empty()) {
            (true, true) => {}
            (true, false) => write!(f, "{}: ", known.join(", "))?,
            (false, true) => write!(f, "{}: ", cut(&self.path, LONGEST))?,
            (false, false) => write!(f, "{} ({}): ", cut(&self.path, LONGEST), known.join(", "))?,
        }
        let more = self.more.map_or_else(String::new, |more| {
            format!(", here and in {more} more place{}", if more == 1 { "" } else { "s" })
        });
        write!(f, "found {}{more}; wanted {}", cut(&self.found, LONGEST), cut(&self.wanted, LONGEST))
    }
}

/// A number of lines or characters; texts beyond its range are not read.
pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
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
///
/// Since it is never empty, it is not collected from an iterator, but [`Problems::none_or`] is handed one:
///
/// ```
/// use slotwise::{Problem, Problems};
/// fn check(titles: &[&str]) -> Result<(), Problems> {
///     let empty = titles.iter().enumerate().filter(|(_, title)| title.is_empty());
///     Problems::none_or(empty.map(|(i, _)| Problem::new(format!("titles[{i}]"), "an empty text", "a title")))
/// }
/// assert_eq!(check(&["Borrowing"]), Ok(()));
/// let problems = check(&["", "Borrowing", ""]).unwrap_err();
/// assert_eq!(problems.into_iter().map(|problem| problem.path).collect::<Vec<_>>(), ["titles[0]", "titles[2]"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `Ok` where there are none, all of them otherwise: an id that leads nowhere once, however many places have it.
    ///
    /// # Errors
    ///
    /// When there is a problem.
    pub fn none_or(problems: impl IntoIterator<Item = Problem>) -> Result<(), Self> {
        let list: Vec<Problem> = problems.into_iter().collect();
        if list.is_empty() { Ok(()) } else { Err(Self(dangling::once(list))) }
    }

    /// The same, with each element called by its id. `field` tells the text of a field of an element of a list.
    pub(crate) fn none_or_named(
        mut list: Vec<Problem>,
        mut field: impl FnMut(&str, usize, &str) -> Option<String>,
    ) -> Result<(), Self> {
        for problem in &mut list {
            problem.element = label::of(&problem.path, &mut field);
        }
        Self::none_or(list)
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

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        self.0.extend(problems);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_very_long_is_cut_in_the_message_and_whole_in_the_data() {
        let long = "é".repeat(100_000);
        let problem = Problem::new(long.clone(), long.clone(), "a shorter one");
        assert!(problem.to_string().chars().count() < 1000);
        assert_eq!(problem.path, long);
    }

    #[test]
    fn the_place_of_what_is_not_json_is_its_line_and_column() {
        let problem = Problem::new("", "`x`", "`,`").at(3, 14);
        assert_eq!(problem.to_string(), "line 3, column 14: found `x`; wanted `,`");
    }
}
