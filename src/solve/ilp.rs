//! The integer program: columns and rows, as solvers take them.

use crate::program::Var;

/// A column: an integer or real variable within bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) upper: i64,
    pub(super) integer: bool,
    /// What it adds to the objective, in units of [`Ilp::unit`].
    pub(super) objective: i64,
}

/// An integer-weighted sum of columns within bounds.
#[derive(Clone, Debug)]
pub(super) struct IlpRow {
    pub(super) terms: Vec<(usize, i64)>,
    pub(super) lower: Option<i64>,
    pub(super) upper: Option<i64>,
}

/// Just under one unit of the objective.
pub(super) const STEP: f64 = 0.99;

/// An integer program to be maximised. Every column is at least 0.
#[derive(Clone, Debug)]
pub(super) struct Ilp {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<IlpRow>,
    /// How many thousandths one unit of the objective is.
    pub(super) unit: i64,
    /// What the objective is with every column at 0, in thousandths.
    pub(super) constant: i64,
    /// The variable of each column; columns after these are penalties.
    pub(super) vars: Vec<Var>,
    /// The rows that say "at most one of these", or exactly one, over sets that share no column: a talk's places.
    pub(super) exclusive: Vec<usize>,
    /// By how many units a solution must be better than another to be worth finding: just under one, since objectives of
    /// whole solutions are whole.
    pub(super) step: f64,
    /// Whether a required row cannot be satisfied at all.
    pub(super) impossible: bool,
}

impl Ilp {
    /// A program of nothing yet.
    pub(super) fn empty() -> Self {
        Self {
            columns: Vec::new(),
            rows: Vec::new(),
            unit: 1,
            constant: 0,
            vars: Vec::new(),
            exclusive: Vec::new(),
            step: STEP,
            impossible: false,
        }
    }

    /// The objective of column values, in thousandths.
    pub(super) fn thousandths(&self, units: i64) -> i64 {
        units * self.unit + self.constant
    }

    /// The objective of column values, in units.
    pub(super) fn value(&self, values: &[f64]) -> f64 {
        self.columns.iter().zip(values).map(|(c, v)| c.objective as f64 * v).sum()
    }

    /// Whether the values satisfy every row and bound, up to what doubles lose: the more, the larger a row's factors are, but
    /// never as much as a whole step.
    pub(super) fn admits(&self, values: &[f64]) -> bool {
        let near = 1e-6;
        let holds = |row: &IlpRow| {
            let sum: f64 = row.terms.iter().map(|(c, f)| *f as f64 * values[*c]).sum();
            let largest = row.terms.iter().fold(1, |most, (_, f)| f.abs().max(most));
            let near = (near * largest as f64).min(0.5);
            row.lower.is_none_or(|lower| sum >= lower as f64 - near)
                && row.upper.is_none_or(|upper| sum <= upper as f64 + near)
        };
        self.columns.iter().zip(values).all(|(c, v)| (-near..=c.upper as f64 + near).contains(v))
            && self.rows.iter().all(holds)
    }

    /// The program of these columns, ascending; the rest are 0.
    pub(super) fn restrict(&self, keep: &[usize]) -> Self {
        let mut new = vec![None; self.columns.len()];
        keep.iter().enumerate().for_each(|(i, c)| new[*c] = Some(i));
        let vars = self.vars.iter().zip(&new).filter(|(_, new)| new.is_some()).map(|(v, _)| *v).collect();
        let mut kept = Self {
            columns: keep.iter().map(|c| self.columns[*c]).collect(),
            rows: Vec::new(),
            vars,
            exclusive: Vec::new(),
            ..*self
        };
        let mut exclusive = self.exclusive.iter().peekable();
        for (i, row) in self.rows.iter().enumerate() {
            let terms = row.terms.iter().filter_map(|(c, f)| Some((new[*c]?, *f))).collect();
            let before = kept.rows.len();
            kept.push(terms, row.lower, row.upper);
            if exclusive.next_if_eq(&&i).is_some() && kept.rows.len() > before {
                kept.exclusive.push(before);
            }
        }
        kept
    }

    /// The columns, ascending, that no row rules out by what the others are at least and at most.
    pub(super) fn possible(&self) -> Vec<usize> {
        let mut most: Vec<i64> = self.columns.iter().map(|c| c.upper).collect();
        loop {
            let mut changed = false;
            for row in &self.rows {
                let (low, high) = row.terms.iter().fold((0, 0), |(low, high): (i64, i64), (c, f)| {
                    (low + (f * most[*c]).min(0), high + (f * most[*c]).max(0))
                });
                for (c, f) in &row.terms {
                    let out = match f.signum() {
                        1 => row.upper.is_some_and(|upper| low + f > upper),
                        _ => row.lower.is_some_and(|lower| high + f < lower),
                    };
                    if out && most[*c] > 0 {
                        most[*c] = 0;
                        changed = true;
                    }
                }
            }
            if !changed {
                return (0..most.len()).filter(|c| most[*c] > 0).collect();
            }
        }
    }

