//! What serde expects, in an organiser's words.

use super::node::Node;
use crate::{event::check, text::cut};

/// The wish for a number that counts something.
const WHOLE: &str = "a whole number, 0 or more";

/// What would be right, from what serde calls it.
pub(super) fn expected(serde: &str) -> String {
    match serde {
        "u32" | "u64" | "usize" => WHOLE,
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "i8" => "a whole number from -128 to 127",
        "i16" => "a whole number from -32768 to 32767",
        "i32" | "i64" | "isize" => "a whole number",
        "f64" | "f32" => "a number",
        "a string" => "a text in double quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "a date string" => "a date, such as \"2026-10-30\"",
        _ if serde.starts_with("struct ") => "an object",
        _ => serde,
    }
    .to_owned()
}

/// What would be right, from a message such as "found X; Y is wanted"; and whether it was of that form, which is ours.
pub(super) fn of_message(message: &str) -> (String, bool) {
    let Some(rest) = message.strip_suffix(" is wanted") else { return (message.to_owned(), false) };
    let wanted = match rest.rsplit_once("; ") {
        Some((found, wanted)) if found.starts_with("found ") => wanted,
        _ => rest,
    };
    (wanted.trim_end_matches(',').to_owned(), true)
}

/// The same wish, with the range that the number at the path must be in.
pub(super) fn in_range(wanted: &str, path: &str, found: &Node) -> String {
    if wanted != WHOLE {
        return wanted.to_owned();
    }
    let too_large = match found {
        Node::Whole(_) => true,
        Node::Decimal(number) => *number > 0.0 && number.fract() == 0.0,
        _ => false,
    };
    check::wanted_number(path).unwrap_or_else(|| {
        // A number that is whole and not negative is wrong by its size.
        if too_large { format!("a whole number from 0 to {}", u32::MAX) } else { wanted.to_owned() }
    })
}

/// `one of "a", "b" or "c"`.
pub(crate) fn one_of(words: &[&str]) -> String {
    format!("{}{}", if words.len() > 2 { "one of " } else { "" }, listed(words, '"'))
}

/// The words in quotes, with commas and an "or".
pub(crate) fn listed(words: &[&str], quote: char) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("{quote}{}{quote}", cut(word, 60))).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// The same wish, with what makes this very value right where that is plain.
pub(super) fn made_right(wanted: String, found: &Node) -> String {
    match (wanted.as_str(), found) {
        ("a text in double quotes", Node::Whole(_) | Node::Negative(_) | Node::Decimal(_)) => {
            format!("{wanted}: \"{}\"", found.described())
        }
        ("a list", Node::Null) => "a list, or no such field".to_owned(),
        ("a list", Node::Text(_) | Node::Whole(_)) => format!("a list: [{}]", found.described()),
        ("true or false", Node::Text(text)) if matches!(text.as_str(), "true" | "false") => {
            format!("{text}, without quotes")
        }
        (_, Node::Text(text)) if wanted.contains("number") && text.trim().parse::<f64>().is_ok() => {
            format!("{wanted}, without quotes")
        }
        _ => wanted,
    }
}

/// The word that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any field of ours and its mistakes; and a distance takes time in proportion to the length.
    const LONGEST: usize = 40;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase().replace(['-', ' '], "_");
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
