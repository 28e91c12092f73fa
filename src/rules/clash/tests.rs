//! What `clash` means, claim by claim.

use super::*;
use crate::{
    event::{Event, Interest, TalkStatus},
    rules::{
        Rule, Selection,
        testing::{best, best_value, breaks, cost, grid, judge, open, priced, problems, soft, talk, talks},
    },
};

/// Three rooms that are open from nine to twelve; two talks on Rust, one on Rust and operations, one on operations.
fn event() -> Event {
    let mut event = open("a b c", "09:00", "12:00");
    event.talks = vec![
        talk("rust1").tag("topic", "rust"),
        talk("rust2").tag("topic", "rust"),
        talk("both").tag("topic", "rust").tag("topic", "ops"),
        talk("ops").tag("topic", "ops"),
    ];
    event
}

fn of_topics() -> Clash {
    Clash::of(ClashOf::Tag("topic".to_owned()))
}

fn of_pairs(pairs: &[(&str, &str, i64)]) -> Clash {
    let one = |(a, b, factor): &(&str, &str, i64)| {
        Factored::Times((*a).into(), (*b).into(), Amount::from_thousandths(*factor))
    };
    Clash::of(ClashOf::Pairs(pairs.iter().map(one).collect()))
}

/// The event, where so many people want these talks.
fn wanted(interests: &[(&[&str], u32)]) -> Event {
    let interest = |(talks, people): &(&[&str], u32)| Interest::new(talks.to_vec()).weight(Amount::whole(*people));
    Event { interests: interests.iter().map(interest).collect(), ..event() }
}

fn of_interests(per: Per) -> Rule {
    soft(Clash::of(ClashOf::Interests).per(per))
}

#[test]
fn a_pair_that_overlaps_in_part_is_charged_once() {
    let clash = soft(of_topics());
    assert_eq!(cost(&event(), &clash, "rust1 a 09:00, rust2 b 09:00"), 1);
    assert_eq!(cost(&event(), &clash, "rust1 a 09:00, rust2 b 09:20"), 1);
    assert_eq!(cost(&event(), &clash, "rust1 a 09:00, ops b 09:00"), 0);
}

#[test]
fn a_talk_that_starts_when_the_other_ends_does_not_clash() {
    assert_eq!(cost(&event(), &soft(of_topics()), "rust1 a 09:00, rust2 b 09:30"), 0);
}

#[test]
fn two_values_in_common_are_one_clash() {
    let mut event = event();
    event.talks[3] = talk("ops").tag("topic", "ops").tag("topic", "rust");
    assert_eq!(cost(&event, &soft(of_topics()), "both a 09:00, ops b 09:10"), 1);
}

#[test]
fn of_three_at_once_every_pair_is_charged() {
    assert_eq!(cost(&event(), &soft(of_topics()), "rust1 a 09:00, rust2 b 09:10, both c 09:20"), 3);
    // On a grid, where talks start and end together, the program counts pairs another way.
    let mut grid = grid("a b c d", "09:00 10:00");
    grid.talks = ["p1", "p2", "p3", "p4"].map(|id| talk(id).tag("topic", "rust")).to_vec();
    assert_eq!(cost(&grid, &soft(of_topics()), "p1 a 09:00, p2 b 09:00, p3 c 09:00, p4 d 10:00"), 3);
    assert_eq!(cost(&grid, &soft(of_topics()), "p1 a 09:00, p2 b 09:00, p3 c 09:00, p4 d 09:00"), 6);
    assert_eq!(cost(&grid, &soft(of_topics()), "p1 a 09:00, p2 b 09:00, p3 c 10:00, p4 d 10:00"), 2);
}

#[test]
fn by_the_minute_each_minute_of_overlap_is_charged() {
    let by_the_minute = soft(of_topics().per(Per::Minute));
    assert_eq!(cost(&event(), &by_the_minute, "rust1 a 09:00, rust2 b 09:20"), 10);
    assert_eq!(cost(&event(), &by_the_minute, "rust1 a 09:00, rust2 b 09:00, both c 09:10"), 30 + 20 + 20);
}

