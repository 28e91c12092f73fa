//! A rule of the embedding code's own, through the trait that the built-in rules implement.
//!
//! This conference has a tradition: the talk before lunch is a light one. Each room pays for a last morning talk that is
//! tagged as heavy.
//!
//! ```sh
//! cargo run --example own_rule
//! ```

use slotwise::{
    Amount, Event, Room, Slot, SolveOptions, Talk,
    civil::date,
    program::{Draft, Sum},
    rules::{Check, Finding, Merit, Placed, RoomsSeen, Rule, RuleKind, Scope, Spot, TimesSeen, check_agreement},
    solve,
};
use std::error::Error;

/// No selected talk starts in the hours before noon that are kept for light ones.
#[derive(Clone, Debug)]
struct LightBeforeLunch {
    /// From this hour on, up to noon, talks are to be light.
    from_hour: i8,
}

impl LightBeforeLunch {
    /// Whether a selected talk is in a place where only light ones should be.
    fn is_against(&self, scope: &Scope<'_>, spot: &Spot) -> bool {
        let start = scope.event().civil(spot.start).datetime();
        (self.from_hour..12).contains(&start.hour())
    }
}

impl RuleKind for LightBeforeLunch {
    fn kind(&self) -> &'static str {
        "light_before_lunch"
    }

    fn check(&self, check: &mut Check<'_>) {
        if !(0..12).contains(&self.from_hour) {
            check.problem("from_hour", self.from_hour.to_string(), "an hour from 0 to 11");
        }
    }

    /// Which room a talk is in makes no difference. A rule that does not say so is taken to see each.
    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::Ignored
    }

    /// When it starts does. This is what a rule that does not say is taken to see.
    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
    }

    /// What a timetable costs: from the placed talks alone.
    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        placed
            .of(scope.talks())
            .filter(|spot| self.is_against(scope, spot))
            .map(|spot| Finding::against(1, scope.price(), vec![spot.talk]))
            .collect()
    }

    /// The same, for the solver: at most none of the places that are against the rule, or a penalty.
    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in scope.talks() {
            let against: Vec<_> =
                draft.atoms(*talk).filter(|atom| self.is_against(scope, &draft.spot(*atom))).collect();
            let charge = draft.charge(scope, Vec::new(), vec![*talk]);
            draft.at_most(charge, Sum::each(against), 0);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let day = date(2026, 10, 30);
    let mut event = Event::new("A small conference", "Europe/Paris");
    event.rooms.push(Room::new("hall"));
    for (id, hour) in [("first", 9), ("before-lunch", 11), ("afternoon", 14)] {
        event.slots.push(Slot::new(id, day.at(hour, 0, 0, 0), day.at(hour, 45, 0, 0)).rooms(["hall"]));
    }
    for (id, merit, weight) in [("kernels", 5, "heavy"), ("proofs", 4, "heavy"), ("stories", 3, "light")] {
        event.talks.push(Talk::new(id, id).minutes(45).merit(Amount::whole(merit)).tag("weight", weight));
    }
    event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));

    let heavy = slotwise::rules::Selection::tag("weight", ["heavy"]);
    let own = Rule::<LightBeforeLunch>::weighted(Amount::whole(2), LightBeforeLunch { from_hour: 11 });
    let event = event.check()?.with_rule(&own.named("light before lunch").talks(heavy))?;

    // The rule says the same in all its methods: of a hundred random timetables, and in a test of more.
    check_agreement(&event, 100, 1)?;

    let answer = solve(&event, &SolveOptions::new())?;
    for placement in &answer.placements {
        println!("{}  {}", placement.start, placement.talk);
    }
    for rule in &answer.rules {
        println!("{}: gains {}, costs {}", rule.name, rule.gain, rule.cost);
    }
    assert_eq!(answer.placements[1].talk.as_str(), "stories");
    Ok(())
}