    /// Adds a row, unless its columns' bounds imply it; notes where they contradict it.
    pub(super) fn push(&mut self, mut terms: Vec<(usize, i64)>, lower: Option<i64>, upper: Option<i64>) {
        let (low, high) = terms.iter().fold((0, 0), |(low, high): (i64, i64), (c, f)| {
            let most = f * self.columns[*c].upper;
            (low + most.min(0), high + most.max(0))
        });
        let lower = lower.filter(|bound| low < *bound);
        let upper = upper.filter(|bound| high > *bound);
        if lower.is_some_and(|bound| high < bound) || upper.is_some_and(|bound| low > bound) {
            self.impossible = true;
        }
        if lower.is_some() || upper.is_some() {
            terms.sort_unstable();
            self.rows.push(IlpRow { terms, lower, upper });
        }
    }

    /// How many coefficients its rows have.
    pub(super) fn terms(&self) -> usize {
        self.rows.iter().map(|row| row.terms.len()).sum()
    }

    /// The most the objective could be, in units: one column of each exclusive row, every other column for itself.
    pub(super) fn trivial_bound(&self) -> i64 {
        self.extreme(i64::max)
    }

    /// The least that the objective of any solution could be, in units, by the same count. A bound below it proves that there
    /// is no solution.
    pub(super) fn least(&self) -> i64 {
        self.extreme(i64::min)
    }

    fn extreme(&self, pick: fn(i64, i64) -> i64) -> i64 {
        let mut alone = vec![true; self.columns.len()];
        let mut total = 0_i64;
        for row in self.exclusive.iter().map(|row| &self.rows[*row]) {
            row.terms.iter().for_each(|(c, _)| alone[*c] = false);
            let open = row.terms.iter().map(|(c, _)| &self.columns[*c]).filter(|c| c.upper > 0).map(|c| c.objective);
            let none = (row.lower != Some(1)).then_some(0);
            total = total.saturating_add(open.chain(none).reduce(pick).unwrap_or(0));
        }
        let columns = self.columns.iter().zip(alone).filter(|(_, alone)| *alone);
        columns.fold(total, |total, (c, _)| total.saturating_add(pick(c.objective, 0).saturating_mul(c.upper)))
    }
}

/// Each column once, none with the factor 0.
pub(super) fn merged(mut terms: Vec<(usize, i64)>) -> Vec<(usize, i64)> {
    terms.sort_unstable();
    terms.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 += later.1;
        }
        same
    });
    terms.retain(|(_, f)| *f != 0);
    terms
}

/// The largest number that divides both; 0 for two zeros.
pub(super) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms, the least and the most that they add up to.
    type Said<'a> = (&'a [(usize, i64)], Option<i64>, Option<i64>);

    #[test]
    fn what_others_can_make_room_for_is_possible_and_what_none_can_is_not() {
        let possible = |columns: usize, rows: &[Said<'_>]| {
            let column = Column { upper: 1, integer: true, objective: 0 };
            let row = |(terms, lower, upper): &Said<'_>| IlpRow { terms: terms.to_vec(), lower: *lower, upper: *upper };
            let rows = rows.iter().map(row).collect();
            Ilp { columns: vec![column; columns], rows, ..Ilp::empty() }.possible()
        };
        assert_eq!(possible(2, &[(&[(0, 2), (1, 1)], None, Some(1))]), [1], "twice one is more than one");
        assert_eq!(possible(2, &[(&[(0, 2), (1, -1)], None, Some(1))]), [0, 1], "unless the other takes one away");
        assert_eq!(possible(2, &[(&[(0, -2), (1, 1)], Some(0), None)]), [1], "less than nothing");
        assert_eq!(possible(2, &[(&[(0, -1), (1, 1)], Some(0), None)]), [0, 1], "unless the other adds one");
        // The first is out, so nothing makes room for the second, so nothing for the third.
        let chain: &[(&[(usize, i64)], _, _)] =
            &[(&[(0, 2)], None, Some(1)), (&[(1, 1), (0, -1)], None, Some(0)), (&[(2, 1), (1, -1)], None, Some(0))];
        assert_eq!(possible(4, chain), [3]);
    }
}
