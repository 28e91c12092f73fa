//! What `count` means, claim by claim.

use super::*;
use crate::{
    event::{Amount, Event, Format, Speaker, TalkStatus},
    rules::{
        Merit, Rule,
        testing::{at, best, breaks, cost, grid, judge, open, priced, problems, soft, talk, talks},
    },
};

/// Two rooms, two hours on the Friday and one on the Saturday; two talks on Rust, one on both, one on operations.
fn event() -> Event {
    let mut event = grid("a b", "09:00 10:00 sat-09:00");
    event.talks = vec![
        talk("rust1").tag("topic", "rust"),
        talk("rust2").tag("topic", "rust"),
        talk("both").tag("topic", "rust").tag("topic", "ops"),
        talk("ops").tag("topic", "ops"),
    ];
    event
}

fn share(thousandths: i64) -> Share {
    Amount::from_thousandths(thousandths).into()
}

#[test]
fn each_unit_above_the_most_or_below_the_least_is_charged() {
    let one_or_two = soft(Count::of(Measure::Talks).min(2).max(3));
    assert_eq!(cost(&event(), &one_or_two, ""), 2);
    assert_eq!(cost(&event(), &one_or_two, "rust1 a 09:00"), 1);
    assert_eq!(cost(&event(), &one_or_two, "rust1 a 09:00, rust2 b 09:00, ops a 10:00"), 0);
    assert_eq!(cost(&event(), &one_or_two, "rust1 a 09:00, rust2 b 09:00, ops a 10:00, both b 10:00"), 1);
}

#[test]
fn an_empty_day_owes_no_minimum() {
    let three_a_day = soft(Count::of(Measure::Talks).each(["day"]).min(3));
    assert_eq!(cost(&event(), &three_a_day, ""), 0);
    assert_eq!(cost(&event(), &three_a_day, "rust1 a 09:00"), 2);
    assert_eq!(cost(&event(), &three_a_day, "rust1 a 09:00, rust2 a sat-09:00"), 4);
}

#[test]
fn a_day_on_which_only_other_talks_are_placed_owes_its_minimum() {
    let ops_every_day = soft(Count::of(Measure::Talks).each(["day"]).min(1)).talks(Selection::tag("topic", ["ops"]));
    assert_eq!(cost(&event(), &ops_every_day, "ops a 09:00"), 0);
    assert_eq!(cost(&event(), &ops_every_day, "ops a 09:00, rust1 a sat-09:00"), 1);
}

#[test]
fn a_topic_that_nobody_placed_owes_its_minimum() {
    let each_topic = soft(Count::of(Measure::Talks).each(["tag:topic"]).min(1));
    assert_eq!(cost(&event(), &each_topic, ""), 2);
    assert_eq!(cost(&event(), &each_topic, "rust1 a 09:00"), 1);
    assert_eq!(cost(&event(), &each_topic, "both a 09:00"), 0);
}

#[test]
fn a_topic_of_declined_talks_only_owes_nothing() {
    let mut event = event();
    event.talks.push(talk("art").tag("topic", "art").status(TalkStatus::Declined));
    let each_topic = soft(Count::of(Measure::Talks).each(["tag:topic"]).min(1));
    assert_eq!(cost(&event, &each_topic, "both a 09:00"), 0);
}

#[test]
fn a_talk_with_two_topics_is_in_both_groups() {
    let one_a_topic = soft(Count::of(Measure::Talks).each(["tag:topic"]).max(1));
    assert_eq!(cost(&event(), &one_a_topic, "rust1 a 09:00, ops b 09:00"), 0);
    assert_eq!(cost(&event(), &one_a_topic, "rust1 a 09:00, both a 10:00, ops b 09:00"), 2);
}

#[test]
fn groups_of_place_and_of_talks_combine() {
    let one_a_topic_and_day = soft(Count::of(Measure::Talks).each(["tag:topic", "day"]).max(1));
    assert_eq!(cost(&event(), &one_a_topic_and_day, "rust1 a 09:00, rust2 a sat-09:00, ops a 10:00"), 0);
    assert_eq!(cost(&event(), &one_a_topic_and_day, "rust1 a 09:00, rust2 a 10:00, both a sat-09:00"), 1);
    let every_topic_every_day = soft(Count::of(Measure::Talks).each(["day", "tag:topic"]).min(1));
    assert_eq!(cost(&event(), &every_topic_every_day, "both a 09:00, rust1 a sat-09:00"), 1);
}

