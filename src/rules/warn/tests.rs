//! Claims about what rules are warned of.

use crate::{
    event::{Amount, Block, Event, Format, Interest, Published, Room, Speaker, Talk, TalkStatus},
    rules::{
        Clash, ClashOf, Count, Dimension, Factored, Fit, Keep, Measure, Merit, Order, Place, Plenary, Relation, Rest,
        Rule, Selection, Together, Where,
        testing::{at, checked, grid, soft, talk, window},
    },
};

/// Talks about rust and the web by two speakers, in two rooms of an event of one morning.
fn event() -> Event {
    let mut event = grid("big small", "09:00 10:00");
    event.rooms[0] = Room::new("big").tag("equipment", "camera").capacity(100);
    event.slots[0] = event.slots[0].clone().tag("mood", "opening");
    event.formats = vec![Format::new("talk", 30), Format::new("lab", 60)];
    event.speakers = vec![Speaker::new("ann", "").tag("region", "north"), Speaker::new("bob", "").company("acme")];
    event.talks = vec![
        talk("p1").by("ann").tag("topic", "rust").tag("level", "easy").format("talk").merit(Amount::whole(3)),
        talk("p2").by("ann").tag("topic", "rust").audience(30),
        talk("p3").by("bob").tag("topic", "web"),
        talk("gone").tag("topic", "sql").status(TalkStatus::Declined),
    ];
    event
}

/// What is told of the rule: the path below it and the text.
fn said_in(event: &Event, rule: Rule) -> Vec<String> {
    let warnings = checked(event, [rule]).warnings().into_iter();
    let of_the_rule = warnings.filter_map(|w| Some(format!("{}: {}", w.path.strip_prefix("rules[0]")?, w.text)));
    of_the_rule.collect()
}

fn said(rule: Rule) -> String {
    said_in(&event(), rule).join("\n")
}

fn selected(selection: &str) -> String {
    said(soft(Plenary::new()).talks(serde_json::from_str(selection).expect("a selection")))
}

fn placed(places: &str) -> String {
    said(soft(Place::outside(serde_json::from_str(places).expect("places"))))
}

#[test]
fn rules_about_what_there_is_are_not_told_of() {
    for rule in [
        soft(Merit::new()),
        soft(Fit::new()),
        soft(Count::of(Measure::Talks).each(["tag:topic", "speaker:region"]).max(1)),
        soft(
            Count::of(Measure::Speakers).each(["speaker:company"]).max(1).placed(Where::slot_tag("mood", ["opening"])),
        ),
        soft(Clash::of(ClashOf::Tag("topic".into()))),
        soft(Clash::of(ClashOf::Pairs(vec![Factored::Plain("p1".into(), "p3".into())]))),
        soft(Order::of(Together::sequence(["p1", "p2"]), Relation::Before)),
        soft(Rest::minutes(10)),
        soft(Place::within(Where::rooms(["big"]))),
        soft(Place::within(Where::window(window("09:00", "09:30")))),
    ] {
        assert_eq!(said(rule.clone()), "", "{rule:?}");
    }
}

