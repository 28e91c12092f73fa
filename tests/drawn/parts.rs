//! Events that fall into parts: many small ones, or the same one several times.

use super::{Dice, Shape, event, ids};
use serde_json::{Map, Value, json};

/// An event of so many parts that share nothing: rooms of their own, each with a few talks, a keynote that is pinned, or a
/// talk that has one place only.
pub(crate) fn many_parts(seed: u64, parts: usize) -> Value {
    let mut dice = Dice::new(seed ^ 0x9a27);
    let mut event =
        json!({"name": format!("parts {seed}"), "timezone": "UTC", "rules": [{"kind": "merit", "weight": 2}]});
    let lists = ["rooms", "slots", "talks"];
    let mut drawn: Map<String, Value> = lists.iter().map(|list| ((*list).to_owned(), json!([]))).collect();
    let mut push = |list: &str, value: Value| drawn[list].as_array_mut().unwrap().push(value);
    let at = |hour: usize, minute: usize| format!("2026-06-10T{hour:02}:{minute:02}");
    for part in 1..=parts {
        let room = format!("r{part}");
        push("rooms", json!({"id": room, "capacity": dice.pick(&[20, 40])}));
        let slots = dice.between(1..=3);
        for slot in 0..slots {
            push(
                "slots",
                json!({"id": format!("s{part}-{slot}"), "start": at(9 + slot, 0), "end": at(9 + slot, 45), "rooms": [room]}),
            );
        }
        let talks = dice.between(1..=slots + 1);
        for talk in 0..talks {
            let mut value = json!({
                "id": format!("t{part}-{talk}"), "minutes": 45, "pin": {"room": room}, "audience": dice.between(1..=60),
                "merit": dice.amount(5), "tags": {"theme": [format!("m{part}-{}", dice.between(0..=1))]},
            });
            if talk == 0 && dice.chance(40) {
                value["pin"]["start"] = at(9, 0).into();
                value["status"] = "accepted".into();
                value["tags"]["kind"] = json!(["keynote"]);
            }
            push("talks", value);
        }
    }
    event.as_object_mut().unwrap().extend(drawn);
    for rule in [
        json!({"kind": "fit", "weight": 0.1}),
        json!({"kind": "clash", "tag": "theme", "weight": 3, "per": "minute"}),
        json!({"kind": "order", "tag": "theme", "relation": "consecutive", "weight": 1, "priority": 2}),
        json!({"kind": "place", "talks": {"tags": {"kind": ["keynote"]}}, "where": {"windows": [{"start": at(9, 0), "end": at(10, 0)}]}, "want": "in", "required": true}),
    ] {
        if dice.chance(60) {
            event["rules"].as_array_mut().unwrap().push(rule);
        }
    }
    event
}

/// An event drawn small, and so many copies of it side by side: rooms, people, talks, wishes and rules are each copy's own,
/// times and formats are those of all.
pub(crate) fn copies(seed: u64, count: usize) -> (Value, Value) {
    let mut dice = Dice::new(seed ^ 0xc09e);
    let shape = Shape {
        talks: dice.between(2..=4),
        rooms: dice.between(1..=2),
        days: dice.between(1..=2),
        starts: dice.between(1..=3),
        rules: dice.between(1..=3),
        demands: true,
    };
    let one = of_its_own(event(seed, shape));
    let mut all = one.clone();
    for list in NAMED {
        all.as_object_mut().unwrap().remove(list);
    }
    for copy in ids("c", count) {
        let mut next = one.clone();
        let known: Vec<String> = NAMED.iter().flat_map(|list| ids_of(&one, list)).chain(["#".to_owned()]).collect();
        rename(&mut next, &copy, &known);
        for list in NAMED {
            let Some(values) = next[list].as_array_mut() else { continue };
            let to = all.as_object_mut().unwrap().entry(list).or_insert_with(|| json!([]));
            to.as_array_mut().unwrap().append(values);
        }
    }
    (one, all)
}

/// What each copy has of its own; formats, blocks and tags are those of all.
const NAMED: [&str; 10] =
    ["rooms", "slots", "openings", "speakers", "talks", "interests", "published", "reviewers", "reviews", "rules"];

fn ids_of(event: &Value, list: &str) -> Vec<String> {
    let objects = event[list].as_array().into_iter().flatten();
    objects.filter_map(|object| Some(object["id"].as_str()?.to_owned())).collect()
}

/// The event with rules that are of its own talks and places alone, whatever stands beside it: every selection lists its
/// talks, what is measured is in its rooms, and its talks fit no other room.
fn of_its_own(mut event: Value) -> Value {
    let (talks, rooms) = (ids_of(&event, "talks"), ids_of(&event, "rooms"));
    let own = |field: &str, ids: &[String], old: &Value| {
        let mut new = json!({ field: ids });
        if !old.is_null() {
            new["all"] = json!([old]);
        }
        new
    };
    let rules = event["rules"].as_array_mut().unwrap();
    // A plenary is against everything beside it, and a group of every speaker would owe its least in each copy.
    let by_speaker = |rule: &Value| rule["each"].as_array().is_some_and(|each| each.contains(&json!("speaker")));
    rules.retain(|rule| rule["kind"] != "plenary" && !by_speaker(rule));
    for rule in rules {
        rule["talks"] = own("ids", &talks, &rule["talks"]);
        if rule.get("min_share").or(rule.get("max_share")).is_some() {
            rule["of"] = own("ids", &talks, &rule["of"]);
        }
        if rule["kind"] == "count" || rule["kind"] == "balance" {
            rule["where"] = own("rooms", &rooms, &rule["where"]);
        }
    }
    for (list, field) in [("talks", "needs"), ("rooms", "tags")] {
        for object in event[list].as_array_mut().unwrap() {
            if object[field].is_null() {
                object[field] = json!({});
            }
            object[field]["copy"] = json!(["#"]);
        }
    }
    event
}

/// Gives every known id a name that only this copy has.
fn rename(value: &mut Value, copy: &str, known: &[String]) {
    match value {
        Value::String(text) if known.contains(text) => *text = format!("{copy}-{text}"),
        Value::Array(list) => list.iter_mut().for_each(|value| rename(value, copy, known)),
        Value::Object(fields) => fields.values_mut().for_each(|value| rename(value, copy, known)),
        _ => {}
    }
}
