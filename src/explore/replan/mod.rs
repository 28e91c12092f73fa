//! Re-planning: a published timetable mended with the fewest changes.
//!
//! **Method.** What happened is written into the event (a cancelled talk is declined, a closed room is unavailable), and the
//! changed event is solved with one rule more, which is settled before all others: it counts the changes. So the changes are
//! the fewest, by proof, and of the timetables with the fewest, the one that the event's own rules find best is taken. This is
//! the minimal perturbation problem of timetabling (Barták, Müller and Rudová, *A new approach to modeling and solving
//! minimal perturbation problems*, 2004).
//!
//! **What is a change.** A talk that is left out, comes in, or starts at another time. A talk that is in another room at the
//! same time is a change too, but a lesser one: the fewest of the first kind come first, and then the fewest of the second.
//! A cancelled talk is none: it had to go. Its place stays empty, unless [`Replan::fill`] lets others take it.

mod changed;
mod changes;
mod page;
mod told;

use crate::{
    event::{CheckedEvent, CivilTime, Problems, RoomId, SpeakerId, TalkId, Window},
    explore::judged::Judged,
    rules::Rule,
    solve::{Keep, Model, Query, SolveError, SolveOptions},
    timetable::{Answer, Change, Difference, Timetable},
};
pub use changed::nearest_talk_or_speaker;

use changed::Changed;
use changes::Changes;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The priority at which changes are counted: before all that an event asks.
const FIRST: u32 = 0;

/// A published timetable, and what has happened since.
///
/// ```
/// use slotwise::{Amount, Event, Room, Slot, SolveOptions, Talk, civil::date};
/// use slotwise::{Placement, Timetable, explore::Replan, rules::{Merit, Rule}};
///
/// let at = |hour| date(2026, 10, 30).at(hour, 0, 0, 0);
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.rooms = ["hall", "attic"].map(Room::new).to_vec();
/// event.slots.push(Slot::new("s1", at(19), at(20)).rooms(["hall", "attic"]));
/// event.slots.push(Slot::new("s2", at(20), at(21)).rooms(["hall", "attic"]));
/// event.talks = ["a", "b"].map(|id| Talk::new(id, id).minutes(50).merit(Amount::ONE)).to_vec();
/// event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
/// let event = event.check()?;
///
/// let published = Timetable::new([Placement::new("a", "hall", at(19)), Placement::new("b", "hall", at(20))]);
/// let replan = Replan::of(published).close("hall", at(20), at(21));
/// let mended = replan.solve(&event, &SolveOptions::new())?;
/// assert_eq!(mended.changes, 1);
/// assert!(mended.fewest);
/// assert_eq!(mended.difference.to_string(), "b moved: 2026-10-30T20:00 in hall to 2026-10-30T20:00 in attic");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replan {
    published: Timetable,
    talks: Vec<TalkId>,
    speakers: Vec<SpeakerId>,
    closed: Vec<(RoomId, Window)>,
    shrunk: Vec<(RoomId, u32)>,
    away: Vec<(SpeakerId, Window)>,
    given_before: Option<CivilTime>,
    fill: bool,
}

impl Replan {
    /// That timetable was published, and nothing has happened yet.
    pub fn of(published: Timetable) -> Self {
        Self { published, ..Self::default() }
    }

    /// The talk is cancelled.
    pub fn cancel_talk(mut self, talk: impl Into<TalkId>) -> Self {
        self.talks.push(talk.into());
        self
    }

    /// The speaker does not come. A talk that others give too is given by them; one that nobody else gives is cancelled.
    pub fn cancel_speaker(mut self, speaker: impl Into<SpeakerId>) -> Self {
        self.speakers.push(speaker.into());
        self
    }

    /// No talk runs in the room from `start` up to `end`.
    pub fn close(mut self, room: impl Into<RoomId>, start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        self.closed.push((room.into(), Window::new(start, end)));
        self
    }

    /// The room seats so many people.
    pub fn capacity(mut self, room: impl Into<RoomId>, people: u32) -> Self {
        self.shrunk.push((room.into(), people));
        self
    }

    /// The speaker is not there from `start` up to `end`.
    pub fn away(
        mut self,
        speaker: impl Into<SpeakerId>,
        start: impl Into<CivilTime>,
        end: impl Into<CivilTime>,
    ) -> Self {
        self.away.push((speaker.into(), Window::new(start, end)));
        self
    }

    /// What was published to start before that time has been given: it stays as it was, and nothing else starts before it.
    pub fn given_before(mut self, time: impl Into<CivilTime>) -> Self {
        self.given_before = Some(time.into());
        self
    }

    /// A talk that comes in is no change: places that are empty are filled as the event's rules find best.
    pub fn fill(mut self) -> Self {
        self.fill = true;
        self
    }

