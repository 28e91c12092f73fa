//! What else would do: other good timetables, and the least change of a published one.
//!
//! | question | answer |
//! | --- | --- |
//! | [`Model::alternatives`](crate::Model::alternatives) | timetables within a given loss of the best, as different from each other as can be ([`Alternatives`]) |
//! | [`Replan::solve`] | a published timetable mended with the fewest changes ([`Replanned`]) |
//!
//! Both ask the [model](crate::Model) of an event again, with a few rules more, and judge each timetable by the
//! [audit](crate::Audit) of the event itself: nothing that a question added is part of what they report.

mod alternatives;
mod dispersion;
mod judged;
mod replan;

pub use alternatives::{Agreed, AgreedPlace, Alternative, Alternatives, AlternativesOptions, Floor, Loss, RuleChange};
pub use replan::{Cause, Replan, ReplanError, Replanned, Tell, Violation, nearest_talk_or_speaker};
