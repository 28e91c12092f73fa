//! Lines of text that are never wider than asked.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Lines that are never wider than the page.
pub(crate) struct Page {
    columns: usize,
    text: String,
}

impl Page {
    pub(crate) fn new(columns: usize) -> Self {
        Self { columns, text: String::new() }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// All of it, without a line break at its end.
    pub(crate) fn text(&self) -> &str {
        self.text.trim_end()
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.hanging(text.len() - text.trim_start().len(), 0, text);
    }

    /// An empty line, once.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A text whose first line is indented by `first`, and whose others, where it takes several, by `rest`.
    pub(crate) fn hanging(&mut self, first: usize, rest: usize, text: &str) {
        // Blanks at the start of the text align its first line.
        let lead = text.len() - text.trim_start().len();
        let indent = first.max(lead);
        for (i, line) in wrapped(text.trim_start(), self.columns - indent, self.columns - rest).iter().enumerate() {
            self.push(if i == 0 { indent } else { rest }, line);
        }
    }

    /// Three columns, each of which wraps; a row begins with a mark.
    pub(crate) fn table(&mut self, rows: &[(&str, [String; 3])]) {
        let widest = |column: usize| rows.iter().map(|(_, cells)| cells[column].width()).max().unwrap_or(0);
        let indent = rows.iter().map(|(mark, _)| mark.width()).max().unwrap_or(0);
        let blank = 2;
        let first = (indent + widest(0)).min(self.columns / 2);
        let second = widest(1).min(self.columns / 4);
        let third = self.columns - first - second - 2 * blank;
        for (mark, [name, asked, reached]) in rows {
            let indent = mark.width();
            let columns = [
                wrapped(name, first - indent, first - indent),
                wrapped(asked, second, second),
                wrapped(reached, third, third),
            ];
            for line in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
                let [name, asked, reached] = columns.each_ref().map(|c| c.get(line).map_or("", String::as_str));
                let mark = if line == 0 { mark } else { "" };
                let mut text = format!("{mark}{}{name}", " ".repeat(indent - mark.width()));
                pad(&mut text, first + blank);
                text.push_str(asked);
                pad(&mut text, first + second + 2 * blank);
                self.push(0, &(text + reached));
            }
        }
    }

    fn push(&mut self, indent: usize, line: &str) {
        let line = line.trim_end();
        if !line.is_empty() {
            self.text.push_str(&" ".repeat(indent));
        }
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn pad(text: &mut String, columns: usize) {
    text.push_str(&" ".repeat(columns.saturating_sub(text.width())));
}

/// The text in lines, broken between words; a word that is too long is broken where it must be.
fn wrapped(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for mut word in words(text) {
        loop {
            let room = if lines.len() == 1 { first } else { rest }.max(1);
            let last = lines.len() - 1;
            let line = &mut lines[last];
            let blank = if line.is_empty() { "" } else { " " };
            if line.width() + blank.len() + word.width() <= room {
                *line += blank;
                *line += word;
                break;
            }
            if line.is_empty() {
                let (fits, rest) = word.split_at(fitting(word, room));
                *line += fits;
                word = rest;
                if word.is_empty() {
                    break;
                }
            }
            lines.push(String::new());
        }
    }
    lines
}

/// What is not broken: words, and with them what stands apart from them but belongs to them, as in `Pourquoi ?` and `5 %`.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(' ') {
        let (before, after) = (&text[from..at], &text[at + 1..]);
        if !after.starts_with([':', ';', '?', '!', '»', '%', '±']) && !before.ends_with(['«', '±']) {
            words.push(before);
            from = at + 1;
        }
    }
    words.push(&text[from..]);
    words
}

/// How many bytes of the word fit: one character at least.
fn fitting(word: &str, room: usize) -> usize {
    let mut width = 0;
    let beyond = word.char_indices().find(|(at, c)| {
        width += c.width().unwrap_or(0);
        width > room && *at > 0
    });
    beyond.map_or(word.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_never_before_the_punctuation_that_french_sets_apart() {
        assert_eq!(wrapped("Où vont mes octets ? Une enquête", 18, 20), ["Où vont mes", "octets ? Une enquête"]);
        assert_eq!(wrapped("« Salut » dit-elle", 9, 9), ["« Salut »", "dit-elle"]);
    }

    #[test]
    fn words_longer_than_a_line_are_broken_and_wide_letters_count_twice() {
        assert_eq!(wrapped("a bcdefgh", 3, 3), ["a", "bcd", "efg", "h"]);
        assert_eq!(wrapped("日本語", 4, 4), ["日本", "語"]);
        assert_eq!(wrapped("日本", 1, 1), ["日", "本"]);
        assert_eq!(wrapped("", 5, 5), [""]);
    }

    #[test]
    fn columns_align_whatever_the_accents_and_no_line_is_wider_than_the_page() {
        let mut page = Page::new(40);
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        page.table(&[
            ("", row(["Quotas", "asked", "reached"])),
            ("! ", row(["e\u{301}quité entre les régions", "at least 10", "nine of them, which is less than that"])),
        ]);
        assert!(page.text().lines().all(|line| line.width() <= 40), "{}", page.text());
        let starts = page.text().lines().map(|l| l[..l.find("reached").or(l.find("nine")).unwrap_or(0)].width());
        assert_eq!(starts.take(2).collect::<std::collections::BTreeSet<_>>().len(), 1, "{}", page.text());
    }
}
