//! Fixing: what required rows leave no choice about.
//!
//! A required row whose sum could not stay within its bounds with a variable at 1 (or at 0) fixes that variable; so do
//! indicators whose sums can no longer, or must, reach their thresholds. Repeated until nothing changes (bound
//! propagation: Savelsbergh, *Preprocessing and probing techniques for mixed integer programming problems*, 1994). A talk
//! has one place, which makes sums [much narrower](sums) than their variables taken one by one.
//!
//! **Why it is exact.** Nothing is fixed that some valid choice has otherwise; what [domination](super::domination) rules
//! out besides leaves some best choice.

mod sums;

use super::{Halt, Pass, Program, Row, Var};
use std::collections::VecDeque;
use sums::Choices;

/// How often all rows are looked at anew, for what a talk's other places say of them. More rounds find little.
const ROUNDS: usize = 5;

/// What is left to choose.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fixing {
    /// Each variable's value, where there is no choice.
    pub fixed: Vec<Option<bool>>,
    /// A required row that no choice satisfies, if one was found.
    pub impossible: Option<u32>,
    /// How many variables were fixed.
    pub count: usize,
    /// What made the problem small here.
    pub passes: Vec<Pass>,
    choices: Choices,
}

impl Program {
    /// Fixes every variable about which required rows leave no choice, and rules out atoms that others of the same talk
    /// can stand in for: some best choice is left, though not every one.
    pub fn shrink(&self) -> Fixing {
        self.shrink_unless(Halt::NEVER)
    }

    /// The same, as far as it gets until it is time to stop: whatever is left to choose, nothing is wrong about the rest.
    pub(crate) fn shrink_unless(&self, halt: Halt<'_>) -> Fixing {
        let mut fixing = self.fix_unless(halt);
        if fixing.impossible.is_none() && !halt.is_due() {
            let before = fixing.free_atoms(self);
            let dropped = self.dominate(&mut fixing, halt);
            // Where a talk has one place left, rows may leave no choice about others.
            if !dropped.is_empty() {
                let required: Vec<u32> = self.required_rows().collect();
                fixing.propagate(self, &required, dropped, halt);
            }
            fixing.passes.push(Pass::atoms("domination", before, fixing.free_atoms(self)));
        }
        fixing
    }

    /// Fixes every variable about which required rows leave no choice.
    pub fn fix(&self) -> Fixing {
        self.fix_unless(Halt::NEVER)
    }

    /// The same, as far as it gets until it is time to stop.
    pub(crate) fn fix_unless(&self, halt: Halt<'_>) -> Fixing {
        let mut fixing = self.without_choice(halt);
        fixing.passes.push(Pass::atoms("fixing", self.atoms.len(), fixing.free_atoms(self)));
        fixing
    }

    /// The rows that must hold whatever the choice.
    pub(super) fn required_rows(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.rows.len() as u32).filter(|i| counts(&self.rows[*i as usize]))
    }

    fn without_choice(&self, halt: Halt<'_>) -> Fixing {
        let choices = Choices::of(self);
        let mut fixing =
            Fixing { fixed: vec![None; self.vars()], impossible: None, count: 0, passes: Vec::new(), choices };
        let required: Vec<u32> = self.required_rows().collect();
        let mut changed: Vec<Var> = Vec::new();
        for _ in 0..ROUNDS {
            for i in &required {
                if halt.is_due() {
                    return fixing;
                }
                if !fixing.row(&self.rows[*i as usize], &mut changed) {
                    fixing.impossible = Some(*i);
                    return fixing;
                }
            }
            for i in 0..self.indicators.len() {
                if halt.is_due() {
                    return fixing;
                }
                fixing.indicator(self, i, &mut changed);
            }
            if changed.is_empty() {
                break;
            }
            fixing.propagate(self, &required, std::mem::take(&mut changed), halt);
            if fixing.impossible.is_some() {
                break;
            }
        }
        fixing
    }
}

/// Whether the row must hold whatever the choice.
fn counts(row: &Row) -> bool {
    row.penalty.is_none() && row.when.is_none()
}

/// What each variable is part of: lists end to end.
pub(super) struct PartOf<T = u32> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> PartOf<T> {
    pub(super) fn of(vars: usize, members: impl Iterator<Item = (Var, T)> + Clone) -> Self {
        let mut ends = vec![0_u32; vars + 1];
        for (var, _) in members.clone() {
            ends[var.at() + 1] += 1;
        }
        for var in 0..vars {
            ends[var + 1] += ends[var];
        }
        let mut next = ends.clone();
        let mut items = vec![T::default(); ends[vars] as usize];
        for (var, item) in members {
            items[next[var.at()] as usize] = item;
            next[var.at()] += 1;
        }
        Self { ends, items }
    }

