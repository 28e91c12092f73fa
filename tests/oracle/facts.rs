//! What an event says, read from its JSON alone: times as minutes, names as positions, numbers as thousandths.

use jiff::{civil::DateTime, tz::TimeZone};
use serde_json::Value;
use std::collections::BTreeMap;

/// Tag keys and their values.
pub(crate) type Tags = BTreeMap<String, Vec<String>>;

/// From its first minute up to, but without, its last.
pub(crate) type Stretch = (i64, i64);

pub(crate) struct Room {
    pub(crate) id: String,
    pub(crate) capacity: Option<i64>,
    pub(crate) tags: Tags,
    pub(crate) closed: Vec<Stretch>,
}

pub(crate) struct Slot {
    pub(crate) id: String,
    pub(crate) run: Stretch,
    pub(crate) rooms: Vec<usize>,
    pub(crate) formats: Vec<usize>,
    pub(crate) tags: Tags,
}

pub(crate) struct Opening {
    pub(crate) run: Stretch,
    pub(crate) every: i64,
    pub(crate) rooms: Vec<usize>,
    pub(crate) formats: Vec<usize>,
}

pub(crate) struct Speaker {
    /// Windows that touch or overlap are one stretch here; none at all: always.
    pub(crate) available: Vec<Stretch>,
    pub(crate) away: Vec<Stretch>,
    /// The company is the tag `company`.
    pub(crate) tags: Tags,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Proposed,
    Accepted,
    Declined,
}

pub(crate) struct Talk {
    pub(crate) id: String,
    pub(crate) speakers: Vec<usize>,
    pub(crate) format: Option<usize>,
    pub(crate) minutes: i64,
    pub(crate) changeover: i64,
    pub(crate) status: Status,
    pub(crate) tags: Tags,
    pub(crate) audience: Option<i64>,
    pub(crate) merit: i64,
    pub(crate) needs: Tags,
    pub(crate) pin_room: Option<usize>,
    pub(crate) pin_start: Option<i64>,
    pub(crate) published: Option<(usize, i64)>,
}

pub(crate) struct Facts {
    zone: TimeZone,
    pub(crate) rooms: Vec<Room>,
    pub(crate) blocks: Vec<(String, Stretch)>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) openings: Vec<Opening>,
    pub(crate) formats: Vec<String>,
    pub(crate) speakers: Vec<Speaker>,
    pub(crate) speaker_ids: Vec<String>,
    pub(crate) talks: Vec<Talk>,
    /// The talks that somebody wants, and the weight.
    pub(crate) interests: Vec<(Vec<usize>, i64)>,
}

/// The elements of a list that may be absent.
pub(crate) fn list<'v>(object: &'v Value, field: &str) -> &'v [Value] {
    object.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of a list that may be absent.
pub(crate) fn texts(object: &Value, field: &str) -> Vec<String> {
    list(object, field).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// A field that is there and not null.
pub(crate) fn field<'v>(object: &'v Value, field: &str) -> Option<&'v Value> {
    object.get(field).filter(|value| !value.is_null())
}

/// A number as thousandths: what is written has three decimals at most.
pub(crate) fn thousandths(number: &Value) -> i64 {
    (number.as_f64().unwrap() * 1000.0).round() as i64
}

/// A field's number as thousandths, if it is there.
pub(crate) fn amount(object: &Value, name: &str) -> Option<i64> {
    field(object, name).map(thousandths)
}

pub(crate) fn tags(object: &Value, name: &str) -> Tags {
    let Some(tags) = object.get(name).and_then(Value::as_object) else { return Tags::new() };
    tags.keys().map(|key| (key.clone(), texts(&object[name], key))).collect()
}

/// The position of an id in a list of objects.
fn position(event: &Value, name: &str, id: &str) -> usize {
    let at = list(event, name).iter().position(|object| object["id"] == id);
    at.unwrap_or_else(|| panic!("{name} have no {id}"))
}

fn positions(event: &Value, name: &str, ids: &[String]) -> Vec<usize> {
    ids.iter().map(|id| position(event, name, id)).collect()
}

/// Windows joined where they touch or overlap.
fn joined(mut windows: Vec<Stretch>) -> Vec<Stretch> {
    windows.sort_unstable();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (from, to) in windows {
        match stretches.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => stretches.push((from, to)),
        }
    }
    stretches
}

fn minute_in(zone: &TimeZone, time: &str) -> i64 {
    let time: DateTime = time.parse().unwrap();
    zone.to_ambiguous_timestamp(time).earlier().unwrap().as_second().div_euclid(60)
}

