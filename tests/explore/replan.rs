//! A mended timetable has the fewest changes, and is the best with so few.

use super::{MOST, Valid, every, tremplin, worth};
use crate::common::{
    config,
    judge::{judge, places},
    random::{Random, events},
};
use proptest::{prelude::*, sample::Index};
use slotwise::{
    CheckedEvent, CivilTime, Event, Published, SolveOptions, TalkId, TalkStatus, Timetable,
    explore::{Replan, ReplanError},
    rules::Spot,
    timetable::{Change, Status},
};
use std::collections::{BTreeMap, BTreeSet};

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

/// A published timetable, what happened, and the event after it.
struct Case {
    checked: CheckedEvent,
    spots: Vec<Spot>,
    replan: Replan,
    changed: CheckedEvent,
    given_before: Option<CivilTime>,
}

impl Case {
    fn of(event: &Random, happening: &Happening) -> Self {
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
        replan = given_before.into_iter().fold(replan, Replan::given_before);
        if happening.fill {
            replan = replan.fill();
        }
        let as_published = |p: &slotwise::Placement| {
            let mut place = Published::new(p.talk.clone(), p.room.clone(), p.start);
            place.start_offset = p.start_offset;
            place
        };
        changed.published = published.placements.iter().map(as_published).collect();
        Self { checked, spots, replan, changed: changed.check().unwrap(), given_before }
    }
}

fn mended_is_right(event: &Random, happening: &Happening) -> Result<(), TestCaseError> {
    let Case { checked, spots, replan, changed, given_before } = Case::of(event, happening);
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
