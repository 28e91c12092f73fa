//! Fixing: what required rows leave no choice about.
//!
//! A required row whose sum could not stay within its bounds with a variable at 1 (or at 0) fixes that variable; so do
//! indicators whose sums can no longer, or must, reach their thresholds. Repeated until nothing changes (bound
//! propagation: Savelsbergh, *Preprocessing and probing techniques for mixed integer programming problems*, 1994).
//!
//! **Why it is exact.** Nothing is fixed that some valid choice has otherwise.

use super::{Program, Row, Var};

/// What is left to choose.
#[derive(Clone, Debug)]
pub struct Fixing {
    /// Each variable's value, where there is no choice.
    pub fixed: Vec<Option<bool>>,
    /// A required row that no choice satisfies, if one was found.
    pub impossible: Option<u32>,
    /// How many variables were fixed.
    pub count: usize,
}

impl Program {
    /// Fixes every variable about which required rows leave no choice.
    pub fn fix(&self) -> Fixing {
        let mut fixing = Fixing { fixed: vec![None; self.vars()], impossible: None, count: 0 };
        let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); self.vars()];
        let counts = |row: &Row| row.penalty.is_none() && row.when.is_none();
        for (i, row) in self.rows.iter().enumerate().filter(|(_, row)| counts(row)) {
            for (var, _) in &row.terms {
                rows_of[var.at()].push(i as u32);
            }
        }
        let mut made_of: Vec<Vec<u32>> = vec![Vec::new(); self.vars()];
        for (i, indicator) in self.indicators.iter().enumerate() {
            for (var, _) in &indicator.terms {
                made_of[var.at()].push(i as u32);
            }
            made_of[self.atoms.len() + i].push(i as u32);
        }

        let mut changed: Vec<Var> = Vec::new();
        for (i, row) in self.rows.iter().enumerate().filter(|(_, row)| counts(row)) {
            if !fixing.row(row, &mut changed) {
                fixing.impossible = Some(i as u32);
                return fixing;
            }
        }
        for i in 0..self.indicators.len() {
            fixing.indicator(self, i, &mut changed);
        }
        while let Some(var) = changed.pop() {
            for i in &rows_of[var.at()] {
                if !fixing.row(&self.rows[*i as usize], &mut changed) {
                    fixing.impossible = Some(*i);
                    return fixing;
                }
            }
            for i in &made_of[var.at()] {
                fixing.indicator(self, *i as usize, &mut changed);
            }
        }
        fixing
    }
}

impl Fixing {
    fn set(&mut self, var: Var, value: bool, changed: &mut Vec<Var>) {
        if self.fixed[var.at()].is_none() {
            self.fixed[var.at()] = Some(value);
            self.count += 1;
            changed.push(var);
        }
    }

    /// The least and the most that the terms can still add up to.
    fn range(&self, terms: &[(Var, i64)]) -> (i64, i64) {
        terms.iter().fold((0, 0), |(low, high), (var, f)| match self.fixed[var.at()] {
            Some(true) => (low + f, high + f),
            Some(false) => (low, high),
            None => (low + f.min(&0), high + f.max(&0)),
        })
    }

    /// Fixes what the row leaves no choice about; false if nothing satisfies it.
    fn row(&mut self, row: &Row, changed: &mut Vec<Var>) -> bool {
        let (low, high) = self.range(&row.terms);
        if row.upper.is_some_and(|upper| low > upper) || row.lower.is_some_and(|lower| high < lower) {
            return false;
        }
        let room_above = row.upper.map_or(i64::MAX, |upper| upper - low);
        let room_below = row.lower.map_or(i64::MAX, |lower| high - lower);
        for (var, f) in &row.terms {
            if self.fixed[var.at()].is_some() {
                continue;
            }
            // Off the cheap end, a variable moves the sum up or down by its factor.
            if f.abs() > room_above {
                self.set(*var, *f < 0, changed);
            } else if f.abs() > room_below {
                self.set(*var, *f > 0, changed);
            }
        }
        true
    }

    fn indicator(&mut self, program: &Program, i: usize, changed: &mut Vec<Var>) {
        let indicator = &program.indicators[i];
        let var = Var((program.atoms.len() + i) as u32);
        let (low, high) = self.range(&indicator.terms);
        if high < indicator.at_least {
            self.set(var, false, changed);
        } else if low >= indicator.at_least {
            self.set(var, true, changed);
        }
        let must = match self.fixed[var.at()] {
            Some(true) => high - indicator.at_least,
            Some(false) => indicator.at_least - 1 - low,
            None => return,
        };
        let reached = self.fixed[var.at()] == Some(true);
        for (term, f) in &indicator.terms {
            if self.fixed[term.at()].is_none() && f.abs() > must {
                self.set(*term, (*f > 0) == reached, changed);
            }
        }
    }
}
