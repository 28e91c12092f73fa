//! What a rule warns with: names that nobody bears, selections of no talk, places that are nowhere.

use super::{Dimension, Measure, Scope, Selection, Spot, Where};
use crate::{
    event::{
        CheckedEvent, Minute, Tags, TalkIx, TalkStatus, Warning,
        warnings::{Keys, Tagged, did_you_mean, fitting_rooms, offers, one_or_more},
    },
    text::quoted,
};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Collects what is right in a rule and probably not what was meant, each with its path.
#[derive(Debug)]
pub struct Warn<'a> {
    event: &'a CheckedEvent,
    scope: Scope<'a>,
    known: &'a Tagged<'a>,
    /// How many places may still be looked at, by all rules together.
    looks: &'a mut usize,
    list: &'a mut Vec<Warning>,
}

impl<'a> Warn<'a> {
    /// So many places are looked at for all the rules of an event: some congresses write thousands of rules about places,
    /// and whether one of them is about none must not take longer than the search.
    pub(crate) const MOST_LOOKS: usize = 2_000_000;

    pub(crate) fn new(
        scope: &Scope<'a>,
        known: &'a Tagged<'a>,
        looks: &'a mut usize,
        list: &'a mut Vec<Warning>,
    ) -> Self {
        Self { event: scope.event(), scope: *scope, known, looks, list }
    }

    fn warning(&self, field: &str, text: impl Into<String>) -> Warning {
        let dot = if field.is_empty() || field.starts_with('[') { "" } else { "." };
        Warning::new(format!("rules[{}]{dot}{field}", self.scope.index()), text)
    }

    /// Says what is so at a field (`"pairs[2]"`; empty for the rule as a whole), and what would mend it.
    pub fn say(&mut self, field: &str, text: impl Into<String>) {
        let warning = self.warning(field, text);
        self.list.push(warning);
    }

    /// The same of something that leaves no timetable.
    pub fn impossible(&mut self, field: &str, text: impl Into<String>) {
        let warning = self.warning(field, text).impossible();
        self.list.push(warning);
    }

    /// How many warnings there are.
    fn count(&self) -> usize {
        self.list.len()
    }

