//! Claims about stopping in the middle: what is stated is whole or nothing, what is fixed is right as far as it got.

use super::Halt;
use crate::{
    event::{Amount, CheckedEvent, Event, TalkId},
    program::{
        Program,
        shrinking::{answer, dice},
    },
    rules::{Balance, Clash, ClashOf, Measure, Order, Plenary, Relation, Rule, Selection, Together},
};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Says that it is time once it was asked so often.
fn after(polls: usize) -> impl Fn() -> bool + Sync {
    let left = AtomicUsize::new(polls);
    move || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
}

/// With rules about pairs, runs and the largest group.
fn with_more(mut event: Event) -> CheckedEvent {
    let talks: Vec<TalkId> = event.talks.iter().map(|talk| talk.id.clone()).collect();
    event.rules.push(Rule::weighted(Amount::ONE, Clash::of(ClashOf::Tag("track".into()))));
    event.rules.push(Rule::weighted(Amount::ONE, Order::of(Together::sequence(talks[..2].to_vec()), Relation::Before)));
    event.rules.push(Rule::weighted(Amount::ONE, Balance::of(Measure::Speakers, ["block"])));
    event.rules.push(Rule::weighted(Amount::ONE, Plenary::new()).talks(Selection::ids([talks[0].clone()])));
    event.check().expect("an event without problems")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_program_is_stated_whole_or_not_at_all(dice in dice(), polls in 0_usize..2000, more in any::<bool>()) {
        let event = if more { with_more(dice.event()) } else { dice.event().check().expect("no problems") };
        let said = after(polls);
        if let Some(program) = Program::shrunk_unless(&event, Halt::when(&said)).expect("small weights") {
            let whole = Program::shrunk(&event).expect("small weights");
            prop_assert_eq!(answer(&event, &program).value, answer(&event, &whole).value);
        }
    }

    #[test]
    fn what_is_fixed_before_it_is_time_is_fixed_all_the_same(dice in dice(), polls in 0_usize..800) {
        let event = dice.event().check().expect("no problems");
        let program = Program::shrunk(&event).expect("small weights");
        let said = after(polls);
        let (all, some) = (program.shrink(), program.shrink_unless(Halt::when(&said)));
        prop_assert!(some.impossible.is_none() || all.impossible.is_some());
        let otherwise = |(some, all): (&Option<bool>, &Option<bool>)| some.is_some() && some != all;
        prop_assert!(all.impossible.is_some() || !some.fixed.iter().zip(&all.fixed).any(otherwise));
    }

    #[test]
    fn who_states_and_fixes_asks_once_a_talk_rule_and_row_at_least(dice in dice()) {
        let event = with_more(dice.event());
        let polls = AtomicUsize::new(0);
        let said = || polls.fetch_add(1, Ordering::Relaxed) == usize::MAX;
        let program = Program::shrunk_unless(&event, Halt::when(&said)).expect("small weights").expect("nobody stops");
        prop_assert!(polls.swap(0, Ordering::Relaxed) >= event.talks().len() + event.scopes().count());
        let fixing = program.fix_unless(Halt::when(&said));
        prop_assert!(fixing.impossible.is_some() || polls.into_inner() >= program.required_rows().count());
    }
}
