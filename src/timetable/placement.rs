//! Placements: which talk is where and when.

use crate::{
    event::{
        CheckedEvent, CivilTime, Minute, Problem, Problems, RoomId, RoomIx, SlotId, SlotIx, Span, TalkId, UtcOffset,
        Warning, dangling, not_shown, read,
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
    /// Every id that leads nowhere, every start that the clocks skip, every offset that leaves open which of two starts is
    /// meant. A talk is where its room and start say, whatever end and slot stand beside them.
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

    /// What placements say besides their room and start and what does not go with them: one warning a placement.
    pub(super) fn contradictions(&self, event: &CheckedEvent) -> Vec<Warning> {
        let placements = self.placements.iter().enumerate();
        let at = |i: usize, text| Warning::new(format!("placements[{i}]"), text);
        placements.filter_map(|(i, placement)| contradiction(event, placement).map(|text| at(i, text))).collect()
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

/// The minute at which the placement starts. Where clocks show the time once, whatever offset stands beside it says nothing
/// new: it may be that of the time before the talk was moved.
fn starts(event: &CheckedEvent, placement: &Placement) -> Option<Minute> {
    let only = || event.minute_at(placement.start, None).filter(|minute| !event.is_shown_twice(*minute));
    placement.starts_at(event).or_else(only)
}

fn starts_there(event: &CheckedEvent, slot: SlotIx, room: RoomIx, start: Minute) -> bool {
    let slot = &event.slots()[slot.at()];
    slot.span.start == start && slot.rooms.contains(&room)
}

/// What the placement says besides its room and start and what does not go with them.
fn contradiction(event: &CheckedEvent, placement: &Placement) -> Option<String> {
    let (talk, room) = (event.find_talk(&placement.talk)?, event.find_room(&placement.room)?);
    let start = starts(event, placement)?;
    let end = start + event.talk(talk).minutes;
    let end_is_wrong = placement.end.is_some_and(|written| written != event.civil(end));
    let slot = placement.slot.as_ref().and_then(|id| event.find_slot(id));
    let fields = [
        ("start_offset", placement.start_offset.is_some_and(|offset| offset != event.offset(start))),
        ("end", end_is_wrong),
        ("end_offset", placement.end_offset.is_some_and(|offset| offset != event.offset(end)) && !end_is_wrong),
        ("slot", slot.is_some_and(|slot| !starts_there(event, slot, room, start))),
    ];
    let wrong: Vec<&str> = fields.into_iter().filter(|(_, wrong)| *wrong).map(|(field, _)| field).collect();
    if wrong.is_empty() {
        return None;
    }
    let (talk, room) = (quoted(placement.talk.as_str()), quoted(placement.room.as_str()));
    let fields = read::listed(&wrong, '`').replace(" or ", " and ");
    let go = if wrong.len() == 1 { "does not go" } else { "do not go" };
    let (from, to) = (placement.start, event.civil(end));
    Some(format!("{fields} {go} with the start and the room, and these count: {talk} is in {room} from {from} to {to}"))
}

fn resolve(event: &CheckedEvent, placement: &Placement, path: &str, problems: &mut Vec<Problem>) -> Option<Spot> {
    let before = problems.len();
    let mut nowhere = |field: &str, id: &str, what: &str| {
        let wanted = event.wanted_id(what, id, problems);
        problems.push(Problem::new(format!("{path}.{field}"), dangling::found(what, id), wanted));
    };
    let talk = event.find_talk(&placement.talk);
    let room = event.find_room(&placement.room);
    let slot = placement.slot.as_ref().map(|id| (id, event.find_slot(id)));
    if talk.is_none() {
        nowhere("talk", placement.talk.as_str(), "talk");
    }
    if room.is_none() {
        nowhere("room", placement.room.as_str(), "room");
    }
    if let Some((id, None)) = slot {
        nowhere("slot", id.as_str(), "slot");
    }
    let start = starts(event, placement);
    if let (None, Some(offset)) = (start, placement.start_offset)
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
    let starts_there = |s: SlotIx| starts_there(event, s, room, start);
    let named = slot.and_then(|(_, slot)| slot).filter(|slot| starts_there(*slot));
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
