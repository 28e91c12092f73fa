//! Rules by other hands: what they promise is tested in public, and a promise that is broken is found out.

use crate::common::{
    config,
    random::{Most, events_with_one},
    rules::Kind,
};
use proptest::{prelude::*, test_runner::TestRunner};
use slotwise::{
    Amount, Block, CheckedEvent, Event, Room, Slot, SolveError, SolveOptions, Talk, TalkStatus,
    civil::date,
    program::{Draft, Sum},
    rules::{
        AgreementError, Finding, Method, Mismatch, Placed, RoomsSeen, Rule, RuleKind, Scope, Spot, TimesSeen,
        check_agreement,
    },
    solve,
};

/// Talks are kept out of a room, or out of a start.
#[derive(Clone, Debug)]
struct Avoid {
    what: What,
    /// How much more a talk costs in the statement than in the audit.
    overcharged: i64,
    /// What it says of rooms and times; none: nothing.
    rooms: Option<RoomsSeen>,
    times: Option<TimesSeen>,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Room(&'static str),
    Hour(i8),
}

impl Avoid {
    fn the(what: What) -> Self {
        Self { what, overcharged: 0, rooms: None, times: None }
    }

    fn is_against(&self, scope: &Scope<'_>, spot: &Spot) -> bool {
        match self.what {
            What::Room(id) => scope.event().find_room(id) == Some(spot.room),
            What::Hour(hour) => scope.event().civil(spot.start).datetime().hour() == hour,
        }
    }
}

impl RuleKind for Avoid {
    fn kind(&self) -> &'static str {
        "avoid"
    }

    fn rooms_seen(&self, scope: &Scope<'_>) -> RoomsSeen {
        self.rooms.clone().unwrap_or_else(|| Silent.rooms_seen(scope))
    }

    fn times_seen(&self, scope: &Scope<'_>) -> TimesSeen {
        self.times.clone().unwrap_or_else(|| Silent.times_seen(scope))
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let against = placed.of(scope.talks()).filter(|spot| self.is_against(scope, spot));
        against.map(|spot| Finding::against(1, scope.price(), vec![spot.talk])).collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in scope.talks() {
            let against: Vec<_> = draft.atoms(*talk).filter(|v| self.is_against(scope, &draft.spot(*v))).collect();
            let price = scope.price() + self.overcharged;
            let charge = draft.charge_price(scope, price, Vec::new(), vec![*talk]);
            draft.at_most(charge, Sum::each(against), 0);
        }
    }
}

/// A rule that says nothing of rooms and times.
#[derive(Clone, Debug)]
struct Silent;

impl RuleKind for Silent {
    fn kind(&self) -> &'static str {
        "silent"
    }

    fn audit(&self, _: &Scope<'_>, _: &Placed<'_>) -> Vec<Finding> {
        Vec::new()
    }

    fn state(&self, _: &Scope<'_>, _: &mut Draft<'_>) {}
}

/// Two rooms that are alike and two hours of one morning; as many accepted talks as there are places, so that no room and no
/// hour is left out.
fn event() -> Event {
    let day = date(2026, 10, 30);
    let mut event = Event::new("Meetup", "Europe/Paris");
    event.rooms = ["a", "b"].map(Room::new).to_vec();
    event.blocks = vec![Block::new("morning", day.at(8, 0, 0, 0), day.at(12, 0, 0, 0))];
    let slot = |hour| Slot::new(format!("s{hour}"), day.at(hour, 0, 0, 0), day.at(hour, 30, 0, 0)).rooms(["a", "b"]);
    event.slots = [9, 10].map(slot).to_vec();
    event.talks = ["p", "q", "r", "s"].map(|id| Talk::new(id, "").minutes(30).status(TalkStatus::Accepted)).to_vec();
    event
}

fn with(rule: Avoid) -> CheckedEvent {
    let rule = Rule::<Avoid>::weighted(Amount::ONE, rule).named("avoid it");
    event().check().unwrap().with_rule(&rule).unwrap()
}

