//! Chooses the talks of a conference and places them in rooms and time, by integer programming, with a proof of how good
//! the answer is.

pub mod event;
pub mod program;
pub mod reviews;
pub mod rules;
pub mod solve;
pub mod timetable;

pub use event::{
    Amount, Block, CheckedEvent, CivilTime, Event, Format, Interest, NotATime, NotAnAmount, Opening, Pin, Problem,
    Problems, Published, Review, Reviewer, Room, Slot, Speaker, Status, Tags, Talk, Window,
};
pub use jiff::civil;
pub use solve::{BackendKind, CancelFlag, SolveError, SolveOptions, solve};
pub use timetable::{Answer, Audit, Difference, Placement, Summary, Timetable};
