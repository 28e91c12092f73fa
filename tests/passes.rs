//! The passes that shrink the problem change no answer: the best of what is left is the best of all.

use crate::common::{
    config,
    random::{Most, Random, events},
};
use proptest::{prelude::*, test_runner::TestRunner};
use slotwise::{
    Event, Room, Slot, SolveOptions, Speaker, Talk,
    civil::date,
    event::TalkStatus,
    program::{Fixing, Program, Var},
    rules::{Order, Relation, Rule, Together},
    solve,
};
use std::{cell::Cell, collections::BTreeSet};

/// How many choices of places are tried at most.
const MOST_CHOICES: usize = 20_000;

/// Every choice that keeps to the fixing.
fn visit(
    program: &Program,
    fixing: Option<&Fixing>,
    talk: usize,
    chosen: &mut Vec<Var>,
    look: &mut impl FnMut(&[Var]),
) {
    let Some(range) = program.talk_atoms.get(talk) else { return look(chosen) };
    let value = |v: u32| fixing.and_then(|f| f.fixed[v as usize]);
    if range.clone().all(|v| value(v) != Some(true)) {
        visit(program, fixing, talk + 1, chosen, look);
    }
    for v in range.clone().filter(|v| value(*v) != Some(false)) {
        chosen.push(Var(v));
        visit(program, fixing, talk + 1, chosen, look);
        chosen.pop();
    }
}

/// What the best choice that keeps to the fixing is worth, priority by priority; none where there is none.
fn best(program: &Program, fixing: Option<&Fixing>) -> Option<Vec<i64>> {
    let mut best = None;
    let mut look = |chosen: &[Var]| {
        let evaluation = program.evaluate(chosen);
        let worth: Vec<i64> = evaluation.values.into_values().collect();
        if evaluation.broken.is_empty() && best.as_ref().is_none_or(|best| *best < worth) {
            best = Some(worth);
        }
    };
    visit(program, fixing, 0, &mut Vec::new(), &mut look);
    best
}

/// The property holds of the programs of random events that have few choices.
fn in_tiny_events(property: impl Fn(&Program) -> Result<(), TestCaseError>) {
    let few = |event: Random| {
        let program = Program::of(&event.checked()).unwrap();
        let choices = program.talk_atoms.iter().map(|range| range.len() + 1);
        if choices.fold(1, usize::saturating_mul) > MOST_CHOICES { Ok(()) } else { property(&program) }
    };
    let outcome = TestRunner::new(config(600)).run(&events(Most::TINY), few);
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn the_best_choice_of_what_is_left_is_the_best_of_all() {
    let dropped = Cell::new(0);
    let property = |program: &Program| {
        let (fixing, shrunk) = (program.fix(), program.shrink());
        if shrunk.impossible.is_some() {
            prop_assert_eq!(best(program, None), None);
            return Ok(());
        }
        dropped.set(dropped.get() + shrunk.count - fixing.count);
        let all = best(program, None);
        prop_assert_eq!(best(program, Some(&shrunk)), all);
        Ok(())
    };
    in_tiny_events(property);
    assert!(dropped.get() > 20, "only {} places were ruled out in all these events", dropped.get());
}

#[test]
fn no_valid_choice_is_otherwise_than_what_is_fixed() {
    let fixed = Cell::new(0);
    let property = |program: &Program| {
        let fixing = program.fix();
        fixed.set(fixed.get() + fixing.count);
        if fixing.impossible.is_none() {
            for places in &program.talk_atoms {
                let has = |is: Option<bool>| places.clone().any(|v| fixing.fixed[v as usize] == is);
                prop_assert!(!(has(Some(true)) && has(None)), "a talk has its place, and others are left");
            }
        }
        let mut otherwise = None;
        let mut look = |chosen: &[Var]| {
            let is_otherwise = |v: &u32| fixing.fixed[*v as usize].is_some_and(|is| is != chosen.contains(&Var(*v)));
            if program.evaluate(chosen).broken.is_empty() {
                let found = (0..program.atoms.len() as u32).find(is_otherwise);
                otherwise = otherwise.or(found).or(fixing.impossible);
            }
        };
        visit(program, None, 0, &mut Vec::new(), &mut look);
        prop_assert_eq!(otherwise, None);
        Ok(())
    };
    in_tiny_events(property);
    assert!(fixed.get() > 20, "only {} places were fixed in all these events", fixed.get());
}

/// Two accepted talks in a day of four slots, the first only in the afternoon, and before the second.
fn late_before(second: Speaker) -> Event {
    let day = date(2026, 10, 30);
    let mut event = Event::new("A day", "Europe/Paris");
    event.rooms = vec![Room::new("hall"), Room::new("attic")];
    event.slots = (0..4)
        .map(|i| Slot::new(format!("s{i}"), day.at(10 + i, 0, 0, 0), day.at(10 + i, 45, 0, 0)).rooms(["hall", "attic"]))
        .collect();
    event.speakers = vec![Speaker::new("late", "").available(day.at(12, 0, 0, 0), day.at(18, 0, 0, 0)), second];
    let talk = |id: &str, speaker: &str| Talk::new(id, "").minutes(45).by(speaker).status(TalkStatus::Accepted);
    event.talks = vec![talk("intro", "late"), talk("sequel", "second")];
    event.rules.push(Rule::required(Order::of(Together::sequence(["intro", "sequel"]), Relation::Before)));
    event
}

#[test]
fn a_talk_that_comes_late_leaves_only_what_is_later_to_the_one_after_it() {
    let event = late_before(Speaker::new("second", "")).check().unwrap();
    let program = Program::of(&event).unwrap();
    let fixing = program.fix();
    let left = |talk: usize| {
        let places = program.talk_atoms[talk].clone().filter(|v| fixing.fixed[*v as usize] != Some(false));
        places.map(|v| program.atoms[v as usize].slot.unwrap().0).collect::<BTreeSet<_>>()
    };
    assert_eq!((left(0), left(1)), (BTreeSet::from([2]), BTreeSet::from([3])));
}

#[test]
fn where_that_leaves_nothing_there_is_no_timetable_and_nothing_is_searched() {
    let day = date(2026, 10, 30);
    let early = Speaker::new("second", "").available(day.at(8, 0, 0, 0), day.at(12, 0, 0, 0));
    let event = late_before(early).check().unwrap();
    let answer = solve(&event, &SolveOptions::new().work_limit(0)).unwrap();
    assert_eq!(answer.status, slotwise::timetable::Status::Infeasible);
}
