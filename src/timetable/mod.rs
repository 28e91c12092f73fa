//! The answer: placements, what they cost rule by rule, how two timetables differ, and a summary to print.

mod answer;
mod audit;
mod difference;
mod facts;
mod grouped;
mod placement;
mod read;
mod reasons;
mod summary;
mod ties;

pub(crate) use answer::gap;
pub use answer::{Answer, Level, SearchReport, Status, StoppedBy};
pub use audit::{Audit, Detail, RuleReport};
pub use difference::{Change, Difference};
pub use placement::{Placement, Timetable};
pub use summary::{
    Charge, FormatTally, LeftOut, Payer, Quota, Reached, Settled, Summary, TalkName, Tally, TieAtCut, rule_names,
};
pub(crate) use summary::{Page, Words, clean, join, percent, some};
pub(crate) use ties::tied_groups;
