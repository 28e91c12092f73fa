//! Rooms, formats, slots, openings and blocks, drawn.

use super::{Dice, Draft, KIT, MOODS, Shape, ids};
use jiff::{SignedDuration, civil::DateTime};
use serde_json::{Value, json};

/// When an event's days are, and by what step its times go.
pub(crate) struct Clock {
    first: DateTime,
    days: usize,
    /// The step of all times, in minutes.
    step: usize,
    /// From the first start to the last end of a day, in minutes.
    pub(crate) length: usize,
}

impl Clock {
    pub(crate) fn drawn(dice: &mut Dice, shape: Shape) -> Self {
        // Far from where clocks change; sometimes so late that days go on after midnight.
        let hour = dice.pick(&[9, 9, 9, 13, 22]);
        let first = jiff::civil::date(2026, 6, 10).at(hour, 0, 0, 0);
        Self { first, days: shape.days, step: dice.pick(&[5, 15, 15, 30]), length: (shape.starts * 45).max(60) }
    }

    /// So many minutes after a day's beginning, as it is written.
    pub(crate) fn at(&self, day: usize, minutes: usize) -> String {
        let time = self.first.saturating_add(SignedDuration::from_mins((day * 1440 + minutes) as i64));
        time.strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The days, and one more on which nothing is.
    pub(crate) fn days(&self) -> Vec<String> {
        (0..=self.days).map(|day| self.at(day, 0)[..10].to_owned()).collect()
    }

    fn steps(&self, dice: &mut Dice, from: usize, to: usize) -> usize {
        let from = from.div_ceil(self.step);
        dice.between(from..=(to / self.step).max(from)) * self.step
    }

    /// A stretch of one of the days.
    pub(crate) fn window(&self, dice: &mut Dice) -> Value {
        let day = dice.between(0..=self.days - 1);
        let start = self.steps(dice, 0, self.length - self.step);
        let end = start + self.steps(dice, self.step, self.length);
        json!({"start": self.at(day, start), "end": self.at(day, end)})
    }

    /// Two stretches that touch or overlap, and take in most of a day.
    pub(crate) fn joined_windows(&self, dice: &mut Dice) -> Vec<Value> {
        let day = dice.between(0..=self.days - 1);
        let joint = self.steps(dice, self.step, self.length);
        let back = if dice.chance(50) { 0 } else { joint.min(self.step) };
        let mut windows = vec![
            json!({"start": self.at(day, 0), "end": self.at(day, joint)}),
            json!({"start": self.at(day, joint - back), "end": self.at(day, self.length.max(joint) + 30)}),
        ];
        dice.shuffle(&mut windows);
        windows
    }
}

impl Draft {
    pub(crate) fn rooms(&mut self) {
        let mut last = Value::Null;
        for id in ids("r", self.shape.rooms) {
            let dice = &mut self.dice;
            // Twins are alike in all but the name.
            if last.is_null() || dice.chance(70) {
                last = json!({});
                if dice.chance(80) {
                    last["capacity"] = dice.pick(&[10, 20, 30, 50]).into();
                }
                let kit = dice.some(&KIT, 0, 2);
                if !kit.is_empty() {
                    last["tags"] = json!({ "kit": kit });
                }
                if dice.chance(15) {
                    last["unavailable"] = json!([self.clock.window(dice)]);
                }
            }
            last["id"] = id.into();
            self.push("rooms", last.clone());
        }
    }

    pub(crate) fn formats(&mut self) {
        let count = self.dice.between(1..=3);
        for id in ids("f", count) {
            let minutes = self.dice.pick(&[15, 20, 30, 30, 45]);
            let mut format = json!({"id": id, "minutes": minutes});
            if self.dice.chance(40) {
                format["changeover"] = self.dice.pick(&[5, 10, 15]).into();
            }
            self.push("formats", format);
        }
    }

