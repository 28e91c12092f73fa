//! What slots and openings offer: every start, with its rooms.

use crate::event::{CheckedEvent, FormatIx, Minute, RoomIx, SlotIx, Span, TalkIx};

/// A start, and the rooms in which a talk can start then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer<'e> {
    pub(crate) start: Minute,
    /// By when a talk must end: the end of the slot, or of the opening.
    pub(crate) until: Minute,
    pub(crate) rooms: &'e [RoomIx],
    /// The formats that it takes; none listed: every one.
    pub(crate) formats: &'e [FormatIx],
    pub(crate) slot: Option<SlotIx>,
}

/// Every offer of the event: slots first, then openings, each in the event's order.
pub(crate) fn offers(event: &CheckedEvent) -> impl Iterator<Item = Offer<'_>> + Clone {
    let slots = event.slots().iter().enumerate().map(|(i, slot)| Offer {
        start: slot.span.start,
        until: slot.span.end,
        rooms: &slot.rooms,
        formats: &slot.formats,
        slot: Some(SlotIx(i as u32)),
    });
    let openings = event.openings().iter().flat_map(|opening| {
        opening.starts.iter().map(|start| Offer {
            start: *start,
            until: opening.span.end,
            rooms: &opening.rooms,
            formats: &opening.formats,
            slot: None,
        })
    });
    slots.chain(openings)
}

impl Offer<'_> {
    /// Whether it takes talks of the talk's format.
    pub(crate) fn takes(&self, event: &CheckedEvent, talk: TalkIx) -> bool {
        self.formats.is_empty() || event.talk(talk).format.is_some_and(|f| self.formats.contains(&f))
    }

    /// When the talk would run.
    pub(crate) fn span(&self, event: &CheckedEvent, talk: TalkIx) -> Span {
        Span { start: self.start, end: self.start + event.talk(talk).minutes }
    }

    /// Whether the talk can start then, whatever the room.
    pub(crate) fn is_time_of(&self, event: &CheckedEvent, talk: TalkIx) -> bool {
        let facts = event.talk(talk);
        let span = self.span(event, talk);
        span.end <= self.until
            && self.takes(event, talk)
            && facts.pin_start.is_none_or(|pin| pin == self.start)
            && facts.speakers.iter().all(|speaker| event.speaker(*speaker).can(span))
    }

    /// The rooms that the talk can be in then. `fits` says which have what it needs and are not ruled out by its pin.
    pub(crate) fn open<'a>(
        &'a self,
        event: &'a CheckedEvent,
        talk: TalkIx,
        fits: &'a [bool],
    ) -> impl Iterator<Item = RoomIx> + 'a {
        let span = self.span(event, talk);
        let open = move |room: &RoomIx| fits[room.at()] && !closed(event, *room, span);
        let rooms = if self.is_time_of(event, talk) { self.rooms } else { &[] };
        rooms.iter().copied().filter(open)
    }
}

/// Whether the room is closed at some time of the span.
pub(crate) fn closed(event: &CheckedEvent, room: RoomIx, span: Span) -> bool {
    event.room(room).unavailable.iter().any(|window| window.overlaps(span))
}

/// For each room, whether it has what the talk needs and is not ruled out by its pin.
pub(crate) fn fitting_rooms(event: &CheckedEvent, talk: TalkIx) -> Vec<bool> {
    let pin = event.talk(talk).pin_room;
    RoomIx::all(event.rooms().len())
        .map(|room| pin.is_none_or(|pin| pin == room) && event.meets_needs(room, talk))
        .collect()
}