#[test]
fn a_key_that_nobody_bears_is_told_wherever_it_stands_with_the_one_that_was_meant() {
    let meant = "no talk bears the tag \"topik\"; did you mean \"topic\"?";
    assert_eq!(said(soft(Count::of(Measure::Talks).each(["day", "tag:topik"]).max(1))), format!(".each[1]: {meant}"));
    let distinct = Measure::Distinct(Dimension::Tag("topik".into()));
    assert_eq!(said(soft(Count::of(distinct).max(1))), format!(".measure: {meant}"));
    assert_eq!(said(soft(Clash::of(ClashOf::Tag("topik".into())))), format!(".tag: {meant}"));
    assert_eq!(said(soft(Order::of(Together::Tag("topik".into()), Relation::SameRoom))), format!(".tag: {meant}"));
    assert_eq!(selected(r#"{"tags": {"topik": ["rust"]}}"#), format!(".talks.tags.topik: {meant}"));
    let in_a_part = r#"{"any": [{"tags": {"topic": ["web"]}}, {"not": {"tags": {"topik": ["rust"]}}}]}"#;
    assert_eq!(selected(in_a_part), format!(".talks.any[1].not.tags.topik: {meant}"));
    let of =
        Count::of(Measure::Talks).share(Amount::default(), Amount::ONE).share_of(Selection::tag("topik", ["rust"]));
    assert_eq!(said(soft(of)), format!(".of.tags.topik: {meant}"));
}

#[test]
fn a_key_of_speakers_or_talks_in_the_place_of_the_other_is_told() {
    let each = |dimension: &str| said(soft(Count::of(Measure::Talks).each([dimension]).max(1)));
    assert!(each("tag:region").ends_with("speakers bear it: did you mean \"speaker:region\"?"));
    assert!(each("speaker:topic").ends_with("talks bear it: did you mean \"tag:topic\"?"));
    assert!(selected(r#"{"tags": {"region": ["north"]}}"#).ends_with("did you mean `speaker_tags`?"));
    assert!(selected(r#"{"speaker_tags": {"topic": ["rust"]}}"#).ends_with("did you mean `tags`?"));
    assert!(placed(r#"{"room_tags": {"mood": ["opening"]}}"#).ends_with("did you mean `slot_tags`?"));
}

#[test]
fn a_value_that_nobody_bears_is_told_and_one_of_a_declined_talk_is_such() {
    let nearest = ".talks.tags.topic[1]: no talk bears \"topic\" \"rsut\"; did you mean \"rust\"?";
    assert_eq!(selected(r#"{"tags": {"topic": ["web", "rsut"]}}"#), nearest);
    assert!(selected(r#"{"tags": {"topic": ["sql"]}}"#).contains("no talk bears \"topic\" \"sql\""));
    assert!(selected(r#"{"speaker_tags": {"company": ["acm"]}}"#).ends_with("did you mean \"acme\"?"));
    assert!(placed(r#"{"room_tags": {"equipment": ["camra"]}}"#).ends_with("did you mean \"camera\"?"));
    assert!(placed(r#"{"slot_tags": {"mod": ["opening"]}}"#).ends_with("did you mean \"mood\"?"));
    assert!(placed(r#"{"slot_tags": {"zz": ["opening"]}}"#).ends_with("known: \"mood\""));
}

#[test]
fn a_selection_of_no_talk_is_told_once() {
    assert_eq!(
        selected(r#"{"tags": {"topic": ["web"], "level": ["easy"]}}"#),
        ".talks: no talk is selected; the rule is about nothing"
    );
    assert_eq!(selected(r#"{"min_merit": 100}"#), ".talks: no talk is selected; the rule is about nothing");
    assert!(selected(r#"{"ids": ["gone"]}"#).starts_with(".talks: only declined talks are selected"));
    assert_eq!(selected(r#"{"formats": ["talk", "lab"]}"#), ".talks.formats[1]: no talk is of the format \"lab\"");
}

#[test]
fn places_that_are_nowhere_are_told() {
    assert_eq!(
        placed(r#"{"rooms": ["small"], "room_tags": {"equipment": ["camera"]}}"#),
        ".where: no place of the event is there: no slot and no opening, in any room, is all of this"
    );
    assert_eq!(
        placed(r#"{"days": ["2026-11-02"]}"#),
        ".where.days[0]: nothing starts on 2026-11-02; the event is on 2026-10-30"
    );
    let evening = r#"{"windows": [{"start": "2026-10-30T19:00", "end": "2026-10-30T20:00"}]}"#;
    assert!(
        placed(evening).starts_with(
            ".where.windows[0]: no talk fits within 2026-10-30T19:00 to 2026-10-30T20:00; the event is on"
        )
    );
    let too_short = r#"{"windows": [{"start": "2026-10-30T09:00", "end": "2026-10-30T09:20"}]}"#;
    assert!(placed(too_short).ends_with("no talk fits within 2026-10-30T09:00 to 2026-10-30T09:20"));
    let mut event = event();
    event.blocks.push(Block::new("evening", at("19:00"), at("20:00")));
    event.rooms.push(Room::new("cellar"));
    let in_block = said_in(&event, soft(Place::within(Where::blocks(["evening"]))));
    assert_eq!(in_block, [".where.blocks[0]: nothing starts in the block \"evening\""]);
    let in_cellar = said_in(&event, soft(Place::within(Where::rooms(["cellar", "big"]))));
    assert_eq!(in_cellar, [".where.rooms[0]: the room \"cellar\" has no slot and no opening"]);
}

#[test]
fn data_that_the_event_does_not_have_is_told() {
    assert_eq!(
        said(soft(Clash::of(ClashOf::Interests))),
        ".interests: the event has no `interests`, so the rule is about nothing"
    );
    let mut wanted = event();
    wanted.interests = vec![Interest::new(["p1"]), Interest::new(["p2", "gone"])];
    assert!(
        said_in(&wanted, soft(Clash::of(ClashOf::Interests)))[0]
            .starts_with(".interests: nobody's `interests` name two")
    );
    let keep = || Rule::required(Keep::new());
    assert_eq!(said(keep()), ": the event has no `published` programme, so there is nothing to keep");
    let mut published = event();
    published.published = vec![Published::new("gone", "big", at("09:00"))];
    assert!(said_in(&published, keep())[0].starts_with(": none of the talks was published"));
    published.published = vec![Published::new("p1", "big", at("09:00"))];
    assert_eq!(said_in(&published, keep()), [""; 0]);
    let before = Rule::required(Keep::new().before(at("08:00")));
    assert_eq!(said_in(&published, before), [".before: nothing was published to start before 2026-10-30T08:00"]);
    assert_eq!(
        said(soft(Count::of(Measure::Talks).each(["block"]).max(1))),
        ".each[0]: the event has no `blocks`, so there is no group"
    );
    assert_eq!(
        said(soft(Order::of(Together::sequence(["p1", "p2"]), Relation::SameBlock))),
        ".relation: the event has no `blocks`"
    );
}

#[test]
fn rests_of_speakers_without_two_talks_are_told() {
    let of_bob = soft(Rest::minutes(10).speakers(["ann", "bob"]));
    assert_eq!(said(of_bob), ".speakers[1]: the speaker \"bob\" does not have two talks");
    let p1_only = soft(Rest::minutes(10)).talks(Selection::ids(["p1", "p3"]));
    assert_eq!(said(p1_only), ": no speaker has two talks, so nobody needs a rest");
}

#[test]
fn sizes_and_merits_that_nobody_gave_are_told() {
    let unsized_talks = Selection::ids(["p1", "p3"]);
    let told = said(soft(Fit::new()).talks(unsized_talks.clone()));
    assert_eq!(told, ": none of the talks says how large its `audience` is, so every one fits");
    let audience = soft(Count::of(Measure::Audience).max(5)).talks(unsized_talks);
    assert!(said(audience).starts_with(".measure: none of the talks says"));
    let mut boundless = event();
    boundless.rooms[0].capacity = None;
    assert_eq!(said_in(&boundless, soft(Fit::new())), [": no room has a `capacity`, so every audience fits"]);
    let merit = || soft(Merit::new()).talks(Selection::ids(["p3"]));
    let mut drawn = event();
    drawn.rules = vec![merit(), soft(Merit::new())];
    let told = checked(&drawn, []).warnings();
    let told: Vec<_> = told.iter().map(|w| (w.path.as_str(), w.text.as_str())).collect();
    assert_eq!(
        told,
        [("rules[0]", "none of the talks has a merit: neither marks that count nor a `merit` of its own")]
    );
    assert_eq!(said(merit()), "", "the event is told of, and once is enough");
}

#[test]
fn listed_talks_that_are_never_placed_are_told() {
    let pairs = ClashOf::Pairs(vec![Factored::Plain("p1".into(), "gone".into())]);
    assert_eq!(said(soft(Clash::of(pairs))), ".pairs[0]: \"gone\" is declined, so never placed");
    let sequence = || soft(Order::of(Together::sequence(["p1", "p2"]), Relation::Before));
    let told = said(sequence().talks(Selection::ids(["p1"])));
    assert!(told.starts_with(".sequence: the rule's own `talks` leave out \"p2\""), "{told}");
    assert!(
        told.ends_with(".sequence: fewer than two of these talks can be placed, so the rule is about nothing"),
        "{told}"
    );
}

#[test]
fn a_tag_that_no_two_talks_share_is_told() {
    let told = said(soft(Clash::of(ClashOf::Tag("level".into()))));
    assert_eq!(told, ".tag: no two of the talks share a value of \"level\", so the rule is about nothing");
}

#[test]
fn a_weight_of_nothing_is_told() {
    let free = Rule::weighted(Amount::default(), Fit::new());
    assert!(said(free).starts_with(".weight: a weight of 0"));
    let mut published = event();
    published.published = vec![Published::new("p1", "big", at("09:00"))];
    let free = Rule::weighted(Amount::ONE, Keep::new().time(Amount::default()));
    assert!(said_in(&published, free)[0].starts_with(": all its weights are 0"));
}

#[test]
fn a_required_rule_that_accepted_talks_cannot_satisfy_is_told_as_impossible() {
    let mut event = event();
    event.talks[0].status = TalkStatus::Accepted;
    event.talks[1].status = TalkStatus::Accepted;
    let told = |rule: Rule| {
        let warnings = checked(&event, [rule]).warnings();
        warnings.into_iter().filter(|w| w.impossible).map(|w| w.text).collect::<Vec<_>>().join("\n")
    };
    let p1 = || Selection::ids(["p1"]);
    let nowhere = Where { all: Some(vec![Where::rooms(["big"]), Where::rooms(["small"])]), ..Where::default() };
    assert!(
        told(Rule::required(Place::within(nowhere)).talks(p1()))
            .contains("\"p1\" is accepted, and the rule leaves it no place")
    );
    assert_eq!(told(Rule::required(Place::within(Where::rooms(["big"]))).talks(p1())), "");
    assert!(
        told(Rule::required(Count::of(Measure::Talks).min(4)))
            .contains("at least 4 talks must be placed, and the rule is about 3")
    );
    assert!(
        told(Rule::required(Count::of(Measure::Talks).max(1))).contains("2 of those the rule is about are accepted")
    );
    assert_eq!(told(Rule::required(Count::of(Measure::Talks).min(2).max(2))), "");
}

#[test]
fn rules_of_embedding_code_are_looked_at_too() {
    let event = checked(&event(), []);
    let rule: Rule<Fit> = Rule {
        name: None,
        strength: crate::rules::Strength::Required,
        talks: Selection::tag("topik", ["rust"]),
        kind: Fit::new(),
    };
    let event = event.with_rule(&rule).expect("a good rule");
    assert_eq!(event.warnings().iter().filter(|w| w.path == "rules[0].talks.tags.topik").count(), 1);
}

#[test]
fn places_are_looked_at_no_longer_than_the_search_may_wait() {
    let mut event = event();
    event.talks.truncate(1);
    let nowhere = Where { all: Some(vec![Where::rooms(["big"]), Where::rooms(["small"])]), ..Where::default() };
    let event = checked(&event, (0..3).map(|_| soft(Place::within(nowhere.clone()))));
    let known = crate::event::warnings::Tagged::of(&event);
    let mut list = Vec::new();
    // Four places in all: enough for one rule, and not for the second.
    let mut looks = 5;
    for scope in event.scopes() {
        scope.kind().warn(&scope, &mut super::Warn::new(&scope, &known, &mut looks, &mut list));
    }
    assert_eq!((list.len(), looks), (1, 0));
}

#[test]
fn an_empty_event_is_warned_of_nothing() {
    assert_eq!(checked(&Event::new("x", "Europe/Paris"), []).warnings(), []);
    let declined = Event { talks: vec![Talk::new("t", "").minutes(9).status(TalkStatus::Declined)], ..event() };
    assert_eq!(checked(&declined, []).warnings(), []);
}
