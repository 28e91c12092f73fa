//! Where in the text the values stand that problems are about: the line of each, and the id of its element.
//!
//! The tree does not keep positions: events are nearly always right. So the text of one that is wrong is looked through
//! once more, for the paths that its problems name and no others.

use super::node::{Path, Step};
use crate::event::{Problem, label};
use std::collections::HashMap;

/// The problems of a report, and what it knows of their places.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) problems: Vec<Problem>,
    /// Places in the text that are known already, by the problem's position.
    pub(super) at: HashMap<usize, usize>,
    /// Of a path that stands in the text several times, which time the problem is about.
    pub(super) nth: HashMap<usize, usize>,
    /// Paths as reading understood them, and as they stand in the text: a misspelt field is read as the one it was
    /// meant to be.
    pub(super) written: HashMap<String, String>,
}

impl Told {
    /// The problems in the order of the text, each with its line and element.
    pub(super) fn in_text(self, text: &str) -> Vec<Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let written: Vec<String> = self.problems.iter().map(|problem| self.as_written(&problem.path)).collect();
        let mut wanted: HashMap<String, Vec<Place>> = HashMap::new();
        for path in &written {
            for path in prefixes(path).chain([path.as_str()]).map(str::to_owned).chain(label::fields(path)) {
                wanted.entry(path).or_default();
            }
        }
        // Where the text ended early, what was found up to there is known.
        let _ = Scanner { text, at: 0, path: Path::default(), found: &mut wanted }.value(0);
        let place = |path: &str, nth: usize| wanted.get(path)?.get(nth).or_else(|| wanted.get(path)?.first());
        let mut placed: Vec<(usize, Problem)> = Vec::with_capacity(self.problems.len());
        for (i, (mut problem, path)) in self.problems.into_iter().zip(&written).enumerate() {
            let nth = self.nth.get(&i).copied().unwrap_or(0);
            // What stands nowhere goes with what holds it.
            let nearest = || prefixes(path).filter_map(|above| place(above, 0)).max_by_key(|place| place.at);
            let known = self.at.get(&i).copied();
            let at = known.or_else(|| place(path, nth).or_else(nearest).map(|place| place.at));
            problem.element = label::of(path, |list, position, field| {
                let place = place(&format!("{list}[{position}].{field}"), 0)?;
                serde_json::from_str(&text[place.value..place.end]).ok()
            });
            placed.push((at.filter(|_| known.is_some() || !path.is_empty()).unwrap_or(0), problem));
        }
        placed.sort_by_key(|(at, _)| *at);
        let (mut line, mut seen) = (1, 0);
        for (at, problem) in &mut placed {
            line += text[seen..*at].matches('\n').count();
            seen = *at;
            if problem.line.is_none() && !problem.path.is_empty() {
                problem.line = Some(line);
            }
        }
        placed.into_iter().map(|(_, problem)| problem).collect()
    }

    /// The path as it stands in the text.
    fn as_written(&self, path: &str) -> String {
        if self.written.is_empty() {
            return path.to_owned();
        }
        let mut above: Vec<&str> = prefixes(path).chain([path]).collect();
        above.reverse();
        let renamed = above.into_iter().find_map(|above| Some((above, self.written.get(above)?)));
        match renamed {
            Some((above, written)) if above.len() <= path.len() => format!("{written}{}", &path[above.len()..]),
            _ => path.to_owned(),
        }
    }
}

/// What holds the value at the path: `talks[0].tags`, `talks[0]` and `talks` for `talks[0].tags.topic`.
pub(super) fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices().filter(|(at, c)| *at > 0 && matches!(c, '.' | '[')).map(|(at, _)| &path[..at])
}

/// Where a value stands.
#[derive(Debug)]
struct Place {
    /// Where it begins, with the name of its field if it has one.
    at: usize,
    /// Where the value itself begins and ends.
    value: usize,
    end: usize,
}

/// Looks through a text that was read before: it is JSON, or nearly so, and not nested deeply.
struct Scanner<'t, 'w> {
    text: &'t str,
    at: usize,
    path: Path,
    found: &'w mut HashMap<String, Vec<Place>>,
}

