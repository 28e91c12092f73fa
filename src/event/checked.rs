//! An event that passed its checks, with every name resolved: what rules, program and audit read.

use super::{
    BlockId, CivilTime, Event, FormatId, RoomId, SlotId, SpeakerId, Status, TalkId, Window,
    clock::{civil_in, minute_in},
    index::{Interner, Names, TagTable},
};
use crate::{
    reviews::Calibration,
    rules::{RuleKind, Scope, Selection, Strength},
};
use jiff::{civil::Date, tz::TimeZone};
use std::sync::Arc;

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
    /// A talk's position in `talks`.
    TalkIx
);
index!(
    /// A room's position in `rooms`.
    RoomIx
);
index!(
    /// A speaker's position in `speakers`.
    SpeakerIx
);
index!(
    /// A format's position in `formats`.
    FormatIx
);
index!(
    /// A slot's position in `slots`.
    SlotIx
);
index!(
    /// A block's position in `blocks`.
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

    /// The minutes in both.
    pub fn shared(self, other: Self) -> i64 {
        (self.end.min(other.end) - self.start.max(other.start)).max(0)
    }
}

/// A talk, resolved.
#[derive(Clone, Debug)]
pub struct TalkFacts {
    /// How far the committee has decided.
    pub status: Status,
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
pub struct RoomFacts {
    /// How many people it seats, where that is known.
    pub capacity: Option<i64>,
    /// When no talk runs in it.
    pub unavailable: Vec<Span>,
}

/// A speaker, resolved.
#[derive(Clone, Debug)]
pub struct SpeakerFacts {
    /// When the speaker can be there; none listed: always.
    pub available: Vec<Span>,
    /// When the speaker cannot.
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
pub struct InterestFacts {
    /// The talks, each once.
    pub talks: Vec<TalkIx>,
    /// The weight in thousandths.
    pub weight: i64,
}

/// A rule with its names resolved.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) strength: Strength,
    pub(crate) selection: Selection,
    pub(crate) talks: Vec<TalkIx>,
    pub(crate) kind: Arc<dyn RuleKind>,
}

/// An event that passed [`Event::check`]: every name in it leads somewhere and every time exists.
///
/// Lists keep the order of the event; talks, rooms, speakers and the rest are known by their position.
#[derive(Clone, Debug)]
pub struct CheckedEvent {
    pub(super) event: Event,
    pub(super) zone: TimeZone,
    pub(super) names: Names,
    pub(super) talks: Vec<TalkFacts>,
    pub(super) rooms: Vec<RoomFacts>,
    pub(super) speakers: Vec<SpeakerFacts>,
    pub(super) slots: Vec<SlotFacts>,
    pub(super) openings: Vec<OpeningFacts>,
    pub(super) blocks: Vec<Span>,
    pub(super) interests: Vec<InterestFacts>,
    pub(super) values: Interner,
    pub(super) talk_tags: TagTable,
    pub(super) speaker_tags: TagTable,
    pub(super) rules: Vec<Entry>,
    pub(super) calibration: Calibration,
}

impl CheckedEvent {
    /// The event as it was written.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The talks, in the event's order.
    pub fn talks(&self) -> &[TalkFacts] {
        &self.talks
    }

    /// One talk.
    pub fn talk(&self, talk: TalkIx) -> &TalkFacts {
        &self.talks[talk.at()]
    }

    /// Every talk's index.
    pub fn talk_indices(&self) -> impl DoubleEndedIterator<Item = TalkIx> + ExactSizeIterator + Clone + use<> {
        TalkIx::all(self.talks.len())
    }

    /// A talk's id.
    pub fn talk_id(&self, talk: TalkIx) -> &TalkId {
        &self.event.talks[talk.at()].id
    }

    /// The talk of that id.
    pub fn find_talk(&self, id: &TalkId) -> Option<TalkIx> {
        self.names.talk(id)
    }

    /// The rooms, in the event's order.
    pub fn rooms(&self) -> &[RoomFacts] {
        &self.rooms
    }

    /// One room.
    pub fn room(&self, room: RoomIx) -> &RoomFacts {
        &self.rooms[room.at()]
    }

    /// A room's id.
    pub fn room_id(&self, room: RoomIx) -> &RoomId {
        &self.event.rooms[room.at()].id
    }

    /// The room of that id.
    pub fn find_room(&self, id: &RoomId) -> Option<RoomIx> {
        self.names.room(id)
    }

    /// Whether the room has everything the talk needs.
    pub fn meets_needs(&self, room: RoomIx, talk: TalkIx) -> bool {
        let has = &self.event.rooms[room.at()].tags;
        self.event.talks[talk.at()].needs.0.iter().all(|(key, values)| values.iter().all(|value| has.has(key, value)))
    }

