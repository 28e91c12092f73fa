//! Talks decided one by one, and bounds on every sum and on the value that follow.

use super::super::model::{Account, Model, NONE};
use crate::program::Var;

/// A talk of which nothing is decided.
pub(super) const OPEN: u32 = NONE - 1;

/// What the atoms of a talk can add to a sum.
#[derive(Clone, Copy)]
struct Range {
    of: u32,
    least: i64,
    most: i64,
}

/// What is changed, as it was before.
pub(super) enum Undo {
    Row { row: u32, sum: (i64, i64), units: i64 },
    Counts(u32),
    Indicator { indicator: u32, sum: (i64, i64), is: Option<bool> },
    Shared { shared: u32, units: i64 },
    Talk(u32),
    Totals { now: i64, earlier: i64, broken: u32 },
}

/// Talks decided so far, and what follows for all sums.
pub(super) struct Node<'m> {
    pub(super) model: &'m Model,
    /// The rows and indicators that each talk's atoms are in.
    rows_of: Vec<Vec<Range>>,
    makes_of: Vec<Vec<Range>>,
    /// The most that each talk can gain: now, and at earlier priorities.
    most: Vec<(i64, i64)>,
    /// The packing rows that keep an atom out once they are full.
    kept_out_by: Vec<Vec<u32>>,
    pub(super) talks: Vec<u32>,
    /// The least and the most that each row's sum can come to, the units that it is outside for certain, and whether it
    /// counts for certain.
    pub(super) sums: Vec<(i64, i64)>,
    units: Vec<i64>,
    counts: Vec<bool>,
    indicators: Vec<((i64, i64), Option<bool>)>,
    /// The units that each shared penalty pays for, for certain.
    shared: Vec<i64>,
    /// The most that can be gained less what is paid for certain.
    pub(super) now: i64,
    pub(super) earlier: i64,
    /// How many required rows are broken for certain.
    pub(super) broken: u32,
    pub(super) trail: Vec<Undo>,
    /// What the atom being decided adds to each row and indicator.
    adds: Vec<i64>,
    makes: Vec<i64>,
    pub(super) steps: u64,
}

