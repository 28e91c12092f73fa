//! Random small events, right by construction: every one passes its checks.
//!
//! Half of them are grids (aligned slots of half hours), half are ragged (anything that is a multiple of five minutes).
//! Lists and numbers shrink towards nothing, so a failure ends as the smallest event that shows it.

use super::rules::{self, Kind};
use proptest::{collection::vec, option, prelude::*, sample::subsequence};
use slotwise::{
    Amount, Block, CheckedEvent, CivilTime, Event, Format, Interest, Opening, Published, Review, Reviewer, Room, Slot,
    Speaker, Tags, Talk, TalkStatus, Window,
    civil::{Date, date},
    rules::Rule,
};
use std::fmt;

/// An event, printed as the JSON that an organiser would write.
#[derive(Clone)]
pub(crate) struct Random(pub(crate) Event);

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_json().unwrap())
    }
}

impl Random {
    /// The sizes of its lists, to make more rules with.
    pub(crate) fn sizes(&self) -> Sizes {
        let Self(event) = self;
        Sizes {
            rooms: event.rooms.len(),
            days: 2,
            slots: event.slots.len(),
            openings: event.openings.len(),
            formats: event.formats.len(),
            blocks: event.blocks.len(),
            speakers: event.speakers.len(),
            talks: event.talks.len(),
            step: 30,
            hour: 9,
        }
    }

    /// The event, checked. It has no problems.
    pub(crate) fn checked(&self) -> CheckedEvent {
        self.0.clone().check().unwrap_or_else(|problems| panic!("a random event is wrong: {problems}\n{self:?}"))
    }
}

/// How large the lists of an event are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) rooms: usize,
    pub(crate) days: usize,
    pub(crate) slots: usize,
    pub(crate) openings: usize,
    pub(crate) formats: usize,
    pub(crate) blocks: usize,
    pub(crate) speakers: usize,
    pub(crate) talks: usize,
    /// The step of all times, in minutes: 30 for a grid, 5 for a ragged event.
    pub(crate) step: i64,
    /// When the days begin: in the morning, or so late that they go on after midnight.
    pub(crate) hour: i8,
}

/// The largest lists that are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) rooms: usize,
    pub(crate) slots: usize,
    pub(crate) openings: usize,
    pub(crate) talks: usize,
    pub(crate) rules: usize,
}

impl Most {
    /// For judging one timetable at a time.
    pub(crate) const SMALL: Self = Self { rooms: 5, slots: 6, openings: 2, talks: 7, rules: 4 };
    /// For trying every timetable of few talks that have many places.
    pub(crate) const WIDE: Self = Self { rooms: 4, slots: 5, openings: 2, talks: 3, rules: 3 };
    /// For trying every timetable.
    pub(crate) const TINY: Self = Self { rooms: 2, slots: 3, openings: 1, talks: 4, rules: 3 };
}

fn sizes(most: Most) -> impl Strategy<Value = Sizes> {
    let days = prop_oneof![2 => Just(1_usize), 1 => Just(2)];
    let places = (1..=most.rooms, days, 0..=most.slots, 0..=most.openings);
    let times = (any::<bool>(), prop_oneof![4 => Just(9_i8), 1 => Just(22)]);
    (places, (1..=3_usize, 0..=3_usize), (0..=4_usize, 2..=most.talks), times).prop_map(
        |((rooms, days, slots, openings), (formats, blocks), (speakers, talks), (ragged, hour))| Sizes {
            rooms,
            days,
            // Somewhere to be.
            slots: if openings == 0 { slots.max(1) } else { slots },
            openings,
            formats,
            blocks,
            speakers,
            talks,
            step: if ragged { 5 } else { 30 },
            hour,
        },
    )
}

/// Small events with rules of every kind.
pub(crate) fn events(most: Most) -> impl Strategy<Value = Random> {
    sizes(most).prop_flat_map(move |sizes| events_with(sizes, vec(rules::any_rule(sizes), 1..=most.rules)))
}

/// Small events with one rule, of that kind.
pub(crate) fn events_with_one(kind: Kind, most: Most) -> impl Strategy<Value = Random> {
    sizes(most).prop_flat_map(move |sizes| events_with(sizes, rules::rule(kind, sizes).prop_map(|rule| vec![rule])))
}

