//! Alternatives and mended timetables are what trying every timetable finds.

use crate::common::{
    config,
    judge::{against, judge, places},
    random::{Most, Random, events},
};
use proptest::{prelude::*, sample::Index};
use slotwise::{
    CheckedEvent, CivilTime, Event, Keep, Model, Placement, Published, SolveOptions, Status as TalkStatus, TalkId,
    Timetable,
    explore::{Alternatives, AlternativesOptions, Loss, Replan, ReplanError},
    rules::Spot,
    timetable::{Change, Status, StoppedBy},
};
use std::collections::{BTreeMap, BTreeSet};

/// When each placed talk starts: what tells timetables apart.
type Starts = BTreeMap<TalkId, i64>;
/// What a timetable is worth, in thousandths, at each of the event's priorities in order.
type Worth = Vec<i64>;

/// A valid timetable.
struct Valid {
    spots: Vec<Spot>,
    starts: Starts,
    worth: Worth,
}

/// Every valid timetable of an event; none where there are more than so many to try.
fn every(event: &CheckedEvent, most: usize) -> Option<Vec<Valid>> {
    let mut all = vec![Vec::new()];
    for talk in event.talk_indices().filter(|talk| event.written_talk(*talk).status != TalkStatus::Declined) {
        let mut longer: Vec<Vec<Spot>> = Vec::new();
        for spots in all {
            for place in places(event, talk) {
                if spots.iter().all(|other| against(event, other, &place).is_none()) {
                    longer.push(spots.iter().copied().chain([place]).collect());
                }
            }
            if event.written_talk(talk).status != TalkStatus::Accepted {
                longer.push(spots);
            }
            if longer.len() > most {
                return None;
            }
        }
        all = longer;
    }
    let priorities = priorities(event);
    let valid = |spots: Vec<Spot>| {
        let verdict = judge(event, &spots);
        let worth = priorities.iter().map(|priority| verdict.values.get(priority).copied().unwrap_or(0)).collect();
        let starts = spots.iter().map(|spot| (event.talk_id(spot.talk).clone(), spot.start)).collect();
        verdict.valid().then_some(Valid { spots, starts, worth })
    };
    Some(all.into_iter().filter_map(valid).collect())
}

fn priorities(event: &CheckedEvent) -> Vec<u32> {
    event.scopes().map(|scope| scope.priority()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// How many talks are in one of the two, or in both at different starts.
fn distance(a: &Starts, b: &Starts) -> u32 {
    let talks: BTreeSet<&TalkId> = a.keys().chain(b.keys()).collect();
    talks.into_iter().filter(|talk| a.get(*talk) != b.get(*talk)).count() as u32
}

fn starts(event: &CheckedEvent, placements: &[Placement]) -> Starts {
    placements.iter().map(|p| (p.talk.clone(), p.starts_at(event).unwrap())).collect()
}

/// What a timetable is worth, judged from the event alone.
fn worth(event: &CheckedEvent, placements: &[Placement]) -> Worth {
    let timetable = Timetable::new(placements.iter().cloned());
    let verdict = judge(event, timetable.resolve(event).unwrap().spots());
    assert!(verdict.valid(), "{verdict:?}");
    priorities(event).iter().map(|priority| verdict.values.get(priority).copied().unwrap_or(0)).collect()
}

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
    let Some(most) = all.iter().map(|valid| &valid.worth).max() else {
        assert_eq!(found.best.status, Status::Infeasible);
        assert!(found.complete && found.alternatives.is_empty());
        return;
    };
    assert_eq!(found.best.status, Status::Optimal);
    assert_eq!(worth(event, &found.best.placements), *most);
    let least = least(most, within);
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

const MOST: Most = Most { talks: 4, rules: 3, ..Most::TINY };

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
        let found = model.alternatives(&options.clone().until_proven(), &search).unwrap();
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
        }
        // With little effort, less is proven, and nothing is wrong.
        let hasty = Model::new(checked.clone(), keep).alternatives(&options.effort(1), &search).unwrap();
        are_right(&checked, &all, within, count, &hasty);
    }
}

/// What happens to a published timetable.
#[derive(Clone, Debug)]
struct Happening {
    /// Where each talk was published, among all its places and no place.
    published: Vec<Index>,
    cancelled: Option<Index>,
    closed: Option<(Index, Index)>,
    given_before: Option<Index>,
    fill: bool,
}

