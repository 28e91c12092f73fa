//! Alternatives are within the loss, as far apart as they say, and all where they say so.

use super::{MOST, Starts, Valid, Worth, distance, every, starts, tremplin, worth};
use crate::common::{config, random::events};
use proptest::prelude::*;
use serde_json::json;
use slotwise::{
    CheckedEvent, Event, Keep, Model, SolveOptions, TalkId, TalkStatus,
    explore::{Alternatives, AlternativesOptions, Loss},
    timetable::{Status, StoppedBy},
};
use std::collections::BTreeSet;

/// What an alternative is worth at least, by the words of the documentation.
fn least(best: &Worth, within: Loss) -> Worth {
    let first = best.iter().position(|value| *value != 0).unwrap_or(0);
    let least = |(i, value): (usize, &i64)| match within {
        Loss::Share(share) => value - (share * value.abs() as f64 + 1e-6).floor() as i64,
        Loss::Amount(amount) if i >= first => value - (amount * 1000.0).round() as i64,
        _ => *value,
    };
    best.iter().enumerate().map(least).collect()
}

fn is_within(worth: &Worth, least: &Worth) -> bool {
    worth.iter().zip(least).all(|(value, least)| value >= least)
}

/// Compares alternatives with every timetable.
fn are_right(event: &CheckedEvent, all: &[Valid], within: Loss, count: usize, found: &Alternatives) {
    if found.best.status == Status::Unknown {
        assert!(!found.complete && found.alternatives.is_empty());
        return;
    }
    let Some(most) = all.iter().map(|valid| &valid.worth).max() else {
        assert_eq!(found.best.status, Status::Infeasible);
        assert!(found.complete && found.alternatives.is_empty());
        return;
    };
    let best = worth(event, &found.best.placements);
    assert!(found.best.status != Status::Optimal || best == *most);
    let least = least(&best, within);
    let allowed: BTreeSet<&Starts> =
        all.iter().filter(|valid| is_within(&valid.worth, &least)).map(|valid| &valid.starts).collect();

    let best = starts(event, &found.best.placements);
    let mut steps: Vec<_> = found.alternatives.iter().collect();
    steps.sort_by_key(|alternative| alternative.step);
    let mut chosen = vec![best.clone()];
    let nearest = |starts: &Starts, others: &[Starts]| others.iter().map(|o| distance(starts, o)).min().unwrap();
    for alternative in &steps {
        let here = starts(event, &alternative.placements);
        let value = worth(event, &alternative.placements);
        assert!(is_within(&value, &least), "{value:?} is less than {least:?}");
        assert_eq!(alternative.distance, distance(&here, &best));
        assert_eq!(alternative.step_distance, nearest(&here, &chosen));
        assert!(alternative.step_distance > 0, "it is one of those before");
        if alternative.farthest {
            let farthest = allowed.iter().map(|starts| nearest(starts, &chosen)).max();
            assert_eq!(Some(alternative.step_distance), farthest);
        }
        if alternative.best_there {
            let far = |valid: &&Valid| nearest(&valid.starts, &chosen) >= alternative.step_distance;
            assert_eq!(Some(&value), all.iter().filter(far).map(|valid| &valid.worth).max());
        }
        chosen.push(here);
    }
    for (i, alternative) in steps.iter().enumerate() {
        let others: Vec<Starts> =
            chosen.iter().enumerate().filter(|(j, _)| *j != i + 1).map(|(_, starts)| starts.clone()).collect();
        assert_eq!(alternative.nearest, nearest(&chosen[i + 1], &others));
    }
    let in_order: Vec<Worth> = found.alternatives.iter().map(|a| worth(event, &a.placements)).collect();
    assert!(in_order.is_sorted_by(|a, b| a >= b), "{in_order:?}");
    if found.complete {
        assert_eq!(chosen.iter().collect::<BTreeSet<_>>(), allowed);
    }
    let everywhere = |talk: &&TalkId| chosen.iter().all(|starts| starts.contains_key(*talk));
    assert_eq!(found.agreed.chosen.iter().collect::<BTreeSet<_>>(), best.keys().filter(everywhere).collect());
    let same = |talk: &&TalkId| chosen.iter().all(|starts| starts.get(*talk) == best.get(*talk));
    let placed: BTreeSet<&TalkId> = found.agreed.placed.iter().map(|place| &place.talk).collect();
    assert_eq!(placed, best.keys().filter(same).collect());
    assert!(found.agreed.left_out.iter().all(|talk| chosen.iter().all(|starts| !starts.contains_key(talk))));
    assert!(steps.len() <= count);
}