fn events_with(sizes: Sizes, rules: impl Strategy<Value = Vec<Rule>>) -> impl Strategy<Value = Random> {
    let places = (
        prop_oneof![3 => Just("UTC"), 1 => Just("Europe/Paris")],
        rooms(sizes),
        vec(format(sizes), sizes.formats),
        vec(window(sizes), sizes.blocks),
        vec(slot(sizes), sizes.slots),
        vec(opening(sizes), sizes.openings),
    );
    let people = (vec(speaker(sizes), sizes.speakers), vec(talk(sizes), sizes.talks));
    let wishes = (vec(interest(sizes), 0..=3), published(sizes), reviews(sizes));
    (places, people, wishes, rules).prop_map(|(places, (speakers, talks), (interests, published, reviews), rules)| {
        let (zone, rooms, formats, blocks, slots, openings) = places;
        let mut event = Event::new("random", zone);
        event.rooms = rooms;
        event.formats = numbered(formats, |i, format| format.id = format_id(i).into());
        event.blocks =
            blocks.iter().enumerate().map(|(i, window)| Block::new(block_id(i), window.start, window.end)).collect();
        event.slots = numbered(slots, |i, slot| slot.id = slot_id(i).into());
        for slot in &mut event.slots {
            let minutes = slot.start.datetime().duration_until(slot.end.datetime()).as_mins();
            let formats = &event.formats;
            slot.formats.retain(|id| formats.iter().any(|f| f.id == *id && i64::from(f.minutes) <= minutes));
        }
        event.openings = openings;
        event.speakers = numbered(speakers, |i, speaker| speaker.id = speaker_id(i).into());
        event.talks = numbered(talks, |i, talk| talk.id = talk_id(i).into());
        event.interests = interests;
        event.published = published;
        event.reviewers = vec![Reviewer::new("r0"), Reviewer::new("r1").company("acme")];
        event.reviews = reviews;
        event.rules = rules;
        Random(event)
    })
}

fn numbered<T>(mut list: Vec<T>, name: impl Fn(usize, &mut T)) -> Vec<T> {
    list.iter_mut().enumerate().for_each(|(i, element)| name(i, element));
    list
}

pub(crate) fn room_id(i: usize) -> String {
    format!("room{i}")
}

pub(crate) fn format_id(i: usize) -> String {
    format!("format{i}")
}

pub(crate) fn block_id(i: usize) -> String {
    format!("block{i}")
}

pub(crate) fn slot_id(i: usize) -> String {
    format!("slot{i}")
}

pub(crate) fn speaker_id(i: usize) -> String {
    format!("speaker{i}")
}

pub(crate) fn talk_id(i: usize) -> String {
    format!("talk{i}")
}

/// The event's days: the night between the first two is the one in which Paris turns its clocks back.
pub(crate) fn day(i: usize) -> Date {
    date(2026, 10, 24 + i as i8)
}

/// A time so many minutes after a day's beginning.
fn at(sizes: Sizes, nth: usize, minutes: i64) -> CivilTime {
    day(nth).at(sizes.hour, 0, 0, 0).saturating_add(jiff::SignedDuration::from_mins(minutes)).into()
}

/// Some of a list, each with the same chance, at least `least` of them.
pub(crate) fn some<T: Clone + fmt::Debug + 'static>(list: Vec<T>, least: usize) -> BoxedStrategy<Vec<T>> {
    let most = list.len();
    subsequence(list, least.min(most)..=most).boxed()
}

/// Usually nothing.
fn rarely<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    option::weighted(0.2, strategy)
}

/// A stretch of time on one of the days.
pub(crate) fn window(sizes: Sizes) -> impl Strategy<Value = Window> {
    let step = sizes.step;
    (0..sizes.days, 0..240 / step, 1..=180 / step).prop_map(move |(day, start, length)| {
        Window::new(at(sizes, day, start * step), at(sizes, day, (start + length) * step))
    })
}

/// A stretch that takes in many of the talks' times on one of the days.
fn long_window(sizes: Sizes) -> impl Strategy<Value = Window> {
    (0..sizes.days, 0..=30_i64, 60..=240_i64)
        .prop_map(move |(day, start, length)| Window::new(at(sizes, day, start), at(sizes, day, start + length)))
}

