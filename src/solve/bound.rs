//! Bounds that cannot be wrong, and what they leave to decide.
//!
//! **Lagrangian bound.** Any multipliers of the rows give an upper bound of the maximum: their product with the right-hand
//! sides, plus, for each column, the most that its reduced value can add within its bounds (Geoffrion, *Lagrangean
//! relaxation for integer programming*, 1974). The best multipliers solve the dual of the linear relaxation. Here they come
//! from a floating-point solver, are rounded to a grid, and the bound is then computed in exact integers: a wrong
//! multiplier makes the bound weaker, never wrong (Neumaier and Shcherbina, *Safe bounds in linear and mixed-integer
//! linear programming*, 2004).
//!
//! **Reduced-value fixing.** A column that is 0 in the bound's maximiser lowers the bound by its reduced value when it
//! is one. Where that falls to the best value known or below, every better solution has the column at 0 (Dantzig, Fulkerson
//! and Johnson, *Solution of a large-scale traveling-salesman problem*, 1954).

use super::ilp::{Ilp, IlpRow};

/// Multipliers are whole numbers of 2^-GRID units.
const GRID: u32 = 24;
/// No multiplier is larger: what rows multiply it by and what they add up to stays in range.
const MOST: f64 = (1_u64 << 36) as f64;

/// An upper bound of an integer program, and what each column would take from it.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// The bound, in units of 2^-GRID.
    total: i128,
    /// What each column adds per unit of itself: at most 0 for what the bound leaves at 0.
    reduced: Vec<i128>,
}

impl Bound {
    /// The bound of these multipliers, one a row: at least 0 where the row has no lower bound, at most 0 where it has no
    /// upper bound. What is on the wrong side counts as 0.
    pub(super) fn of(ilp: &Ilp, multipliers: &[f64]) -> Self {
        let scale = f64::from(1_u32 << GRID);
        let mut grid: Vec<i128> = multipliers.iter().map(|y| (y.clamp(-MOST, MOST) * scale).round() as i128).collect();
        for (row, y) in ilp.rows.iter().zip(&mut grid) {
            let signed = (row.upper.is_some() || *y <= 0) && (row.lower.is_some() || *y >= 0);
            if !signed {
                *y = 0;
            }
        }
        let mut reduced: Vec<i128> = ilp.columns.iter().map(|c| i128::from(c.objective) << GRID).collect();
        for (row, y) in ilp.rows.iter().zip(&grid).filter(|(_, y)| **y != 0) {
            for (column, factor) in &row.terms {
                reduced[*column] -= y * i128::from(*factor);
            }
        }
        // A row over columns that are each at most 1 takes, as its multiplier, what leaves none of them worth while.
        for row in &ilp.exclusive {
            let terms = &ilp.rows[*row].terms;
            // Columns that are ruled out are no choice.
            let open = terms.iter().filter(|(c, _)| ilp.columns[*c].upper > 0);
            let most = open.map(|(c, _)| reduced[*c]).max().unwrap_or(0);
            let needed = ilp.rows[*row].lower == Some(1);
            let shift = if needed { most } else { most.max(-grid[*row]) };
            grid[*row] += shift;
            terms.iter().for_each(|(c, _)| reduced[*c] -= shift);
        }
        // A row without an upper bound has a multiplier above 0 only where it is exclusive: one is what it is at most,
        // whether that had to be said or not.
        let side = |row: &IlpRow, y: i128| if y > 0 { row.upper.unwrap_or(1) } else { row.lower.unwrap_or(0) };
        let sides: i128 = ilp.rows.iter().zip(&grid).map(|(row, y)| y * i128::from(side(row, *y))).sum();
        let columns: i128 = ilp.columns.iter().zip(&reduced).map(|(c, r)| r.max(&0) * i128::from(c.upper)).sum();
        Self { total: sides + columns, reduced }
    }

    /// The same of the program of these columns, ascending, where the rest are at most 0.
    pub(super) fn restrict(&self, keep: &[usize]) -> Self {
        Self { total: self.total, reduced: keep.iter().map(|c| self.reduced[*c]).collect() }
    }

    /// The bound in whole units of the objective.
    pub(super) fn units(&self) -> i64 {
        clamp(self.total >> GRID)
    }

    /// The bound in units of the objective, before they are made whole.
    pub(super) fn exact(&self) -> f64 {
        self.total as f64 / f64::from(1_u32 << GRID)
    }

    /// The most whole units that a solution with the column above 0 could reach.
    pub(super) fn units_with(&self, column: usize) -> i64 {
        clamp((self.total + self.reduced[column].min(0)) >> GRID)
    }
}

/// The whole units of a bound that a solver has computed in doubles: one just below a whole number is that number.
pub(super) fn whole(units: f64) -> f64 {
    // No bound at all stays none: the sum of two infinities is no number.
    if units.is_finite() { (units + 1e-6 * units.abs().max(1.0)).floor() } else { units }
}

