//! An event that passed its checks, with every name resolved: what rules, program and audit read.

use super::{
    BlockId, CivilTime, Event, FormatId, Reviewer, Room, RoomId, Slot, SlotId, Speaker, SpeakerId, Starts, Talk,
    TalkId, UtcOffset, Window,
    canonical::Places,
    clock::{civil_in, minute_in, minutes_in, offset_in, wanted_offset},
    facts::{
        BlockIx, FormatIx, InterestFacts, Minute, OpeningFacts, RoomFacts, RoomIx, SlotFacts, SlotIx, Span,
        SpeakerFacts, SpeakerIx, TalkFacts, TalkIx, ValueIx,
    },
    index::{Interner, Names, TagTable},
};
use crate::{
    reviews::{Calibration, ReviewerIx},
    rules::{RuleKind, Scope, Selection, Strength},
};
use jiff::{civil::Date, tz::TimeZone};
use std::sync::{Arc, OnceLock};

/// A rule with its names resolved.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) strength: Strength,
    pub(crate) selection: Selection,
    pub(crate) talks: Vec<TalkIx>,
    pub(crate) kind: Arc<dyn RuleKind>,
    /// Switched off: it is neither stated nor audited.
    pub(crate) off: bool,
}

/// An event that passed [`Event::check`]: every name in it leads somewhere and every time exists.
///
/// Talks, rooms, speakers and the rest are known by their position in lists that are sorted by id (digits in ids compare
/// as numbers: `t2` comes before `t10`), so that no answer depends on the order of the file. [`CheckedEvent::event`] is
/// the event as it was written; to find there what an index names, ask [`CheckedEvent::written_talk`] and the like.
#[derive(Clone, Debug)]
pub struct CheckedEvent {
    /// As it was written.
    pub(super) event: Arc<Event>,
    /// With its lists in the order that indices are positions in.
    pub(super) canonical: Arc<Event>,
    /// Where each element of the canonical lists stands in those that were written.
    pub(super) places: Places,
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
    /// In the order of the file.
    pub(super) rules: Vec<Entry>,
    /// The positions of all rules, in an order that does not depend on the file's.
    pub(super) stated: Vec<u32>,
    pub(super) calibration: Calibration,
    /// Found when a rule first asks for them.
    pub(super) starts: OnceLock<Starts>,
}

