//! Placements: which talk is where and when.

use crate::{
    event::{
        CheckedEvent, CivilTime, Minute, Problem, Problems, RoomId, SlotId, SlotIx, Span, TalkId, UtcOffset, not_shown,
    },
    rules::{Distance, Placed, Spot},
    text::quoted,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A talk in its place.
///
/// Where the clocks go back, they show an hour twice. Which of the two times is meant, the offset beside it says: every
/// answer has offsets, so that the end is after the start for whoever subtracts. A timetable that is read may leave them
/// out; then a start is the first of the two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Placement {
    /// The talk.
    pub talk: TalkId,
    /// Its room.
    pub room: RoomId,
    /// When it starts.
    pub start: CivilTime,
    /// How far the clocks are ahead of UTC then, such as `+01:00`. Absent: it is the first start of two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_offset: Option<UtcOffset>,
    /// When it ends. Not needed to read a timetable: the talk's minutes say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<CivilTime>,
    /// How far the clocks are ahead of UTC when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_offset: Option<UtcOffset>,
    /// The slot it fills; none in an opening. Not needed to read a timetable where room and start leave one slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<SlotId>,
}

impl Placement {
    /// A talk that starts in a room.
    pub fn new(talk: impl Into<TalkId>, room: impl Into<RoomId>, start: impl Into<CivilTime>) -> Self {
        let (start_offset, end, end_offset, slot) = (None, None, None, None);
        Self { talk: talk.into(), room: room.into(), start: start.into(), start_offset, end, end_offset, slot }
    }

    /// The minute at which it starts; none where the event's clocks never show that time at that offset.
    pub fn starts_at(&self, event: &CheckedEvent) -> Option<Minute> {
        event.minute_at(self.start, self.start_offset)
    }
}

/// Who speaks where and when: the placements of a programme, by start and room.
///
/// ```
/// use slotwise::Timetable;
/// let timetable = Timetable::from_json(
///     r#"{"placements": [{"talk": "p1", "room": "hall", "start": "2026-10-30T09:15"}]}"#,
/// )?;
/// assert_eq!(timetable.placements.len(), 1);
/// # Ok::<(), slotwise::Problems>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Timetable {
    /// The placements.
    pub placements: Vec<Placement>,
}

impl Timetable {
    /// Those placements.
    pub fn new(placements: impl IntoIterator<Item = Placement>) -> Self {
        Self { placements: placements.into_iter().collect() }
    }

    /// The timetable of these spots.
    pub fn of(event: &CheckedEvent, spots: &[Spot]) -> Self {
        let mut spots = spots.to_vec();
        spots.sort_unstable_by_key(|s| (s.start, s.room, s.talk));
        Self::new(spots.iter().map(|spot| Placement {
            talk: event.talk_id(spot.talk).clone(),
            room: event.room_id(spot.room).clone(),
            start: event.civil(spot.start),
            start_offset: Some(event.offset(spot.start)),
            end: Some(event.civil(spot.end)),
            end_offset: Some(event.offset(spot.end)),
            slot: spot.slot.map(|s| event.slot_id(s).clone()),
        }))
    }

    /// The placements with their names resolved, in their order.
    ///
    /// # Errors
    ///
    /// Every id that leads nowhere, every start that the clocks skip, every offset that they do not have then, every slot
    /// or end that is not the placement's.
    pub fn resolve<'e>(&self, event: &'e CheckedEvent) -> Result<Placed<'e>, Problems> {
        let mut problems = Vec::new();
        let spots = self.spots(event, &mut problems);
        let talk = |at: usize| Some(self.placements.get(at)?.talk.0.clone());
        Problems::none_or_named(problems, |_, at, field| if field == "talk" { talk(at) } else { None })?;
        Ok(Placed::new(event, spots))
    }

    /// What [`Timetable::resolve`] says is wrong.
    pub(super) fn problems(&self, event: &CheckedEvent) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.spots(event, &mut problems);
        problems
    }

    fn spots(&self, event: &CheckedEvent, problems: &mut Vec<Problem>) -> Vec<Spot> {
        let placements = self.placements.iter().enumerate();
        placements.filter_map(|(i, p)| resolve(event, p, &format!("placements[{i}]"), problems)).collect()
    }
}

