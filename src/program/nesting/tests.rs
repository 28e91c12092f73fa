//! Claims about nested rooms: which places go, when none do, and that the answer stays what it was.

use super::*;
use crate::{
    event::{Amount, CheckedEvent, Event, Opening, Room, Slot, Status, Talk, TalkIx},
    rules::{Clash, ClashOf, Count, Dimension, Fit, Measure, Merit, Place, Placed, Rule, Selection, Where},
    solve::{SolveOptions, Watch, solve_stated},
    timetable::{Answer, Audit},
};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use std::time::Instant;

fn at(hour: usize) -> DateTime {
    date(2026, 10, 30).at(hour as i8, 0, 0, 0)
}

/// Rooms of these capacities, so many hours, and talks of these audiences.
fn event(capacities: &[u32], hours: usize, audiences: &[u32]) -> Event {
    let mut event = Event::new("nested", "Europe/Paris");
    event.rooms = capacities.iter().enumerate().map(|(i, c)| Room::new(format!("r{i}")).capacity(*c)).collect();
    for hour in 9..9 + hours {
        let rooms = event.rooms.iter().map(|r| r.id.clone());
        event.slots.push(Slot::new(format!("h{hour}"), at(hour), at(hour + 1)).rooms(rooms));
    }
    let talk = |(i, audience): (usize, &u32)| {
        Talk::new(format!("t{i}"), "").minutes(60).audience(*audience).status(Status::Accepted)
    };
    event.talks = audiences.iter().enumerate().map(talk).collect();
    // Nobody has a theme, but now starts are told apart.
    let clash = Clash::of(ClashOf::Tag("theme".into()));
    event.rules = vec![Rule::weighted(Amount::ONE, Fit::new()), Rule::weighted(Amount::ONE, clash)];
    event
}

fn checked(event: &Event) -> CheckedEvent {
    event.clone().check().expect("an event without problems")
}

fn shrunk(event: &Event) -> Program {
    Program::shrunk(&checked(event)).expect("small weights")
}

/// How many places there are as stated and as shrunk.
fn atoms(event: &Event) -> (usize, usize) {
    (Program::of(&checked(event)).expect("small weights").atoms.len(), shrunk(event).atoms.len())
}

fn answer(event: &CheckedEvent, program: &Program) -> Answer {
    let watch = Watch::new(Instant::now(), None);
    let answer = solve_stated(event, program, None, &SolveOptions::new().threads(1), &watch).expect("an answer");
    assert!(answer.is_proven() || answer.value.is_none());
    answer
}

#[test]
fn a_talk_has_no_place_in_a_larger_room_than_one_that_it_is_content_with() {
    let event = event(&[10, 20, 30], 2, &[5, 15, 25, 35]);
    assert_eq!(atoms(&event), (4 * 3 * 2, (1 + 2 + 3 + 3) * 2));
    let pass = shrunk(&event).passes.pop().expect("a pass");
    assert_eq!((pass.name.as_str(), pass.atoms_before, pass.atoms_after), ("nested rooms", Some(24), Some(18)));
}

#[test]
fn talks_that_chose_one_small_room_are_given_larger_ones() {
    let event = checked(&event(&[10, 20, 30], 1, &[5, 5, 5]));
    let program = Program::shrunk(&event).expect("small weights");
    assert_eq!(program.atoms.len(), 3);
    let chosen = [Var(0), Var(1), Var(2)];
    assert!(program.evaluate(&chosen).broken.is_empty());
    assert_eq!(program.raised(&chosen), chosen);
    let audit = Audit::of_placed(&event, &Placed::new(&event, program.give_rooms(&chosen)));
    assert!(audit.valid);
}