    /// The speakers, in the event's order.
    pub fn speakers(&self) -> &[SpeakerFacts] {
        &self.speakers
    }

    /// One speaker.
    pub fn speaker(&self, speaker: SpeakerIx) -> &SpeakerFacts {
        &self.speakers[speaker.at()]
    }

    /// A speaker's id.
    pub fn speaker_id(&self, speaker: SpeakerIx) -> &SpeakerId {
        &self.event.speakers[speaker.at()].id
    }

    /// The speaker of that id.
    pub fn find_speaker(&self, id: &SpeakerId) -> Option<SpeakerIx> {
        self.names.speaker(id)
    }

    /// The slots, in the event's order.
    pub fn slots(&self) -> &[SlotFacts] {
        &self.slots
    }

    /// A slot's id.
    pub fn slot_id(&self, slot: SlotIx) -> &SlotId {
        &self.event.slots[slot.at()].id
    }

    /// The slot of that id.
    pub fn find_slot(&self, id: &SlotId) -> Option<SlotIx> {
        self.names.slot(id)
    }

    /// The openings, in the event's order.
    pub fn openings(&self) -> &[OpeningFacts] {
        &self.openings
    }

    /// The blocks, in the event's order.
    pub fn blocks(&self) -> &[Span] {
        &self.blocks
    }

    /// A block's id.
    pub fn block_id(&self, block: BlockIx) -> &BlockId {
        &self.event.blocks[block.at()].id
    }

    /// The block of that id.
    pub fn find_block(&self, id: &BlockId) -> Option<BlockIx> {
        self.names.block(id)
    }

    /// The blocks that a talk which starts then belongs to.
    pub fn blocks_at(&self, start: Minute) -> impl Iterator<Item = BlockIx> + '_ {
        BlockIx::all(self.blocks.len()).filter(move |b| self.blocks[b.at()].has(start))
    }

    /// A format's id.
    pub fn format_id(&self, format: FormatIx) -> &FormatId {
        &self.event.formats[format.at()].id
    }

    /// The format of that id.
    pub fn find_format(&self, id: &FormatId) -> Option<FormatIx> {
        self.names.format(id)
    }

    /// What attendees want to hear.
    pub fn interests(&self) -> &[InterestFacts] {
        &self.interests
    }

    /// What a talk's tag says: its values under the key, each once.
    pub fn talk_values(&self, talk: TalkIx, key: &str) -> &[ValueIx] {
        self.talk_tags.values(talk.at(), key)
    }

    /// The talks that have one of the values under the key, ascending.
    pub(crate) fn talks_with(&self, key: &str, values: &[String]) -> Vec<TalkIx> {
        let found = values.iter().filter_map(|value| self.find_value(value));
        let mut talks: Vec<_> = found.flat_map(|v| self.talk_tags.with(key, v)).map(|t| TalkIx(*t)).collect();
        talks.sort_unstable();
        talks.dedup();
        talks
    }

    /// What a speaker's tag says: the values under the key, each once. The company is the tag `company`.
    pub fn speaker_values(&self, speaker: SpeakerIx, key: &str) -> &[ValueIx] {
        self.speaker_tags.values(speaker.at(), key)
    }

    /// The text of a value.
    pub fn value_text(&self, value: ValueIx) -> &str {
        self.values.text(value)
    }

    /// The value of that text, where some tag has it.
    pub fn find_value(&self, text: &str) -> Option<ValueIx> {
        self.values.find(text)
    }

    /// What the reviews say of each talk.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The minute at which the event's clocks show that time; the first, where they show it twice. None where they
    /// never do, and in years before 1900 and after 2999.
    pub fn minute(&self, time: CivilTime) -> Option<Minute> {
        minute_in(&self.zone, time)
    }

    /// What the event's clocks show at that minute.
    pub fn civil(&self, minute: Minute) -> CivilTime {
        civil_in(&self.zone, minute)
    }

    /// The day on which that minute falls.
    pub fn date(&self, minute: Minute) -> Date {
        self.civil(minute).date()
    }

    /// The span of a window that was checked; an empty one at the epoch for one that was not.
    pub(crate) fn span(&self, window: Window) -> Span {
        let minute = |t| self.minute(t).unwrap_or(0);
        Span { start: minute(window.start), end: minute(window.end) }
    }

    /// Every rule, ready to be audited or stated: those of the event, then those added by [`CheckedEvent::with_rule`].
    pub fn scopes(&self) -> impl Iterator<Item = Scope<'_>> {
        (0..self.rules.len()).map(|i| self.scope(i))
    }

    /// The rule at that position of [`CheckedEvent::scopes`].
    pub(crate) fn scope(&self, rule: usize) -> Scope<'_> {
        let entry = &self.rules[rule];
        Scope::new(self, rule as u32, &entry.name, entry.strength, &entry.talks, &entry.selection, &*entry.kind)
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }
}
