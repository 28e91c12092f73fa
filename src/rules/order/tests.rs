//! What `order` means, claim by claim.

use super::*;
use crate::{
    event::{Block, Event, Format, Opening, Speaker, Talk, TalkStatus},
    rules::{
        Rule, Selection,
        testing::{at, best, best_value, breaks, cost, grid, judge, open, problems, soft, talk, talks, window},
    },
};

/// Two rooms that are open from nine to twelve, on both days, and talks of one series.
fn event() -> Event {
    let mut event = open("a b", "09:00", "12:00");
    event.openings.push(Opening::new(at("sat-09:00"), at("sat-12:00"), 10).rooms(["a", "b"]));
    event.talks = ["p1", "p2", "p3"].map(|id| talk(id).tag("series", "s")).to_vec();
    event
}

fn sequence(ids: &str, relation: Relation) -> Order {
    Order::of(Together::sequence(ids.split_whitespace()), relation)
}

fn series(relation: Relation) -> Order {
    Order::of(Together::Tag("series".to_owned()), relation)
}

#[test]
fn before_means_that_the_first_ends_before_the_second_starts() {
    let order = soft(sequence("p1 p2", Relation::Before));
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 b 09:30"), 0);
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 b 09:20"), 1);
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 b 09:30"), 1);
}

#[test]
fn nothing_is_asked_of_a_talk_that_is_left_out_or_not_selected() {
    let order = soft(sequence("p1 p2", Relation::Before));
    assert_eq!(cost(&event(), &order, "p2 a 09:00"), 0);
    let order = order.talks(Selection::ids(["p2", "p3"]));
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 a 10:00"), 0);
}

#[test]
fn of_a_sequence_every_pair_is_in_order() {
    let order = soft(sequence("p1 p2 p3", Relation::Before));
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 a 10:00, p3 a 11:00"), 0);
    assert_eq!(cost(&event(), &order, "p3 a 09:00, p2 a 10:00, p1 a 11:00"), 3);
    assert_eq!(cost(&event(), &order, "p1 a 10:00, p3 a 09:00"), 1);
}

#[test]
fn a_pause_is_asked_of_neighbours_only() {
    let order = soft(sequence("p1 p2 p3", Relation::Before).min_minutes(10).max_minutes(40));
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 a 09:40, p3 a 10:50"), 0);
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 a 09:30, p3 a 10:50"), 2);
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p3 a 11:30"), 0);
}

#[test]
fn elsewhere_the_pause_lies_between_the_two_whichever_comes_first() {
    let order = soft(sequence("p1 p2", Relation::SameDay).min_minutes(20));
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 b 09:50"), 0);
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 b 09:40"), 1);
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 b 09:10"), 1);
    let order = soft(sequence("p1 p2", Relation::SameRoom).max_minutes(20));
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 a 09:50"), 0);
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 a 10:00"), 1);
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 b 09:50"), 1);
}

#[test]
fn consecutive_talks_follow_one_another_in_one_room() {
    let order = soft(sequence("p1 p2", Relation::Consecutive));
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 a 09:30"), 0);
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 b 09:30"), 1);
    assert_eq!(cost(&event(), &order, "p1 a 09:00, p2 a 09:40"), 1);
    assert_eq!(cost(&event(), &order, "p2 a 09:00, p1 a 09:30"), 1);
}

#[test]
fn the_next_talk_starts_when_the_room_is_free_again() {
    let mut event = event();
    event.formats = vec![Format::new("talk", 30).changeover(5)];
    event.talks.iter_mut().for_each(|talk| talk.format = Some("talk".into()));
    let order = soft(sequence("p1 p2", Relation::Consecutive));
    assert_eq!(cost(&event, &order, "p1 a 09:00, p2 a 09:40"), 0);
    let mut grid = grid("a", "09:00 10:00 11:30 sat-09:00");
    grid.talks = talks("p1 p2");
    assert_eq!(cost(&grid, &order, "p1 a 09:00, p2 a 10:00"), 0);
    assert_eq!(cost(&grid, &order, "p1 a 10:00, p2 a 11:30"), 0, "a break is no break of the order");
    assert_eq!(cost(&grid, &order, "p1 a 11:30, p2 a sat-09:00"), 1, "the night is");
}

