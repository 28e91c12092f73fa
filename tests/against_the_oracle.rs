//! The library against an oracle that shares no code with it: of thousands of tiny events, the exact answer is what trying
//! every timetable finds.
//!
//! `SLOTWISE_ORACLE_EVENTS=10000` tries so many events instead of a few hundred, `SLOTWISE_ORACLE_FROM=123` begins with
//! that one, `SLOTWISE_ORACLE_SECONDS=3` waits so long for a proof instead of twenty seconds. Of an event on which the two
//! disagree, a smaller one is printed on which they still do.

use crate::{
    drawn,
    oracle::{self, Oracle, Worth, shrink},
};
use serde_json::Value;
use slotwise::{Audit, BackendKind, Event, SolveOptions, Timetable, solve};
use std::{collections::BTreeMap, time::Duration};

/// More timetables than this are not tried.
const MOST: usize = 20_000;
/// How often a smaller event is tried.
const TRIES: usize = 400;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// The events of a run: each with its seed, and with few enough timetables.
fn events() -> impl Iterator<Item = (u64, Value)> {
    let (from, count) = (number("SLOTWISE_ORACLE_FROM", 0), number("SLOTWISE_ORACLE_EVENTS", 300));
    let seeds = (from..).map(|seed| (seed, drawn::tiny(seed)));
    seeds.filter(|(_, event)| Oracle::of(event).has_at_most(MOST)).take(count as usize)
}

/// Fails with what a check has found of some events, the first of them made smaller.
fn report(found: &[(u64, Value, String)], tried: usize, check: &dyn Fn(&Value) -> Option<String>) {
    let Some((seed, event, first)) = found.first() else { return };
    // Smaller, and wrong in the same way.
    let kind = |said: &str| said.split(':').next().unwrap_or_default().to_owned();
    let small = shrink(event, TRIES, &|event| check(event).is_some_and(|said| kind(&said) == kind(first)));
    let said = check(&small).unwrap_or_default();
    let seeds: Vec<String> = found.iter().map(|(seed, _, said)| format!("  {seed}: {said}")).collect();
    panic!(
        "{} of {tried} events\n{}\nevent {seed}, made smaller: {said}\n{small}\nas it was drawn:\n{event}",
        found.len(),
        seeds.join("\n")
    );
}

/// What the answer says that its timetable is worth, by priority, in thousandths.
fn said(answer: &Value) -> BTreeMap<i64, i64> {
    let thousandths = |value: &Value| (value.as_f64().unwrap() * 1000.0).round() as i64;
    let levels = answer["priorities"].as_array().into_iter().flatten();
    levels.map(|level| (level["priority"].as_i64().unwrap(), thousandths(&level["value"]))).collect()
}

fn total(worth: &Worth) -> i64 {
    worth.values().sum()
}

fn without_zeros(worth: &Worth) -> Worth {
    worth.iter().filter(|(_, value)| **value != 0).map(|(priority, value)| (*priority, *value)).collect()
}

