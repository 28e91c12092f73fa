//! What the search keeps up to date is what full evaluation says, after every move; and it finds what there is to find.

use super::{
    Ground, Local,
    model::{Account, Model, NONE},
    search::{Earlier, Search},
    state::{MANY, State},
};
use crate::{
    event::{Amount, Block, Event, Speaker, Talk, TalkStatus},
    program::{Fixing, Halt, Program, Var},
    rules::{
        Balance, Count, Dimension, Measure, Merit, Rest, Rule, Selection,
        testing::{grid, open, soft, talk},
    },
    solve::{
        SolveOptions,
        limits::Limits,
        parts::{Part, as_one, parts},
        progress::Watch,
        settle::{Pinned, complete},
    },
};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::{collections::BTreeMap, time::Instant};

/// Two priorities, every kind of rule, slots and openings, a room by itself and two alike.
const EVENT: &str = r#"{
  "name": "all kinds", "timezone": "Europe/Paris",
  "rooms": [{"id": "hall", "capacity": 90}, {"id": "east", "capacity": 40}, {"id": "west", "capacity": 40}],
  "blocks": [{"id": "morning", "start": "2026-10-30T09:00", "end": "2026-10-30T12:00"},
             {"id": "late", "start": "2026-10-30T12:00", "end": "2026-10-30T18:00"}],
  "slots": [{"id": "s1", "start": "2026-10-30T09:00", "end": "2026-10-30T10:00", "rooms": ["hall", "east", "west"]},
            {"id": "s2", "start": "2026-10-30T10:00", "end": "2026-10-30T11:00", "rooms": ["hall", "east", "west"]},
            {"id": "s3", "start": "2026-10-31T10:00", "end": "2026-10-31T11:00", "rooms": ["east", "west"]}],
  "openings": [{"start": "2026-10-30T13:00", "end": "2026-10-30T15:00", "every_minutes": 20, "rooms": ["hall", "east"]}],
  "speakers": [{"id": "ann", "name": "", "company": "acme", "tags": {"region": ["north"]}},
               {"id": "bob", "name": "", "company": "acme", "tags": {"region": ["south"]}},
               {"id": "eve", "name": "", "tags": {"region": ["north"]}}],
  "talks": [
    {"id": "p0", "title": "", "minutes": 40, "speakers": ["ann"], "audience": 60, "merit": 3, "tags": {"topic": ["a"]}},
    {"id": "p1", "title": "", "minutes": 40, "speakers": ["ann", "bob"], "audience": 80, "merit": 2, "tags": {"topic": ["a"]}},
    {"id": "p2", "title": "", "minutes": 60, "speakers": ["bob"], "audience": 30, "merit": 4, "tags": {"topic": ["b"]}},
    {"id": "p3", "title": "", "minutes": 30, "speakers": ["eve"], "audience": 20, "merit": 1, "tags": {"topic": ["b", "c"]}},
    {"id": "p4", "title": "", "minutes": 60, "speakers": [], "audience": 70, "merit": 2, "status": "accepted", "tags": {"topic": ["c"]}},
    {"id": "p5", "title": "", "minutes": 20, "speakers": ["eve"], "audience": 95, "merit": 3, "tags": {"topic": ["a"]}},
    {"id": "p6", "title": "", "minutes": 50, "speakers": [], "audience": 10, "merit": 1, "tags": {"topic": ["a"]}},
    {"id": "p7", "title": "", "minutes": 60, "speakers": ["ann"], "audience": 45, "merit": 5, "status": "accepted", "tags": {"topic": ["b"]}}],
  "interests": [{"talks": ["p0", "p2", "p4"], "weight": 2}, {"talks": ["p1", "p5", "p7"]}, {"talks": ["p3", "p4", "p6", "p7"]}],
  "published": [{"talk": "p4", "room": "east", "start": "2026-10-30T09:00"}, {"talk": "p6", "room": "hall", "start": "2026-10-30T13:00"}],
  "rules": [
    {"kind": "merit", "weight": 2},
    {"kind": "count", "measure": "speakers", "talks": {"speaker_tags": {"region": ["north"]}}, "min_share": 0.4, "max_share": 0.6, "weight": 3},
    {"kind": "count", "each": ["time", "tag:topic"], "measure": "talks", "max": 1, "weight": 2},
    {"kind": "count", "each": ["start"], "measure": "talks", "min": 2, "weight": 1, "priority": 2},
    {"kind": "count", "each": ["speaker"], "measure": "distinct:day", "max": 1, "weight": 2.5, "priority": 2},
    {"kind": "count", "each": ["block", "room"], "measure": "distinct:tag:topic", "max": 1, "weight": 1.5},
    {"kind": "balance", "each": ["block"], "measure": "audience", "weight": 0.01},
    {"kind": "place", "talks": {"tags": {"topic": ["b"]}}, "where": {"blocks": ["morning"]}, "want": "in", "weight": 3},
    {"kind": "fit", "weight": 0.1, "tolerance": 0.1, "empty_weight": 0.01},
    {"kind": "clash", "tag": "topic", "weight": 4},
    {"kind": "clash", "pairs": [["p2", "p7", 3], ["p0", "p4"]], "per": "minute", "weight": 0.1},
    {"kind": "clash", "interests": true, "per": "missed", "weight": 1},
    {"kind": "order", "sequence": ["p0", "p3"], "relation": "before", "min_minutes": 10, "weight": 2},
    {"kind": "order", "tag": "topic", "relation": "consecutive", "weight": 0.5, "priority": 2},
    {"kind": "rest", "minutes": 30, "room_change_minutes": 45, "weight": 2},
    {"kind": "plenary", "talks": {"ids": ["p4"]}, "weight": 4},
    {"kind": "keep", "time": 5, "room": 1, "drop": 2, "add": 2, "priority": 2},
    {"kind": "count", "each": ["day"], "measure": "talks", "max": 4, "required": true},
    {"kind": "order", "sequence": ["p7", "p2"], "relation": "same_day", "required": true}
  ]
}"#;

