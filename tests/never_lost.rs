//! What a search must not lose, whatever stops it: events of one to sixty talks, and of many parts, drawn at random.
//!
//! `SLOTWISE_LIMITS_EVENTS=500` tries so many events a claim instead of a few, `SLOTWISE_LIMITS_FROM=123` begins with that one.

use crate::drawn::{self, Dice};
use serde_json::{Value, json};
use slotwise::{Answer, Audit, BackendKind, CancelFlag, CheckedEvent, Event, Progress, SolveOptions, Timetable, solve};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// The events of a claim: so many if no other number is asked for.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let number = |name: &str, otherwise: u64| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let from = number("SLOTWISE_LIMITS_FROM", 0);
    from..from + number("SLOTWISE_LIMITS_EVENTS", count)
}

fn checked(event: &Value) -> CheckedEvent {
    Event::read(&event.to_string()).unwrap_or_else(|problems| panic!("{problems}: {event}"))
}

/// Fails with all that went wrong.
fn report(claim: &str, wrong: &[String], tried: usize) {
    println!("{claim}: {tried} searches, {} of them wrong", wrong.len());
    assert!(wrong.is_empty(), "{claim}: {} of {tried} searches are wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Values by priority, in thousandths.
type Worth = BTreeMap<u32, i64>;

/// Whether the first is worth less: the first priority decides, then the second, and so on.
fn is_less(a: &Worth, b: &Worth) -> bool {
    let at = |worth: &Worth, priority: u32| worth.get(&priority).copied().unwrap_or(0);
    let priorities: std::collections::BTreeSet<u32> = a.keys().chain(b.keys()).copied().collect();
    let first = priorities.into_iter().find(|priority| at(a, *priority) != at(b, *priority));
    first.is_some_and(|priority| at(a, priority) < at(b, priority))
}

/// What stops a search.
#[derive(Clone, Copy, Debug)]
enum Stop {
    Millis(u64),
    Work(u64),
    CancelledBefore,
    /// At the report of progress of that number.
    CancelledAt(usize),
    /// By another thread, after so long.
    CancelledAfter(u64),
}

const STOPS: [Stop; 13] = [
    Stop::Millis(0),
    Stop::Work(0),
    Stop::CancelledBefore,
    Stop::Millis(1),
    Stop::Work(1),
    Stop::CancelledAt(1),
    Stop::Millis(10),
    Stop::Work(20),
    Stop::CancelledAt(3),
    Stop::CancelledAfter(2),
    Stop::Millis(100),
    Stop::CancelledAt(10),
    Stop::CancelledAfter(20),
];

/// The answer of a search that is stopped so, and everything that was told on the way.
fn stopped(event: &CheckedEvent, stop: Stop, threads: usize, backend: BackendKind) -> (Answer, Vec<Progress>) {
    let flag = CancelFlag::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (ear, raise) = (Arc::clone(&told), flag.clone());
    let mut options = SolveOptions::new().backend(backend).threads(threads).cancel(flag.clone());
    options = match stop {
        Stop::Millis(limit) => options.time_limit(Duration::from_millis(limit)),
        Stop::Work(limit) => options.work_limit(limit),
        // Whoever waits for a report that does not come stops in the end.
        _ => options.time_limit(Duration::from_secs(1)),
    };
    if matches!(stop, Stop::CancelledBefore) {
        flag.cancel();
    }
    options = options.on_progress(move |progress| {
        let mut told = ear.lock().unwrap();
        told.push(progress.clone());
        if matches!(stop, Stop::CancelledAt(nth) if nth == told.len()) {
            raise.cancel();
        }
    });
    let answer = std::thread::scope(|scope| {
        if let Stop::CancelledAfter(millis) = stop {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_millis(millis));
                flag.cancel();
            });
        }
        solve(event, &options).unwrap()
    });
    let told = std::mem::take(&mut *told.lock().unwrap());
    (answer, told)
}

