//! What the program tells people of their mistakes: one mistake is told once, and called what it is.

use crate::command_line::{Desk, small};
use serde_json::{Value, json};

fn at(time: &str) -> String {
    format!("2026-10-30T{time}")
}

/// Two rooms with two slots, and three talks.
fn event() -> Value {
    let talk = |id: &str, title: &str, speaker: &str, merit: u32| json!({"id": id, "title": title, "speakers": [speaker], "format": "talk", "merit": merit});
    json!({
        "name": "Small", "timezone": "Europe/Paris",
        "rooms": [{"id": "a"}, {"id": "b"}],
        "formats": [{"id": "talk", "minutes": 45}],
        "slots": [
            {"id": "s1", "start": at("09:00"), "end": at("09:45"), "rooms": ["a", "b"]},
            {"id": "s2", "start": at("10:00"), "end": at("10:45"), "rooms": ["a", "b"]},
        ],
        "speakers": [{"id": "ada", "name": "Ada"}, {"id": "bob", "name": "Bob"}, {"id": "eve", "name": "Eve"}],
        "talks": [talk("t1", "One", "ada", 3), talk("t2", "Two", "bob", 4), talk("t3", "Three", "eve", 5)],
        "rules": [{"kind": "merit", "weight": 1}],
    })
}

/// An answer of that event, as it is written.
fn answer() -> Value {
    let place = |talk: &str, room: &str, start: &str, end: &str, slot: &str| {
        json!({"talk": talk, "room": room, "start": at(start), "start_offset": "+01:00", "end": at(end),
               "end_offset": "+01:00", "slot": slot})
    };
    json!({
        "value": 12.0, "left_out": [],
        "placements": [
            place("t2", "a", "09:00", "09:45", "s1"),
            place("t3", "a", "10:00", "10:45", "s2"),
            place("t1", "b", "10:00", "10:45", "s2"),
        ],
    })
}

/// The audit of that timetable, as data and as text with blanks for line breaks.
fn audited(timetable: &Value) -> (Value, String) {
    let desk = Desk::with(&event());
    desk.put("plan.json", timetable.to_string());
    let text = desk.run("audit event.json plan.json").ended(0).out;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (desk.run("audit event.json plan.json --format json").ended(0).json(), text)
}

fn texts(list: &Value) -> Vec<String> {
    let said = |w: &Value| format!("{}: {}", w["path"].as_str().unwrap(), w["text"].as_str().unwrap());
    list.as_array().map_or_else(Vec::new, |list| list.iter().map(said).collect())
}

#[test]
fn a_right_answer_is_audited_without_a_warning() {
    let (json, text) = audited(&answer());
    assert_eq!((&json["valid"], &json["value"], json.get("warnings")), (&json!(true), &json!(12.0), None));
    assert!(text.starts_with("Valid") && !text.contains("To look at"), "{text}");
}

#[test]
fn a_talk_that_was_moved_by_its_start_alone_is_audited_where_it_is() {
    let mut moved = answer();
    moved["placements"][1]["start"] = at("09:20").into();
    let (json, text) = audited(&moved);
    assert_eq!(json["valid"], json!(false));
    assert_eq!(
        texts(&json["warnings"]),
        [
            "placements[1]: `end` and `slot` do not go with the start and the room, and these count: \"t3\" is in \"a\" from \
          2026-10-30T09:20 to 2026-10-30T10:05"
        ]
    );
    let nowhere = "“Three”: nothing starts at 09:20 in a; the nearest start is 09:00";
    assert!(text.contains(&format!("slots and openings that take them: 1 case {nowhere}")), "{text}");
    assert!(
        text.contains(
            "a room holds one talk at a time: 1 case “Two” and “Three”: in a, 09:00 to 09:45 and 09:20 to 10:05"
        ),
        "{text}"
    );
}

#[test]
fn a_talk_that_was_moved_to_another_room_of_its_slot_is_right() {
    let mut moved = answer();
    moved["placements"][0]["room"] = "b".into();
    let (json, _) = audited(&moved);
    assert_eq!((&json["valid"], json.get("warnings")), (&json!(true), None));
}

#[test]
fn a_start_in_another_year_is_called_outside_of_the_event() {
    let mut moved = answer();
    moved["placements"][1]["start"] = "2030-07-30T10:00".into();
    let (json, text) = audited(&moved);
    assert_eq!(json["valid"], json!(false));
    let warnings = texts(&json["warnings"]);
    assert!(
        warnings.len() == 1 && warnings[0].starts_with("placements[1]: `start_offset`, `end` and `slot`"),
        "{warnings:?}"
    );
    let why = "“Three”: in a at Tue 30 Jul 2030 10:00, and 2030-07-30 is outside of the event's days (2026-10-30)";
    assert!(text.contains(why), "{text}");
}