pub(super) fn stated() -> (Program, Fixing) {
    let event = Event::from_json(EVENT).and_then(Event::check).expect("the event is right");
    let program = Program::of(&event).expect("its weights are small");
    let fixing = program.fix();
    (program, fixing)
}

/// Units outside what must hold, as the program's rows and decided indicators say.
fn broken(program: &Program, fixing: &Fixing, part: &Part, values: &[bool]) -> i64 {
    let required = part.rows.iter().map(|i| &program.rows[*i as usize]).filter(|r| r.penalty.is_none());
    let rows: i64 = required.map(|row| row.outside(values)).sum();
    let decided = part.indicators.iter().filter_map(|v| Some((fixing.fixed[v.at()]?, program.indicator(*v)?)));
    let indicators: i64 = decided
        .map(|(is_one, indicator)| {
            let sum: i64 = indicator.terms.iter().filter(|(v, _)| values[v.at()]).map(|(_, f)| f).sum();
            if is_one { (indicator.at_least - sum).max(0) } else { (sum - indicator.at_least + 1).max(0) }
        })
        .sum();
    rows + indicators
}

/// Talks that may begin every five minutes: each pair of a speaker's has one penalty with a row for each start.
fn fine() -> (Program, Fixing) {
    let mut event = open("a b", "09:00", "12:00");
    event.openings[0].every_minutes = 5;
    event.speakers = ["ann", "bob"].map(|id| Speaker::new(id, "")).to_vec();
    event.talks = (0..6).map(|i| talk(&format!("p{i}")).by(["ann", "bob"][i % 2]).audience(10 * i as u32)).collect();
    event.rules = vec![
        soft(Rest::minutes(20)),
        soft(Rest::minutes(30).room_change(40)).priority(2),
        soft(Balance::of(Measure::Overflow, [Dimension::Time])),
    ];
    let program = Program::of(&event.check().expect("an event without problems")).expect("small weights");
    let fixing = program.fix();
    (program, fixing)
}

#[test]
fn every_move_leaves_the_worth_that_full_evaluation_finds() {
    let (program, fixing) = fine();
    let model = |part| Model::of(&program, &fixing, part, 1, &[]);
    let all = parts(&program, &fixing, Halt::NEVER).open;
    assert!(all.iter().any(|part| model(part).sharing.iter().any(|rows| rows.len() > MANY)));
    keeps_its_worth(&program, &fixing, &[(1, &[]), (2, &[1])]);
    let (program, fixing) = stated();
    keeps_its_worth(&program, &fixing, &[(1, &[]), (2, &[1])]);
}

