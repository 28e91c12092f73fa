//! Family e: a summer camp of three days in venues that are open from ten to ten, where talks start every ten minutes.
//!
//! Talks last 20 to 50 minutes, three quarters of the time is taken, and every speaker is on the site for a few hours
//! only: a puzzle of intervals rather than of slots.

use super::{
    Shape,
    dice::Dice,
    grid::{self, time},
    people,
};
use slotwise::{
    Amount, Event, Format, Opening, Speaker, Talk, TalkStatus, Window,
    rules::{Fit, Place, Rule, Selection, Where},
};

const OPENS: usize = 10 * 60;
const CLOSES: usize = 22 * 60;
const STEP: usize = 10;
const LUNCH: (usize, usize) = (12 * 60 + 30, 13 * 60 + 30);
const CHANGEOVER: usize = 10;
const STEPS_A_DAY: usize = (CLOSES - OPENS) / STEP;
const VENUES: [(&str, u32); 3] = [("barn", 400), ("tent", 150), ("yurt", 60)];
/// What is given, and how many of a hundred are of each kind.
const KINDS: [(&str, usize); 4] = [("talk", 50), ("workshop", 20), ("children", 15), ("performance", 15)];
/// How long it is, and how many of ten are that long.
const LENGTHS: [(usize, usize); 4] = [(20, 1), (30, 2), (40, 3), (50, 4)];

const fn shape(talks: usize, rooms: usize, days: usize) -> Shape {
    Shape { talks, rooms, times: days, themes: KINDS.len() }
}

pub(super) const SMALLEST: Shape = shape(20, 2, 2);
pub(super) const SHAPES: [Shape; 1] = [shape(98, 3, 3)];

pub(super) fn event(shape: &Shape, dice: &mut Dice) -> Event {
    let mut event = Event::new("", "Europe/Paris");
    grid::rooms_of(&mut event, &VENUES[..shape.rooms]);
    for (minutes, _) in LENGTHS {
        event.formats.push(Format::new(minutes.to_string(), minutes as u32).changeover(CHANGEOVER as u32));
    }
    for day in 0..shape.times {
        let opening = Opening::new(time(day, OPENS), time(day, CLOSES), STEP as u32);
        event.openings.push(opening.rooms(VENUES[..shape.rooms].iter().map(|(id, _)| *id)));
    }
    let minutes = dealt(dice, shape.talks, &LENGTHS);
    let kinds = dealt(dice, shape.talks, &KINDS);
    let steps: Vec<usize> = minutes.iter().map(|minutes| (minutes + CHANGEOVER) / STEP).collect();
    let hidden = people::hidden_starts(dice, &steps, &vec![STEPS_A_DAY; shape.rooms * shape.times]);
    let start_of = |talk: usize| (hidden[talk].0 / shape.rooms, OPENS + hidden[talk].1 * STEP);
    let speaker_of = speakers(&mut event, dice, &(0..shape.talks).map(|talk| start_of(talk).0).collect::<Vec<_>>());
    for (talk, speaker) in speaker_of.iter().enumerate() {
        let (day, start) = start_of(talk);
        let window = around(dice, day, start, start + minutes[talk]);
        event.speakers[*speaker].available.push(window);
        let talk = Talk::new(format!("t{:03}", talk + 1), format!("A {} of {} minutes", kinds[talk], minutes[talk]))
            .by(event.speakers[*speaker].id.clone())
            .format(minutes[talk].to_string())
            .status(TalkStatus::Accepted)
            .tag("kind", kinds[talk])
            .audience(dice.audience(90, 440));
        event.talks.push(talk);
    }
    stay_longer(&mut event, dice, shape.times);
    event.rules = rules(shape);
    event
}

/// So many of each as its share says, shuffled.
fn dealt<T: Copy>(dice: &mut Dice, count: usize, shares: &[(T, usize)]) -> Vec<T> {
    let whole: Vec<T> = shares.iter().flat_map(|(what, share)| vec![*what; *share]).collect();
    let mut dealt: Vec<T> = (0..count).map(|i| whole[i * whole.len() / count]).collect();
    dice.shuffle(&mut dealt);
    dealt
}

/// Who gives each talk: a tenth of the speakers give two, on two days.
fn speakers(event: &mut Event, dice: &mut Dice, day_of: &[usize]) -> Vec<usize> {
    let order = dice.order(day_of.len());
    let mut speaker_of = vec![usize::MAX; day_of.len()];
    let mut doubles = day_of.len() / 11;
    for talk in &order {
        if speaker_of[*talk] != usize::MAX {
            continue;
        }
        let speaker = event.speakers.len();
        event.speakers.push(Speaker::new(format!("s{:03}", speaker + 1), format!("Speaker {}", speaker + 1)));
        speaker_of[*talk] = speaker;
        let second = |other: &&usize| speaker_of[**other] == usize::MAX && day_of[**other] != day_of[*talk];
        if doubles > 0
            && let Some(other) = order.iter().find(second)
        {
            speaker_of[*other] = speaker;
            doubles -= 1;
        }
    }
    speaker_of
}

/// Two to four hours on the site, the talk's time among them.
fn around(dice: &mut Dice, day: usize, start: usize, end: usize) -> Window {
    let before = STEP * dice.between(3..=12);
    let after = STEP * dice.between(3..=12);
    Window::new(time(day, start.saturating_sub(before).max(OPENS)), time(day, (end + after).min(CLOSES)))
}

/// Who gives one talk is there for some hours of another day too.
fn stay_longer(event: &mut Event, dice: &mut Dice, days: usize) {
    for speaker in event.speakers.iter_mut().filter(|speaker| speaker.available.len() == 1) {
        let there = (0..days).find(|day| time(*day, 0).date() == speaker.available[0].start.date()).unwrap_or(0);
        let day = (there + 1 + dice.below(days - 1)) % days;
        let start = OPENS + STEP * dice.below(STEPS_A_DAY - 24);
        speaker.available.push(Window::new(time(day, start), time(day, start + STEP * dice.between(12..=24))));
    }
}

fn rules(shape: &Shape) -> Vec<Rule> {
    let daily = |windows: &[(usize, usize)]| grid::daily(shape.times, windows);
    let kind = |kind| Selection::tag("kind", [kind]);
    vec![
        Rule::weighted(Amount::ONE, Fit::new()).named("The audience fits the venue"),
        Rule::weighted(Amount::whole(40), Place::within(daily(&[(18 * 60, CLOSES)])))
            .talks(kind("performance"))
            .named("Performances are in the evening"),
        Rule::weighted(Amount::whole(40), Place::within(daily(&[(OPENS, 17 * 60)])))
            .talks(kind("children"))
            .named("What is for children ends by five"),
        Rule::weighted(Amount::whole(25), Place::outside(Where::rooms(["barn"])))
            .talks(kind("workshop"))
            .named("Workshops are not in the barn"),
        Rule::weighted(Amount::whole(10), Place::within(daily(&[(OPENS, LUNCH.0), (LUNCH.1, CLOSES)])))
            .named("Lunch is left free"),
    ]
}
