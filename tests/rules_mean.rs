//! What each rule means, in numbers: small timetables and what they cost.

use slotwise::{
    Amount, Audit, Block, CivilTime, Event, Format, Interest, Opening, Placement, Published, Room, Slot, Speaker, Talk,
    Timetable,
    civil::date,
    rules::{
        Balance, Clash, ClashOf, Count, Factored, Fit, Keep, Measure, Merit, Order, Per, Place, Plenary, Relation,
        Rest, Rule, Selection, Together, Where,
    },
};

fn at(hour: i8, minute: i8) -> CivilTime {
    date(2026, 10, 30).at(hour, minute, 0, 0).into()
}

fn next_day(hour: i8, minute: i8) -> CivilTime {
    date(2026, 10, 31).at(hour, minute, 0, 0).into()
}

/// Two days, two rooms open all day (of 50 and 100 seats), talks of an hour: `a`, `b`, `c`, `d`.
fn event(rule: Rule) -> Event {
    let mut event = Event::new("Meetup", "Europe/Paris");
    event.rooms = vec![Room::new("small").capacity(50), Room::new("large").capacity(100)];
    event.formats.push(Format::new("talk", 60));
    let open = |start, end| Opening::new(start, end, 15).rooms(["small", "large"]);
    event.openings = vec![open(at(9, 0), at(18, 0)), open(next_day(9, 0), next_day(18, 0))];
    event.blocks = vec![Block::new("morning", at(9, 0), at(12, 0)), Block::new("afternoon", at(12, 0), at(18, 0))];
    event.talks = ["a", "b", "c", "d"].map(|id| Talk::new(id, "").format("talk")).to_vec();
    event.rules = vec![rule];
    event
}

fn audit(event: &Event, placements: &[(&str, &str, CivilTime)]) -> Audit {
    let timetable = Timetable::new(placements.iter().map(|(talk, room, start)| Placement::new(*talk, *room, *start)));
    Audit::of(&event.clone().check().unwrap(), &timetable).unwrap()
}

fn value(event: &Event, placements: &[(&str, &str, CivilTime)]) -> f64 {
    let audit = audit(event, placements);
    assert!(audit.valid, "{:?}", audit.broken().collect::<Vec<_>>());
    audit.value
}

/// A rule that costs 1 a unit, so that values count units.
fn unit(kind: impl Into<slotwise::rules::Kind>) -> Rule {
    Rule::weighted(Amount::ONE, kind)
}

fn tagged(mut event: Event, key: &str, values: &[(&str, &str)]) -> Event {
    for (talk, value) in values {
        event.talks.iter_mut().find(|t| t.id.as_str() == *talk).unwrap().tags.insert(key, *value);
    }
    event
}

#[test]
fn merit_is_earned_by_placed_talks_and_rounded_to_a_thousandth() {
    let mut event = event(Rule::weighted(Amount::new(0.5).unwrap(), Merit::new()));
    event.talks[0].merit = Some(Amount::new(4.333).unwrap());
    event.talks[1].merit = Some(Amount::whole(9));
    assert_eq!(value(&event, &[("a", "small", at(9, 0))]), 2.167);
}

#[test]
fn a_pair_that_overlaps_in_part_is_charged_once_or_by_the_minute() {
    let places = [("a", "small", at(9, 0)), ("b", "large", at(9, 45))];
    let pair = Clash::of(ClashOf::Pairs(vec![Factored::Times("b".into(), "a".into(), Amount::whole(3))]));
    assert_eq!(value(&event(unit(pair.clone())), &places), -3.0);
    assert_eq!(value(&event(unit(pair.per(Per::Minute))), &places), -45.0);
}

#[test]
fn a_pair_that_shares_two_values_is_charged_once() {
    let event = tagged(
        event(unit(Clash::of(ClashOf::Tag("topic".into())))),
        "topic",
        &[("a", "rust"), ("b", "rust"), ("a", "ops"), ("b", "ops")],
    );
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "large", at(9, 0))]), -1.0);
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "large", at(10, 0))]), 0.0);
}

