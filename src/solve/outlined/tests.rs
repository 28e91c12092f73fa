//! Bounds hold whatever the prices, and single moves cost what the whole timetable does.

use super::{
    bound::Bound,
    ground::{Cell, Ground},
    search::Search,
    sketch,
    state::{State, Worth},
    transport,
};
use crate::{
    SolveOptions,
    event::{Amount, CheckedEvent, Event, Opening, Room, Slot, Speaker, Talk, TalkIx, TalkStatus},
    program::{Outline, Program},
    rules::{Clash, ClashOf, Fit, Merit, Rest, Rule},
    solve::{
        Asked,
        backend::{Limits, Stop},
        progress::Watch,
        solve, solve_stated,
    },
    timetable::Status as Outcome,
};
use proptest::{collection::vec, prelude::*};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::time::Instant;

fn limits() -> Limits {
    let started = Instant::now();
    Limits::new(&SolveOptions::new(), started, Watch::new(started, None))
}

/// A talk: audience, theme, whether it must be placed, its speaker, and when the speaker is there: always, early, late.
type Said = (u32, usize, bool, usize);

fn event(rooms: &[u32], slots: usize, overlapping: bool, talks: &[Said], there: &[u8]) -> CheckedEvent {
    let mut event = Event::new("tiny", "Europe/Paris");
    let at = |minutes: usize| {
        jiff::civil::date(2026, 10, 30).at(8, 0, 0, 0).saturating_add(jiff::SignedDuration::from_mins(minutes as i64))
    };
    event.rooms = rooms.iter().enumerate().map(|(i, seats)| Room::new(format!("r{i}")).capacity(*seats)).collect();
    let ids: Vec<String> = (0..rooms.len()).map(|i| format!("r{i}")).collect();
    let step = if overlapping { 20 } else { 30 };
    for slot in 0..slots {
        event.slots.push(
            Slot::new(format!("s{slot}"), at(step * slot), at(step * slot + 30)).rooms(ids.iter().map(String::as_str)),
        );
    }
    let middle = at(step * (slots / 2).max(1));
    for (i, when) in there.iter().enumerate() {
        let speaker = Speaker::new(format!("p{i}"), "");
        event.speakers.push(match when {
            0 => speaker.available(at(0), middle),
            1 => speaker.available(middle, at(24 * 30)),
            _ => speaker,
        });
    }
    for (i, (audience, theme, must, speaker)) in talks.iter().enumerate() {
        let status = if *must { TalkStatus::Accepted } else { TalkStatus::Proposed };
        let talk = Talk::new(format!("t{i}"), "").minutes(30).audience(*audience).status(status);
        let talk = talk.tag("theme", format!("h{theme}")).by(format!("p{}", speaker % there.len()));
        event.talks.push(talk.merit(Amount::whole(7 * (i as u32 % 5))));
    }
    event.rules = vec![
        Rule::weighted(Amount::ONE, Fit::new()),
        Rule::weighted(Amount::whole(10), Clash::of(ClashOf::Tag("theme".to_owned()))),
        Rule::weighted(Amount::ONE, Merit::new()),
    ];
    event.check().expect("an event without problems")
}

/// Rooms of which some are alike, a few slots that may overlap, and fewer places than some events need.
fn events() -> impl Strategy<Value = CheckedEvent> {
    let talk = (1_u32..40, 0_usize..3, prop::bool::weighted(0.7), 0_usize..6);
    let rooms = vec(prop_oneof![Just(10_u32), Just(20), Just(30)], 1..4);
    (rooms, 1_usize..5, any::<bool>(), vec(talk, 1..9), vec(0_u8..6, 4..6))
        .prop_map(|(rooms, slots, overlapping, talks, there)| event(&rooms, slots, overlapping, &talks, &there))
}

/// The event, with a rule of which an outline only knows that it costs.
fn with_rests(event: &CheckedEvent, minutes: u32) -> CheckedEvent {
    let mut event = event.event().clone();
    event.rules.push(Rule::weighted(Amount::whole(9), Rest::minutes(minutes)));
    event.check().expect("an event without problems")
}