    pub(super) fn at(&self, var: Var) -> &[T] {
        &self.items[self.ends[var.at()] as usize..self.ends[var.at() + 1] as usize]
    }
}

/// What is still to be looked at, each once.
struct Waiting {
    list: VecDeque<u32>,
    waits: Vec<bool>,
}

impl Waiting {
    fn none(length: usize) -> Self {
        Self { list: VecDeque::new(), waits: vec![false; length] }
    }

    fn add(&mut self, item: u32) {
        if !std::mem::replace(&mut self.waits[item as usize], true) {
            self.list.push_back(item);
        }
    }

    fn next(&mut self) -> Option<u32> {
        let item = self.list.pop_front()?;
        self.waits[item as usize] = false;
        Some(item)
    }
}

impl Fixing {
    /// What follows from what has changed.
    fn propagate(&mut self, program: &Program, required: &[u32], mut changed: Vec<Var>, halt: Halt<'_>) {
        if halt.is_due() {
            return;
        }
        let of_row = |i: &u32| program.rows[*i as usize].terms.iter().map(|(v, _)| *v);
        // Once it is time, lists that are cut short do: nobody looks at them.
        let in_time = || !halt.is_due();
        let rows = required.iter().take_while(|_| in_time());
        let rows_of = PartOf::of(program.vars(), rows.flat_map(|i| of_row(i).map(|v| (v, *i))));
        let indicators = program.indicators.iter().enumerate().take_while(|_| in_time());
        let made_of = indicators.flat_map(|(i, indicator)| {
            let own = Var((program.atoms.len() + i) as u32);
            indicator.terms.iter().map(|(v, _)| *v).chain([own]).map(move |v| (v, i as u32))
        });
        let makes = PartOf::of(program.vars(), made_of);
        // A row is looked at once for all that has changed in it.
        let (mut rows, mut indicators) = (Waiting::none(program.rows.len()), Waiting::none(program.indicators.len()));
        while !halt.is_due() {
            for var in changed.drain(..) {
                rows_of.at(var).iter().for_each(|i| rows.add(*i));
                makes.at(var).iter().for_each(|i| indicators.add(*i));
            }
            if let Some(i) = rows.next() {
                if !self.row(&program.rows[i as usize], &mut changed) {
                    self.impossible = Some(i);
                    return;
                }
            } else if let Some(i) = indicators.next() {
                self.indicator(program, i as usize, &mut changed);
            } else {
                return;
            }
        }
    }

    /// Whether the variable is still to be chosen.
    pub fn is_free(&self, var: Var) -> bool {
        self.fixed[var.at()].is_none()
    }

    fn free_atoms(&self, program: &Program) -> usize {
        self.fixed[..program.atoms.len()].iter().filter(|f| f.is_none()).count()
    }

    pub(super) fn set(&mut self, var: Var, value: bool, changed: &mut Vec<Var>) {
        if self.fixed[var.at()].is_none() {
            self.fixed[var.at()] = Some(value);
            self.choices.decide(var, value);
            self.count += 1;
            changed.push(var);
        }
    }

    /// Fixes what the row leaves no choice about; false if nothing satisfies it.
    fn row(&mut self, row: &Row, changed: &mut Vec<Var>) -> bool {
        self.keep(&row.terms, (row.lower, row.upper), changed)
    }

    /// Fixes what a sum within bounds leaves no choice about; false if it cannot be within them.
    fn keep(&mut self, terms: &[(Var, i64)], bounds: (Option<i64>, Option<i64>), changed: &mut Vec<Var>) -> bool {
        let Some(decided) = self.choices.within(terms, &self.fixed, bounds) else { return false };
        for (var, value) in decided {
            self.set(var, value, changed);
        }
        true
    }

    fn indicator(&mut self, program: &Program, i: usize, changed: &mut Vec<Var>) {
        let indicator = &program.indicators[i];
        let var = Var((program.atoms.len() + i) as u32);
        let (low, high) = self.choices.span_of(&indicator.terms, &self.fixed);
        if high < indicator.at_least {
            self.set(var, false, changed);
        } else if low >= indicator.at_least {
            self.set(var, true, changed);
        }
        let bounds = match self.fixed[var.at()] {
            Some(true) => (Some(indicator.at_least), None),
            Some(false) => (None, Some(indicator.at_least - 1)),
            None => return,
        };
        // Where the sum cannot be so, that is left for integer programming to say.
        self.keep(&indicator.terms, bounds, changed);
    }
}
