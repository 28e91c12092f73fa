//! Random events as their JSON: what the oracle is asked about, and what no search may lose.

mod dice;
mod parts;
mod people;
mod rules;
mod times;

pub(crate) use dice::Dice;
pub(crate) use parts::{copies, many_parts};
use serde_json::{Value, json};

/// How large an event is drawn, and how much is asked of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) talks: usize,
    pub(crate) rooms: usize,
    pub(crate) days: usize,
    /// Slots, or starts of an opening, a day.
    pub(crate) starts: usize,
    pub(crate) rules: usize,
    /// Whether talks may be accepted and rules required.
    pub(crate) demands: bool,
}

/// The words that an event is made of.
pub(crate) const TOPICS: [&str; 3] = ["x", "y", "z"];
pub(crate) const LEVELS: [&str; 2] = ["easy", "hard"];
pub(crate) const TRACKS: [&str; 3] = ["u", "v", "w"];
pub(crate) const COMPANIES: [&str; 3] = ["acme", "globex", "initech"];
pub(crate) const REGIONS: [&str; 2] = ["north", "south"];
pub(crate) const KIT: [&str; 2] = ["camera", "piano"];
pub(crate) const MOODS: [&str; 2] = ["opening", "late"];

/// The ids `a1`, `a2`...
pub(crate) fn ids(letter: &str, count: usize) -> Vec<String> {
    (1..=count).map(|i| format!("{letter}{i}")).collect()
}

/// What has been drawn of an event, and the dice.
pub(crate) struct Draft {
    pub(crate) dice: Dice,
    pub(crate) shape: Shape,
    pub(crate) clock: times::Clock,
    pub(crate) event: Value,
}

impl Draft {
    pub(crate) fn ids_of(&self, list: &str) -> Vec<String> {
        self.event[list].as_array().into_iter().flatten().map(|o| o["id"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn push(&mut self, list: &str, value: Value) {
        if self.event.get(list).is_none() {
            self.event[list] = json!([]);
        }
        self.event[list].as_array_mut().unwrap().push(value);
    }
}

/// An event of that shape. The same seed draws the same event.
pub(crate) fn event(seed: u64, shape: Shape) -> Value {
    let mut dice = Dice::new(seed);
    let zone = dice.pick(&["UTC", "UTC", "Europe/Paris", "Asia/Tokyo", "America/New_York"]);
    let clock = times::Clock::drawn(&mut dice, shape);
    let event = json!({"name": format!("drawn {seed}"), "timezone": zone});
    let mut draft = Draft { dice, shape, clock, event };
    draft.rooms();
    draft.formats();
    draft.times();
    draft.speakers();
    draft.talks();
    draft.wishes();
    draft.published();
    draft.reviews();
    draft.rules();
    draft.event
}

/// An event so small that every timetable of it can be tried.
pub(crate) fn tiny(seed: u64) -> Value {
    let mut dice = Dice::new(seed ^ 0x7149);
    let talks = dice.pick(&[2, 3, 4, 4, 5, 5, 6, 7]);
    let shape = Shape {
        talks,
        rooms: dice.pick(&[1, 2, 2, 3, 4]),
        days: dice.pick(&[1, 1, 2]),
        starts: dice.between(1..=if talks > 4 { 3 } else { 4 }),
        rules: dice.between(1..=4),
        demands: true,
    };
    event(seed, shape)
}

/// An event of one to sixty talks. Where nothing is demanded, the empty timetable is allowed.
pub(crate) fn any_size(seed: u64, demands: bool) -> Value {
    let mut dice = Dice::new(seed ^ 0x512e);
    let talks: usize = dice.pick(&[1, 2, 5, 8, 12, 20, 30, 45, 60]);
    let shape = Shape {
        talks: dice.between(talks.div_ceil(2)..=talks),
        rooms: dice.between(1..=2 + talks / 12),
        days: dice.pick(&[1, 1, 2, 3]),
        starts: dice.between(1..=3 + talks / 6),
        rules: dice.between(1..=5),
        demands,
    };
    event(seed, shape)
}
