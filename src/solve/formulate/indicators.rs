//! Indicators.
//!
//! "Any of these atoms", `y = [x1 + ... + xn >= 1]`, is stated as `y <= x1 + ... + xn` and as `sum <= y`
//! for each set of atoms of which at most one can be 1 (a talk's, or those that share a room and start, whichever sets
//! are fewer): much tighter than `x1 + ... + xn <= n y`. Either side is left out where nothing gains from breaking it.
//! Any other threshold is stated with the smallest constants that the ranges of its sum allow.

use super::{super::ilp::merged, Builder};
use crate::program::{Atom, Indicator, Program, Var};
use std::collections::BTreeMap;

impl Builder<'_> {
    pub(super) fn indicator(&mut self, var: Var) {
        let program = self.program;
        let Some(indicator) = program.indicator(var) else { return };
        let wanted = self.wanted[var.at() - program.atoms.len()];
        let (low, high) = self.range(&indicator.terms);
        let (terms, fixed) = self.columns(&indicator.terms);
        let (low, high, least) = (low - fixed, high - fixed, indicator.at_least - fixed);
        let Some(column) = self.column(var) else {
            // Decided: its sum must say the same.
            match self.fixed(var) {
                Some(true) => self.push(terms, Some(least), None),
                _ => self.push(terms, None, Some(least - 1)),
            }
            return;
        };
        if program.tracks.is_split(var) {
            // At 1, its track is in its room. That those of a block add up to whether the track is there at all is a row of
            // their own, which says too that none is more than that.
            let used = |c: usize| self.ilp.vars.get(c).is_some_and(|var| program.tracks.is_use(*var));
            let rooms: Vec<usize> = terms.into_iter().map(|(term, _)| term).filter(|term| !used(*term)).collect();
            for room in rooms {
                self.push(vec![(room, -1), (column, 1)], None, Some(0));
            }
            return;
        }
        if wanted.up {
            // At 1, the sum reaches the threshold.
            let mut reach = terms.clone();
            reach.push((column, low - least));
            self.push(merged(reach), Some(low), None);
        }
        if wanted.down {
            // At 0, the sum stays below it.
            if is_any(program, indicator) && fixed == 0 {
                for set in self.exclusive_sets(indicator) {
                    let mut at_most: Vec<_> = set.into_iter().map(|c| (c, 1)).collect();
                    at_most.push((column, -1));
                    self.push(at_most, None, Some(0));
                }
            } else {
                let mut below = terms;
                below.push((column, least - 1 - high));
                self.push(merged(below), None, Some(least - 1));
            }
        }
    }

    /// The columns of an indicator's atoms, in sets of which at most one can be 1.
    fn exclusive_sets(&self, indicator: &Indicator) -> Vec<Vec<usize>> {
        let mut by_talk: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut by_place: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut alone = true;
        for (var, _) in &indicator.terms {
            let Some(column) = self.column(*var) else { continue };
            let Atom { talk, start, class, .. } = self.program.atoms[var.at()];
            by_talk.entry(talk).or_default().push(column);
            by_place.entry((class, start)).or_default().push(column);
            alone &= self.program.seats(&self.program.atoms[var.at()]) == 1;
        }
        if alone && by_place.len() < by_talk.len() {
            by_place.into_values().collect()
        } else {
            by_talk.into_values().collect()
        }
    }
}

/// Whether the indicator says "any of these atoms".
pub(super) fn is_any(program: &Program, indicator: &Indicator) -> bool {
    indicator.at_least == 1 && indicator.terms.iter().all(|(v, f)| *f == 1 && v.at() < program.atoms.len())
}