fn keeps_its_worth(program: &Program, fixing: &Fixing, levels: &[(u32, &[u32])]) {
    let mut moves = 0;
    for part in &parts(program, fixing, Halt::NEVER).open {
        for (priority, earlier) in levels.iter().copied() {
            let pinned = Pinned { values: earlier.iter().map(|p| (*p, 0)).collect(), has_floors: false };
            let ground = Ground::of(program, fixing, part, priority, &pinned, 1);
            let model = &ground.model;
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
            let mut state = State::empty(model);
            for _ in 0..if model.talks.is_empty() { 0 } else { 1500 } {
                let talk = rng.random_range(0..model.talks.len());
                let atoms = model.talks[talk].clone();
                let atom = if rng.random_bool(0.2) { NONE } else { rng.random_range(atoms) };
                if atom != NONE && state.chosen[talk] == NONE {
                    let before = state.worth;
                    let promised = state.worth_of(atom);
                    state.put(talk as u32, atom);
                    assert_eq!(state.worth.since(before), promised, "what a change is said to be worth");
                } else {
                    state.put(talk as u32, atom);
                }
                let chosen = state.chosen.iter().filter(|a| **a != NONE).map(|a| model.atoms[*a as usize]);
                let values = complete(program, fixing, &chosen.collect::<Vec<_>>());
                let whole = part.value(program, &values);
                let at = |p: u32| whole.get(&p).copied().unwrap_or(0);
                assert_eq!(state.worth.now, at(priority));
                assert_eq!(state.worth.earlier, earlier.iter().map(|p| at(*p)).sum::<i64>());
                assert_eq!(state.worth.broken, broken(program, fixing, part, &values));
                moves += 1;
            }
        }
    }
    assert!(moves > 1000);
}

#[test]
fn rows_of_every_account_and_shape_are_searched() {
    let (program, fixing) = stated();
    let all = parts(&program, &fixing, Halt::NEVER).open;
    let part = all.iter().max_by_key(|p| p.atoms.len()).expect("there is a part");
    let pinned = Pinned { values: BTreeMap::from([(1, 0)]), has_floors: false };
    let ground = Ground::of(&program, &fixing, part, 2, &pinned, 1);
    let rows = &ground.model.rows;
    for account in [Account::Now, Account::Earlier, Account::Required] {
        assert!(rows.iter().any(|r| r.account == account), "{account:?}");
    }
    assert!(rows.iter().any(|r| r.packing) && rows.iter().any(|r| r.shared != NONE));
    assert!(!ground.model.indicators.is_empty());
    assert!(ground.model.plain.iter().any(|p| !p));
}

fn limits() -> Limits {
    Limits::new(&SolveOptions::new(), Instant::now(), Watch::new(Instant::now(), None))
}

#[test]
fn a_search_never_loses_the_best_and_says_what_it_is_worth() {
    let (program, fixing) = stated();
    for part in &parts(&program, &fixing, Halt::NEVER).open {
        let ground = Ground::of(&program, &fixing, part, 1, &Pinned::default(), 1);
        let mut local = Local::new(&ground, None, 3);
        let mut last = None;
        for _ in 0..8 {
            local.round(300, i64::MAX, &limits());
            let best = local.best().map(|(value, _)| value);
            assert!(best >= last);
            last = best;
        }
        if let Some((value, chosen)) = local.best() {
            let values = complete(&program, &fixing, &chosen);
            assert_eq!(part.worth(&program, &values).expect("what must hold holds").get(&1), Some(&value));
        }
    }
}

#[test]
fn the_same_seed_finds_the_same_timetable_and_the_limits_stop_it() {
    let (program, fixing) = stated();
    let all = parts(&program, &fixing, Halt::NEVER).open;
    let part = all.iter().max_by_key(|p| p.atoms.len()).expect("there is a part");
    let ground = Ground::of(&program, &fixing, part, 1, &Pinned::default(), 1);
    let found = |limits: &Limits| {
        let mut local = Local::new(&ground, None, 11);
        local.round(500, i64::MAX, limits);
        (local.best(), local.moves())
    };
    assert_eq!(found(&limits()), found(&limits()));
    assert!(found(&limits()).1 > 100);
    assert_eq!(found(&limits().at_most(20)).1, 20);
}

#[test]
fn only_valid_timetables_are_kept() {
    let (program, fixing) = stated();
    let all = parts(&program, &fixing, Halt::NEVER).open;
    let part = all.iter().max_by_key(|p| p.atoms.len()).expect("there is a part");
    let ground = Ground::of(&program, &fixing, part, 1, &Pinned::default(), 1);
    // Nothing is placed, and two talks must be.
    let mut search = Search::new(&ground.model, |_| true, Earlier { pinned: 0, cap: i64::MAX, floors: &[] }, 1);
    search.note();
    assert!(search.best.is_none());
}