fn clamp(units: i128) -> i64 {
    units.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::solve::ilp::{Column, IlpRow};
    use proptest::prelude::*;

    /// Programs of a few columns, each at most 2, of which the first three exclude each other.
    pub(in crate::solve) fn programs() -> impl Strategy<Value = Ilp> {
        let columns = proptest::collection::vec((1_i64..=2, -9_i64..=9), 3..7);
        let rows = proptest::collection::vec((proptest::collection::vec(-4_i64..=4, 7), 0_i64..6, any::<bool>()), 0..5);
        (columns, rows, any::<bool>()).prop_map(|(columns, rows, one_needed)| {
            let column = |(upper, objective)| Column { upper, integer: true, objective };
            let mut ilp =
                Ilp { columns: columns.into_iter().map(column).collect(), exclusive: vec![0], ..Ilp::empty() };
            let exclusive = (0..3).map(|c| (c, 1)).collect();
            ilp.rows.push(IlpRow { terms: exclusive, lower: one_needed.then_some(1), upper: Some(1) });
            for (factors, side, upper) in rows {
                let terms = (0..ilp.columns.len()).zip(factors).filter(|(_, f)| *f != 0).collect();
                let (lower, upper) = if upper { (None, Some(side)) } else { (Some(-side), None) };
                ilp.rows.push(IlpRow { terms, lower, upper });
            }
            ilp
        })
    }

    /// Every solution.
    pub(in crate::solve) fn solutions(ilp: &Ilp) -> Vec<Vec<i64>> {
        let mut all = vec![Vec::new()];
        for column in &ilp.columns {
            all =
                all.iter().flat_map(|s: &Vec<i64>| (0..=column.upper).map(|v| [s.clone(), vec![v]].concat())).collect();
        }
        let holds = |s: &Vec<i64>, row: &IlpRow| {
            let sum: i64 = row.terms.iter().map(|(c, f)| f * s[*c]).sum();
            row.lower.is_none_or(|lower| sum >= lower) && row.upper.is_none_or(|upper| sum <= upper)
        };
        all.retain(|s| ilp.rows.iter().all(|row| holds(s, row)));
        all
    }

    proptest! {
        #[test]
        fn no_multipliers_make_the_bound_wrong(
            ilp in programs(),
            multipliers in proptest::collection::vec(-20.0_f64..20.0, 5),
        ) {
            let bound = Bound::of(&ilp, &multipliers[..ilp.rows.len()]);
            for solution in solutions(&ilp) {
                let value: i64 = ilp.columns.iter().zip(&solution).map(|(c, v)| c.objective * v).sum();
                prop_assert!(value <= bound.units());
                for (column, _) in solution.iter().enumerate().filter(|(_, v)| **v > 0) {
                    prop_assert!(value <= bound.units_with(column), "column {column}");
                }
            }
        }

        #[test]
        fn a_bound_holds_where_columns_are_ruled_out_or_left_out(
            ilp in programs(),
            multipliers in proptest::collection::vec(-20.0_f64..20.0, 5),
            keep in proptest::collection::vec(any::<bool>(), 7),
        ) {
            let keep: Vec<usize> = (0..ilp.columns.len()).filter(|c| keep[*c]).collect();
            let best = |ilp: &Ilp| {
                let value = |s: &Vec<i64>| ilp.columns.iter().zip(s).map(|(c, v)| c.objective * v).sum::<i64>();
                solutions(ilp).iter().map(value).max()
            };
            let mut ruled_out = ilp.clone();
            (0..ilp.columns.len()).filter(|c| !keep.contains(c)).for_each(|c| ruled_out.columns[c].upper = 0);
            let bound = Bound::of(&ruled_out, &multipliers[..ilp.rows.len()]);
            let left_out = ilp.restrict(&keep);
            if !left_out.impossible {
                prop_assert_eq!(best(&ruled_out), best(&left_out));
                let fresh = Bound::of(&left_out, &multipliers[..left_out.rows.len()]);
                prop_assert!(best(&left_out).is_none_or(|best| best <= fresh.units()));
            }
            prop_assert!(best(&ruled_out).is_none_or(|best| best <= bound.units()));
            prop_assert_eq!(bound.restrict(&keep).units(), bound.units());
        }

        #[test]
        fn every_solution_is_worth_something_between_the_least_and_the_trivial_bound(ilp in programs()) {
            for solution in solutions(&ilp) {
                let value: i64 = ilp.columns.iter().zip(&solution).map(|(c, v)| c.objective * v).sum();
                prop_assert!(ilp.least() <= value && value <= ilp.trivial_bound());
            }
        }

        #[test]
        fn no_solution_has_a_column_that_is_not_possible(ilp in programs()) {
            let possible = ilp.possible();
            for solution in solutions(&ilp) {
                prop_assert!((0..solution.len()).all(|c| solution[c] == 0 || possible.contains(&c)));
            }
        }
    }
}
