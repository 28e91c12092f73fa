//! Formulation: a part of the program, at one priority, becomes an integer program.
//!
//! **Indicators.** "Any of these atoms", `y = [x1 + ... + xn >= 1]`, is stated as `y <= x1 + ... + xn` and as `sum <= y`
//! for each set of atoms of which at most one can be 1 (a talk's, or those that share a room and start, whichever sets
//! are fewer): much tighter than `x1 + ... + xn <= n y`. Either side is left out where nothing gains from breaking it.
//! Any other threshold is stated with the smallest constants that the ranges of its sum allow.
//!
//! **Growing costs.** A row whose units grow as it goes further outside has a column for each step: `sum - u1 - u2 - ... <=
//! upper` with each `u` at most 1 and `uk` costing k units. What costs less is used first, so the columns are whole where
//! the sum is (a convex cost stated by its slopes: Dantzig, *Linear Programming and Extensions*, 1963, chapter 24).

use super::{
    ilp::{Column, Ilp, STEP, gcd, merged},
    parts::Part,
};
use crate::{
    event::Minute,
    program::{Atom, Fixing, Growth, Indicator, Origin, Program, Row, Var},
};
use std::collections::{BTreeMap, BTreeSet};

impl Ilp {
    /// A part of the program at a priority, with what earlier priorities reached pinned.
    pub(super) fn of(
        program: &Program,
        fixing: &Fixing,
        part: &Part,
        priority: u32,
        pinned: &BTreeMap<u32, i64>,
    ) -> Self {
        let mut builder = Builder::new(program, fixing, part, priority);
        builder.penalties(priority);
        builder.rows();
        for (earlier, value) in pinned.range(..priority) {
            builder.pin(*earlier, *value);
        }
        builder.objective(priority);
        builder.ilp
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
    wanted: BTreeMap<Var, Wanted>,
    ilp: Ilp,
}

/// Which way the rest of the program pulls an indicator.
#[derive(Clone, Copy, Default)]
struct Wanted {
    up: bool,
    down: bool,
}

impl<'p> Builder<'p> {
    fn new(program: &'p Program, fixing: &'p Fixing, part: &'p Part, priority: u32) -> Self {
        let mut ilp = Ilp {
            columns: Vec::new(),
            rows: Vec::new(),
            unit: 1,
            constant: 0,
            vars: Vec::new(),
            exclusive: Vec::new(),
            step: STEP,
            impossible: false,
        };
        let mut column_of = vec![None; program.vars()];
        for var in part.vars() {
            if fixing.fixed[var.at()].is_none() {
                column_of[var.at()] = Some(ilp.columns.len() as u32);
                // An indicator of single atoms is decided by rows that leave it no fraction.
                let plain = program.indicator(var).is_some_and(|i| is_any(program, i)) && !program.tracks.is_use(var)
                    || program.tracks.is_split(var);
                ilp.columns.push(Column { upper: 1, integer: !plain, objective: 0 });
                ilp.vars.push(var);
            }
        }
        let mut builder = Self {
            program,
            fixing,
            part,
            column_of,
            paying: BTreeMap::new(),
            steps: BTreeMap::new(),
            wanted: BTreeMap::new(),
            ilp,
        };
        builder.pull(priority);
        builder
    }

    fn rows(&mut self) {
        for i in &self.part.rows {
            self.row(*i);
        }
        for var in &self.part.indicators {
            self.indicator(*var);
        }
    }

    /// Notes which way rows, gains and other indicators pull each indicator.
    fn pull(&mut self, priority: u32) {
        let program = self.program;
        let mut pull = |var: Var, up: bool, down: bool| {
            if program.indicator(var).is_some() {
                let wanted = self.wanted.entry(var).or_default();
                wanted.up |= up;
                wanted.down |= down;
            }
        };
        for row in self.part.rows.iter().map(|i| &program.rows[*i as usize]) {
            for (var, f) in &row.terms {
                let (least, most) = (row.lower.is_some(), row.upper.is_some());
                pull(*var, least && *f > 0 || most && *f < 0, least && *f < 0 || most && *f > 0);
            }
            if let Some(when) = row.when {
                pull(when, false, true);
            }
        }
        for gain in self.part.gains.iter().map(|i| &program.gains[*i as usize]).filter(|g| g.priority <= priority) {
            pull(gain.var, gain.amount > 0, gain.amount < 0);
        }
        for var in &self.part.indicators {
            for (term, _) in program.indicator(*var).iter().flat_map(|i| &i.terms) {
                pull(*term, true, true);
            }
        }
    }

    fn penalties(&mut self, priority: u32) {
        let mut rows_of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for i in &self.part.rows {
            let Some(penalty) = self.program.rows[*i as usize].penalty else { continue };
            if self.program.penalties[penalty as usize].priority <= priority {
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

    fn indicator(&mut self, var: Var) {
        let program = self.program;
        let Some(indicator) = program.indicator(var) else { return };
        let wanted = self.wanted.get(&var).copied().unwrap_or_default();
        let (low, high) = self.range(&indicator.terms);
        let (terms, fixed) = self.columns(&indicator.terms);
        let (low, high, least) = (low - fixed, high - fixed, indicator.at_least - fixed);
        let Some(column) = self.column(var) else {
            // Decided: its sum must say the same.
            match self.fixed(var) {
                Some(true) => self.push(terms, Some(least), None),
                _ => self.push(terms, None, Some(least - 1)),
            }
            return;
        };
        if program.tracks.is_split(var) {
            // At 1, so is each of its terms; a row of their own says what they add up to.
            for (term, _) in terms {
                self.push(vec![(term, -1), (column, 1)], None, Some(0));
            }
            return;
        }
        if wanted.up {
            // At 1, the sum reaches the threshold.
            let mut reach = terms.clone();
            reach.push((column, low - least));
            self.push(merged(reach), Some(low), None);
        }
        if wanted.down {
            // At 0, the sum stays below it.
            if is_any(program, indicator) && fixed == 0 {
                for set in self.exclusive_sets(indicator) {
                    let mut at_most: Vec<_> = set.into_iter().map(|c| (c, 1)).collect();
                    at_most.push((column, -1));
                    self.push(at_most, None, Some(0));
                }
            } else {
                let mut below = terms;
                below.push((column, least - 1 - high));
                self.push(merged(below), None, Some(least - 1));
            }
        }
    }

    /// The columns of an indicator's atoms, in sets of which at most one can be 1.
    fn exclusive_sets(&self, indicator: &Indicator) -> Vec<Vec<usize>> {
        let mut by_talk: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut by_place: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut alone = true;
        for (var, _) in &indicator.terms {
            let Some(column) = self.column(*var) else { continue };
            let Atom { talk, start, class, .. } = self.program.atoms[var.at()];
            by_talk.entry(talk).or_default().push(column);
            by_place.entry((class, start)).or_default().push(column);
            alone &= self.program.seats(&self.program.atoms[var.at()]) == 1;
        }
        if alone && by_place.len() < by_talk.len() {
            by_place.into_values().collect()
        } else {
            by_talk.into_values().collect()
        }
    }

    /// What an earlier priority reached stays reached.
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

/// Whether the indicator says "any of these atoms".
fn is_any(program: &Program, indicator: &Indicator) -> bool {
    indicator.at_least == 1 && indicator.terms.iter().all(|(v, f)| *f == 1 && v.at() < program.atoms.len())
}
