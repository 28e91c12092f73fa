//! What is wrong with a text that is not JSON.
//!
//! `serde_json` says what is JSON. This reader sees a text only after `serde_json` refused it, to say in plain words
//! what is wrong and in which line, and to go on where that is harmless: after a comma too many, and after a word where
//! a value should be (`NaN`, `.5`, `True`, `1e400`), which the types then refuse by its path.

use super::node::Node;
use crate::{event::Problem, text::quoted};

/// How deep lists and objects may be nested; `serde_json` has the same limit.
const DEEPEST: usize = 127;

/// The tree of a text that is not quite JSON, and the problems that reading could go on after.
///
/// `what` the text is of, in a word: an event. Each problem comes with its place in the text.
pub(super) fn forgiving(text: &str, what: &str) -> Result<(Node, Vec<(usize, Problem)>), Problem> {
    let mut reader = Reader { text, at: 0, open: Vec::new(), commas: Vec::new() };
    reader.blank();
    if reader.peek().is_none() {
        return Err(Problem::new("", "an empty file", format!("{what}, as a JSON object")));
    }
    if !matches!(reader.peek(), Some('{' | '[')) {
        return Err(reader.problem(format!("`{{`, with which {what} starts")));
    }
    let tree = reader.value()?;
    reader.blank();
    match reader.peek() {
        None => Ok((tree, reader.commas())),
        Some(_) => Err(reader.problem(format!(
            "nothing after the end of {}",
            what.replacen("an ", "the ", 1).replacen("a ", "the ", 1)
        ))),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// What closes the lists and objects that are open, and where each was opened.
    open: Vec<(char, usize)>,
    /// Where a comma stands before the end of a list or object, and that end.
    commas: Vec<(usize, char)>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Steps over the character, if it is the next.
    fn step(&mut self, over: char) -> bool {
        let there = self.peek() == Some(over);
        self.at += if there { over.len_utf8() } else { 0 };
        there
    }

    fn line_at(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// A problem at that place of the text.
    fn at(&self, at: usize, found: impl Into<String>, wanted: impl Into<String>) -> Problem {
        let column = self.text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
        Problem::new("", found, wanted).at(self.line_at(at), column)
    }

    /// What stands here, where something else was wanted.
    fn problem(&self, wanted: impl Into<String>) -> Problem {
        let found = match self.peek() {
            None => "the end of the file".to_owned(),
            Some('/' | '#') => "a comment, which JSON does not have".to_owned(),
            Some(c) if is_of_word(c) && c != ':' => {
                format!("`{}`", self.word().trim_end_matches(':').chars().take(40).collect::<String>())
            }
            Some(c) if c.is_control() || c.is_whitespace() => format!("the character U+{:04X}", u32::from(c)),
            Some(c) => format!("`{c}`"),
        };
        self.at(self.at, found, wanted)
    }

    /// The letters, digits and signs that stand here.
    fn word(&self) -> &str {
        let rest = self.rest();
        &rest[..rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())]
    }

    fn value(&mut self) -> Result<Node, Problem> {
        match self.peek() {
            Some('{') => self.opened('{', '}', Self::object),
            Some('[') => self.opened('[', ']', Self::list),
            Some('"') => self.string().map(Node::Text),
            Some(c) if is_of_word(c) && c != ':' => Ok(self.scalar()),
            Some('\'') => Err(self.problem("a text in double quotes")),
            _ => {
                Err(self.problem("a value: a text in double quotes, a number, true, false, null, a list or an object"))
            }
        }
    }

    fn opened(
        &mut self,
        with: char,
        closes: char,
        read: impl FnOnce(&mut Self) -> Result<Node, Problem>,
    ) -> Result<Node, Problem> {
        if self.open.len() >= DEEPEST {
            let wanted = format!("at most {DEEPEST} of them");
            return Err(self.at(self.at, format!("{} lists and objects in one another", DEEPEST + 1), wanted));
        }
        self.open.push((closes, self.at));
        self.step(with);
        let node = read(self)?;
        self.open.pop();
        Ok(node)
    }

    fn list(&mut self) -> Result<Node, Problem> {
        let mut items = Vec::new();
        while self.another(']', items.is_empty())? {
            items.push(self.value()?);
        }
        Ok(Node::List(items))
    }

    fn object(&mut self) -> Result<Node, Problem> {
        let mut fields = Vec::new();
        while self.another('}', fields.is_empty())? {
            if self.peek() != Some('"') {
                return Err(self.problem("the name of a field, in double quotes"));
            }
            let key = self.string()?;
            self.blank();
            if !self.step(':') {
                return Err(self.problem(format!("`:` after the field's name {}", quoted(&key))));
            }
            self.blank();
            fields.push((key, self.value()?));
        }
        Ok(Node::Object(fields))
    }

    /// Steps to the next element or over the end.
    fn another(&mut self, end: char, first: bool) -> Result<bool, Problem> {
        self.blank();
        if self.step(end) {
            return Ok(false);
        }
        if first {
            return Ok(true);
        }
        let comma = self.at;
        if !self.step(',') {
            let opened = self.open.last().map_or(1, |(_, at)| self.line_at(*at));
            let what = if end == ']' { "list" } else { "object" };
            let wanted = match self.peek() {
                None => format!("`{end}`, the end of the {what} that line {opened} opens"),
                Some(_) => format!("`,` and more, or `{end}`, the end of the {what} that line {opened} opens"),
            };
            return Err(self.problem(wanted));
        }
        self.blank();
        if self.step(end) {
            self.commas.push((comma, end));
            return Ok(false);
        }
        Ok(true)
    }

    /// The commas too many, their places told in one pass: there may be very many.
    fn commas(&self) -> Vec<(usize, Problem)> {
        let (mut line, mut line_start, mut column, mut seen) = (1, 0, 0, 0);
        let mut problems = Vec::new();
        for (at, end) in &self.commas {
            line += self.text[seen..*at].matches('\n').count();
            let counted = seen;
            if let Some(found) = self.text[seen..*at].rfind('\n') {
                (line_start, column) = (seen + found + 1, 0);
            }
            seen = *at;
            // Counted on from the comma before, where that is in the same line: it may be a very long one.
            column += self.text[counted.max(line_start)..*at].chars().count();
            let problem = Problem::new("", format!("a comma before `{end}`"), "none after the last element");
            problems.push((*at, problem.at(line, column + 1)));
        }
        problems
    }

    fn scalar(&mut self) -> Node {
        let word = self.word().to_owned();
        self.at += word.len();
        match serde_json::from_str(&word) {
            Ok(node) => node,
            Err(_) => Node::Word(word),
        }
    }

    fn string(&mut self) -> Result<String, Problem> {
        let from = self.at;
        self.at += 1;
        loop {
            let Some(c) = self.peek() else {
                self.at = from;
                return Err(self.at(from, "a text without an end", "its closing `\"`"));
            };
            self.at += c.len_utf8();
            match c {
                '"' => break,
                '\\' => self.escape()?,
                '\n' | '\r' => {
                    let wanted = "its closing `\"` in the same line; a line break in a text is written `\\n`";
                    return Err(self.at(from, "a text that runs over the end of its line", wanted));
                }
                '\t' => {
                    let wanted = "`\\t`, or a space";
                    return Err(self.at(self.at - 1, "a tab in a text", wanted));
                }
                c if c < ' ' => {
                    let found = format!("the character U+{:04X} in a text", u32::from(c));
                    return Err(self.at(self.at - 1, found, format!("`\\u{:04x}`, or none", u32::from(c))));
                }
                _ => {}
            }
        }
        serde_json::from_str(&self.text[from..self.at]).map_err(|_| {
            let wanted = "the two escapes of a character beyond U+FFFF, `\\ud83d\\ude00`";
            self.at(from, "a text with half a character", wanted)
        })
    }

    /// What may stand after a backslash.
    fn escape(&mut self) -> Result<(), Problem> {
        let wrong = |reader: &Self, found: String| {
            let wanted =
                "`\\\\` for a backslash, or one of `\\\"`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t`, `\\u00e9`";
            reader.at(reader.at - 1, found, wanted)
        };
        match self.peek() {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => self.at += 1,
            Some('u') if self.text.as_bytes().get(self.at + 1..self.at + 5).is_some_and(is_hex) => self.at += 5,
            Some(c) => return Err(wrong(self, format!("`\\{c}`"))),
            None => {}
        }
        Ok(())
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | '_' | ':')
}

fn is_hex(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_json_is_read_as_serde_json_reads_it() {
        for text in [
            include_str!("../../../tests/good_input/design.json"),
            r#"{"a\u00e9\ud83d\ude00\\\"\/\b\f\n\r\t": [-0, 0.5, -1e-3, 1E+2, 18446744073709551615, -1, null, true, [], {}]}"#,
            "\r\n\t [1 , 2\n]\n",
        ] {
            assert_eq!(forgiving(text, "an event"), Ok((serde_json::from_str(text).expect(text), Vec::new())));
        }
    }

    #[test]
    fn a_comma_too_many_is_told_in_its_line() {
        let (_, problems) = forgiving("[1,\n [2,], {\"é\": 3,},\n]", "an event").expect("nearly JSON");
        let places: Vec<_> = problems.iter().map(|(at, p)| (*at, p.line, p.column)).collect();
        let on_line_2 = |at, column| (at, Some(2), Some(column));
        assert_eq!(places, [on_line_2(7, 4), on_line_2(19, 15), on_line_2(21, 17)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn of_signs_in_any_order_it_takes_all_that_serde_json_takes(signs in prop::collection::vec(
            prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u00e9\"", "1", "-2.5", "true", " ", "\n"]), 0..14,
        )) {
            let text = format!("[{}]", signs.concat());
            if let Ok(tree) = serde_json::from_str::<Node>(&text) {
                prop_assert_eq!(forgiving(&text, "an event"), Ok((tree, Vec::new())));
            }
        }
    }
}
