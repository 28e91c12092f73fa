//! Speakers, talks, wishes, the published programme and reviews, drawn.

use super::{COMPANIES, Draft, KIT, LEVELS, REGIONS, TOPICS, TRACKS, ids};
use serde_json::{Value, json};

impl Draft {
    pub(crate) fn speakers(&mut self) {
        let count = self.dice.between(0..=self.shape.talks + 1);
        for id in ids("p", count) {
            let dice = &mut self.dice;
            let mut speaker = json!({ "id": id });
            if dice.chance(70) {
                speaker["company"] = dice.pick(&COMPANIES).into();
            }
            if dice.chance(80) {
                speaker["tags"] = json!({"region": dice.some(&REGIONS, 1, 2)});
            }
            match dice.between(0..=9) {
                0 => speaker["available"] = json!([self.clock.window(dice)]),
                1 | 2 => speaker["available"] = self.clock.joined_windows(dice).into(),
                3 => speaker["unavailable"] = json!([self.clock.window(dice)]),
                _ => {}
            }
            self.push("speakers", speaker);
        }
    }

    pub(crate) fn talks(&mut self) {
        let (speakers, formats, rooms) = (self.ids_of("speakers"), self.ids_of("formats"), self.ids_of("rooms"));
        // Some events hold what they must with ease, some hardly or not at all.
        let accepted = if self.shape.demands { self.dice.pick(&[0, 10, 25, 60]) } else { 0 };
        for id in ids("t", self.shape.talks) {
            let start = self.some_start();
            let dice = &mut self.dice;
            let mut talk = json!({"id": id, "format": dice.pick(&formats)});
            if dice.chance(15) {
                talk["minutes"] = dice.pick(&[10, 20, 25, 40]).into();
                if dice.chance(40) {
                    talk["format"] = Value::Null;
                }
            }
            let people = dice.pick(&[0, 1, 1, 1, 1, 2, 3]);
            talk["speakers"] = dice.some(&speakers, people, people).into();
            if dice.chance(accepted) {
                talk["status"] = "accepted".into();
            } else if dice.chance(8) {
                talk["status"] = "declined".into();
            }
            let mut tags = json!({});
            for (key, values) in [("topic", &TOPICS[..]), ("level", &LEVELS), ("track", &TRACKS)] {
                if dice.chance(80) {
                    let most = if key == "topic" && dice.chance(30) { 2 } else { 1 };
                    tags[key] = dice.some(values, 1, most).into();
                }
            }
            talk["tags"] = tags;
            if dice.chance(70) {
                talk["audience"] = dice.between(1..=60).into();
            }
            if dice.chance(80) {
                talk["merit"] = dice.amount(5).into();
            }
            if dice.chance(6) {
                talk["needs"] = json!({"kit": dice.some(&KIT, 1, 2)});
            }
            let mut pin = json!({});
            if dice.chance(8) {
                pin["room"] = dice.pick(&rooms).into();
            }
            if dice.chance(10) {
                pin["start"] = start;
            }
            if pin != json!({}) {
                talk["pin"] = pin;
            }
            self.push("talks", talk);
        }
    }

    pub(crate) fn wishes(&mut self) {
        let talks = self.ids_of("talks");
        let count = self.dice.between(0..=4 + self.shape.talks / 4);
        for _ in 0..count {
            let wanted = self.dice.some(&talks, 1, 4);
            let mut wish = json!({ "talks": wanted });
            if self.dice.chance(70) {
                wish["weight"] = self.dice.amount(5).into();
            }
            self.push("interests", wish);
        }
    }

    pub(crate) fn published(&mut self) {
        if self.dice.chance(60) {
            return;
        }
        let (talks, rooms) = (self.ids_of("talks"), self.ids_of("rooms"));
        for talk in self.dice.some(&talks, 1, talks.len()) {
            let (room, start) = (self.dice.pick(&rooms), self.some_start());
            self.push("published", json!({"talk": talk, "room": room, "start": start}));
        }
    }

    /// Marks. Then every talk has a merit of its own, so that nothing is to be learnt from them.
    pub(crate) fn reviews(&mut self) {
        if self.dice.chance(80) {
            return;
        }
        for talk in self.event["talks"].as_array_mut().unwrap() {
            if talk.get("merit").is_none() {
                talk["merit"] = 0.into();
            }
        }
        let talks = self.ids_of("talks");
        for reviewer in ["v1", "v2"] {
            let company = self.dice.pick(&COMPANIES);
            self.push("reviewers", json!({"id": reviewer, "company": company}));
            for talk in self.dice.some(&talks, 0, talks.len()) {
                let mark = self.dice.between(0..=5);
                self.push("reviews", json!({"reviewer": reviewer, "talk": talk, "mark": mark}));
            }
        }
    }
}
