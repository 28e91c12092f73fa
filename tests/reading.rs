//! What reading promises, as tests: good events come through whole, bad ones are told of, and nothing panics.

use jiff::ToSpan as _;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use slotwise::{
    Amount, Block, Event, Format, Interest, Published, Review, Reviewer, Room, Slot, Speaker, Talk,
    civil::date,
    rules::{Clash, ClashOf, Count, Factored, Fit, Measure, Merit, Place, Rule, Selection, Where},
};
use std::{fmt::Write as _, fs, path::Path, time::Instant};

/// The event of the design, complete, with a rule of each kind.
const DESIGN: &str = include_str!("good_input/design.json");

#[test]
fn the_event_of_the_design_reads_and_checks() {
    let event = Event::read(DESIGN).expect("the design's event is good");
    assert_eq!(event.talks().len(), 2);
    assert_eq!(event.rule_count(), 13);
}

#[test]
fn what_is_written_reads_as_the_same_event() {
    let event = Event::from_json(DESIGN).unwrap();
    assert_eq!(Event::from_json(&event.to_json().unwrap()), Ok(event));
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(Event::from_json(&format!("\u{feff}{DESIGN}")), Event::from_json(DESIGN));
}

#[test]
fn positions_are_those_of_the_file_whatever_is_broken_before_them() {
    let mut event: Value = serde_json::from_str(DESIGN).unwrap();
    let talks = event["talks"].as_array_mut().unwrap();
    talks.insert(0, json!(null));
    talks.insert(1, json!({"id": "p2", "format": 7}));
    talks.push(json!({"id": "p8", "format": "keynote"}));
    let paths = |problems: slotwise::Problems| problems.iter().map(|p| p.path.clone()).collect::<Vec<_>>();
    let problems = Event::read(&event.to_string()).unwrap_err();
    assert_eq!(paths(problems), ["talks[0]", "talks[1].format", "talks[4].format"]);
}

#[test]
fn a_broken_element_does_not_make_references_to_it_wrong() {
    let mut event: Value = serde_json::from_str(DESIGN).unwrap();
    event["talks"][0]["audience"] = json!("many");
    event["speakers"][0]["id"] = json!(1);
    event["rooms"] = json!("teilhard");
    let problems = Event::read(&event.to_string()).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
    // serde_json's own objects are sorted by name: rooms, speakers, talks.
    assert_eq!(told, ["rooms", "speakers[0].id", "talks[0].audience"]);
}

#[test]
fn problems_come_in_the_order_of_the_file() {
    let text = r#"{"talks": [{"id": "t", "by": "ada"}], "timezone": "Mars/Olympus", "rooms": [{"id": ""}], "name": 3}"#;
    let problems = Event::read(text).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(told, ["talks[0]", "talks[0].by", "timezone", "rooms[0].id", "name"]);
}

#[test]
fn every_problem_tells_the_line_and_the_id_of_its_element() {
    let text = "\u{feff}{\"name\": \"Meetup\", \"timezone\": \"Europe/Paris\",\r\n\"talks\": [\r\n\
        {\"id\": \"p1\", \"minutes\": 20},\r\n{\"minutes\": 20, \"fromat\": [],\n\"speakers\": [\"x\"],\n\"id\": \"p2\"}],\n\
        \"rules\": [{\"kind\": \"merit\", \"name\": \"Worth\", \"weight\": -1}, {\"kind\": \"fit\"}]}";
    let problems = Event::read(text).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| (&*p.path, p.line, p.element.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("talks[1].fromat", Some(4), Some("talk \"p2\"")),
            ("talks[1].format", Some(4), Some("talk \"p2\"")),
            ("talks[1].speakers[0]", Some(5), Some("talk \"p2\"")),
            ("rules[0].weight", Some(7), Some("rule \"Worth\"")),
            ("rules[1]", Some(7), Some("fit rule")),
        ]
    );
    let not_json = Event::read("{\"name\": \"x\",\n \"talks\": [}").unwrap_err();
    let first = not_json.iter().next().unwrap();
    assert_eq!((first.line, first.column, first.path.as_str()), (Some(2), Some(12), ""));
}

#[test]
fn an_event_built_in_code_has_ids_and_no_lines() {
    let mut event = Event::new("Meetup", "Europe/Paris");
    event.talks.push(Talk::new("p1", "Hello").minutes(0));
    let problems = event.check().unwrap_err();
    let problem = problems.iter().next().unwrap();
    assert_eq!((problem.element.as_deref(), problem.line), (Some("talk \"p1\""), None));
}

