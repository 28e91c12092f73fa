//! How soon a search ends that is cancelled, or whose time is up.

use crate::{
    families,
    measure::{Task, confirm},
};
use slotwise::{CancelFlag, solve};
use std::{
    error::Error,
    fmt, thread,
    time::{Duration, Instant},
};

/// What to stop, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stops {
    /// The solve; its limit is when the latest stop comes. The others are spread evenly before it.
    pub(crate) task: Task,
    /// Stopped by a limit of time rather than by a flag.
    pub(crate) by_limit: bool,
    /// How often.
    pub(crate) times: u32,
}

/// How long searches took to end after they should have.
#[derive(Clone, Debug)]
pub(crate) struct Latencies {
    /// When each was to end, and how long it took to, in seconds; those that ended by themselves before are left out.
    late: Vec<(f64, f64)>,
}

impl Stops {
    /// Solves the event again and again, here and now, and stops it each time.
    pub(crate) fn measure(&self) -> Result<Latencies, Box<dyn Error>> {
        let Task { family, talks, seed, limit, .. } = self.task;
        let event = families::event(family, talks, seed).check()?;
        let mut late = Vec::new();
        for i in 1..=self.times {
            let after = Duration::try_from_secs_f64(limit * f64::from(i) / f64::from(self.times))?;
            let flag = CancelFlag::new();
            let options = self.task.options();
            let options = if self.by_limit { options.time_limit(after) } else { options.cancel(flag.clone()) };
            let started = Instant::now();
            let raiser = (!self.by_limit).then(|| {
                thread::spawn(move || {
                    thread::sleep(after);
                    flag.cancel();
                    Instant::now()
                })
            });
            let answer = solve(&event, &options)?;
            let ended = Instant::now();
            let due = match raiser {
                Some(raiser) => raiser.join().map_err(|_| "the thread that raises the flag panicked")?,
                None => started + after,
            };
            confirm(&event, &answer)?;
            if let Some(late_by) = ended.checked_duration_since(due) {
                late.push((after.as_secs_f64(), late_by.as_secs_f64()));
            }
        }
        Ok(Latencies { late })
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (after, late) in &self.late {
            writeln!(f, "to end after {after:.3} s: {:.0} ms late", late * 1000.0)?;
        }
        let mut sorted: Vec<f64> = self.late.iter().map(|(_, late)| *late).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(most), median) = (sorted.last(), sorted.get(sorted.len() / 2)) else {
            return write!(f, "every search had ended by then");
        };
        let within = self.late.iter().filter(|(after, late)| *late <= (after / 20.0).max(0.05)).count();
        let kept = self.late.iter().filter(|(_, late)| *late <= 0.05).count();
        write!(
            f,
            "{} stopped: {:.0} ms in the median, {:.0} ms at most; {kept} within 50 ms, {within} within that or 5 %",
            sorted.len(),
            median.copied().unwrap_or_default() * 1000.0,
            most * 1000.0,
        )
    }
}
