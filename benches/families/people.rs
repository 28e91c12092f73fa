//! Speakers, where they hide in the timetable, and when they can come.

use super::dice::Dice;
use slotwise::{Event, Speaker};
use std::{cmp::Reverse, collections::BTreeSet};

/// Who gives each talk: one speaker a talk, and a tenth of the speakers give two. Adds them to the event.
pub(super) fn speakers(event: &mut Event, dice: &mut Dice, talks: usize) -> Vec<usize> {
    let (first, count) = (event.speakers.len(), (talks * 10).div_ceil(11));
    let mut speaker_of: Vec<usize> = (0..count).collect();
    speaker_of.extend(dice.order(count).into_iter().take(talks - count));
    dice.shuffle(&mut speaker_of);
    for number in first + 1..=first + count {
        let company = format!("Company {}", dice.below(count.div_ceil(3)) + 1);
        event.speakers.push(Speaker::new(format!("s{number:04}"), format!("Speaker {number}")).company(company));
    }
    speaker_of.into_iter().map(|speaker| first + speaker).collect()
}

/// A hidden timetable: a slot for each talk, such that no slot has more talks than rooms, and no speaker two talks in one.
pub(super) fn hidden_slots(dice: &mut Dice, slots: usize, rooms: usize, speaker_of: &[usize]) -> Vec<usize> {
    let mut free: Vec<usize> = (0..slots * rooms).map(|seat| seat / rooms).collect();
    dice.shuffle(&mut free);
    let mut talks_of = vec![Vec::new(); speaker_of.iter().max().map_or(0, |last| last + 1)];
    for (talk, speaker) in speaker_of.iter().enumerate() {
        talks_of[*speaker].push(talk);
    }
    // Those with most talks choose first, while every slot still has room.
    talks_of.sort_by_key(|talks| Reverse(talks.len()));
    let mut hidden = vec![0; speaker_of.len()];
    for talks in talks_of {
        let mut busy = BTreeSet::new();
        for talk in talks {
            let seat = free.iter().rposition(|slot| !busy.contains(slot)).expect("more seats than talks");
            hidden[talk] = free.swap_remove(seat);
            busy.insert(hidden[talk]);
        }
    }
    hidden
}

/// A hidden timetable of talks that take so many steps each, in stretches of so many steps: the stretch and the step at
/// which each talk starts. The stretches have steps to spare.
pub(super) fn hidden_starts(dice: &mut Dice, lengths: &[usize], stretches: &[usize]) -> Vec<(usize, usize)> {
    let mut talks = dice.order(lengths.len());
    // The long ones first, each where most is free: none is left without a place.
    talks.sort_by_key(|talk| Reverse(lengths[*talk]));
    let mut free = stretches.to_vec();
    let mut held = vec![Vec::new(); stretches.len()];
    for talk in talks {
        let stretch = (0..free.len()).max_by_key(|stretch| free[*stretch]).expect("one stretch or more");
        free[stretch] = free[stretch].checked_sub(lengths[talk]).expect("time enough for all talks");
        held[stretch].push(talk);
    }
    let mut hidden = vec![(0, 0); lengths.len()];
    for (stretch, mut talks) in held.into_iter().enumerate() {
        dice.shuffle(&mut talks);
        let mut pauses: Vec<usize> = (0..talks.len()).map(|_| dice.below(free[stretch] + 1)).collect();
        pauses.sort_unstable();
        let mut taken = 0;
        for (talk, pause) in talks.into_iter().zip(pauses) {
            hidden[talk] = (stretch, taken + pause);
            taken += lengths[talk];
        }
    }
    hidden
}

/// So many of a hundred speakers can come for one half of the slots only: the one that their hidden slots are in.
pub(super) fn half_time(event: &mut Event, dice: &mut Dice, percent: usize, speaker_of: &[usize], hidden: &[usize]) {
    let middle = event.slots.len() / 2;
    let mut halves = vec![(false, false); event.speakers.len()];
    for (speaker, slot) in speaker_of.iter().zip(hidden) {
        if *slot < middle {
            halves[*speaker].0 = true;
        } else {
            halves[*speaker].1 = true;
        }
    }
    let mut wanted = event.speakers.len() * percent / 100;
    for speaker in dice.order(event.speakers.len()) {
        let half = match halves[speaker] {
            (true, false) => &event.slots[..middle],
            (false, true) => &event.slots[middle..],
            _ => continue,
        };
        if wanted == 0 {
            break;
        }
        let (first, last) = (half.first().expect("two slots or more"), half.last().expect("two slots or more"));
        let speaker = &mut event.speakers[speaker];
        *speaker = speaker.clone().available(first.start, last.end);
        wanted -= 1;
    }
}
