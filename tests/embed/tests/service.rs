//! What a service that embeds slotwise relies on.

use slotwise::{
    Amount, Answer, CancelFlag, Event, Format, Phase, Progress, Room, Slot, SolveError, SolveOptions, Tags, Talk,
    TalkId, TalkStatus, Timetable,
    civil::date,
    rules::{Clash, ClashOf, Factored, Merit, Rule, Selection, Where, check_agreement},
    timetable::{Status, StoppedBy},
};
use slotwise_embed::{Service, kinds};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// A morning in one room; the client's own rule keeps the hour before lunch for light talks.
const MORNING: &str = r#"{
    "name": "Morning", "timezone": "Europe/Paris",
    "rooms": [{"id": "hall"}],
    "slots": [
        {"id": "first", "start": "2026-10-30T09:00", "end": "2026-10-30T09:45", "rooms": ["hall"]},
        {"id": "before-lunch", "start": "2026-10-30T11:00", "end": "2026-10-30T11:45", "rooms": ["hall"]}
    ],
    "talks": [
        {"id": "kernels", "title": "Kernels", "minutes": 45, "merit": 5, "tags": {"weight": ["heavy"]}},
        {"id": "proofs", "title": "Proofs", "minutes": 45, "merit": 4, "tags": {"weight": ["heavy"]}},
        {"id": "stories", "minutes": 45, "merit": 3, "tags": {"weight": ["light"]}}
    ],
    "rules": [
        {"kind": "merit", "weight": 1},
        {"kind": "light_before_lunch", "weight": 2, "from_hour": 11, "talks": {"tags": {"weight": ["heavy"]}}}
    ]
}"#;

fn service() -> Service {
    Service::new(2).expect("a service")
}

/// An event that nobody proves in a moment: many talks, of which pairs drawn by a fixed sequence should not run at once.
fn entangled(talks: u32) -> Event {
    let day = date(2026, 10, 30);
    let mut event = Event::new("Entangled", "Europe/Paris");
    let rooms: Vec<String> = (1..=6).map(|i| format!("room{i}")).collect();
    event.rooms = rooms.iter().map(Room::new).collect();
    event.formats.push(Format::new("talk", 45));
    for hour in 9..17 {
        let (start, end) = (day.at(hour, 0, 0, 0), day.at(hour, 50, 0, 0));
        event.slots.push(Slot::new(format!("at{hour}"), start, end).rooms(rooms.iter().cloned()));
    }
    let id = |i: u32| format!("t{i}");
    event.talks = (0..talks).map(|i| Talk::new(id(i), "").format("talk").merit(Amount::from(20 + i * 7 % 5))).collect();
    let mut draw = 1_u32;
    let mut next = || {
        draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        draw >> 16
    };
    let drawn =
        (0..talks).flat_map(|i| (i + 1..talks).map(move |j| (i, j))).filter(|_| next() % 100 < 60).collect::<Vec<_>>();
    let factor = |(i, j): (u32, u32)| Factored::Times(id(i).into(), id(j).into(), Amount::from(1 + (i + j) % 4));
    let pairs = drawn.into_iter().map(factor);
    event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    event.rules.push(Rule::weighted(Amount::ONE, Clash::of(ClashOf::Pairs(pairs.collect()))));
    event
}

#[test]
fn an_answer_is_stored_and_read_back_to_the_last_byte() {
    let mut service = service();
    let answer = service.answer(MORNING, &SolveOptions::new()).expect("an answer");
    service.store("morning", &answer).expect("an answer is JSON");
    let read = service.load("morning").expect("what was stored is an answer").expect("it was stored");
    assert_eq!(read, answer);
    assert_eq!(Some(serde_json::to_string(&read).expect("JSON").as_str()), service.stored("morning"));
    assert_eq!(read.timetable(), Some(answer.placements.iter().cloned().collect::<Timetable>()));
}

#[test]
fn answers_of_every_status_are_read_back_to_the_last_byte() {
    let service = service();
    let options = SolveOptions::new().time_limit(Duration::from_millis(200));
    let impossible = MORNING.replacen("\"minutes\": 45", "\"minutes\": 90, \"status\": \"accepted\"", 1);
    let hard = entangled(60).to_json().expect("JSON");
    for (event, status) in [(MORNING, Status::Optimal), (&impossible, Status::Infeasible), (&hard, Status::Feasible)] {
        let answer = service.answer(event, &options).expect("an answer");
        assert_eq!(answer.status, status);
        let written = serde_json::to_string(&answer).expect("JSON");
        let read: Answer = serde_json::from_str(&written).expect("an answer");
        assert_eq!(serde_json::to_string(&read).expect("JSON"), written);
        assert_eq!(read, answer);
    }
}

