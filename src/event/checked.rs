//! An event that passed its checks, with every name resolved: what rules, program and audit read.

use super::{
    BlockId, CivilTime, Event, FormatId, RoomId, SlotId, SpeakerId, TalkId, Window,
    clock::{civil_in, minute_in},
    facts::{
        BlockIx, FormatIx, InterestFacts, Minute, OpeningFacts, RoomFacts, RoomIx, SlotFacts, SlotIx, Span,
        SpeakerFacts, SpeakerIx, TalkFacts, TalkIx, ValueIx,
    },
    index::{Interner, Names, TagTable},
};
use crate::{
    reviews::Calibration,
    rules::{RuleKind, Scope, Selection, Strength},
};
use jiff::{civil::Date, tz::TimeZone};
use std::sync::Arc;

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
