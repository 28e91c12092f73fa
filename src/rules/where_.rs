//! Places as they are written: which rooms, slots and times a rule is about.

mod places;

pub(super) use places::Places;

use super::{Check, RoomsSeen, TimesSeen};
use crate::event::{BlockId, CheckedEvent, RoomId, SlotId, SlotIx, Tags, Window};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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

    /// Whether a window is named anywhere in it.
    pub(super) fn has_windows(&self) -> bool {
        let parts = self.all.iter().flatten().chain(self.any.iter().flatten()).chain(self.not.as_deref());
        self.windows.is_some() || parts.into_iter().any(Self::has_windows)
    }

    /// The rooms it tells from others: those that are in the same of its sets, by name or tags, are one to it.
    pub(super) fn rooms_seen(&self, event: &CheckedEvent) -> RoomsSeen {
        RoomsSeen::by(self.room_sets(event))
    }

    /// For each room, which of the sets of rooms it is in that are named or described anywhere in the place.
    pub(super) fn room_sets(&self, event: &CheckedEvent) -> Vec<Vec<bool>> {
        let mut sets = vec![Vec::new(); event.rooms().len()];
        self.sort_rooms(event, &mut sets);
        sets
    }

    /// What it looks at in a place.
    pub(super) fn sees(&self) -> Sees {
        let rooms = self.rooms.is_some() || !self.room_tags.is_empty();
        let times = self.slots.is_some()
            || !self.slot_tags.is_empty()
            || self.blocks.is_some()
            || self.days.is_some()
            || self.windows.is_some();
        let parts = self.all.iter().flatten().chain(self.any.iter().flatten()).chain(self.not.as_deref());
        let own = match (rooms, times) {
            (true, true) => Sees::Both,
            (true, false) => Sees::Rooms,
            // Where nothing is said, either will do.
            (false, _) => Sees::Times,
        };
        let said = rooms || times;
        let (own, parts) = (said.then_some(own), parts.filter(|part| !part.is_anywhere()).map(Self::sees));
        own.into_iter().chain(parts).reduce(|a, b| if a == b { a } else { Sees::Both }).unwrap_or(Sees::Times)
    }

    /// The slots it tells from others: those that it names, and those within its windows.
    pub(super) fn times_seen(&self, event: &CheckedEvent) -> TimesSeen {
        let mut sets = Vec::new();
        self.name_times(event, &mut sets);
        if sets.is_empty() { TimesSeen::Blocks } else { TimesSeen::These(sets) }
    }

    fn name_times(&self, event: &CheckedEvent, sets: &mut Vec<Vec<SlotIx>>) {
        sets.extend(self.slots.iter().map(|ids| ids.iter().filter_map(|id| event.find_slot(id)).collect()));
        for window in self.windows.iter().flatten() {
            let window = event.span(*window);
            let slots = || SlotIx::all(event.slots().len()).map(|slot| (slot, event.slots()[slot.at()].span));
            sets.push(slots().filter(|(_, span)| window.contains(*span)).map(|(slot, _)| slot).collect());
            // Of a slot that is partly within it, a short talk may be and a long one not: it is like no other.
            let partly = slots().filter(|(_, span)| window.overlaps(*span) && !window.contains(*span));
            sets.extend(partly.map(|(slot, _)| vec![slot]));
        }
        for part in self.all.iter().flatten().chain(self.any.iter().flatten()) {
            part.name_times(event, sets);
        }
        if let Some(part) = &self.not {
            part.name_times(event, sets);
        }
    }

    fn sort_rooms(&self, event: &CheckedEvent, sets: &mut [Vec<bool>]) {
        if let Some(ids) = &self.rooms {
            sets.iter_mut().for_each(|of| of.push(false));
            for room in ids.iter().filter_map(|id| event.find_room(id)) {
                if let Some(is) = sets[room.at()].last_mut() {
                    *is = true;
                }
            }
        }
        if !self.room_tags.is_empty() {
            let rooms = &event.canonical().rooms;
            sets.iter_mut().zip(rooms).for_each(|(of, room)| of.push(tagged(&self.room_tags, &room.tags)));
        }
        for part in self.all.iter().flatten().chain(self.any.iter().flatten()) {
            part.sort_rooms(event, sets);
        }
        if let Some(part) = &self.not {
            part.sort_rooms(event, sets);
        }
    }

    pub(super) fn check(&self, check: &mut Check<'_>, path: &str) {
        check.not_empty(&format!("{path}.rooms"), self.rooms.as_ref(), "the ids of one or more rooms");
        check.not_empty(&format!("{path}.slots"), self.slots.as_ref(), "the ids of one or more slots");
        check.not_empty(&format!("{path}.blocks"), self.blocks.as_ref(), "the ids of one or more blocks");
        check.not_empty(&format!("{path}.days"), self.days.as_ref(), "one or more days");
        check.not_empty(&format!("{path}.windows"), self.windows.as_ref(), "one or more windows");
        check.not_empty(&format!("{path}.all"), self.all.as_ref(), "one or more places");
        check.not_empty(&format!("{path}.any"), self.any.as_ref(), "one or more places");
        check.wanted_tags(&format!("{path}.room_tags"), &self.room_tags);
        check.wanted_tags(&format!("{path}.slot_tags"), &self.slot_tags);
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
}

