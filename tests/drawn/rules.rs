//! Rules of every kind and with every field, drawn.

use super::{COMPANIES, Draft, KIT, LEVELS, MOODS, REGIONS, TOPICS};
use serde_json::{Value, json};

const KINDS: [&str; 15] = [
    "merit", "merit", "count", "count", "count", "count", "balance", "place", "fit", "clash", "clash", "order", "rest",
    "plenary", "keep",
];

const DIMENSIONS: [&str; 12] = [
    "day",
    "block",
    "start",
    "time",
    "room",
    "format",
    "speaker",
    "tag:topic",
    "tag:level",
    "tag:track",
    "speaker:company",
    "speaker:region",
];

/// How large a share is, for sorting.
fn number_of(share: &Value) -> f64 {
    let number = |text: &str| text.parse::<f64>().unwrap();
    let parts = share.as_str().and_then(|text| text.split_once('/'));
    parts.map_or_else(|| share.as_f64().unwrap(), |(part, whole)| number(part) / number(whole))
}

impl Draft {
    pub(crate) fn rules(&mut self) {
        if self.dice.chance(12) {
            self.tracks();
        }
        for _ in 0..self.shape.rules {
            let kind = self.dice.pick(&KINDS);
            let mut rule = match kind {
                "count" => self.count(),
                "balance" => self.balance(),
                "place" => self.place(),
                "fit" => self.fit(),
                "clash" => self.clash(),
                "order" => self.order(),
                "rest" => self.rest(),
                "keep" => self.keep(),
                _ => json!({}),
            };
            rule["kind"] = kind.into();
            let can_be_required = !["merit", "balance"].contains(&kind);
            if self.shape.demands && can_be_required && self.dice.chance(25) {
                rule["required"] = true.into();
                for weight in ["time", "room", "drop", "add", "empty_weight"] {
                    rule.as_object_mut().unwrap().remove(weight);
                }
            } else {
                rule["weight"] = self.dice.amount(5).into();
                if self.dice.chance(25) {
                    rule["priority"] = self.dice.pick(&[2, 2, 7]).into();
                }
            }
            // A plenary of everything says that nothing runs beside anything.
            if self.dice.chance(if kind == "plenary" { 85 } else { 30 }) {
                rule["talks"] = self.selection(2);
            }
            self.push("rules", rule);
        }
    }

    /// One track a room and block, and a track keeps its room.
    fn tracks(&mut self) {
        let strength = self.shape.demands && self.dice.chance(60);
        let mut rules = [
            json!({"kind": "count", "each": ["block", "room"], "measure": "distinct:tag:track", "max": 1}),
            json!({"kind": "count", "each": ["tag:track"], "measure": "distinct:room", "max": 1}),
        ];
        for rule in &mut rules {
            if strength {
                rule["required"] = true.into();
            } else {
                rule["weight"] = self.dice.amount(5).into();
            }
            self.push("rules", rule.clone());
        }
    }

    /// Which talks: some of the fields, and other selections inside, so many deep.
    fn selection(&mut self, depth: usize) -> Value {
        let (talks, formats) = (self.ids_of("talks"), self.ids_of("formats"));
        let mut selection = json!({});
        let fields = self.dice.between(1..=2);
        for _ in 0..fields {
            let inner = if depth == 0 { 6 } else { 9 };
            let dice = &mut self.dice;
            match dice.between(0..=inner) {
                0 => selection["ids"] = dice.some(&talks, 1, talks.len()).into(),
                1 | 2 => {
                    let (key, values) = dice.pick(&[("topic", &TOPICS[..]), ("level", &LEVELS)]);
                    selection["tags"] = json!({key: dice.some(values, 1, 2)});
                }
                3 | 4 => {
                    let (key, values) = dice.pick(&[("region", &REGIONS[..]), ("company", &COMPANIES)]);
                    selection["speaker_tags"] = json!({key: dice.some(values, 1, 2)});
                }
                5 => selection["status"] = dice.some(&["proposed", "accepted", "declined"], 1, 2).into(),
                6 if dice.chance(50) => selection["formats"] = dice.some(&formats, 1, 2).into(),
                6 => selection["min_merit"] = dice.amount(4).into(),
                7 => selection["all"] = json!([self.selection(depth - 1), self.selection(depth - 1)]),
                8 => selection["any"] = json!([self.selection(depth - 1), self.selection(depth - 1)]),
                _ => selection["not"] = self.selection(depth - 1),
            }
        }
        selection
    }