/// What is wrong with an answer, given what was told before it.
fn lost(event: &CheckedEvent, answer: &Answer, told: &[Progress]) -> Option<String> {
    let worth = answer.timetable().map(|timetable| Audit::of(event, &timetable).unwrap());
    let empty = Audit::of(event, &Timetable::default()).unwrap();
    let heard = told.iter().rev().find(|progress| progress.value.is_some());
    let Some(audit) = worth else {
        if let Some(heard) = heard {
            return Some(format!("{:?}, and {:?} was told of", answer.status, heard.value));
        }
        return empty.valid.then(|| format!("{:?}, and the empty timetable is allowed", answer.status));
    };
    if !audit.valid {
        return Some(format!("{:?} is broken", audit.broken().map(|rule| &rule.name).collect::<Vec<_>>()));
    }
    if empty.valid && is_less(&audit.values, &empty.values) {
        return Some(format!("{:?}, and the empty timetable is worth {:?}", audit.values, empty.values));
    }
    // What was told last of each priority; the priorities before it were settled then.
    let mut heard = Worth::new();
    for progress in told {
        if let Some(value) = progress.value {
            let value = (value * 1000.0).round() as i64;
            heard.retain(|priority, _| *priority <= progress.priority);
            let best = heard.entry(progress.priority).or_insert(value);
            *best = value.max(*best);
            let answered: Worth = heard.keys().map(|p| (*p, audit.values.get(p).copied().unwrap_or(0))).collect();
            if is_less(&answered, &heard) {
                return Some(format!("{:?}, and {heard:?} was told of", audit.values));
            }
        }
    }
    None
}

/// What is lost of an event by some of the stops, one after another.
fn losses(seed: u64, event: &Value, stops: usize, wrong: &mut Vec<String>, tried: &mut usize) {
    let event = checked(event);
    for i in 0..stops {
        let turn = seed as usize * stops + i;
        let (stop, threads) = (STOPS[turn % STOPS.len()], [1, 2, 3, 8][turn / 2 % 4]);
        let backend = BackendKind::ALL[turn % BackendKind::ALL.len()];
        let (answer, told) = stopped(&event, stop, threads, backend);
        *tried += 1;
        if let Some(why) = lost(&event, &answer, &told) {
            wrong.push(format!("event {seed}, {stop:?}, {threads} threads, {backend}: {why}"));
        }
    }
}

#[test]
fn where_nothing_is_demanded_there_is_always_a_timetable_worth_at_least_the_empty_one() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(60) {
        losses(seed, &drawn::any_size(seed, false), 4, &mut wrong, &mut tried);
    }
    report("nothing is demanded", &wrong, tried);
}

#[test]
fn whatever_stops_a_search_its_answer_is_worth_what_was_told_of() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(60) {
        losses(seed, &drawn::any_size(seed, true), 4, &mut wrong, &mut tried);
    }
    report("worth what was told of", &wrong, tried);
}

#[test]
fn a_search_that_may_work_is_never_worth_less_than_one_that_may_not() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(24) {
        let event = checked(&drawn::any_size(seed, seed % 2 == 0));
        let worth = |work: u64| {
            let answer = solve(&event, &SolveOptions::new().work_limit(work).threads(1)).unwrap();
            let placed = answer.timetable().map(|timetable| timetable.resolve(&event).unwrap());
            placed.map(|placed| Audit::of_placed(&event, &placed).values)
        };
        let none = worth(0);
        for work in [1, 5, 20, 100] {
            tried += 1;
            let some = worth(work);
            let lost = match (&some, &none) {
                (Some(some), Some(none)) => is_less(some, none),
                (some, none) => some.is_none() && none.is_some(),
            };
            if lost {
                wrong.push(format!("event {seed}: {none:?} without work, {some:?} with {work} units"));
            }
        }
    }
    report("more work", &wrong, tried);
}

#[test]
fn of_a_hundred_parts_none_is_lost() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(6) {
        let parts = Dice::new(seed).between(100..=160);
        losses(seed, &drawn::many_parts(seed, parts), 5, &mut wrong, &mut tried);
    }
    report("a hundred parts", &wrong, tried);
}

/// The answer as JSON, less what the clock and the number of threads decide.
fn text(answer: &Answer) -> Value {
    let mut answer = serde_json::to_value(answer).unwrap();
    for field in ["seconds", "first_feasible_seconds", "threads"] {
        answer["search"].as_object_mut().unwrap().remove(field);
    }
    answer
}

/// The fields in which two answers differ.
fn difference(a: &Value, b: &Value) -> String {
    let fields = a.as_object().unwrap().iter().filter(|(field, value)| b[field.as_str()] != **value);
    let cut = |value: &Value| value.to_string().chars().take(160).collect::<String>();
    fields
        .map(|(field, value)| format!("{field}: {} or {}", cut(value), cut(&b[field.as_str()])))
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn equal_work_gives_equal_answers_on_any_number_of_threads() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(24) {
        let mut event = match seed % 6 {
            5 => drawn::many_parts(seed, 30),
            _ => drawn::any_size(seed, seed % 2 == 0),
        };
        // With one priority, and with two.
        for (at, rule) in event["rules"].as_array_mut().unwrap().iter_mut().enumerate() {
            if rule["required"] != true {
                rule["priority"] = if seed % 4 < 2 { 1 } else { 1 + at % 2 }.into();
            }
        }
        let event = checked(&event);
        let work = [0, 1, 7, 50, 7, 150, 50, 1, 1000, 50][seed as usize % 10];
        let backend = BackendKind::ALL[seed as usize / 3 % BackendKind::ALL.len()];
        let options = SolveOptions::new().backend(backend).work_limit(work);
        let first = text(&solve(&event, &options.clone().threads(1)).unwrap());
        for threads in [2, 3, 8] {
            tried += 1;
            let other = text(&solve(&event, &options.clone().threads(threads)).unwrap());
            if first != other {
                let what = difference(&first, &other);
                wrong.push(format!("event {seed}, work {work}, {backend}, 1 or {threads} threads: {what}"));
            }
        }
    }
    report("equal work", &wrong, tried);
}

