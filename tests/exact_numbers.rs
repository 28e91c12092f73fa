//! Numbers at the ends of what reading takes: no sum wraps. An event is refused, or its answer is the audit's to the unit.

use crate::common::{
    config,
    random::{Most, Random, events},
};
use proptest::{collection::vec, prelude::*, sample::select};
use slotwise::{
    Amount, Audit, CheckedEvent, Event, Interest, Problems, Room, Slot, SolveError, SolveOptions, Talk, TalkStatus,
    civil::date,
    program::Program,
    rules::{Clash, ClashOf, Factored, Fit, Kind, Per, Rule, Strength},
    solve,
};

/// The largest number of people that reading takes.
const MANY: u32 = 1_000_000;

/// An amount at one end or near it.
fn extreme() -> impl Strategy<Value = Amount> {
    let near = Amount::from_thousandths(Amount::MAX.thousandths() - 1);
    let middle = [Amount::from_thousandths(1), Amount::ONE, Amount::whole(1000), Amount::whole(33_554)];
    prop_oneof![4 => Just(Amount::MAX), 1 => Just(near), 2 => select(middle.to_vec())]
}

/// Makes every number of the event extreme, and every interest one of many people.
fn stretch(event: &mut Event, amounts: &[Amount], people: &[u32], repeats: usize) {
    let mut amounts = amounts.iter().copied().cycle();
    let mut people = people.iter().copied().cycle();
    let mut amount = || amounts.next().unwrap();
    for rule in &mut event.rules {
        if let Strength::Weighted { weight, .. } = &mut rule.strength {
            *weight = amount();
            match &mut rule.kind {
                Kind::Fit(fit) => fit.empty_weight = amount(),
                Kind::Keep(keep) => {
                    (keep.time, keep.room) = (Some(amount()), Some(amount()));
                    (keep.drop, keep.add) = (Some(amount()), Some(amount()));
                }
                Kind::Clash(Clash { pairs: Some(pairs), .. }) => {
                    for pair in pairs {
                        let (Factored::Plain(a, b) | Factored::Times(a, b, _)) = pair.clone();
                        *pair = Factored::Times(a, b, amount());
                    }
                }
                _ => {}
            }
        }
    }
    for talk in &mut event.talks {
        (talk.merit, talk.audience) = (Some(amount()), people.next());
    }
    for room in &mut event.rooms {
        room.capacity = people.next();
    }
    for interest in &mut event.interests {
        interest.weight = amount();
    }
    let interests: Vec<Interest> =
        event.interests.iter().cycle().take(event.interests.len() * repeats).cloned().collect();
    event.interests = interests;
}

/// The event is refused, with the rule that is to be mended, or its answer is what the audit says.
fn refused_or_exact(event: &CheckedEvent) -> Result<bool, TestCaseError> {
    let (whole, shrunk) = (Program::of(event), Program::shrunk(event));
    prop_assert!(shrunk.is_ok() || whole.is_err(), "what is refused small is refused in full");
    let answer = match solve(event, &SolveOptions::new().threads(1).work_limit(20)) {
        Err(SolveError::TooLarge(found)) => {
            let problem = found.problem();
            prop_assert!(problem.path.starts_with("rules["), "{}", problem);
            prop_assert!(problem.wanted.contains("scaled down alike"), "{}", problem);
            return Ok(false);
        }
        answer => answer.map_err(|e| TestCaseError::fail(e.to_string()))?,
    };
    if let Some(timetable) = answer.timetable() {
        let audit = Audit::of(event, &timetable).map_err(|problems| TestCaseError::fail(problems.to_string()))?;
        prop_assert!(audit.valid);
        prop_assert_eq!(Some(audit.value), answer.value);
    }
    Ok(true)
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn an_event_of_extreme_numbers_is_refused_or_answered_exactly(
        event in events(Most::TINY),
        amounts in vec(extreme(), 1..6),
        people in vec(select(vec![0, 1, 300, MANY - 1, MANY]), 1..5),
        repeats in select(vec![1, 2, 700, 19_000]),
    ) {
        let Random(mut event) = event;
        stretch(&mut event, &amounts, &people, repeats);
        let event = event.check().unwrap();
        refused_or_exact(&event)?;
    }
}

/// Two rooms, an hour and two talks.
fn event() -> Event {
    let day = date(2026, 10, 30);
    let mut event = Event::new("Meetup", "Europe/Paris");
    event.rooms = ["a", "b"].map(|id| Room::new(id).capacity(0)).to_vec();
    event.slots.push(Slot::new("s", day.at(9, 0, 0, 0), day.at(10, 0, 0, 0)).rooms(["a", "b"]));
    event.talks = ["p", "q"].map(|id| Talk::new(id, "").minutes(30).audience(MANY).merit(Amount::MAX)).to_vec();
    event
}

fn too_large(event: Event) -> String {
    match solve(&event.check().unwrap(), &SolveOptions::new().threads(1)) {
        Err(SolveError::TooLarge(found)) => found.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn wishes_of_very_many_people_at_extreme_weights_are_refused_by_the_rule_that_weighs_them() {
    for per in [Per::Missed, Per::Pair, Per::Minute] {
        let mut event = event();
        event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
        event.interests = vec![Interest::new(["p", "q"]).weight(Amount::MAX); 18_447];
        event.rules = vec![
            Rule::weighted(Amount::ONE, Fit::new()),
            Rule::weighted(Amount::MAX, Clash::of(ClashOf::Interests).per(per)).named("Wishes"),
        ];
        let said = too_large(event);
        assert!(said.starts_with("rules[1].weight: found weights by which the rule \"Wishes\" may come to "), "{said}");
    }
}

#[test]
fn what_one_rule_gains_and_another_costs_is_not_set_off_against_each_other() {
    let mut event = event();
    let json = r#"[{"kind": "merit", "weight": 400000}, {"kind": "keep", "weight": 400000, "add": 1000000}]"#;
    event.rules = serde_json::from_str(json).unwrap();
    let said = too_large(event);
    assert!(said.contains("all rules together to 1600000000000"), "{said}");
}

#[test]
fn a_timetable_whose_costs_leave_the_range_is_no_audit_with_wrong_numbers() {
    let mut event = event();
    event.rules = vec![Rule::weighted(Amount::MAX, Fit::new())];
    let day = date(2026, 10, 30);
    let placed = |talks: &[&str]| {
        slotwise::Timetable::new(
            talks.iter().zip(["a", "b"]).map(|(t, room)| slotwise::Placement::new(*t, room, day.at(9, 0, 0, 0))),
        )
    };
    let event = event.check().unwrap();
    let refused: Problems = Audit::of(&event, &placed(&["p", "q"])).unwrap_err();
    assert!(refused.to_string().starts_with("rules[0].weight: found weights"), "{refused}");
    assert_eq!(Audit::of(&event, &placed(&["p"])).map(|audit| audit.value), Ok(-1e12));
}