#[test]
fn every_number_of_seconds_is_read_back_to_the_last_bit() {
    let mut answer = service().answer(MORNING, &SolveOptions::new()).expect("an answer");
    for i in 0..2000 {
        answer.search.seconds = f64::from(i).sqrt() / 997.0;
        let read: Answer = serde_json::from_str(&serde_json::to_string(&answer).expect("JSON")).expect("an answer");
        assert_eq!(read.search.seconds.to_bits(), answer.search.seconds.to_bits(), "{}", answer.search.seconds);
    }
}

#[test]
fn a_rule_of_the_services_own_kind_is_read_from_json_and_holds() {
    let service = service();
    let event = service.read(MORNING).expect("a good event");
    check_agreement(&event, 50, 1).expect("the rule states what it audits");
    let answer = service.answer(MORNING, &SolveOptions::new()).expect("an answer");
    assert_eq!(answer.status, Status::Optimal);
    let order: Vec<_> = answer.placements.iter().map(|placement| placement.talk.as_str()).collect();
    assert_eq!(order, ["kernels", "stories"]);
    let report = answer.rules.iter().find(|report| report.index == Some(1)).expect("a report of the second rule");
    assert_eq!((report.kind.as_str(), report.cost), ("light_before_lunch", 0.0));
}

#[test]
fn problems_of_the_services_own_kind_are_told_with_path_and_line() {
    let told = |from: &str, to: &str| service().read(&MORNING.replace(from, to)).expect_err("a problem").to_string();
    assert_eq!(
        told("\"from_hour\": 11", "\"from_hour\": 14"),
        "rules[1].from_hour (light_before_lunch rule, line 15): found 14; wanted an hour from 0 to 11"
    );
    assert_eq!(
        told("\"from_hour\": 11", "\"from_hour\": \"noon\""),
        "rules[1].from_hour (light_before_lunch rule, line 15): found \"noon\"; wanted a whole number from -128 to 127"
    );
    assert_eq!(
        told("\"from_hour\"", "\"from_our\""),
        "rules[1].from_our (light_before_lunch rule, line 15): found an unknown field; wanted `from_hour`"
    );
    assert_eq!(
        told(", \"from_hour\": 11", ""),
        "rules[1] (light_before_lunch rule, line 15): found no `from_hour`; wanted the field `from_hour`"
    );
    assert_eq!(
        told("\"light_before_lunch\"", "\"light_before_lunsh\""),
        "rules[1].kind (line 15): found \"light_before_lunsh\"; wanted \"light_before_lunch\""
    );
}

#[test]
fn without_a_registry_the_kind_is_unknown_and_with_one_the_schema_has_it() {
    let problems = Event::read(MORNING).expect_err("an unknown kind").to_string();
    assert!(problems.starts_with("rules[1].kind"), "{problems}");
    let registry = kinds().expect("kinds");
    let schema = registry.schema().to_value();
    let rules = schema.pointer("/$defs/Rule/oneOf").and_then(|list| list.as_array()).expect("kinds of rules");
    let has =
        |word: &str| rules.iter().any(|rule| rule.pointer("/properties/kind/const").is_some_and(|kind| kind == word));
    assert!(has("light_before_lunch") && has("count"));
    let event = Event::from_json_with(MORNING, &registry).expect("an event");
    let written = event.to_json().expect("JSON");
    assert_eq!(Event::from_json_with(&written, &registry), Ok(event), "what was read is written and read again");
}

