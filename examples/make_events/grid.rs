//! Short words for times, slots and weights, so that a grid reads like the one on a conference's wall.

use slotwise::{Amount, CivilTime, Slot, Window};

/// A day's clock.
#[derive(Clone, Copy)]
pub(crate) struct Day(pub(crate) &'static str);

impl Day {
    pub(crate) fn at(self, clock: &str) -> CivilTime {
        format!("{}T{clock}", self.0).parse().expect("a clock time such as 09:50")
    }

    pub(crate) fn window(self, start: &str, end: &str) -> Window {
        Window::new(self.at(start), self.at(end))
    }

    pub(crate) fn slot<'a>(
        self,
        id: &str,
        (start, end): (&str, &str),
        rooms: impl IntoIterator<Item = &'a str>,
        formats: impl IntoIterator<Item = &'a str>,
    ) -> Slot {
        Slot::new(id, self.at(start), self.at(end)).rooms(rooms).formats(formats)
    }
}

/// A weight or a share.
pub(crate) fn amount(number: f64) -> Amount {
    Amount::new(number).expect("at most three decimals")
}
