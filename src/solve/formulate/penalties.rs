//! Penalties, and what grows with each step outside.
//!
//! A row whose units grow as it goes further outside has a column for each step: `sum - u1 - u2 - ... <=
//! upper` with each `u` at most 1 and `uk` costing k units. What costs less is used first, so the columns are whole where
//! the sum is (a convex cost stated by its slopes: Dantzig, *Linear Programming and Extensions*, 1963, chapter 24).

use super::Builder;
use crate::{
    event::Minute,
    program::{Growth, Row, Var},
    solve::ilp::Column,
};
use std::collections::{BTreeMap, BTreeSet};

impl Builder<'_> {
    pub(super) fn penalties(&mut self, counts: &dyn Fn(u32) -> bool) {
        let mut rows_of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for i in &self.part.rows {
            let Some(penalty) = self.program.rows[*i as usize].penalty else { continue };
            if counts(self.program.penalties[penalty as usize].priority) {
                rows_of.entry(penalty).or_default().push(*i);
            }
        }
        for (penalty, rows) in rows_of {
            let (mut units, mut whole) = (0, false);
            for i in &rows {
                let row = &self.program.rows[*i as usize];
                let steps = self.most_steps(row);
                units = units.max(row.growth.units(steps));
                whole |= row.unit > 1;
                if row.growth == Growth::Triangular && steps > 0 {
                    let columns = (0..steps).map(|_| self.penalty_column(1, row.unit > 1)).collect();
                    self.steps.insert(*i, columns);
                }
            }
            if units == 0 {
                continue;
            }
            let paying = match self.steps.get(&rows[0]) {
                Some(steps) if rows.len() == 1 => steps.iter().copied().zip(1..).collect(),
                _ => vec![(self.penalty_column(units, whole), 1)],
            };
            self.paying.insert(penalty, paying);
        }
    }

    fn penalty_column(&mut self, upper: i64, integer: bool) -> usize {
        self.ilp.columns.push(Column { upper, integer, objective: 0 });
        self.ilp.columns.len() - 1
    }

    /// The most steps that the row can be outside.
    fn most_steps(&self, row: &Row) -> i64 {
        let (low, high) = self.range(&row.terms);
        let high = match row.growth {
            Growth::Linear => high,
            Growth::Triangular => self.most_at_once(&row.terms).map_or(high, |most| high.min(most)),
        };
        row.steps_outside(low).max(row.steps_outside(high))
    }

    /// The most that the terms can add up to for lack of rooms, where they are atoms that all run at some moment.
    fn most_at_once(&self, terms: &[(Var, i64)]) -> Option<i64> {
        let (mut last_start, mut first_end) = (Minute::MIN, Minute::MAX);
        let mut classes = BTreeSet::new();
        for (var, f) in terms {
            let atom = self.program.atoms.get(var.at()).filter(|_| *f == 1)?;
            (last_start, first_end) = (last_start.max(atom.start), first_end.min(atom.end));
            classes.insert(atom.class);
        }
        let rooms = || classes.iter().map(|c| self.program.classes[c.at()].rooms.len() as i64).sum();
        (last_start < first_end).then(rooms)
    }
}
