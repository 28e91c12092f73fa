//! Small events on which something once fell short: a timetable in hand that was thrown away, an answer that depended on the
//! threads, a meaning that was not what people mean, a message that left a person alone.
//!
//! Each is a file in `shortfalls/`, or is built here where it is large, and each says what is right.

use serde_json::{Value, json};
use slotwise::{Answer, Audit, CheckedEvent, Event, SolveOptions, Timetable, solve, timetable::Status};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

const THREADS: [usize; 2] = [1, 2];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("shortfalls").join(format!("{name}.json"))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn checked(text: &str) -> CheckedEvent {
    Event::read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is right of an event.
#[derive(Clone, Copy)]
enum Right {
    /// Within six seconds there is a timetable that is worth so much at least. It is there much sooner on a quiet machine.
    AtLeast(f64),
    /// The best timetable is worth that, and it is found within ten seconds.
    Best(f64),
    /// The best timetable is worth that, proven, with so many talks placed.
    Proven(f64, usize),
}

/// Holds the answers on one thread and on two against what is right.
fn is_right(event: &CheckedEvent, right: Right) {
    for threads in THREADS {
        let seconds = if matches!(right, Right::AtLeast(_)) { 6 } else { 10 };
        let options = SolveOptions::new().threads(threads).time_limit(Duration::from_secs(seconds));
        let answer = solve(event, &options).unwrap();
        let said =
            format!("{:?} by {:?}, value {:?}, {threads} threads", answer.status, answer.stopped_by, answer.value);
        let value = answer.value.unwrap_or_else(|| panic!("no timetable: {said}"));
        let audit = Audit::of(event, &answer.timetable().unwrap()).unwrap();
        assert!(audit.valid && (audit.value - value).abs() < 1e-9, "{said}");
        match right {
            Right::AtLeast(least) => assert!(value >= least, "{said}; {least} or more is right"),
            Right::Best(best) => assert!((value - best).abs() < 1e-9, "{said}; {best} is right"),
            Right::Proven(best, placed) => {
                assert!(answer.is_proven() && (value - best).abs() < 1e-9, "{said}; {best} is right");
                assert_eq!(answer.placements.len(), placed, "{said}");
            }
        }
    }
}

/// A claim about the event of a file.
macro_rules! claims {
    ($($claim:ident: $file:literal, $right:expr;)*) => {
        $(#[test]
        fn $claim() {
            is_right(&checked(&text($file)), $right);
        })*
    };
}

claims! {
    // Every timetable of these costs the same.
    ten_talks_of_one_subject_have_a_timetable_on_one_thread: "one_subject_in_two_rooms", Right::AtLeast(-21.0);
    three_stages_side_by_side_have_one_too: "three_stages", Right::AtLeast(-63.0);
    a_pinned_keynote_beside_many_wishes_loses_no_timetable: "a_pinned_keynote_and_wishes", Right::AtLeast(-2500.0);
    one_required_order_among_talks_that_all_clash_loses_none: "one_required_order", Right::AtLeast(-60.0);
    a_required_rest_among_them_loses_none: "a_required_rest", Right::AtLeast(-60.0);
    // A room's audience is all of what is in the room: half of it, rounded up, is over the share.
    two_proposals_and_a_share_of_the_room_are_both_placed: "two_proposals_and_a_share", Right::Best(4.25 + 2.5 - 0.4);
    // Each proposal is worth its merit less half its audience, times 0.1; two are worth less than nothing.
    eight_proposals_that_are_weighed_only_are_chosen_by_worth: "eight_proposals_weighed_only",
        Right::Best(2.5 - 0.4 + 4.25 + 2.0 + 2.25 - 1.3 + 3.75 + 4.5);
    // All but one of the proposals are placed; two speakers are over the share, and one line changes its room.
    twelve_proposals_of_which_seven_are_accepted_fill_two_rooms: "twelve_proposals_seven_accepted",
        Right::Best(26.5 - 0.2 - 0.1);
    two_accepted_labs_leave_room_for_proposals: "two_accepted_labs", Right::AtLeast(24.0);

    windows_that_touch_are_one_stretch: "windows_that_touch", Right::Proven(0.0, 1);
    windows_that_overlap_are_one_stretch: "windows_that_overlap", Right::Proven(2.0, 1);
    the_hour_that_comes_twice_is_two_hours: "a_night_that_is_longer", Right::Proven(5.0, 5);
    a_third_of_three_is_one: "at_most_a_third", Right::Proven(9.0, 3);
    consecutive_talks_may_have_an_hour_between_them_that_nobody_can_use: "after_the_closed_hour", Right::Proven(0.0, 2);
}

/// So many proposals of half an hour, each by a speaker of two, for rooms that are open all day.
fn proposals(talks: usize, rooms: usize, every: u32, rules: &Value) -> CheckedEvent {
    let ids: Vec<String> = (0..rooms).map(|i| format!("hut {i}")).collect();
    let speaker = |i: usize| format!("guest {i}");
    let talk = |i: usize| json!({"id": format!("proposal {i}"), "minutes": 30, "speakers": [speaker(i / 2)], "merit": i % 7, "audience": 20 + i % 90});
    let event = json!({
        "name": "Open day", "timezone": "UTC",
        "rooms": ids.iter().map(|id| json!({"id": id, "capacity": 60})).collect::<Vec<_>>(),
        "openings": [{"start": "2027-05-21T08:00", "end": "2027-05-21T17:00", "every_minutes": every, "rooms": ids}],
        "speakers": (0..talks.div_ceil(2)).map(|i| json!({"id": speaker(i)})).collect::<Vec<_>>(),
        "talks": (0..talks).map(talk).collect::<Vec<_>>(),
        "rules": rules,
    });
    checked(&event.to_string())
}

#[test]
fn three_hundred_proposals_have_the_empty_timetable_at_least_however_little_time_there_is() {
    let rest = json!({"kind": "rest", "minutes": 20, "room_change_minutes": 75, "weight": 1});
    let event = proposals(300, 6, 5, &json!([{"kind": "merit", "weight": 1}, rest]));
    for (threads, millis) in [(1, 0), (2, 0), (1, 100), (2, 100), (1, 1000), (2, 1000)] {
        let answer =
            solve(&event, &SolveOptions::new().threads(threads).time_limit(Duration::from_millis(millis))).unwrap();
        assert!(answer.value >= Some(0.0), "{:?} is worth {:?} after {millis} ms", answer.status, answer.value);
    }
}

#[test]
fn two_thousand_proposals_are_never_worth_less_than_the_empty_timetable() {
    let prices = json!([
        {"kind": "merit", "weight": 0.1}, {"kind": "fit", "weight": 1}, {"kind": "plenary", "talks": {"min_merit": 6}, "weight": 1},
        {"kind": "balance", "each": ["start"], "measure": "talks", "weight": 2},
    ]);
    let event = proposals(2000, 12, 30, &prices);
    for threads in THREADS {
        let answer = solve(&event, &SolveOptions::new().threads(threads).time_limit(Duration::from_secs(2))).unwrap();
        assert!(answer.value >= Some(0.0), "{:?} is worth {:?}", answer.status, answer.value);
    }
}

/// The answer, less what the clock and the number of threads decide.
fn lasting(answer: &Answer) -> Value {
    let mut answer = serde_json::to_value(answer).unwrap();
    for field in ["seconds", "first_feasible_seconds", "threads"] {
        answer["search"].as_object_mut().unwrap().remove(field);
    }
    answer
}

fn is_the_same_on_one_thread_and_two(file: &str, work: u64) {
    let event = checked(&text(file));
    let answer = |threads| lasting(&solve(&event, &SolveOptions::new().threads(threads).work_limit(work)).unwrap());
    let (one, two) = (answer(1), answer(2));
    for field in one.as_object().unwrap().keys() {
        assert_eq!(one[field.as_str()], two[field.as_str()], "{field} after {work} units of work");
    }
}

#[test]
fn equal_work_on_a_published_programme_of_two_priorities_gives_equal_answers() {
    [10, 50, 150].iter().for_each(|work| is_the_same_on_one_thread_and_two("a_published_programme", *work));
}

#[test]
fn equal_work_on_shares_and_a_published_programme_gives_equal_answers() {
    [10, 50, 150].iter().for_each(|work| is_the_same_on_one_thread_and_two("shares_and_a_published_programme", *work));
}

#[test]
fn equal_work_on_many_rules_gives_equal_answers() {
    [10, 150].iter().for_each(|work| is_the_same_on_one_thread_and_two("many_rules", *work));
}

#[test]
fn a_work_limit_bounds_the_nodes_whatever_the_backend() {
    let event = checked(&text("an_order_and_a_plenary"));
    for backend in slotwise::BackendKind::ALL {
        let answer = solve(&event, &SolveOptions::new().backend(*backend).work_limit(60)).unwrap();
        assert!(answer.value.is_some(), "{backend}: {:?}", answer.status);
        // A node weighs a unit at least, and one that has begun is finished; each part has the limit for itself.
        let most = 61 * answer.search.parts.max(1) as u64;
        assert!(answer.search.nodes <= most, "{backend}: {} nodes for 60 units of work", answer.search.nodes);
    }
}

#[test]
fn each_hour_of_the_longer_night_has_its_talk() {
    let event = checked(&text("a_night_that_is_longer"));
    let answer = serde_json::to_value(solve(&event, &SolveOptions::new()).unwrap()).unwrap();
    let placements = answer["placements"].as_array().unwrap();
    let offset = |placement: &Value, name: &str| placement[name].as_str().unwrap_or_default().to_owned();
    let mut starts: Vec<_> =
        placements.iter().map(|p| (p["start"].as_str().unwrap().to_owned(), offset(p, "start_offset"))).collect();
    starts.sort_unstable();
    starts.dedup();
    assert_eq!(starts.len(), 5, "two talks start at one time, as it is written: {placements:?}");
    let itself = |p: &Value| p["start"] == p["end"] && offset(p, "start_offset") == offset(p, "end_offset");
    assert!(!placements.iter().any(itself), "a talk ends when it starts: {placements:?}");
}

#[test]
fn a_reviewer_who_speaks_does_not_mark_the_own_talk() {
    let event = checked(&text("a_mark_of_the_own_talk"));
    for threads in THREADS {
        let answer = solve(&event, &SolveOptions::new().threads(threads)).unwrap();
        assert_eq!(answer.placements[0].talk.as_str(), "bees", "the mark that decides is on the own talk");
    }
}

#[test]
fn of_equal_talks_the_order_in_the_file_chooses_none_and_the_tie_is_told() {
    let first: Value = serde_json::from_str(&text("two_equal_talks")).unwrap();
    let mut second = first.clone();
    for list in ["talks", "formats"] {
        second[list].as_array_mut().unwrap().reverse();
    }
    for threads in THREADS {
        let answer = |event: &Value| {
            lasting(&solve(&checked(&event.to_string()), &SolveOptions::new().threads(threads)).unwrap())
        };
        let (one, two) = (answer(&first), answer(&second));
        assert_eq!((&one["placements"], &one["left_out"]), (&two["placements"], &two["left_out"]));
        assert_eq!(one["ties"], json!([["dawn", "dusk"]]));
    }
}

#[test]
fn empty_seats_are_weighed_or_refused_beside_a_required_fit_and_never_forbidden() {
    match Event::read(&text("a_required_fit")) {
        Err(problems) => assert!(problems.to_string().contains("rules[1]"), "{problems}"),
        Ok(event) => {
            for threads in THREADS {
                let answer = solve(&event, &SolveOptions::new().threads(threads)).unwrap();
                assert_eq!(
                    (answer.status, answer.placements.len()),
                    (Status::Optimal, 1),
                    "an empty seat forbids a talk"
                );
                assert!(answer.value < Some(3.0), "an empty seat costs something");
            }
        }
    }
}

/// What the program says of a file, on both its channels, in small letters; and how it ended.
fn said(command: &[&str]) -> (String, Option<i32>) {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let program = folder.join("examples").join(format!("timetable{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "`cargo test` or `cargo build --example timetable` builds {}", program.display());
    let mut run = Command::new(program);
    run.args(command).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("shortfalls")).stdin(Stdio::null());
    let output = run.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    ((text(&output.stdout) + &text(&output.stderr)).to_lowercase(), output.status.code())
}

/// Asserts that the words are there, all of them.
fn says(text: &str, words: &[&str]) {
    let missing: Vec<_> = words.iter().filter(|word| !text.contains(&word.to_lowercase())).collect();
    assert!(missing.is_empty(), "{missing:?} is not in:\n{text}");
}

#[test]
fn an_accepted_talk_without_a_place_is_told_and_why() {
    let (text, code) = said(&["check", "needs_that_no_room_has.json"]);
    assert_eq!(code, Some(0), "{text}");
    says(&text, &["talks[1]", "organ", "orgen"]);
    let (text, code) = said(&["solve", "needs_that_no_room_has.json"]);
    assert_eq!(code, Some(3), "{text}");
    says(&text, &["psalms", "orgen"]);
    assert!(!text.contains("weaken"), "there is no rule to weaken: {text}");
}

#[test]
fn proposals_without_a_place_are_told() {
    let (text, code) = said(&["check", "proposals_without_a_place.json"]);
    assert_eq!(code, Some(0), "{text}");
    says(&text, &["talks[0]", "marathon", "talks[1]", "absent"]);
    assert!(!text.contains("talks[2]"), "that one has a place: {text}");
}

#[test]
fn more_accepted_talks_than_places_are_told() {
    let (text, code) = said(&["check", "two_for_one_place.json"]);
    assert_eq!(code, Some(0), "{text}");
    says(&text, &["2 ", "1 ", "accepted"]);
    let (text, code) = said(&["solve", "two_for_one_place.json"]);
    assert_eq!(code, Some(3), "{text}");
    says(&text, &["accepted"]);
    assert!(!text.contains("weaken"), "there is no rule to weaken: {text}");
}

#[test]
fn an_event_in_which_nothing_is_worth_anything_is_told_what_to_add() {
    for command in ["check", "solve"] {
        let (text, code) = said(&[command, "without_rules.json"]);
        assert_eq!(code, Some(0), "{text}");
        says(&text, &["merit"]);
    }
}

#[test]
fn rules_about_nothing_are_told_with_the_name_that_was_meant() {
    let (text, code) = said(&["check", "rules_about_nothing.json"]);
    assert_eq!(code, Some(0), "{text}");
    says(&text, &["did you mean \"colour\"", "did you mean \"kit\""]);
    let told: Vec<_> = (1..=8).filter(|rule| !text.contains(&format!("rules[{rule}]"))).collect();
    assert!(told.is_empty(), "nothing is said of rules {told:?}:\n{text}");
    assert!(!text.contains("rules[0]"), "that rule is about something:\n{text}");
}

#[test]
fn one_wrong_start_is_one_problem() {
    let problems = Event::read(&text("a_start_that_is_skipped")).unwrap_err().to_string();
    assert_eq!(problems.lines().count(), 1, "{problems}");
    says(&problems, &["openings[0].start"]);
}

#[test]
fn a_timetable_is_read_as_well_as_an_event() {
    let placement = |start: &str| format!(r#"{{"talk": "dawn", "room": "attic", "start": "{start}"}}"#);
    let with_mark = format!("\u{feff}{{\"placements\": [{}]}}", placement("2027-05-21T09:00"));
    assert!(Timetable::from_json(&with_mark).is_ok(), "{:?}", Timetable::from_json(&with_mark));

    let two = r#"{"placements": [{"talk": "dawn", "rom": "attic", "start": "2027-05-21T09:00"}, {"talk": 7, "room": "attic", "start": "nine"}]}"#;
    let problems = Timetable::from_json(two).unwrap_err().to_string();
    let lower = problems.to_lowercase();
    says(&lower, &["placements[0].rom", "`room`", "placements[1].talk", "placements[1].start"]);

    // A year that no clock shows is a problem with a path, not a panic.
    let event = checked(&text("two_equal_talks"));
    let old = format!(r#"{{"placements": [{}]}}"#, placement("-9999-12-31T23:59"));
    let problems = match Timetable::from_json(&old) {
        Ok(timetable) => Audit::of(&event, &timetable).unwrap_err(),
        Err(problems) => problems,
    };
    says(&problems.to_string(), &["placements[0].start"]);
}
