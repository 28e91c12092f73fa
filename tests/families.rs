//! The measured families of events: right, the same for the same seed, of the shape their size says, and solvable.

use crate::families_of_events::{Family, event};
use slotwise::{Audit, BackendKind, Event, SolveOptions, SpeakerId, TalkStatus, rules::Kind, solve, timetable};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
};

/// How many talks each speaker gives.
fn talks_given(event: &Event) -> BTreeMap<&SpeakerId, usize> {
    let mut given = BTreeMap::new();
    for speaker in event.talks.iter().flat_map(|talk| &talk.speakers) {
        *given.entry(speaker).or_default() += 1;
    }
    given
}

#[test]
fn every_size_of_every_family_is_right_and_has_the_talks_rooms_and_times_it_says() -> Result<(), Box<dyn Error>> {
    for family in Family::ALL {
        for shape in family.shapes().iter().chain([family.smallest()]) {
            let event = event(family, shape.talks, 1);
            assert_eq!(event.talks.len(), shape.talks, "{}", event.name);
            assert_eq!(event.rooms.len(), shape.rooms, "{}", event.name);
            assert_eq!(event.slots.len() + event.openings.len(), shape.times, "{}", event.name);
            event.check()?;
        }
    }
    Ok(())
}

#[test]
fn the_same_seed_makes_the_same_event_and_another_seed_another() {
    for family in Family::ALL {
        let size = family.smallest().talks;
        assert_eq!(event(family, size, 7), event(family, size, 7));
        assert_ne!(event(family, size, 7).talks, event(family, size, 8).talks, "{}", family.name());
    }
}

#[test]
fn every_family_is_known_by_its_name_and_reads_back_as_it_was_written() -> Result<(), Box<dyn Error>> {
    for family in Family::ALL {
        assert_eq!(Family::named(family.name()), Some(family));
        let event = event(family, family.smallest().talks, 1);
        assert_eq!(Event::from_json(&event.to_json()?)?, event);
    }
    Ok(())
}

#[test]
fn the_smallest_of_every_family_is_proven_and_worth_the_same_on_every_solver_and_to_the_audit()
-> Result<(), Box<dyn Error>> {
    for family in Family::ALL {
        for seed in 1..=2 {
            let event = event(family, family.smallest().talks, seed).check()?;
            let mut values = BTreeSet::new();
            for backend in BackendKind::ALL {
                let answer = solve(&event, &SolveOptions::new().backend(*backend))?;
                assert_eq!(answer.status, timetable::Status::Optimal, "{} on {backend}", event.event().name);
                let audit = Audit::of(&event, &answer.timetable().ok_or("an optimum is a timetable")?)?;
                assert!(audit.valid, "{} on {backend}", event.event().name);
                assert_eq!(Some(audit.value), answer.value, "{} on {backend}", event.event().name);
                values.insert(audit.values);
            }
            assert_eq!(values.len(), 1, "{}: {values:?}", event.event().name);
        }
    }
    Ok(())
}

#[test]
fn all_is_accepted_but_in_the_call_for_papers() {
    for family in Family::ALL {
        let status = if family == Family::Selection { TalkStatus::Proposed } else { TalkStatus::Accepted };
        let event = event(family, family.smallest().talks, 1);
        assert!(event.talks.iter().all(|talk| talk.status == status), "{}", family.name());
    }
}

#[test]
fn no_two_rooms_of_the_placement_family_seat_as_many() {
    for (family, size) in [(Family::Placement, 1000), (Family::Agu, 10_000)] {
        let event = event(family, size, 1);
        let capacities: BTreeSet<_> = event.rooms.iter().map(|room| room.capacity).collect();
        assert_eq!(capacities.len(), event.rooms.len());
        assert_eq!((capacities.first(), capacities.last()), (Some(&Some(40)), Some(&Some(599))));
    }
}

#[test]
fn a_tenth_of_the_speakers_of_the_placement_family_give_two_talks_and_a_fifth_come_for_half_of_it() {
    let event = event(Family::Placement, 400, 1);
    let given = talks_given(&event);
    let two = given.values().filter(|n| **n == 2).count();
    assert_eq!((given.len(), two), (364, 36));
    let half = event.speakers.iter().filter(|speaker| !speaker.available.is_empty()).count();
    assert_eq!(half, 72);
}

#[test]
fn the_largest_congress_is_stated_in_about_nineteen_thousand_rules() {
    let event = event(Family::Congress, 1100, 1);
    assert!((18_500..19_500).contains(&event.rules.len()), "{}", event.rules.len());
    let places = event.rules.iter().filter(|rule| matches!(rule.kind, Kind::Place(_))).count();
    assert_eq!(places, event.rules.len() - 3);
    let tracks: BTreeSet<_> = event.talks.iter().flat_map(|talk| talk.tags.values("track")).collect();
    assert_eq!((tracks.len(), event.blocks.len()), (72, 32));
    let two = talks_given(&event).values().filter(|n| **n == 2).count();
    assert_eq!(two, 1100 * 8 / 108);
}

#[test]
fn attendees_want_eight_to_fourteen_talks_and_only_the_sharp_ones_keep_to_their_topics() {
    let topics_wanted = |family| {
        let event = event(family, 100, 1);
        assert_eq!(event.interests.len(), 150);
        assert!(event.interests.iter().all(|i| (8..=14).contains(&i.talks.len())));
        let topic = |id| event.talks.iter().find(|talk| talk.id == id).map(|talk| talk.tags.values("topic"));
        let topics = |i: &slotwise::Interest| i.talks.iter().map(|id| topic(id.clone())).collect::<BTreeSet<_>>().len();
        event.interests.iter().map(topics).sum::<usize>() as f64 / 150.0
    };
    let (sharp, flat) = (topics_wanted(Family::SharpInterests), topics_wanted(Family::FlatInterests));
    assert!(sharp < 4.5 && flat > 6.0, "{sharp} {flat}");
}

#[test]
fn the_camp_is_three_quarters_full_and_its_speakers_are_there_for_hours_only() {
    let event = event(Family::Camp, 98, 1);
    let minutes = |id: &str| event.formats.iter().find(|f| f.id.as_str() == id).map_or(0, |f| f.minutes + f.changeover);
    let taken: u32 = event.talks.iter().filter_map(|talk| talk.format.as_ref()).map(|id| minutes(id.as_str())).sum();
    let share = f64::from(taken) / f64::from(3 * 3 * 12 * 60);
    assert!((0.7..0.8).contains(&share), "{share}");
    assert!(event.speakers.iter().all(|speaker| speaker.available.len() == 2));
}

#[test]
fn every_track_of_the_weekend_fits_one_room_only() {
    let event = event(Family::Fosdem, 1000, 1);
    for talk in &event.talks {
        let needed = talk.needs.values("track");
        assert_eq!(event.rooms.iter().filter(|room| room.tags.values("track") == needed).count(), 1);
    }
    // Nobody speaks in two tracks, or the rooms would not be independent.
    let tracks: BTreeSet<_> = event.talks.iter().map(|t| (&t.speakers[0], t.needs.values("track"))).collect();
    assert_eq!(tracks.len(), event.speakers.len());
}
