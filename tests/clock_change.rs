//! The night in which the clocks go back: an hour comes twice, and every time in it says which of the two it is.

use slotwise::{
    Amount, Audit, Block, CheckedEvent, CivilTime, Difference, Event, Opening, Placement, Published, Room, Slot,
    SolveOptions, Talk, TalkStatus, Timetable, UtcOffset,
    civil::date,
    rules::{Count, Keep, Measure, Merit, Rule},
    solve,
};

/// That time in the night in which Paris goes from summer time, `+02:00`, to winter time, `+01:00`.
fn at(hour: i8, minute: i8) -> CivilTime {
    date(2026, 10, 25).at(hour, minute, 0, 0).into()
}

#[expect(clippy::unnecessary_wraps, reason = "the fields that it is compared with may be absent")]
fn offset(text: &str) -> Option<UtcOffset> {
    Some(text.parse().unwrap())
}

/// A hall that is open from one to four, which are four hours.
fn night(talks: usize) -> Event {
    let mut event = Event::new("Night", "Europe/Paris");
    event.rooms.push(Room::new("hall"));
    event.openings.push(Opening::new(at(1, 0), at(4, 0), 60).rooms(["hall"]));
    event.talks = (0..talks).map(|i| Talk::new(format!("t{i}"), "").minutes(60).merit(Amount::ONE)).collect();
    event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    event
}

fn times(placements: &[Placement]) -> Vec<String> {
    let text = |time: CivilTime, offset: Option<UtcOffset>| {
        format!("{}{}", time.datetime().time().strftime("%H:%M"), offset.unwrap())
    };
    placements.iter().map(|p| text(p.start, p.start_offset) + " " + &text(p.end.unwrap(), p.end_offset)).collect()
}

fn answer(event: &CheckedEvent) -> slotwise::Answer {
    solve(event, &SolveOptions::new()).unwrap()
}

#[test]
fn both_passes_of_the_hour_are_used_and_told_apart() {
    let event = night(6).check().unwrap();
    let answer = answer(&event);
    let hours =
        ["01:00+02:00 02:00+02:00", "02:00+02:00 02:00+01:00", "02:00+01:00 03:00+01:00", "03:00+01:00 04:00+01:00"];
    assert_eq!(times(&answer.placements), hours);
    for placement in &answer.placements {
        let instant = |time: CivilTime, offset: Option<UtcOffset>| {
            jiff::tz::Offset::from_seconds(offset.unwrap().seconds()).unwrap().to_timestamp(time.datetime()).unwrap()
        };
        let start = instant(placement.start, placement.start_offset);
        let end = instant(placement.end.unwrap(), placement.end_offset);
        assert_eq!((end - start).get_seconds() + 60 * (end - start).get_minutes(), 3600);
    }
    let json = serde_json::to_string(&answer).unwrap();
    let read = Timetable::from_json(&json).unwrap();
    assert_eq!(read.placements, answer.placements);
    assert!((Audit::of(&event, &read).unwrap().value - 4.0).abs() < 1e-9);
}

#[test]
fn without_an_offset_the_first_of_two_times_is_meant_and_a_wrong_one_is_refused() {
    let event = night(2).check().unwrap();
    let at_two = |offset| {
        let mut placement = Placement::new("t0", "hall", at(2, 0));
        placement.start_offset = offset;
        Timetable::new([placement])
    };
    let start = |offset| at_two(offset).resolve(&event).unwrap().spots()[0].start;
    assert_eq!(start(None), start(offset("+02:00")));
    assert_eq!(start(None) + 60, start(offset("+01:00")));
    let mut wrong = at_two(offset("+05:00"));
    assert_eq!(
        wrong.resolve(&event).unwrap_err().to_string(),
        "placements[0].start_offset (talk \"t0\"): found \"+05:00\"; wanted \"+02:00\" or \"+01:00\", as clocks have it at \
         2026-10-25T02:00"
    );
    wrong.placements[0].start_offset = offset("+01:00");
    (wrong.placements[0].end, wrong.placements[0].end_offset) = (Some(at(3, 0)), offset("+02:00"));
    let audit = Audit::of(&event, &wrong).unwrap();
    assert_eq!(
        audit.warnings[0].to_string(),
        "placements[0]: `end_offset` does not go with the start and the room, and these count: \"t0\" is in \"hall\" from \
         2026-10-25T02:00 to 2026-10-25T03:00"
    );
}

