//! Stating an event that has many places: on a thread of its own, while the first timetable is made better.
//!
//! Rules ask the time talk by talk, but some say much of each. So nobody waits for them past the limits: the thread is left
//! behind, finds nobody listening, and ends at the next talk. It holds its own copy of the event.

use super::{SolveError, limits::Limits, model::Statements};
use crate::{
    event::CheckedEvent,
    program::{Halt, Program, TooLarge},
    trace::step,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

/// How often the one who waits asks whether to go on.
const POLL: Duration = Duration::from_millis(4);

/// Who states an event.
#[derive(Clone, Debug)]
pub(super) enum Stating {
    /// It is asked once.
    Once,
    /// It is a question to a model, and has some rules more than the model's own event, or some that are switched off.
    Model {
        /// What the model has stated.
        statements: Arc<Statements>,
        /// Whether some of the event's own rules are switched off.
        switched_off: bool,
    },
}

/// States the event at once; none where it is time to stop before all rules are stated.
pub(super) fn state(event: &CheckedEvent, stating: &Stating, limits: &Limits) -> Result<Option<Program>, SolveError> {
    step!("stating", limits.parent);
    let late = || limits.is_late();
    let halt = Halt::when(&late);
    Ok(match stating {
        Stating::Once => Program::shrunk_unless(event, halt)?,
        Stating::Model { statements, switched_off } => statements.program(event, *switched_off, halt)?,
    })
}

/// The same of an event that takes long to be stated: `meanwhile` is called beside it, with limits that end with the
/// stating.
pub(super) fn state_beside(
    event: &CheckedEvent,
    stating: &Stating,
    limits: &Limits,
    meanwhile: impl FnOnce(&Limits) -> Result<(), TooLarge>,
) -> Result<Option<Program>, SolveError> {
    let over = Arc::new(AtomicBool::new(false));
    let (to, from) = channel();
    let (own, own_limits, own_over) = (event.clone(), limits.clone(), Arc::clone(&over));
    let stating = stating.clone();
    let work = move || {
        let program = state(&own, &stating, &own_limits);
        own_over.store(true, Ordering::Relaxed);
        // Where nobody listens any more, nobody wants it.
        let _ = to.send(program);
    };
    let thread = thread::Builder::new().name("slotwise stating".to_owned()).spawn(work);
    thread.map_err(|e| SolveError::Threads(e.to_string()))?;
    meanwhile(&limits.until(&over))?;
    wait(limits, &from)
}

fn wait(limits: &Limits, from: &Receiver<Result<Option<Program>, SolveError>>) -> Result<Option<Program>, SolveError> {
    loop {
        // What is stated by now still counts, however late it is.
        let late = limits.overdue().is_some();
        match from.recv_timeout(if late { Duration::ZERO } else { POLL }) {
            Ok(program) => return program,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(SolveError::Threads("the thread that states the rules ended without a word".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) if late => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
