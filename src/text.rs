//! Texts made fit for a message: short enough for a line, and in quotes.

use unicode_width::UnicodeWidthChar;

/// The columns that a quoted text takes in a message at most.
const QUOTED: usize = 60;

/// The text, or as much of it as fits in so many columns with an ellipsis.
///
/// It looks at the beginning of the text only: a text of a hundred megabytes is cut as fast as a long title.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    // Marks that take no column of their own could else go on without end.
    let most_chars = 8 * columns.max(1);
    let (mut width, mut fits) = (0, 0);
    for (count, (at, c)) in text.char_indices().enumerate() {
        width += c.width().unwrap_or(0);
        if width > columns || count >= most_chars {
            // A joiner joins what follows, which is cut off.
            return format!("{}…", text[..fits].trim_end_matches('\u{200d}').trim_end());
        }
        if width < columns {
            fits = at + c.len_utf8();
        }
    }
    text.to_owned()
}

/// The text in double quotes, with escapes for what would not print; cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", cut(text, QUOTED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn a_text_that_is_cut_ends_with_an_ellipsis_within_its_columns() {
        assert_eq!(cut("Déployer", 8), "Déployer");
        assert_eq!(cut("Déployer le vendredi", 9), "Déployer…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("", 4), "");
    }

    #[test]
    fn an_accent_stays_with_its_letter_and_a_joiner_goes_with_what_it_joins() {
        assert_eq!(cut("cafe\u{301} noir", 5), "cafe\u{301}…");
        assert_eq!(cut("ab👨\u{200d}👩\u{200d}👧", 5), "ab👨…");
    }

    #[test]
    fn marks_without_a_width_are_cut_too() {
        let text = format!("a{}", "\u{301}".repeat(1_000_000));
        assert!(cut(&text, 10).len() < 200);
        assert!(cut(&"x".repeat(1_000_000), 10).width() <= 10);
    }

    #[test]
    fn what_would_not_print_is_escaped() {
        assert_eq!(quoted("a\n\u{7}b"), r#""a\n\u{7}b""#);
        assert_eq!(quoted(&"é".repeat(100)), format!("\"{}…\"", "é".repeat(59)));
    }
}
