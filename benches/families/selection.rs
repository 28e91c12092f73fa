//! Family a: a call for papers. Out of many proposals, which ones fill the few places, and where?
//!
//! The worthiest, but half of the speakers come from the region, every topic and level has its share, no company gives
//! more than two talks and nobody more than one. The programme that satisfies all of this is thrown first; the other
//! proposals are thrown in beside it.

use super::{
    Shape,
    dice::Dice,
    grid::{rooms_of, time},
    people,
};
use slotwise::{
    Amount, Event, Format, Slot, Speaker, Talk,
    rules::{Clash, ClashOf, Count, Dimension, Fit, Measure, Merit, Rule, Selection},
};

/// How many proposals there are, and how many places.
const SIZES: [(usize, usize); 6] = [(24, 6), (50, 10), (117, 20), (250, 40), (500, 60), (1000, 80)];
const ROOMS: [(&str, u32); 3] = [("large", 300), ("middle", 120), ("small", 60)];
const SLOTS_A_DAY: usize = 9;
const TOPICS: usize = 6;
const LEVELS: [&str; 3] = ["beginner", "intermediate", "expert"];
const REGIONS: [&str; 2] = ["here", "elsewhere"];

const fn shape((talks, places): (usize, usize)) -> Shape {
    Shape { talks, rooms: ROOMS.len(), times: places.div_ceil(ROOMS.len()), themes: TOPICS }
}

pub(super) const SMALLEST: Shape = shape(SIZES[0]);
pub(super) const SHAPES: [Shape; 5] =
    [shape(SIZES[1]), shape(SIZES[2]), shape(SIZES[3]), shape(SIZES[4]), shape(SIZES[5])];

pub(super) fn event(shape: &Shape, dice: &mut Dice) -> Event {
    let places = SIZES.iter().find(|(talks, _)| *talks == shape.talks).map_or(shape.talks / 10, |(_, places)| *places);
    let mut event = Event::new("", "Europe/Paris");
    rooms_of(&mut event, &ROOMS);
    event.formats = vec![Format::new("talk", 50), Format::new("quickie", 20)];
    let mut hidden = slots(&mut event, places);
    let mut proposals = programme(&mut event, dice, &hidden);
    let companies = (shape.talks / 8).max(places);
    while proposals.len() < shape.talks {
        hidden.push(dice.below(event.slots.len()));
        let format = if dice.chance(25) { "quickie" } else { "talk" };
        let speaker = if dice.chance(15) {
            dice.below(event.speakers.len())
        } else {
            let region = *dice.pick(&REGIONS);
            let company = dice.below(companies);
            newcomer(&mut event, region, company)
        };
        let topic = dice.below(TOPICS).min(dice.below(TOPICS));
        let level = *dice.pick(&LEVELS);
        proposals.push(Proposal { speaker, format, topic, level });
    }
    let speaker_of: Vec<usize> = proposals.iter().map(|proposal| proposal.speaker).collect();
    people::half_time(&mut event, dice, 20, &speaker_of, &hidden);
    dice.shuffle(&mut proposals);
    for (i, proposal) in proposals.into_iter().enumerate() {
        event.talks.push(talk(&event, dice, i + 1, &proposal));
    }
    event.rules = rules(places as u32);
    event
}

struct Proposal {
    speaker: usize,
    format: &'static str,
    topic: usize,
    level: &'static str,
}

/// The slots: every fourth is for quickies; the last has the rooms that are left. Returns the slot of each place.
fn slots(event: &mut Event, places: usize) -> Vec<usize> {
    let seats: Vec<usize> = (0..places).map(|place| place / ROOMS.len()).collect();
    for slot in 0..=seats.last().copied().unwrap_or_default() {
        let (day, nth) = (slot / SLOTS_A_DAY, slot % SLOTS_A_DAY);
        let (format, minutes) = if is_for_quickies(slot) { ("quickie", 20) } else { ("talk", 50) };
        let start = 9 * 60 + nth * 60;
        let rooms = ROOMS.iter().take(seats.iter().filter(|seat| **seat == slot).count()).map(|(id, _)| *id);
        let slot = Slot::new(format!("d{}-{}", day + 1, nth + 1), time(day, start), time(day, start + minutes));
        event.slots.push(slot.rooms(rooms).formats([format]));
    }
    seats
}

fn is_for_quickies(slot: usize) -> bool {
    slot % 4 == 1
}

/// The hidden programme: one proposal a place, by as many speakers from here as from elsewhere, two a company.
fn programme(event: &mut Event, dice: &mut Dice, hidden: &[usize]) -> Vec<Proposal> {
    let (topics, levels, regions) = (dice.order(hidden.len()), dice.order(hidden.len()), dice.order(hidden.len()));
    let mut programme = Vec::new();
    for (place, slot) in hidden.iter().enumerate() {
        let region = regions[place] % 2;
        let speaker = newcomer(event, REGIONS[region], regions[place] / 4);
        let format = if is_for_quickies(*slot) { "quickie" } else { "talk" };
        let level = LEVELS[levels[place] % LEVELS.len()];
        programme.push(Proposal { speaker, format, topic: topics[place] % TOPICS, level });
    }
    programme
}

/// A new speaker, at one of the region's companies.
fn newcomer(event: &mut Event, region: &str, company: usize) -> usize {
    let number = event.speakers.len();
    let speaker = Speaker::new(format!("s{:04}", number + 1), format!("Speaker {}", number + 1))
        .company(format!("Company {} {region}", company + 1))
        .tag("region", region);
    event.speakers.push(speaker);
    number
}

fn talk(event: &Event, dice: &mut Dice, number: usize, proposal: &Proposal) -> Talk {
    // A committee's mean mark: around 3, in hundredths.
    let merit: usize = 100 + (0..4).map(|_| dice.between(0..=100)).sum::<usize>();
    Talk::new(format!("p{number:04}"), format!("Proposal {number} on topic {}", proposal.topic + 1))
        .by(event.speakers[proposal.speaker].id.clone())
        .format(proposal.format)
        .tag("topic", format!("topic-{}", proposal.topic + 1))
        .tag("level", proposal.level)
        .audience(dice.audience(100, 330))
        .merit(Amount::from_thousandths(merit as i64 * 10))
}

fn rules(places: u32) -> Vec<Rule> {
    let talks_of = |dimension: Dimension| Count::of(Measure::Talks).each([dimension]);
    let tag = |key: &str| Dimension::Tag(key.into());
    let half = (Amount::from_thousandths(450), Amount::from_thousandths(550));
    let from_here = Selection::speaker_tag("region", ["here"]);
    vec![
        Rule::weighted(Amount::ONE, Merit::new()).named("The worthiest talks"),
        Rule::required(Count::of(Measure::Speakers).share(half.0, half.1))
            .talks(from_here)
            .named("Half from the region"),
        Rule::required(talks_of(tag("topic")).min(places / 10).max(places.div_ceil(4)))
            .named("Every topic, none too much"),
        Rule::required(talks_of(tag("level")).min(places / 5)).named("Every level"),
        Rule::required(talks_of(Dimension::SpeakerTag("company".into())).max(2)).named("Two talks a company"),
        Rule::required(talks_of(Dimension::Speaker).max(1)).named("One talk a speaker"),
        Rule::weighted(Amount::from_thousandths(10), Fit::new()).named("The audience fits the room"),
        Rule::weighted(Amount::from_thousandths(200), Clash::of(ClashOf::Tag("topic".into())))
            .named("A topic is not against itself"),
    ]
}