/// Values by priority of an exact answer, zeros left out; none where there is no timetable.
fn exact(event: &Value) -> Result<Option<Worth>, String> {
    let event = checked(event);
    let answer = solve(&event, &SolveOptions::new().time_limit(Duration::from_secs(20))).unwrap();
    if !answer.is_proven() {
        return Err(format!("{:?} by {:?}, value {:?}", answer.status, answer.stopped_by, answer.value));
    }
    let values = |timetable: Timetable| Audit::of(&event, &timetable).unwrap().values;
    Ok(answer.timetable().map(|timetable| values(timetable).into_iter().filter(|(_, value)| *value != 0).collect()))
}

#[test]
fn ten_copies_side_by_side_are_worth_ten_times_one() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(20) {
        let (one, ten) = drawn::copies(seed, 10);
        tried += 1;
        let times_ten = |worth: Worth| worth.into_iter().map(|(priority, value)| (priority, value * 10)).collect();
        let expected = exact(&one).map(|worth| worth.map(times_ten));
        let found = exact(&ten);
        if expected != found {
            wrong.push(format!("event {seed}: {found:?} instead of {expected:?}"));
        }
    }
    report("ten copies", &wrong, tried);
}

/// Lists in which order says something.
const ORDERED: [&str; 2] = ["sequence", "each"];

/// The same in another order, wherever order says nothing.
fn reordered(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Array(list) => {
            // A pair with a factor is no list of things alike.
            let pair = list.len() == 3 && list[2].is_number();
            if !pair {
                dice.shuffle(list);
            }
            list.iter_mut().for_each(|value| reordered(value, dice));
        }
        Value::Object(fields) => {
            let inner = fields.iter_mut().filter(|(field, _)| !ORDERED.contains(&field.as_str()));
            inner.for_each(|(_, value)| reordered(value, dice));
        }
        _ => {}
    }
}

#[test]
fn the_order_in_which_an_event_is_written_changes_nothing() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in seeds(30) {
        let mut event = match seed % 3 {
            0 => drawn::any_size(seed, seed % 2 == 0),
            1 => drawn::tiny(seed),
            _ => drawn::copies(seed, 3).1,
        };
        for (at, rule) in event["rules"].as_array_mut().into_iter().flatten().enumerate() {
            rule["name"] = format!("rule {at}").into();
        }
        let mut other = event.clone();
        reordered(&mut other, &mut Dice::new(seed));
        let options = SolveOptions::new().work_limit([0, 3, 20, 60][seed as usize % 4]).threads(1 + seed as usize % 2);
        let answer = |event: &Value| {
            let mut answer = text(&solve(&checked(event), &options).unwrap());
            // Rules are reported in the order in which they are written, and say where that is.
            let rules = answer["rules"].as_array_mut().unwrap();
            rules.sort_by_key(|rule| rule["name"].to_string());
            rules.iter_mut().filter_map(Value::as_object_mut).for_each(|rule| drop(rule.remove("index")));
            // Warnings and explanations speak of the file: they name positions in it, and the first of several in a list.
            answer.as_object_mut().unwrap().retain(|field, _| field != "warnings" && field != "explanation");
            answer
        };
        let (first, second) = (answer(&event), answer(&other));
        tried += 1;
        if first != second {
            wrong.push(format!("event {seed}: {}", difference(&first, &second)));
        }
    }
    report("another order", &wrong, tried);
}

/// The tests' own judgement of what is less.
#[test]
fn an_earlier_priority_decides() {
    let worth = |values: Value| -> Worth {
        values.as_object().unwrap().iter().map(|(p, v)| (p.parse().unwrap(), v.as_i64().unwrap())).collect()
    };
    assert!(is_less(&worth(json!({"1": 3, "2": 9})), &worth(json!({"1": 4}))));
    assert!(is_less(&worth(json!({"1": 3, "2": -1})), &worth(json!({"1": 3}))));
    assert!(!is_less(&worth(json!({"1": 3})), &worth(json!({"1": 3, "2": 0}))));
}
