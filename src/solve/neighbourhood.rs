//! Large-neighbourhood search: most talks keep their places, a few are placed anew, by proof.
//!
//! The sub-problem is the same integer program with the columns of all other talks gone but those that they use; so
//! whatever it finds is a timetable of the whole (Shaw, *Using constraint programming and local search methods to solve
//! vehicle routing problems*, 1998; Pisinger and Ropke, *Large neighborhood search*, 2010). Which talks are freed is drawn
//! by turns: those at about the same time, in the same rooms, bound by the same rows (a topic, a speaker), or against a
//! rule that is badly served. Several neighbourhoods are solved side by side; their number, like everything that is drawn,
//! depends on the seed alone.

use super::{
    backend::{Backend, Found, Outcome, Stop},
    ilp::Ilp,
    limits::{self, Limits},
};
use crate::program::{ClassIx, Program};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// How many neighbourhoods are solved side by side.
const SIDE_BY_SIDE: usize = 2;
/// How many talks are freed at first.
const FIRST: f64 = 8.0;
/// How much the next neighbourhoods grow after those that were settled, and shrink after others.
const GROWTH: f64 = 1.15;
/// What it takes to set one up and presolve it, in thousandths of a unit of work.
const SETTING_UP: u64 = 5 * limits::UNIT;
/// Nodes of branch and bound for each.
const NODES: u64 = 60;

/// Values of the whole program, if there are any, and how the search for them ended.
type Solved = (Option<Vec<f64>>, Stop);

/// Large-neighbourhood search on a program.
#[derive(Clone)]
pub(super) struct Neighbourhoods<'a> {
    program: &'a Program,
    ilp: &'a Ilp,
    backend: &'a dyn Backend,
    rng: Xoshiro256PlusPlus,
    /// The columns of each talk, as its exclusive row has them.
    talks: Vec<Vec<usize>>,
    /// The talk of each column.
    talk_of: Vec<Option<usize>>,
    /// Rows over several talks, which say who has to do with whom.
    bonds: Vec<usize>,
    size: f64,
    turn: usize,
}