#[test]
fn time_is_measured_where_something_starts() {
    let mut event = open("a b", "09:00", "12:00");
    event.talks = vec![talk("long").minutes(60), talk("short"), talk("late")];
    let one_at_a_time = soft(Count::of(Measure::Talks).each(["time"]).max(1));
    assert_eq!(cost(&event, &one_at_a_time, "long a 09:00, short b 09:20"), 1);
    assert_eq!(cost(&event, &one_at_a_time, "long a 09:00, short b 10:00"), 0);
    assert_eq!(cost(&event, &one_at_a_time, "long a 09:00, short b 09:00, late b 09:30"), 2);
    // From 09:50, `long` runs alone again: nothing starts then, so nothing is owed.
    let always_two = soft(Count::of(Measure::Talks).each(["time"]).min(2));
    assert_eq!(cost(&event, &always_two, "long a 09:00, short b 09:20"), 1);
    assert_eq!(cost(&event, &always_two, "long a 09:00, short b 09:00"), 0);
}

#[test]
fn start_counts_only_what_starts_together() {
    let mut event = open("a b", "09:00", "12:00");
    event.talks = talks("p1 p2");
    let one_a_start = soft(Count::of(Measure::Talks).each(["start"]).max(1));
    assert_eq!(cost(&event, &one_a_start, "p1 a 09:00, p2 b 09:10"), 0);
    assert_eq!(cost(&event, &one_a_start, "p1 a 09:00, p2 b 09:00"), 1);
}

#[test]
fn only_talks_placed_where_it_says_count() {
    let one_in_a = soft(Count::of(Measure::Talks).max(1).placed(Where::rooms(["a"])));
    assert_eq!(cost(&event(), &one_in_a, "rust1 a 09:00, rust2 b 09:00, ops b 10:00"), 0);
    assert_eq!(cost(&event(), &one_in_a, "rust1 a 09:00, rust2 a 10:00, ops b 10:00"), 1);
    let one_a_day_in_a = soft(Count::of(Measure::Talks).each(["day"]).min(1).placed(Where::rooms(["a"])));
    assert_eq!(cost(&event(), &one_a_day_in_a, "rust1 b 09:00"), 0, "no day has a talk in a");
}

#[test]
fn a_share_is_rounded_up_to_whole_units() {
    let half_rust = soft(Count { min_share: Some(share(500)), ..Count::of(Measure::Talks) });
    let half_rust = half_rust.talks(Selection::ids(["rust1", "rust2"]));
    assert_eq!(cost(&event(), &half_rust, ""), 0);
    assert_eq!(cost(&event(), &half_rust, "ops a 09:00"), 1);
    assert_eq!(cost(&event(), &half_rust, "rust1 a 09:00, ops a 10:00"), 0);
    // Half of three is one and a half: one talk is half a unit short, which is one.
    assert_eq!(cost(&event(), &half_rust, "rust1 a 09:00, ops a 10:00, both b 10:00"), 1);
    let at_most_half = soft(Count { max_share: Some(share(500)), ..Count::of(Measure::Talks) });
    let at_most_half = at_most_half.talks(Selection::ids(["rust1", "rust2"]));
    assert_eq!(cost(&event(), &at_most_half, "rust1 a 09:00, rust2 a 10:00, both b 10:00"), 1);
    assert_eq!(cost(&event(), &at_most_half, "rust1 a 09:00, rust2 a 10:00, both b 10:00, ops b 09:00"), 0);
}

#[test]
fn a_third_of_three_is_one_where_it_is_written_as_a_fraction() {
    let at_most = |share| soft(Count { max_share: Some(share), ..Count::of(Measure::Talks) }.each(["tag:topic"]));
    let three = "rust1 a 09:00, rust2 b 09:00, ops a 10:00";
    assert_eq!(cost(&event(), &at_most(Share::ratio(1, 3)), three), 1, "two of three are one too many");
    assert_eq!(cost(&event(), &at_most(Share::ratio(2, 3)), three), 0);
    assert_eq!(cost(&event(), &at_most(share(333)), three), 2 + 1, "0.333 of three allows none");
    assert_eq!(cost(&event(), &at_most(share(666)), three), 1);
    let at_least = |share| soft(Count { min_share: Some(share), ..Count::of(Measure::Talks) }.each(["tag:topic"]));
    assert_eq!(cost(&event(), &at_least(Share::ratio(1, 3)), three), 0);
    assert_eq!(cost(&event(), &at_least(share(334)), three), 1);
    // The part is taken of what is there, whatever the denominator is.
    assert_eq!(cost(&event(), &at_most(Share::ratio(333, 1000)), three), 2 + 1);
}