#[test]
fn more_talks_than_larger_rooms_hold_are_too_many() {
    let program = shrunk(&event(&[10, 20], 2, &[15, 15, 5]));
    let (small, large) = (|talk: u32| Var(talk * 4), |talk: u32| Var(talk * 4 + 1));
    assert_eq!(program.talk_atoms[1], 4..8, "two places an hour for who fills the larger room");
    let full = |chosen: &[Var]| {
        let seats =
            |i: &u32| matches!(program.origins[program.rows[*i as usize].origin as usize], Origin::OneTalkARoom(_));
        program.evaluate(chosen).broken.iter().any(seats)
    };
    assert!(full(&[large(0), large(1)]));
    assert!(full(&[large(0), small(1), small(2)]));
    assert!(!full(&[small(0), small(1)]));
}

#[test]
fn a_talk_that_sits_better_than_it_chose_has_chosen_so() {
    let event = checked(&event(&[10, 20], 1, &[5, 15]));
    let program = Program::shrunk(&event).expect("small weights");
    let chosen = [program.talk_atoms[0].start, program.talk_atoms[1].start].map(Var);
    assert_eq!(program.evaluate(&chosen).values[&1], -5000);
    let raised = program.raised(&chosen);
    assert_eq!(program.evaluate(&raised).values[&1], 0);
    let audit = Audit::of_placed(&event, &Placed::new(&event, program.give_rooms(&raised)));
    assert_eq!((audit.valid, audit.value), (true, 0.0));
}

#[test]
fn rooms_stay_apart_where_a_larger_one_costs_or_is_told_apart() {
    let mut costly = event(&[10, 20], 2, &[5, 18, 5]);
    costly.rules[0] = Rule::weighted(Amount::ONE, Fit::new().empty_weight(Amount::ONE));
    assert_eq!(atoms(&costly), (12, 12));
    let mut seen = event(&[10, 20], 2, &[5, 15, 5]);
    seen.rules.push(Rule::weighted(Amount::ONE, Count::of(Measure::Talks).each([Dimension::Room]).max(1)));
    assert_eq!(atoms(&seen), (12, 12));
    let mut needed = event(&[10, 20], 2, &[5, 15, 5]);
    needed.rooms[0].tags.insert("has", "piano");
    needed.talks[2] = needed.talks[2].clone().needs("has", "piano");
    assert_eq!(atoms(&needed), (10, 10), "one talk can be in the smaller room only");
    needed.rooms[1].tags.insert("has", "piano");
    assert_eq!(atoms(&needed), (12, 8));
}

#[test]
fn rooms_stay_apart_where_talks_overlap() {
    let mut event = event(&[10, 20], 0, &[5, 5, 15]);
    event.openings = vec![Opening::new(at(9), at(12), 60).rooms(["r0", "r1"])];
    assert_eq!(atoms(&event), (18, (1 + 1 + 2) * 3), "hours on the hour");
    event.openings = vec![Opening::new(at(9), at(12), 30).rooms(["r0", "r1"])];
    assert_eq!(atoms(&event), (30, 30));
}

/// What a random placement is made of.
#[derive(Clone, Debug)]
struct Dice {
    rooms: Vec<(u32, bool)>,
    hours: usize,
    opening: bool,
    talks: Vec<(u32, bool, bool, usize)>,
    rules: Vec<(usize, usize, u32, u32)>,
}

fn dice() -> impl Strategy<Value = Dice> {
    let rooms = proptest::collection::vec((1..6_u32, prop::bool::weighted(0.3)), 2..5);
    let talk = (0..60_u32, prop::bool::weighted(0.7), prop::bool::weighted(0.2), 0..3_usize);
    let talks = proptest::collection::vec(talk, 2..7);
    let rules = proptest::collection::vec((0..8_usize, 0..6_usize, 1..9_u32, 1..3_u32), 0..4);
    (rooms, 1..4_usize, prop::bool::weighted(0.3), talks, rules)
        .prop_map(|(rooms, hours, opening, talks, rules)| Dice { rooms, hours, opening, talks, rules })
}