fn loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        prop::sample::select(vec![0.0, 0.01, 0.2, 1.0]).prop_map(Loss::Share),
        prop::sample::select(vec![0.0, 0.5, 3.0]).prop_map(Loss::Amount),
    ]
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn alternatives_are_those_that_trying_every_timetable_finds(
        event in events(MOST),
        within in loss(),
        count in 0..4_usize,
        keep in prop::sample::select(vec![Keep::Optimum, Keep::EveryTimetable]),
    ) {
        let checked = event.checked();
        let Some(all) = every(&checked, 5_000) else { return Err(TestCaseError::reject("too many")) };
        let options = AlternativesOptions::new().within(within).count(count);
        let search = SolveOptions::new().threads(1);
        let model = Model::new(checked.clone(), keep);
        let found = model.alternatives(&options.clone().until_proven().prove_agreed(), &search).unwrap();
        are_right(&checked, &all, within, count, &found);
        // Nothing limits the search, so everything is proven.
        prop_assert!(found.alternatives.iter().all(|alternative| alternative.farthest));
        prop_assert_eq!(found.stopped_by, StoppedBy::Proof);
        if let Some(most) = all.iter().map(|valid| &valid.worth).max() {
            let least = least(most, within);
            let allowed: BTreeSet<&Starts> =
                all.iter().filter(|valid| is_within(&valid.worth, &least)).map(|valid| &valid.starts).collect();
            prop_assert_eq!(found.complete, allowed.len() == found.alternatives.len() + 1);
            prop_assert_eq!(found.alternatives.len(), count.min(allowed.len() - 1));
            let open = checked.talk_indices().filter(|t| checked.written_talk(*t).status != TalkStatus::Declined);
            let talks: Vec<TalkId> = open.map(|talk| checked.talk_id(talk).clone()).collect();
            let always = talks.iter().filter(|talk| allowed.iter().all(|starts| starts.contains_key(*talk)));
            prop_assert_eq!(found.agreed.always.iter().collect::<Vec<_>>(), always.collect::<Vec<_>>());
            let never = talks.iter().filter(|talk| allowed.iter().all(|starts| !starts.contains_key(*talk)));
            prop_assert_eq!(found.agreed.never.iter().collect::<Vec<_>>(), never.collect::<Vec<_>>());
        }
        // With little effort, less is proven, and nothing is wrong.
        let hasty = Model::new(checked.clone(), keep).alternatives(&options.clone().effort(1), &search).unwrap();
        are_right(&checked, &all, within, count, &hasty);
        // Where the best is not proven, a better one may be found on the way.
        for search in [search.clone().gap(0.5), search.clone().work_limit(0), search.clone().work_limit(1)] {
            for options in [options.clone().effort(1), options.clone().until_proven()] {
                let found = Model::new(checked.clone(), keep).alternatives(&options, &search).unwrap();
                are_right(&checked, &all, within, count, &found);
            }
        }
    }
}

#[test]
fn of_a_best_that_is_not_proven_nothing_false_is_said() {
    let talk = |merit: u32| json!({"id": format!("t{merit}"), "minutes": 30, "merit": merit, "tags": {"k": ["y"]}});
    let talks = [3, 2, 1].map(talk);
    let event = json!({
        "name": "M", "timezone": "Europe/Paris", "rooms": [{"id": "r0"}, {"id": "r1"}],
        "slots": [
            {"id": "s0", "start": "2026-10-30T09:00", "end": "2026-10-30T09:50", "rooms": ["r0", "r1"]},
            {"id": "s1", "start": "2026-10-30T10:00", "end": "2026-10-30T10:50", "rooms": ["r0", "r1"]}
        ],
        "talks": talks,
        "rules": [{"kind": "merit", "weight": 1}, {"kind": "clash", "tag": "k", "weight": 2}]
    });
    let event = Event::read(&event.to_string()).unwrap();
    let all = every(&event, 5_000).unwrap();
    let within = Loss::Share(0.25);
    for gap in [0.2, 0.5, 1.0] {
        let model = Model::new(event.clone(), Keep::Optimum);
        let options = AlternativesOptions::new().within(within).count(12);
        let found = model.alternatives(&options, &SolveOptions::new().threads(1).gap(gap)).unwrap();
        are_right(&event, &all, within, 12, &found);
    }
}

#[test]
fn a_loss_without_end_is_one_that_everything_keeps_within() {
    let model = Model::new(tremplin(), Keep::Optimum);
    for within in [Loss::Amount(f64::INFINITY), Loss::Share(1e300), Loss::Share(f64::NAN)] {
        let wanted = AlternativesOptions::new().count(1).within(within);
        let found = model.alternatives(&wanted, &SolveOptions::new().threads(1)).unwrap();
        assert_eq!(found.best.status, Status::Optimal);
    }
}

#[test]
fn alternatives_are_the_same_on_any_number_of_threads() {
    let told = |threads: usize| {
        let options = SolveOptions::new().threads(threads).work_limit(200);
        let wanted = AlternativesOptions::new().count(4).within(Loss::Share(0.05));
        let mut found = Model::new(tremplin(), Keep::Optimum).alternatives(&wanted, &options).unwrap();
        assert!(!found.alternatives.is_empty());
        found.best.search.seconds = 0.0;
        found.best.search.threads = 0;
        found.best.search.first_feasible_seconds = None;
        serde_json::to_string(&found).unwrap()
    };
    let one = told(1);
    assert_eq!(one, told(2));
    assert_eq!(one, told(3));
}

#[test]
fn a_limit_ends_the_search_with_what_was_found_and_says_so() {
    let wanted = AlternativesOptions::new().count(3);
    let model = Model::new(tremplin(), Keep::Optimum);
    let none = model.alternatives(&wanted, &SolveOptions::new().time_limit(std::time::Duration::ZERO)).unwrap();
    assert!(!none.complete && none.alternatives.is_empty());
    assert_eq!(none.stopped_by, StoppedBy::Time);
    let cancel = slotwise::CancelFlag::new();
    cancel.cancel();
    let none = model.alternatives(&wanted, &SolveOptions::new().cancel(cancel)).unwrap();
    assert!(!none.complete && none.alternatives.is_empty());
    assert_eq!(none.stopped_by, StoppedBy::Cancelled);
}
