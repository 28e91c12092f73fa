//! Formulation: a part of the program, at one priority, becomes an integer program.

mod indicators;
mod penalties;

use super::{
    ilp::{Column, Ilp, gcd, merged},
    parts::Part,
    settle::Pinned,
};
use crate::program::{Fixing, Halt, Origin, Program, Row, Var};
use indicators::is_any;
use std::collections::BTreeMap;

impl Ilp {
    /// A part of the program at a priority, with what other priorities must reach pinned; none where it is time to stop.
    pub(super) fn of(
        program: &Program,
        fixing: &Fixing,
        part: &Part,
        priority: u32,
        pinned: &Pinned,
        halt: Halt<'_>,
    ) -> Option<Self> {
        if halt.is_due() {
            return None;
        }
        let mut builder = Builder::new(program, fixing, part);
        let counts = |level: u32| level == priority || pinned.values.contains_key(&level);
        builder.pull(&counts, halt)?;
        builder.penalties(&counts);
        builder.rows(halt)?;
        for (other, value) in pinned.values.iter().filter(|(other, _)| **other != priority) {
            builder.pin(*other, *value);
        }
        builder.objective(priority);
        Some(builder.ilp)
    }
}

struct Builder<'p> {
    program: &'p Program,
    fixing: &'p Fixing,
    part: &'p Part,
    /// The column of each of the program's variables.
    column_of: Vec<Option<u32>>,
    /// The columns that pay for a penalty, and how many units each makes.
    paying: BTreeMap<u32, Vec<(usize, i64)>>,
    /// The columns of the steps of growing rows.
    steps: BTreeMap<u32, Vec<usize>>,
    /// By position of the indicator.
    wanted: Vec<Wanted>,
    ilp: Ilp,
}

/// Which way the rest of the program pulls an indicator.
#[derive(Clone, Copy, Default)]
struct Wanted {
    up: bool,
    down: bool,
}

impl<'p> Builder<'p> {
    fn new(program: &'p Program, fixing: &'p Fixing, part: &'p Part) -> Self {
        let mut ilp = Ilp::empty();
        let mut column_of = vec![None; program.vars()];
        for var in part.vars() {
            if fixing.fixed[var.at()].is_none() {
                column_of[var.at()] = Some(ilp.columns.len() as u32);
                // An indicator of single atoms is decided by rows that leave it no fraction. What a track uses is decided
                // too, but is what solvers do well to branch on.
                let plain = program.indicator(var).is_some_and(|i| is_any(program, i)) && !program.tracks.is_use(var);
                ilp.columns.push(Column { upper: 1, integer: !plain, objective: 0 });
                ilp.vars.push(var);
            }
        }
        Self {
            program,
            fixing,
            part,
            column_of,
            paying: BTreeMap::new(),
            steps: BTreeMap::new(),
            wanted: vec![Wanted::default(); program.indicators.len()],
            ilp,
        }
    }

    fn rows(&mut self, halt: Halt<'_>) -> Option<()> {
        for i in &self.part.rows {
            if halt.is_due() {
                return None;
            }
            self.row(*i);
        }
        for var in &self.part.indicators {
            if halt.is_due() {
                return None;
            }
            self.indicator(*var);
        }
        Some(())
    }

    /// Notes which way rows, gains and other indicators pull each indicator; none where it is time to stop.
    fn pull(&mut self, counts: &dyn Fn(u32) -> bool, halt: Halt<'_>) -> Option<()> {
        let program = self.program;
        let mut pull = |var: Var, up: bool, down: bool| {
            if let Some(wanted) = var.at().checked_sub(program.atoms.len()).map(|i| &mut self.wanted[i]) {
                wanted.up |= up;
                wanted.down |= down;
            }
        };
        for row in self.part.rows.iter().map(|i| &program.rows[*i as usize]) {
            if halt.is_due() {
                return None;
            }
            for (var, f) in &row.terms {
                let (least, most) = (row.lower.is_some(), row.upper.is_some());
                pull(*var, least && *f > 0 || most && *f < 0, least && *f < 0 || most && *f > 0);
            }
            if let Some(when) = row.when {
                pull(when, false, true);
            }
        }
        for gain in self.part.gains.iter().map(|i| &program.gains[*i as usize]).filter(|g| counts(g.priority)) {
            pull(gain.var, gain.amount > 0, gain.amount < 0);
        }
        for var in &self.part.indicators {
            for (term, _) in program.indicator(*var).iter().flat_map(|i| &i.terms) {
                pull(*term, true, true);
            }
        }
        Some(())
    }

    /// The least and the most that terms can add up to, at most one atom of a talk at a time.
    fn range(&self, terms: &[(Var, i64)]) -> (i64, i64) {
        let (mut low, mut high) = (0, 0);
        let (mut talk, mut least, mut largest) = (None, 0, 0);
        for (var, f) in terms {
            match self.fixed(*var) {
                Some(true) => (low, high) = (low + f, high + f),
                Some(false) => {}
                None if var.at() < self.program.atoms.len() => {
                    // Atoms come talk by talk, and terms in the order of variables.
                    let this = Some(self.program.atoms[var.at()].talk);
                    if this != talk {
                        (low, high) = (low + least, high + largest);
                        (talk, least, largest) = (this, 0, 0);
                    }
                    (least, largest) = (least.min(*f), largest.max(*f));
                }
                None => (low, high) = (low + f.min(&0), high + f.max(&0)),
            }
        }
        (low + least, high + largest)
    }