#[test]
fn problems_of_an_event_are_an_error_of_the_search() {
    let error = service().answer("{\"name\": 3}", &SolveOptions::new()).expect_err("problems");
    let SolveError::Event(problems) = error else { panic!("{error}") };
    let json = serde_json::to_value(&problems).expect("problems are JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(problems.len()));
    assert!(problems.into_iter().any(|problem| problem.path == "name" && problem.line == Some(1)));
}

#[test]
fn limits_come_from_json_and_are_kept() {
    let options: SolveOptions =
        serde_json::from_str(r#"{"time_limit_seconds": 0.3, "threads": 1, "seed": 7}"#).expect("options");
    let event = entangled(60).check().expect("a good event");
    let began = Instant::now();
    let answer = slotwise::solve(&event, &options).expect("an answer");
    assert_eq!((answer.status, answer.stopped_by), (Status::Feasible, StoppedBy::Time));
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());

    let options: SolveOptions = serde_json::from_str(r#"{"work_limit": 100, "seed": 7}"#).expect("options");
    let [one, other] =
        [1, 2].map(|threads| slotwise::solve(&event, &options.clone().threads(threads)).expect("an answer"));
    assert_eq!(one.stopped_by, StoppedBy::Work);
    assert_eq!(one.placements, other.placements, "equal work gives equal answers");
    assert!(serde_json::from_str::<SolveOptions>(r#"{"time_limit": 3}"#).is_err(), "an unknown field is refused");
}

#[test]
fn progress_is_told_as_json_and_its_value_never_falls() {
    let told: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let hear = Arc::clone(&told);
    let options = SolveOptions::new()
        .time_limit(Duration::from_millis(600))
        .on_progress(move |progress| hear.lock().expect("no panic").push(progress.clone()));
    let answer = service().answer(&entangled(60).to_json().expect("JSON"), &options).expect("an answer");
    let told = told.lock().expect("no panic");
    let values: Vec<f64> = told.iter().filter_map(|progress| progress.value).collect();
    assert!(values.is_sorted() && values.last() <= answer.value.as_ref(), "{values:?} {:?}", answer.value);
    assert_eq!(told.first().map(|progress| progress.phase), Some(Phase::Stating));
    let json = serde_json::to_value(told.last().expect("something was told")).expect("JSON");
    assert!(json["phase"].is_string() && json["seconds"].is_number() && json["parts"].is_u64(), "{json}");
}

#[test]
fn a_search_is_cancelled_from_another_thread_and_keeps_what_it_found() {
    let flag = CancelFlag::new();
    let (found, wait) = mpsc::channel();
    // The limit only ends what cancelling fails to end.
    let most = Duration::from_secs(30);
    let options = SolveOptions::new().cancel(flag.clone()).time_limit(most).on_progress(move |progress| {
        if progress.value.is_some() {
            // Nobody listens any more once the search is cancelled.
            let _ = found.send(progress.value);
        }
    });
    let canceller = thread::spawn(move || {
        let value = wait.recv().expect("a timetable is found");
        flag.cancel();
        value
    });
    let answer = service().answer(&entangled(60).to_json().expect("JSON"), &options).expect("an answer");
    let value = canceller.join().expect("no panic");
    assert_eq!((answer.status, answer.stopped_by), (Status::Feasible, StoppedBy::Cancelled));
    assert!(answer.value >= value, "{:?} {value:?}", answer.value);
}

#[test]
fn twenty_events_are_solved_at_once_on_one_pool_and_each_as_if_alone() {
    let service = Service::new(2).expect("a service");
    let events: Vec<String> = (0..20).map(|i| entangled(8 + i % 4).to_json().expect("JSON")).collect();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let options = SolveOptions::new().work_limit(20).on_progress(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let together = service.answer_all(&events, &options);
    for (event, answer) in events.iter().zip(together) {
        let answer = answer.expect("an answer");
        let alone = service.answer(event, &SolveOptions::new().work_limit(20)).expect("an answer");
        assert_eq!((answer.placements, answer.value), (alone.placements, alone.value));
    }
    assert!(calls.load(Ordering::Relaxed) >= 20);
}

#[test]
fn an_answer_is_told_by_day_by_room_and_by_title() {
    let service = service();
    let event = service.read(MORNING).expect("a good event");
    let answer = service.answer(MORNING, &SolveOptions::new()).expect("an answer");
    let titles = |placements: &[&slotwise::Placement]| -> Vec<String> {
        placements
            .iter()
            .filter_map(|placement| event.find_talk(&placement.talk))
            .map(|talk| event.title(talk).to_owned())
            .collect()
    };
    assert_eq!(titles(&answer.by_room()["hall"]), ["Kernels", "stories"]);
    assert_eq!(titles(&answer.by_day()[&date(2026, 10, 30)]), ["Kernels", "stories"]);
    assert_eq!(event.zone().iana_name(), Some("Europe/Paris"));
    assert_eq!(event.find_talk("kernels"), event.find_talk(TalkId::from("kernels")));
    let votes: HashMap<TalkId, u32> = [("kernels".into(), 3)].into();
    assert_eq!(votes.get("kernels"), Some(&3));
}

#[test]
fn an_event_is_built_in_code_in_chains_and_taken_back_to_be_changed() {
    let mut event = entangled(8);
    event.talks[0] =
        Talk::new("t0", "Two of us").speakers(Vec::<String>::new()).minutes(45).status(TalkStatus::Accepted);
    event.talks[0].tags = [("topic", ["rust", "web"])].into_iter().collect::<Tags>();
    event.talks[0].merit = "2.5".parse().ok();
    let selection =
        Selection::tag("topic", ["rust"]).and(Selection::status([TalkStatus::Accepted])).or(Selection::ids(["t1"]));
    let morning = Where::slots(["at9", "at10", "at11"]).and(Where::rooms(["room1"]).not());
    event.rules.push(Rule::required(slotwise::rules::Place::within(morning.clone())).talks(selection.clone()));
    let checked = event.clone().check().expect("a good event");
    let selected: Vec<_> = selection.select(&checked).into_iter().map(|talk| checked.talk_id(talk).as_str()).collect();
    assert_eq!(selected, ["t0", "t1"]);
    let answer = slotwise::solve(&checked, &SolveOptions::new().work_limit(20)).expect("an answer");
    let t0 = answer.placements.iter().find(|placement| placement.talk == "t0").expect("it is accepted");
    assert!(
        t0.room != "room1" && t0.slot.as_ref().is_some_and(|slot| ["at9", "at10", "at11"].contains(&slot.as_str()))
    );
    assert_eq!(checked.into_event(), event);
}
