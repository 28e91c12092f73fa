//! Columns that are alike are one.
//!
//! Conferences are full of what can be exchanged: the slots of a morning, two rooms of one size, talks that nobody tells
//! apart. Where columns and rows fall into classes such that every column of a class has the same factors, summed up, in
//! each class of rows, and every row of a class the same in each class of columns, an optimum of the linear relaxation is
//! the same all over a class, and so are optimal multipliers. So the relaxation of one column and row a class is as good,
//! and a program of a thousand talks shrinks to the talks times the few places that differ (Grohe, Kersting, Mladenov and
//! Selman, *Dimension reduction via colour refinement*, ESA 2014).
//!
//! The classes are the coarsest such: what differs at once (price, bounds) is told apart first, then what differs in the
//! classes of its neighbours, until nothing more does. Colours are hashes of sums. Two that fall together by accident would
//! cost some of the bound and nothing of its truth, since any multipliers give a [bound](crate::solve::bound).
//!
//! A class of `k` sets of `n` columns each stands as one set whose column is what one set has in the class, with `k` times
//! its price and factors; a class of rows stands as one row with the sum of their sides. So the multipliers of the folded
//! rows are those of every row in their class, and the bounds of both are equal.

use super::matrix::{Columns, Matrix, NONE, Set};
use crate::solve::limits::{self, Limits};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Rounds of telling apart. What is not settled by then is left unfolded: a chain of that length is no exchange of slots.
const ROUNDS: usize = 24;
/// Folding must leave at most one column in so many.
const WORTH: usize = 2;
/// Columns or rows that one task colours.
const CHUNK: usize = 1 << 13;

/// A program by classes, and which columns and rows each class stands for.
pub(super) struct Folded {
    pub(super) matrix: Matrix,
    row_class: Vec<u32>,
    column_class: Vec<u32>,
    /// How many columns of a class share its value: those of one set, or all where they are in none.
    share: Vec<f64>,
    /// How many rows' multipliers the one of a class is: all that stand for sets, else one.
    over: Vec<f64>,
}

impl Folded {
    /// The program by classes; none where few are alike.
    pub(super) fn of(matrix: &Matrix, limits: &Limits) -> Option<Self> {
        let colours = Colours::of(matrix, limits)?;
        Some(colours.fold(matrix))
    }

    /// A solution's values, class by class: those of all columns of a class together, spread evenly over the class's sets.
    pub(super) fn values(&self, values: &[f64]) -> Vec<f64> {
        let mut folded = vec![0.0; self.matrix.columns()];
        let mut count = vec![0.0; self.matrix.columns()];
        for (class, value) in self.column_class.iter().zip(values) {
            folded[*class as usize] += value;
            count[*class as usize] += 1.0;
        }
        folded.iter_mut().zip(&count).zip(&self.share).for_each(|((value, count), share)| *value *= share / count);
        folded
    }

    /// The multipliers of all rows.
    pub(super) fn multipliers(&self, folded: &[f64]) -> Vec<f64> {
        let of = |class: &u32| folded[*class as usize] / self.over[*class as usize];
        self.row_class.iter().map(of).collect()
    }

    /// The values of all columns that are not 0, ascending.
    pub(super) fn primal(&self, folded: &[(usize, f64)]) -> Vec<(usize, f64)> {
        let value: BTreeMap<usize, f64> = folded.iter().copied().collect();
        let each = |class: usize| value.get(&class).map(|value| value / self.share[class]);
        self.column_class.iter().enumerate().filter_map(|(c, class)| Some((c, each(*class as usize)?))).collect()
    }
}

/// A colour for each column and row.
struct Colours {
    columns: Vec<u64>,
    rows: Vec<u64>,
}

impl Colours {
    /// The coarsest colours under which everything of a colour is alike; none where there are too many.
    fn of(matrix: &Matrix, limits: &Limits) -> Option<Self> {
        let by_row = ByRow::of(matrix);
        let columns = (0..matrix.columns())
            .map(|c| {
                mix(matrix.cost[c].to_bits() ^ mix(matrix.upper[c].to_bits() ^ u64::from(matrix.set_of[c] == NONE)))
            })
            .collect();
        let needed = needed(matrix);
        let row = |(row, (low, high)): (usize, &(f64, f64))| mix(low.to_bits() ^ mix(high.to_bits() ^ needed[row]));
        let rows = matrix.rows.iter().enumerate().map(row).collect();
        let mut colours = Self { columns, rows };
        let mut before = 0;
        for _ in 0..ROUNDS {
            if limits.stop().is_some() {
                return None;
            }
            limits.spend(limits::sweep(2 * matrix.terms()));
            colours.tell_rows_apart(&by_row);
            colours.tell_columns_apart(matrix);
            let many = distinct(&colours.columns) + distinct(&colours.rows);
            if many * WORTH > matrix.columns() {
                return None;
            }
            if many == before {
                return Some(colours);
            }
            before = many;
        }
        None
    }

