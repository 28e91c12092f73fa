//! A timetable under local search: which atom each talk has, and what that costs, kept up to date move by move.
//!
//! A move touches only the rows of the variables that it changes. Nothing is ever computed anew, so the tests compare
//! every account with the program's own full evaluation after every move.

use super::model::{Account, Model, NONE};
use std::collections::{BTreeMap, btree_map::Entry};

/// Of penalties that more rows share, the worst row is kept in a table; of others, it is looked for.
pub(super) const MANY: usize = 16;

/// What a timetable, or a change of it, is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Worth {
    /// Gains less costs at the priority being settled, in thousandths.
    pub(super) now: i64,
    /// Gains less costs at the priorities settled before, in thousandths, added up.
    pub(super) earlier: i64,
    /// Units outside required rows.
    pub(super) broken: i64,
}

impl Worth {
    fn charge(&mut self, account: Account, amount: i64) {
        match account {
            Account::Now => self.now -= amount,
            Account::Earlier => self.earlier -= amount,
            Account::Required => self.broken += amount,
        }
    }

    /// What has changed since.
    pub(super) fn since(self, before: Self) -> Self {
        Self { now: self.now - before.now, earlier: self.earlier - before.earlier, broken: self.broken - before.broken }
    }
}

/// What the accounts weigh against each other while searching.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    pub(super) earlier: f64,
    pub(super) broken: f64,
}

impl Weights {
    #[inline]
    pub(super) fn score(self, worth: Worth) -> f64 {
        worth.now as f64 + self.earlier * worth.earlier as f64 - self.broken * worth.broken as f64
    }
}

/// Which atom each talk has, and what that is worth.
#[derive(Clone, Debug)]
pub(super) struct State<'m> {
    model: &'m Model,
    /// The atom of each talk; [`NONE`] where it is left out.
    pub(super) chosen: Vec<u32>,
    sums: Vec<i64>,
    /// The sum of each indicator, and whether it reaches its threshold.
    indicators: Vec<(i64, bool)>,
    /// Units that each shared penalty pays for: those of its worst row.
    shared: Vec<i64>,
    /// For penalties that many rows share, how many rows are so many units outside: the worst is known without a look at all.
    outside: Vec<BTreeMap<i64, u32>>,
    /// The atoms in each packing row that are 1; empty for other rows.
    inside: Vec<Vec<u32>>,
    /// The price of a unit outside each row: the model's, but that [breakout](super::repair) makes required rows dearer.
    prices: Vec<i64>,
    /// The required rows that are broken, in no order, and where each stands among them; [`NONE`] for those that are kept.
    broken: Vec<u32>,
    broken_at: Vec<u32>,
    /// What it all comes to.
    pub(super) worth: Worth,
}

impl<'m> State<'m> {
    /// Nothing is placed.
    pub(super) fn empty(model: &'m Model) -> Self {
        let mut state = Self {
            model,
            chosen: vec![NONE; model.talks.len()],
            sums: model.constants.clone(),
            indicators: model.indicators.iter().map(|(_, constant)| (*constant, false)).collect(),
            shared: vec![0; model.sharing.len()],
            outside: vec![BTreeMap::new(); model.sharing.len()],
            inside: vec![Vec::new(); model.rows.len()],
            prices: model.rows.iter().map(|row| row.price).collect(),
            broken: Vec::new(),
            broken_at: vec![NONE; model.rows.len()],
            worth: Worth { now: model.fixed.0, earlier: model.fixed.1, broken: 0 },
        };
        for row in 0..model.rows.len() as u32 {
            let facts = &model.rows[row as usize];
            let units = if state.counts(row) { facts.units(state.sums[row as usize]) } else { 0 };
            state.pay(row, 0, units);
        }
        for (i, (least, constant)) in model.indicators.iter().enumerate() {
            if constant >= least {
                state.indicators[i].1 = true;
                state.turn((model.atoms.len() + i) as u32, 1);
            }
        }
        state
    }

    #[inline]
    fn is_one(&self, var: u32) -> bool {
        let atoms = self.model.atoms.len();
        match (var as usize).checked_sub(atoms) {
            Some(indicator) => self.indicators[indicator].1,
            None => self.chosen[self.model.talk_of[var as usize] as usize] == var,
        }
    }

    #[inline]
    fn counts(&self, row: u32) -> bool {
        let when = self.model.rows[row as usize].when;
        when == NONE || self.is_one(when)
    }

    /// Gives the talk that atom, or none.
    pub(super) fn put(&mut self, talk: u32, atom: u32) {
        let before = self.chosen[talk as usize];
        if before == atom {
            return;
        }
        if before != NONE {
            self.chosen[talk as usize] = NONE;
            self.turn(before, -1);
        }
        if atom != NONE {
            self.chosen[talk as usize] = atom;
            self.turn(atom, 1);
        }
    }

    /// The variable becomes 1, or 0.
    fn turn(&mut self, var: u32, by: i64) {
        let model = self.model;
        let (now, earlier) = model.gains[var as usize];
        self.worth.now += by * now;
        self.worth.earlier += by * earlier;
        // What a row owes when it begins or ceases to count is told by its sum before the variable itself is in it.
        for (row, _) in model.guards.at(var) {
            let units = model.rows[*row as usize].units(self.sums[*row as usize]);
            if by > 0 { self.pay(*row, 0, units) } else { self.pay(*row, units, 0) }
        }
        for (row, f) in model.rows_of.at(var) {
            self.change(*row, by * f);
            if model.rows[*row as usize].packing {
                let inside = &mut self.inside[*row as usize];
                if by > 0 {
                    inside.push(var);
                } else if let Some(i) = inside.iter().position(|v| *v == var) {
                    inside.swap_remove(i);
                }
            }
        }
        for (indicator, f) in model.makes.at(var) {
            let (least, _) = model.indicators[*indicator as usize];
            let (sum, is_one) = &mut self.indicators[*indicator as usize];
            *sum += by * f;
            let reaches = *sum >= least;
            if reaches != *is_one {
                *is_one = reaches;
                let var = (model.atoms.len() as u32) + indicator;
                self.turn(var, if reaches { 1 } else { -1 });
            }
        }
    }

