//! Names to positions, texts to values.

use super::{BlockIx, Event, FormatIx, Problem, RoomIx, SlotIx, SpeakerIx, TalkIx, ValueIx, dangling, read};
use crate::text::quoted;
use std::collections::{HashMap, hash_map::Entry};

/// Where each id stands in its list.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    talks: HashMap<String, u32>,
    rooms: HashMap<String, u32>,
    speakers: HashMap<String, u32>,
    slots: HashMap<String, u32>,
    blocks: HashMap<String, u32>,
    formats: HashMap<String, u32>,
    reviewers: HashMap<String, u32>,
}

impl Names {
    /// Every id of the event; an id that is empty, has spaces around it or stands twice in its list is a problem.
    pub(super) fn of(event: &Event, problems: &mut Vec<Problem>) -> Self {
        fn list<'a>(
            name: &str,
            ids: impl Iterator<Item = &'a str>,
            problems: &mut Vec<Problem>,
        ) -> HashMap<String, u32> {
            let mut map = HashMap::new();
            let mut spaced: Vec<(u32, &str)> = Vec::new();
            for (i, id) in ids.enumerate() {
                let path = || format!("{name}[{i}].id");
                if id.trim().is_empty() {
                    problems.push(Problem::new(path(), quoted(id), "an id that is not empty"));
                    // That it stands in the list twice is no second mistake.
                    map.entry(id.to_owned()).or_insert(i as u32);
                    continue;
                }
                if id.trim() != id {
                    let wanted = format!("an id without spaces around it: {}", quoted(id.trim()));
                    problems.push(Problem::new(path(), quoted(id), wanted));
                    spaced.push((i as u32, id));
                    continue;
                }
                match map.entry(id.to_owned()) {
                    Entry::Occupied(first) => problems.push(Problem::new(
                        path(),
                        format!("{}, which is also the id of {name}[{}]", quoted(id), first.get()),
                        "an id of its own",
                    )),
                    Entry::Vacant(place) => {
                        place.insert(i as u32);
                    }
                }
            }
            // Who refers to it, with the spaces or without, makes no second mistake.
            for (i, id) in spaced {
                map.entry(id.to_owned()).or_insert(i);
                map.entry(id.trim().to_owned()).or_insert(i);
            }
            map
        }
        Self {
            rooms: list("rooms", event.rooms.iter().map(|x| x.id.as_str()), problems),
            formats: list("formats", event.formats.iter().map(|x| x.id.as_str()), problems),
            blocks: list("blocks", event.blocks.iter().map(|x| x.id.as_str()), problems),
            slots: list("slots", event.slots.iter().map(|x| x.id.as_str()), problems),
            speakers: list("speakers", event.speakers.iter().map(|x| x.id.as_str()), problems),
            talks: list("talks", event.talks.iter().map(|x| x.id.as_str()), problems),
            reviewers: list("reviewers", event.reviewers.iter().map(|x| x.id.as_str()), problems),
        }
    }

    /// What to wish for where an id leads nowhere: with the id that was probably meant, or those there are where they are
    /// few. Finding them takes a look at each, so whoever finds very many such ids does not ask for a `hint`.
    pub(super) fn wanted(&self, what: &str, id: &str, hint: bool) -> String {
        const FEW: usize = 6;
        let list = match what {
            "talk" => &self.talks,
            "room" => &self.rooms,
            "speaker" => &self.speakers,
            "slot" => &self.slots,
            "block" => &self.blocks,
            "format" => &self.formats,
            _ => &self.reviewers,
        };
        if list.is_empty() {
            return dangling::wanted_of_none(what);
        }
        // A space too many is a slip that nobody sees.
        if list.contains_key(id.trim()) {
            return format!("the id of a {what}, without spaces around it: {}", quoted(id.trim()));
        }
        let mut known: Vec<&str> = if hint { list.keys().map(String::as_str).collect() } else { Vec::new() };
        known.sort_unstable_by_key(|id| list.get(*id));
        // Of ids that differ in a number, as `p7` and `p9`, none is nearer than the others.
        let digits = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
        let alike = known.iter().copied().filter(|other| digits(other) == digits(id));
        match read::nearest(id, alike) {
            Some(near) => format!("the id of a {what}, perhaps {near:?}"),
            None if (1..=FEW).contains(&known.len()) => format!("the id of a {what}: {}", read::listed(&known, '"')),
            None => format!("the id of a {what}"),
        }
    }

    pub(super) fn talk(&self, id: impl AsRef<str>) -> Option<TalkIx> {
        self.talks.get(id.as_ref()).copied().map(TalkIx)
    }

    pub(super) fn room(&self, id: impl AsRef<str>) -> Option<RoomIx> {
        self.rooms.get(id.as_ref()).copied().map(RoomIx)
    }

    pub(super) fn speaker(&self, id: impl AsRef<str>) -> Option<SpeakerIx> {
        self.speakers.get(id.as_ref()).copied().map(SpeakerIx)
    }

    pub(super) fn slot(&self, id: impl AsRef<str>) -> Option<SlotIx> {
        self.slots.get(id.as_ref()).copied().map(SlotIx)
    }

    pub(super) fn block(&self, id: impl AsRef<str>) -> Option<BlockIx> {
        self.blocks.get(id.as_ref()).copied().map(BlockIx)
    }

    pub(super) fn format(&self, id: impl AsRef<str>) -> Option<FormatIx> {
        self.formats.get(id.as_ref()).copied().map(FormatIx)
    }

    pub(super) fn reviewer(&self, id: &str) -> Option<usize> {
        self.reviewers.get(id).map(|i| *i as usize)
    }
}

