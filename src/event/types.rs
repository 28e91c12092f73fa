//! The event as an organiser writes it: plain data, one type a list of the file.

use super::{
    Amount, BlockId, CivilTime, FormatId, ReviewerId, RoomId, SlotId, SpeakerId, Tags, TalkId, UtcOffset, Window,
};
use crate::rules::Rule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A conference: its rooms and times, its people, the talks proposed to it, and the rules of its programme.
///
/// [`Event::read`] one from a file; or build one with [`Event::new`] and the methods of what is in it, and then
/// [`Event::check`] it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Event {
    /// What the event is called.
    pub name: String,
    /// The IANA name of the zone its clocks show, such as `Europe/Paris`.
    pub timezone: String,
    /// Where talks are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
    /// Kinds of talks by length.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<Format>,
    /// Named stretches of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Fixed starts and ends that one talk a room fills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// Stretches of room time in which talks start every so many minutes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub openings: Vec<Opening>,
    /// Who speaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<Speaker>,
    /// What was proposed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub talks: Vec<Talk>,
    /// The committee's marks and recusals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
    /// The committee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<Reviewer>,
    /// What attendees want to hear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<Interest>,
    /// The programme that is already public, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
    /// What the programme must or should satisfy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// A place where one talk at a time is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// How many people it seats; absent: as many as come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// What it has: `{"equipment": ["recording"]}`.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// When no talk runs in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unavailable: Vec<Window>,
}

/// A kind of talk: a length and a changeover.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Format {
    /// Its id.
    pub id: FormatId,
    /// How long such a talk runs, in minutes.
    pub minutes: u32,
    /// How long its room stays taken afterwards in an opening, in minutes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changeover: u32,
}

/// A named stretch of time, such as "Tuesday morning". A talk belongs to the blocks it starts in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Its first minute.
    pub start: CivilTime,
    /// The first minute after it.
    pub end: CivilTime,
}

/// A fixed start and end that one talk fills, in each of its rooms.
///
/// The talk starts with the slot, runs for its own minutes, and blocks the room to the slot's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// When its talks start.
    pub start: CivilTime,
    /// When its rooms are free again.
    pub end: CivilTime,
    /// The rooms it exists in.
    pub rooms: Vec<RoomId>,
    /// The formats it takes; none listed: every one that is short enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<FormatId>,
    /// What is special about it: `{"mood": ["opening"]}`.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// A stretch of room time in which talks start every so many minutes, counted from its start.
///
/// A talk ends within the opening and blocks the room for its minutes and its format's changeover. Minutes are true ones:
/// where the clocks go back, from 01:00 to 04:00 are four hours, and talks start in all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Opening {
    /// Its first minute.
    pub start: CivilTime,
    /// The first minute after it.
    pub end: CivilTime,
    /// The step between possible starts, in minutes.
    pub every_minutes: u32,
    /// The rooms that are open.
    pub rooms: Vec<RoomId>,
    /// The formats it takes; none listed: every one that is short enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<FormatId>,
}

/// Somebody who gives talks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Speaker {
    /// The speaker's id.
    pub id: SpeakerId,
    /// What people call the speaker.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The employer. Selections and groups see it as the tag `company`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// When the speaker can be there; none listed: always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<Window>,
    /// When the speaker cannot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unavailable: Vec<Window>,
    /// What the rules ask about: `{"region": ["hauts-de-france"]}`.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// How far the committee has decided on a talk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TalkStatus {
    /// May be placed or left out.
    #[default]
    Proposed,
    /// Must be placed.
    Accepted,
    /// Is never placed.
    Declined,
}

/// Something that somebody proposes to say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Talk {
    /// Its id.
    pub id: TalkId,
    /// Its title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Who gives it: all of them are there for all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<SpeakerId>,
    /// Its format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FormatId>,
    /// How long it runs, in minutes, where that is not its format's length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// How far the committee has decided.
    #[serde(default)]
    pub status: TalkStatus,
    /// What it is about: `{"topic": ["kubernetes"], "level": ["beginner"]}`.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// How many people are expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<u32>,
    /// Its worth, where that is not to be learnt from the reviews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merit: Option<Amount>,
    /// What its room must have: every value listed, under the same key.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub needs: Tags,
    /// Where or when it is, if it is placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
}

/// Where or when a talk is, if it is placed at all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pin {
    /// Its only room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// Its only start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<CivilTime>,
    /// Which start that is, where the clocks go back and show the time twice: how far they are ahead of UTC, such as
    /// `+01:00`. Absent: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_offset: Option<UtcOffset>,
}

/// What one reviewer says of one talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Review {
    /// Who says it.
    pub reviewer: ReviewerId,
    /// Of which talk.
    pub talk: TalkId,
    /// The mark; absent only with a recusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<f64>,
    /// Whether the reviewer stood back: the mark does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recused: bool,
}

/// A member of the committee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Reviewer {
    /// The reviewer's id.
    pub id: ReviewerId,
    /// The employer: marks on talks by its people do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Who the reviewer is among the speakers: marks on own talks do not count, and a reviewer without a `company` has the
    /// speaker's. Without this field, a reviewer and a speaker of the same id are two people: each list has ids of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<SpeakerId>,
}

/// Talks that one or more attendees want to hear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Interest {
    /// The talks they want.
    pub talks: Vec<TalkId>,
    /// How many they are, or how much they want it.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: Amount,
}

/// A talk of the programme that is already public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Published {
    /// The talk.
    pub talk: TalkId,
    /// Its published room.
    pub room: RoomId,
    /// Its published start.
    pub start: CivilTime,
    /// Which start that is, where the clocks go back and show the time twice: how far they are ahead of UTC, such as
    /// `+01:00`. Absent: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_offset: Option<UtcOffset>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn one() -> Amount {
    Amount::ONE
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_one(amount: &Amount) -> bool {
    *amount == Amount::ONE
}
