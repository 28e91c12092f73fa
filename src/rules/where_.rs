//! Places: which rooms, slots and times a rule is about.

use super::{Check, RoomsSeen, Spot};
use crate::event::{BlockId, BlockIx, CheckedEvent, RoomId, RoomIx, SlotId, SlotIx, Span, Tags, Window};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which places: those that everything said here is true of. An empty one is every place.
///
/// ```
/// use slotwise::rules::Where;
/// let opening: Where = serde_json::from_str(r#"{"slot_tags": {"mood": ["opening"]}, "rooms": ["big"]}"#)?;
/// assert_eq!(opening, Where::rooms(["big"]).and_slot_tag("mood", ["opening"]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Where {
    /// In one of these rooms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rooms: Option<Vec<RoomId>>,
    /// In a room that has, under each key, one of its values.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub room_tags: Tags,
    /// In one of these slots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<Vec<SlotId>>,
    /// In a slot that has, under each key, one of its values.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub slot_tags: Tags,
    /// Starting in one of these blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<BlockId>>,
    /// Starting on one of these days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>", extend("items" = {"type": "string", "format": "date"}))]
    pub days: Option<Vec<Date>>,
    /// Running wholly within one of these windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<Window>>,
    /// In all of these places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Where>>,
    /// In one or more of these places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Where>>,
    /// Not in this place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Where>>,
}

impl Where {
    /// Everywhere.
    pub fn anywhere() -> Self {
        Self::default()
    }

    /// In one of the rooms.
    pub fn rooms<I: Into<RoomId>>(rooms: impl IntoIterator<Item = I>) -> Self {
        Self { rooms: Some(rooms.into_iter().map(Into::into).collect()), ..Self::default() }
    }

    /// In one of the slots.
    pub fn slots<I: Into<SlotId>>(slots: impl IntoIterator<Item = I>) -> Self {
        Self { slots: Some(slots.into_iter().map(Into::into).collect()), ..Self::default() }
    }

    /// Starting in one of the blocks.
    pub fn blocks<I: Into<BlockId>>(blocks: impl IntoIterator<Item = I>) -> Self {
        Self { blocks: Some(blocks.into_iter().map(Into::into).collect()), ..Self::default() }
    }

    /// Starting on one of the days.
    pub fn days(days: impl IntoIterator<Item = Date>) -> Self {
        Self { days: Some(days.into_iter().collect()), ..Self::default() }
    }

    /// Running wholly within the window.
    pub fn window(window: Window) -> Self {
        Self { windows: Some(vec![window]), ..Self::default() }
    }

    /// In a slot that has one of the values under the key.
    pub fn slot_tag<V: Into<String>>(key: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self::default().and_slot_tag(key, values)
    }

    /// Of those places, the ones in a slot that has one of the values under the key.
    pub fn and_slot_tag<V: Into<String>>(mut self, key: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.slot_tags.0.insert(key.to_owned(), values.into_iter().map(Into::into).collect());
        self
    }

    /// In a room that has one of the values under the key.
    pub fn room_tag<V: Into<String>>(key: &str, values: impl IntoIterator<Item = V>) -> Self {
        let mut places = Self::default();
        places.room_tags.0.insert(key.to_owned(), values.into_iter().map(Into::into).collect());
        places
    }

    /// Outside that place.
    pub fn none_of(places: Where) -> Self {
        Self { not: Some(Box::new(places)), ..Self::default() }
    }

    /// Whether nothing is said.
    pub fn is_anywhere(&self) -> bool {
        *self == Self::default()
    }

    /// The rooms it names.
    pub(super) fn rooms_seen(&self, event: &CheckedEvent) -> RoomsSeen {
        let mut rooms = Vec::new();
        self.name_rooms(event, &mut rooms);
        if rooms.is_empty() { RoomsSeen::None } else { RoomsSeen::These(rooms) }
    }

    fn name_rooms(&self, event: &CheckedEvent, rooms: &mut Vec<RoomIx>) {
        rooms.extend(self.rooms.iter().flatten().filter_map(|id| event.find_room(id)));
        for part in self.all.iter().flatten().chain(self.any.iter().flatten()) {
            part.name_rooms(event, rooms);
        }
        if let Some(part) = &self.not {
            part.name_rooms(event, rooms);
        }
    }

