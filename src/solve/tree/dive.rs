//! A dive: choices that the relaxation has nearly made are made, one after the other, until none is left.

use super::{Relaxed, Tree};
use crate::solve::limits::Limits;
use std::cmp::Reverse;

/// A choice of which so much is one column is nearly made.
const NEARLY: f64 = 0.9;
/// So many choices are looked at, with care, before one is made.
const LOOKED_AT: usize = 3;
/// So many choices that left nothing are taken back before a dive is given up.
const TAKEN_BACK: usize = 10;

/// How choices are made that the relaxation leaves open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// As it prefers, where most is at stake first.
    None,
    /// As reaches furthest, where the next best would lose most (the regret of Vogel's approximation method).
    Regret,
}

/// Choices made.
struct Made {
    columns: Vec<usize>,
    /// The other columns of these choices.
    ruled_out: Vec<usize>,
}

impl Tree<'_> {
    /// Looks for a first solution, or a better one.
    pub(super) fn dive(&mut self, care: Care, limits: &Limits) -> Result<(), String> {
        self.relaxation.rule_out_only(&[]);
        let (mut taken_back, mut several) = (0, true);
        let mut last: Option<Made> = None;
        loop {
            match self.relaxation.solve(self.known(), limits)? {
                Relaxed::Stopped => return Ok(()),
                Relaxed::Closed | Relaxed::Infeasible => {
                    let Some(made) = last.take() else { return Ok(()) };
                    taken_back += 1;
                    if taken_back > TAKEN_BACK {
                        return Ok(());
                    }
                    made.ruled_out.iter().for_each(|c| self.relaxation.let_in(*c));
                    // Of several choices, one by itself may do.
                    several = made.columns.len() == 1;
                    if let [column] = made.columns[..] {
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
                    let nearly = if several { self.nearly(&undecided, &values) } else { Vec::new() };
                    let chosen =
                        if nearly.is_empty() { self.choose(&undecided, &values, care, limits)? } else { nearly };
                    if chosen.is_empty() {
                        return Ok(());
                    }
                    last = Some(self.make(&chosen));
                    several = true;
                }
            }
        }
    }

    /// The open column of a choice that the values prefer.
    fn preferred(&self, row: usize, values: &[f64]) -> Option<usize> {
        self.columns(row).into_iter().max_by(|a, b| values[*a].total_cmp(&values[*b]))
    }

    /// The choices that are nearly made, each with its column.
    fn nearly(&self, undecided: &[usize], values: &[f64]) -> Vec<(usize, usize)> {
        let preferred = undecided.iter().filter_map(|row| Some((*row, self.preferred(*row, values)?)));
        preferred.filter(|(_, column)| values[*column] >= NEARLY).collect()
    }

    /// One choice with its column; none where the limits did not leave the time.
    fn choose(
        &mut self,
        undecided: &[usize],
        values: &[f64],
        care: Care,
        limits: &Limits,
    ) -> Result<Vec<(usize, usize)>, String> {
        let mut undecided = undecided.to_vec();
        undecided.sort_by_key(|row| (Reverse(self.stake(*row)), *row));
        if care == Care::None {
            let preferred = undecided.into_iter().find_map(|row| Some((row, self.preferred(row, values)?)));
            return Ok(preferred.into_iter().collect());
        }
        let (mut chosen, mut most) = (Vec::new(), f64::NEG_INFINITY);
        for row in undecided.into_iter().take(LOOKED_AT) {
            let Some(mut branches) = self.try_each(row, values, limits)? else { return Ok(Vec::new()) };
            branches.sort_by(|a, b| b.reach.total_cmp(&a.reach));
            let regret = match &branches[..] {
                [first, second, ..] => first.reach - second.reach,
                _ => f64::INFINITY,
            };
            let single = branches.iter().find(|branch| branch.columns.len() == 1);
            if let Some(branch) = single.filter(|_| regret > most) {
                (chosen, most) = (vec![(row, branch.columns[0])], regret);
            }
        }
        Ok(chosen)
    }

    fn make(&mut self, chosen: &[(usize, usize)]) -> Made {
        let others = |(row, column): &(usize, usize)| {
            let column = *column;
            self.columns(*row).into_iter().filter(move |c| *c != column)
        };
        let ruled_out: Vec<usize> = chosen.iter().flat_map(others).collect();
        ruled_out.iter().for_each(|c| self.relaxation.rule_out(*c));
        Made { columns: chosen.iter().map(|(_, column)| *column).collect(), ruled_out }
    }
}