#[test]
fn the_best_programme_under_a_third_has_exactly_a_third() {
    let mut event = grid("a b c", "09:00");
    event.talks = vec![talk("rust").tag("topic", "rust"), talk("web"), talk("ops")];
    let rules = |share| {
        let third = Count { max_share: Some(share), ..Count::of(Measure::Talks) };
        let rust = Selection::tag("topic", ["rust"]);
        let mut event = event.clone();
        event.talks.iter_mut().for_each(|talk| talk.merit = Some(Amount::ONE));
        best(&event, [priced(1, Merit::new()), Rule::required(third).talks(rust)])
    };
    assert!(rules(Share::ratio(1, 3)).contains("rust"));
    assert!(!rules(share(333)).contains("rust"));
}

#[test]
fn a_share_that_is_no_part_of_a_whole_is_a_problem() {
    for (share, found) in [(Share::ratio(4, 3), "4/3"), (Share::ratio(1, 0), "1/0"), (Share::ratio(1, 1001), "1/1001")]
    {
        let said = problems(&event(), &soft(Count { max_share: Some(share), ..Count::of(Measure::Talks) }));
        assert_eq!(said, format!("rules[0].max_share: found {found}; wanted {}", Share::WANTED));
    }
}

#[test]
fn a_share_is_of_everything_in_the_same_place_whatever_its_topic() {
    let half_a_day =
        soft(Count { max_share: Some(share(500)), ..Count::of(Measure::Talks) }.each(["day", "tag:topic"]));
    assert_eq!(cost(&event(), &half_a_day, "rust1 a 09:00, ops b 09:00"), 0);
    assert_eq!(cost(&event(), &half_a_day, "rust1 a 09:00, ops a sat-09:00"), 2);
}

#[test]
fn a_share_is_of_what_it_says() {
    let of_rust = Count { max_share: Some(share(500)), ..Count::of(Measure::Talks) };
    let of_rust = soft(of_rust.share_of(Selection::tag("topic", ["rust"]))).talks(Selection::ids(["both"]));
    assert_eq!(cost(&event(), &of_rust, "both a 09:00, rust1 b 09:00"), 0);
    assert_eq!(cost(&event(), &of_rust, "both a 09:00, ops b 09:00"), 1);
}

#[test]
fn minutes_and_audience_add_up() {
    let mut event = event();
    event.talks[0] = talk("rust1").minutes(50).audience(80);
    assert_eq!(cost(&event, &soft(Count::of(Measure::Minutes).max(60)), "rust1 a 09:00, ops a 10:00"), 20);
    assert_eq!(cost(&event, &soft(Count::of(Measure::Audience).min(100)), "rust1 a 09:00, ops a 10:00"), 20);
}

#[test]
fn any_is_one_however_many_there_are() {
    let some_every_day = soft(Count::of(Measure::Any).each(["day"]).max(0));
    assert_eq!(cost(&event(), &some_every_day, "rust1 a 09:00, rust2 b 09:00, ops a 10:00"), 1);
}

#[test]
fn speakers_are_counted_once_a_group() {
    let mut event = event();
    event.talks = vec![talk("p1").by("ann"), talk("p2").by("ann").by("bob"), talk("p3").by("bob")];
    let at_most = |most| soft(Count::of(Measure::Speakers).max(most));
    assert_eq!(cost(&event, &at_most(0), "p1 a 09:00, p2 a 10:00, p3 a sat-09:00"), 2);
    assert_eq!(cost(&event, &soft(Count::of(Measure::Speakers).each(["day"]).max(0)), "p1 a 09:00, p2 a 10:00"), 2);
    let in_all = "p1 a 09:00, p2 a 10:00, p3 a sat-09:00";
    assert_eq!(cost(&event, &soft(Count::of(Measure::Speakers).each(["day"]).max(0)), in_all), 3);
}

