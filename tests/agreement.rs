//! The program and the audit are written apart and say the same: of every timetable, valid or not.

use crate::common::{
    config,
    judge::{against, judge, places, without_zeros},
    random::{Most, Random, events, events_with_one},
    rules::Kind,
};
use proptest::{collection::vec, option, prelude::*, test_runner::TestRunner};
use slotwise::{
    CheckedEvent, TalkStatus,
    program::{Origin, Program, Var},
    rules::Spot,
};
use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

/// For each talk, which of its atoms to take, counted round and round; none to leave it out.
#[derive(Clone)]
struct Wishes(Vec<Option<u32>>);

impl fmt::Debug for Wishes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

fn wishes() -> impl Strategy<Value = Wishes> {
    vec(option::weighted(0.95, 0..840_u32), Most::SMALL.talks).prop_map(Wishes)
}

/// One atom or none a talk, never more talks at a time in a class of rooms than it has rooms.
///
/// Speakers may be in two places, accepted talks may be left out, rules may be broken.
fn choose(program: &Program, wishes: &Wishes) -> Vec<Var> {
    let mut chosen: Vec<Var> = Vec::new();
    for (range, wish) in program.talk_atoms.iter().zip(&wishes.0) {
        let Some(wish) = wish.filter(|_| !range.is_empty()) else { continue };
        chosen.push(Var(range.start + wish % range.len() as u32));
        if overfull(program, &chosen) {
            chosen.pop();
        }
    }
    chosen
}

fn overfull(program: &Program, chosen: &[Var]) -> bool {
    chosen.iter().map(|v| &program.atoms[v.at()]).any(|a| {
        let beside = chosen.iter().map(|v| &program.atoms[v.at()]).filter(|b| b.class == a.class);
        beside.filter(|b| b.busy().has(a.start)).count() > program.classes[a.class.at()].rooms.len()
    })
}

/// Gives rooms the other way round than the program does: the last free room of the class.
fn other_rooms(program: &Program, chosen: &[Var]) -> Vec<Spot> {
    let mut atoms: Vec<_> = chosen.iter().map(|v| program.atoms[v.at()]).collect();
    atoms.sort_by_key(|a| a.start);
    let mut free_from = HashMap::new();
    let mut spots = Vec::new();
    for atom in atoms {
        let rooms = program.classes[atom.class.at()].rooms.iter().rev();
        let room = rooms.copied().find(|room| free_from.get(room).is_none_or(|until| *until <= atom.start)).unwrap();
        free_from.insert(room, atom.busy_until);
        spots.push(atom.spot(room));
    }
    spots
}

