//! Events whose places are generated on demand: what is claimed of them is what writing every place out would show.

use crate::common::{
    config,
    judge::{judge, without_zeros},
    random::{Most, Random, events, events_with_one},
    rules::Kind,
};
use proptest::{collection::vec, prelude::*};
use slotwise::{
    Amount, CheckedEvent, Event, Opening, Room, Slot, SolveOptions, Talk,
    civil::date,
    event::{TalkIx, TalkStatus::Accepted},
    program::{Atom, Crowd, Outline, Outlined, Program, Var},
    rules::{Count, Dimension, Measure, Merit, Order, Relation, Rule, Together},
    solve,
    timetable::{Status, StoppedBy},
};
use std::collections::{BTreeMap, BTreeSet};

/// The places of the event as the program writes them out: room lists instead of classes.
fn written_out(program: &Program, talk: TalkIx) -> BTreeSet<(i64, i64, i64, Option<u32>, u32)> {
    let atoms =
        &program.atoms[program.talk_atoms[talk.at()].start as usize..program.talk_atoms[talk.at()].end as usize];
    atoms.iter().map(key).collect()
}

fn key(atom: &Atom) -> (i64, i64, i64, Option<u32>, u32) {
    (atom.start, atom.end, atom.busy_until, atom.slot.map(|s| s.0), atom.class.0)
}

/// One atom or none a talk, by `wishes`.
fn choose(program: &Program, wishes: &[u32]) -> Vec<Var> {
    let ranges = program.talk_atoms.iter().zip(wishes).filter(|(range, wish)| !range.is_empty() && *wish % 20 != 0);
    ranges.map(|(range, wish)| Var(range.start + wish % range.len() as u32)).collect()
}

/// What the outline says of a choice: thousandths by priority, and whether it forbids it.
fn outlined(outline: &Outline<'_>, program: &Program, chosen: &[Var]) -> (BTreeMap<u32, i64>, bool) {
    let atoms: Vec<&Atom> = chosen.iter().map(|v| &program.atoms[v.at()]).collect();
    let time_of =
        |atom: &Atom| outline.places.times.iter().position(|t| t.atom(atom.talk, atom.class) == *atom).unwrap() as u32;
    let mut values = BTreeMap::new();
    for (priority, level) in &outline.levels {
        let value: &mut i64 = values.entry(*priority).or_default();
        for atom in &atoms {
            *value += level.in_class(atom.talk, atom.class, outline.places.classes.len());
            *value += level.by_time(atom.talk).map_or(0, |times| times[time_of(atom) as usize]);
        }
        *value -= level.crowds.iter().map(|crowd| charged(crowd, &atoms)).sum::<i64>();
    }
    let barred = |a: &&Atom| !outline.allows_class(a.talk, a.class) || !outline.allows_time(a.talk, time_of(a));
    let together = |talks: &Vec<TalkIx>| {
        let on: Vec<&&Atom> = atoms.iter().filter(|a| talks.contains(&a.talk)).collect();
        on.iter().enumerate().any(|(i, a)| on[i + 1..].iter().any(|b| a.talk != b.talk && a.span().overlaps(b.span())))
    };
    (values, atoms.iter().any(barred) || outline.apart.iter().any(together))
}

fn charged(crowd: &Crowd, atoms: &[&Atom]) -> i64 {
    let on: Vec<&&Atom> = atoms.iter().filter(|a| crowd.talks.contains(&a.talk)).collect();
    let meeting = |a: &Atom, b: &Atom| a.span().overlaps(b.span());
    let units = match crowd.crowding {
        slotwise::program::Crowding::Pairs => {
            on.iter().enumerate().map(|(i, a)| on[i + 1..].iter().filter(|b| meeting(a, b)).count()).sum::<usize>()
        }
        // Those who meet start together: all but the first of each start.
        slotwise::program::Crowding::AllButOne => on.len() - on.iter().map(|a| a.start).collect::<BTreeSet<_>>().len(),
        other => panic!("no charge is known of {other:?}"),
    };
    crowd.price * units as i64
}

/// Whether a choice breaks what a rule or a speaker requires: rooms and numbers of places aside.
fn forbidden(program: &Program, broken: &[u32]) -> bool {
    use slotwise::program::Origin;
    let origin = |row: &u32| &program.origins[program.rows[*row as usize].origin as usize];
    broken.iter().any(|row| !matches!(origin(row), Origin::OnePlace(_) | Origin::OneTalkARoom(_)))
}

/// Whether a choice gives a room to two talks at once.
fn crowded(program: &Program, broken: &[u32]) -> bool {
    use slotwise::program::Origin;
    broken
        .iter()
        .any(|row| matches!(program.origins[program.rows[*row as usize].origin as usize], Origin::OneTalkARoom(_)))
}