#[test]
fn interests_weigh_pairs_by_all_who_want_both() {
    let mut event = event(unit(Clash::of(ClashOf::Interests)));
    event.interests = vec![Interest::new(["a", "b", "c"]).weight(Amount::whole(2)), Interest::new(["b", "a"])];
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "large", at(9, 30))]), -3.0);
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("c", "large", at(9, 30))]), -2.0);
}

#[test]
fn of_wanted_talks_at_once_all_but_one_are_missed() {
    let mut event = event(unit(Clash::of(ClashOf::Interests).per(Per::Missed)));
    event.rooms.push(Room::new("third"));
    event.openings.iter_mut().for_each(|o| o.rooms.push("third".into()));
    event.interests = vec![Interest::new(["a", "b", "c", "d"]).weight(Amount::whole(2))];
    let nine = at(9, 0);
    let three = [("a", "small", nine), ("b", "large", nine), ("c", "third", nine)];
    assert_eq!(value(&event, &three), -4.0);
    // A chain: the second starts while the first is on, the third while the second is.
    let chain = [("a", "small", nine), ("b", "large", at(9, 30)), ("c", "small", at(10, 15))];
    assert_eq!(value(&event, &chain), -4.0);
}

#[test]
fn a_share_that_is_no_whole_number_is_rounded_against_the_timetable() {
    let places = |n| [("a", at(9, 0)), ("b", at(10, 0)), ("c", at(11, 0))].map(|(t, s)| (t, "small", s))[..n].to_vec();
    let rust = Selection::tag("topic", ["rust"]);
    let with = |count: Count| tagged(event(unit(count).talks(rust.clone())), "topic", &[("a", "rust"), ("b", "rust")]);
    let half = Amount::new(0.5).unwrap();
    // At least 0.7 of three is three; at most half of three is one.
    let mut least = Count::of(Measure::Talks);
    least.min_share = Some(Amount::new(0.7).unwrap().into());
    assert_eq!(value(&with(least), &places(3)), -1.0);
    let mut most = Count::of(Measure::Talks);
    most.max_share = Some(half.into());
    assert_eq!(value(&with(most.clone()), &places(3)), -1.0);
    assert_eq!(value(&with(most.share_of(rust.clone())), &places(3)), -1.0);
    // Nothing of nothing is right.
    assert_eq!(value(&with(Count::of(Measure::Talks).share(half, half)), &[]), 0.0);
}

#[test]
fn time_is_measured_where_a_talk_starts_among_all_that_run() {
    let event = event(unit(Count::of(Measure::Talks).each(["time"]).max(1)));
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "large", at(9, 30))]), -1.0);
    // At 9:30 and at 10:15 two run, at 9:00 one.
    let three = [("a", "small", at(9, 0)), ("b", "large", at(9, 30)), ("c", "small", at(10, 15))];
    assert_eq!(value(&event, &three), -2.0);
}

#[test]
fn an_empty_day_owes_no_minimum_but_an_empty_topic_does() {
    let topics = [("a", "rust"), ("b", "ops")];
    let by = |dimension| tagged(event(unit(Count::of(Measure::Talks).each([dimension]).min(2))), "topic", &topics);
    let places = [("a", "small", at(9, 0))];
    assert_eq!(value(&by("day"), &places), -1.0);
    assert_eq!(value(&by("tag:topic"), &places), -3.0);
    assert_eq!(value(&by("day"), &[]), 0.0);
    assert_eq!(value(&by("tag:topic"), &[]), -4.0);
    // A topic that only a declined talk has is none.
    let mut declined = by("tag:topic");
    declined.talks[1].status = slotwise::TalkStatus::Declined;
    assert_eq!(value(&declined, &[]), -2.0);
}

#[test]
fn a_topic_without_selected_talks_owes_its_share_too() {
    let mut count = Count::of(Measure::Talks).each(["tag:topic"]);
    count.min_share = Some(Amount::new(0.25).unwrap().into());
    let event = tagged(event(unit(count).talks(Selection::ids(["a"]))), "topic", &[("a", "rust"), ("b", "ops")]);
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "large", at(9, 0))]), -1.0);
}