impl<'a> Neighbourhoods<'a> {
    /// Of that program, whose columns are the program's variables.
    pub(super) fn new(program: &'a Program, ilp: &'a Ilp, backend: &'a dyn Backend, seed: u64) -> Self {
        let talks: Vec<Vec<usize>> =
            ilp.exclusive.iter().map(|row| ilp.rows[*row].terms.iter().map(|(c, _)| *c).collect()).collect();
        let mut talk_of = vec![None; ilp.columns.len()];
        for (talk, columns) in talks.iter().enumerate() {
            columns.iter().for_each(|c| talk_of[*c] = Some(talk));
        }
        let several = |row: &usize| {
            let mut of = ilp.rows[*row].terms.iter().filter_map(|(c, _)| talk_of[*c]);
            let first = of.next();
            of.any(|talk| Some(talk) != first)
        };
        let bonds = (0..ilp.rows.len()).filter(several).collect();
        let rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x5eed);
        Self { program, ilp, backend, rng, talks, talk_of, bonds, size: FIRST, turn: 0 }
    }

    /// One round: several neighbourhoods of the values, and better values if one of them has any.
    pub(super) fn round(&mut self, values: &[f64], limits: &Limits) -> Result<Option<Vec<f64>>, String> {
        if self.talks.len() < 2 {
            return Ok(None);
        }
        let freed: Vec<BTreeSet<usize>> = (0..SIDE_BY_SIDE).map(|_| self.draw(values)).collect();
        let share = limits.work_left().map_or(u64::MAX, |left| left / SIDE_BY_SIDE as u64);
        let solved: Vec<Result<(Solved, u64), String>> =
            freed.par_iter().map(|freed| self.solve(freed, values, share, limits)).collect();
        let value = self.ilp.value(values);
        let mut best: Option<Vec<f64>> = None;
        let mut all_settled = true;
        for solved in solved {
            let ((found, stop), spent) = solved?;
            limits.charge(spent);
            all_settled &= stop == Stop::Proof;
            if let Some(found) = found {
                let least = best.as_ref().map_or(value, |best| self.ilp.value(best));
                if self.ilp.value(&found) > least + 0.5 {
                    best = Some(found);
                }
            }
        }
        self.size = if all_settled { self.size * GROWTH } else { self.size / GROWTH };
        self.size = self.size.clamp(2.0, self.talks.len() as f64);
        Ok(best)
    }

    /// The best that can be had with only these talks placed anew, and the work of it.
    fn solve(
        &self,
        freed: &BTreeSet<usize>,
        values: &[f64],
        share: u64,
        limits: &Limits,
    ) -> Result<(Solved, u64), String> {
        let free = |c: usize| self.talk_of[c].is_none_or(|talk| freed.contains(&talk));
        let keep: Vec<usize> = (0..self.ilp.columns.len()).filter(|c| free(*c) || values[*c] > 0.5).collect();
        let part = self.ilp.restrict(&keep);
        let begin: Vec<f64> = keep.iter().map(|c| values[*c]).collect();
        let work = (SETTING_UP + NODES * limits::node(part.terms())).min(share);
        let limits = limits.apart(work.max(SETTING_UP)).muted();
        limits.spend(SETTING_UP);
        let outcome = self.backend.maximise(&part, Some(&begin), &limits)?;
        let Outcome::Found(Found { values: Some(found), stop, .. }) = outcome else {
            return Ok(((None, Stop::Work), limits.spent()));
        };
        let mut whole = vec![0.0; self.ilp.columns.len()];
        keep.iter().zip(found).for_each(|(c, v)| whole[*c] = v);
        Ok(((Some(whole), stop), limits.spent()))
    }

    /// Draws the talks to free.
    fn draw(&mut self, values: &[f64]) -> BTreeSet<usize> {
        let size = (self.size.round() as usize).clamp(2, self.talks.len());
        self.turn += 1;
        let mut freed = BTreeSet::new();
        match self.turn % 4 {
            0 => self.at_a_time(values, size, &mut freed),
            1 => self.in_rooms(values, size, &mut freed),
            2 => self.bound_together(size, false, values, &mut freed),
            _ => self.bound_together(size, true, values, &mut freed),
        }
        // Somebody from elsewhere, so that there is something to exchange with.
        while freed.len() < size {
            let talk = self.rng.random_range(0..self.talks.len());
            freed.insert(talk);
        }
        freed
    }

    /// The place of each talk, where it has one.
    fn places(&self, values: &[f64]) -> Vec<(usize, i64, ClassIx)> {
        let place = |(talk, columns): (usize, &Vec<usize>)| {
            let column = columns.iter().find(|c| values[**c] > 0.5)?;
            let atom = self.program.atoms.get(self.ilp.vars.get(*column)?.at())?;
            Some((talk, atom.start, atom.class))
        };
        self.talks.iter().enumerate().filter_map(place).collect()
    }

    /// Those nearest to a moment.
    fn at_a_time(&mut self, values: &[f64], size: usize, freed: &mut BTreeSet<usize>) {
        let mut places = self.places(values);
        if places.is_empty() {
            return;
        }
        let moment = places[self.rng.random_range(0..places.len())].1;
        places.shuffle(&mut self.rng);
        places.sort_by_key(|(_, start, _)| (start - moment).abs());
        freed.extend(places.iter().take(size * 3 / 4).map(|(talk, ..)| *talk));
    }

    /// Those in one class of rooms.
    fn in_rooms(&mut self, values: &[f64], size: usize, freed: &mut BTreeSet<usize>) {
        let mut places = self.places(values);
        if places.is_empty() {
            return;
        }
        let class = places[self.rng.random_range(0..places.len())].2;
        places.retain(|(_, _, other)| *other == class);
        places.shuffle(&mut self.rng);
        freed.extend(places.iter().take(size * 3 / 4).map(|(talk, ..)| *talk));
    }

    /// Those in rows together with each other, one row after the other; `paying` rows first where asked for.
    fn bound_together(&mut self, size: usize, paying: bool, values: &[f64], freed: &mut BTreeSet<usize>) {
        let penalties = self.ilp.vars.len();
        let pays = |row: &usize| self.ilp.rows[*row].terms.iter().any(|(c, _)| *c >= penalties && values[*c] > 0.5);
        let rows: Vec<usize> =
            if paying { self.bonds.iter().copied().filter(pays).collect() } else { self.bonds.clone() };
        for _ in 0..4 {
            if rows.is_empty() || freed.len() >= size * 3 / 4 {
                return;
            }
            let row = &self.ilp.rows[rows[self.rng.random_range(0..rows.len())]];
            // Whoever makes the sum what it is now comes first.
            let placed = row.terms.iter().filter(|(c, _)| values[*c] > 0.5).filter_map(|(c, _)| self.talk_of[*c]);
            freed.extend(placed.take(size));
            let mut others: Vec<usize> = row.terms.iter().filter_map(|(c, _)| self.talk_of[*c]).collect();
            others.dedup();
            others.shuffle(&mut self.rng);
            freed.extend(others.into_iter().take((size / 3).saturating_sub(1)));
        }
    }
}

#[cfg(test)]
mod tests;
