//! The rooms of tracks first: branched on before all else, where the solver can.

use super::{
    super::{
        backend::{Outcome, Stop},
        beside::Beside,
        bound::Bound,
        local::Local,
        progress::Phase,
        stages::Stages,
        tree,
    },
    Level,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Of the work that is left, a draft may take one part in so many.
const DRAFT: u64 = 8;

impl Level<'_> {
    /// Branch and bound over these choices of rooms, if there are any, and beside it a rough draft of what comes of the stages
    /// before. The bound of the relaxation, if that was solved, and what settles the part.
    pub(super) fn in_rooms(
        &self,
        rooms: &[usize],
        stages: Option<&Stages<'_>>,
        local: &mut Local<'_>,
        most: &mut f64,
    ) -> Result<(Option<Bound>, Option<Outcome>), String> {
        if rooms.is_empty() {
            return Ok((None, None));
        }
        let start = self.start(local);
        let (settled, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        // Measured out beforehand: neither side feels how much the other has spent by when.
        let share = |parts: u64| match self.limits.work_left() {
            Some(left) => self.limits.apart(left / DRAFT * parts),
            None => self.limits.clone(),
        };
        let (limits, of_draft) = (share(DRAFT - 1), share(1).until(&settled).muted());
        let nothing_more = self.limits.apart(0);
        // Both are ways to be quick: where the solver fails in them, the search goes on without.
        let search = || {
            let bound = tree::bound(self.backend, self.ilp, &limits).ok().flatten()?;
            self.limits.report.bound(self.priority, self.ilp.thousandths(bound.units()));
            self.limits.enter(Phase::Proving);
            let outcome = tree::maximise(self.backend, self.ilp, &bound, rooms, start.as_deref(), &limits).ok();
            Some((bound, outcome))
        };
        let search = || {
            let found = search();
            let is_settled = match &found {
                Some((_, Some(Outcome::Found(found)))) => found.stop == Stop::Proof,
                Some((_, Some(Outcome::Infeasible))) => start.is_none(),
                _ => false,
            };
            settled.store(is_settled, Ordering::Relaxed);
            over.store(true, Ordering::Relaxed);
            found
        };
        // The draft is waited for, unless it is of no use any more. Then, who has a time limit does not wait idly; without one,
        // what is found beside would depend on which is faster.
        let mut beside = Beside::new(self, local.clone());
        let aside = || {
            let draft = stages.and_then(|stages| stages.draft(&of_draft).ok().flatten());
            let better = draft.filter(|values| self.worth(Some(values)) > self.worth(start.as_deref()));
            if let Some(values) = &better {
                let value = self.ilp.thousandths(self.ilp.value(values).round() as i64);
                self.limits.report.incumbent(self.priority, value);
            }
            let begin = better.as_deref().or(start.as_deref());
            beside.search(begin, &nothing_more, &over).map(|_| better)
        };
        let (found, draft) = rayon::join(search, aside);
        if self.limits.work_left().is_some() {
            // A draft that is ended early is of no use, and how far it has come depends on which is faster.
            let of_draft = if settled.load(Ordering::Relaxed) { 0 } else { of_draft.spent() };
            self.limits.charge(limits.spent() + of_draft);
        }
        // Where time ran out, what was found meanwhile may be better.
        for values in [draft?, beside.late()].into_iter().flatten() {
            local.adopt(&self.choice(&values));
        }
        let Some((bound, outcome)) = found else { return Ok((None, None)) };
        self.lower(most, bound.units() as f64);
        let outcome = outcome.and_then(|outcome| self.take(outcome, local, most));
        Ok((Some(bound), outcome))
    }

    /// The choices of rooms for tracks, as rows, where there is a solver for a tree over them.
    pub(super) fn rooms(&self) -> Vec<usize> {
        if !self.backend.is_warm() {
            return Vec::new();
        }
        let is_room = |c: usize| {
            let atom = self.ilp.vars.get(c).and_then(|var| self.program.atoms.get(var.at()));
            atom.is_some_and(|atom| self.program.tracks.is_room(atom))
        };
        let row = |row: &&usize| self.ilp.rows[**row].terms.iter().all(|(c, _)| is_room(*c));
        self.ilp.exclusive.iter().filter(row).copied().collect()
    }
}
