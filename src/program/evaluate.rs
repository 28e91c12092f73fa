//! What a choice of atoms is worth, by exact arithmetic.

use super::{Program, Row, TooLarge, Var};
use std::collections::BTreeMap;

/// What a choice of atoms is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Gains less costs, in thousandths, by priority.
    pub values: BTreeMap<u32, i64>,
    /// The required rows that it breaks, by position.
    pub broken: Vec<u32>,
}

impl Program {
    /// Every variable's value for a choice of atoms: indicators follow from them.
    pub fn complete(&self, chosen: &[Var]) -> Vec<bool> {
        let mut values = vec![false; self.vars()];
        for var in chosen {
            values[var.at()] = true;
        }
        for (i, indicator) in self.indicators.iter().enumerate() {
            values[self.atoms.len() + i] = sum(&indicator.terms, &values) >= indicator.at_least;
        }
        values
    }

    /// What a choice of atoms is worth.
    pub fn evaluate(&self, chosen: &[Var]) -> Evaluation {
        let values = self.complete(chosen);
        let mut worth: BTreeMap<u32, i64> = self.priorities().into_iter().map(|p| (p, 0)).collect();
        for (priority, constant) in &self.constants {
            *worth.entry(*priority).or_default() += constant;
        }
        for gain in self.gains.iter().filter(|g| values[g.var.at()]) {
            *worth.entry(gain.priority).or_default() += gain.amount;
        }
        let mut units = vec![0; self.penalties.len()];
        let mut broken = Vec::new();
        for (i, row) in self.rows.iter().enumerate() {
            let outside = row.outside(&values);
            match row.penalty {
                Some(penalty) => units[penalty as usize] = outside.max(units[penalty as usize]),
                None if outside > 0 => broken.push(i as u32),
                None => {}
            }
        }
        for (penalty, units) in self.penalties.iter().zip(units) {
            *worth.entry(penalty.priority).or_default() -= penalty.price * units;
        }
        Evaluation { values: worth, broken }
    }

    /// Refuses weights whose sums exact arithmetic could not hold.
    pub(super) fn weigh(&self) -> Result<(), TooLarge> {
        let mut worst_of = vec![0_i128; self.penalties.len()];
        for row in &self.rows {
            let units = i128::from(row.most_units());
            if let Some(penalty) = row.penalty {
                worst_of[penalty as usize] = units.max(worst_of[penalty as usize]);
            }
        }
        let penalties = self.penalties.iter().zip(worst_of).map(|(p, units)| i128::from(p.price) * units);
        let gains = self.gains.iter().map(|g| i128::from(g.amount.abs()));
        let constants = self.constants.values().map(|c| i128::from(c.abs()));
        let total: i128 = penalties.chain(gains).chain(constants).sum();
        TooLarge::check(total)
    }
}

impl Row {
    /// How many units the row is outside its bounds: 0 where it does not count.
    pub fn outside(&self, values: &[bool]) -> i64 {
        if self.when.is_some_and(|when| !values[when.at()]) {
            return 0;
        }
        self.units_outside(sum(&self.terms, values))
    }

    /// The least and the most its sum can be, each variable taken for itself.
    pub fn range(&self) -> (i64, i64) {
        self.terms.iter().fold((0, 0), |(low, high), (_, f)| (low + f.min(&0), high + f.max(&0)))
    }

    /// The most units it can be outside, each variable taken for itself.
    pub fn most_units(&self) -> i64 {
        let (low, high) = self.range();
        self.units_outside(low).max(self.units_outside(high))
    }
}

fn sum(terms: &[(Var, i64)], values: &[bool]) -> i64 {
    terms.iter().filter(|(v, _)| values[v.at()]).map(|(_, f)| f).sum()
}
