//! Names that nobody bears, and the one that was probably meant.

use crate::{
    event::{CheckedEvent, Tags, TalkStatus, read},
    text::quoted,
};
use std::collections::{BTreeMap, BTreeSet};

/// So many names are told where none is near: more would be no help.
const FEW: usize = 6;

/// The keys and values that somebody bears, list by list.
#[derive(Debug)]
pub(crate) struct Tagged<'e> {
    /// Those of talks that were not declined.
    pub(crate) talks: Keys<'e>,
    /// Those of the speakers of such talks; the company is the key `company`.
    pub(crate) speakers: Keys<'e>,
    pub(crate) rooms: Keys<'e>,
    pub(crate) slots: Keys<'e>,
}

/// The keys of tags, and the values that somebody has under each.
pub(crate) type Keys<'e> = BTreeMap<&'e str, BTreeSet<&'e str>>;

impl<'e> Tagged<'e> {
    pub(crate) fn of(event: &'e CheckedEvent) -> Self {
        // Indices are positions in these lists.
        let written = event.canonical();
        let open = || event.talk_indices().filter(|t| event.talk(*t).status != TalkStatus::Declined);
        let mut heard: Vec<bool> = vec![false; written.speakers.len()];
        open().flat_map(|t| &event.talk(t).speakers).for_each(|s| heard[s.at()] = true);
        let mut speakers = Keys::new();
        for (speaker, _) in written.speakers.iter().zip(heard).filter(|(_, heard)| *heard) {
            add(&mut speakers, &speaker.tags);
            if let Some(company) = &speaker.company {
                speakers.entry("company").or_default().insert(company);
            }
        }
        Self {
            talks: of(open().map(|t| &written.talks[t.at()].tags)),
            speakers,
            rooms: of(written.rooms.iter().map(|room| &room.tags)),
            slots: of(written.slots.iter().map(|slot| &slot.tags)),
        }
    }
}

fn of<'e>(tags: impl Iterator<Item = &'e Tags>) -> Keys<'e> {
    let mut keys = Keys::new();
    tags.for_each(|tags| add(&mut keys, tags));
    keys
}

fn add<'e>(keys: &mut Keys<'e>, tags: &'e Tags) {
    for (key, values) in &tags.0 {
        keys.entry(key).or_default().extend(values.iter().map(String::as_str));
    }
}

/// The end of a sentence about a name that nobody bears: the one that was probably meant, or those there are where they
/// are few.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let simple = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let same = known.clone().find(|other| simple(other) == simple(name));
    if let Some(meant) = same.or_else(|| read::nearest(name, known.clone())) {
        return format!("; did you mean {}?", quoted(meant));
    }
    let first: Vec<&str> = known.take(FEW + 1).collect();
    if (1..=FEW).contains(&first.len()) { format!("; known: {}", one_or_more(&first)) } else { String::new() }
}

/// The names in quotes: `"a", "b" and "c"`.
pub(crate) fn one_or_more<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name.as_ref())).collect();
    match &names[..] {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_told_or_the_few_there_are() {
        let known = || ["topic", "Level", "two words"].into_iter();
        assert_eq!(did_you_mean("topc", known()), "; did you mean \"topic\"?");
        assert_eq!(did_you_mean("LEVEL", known()), "; did you mean \"Level\"?");
        assert_eq!(did_you_mean("two-words", known()), "; did you mean \"two words\"?");
        assert_eq!(did_you_mean("zz", known()), "; known: \"topic\", \"Level\" and \"two words\"");
        assert_eq!(did_you_mean("zz", (0..100).map(|_| "topic")), "");
        assert_eq!(did_you_mean("zz", std::iter::empty()), "");
    }
}