impl CheckedEvent {
    /// The event as it was written. Its lists are in the order of the file: no index is a position in them.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The event as it was written, to be changed and checked again. What [`CheckedEvent::with_rule`] added is not in it.
    ///
    /// ```
    /// use slotwise::{Event, Talk};
    /// let checked = Event::new("Meetup", "Europe/Paris").check()?;
    /// let mut event = checked.into_event();
    /// event.talks.push(Talk::new("p1", "Borrowing").minutes(20));
    /// assert_eq!(event.check()?.talks().len(), 1);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn into_event(self) -> Event {
        let Self { event, canonical, .. } = self;
        drop(canonical);
        // Clones of the checked event share what was written.
        Arc::unwrap_or_clone(event)
    }

    /// The zone that the event's clocks show, as [`jiff`] knows it.
    ///
    /// ```
    /// use slotwise::{Event, civil::date};
    /// let event = Event::new("Meetup", "Europe/Paris").check()?;
    /// let start = date(2026, 10, 30).at(9, 15, 0, 0).to_zoned(event.zone().clone())?;
    /// assert_eq!(start.timestamp().to_string(), "2026-10-30T08:15:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The event with every list in the order that indices are positions in.
    pub(crate) fn canonical(&self) -> &Event {
        &self.canonical
    }

    /// The talk as it was written.
    ///
    /// ```
    /// use slotwise::{Event, Talk};
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.talks = ["t10", "t2"].map(|id| Talk::new(id, "Hello").minutes(20)).to_vec();
    /// let event = event.check()?;
    /// let ids: Vec<_> = event.talk_indices().map(|t| event.written_talk(t).id.as_str()).collect();
    /// assert_eq!(ids, ["t2", "t10"]);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn written_talk(&self, talk: TalkIx) -> &Talk {
        &self.event.talks[self.places.talks[talk.at()] as usize]
    }

    /// Where the talk stands in the file's list.
    pub(super) fn written_at(&self, talk: TalkIx) -> u32 {
        self.places.talks[talk.at()]
    }

    /// The room as it was written.
    pub fn written_room(&self, room: RoomIx) -> &Room {
        &self.event.rooms[self.places.rooms[room.at()] as usize]
    }

    /// The speaker as it was written.
    pub fn written_speaker(&self, speaker: SpeakerIx) -> &Speaker {
        &self.event.speakers[self.places.speakers[speaker.at()] as usize]
    }

    /// The slot as it was written.
    pub fn written_slot(&self, slot: SlotIx) -> &Slot {
        &self.event.slots[self.places.slots[slot.at()] as usize]
    }

    /// The reviewer as it was written.
    pub fn written_reviewer(&self, reviewer: ReviewerIx) -> &Reviewer {
        &self.event.reviewers[self.places.reviewers[reviewer.at()] as usize]
    }

    /// Every room, in the order of the file: what people see side by side stands as they wrote it.
    pub fn rooms_as_written(&self) -> Vec<RoomIx> {
        in_order(&self.places.rooms, RoomIx)
    }

    /// Every format, in the order of the file.
    pub fn formats_as_written(&self) -> Vec<FormatIx> {
        in_order(&self.places.formats, FormatIx)
    }

    /// The talks, sorted by id.
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
        &self.canonical.talks[talk.at()].id
    }

    /// The talk's title; its id, where it has none.
    ///
    /// ```
    /// use slotwise::{Event, Talk};
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.talks = vec![Talk::new("p1", "Borrowing").minutes(20), Talk::new("p2", "").minutes(20)];
    /// let event = event.check()?;
    /// let titles: Vec<_> = event.talk_indices().map(|talk| event.title(talk)).collect();
    /// assert_eq!(titles, ["Borrowing", "p2"]);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn title(&self, talk: TalkIx) -> &str {
        let Talk { id, title, .. } = self.written_talk(talk);
        if title.trim().is_empty() { id.as_str() } else { title }
    }

    /// The talk of that id: a [`TalkId`] or a text.
    ///
    /// ```
    /// use slotwise::{Event, Talk, TalkId};
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.talks.push(Talk::new("p1", "Borrowing").minutes(20));
    /// let event = event.check()?;
    /// assert!(event.find_talk("p1").is_some());
    /// assert_eq!(event.find_talk(&TalkId::from("p1")), event.find_talk("p1"));
    /// assert_eq!(event.find_talk("p2"), None);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn find_talk(&self, id: impl AsRef<str>) -> Option<TalkIx> {
        self.names.talk(id)
    }

    /// The rooms, sorted by id.
    pub fn rooms(&self) -> &[RoomFacts] {
        &self.rooms
    }

    /// One room.
    pub fn room(&self, room: RoomIx) -> &RoomFacts {
        &self.rooms[room.at()]
    }

    /// A room's id.
    pub fn room_id(&self, room: RoomIx) -> &RoomId {
        &self.canonical.rooms[room.at()].id
    }

    /// The room of that id.
    pub fn find_room(&self, id: impl AsRef<str>) -> Option<RoomIx> {
        self.names.room(id)
    }

    /// Whether the room has everything the talk needs.
    pub fn meets_needs(&self, room: RoomIx, talk: TalkIx) -> bool {
        let has = &self.canonical.rooms[room.at()].tags;
        self.canonical.talks[talk.at()]
            .needs
            .0
            .iter()
            .all(|(key, values)| values.iter().all(|value| has.has(key, value)))
    }

    /// The speakers, sorted by id.
    pub fn speakers(&self) -> &[SpeakerFacts] {
        &self.speakers
    }

    /// One speaker.
    pub fn speaker(&self, speaker: SpeakerIx) -> &SpeakerFacts {
        &self.speakers[speaker.at()]
    }

    /// A speaker's id.
    pub fn speaker_id(&self, speaker: SpeakerIx) -> &SpeakerId {
        &self.canonical.speakers[speaker.at()].id
    }

    /// The speaker of that id.
    pub fn find_speaker(&self, id: impl AsRef<str>) -> Option<SpeakerIx> {
        self.names.speaker(id)
    }

    /// The slots, sorted by id.
    pub fn slots(&self) -> &[SlotFacts] {
        &self.slots
    }

    /// A slot's id.
    pub fn slot_id(&self, slot: SlotIx) -> &SlotId {
        &self.canonical.slots[slot.at()].id
    }

    /// The slot of that id.
    pub fn find_slot(&self, id: impl AsRef<str>) -> Option<SlotIx> {
        self.names.slot(id)
    }

    /// The openings, sorted by what they say.
    pub fn openings(&self) -> &[OpeningFacts] {
        &self.openings
    }

    /// The blocks, sorted by id.
    pub fn blocks(&self) -> &[Span] {
        &self.blocks
    }

    /// A block's id.
    pub fn block_id(&self, block: BlockIx) -> &BlockId {
        &self.canonical.blocks[block.at()].id
    }

    /// The block of that id.
    pub fn find_block(&self, id: impl AsRef<str>) -> Option<BlockIx> {
        self.names.block(id)
    }

    /// The blocks that a talk which starts then belongs to.
    pub fn blocks_at(&self, start: Minute) -> impl Iterator<Item = BlockIx> + '_ {
        BlockIx::all(self.blocks.len()).filter(move |b| self.blocks[b.at()].has(start))
    }

    /// A format's id.
    pub fn format_id(&self, format: FormatIx) -> &FormatId {
        &self.canonical.formats[format.at()].id
    }

    /// The format of that id.
    pub fn find_format(&self, id: impl AsRef<str>) -> Option<FormatIx> {
        self.names.format(id)
    }

    /// When somebody could use each room.
    pub(crate) fn starts(&self) -> &Starts {
        self.starts.get_or_init(|| Starts::of(self))
    }

    /// The interests of attendees, sorted by talks and weight.
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

    /// What the reviews say of each talk. Reviewers are known by their position when sorted by id; the reviews
    /// [set aside](Calibration::set_aside), by that in the file.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The minute at which the event's clocks show that time; the first, where they show it twice. None where they
    /// never do, and in years before 1900 and after 2999. [`CheckedEvent::minute_at`] finds the second too.
    pub fn minute(&self, time: CivilTime) -> Option<Minute> {
        minute_in(&self.zone, time)
    }

    /// The minute at which the event's clocks show that time at that offset; without an offset, the first. None where
    /// they never do.
    ///
    /// ```
    /// use slotwise::{CivilTime, Event, civil::date};
    /// let event = Event::new("Night", "Europe/Paris").check()?;
    /// // The clocks go back from three to two.
    /// let time = CivilTime::from(date(2026, 10, 25).at(2, 30, 0, 0));
    /// let [first, second] = ["+02:00", "+01:00"].map(|offset| event.minute_at(time, offset.parse().ok()).unwrap());
    /// assert_eq!(second - first, 60);
    /// assert_eq!(event.minute(time), Some(first));
    /// assert_eq!(event.clock(second), "02:30 +01:00");
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn minute_at(&self, time: CivilTime, offset: Option<UtcOffset>) -> Option<Minute> {
        let minutes = minutes_in(&self.zone, time);
        let found = minutes.iter().find(|(_, known)| offset.is_none_or(|offset| offset == *known));
        found.map(|(minute, _)| *minute)
    }

    /// What to wish for in place of an offset that clocks do not have at that time; none where it is right, or where
    /// clocks never show that time.
    pub(crate) fn wanted_offset(&self, time: CivilTime, offset: UtcOffset) -> Option<String> {
        wanted_offset(time, offset, &minutes_in(&self.zone, time))
    }

    /// How far the event's clocks are ahead of UTC at that minute.
    pub fn offset(&self, minute: Minute) -> UtcOffset {
        offset_in(&self.zone, minute)
    }

    /// Whether the event's clocks show the time of that minute twice.
    pub fn is_shown_twice(&self, minute: Minute) -> bool {
        minutes_in(&self.zone, self.civil(minute)).len() > 1
    }

    /// The time of day as the event's clocks show it at that minute: `09:15`; with its offset where they show that time
    /// twice: `02:30 +01:00`.
    pub fn clock(&self, minute: Minute) -> String {
        let time = self.civil(minute).datetime().strftime("%H:%M").to_string();
        if self.is_shown_twice(minute) { format!("{time} {}", self.offset(minute)) } else { time }
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

    /// The same rules in an order that does not depend on the file's: so they are stated, and so ties between answers
    /// are broken alike.
    pub(crate) fn stated_scopes(&self) -> impl Iterator<Item = Scope<'_>> {
        self.stated.iter().map(|rule| self.scope(*rule as usize)).filter(|scope| !self.is_off(scope.index()))
    }

    /// Whether the rule at that position is switched off.
    pub(crate) fn is_off(&self, rule: u32) -> bool {
        self.rules[rule as usize].off
    }

    /// The same event with the rules at these positions switched off. Positions stay what they are.
    pub(crate) fn without_rules(mut self, positions: impl IntoIterator<Item = usize>) -> Self {
        positions.into_iter().for_each(|rule| self.rules[rule].off = true);
        self
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

/// The indices in the order in which what they name stands in the file.
fn in_order<T>(places: &[u32], index: impl Fn(u32) -> T) -> Vec<T> {
    let mut list: Vec<u32> = (0..places.len() as u32).collect();
    list.sort_unstable_by_key(|i| places[*i as usize]);
    list.into_iter().map(index).collect()
}
