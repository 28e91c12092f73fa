//! The same event in another order: every list whose order has no meaning, wherever it is, shuffled.

use serde_json::Value;
use slotwise::Event;

/// The event with its lists, and the lists in them, in another order.
pub(crate) fn shuffled(event: &Event, seed: u64) -> Event {
    let mut json = serde_json::to_value(event).unwrap();
    shuffle(&mut json, &mut Dice(seed));
    Event::from_json(&json.to_string()).unwrap()
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        // Knuth's multiplier; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn shuffle(json: &mut Value, dice: &mut Dice) {
    match json {
        Value::Array(list) => {
            for i in (1..list.len()).rev() {
                list.swap(i, dice.below(i + 1));
            }
            list.iter_mut().for_each(|value| shuffle(value, dice));
        }
        Value::Object(fields) => {
            let in_order = ["before", "consecutive"].map(Value::from);
            let in_order = fields.get("relation").is_some_and(|relation| in_order.contains(relation));
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("sequence", _) if in_order => {}
                    // A pair is two talks, either way round, and then its factor.
                    ("pairs", Value::Array(pairs)) => {
                        for i in (1..pairs.len()).rev() {
                            pairs.swap(i, dice.below(i + 1));
                        }
                        let turned = pairs.iter_mut().filter_map(Value::as_array_mut).filter(|_| dice.below(2) == 0);
                        turned.for_each(|pair| pair.swap(0, 1));
                    }
                    (_, value) => shuffle(value, dice),
                }
            }
        }
        _ => {}
    }
}