    /// Which places.
    fn places(&mut self, depth: usize) -> Value {
        let [rooms, slots, blocks] = ["rooms", "slots", "blocks"].map(|list| self.ids_of(list));
        let mut places = json!({});
        let fields = self.dice.between(1..=2);
        for _ in 0..fields {
            let inner = if depth == 0 { 6 } else { 9 };
            let (dice, clock) = (&mut self.dice, &self.clock);
            match dice.between(0..=inner) {
                1 => places["room_tags"] = json!({"kit": dice.some(&KIT, 1, 2)}),
                2 if !slots.is_empty() => places["slots"] = dice.some(&slots, 1, 3).into(),
                3 if !slots.is_empty() => places["slot_tags"] = json!({"mood": dice.some(&MOODS, 1, 2)}),
                4 if !blocks.is_empty() => places["blocks"] = dice.some(&blocks, 1, 2).into(),
                5 => places["days"] = dice.some(&clock.days(), 1, 2).into(),
                6 => places["windows"] = (0..dice.between(1..=2)).map(|_| clock.window(dice)).collect(),
                7 => places["all"] = json!([self.places(depth - 1), self.places(depth - 1)]),
                8 => places["any"] = json!([self.places(depth - 1), self.places(depth - 1)]),
                9 => places["not"] = self.places(depth - 1),
                _ => places["rooms"] = dice.some(&rooms, 1, 2).into(),
            }
        }
        places
    }

