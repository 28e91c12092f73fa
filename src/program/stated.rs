//! A program that more rules can be stated to.
//!
//! A [model](crate::Model) is asked many questions, each of which adds a few rules to the event. The event is stated once;
//! each question states its own rules to a copy.

use super::{Draft, Halt, Program, StartClasses, TooLarge, classes, times::Times};
use crate::{event::CheckedEvent, rules::Stakes};

/// A program, and what it takes to state more rules to it.
#[derive(Debug)]
pub(crate) struct Stated {
    program: Program,
    times: Times,
    /// The most that rules can gain or cost, without penalties: the draft weighs those when all rows are there.
    stakes: Stakes,
    /// The number of rules stated.
    rules: usize,
}

impl Stated {
    pub(super) fn new(program: Program, times: Times, stakes: Stakes, rules: usize) -> Self {
        Self { program, times, stakes, rules }
    }

    pub(super) fn parts(&self) -> (&Program, &Times, &Stakes) {
        (&self.program, &self.times, &self.stakes)
    }

    /// States the event and all its rules, every start by itself; none where it is time to stop before all are stated.
    pub(crate) fn of(event: &CheckedEvent, halt: Halt<'_>) -> Result<Option<Self>, TooLarge> {
        let draft = Draft::new(event, StartClasses::apart(), halt).with_rules(event, 0);
        let stated = draft.finish_open()?;
        Ok((!halt.is_due()).then_some(stated))
    }

    /// The program alone.
    pub(crate) fn into_program(self) -> Program {
        self.program
    }

    /// The program of an event that has some more rules, which come last; none where it is time to stop.
    ///
    /// Rooms are planned as one where neither the event nor any rule tells them apart. Where one of the new rules does, the
    /// event is stated anew.
    pub(crate) fn with_more(&self, event: &CheckedEvent, halt: Halt<'_>) -> Result<Option<Program>, TooLarge> {
        let (classes, _) = classes::classes(event);
        if classes != self.program.classes {
            return Ok(Self::of(event, halt)?.map(Self::into_program));
        }
        let draft = Draft::going_on(event, self, halt).with_rules(event, self.rules);
        let program = draft.finish()?;
        Ok((!halt.is_due()).then_some(program))
    }
}