    fn fixed(&self, var: Var) -> Option<bool> {
        self.fixing.fixed[var.at()]
    }

    /// The column of a variable that is not decided.
    fn column(&self, var: Var) -> Option<usize> {
        self.column_of[var.at()].map(|column| column as usize)
    }

    /// The terms on columns, and what the fixed ones add up to.
    fn columns(&self, terms: &[(Var, i64)]) -> (Vec<(usize, i64)>, i64) {
        let mut fixed = 0;
        let mut columns = Vec::with_capacity(terms.len());
        for (var, f) in terms {
            match (self.fixed(*var), self.column(*var)) {
                (Some(true), _) => fixed += f,
                (None, Some(column)) => columns.push((column, *f)),
                _ => {}
            }
        }
        (columns, fixed)
    }

    fn push(&mut self, terms: Vec<(usize, i64)>, lower: Option<i64>, upper: Option<i64>) {
        self.ilp.push(terms, lower, upper);
    }

    fn row(&mut self, i: u32) {
        let row = &self.program.rows[i as usize];
        let outside: Vec<usize> = match row.penalty {
            None => Vec::new(),
            Some(penalty) => match (self.paying.get(&penalty), self.steps.get(&i)) {
                // Settled later, or never outside.
                (None, _) => return,
                (_, Some(steps)) => steps.clone(),
                (Some(paying), None) => paying.iter().map(|(column, _)| *column).collect(),
            },
        };
        if row.when.is_some_and(|when| self.fixed(when) == Some(false)) {
            return;
        }
        // What else is said on account of a talk's having one place is a row like any other.
        if row.upper == Some(1) && matches!(self.program.origins[row.origin as usize], Origin::OnePlace(_)) {
            return self.one_place(row);
        }
        let when = row.when.and_then(|when| self.column(when));
        let (low, high) = self.range(&row.terms);
        let (terms, fixed) = self.columns(&row.terms);
        let (low, high) = (low - fixed, high - fixed);
        for (bound, least) in [(row.lower, true), (row.upper, false)] {
            let Some(bound) = bound.map(|bound| bound - fixed) else { continue };
            if if least { low >= bound } else { high <= bound } {
                continue;
            }
            let mut terms = terms.clone();
            terms.extend(outside.iter().map(|column| (*column, if least { row.unit } else { -row.unit })));
            // Where the condition is 0, the bound moves out to the end of the range.
            let bound = match when {
                None => bound,
                Some(column) if least => {
                    terms.push((column, low - bound));
                    low
                }
                Some(column) => {
                    terms.push((column, high - bound));
                    high
                }
            };
            self.push(merged(terms), least.then_some(bound), (!least).then_some(bound));
        }
        // Where the worst of several rows is paid for, a growing one says what its steps come to.
        if let (Some(steps), Some([(column, 1)])) = (self.steps.get(&i), row.penalty.map(|p| &*self.paying[&p]))
            && steps[0] != *column
        {
            let mut units: Vec<_> = steps.iter().copied().zip(1..).collect();
            units.push((*column, -1));
            self.push(units, None, Some(0));
        }
    }

    /// A talk has one place: what every range takes for granted.
    fn one_place(&mut self, row: &Row) {
        let (terms, fixed) = self.columns(&row.terms);
        let rows = self.ilp.rows.len();
        self.push(terms, row.lower.map(|bound| bound - fixed), row.upper.map(|bound| bound - fixed));
        if self.ilp.rows.len() > rows {
            self.ilp.exclusive.push(rows);
        }
    }

    /// Keeps another priority at or above a value.
    fn pin(&mut self, priority: u32, value: i64) {
        let (terms, constant) = self.worth(priority);
        self.push(terms, Some(value - constant), None);
    }

    fn objective(&mut self, priority: u32) {
        let (terms, constant) = self.worth(priority);
        self.ilp.unit = terms.iter().fold(0, |divisor, (_, f)| gcd(divisor, f.abs())).max(1);
        self.ilp.constant = constant;
        for (column, f) in terms {
            self.ilp.columns[column].objective = f / self.ilp.unit;
        }
    }

    /// What the part gains less what it costs at a priority, in thousandths: terms and constant.
    fn worth(&self, priority: u32) -> (Vec<(usize, i64)>, i64) {
        let gains: Vec<_> = self
            .part
            .gains
            .iter()
            .map(|i| &self.program.gains[*i as usize])
            .filter(|g| g.priority == priority)
            .map(|g| (g.var, g.amount))
            .collect();
        let (mut terms, constant) = self.columns(&gains);
        for (penalty, columns) in &self.paying {
            let penalty = &self.program.penalties[*penalty as usize];
            if penalty.priority == priority {
                terms.extend(columns.iter().map(|(column, units)| (*column, -penalty.price * units)));
            }
        }
        (merged(terms), constant)
    }
}
