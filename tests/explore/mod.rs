//! Alternatives and mended timetables are what trying every timetable finds.

mod alternatives;
mod replan;

use crate::common::{
    judge::{against, judge, places},
    random::Most,
};
use slotwise::{CheckedEvent, Event, Placement, TalkId, TalkStatus, Timetable, rules::Spot};
use std::collections::{BTreeMap, BTreeSet};

const MOST: Most = Most { talks: 4, rules: 3, ..Most::TINY };

/// When each placed talk starts: what tells timetables apart.
pub(crate) type Starts = BTreeMap<TalkId, i64>;
/// What a timetable is worth, in thousandths, at each of the event's priorities in order.
pub(crate) type Worth = Vec<i64>;

/// A valid timetable.
pub(crate) struct Valid {
    pub(crate) spots: Vec<Spot>,
    pub(crate) starts: Starts,
    pub(crate) worth: Worth,
}

/// Every valid timetable of an event; none where there are more than so many to try.
pub(crate) fn every(event: &CheckedEvent, most: usize) -> Option<Vec<Valid>> {
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
pub(crate) fn distance(a: &Starts, b: &Starts) -> u32 {
    let talks: BTreeSet<&TalkId> = a.keys().chain(b.keys()).collect();
    talks.into_iter().filter(|talk| a.get(*talk) != b.get(*talk)).count() as u32
}

pub(crate) fn starts(event: &CheckedEvent, placements: &[Placement]) -> Starts {
    placements.iter().map(|p| (p.talk.clone(), p.starts_at(event).unwrap())).collect()
}

/// What a timetable is worth, judged from the event alone.
pub(crate) fn worth(event: &CheckedEvent, placements: &[Placement]) -> Worth {
    let timetable = Timetable::new(placements.iter().cloned());
    let verdict = judge(event, timetable.resolve(event).unwrap().spots());
    assert!(verdict.valid(), "{verdict:?}");
    priorities(event).iter().map(|priority| verdict.values.get(priority).copied().unwrap_or(0)).collect()
}

fn tremplin() -> CheckedEvent {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/tremplin.json")).unwrap();
    Event::read(&text).unwrap()
}
