//! The rows that local search keeps account of: the program's own, and what decided indicators ask for.

use super::NONE;
use crate::{
    event::TalkIx,
    program::{Fixing, Growth, Origin, Program, Var},
    solve::parts::Part,
};
use std::collections::BTreeMap;

/// What is charged for a unit outside a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::solve::local) enum Account {
    /// The priority that is being settled.
    Now,
    /// A priority that was settled before.
    Earlier,
    /// It must hold.
    Required,
}

/// A row, or one side of a decided indicator.
#[derive(Clone, Copy, Debug)]
pub(in crate::solve::local) struct RowFacts {
    pub(in crate::solve::local) lower: i64,
    pub(in crate::solve::local) upper: i64,
    pub(in crate::solve::local) unit: i64,
    pub(in crate::solve::local) growth: Growth,
    /// The price of a unit.
    pub(in crate::solve::local) price: i64,
    pub(in crate::solve::local) account: Account,
    /// The penalty that it shares with other rows; [`NONE`] where it has one for itself.
    pub(in crate::solve::local) shared: u32,
    /// The row counts only where this variable is 1; [`NONE`] where it always does.
    pub(in crate::solve::local) when: u32,
    /// It says "at most so many of these", so that somebody must leave for somebody to come.
    pub(in crate::solve::local) packing: bool,
}

impl RowFacts {
    /// How many units a sum is outside.
    #[inline]
    pub(in crate::solve::local) fn units(&self, sum: i64) -> i64 {
        let outside = (self.lower - sum).max(sum - self.upper);
        if outside <= 0 {
            return 0;
        }
        self.growth.units(if self.unit == 1 { outside } else { (outside + self.unit - 1) / self.unit })
    }
}

/// Rows under way.
pub(super) struct Builder<'b> {
    fixing: &'b Fixing,
    local: &'b [u32],
    pub(super) rows: Vec<RowFacts>,
    pub(super) constants: Vec<i64>,
    /// Variable, row, factor.
    pub(super) terms: Vec<(u32, u32, i64)>,
    /// The rows of each penalty.
    pub(super) by_penalty: BTreeMap<u32, Vec<u32>>,
    /// Whether each talk may be left out.
    pub(super) optional_of: BTreeMap<TalkIx, bool>,
}

impl<'b> Builder<'b> {
    pub(super) fn new(fixing: &'b Fixing, local: &'b [u32]) -> Self {
        Self {
            fixing,
            local,
            rows: Vec::new(),
            constants: Vec::new(),
            terms: Vec::new(),
            by_penalty: BTreeMap::new(),
            optional_of: BTreeMap::new(),
        }
    }

    /// The program's rows, of priorities that have an account.
    pub(super) fn rows(&mut self, program: &Program, part: &Part, account: &dyn Fn(u32) -> Option<Account>) {
        for row in part.rows.iter().map(|i| &program.rows[*i as usize]) {
            let (price, account) = match row.penalty.map(|p| &program.penalties[p as usize]) {
                None => (1, Account::Required),
                Some(penalty) => match account(penalty.priority) {
                    None => continue,
                    Some(account) => (penalty.price, account),
                },
            };
            let when = match row.when.map(|when| (self.fixing.fixed[when.at()], self.local[when.at()])) {
                Some((Some(false), _)) => continue,
                None | Some((Some(true), _)) => NONE,
                Some((None, when)) => when,
            };
            let packing = row.penalty.is_none()
                && when == NONE
                && row.upper.is_some()
                && row.terms.iter().all(|(v, f)| *f == 1 && v.at() < program.atoms.len());
            if let (Some(1), Origin::OnePlace(talk)) = (row.upper, &program.origins[row.origin as usize]) {
                self.optional_of.insert(*talk, row.lower.is_none());
                // One place at most is what the search keeps by itself.
                if row.lower.is_none() {
                    continue;
                }
            }
            let facts = RowFacts {
                lower: row.lower.unwrap_or(i64::MIN / 4),
                upper: row.upper.unwrap_or(i64::MAX / 4),
                unit: row.unit,
                growth: row.growth,
                price,
                account,
                shared: NONE,
                when,
                packing,
            };
            if let Some(penalty) = row.penalty {
                self.by_penalty.entry(penalty).or_default().push(self.rows.len() as u32);
            }
            self.row(facts, &row.terms);
        }
    }

    /// What decided indicators ask of what they are made of.
    pub(super) fn decided(&mut self, program: &Program, part: &Part) {
        // A decided indicator still binds what it is made of.
        for var in part.indicators.iter().filter(|v| self.fixing.fixed[v.at()].is_some()) {
            let Some(indicator) = program.indicator(*var) else { continue };
            let (lower, upper) = match self.fixing.fixed[var.at()] {
                Some(true) => (indicator.at_least, i64::MAX / 4),
                _ => (i64::MIN / 4, indicator.at_least - 1),
            };
            let facts = RowFacts {
                lower,
                upper,
                unit: 1,
                growth: Growth::Linear,
                price: 1,
                account: Account::Required,
                shared: NONE,
                when: NONE,
                packing: false,
            };
            self.row(facts, &indicator.terms);
        }
    }

    fn row(&mut self, facts: RowFacts, terms: &[(Var, i64)]) {
        let row = self.rows.len() as u32;
        let mut constant = 0;
        for (var, f) in terms {
            match self.fixing.fixed[var.at()] {
                Some(true) => constant += f,
                Some(false) => {}
                None => self.terms.push((self.local[var.at()], row, *f)),
            }
        }
        self.rows.push(facts);
        self.constants.push(constant);
    }
}