/// The program's word on a choice of atoms and the audit's are the same.
fn agree(event: &CheckedEvent, wishes: &Wishes) -> Result<(), TestCaseError> {
    let program = Program::of(event).unwrap();
    let chosen = choose(&program, wishes);
    let evaluation = program.evaluate(&chosen);
    for spots in [program.give_rooms(&chosen), other_rooms(&program, &chosen)] {
        let verdict = judge(event, &spots);
        prop_assert_eq!(&without_zeros(&evaluation.values), &verdict.values, "values of {:?}", spots);
        prop_assert_eq!(evaluation.broken.is_empty(), verdict.valid(), "{:?} broken, {:?}", evaluation.broken, verdict);

        // And they say so of the same rules and talks.
        let mut by_rule = BTreeSet::new();
        for row in &evaluation.broken {
            match &program.origins[program.rows[*row as usize].origin as usize] {
                Origin::OnePlace(talk) => {
                    prop_assert_eq!(event.talk(*talk).status, TalkStatus::Accepted);
                    prop_assert!(spots.iter().all(|s| s.talk != *talk));
                }
                Origin::NeverAtOnce(talks) => {
                    let of_them: Vec<_> = spots.iter().filter(|s| talks.contains(&s.talk)).collect();
                    let meet = of_them.iter().enumerate().any(|(i, a)| of_them[i + 1..].iter().any(|b| a.meets(b)));
                    prop_assert!(meet, "{:?} do not meet in {:?}", talks, spots);
                }
                Origin::Rule { rule, .. } => drop(by_rule.insert(*rule)),
                other => prop_assert!(false, "a choice that leaves rooms alone breaks {:?}", other),
            }
        }
        prop_assert!(by_rule.is_subset(&verdict.broken), "rules {by_rule:?} by rows, {:?} by audit", verdict.broken);
        let accepted = event.talk_indices().filter(|t| event.talk(*t).status == TalkStatus::Accepted);
        for talk in accepted.filter(|t| spots.iter().all(|s| s.talk != *t)) {
            let missing =
                |row: &u32| program.origins[program.rows[*row as usize].origin as usize] == Origin::OnePlace(talk);
            prop_assert!(evaluation.broken.iter().any(missing));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn the_program_and_the_audit_agree_on_every_timetable(event in events(Most::SMALL), wishes in vec(wishes(), 4)) {
        let checked = event.checked();
        for wishes in wishes {
            agree(&checked, &wishes)?;
        }
    }

    #[test]
    fn the_atoms_of_a_talk_are_the_places_that_the_event_offers(event in events(Most::SMALL)) {
        let event = event.checked();
        let program = Program::of(&event).unwrap();
        for talk in event.talk_indices() {
            let atoms = program.talk_atoms[talk.at()].clone().map(|i| program.atoms[i as usize]);
            let spots: Vec<Spot> =
                atoms.flat_map(|a| program.classes[a.class.at()].rooms.iter().map(move |r| a.spot(*r))).collect();
            let mut offered = if event.talk(talk).status == TalkStatus::Declined { Vec::new() } else { places(&event, talk) };
            prop_assert_eq!(spots.len(), offered.len());
            offered.retain(|spot| !spots.contains(spot));
            prop_assert!(offered.is_empty(), "no atom for {:?}", offered);
        }
    }

    #[test]
    fn what_the_event_forbids_of_two_talks_breaks_a_row(event in events(Most::SMALL)) {
        let mut event = event;
        event.0.rules.clear();
        event.0.talks.iter_mut().for_each(|t| t.status = TalkStatus::Proposed);
        let event = event.checked();
        let program = Program::of(&event).unwrap();
        for (i, a) in program.atoms.iter().enumerate() {
            for (j, b) in program.atoms.iter().enumerate().filter(|(_, b)| b.talk > a.talk) {
                let allowed = program.classes[a.class.at()].rooms.iter().any(|r| {
                    program.classes[b.class.at()].rooms.iter().any(|s| against(&event, &a.spot(*r), &b.spot(*s)).is_none())
                });
                let broken = program.evaluate(&[Var(i as u32), Var(j as u32)]).broken;
                prop_assert_eq!(broken.is_empty(), allowed, "{:?} and {:?}", a, b);
            }
        }
    }
}

fn one_rule_agrees(kind: Kind) {
    let mut runner = TestRunner::new(config(500));
    let checked = |event: &Random| event.checked();
    runner
        .run(&(events_with_one(kind, Most::SMALL), vec(wishes(), 4)), |(event, wishes)| {
            wishes.iter().try_for_each(|wishes| agree(&checked(&event), wishes))
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

macro_rules! alone {
    ($($name:ident: $kind:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            one_rule_agrees(Kind::$kind);
        }
    )*};
}

alone! {
    merit_states_what_it_audits: Merit,
    count_states_what_it_audits: Count,
    balance_states_what_it_audits: Balance,
    place_states_what_it_audits: Place,
    fit_states_what_it_audits: Fit,
    clash_states_what_it_audits: Clash,
    order_states_what_it_audits: Order,
    rest_states_what_it_audits: Rest,
    plenary_states_what_it_audits: Plenary,
    keep_states_what_it_audits: Keep,
}