    /// Slots on a grid, slots of many lengths that overlap, openings, or both.
    pub(crate) fn times(&mut self) {
        match self.dice.between(0..=9) {
            0..=3 => self.grid(),
            4..=5 => self.ragged(self.shape.starts),
            6..=7 => self.openings(),
            8 => {
                self.grid();
                self.openings();
            }
            _ => {
                self.ragged(1);
                self.openings();
            }
        }
        let blocks = self.dice.between(0..=3);
        for id in ids("b", blocks) {
            let mut block = self.clock.window(&mut self.dice);
            block["id"] = id.into();
            self.push("blocks", block);
        }
    }

    fn grid(&mut self) {
        let (length, pause) = (self.dice.pick(&[30, 30, 45]), self.dice.pick(&[0, 0, 15]));
        for day in 0..self.shape.days {
            for start in 0..self.shape.starts {
                self.slot(day, start * (length + pause), length);
            }
        }
    }

    fn ragged(&mut self, count: usize) {
        for day in 0..self.shape.days {
            for _ in 0..count {
                let start = self.clock.steps(&mut self.dice, 0, self.clock.length - 30);
                let length = self.dice.pick(&[15, 20, 30, 35, 45, 60]);
                self.slot(day, start, length);
            }
        }
    }

    fn slot(&mut self, day: usize, start: usize, length: usize) {
        let id = format!("s{}", self.ids_of("slots").len() + 1);
        let (from, to) = (self.clock.at(day, start), self.clock.at(day, start + length));
        let mut slot = json!({"id": id, "start": from, "end": to, "rooms": self.some_rooms()});
        let short = |f: &&Value| f["minutes"].as_u64().unwrap() <= length as u64;
        let fit: Vec<Value> = self.event["formats"].as_array().unwrap().iter().filter(short).cloned().collect();
        if !fit.is_empty() && self.dice.chance(15) {
            slot["formats"] = self.dice.some(&fit, 1, 2).iter().map(|f| f["id"].clone()).collect();
        }
        if self.dice.chance(40) {
            slot["tags"] = json!({"mood": self.dice.some(&MOODS, 1, 2)});
        }
        self.push("slots", slot);
    }

    fn openings(&mut self) {
        let count = self.dice.pick(&[1, 1, 2]);
        for _ in 0..count {
            let day = self.dice.between(0..=self.shape.days - 1);
            let every = self.dice.pick(&[10, 15, 15, 20, 30, 30, 45]);
            let start = self.clock.steps(&mut self.dice, 0, 30);
            let length = 15 + every * self.shape.starts;
            let (from, to) = (self.clock.at(day, start), self.clock.at(day, start + length));
            let mut opening = json!({"start": from, "end": to, "every_minutes": every, "rooms": self.some_rooms()});
            if self.dice.chance(15) {
                opening["formats"] = self.dice.some(&self.ids_of("formats"), 1, 2).into();
            }
            self.push("openings", opening);
        }
    }

    fn some_rooms(&mut self) -> Vec<String> {
        let all = self.ids_of("rooms");
        if self.dice.chance(70) { all } else { self.dice.some(&all, 1, 3) }
    }

    /// The start of some slot or opening, or some other time.
    pub(crate) fn some_start(&mut self) -> Value {
        let lists = ["slots", "openings"].map(|list| self.event[list].as_array().cloned().unwrap_or_default());
        let known = lists.concat();
        if known.is_empty() || self.dice.chance(15) {
            return self.clock.window(&mut self.dice)["start"].clone();
        }
        let mut time: DateTime = self.dice.pick(&known)["start"].as_str().unwrap().parse().unwrap();
        if lists[0].is_empty() {
            let step = lists[1][0]["every_minutes"].as_u64().unwrap();
            time = time.saturating_add(SignedDuration::from_mins((step as usize * self.dice.between(0..=1)) as i64));
        }
        time.strftime("%Y-%m-%dT%H:%M").to_string().into()
    }
}