#[test]
fn with_speaker_tags_only_those_who_bear_them_count() {
    let mut event = event();
    event.talks = vec![talk("p1").by("ann").by("bob"), talk("p2").by("carol")];
    event.speakers =
        vec![Speaker::new("ann", "").tag("region", "north"), Speaker::new("bob", ""), Speaker::new("carol", "")];
    let local = Selection::speaker_tag("region", ["north"]);
    let at_most_none = soft(Count::of(Measure::Speakers).max(0)).talks(local.clone());
    assert_eq!(cost(&event, &at_most_none, "p1 a 09:00, p2 b 09:00"), 1);
    // One of the three speakers is local: half of them would be two.
    let half = soft(Count { min_share: Some(share(500)), ..Count::of(Measure::Speakers) }).talks(local);
    assert_eq!(cost(&event, &half, "p1 a 09:00, p2 b 09:00"), 1);
    assert_eq!(cost(&event, &half, "p1 a 09:00"), 0);
}

#[test]
fn in_groups_of_speakers_each_counts_for_its_own() {
    let mut event = event();
    event.talks = vec![talk("p1").by("ann").by("bob"), talk("p2").by("bob")];
    event.speakers = vec![Speaker::new("ann", "").company("acme"), Speaker::new("bob", "").company("globex")];
    let none = |each: &str| soft(Count::of(Measure::Speakers).each([each]).max(0));
    assert_eq!(cost(&event, &none("speaker:company"), "p1 a 09:00, p2 a 10:00"), 2);
    let talks_a_company = soft(Count::of(Measure::Talks).each(["speaker:company"]).max(1));
    assert_eq!(cost(&event, &talks_a_company, "p1 a 09:00, p2 a 10:00"), 1);
}

#[test]
fn one_track_keeps_one_room() {
    let one_room = soft(Count::of(Measure::Distinct(Dimension::Room)).each(["tag:topic"]).max(1));
    assert_eq!(cost(&event(), &one_room, "rust1 a 09:00, rust2 a 10:00, ops b 09:00"), 0);
    assert_eq!(cost(&event(), &one_room, "rust1 a 09:00, rust2 b 10:00, ops b 09:00"), 1);
}

#[test]
fn a_talk_in_two_blocks_at_once_counts_in_both() {
    let mut event = event();
    event.blocks = vec![
        crate::event::Block::new("early", at("09:00"), at("10:00")),
        crate::event::Block::new("morning", at("09:00"), at("12:00")),
    ];
    let one_a_block = soft(Count::of(Measure::Talks).each(["block"]).max(1));
    assert_eq!(cost(&event, &one_a_block, "rust1 a 09:00, rust2 b 09:00"), 2);
    assert_eq!(cost(&event, &one_a_block, "rust1 a 09:00, rust2 b 10:00"), 1);
    assert_eq!(cost(&event, &one_a_block, "rust1 a 09:00, rust2 b sat-09:00"), 0);
}

#[test]
fn a_finding_says_what_was_measured_and_what_was_wanted() {
    let half = Count { max_share: Some(share(500)), ..Count::of(Measure::Talks) }.each(["day"]).min(1).max(3);
    let rule = priced(2, half).talks(Selection::tag("topic", ["rust"]));
    let report = judge(&event(), &rule, "rust1 a 09:00, rust2 b 09:00, ops a 10:00");
    let [day] = &report.details[..] else { unreachable!("one day: {report:?}") };
    assert_eq!(day.group["day"], "2026-10-30");
    assert_eq!((day.measured, day.total, day.min, day.max, day.units), (Some(2), Some(3), Some(1), Some(1), 1));
    assert_eq!(day.talks.iter().map(crate::event::TalkId::as_str).collect::<Vec<_>>(), ["rust1", "rust2"]);
    assert_eq!(report.cost.to_string(), "2");
}

#[test]
fn an_audit_passes_over_empty_groups_of_place_and_talk_that_owe_nothing() {
    let mut event = grid("a b", "09:00 10:00");
    event.talks = ["x", "y", "z"].map(|topic| talk(topic).tag("topic", topic)).to_vec();
    let by = |each: &[&str]| Count::of(Measure::Talks).each(each.iter().copied());
    let groups = |count: Count| judge(&event, &soft(count), "x a 09:00, y b 10:00").details.len();
    let both = ["room", "tag:topic"];
    assert_eq!(groups(by(&both).max(1)), 2, "where a talk is");
    assert_eq!(groups(by(&both).max(1).min(1)), 2 * 3, "every topic in every room owes its minimum");
    assert_eq!(groups(by(&["tag:topic"]).max(1)), 3, "every topic");
}