fn mismatch(rule: Avoid) -> Mismatch {
    match check_agreement(&with(rule), 200, 1) {
        Err(AgreementError::Mismatch(mismatch)) => *mismatch,
        other => panic!("a wrong rule passed: {other:?}"),
    }
}

/// What the solver says of an answer on which rule and audit differ.
fn disagreement(rule: Avoid) -> String {
    match solve(&with(rule), &SolveOptions::new().threads(1)) {
        Err(error @ SolveError::Disagreement(_)) => error.to_string(),
        other => panic!("a wrong rule was believed: {other:?}"),
    }
}

#[test]
fn a_rule_that_says_nothing_of_rooms_and_times_sees_each() {
    for what in [What::Room("a"), What::Room("b"), What::Hour(9), What::Hour(10)] {
        let event = with(Avoid::the(what));
        assert_eq!(check_agreement(&event, 200, 1), Ok(()), "{what:?}");
        let answer = solve(&event, &SolveOptions::new().threads(1)).unwrap();
        assert_eq!(answer.value, Some(-2.0), "{what:?}");
    }
}

#[test]
fn a_rule_that_states_another_cost_than_it_audits_is_caught() {
    let wrong = Avoid { overcharged: 500, ..Avoid::the(What::Room("b")) };
    let found = mismatch(wrong.clone());
    assert_eq!((found.rule.as_str(), found.position, found.look_at), ("avoid it", 0, Method::State));
    assert_eq!((found.audited.thousandths, found.stated.thousandths), (-1000, -1500));
    assert_eq!(found.timetable.placements.len(), 1, "as few talks as show it");
    let said = disagreement(wrong);
    assert!(said.contains("the rule \"avoid it\"") && said.contains("look at its `state`"), "{said}");
}

#[test]
fn a_rule_that_sees_rooms_and_says_that_it_does_not_is_caught() {
    let wrong = Avoid { rooms: Some(RoomsSeen::Ignored), ..Avoid::the(What::Room("b")) };
    assert_eq!(mismatch(wrong.clone()).look_at, Method::RoomsSeen);
    let said = disagreement(wrong);
    assert!(said.contains("the rule \"avoid it\"") && said.contains("look at its `rooms_seen`"), "{said}");
    let attributes = Avoid { rooms: Some(RoomsSeen::Attributes), ..Avoid::the(What::Room("b")) };
    assert_eq!(mismatch(attributes).look_at, Method::RoomsSeen, "the rooms are alike in all but their names");
}

#[test]
fn a_rule_that_sees_starts_and_says_that_it_does_not_is_caught() {
    let wrong = Avoid { times: Some(TimesSeen::Blocks), ..Avoid::the(What::Hour(10)) };
    assert_eq!(mismatch(wrong.clone()).look_at, Method::TimesSeen);
    let said = disagreement(wrong);
    assert!(said.contains("the rule \"avoid it\"") && said.contains("look at its `times_seen`"), "{said}");
}

#[test]
fn a_rule_that_says_truly_what_it_does_not_see_passes() {
    let of_rooms = Avoid { times: Some(TimesSeen::Blocks), ..Avoid::the(What::Room("b")) };
    let of_times = Avoid { rooms: Some(RoomsSeen::Ignored), ..Avoid::the(What::Hour(10)) };
    for rule in [of_rooms, of_times] {
        assert_eq!(check_agreement(&with(rule), 200, 1), Ok(()));
    }
}

#[test]
fn the_same_seed_tries_the_same_timetables() {
    let wrong = || Avoid { overcharged: 1, ..Avoid::the(What::Room("b")) };
    assert_eq!(mismatch(wrong()), mismatch(wrong()));
}

#[test]
fn every_built_in_rule_states_what_it_audits() {
    for kind in Kind::ALL {
        let mut runner = TestRunner::new(config(60));
        runner
            .run(&(events_with_one(kind, Most::SMALL), any::<u64>()), |(event, seed)| {
                let checked = check_agreement(&event.checked(), 30, seed);
                prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{kind:?}: {failure}"));
    }
}