/// Texts to values and back.
#[derive(Clone, Debug, Default)]
pub(super) struct Interner {
    texts: Vec<String>,
    values: HashMap<String, ValueIx>,
}

impl Interner {
    pub(super) fn value(&mut self, text: &str) -> ValueIx {
        if let Some(value) = self.values.get(text) {
            return *value;
        }
        let value = ValueIx(self.texts.len() as u32);
        self.texts.push(text.to_owned());
        self.values.insert(text.to_owned(), value);
        value
    }

    pub(super) fn of(&mut self, texts: &[String]) -> Vec<ValueIx> {
        texts.iter().map(|text| self.value(text)).collect()
    }

    pub(super) fn find(&self, text: &str) -> Option<ValueIx> {
        self.values.get(text).copied()
    }

    pub(super) fn text(&self, value: ValueIx) -> &str {
        &self.texts[value.at()]
    }
}

/// The values that elements of one list have under each key.
///
/// Only what is there takes room: a congress where every talk had a key of its own would else take talks x keys.
#[derive(Clone, Debug, Default)]
pub(super) struct TagTable {
    values: HashMap<String, Vec<(u32, Vec<ValueIx>)>>,
    with: HashMap<String, HashMap<ValueIx, Vec<u32>>>,
}

impl TagTable {
    /// Notes an element's values under a key. Elements come in ascending order.
    pub(super) fn put(&mut self, element: usize, key: &str, values: Vec<ValueIx>) {
        if !self.values.contains_key(key) {
            self.values.insert(key.to_owned(), Vec::new());
            self.with.insert(key.to_owned(), HashMap::new());
        }
        if let Some(with) = self.with.get_mut(key) {
            for value in &values {
                with.entry(*value).or_default().push(element as u32);
            }
        }
        if let Some(column) = self.values.get_mut(key) {
            column.push((element as u32, values));
        }
    }

    /// The elements that have the value under the key, ascending.
    pub(super) fn with(&self, key: &str, value: ValueIx) -> &[u32] {
        self.with.get(key).and_then(|values| values.get(&value)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn values(&self, element: usize, key: &str) -> &[ValueIx] {
        let column = self.values.get(key).map_or(&[][..], Vec::as_slice);
        column.binary_search_by_key(&(element as u32), |(e, _)| *e).map_or(&[], |i| column[i].1.as_slice())
    }
}
