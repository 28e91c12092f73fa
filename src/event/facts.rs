//! Facts: what an event's lists hold once every name in them is resolved.

use super::TalkStatus;

/// Minutes since 1970-01-01T00:00Z. Differences are true minutes, also where the clocks change.
pub type Minute = i64;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as a `usize`.
            pub fn at(self) -> usize {
                self.0 as usize
            }

            /// Every index of a list so long.
            pub fn all(length: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                (0..length as u32).map(Self)
            }
        }
    };
}

index!(
    /// A talk's position among the talks, sorted by id.
    TalkIx
);
index!(
    /// A room's position among the rooms, sorted by id.
    RoomIx
);
index!(
    /// A speaker's position among the speakers, sorted by id.
    SpeakerIx
);
index!(
    /// A format's position among the formats, sorted by id.
    FormatIx
);
index!(
    /// A slot's position among the slots, sorted by id.
    SlotIx
);
index!(
    /// A block's position among the blocks, sorted by id.
    BlockIx
);
index!(
    /// A tag's value; the same text is the same value under every key.
    ValueIx
);

/// A stretch of time, from `start` up to, but without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first minute in it.
    pub start: Minute,
    /// The first minute after it.
    pub end: Minute,
}

impl Span {
    /// Whether some minute is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether all of `other` is in it.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the minute is in it.
    pub fn has(self, minute: Minute) -> bool {
        self.start <= minute && minute < self.end
    }

    /// The spans in order, with those that touch or overlap made one.
    pub(crate) fn merged(mut spans: Vec<Self>) -> Vec<Self> {
        spans.sort_unstable();
        let mut merged: Vec<Self> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        merged
    }

    /// The minutes in both.
    pub fn shared(self, other: Self) -> i64 {
        (self.end.min(other.end) - self.start.max(other.start)).max(0)
    }
}

/// A talk, resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TalkFacts {
    /// How far the committee has decided.
    pub status: TalkStatus,
    /// How long it runs.
    pub minutes: i64,
    /// How long its room stays taken afterwards in an opening.
    pub changeover: i64,
    /// Its format.
    pub format: Option<FormatIx>,
    /// Who gives it.
    pub speakers: Vec<SpeakerIx>,
    /// How many people are expected.
    pub audience: i64,
    /// Its worth in thousandths: its own, else what the reviews say, else 0.
    pub merit: i64,
    /// The only room it may be in.
    pub pin_room: Option<RoomIx>,
    /// The only start it may have.
    pub pin_start: Option<Minute>,
    /// Where and when it was published.
    pub published: Option<(RoomIx, Minute)>,
}

/// A room, resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoomFacts {
    /// How many people it seats, where that is known.
    pub capacity: Option<i64>,
    /// When no talk runs in it, in order.
    pub unavailable: Vec<Span>,
}

/// A speaker, resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SpeakerFacts {
    /// When the speaker can be there; none listed: always. Windows that touch or overlap are one: no two stretches here
    /// do, and they are in order.
    pub available: Vec<Span>,
    /// When the speaker cannot, in order.
    pub unavailable: Vec<Span>,
    /// The speaker's talks, declined ones too.
    pub talks: Vec<TalkIx>,
}

impl SpeakerFacts {
    /// Whether the speaker can be there for all of the span.
    pub fn can(&self, span: Span) -> bool {
        (self.available.is_empty() || self.available.iter().any(|w| w.contains(span)))
            && !self.unavailable.iter().any(|w| w.overlaps(span))
    }
}

/// A slot, resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SlotFacts {
    /// From its talks' start to its rooms' release.
    pub span: Span,
    /// The rooms it exists in.
    pub rooms: Vec<RoomIx>,
    /// The formats it takes; none listed: every one.
    pub formats: Vec<FormatIx>,
}

/// An opening, resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpeningFacts {
    /// All of its time.
    pub span: Span,
    /// Every start in it, ascending.
    pub starts: Vec<Minute>,
    /// The rooms that are open.
    pub rooms: Vec<RoomIx>,
    /// The formats it takes; none listed: every one.
    pub formats: Vec<FormatIx>,
}

/// Talks that attendees want to hear, resolved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InterestFacts {
    /// The talks, each once.
    pub talks: Vec<TalkIx>,
    /// The weight in thousandths.
    pub weight: i64,
}