    /// Mends the published timetable.
    ///
    /// Where what happened leaves no timetable, or none was found within the limits, `timetable` says so.
    ///
    /// # Errors
    ///
    /// [`ReplanError::Request`] with every problem at once: names that the event does not have, with the nearest one; what
    /// contradicts itself, such as a talk that is cancelled and has been given; an event with rules of the embedding code's
    /// own, which cannot be taken over into the changed event. [`ReplanError::Search`] as [`Model::solve`].
    pub fn solve(&self, event: &CheckedEvent, options: &SolveOptions) -> Result<Replanned, ReplanError> {
        let changed = Changed::of(self, event).map_err(ReplanError::Request)?;
        let model = Model::new(changed.event.clone(), Keep::Optimum);
        let changes = Changes::of(&changed, self.fill);
        let many = changes.many();
        let rule = Rule::<Changes>::weighted(crate::event::Amount::from_thousandths(1), changes).priority(FIRST);
        let query = Query::new().own_rule(rule).start(changed.kept.clone());
        let answer = model.solve(&query, options).map_err(ReplanError::Search)?;
        Ok(self.told(event, &changed, answer, many))
    }

    fn told(&self, event: &CheckedEvent, changed: &Changed, answer: Answer, many: i64) -> Replanned {
        let violations = told::violations(event, &self.published, changed);
        let first = answer.priorities.iter().find(|level| level.priority == FIRST).copied();
        let is_optimal = answer.status == crate::timetable::Status::Optimal;
        let fewest = is_optimal || first.is_some_and(|level| level.bound <= level.value);
        let mut mended = Replanned {
            fewest: fewest && answer.value.is_some(),
            best_there: is_optimal,
            violations,
            cancelled: changed.cancelled.clone(),
            ..Replanned::none(answer)
        };
        let Some(judged) = Judged::of(&changed.event, &mended.timetable) else {
            return mended;
        };
        let levels = mended.timetable.priorities.clone();
        let known = fewest && mended.timetable.bound.is_some();
        mended.timetable = judged.answer(&changed.event, mended.timetable, &levels, known);
        mended.difference = Difference::between(&self.published, &judged.timetable);
        let counted = |change: &&Change| !(self.fill && matches!(change, Change::Added { .. }));
        let own = mended.difference.changes.iter().filter(|change| !changed.cancelled.contains(change.talk()));
        mended.changes = own.filter(counted).count() as u32;
        // Changes of time weigh `many` each; what is left of the bound are changes of room alone.
        let least = first.map_or(0.0, |level| (-level.bound * 1000.0).max(0.0));
        mended.at_least = if fewest { mended.changes } else { (least as i64 / many) as u32 };
        mended.tell = told::tell(event, changed, &mended.difference, &mended.violations);
        mended
    }
}

/// Why there is no mended timetable at all.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplanError {
    /// What was asked names what the event does not have, or contradicts itself.
    #[error("{0}")]
    Request(Problems),
    /// The search failed.
    #[error(transparent)]
    Search(SolveError),
}

/// A published timetable, mended.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Replanned {
    /// The timetable, judged by the event's own rules as what happened changed it; or that there is none.
    pub timetable: Answer,
    /// What it takes to get there from what was published; cancelled talks among it.
    pub difference: Difference,
    /// How many talks change, cancelled ones not counted; those that come in neither where empty places are filled.
    pub changes: u32,
    /// Whether these are the fewest, proven: first the fewest talks that leave, come in, or start at another time, then the
    /// fewest that are in another room.
    pub fewest: bool,
    /// So many talks have to change, proven.
    pub at_least: u32,
    /// Whether no other timetable with so few changes is worth more: proven.
    pub best_there: bool,
    /// The published talks that are cancelled.
    pub cancelled: Vec<TalkId>,
    /// Whom to tell what, and why.
    pub tell: Vec<Tell>,
    /// What the published timetable breaks.
    pub violations: Vec<Violation>,
}

impl Replanned {
    fn none(timetable: Answer) -> Self {
        Self {
            timetable,
            difference: Difference::default(),
            changes: 0,
            fewest: false,
            at_least: 0,
            best_there: false,
            cancelled: Vec::new(),
            tell: Vec::new(),
            violations: Vec::new(),
        }
    }
}

/// A speaker who has to know of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Tell {
    /// Whom.
    pub speaker: SpeakerId,
    /// Of which talk.
    pub talk: TalkId,
    /// What changes for the talk.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a published timetable breaks.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Violation {
    /// What to call the rule, or the fact of the event.
    pub rule: String,
    /// Its kind; `event` for what the event itself requires.
    pub kind: String,
    /// The group: dimension and key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub group: BTreeMap<String, String>,
    /// The talks concerned.
    pub talks: Vec<TalkId>,
    /// Since when.
    pub cause: Cause,
    /// All of it in words.
    pub text: String,
}

/// Since when a timetable breaks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// It was published so.
    Published,
    /// What happened since breaks it.
    Happened,
}