    fn each(&mut self, least: usize) -> Vec<&'static str> {
        let usual: [&[&str]; 8] = [
            &["time"],
            &["start"],
            &["room"],
            &["time", "tag:topic"],
            &["room", "time"],
            &["block", "time"],
            &["block", "room"],
            &["speaker"],
        ];
        if self.dice.chance(40) { self.dice.pick(&usual).to_vec() } else { self.dice.some(&DIMENSIONS, least, 3) }
    }

    fn measure(&mut self) -> String {
        if self.dice.chance(60) {
            return self.dice.pick(&["talks", "talks", "minutes", "audience", "speakers", "any"]).to_owned();
        }
        let apart: Vec<&str> = DIMENSIONS.into_iter().filter(|dimension| *dimension != "time").collect();
        format!("distinct:{}", self.dice.pick(&apart))
    }

    fn count(&mut self) -> Value {
        let measure = self.measure();
        let (size, most) = match measure.as_str() {
            "minutes" => (15, 90),
            "audience" => (10, 80),
            _ => (0, 3),
        };
        let each = self.each(0);
        let mut rule = json!({"each": each, "measure": measure});
        let shares = [
            json!(0),
            json!(0.25),
            json!("1/3"),
            json!(0.333),
            json!(0.4),
            json!(0.5),
            json!("3/7"),
            json!("2/3"),
            json!(0.75),
            json!(1),
        ];
        let bounds = self.dice.between(0..=5);
        if bounds == 0 || bounds == 3 {
            rule["min"] = self.dice.between(size.max(1)..=most).into();
        }
        if bounds == 1 || bounds == 2 || bounds == 3 {
            let least = rule["min"].as_u64().unwrap_or(size as u64) as usize;
            rule["max"] = self.dice.between(least..=most.max(least)).into();
        }
        if bounds >= 4 {
            let mut pair = [self.dice.pick(&shares), self.dice.pick(&shares)];
            pair.sort_by(|a, b| number_of(a).total_cmp(&number_of(b)));
            let which = self.dice.between(0..=2);
            if which != 1 {
                rule["min_share"] = pair[0].clone();
            }
            if which != 0 {
                rule["max_share"] = pair[1].clone();
            }
            if self.dice.chance(30) {
                rule["of"] = self.selection(1);
            }
            if self.dice.chance(20) {
                rule["max"] = most.into();
            }
        }
        if self.dice.chance(25) {
            rule["where"] = self.places(2);
        }
        rule
    }

    fn balance(&mut self) -> Value {
        let measure = if self.dice.chance(20) { "overflow".to_owned() } else { self.measure() };
        let mut rule = json!({"each": self.each(1), "measure": measure});
        if self.dice.chance(25) {
            rule["where"] = self.places(2);
        }
        rule
    }

    fn place(&mut self) -> Value {
        json!({"where": self.places(2), "want": self.dice.pick(&["in", "out"])})
    }

    fn fit(&mut self) -> Value {
        let mut rule = json!({});
        if self.dice.chance(40) {
            rule["tolerance"] = self.dice.pick(&[json!(0.1), json!(0.25), json!("1/3"), json!(1)]);
        }
        if self.dice.chance(40) {
            rule["empty_weight"] = self.dice.pick(&[0.001, 0.01, 0.5]).into();
        }
        rule
    }

    fn clash(&mut self) -> Value {
        let talks = self.ids_of("talks");
        match self.dice.between(0..=5) {
            0..=2 => {
                json!({"tag": self.dice.pick(&["topic", "topic", "level"]), "per": self.dice.pick(&["pair", "pair", "minute"])})
            }
            3 if talks.len() > 1 => {
                let mut pairs = Vec::new();
                for _ in 0..self.dice.between(1..=4) {
                    let mut pair = self.dice.some(&talks, 2, 2);
                    let listed = |other: &Value| pair.iter().all(|id| other.as_array().unwrap().contains(&json!(id)));
                    if !pairs.iter().any(listed) {
                        let mut pair: Vec<Value> = pair.drain(..).map(Value::from).collect();
                        if self.dice.chance(50) {
                            pair.push(self.dice.amount(3).into());
                        }
                        pairs.push(Value::from(pair));
                    }
                }
                json!({"pairs": pairs, "per": self.dice.pick(&["pair", "minute"])})
            }
            _ => json!({"interests": true, "per": self.dice.pick(&["pair", "minute", "missed", "missed"])}),
        }
    }

    fn order(&mut self) -> Value {
        let talks = self.ids_of("talks");
        let by_tag = talks.len() < 2 || self.dice.chance(40);
        let relations =
            ["consecutive", "consecutive", "same_room", "same_day", "same_block", "other_day", "other_block"];
        let mut rule = if by_tag {
            json!({"tag": self.dice.pick(&["topic", "level", "track"]), "relation": self.dice.pick(&relations)})
        } else {
            let relation = if self.dice.chance(40) { "before" } else { self.dice.pick(&relations) };
            json!({"sequence": self.dice.some(&talks, 2, 4), "relation": relation})
        };
        let least = self.dice.pick(&[0, 5, 10, 30]);
        if self.dice.chance(25) {
            rule["min_minutes"] = least.into();
        }
        if self.dice.chance(20) {
            rule["max_minutes"] = (least + self.dice.pick(&[0, 15, 60])).into();
        }
        rule
    }

    fn rest(&mut self) -> Value {
        let speakers = self.ids_of("speakers");
        let mut rule = json!({"minutes": self.dice.pick(&[1, 10, 30, 60])});
        if self.dice.chance(40) {
            rule["room_change_minutes"] = self.dice.pick(&[0, 20, 90]).into();
        }
        if !speakers.is_empty() && self.dice.chance(25) {
            rule["speakers"] = self.dice.some(&speakers, 1, 3).into();
        }
        rule
    }

    fn keep(&mut self) -> Value {
        let mut rule = json!({});
        for weight in ["time", "room", "drop", "add"] {
            if self.dice.chance(60) {
                rule[weight] = self.dice.amount(3).into();
            }
        }
        // Of what starts before, something is demanded whatever the rule weighs.
        if self.shape.demands && self.dice.chance(25) {
            rule["before"] = self.clock.window(&mut self.dice)["end"].clone();
        }
        if rule == json!({}) {
            rule["time"] = 1.into();
        }
        rule
    }
}
