//! Random rules: every kind, every field.

use super::random::{
    COMPANIES, LEVELS, REGIONS, Sizes, TOPICS, amount, block_id, day, format_id, room_id, slot_id, some, speaker_id,
    talk_id, window,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use slotwise::{
    Amount, Share, TalkStatus,
    rules::{
        Balance, Clash, ClashOf, Count, Dimension, Factored, Fit, Keep, Kind as AnyKind, Measure, Merit, Order, Per,
        Place, Plenary, Relation, Rest, Rule, Selection, Together, Want, Where,
    },
};

/// A kind of rule.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Merit,
    Count,
    Balance,
    Place,
    Fit,
    Clash,
    Order,
    Rest,
    Plenary,
    Keep,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Merit,
        Self::Count,
        Self::Balance,
        Self::Place,
        Self::Fit,
        Self::Clash,
        Self::Order,
        Self::Rest,
        Self::Plenary,
        Self::Keep,
    ];
}

/// A rule of any kind. Those with the most to say come most often.
pub(crate) fn any_rule(sizes: Sizes) -> impl Strategy<Value = Rule> {
    let often = [Kind::Count, Kind::Count, Kind::Clash, Kind::Order, Kind::Merit];
    select([&often[..], &Kind::ALL].concat()).prop_flat_map(move |kind| rule(kind, sizes))
}

/// A rule of that kind.
pub(crate) fn rule(kind: Kind, sizes: Sizes) -> BoxedStrategy<Rule> {
    let (meaning, weighted_only): (BoxedStrategy<AnyKind>, bool) = match kind {
        Kind::Merit => (Just(Merit::new().into()).boxed(), true),
        Kind::Count => (count(sizes).prop_map_into().boxed(), false),
        Kind::Balance => (balance(sizes).prop_map_into().boxed(), true),
        Kind::Place => (place(sizes).prop_map_into().boxed(), false),
        Kind::Fit => (fit().prop_map_into().boxed(), false),
        Kind::Clash => (clash(sizes).prop_map_into().boxed(), false),
        Kind::Order => (order(sizes).prop_map_into().boxed(), false),
        Kind::Rest => (rest(sizes).prop_map_into().boxed(), false),
        Kind::Plenary => (Just(Plenary::new().into()).boxed(), false),
        Kind::Keep => (keep(sizes).prop_map_into().boxed(), false),
    };
    let strength = (amount(), prop_oneof![3 => Just(1_u32), 1 => Just(2), 1 => Just(7)], any::<bool>());
    let talks = option::weighted(0.3, selection(sizes)).prop_map(Option::unwrap_or_default);
    (meaning, strength, talks)
        .prop_map(move |(kind, (weight, priority, required), talks)| {
            let rule = if required && !weighted_only {
                // A required `keep` or `fit` has nothing to weigh.
                Rule::required(match kind {
                    AnyKind::Keep(_) => Keep::new().into(),
                    AnyKind::Fit(fit) => fit.empty_weight(Amount::ZERO).into(),
                    kind => kind,
                })
            } else {
                Rule::weighted(weight, kind).priority(priority)
            };
            rule.talks(talks)
        })
        .boxed()
}

fn ids(name: fn(usize) -> String, length: usize) -> Vec<String> {
    (0..length).map(name).collect()
}

fn often<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    option::weighted(0.4, strategy)
}

fn rarely<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    option::weighted(0.15, strategy)
}

/// Usually nothing, and never an empty list.
fn listed<T: Clone + std::fmt::Debug + 'static>(list: Vec<T>) -> impl Strategy<Value = Option<Vec<T>>> {
    rarely(some(list, 1)).prop_map(|list| list.filter(|list| !list.is_empty()))
}

/// Which talks: one level of everything, and inside it sometimes another.
pub(crate) fn selection(sizes: Sizes) -> BoxedStrategy<Selection> {
    let flat = (
        listed(ids(talk_id, sizes.talks)),
        rarely(some([&TOPICS[..], &["unheard-of"]].concat(), 1)),
        rarely(some(LEVELS.to_vec(), 1)),
        rarely(some(REGIONS.to_vec(), 1)),
        rarely(some(COMPANIES.to_vec(), 1)),
        listed(ids(format_id, sizes.formats)),
        rarely(some(vec![TalkStatus::Proposed, TalkStatus::Accepted, TalkStatus::Declined], 1)),
        rarely(amount()),
    )
        .prop_map(|(ids, topics, levels, regions, companies, formats, status, min_merit)| {
            let mut selection = ids.map_or_else(Selection::all, Selection::ids);
            for (key, values) in [("topic", topics), ("level", levels)] {
                if let Some(values) = values {
                    selection = selection.and_tag(key, values);
                }
            }
            for (key, values) in [("region", regions), ("company", companies)] {
                if let Some(values) = values {
                    let values = values.into_iter().map(str::to_owned).collect();
                    selection.speaker_tags.0.insert(key.to_owned(), values);
                }
            }
            selection.formats = formats.map(|list| list.into_iter().map(Into::into).collect());
            (selection.status, selection.min_merit) = (status, min_merit);
            selection
        });
    flat.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), rarely(vec(inner.clone(), 1..=2)), rarely(vec(inner.clone(), 1..=2)), rarely(inner)).prop_map(
            |(mut selection, all, any, not)| {
                (selection.all, selection.any, selection.not) = (all, any, not.map(Box::new));
                selection
            },
        )
    })
    .boxed()
}

