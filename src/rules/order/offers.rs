//! What relations ask of a spot, and of the starts that rooms offer.

use crate::{
    event::{BlockIx, CheckedEvent, Minute, RoomIx},
    rules::Spot,
};
use jiff::civil::Date;
use std::collections::HashMap;

/// What relations ask of a spot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Facts {
    pub(super) start: Minute,
    pub(super) end: Minute,
    pub(super) busy_until: Minute,
    pub(super) room: RoomIx,
}

impl Facts {
    pub(super) fn of(spot: &Spot) -> Self {
        let Spot { start, end, busy_until, room, .. } = *spot;
        Self { start, end, busy_until, room }
    }
}

/// The starts that each room offers, whatever the format.
pub(super) struct Offers<'e> {
    event: &'e CheckedEvent,
    starts: Vec<Vec<Minute>>,
    /// The day of each start: telling it from the clock takes longer than all else that is asked of a pair.
    pub(super) days: HashMap<Minute, Date>,
}

impl<'e> Offers<'e> {
    pub(super) fn of(event: &'e CheckedEvent) -> Self {
        let mut starts = vec![Vec::new(); event.rooms().len()];
        for slot in event.slots() {
            slot.rooms.iter().for_each(|r| starts[r.at()].push(slot.span.start));
        }
        for opening in event.openings() {
            opening.rooms.iter().for_each(|r| starts[r.at()].extend(&opening.starts));
        }
        for list in &mut starts {
            list.sort_unstable();
        }
        let mut days = HashMap::new();
        for start in starts.iter().flatten() {
            days.entry(*start).or_insert_with(|| event.date(*start));
        }
        Self { event, starts, days }
    }

    /// The first start that the room offers once it is free, on the day on which the talk starts.
    pub(super) fn next(&self, spot: &Facts) -> Option<Minute> {
        let list = &self.starts[spot.room.at()];
        let next = *list.get(list.partition_point(|s| *s < spot.busy_until))?;
        (self.day(next) == self.day(spot.start)).then_some(next)
    }

    fn day(&self, start: Minute) -> Date {
        self.days.get(&start).copied().unwrap_or_else(|| self.event.date(start))
    }

    pub(super) fn same_day(&self, a: &Facts, b: &Facts) -> bool {
        self.day(a.start) == self.day(b.start)
    }

    pub(super) fn share_block(&self, a: &Facts, b: &Facts) -> bool {
        let blocks: Vec<BlockIx> = self.event.blocks_at(a.start).collect();
        self.event.blocks_at(b.start).any(|block| blocks.contains(&block))
    }
}