fn outline(event: &CheckedEvent) -> Outline<'_> {
    Outline::begin(event).rules().unwrap()
}

fn outlines_as_it_states(event: &Random, wishes: &[u32]) -> Result<(), TestCaseError> {
    let event = event.checked();
    let (outline, program) = (outline(&event), Program::of(&event).unwrap());
    // Of two talks at once in one room, the program need not say more than that.
    let mut chosen = Vec::new();
    for wish in choose(&program, wishes) {
        chosen.push(wish);
        if crowded(&program, &program.evaluate(&chosen).broken) {
            chosen.pop();
        }
    }
    let evaluation = program.evaluate(&chosen);
    let (values, forbids) = outlined(&outline, &program, &chosen);
    let forbidden = forbidden(&program, &evaluation.broken);
    match outline.holds {
        Outlined::All => {
            prop_assert_eq!(without_zeros(&values), without_zeros(&evaluation.values));
            prop_assert_eq!(forbids, forbidden);
        }
        Outlined::AllButCosts => {
            prop_assert!(forbidden || !forbids);
            for (priority, value) in &evaluation.values {
                prop_assert!(values.get(priority).copied().unwrap_or(0) >= *value, "priority {priority}");
            }
        }
        _ => return Err(TestCaseError::fail("a built-in rule of which nothing is known")),
    }
    Ok(())
}