impl From<&Timetable> for Distance {
    /// The distance from the timetable, not bounded yet.
    fn from(timetable: &Timetable) -> Self {
        Self::from_starts(timetable.placements.iter().map(|p| (p.talk.clone(), p.start, p.start_offset)))
    }
}

fn resolve(event: &CheckedEvent, placement: &Placement, path: &str, problems: &mut Vec<Problem>) -> Option<Spot> {
    let before = problems.len();
    let mut dangling = |field: &str, id: &str, what: &str| {
        let wanted = event.wanted_id(what, id, problems);
        let found = format!("{}, which no {what} has as id", quoted(id));
        problems.push(Problem::new(format!("{path}.{field}"), found, wanted));
    };
    let talk = event.find_talk(&placement.talk);
    let room = event.find_room(&placement.room);
    let slot = placement.slot.as_ref().map(|id| (id, event.find_slot(id)));
    if talk.is_none() {
        dangling("talk", placement.talk.as_str(), "talk");
    }
    if room.is_none() {
        dangling("room", placement.room.as_str(), "room");
    }
    if let Some((id, None)) = slot {
        dangling("slot", id.as_str(), "slot");
    }
    let start = placement.starts_at(event);
    if let Some(offset) = placement.start_offset
        && let Some(wanted) = event.wanted_offset(placement.start, offset)
    {
        problems.push(Problem::new(format!("{path}.start_offset"), format!("\"{offset}\""), wanted));
    } else if start.is_none() {
        let (found, wanted) = not_shown(&event.event().timezone, placement.start);
        problems.push(Problem::new(format!("{path}.start"), found, wanted));
    }
    let (talk, room, start) = (talk?, room?, start?);
    let facts = event.talk(talk);
    let end = start + facts.minutes;
    if let Some(written) = placement.end
        && written != event.civil(end)
    {
        let runs = format!("{} runs for {} minutes", quoted(&placement.talk.0), facts.minutes);
        let wanted = format!("{}: {runs}", event.civil(end));
        problems.push(Problem::new(format!("{path}.end"), written.to_string(), wanted));
    }
    if let Some(offset) = placement.end_offset.filter(|offset| *offset != event.offset(end)) {
        let wanted = format!("\"{}\", as clocks have it at {}, when it ends", event.offset(end), event.civil(end));
        problems.push(Problem::new(format!("{path}.end_offset"), format!("\"{offset}\""), wanted));
    }
    let starts_there =
        |s: SlotIx| event.slots()[s.at()].span.start == start && event.slots()[s.at()].rooms.contains(&room);
    let named = slot.and_then(|(_, slot)| slot);
    if let Some(slot) = named
        && !starts_there(slot)
    {
        let found = format!("{}, which does not start then in that room", quoted(event.slot_id(slot).as_str()));
        problems.push(Problem::new(format!("{path}.slot"), found, "the slot of that room and start, or none"));
    }
    if problems.len() > before {
        return None;
    }
    // Without a slot's name: an opening, as answers write it; else the shortest slot that takes the talk.
    let open = event.openings().iter().any(|o| {
        o.rooms.contains(&room)
            && (o.formats.is_empty() || facts.format.is_some_and(|f| o.formats.contains(&f)))
            && o.span.contains(Span { start, end })
            && o.starts.binary_search(&start).is_ok()
    });
    let takes = |s: &SlotIx| {
        let slot = &event.slots()[s.at()];
        starts_there(*s)
            && slot.span.contains(Span { start, end })
            && (slot.formats.is_empty() || facts.format.is_some_and(|f| slot.formats.contains(&f)))
    };
    let length = |s: &SlotIx| event.slots()[s.at()].span.end;
    let slot = named.or_else(|| SlotIx::all(event.slots().len()).filter(takes).filter(|_| !open).min_by_key(length));
    let busy_until = slot.map_or(end + facts.changeover, |s| event.slots()[s.at()].span.end);
    Some(Spot { talk, room, start, end, busy_until, slot })
}
