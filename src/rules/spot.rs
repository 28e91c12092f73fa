//! Talks in their places: what a rule audits.

use crate::event::{CheckedEvent, Minute, RoomIx, SlotIx, Span, TalkIx};

/// A talk in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// The talk.
    pub talk: TalkIx,
    /// Its room.
    pub room: RoomIx,
    /// When it starts.
    pub start: Minute,
    /// When it ends.
    pub end: Minute,
    /// When its room is free again: at the slot's end, or after the changeover.
    pub busy_until: Minute,
    /// The slot it fills; none in an opening.
    pub slot: Option<SlotIx>,
}

impl Spot {
    /// When the talk runs.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// When its room is taken.
    pub fn busy(&self) -> Span {
        Span { start: self.start, end: self.busy_until }
    }

    /// Whether both run at some moment.
    pub fn meets(&self, other: &Self) -> bool {
        self.span().overlaps(other.span())
    }
}

/// A timetable as rules read it: every placed talk, by start, room and talk.
#[derive(Clone, Debug)]
pub struct Placed<'e> {
    event: &'e CheckedEvent,
    spots: Vec<Spot>,
    by_talk: Vec<Option<u32>>,
}

impl<'e> Placed<'e> {
    /// The spots of a timetable. A talk that is placed twice is looked up at its first spot; the audit reports it.
    pub fn new(event: &'e CheckedEvent, mut spots: Vec<Spot>) -> Self {
        spots.sort_unstable_by_key(|s| (s.start, s.room, s.talk, s.busy_until));
        let mut by_talk = vec![None; event.talks().len()];
        for (i, spot) in spots.iter().enumerate().rev() {
            by_talk[spot.talk.at()] = Some(i as u32);
        }
        Self { event, spots, by_talk }
    }

    /// The event that the timetable is of.
    pub fn event(&self) -> &'e CheckedEvent {
        self.event
    }

    /// Every spot, by start, room and talk.
    pub fn spots(&self) -> &[Spot] {
        &self.spots
    }

    /// Where a talk is; none when it is left out.
    pub fn spot(&self, talk: TalkIx) -> Option<&Spot> {
        self.by_talk[talk.at()].map(|i| &self.spots[i as usize])
    }

    /// Every two of these talks that run at some moment both, the smaller of each pair first.
    pub(super) fn at_once(&self, talks: &[TalkIx]) -> Vec<(TalkIx, TalkIx)> {
        let mut spots: Vec<&Spot> = self.of(talks).collect();
        spots.sort_unstable_by_key(|spot| (spot.start, spot.talk));
        let mut pairs = Vec::new();
        for (i, a) in spots.iter().enumerate() {
            // Whatever meets a spot and comes after it starts before that ends.
            let following = spots[i + 1..].iter().take_while(|b| b.start < a.end);
            pairs.extend(following.filter(|b| b.meets(a)).map(|b| (a.talk.min(b.talk), a.talk.max(b.talk))));
        }
        pairs
    }

    /// The spots of those of the talks that are placed, in the order of the talks.
    pub fn of<'a>(&'a self, talks: &'a [TalkIx]) -> impl Iterator<Item = &'a Spot> + Clone {
        talks.iter().filter_map(|t| self.spot(*t))
    }
}
