//! What an organiser says: the types of the event file, the builder, and the checks that an event must pass.

mod amount;
mod builder;
mod canonical;
mod check;
mod checked;
mod clock;
pub(crate) mod dangling;
mod facts;
mod id;
mod index;
mod label;
mod natural;
mod offset;
mod problem;
pub(crate) mod read;
mod share;
mod starts;
mod tags;
mod time;
mod types;
pub(crate) mod warnings;

pub use amount::{Amount, NotAnAmount};
pub use checked::CheckedEvent;
pub(crate) use clock::not_shown;
pub use facts::{
    BlockIx, FormatIx, InterestFacts, Minute, OpeningFacts, RoomFacts, RoomIx, SlotFacts, SlotIx, Span, SpeakerFacts,
    SpeakerIx, TalkFacts, TalkIx, ValueIx,
};
pub use id::{BlockId, FormatId, ReviewerId, RoomId, SlotId, SpeakerId, TalkId};
pub(crate) use natural::natural;
pub use offset::{NotAnOffset, UtcOffset};
pub use problem::{Problem, Problems};
pub use read::schema;
pub use share::Share;
pub(crate) use starts::Starts;
pub use tags::Tags;
pub use time::{CivilTime, NotATime, Window};
pub use types::{
    Block, Event, Format, Interest, Opening, Pin, Published, Review, Reviewer, Room, Slot, Speaker, Talk, TalkStatus,
};
pub use warnings::Warning;
