//! Family d: who wants to hear what decides which talks run at once.
//!
//! Every attendee names 8 to 14 talks; each wish that is missed, because something else that the same person wants runs
//! at that hour, costs one. Where topics decide what people want, a good timetable spreads each topic over the hours;
//! where wishes are thrown evenly, there is little to hold on to, and plain integer programming stalls.

use super::{Shape, dice::Dice, grid, people};
use slotwise::{
    Amount, Event, Format, Interest, Talk, TalkStatus,
    rules::{Clash, ClashOf, Per, Rule},
};

/// How attendees come to want talks.
#[derive(Clone, Copy)]
pub(super) enum Wishes {
    /// Topics decide: nearly all that somebody wants is of two or three topics.
    Sharp,
    /// Every talk is as likely as any other.
    Flat,
}

pub(super) const SMALLEST: Shape = Shape { talks: 12, rooms: 3, times: 5, themes: 3 };
pub(super) const SHAPES: [Shape; 1] = [Shape { talks: 100, rooms: 8, times: 14, themes: 10 }];

pub(super) fn event(shape: &Shape, dice: &mut Dice, wishes: Wishes) -> Event {
    let mut event = Event::new("", "Europe/Paris");
    grid::rooms(&mut event, shape.rooms);
    grid::slots(&mut event, shape.times, &grid::Day { slots: 7, from: 9 * 60, minutes: 60, pause: 15 });
    event.formats.push(Format::new("talk", 60));
    let speaker_of = people::speakers(&mut event, dice, shape.talks);
    for (i, speaker) in speaker_of.into_iter().enumerate() {
        let topic = i % shape.themes + 1;
        let talk = Talk::new(format!("t{:03}", i + 1), format!("Talk {} on topic {topic}", i + 1))
            .by(event.speakers[speaker].id.clone())
            .format("talk")
            .status(TalkStatus::Accepted)
            .tag("topic", format!("topic-{topic}"));
        event.talks.push(talk);
    }
    // One and a half attendees a talk: 150 for 100.
    for _ in 0..shape.talks * 3 / 2 {
        let talks = wanted(shape, dice, wishes).into_iter().map(|talk| event.talks[talk].id.clone());
        event.interests.push(Interest::new(talks));
    }
    event.rules = vec![
        Rule::weighted(Amount::ONE, Clash::of(ClashOf::Interests).per(Per::Missed))
            .named("Nobody misses a wanted talk for another one"),
    ];
    event
}

/// The talks that somebody wants, 8 to 14 of them.
fn wanted(shape: &Shape, dice: &mut Dice, wishes: Wishes) -> Vec<usize> {
    let count = dice.between(8..=14).min(shape.talks * 2 / 3);
    let favourites: Vec<usize> = dice.order(shape.themes).into_iter().take(2 + dice.below(2)).collect();
    let mut wanted = Vec::new();
    while wanted.len() < count {
        let talk = dice.below(shape.talks);
        let drawn = match wishes {
            Wishes::Sharp => favourites.contains(&(talk % shape.themes)) || dice.chance(4),
            Wishes::Flat => true,
        };
        if drawn && !wanted.contains(&talk) {
            wanted.push(talk);
        }
    }
    wanted.sort_unstable();
    wanted
}