impl Dice {
    fn event(&self) -> Event {
        let capacities: Vec<u32> = self.rooms.iter().map(|(tens, _)| tens * 10).collect();
        let audiences: Vec<u32> = self.talks.iter().map(|talk| talk.0).collect();
        let mut event = event(&capacities, self.hours, &audiences);
        if self.opening {
            event.slots.clear();
            let rooms = event.rooms.iter().map(|r| r.id.clone());
            event.openings.push(Opening::new(at(9), at(9 + self.hours), 60).rooms(rooms));
        }
        for (room, (_, piano)) in event.rooms.iter_mut().zip(&self.rooms) {
            if *piano {
                room.tags.insert("has", "piano");
            }
        }
        for (talk, (_, accepted, piano, theme)) in event.talks.iter_mut().zip(&self.talks) {
            talk.status = if *accepted { Status::Accepted } else { Status::Proposed };
            talk.merit = Some(Amount::whole(7));
            talk.tags.insert("theme", format!("{theme}"));
            if *piano {
                talk.needs.insert("has", "piano");
            }
        }
        event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
        for (what, which, weight, priority) in &self.rules {
            let talk = Selection::ids([event.talks[which % event.talks.len()].id.clone()]);
            let room = format!("r{}", which % event.rooms.len());
            let soft = |rule: Rule| rule.priority(*priority);
            let weight = Amount::whole(*weight);
            event.rules.push(match what {
                0 => soft(Rule::weighted(weight, Clash::of(ClashOf::Tag("theme".into())))),
                1 => soft(Rule::weighted(weight, Place::outside(Where::rooms([room])))).talks(talk),
                2 => soft(Rule::weighted(weight, Place::within(Where::room_tag("has", ["piano"])))),
                3 => {
                    soft(Rule::weighted(Amount::from_thousandths(10), Fit::new().empty_weight(Amount::ONE))).talks(talk)
                }
                4 => Rule::required(Fit::new()).talks(talk),
                5 => soft(Rule::weighted(weight, Count::of(Measure::Talks).each([Dimension::Start]).max(2))),
                6 => soft(Rule::weighted(weight, Count::of(Measure::Distinct(Dimension::Room)).max(2))),
                _ => Rule::required(Clash::of(ClashOf::Tag("theme".into()))).talks(talk),
            });
        }
        event
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_nested_is_worth_what_is_stated(dice in dice()) {
        let event = checked(&dice.event());
        let levels = |program: &Program| {
            let answer = answer(&event, program);
            (answer.value, answer.priorities.iter().map(|level| level.value).collect::<Vec<_>>())
        };
        let stated = levels(&Program::of(&event).expect("small weights"));
        let shrunk = levels(&Program::shrunk(&event).expect("small weights"));
        prop_assert_eq!(stated, shrunk);
    }

    #[test]
    fn every_choice_that_the_rows_allow_is_given_seats(dice in dice(), picks in proptest::collection::vec(0..64_usize, 7)) {
        let event = checked(&dice.event());
        let program = Program::shrunk(&event).expect("small weights");
        let mut chosen = Vec::new();
        for (talk, pick) in TalkIx::all(event.talks().len()).zip(picks) {
            let atoms = program.talk_atoms[talk.at()].clone();
            if !atoms.is_empty() {
                chosen.push(Var(atoms.start + pick as u32 % atoms.len() as u32));
            }
        }
        let seats = |i: &u32| matches!(
            program.origins[program.rows[*i as usize].origin as usize], Origin::OneTalkARoom(_));
        if program.evaluate(&chosen).broken.iter().any(|i| seats(i)) {
            return Ok(());
        }
        let raised = program.raised(&chosen);
        let before = program.evaluate(&chosen);
        let after = program.evaluate(&raised);
        prop_assert!(after.values.iter().all(|(priority, value)| *value >= before.values[priority]));
        let placed = Placed::new(&event, program.give_rooms(&raised));
        let audit = Audit::of_placed(&event, &placed);
        let nonzero = |values: &BTreeMap<u32, i64>| values.iter().filter(|(_, v)| **v != 0).map(|(p, v)| (*p, *v)).collect::<Vec<_>>();
        prop_assert_eq!(nonzero(&audit.values), nonzero(&after.values));
        prop_assert_eq!(audit.valid, after.broken.is_empty());
    }
}