impl Facts {
    pub(crate) fn of(event: &Value) -> Self {
        let zone = TimeZone::get(event["timezone"].as_str().unwrap()).unwrap();
        let minute = |time: &Value| minute_in(&zone, time.as_str().unwrap());
        let run = |object: &Value| (minute(&object["start"]), minute(&object["end"]));
        let windows = |object: &Value, name: &str| list(object, name).iter().map(run).collect::<Vec<_>>();
        let rooms_of = |object: &Value| positions(event, "rooms", &texts(object, "rooms"));
        let formats_of = |object: &Value| positions(event, "formats", &texts(object, "formats"));
        let id = |object: &Value| object["id"].as_str().unwrap().to_owned();

        let rooms = list(event, "rooms").iter().map(|room| Room {
            id: id(room),
            capacity: room["capacity"].as_i64(),
            tags: tags(room, "tags"),
            closed: windows(room, "unavailable"),
        });
        let slots = list(event, "slots").iter().map(|slot| Slot {
            id: id(slot),
            run: run(slot),
            rooms: rooms_of(slot),
            formats: formats_of(slot),
            tags: tags(slot, "tags"),
        });
        let openings = list(event, "openings").iter().map(|opening| Opening {
            run: run(opening),
            every: opening["every_minutes"].as_i64().unwrap(),
            rooms: rooms_of(opening),
            formats: formats_of(opening),
        });
        let speakers = list(event, "speakers").iter().map(|speaker| {
            let mut tags = tags(speaker, "tags");
            if let Some(company) = field(speaker, "company") {
                tags.insert("company".into(), vec![company.as_str().unwrap().to_owned()]);
            }
            Speaker { available: joined(windows(speaker, "available")), away: windows(speaker, "unavailable"), tags }
        });
        let published = |talk: &Value| {
            let place = list(event, "published").iter().find(|place| place["talk"] == talk["id"])?;
            Some((position(event, "rooms", place["room"].as_str().unwrap()), minute(&place["start"])))
        };
        let talks = list(event, "talks").iter().map(|talk| {
            let format = field(talk, "format").map(|id| position(event, "formats", id.as_str().unwrap()));
            let of_format = |name: &str| format.and_then(|f| event["formats"][f][name].as_i64());
            let pin = |name: &str| field(talk, "pin").and_then(|pin| field(pin, name));
            Talk {
                id: id(talk),
                speakers: positions(event, "speakers", &texts(talk, "speakers")),
                format,
                minutes: talk["minutes"].as_i64().or(of_format("minutes")).unwrap(),
                changeover: of_format("changeover").unwrap_or(0),
                status: match talk["status"].as_str() {
                    Some("accepted") => Status::Accepted,
                    Some("declined") => Status::Declined,
                    _ => Status::Proposed,
                },
                tags: tags(talk, "tags"),
                audience: talk["audience"].as_i64(),
                merit: amount(talk, "merit").unwrap_or(0),
                needs: tags(talk, "needs"),
                pin_room: pin("room").map(|id| position(event, "rooms", id.as_str().unwrap())),
                pin_start: pin("start").map(&minute),
                published: published(talk),
            }
        });
        let interests = list(event, "interests")
            .iter()
            .map(|wish| (positions(event, "talks", &texts(wish, "talks")), amount(wish, "weight").unwrap_or(1000)));
        Self {
            rooms: rooms.collect(),
            blocks: list(event, "blocks").iter().map(|block| (id(block), run(block))).collect(),
            slots: slots.collect(),
            openings: openings.collect(),
            formats: list(event, "formats").iter().map(id).collect(),
            speaker_ids: list(event, "speakers").iter().map(id).collect(),
            speakers: speakers.collect(),
            talks: talks.collect(),
            interests: interests.collect(),
            zone,
        }
    }

    /// The minute at which the event's clocks show that time.
    pub(crate) fn minute(&self, time: &str) -> i64 {
        minute_in(&self.zone, time)
    }

    /// What they show then.
    pub(crate) fn civil(&self, minute: i64) -> DateTime {
        self.zone.to_datetime(jiff::Timestamp::from_second(minute * 60).unwrap())
    }

    /// The day of a minute, as text.
    pub(crate) fn day(&self, minute: i64) -> String {
        self.civil(minute).date().to_string()
    }

    /// The blocks that a talk is in which starts then.
    pub(crate) fn blocks_at(&self, start: i64) -> Vec<usize> {
        (0..self.blocks.len()).filter(|b| (self.blocks[*b].1.0..self.blocks[*b].1.1).contains(&start)).collect()
    }

    pub(crate) fn talk(&self, id: &str) -> usize {
        self.talks.iter().position(|talk| talk.id == id).unwrap()
    }

    pub(crate) fn room(&self, id: &str) -> usize {
        self.rooms.iter().position(|room| room.id == id).unwrap()
    }

    /// A talk's values under a key of its own, each once.
    pub(crate) fn talk_values(&self, talk: usize, key: &str) -> Vec<&str> {
        self.talks[talk].tags.get(key).into_iter().flatten().map(String::as_str).collect()
    }
}
