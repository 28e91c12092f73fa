//! Marks to merit.

use crate::event::{Event, TalkIx};

/// What the reviews say of each talk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {}

impl Calibration {
    /// A talk's calibrated merit in thousandths; none where no review of the event counts.
    pub fn merit_thousandths(&self, _talk: TalkIx) -> Option<i64> {
        None
    }
}

/// Learns each talk's merit from the marks.
pub fn calibrate(_event: &Event) -> Calibration {
    Calibration::default()
}
