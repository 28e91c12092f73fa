//! A solve on a thread of its own, and somebody who waits for it no longer than the limits allow.
//!
//! A solver looks at the clock only now and then, and never at our flag: HiGHS was seen to take four times its limit within
//! one step of a large program, and microlp asks once in a thousand pivots. So who waits and who solves are two threads.
//! The one that waits asks every few milliseconds whether it should; when it should not, it goes on with the last that it
//! heard. The solver's thread stays behind, finds nobody listening at its next word, and ends: at the deadline, if there is
//! one, or when it has done the nodes that it was given. It holds nothing but its own copy of the program.

use super::{Limits, Stop};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

/// How often who waits asks whether to go on.
const POLL: Duration = Duration::from_millis(4);
/// What a main thread commonly has: solvers recurse over what they are given.
const STACK: usize = 8 << 20;

pub(super) enum News<T> {
    /// Work was done, in thousandths of a unit.
    Work(u64),
    /// What it would come to if it ended now.
    SoFar(T),
    Done(T),
}

/// How a solve says how far it is. Each word tells whether somebody still listens: if not, it should end.
pub(in crate::solve) struct Line<T>(Sender<News<T>>);

impl<T> Line<T> {
    /// Work was done, in thousandths of a unit.
    pub(in crate::solve) fn work(&self, thousandths: u64) -> bool {
        self.0.send(News::Work(thousandths)).is_ok()
    }

    /// What the solve would come to if it ended now.
    pub(in crate::solve) fn so_far(&self, result: T) -> bool {
        self.0.send(News::SoFar(result)).is_ok()
    }
}

/// How waiting for a solve ended.
#[derive(Debug)]
pub(in crate::solve) enum Ended<T> {
    Done(T),
    /// It was left behind: why, and the last that was heard.
    Left(Stop, Option<T>),
}

/// Runs a solve on a thread of its own, and waits for it while the limits allow.
///
/// The solve looks after limits of time and work by itself, with what is left of them when it begins; it must not count or
/// report anything but through its line, since it may go on when all else has ended.
///
/// # Errors
///
/// When the thread cannot be started, or the solver panicked.
pub(in crate::solve) fn aside<T: Send + 'static>(
    limits: &Limits,
    solve: impl FnOnce(&Line<T>) -> T + Send + 'static,
) -> Result<Ended<T>, String> {
    if let Some(stop) = limits.stop() {
        return Ok(Ended::Left(stop, None));
    }
    let (to, from) = channel();
    let work = move || {
        let line = Line(to);
        let done = solve(&line);
        // Where nobody listens any more, nobody wants it.
        let _ = line.0.send(News::Done(done));
    };
    spawn(work)?;
    wait(limits, &from)
}

/// Starts a thread for a solver.
pub(super) fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let thread = thread::Builder::new().name("slotwise solver".to_owned()).stack_size(STACK);
    thread.spawn(work).map(|_| ()).map_err(|e| format!("its thread could not be started: {e}"))
}

/// Waits for what a solver's thread says last, while the limits allow.
pub(super) fn wait<T>(limits: &Limits, from: &Receiver<News<T>>) -> Result<Ended<T>, String> {
    let mut last = None;
    loop {
        // What was said before it became too late still counts.
        let late = limits.overdue();
        match from.recv_timeout(if late.is_some() { Duration::ZERO } else { POLL }) {
            Ok(News::Work(work)) => limits.spend(work),
            Ok(News::SoFar(result)) => last = Some(result),
            Ok(News::Done(result)) => return Ok(Ended::Done(result)),
            Err(RecvTimeoutError::Disconnected) => return Err("its thread ended without a word".to_owned()),
            Err(RecvTimeoutError::Timeout) => match late {
                Some(stop) => return Ok(Ended::Left(stop, last)),
                None => limits.report.pulse(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::{CancelFlag, SolveOptions, progress::Watch};
    use std::{sync::mpsc, time::Instant};

    fn limits(options: &SolveOptions) -> Limits {
        let now = Instant::now();
        Limits::new(options, now, Watch::new(now, None))
    }

    #[test]
    fn a_solve_that_ends_is_heard_and_its_work_counts() {
        let limits = limits(&SolveOptions::new());
        let ended = aside(&limits, |line| {
            assert!(line.work(3) && line.so_far(1) && line.work(4));
            2
        });
        assert!(matches!(ended, Ok(Ended::Done(2))));
        assert_eq!(limits.spent(), 7);
    }

    #[test]
    fn a_cancelled_solve_is_left_behind_with_what_it_said_and_hears_that_nobody_listens() {
        let flag = CancelFlag::new();
        let limits = limits(&SolveOptions::new().cancel(flag.clone()));
        let (to, heard) = mpsc::channel();
        let ended = aside(&limits, move |line| {
            line.so_far(1);
            flag.cancel();
            while line.work(0) {
                thread::yield_now();
            }
            to.send("nobody listens").ok();
            2
        });
        assert!(matches!(ended, Ok(Ended::Left(Stop::Cancelled, Some(1)))), "{ended:?}");
        assert_eq!(heard.recv(), Ok("nobody listens"));
    }

    #[test]
    fn a_solve_past_its_time_is_left_behind() {
        let limits = limits(&SolveOptions::new().time_limit(Duration::from_millis(1)));
        let (hold, until) = mpsc::channel::<()>();
        let ended = aside(&limits, move |_| until.recv().is_ok());
        assert!(matches!(ended, Ok(Ended::Left(Stop::Time, None))), "{ended:?}");
        drop(hold);
    }

    #[test]
    fn a_solver_that_panics_is_an_error() {
        let limits = limits(&SolveOptions::new());
        let ended = aside(&limits, |_: &Line<()>| std::panic::resume_unwind(Box::new("as expected")));
        assert!(ended.is_err_and(|message| message.contains("without a word")));
    }

    #[test]
    fn nothing_begins_when_the_limits_are_reached() {
        let limits = limits(&SolveOptions::new().work_limit(0));
        let ended = aside(&limits, |_| 1);
        assert!(matches!(ended, Ok(Ended::Left(Stop::Work, None))), "{ended:?}");
    }
}