    pub(super) fn check(&self, check: &mut Check<'_>, path: &str) {
        if let Some(rooms) = &self.rooms {
            check.rooms(&format!("{path}.rooms"), rooms);
        }
        if let Some(slots) = &self.slots {
            check.known(&format!("{path}.slots"), slots, "slot", |event, id| event.find_slot(id).is_some());
        }
        if let Some(blocks) = &self.blocks {
            check.known(&format!("{path}.blocks"), blocks, "block", |event, id| event.find_block(id).is_some());
        }
        for (i, window) in self.windows.iter().flatten().enumerate() {
            check.minute(&format!("{path}.windows[{i}].start"), window.start);
            check.minute(&format!("{path}.windows[{i}].end"), window.end);
            if window.end <= window.start {
                let wanted = format!("a time after the start, {}", window.start);
                check.problem(&format!("{path}.windows[{i}].end"), window.end.to_string(), wanted);
            }
        }
        for (i, part) in self.all.iter().flatten().enumerate() {
            part.check(check, &format!("{path}.all[{i}]"));
        }
        for (i, part) in self.any.iter().flatten().enumerate() {
            part.check(check, &format!("{path}.any[{i}]"));
        }
        if let Some(part) = &self.not {
            part.check(check, &format!("{path}.not"));
        }
    }

    pub(super) fn resolve<'e>(&self, event: &'e CheckedEvent) -> Places<'e> {
        let parts =
            |list: &Option<Vec<Where>>| list.as_ref().map(|list| list.iter().map(|part| part.resolve(event)).collect());
        let tagged = |wanted: &Tags, has: &Tags| {
            wanted.0.iter().all(|(key, values)| values.iter().any(|value| has.has(key, value)))
        };
        let written = event.event();
        let named = self
            .rooms
            .as_ref()
            .map(|ids| ids.iter().filter_map(|id| event.find_room(id)).collect::<std::collections::HashSet<_>>());
        let rooms = (named.is_some() || !self.room_tags.is_empty()).then(|| {
            RoomIx::all(written.rooms.len())
                .map(|r| {
                    named.as_ref().is_none_or(|n| n.contains(&r))
                        && tagged(&self.room_tags, &written.rooms[r.at()].tags)
                })
                .collect()
        });
        let listed = self
            .slots
            .as_ref()
            .map(|ids| ids.iter().filter_map(|id| event.find_slot(id)).collect::<std::collections::HashSet<_>>());
        let slots = (listed.is_some() || !self.slot_tags.is_empty()).then(|| {
            SlotIx::all(written.slots.len())
                .map(|s| {
                    listed.as_ref().is_none_or(|n| n.contains(&s))
                        && tagged(&self.slot_tags, &written.slots[s.at()].tags)
                })
                .collect()
        });
        Places {
            event,
            anywhere: self.is_anywhere(),
            rooms,
            slots,
            blocks: self.blocks.as_ref().map(|ids| ids.iter().filter_map(|id| event.find_block(id)).collect()),
            days: self.days.clone(),
            windows: self.windows.as_ref().map(|list| list.iter().map(|w| event.span(*w)).collect()),
            all: parts(&self.all),
            any: parts(&self.any),
            not: self.not.as_ref().map(|part| Box::new(part.resolve(event))),
        }
    }
}

/// Places with their names resolved.
#[derive(Debug)]
pub(super) struct Places<'e> {
    event: &'e CheckedEvent,
    anywhere: bool,
    rooms: Option<Vec<bool>>,
    slots: Option<Vec<bool>>,
    blocks: Option<Vec<BlockIx>>,
    days: Option<Vec<Date>>,
    windows: Option<Vec<Span>>,
    all: Option<Vec<Places<'e>>>,
    any: Option<Vec<Places<'e>>>,
    not: Option<Box<Places<'e>>>,
}

impl Places<'_> {
    /// Whether the spot is there.
    pub(super) fn has(&self, spot: &Spot) -> bool {
        if self.anywhere {
            return true;
        }
        self.rooms.as_ref().is_none_or(|rooms| rooms[spot.room.at()])
            && self.slots.as_ref().is_none_or(|slots| spot.slot.is_some_and(|s| slots[s.at()]))
            && self
                .blocks
                .as_ref()
                .is_none_or(|blocks| blocks.iter().any(|b| self.event.blocks()[b.at()].has(spot.start)))
            && self.days.as_ref().is_none_or(|days| days.contains(&self.event.date(spot.start)))
            && self.windows.as_ref().is_none_or(|windows| windows.iter().any(|w| w.contains(spot.span())))
            && self.all.iter().flatten().all(|part| part.has(spot))
            && self.any.as_ref().is_none_or(|parts| parts.iter().any(|part| part.has(spot)))
            && self.not.as_ref().is_none_or(|part| !part.has(spot))
    }
}