#[test]
fn the_address_of_a_schema_is_passed_over() {
    let text = DESIGN.replacen('{', "{\"$schema\": \"./event.schema.json\",", 1);
    assert_eq!(Event::from_json(&text), Event::from_json(DESIGN));
    let schema = jsonschema::validator_for(slotwise::event::schema().as_value()).unwrap();
    assert!(schema.is_valid(&serde_json::from_str(&text).unwrap()));
}

#[test]
fn an_object_is_read_from_an_object_only() {
    // What serde derives would take this for a room of that id and capacity.
    let text = r#"{"name": "Meetup", "timezone": "Europe/Paris", "rooms": [["hall", 80, {}, []]]}"#;
    assert!(Event::from_json(text).is_err());
}

#[test]
fn a_key_that_stands_twice_is_found_among_few_and_among_many() {
    for many in [2, 40] {
        let keys: Vec<String> = (0..many).map(|i| format!("\"k{i}\": [\"v\"]")).collect();
        let tags = format!("{}, \"k1\": [\"w\"]", keys.join(", "));
        let text =
            format!(r#"{{"name": "Meetup", "timezone": "UTC", "rooms": [{{"id": "hall", "tags": {{{tags}}}}}]}}"#);
        let problems = Event::read(&text).unwrap_err().to_string();
        assert!(problems.starts_with("rooms[0].tags.k1 (room \"hall\", line 1): found a second `k1`"), "{problems}");
    }
}

#[test]
fn a_key_with_signs_in_it_is_quoted_in_the_path() {
    let text = r#"{"name": "Meetup", "timezone": "Europe/Paris",
        "talks": [{"id": "t", "minutes": 20, "tags": {"the topic": [], "nom d'été": [1]}}]}"#;
    let problems = Event::read(text).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(told, ["talks[0].tags[\"the topic\"]", "talks[0].tags[\"nom d'été\"][0]"]);
}