#[test]
fn a_talk_with_two_values_is_in_both_groups() {
    let event = tagged(
        event(unit(Count::of(Measure::Talks).each(["tag:topic"]).max(0))),
        "topic",
        &[("a", "rust"), ("a", "ops")],
    );
    assert_eq!(value(&event, &[("a", "small", at(9, 0))]), -2.0);
}

#[test]
fn a_quota_of_speakers_counts_those_who_bear_the_tag_themselves() {
    let north = Selection::speaker_tag("region", ["north"]);
    let mut event = event(unit(Count::of(Measure::Speakers).max(0)).talks(north));
    event.speakers = vec![Speaker::new("n", "").tag("region", "north"), Speaker::new("s", "").tag("region", "south")];
    event.talks[0].speakers = vec!["n".into(), "s".into()];
    event.talks[1].speakers = vec!["n".into()];
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "small", at(10, 0))]), -1.0);
}

#[test]
fn days_and_rooms_are_counted_each_once() {
    let mut event = event(unit(Count::of("distinct:day".parse().unwrap()).each(["speaker"]).max(1)));
    event.speakers.push(Speaker::new("s", ""));
    event.talks.iter_mut().for_each(|talk| talk.speakers.push("s".into()));
    let places = [("a", "small", at(9, 0)), ("b", "small", at(11, 0)), ("c", "large", next_day(9, 0))];
    assert_eq!(value(&event, &places), -1.0);
}

#[test]
fn balance_pays_for_the_largest_group() {
    let event = event(unit(Balance::of(Measure::Talks, ["day"])));
    let places = [("a", "small", at(9, 0)), ("b", "small", at(11, 0)), ("c", "large", next_day(9, 0))];
    assert_eq!(value(&event, &places), -2.0);
    assert_eq!(value(&event, &[]), 0.0);
}

#[test]
fn a_talk_out_of_place_costs_one_and_one_left_out_nothing() {
    let event = event(unit(Place::within(Where::blocks(["morning"]))));
    assert_eq!(value(&event, &[("a", "small", at(11, 45)), ("b", "small", at(13, 0))]), -1.0);
    // A window holds the talk from beginning to end, a block only its start.
    let window = slotwise::Window::new(at(9, 0), at(12, 0));
    let event = self::event(unit(Place::within(Where::window(window))));
    assert_eq!(value(&event, &[("a", "small", at(11, 45))]), -1.0);
}

#[test]
fn people_over_the_tolerance_and_empty_seats_are_charged() {
    let fit = Fit::new().tolerance(Amount::new(0.1).unwrap()).empty_weight(Amount::new(0.01).unwrap());
    let mut event = event(unit(fit));
    event.talks[0].audience = Some(60);
    event.talks[1].audience = Some(30);
    // 60 in 50 and 5 on top; 70 empty seats; no word on the third talk's audience.
    let places = [("a", "small", at(9, 0)), ("b", "large", at(9, 0)), ("c", "small", at(10, 0))];
    assert_eq!(value(&event, &places), -5.7);
}

#[test]
fn an_order_is_asked_of_every_pair_and_pauses_of_neighbours() {
    let order = Order::of(Together::sequence(["a", "b", "c"]), Relation::Before).max_minutes(30);
    let event = event(unit(order));
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "small", at(10, 30)), ("c", "small", at(12, 0))]), 0.0);
    // Reversed: all three pairs.
    assert_eq!(value(&event, &[("c", "small", at(9, 0)), ("b", "small", at(10, 30)), ("a", "small", at(12, 0))]), -3.0);
    // Without the one between, the other two are not neighbours.
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("c", "small", at(12, 0))]), 0.0);
}