/// Rooms; some of them alike in all but the name.
fn rooms(sizes: Sizes) -> impl Strategy<Value = Vec<Room>> {
    let room = (
        option::weighted(0.8, prop_oneof![Just(20_u32), Just(50), 1..100_u32]),
        tags("equipment", &["mic", "screen"]),
        vec(window(sizes), 0..=1),
        rarely(Just(())),
    )
        .prop_map(|(capacity, tags, windows, closed)| {
            let mut room = Room::new("");
            (room.capacity, room.tags) = (capacity, tags);
            if closed.is_some() {
                room.unavailable = windows;
            }
            room
        });
    (vec(room, sizes.rooms), vec(any::<bool>(), sizes.rooms)).prop_map(|(mut rooms, twins)| {
        for i in 1..rooms.len() {
            if twins[i] {
                rooms[i] = rooms[i - 1].clone();
            }
        }
        numbered(rooms, |i, room| room.id = room_id(i).into())
    })
}

fn format(sizes: Sizes) -> impl Strategy<Value = Format> {
    let minutes = if sizes.step == 30 { vec![30_u32, 30, 60] } else { vec![20, 30, 45, 60, 25] };
    (proptest::sample::select(minutes), prop_oneof![2 => Just(0_u32), 1 => Just(5), 1 => Just(30)])
        .prop_map(|(minutes, changeover)| Format::new("", minutes).changeover(changeover))
}

fn which_rooms(sizes: Sizes) -> impl Strategy<Value = Vec<String>> {
    let all: Vec<String> = (0..sizes.rooms).map(room_id).collect();
    prop_oneof![2 => Just(all.clone()), 1 => some(all, 1)]
}

fn which_formats(sizes: Sizes) -> impl Strategy<Value = Vec<String>> {
    let all: Vec<String> = (0..sizes.formats).map(format_id).collect();
    rarely(some(all, 0)).prop_map(Option::unwrap_or_default)
}

fn slot(sizes: Sizes) -> impl Strategy<Value = Slot> {
    let step = sizes.step;
    // Few starts, so that talks meet; the shortest slots are shorter than some talks.
    let lengths = if step == 30 { 1..=2_i64 } else { 5..=15 };
    (
        0..sizes.days,
        0..120 / step,
        lengths,
        which_rooms(sizes),
        which_formats(sizes),
        tags("mood", &["opening", "late"]),
    )
        .prop_map(move |(day, start, length, rooms, formats, tags)| {
            let mut slot = Slot::new("", at(sizes, day, start * step), at(sizes, day, (start + length) * step));
            slot = slot.rooms(rooms).formats(formats);
            slot.tags = tags;
            slot
        })
}

fn opening(sizes: Sizes) -> impl Strategy<Value = Opening> {
    let step = sizes.step;
    let every = if step == 30 { 30..=30_u32 } else { 15..=40 };
    (0..sizes.days, 0..90 / step, 60 / step..=150 / step, every, which_rooms(sizes), which_formats(sizes)).prop_map(
        move |(day, start, length, every, rooms, formats)| {
            let opening = Opening::new(at(sizes, day, start * step), at(sizes, day, (start + length) * step), every);
            opening.rooms(rooms).formats(formats)
        },
    )
}

/// One key with one of the values, or with none or several.
fn tags(key: &'static str, values: &[&'static str]) -> impl Strategy<Value = Tags> + use<> {
    let one = proptest::sample::select(values.to_vec()).prop_map(|value| vec![value]);
    prop_oneof![1 => some(values.to_vec(), 0), 1 => one].prop_map(move |values| {
        let mut tags = Tags::default();
        for value in values {
            tags.insert(key, value);
        }
        tags
    })
}

/// The values under a key that talks have.
pub(crate) const TOPICS: [&str; 3] = ["rust", "ops", "art"];
/// The values under another.
pub(crate) const LEVELS: [&str; 2] = ["easy", "hard"];
/// The companies of speakers.
pub(crate) const COMPANIES: [&str; 2] = ["acme", "globex"];
/// The regions of speakers.
pub(crate) const REGIONS: [&str; 2] = ["north", "south"];

