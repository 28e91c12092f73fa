//! The commands that explore: what `alternatives` and `replan` print, and how they end.

use crate::command_line::{Desk, small};
use serde_json::{Value, json};
use std::{fs, path::Path};

#[test]
fn alternatives_are_told_and_written_for_machines() {
    let desk = Desk::with(&small());
    let text = desk.run("alternatives event.json -k 3 --within 10% -q").ended(0).out;
    assert!(text.starts_with("The best programme is worth "), "{text}");
    assert!(text.contains("an alternative is worth at least "), "{text}");
    assert!(text.contains("\nAlternative 1: worth "), "{text}");
    assert!(text.contains("instead of") || text.contains(" to "), "{text}");

    let found = desk.run("alternatives event.json -k 3 --within 10% --format json -q").ended(0).json();
    assert_eq!(found["best"]["status"], "optimal");
    let list = found["alternatives"].as_array().unwrap();
    assert!((1..=3).contains(&list.len()), "{found}");
    for alternative in list {
        for field in ["value", "loss", "distance", "placements", "left_out", "difference", "rules", "nearest"] {
            assert!(!alternative[field].is_null(), "{field} is missing: {alternative}");
        }
    }
    for field in ["chosen", "left_out", "placed"] {
        assert!(found["agreed"][field].is_array(), "{found}");
    }
    assert!(found["complete"].is_boolean());
    let values: Vec<f64> = list.iter().map(|a| a["value"].as_f64().unwrap()).collect();
    assert!(values.is_sorted_by(|a, b| a >= b), "{values:?}");
}

#[test]
fn all_alternatives_are_told_as_all() {
    let desk = Desk::with(&small());
    let none = desk.run("alternatives event.json --within 0% -q").ended(0).out;
    assert!(none.contains("There is no other programme within that loss. That is proven."), "{none}");
}

#[test]
fn an_event_without_a_timetable_has_no_alternatives() {
    let mut event = small();
    event["rules"]
        .as_array_mut()
        .unwrap()
        .push(json!({"kind": "count", "measure": "talks", "min": 9, "name": "all of them", "required": true}));
    let desk = Desk::with(&event);
    let found = desk.run("alternatives event.json --format json -q").ended(3).json();
    assert_eq!(found["best"]["status"], "infeasible");
    assert_eq!(found["alternatives"], json!([]));
    let text = desk.run("alternatives event.json -q").ended(3).out;
    assert!(text.starts_with("No timetable satisfies what must hold. That is proven."), "{text}");
    let stopped = desk.run("alternatives event.json --time-limit 0s --format json -q");
    assert!([3, 4].contains(&stopped.code.unwrap()), "{stopped:?}");
}

#[test]
fn what_may_be_lost_is_a_share_or_an_amount() {
    let desk = Desk::with(&small());
    let said = desk.run("alternatives event.json --within lots").ended(2).err;
    assert!(said.contains("a share is wanted, such as 1% or 1/200, or an amount of value"), "{said}");
    let least = |within: &str| {
        let line = format!("alternatives event.json -k 1 --within {within} --format json -q");
        desk.run(&line).ended(0).json()["floors"][0]["least"].as_f64().unwrap()
    };
    let best = desk.run("solve event.json --format json -q").ended(0).json()["value"].as_f64().unwrap();
    assert!((least("2") - (best - 2.0)).abs() < 1e-9);
    assert!((least("1/2") - best / 2.0).abs() < 0.002);
}

fn schema_of(desk: &Desk, what: &str) -> Value {
    desk.run(&format!("schema {what}")).ended(0).json()
}

#[test]
fn what_is_printed_is_what_its_schema_says() {
    let desk = Desk::with(&small());
    desk.run("solve event.json --format json -o plan.json -q").ended(0);
    let commands = [
        ("answer", "solve event.json --format json -q"),
        ("alternatives", "alternatives event.json -k 2 --within 10% --format json -q"),
        ("replan", "replan event.json --published plan.json --cancel p2 --fill --format json -q"),
    ];
    for (what, line) in commands {
        let validator = jsonschema::validator_for(&schema_of(&desk, what)).unwrap();
        let answer = desk.run(line).ended(0).json();
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{what}");
    }
    assert_eq!(schema_of(&desk, "event")["title"], "Event");
}

/// The small event, solved; a talk of the first slot, and who gives it.
fn published() -> (Desk, String, String) {
    published_of(&small())
}

fn published_of(event: &Value) -> (Desk, String, String) {
    let desk = Desk::with(event);
    desk.run("solve event.json --format json -o plan.json -q").ended(0);
    let plan: Value = serde_json::from_str(&desk.get("plan.json")).unwrap();
    let placements = plan["placements"].as_array().unwrap();
    let talk = placements.iter().find(|p| p["slot"] == "t1").unwrap()["talk"].as_str().unwrap().to_owned();
    let talks = event["talks"].as_array().unwrap();
    let speaker = talks.iter().find(|t| t["id"] == talk.as_str()).unwrap()["speakers"][0].as_str().unwrap().to_owned();
    (desk, talk, speaker)
}

#[test]
fn a_cancelled_talk_leaves_and_nothing_else_changes() {
    let mut event = small();
    // A share that must hold would ask for more changes.
    event["rules"].as_array_mut().unwrap().retain(|rule| rule["kind"] == "merit");
    let (desk, talk, _) = published_of(&event);
    let line = format!("replan event.json --published plan.json --cancel {talk}");
    let mended = desk.run(&format!("{line} --format json -q")).ended(0).json();
    assert_eq!(mended["cancelled"], json!([talk]));
    assert_eq!((&mended["changes"], &mended["fewest"]), (&json!(0), &json!(true)));
    assert_eq!(mended["difference"].as_array().unwrap().len(), 1);
    let text = desk.run(&format!("{line} -q")).ended(0).out;
    assert!(text.contains("Nothing else has to change. That is proven."), "{text}");
    assert!(text.contains("cancelled: “"), "{text}");
    let filled = desk.run(&format!("{line} --fill --format json -q")).ended(0).json();
    let placed = |answer: &Value| answer["timetable"]["placements"].as_array().unwrap().len();
    assert_eq!(placed(&filled), placed(&mended) + 1, "another talk takes the place");
}

