//! What is searched while integer programming is at work: local search and large neighbourhoods by turns.
//!
//! Both sides are given the same share of work, measured out beforehand, so that what is found does not depend on which of
//! them is faster. Solvers keep to their share only as well as their first node can be foretold; who has a time limit does
//! not wait for them idly, but searches on, **late**. What is found late is an answer where time runs out, which decides by
//! the clock anyhow. It steers nothing else: a proof is reached the same way in every run.

use super::{
    level::Level,
    limits::{self, Limits},
    local::Local,
    neighbourhood::Neighbourhoods,
};
use std::sync::{Arc, atomic::AtomicBool};

/// Moves of a round of local search, for each talk.
const MOVES: u64 = 100;

/// The searches beside integer programming.
pub(super) struct Beside<'l, 'g> {
    level: &'l Level<'l>,
    in_time: Pair<'l, 'g>,
    late: Option<Pair<'l, 'g>>,
}

/// Local search, large neighbourhoods, and the best values of both.
#[derive(Clone)]
struct Pair<'l, 'g> {
    local: Local<'g>,
    around: Neighbourhoods<'l>,
    best: Option<Vec<f64>>,
}

impl<'l, 'g> Beside<'l, 'g> {
    pub(super) fn new(level: &'l Level<'l>, local: Local<'g>) -> Self {
        let around = Neighbourhoods::new(level.program, level.ilp, level.backend, level.limits.seed());
        Self { level, in_time: Pair { local, around, best: None }, late: None }
    }

    /// Searches within limits, which end where the other side has settled everything; then late, as long as the other side is
    /// at it. Better values than those in hand, if the limits left time for any.
    pub(super) fn search(
        &mut self,
        start: Option<&[f64]>,
        limits: &Limits,
        over: &Arc<AtomicBool>,
    ) -> Result<Option<Vec<f64>>, String> {
        let level = self.level;
        self.in_time.begin(level, start);
        self.in_time.search(level, limits)?;
        if level.limits.is_timed() {
            let late = self.late.get_or_insert_with(|| self.in_time.clone());
            late.begin(level, self.in_time.best.as_deref());
            late.search(level, &level.limits.until(over))?;
        }
        Ok(self.in_time.best.clone())
    }

    /// The best values that were found late.
    pub(super) fn late(self) -> Option<Vec<f64>> {
        self.late?.best
    }
}

impl Pair<'_, '_> {
    /// Goes on from these values, if they are better than its own.
    fn begin(&mut self, level: &Level<'_>, start: Option<&[f64]>) {
        if level.worth(start) > level.worth(self.best.as_deref()) {
            self.best = start.map(<[f64]>::to_vec);
        }
        if let Some(values) = &self.best {
            self.local.adopt(&level.choice(values));
        }
    }

    fn search(&mut self, level: &Level<'_>, limits: &Limits) -> Result<(), String> {
        let talks = self.local.talks() as u64;
        while limits.stop().is_none() {
            let before = limits.spent();
            self.local.round(MOVES * talks, i64::MAX, limits);
            level.tell(&self.local);
            let own = level.start(&self.local);
            if level.worth(own.as_deref()) > level.worth(self.best.as_deref()) {
                self.best = own;
            }
            while limits.spent() < before + 4 * MOVES * talks && limits.stop().is_none() {
                let Some(values) = &self.best else { break };
                let spent = limits.spent();
                if let Some(better) = self.around.round(values, limits)? {
                    self.local.adopt(&level.choice(&better));
                    self.best = Some(better);
                }
                if limits.spent() == spent {
                    limits.spend(limits::UNIT);
                }
            }
            if limits.spent() == before {
                break;
            }
        }
        Ok(())
    }
}
