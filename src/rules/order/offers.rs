//! What relations ask of a spot, and of the starts that rooms offer.

use crate::{
    event::{BlockIx, CheckedEvent, Minute, RoomIx, Starts},
    rules::Spot,
};
use jiff::civil::Date;

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

/// The starts that each room offers and somebody could use.
pub(super) struct Offers<'e> {
    event: &'e CheckedEvent,
    starts: &'e Starts,
}

impl<'e> Offers<'e> {
    pub(super) fn of(event: &'e CheckedEvent) -> Self {
        Self { event, starts: event.starts() }
    }

    /// The first start at which some talk could be in the room once it is free, on the day on which the talk starts.
    pub(super) fn next(&self, spot: &Facts) -> Option<Minute> {
        let list = self.starts.usable(spot.room);
        let next = *list.get(list.partition_point(|s| *s < spot.busy_until))?;
        (self.day(next) == self.day(spot.start)).then_some(next)
    }

    pub(super) fn day(&self, start: Minute) -> Date {
        self.starts.day(start).unwrap_or_else(|| self.event.date(start))
    }

    pub(super) fn same_day(&self, a: &Facts, b: &Facts) -> bool {
        self.day(a.start) == self.day(b.start)
    }

    pub(super) fn share_block(&self, a: &Facts, b: &Facts) -> bool {
        let blocks: Vec<BlockIx> = self.event.blocks_at(a.start).collect();
        self.event.blocks_at(b.start).any(|block| blocks.contains(&block))
    }
}
