//! What is true of every answer to every event.

use crate::common::{
    config,
    exhaustive::{Exhausted, exhaust},
    judge::{judge, without_zeros},
    random::{Most, Random, events},
    rules::{Kind, rule},
    shuffle::shuffled,
};
use proptest::prelude::*;
use serde_json::Value;
use slotwise::{
    Answer, Audit, BackendKind, CancelFlag, CheckedEvent, CivilTime, Event, SolveOptions, Summary, TalkId,
    civil::Date,
    rules::{Kind as AnyKind, Strength},
    solve,
    timetable::{Status, StoppedBy},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

fn solved(event: &CheckedEvent, options: &SolveOptions) -> Result<Answer, TestCaseError> {
    solve(event, options).map_err(|e| TestCaseError::fail(e.to_string()))
}

fn proven(event: &CheckedEvent) -> Result<Answer, TestCaseError> {
    // Long before this, something that small is proven.
    let answer = solved(event, &SolveOptions::new().time_limit(Duration::from_secs(120)))?;
    prop_assert!(answer.is_proven(), "{:?} by {:?} in search of a proof", answer.status, answer.stopped_by);
    Ok(answer)
}

/// What an answer's timetable is worth, in thousandths by priority, zeros left out; none without a timetable.
fn values(event: &CheckedEvent, answer: &Answer) -> Option<BTreeMap<u32, i64>> {
    let timetable = answer.timetable()?;
    Some(without_zeros(&Audit::of(event, &timetable).unwrap().values))
}

/// Whether values are at most others: those of priority 1 decide, then those of priority 2, and so on.
fn at_most(some: &BTreeMap<u32, i64>, others: &BTreeMap<u32, i64>) -> bool {
    let priorities: Vec<u32> = some.keys().chain(others.keys()).copied().collect();
    let vector = |values: &BTreeMap<u32, i64>| {
        let mut priorities = priorities.clone();
        priorities.sort_unstable();
        priorities.iter().map(|p| values.get(p).copied().unwrap_or(0)).collect::<Vec<_>>()
    };
    vector(some) <= vector(others)
}

/// Everything that an answer claims is true.
fn is_honest(event: &CheckedEvent, answer: &Answer) -> Result<(), TestCaseError> {
    let settled = answer.stopped_by == StoppedBy::Proof;
    prop_assert_eq!(settled, answer.is_proven(), "{:?} by {:?}", answer.status, answer.stopped_by);
    let Some(timetable) = answer.timetable() else {
        prop_assert!(matches!(answer.status, Status::Infeasible | Status::Unknown));
        prop_assert!(answer.placements.is_empty() && answer.left_out.is_empty() && answer.rules.is_empty());
        return Ok(());
    };
    prop_assert!(matches!(answer.status, Status::Optimal | Status::Feasible));

    // The library's audit, and the tests' own.
    let audit = Audit::of(event, &timetable).unwrap();
    prop_assert!(audit.valid, "{:?} broken in {:?}", audit.broken().collect::<Vec<_>>(), timetable);
    let verdict = judge(event, timetable.resolve(event).unwrap().spots());
    prop_assert!(verdict.valid(), "{verdict:?}");
    prop_assert_eq!(without_zeros(&audit.values), verdict.values);

    let value = answer.value.unwrap();
    prop_assert_eq!(value, audit.value);
    prop_assert!(answer.bound.unwrap() >= value && answer.gap.unwrap() >= 0.0);
    if answer.status == Status::Optimal {
        prop_assert_eq!((answer.bound, answer.gap), (answer.value, Some(0.0)));
    }
    for level in &answer.priorities {
        let exact = audit.values.get(&level.priority).copied().unwrap_or(0);
        prop_assert_eq!(level.value, exact as f64 / 1000.0);
        prop_assert!(level.bound >= level.value);
    }
    let rules: f64 = answer.rules.iter().map(|rule| rule.gain - rule.cost).sum();
    prop_assert!((rules - value).abs() < 1e-6, "rules come to {rules}, the value is {value}");

    // The text and the data tell of the same ties.
    let set = |ids: Vec<&TalkId>| ids.into_iter().cloned().collect::<BTreeSet<_>>();
    let summary = Summary::of(event, answer);
    let told = summary.ties.iter().map(|tie| set(tie.chosen.iter().chain(&tie.left_out).map(|t| &t.talk).collect()));
    let ties = answer.ties.iter().map(|ids| set(ids.iter().collect()));
    prop_assert_eq!(told.collect::<BTreeSet<_>>(), ties.collect::<BTreeSet<_>>());

    // Every talk that may be placed is placed or left out.
    let mut talks: Vec<_> = answer.placements.iter().map(|p| &p.talk).chain(&answer.left_out).collect();
    talks.sort();
    let open = |t: &&slotwise::Talk| t.status != slotwise::TalkStatus::Declined;
    let mut all: Vec<_> = event.event().talks.iter().filter(open).map(|t| &t.id).collect();
    all.sort();
    prop_assert_eq!(talks, all);
    Ok(())
}

fn equals_exhaustive_search(event: &Random, most: usize) -> Result<(), TestCaseError> {
    let event = event.checked();
    let best = exhaust(&event, most);
    prop_assume!(best != Exhausted::TooMany);
    for backend in BackendKind::ALL {
        let answer = solved(&event, &SolveOptions::new().backend(*backend))?;
        let found = match answer.status {
            Status::Optimal => Exhausted::Best(values(&event, &answer).unwrap()),
            Status::Infeasible => Exhausted::Infeasible,
            other => return Err(TestCaseError::fail(format!("{other:?} without a limit"))),
        };
        prop_assert_eq!(&found, &best, "{}", backend);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn every_timetable_returned_passes_the_audit(event in events(Most::SMALL)) {
        let event = event.checked();
        for backend in BackendKind::ALL {
            let answer = solved(&event, &SolveOptions::new().backend(*backend))?;
            prop_assert!(answer.is_proven(), "{:?} without a limit", answer.status);
            is_honest(&event, &answer)?;
        }
    }

    #[test]
    fn an_exact_answer_equals_exhaustive_search(event in events(Most::TINY)) {
        equals_exhaustive_search(&event, 4_000)?;
    }

    #[test]
    fn so_it_does_where_few_talks_have_many_places(event in events(Most::WIDE)) {
        equals_exhaustive_search(&event, 10_000)?;
    }

    #[test]
    fn another_required_rule_never_raises_the_value(
        (event, rule) in events(Most::TINY).prop_flat_map(|event| {
            let sizes = event.sizes();
            let kinds = [Kind::Count, Kind::Place, Kind::Clash, Kind::Order, Kind::Plenary, Kind::Keep, Kind::Fit];
            let rules = proptest::sample::select(kinds.to_vec()).prop_flat_map(move |kind| rule(kind, sizes));
            (Just(event), rules)
        })
    ) {
        let without = event.checked();
        let mut more = event.clone();
        let at = more.0.rules.len() / 2;
        more.0.rules.insert(at, rule);
        more.0.rules[at].strength = Strength::Required;
        if let AnyKind::Keep(keep) = &mut more.0.rules[at].kind {
            // Where it is required, it has no weights.
            (keep.time, keep.room, keep.drop, keep.add) = (None, None, None, None);
        }
        if let AnyKind::Fit(fit) = &mut more.0.rules[at].kind {
            fit.empty_weight = slotwise::Amount::default();
        }
        let with = more.checked();
        let (without, with) = (values(&without, &proven(&without)?), values(&with, &proven(&with)?));
        match (with, without) {
            (None, _) => {}
            (Some(with), None) => prop_assert!(false, "nothing satisfies fewer rules, but {:?} does more", with),
            (Some(with), Some(without)) => prop_assert!(at_most(&with, &without), "{:?} is above {:?}", with, without),
        }
    }

    #[test]
    fn other_names_change_nothing_but_names(event in events(Most::SMALL)) {
        let named = event.checked();
        let renamed = rewritten(&event, &mut |text| new_name(text));
        let (before, after) = (proven(&named)?, proven(&renamed)?);
        prop_assert_eq!(before.status, after.status);
        prop_assert_eq!(before.value, after.value);
        let names = |answer: &Answer| serde_json::to_value(&answer.placements).unwrap();
        let mut expected = names(&before);
        rewrite(&mut expected, &mut |text| new_name(text));
        prop_assert_eq!(expected, names(&after));
    }

    #[test]
    fn another_order_of_the_lists_changes_nothing_at_all(
        event in events(Most::SMALL), seed in any::<u64>(), work in prop_oneof![Just(None), (0..200_u64).prop_map(Some)]
    ) {
        let (written, other) = (event.checked(), shuffled(&event.0, seed).check().unwrap());
        for backend in BackendKind::ALL {
            let options = SolveOptions::new().backend(*backend);
            let options = work.map_or(options.clone(), |units| options.work_limit(units));
            let (before, after) = (solved(&written, &options)?, solved(&other, &options)?);
            prop_assert_eq!(in_any_order(before), in_any_order(after));
        }
    }

    #[test]
    fn a_day_later_everything_is_a_day_later(event in events(Most::SMALL)) {
        let mut event = event;
        // Away from where clocks change.
        event.0.timezone = "UTC".to_owned();
        let today = event.checked();
        let tomorrow = rewritten(&event, &mut |text| a_day_later(text));
        let (before, after) = (proven(&today)?, proven(&tomorrow)?);
        prop_assert_eq!(before.status, after.status);
        prop_assert_eq!(before.value, after.value);
        let placements = |answer: &Answer| serde_json::to_value(&answer.placements).unwrap();
        let mut expected = placements(&before);
        rewrite(&mut expected, &mut |text| a_day_later(text));
        prop_assert_eq!(expected, placements(&after));
    }

    #[test]
    fn a_search_that_may_not_begin_claims_nothing_that_is_not_true(event in events(Most::SMALL)) {
        let event = event.checked();
        let best = proven(&event)?;
        let flag = CancelFlag::new();
        flag.cancel();
        for backend in BackendKind::ALL {
            let options = SolveOptions::new().backend(*backend);
            for options in [
                options.clone().time_limit(Duration::ZERO),
                options.clone().work_limit(0),
                options.clone().work_limit(1),
                options.clone().cancel(flag.clone()),
                options.gap(0.5),
            ] {
                let answer = solved(&event, &options)?;
                is_honest(&event, &answer)?;
                match answer.status {
                    Status::Infeasible => prop_assert_eq!(best.status, Status::Infeasible),
                    Status::Optimal => prop_assert_eq!(values(&event, &answer), values(&event, &best)),
                    Status::Feasible => {
                        let (some, all) = (values(&event, &answer).unwrap(), values(&event, &best).unwrap());
                        prop_assert!(at_most(&some, &all), "{:?} is above the optimum {:?}", some, all);
                    }
                    _ => {}
                }
                // What comes first is bounded whatever comes after it.
                let first = |answer: &Answer| answer.priorities.first().map(|level| level.bound).or(answer.bound);
                if let (Some(bound), Some(value), 0..=1) = (first(&answer), best.value, best.priorities.len()) {
                    prop_assert!(bound >= value, "the bound {} is below the optimum {}", bound, value);
                }
            }
        }
    }

    #[test]
    fn the_same_event_gives_the_same_answer_on_every_run_and_any_number_of_threads(event in events(Most::SMALL)) {
        let event = event.checked();
        for backend in BackendKind::ALL {
            let mut answers = Vec::new();
            for threads in [1, 1, 2, 3] {
                let mut answer = solved(&event, &SolveOptions::new().backend(*backend).threads(threads))?;
                // What may differ: how long it took and on how many threads.
                (answer.search.seconds, answer.search.first_feasible_seconds) = (0.0, None);
                answer.search.threads = 0;
                answers.push(answer);
            }
            prop_assert!(answers.iter().all(|answer| *answer == answers[0]), "{:?}", answers);
        }
    }
}

#[cfg(feature = "highs")]
proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn both_backends_agree(event in events(Most::SMALL)) {
        let event = event.checked();
        let solved = |kind: &BackendKind| solved(&event, &SolveOptions::new().backend(*kind));
        let answers = BackendKind::ALL.iter().map(solved).collect::<Result<Vec<_>, _>>()?;
        prop_assert_eq!(answers.len(), 2);
        prop_assert!(answers.iter().all(Answer::is_proven));
        prop_assert_eq!(answers[0].status, answers[1].status);
        prop_assert_eq!(values(&event, &answers[0]), values(&event, &answers[1]));
    }
}

/// The event with every text in it, but for keys, rewritten.
fn rewritten(event: &Random, new: &mut dyn FnMut(&str) -> Option<String>) -> CheckedEvent {
    let mut json = serde_json::to_value(&event.0).unwrap();
    rewrite(&mut json, new);
    Event::from_json(&json.to_string()).unwrap().check().unwrap()
}

fn rewrite(json: &mut Value, new: &mut dyn FnMut(&str) -> Option<String>) {
    match json {
        Value::String(text) => {
            if let Some(new) = new(text) {
                *text = new;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rewrite(value, new)),
        Value::Object(fields) => fields.values_mut().for_each(|value| rewrite(value, new)),
        _ => {}
    }
}

/// The answer without what may differ on the next run, and with its rules in an order that is not the file's.
fn in_any_order(mut answer: Answer) -> Answer {
    (answer.search.seconds, answer.search.first_feasible_seconds) = (0.0, None);
    // A rule without a name is called by what it says, in the order in which it says it; and a report tells where its rule
    // is written.
    answer.rules.iter_mut().for_each(|rule| (rule.name.clear(), rule.index = None).0);
    answer.rules.sort_by_cached_key(|rule| format!("{rule:?}"));
    // Warnings, and what explains that there is no timetable, name positions in the file.
    answer.warnings.clear();
    answer.explanation = None;
    answer
}

/// Another name for an id, in the same alphabetical order: that order breaks ties.
fn new_name(text: &str) -> Option<String> {
    let digit = text.chars().last().filter(char::is_ascii_digit)?;
    let kind = text.strip_suffix(digit)?;
    let known = ["room", "format", "block", "slot", "speaker", "talk", "r"].contains(&kind);
    known.then(|| format!("{} {kind}", ('a'..='z').nth(digit as usize - '0' as usize).unwrap()))
}

/// A time or a date a day later.
fn a_day_later(text: &str) -> Option<String> {
    if let Ok(time) = text.parse::<CivilTime>() {
        let later = time.datetime().tomorrow().unwrap();
        return Some(CivilTime::from(later).to_string());
    }
    let looks_like_a_date = text.len() == 10 && text.starts_with("2026-");
    looks_like_a_date.then(|| text.parse::<Date>().unwrap().tomorrow().unwrap().to_string())
}