#[test]
fn each_case_against_the_event_says_where_when_and_why() {
    let mut event = event();
    event["rooms"][0]["unavailable"] = json!([{"start": at("10:30"), "end": at("11:00")}]);
    event["speakers"][0]["available"] = json!([{"start": at("08:00"), "end": at("10:15")}]);
    event["talks"][0]["needs"] = json!({"equipment": ["recording"]});
    event["talks"][1]["pin"] = json!({"room": "b", "start": at("10:00")});
    event["talks"][2]["minutes"] = 50.into();
    event["talks"][2]["speakers"] = json!(["eve", "ada"]);
    let place = |talk: &str, room: &str, start: &str| json!({"talk": talk, "room": room, "start": at(start)});
    let places =
        [place("t2", "a", "09:00"), place("t3", "a", "10:00"), place("t1", "b", "10:00"), place("t2", "b", "09:00")];
    let desk = Desk::with(&event);
    desk.put("plan.json", json!({ "placements": places }).to_string());
    let text = desk.run("audit event.json plan.json").ended(0).out.split_whitespace().collect::<Vec<_>>().join(" ");
    for why in [
        "“Two”: 2 times: in a at 09:00, in b at 09:00",
        "“Three”: in a at 10:00, where 50 minutes do not fit: what starts then ends at 10:45",
        "“Three” and “One”: Ada, 10:00 to 10:50 in a and 10:00 to 10:45 in b",
        "“One”: 10:00 to 10:45 in b, and not there: Ada",
        "“Three”: 10:00 to 10:50 in a, which is closed then",
        "“One”: in b at 10:00, which lacks equipment recording",
        "“Two”: in a at 09:00, pinned to b",
        "“Two”: in a at 09:00, pinned to 10:00",
    ] {
        assert!(text.contains(why), "{why}\n{text}");
    }
}

#[test]
fn what_a_timetable_says_of_itself_and_is_not_so_is_warned_of() {
    let mut wrong = answer();
    wrong["value"] = 100.into();
    wrong["left_out"] = json!(["t1", "t9"]);
    let (json, text) = audited(&wrong);
    assert_eq!(json["valid"], json!(true));
    assert_eq!(
        texts(&json["warnings"]),
        [
            "value: the file says 100, and the timetable is worth 12",
            "left_out[0]: \"t1\": the file says that it is left out, and places it",
            "left_out[1]: \"t9\": the event has no such talk",
        ]
    );
    assert!(text.contains("To look at (3 warnings) value: the file says 100"), "{text}");
    let mut wrong = answer();
    wrong["placements"].as_array_mut().unwrap().pop();
    wrong["value"] = 9.into();
    assert_eq!(
        texts(&audited(&wrong).0["warnings"]),
        ["left_out: \"t1\": it is not placed, and not in this list either"]
    );
}

#[test]
fn a_list_that_is_missing_is_told_once_however_many_talks_name_it() {
    let mut event = event();
    event.as_object_mut().unwrap().remove("formats");
    let desk = Desk::with(&event);
    let problems = desk.run("check event.json --format json").ended(2).json()["problems"].clone();
    assert_eq!(problems.as_array().unwrap().len(), 1, "{problems}");
    assert_eq!((&problems[0]["path"], &problems[0]["more"]), (&json!("talks[0].format"), &json!(2)));
    let text = desk.run("check event.json").ended(2).out;
    assert!(text.contains("found \"talk\", which no format has as id, here and in 2 more places"), "{text}");
    assert!(text.contains("the event has no `formats`"), "{text}");
}

#[test]
fn a_room_that_is_named_often_and_is_none_is_told_once() {
    let mut event = event();
    for slot in event["slots"].as_array_mut().unwrap() {
        slot["rooms"] = json!(["a", "bb"]);
    }
    event["rules"] = json!([{"kind": "place", "required": true, "want": "in", "where": {"rooms": ["bb", "cc"]}}]);
    let text = Desk::with(&event).run("check event.json").ended(2).out;
    assert!(
        text.contains("rules[0].where.rooms[0] (place rule, line 1): found \"bb\", which no room has as id"),
        "{text}"
    );
    assert!(text.contains("here and in 2 more places") && text.contains("found \"cc\""), "{text}");
    assert!(text.ends_with("2 problems\n"), "{text}");
}

#[test]
fn spaces_around_an_id_are_told_where_they_are_and_nowhere_else() {
    let mut spaced = event();
    spaced["rooms"][1]["id"] = " b".into();
    let text = Desk::with(&spaced).run("check event.json").ended(2).out;
    assert!(text.contains("rooms[1].id"), "{text}");
    assert!(text.contains("found \" b\"; wanted an id without spaces around it: \"b\""), "{text}");
    assert!(text.ends_with(": 1 problem\n"), "{text}");
    let mut reference = event();
    reference["slots"][0]["rooms"][1] = "b ".into();
    let text = Desk::with(&reference).run("check event.json").ended(2).out;
    assert!(text.contains("wanted the id of a room, without spaces around it: \"b\""), "{text}");
}

