//! The program by columns, in flat arrays: what pricing reads a hundred times.

use crate::solve::ilp::{Ilp, IlpRow};
use rayon::prelude::*;

/// No set.
pub(super) const NONE: u32 = u32::MAX;
/// Columns that one task prices: always the same, whatever the number of threads.
const CHUNK: usize = 1 << 14;

/// Columns one after the other.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    start: Vec<u32>,
    entries: Vec<(u32, f64)>,
    cost: Vec<f64>,
    upper: Vec<f64>,
}

impl Default for Columns {
    fn default() -> Self {
        Self { start: vec![0], entries: Vec::new(), cost: Vec::new(), upper: Vec::new() }
    }
}

impl Columns {
    /// Adds a column with its factors by row, those of one row summed up.
    pub(super) fn push(&mut self, entries: impl Iterator<Item = (u32, f64)>, cost: f64, upper: f64) {
        let begin = self.entries.len();
        self.entries.extend(entries);
        self.entries[begin..].sort_unstable_by_key(|(row, _)| *row);
        let mut end = begin;
        for i in begin..self.entries.len() {
            if end > begin && self.entries[end - 1].0 == self.entries[i].0 {
                self.entries[end - 1].1 += self.entries[i].1;
            } else {
                self.entries[end] = self.entries[i];
                end += 1;
            }
        }
        self.entries.truncate(end);
        self.start.push(end as u32);
        self.cost.push(cost);
        self.upper.push(upper);
    }
}

/// A linear program by columns. A set is a row over columns of which at most one is 1, such as a talk's places; its own
/// row is left out of its columns' entries, and its multiplier follows from theirs.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    start: Vec<u32>,
    entries: Vec<(u32, f64)>,
    pub(super) cost: Vec<f64>,
    pub(super) upper: Vec<f64>,
    /// The set of each column.
    pub(super) set_of: Vec<u32>,
    pub(super) sets: Vec<Set>,
    /// The columns in no set; of these the ones that no [`Fines`] stand for.
    pub(super) alone: Vec<u32>,
    pub(super) others: Vec<u32>,
    pub(super) fines: Fines,
    /// The bounds of all rows.
    pub(super) rows: Vec<(f64, f64)>,
}

/// Columns that exclude each other.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) row: usize,
    pub(super) columns: Vec<u32>,
    /// One of them must be 1.
    pub(super) needed: bool,
}

/// Columns of a single entry, such as a penalty's units: what a row's own sum may break, piece by piece, at a price.
#[derive(Clone, Debug, Default)]
pub(super) struct Fines {
    start: Vec<u32>,
    pieces: Vec<Fine>,
}

/// A column that is in one row only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fine {
    pub(super) column: u32,
    /// What it adds to the row at most: negative where it lets the row's sum be larger.
    pub(super) most: f64,
    /// The row's multiplier at which it is worth its cost.
    pub(super) at: f64,
}

impl Fines {
    fn of(m: usize, mut pieces: Vec<(u32, Fine)>) -> Self {
        pieces.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.at.total_cmp(&b.1.at)));
        let mut start = vec![0; m + 1];
        pieces.iter().for_each(|(row, _)| start[*row as usize + 1] += 1);
        (0..m).for_each(|row| start[row + 1] += start[row]);
        Self { start, pieces: pieces.into_iter().map(|(_, piece)| piece).collect() }
    }

    /// The pieces of a row, by rising multiplier.
    #[inline]
    pub(super) fn of_row(&self, row: usize) -> &[Fine] {
        &self.pieces[self.start[row] as usize..self.start[row + 1] as usize]
    }
}