#[test]
fn consecutive_talks_are_on_one_day_also_where_the_first_ends_at_midnight() {
    let mut grid = grid("a", "23:00 sat-00:00 sat-09:00");
    grid.talks = talks("p1 p2");
    let order = soft(sequence("p1 p2", Relation::Consecutive));
    assert_eq!(cost(&grid, &order, "p1 a 23:00, p2 a sat-00:00"), 1);
    grid.slots.remove(1);
    assert_eq!(cost(&grid, &order, "p1 a 23:00, p2 a sat-09:00"), 1);
}

#[test]
fn an_hour_in_which_the_room_is_closed_is_not_between() {
    let mut event = open("a", "09:00", "12:00");
    event.rooms[0] = event.rooms[0].clone().unavailable(at("09:30"), at("11:00"));
    event.talks = ["p1", "p2"].map(|id| talk(id).tag("series", "s")).to_vec();
    for order in [soft(sequence("p1 p2", Relation::Consecutive)), soft(series(Relation::Consecutive))] {
        assert_eq!(cost(&event, &order, "p1 a 09:00, p2 a 11:00"), 0);
        assert_eq!(cost(&event, &order, "p1 a 09:00, p2 a 11:10"), 1, "somebody could use 11:00");
    }
    event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
    let required = Rule::required(sequence("p1 p2", Relation::Consecutive));
    event.openings[0].every_minutes = 60;
    assert_eq!(best(&event, [required]), "p1 a 09:00, p2 a 11:00");
}

#[test]
fn a_slot_is_between_only_where_some_talk_could_fill_it() {
    let mut event = grid("a b", "09:00 10:00 11:00");
    event.formats = vec![Format::new("lab", 60)];
    event.slots[1].formats = vec!["lab".into()];
    event.talks = talks("p1 p2");
    let order = soft(sequence("p1 p2", Relation::Consecutive));
    let apart = |event: &Event| cost(event, &order, "p1 a 09:00, p2 a 11:00");
    assert_eq!(apart(&event), 0, "nobody has a lab");
    let with = |lab: Talk| {
        let mut event = event.clone();
        let mut speaker = Speaker::new("away", "");
        speaker.unavailable.push(window("10:30", "10:40"));
        event.speakers.push(speaker);
        event.talks.push(lab.format("lab"));
        apart(&event)
    };
    let lab = || Talk::new("p3", "");
    assert_eq!(with(lab()), 1);
    assert_eq!(with(lab().pin_room("a")), 1);
    assert_eq!(with(lab().status(TalkStatus::Declined)), 0);
    assert_eq!(with(lab().by("away")), 0);
    assert_eq!(with(lab().pin_room("b")), 0);
    assert_eq!(with(lab().pin_start(at("09:00"))), 0);
    assert_eq!(with(lab().needs("equipment", "screen")), 0);
    assert_eq!(with(lab().minutes(70)), 0, "it is too long");
}

#[test]
fn a_series_in_one_run_is_free_in_any_order_and_each_break_in_it_is_charged() {
    let run = soft(series(Relation::Consecutive));
    assert_eq!(cost(&event(), &run, "p2 a 09:00, p3 a 09:30, p1 a 10:00"), 0);
    assert_eq!(cost(&event(), &run, "p1 a 09:00, p2 a 09:30, p3 a 10:10"), 1);
    assert_eq!(cost(&event(), &run, "p1 a 09:00, p2 b 09:30, p3 a sat-10:00"), 2);
    assert_eq!(cost(&event(), &run, "p1 a 09:00"), 0);
    assert_eq!(cost(&event(), &run, ""), 0);
}

#[test]
fn a_run_keeps_its_pauses() {
    let run = soft(series(Relation::Consecutive).min_minutes(5));
    assert_eq!(cost(&event(), &run, "p1 a 09:00, p2 a 09:30"), 1);
    let mut event = event();
    event.formats = vec![Format::new("talk", 30).changeover(5)];
    event.talks.iter_mut().for_each(|talk| talk.format = Some("talk".into()));
    assert_eq!(cost(&event, &run, "p1 a 09:00, p2 a 09:40"), 0);
    let short = soft(series(Relation::Consecutive).max_minutes(5));
    assert_eq!(cost(&event, &short, "p1 a 09:00, p2 a 09:40"), 1);
}

