//! When speakers are there: what windows that touch, overlap or contain each other mean.

use crate::common::config;
use proptest::{collection::vec, prelude::*};
use slotwise::{
    Audit, CheckedEvent, CivilTime, Event, Opening, Placement, Room, SolveOptions, Speaker, Talk, TalkStatus,
    Timetable, Window, civil::date, event::Span, solve,
};

/// So many minutes after six in the evening.
fn at(minutes: i64) -> CivilTime {
    date(2026, 7, 10).at(18, 0, 0, 0).saturating_add(jiff::SignedDuration::from_mins(minutes)).into()
}

/// A room that is open for ten hours, and a talk by somebody who is there at these times.
fn evening(available: &[(i64, i64)], unavailable: &[(i64, i64)], minutes: u32) -> CheckedEvent {
    let windows = |list: &[(i64, i64)]| list.iter().map(|(start, end)| Window::new(at(*start), at(*end))).collect();
    let mut event = Event::new("Evening", "Europe/Paris");
    event.rooms.push(Room::new("hall"));
    event.openings.push(Opening::new(at(0), at(600), 1).rooms(["hall"]));
    let mut speaker = Speaker::new("ada", "Ada");
    (speaker.available, speaker.unavailable) = (windows(available), windows(unavailable));
    event.speakers.push(speaker);
    event.talks.push(Talk::new("late", "Late").minutes(minutes).by("ada").status(TalkStatus::Accepted));
    event.check().unwrap()
}

/// Whether the audit finds nothing wrong with the talk at that start.
fn is_valid(event: &CheckedEvent, start: i64) -> bool {
    Audit::of(event, &Timetable::new([Placement::new("late", "hall", at(start))])).unwrap().valid
}

#[test]
fn a_talk_runs_across_windows_that_touch_or_overlap() {
    for windows in [[(60, 180), (180, 210)], [(180, 210), (60, 180)], [(60, 190), (170, 210)], [(60, 210), (90, 120)]] {
        let event = evening(&windows, &[], 100);
        assert!(is_valid(&event, 105), "{windows:?}");
        assert!(!is_valid(&event, 115) && !is_valid(&event, 55), "{windows:?}");
        let answer = solve(&event, &SolveOptions::new()).unwrap();
        assert_eq!(answer.placements.len(), 1, "{windows:?}");
    }
    assert!(!is_valid(&evening(&[(60, 180), (181, 210)], &[], 100), 105), "a minute is missing");
    assert!(!is_valid(&evening(&[(60, 180), (180, 210)], &[(180, 181)], 100), 105), "a minute is taken");
}

/// Stretches of some minutes, many of which touch.
fn windows(most: usize) -> impl Strategy<Value = Vec<(i64, i64)>> {
    vec((0..20_i64, 1..8_i64).prop_map(|(start, length)| (start * 10, (start + length) * 10)), 0..=most)
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn who_is_there_is_the_same_to_the_audit_to_the_solver_and_minute_by_minute(
        (available, unavailable) in (windows(5), windows(2)), start in 0..200_i64, minutes in 1..100_u32
    ) {
        let event = evening(&available, &unavailable, minutes);
        let first = event.minute(at(start)).unwrap();
        let span = Span { start: first, end: first + i64::from(minutes) };
        let within = |list: &[(i64, i64)], minute: i64| list.iter().any(|(from, to)| (*from..*to).contains(&minute));
        let there = (start..start + i64::from(minutes)).all(|minute| {
            (available.is_empty() || within(&available, minute)) && !within(&unavailable, minute)
        });
        prop_assert_eq!(event.speakers()[0].can(span), there);
        prop_assert_eq!(is_valid(&event, start), there);
    }
}