#[test]
fn the_pair_counts_either_way_round() {
    let clash = soft(of_pairs(&[("ops", "rust1", 1000)]));
    assert_eq!(cost(&event(), &clash, "rust1 a 09:00, ops b 09:10"), 1);
    assert_eq!(cost(&event(), &clash, "ops a 09:00, rust1 b 09:10"), 1);
    assert_eq!(cost(&event(), &clash, "ops a 09:00, rust2 b 09:10"), 0);
}

#[test]
fn a_pair_counts_as_often_as_its_factor_says() {
    let clash = priced(2, of_pairs(&[("rust1", "ops", 3000), ("rust1", "both", 500), ("rust2", "ops", 0)]));
    assert_eq!(cost(&event(), &clash, "rust1 a 09:00, ops b 09:10"), 6000);
    assert_eq!(cost(&event(), &clash, "rust1 a 09:00, both b 09:10"), 1000);
    assert_eq!(cost(&event(), &clash, "rust2 a 09:00, ops b 09:10"), 0);
}

#[test]
fn everybody_who_wants_both_talks_counts() {
    let event = wanted(&[(&["rust1", "ops"], 4), (&["rust1", "rust2", "ops"], 2)]);
    assert_eq!(cost(&event, &of_interests(Per::Pair), "rust1 a 09:00, ops b 09:10"), 6);
    assert_eq!(cost(&event, &of_interests(Per::Pair), "rust1 a 09:00, rust2 b 09:10"), 2);
    assert_eq!(cost(&event, &of_interests(Per::Minute), "rust1 a 09:00, ops b 09:10"), 6 * 20);
}

#[test]
fn of_wanted_talks_that_start_together_all_but_one_are_missed() {
    let event = wanted(&[(&["rust1", "rust2", "both", "ops"], 5)]);
    assert_eq!(cost(&event, &of_interests(Per::Missed), "rust1 a 09:00, rust2 b 09:00, both c 09:00"), 2 * 5);
    assert_eq!(cost(&event, &of_interests(Per::Pair), "rust1 a 09:00, rust2 b 09:00, both c 09:00"), 3 * 5);
}

#[test]
fn a_wish_is_missed_when_it_starts_while_another_is_on() {
    let event = wanted(&[(&["rust1", "rust2", "both", "ops"], 1)]);
    let missed = of_interests(Per::Missed);
    assert_eq!(cost(&event, &missed, "rust1 a 09:00, rust2 b 09:20, both c 09:40"), 2);
    assert_eq!(cost(&event, &missed, "rust1 a 09:00, rust2 b 09:30, both c 10:00"), 0);
    let report = judge(&event, &missed, "rust1 a 09:00, rust2 b 09:20, ops c 10:00");
    assert_eq!(report.details[0].talks, ["rust2"]);
}

#[test]
fn talks_that_are_not_selected_do_not_clash() {
    let only = Selection::ids(["rust1", "ops"]);
    assert_eq!(cost(&event(), &soft(of_topics()).talks(only.clone()), "rust1 a 09:00, rust2 b 09:10, both c 09:10"), 0);
    let event = wanted(&[(&["rust1", "rust2", "ops"], 1)]);
    assert_eq!(cost(&event, &of_interests(Per::Pair).talks(only), "rust1 a 09:00, rust2 b 09:00, ops c 09:00"), 1);
}

#[test]
fn a_required_clash_is_broken_by_a_minute() {
    assert!(breaks(&event(), &Rule::required(of_topics()), "rust1 a 09:00, rust2 b 09:20"));
    assert!(!breaks(&event(), &Rule::required(of_topics()), "rust1 a 09:00, rust2 b 09:30, ops c 09:00"));
    let event = wanted(&[(&["rust1", "ops"], 1), (&["rust2", "ops"], 0)]);
    let missed = Rule::required(Clash::of(ClashOf::Interests).per(Per::Missed));
    assert!(breaks(&event, &missed, "rust1 a 09:00, ops b 09:20"));
    assert!(!breaks(&event, &missed, "rust2 a 09:00, ops b 09:20"), "nobody wants both");
}