fn happening() -> impl Strategy<Value = Happening> {
    let index = any::<Index>;
    (
        prop::collection::vec(index(), 4),
        prop::option::of(index()),
        prop::option::of((index(), index())),
        prop::option::of(index()),
        any::<bool>(),
    )
        .prop_map(|(published, cancelled, closed, given_before, fill)| Happening {
            published,
            cancelled,
            closed,
            given_before,
            fill,
        })
}

/// Every start of the event, in order.
fn all_starts(event: &CheckedEvent) -> Vec<CivilTime> {
    let spots = event.talk_indices().flat_map(|talk| places(event, talk));
    spots.map(|spot| spot.start).collect::<BTreeSet<_>>().into_iter().map(|start| event.civil(start)).collect()
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn a_mended_timetable_has_the_fewest_changes_and_is_the_best_with_so_few(
        event in events(MOST),
        happening in happening(),
    ) {
        mended_is_right(&event, &happening)?;
    }
}

fn mended_is_right(event: &Random, happening: &Happening) -> Result<(), TestCaseError> {
    let checked = event.checked();
    let spots: Vec<Spot> = checked
        .talk_indices()
        .zip(&happening.published)
        .filter_map(|(talk, index)| {
            let places = places(&checked, talk);
            places.get(index.index(places.len() + 1)).copied()
        })
        .collect();
    let published = Timetable::of(&checked, &spots);
    let mut replan = Replan::of(published.clone());
    let mut changed: Event = event.0.clone();
    if let Some(index) = happening.cancelled {
        let talk = index.index(changed.talks.len());
        changed.talks[talk].status = TalkStatus::Declined;
        replan = replan.cancel_talk(changed.talks[talk].id.clone());
    }
    let times = all_starts(&checked);
    let late = |time: CivilTime| CivilTime::from(time.datetime().checked_add(jiff::Span::new().days(1)).unwrap());
    if let (Some((room, from)), false) = (happening.closed, times.is_empty()) {
        let room = room.index(changed.rooms.len());
        let from = times[from.index(times.len())];
        changed.rooms[room].unavailable.push(slotwise::Window::new(from, late(from)));
        replan = replan.close(changed.rooms[room].id.clone(), from, late(from));
    }
    let given_before = happening.given_before.filter(|_| !times.is_empty()).map(|i| times[i.index(times.len())]);
    if let Some(time) = given_before {
        replan = replan.given_before(time);
    }
    if happening.fill {
        replan = replan.fill();
    }
    changed.published = published
        .placements
        .iter()
        .map(|p| {
            let mut place = Published::new(p.talk.clone(), p.room.clone(), p.start);
            place.start_offset = p.start_offset;
            place
        })
        .collect();
    let changed = changed.check().unwrap();
    let mended = match replan.solve(&checked, &SolveOptions::new().threads(1)) {
        Ok(mended) => mended,
        // Only what has been given contradicts what is asked.
        Err(ReplanError::Request(problems)) => {
            prop_assert!(given_before.is_some() && problems.to_string().contains("given"), "{}", problems);
            return Ok(());
        }
        Err(error) => panic!("{error}"),
    };
    let Some(all) = every(&changed, 5_000) else { return Err(TestCaseError::reject("too many")) };

    let declined = |id: &TalkId| changed.talk(changed.find_talk(id).unwrap()).status == TalkStatus::Declined;
    let before: BTreeMap<TalkId, Spot> = spots.iter().map(|s| (checked.talk_id(s.talk).clone(), *s)).collect();
    let before: BTreeMap<TalkId, Spot> = before.into_iter().filter(|(talk, _)| !declined(talk)).collect();
    let limit = given_before.map(|time| checked.minute(time).unwrap());
    let keeps_the_past = |valid: &&Valid| {
        let past = |start: i64| limit.is_some_and(|limit| start < limit);
        let here: BTreeMap<TalkId, Spot> = valid.spots.iter().map(|s| (changed.talk_id(s.talk).clone(), *s)).collect();
        let same = |(talk, spot): (&TalkId, &Spot)| {
            here.get(talk).is_some_and(|here| (here.room, here.start) == (spot.room, spot.start))
        };
        before.iter().filter(|(_, spot)| past(spot.start)).all(same)
            && here
                .iter()
                .all(|(talk, spot)| !past(spot.start) || before.get(talk).is_some_and(|before| past(before.start)))
    };
    // Talks out, in, or at another time; then talks in another room alone.
    let changes = |valid: &Valid| {
        let here: BTreeMap<TalkId, Spot> = valid.spots.iter().map(|s| (changed.talk_id(s.talk).clone(), *s)).collect();
        let (mut times, mut rooms) = (0_u32, 0_u32);
        for talk in before.keys().chain(here.keys()).collect::<BTreeSet<_>>() {
            match (before.get(talk), here.get(talk)) {
                (Some(a), Some(b)) if a.start == b.start => rooms += u32::from(a.room != b.room),
                (None, Some(_)) if happening.fill => {}
                _ => times += 1,
            }
        }
        (times, rooms)
    };
    let best =
        all.iter().filter(keeps_the_past).map(|valid| (std::cmp::Reverse(changes(valid)), valid.worth.clone())).max();
    let Some((std::cmp::Reverse((times, rooms)), most)) = best else {
        prop_assert_eq!(mended.timetable.status, Status::Infeasible);
        return Ok(());
    };
    prop_assert_eq!(mended.timetable.status, Status::Optimal);
    prop_assert!(mended.fewest && mended.best_there);
    prop_assert_eq!(mended.changes, times + rooms);
    prop_assert_eq!(mended.at_least, mended.changes);
    prop_assert_eq!(worth(&changed, &mended.timetable.placements), most);
    // What was valid and is still is not touched.
    if judge(&changed, &before.values().copied().collect::<Vec<_>>()).valid() && !happening.fill && limit.is_none() {
        prop_assert_eq!(mended.changes, 0);
    }
    let gone: BTreeSet<&TalkId> = mended.cancelled.iter().collect();
    let dropped = mended.difference.changes.iter().filter(|change| gone.contains(change.talk()));
    let only_dropped = dropped.clone().all(|change| matches!(change, Change::Dropped { .. }));
    prop_assert!(only_dropped);
    prop_assert_eq!(dropped.count(), gone.len());
    prop_assert_eq!(mended.violations.is_empty(), {
        let valid = |event: &CheckedEvent, spots: &[Spot]| judge(event, spots).valid();
        valid(&checked, &spots) && valid(&changed, &before.values().copied().collect::<Vec<_>>())
    });
    Ok(())
}