#[test]
fn numbers_that_an_option_does_not_take_are_refused_in_plain_words() {
    let desk = Desk::with(&event());
    for (option, value, wanted) in [
        ("--time-limit", "-1", "a time of 0 or more is wanted, such as 30s"),
        ("--time-limit", "-5s", "a time of 0 or more is wanted, such as 30s"),
        ("--gap", "-1%", "a share is wanted, from 0% to 100%"),
        ("--threads", "-1", "a whole number from 0 to 1024 is wanted"),
        ("--work-limit", "-1", "a whole number from 0 to 18446744073709551615 is wanted"),
        ("--work-limit", "1.5", "a whole number from 0 to 18446744073709551615 is wanted"),
        ("--seed", "-1", "a whole number from 0 to 18446744073709551615 is wanted"),
        ("--seed", "99999999999999999999999", "a whole number from 0 to 18446744073709551615 is wanted"),
    ] {
        let said = desk.run(&format!("solve event.json {option} {value}")).ended(2).err;
        assert!(said.contains(&format!("'{value}'")) && said.contains(wanted), "{option} {value}: {said}");
        assert!(!said.contains("-- -1") && !said.contains("digit") && !said.contains("target type"), "{said}");
    }
}

#[test]
fn a_number_out_of_its_range_is_told_with_the_range_at_once() {
    for value in ["4294967296", "4294967295", "1e30", "-1", "1.5"] {
        let text = event().to_string().replacen("\"format\"", &format!("\"audience\":{value},\"format\""), 1);
        let desk = Desk::with(&event());
        desk.put("event.json", text);
        let said = desk.run("check event.json").ended(2).out;
        assert!(said.contains("wanted a whole number of people from 0 to 1000000"), "{value}: {said}");
    }
    let mut event = event();
    event["formats"][0]["minutes"] = json!(1e30);
    let said = Desk::with(&event).run("check event.json").ended(2).out;
    assert!(said.contains("wanted a whole number of minutes from 1 to 10080"), "{said}");
}

#[test]
fn closed_hours_and_blocks_in_another_year_are_warned_of() {
    let mut event = event();
    event["rooms"][0]["unavailable"] = json!([{"start": "2027-10-30T09:00", "end": "2027-10-30T09:45"}]);
    event["blocks"] = json!([{"id": "morning", "start": "2025-10-30T09:00", "end": "2025-10-30T12:00"}]);
    let warnings = texts(&Desk::with(&event).run("check event.json --format json").ended(0).json()["warnings"]);
    assert!(
        warnings.iter().any(|w| w.starts_with("blocks[0]: ") && w.contains("outside of the event")),
        "{warnings:?}"
    );
    assert!(warnings.iter().any(|w| w.starts_with("rooms[0].unavailable[0]: ")), "{warnings:?}");
}

#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_written_is_called_by_the_name_that_was_given() {
    let desk = Desk::with(&small());
    // No folder of that name is there, so the file beside it cannot be made, whoever asks.
    let said = desk.run("check event.json -o nowhere/page.txt").ended(2).err;
    assert!(said.contains("nowhere/page.txt: it cannot be written: ") && !said.contains(".timetable-"), "{said}");
}

#[test]
fn every_day_of_a_weekend_is_a_day_of_the_event() {
    let desk = Desk::with(&json!({
        "name": "Jam", "timezone": "Europe/Paris",
        "rooms": [{"id": "a", "unavailable": [{"start": "2026-10-31T10:00", "end": "2026-10-31T12:00"}]}],
        "openings": [{"start": "2026-10-30T18:00", "end": "2026-11-01T18:00", "every_minutes": 60, "rooms": ["a"]}],
        "blocks": [{"id": "saturday", "start": "2026-10-31T08:00", "end": "2026-10-31T20:00"}],
        "talks": [{"id": "p", "minutes": 60, "merit": 1}],
        "published": [{"talk": "p", "room": "a", "start": "2026-10-31T14:00"}],
        "rules": [{"kind": "merit", "weight": 1}]
    }));
    let checked = desk.run("check event.json --format json -q").ended(0).json();
    assert_eq!(checked["warnings"], json!([]), "the day in the middle is one of them");
    desk.put("moved.json", r#"{"placements": [{"talk": "p", "room": "a", "start": "2026-10-31T14:20"}]}"#);
    let audit = desk.run("audit event.json moved.json -q").ended(0).out;
    assert!(audit.contains("the nearest start is") && !audit.contains("outside of the event"), "{audit}");
}
