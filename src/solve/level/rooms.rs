//! The rooms of tracks first: branched on before all else, where the solver can.

use super::{
    super::{backend::Outcome, beside::Beside, bound::Bound, local::Local, progress::Phase, tree},
    Level,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

impl Level<'_> {
    /// Branch and bound over the rooms of tracks, where there are such choices and the solver can. The bound of the
    /// relaxation, if that was solved, and what settles the part.
    pub(super) fn in_rooms(
        &self,
        local: &mut Local<'_>,
        most: &mut f64,
    ) -> Result<(Option<Bound>, Option<Outcome>), String> {
        let rooms = self.rooms();
        if rooms.is_empty() || !self.backend.is_warm() {
            return Ok((None, None));
        }
        let start = self.start(local);
        let (settled, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        // A tree is a way to be quick: where the solver fails in it, the search goes on without.
        let search = || {
            let bound = tree::bound(self.backend, self.ilp, self.limits).ok().flatten()?;
            self.limits.report.bound(self.priority, self.ilp.thousandths(bound.units()));
            self.limits.enter(Phase::Proving);
            let outcome = tree::maximise(self.backend, self.ilp, &bound, &rooms, start.as_deref(), self.limits).ok();
            Some((bound, outcome))
        };
        let search = || {
            let found = search();
            over.store(true, Ordering::Relaxed);
            found
        };
        // Who has a time limit does not wait idly. Without one, what is found beside would depend on which is faster.
        let mut beside = Beside::new(self, local.clone());
        let (found, aside) = rayon::join(search, || beside.search(start.as_deref(), 0, &settled, &over));
        aside?;
        // Where time ran out, what was found meanwhile may be better.
        if let Some(late) = beside.late() {
            local.adopt(&self.choice(&late));
        }
        let Some((bound, outcome)) = found else { return Ok((None, None)) };
        self.lower(most, bound.units() as f64);
        let outcome = outcome.and_then(|outcome| self.take(outcome, local, most));
        Ok((Some(bound), outcome))
    }

    /// The choices of rooms for tracks, as rows.
    fn rooms(&self) -> Vec<usize> {
        let is_room = |c: usize| {
            let atom = self.ilp.vars.get(c).and_then(|var| self.program.atoms.get(var.at()));
            atom.is_some_and(|atom| self.program.tracks.is_room(atom))
        };
        let row = |row: &&usize| self.ilp.rows[**row].terms.iter().all(|(c, _)| is_room(*c));
        self.ilp.exclusive.iter().filter(row).copied().collect()
    }
}
