//! What a choice of atoms is worth, by exact arithmetic.

use super::{Atom, Program, Row, Var};
use std::collections::BTreeMap;

/// What a choice of atoms is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Gains less costs, in thousandths, by priority.
    pub values: BTreeMap<u32, i64>,
    /// The required rows that it breaks, by position.
    pub broken: Vec<u32>,
}

impl Program {
    /// Every variable's value for a choice of atoms: indicators follow from them.
    pub fn complete(&self, chosen: &[Var]) -> Vec<bool> {
        self.complete_with(chosen, |_| None)
    }

    /// The same where some variables are decided: each is what it is, and so are the indicators made of it.
    pub(crate) fn complete_with(&self, chosen: &[Var], decided: impl Fn(Var) -> Option<bool>) -> Vec<bool> {
        let mut values = vec![false; self.vars()];
        for var in chosen {
            values[var.at()] = true;
        }
        for i in 0..self.vars() {
            let var = Var(i as u32);
            let follows = |values: &[bool]| match self.indicator(var) {
                Some(indicator) => sum(&indicator.terms, values) >= indicator.at_least,
                None => values[i],
            };
            values[i] = decided(var).unwrap_or_else(|| follows(&values));
        }
        values
    }

    /// The atoms that say what another program of the event says by some of its own; none where one is not written out.
    pub(crate) fn find(&self, other: &Self, chosen: &[Var]) -> Option<Vec<Var>> {
        if self.classes != other.classes || !self.tracks.is_empty() {
            return None;
        }
        let find = |atom: &Atom| {
            let first = self.atoms.partition_point(|own| own.talk < atom.talk);
            let own = self.atoms[first..].iter().take_while(|own| own.talk == atom.talk);
            own.zip(first as u32..).find(|(own, _)| *own == atom).map(|(_, at)| Var(at))
        };
        chosen.iter().map(|var| find(&other.atoms[var.at()])).collect()
    }

    /// The atoms that say what another program of the event says by all of its own, as far as they are written out.
    pub(crate) fn find_all(&self, other: &Self) -> Vec<Var> {
        (0..other.atoms.len() as u32).filter_map(|var| self.find(other, &[Var(var)])).flatten().collect()
    }

    /// What a choice of atoms is worth: at most one a talk.
    ///
    /// No product or sum leaves 64 bits: the program was refused where all that it could gain and cost adds up to more than
    /// 2^50.
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

    /// The least and the most that terms can add up to, at most one atom of a talk at a time.
    pub fn range(&self, terms: &[(Var, i64)]) -> (i64, i64) {
        range_of(&self.atoms, terms)
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
}

/// The least and the most that terms, in the order of variables, can add up to, at most one atom of a talk at a time. Terms of
/// rows add up to less than 2^50, see [`super::Draft::row`].
pub(super) fn range_of(atoms: &[Atom], terms: &[(Var, i64)]) -> (i64, i64) {
    let (mut low, mut high) = (0, 0);
    let (mut talk, mut least, mut largest) = (None, 0, 0);
    for (var, f) in terms {
        let Some(atom) = atoms.get(var.at()) else {
            (low, high) = (low + f.min(&0), high + f.max(&0));
            continue;
        };
        if talk != Some(atom.talk) {
            (low, high) = (low + least, high + largest);
            (talk, least, largest) = (Some(atom.talk), 0, 0);
        }
        (least, largest) = (least.min(*f), largest.max(*f));
    }
    (low + least, high + largest)
}

fn sum(terms: &[(Var, i64)], values: &[bool]) -> i64 {
    terms.iter().filter(|(v, _)| values[v.at()]).map(|(_, f)| f).sum()
}
