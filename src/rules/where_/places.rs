//! Places looked up: a [`Where`] whose names are resolved, which spots are asked about.

use super::{Where, tagged};
use crate::{
    event::{BlockIx, CheckedEvent, Minute, RoomIx, SlotIx, Span},
    rules::Spot,
};
use jiff::civil::Date;
use std::collections::HashSet;

impl Where {
    /// The same with every name looked up.
    pub(in crate::rules) fn resolve<'e>(&self, event: &'e CheckedEvent) -> Places<'e> {
        let parts =
            |list: &Option<Vec<Where>>| list.as_ref().map(|list| list.iter().map(|part| part.resolve(event)).collect());
        let canonical = event.canonical();
        let named =
            self.rooms.as_ref().map(|ids| ids.iter().filter_map(|id| event.find_room(id)).collect::<HashSet<_>>());
        let rooms = (named.is_some() || !self.room_tags.is_empty()).then(|| {
            RoomIx::all(canonical.rooms.len())
                .map(|r| {
                    named.as_ref().is_none_or(|n| n.contains(&r))
                        && tagged(&self.room_tags, &canonical.rooms[r.at()].tags)
                })
                .collect()
        });
        let listed =
            self.slots.as_ref().map(|ids| ids.iter().filter_map(|id| event.find_slot(id)).collect::<HashSet<_>>());
        let slots = (listed.is_some() || !self.slot_tags.is_empty()).then(|| {
            SlotIx::all(canonical.slots.len())
                .map(|s| {
                    listed.as_ref().is_none_or(|n| n.contains(&s))
                        && tagged(&self.slot_tags, &canonical.slots[s.at()].tags)
                })
                .collect()
        });
        Places {
            event,
            anywhere: self.is_anywhere(),
            rooms,
            slots,
            blocks: self.blocks.as_ref().map(|ids| ids.iter().filter_map(|id| event.find_block(id)).collect()),
            days: self.days.clone(),
            windows: self.windows.as_ref().map(|list| list.iter().map(|w| event.span(*w)).collect()),
            all: parts(&self.all),
            any: parts(&self.any),
            not: self.not.as_ref().map(|part| Box::new(part.resolve(event))),
        }
    }
}

/// Places with their names resolved.
#[derive(Debug)]
pub(in crate::rules) struct Places<'e> {
    event: &'e CheckedEvent,
    anywhere: bool,
    pub(in crate::rules) rooms: Option<Vec<bool>>,
    slots: Option<Vec<bool>>,
    blocks: Option<Vec<BlockIx>>,
    days: Option<Vec<Date>>,
    pub(in crate::rules) windows: Option<Vec<Span>>,
    all: Option<Vec<Places<'e>>>,
    any: Option<Vec<Places<'e>>>,
    not: Option<Box<Places<'e>>>,
}

impl Places<'_> {
    /// Whether slots, blocks and days, where named, are those of the start; what is composed is not asked.
    pub(in crate::rules) fn has_time(&self, start: Minute, slot: Option<SlotIx>) -> bool {
        let in_block = |blocks: &Vec<BlockIx>| blocks.iter().any(|b| self.event.blocks()[b.at()].has(start));
        self.slots.as_ref().is_none_or(|slots| slot.is_some_and(|s| slots[s.at()]))
            && self.blocks.as_ref().is_none_or(in_block)
            && self.days.as_ref().is_none_or(|days| days.contains(&self.event.date(start)))
    }

    /// Whether the spot is there.
    pub(in crate::rules) fn has(&self, spot: &Spot) -> bool {
        if self.anywhere {
            return true;
        }
        self.rooms.as_ref().is_none_or(|rooms| rooms[spot.room.at()])
            && self.has_time(spot.start, spot.slot)
            && self.windows.as_ref().is_none_or(|windows| windows.iter().any(|w| w.contains(spot.span())))
            && self.all.iter().flatten().all(|part| part.has(spot))
            && self.any.as_ref().is_none_or(|parts| parts.iter().any(|part| part.has(spot)))
            && self.not.as_ref().is_none_or(|part| !part.has(spot))
    }
}