    fn tell_rows_apart(&mut self, by_row: &ByRow) {
        let columns = &self.columns;
        self.rows.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, rows)| {
            for (i, row) in rows.iter_mut().enumerate() {
                *row = seen(*row, by_row.row(chunk * CHUNK + i), columns);
            }
        });
    }

    fn tell_columns_apart(&mut self, matrix: &Matrix) {
        let rows = &self.rows;
        self.columns.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, columns)| {
            for (i, column) in columns.iter_mut().enumerate() {
                let at = chunk * CHUNK + i;
                let set = matrix.sets.get(matrix.set_of[at] as usize).map(|set| (set.row as u32, 1.0));
                *column = seen(*column, matrix.column(at).iter().copied().chain(set), rows);
            }
        });
    }

    /// One column and row a colour.
    fn fold(&self, matrix: &Matrix) -> Folded {
        let rows = Classes::of(&self.rows);
        let columns = Classes::of(&self.columns);
        // Sets go by the classes of their rows.
        let mut sets: Vec<Set> = Vec::new();
        let mut set_of_row = vec![NONE; rows.firsts.len()];
        for set in &matrix.sets {
            let row = rows.of[set.row] as usize;
            if set_of_row[row] == NONE {
                set_of_row[row] = sets.len() as u32;
                sets.push(Set { row, columns: Vec::new(), needed: set.needed });
            }
        }
        let mut folded = Columns::default();
        let mut set_of = vec![NONE; columns.firsts.len()];
        let mut share = Vec::with_capacity(columns.firsts.len());
        for (class, first) in columns.firsts.iter().map(|c| *c as usize).enumerate() {
            let many = f64::from(columns.many[class]);
            let own = matrix.sets.get(matrix.set_of[first] as usize).map(|set| rows.of[set.row] as usize);
            let alike = own.map_or(1.0, |row| f64::from(rows.many[row]));
            share.push(many / alike);
            if let Some(row) = own {
                set_of[class] = set_of_row[row];
                sets[set_of_row[row] as usize].columns.push(class as u32);
            }
            let entries = matrix.column(first).iter().map(|(row, a)| (rows.of[*row as usize], a * alike));
            let upper = matrix.upper[first] * if own.is_some() { 1.0 } else { many };
            folded.push(entries, matrix.cost[first] * alike, upper);
        }
        let side = |(class, row): (usize, &u32)| {
            let (low, high) = matrix.rows[*row as usize];
            (low * f64::from(rows.many[class]), high * f64::from(rows.many[class]))
        };
        let bounds = rows.firsts.iter().enumerate().map(side).collect();
        let mut over = vec![1.0; rows.firsts.len()];
        sets.iter().for_each(|set| over[set.row] = f64::from(rows.many[set.row]));
        Folded {
            matrix: Matrix::new(folded, set_of, sets, bounds),
            row_class: rows.of,
            column_class: columns.of,
            share,
            over,
        }
    }
}

/// Which class each belongs to, the first of each class and how many it has; classes go by their firsts.
struct Classes {
    of: Vec<u32>,
    firsts: Vec<u32>,
    many: Vec<u32>,
}

impl Classes {
    fn of(colours: &[u64]) -> Self {
        let mut order: Vec<(u64, u32)> = colours.iter().copied().zip(0..).collect();
        order.par_sort_unstable();
        let groups = || order.chunk_by(|a, b| a.0 == b.0);
        let mut firsts: Vec<u32> = groups().map(|class| class[0].1).collect();
        firsts.sort_unstable();
        let mut of = vec![0; colours.len()];
        let mut many = vec![0; firsts.len()];
        for class in groups() {
            let at = firsts.partition_point(|first| *first < class[0].1);
            many[at] = class.len() as u32;
            class.iter().for_each(|(_, i)| of[*i as usize] = at as u32);
        }
        Self { of, firsts, many }
    }
}

/// The entries by row, sets included.
struct ByRow {
    start: Vec<u32>,
    entries: Vec<(u32, f64)>,
}

impl ByRow {
    fn of(matrix: &Matrix) -> Self {
        let m = matrix.rows.len();
        let mut start = vec![0_u32; m + 1];
        let of = |c: usize| {
            let set = matrix.sets.get(matrix.set_of[c] as usize).map(|set| (set.row as u32, 1.0));
            matrix.column(c).iter().copied().chain(set)
        };
        for c in 0..matrix.columns() {
            of(c).for_each(|(row, _)| start[row as usize + 1] += 1);
        }
        (0..m).for_each(|row| start[row + 1] += start[row]);
        let mut next = start.clone();
        let mut entries = vec![(0, 0.0); start[m] as usize];
        for c in 0..matrix.columns() {
            for (row, a) in of(c) {
                let at = &mut next[row as usize];
                entries[*at as usize] = (c as u32, a);
                *at += 1;
            }
        }
        Self { start, entries }
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (u32, f64)> {
        self.entries[self.start[row] as usize..self.start[row + 1] as usize].iter().copied()
    }
}

/// Tells the rows of sets from others.
fn needed(matrix: &Matrix) -> Vec<u64> {
    let mut needed = vec![0; matrix.rows.len()];
    matrix.sets.iter().for_each(|set| needed[set.row] = 1 + u64::from(set.needed));
    needed
}

/// A colour with what it has among the colours of its neighbours: the same for the same sum of factors in each colour.
fn seen(own: u64, entries: impl Iterator<Item = (u32, f64)>, colours: &[u64]) -> u64 {
    // Factors are whole numbers, so the sum does not depend on the order.
    let sum =
        entries.fold(0_u64, |sum, (at, a)| sum.wrapping_add(mix(colours[at as usize]).wrapping_mul(a as i64 as u64)));
    mix(own ^ mix(sum))
}

/// Scrambles a number (the finaliser of `SplitMix64`; Steele, Lea and Flood, 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// How many colours there are.
fn distinct(colours: &[u64]) -> usize {
    let mut sorted = colours.to_vec();
    sorted.par_sort_unstable();
    sorted.dedup();
    sorted.len()
}