#[test]
fn a_closed_room_moves_what_was_in_it_and_says_whom_to_tell() {
    let (desk, ..) = published();
    let line = "replan event.json --published plan.json --close teilhard@2026-10-30T09:00..2026-10-30T10:45";
    let mended = desk.run(&format!("{line} --format json -q")).ended(0).json();
    assert!(mended["changes"].as_u64().unwrap() > 0, "{mended}");
    assert_eq!(mended["violations"][0]["rule"], "rooms are open");
    assert_eq!(mended["violations"][0]["cause"], "happened");
    let text = desk.run(&format!("{line} -q")).ended(0).out;
    assert!(text.contains("After what happened, what was published breaks what must hold:"), "{text}");
    assert!(text.contains("That is the least, proven."), "{text}");
    assert!(text.contains("\nWhom to tell\n"), "{text}");
}

#[test]
fn a_published_programme_that_breaks_rules_is_told_so_and_mended() {
    let (desk, ..) = published();
    let mut plan: Value = serde_json::from_str(&desk.get("plan.json")).unwrap();
    let placements = plan["placements"].as_array_mut().unwrap();
    let mut first = placements.iter_mut().filter(|p| p["slot"] == "t1");
    let (one, other) = (first.next().unwrap(), first.next().expect("a talk at the same time"));
    other["room"] = one["room"].clone();
    desk.put("broken.json", json!({"placements": placements}).to_string());
    let text = desk.run("replan event.json --published broken.json -q").ended(0).out;
    assert!(
        text.starts_with("What was published breaks what must hold:\n  a room holds one talk at a time: “"),
        "{text}"
    );
    assert!(text.contains("1 change. That is the least, proven."), "{text}");
}

#[test]
fn whom_a_request_names_wrongly_is_told_with_the_nearest_name() {
    let (desk, talk, speaker) = published();
    let line = |more: &str| desk.run(&format!("replan event.json --published plan.json {more}")).ended(2).err;
    assert!(line("--cancel nobody").contains("which neither a talk nor a speaker has as id"));
    let said = line("--close teilard@2026-10-30T09:00..2026-10-30T10:00");
    assert!(said.contains("perhaps \"teilhard\""), "{said}");
    assert!(line("--close teilhard@9:00").contains("an id and two times are wanted"));
    let twice = line(&format!("--cancel {talk} --cancel talk:{talk}"));
    assert!(twice.contains("a second time"), "{twice}");
    let given = line(&format!("--cancel {talk} --given-before 2026-10-30T23:00"));
    assert!(given.contains("has been given already"), "{given}");
    let both = line(&format!("--cancel {speaker} --away {speaker}@2026-10-30T09:00..2026-10-30T10:00"));
    assert!(both.contains("who is cancelled too"), "{both}");
    let missing = desk.run("replan event.json").ended(2).err;
    assert!(missing.contains("no published programme"), "{missing}");
}

#[test]
fn the_readme_shows_what_alternatives_and_replanning_print() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let pictures: Vec<&str> = readme.split("```text\n").filter_map(|rest| rest.split("\n```").next()).collect();
    let shown = |begins: &str| *pictures.iter().find(|text| text.starts_with(begins)).unwrap();
    let desk = Desk::with(&small());
    desk.put("nord.json", fs::read_to_string(root.join("examples/data/cloud-nord.json")).unwrap());
    let common = "--backend microlp -q";
    let found = desk.run(&format!("alternatives nord.json -k 3 --within 1% {common}")).ended(0).out;
    assert!(found.starts_with(shown("The best programme is worth")), "the README shows something else than:\n{found}");
    desk.run(&format!("solve nord.json --format json -o published.json {common}")).ended(0);
    let asked = "replan nord.json --published published.json --cancel s080 --fill";
    let mended = desk.run(&format!("{asked} {common}")).ended(0).out;
    assert_eq!(mended.trim_end(), shown("After what happened"));
}

#[test]
fn what_was_given_where_the_event_has_no_place_is_a_problem_of_what_was_published() {
    let slot = |id: &str, hour: u32| {
        let (start, end) = (format!("2026-10-30T{hour:02}:00"), format!("2026-10-30T{:02}:00", hour + 1));
        json!({"id": id, "start": start, "end": end, "rooms": ["a", "b"]})
    };
    let desk = Desk::with(&json!({
        "name": "M", "timezone": "Europe/Paris", "rooms": [{"id": "a"}, {"id": "b"}],
        "slots": [slot("s1", 9), slot("s2", 10)],
        "talks": [{"id": "p", "minutes": 30, "merit": 1}, {"id": "q", "minutes": 30, "merit": 1}],
        "rules": [{"kind": "merit", "weight": 1}]
    }));
    let published = json!({"placements": [
        {"talk": "p", "room": "a", "start": "2026-10-30T09:10"}, {"talk": "q", "room": "b", "start": "2026-10-30T10:00"}
    ]});
    desk.put("published.json", published.to_string());
    let replan = "replan event.json --published published.json -q";
    let said = desk.run(&format!("{replan} --given-before 2026-10-30T09:35")).ended(2).err;
    assert!(said.contains("published.placements[0]: found \"p\", given where this does not hold"), "{said}");
    desk.run(replan).ended(0);
}