impl Scanner<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|c| c.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn step(&mut self, over: u8) -> bool {
        self.blank();
        let there = self.peek() == Some(over);
        self.at += usize::from(there);
        there
    }

    /// One value, which begins at `from` with the name of its field. None where the text ends early.
    fn value(&mut self, from: usize) -> Option<()> {
        self.blank();
        let value = self.at;
        match self.peek()? {
            b'{' => self.object()?,
            b'[' => self.list()?,
            b'"' => self.string()?,
            _ => {
                let rest = &self.text[self.at..];
                let ends = |c: char| matches!(c, ',' | ']' | '}' | ' ' | '\t' | '\n' | '\r');
                self.at += rest.find(ends).unwrap_or(rest.len());
            }
        }
        if let Some(places) = self.found.get_mut(self.path.text()) {
            places.push(Place { at: from, value, end: self.at });
        }
        Some(())
    }

    fn list(&mut self) -> Option<()> {
        self.step(b'[');
        for i in 0.. {
            if self.step(b']') {
                break;
            }
            self.blank();
            let length = self.path.text().len();
            self.path.push(Step::At(i));
            let at = self.at;
            let read = self.value(at);
            self.path.back_to(length);
            read?;
            self.step(b',');
        }
        Some(())
    }

    fn object(&mut self) -> Option<()> {
        self.step(b'{');
        while !self.step(b'}') {
            self.blank();
            let from = self.at;
            self.string()?;
            let key: String = serde_json::from_str(&self.text[from..self.at]).ok()?;
            self.step(b':').then_some(())?;
            let length = self.path.text().len();
            self.path.push(Step::Field(&key));
            let read = self.value(from);
            self.path.back_to(length);
            read?;
            self.step(b',');
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        self.step(b'"').then_some(())?;
        loop {
            match self.peek()? {
                b'"' => break self.at += 1,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"talks\": [\n {\"id\": \"a\"},\n {\"id\": \"b, \\\" {\",\n  \"tags\": {\"a key\": [1,\n 2]}}],\n \"x\": 1, \"x\": 2}";

    fn told(paths: &[&str]) -> Vec<(String, Option<usize>, Option<String>)> {
        let problems = paths.iter().map(|path| Problem::new(*path, "x", "y")).collect();
        let told = Told { problems, ..Told::default() }.in_text(TEXT);
        told.into_iter().map(|problem| (problem.path, problem.line, problem.element)).collect()
    }

    #[test]
    fn each_problem_has_the_line_of_what_it_is_about_and_they_come_in_the_order_of_the_text() {
        let lines: Vec<_> = told(&["x", "talks[1].tags[\"a key\"][1]", "talks[1].tags", "talks[0]", ""])
            .into_iter()
            .map(|(path, line, _)| (path, line))
            .collect();
        let line = |path: &str, line| (path.to_owned(), line);
        assert_eq!(
            lines,
            [
                line("", None),
                line("talks[0]", Some(2)),
                line("talks[1].tags", Some(4)),
                line("talks[1].tags[\"a key\"][1]", Some(5)),
                line("x", Some(6)),
            ]
        );
    }

    #[test]
    fn what_is_missing_has_the_line_of_what_should_hold_it() {
        assert_eq!(told(&["talks[1].tags.topic[3]"])[0].1, Some(4));
        assert_eq!(told(&["talks[1].format"])[0].1, Some(3));
    }

    #[test]
    fn an_element_is_called_by_the_id_that_stands_in_the_text() {
        assert_eq!(told(&["talks[1].tags"])[0].2.as_deref(), Some(r#"talk "b, \" {""#));
    }

    #[test]
    fn of_a_field_that_stands_twice_the_second_is_found() {
        let problems = vec![Problem::new("a", "x", "y"), Problem::new("a", "a second `a`", "one only")];
        let told = Told { problems, nth: HashMap::from([(1, 1)]), ..Told::default() };
        let lines: Vec<_> = told.in_text("{\n\"a\": {\"a\": 1},\n\"a\": 2}").iter().map(|p| p.line).collect();
        assert_eq!(lines, [Some(2), Some(3)]);
    }

    #[test]
    fn what_was_read_under_another_name_is_found_under_its_own() {
        let problems = vec![Problem::new("talks[0].format[1]", "x", "y")];
        let written = HashMap::from([("talks[0].format".to_owned(), "talks[0].fromat".to_owned())]);
        let told = Told { problems, written, ..Told::default() };
        assert_eq!(told.in_text("{\"talks\": [{\n\"fromat\": [\n1,\n2]}]}")[0].line, Some(4));
    }
}