/// What a [`Where`] looks at in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sees {
    /// The room alone.
    Rooms,
    /// The time alone.
    Times,
    /// Both.
    Both,
}

/// Whether one of the wanted values is there under each key.
fn tagged(wanted: &Tags, has: &Tags) -> bool {
    wanted.0.iter().all(|(key, values)| values.iter().any(|value| has.has(key, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Block, Event, Opening, Room},
        rules::{
            Place, Rule,
            testing::{at, cost, grid, problems, soft, talk, window},
        },
    };

    /// Two rooms with slots, the first of which is an opening one, and a lab in which talks start every ten minutes.
    fn event() -> Event {
        let mut event = grid("big small", "09:00 10:00 sat-09:00");
        event.rooms[0] = Room::new("big").tag("equipment", "camera").tag("floor", "ground");
        event.rooms[1] = Room::new("small").tag("equipment", "screen").tag("floor", "ground");
        event.rooms.push(Room::new("lab"));
        event.slots[0] = event.slots[0].clone().tag("mood", "opening");
        event.openings.push(Opening::new(at("09:00"), at("12:00"), 10).rooms(["lab"]));
        event.blocks =
            vec![Block::new("early", at("09:00"), at("10:00")), Block::new("late", at("09:30"), at("11:00"))];
        event.talks = vec![talk("p1")];
        event
    }

    fn wanted(places: &str) -> Rule {
        soft(Place::within(serde_json::from_str(places).expect("places")))
    }

    /// Whether a talk of half an hour in that room at that start is there.
    fn is_there(places: &str, spot: &str) -> bool {
        cost(&event(), &wanted(places), &format!("p1 {spot}")) == 0
    }

    #[test]
    fn rooms_are_known_by_name_or_by_tag() {
        assert!(is_there(r#"{"rooms": ["big", "lab"]}"#, "lab 09:00"));
        assert!(!is_there(r#"{"rooms": ["big", "lab"]}"#, "small 09:00"));
        assert!(is_there(r#"{"room_tags": {"equipment": ["camera", "screen"]}}"#, "small 09:00"));
        assert!(!is_there(r#"{"room_tags": {"equipment": ["camera"], "floor": ["ground"]}}"#, "small 09:00"));
        assert!(!is_there(r#"{"rooms": ["small"], "room_tags": {"equipment": ["camera"]}}"#, "big 09:00"));
    }

    #[test]
    fn slots_are_known_by_name_or_by_tag_and_an_opening_is_none() {
        assert!(is_there(r#"{"slots": ["09:00"]}"#, "small 09:00"));
        assert!(!is_there(r#"{"slots": ["09:00"]}"#, "small 10:00"));
        assert!(is_there(r#"{"slot_tags": {"mood": ["opening"]}}"#, "big 09:00"));
        assert!(!is_there(r#"{"slot_tags": {"mood": ["opening"]}}"#, "lab 09:00"));
    }

    #[test]
    fn a_talk_is_in_the_blocks_and_on_the_day_that_it_starts_in() {
        assert!(is_there(r#"{"blocks": ["early"]}"#, "lab 09:50"), "it ends after the block");
        assert!(!is_there(r#"{"blocks": ["early"]}"#, "lab 10:00"));
        for block in ["early", "late"] {
            assert!(is_there(&format!(r#"{{"blocks": ["{block}"]}}"#), "lab 09:40"), "blocks may overlap");
        }
        assert!(is_there(r#"{"days": ["2026-10-31"]}"#, "big sat-09:00"));
        assert!(!is_there(r#"{"days": ["2026-10-31"]}"#, "big 09:00"));
    }

    #[test]
    fn a_talk_is_in_a_window_wholly_or_not_at_all() {
        let windows = r#"{"windows": [{"start": "2026-10-30T09:10", "end": "2026-10-30T10:00"},
                                      {"start": "2026-10-30T10:00", "end": "2026-10-30T10:20"}]}"#;
        assert!(is_there(windows, "lab 09:10"));
        assert!(is_there(windows, "lab 09:30"));
        assert!(!is_there(windows, "lab 09:00"), "it starts before the window");
        assert!(!is_there(windows, "lab 09:40"), "it is in two windows, and wholly in neither");
        assert!(!is_there(windows, "lab 10:00"), "it ends after the window");
    }

    #[test]
    fn everything_that_is_said_holds_at_once() {
        let places = r#"{"rooms": ["lab", "big"], "blocks": ["early"]}"#;
        assert!(is_there(places, "lab 09:40"));
        assert!(!is_there(places, "lab 10:00"));
        assert!(!is_there(places, "small 09:00"));
    }

    #[test]
    fn all_any_and_not_nest() {
        let big_or_saturday = r#"{"any": [{"rooms": ["big"]}, {"days": ["2026-10-31"]}]}"#;
        assert!(is_there(big_or_saturday, "big 09:00") && is_there(big_or_saturday, "small sat-09:00"));
        assert!(!is_there(big_or_saturday, "small 09:00"));
        let neither = format!(r#"{{"not": {big_or_saturday}}}"#);
        assert!(is_there(&neither, "small 09:00") && !is_there(&neither, "small sat-09:00"));
        let big_on_friday = format!(r#"{{"all": [{big_or_saturday}, {{"not": {{"days": ["2026-10-31"]}}}}]}}"#);
        assert!(is_there(&big_on_friday, "big 09:00") && !is_there(&big_on_friday, "big sat-09:00"));
    }

    #[test]
    fn a_list_of_no_places_is_a_problem() {
        let said = |places: &str| problems(&event(), &wanted(places));
        for (field, wanted) in [
            ("rooms", "the ids of one or more rooms"),
            ("slots", "the ids of one or more slots"),
            ("blocks", "the ids of one or more blocks"),
            ("days", "one or more days"),
            ("windows", "one or more windows"),
            ("all", "one or more places"),
            ("any", "one or more places"),
        ] {
            let found = format!("rules[0].where.{field}: found an empty list; wanted {wanted}, or no such field");
            assert_eq!(said(&format!(r#"{{"{field}": []}}"#)), found);
        }
        for tags in ["room_tags", "slot_tags"] {
            let found = format!(
                "rules[0].where.any[0].{tags}.mood: found an empty list; wanted one or more values, or no such key"
            );
            assert_eq!(said(&format!(r#"{{"any": [{{"{tags}": {{"mood": []}}}}]}}"#)), found);
        }
    }

    #[test]
    fn a_window_that_ends_before_it_starts_is_a_problem() {
        let backwards = soft(Place::within(Where::window(window("10:00", "09:00"))));
        let said =
            "rules[0].where.windows[0].end: found 2026-10-30T09:00; wanted a time after the start, 2026-10-30T10:00";
        assert_eq!(problems(&event(), &backwards), said);
    }
}