#[test]
fn a_run_costs_its_breaks() {
    let event = tagged(
        event(unit(Order::of(Together::Tag("series".into()), Relation::Consecutive))),
        "series",
        &[("a", "x"), ("b", "x"), ("c", "x")],
    );
    assert_eq!(value(&event, &[("b", "small", at(9, 0)), ("a", "small", at(10, 0)), ("c", "small", at(11, 0))]), 0.0);
    // A pause in which the room offers a start, then another room: two breaks.
    assert_eq!(
        value(&event, &[("b", "small", at(9, 0)), ("a", "small", at(10, 15)), ("c", "large", at(11, 15))]),
        -2.0
    );
    assert_eq!(value(&event, &[("b", "small", at(9, 0))]), 0.0);
}

#[test]
fn rest_is_longer_where_the_room_changes() {
    let mut event = event(unit(Rest::minutes(30).room_change(45)));
    event.speakers = vec![Speaker::new("s", ""), Speaker::new("t", "")];
    event.talks[0].speakers = vec!["s".into(), "t".into()];
    event.talks[1].speakers = vec!["s".into(), "t".into()];
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "small", at(10, 30))]), 0.0);
    assert_eq!(value(&event, &[("a", "small", at(9, 0)), ("b", "large", at(10, 30))]), -1.0);
    assert_eq!(value(&event, &[("b", "small", at(9, 0)), ("a", "small", at(10, 15))]), -1.0);
}

#[test]
fn a_plenary_is_charged_for_each_talk_beside_it_and_two_plenaries_once() {
    let plenaries = |ids: &[&str]| event(unit(Plenary::new()).talks(Selection::ids(ids.iter().copied())));
    let places = [("a", "small", at(9, 0)), ("b", "large", at(9, 15)), ("c", "large", at(10, 15))];
    assert_eq!(value(&plenaries(&["a"]), &places), -1.0);
    assert_eq!(value(&plenaries(&["a", "b"]), &places), -1.0);
    assert_eq!(value(&plenaries(&["c"]), &places), 0.0);
}

#[test]
fn staying_with_what_was_published_has_four_prices_and_a_time_before_which_all_stays() {
    let weights = [5, 1, 20, 2].map(Amount::whole);
    let keep = Keep::new().time(weights[0]).room(weights[1]).drop(weights[2]).add(weights[3]);
    let mut event = event(unit(keep.clone()));
    let before = [("a", "small", at(9, 0)), ("b", "small", at(10, 0)), ("c", "large", at(13, 0))];
    event.published = before.map(|(talk, room, start)| Published::new(talk, room, start)).to_vec();
    assert_eq!(value(&event, &before), 0.0);
    // Another start, another room and start, dropped, added.
    let after = [("a", "small", at(9, 15)), ("b", "large", at(11, 0)), ("d", "large", at(13, 0))];
    assert_eq!(value(&event, &after), -5.0 - 6.0 - 20.0 - 2.0);

    event.rules = vec![unit(keep.before(at(10, 0)))];
    assert!(!audit(&event, &after).valid);
    let kept = [before[0], ("b", "large", at(11, 0)), before[2]];
    assert_eq!(value(&event, &kept), -6.0);
}

#[test]
fn a_slot_holds_its_room_to_its_end_and_an_opening_through_the_changeover() {
    let mut event = event(unit(Merit::new()));
    event.formats[0].changeover = 15;
    let close = [("a", "small", at(9, 0)), ("b", "small", at(10, 0))];
    assert!(!audit(&event, &close).valid);
    assert!(audit(&event, &[close[0], ("b", "small", at(10, 15))]).valid);
    event.openings.clear();
    event.slots = vec![
        Slot::new("long", at(9, 0), at(10, 30)).rooms(["small"]),
        Slot::new("next", at(10, 15), at(11, 15)).rooms(["small"]),
        Slot::new("last", at(10, 30), at(11, 30)).rooms(["small"]),
    ];
    assert!(!audit(&event, &[close[0], ("b", "small", at(10, 15))]).valid);
    assert!(audit(&event, &[close[0], ("b", "small", at(10, 30))]).valid);
}
