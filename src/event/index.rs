//! Names to positions, texts to values.

use super::{
    BlockId, BlockIx, Event, FormatId, FormatIx, Problem, RoomId, RoomIx, SlotId, SlotIx, SpeakerId, SpeakerIx, TalkId,
    TalkIx, ValueIx,
};
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
    /// Every id of the event; an id that is empty or stands twice in its list is a problem.
    pub(super) fn of(event: &Event, problems: &mut Vec<Problem>) -> Self {
        fn list<'a>(
            name: &str,
            ids: impl Iterator<Item = &'a str>,
            problems: &mut Vec<Problem>,
        ) -> HashMap<String, u32> {
            let mut map = HashMap::new();
            for (i, id) in ids.enumerate() {
                let path = || format!("{name}[{i}].id");
                if id.trim().is_empty() {
                    problems.push(Problem::new(path(), format!("{id:?}"), "an id that is not empty"));
                }
                match map.entry(id.to_owned()) {
                    Entry::Occupied(first) => problems.push(Problem::new(
                        path(),
                        format!("{id:?}, which is also the id of {name}[{}]", first.get()),
                        "an id of its own",
                    )),
                    Entry::Vacant(place) => {
                        place.insert(i as u32);
                    }
                }
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

    pub(super) fn talk(&self, id: &TalkId) -> Option<TalkIx> {
        self.talks.get(id.as_str()).copied().map(TalkIx)
    }

    pub(super) fn room(&self, id: &RoomId) -> Option<RoomIx> {
        self.rooms.get(id.as_str()).copied().map(RoomIx)
    }

    pub(super) fn speaker(&self, id: &SpeakerId) -> Option<SpeakerIx> {
        self.speakers.get(id.as_str()).copied().map(SpeakerIx)
    }

    pub(super) fn slot(&self, id: &SlotId) -> Option<SlotIx> {
        self.slots.get(id.as_str()).copied().map(SlotIx)
    }

    pub(super) fn block(&self, id: &BlockId) -> Option<BlockIx> {
        self.blocks.get(id.as_str()).copied().map(BlockIx)
    }

    pub(super) fn format(&self, id: &FormatId) -> Option<FormatIx> {
        self.formats.get(id.as_str()).copied().map(FormatIx)
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

    pub(super) fn find(&self, text: &str) -> Option<ValueIx> {
        self.values.get(text).copied()
    }

    pub(super) fn text(&self, value: ValueIx) -> &str {
        &self.texts[value.at()]
    }
}
