//! Family f: a weekend of 30 tracks, each in its own room: 30 independent puzzles.
//!
//! A room bears its track as a tag and the talks need it. Talks start every five minutes, last 15 to 25 and leave five for
//! the next speaker. Within a track, some talks belong before others, the popular ones want the middle of the day, and
//! some speakers come for one day only. That the audience fits, and that a topic is not against itself, the pinned room
//! settles: rules that cost what they cost.

use super::{
    Shape,
    dice::Dice,
    grid::{self, time},
    people,
};
use slotwise::{
    Amount, Event, Format, Opening, Talk, TalkId, TalkStatus, Window,
    rules::{Clash, ClashOf, Fit, Order, Place, Relation, Rule, Selection, Together},
};

const STEP: usize = 5;
const CHANGEOVER: usize = 5;
/// When the rooms are open on each day.
const DAYS: [(usize, usize); 2] = [(10 * 60 + 30, 19 * 60), (9 * 60, 17 * 60)];
const LENGTHS: [usize; 4] = [15, 20, 20, 25];

const fn shape(talks: usize, rooms: usize) -> Shape {
    Shape { talks, rooms, times: DAYS.len(), themes: rooms }
}

pub(super) const SMALLEST: Shape = shape(12, 3);
pub(super) const SHAPES: [Shape; 2] = [shape(250, 8), shape(1000, 30)];

pub(super) fn event(shape: &Shape, dice: &mut Dice) -> Event {
    let mut event = Event::new("", "Europe/Brussels");
    grid::rooms(&mut event, shape.rooms);
    for (i, room) in event.rooms.iter_mut().enumerate() {
        room.tags.insert("track", track(i));
    }
    for (day, (opens, closes)) in DAYS.into_iter().enumerate() {
        let opening = Opening::new(time(day, opens), time(day, closes), STEP as u32);
        event.openings.push(opening.rooms(event.rooms.iter().map(|room| room.id.clone())));
    }
    for minutes in [15, 20, 25] {
        event.formats.push(Format::new(minutes.to_string(), minutes).changeover(CHANGEOVER as u32));
    }
    event.rules = rules();
    for i in 0..shape.themes {
        let talks = shape.talks * (i + 1) / shape.themes - shape.talks * i / shape.themes;
        add_track(&mut event, dice, i, talks);
    }
    event
}

fn track(i: usize) -> String {
    format!("track-{}", i + 1)
}

fn add_track(event: &mut Event, dice: &mut Dice, number: usize, talks: usize) {
    let capacity = event.rooms[number].capacity.unwrap_or_default();
    let first = event.talks.len();
    let minutes: Vec<usize> = (0..talks).map(|_| *dice.pick(&LENGTHS)).collect();
    let steps: Vec<usize> = minutes.iter().map(|minutes| (minutes + CHANGEOVER) / STEP).collect();
    let days: Vec<usize> = DAYS.iter().map(|(opens, closes)| (closes - opens) / STEP).collect();
    let hidden = people::hidden_starts(dice, &steps, &days);
    let newcomers = event.speakers.len();
    let speaker_of = people::speakers(event, dice, talks);
    for (i, speaker) in speaker_of.iter().enumerate() {
        let audience = dice.audience(capacity * 2 / 3, capacity * 3 / 2);
        let mut talk = Talk::new(format!("t{:04}", first + i + 1), format!("Talk {} of {}", i + 1, track(number)))
            .by(event.speakers[*speaker].id.clone())
            .format(minutes[i].to_string())
            .status(TalkStatus::Accepted)
            .tag("topic", format!("{}-{}", track(number), dice.between(1..=4)))
            .needs("track", track(number))
            .audience(audience);
        if audience > capacity {
            talk = talk.tag("draw", "high");
        }
        event.talks.push(talk);
    }
    for speaker in newcomers..event.speakers.len() {
        let mut days = speaker_of.iter().zip(&hidden).filter(|(s, _)| **s == speaker).map(|(_, (day, _))| *day);
        let Some(day) = days.next().filter(|day| days.all(|other| other == *day)) else { continue };
        if dice.chance(15) {
            event.speakers[speaker].available.push(Window::new(time(day, 0), time(day + 1, 0)));
        }
    }
    add_series(event, dice, first, talks);
}

/// Two introductions and what follows them: in order, and on the same day.
fn add_series(event: &mut Event, dice: &mut Dice, first: usize, talks: usize) {
    let ids: Vec<TalkId> = dice.order(talks).into_iter().map(|i| event.talks[first + i].id.clone()).collect();
    for series in ids.chunks_exact(3).take(2) {
        for (weight, relation) in [(20, Relation::Before), (10, Relation::SameDay)] {
            let order = Order::of(Together::sequence(series.iter().cloned()), relation);
            event.rules.push(Rule::weighted(Amount::whole(weight), order));
        }
    }
}

fn rules() -> Vec<Rule> {
    let midday = grid::daily(DAYS.len(), &[(11 * 60, 16 * 60)]);
    vec![
        Rule::weighted(Amount::ONE, Fit::new()).named("The audience fits the room"),
        Rule::weighted(Amount::whole(50), Clash::of(ClashOf::Tag("topic".into())))
            .named("Talks on a topic are not against each other"),
        Rule::weighted(Amount::whole(5), Place::within(midday))
            .talks(Selection::tag("draw", ["high"]))
            .named("What draws crowds is in the middle of the day"),
    ]
}