fn tremplin() -> CheckedEvent {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/tremplin.json")).unwrap();
    Event::read(&text).unwrap()
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

#[test]
fn replanning_with_nothing_changed_changes_nothing() {
    let event = tremplin();
    let best = slotwise::solve(&event, &SolveOptions::new()).unwrap();
    let published = best.timetable().unwrap();
    let mended = Replan::of(published).solve(&event, &SolveOptions::new()).unwrap();
    assert_eq!((mended.changes, mended.fewest), (0, true));
    assert!(mended.difference.changes.is_empty() && mended.violations.is_empty() && mended.tell.is_empty());
    assert_eq!((mended.timetable.value, mended.timetable.bound), (best.value, best.bound));
    assert_eq!(mended.timetable.rules, best.rules, "the rule that counts changes is not reported");
    assert_eq!(mended.timetable.priorities, best.priorities);
}

#[test]
fn what_contradicts_itself_is_told_all_at_once_with_the_nearest_names() {
    let event = tremplin();
    let best = slotwise::solve(&event, &SolveOptions::new()).unwrap();
    let (first, last) = (best.placements[0].clone(), best.placements.last().unwrap().clone());
    let speaker = event.written_talk(event.find_talk(&last.talk).unwrap()).speakers[0].clone();
    let room = event.event().rooms[0].id.clone();
    let later = CivilTime::from(first.start.datetime().checked_add(jiff::Span::new().minutes(1)).unwrap());
    let misspelt = format!("{}s", room.as_str());
    let replan = Replan::of(best.timetable().unwrap())
        .given_before(later)
        .cancel_talk(first.talk.clone())
        .cancel_talk(last.talk.clone())
        .cancel_talk(last.talk.clone())
        .cancel_speaker(speaker.clone())
        .away(speaker, first.start, later)
        .close(misspelt, first.start, later)
        .close(first.room.clone(), first.start, later)
        .close(room.clone(), later, first.start);
    let Err(ReplanError::Request(problems)) = replan.solve(&event, &SolveOptions::new()) else { panic!("no problems") };
    let text = problems.to_string();
    for said in [
        "cancel_talk[0]: found".to_owned(),
        "given already".to_owned(),
        "cancel_talk[2]".to_owned(),
        "a second time".to_owned(),
        "away[0]".to_owned(),
        "who is cancelled too".to_owned(),
        format!("perhaps {:?}", room.as_str()),
        "close[1]".to_owned(),
        "has been given at that time".to_owned(),
        "an end after the start".to_owned(),
    ] {
        assert!(text.contains(&said), "{said:?} is missing in\n{text}");
    }
}