    #[inline]
    fn change(&mut self, row: u32, by: i64) {
        let facts = &self.model.rows[row as usize];
        let sum = self.sums[row as usize];
        self.sums[row as usize] = sum + by;
        let (before, after) = (facts.units(sum), facts.units(sum + by));
        if before != after && self.counts(row) {
            self.pay(row, before, after);
        }
    }

    /// A row goes from so many units outside to so many.
    #[inline]
    fn pay(&mut self, row: u32, before: i64, after: i64) {
        let facts = &self.model.rows[row as usize];
        if facts.account == Account::Required {
            self.note_broken(row, after > 0);
        }
        if facts.shared == NONE {
            self.worth.charge(facts.account, (after - before) * self.prices[row as usize]);
            return;
        }
        let shared = facts.shared as usize;
        let most = self.shared[shared];
        let many = self.model.sharing[shared].len() > MANY;
        if many {
            self.count_outside(shared, before, after);
        }
        let new = if after >= most {
            after
        } else if before < most {
            return;
        } else if many {
            self.outside[shared].last_key_value().map_or(0, |(units, _)| *units)
        } else {
            self.worst(shared)
        };
        self.shared[shared] = new;
        self.worth.charge(facts.account, (new - most) * facts.price);
    }

    /// The units that the worst row of a shared penalty is outside.
    fn worst(&self, shared: usize) -> i64 {
        let units = |r: &u32| {
            if self.counts(*r) { self.model.rows[*r as usize].units(self.sums[*r as usize]) } else { 0 }
        };
        self.model.sharing[shared].iter().map(units).max().unwrap_or(0)
    }

    /// A row of a penalty that many share goes from so many units outside to so many.
    fn count_outside(&mut self, shared: usize, before: i64, after: i64) {
        let rows = &mut self.outside[shared];
        if before > 0
            && let Entry::Occupied(mut count) = rows.entry(before)
        {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
        if after > 0 {
            *rows.entry(after).or_default() += 1;
        }
    }

    /// What it would change to give the atom to its talk, which is left out.
    pub(super) fn worth_of(&mut self, atom: u32) -> Worth {
        let model = self.model;
        if !model.plain[atom as usize] {
            let talk = model.talk_of[atom as usize];
            let before = self.worth;
            self.put(talk, atom);
            let change = self.worth.since(before);
            self.put(talk, NONE);
            debug_assert_eq!(before, self.worth);
            return change;
        }
        let (now, earlier) = model.gains[atom as usize];
        let mut worth = Worth { now, earlier, broken: 0 };
        for (row, f) in model.rows_of.at(atom) {
            let facts = &model.rows[*row as usize];
            let sum = self.sums[*row as usize];
            let change = facts.units(sum + f) - facts.units(sum);
            if change != 0 && self.counts(*row) {
                worth.charge(facts.account, change * self.prices[*row as usize]);
            }
        }
        worth
    }

    /// Keeps the list of broken rows.
    #[inline]
    fn note_broken(&mut self, row: u32, is_broken: bool) {
        let at = self.broken_at[row as usize];
        if is_broken == (at != NONE) {
            return;
        }
        if is_broken {
            self.broken_at[row as usize] = self.broken.len() as u32;
            self.broken.push(row);
            return;
        }
        self.broken.swap_remove(at as usize);
        self.broken_at[row as usize] = NONE;
        if let Some(moved) = self.broken.get(at as usize) {
            self.broken_at[*moved as usize] = at;
        }
    }

    /// The required rows that are broken.
    pub(super) fn broken(&self) -> &[u32] {
        &self.broken
    }

    /// Makes every broken row dearer by the price that the model gives it.
    pub(super) fn raise_prices_of_broken(&mut self) {
        for row in &self.broken {
            let facts = &self.model.rows[*row as usize];
            self.prices[*row as usize] += facts.price;
            self.worth.broken += facts.price * facts.units(self.sums[*row as usize]);
        }
    }

    /// Gives required rows the prices of the model again.
    pub(super) fn reset_prices(&mut self) {
        for row in 0..self.prices.len() {
            self.prices[row] = self.model.rows[row].price;
        }
        let units = |row: &u32| {
            let facts = &self.model.rows[*row as usize];
            facts.price * facts.units(self.sums[*row as usize])
        };
        self.worth.broken = self.broken.iter().map(units).sum();
    }

    /// The atoms that must go for this one to come: those in packing rows that it would overfill. None where rows would
    /// stay overfull all the same.
    pub(super) fn in_the_way(&self, atom: u32, found: &mut Vec<u32>) {
        found.clear();
        for (row, _) in self.model.rows_of.at(atom) {
            let facts = &self.model.rows[*row as usize];
            if facts.packing && self.sums[*row as usize] >= facts.upper {
                // One that leaves makes room for one.
                if let Some(first) = self.inside[*row as usize].iter().find(|a| found.contains(a)) {
                    debug_assert_ne!(*first, atom);
                    continue;
                }
                if let Some(last) = self.inside[*row as usize].last() {
                    found.push(*last);
                }
            }
        }
    }
}
