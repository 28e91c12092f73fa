//! Which talks a rule is about, and which places: what is written under `talks`, `of` and `where`.

use super::{
    facts::{Facts, Status, Tags, field, list, tags, texts, thousandths},
    places::{Spot, within},
};
use serde_json::Value;

/// Whether the selection has the talk.
pub(crate) fn selects(facts: &Facts, selection: &Value, talk: usize) -> bool {
    holds(facts, selection, talk, &facts.talks[talk].speakers)
}

/// Whether it would have the talk if this were its only speaker.
pub(crate) fn counts(facts: &Facts, selection: &Value, talk: usize, speaker: usize) -> bool {
    holds(facts, selection, talk, &[speaker])
}

fn holds(facts: &Facts, selection: &Value, talk: usize, speakers: &[usize]) -> bool {
    let said = &facts.talks[talk];
    let named = |name: &str, is: &dyn Fn(&str) -> bool| {
        field(selection, name).is_none() || texts(selection, name).iter().any(|text| is(text))
    };
    let part = |part: &Value| holds(facts, part, talk, speakers);
    let status = match said.status {
        Status::Proposed => "proposed",
        Status::Accepted => "accepted",
        Status::Declined => "declined",
    };
    let of_speaker = tags(selection, "speaker_tags");
    named("ids", &|id| id == said.id)
        && named("formats", &|id| said.format.is_some_and(|f| facts.formats[f] == id))
        && named("status", &|text| text == status)
        && field(selection, "min_merit").is_none_or(|least| said.merit >= thousandths(least))
        && bears(&tags(selection, "tags"), &said.tags)
        && (of_speaker.is_empty() || speakers.iter().any(|s| bears(&of_speaker, &facts.speakers[*s].tags)))
        && list(selection, "all").iter().all(part)
        && (field(selection, "any").is_none() || list(selection, "any").iter().any(part))
        && field(selection, "not").is_none_or(|not| !part(not))
}

/// Whether there is, under each wanted key, one of its values.
fn bears(wanted: &Tags, has: &Tags) -> bool {
    let value = |key: &String, value: &String| has.get(key).is_some_and(|values| values.contains(value));
    wanted.iter().all(|(key, values)| values.iter().any(|v| value(key, v)))
}

/// Whether the place has the spot.
pub(crate) fn is_there(facts: &Facts, place: &Value, spot: &Spot) -> bool {
    let named = |name: &str, is: &dyn Fn(&str) -> bool| {
        field(place, name).is_none() || texts(place, name).iter().any(|text| is(text))
    };
    let slot = spot.slot.map(|s| &facts.slots[s]);
    let slot_tags = tags(place, "slot_tags");
    let blocks = facts.blocks_at(spot.start);
    let window = |w: &Value| {
        let minute = |end: &str| facts.minute(w[end].as_str().unwrap());
        within(spot.run(), (minute("start"), minute("end")))
    };
    let part = |part: &Value| is_there(facts, part, spot);
    named("rooms", &|id| facts.rooms[spot.room].id == id)
        && bears(&tags(place, "room_tags"), &facts.rooms[spot.room].tags)
        && named("slots", &|id| slot.is_some_and(|s| s.id == id))
        && (slot_tags.is_empty() || slot.is_some_and(|s| bears(&slot_tags, &s.tags)))
        && named("blocks", &|id| blocks.iter().any(|b| facts.blocks[*b].0 == id))
        && named("days", &|day| facts.day(spot.start) == day)
        && (field(place, "windows").is_none() || list(place, "windows").iter().any(window))
        && list(place, "all").iter().all(part)
        && (field(place, "any").is_none() || list(place, "any").iter().any(part))
        && field(place, "not").is_none_or(|not| !part(not))
}