/// What is wrong with the answer to an event, if something is: a kind of fault, and what of it.
fn wrong(event: &Value, best: Option<&Worth>, answer: &Value) -> Option<String> {
    let oracle = Oracle::of(event);
    let status = answer["status"].as_str().unwrap();
    let Some(best) = best else {
        return (status != "infeasible").then(|| format!("status: {status}, and no timetable is valid"));
    };
    if status != "optimal" {
        return Some(format!("status: {status} by {}, and {best:?} can be had", answer["stopped_by"]));
    }
    let spots = match oracle.read(answer["placements"].as_array().unwrap()) {
        Ok(spots) => spots,
        Err(why) => return Some(format!("timetable: {why}")),
    };
    let Some(worth) = oracle.worth(&spots) else { return Some("timetable: it breaks a required rule".to_owned()) };
    if worth != *best {
        return Some(format!("value: the timetable is worth {worth:?}, the best {best:?}"));
    }
    let thousandths = |value: &Value| (value.as_f64().unwrap() * 1000.0).round() as i64;
    let value = thousandths(&answer["value"]);
    if value != total(best) || thousandths(&answer["bound"]) != value {
        return Some(format!("words: {value} is said to be the value of {best:?}"));
    }
    let levels = said(answer);
    let lone = levels.is_empty() && without_zeros(best).len() <= 1;
    if !lone && without_zeros(&levels) != without_zeros(best) {
        return Some(format!("words: the priorities are said to be worth {levels:?}, and are {best:?}"));
    }
    let mut left_out: Vec<&str> =
        answer["left_out"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    left_out.sort_unstable();
    if left_out != oracle.left_out(&spots) {
        return Some(format!("words: {left_out:?} are said to be left out"));
    }
    wrong_rules(&answer["rules"], &oracle, &spots)
}

/// What is wrong with what is said of each rule.
fn wrong_rules(rules: &Value, oracle: &Oracle, spots: &[oracle::Spot]) -> Option<String> {
    let rules = rules.as_array().unwrap();
    let bills = oracle.bills(spots);
    let said = |rule: &Value| {
        let amount = |name: &str| rule[name].as_f64().unwrap_or(0.0);
        ((amount("gain") - amount("cost")) * 1000.0).round() as i64
    };
    let is_wrong = |at: &usize| said(&rules[*at]) != bills[*at].value || rules[*at]["broken"] != bills[*at].broken;
    if rules.len() != bills.len() {
        return Some(format!("rules: {} are reported of {}", rules.len(), bills.len()));
    }
    (0..bills.len()).find(is_wrong).map(|at| {
        let (kind, value, broken) = (&rules[at]["kind"], said(&rules[at]), &rules[at]["broken"]);
        format!("rules: {kind} at {at} is said to be worth {value}, broken {broken}; it is {:?}", bills[at])
    })
}

/// What is wrong with the library's answers to an event, if something is.
fn disagreement(event: &Value) -> Option<String> {
    let checked = Event::read(&event.to_string()).ok()?;
    let oracle = Oracle::of(event);
    if !oracle.has_at_most(MOST) {
        return None;
    }
    let best = oracle.best();
    // Of what is so small, anything is proven long before this.
    let long = Duration::from_secs(number("SLOTWISE_ORACLE_SECONDS", 20));
    for backend in BackendKind::ALL {
        for threads in [1, 2] {
            let options = SolveOptions::new().backend(*backend).threads(threads).time_limit(long);
            let answer = match solve(&checked, &options) {
                Ok(answer) => serde_json::to_value(&answer).unwrap(),
                Err(error) => return Some(format!("error: {error}")),
            };
            if let Some(wrong) = wrong(event, best.as_ref(), &answer) {
                return Some(format!("{wrong}, says {backend} on {threads} threads"));
            }
        }
    }
    None
}

#[test]
fn an_exact_answer_is_what_trying_every_timetable_finds() {
    let (mut found, mut tried, mut infeasible, mut timetables) = (Vec::new(), 0, 0, 0_u64);
    for (seed, event) in events() {
        tried += 1;
        assert!(Event::read(&event.to_string()).is_ok(), "event {seed} is wrong: {event}");
        infeasible += usize::from(Oracle::of(&event).best().is_none());
        Oracle::of(&event).each(&mut |_| {
            timetables += 1;
            true
        });
        if let Some(said) = disagreement(&event) {
            eprintln!("event {seed}: {said}");
            found.push((seed, event, said));
        }
    }
    println!(
        "{tried} events of {} timetables each, {infeasible} of them infeasible, {} disagreements",
        timetables / tried.max(1) as u64,
        found.len()
    );
    report(&found, tried, &disagreement);
    assert!(tried < 100 || (10..=35).contains(&(infeasible * 100 / tried)), "{infeasible} of {tried} are infeasible");
}

/// What is wrong with the library's audits of some of an event's timetables, if something is.
fn misjudged(event: &Value) -> Option<String> {
    let checked = Event::read(&event.to_string()).ok()?;
    let oracle = Oracle::of(event);
    if !oracle.has_at_most(MOST) {
        return None;
    }
    let mut count = 0_usize;
    oracle.each(&mut |_| {
        count += 1;
        true
    });
    // Ten of them, spread over all.
    let (mut at, mut wrong) = (0, None);
    oracle.each(&mut |spots| {
        if at % count.div_ceil(10) == 0 {
            let written = oracle.written(spots);
            let timetable = Timetable::from_json(&written.to_string()).unwrap_or_else(|e| panic!("{e}: {written}"));
            let audit = Audit::of(&checked, &timetable).unwrap_or_else(|e| panic!("{e}: {written} of {event}"));
            let audit = serde_json::to_value(&audit).unwrap();
            wrong = wrong_rules(&audit["rules"], &oracle, spots).map(|wrong| format!("{wrong}, of {written}"));
        }
        at += 1;
        wrong.is_none()
    });
    wrong
}

#[test]
fn an_audit_says_of_every_rule_what_its_plain_meaning_says() {
    let (mut found, mut tried) = (Vec::new(), 0);
    for (seed, event) in events() {
        tried += 1;
        if let Some(said) = misjudged(&event) {
            found.push((seed, event, said));
        }
    }
    println!("{tried} events, {} disagreements", found.len());
    report(&found, tried, &misjudged);
}