fn outline(event: &CheckedEvent) -> Outline<'_> {
    Outline::begin(event).rules().expect("small weights")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_prices_and_no_multipliers_make_the_bound_wrong(event in events(), seed in any::<u64>()) {
        let outline = outline(&event);
        let ground = Ground::of(&outline, 1).expect("priority 1");
        let best = solve(&event, &SolveOptions::new()).expect("an answer").value;
        let best = best.map(|value| (value * 1000.0).round() as i64);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        for most in [1_i64, 5_000, 40_000] {
            let prices = (0..ground.nodes()).map(|_| random.random_range(0..most)).collect();
            let multipliers = ground.groups.iter().flat_map(|g| vec![g.crowd.is_some(); ground.bands.len()]).map(|some| if some { random.random_range(0..most) } else { 0 }).collect();
            let bound = Bound::with(&ground, prices, multipliers);
            prop_assert!(best <= bound.most, "{best:?} is above {:?}", bound.most);
        }
        let (bound, _) = Bound::of(&ground, &limits());
        prop_assert!(best <= bound.most, "{best:?} is above {:?}", bound.most);
    }

    #[test]
    fn talks_are_sent_where_they_earn_most_given_the_prices(event in events()) {
        let outline = outline(&event);
        let ground = Ground::of(&outline, 1).expect("priority 1");
        let sent = transport::send(&ground, &vec![0; ground.talks * ground.bands.len()], &limits());
        prop_assume!(!sent.impossible);
        let inside = |node: usize| sent.node_of.iter().filter(|n| **n as usize == node).count() as i64;
        for node in 0..ground.nodes() {
            prop_assert!(inside(node) <= ground.supply[node]);
            prop_assert!(sent.prices[node] == 0 || inside(node) == ground.supply[node], "a price for what is left over");
        }
        for talk in 0..ground.talks {
            let ix = TalkIx(talk as u32);
            let worth = |node| Some(ground.in_node(ix, node)? - sent.prices[node]);
            let has = if sent.node_of[talk] == transport::OUT { Some(0) } else { worth(sent.node_of[talk] as usize) };
            let most = (0..ground.nodes()).filter_map(worth).max();
            let most = if ground.must[talk] { most } else { most.max(Some(0)) };
            prop_assert_eq!(has, most);
        }
    }

    #[test]
    fn a_move_costs_what_the_whole_timetable_says(event in events(), seed in any::<u64>()) {
        let outline = outline(&event);
        let ground = Ground::of(&outline, 1).expect("priority 1");
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut state = State::empty(&ground);
        prop_assume!(!ground.band_of.is_empty());
        for _ in 0..30 {
            let talk = TalkIx(random.random_range(0..ground.talks as u32));
            let cell = Cell {
                time: random.random_range(0..ground.band_of.len() as u32),
                class: random.random_range(0..ground.classes as u32),
            };
            let to = (random.random_range(0..4) > 0).then_some(cell);
            state.put(talk, None);
            let foretold = state.worth.less(state.worth_of(talk, None)).plus(state.worth_of(talk, to));
            state.put(talk, to);
            prop_assert_eq!(state.worth, foretold);
            let mut fresh = State::empty(&ground);
            for (t, cell) in state.at.clone().into_iter().enumerate() {
                fresh.put(TalkIx(t as u32), cell);
            }
            prop_assert_eq!(state.worth, fresh.worth);
        }
        for talk in 0..ground.talks {
            state.put(TalkIx(talk as u32), None);
        }
        prop_assert_eq!(state.worth, State::empty(&ground).worth);
        prop_assert_eq!(state.worth.value, Worth::default().value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sketch_is_not_lost_where_the_program_has_no_time_to_better_it(event in events(), minutes in 1_u32..40) {
        let event = with_rests(&event, minutes);
        let best = solve(&event, &SolveOptions::new()).expect("an answer");
        let (started, options) = (Instant::now(), SolveOptions::new().work_limit(0));
        let watch = Watch::new(started, None);
        let drawn = sketch(Outline::begin(&event), &SolveOptions::new(), &watch, started).expect("small weights");
        prop_assume!(drawn.is_some());
        let (sketch, _) = drawn.expect("just looked");
        let worth = sketch.settled.chosen.is_some().then(|| sketch.values.values().sum::<i64>() as f64 / 1000.0);
        let program = Program::shrunk(&event).expect("small weights");
        let answer = solve_stated(&event, &program, &Asked::beginning_with(&sketch), &options, &watch).expect("an answer");
        prop_assert!(answer.value >= worth, "{:?} is below the sketch's {worth:?}", answer.value);
        prop_assert!(answer.value <= best.value && best.value <= answer.bound.or(best.value));
        prop_assert!(answer.status != Outcome::Optimal || answer.value == best.value);
    }
}

#[test]
fn where_starts_are_minutes_apart_a_search_ends_with_its_work() {
    let day = jiff::civil::date(2026, 10, 30);
    let mut event = Event::new("fine", "Europe/Paris");
    event.rooms = (0..3).map(|i| Room::new(format!("r{i}")).capacity(20 + 10 * i)).collect();
    event.openings = vec![Opening::new(day.at(9, 0, 0, 0), day.at(17, 0, 0, 0), 1).rooms(["r0", "r1", "r2"])];
    event.talks = (0..40)
        .map(|i| Talk::new(format!("t{i}"), "").minutes(40).audience(10 + i).tag("theme", format!("h{}", i % 3)))
        .map(|talk| talk.merit(Amount::whole(5)))
        .collect();
    event.rules = vec![
        Rule::weighted(Amount::ONE, Fit::new()),
        Rule::weighted(Amount::ONE, Clash::of(ClashOf::Tag("theme".to_owned()))),
        Rule::weighted(Amount::ONE, Merit::new()),
    ];
    let event = event.check().expect("an event without problems");
    let outline = Outline::begin(&event).rules().expect("small weights");
    let ground = Ground::of(&outline, 1).expect("there is a first priority");
    let (bound, sent) = Bound::of(&ground, &limits());
    let limits = limits();
    let of_search = limits.at_most(60_000);
    let mut search = Search::new(&ground, &bound, &of_search);
    search.construct(&sent.node_of);
    let built = of_search.spent();
    let found = search.run(i64::MAX);
    assert_eq!(found.stop, Stop::Work);
    assert!(built < 60_000 && (60_000..61_000).contains(&of_search.spent()), "{built}, {}", of_search.spent());
}