fn speaker(sizes: Sizes) -> impl Strategy<Value = Speaker> {
    let times =
        (option::weighted(0.1, vec(long_window(sizes), 1..=2)), option::weighted(0.1, vec(window(sizes), 1..=1)));
    (option::of(proptest::sample::select(COMPANIES.to_vec())), tags("region", &REGIONS), times).prop_map(
        |(company, tags, (available, unavailable))| {
            let mut speaker = Speaker::new("", "");
            speaker.company = company.map(str::to_owned);
            speaker.tags = tags;
            speaker.available = available.unwrap_or_default();
            speaker.unavailable = unavailable.unwrap_or_default();
            speaker
        },
    )
}

pub(crate) fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![4 => 1..=5_i64, 1 => Just(0)]
        .prop_flat_map(
            |whole| prop_oneof![3 => Just(whole * 1000), 1 => (0..1000_i64).prop_map(move |part| whole * 1000 + part)],
        )
        .prop_map(Amount::from_thousandths)
}

fn talk(sizes: Sizes) -> impl Strategy<Value = Talk> {
    let speakers: Vec<String> = (0..sizes.speakers).map(speaker_id).collect();
    let most = speakers.len().min(3);
    let people = subsequence(speakers, 0..=most);
    let length = (
        option::weighted(0.9, 0..sizes.formats),
        rarely(proptest::sample::select(if sizes.step == 30 { vec![30_u32, 60] } else { vec![10, 25, 40] })),
    );
    let status =
        prop_oneof![6 => Just(TalkStatus::Proposed), 1 => Just(TalkStatus::Accepted), 1 => Just(TalkStatus::Declined)];
    let about =
        (tags("topic", &TOPICS), tags("level", &LEVELS), option::weighted(0.1, tags("equipment", &["mic", "screen"])));
    let worth = (option::of(0..120_u32), option::of(amount()));
    let pin = (option::weighted(0.1, (0..sizes.rooms).prop_map(room_id)), option::weighted(0.1, window(sizes)));
    (people, length, status, about, worth, pin).prop_map(
        |(people, (format, minutes), status, (topic, level, needs), (audience, merit), (room, start))| {
            let mut talk = Talk::new("", "").status(status);
            talk.speakers = people.into_iter().map(Into::into).collect();
            talk.format = format.map(|f| format_id(f).into());
            talk.minutes = if talk.format.is_none() { minutes.or(Some(30)) } else { minutes };
            (talk.tags, talk.needs) = (topic, needs.unwrap_or_default());
            talk.tags.0.extend(level.0);
            (talk.audience, talk.merit) = (audience, merit);
            if let Some(room) = room {
                talk = talk.pin_room(room);
            }
            if let Some(window) = start {
                talk = talk.pin_start(window.start);
            }
            talk
        },
    )
}

fn interest(sizes: Sizes) -> impl Strategy<Value = Interest> {
    let talks: Vec<String> = (0..sizes.talks).map(talk_id).collect();
    (some(talks, 1), amount()).prop_map(|(talks, weight)| Interest::new(talks).weight(weight))
}

fn published(sizes: Sizes) -> impl Strategy<Value = Vec<Published>> {
    let place = move || ((0..sizes.rooms).prop_map(room_id), window(sizes));
    rarely(Just(()))
        .prop_flat_map(move |none| {
            let most = if none.is_some() { 0 } else { sizes.talks.min(4) };
            subsequence((0..sizes.talks).collect::<Vec<_>>(), 0..=most)
        })
        .prop_flat_map(move |talks| (vec(place(), talks.len()), Just(talks)))
        .prop_map(|(places, talks)| {
            let one =
                |((room, window), talk): ((String, Window), usize)| Published::new(talk_id(talk), room, window.start);
            places.into_iter().zip(talks).map(one).collect()
        })
}

fn reviews(sizes: Sizes) -> impl Strategy<Value = Vec<Review>> {
    let pairs: Vec<_> = (0..sizes.talks).flat_map(|t| ["r0", "r1"].map(|r| (r, t))).collect();
    some(pairs, 0).prop_flat_map(|pairs| {
        let marks = vec((0..=5_u8, 0..=9_u8), pairs.len());
        marks.prop_map(move |marks| {
            let one = |((reviewer, talk), (mark, luck)): (&(&str, usize), (u8, u8))| {
                if luck == 0 {
                    Review::recusal(*reviewer, talk_id(*talk))
                } else {
                    Review::new(*reviewer, talk_id(*talk), f64::from(mark))
                }
            };
            pairs.iter().zip(marks).map(one).collect()
        })
    })
}