/// Sixteen talks that must be placed in as many places: each topic twice at most at a time, and each in each half.
fn tight() -> (Program, Fixing) {
    let mut event = grid("a b", "08:00 09:00 10:00 11:00 12:00 13:00 14:00 15:00");
    let day = jiff::civil::date(2026, 10, 30);
    event.blocks = vec![
        Block::new("early", day.at(8, 0, 0, 0), day.at(12, 0, 0, 0)),
        Block::new("late", day.at(12, 0, 0, 0), day.at(16, 0, 0, 0)),
    ];
    event.talks = (0..16)
        .map(|i| {
            let talk = Talk::new(format!("p{i}"), "").minutes(30).status(TalkStatus::Accepted).merit(Amount::ONE);
            talk.tag("topic", format!("t{}", i % 8)).tag("level", format!("l{}", i / 8 % 2))
        })
        .collect();
    let each = |key: &str| [Dimension::Block, Dimension::Tag(key.into())];
    event.rules.push(Rule::required(Count::of(Measure::Talks).each(each("topic")).min(1).max(1)));
    event.rules.push(Rule::required(
        Count::of(Measure::Talks).each([Dimension::Start, Dimension::Tag("level".into())]).min(1).max(1),
    ));
    let event = event.check().expect("an event without problems");
    let program = Program::of(&event).expect("small weights");
    let fixing = program.fix();
    (program, fixing)
}

#[test]
fn a_search_that_sets_the_objective_aside_finds_what_breaks_nothing() {
    let (program, fixing) = tight();
    for seed in 0..20 {
        for part in &parts(&program, &fixing, Halt::NEVER).open {
            let ground = Ground::of(&program, &fixing, part, 1, &Pinned::default(), 1);
            let mut local = Local::new(&ground, None, seed);
            assert!(local.repair(400 * ground.talks() as u64, &limits()), "seed {seed}");
            let (_, chosen) = local.best().expect("a timetable");
            assert!(part.worth(&program, &complete(&program, &fixing, &chosen)).is_some());
        }
    }
}

#[test]
fn prices_that_breakout_raised_are_forgotten_and_broken_rows_are_listed() {
    let (program, fixing) = stated();
    for part in &parts(&program, &fixing, Halt::NEVER).open {
        let ground = Ground::of(&program, &fixing, part, 1, &Pinned::default(), 1);
        let mut state = State::empty(&ground.model);
        let broken = state.worth.broken;
        assert_eq!(state.broken().is_empty(), broken == 0);
        let rows = state.broken().len() as i64;
        state.raise_prices_of_broken();
        assert!(state.worth.broken >= broken + rows, "each is dearer by its units");
        state.put(0, ground.model.talks[0].start);
        state.put(0, NONE);
        state.reset_prices();
        assert_eq!(state.worth.broken, broken);
    }
}

#[test]
fn more_than_one_floor_asks_does_not_make_up_for_less_than_another_asks() {
    let mut event = grid("a", "09:00 10:00");
    event.talks = ["p1", "p2", "p3"].map(|id| Talk::new(id, "").minutes(30).merit(Amount::whole(5))).to_vec();
    for (id, priority) in [("p1", 1), ("p2", 2), ("p3", 3)] {
        event.rules.push(Rule::weighted(Amount::ONE, Merit::new()).talks(Selection::ids([id])).priority(priority));
    }
    let program = Program::of(&event.check().expect("an event without problems")).expect("small weights");
    let fixing = program.fix();
    let floors = Pinned::floors(BTreeMap::from([(1, 1), (2, 1)]));
    let part = as_one(&program, &fixing).open.remove(0);
    let ground = Ground::of(&program, &fixing, &part, 3, &floors, 1);
    // The sum alone would have the first talk and the third.
    let mut local = Local::new(&ground, None, 1);
    local.round(2_000, i64::MAX, &limits());
    assert!(local.best().is_none_or(|(value, _)| value == 0), "the third talk has no place beside the first two");
    // The first two talks are kept, whatever the search comes by.
    let of = |talk: u32| (0..program.atoms.len() as u32).filter(move |at| *at / 2 == talk).map(Var);
    let both: Vec<[Var; 2]> = of(0).flat_map(|first| of(1).map(move |second| [first, second])).collect();
    let kept = both.iter().filter(|begin| {
        let mut local = Local::new(&ground, Some(&begin[..]), 1);
        local.round(2_000, i64::MAX, &limits());
        local.best().is_some_and(|(value, chosen)| value == 0 && chosen.len() == 2)
    });
    assert_eq!((both.len(), kept.count()), (4, 4));
}

#[test]
fn a_beginning_that_breaks_nothing_is_compared_with_what_is_built_from_nothing() {
    let mut event = grid("a", "09:00");
    event.talks =
        [4, 5].map(|merit| Talk::new(format!("p{merit}"), "").minutes(30).merit(Amount::whole(merit))).to_vec();
    event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    let program = Program::of(&event.check().expect("an event without problems")).expect("small weights");
    let fixing = program.fix();
    let part = as_one(&program, &fixing).open.remove(0);
    let ground = Ground::of(&program, &fixing, &part, 1, &Pinned::default(), 1);
    let best = |begin: Option<&[Var]>| Local::new(&ground, begin, 1).best().map(|(value, _)| value);
    assert_eq!((best(Some(&[Var(0)])), best(None)), (Some(5000), Some(5000)));
}