#[test]
fn the_best_plan_keeps_wanted_talks_apart() {
    let mut event = grid("a b", "09:00 10:00");
    event.talks = talks("p1 p2 p3 p4");
    event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
    // p2 and p4 are all that may run together: then so must p1 and p3.
    let pairs = of_pairs(&[("p1", "p2", 1000), ("p1", "p4", 1000), ("p2", "p3", 1000), ("p3", "p4", 1000)]);
    let plan = best(&event, [Rule::required(pairs.clone())]);
    assert!(!breaks(&event, &Rule::required(pairs.clone()), &plan), "{plan}");
    let hours = |talk| plan.split(", ").find(|p| p.starts_with(talk)).and_then(|p| p.split(' ').nth(2));
    assert_eq!((hours("p1"), hours("p2")), (hours("p3"), hours("p4")), "{plan}");
    // One more wish cannot be had: the cheaper one is given up.
    let all = of_pairs(&[("p1", "p2", 3000), ("p3", "p4", 3000), ("p1", "p3", 1000), ("p2", "p4", 1000)]);
    assert_eq!(best_value(&event, [soft(all.clone())]), 0);
    let more = [("p1", "p2", 3000), ("p3", "p4", 3000), ("p1", "p3", 1000), ("p2", "p4", 1000), ("p1", "p4", 500)];
    assert_eq!(best_value(&event, [priced(1, of_pairs(&more))]), -500);
    assert_eq!(
        best(&event, [Rule::required(of_pairs(&[("p1", "p2", 1000), ("p1", "p3", 1000), ("p1", "p4", 1000)]))]),
        "none"
    );
}

#[test]
fn a_pair_that_says_nothing_is_a_problem() {
    let said = |clash: Clash| problems(&event(), &soft(clash));
    assert_eq!(said(of_pairs(&[])), "rules[0].pairs: found an empty list; wanted one or more pairs of talks");
    assert_eq!(
        said(of_pairs(&[("ops", "rust1", 1000), ("rust1", "ops", 1000)])),
        "rules[0].pairs[1]: found the pair of pairs[0] again; wanted each pair once, either way round"
    );
    assert_eq!(
        said(of_pairs(&[("ops", "ops", 1000)])),
        "rules[0].pairs[0]: found \"ops\" twice; wanted two different talks"
    );
    assert_eq!(
        said(of_topics().per(Per::Missed)),
        "rules[0].per: found \"missed\" without interests; wanted \"pair\" or \"minute\", or \"interests\": true"
    );
}

/// Talks of three topics in eight rooms, where nearly every way that two talks can meet or miss each other comes up.
#[test]
fn every_pair_that_meets_is_charged_however_many_talks_a_topic_has() {
    const LENGTHS: [usize; 4] = [20, 30, 50, 60];
    const ROOMS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut event = open("a b c d e f g h", "09:00", "16:00");
    event.talks = (0..24)
        .map(|i| {
            let talk = talk(&format!("p{i}")).minutes(LENGTHS[i % 4] as u32).tag("topic", ["x", "y", "z"][i % 3]);
            if i.is_multiple_of(5) { talk.tag("topic", "w") } else { talk }
        })
        .collect();
    let begins = |i: usize| i / 4 * 30 + i % 4 * 10;
    let at = |i: usize| (begins(i), begins(i) + LENGTHS[i % 4]);
    let topics = |i: usize| [Some(i % 3), i.is_multiple_of(5).then_some(3)];
    let share = |i: usize, j: usize| topics(i).iter().flatten().any(|t| topics(j).contains(&Some(*t)));
    let meet = |i: usize, j: usize| at(i).0 < at(j).1 && at(j).0 < at(i).1;
    let expected = (0..24).flat_map(|i| (0..i).map(move |j| (i, j))).filter(|(i, j)| share(*i, *j) && meet(*i, *j));
    let place = |i: usize| {
        let start = at(i).0;
        format!("p{i} {} {:02}:{:02}", ROOMS[i % 8], 9 + start / 60, start % 60)
    };
    let timetable: Vec<String> = (0..24).map(place).collect();
    assert_eq!(cost(&event, &soft(of_topics()), &timetable.join(", ")), expected.count() as i64);
}
