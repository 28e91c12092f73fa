//! The answer: placements, what they cost rule by rule, how two timetables differ.

mod answer;
mod audit;
mod difference;
mod facts;
mod placement;

pub(crate) use answer::gap;
pub use answer::{Answer, Level, SearchReport, Status, StoppedBy};
pub use audit::{Audit, Detail, RuleReport};
pub use difference::{Change, Difference};
pub use placement::{Placement, Timetable};
