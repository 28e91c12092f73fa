//! Family b: every talk is accepted; which room and which slot?
//!
//! Every slot is open in every room. Rooms have distinct capacities, audiences are skewed, most rooms are taken most of
//! the time: who gets the large ones? Each talk has a theme, and talks of a theme should not run at once. A tenth of the
//! speakers give two talks, a fifth of them come for one half of the conference.

use super::{Shape, dice::Dice, grid, people};
use slotwise::{
    Amount, Event, Format, Talk, TalkStatus,
    rules::{Clash, ClashOf, Fit, Rule},
};

const fn shape(talks: usize, rooms: usize, times: usize) -> Shape {
    Shape { talks, rooms, times, themes: talks.div_ceil(12) }
}

pub(super) const SHAPES: [Shape; 6] =
    [shape(20, 3, 8), shape(50, 4, 14), shape(100, 5, 21), shape(200, 8, 28), shape(400, 12, 35), shape(1000, 20, 54)];

pub(super) fn event(shape: &Shape, dice: &mut Dice) -> Event {
    placed(shape, dice, &grid::Day { slots: 9, from: 9 * 60, minutes: 45, pause: 15 })
}

/// The same on another grid.
pub(super) fn placed(shape: &Shape, dice: &mut Dice, day: &grid::Day) -> Event {
    let mut event = Event::new("", "Europe/Paris");
    grid::rooms(&mut event, shape.rooms);
    grid::slots(&mut event, shape.times, day);
    event.formats.push(Format::new("talk", day.minutes as u32));
    let speaker_of = people::speakers(&mut event, dice, shape.talks);
    let hidden = people::hidden_slots(dice, shape.times, shape.rooms, &speaker_of);
    people::half_time(&mut event, dice, 20, &speaker_of, &hidden);
    let capacities: Vec<u32> = event.rooms.iter().filter_map(|room| room.capacity).collect();
    let (median, largest) = (capacities[shape.rooms / 2], capacities[shape.rooms - 1]);
    for (i, speaker) in speaker_of.into_iter().enumerate() {
        let theme = dice.below(shape.themes) + 1;
        let talk = Talk::new(format!("t{:04}", i + 1), format!("Talk {} on theme {theme}", i + 1))
            .by(event.speakers[speaker].id.clone())
            .format("talk")
            .status(TalkStatus::Accepted)
            .tag("theme", format!("theme-{theme}"))
            .tag("level", *dice.pick(&["beginner", "intermediate", "expert"]))
            .audience(dice.audience(median, largest * 11 / 10));
        event.talks.push(talk);
    }
    event.rules = vec![
        Rule::weighted(Amount::ONE, Fit::new()).named("The audience fits the room"),
        Rule::weighted(Amount::whole(100), Clash::of(ClashOf::Tag("theme".into())))
            .named("Talks on a theme are not against each other"),
    ];
    event
}