#[test]
fn the_two_passes_are_two_places_to_the_audit() {
    let event = night(2).check().unwrap();
    let place = |talk: &str, text: &str| {
        let mut placement = Placement::new(talk, "hall", at(2, 0));
        placement.start_offset = offset(text);
        placement
    };
    let apart = Timetable::new([place("t0", "+02:00"), place("t1", "+01:00")]);
    let together = Timetable::new([place("t0", "+01:00"), place("t1", "+01:00")]);
    assert!(Audit::of(&event, &apart).unwrap().valid);
    assert!(!Audit::of(&event, &together).unwrap().valid);
    let moved = Difference::between(&Timetable::new([place("t0", "+02:00")]), &Timetable::new([place("t0", "+01:00")]));
    assert_eq!(moved.to_string(), "t0 moved: 2026-10-25T02:00 +02:00 in hall to 2026-10-25T02:00 +01:00 in hall");
}

#[test]
fn a_pin_says_with_an_offset_that_it_is_the_second_time() {
    let start = |text: Option<&str>| {
        let mut event = night(1);
        event.talks[0] = event.talks[0].clone().pin_start(at(2, 0)).status(TalkStatus::Accepted);
        event.talks[0].pin.as_mut().unwrap().start_offset = text.and_then(offset);
        let read = Event::from_json(&event.to_json().unwrap()).unwrap();
        times(&answer(&read.check().unwrap()).placements).concat()
    };
    assert_eq!(start(None), "02:00+02:00 02:00+01:00");
    assert_eq!(start(Some("+02:00")), "02:00+02:00 02:00+01:00");
    assert_eq!(start(Some("+01:00")), "02:00+01:00 03:00+01:00");
}

#[test]
fn an_offset_that_the_clocks_do_not_have_then_is_a_problem_of_the_event() {
    let mut event = night(2);
    event.talks[0] = event.talks[0].clone().pin_start(at(1, 0));
    event.talks[0].pin.as_mut().unwrap().start_offset = offset("+01:00");
    event.talks[1] = event.talks[1].clone().pin_room("hall");
    event.talks[1].pin.as_mut().unwrap().start_offset = offset("+01:00");
    event.published = vec![Published::new("t0", "hall", at(2, 0))];
    event.published[0].start_offset = offset("+00:00");
    let said = [
        "talks[0].pin.start_offset (talk \"t0\"): found \"+01:00\"; wanted \"+02:00\", as clocks have it at 2026-10-25T01:00",
        "talks[1].pin.start_offset (talk \"t1\"): found an offset without a start; wanted the `start` that it is the offset of",
        "published[0].start_offset (talk \"t0\"): found \"+00:00\"; wanted \"+02:00\" or \"+01:00\", as clocks have it at \
         2026-10-25T02:00",
    ];
    assert_eq!(event.check().unwrap_err().to_string(), said.join("\n"));
}

#[test]
fn a_published_talk_keeps_the_pass_of_the_hour_that_it_had() {
    let kept = |text: Option<&str>| {
        let mut event = night(1);
        event.published = vec![Published::new("t0", "hall", at(2, 0))];
        event.published[0].start_offset = text.and_then(offset);
        event.rules.push(Rule::required(Keep::new()));
        times(&answer(&event.check().unwrap()).placements).concat()
    };
    assert_eq!(kept(None), "02:00+02:00 02:00+01:00");
    assert_eq!(kept(Some("+01:00")), "02:00+01:00 03:00+01:00");
}

#[test]
fn slots_and_blocks_begin_in_the_first_pass_and_contain_the_second() {
    let mut event = night(1);
    event.openings.clear();
    event.slots.push(Slot::new("s", at(2, 0), at(3, 0)).rooms(["hall"]));
    event.blocks.push(Block::new("b", at(2, 0), at(3, 0)));
    event.talks[0].minutes = Some(120);
    let event = event.check().unwrap();
    assert_eq!(event.slots()[0].span.end - event.slots()[0].span.start, 120);
    assert_eq!(event.blocks()[0].end - event.blocks()[0].start, 120);
    assert_eq!(times(&answer(&event).placements), ["02:00+02:00 03:00+01:00"]);
}

#[test]
fn groups_of_starts_say_which_pass_they_are_of() {
    let mut event = night(4);
    event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
    event.rules.push(Rule::weighted(Amount::ONE, Count::of(Measure::Talks).each(["start"]).min(2)));
    let answer = answer(&event.check().unwrap());
    let groups: Vec<_> = answer.rules[1].details.iter().map(|detail| detail.group["start"].as_str()).collect();
    let hours = ["2026-10-25T01:00", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00"];
    assert_eq!(groups, hours);
}

#[test]
fn a_time_that_the_clocks_skip_stays_refused() {
    let mut event = night(1);
    event.openings[0].start = date(2026, 3, 29).at(2, 30, 0, 0).into();
    let said = event.check().unwrap_err().to_string();
    assert!(
        said.starts_with("openings[0].start: found 2026-03-29T02:30, which the change of the clocks skips"),
        "{said}"
    );
}
