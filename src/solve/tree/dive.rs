//! A dive: choices that the relaxation has nearly made are made, one after the other, until none is left.

use super::{Relaxed, Tree};
use crate::solve::limits::Limits;
use std::cmp::Reverse;

/// A choice of which so much is one column is nearly made.
const NEARLY: f64 = 0.9;
/// So many are looked at before one is made.
const LOOKED_AT: usize = 3;
/// So many choices that left nothing are taken back before a dive is given up.
const TAKEN_BACK: usize = 10;

impl Tree<'_> {
    /// Looks for a first solution, or a better one; with care, by trying what choices would leave before one is made.
    pub(super) fn dive(&mut self, care: bool, limits: &Limits) -> Result<(), String> {
        self.relaxation.rule_out_only(&[]);
        let (mut taken_back, mut several) = (0, true);
        // The choices made last, and the columns that they ruled out.
        let mut made: Option<(Vec<usize>, Vec<usize>)> = None;
        loop {
            match self.relaxation.solve(self.known(), limits)? {
                Relaxed::Stopped => return Ok(()),
                Relaxed::Closed => {
                    let Some((columns, out)) = made.take() else { return Ok(()) };
                    taken_back += 1;
                    if taken_back > TAKEN_BACK {
                        return Ok(());
                    }
                    out.iter().for_each(|c| self.relaxation.let_in(*c));
                    several = columns.len() == 1;
                    if let [column] = columns[..] {
                        self.relaxation.rule_out(column);
                    }
                }
                Relaxed::Open(values, bound) => {
                    self.rule_out_hopeless(&bound);
                    let undecided = self.undecided(&values);
                    if undecided.is_empty() {
                        // Whatever stopped it, the tree comes by here again.
                        let _ = self.settle(&bound, limits)?;
                        return Ok(());
                    }
                    made = match self.make(&undecided, &values, several, care, limits)? {
                        Some(made) => Some(made),
                        None => return Ok(()),
                    };
                    several = true;
                }
            }
        }
    }

    /// Makes the choices that are nearly made, or the one at which most is at stake. The columns chosen, and those ruled out.
    fn make(
        &mut self,
        undecided: &[usize],
        values: &[f64],
        several: bool,
        care: bool,
        limits: &Limits,
    ) -> Result<Option<(Vec<usize>, Vec<usize>)>, String> {
        let mut nearest: Vec<(usize, usize)> = Vec::new();
        for row in undecided {
            let largest = self.columns(*row).into_iter().max_by(|a, b| values[*a].total_cmp(&values[*b]));
            nearest.extend(largest.map(|column| (column, *row)));
        }
        nearest.sort_by_key(|(_, row)| (Reverse(self.stake(*row)), *row));
        let mut chosen: Vec<(usize, usize)> =
            nearest.iter().filter(|(column, _)| values[*column] >= NEARLY).copied().collect();
        if (chosen.is_empty() || !several) && !care {
            chosen = nearest.into_iter().take(1).collect();
        } else if chosen.is_empty() || !several {
            let mut most = f64::NEG_INFINITY;
            for (_, row) in nearest.into_iter().take(LOOKED_AT) {
                let Some(mut branches) = self.try_each(row, values, limits)? else { return Ok(None) };
                branches.sort_by(|a, b| b.reach.total_cmp(&a.reach));
                let regret = match &branches[..] {
                    [a, b, ..] => a.reach - b.reach,
                    _ => f64::INFINITY,
                };
                let single = branches.iter().find(|branch| branch.columns.len() == 1);
                if let Some(branch) = single
                    && regret > most
                {
                    most = regret;
                    chosen = vec![(branch.columns[0], row)];
                }
            }
        }
        let mut out = Vec::new();
        for (column, row) in &chosen {
            out.extend(self.columns(*row).into_iter().filter(|c| c != column));
        }
        out.iter().for_each(|c| self.relaxation.rule_out(*c));
        Ok(Some((chosen.into_iter().map(|(column, _)| column).collect(), out)))
    }
}
