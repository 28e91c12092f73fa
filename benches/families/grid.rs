//! Rooms, days and slots: what the venue gives.

use super::dice::grown;
use slotwise::{Block, CivilTime, Event, Room, Slot, Window, civil::date, rules::Where};

/// How a day is cut into slots.
pub(super) struct Day {
    pub(super) slots: usize,
    /// When the first one starts, in minutes after midnight.
    pub(super) from: usize,
    /// How long each one is.
    pub(super) minutes: usize,
    /// How long the pause after it is.
    pub(super) pause: usize,
}

/// How long the pause between two blocks is, in minutes.
const BETWEEN_BLOCKS: usize = 30;

/// The time at so many minutes after midnight, on the n-th day of the event. All events start on a Monday.
pub(super) fn time(day: usize, minute: usize) -> CivilTime {
    date(2027, 3, 1 + day as i8).at((minute / 60) as i8, (minute % 60) as i8, 0, 0).into()
}

/// Rooms of distinct capacity, from 40 to about 600 people, each larger than the one before by the same factor.
pub(super) fn rooms(event: &mut Event, count: usize) {
    // 15 times as large is 272 steps of one percent.
    let capacity = |i: usize| grown(40, (272 * i / (count - 1).max(1)) as i32);
    event.rooms.extend((0..count).map(|i| Room::new(format!("r{:02}", i + 1)).capacity(capacity(i))));
}

/// Rooms that are known by name.
pub(super) fn rooms_of(event: &mut Event, rooms: &[(&str, u32)]) {
    event.rooms.extend(rooms.iter().map(|(id, people)| Room::new(*id).capacity(*people)));
}

/// These times of every day.
pub(super) fn daily(days: usize, windows: &[(usize, usize)]) -> Where {
    let of_a_day = |day| windows.iter().map(move |(from, to)| Window::new(time(day, *from), time(day, *to)));
    let mut places = Where::anywhere();
    places.windows = Some((0..days).flat_map(of_a_day).collect());
    places
}

/// So many slots in all rooms, day after day, and a block for each morning and afternoon.
pub(super) fn slots(event: &mut Event, count: usize, plan: &Day) {
    let rooms: Vec<_> = event.rooms.iter().map(|room| room.id.clone()).collect();
    let start = |i: usize| plan.from + i * (plan.minutes + plan.pause);
    for slot in 0..count {
        let (day, nth) = (slot / plan.slots, slot % plan.slots);
        let id = format!("d{}-{:02}", day + 1, nth + 1);
        let end = time(day, start(nth) + plan.minutes);
        event.slots.push(Slot::new(id, time(day, start(nth)), end).rooms(rooms.iter().cloned()));
    }
    let noon = start(plan.slots.div_ceil(2));
    for day in 0..count.div_ceil(plan.slots) {
        let name = |part| format!("d{}-{part}", day + 1);
        event.blocks.push(Block::new(name("morning"), time(day, plan.from), time(day, noon)));
        event.blocks.push(Block::new(name("afternoon"), time(day, noon), time(day, start(plan.slots))));
    }
}

/// So many blocks of a few slots each, in all rooms: four blocks a day, with a pause between them.
pub(super) fn blocks(event: &mut Event, count: usize, slots: usize, minutes: usize) {
    let rooms: Vec<_> = event.rooms.iter().map(|room| room.id.clone()).collect();
    for block in 0..count {
        let (day, nth) = (block / 4, block % 4);
        let start = |slot: usize| time(day, 9 * 60 + nth * (slots * minutes + BETWEEN_BLOCKS) + slot * minutes);
        let id = format!("d{}-b{}", day + 1, nth + 1);
        for slot in 0..slots {
            let slot_id = format!("{id}-{}", slot + 1);
            event.slots.push(Slot::new(slot_id, start(slot), start(slot + 1)).rooms(rooms.iter().cloned()));
        }
        event.blocks.push(Block::new(id, start(0), start(slots)));
    }
}