/// Which places.
pub(crate) fn places(sizes: Sizes) -> BoxedStrategy<Where> {
    let flat = (
        listed(ids(room_id, sizes.rooms)),
        rarely(some(vec!["mic", "screen", "stage"], 1)),
        listed(ids(slot_id, sizes.slots)),
        rarely(some(vec!["opening", "late"], 1)),
        listed(ids(block_id, sizes.blocks)),
        listed((0..=sizes.days).map(day).collect()),
        rarely(vec(window(sizes), 1..=2)),
    )
        .prop_map(|(rooms, equipment, slots, moods, blocks, days, windows)| {
            let mut places = equipment.map_or_else(Where::anywhere, |values| Where::room_tag("equipment", values));
            if let Some(values) = moods {
                places = places.and_slot_tag("mood", values);
            }
            places.rooms = rooms.map(|list| list.into_iter().map(Into::into).collect());
            places.slots = slots.map(|list| list.into_iter().map(Into::into).collect());
            places.blocks = blocks.map(|list| list.into_iter().map(Into::into).collect());
            (places.days, places.windows) = (days, windows);
            places
        });
    flat.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), rarely(vec(inner.clone(), 1..=2)), rarely(vec(inner.clone(), 1..=2)), rarely(inner)).prop_map(
            |(mut places, all, any, not)| {
                (places.all, places.any, places.not) = (all, any, not.map(Box::new));
                places
            },
        )
    })
    .boxed()
}

const DIMENSIONS: [&str; 11] = [
    "day",
    "block",
    "start",
    "time",
    "room",
    "format",
    "speaker",
    "tag:topic",
    "tag:level",
    "speaker:company",
    "speaker:region",
];

/// Any few of them, or those that organisers ask for.
fn dimensions(least: usize) -> impl Strategy<Value = Vec<Dimension>> {
    let usual: [&[&str]; 7] = [
        &["time"],
        &["time", "tag:topic"],
        &["time", "room"],
        &["block", "time"],
        &["start"],
        &["block", "room"],
        &["speaker"],
    ];
    let any_few = proptest::sample::subsequence(DIMENSIONS.to_vec(), least..=3).prop_shuffle();
    prop_oneof![2 => any_few, 1 => select(usual.map(<[_]>::to_vec).to_vec())]
        .prop_map(|words| words.into_iter().map(Dimension::from).collect())
}

fn measure(overflow: bool) -> impl Strategy<Value = Measure> {
    let mut plain = vec![Measure::Talks, Measure::Minutes, Measure::Audience, Measure::Speakers, Measure::Any];
    if overflow {
        plain.push(Measure::Overflow);
    }
    let distinct: Vec<_> =
        DIMENSIONS.iter().filter(|d| **d != "time").map(|d| Measure::Distinct((*d).into())).collect();
    prop_oneof![3 => select(plain), 2 => select(distinct)]
}

fn share() -> impl Strategy<Value = Share> {
    let decimal = prop_oneof![2 => (0..=4_i64).prop_map(|q| q * 250), 1 => 0..=1000_i64, 1 => Just(333)];
    let fraction = (1..=7_u32).prop_flat_map(|whole| (0..=whole).prop_map(move |part| Share::ratio(part, whole)));
    prop_oneof![3 => decimal.prop_map(|n| Share::from(Amount::from_thousandths(n))), 2 => fraction]
}

fn count(sizes: Sizes) -> impl Strategy<Value = Count> {
    let bounds = (often(0..=4_u32), often(0..=4_u32), rarely(share()), rarely(share()));
    let large = prop_oneof![Just(1_u32), Just(25)];
    (dimensions(0), measure(false), rarely(places(sizes)), bounds, large, rarely(selection(sizes))).prop_map(
        |(each, measure, places, (min, max, min_share, max_share), large, of)| {
            // Minutes and people come by the dozen.
            let scale = if matches!(measure, Measure::Minutes | Measure::Audience) { large } else { 1 };
            let mut count = Count::of(measure).each(each).placed(places.unwrap_or_default());
            count.min = min.map(|n| n * scale);
            count.max = max.map(|n| n * scale);
            (count.min_share, count.max_share) = (min_share, max_share);
            if let (Some(min), Some(max)) = (count.min, count.max) {
                (count.min, count.max) = (Some(min.min(max)), Some(min.max(max)));
            }
            if let (Some(min), Some(max)) = (count.min_share, count.max_share) {
                (count.min_share, count.max_share) = (Some(min.min(max)), Some(min.max(max)));
            }
            let shares = count.min_share.is_some() || count.max_share.is_some();
            count.of = of.filter(|_| shares);
            if count.min.is_none() && count.max.is_none() && !shares {
                count.max = Some(scale);
            }
            count
        },
    )
}