    /// The rule's talks that were not declined: the others are never placed.
    pub fn open_talks(&self) -> impl Iterator<Item = TalkIx> + Clone + use<'a> {
        let event = self.event;
        self.scope.talks().iter().copied().filter(move |t| event.talk(*t).status != TalkStatus::Declined)
    }

    /// A weight of 0 costs and gains nothing.
    pub(crate) fn strength(&mut self) {
        if !self.scope.required() && self.scope.price() == 0 {
            self.say("weight", "a weight of 0: the rule changes nothing; give it more, or take the rule out");
        }
    }

    /// Some talk bears the tag.
    pub fn talk_key(&mut self, field: &str, key: &str) {
        let known = self.known;
        let other = known.speakers.contains_key(key).then(|| format!("speaker:{key}"));
        self.key(field, key, "talk", &known.talks, other);
    }

    /// Some speaker of a talk that was not declined bears the tag.
    pub fn speaker_key(&mut self, field: &str, key: &str) {
        let known = self.known;
        let other = known.talks.contains_key(key).then(|| format!("tag:{key}"));
        self.key(field, key, "speaker", &known.speakers, other);
    }

    fn key(&mut self, field: &str, key: &str, who: &str, keys: &Keys<'_>, other: Option<String>) {
        if keys.contains_key(key) {
            return;
        }
        let hint = match other {
            Some(other) if who == "talk" => format!("; speakers bear it: did you mean {}?", quoted(&other)),
            Some(other) => format!("; talks bear it: did you mean {}?", quoted(&other)),
            None if keys.is_empty() => format!("; no {who} bears any tag"),
            None => did_you_mean(key, keys.keys().copied()),
        };
        self.say(field, format!("no {who} bears the tag {}{hint}", quoted(key)));
    }

    /// Somebody bears each of the tags with one of its values.
    fn tags(&mut self, field: &str, tags: &Tags, who: &str, keys: &Keys<'_>, elsewhere: Option<(&str, &Keys<'_>)>) {
        for (key, values) in &tags.0 {
            let path = format!("{field}{}", path_of(key));
            let Some(there) = keys.get(key.as_str()) else {
                let hint = match elsewhere.filter(|(_, keys)| keys.contains_key(key.as_str())) {
                    Some((meant, _)) => format!("; did you mean `{meant}`?"),
                    None if keys.is_empty() => format!("; no {who} bears any tag"),
                    None => did_you_mean(key, keys.keys().copied()),
                };
                self.say(&path, format!("no {who} bears the tag {}{hint}", quoted(key)));
                continue;
            };
            for (i, value) in values.iter().enumerate().filter(|(_, value)| !there.contains(value.as_str())) {
                let hint = did_you_mean(value, there.iter().copied());
                self.say(&format!("{path}[{i}]"), format!("no {who} bears {} {}{hint}", quoted(key), quoted(value)));
            }
        }
    }

    /// The selection selects some talk, and each name in it somebody bears.
    pub fn selection(&mut self, field: &str, selection: &Selection) {
        let before = self.count();
        self.selection_names(field, selection);
        if self.count() > before || *selection == Selection::all() {
            return;
        }
        let talks = selection.select(self.event);
        if talks.is_empty() {
            self.say(field, "no talk is selected; the rule is about nothing");
        } else if talks.iter().all(|t| self.event.talk(*t).status == TalkStatus::Declined) {
            self.say(field, "only declined talks are selected, and those are never placed");
        }
    }

    fn selection_names(&mut self, field: &str, selection: &Selection) {
        let known = self.known;
        let field_of = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        let elsewhere = Some(("speaker_tags", &known.speakers));
        self.tags(&field_of("tags"), &selection.tags, "talk", &known.talks, elsewhere);
        let elsewhere = Some(("tags", &known.talks));
        self.tags(&field_of("speaker_tags"), &selection.speaker_tags, "speaker", &known.speakers, elsewhere);
        for (i, id) in selection.formats.iter().flatten().enumerate() {
            let format = self.event.find_format(id);
            let of_it = |t: &crate::event::TalkFacts| t.format == format && t.status != TalkStatus::Declined;
            if format.is_some() && !self.event.talks().iter().any(of_it) {
                let text = format!("no talk is of the format {}", quoted(id.as_str()));
                self.say(&field_of(&format!("formats[{i}]")), text);
            }
        }
        for (i, part) in selection.all.iter().flatten().enumerate() {
            self.selection_names(&field_of(&format!("all[{i}]")), part);
        }
        for (i, part) in selection.any.iter().flatten().enumerate() {
            self.selection(&field_of(&format!("any[{i}]")), part);
        }
        if let Some(part) = &selection.not {
            self.selection(&field_of("not"), part);
        }
    }

    /// Some place is there, and each name in it something bears.
    pub fn places(&mut self, field: &str, places: &Where) {
        let before = self.count();
        self.place_names(field, places);
        if self.count() > before || places.is_anywhere() || !self.is_nowhere(places) {
            return;
        }
        self.say(field, "no place of the event is there: no slot and no opening, in any room, is all of this");
    }

    fn place_names(&mut self, field: &str, places: &Where) {
        let (event, known) = (self.event, self.known);
        self.tags(
            &format!("{field}.room_tags"),
            &places.room_tags,
            "room",
            &known.rooms,
            Some(("slot_tags", &known.slots)),
        );
        self.tags(
            &format!("{field}.slot_tags"),
            &places.slot_tags,
            "slot",
            &known.slots,
            Some(("room_tags", &known.rooms)),
        );
        if places.blocks.is_some() || places.days.is_some() || places.windows.is_some() {
            self.times(field, places);
        }
        for (i, id) in places.rooms.iter().flatten().enumerate() {
            let Some(room) = event.find_room(id) else { continue };
            let slots = event.slots().iter().map(|slot| &slot.rooms);
            if !slots.chain(event.openings().iter().map(|opening| &opening.rooms)).any(|rooms| rooms.contains(&room)) {
                let text = format!("the room {} has no slot and no opening", quoted(id.as_str()));
                self.say(&format!("{field}.rooms[{i}]"), text);
            }
        }
        for (i, part) in places.all.iter().flatten().enumerate() {
            self.place_names(&format!("{field}.all[{i}]"), part);
        }
        for (i, part) in places.any.iter().flatten().enumerate() {
            self.places(&format!("{field}.any[{i}]"), part);
        }
        if let Some(part) = &places.not {
            self.places(&format!("{field}.not"), part);
        }
    }

    /// Something starts in each block and on each day, and is in each window.
    fn times(&mut self, field: &str, places: &Where) {
        let event = self.event;
        let starts: BTreeSet<Minute> = offers(event).map(|offer| offer.start).collect();
        let days = || starts.iter().map(|start| event.date(*start)).collect::<BTreeSet<Date>>();
        let when = || match (days().first(), days().last()) {
            (Some(first), Some(last)) if first == last => format!("; the event is on {first}"),
            (Some(first), Some(last)) => format!("; the event is from {first} to {last}"),
            _ => String::new(),
        };
        for (i, id) in places.blocks.iter().flatten().enumerate() {
            let Some(block) = event.find_block(id).map(|block| event.blocks()[block.at()]) else { continue };
            if starts.range(block.start..block.end.max(block.start)).next().is_none() {
                let text = format!("nothing starts in the block {}", quoted(id.as_str()));
                self.say(&format!("{field}.blocks[{i}]"), text);
            }
        }
        for (i, day) in places.days.iter().flatten().enumerate() {
            if !days().contains(day) {
                self.say(&format!("{field}.days[{i}]"), format!("nothing starts on {day}{}", when()));
            }
        }
        let shortest = self.shortest();
        for (i, window) in places.windows.iter().flatten().enumerate() {
            let span = event.span(*window);
            let (from, to) = (span.start, span.end - shortest + 1);
            if to <= from || starts.range(from..to).next().is_none() {
                let hint = if starts.range(..span.end).next().is_none() || starts.range(span.start..).next().is_none() {
                    when()
                } else {
                    String::new()
                };
                let text = format!("no talk fits within {} to {}{hint}", window.start, window.end);
                self.say(&format!("{field}.windows[{i}]"), text);
            }
        }
    }

    /// The minutes of the shortest talk that the rule is about.
    fn shortest(&self) -> i64 {
        self.open_talks().map(|t| self.event.talk(t).minutes).min().unwrap_or(1)
    }

    /// Whether no place is there; false where that would take too long to tell.
    fn is_nowhere(&mut self, places: &Where) -> bool {
        let (within, shortest) = (places.resolve(self.event), self.shortest());
        for offer in offers(self.event) {
            for room in offer.rooms {
                if *self.looks == 0 {
                    return false;
                }
                *self.looks -= 1;
                let (start, end) = (offer.start, offer.start + shortest);
                if within.has(&Spot { talk: TalkIx(0), room: *room, start, end, busy_until: end, slot: offer.slot }) {
                    return false;
                }
            }
        }
        true
    }

    /// Whether the rule wants none of the places that the event offers the talk; false where it offers none anyway, and
    /// where that would take too long to tell.
    pub(super) fn leaves_none(&mut self, talk: TalkIx, wants: impl Fn(&Spot) -> bool) -> bool {
        let (event, fits) = (self.event, fitting_rooms(self.event, talk));
        let mut offered = false;
        for offer in offers(event) {
            for room in offer.open(event, talk, &fits) {
                let Some(left) = self.looks.checked_sub(1) else { return false };
                *self.looks = left;
                let (start, end) = (offer.start, offer.start + event.talk(talk).minutes);
                offered = true;
                if wants(&Spot { talk, room, start, end, busy_until: end, slot: offer.slot }) {
                    return false;
                }
            }
        }
        offered
    }

    /// Groups by the dimension exist.
    pub fn dimension(&mut self, field: &str, dimension: &Dimension) {
        let event = self.event;
        let mut talks = self.open_talks().peekable();
        let any = talks.peek().is_some();
        match dimension {
            Dimension::Tag(key) => self.talk_key(field, key),
            Dimension::SpeakerTag(key) => self.speaker_key(field, key),
            Dimension::Block if event.blocks().is_empty() => {
                self.say(field, "the event has no `blocks`, so there is no group");
            }
            Dimension::Format if any && talks.all(|t| event.talk(t).format.is_none()) => {
                self.say(field, "none of the talks has a format, so there is no group");
            }
            Dimension::Speaker if any && talks.all(|t| event.talk(t).speakers.is_empty()) => {
                self.say(field, "none of the talks has a speaker, so there is no group");
            }
            _ => {}
        }
    }

    /// The measure is not 0 of every talk.
    pub fn measure(&mut self, field: &str, measure: &Measure) {
        let event = self.event;
        let mut talks = self.open_talks().peekable();
        let any = talks.peek().is_some();
        match measure {
            Measure::Distinct(dimension) => self.dimension(field, dimension),
            Measure::Audience | Measure::Overflow if any && talks.all(|t| event.talk(t).audience == 0) => {
                self.say(field, "none of the talks says how large its `audience` is, so this is always 0");
            }
            Measure::Speakers if any && talks.all(|t| event.talk(t).speakers.is_empty()) => {
                self.say(field, "none of the talks has a speaker, so this is always 0");
            }
            Measure::Overflow if event.rooms().iter().all(|room| room.capacity.is_none()) => {
                self.say(field, "no room has a `capacity`, so this is always 0");
            }
            _ => {}
        }
    }

    /// What `each` and `measure` are about.
    pub(super) fn groups(&mut self, each: &[Dimension], measure: &Measure) {
        for (i, dimension) in each.iter().enumerate() {
            self.dimension(&format!("each[{i}]"), dimension);
        }
        self.measure("measure", measure);
    }

    /// Two or more of the rule's talks share a value of the tag.
    pub(super) fn shared_tag(&mut self, field: &str, key: &str) {
        let before = self.count();
        self.talk_key(field, key);
        let mut seen = BTreeSet::new();
        let event = self.event;
        let mut values = self.open_talks().flat_map(|t| event.talk_values(t, key));
        let shared = values.any(|value| !seen.insert(*value));
        if self.count() == before && self.open_talks().next().is_some() && !shared {
            self.say(
                field,
                format!("no two of the talks share a value of {}, so the rule is about nothing", quoted(key)),
            );
        }
    }

    /// The listed talks can be placed, and the rule is about them. Says how many of them that is true of.
    pub(super) fn listed(&mut self, field: &str, talks: &[TalkIx]) -> usize {
        let (event, scope) = (self.event, self.scope);
        let ids = |talks: &[TalkIx]| {
            one_or_more(&talks.iter().take(4).map(|t| event.talk_id(*t).as_str()).collect::<Vec<_>>())
        };
        let (inside, outside): (Vec<TalkIx>, Vec<TalkIx>) = talks.iter().partition(|t| scope.selects(**t));
        let (gone, open): (Vec<TalkIx>, Vec<TalkIx>) =
            inside.into_iter().partition(|t| event.talk(*t).status == TalkStatus::Declined);
        if !outside.is_empty() {
            self.say(field, format!("the rule's own `talks` leave out {}", ids(&outside)));
        }
        if !gone.is_empty() {
            let are = if gone.len() == 1 { "is" } else { "are" };
            self.say(field, format!("{} {are} declined, so never placed", ids(&gone)));
        }
        open.len()
    }
}

/// `.topic`, or `["a key"]`.
fn path_of(key: &str) -> String {
    let path = crate::event::read::Path::default().field(key);
    let dot = if path.text().starts_with('[') { "" } else { "." };
    format!("{dot}{}", path.text())
}

#[cfg(test)]
mod tests;