/// Claims of an answer found on demand, against the proven answer of the whole program.
fn is_true(event: &CheckedEvent, seconds: u64) -> Result<(), TestCaseError> {
    let limit = std::time::Duration::from_secs(seconds);
    let exact = solve(event, &SolveOptions::new().outlined(false)).unwrap();
    prop_assert!(exact.is_proven());
    let answer = solve(event, &SolveOptions::new().written_out(0).time_limit(limit)).unwrap();
    match (exact.value, answer.value) {
        (None, Some(_)) => return Err(TestCaseError::fail("a timetable where there is none")),
        (None, None) => prop_assert!(matches!(answer.status, Status::Infeasible | Status::Unknown)),
        (Some(_), None) => prop_assert_eq!(answer.status, Status::Unknown),
        (Some(_), Some(_)) => {
            let timetable = answer.timetable().unwrap();
            prop_assert!(judge(event, timetable.resolve(event).unwrap().spots()).valid());
        }
    }
    let first =
        |a: &slotwise::Answer| a.priorities.first().map_or((a.value, a.bound), |l| (Some(l.value), Some(l.bound)));
    if let ((Some(best), _), (value, Some(bound))) = (first(&exact), first(&answer)) {
        // Without a timetable, the bound is of all priorities together.
        if value.is_some() || exact.priorities.is_empty() {
            prop_assert!(bound >= best, "a bound of {bound}, below {best}");
        }
        prop_assert!(value.is_none_or(|value| value <= best), "{value:?} is above {best}");
        if answer.status == Status::Optimal {
            prop_assert_eq!(value, Some(best));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_places_generated_are_those_that_would_be_written_out(event in events(Most::SMALL)) {
        let event = event.checked();
        let (outline, program) = (Outline::begin(&event), Program::of(&event).unwrap());
        prop_assert_eq!(&outline.places.classes, &program.classes);
        prop_assert_eq!(outline.places.count(), program.atoms.len() as u64);
        for talk in event.talk_indices() {
            let generated: Vec<Atom> = outline.places.atoms(talk).collect();
            prop_assert_eq!(generated.iter().map(key).collect::<BTreeSet<_>>(), written_out(&program, talk));
        }
    }

    #[test]
    fn an_outline_says_what_the_program_says(event in events(Most::SMALL), wishes in vec(any::<u32>(), 7)) {
        outlines_as_it_states(&event, &wishes)?;
    }

    #[test]
    fn so_it_does_of_merit(event in events_with_one(Kind::Merit, Most::SMALL), wishes in vec(any::<u32>(), 7)) {
        outlines_as_it_states(&event, &wishes)?;
    }

    #[test]
    fn so_it_does_of_fit(event in events_with_one(Kind::Fit, Most::SMALL), wishes in vec(any::<u32>(), 7)) {
        outlines_as_it_states(&event, &wishes)?;
    }

    #[test]
    fn so_it_does_of_place(event in events_with_one(Kind::Place, Most::SMALL), wishes in vec(any::<u32>(), 7)) {
        outlines_as_it_states(&event, &wishes)?;
    }

    #[test]
    fn so_it_does_of_clash(event in events_with_one(Kind::Clash, Most::SMALL), wishes in vec(any::<u32>(), 7)) {
        outlines_as_it_states(&event, &wishes)?;
    }
}

/// What an outline settles is what the whole program finds; what it does not settle is left to the program.
fn is_as_good(event: &CheckedEvent) -> Result<(), TestCaseError> {
    let answer = |outlined: bool| solve(event, &SolveOptions::new().outlined(outlined)).unwrap();
    let (sketched, stated) = (answer(true), answer(false));
    prop_assert!(stated.is_proven());
    prop_assert_eq!(sketched.status, stated.status);
    prop_assert_eq!((sketched.value, sketched.bound), (stated.value, stated.bound));
    prop_assert_eq!(sketched.priorities, stated.priorities);
    Ok(())
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn sketching_first_changes_no_value(event in events(Most::SMALL)) {
        is_as_good(&event.checked())?;
    }

    #[test]
    fn nor_does_it_of_fit(event in events_with_one(Kind::Fit, Most::SMALL)) {
        is_as_good(&event.checked())?;
    }

    #[test]
    fn nor_does_it_of_clash(event in events_with_one(Kind::Clash, Most::SMALL)) {
        is_as_good(&event.checked())?;
    }

    #[test]
    fn nothing_found_on_demand_is_better_than_it_says_or_than_there_is(event in events(Most::SMALL)) {
        is_true(&event.checked(), 5)?;
    }

    #[test]
    fn so_it_is_of_fit(event in events_with_one(Kind::Fit, Most::SMALL)) {
        is_true(&event.checked(), 5)?;
    }

    #[test]
    fn so_it_is_of_clash(event in events_with_one(Kind::Clash, Most::SMALL)) {
        is_true(&event.checked(), 5)?;
    }

    #[test]
    fn the_same_event_gives_the_same_answer_on_any_number_of_threads(event in events(Most::SMALL)) {
        let event = event.checked();
        let placements = |threads: usize| {
            let options = SolveOptions::new().written_out(0).threads(threads).work_limit(50);
            solve(&event, &options).unwrap().placements
        };
        let first = placements(1);
        prop_assert_eq!(&placements(2), &first);
        prop_assert_eq!(&placements(1), &first);
    }
}

#[test]
fn what_reaches_the_bound_and_breaks_a_rule_is_neither_an_answer_nor_a_proof() {
    let order = |a: &str, b: &str| {
        let pair = Order::of(Together::sequence([a, b]), Relation::Before);
        Rule::required(pair)
    };
    let mut event = Event::new("A circle", "Europe/Paris");
    event.rooms.push(Room::new("hall"));
    for hour in [9, 10, 11] {
        let at = |minute| date(2026, 10, 30).at(hour, minute, 0, 0);
        event.slots.push(Slot::new(format!("s{hour}"), at(0), at(45)).rooms(["hall"]));
    }
    event.talks = ["a", "b"].map(|id| Talk::new(id, "").minutes(45).status(Accepted)).to_vec();
    event.rules = vec![order("a", "b"), order("b", "a")];
    let answer = solve(&event.check().unwrap(), &SolveOptions::new().written_out(0)).unwrap();
    assert_eq!((answer.status, answer.value), (Status::Unknown, None));
    assert_eq!(answer.stopped_by, StoppedBy::Work);
}

#[test]
fn rules_that_an_outline_does_not_hold_have_most_of_the_work() {
    let mut event = Event::new("Subjects apart", "Europe/Paris");
    let rooms: Vec<String> = (0..8).map(|room| format!("r{room}")).collect();
    event.rooms = rooms.iter().map(|room| Room::new(room.as_str())).collect();
    let at = |hour| date(2026, 10, 30).at(hour, 0, 0, 0);
    event.openings.push(Opening::new(at(9), at(18), 5).rooms(rooms.iter().map(String::as_str)));
    let talk = |i: u32| {
        let talk = Talk::new(format!("p{i}"), "").minutes(30).merit(Amount::whole(1 + i % 3));
        talk.tag("subject", format!("s{}", i % 4))
    };
    event.talks = (0..200).map(talk).collect();
    let apart = Count::of(Measure::Talks).each([Dimension::Time, Dimension::Tag("subject".into())]).max(1);
    event.rules = vec![Rule::weighted(Amount::ONE, Merit::new()), Rule::weighted(Amount::whole(9), apart)];
    let options = SolveOptions::new().written_out(0).work_limit(100);
    let answer = solve(&event.check().unwrap(), &options).unwrap();
    // At most four subjects at a time leave places for seventy talks; to place all of them costs more than they gain.
    assert!(answer.value > Some(60.0), "{:?}", answer.value);
}