fn balance(sizes: Sizes) -> impl Strategy<Value = Balance> {
    (dimensions(1), measure(true), rarely(places(sizes)))
        .prop_map(|(each, measure, places)| Balance::of(measure, each).placed(places.unwrap_or_default()))
}

fn place(sizes: Sizes) -> impl Strategy<Value = Place> {
    (places(sizes), any::<bool>()).prop_map(|(mut places, inside)| {
        if places.is_anywhere() {
            places.rooms = Some(vec![room_id(0).into()]);
        }
        let mut place = Place::within(places);
        if !inside {
            place.want = Want::Out;
        }
        place
    })
}

fn fit() -> impl Strategy<Value = Fit> {
    (often(share()), often(amount())).prop_map(|(tolerance, empty)| {
        Fit::new().tolerance(tolerance.unwrap_or_default()).empty_weight(empty.unwrap_or_default())
    })
}

fn clash(sizes: Sizes) -> impl Strategy<Value = Clash> {
    let all: Vec<(usize, usize)> = (0..sizes.talks).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    let most = all.len().min(5);
    let pairs = proptest::sample::subsequence(all, 1..=most)
        .prop_flat_map(|pairs| (vec((any::<bool>(), option::of(amount())), pairs.len()), Just(pairs)))
        .prop_map(|(fields, pairs)| {
            let one = |((turned, factor), (a, b)): ((bool, Option<Amount>), (usize, usize))| {
                let (a, b) = if turned { (b, a) } else { (a, b) };
                let (a, b) = (talk_id(a).into(), talk_id(b).into());
                match factor {
                    None => Factored::Plain(a, b),
                    Some(factor) => Factored::Times(a, b, factor),
                }
            };
            ClashOf::Pairs(fields.into_iter().zip(pairs).map(one).collect())
        });
    let what = prop_oneof![
        2 => select(vec!["topic", "level"]).prop_map(|key| ClashOf::Tag(key.into())),
        1 => pairs,
        2 => Just(ClashOf::Interests),
    ];
    (what, select(vec![Per::Pair, Per::Minute, Per::Missed])).prop_map(|(what, per)| {
        let per = if per == Per::Missed && what != ClashOf::Interests { Per::Pair } else { per };
        Clash::of(what).per(per)
    })
}

fn order(sizes: Sizes) -> impl Strategy<Value = Order> {
    let talks = ids(talk_id, sizes.talks);
    let most = talks.len().min(4);
    let together = prop_oneof![
        proptest::sample::subsequence(talks, 2..=most).prop_shuffle().prop_map(Together::sequence),
        select(vec!["topic", "level"]).prop_map(|key| Together::Tag(key.into())),
    ];
    let relation = select(vec![
        Relation::Before,
        Relation::Consecutive,
        Relation::Consecutive,
        Relation::SameRoom,
        Relation::SameDay,
        Relation::SameBlock,
        Relation::OtherDay,
        Relation::OtherBlock,
    ]);
    let pause = || rarely(prop_oneof![Just(0_u32), Just(5), Just(30), Just(60)]);
    (together, relation, pause(), pause()).prop_map(|(together, mut relation, min, max)| {
        if matches!((&together, relation), (Together::Tag(_), Relation::Before)) {
            relation = Relation::Consecutive;
        }
        let mut order = Order::of(together, relation);
        (order.min_minutes, order.max_minutes) = (min, max);
        if let (Some(min), Some(max)) = (min, max) {
            (order.min_minutes, order.max_minutes) = (Some(min.min(max)), Some(min.max(max)));
        }
        order
    })
}

fn rest(sizes: Sizes) -> impl Strategy<Value = Rest> {
    let minutes = prop_oneof![Just(1_u32), Just(5), Just(30), Just(60)];
    (minutes, often(prop_oneof![Just(0_u32), Just(31), Just(90)]), listed(ids(speaker_id, sizes.speakers))).prop_map(
        |(minutes, change, speakers)| {
            let mut rest = Rest::minutes(minutes);
            rest.room_change_minutes = change;
            rest.speakers = speakers.map(|list| list.into_iter().map(Into::into).collect());
            rest
        },
    )
}

fn keep(sizes: Sizes) -> impl Strategy<Value = Keep> {
    let weights = (often(amount()), often(amount()), often(amount()), often(amount()));
    (weights, rarely(window(sizes))).prop_map(|((time, room, drop, add), before)| {
        let mut keep = Keep::new();
        (keep.time, keep.room, keep.drop, keep.add) = (time, room, drop, add);
        keep.before = before.map(|window| window.start);
        if keep == Keep::new() {
            keep.time = Some(Amount::ONE);
        }
        keep
    })
}