impl Matrix {
    pub(super) fn of(ilp: &Ilp) -> Self {
        let n = ilp.columns.len();
        let mut set_of = vec![NONE; n];
        let mut sets = Vec::with_capacity(ilp.exclusive.len());
        let mut is_set = vec![false; ilp.rows.len()];
        for i in &ilp.exclusive {
            let row = &ilp.rows[*i];
            is_set[*i] = true;
            row.terms.iter().for_each(|(column, _)| set_of[*column] = sets.len() as u32);
            let columns = row.terms.iter().map(|(column, _)| *column as u32).collect();
            sets.push(Set { row: *i, columns, needed: row.lower == Some(1) });
        }
        let mut start = vec![0_u32; n + 1];
        let others = || ilp.rows.iter().enumerate().filter(|(i, _)| !is_set[*i]);
        for (_, row) in others() {
            row.terms.iter().for_each(|(column, _)| start[column + 1] += 1);
        }
        (0..n).for_each(|c| start[c + 1] += start[c]);
        let mut next = start.clone();
        let mut entries = vec![(0, 0.0); start[n] as usize];
        for (i, row) in others() {
            for (column, factor) in &row.terms {
                entries[next[*column] as usize] = (i as u32, *factor as f64);
                next[*column] += 1;
            }
        }
        let bound = |side: Option<i64>, none: f64| side.map_or(none, |b| b as f64);
        let side = |row: &IlpRow| (bound(row.lower, f64::NEG_INFINITY), bound(row.upper, f64::INFINITY));
        let columns = Columns {
            start,
            entries,
            cost: ilp.columns.iter().map(|c| c.objective as f64).collect(),
            upper: ilp.columns.iter().map(|c| c.upper as f64).collect(),
        };
        Self::new(columns, set_of, sets, ilp.rows.iter().map(side).collect())
    }

    /// The columns with their sets, and the bounds of the rows.
    pub(super) fn new(columns: Columns, set_of: Vec<u32>, sets: Vec<Set>, rows: Vec<(f64, f64)>) -> Self {
        let Columns { start, entries, cost, upper } = columns;
        let alone: Vec<u32> = (0..cost.len() as u32).filter(|c| set_of[*c as usize] == NONE).collect();
        let (mut others, mut fines) = (Vec::new(), Vec::new());
        for column in &alone {
            let at = *column as usize;
            match entries[start[at] as usize..start[at + 1] as usize] {
                [(row, a)] if cost[at] <= 0.0 => {
                    fines.push((row, Fine { column: *column, most: a * upper[at], at: cost[at] / a }));
                }
                _ => others.push(*column),
            }
        }
        let fines = Fines::of(rows.len(), fines);
        Self { start, entries, cost, upper, set_of, sets, alone, others, fines, rows }
    }

    pub(super) fn columns(&self) -> usize {
        self.cost.len()
    }

    /// How many coefficients there are.
    pub(super) fn terms(&self) -> usize {
        self.entries.len()
    }

    /// The entries of a column in the rows that are no sets.
    #[inline]
    pub(super) fn column(&self, column: usize) -> &[(u32, f64)] {
        &self.entries[self.start[column] as usize..self.start[column + 1] as usize]
    }

    /// What each column adds to the objective less what its rows charge for it, sets left aside.
    pub(super) fn price(&self, multipliers: &[f64], reduced: &mut [f64]) {
        reduced.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, reduced)| {
            for (i, reduced) in reduced.iter_mut().enumerate() {
                let column = chunk * CHUNK + i;
                let charge: f64 = self.column(column).iter().map(|(row, a)| multipliers[*row as usize] * a).sum();
                *reduced = self.cost[column] - charge;
            }
        });
    }

    /// The bound of multipliers whose prices these are, and the multiplier that each set takes.
    pub(super) fn bound(&self, multipliers: &[f64], reduced: &[f64], of_sets: &mut Vec<f64>) -> f64 {
        let mut total = 0.0;
        of_sets.clear();
        for set in &self.sets {
            let best = set.columns.iter().map(|c| reduced[*c as usize]).fold(f64::NEG_INFINITY, f64::max);
            let own = if set.needed { best } else { best.max(0.0) };
            of_sets.push(own);
            total += own;
        }
        for column in self.alone.iter().map(|c| *c as usize) {
            total += reduced[column].max(0.0) * self.upper[column];
        }
        for (row, y) in multipliers.iter().enumerate().filter(|(_, y)| **y != 0.0) {
            total += y * self.side(row, *y);
        }
        total
    }

    /// The multipliers with the signs that their rows allow, and none for sets.
    pub(super) fn signed(&self, multipliers: &[f64]) -> Vec<f64> {
        let mut signed: Vec<f64> = multipliers
            .iter()
            .enumerate()
            .map(|(row, y)| if self.side(row, *y).is_finite() { *y } else { 0.0 })
            .collect();
        self.sets.iter().for_each(|set| signed[set.row] = 0.0);
        signed
    }

    /// The side of a row that a multiplier of this sign stands for.
    pub(super) fn side(&self, row: usize, multiplier: f64) -> f64 {
        if multiplier > 0.0 { self.rows[row].1 } else { self.rows[row].0 }
    }
}