impl<'m> Node<'m> {
    /// Nothing is decided.
    pub(super) fn root(model: &'m Model) -> Self {
        let talks = model.talks.len();
        let atoms = model.atoms.len();
        let ranges = |lists: &dyn Fn(u32) -> &'m [(u32, i64)]| -> Vec<Vec<Range>> {
            (0..talks).map(|talk| ranges(model, talk, lists)).collect()
        };
        let rows_of = ranges(&|atom| model.rows_of.at(atom));
        let makes_of = ranges(&|atom| model.makes.at(atom));
        let most = |talk: usize| {
            let gains = model.talks[talk].clone().map(|atom| model.gains[atom as usize]);
            let gains = gains.chain(model.optional[talk].then_some((0, 0)));
            gains.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or_default()
        };
        let most: Vec<(i64, i64)> = (0..talks).map(most).collect();
        let mut sums: Vec<(i64, i64)> = model.constants.iter().map(|constant| (*constant, *constant)).collect();
        let mut indicators: Vec<((i64, i64), Option<bool>)> =
            model.indicators.iter().map(|(_, constant)| ((*constant, *constant), None)).collect();
        let widen = |sum: &mut (i64, i64), least: i64, most: i64| *sum = (sum.0 + least, sum.1 + most);
        rows_of.iter().flatten().for_each(|r| widen(&mut sums[r.of as usize], r.least, r.most));
        makes_of.iter().flatten().for_each(|r| widen(&mut indicators[r.of as usize].0, r.least, r.most));
        let (mut now, mut earlier) = most.iter().fold(model.fixed, |sum, most| (sum.0 + most.0, sum.1 + most.1));
        for var in atoms as u32..(atoms + model.indicators.len()) as u32 {
            now += model.gains[var as usize].0.max(0);
            earlier += model.gains[var as usize].1.max(0);
            for (row, f) in model.rows_of.at(var) {
                widen(&mut sums[*row as usize], (*f).min(0), (*f).max(0));
            }
            for (indicator, f) in model.makes.at(var) {
                widen(&mut indicators[*indicator as usize].0, (*f).min(0), (*f).max(0));
            }
        }
        let kept_out_by = (0..atoms as u32).map(|atom| {
            let own = &rows_of[model.talk_of[atom as usize] as usize];
            // A row that the talk is in anyhow holds its place already.
            let is_held = |row: u32| own.iter().any(|r| r.of == row && r.least > 0);
            let rows = model.rows_of.at(atom).iter().map(|(row, _)| *row);
            rows.filter(|row| model.rows[*row as usize].packing && !is_held(*row)).collect()
        });
        let kept_out_by = kept_out_by.collect();
        let mut node = Self {
            model,
            rows_of,
            makes_of,
            most,
            kept_out_by,
            talks: vec![OPEN; talks],
            units: vec![0; sums.len()],
            counts: model.rows.iter().map(|row| row.when == NONE).collect(),
            adds: vec![0; sums.len()],
            makes: vec![0; indicators.len()],
            sums,
            indicators,
            shared: vec![0; model.sharing.len()],
            now,
            earlier,
            broken: 0,
            trail: Vec::new(),
            steps: 0,
        };
        (0..node.sums.len() as u32).for_each(|row| node.judge(row));
        (0..node.indicators.len() as u32).for_each(|indicator| node.judge_indicator(indicator));
        node.trail.clear();
        node
    }

    /// The program's atoms of the talks that are placed.
    pub(super) fn chosen(&self) -> Vec<Var> {
        let placed = self.talks.iter().filter(|atom| **atom < OPEN);
        placed.map(|atom| self.model.atoms[*atom as usize]).collect()
    }

    /// The places of the open talk that has the fewest, and to be left out if it may be; none where no talk is open.
    pub(super) fn children(&mut self) -> Option<Vec<(u32, u32)>> {
        let mut fewest: Option<(usize, u32)> = None;
        for talk in (0..self.talks.len() as u32).filter(|talk| self.talks[*talk as usize] == OPEN) {
            let optional = usize::from(self.model.optional[talk as usize]);
            let many = self.model.talks[talk as usize].clone().filter(|atom| self.has_room(*atom)).count() + optional;
            self.steps += self.model.talks[talk as usize].len() as u64;
            if fewest.is_none_or(|(least, _)| many < least) {
                fewest = Some((many, talk));
            }
        }
        let (_, talk) = fewest?;
        let atoms = self.model.talks[talk as usize].clone().filter(|atom| self.has_room(*atom));
        let out = self.model.optional[talk as usize].then_some(NONE);
        Some(atoms.chain(out).map(|atom| (talk, atom)).collect())
    }

    fn has_room(&self, atom: u32) -> bool {
        let full = |row: &u32| self.sums[*row as usize].0 >= self.model.rows[*row as usize].upper;
        !self.kept_out_by[atom as usize].iter().any(full)
    }

    /// Gives an open talk that atom, or leaves it out.
    pub(super) fn decide(&mut self, talk: u32, atom: u32) {
        let model = self.model;
        self.trail.push(Undo::Totals { now: self.now, earlier: self.earlier, broken: self.broken });
        self.trail.push(Undo::Talk(talk));
        self.talks[talk as usize] = atom;
        let (now, earlier) = self.most[talk as usize];
        (self.now, self.earlier) = (self.now - now, self.earlier - earlier);
        if atom != NONE {
            let (now, earlier) = model.gains[atom as usize];
            (self.now, self.earlier) = (self.now + now, self.earlier + earlier);
            model.rows_of.at(atom).iter().for_each(|(row, f)| self.adds[*row as usize] += f);
            model.makes.at(atom).iter().for_each(|(indicator, f)| self.makes[*indicator as usize] += f);
        }
        for i in 0..self.rows_of[talk as usize].len() {
            let Range { of, least, most } = self.rows_of[talk as usize][i];
            let adds = std::mem::take(&mut self.adds[of as usize]);
            self.narrow(of, adds - least, adds - most);
        }
        for i in 0..self.makes_of[talk as usize].len() {
            let Range { of, least, most } = self.makes_of[talk as usize][i];
            let adds = std::mem::take(&mut self.makes[of as usize]);
            self.narrow_indicator(of, adds - least, adds - most);
        }
        if atom != NONE {
            self.begin_to_count(atom);
        }
    }

    fn narrow(&mut self, row: u32, least: i64, most: i64) {
        self.steps += 1;
        let at = row as usize;
        self.trail.push(Undo::Row { row, sum: self.sums[at], units: self.units[at] });
        self.sums[at] = (self.sums[at].0 + least, self.sums[at].1 + most);
        self.judge(row);
    }

    /// Charges what the row is outside for certain.
    fn judge(&mut self, row: u32) {
        let at = row as usize;
        let facts = &self.model.rows[at];
        let (least, most) = self.sums[at];
        let units = if !self.counts[at] {
            0
        } else if most < facts.lower {
            facts.units(most)
        } else if least > facts.upper {
            facts.units(least)
        } else {
            0
        };
        let mut before = std::mem::replace(&mut self.units[at], units);
        if facts.shared != NONE {
            before = self.shared[facts.shared as usize];
            if units > before {
                self.trail.push(Undo::Shared { shared: facts.shared, units: before });
                self.shared[facts.shared as usize] = units;
            }
        }
        if units <= before {
            return;
        }
        match facts.account {
            Account::Now => self.now -= facts.price * (units - before),
            Account::Earlier => self.earlier -= facts.price * (units - before),
            Account::Required => self.broken += u32::from(before == 0),
        }
    }

    fn narrow_indicator(&mut self, indicator: u32, least: i64, most: i64) {
        self.steps += 1;
        let (sum, is) = self.indicators[indicator as usize];
        self.trail.push(Undo::Indicator { indicator, sum, is });
        self.indicators[indicator as usize].0 = (sum.0 + least, sum.1 + most);
        self.judge_indicator(indicator);
    }

    /// Decides an indicator that can only be one thing.
    fn judge_indicator(&mut self, indicator: u32) {
        let model = self.model;
        let ((least, most), is) = self.indicators[indicator as usize];
        let at_least = model.indicators[indicator as usize].0;
        if is.is_some() || (least < at_least && most >= at_least) {
            return;
        }
        let is_one = least >= at_least;
        self.indicators[indicator as usize].1 = Some(is_one);
        let var = model.atoms.len() as u32 + indicator;
        let (now, earlier) = model.gains[var as usize];
        let change = |gain: i64| if is_one { gain } else { 0 } - gain.max(0);
        (self.now, self.earlier) = (self.now + change(now), self.earlier + change(earlier));
        let exact = |f: i64| if is_one { f } else { 0 };
        for (row, f) in model.rows_of.at(var) {
            self.narrow(*row, exact(*f) - (*f).min(0), exact(*f) - (*f).max(0));
        }
        for (made, f) in model.makes.at(var) {
            self.narrow_indicator(*made, exact(*f) - (*f).min(0), exact(*f) - (*f).max(0));
        }
        if is_one {
            self.begin_to_count(var);
        }
    }

    /// The rows that count where the variable is 1.
    fn begin_to_count(&mut self, var: u32) {
        let model = self.model;
        for (row, _) in model.guards.at(var) {
            self.trail.push(Undo::Counts(*row));
            self.trail.push(Undo::Row { row: *row, sum: self.sums[*row as usize], units: self.units[*row as usize] });
            self.counts[*row as usize] = true;
            self.judge(*row);
        }
    }

    /// Goes back to when the trail was that long.
    pub(super) fn undo(&mut self, length: usize) {
        for step in self.trail.drain(length..).rev() {
            match step {
                Undo::Row { row, sum, units } => {
                    self.sums[row as usize] = sum;
                    self.units[row as usize] = units;
                }
                Undo::Counts(row) => self.counts[row as usize] = false,
                Undo::Indicator { indicator, sum, is } => self.indicators[indicator as usize] = (sum, is),
                Undo::Shared { shared, units } => self.shared[shared as usize] = units,
                Undo::Talk(talk) => self.talks[talk as usize] = OPEN,
                Undo::Totals { now, earlier, broken } => {
                    (self.now, self.earlier, self.broken) = (now, earlier, broken);
                }
            }
        }
    }
}

/// What a talk's atoms can add to each sum that one of them is in.
fn ranges<'m>(model: &'m Model, talk: usize, lists: &dyn Fn(u32) -> &'m [(u32, i64)]) -> Vec<Range> {
    let atoms = model.talks[talk].clone();
    // What each atom adds, sum by sum; a sum may name an atom twice.
    let mut adds: Vec<(u32, u32, i64)> = Vec::new();
    for atom in atoms.clone() {
        adds.extend(lists(atom).iter().map(|(of, f)| (*of, atom, *f)));
    }
    adds.sort_unstable();
    let by_sum = adds.chunk_by(|a, b| a.0 == b.0).map(|of_sum| {
        let by_atom: Vec<i64> =
            of_sum.chunk_by(|a, b| a.1 == b.1).map(|list| list.iter().map(|(_, _, f)| f).sum()).collect();
        let may_be_none = model.optional[talk] || by_atom.len() < atoms.len();
        let with_none = by_atom.iter().copied().chain(may_be_none.then_some(0));
        let (least, most) = with_none.fold((i64::MAX, i64::MIN), |(least, most), f| (least.min(f), most.max(f)));
        Range { of: of_sum[0].0, least, most }
    });
    by_sum.collect()
}