#[test]
fn however_deep_lists_are_nested_the_stack_holds() {
    let head = r#"{"name": "Meetup", "timezone": "Europe/Paris", "rules": "#;
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    for text in [open.clone(), format!("{open}{close}"), format!("{head}{open}{close}}}"), "{\"a\":".repeat(100_000)] {
        assert!(Event::read(&text).is_err());
    }
    let selection = format!("{}{}", r#"{"not":"#.repeat(100), "{}".to_owned() + &"}".repeat(100));
    let text = format!("{head}[{{\"kind\": \"merit\", \"weight\": 1, \"talks\": {selection}}}]}}");
    Event::read(&text).expect("a hundred negations are silly, not wrong");
}

#[test]
fn a_file_full_of_mistakes_is_told_of_in_seconds() {
    let mut text = r#"{"name": "Meetup", "timezone": "Europe/Paris", "formats": [{"id": "talk", "minutes": 30}],
        "speakers": [{"id": "ada", "name": "Ada"}], "talks": ["#
        .to_owned();
    for i in 0..20_000 {
        let _ = write!(text, r#"{{"id": "t{i}", "fromat": "f{i}", "minutes": -1, "speakers": ["s{i}",], "x{i}": 0}},"#);
    }
    text.push_str("]}");
    let began = Instant::now();
    // A comma too many and one in each; and five things wrong in each.
    assert_eq!(Event::read(&text).unwrap_err().len(), 1 + 20_000 * 6);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn one_element_full_of_mistakes_is_told_of_as_far_as_it_goes() {
    let ids = vec!["7"; 50_000].join(", ");
    let text = format!(
        r#"{{"name": "Meetup", "timezone": "Europe/Paris", "rules": [{{"kind": "merit", "weight": 1, "talks": {{"ids": [{ids}]}}}}]}}"#
    );
    let problems = Event::read(&text).unwrap_err();
    assert_eq!(problems.len(), 101);
    assert!(problems.to_string().contains("more mistakes than are told at once"));
}

/// Good files: the design's, and every example.
fn good_files() -> Vec<String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let found = fs::read_dir(examples).into_iter().flatten().flatten().map(|entry| entry.path());
    let events = found.filter(|path| path.extension().is_some_and(|e| e == "json"));
    let texts = events.map(|path| fs::read_to_string(path).unwrap());
    // Timetables lie there, too.
    let examples = texts.filter(|text| serde_json::from_str::<Value>(text).is_ok_and(|v| v.get("timezone").is_some()));
    examples.chain([DESIGN.to_owned()]).collect()
}

#[test]
fn every_example_reads_and_comes_back_the_same() {
    for text in good_files() {
        let event = Event::read(&text).unwrap().event().clone();
        assert_eq!(Event::from_json(&event.to_json().unwrap()), Ok(event));
    }
}

#[test]
fn the_schema_takes_every_good_file() {
    let schema = jsonschema::validator_for(slotwise::event::schema().as_value()).unwrap();
    for text in good_files() {
        let value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// What a schema can see of a mistake: names, kinds and ranges of values; not what ids lead to, nor orders of time.
const SEEN_BY_SCHEMA: [&str; 34] = [
    "clash_pair_factor_negative",
    "clash_pair_of_three",
    "count_bad_dimension",
    "count_bad_measure",
    "count_missing_measure",
    "format_missing_minutes",
    "id_number",
    "interest_weight_negative",
    "order_unknown_relation",
    "place_bad_want",
    "plenary_unknown_field",
    "review_unknown_field",
    "room_unknown_field",
    "rule_kind_of_nothing",
    "rule_misspelt_weight",
    "rule_not_an_object",
    "rule_selection_unknown_field",
    "rule_unknown_field",
    "rule_weight_negative",
    "rule_weight_too_large",
    "rule_weight_too_precise",
    "rule_where_unknown_field",
    "slot_missing_rooms",
    "tag_not_a_list",
    "talk_as_list",
    "talk_audience_negative",
    "talk_minutes_with_a_fraction",
    "talk_pin_unknown_field",
    "talk_unknown_status",
    "time_date_only",
    "time_with_seconds",
    "top_list",
    "top_missing_timezone",
    "top_unknown_field",
];

#[test]
fn the_schema_refuses_what_a_schema_can_see() {
    let schema = jsonschema::validator_for(slotwise::event::schema().as_value()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bad_input");
    for name in SEEN_BY_SCHEMA {
        let text = fs::read_to_string(folder.join(name).with_extension("json")).unwrap();
        assert!(!schema.is_valid(&serde_json::from_str(&text).unwrap()), "{name}");
    }
}

/// Events from the builder: some rooms, slots and talks, with what they may have, and rules that name them.
fn built_events() -> impl Strategy<Value = Event> {
    let number = || 0i64..2_000_000;
    let talk = (any::<[bool; 4]>(), 0u32..500, number(), ".{0,12}");
    let talks = prop::collection::vec(talk, 1..8);
    (1usize..4, 1i64..5, talks, number(), any::<bool>()).prop_map(|(rooms, slots, talks, weight, required)| {
        let morning = date(2026, 10, 30).at(9, 0, 0, 0);
        let mut event = Event::new("Built", "Europe/Paris");
        event.formats.push(Format::new("talk", 45).changeover(5));
        event.rooms.extend((0..rooms).map(|i| Room::new(format!("r{i}")).capacity(50 * i as u32).tag("floor", "1")));
        for i in 0..slots {
            let start = morning.checked_add(i.hours()).unwrap();
            let end = start.checked_add(50.minutes()).unwrap();
            event.blocks.push(Block::new(format!("b{i}"), start, end));
            event.slots.push(Slot::new(format!("s{i}"), start, end).rooms(["r0"]).tag("mood", "bright"));
        }
        event.speakers.push(Speaker::new("ada", "Ada \"the first\"").company("Engines \\ Sons").tag("region", "north"));
        event.reviewers.push(Reviewer::new("r"));
        for (i, (has, audience, merit, title)) in talks.into_iter().enumerate() {
            let id = format!("t{i}");
            let mut talk = Talk::new(&*id, title).format("talk");
            talk = if has[0] { talk.by("ada").tag("topic", "looms") } else { talk.minutes(20) };
            talk = if has[1] { talk.audience(audience).pin_room("r0").pin_start(morning) } else { talk };
            talk = if has[2] { talk.merit(Amount::from_thousandths(merit)) } else { talk };
            event.talks.push(talk);
            event.interests.push(Interest::new([&*id]).weight(Amount::from_thousandths(merit)));
            event.reviews.push(if has[3] {
                Review::recusal("r", &*id)
            } else {
                Review::new("r", &*id, merit as f64 / 7.0)
            });
            event.published.push(Published::new(&*id, "r0", morning));
        }
        let weight = Amount::from_thousandths(weight);
        event.rules.push(Rule::weighted(weight, Merit::new()).priority(3).named("Worth"));
        event.rules.push(Rule::weighted(weight, Fit::new()).talks(Selection::formats(["talk"])));
        let count = Count::of(Measure::Talks).each(["day", "tag:topic"]).max(3).placed(Where::rooms(["r0"]));
        event.rules.push(if required { Rule::required(count) } else { Rule::weighted(weight, count) });
        event.rules.push(Rule::required(Place::outside(Where::none_of(Where::blocks(["b0"])))));
        let pair = Factored::Times("t0".into(), event.talks[event.talks.len() - 1].id.clone(), weight);
        if event.talks.len() > 1 {
            event.rules.push(Rule::weighted(weight, Clash::of(ClashOf::Pairs(vec![pair]))));
        }
        event
    })
}

/// Every path into a value, as JSON pointers.
fn pointers(value: &Value, here: String, into: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().enumerate().for_each(|(i, v)| pointers(v, format!("{here}/{i}"), into)),
        Value::Object(map) => map.iter().for_each(|(k, v)| pointers(v, format!("{here}/{k}"), into)),
        _ => {}
    }
    into.push(here);
}

/// What stands in for some value of the design's event.
fn other_values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([["p1"], {"id": "p1"}, 7])),
        Just(json!({"id": "p1", "kind": "count", "not": {"not": {}}})),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        ".{0,6}".prop_map(|text| json!(text)),
        prop::sample::select(vec![
            "p1",
            "talk",
            "teilhard",
            "2026-10-30T09:15",
            "2026-03-29T02:30",
            "merit",
            "0000-01-01T00:00"
        ])
        .prop_map(|text| json!(text)),
    ]
}

/// Reads a text that may be anything, and holds what reading promises of it.
fn held_of(text: &str) -> Result<(), TestCaseError> {
    let taken = serde_json::from_str::<Event>(text.strip_prefix('\u{feff}').unwrap_or(text));
    match Event::from_json(text) {
        Ok(event) => prop_assert_eq!(Some(event), taken.ok(), "read and deserialized differ"),
        Err(problems) => {
            prop_assert!(problems.iter().all(|p| !p.wanted.is_empty() && !p.found.is_empty()), "{}", problems);
        }
    }
    if let Err(problems) = Event::read(text) {
        prop_assert!(problems.len() > 0);
        prop_assert!(problems.iter().all(|p| !p.wanted.is_empty() && !p.found.is_empty()), "{}", problems);
        // What is no problem to look at is none: the same file with nothing wrong in its shape fails in its checks.
        prop_assert!(Event::from_json(text).is_err() || Event::from_json(text).is_ok_and(|e| e.check().is_err()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_built_is_written_and_read_back_the_same(event in built_events()) {
        let text = event.to_json().unwrap();
        let read = Event::read(&text);
        prop_assert!(read.is_ok(), "{}", read.unwrap_err());
        let read = read.unwrap().event().clone();
        // serde_json reads some decimals an ulp off; marks are the only ones that are not thousandths inside.
        let marks = |e: &Event| e.reviews.iter().map(|r| r.mark.map(|m| m as f32)).collect::<Vec<_>>();
        prop_assert_eq!(marks(&read), marks(&event));
        let unmarked = |mut e: Event| { e.reviews.clear(); e };
        prop_assert_eq!(unmarked(read), unmarked(event));
    }

    #[test]
    fn bytes_changed_at_random_never_panic(changes in prop::collection::vec((any::<Index>(), 0..3u8, any::<char>(), prop::sample::select(br#"{}[]",:\-.0e9nft"#.to_vec())), 1..6)) {
        let mut text: Vec<char> = DESIGN.chars().collect();
        for (at, how, any, likely) in changes {
            let at = at.index(text.len());
            match how {
                0 => drop(text.remove(at)),
                1 => text.insert(at, likely.into()),
                _ => text[at] = any,
            }
        }
        held_of(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn values_swapped_at_random_never_panic(changes in prop::collection::vec((any::<Index>(), prop::option::of(other_values())), 1..4)) {
        let mut event: Value = serde_json::from_str(DESIGN).unwrap();
        for (at, value) in changes {
            let mut all = Vec::new();
            pointers(&event, String::new(), &mut all);
            let place = &all[at.index(all.len())];
            match (value, place.rsplit_once('/')) {
                (Some(value), _) => *event.pointer_mut(place).unwrap() = value,
                (None, Some((holder, key))) => match event.pointer_mut(holder).unwrap() {
                    Value::Object(fields) => drop(fields.remove(key)),
                    other => *other = json!(null),
                },
                (None, None) => {}
            }
        }
        held_of(&event.to_string())?;
    }
}