#[test]
fn a_series_shares_its_room_or_its_day() {
    let together = "p1 a 09:00, p2 a 11:00, p3 b sat-09:00";
    assert_eq!(cost(&event(), &soft(series(Relation::SameRoom)), together), 2);
    assert_eq!(cost(&event(), &soft(series(Relation::SameDay)), together), 2);
    assert_eq!(cost(&event(), &soft(series(Relation::OtherDay)), together), 1);
}

#[test]
fn talks_are_in_one_block_where_some_block_has_both() {
    let mut event = event();
    event.blocks = vec![Block::new("first", at("09:00"), at("10:30")), Block::new("second", at("10:00"), at("11:00"))];
    let (same, other) = (soft(series(Relation::SameBlock)), soft(series(Relation::OtherBlock)));
    for (timetable, shared) in [
        ("p1 a 09:00, p2 b 10:20", true),
        ("p1 a 10:00, p2 b 10:50", true),
        ("p1 a 09:00, p2 b 10:50", false),
        ("p1 a 11:20, p2 b 11:20", false),
    ] {
        assert_eq!(cost(&event, &same, timetable), i64::from(!shared), "{timetable}");
        assert_eq!(cost(&event, &other, timetable), i64::from(shared), "{timetable}");
    }
}

#[test]
fn two_values_in_common_are_one_pair() {
    let mut event = event();
    for talk in &mut event.talks {
        talk.tags.insert("series", "t");
    }
    assert_eq!(cost(&event, &soft(series(Relation::SameRoom)), "p1 a 09:00, p2 b 09:00"), 1);
}

#[test]
fn a_finding_names_the_run() {
    let report = judge(&event(), &soft(series(Relation::Consecutive)), "p1 a 09:00, p2 a 10:00, p3 a 11:00");
    let [run] = &report.details[..] else { unreachable!("one run: {report:?}") };
    assert_eq!((run.group["tag:series"].as_str(), run.units, run.talks.len()), ("s", 2, 3));
}

#[test]
fn the_best_plan_is_in_order() {
    let mut event = open("a", "09:00", "10:40");
    event.talks = talks("p1 p2 p3");
    event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
    let backwards = Rule::required(sequence("p3 p2 p1", Relation::Before));
    let pause = Rule::required(sequence("p2 p1", Relation::Before).min_minutes(10));
    assert_eq!(best(&event, [backwards.clone(), pause]), "p3 a 09:00, p2 a 09:30, p1 a 10:10");
    assert_eq!(best(&event, [backwards.clone(), Rule::required(sequence("p1 p3", Relation::Before))]), "none");
    assert_eq!(best_value(&event, [backwards, soft(sequence("p1 p2 p3", Relation::Before))]), -3);
}

#[test]
fn a_series_is_planned_in_one_run() {
    let mut event = event();
    event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
    let run = Rule::required(series(Relation::Consecutive));
    let plan = best(&event, [run.clone()]);
    assert!(!breaks(&event, &run, &plan), "{plan}");
    // A talk that stays on Saturday draws the others there.
    event.talks[1] = event.talks[1].clone().pin_start(at("sat-11:30")).pin_room("b");
    let plan = best(&event, [soft(series(Relation::Consecutive))]);
    assert_eq!(plan.matches("b sat-").count(), 3, "{plan}");
    assert!(!breaks(&event, &run, &plan), "{plan}");
}

#[test]
fn an_order_of_nothing_is_a_problem() {
    let said = |order: Order| problems(&event(), &soft(order));
    assert_eq!(
        said(sequence("p1", Relation::Before)),
        "rules[0].sequence: found a sequence of 1; wanted two talks or more"
    );
    assert_eq!(
        said(series(Relation::Before)),
        "rules[0].relation: found \"before\" with a tag, which says no order; wanted a `sequence`"
    );
    assert_eq!(
        said(series(Relation::SameDay).min_minutes(9).max_minutes(5)),
        "rules[0].max_minutes: found 5; wanted at least the `min_minutes`, 9"
    );
}
