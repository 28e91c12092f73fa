//! Lines of text that are never wider than asked.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text, or as much of it as fits, and an ellipsis.
pub(super) fn cut_to(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if short.width() + c.width().unwrap_or(0) + 1 > columns {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

/// Lines that are never wider than the page.
pub(super) struct Page {
    columns: usize,
    text: String,
}

impl Page {
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, text: String::new() }
    }

    /// All of it, without a line break at its end.
    pub(super) fn text(&self) -> &str {
        self.text.trim_end()
    }

    pub(super) fn line(&mut self, text: &str) {
        self.hanging(text.len() - text.trim_start().len(), 0, text);
    }

    /// An empty line, once.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A text whose first line is indented by `first`, and whose others, where it takes several, by `rest`.
    pub(super) fn hanging(&mut self, first: usize, rest: usize, text: &str) {
        // Blanks at the start of the text align its first line.
        let lead = text.len() - text.trim_start().len();
        let indent = if text.trim_start().is_empty() { 0 } else { first.max(lead) };
        for (i, line) in wrapped(text.trim_start(), self.columns - indent, self.columns - rest).iter().enumerate() {
            self.text.push_str(&" ".repeat(if i == 0 { indent } else { rest }));
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Three columns, the last of which wraps.
    pub(super) fn table(&mut self, rows: &[[String; 3]]) {
        let widest = |column: usize, most: usize| rows.iter().map(|r| r[column].width()).max().unwrap_or(0).min(most);
        let (first, second) = (widest(0, self.columns * 2 / 5), widest(1, self.columns / 4));
        for [name, asked, reached] in rows {
            let lead = name.len() - name.trim_start().len();
            let name = format!("{}{}", " ".repeat(lead), cut_to(name.trim_start(), first - lead));
            let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()) + 2);
            let asked_cut = cut_to(asked, second);
            let head = format!("{name}{}{asked_cut}{}", pad(&name, first), pad(&asked_cut, second));
            let indent = head.width();
            let rest = self.columns.saturating_sub(indent).max(10);
            for (i, line) in wrapped(reached, rest, rest).iter().enumerate() {
                if i == 0 {
                    self.text.push_str(&head);
                } else {
                    self.text.push_str(&" ".repeat(indent));
                }
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
    }
}

/// The text in lines, broken between words; a word that is too long is broken where it must be.
fn wrapped(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word;
        loop {
            let room = if lines.len() == 1 { first } else { rest }.max(1);
            let at_end = lines.len() - 1;
            let line = &mut lines[at_end];
            let blank = usize::from(!line.is_empty());
            if line.width() + blank + word.width() <= room {
                if blank == 1 {
                    line.push(' ');
                }
                line.push_str(word);
                break;
            }
            if blank == 1 {
                lines.push(String::new());
                continue;
            }
            let mut at = word.len();
            let mut width = 0;
            for (i, c) in word.char_indices() {
                width += c.width().unwrap_or(0);
                if width > room && i > 0 {
                    at = i;
                    break;
                }
            }
            line.push_str(&word[..at]);
            word = &word[at..];
            if word.is_empty() {
                break;
            }
            lines.push(String::new());
        }
    }
    lines
}