#[test]
fn at_most_one_talk_of_a_topic_runs_at_a_time() {
    let mut event = event();
    event.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
    event.slots.truncate(2);
    let one_at_a_time = Count::of(Measure::Talks).each(["time", "tag:topic"]).max(1);
    let clash = "rust1 a 09:00, rust2 b 09:00, both a 10:00, ops b 10:00";
    assert!(breaks(&event, &Rule::required(one_at_a_time.clone()), clash));
    // Three talks on Rust have two hours: one clash cannot be avoided.
    assert_eq!(best(&event, [Rule::required(one_at_a_time.clone())]), "none");
    assert_eq!(crate::rules::testing::best_value(&event, [soft(one_at_a_time.clone())]), -1);
    event.talks[2].status = TalkStatus::Proposed;
    let apart = best(&event, [Rule::required(one_at_a_time.clone())]);
    assert!(!breaks(&event, &Rule::required(one_at_a_time), &apart), "{apart}");
}

#[test]
fn every_slot_has_something_for_beginners() {
    let mut event = grid("a b", "09:00 10:00");
    event.talks = vec![
        talk("easy1").tag("level", "easy").merit(Amount::whole(1)),
        talk("easy2").tag("level", "easy").merit(Amount::whole(2)),
        talk("hard1").merit(Amount::whole(5)),
        talk("hard2").merit(Amount::whole(5)),
        talk("hard3").merit(Amount::whole(5)),
    ];
    let beginners = Count::of(Measure::Talks).each(["start"]).min(1);
    let beginners = Rule::required(beginners).talks(Selection::tag("level", ["easy"]));
    let chosen = best(&event, [priced(1, Merit::new()), beginners]);
    assert!(chosen.contains("easy1") && chosen.contains("easy2"), "{chosen}");
    assert_eq!(chosen.matches("hard").count(), 2, "{chosen}");
}

#[test]
fn formats_that_nobody_uses_are_no_groups() {
    let mut event = event();
    event.formats = vec![Format::new("lab", 60), Format::new("talk", 30)];
    event.talks[0].format = Some("talk".into());
    let each_format = soft(Count::of(Measure::Talks).each(["format"]).min(1));
    assert_eq!(cost(&event, &each_format, ""), 1);
}

#[test]
fn groups_are_of_a_few_dimensions_each_named_once() {
    let said = |each: &[&str]| problems(&event(), &soft(Count::of(Measure::Talks).each(each.iter().copied()).max(1)));
    assert_eq!(said(&["day", "room", "tag:topic", "speaker"]), "");
    assert_eq!(
        said(&["day", "room", "day"]),
        "rules[0].each[2]: found \"day\" a second time; wanted each dimension once"
    );
    let many: Vec<_> = (0..100_000).map(|i| format!("tag:{i}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(said(&many), "rules[0].each: found 100000 dimensions; wanted at most 4");
}

#[test]
fn a_talk_of_very_many_values_is_not_in_all_their_groups() {
    let mut event = event();
    for i in 0..100 {
        for key in ["k1", "k2", "k3", "k4"] {
            event.talks[2].tags.insert(key, i.to_string());
        }
    }
    let said = |each: &[&str]| problems(&event, &soft(Count::of(Measure::Talks).each(each.iter().copied()).max(1)));
    assert_eq!(said(&["tag:k1", "day", "room", "start"]), "");
    assert_eq!(
        said(&["tag:k1", "tag:k2", "tag:k3", "tag:k4"]),
        "rules[0].each: found dimensions by which \"both\" is in 100000000 groups; \
         wanted at most 1000 groups a talk: fewer dimensions or fewer values"
    );
}

#[test]
fn bounds_that_cannot_be_kept_are_problems() {
    let said = |count: Count| problems(&event(), &soft(count));
    assert_eq!(
        said(Count::of(Measure::Talks)),
        "rules[0]: found no bound; wanted one or more of `min`, `max`, `min_share`, `max_share`"
    );
    assert_eq!(said(Count::of(Measure::Talks).min(3).max(2)), "rules[0].max: found 2; wanted at least the `min`, 3");
    let shares = Count::of(Measure::Talks).share(share(600), share(500));
    assert_eq!(said(shares), "rules[0].max_share: found 0.5; wanted at least the `min_share`, 0.6");
}
