//! Tabu search over choices: of columns that exclude each other, exactly one is taken, and rows may be broken at a price.
//!
//! A step takes one choice another way, the best of all ways of all choices; the way it was taken before is forbidden for a
//! while (Glover, *Tabu search*, 1989; for choices that may clash, Hertz and de Werra, *Using tabu search techniques for graph
//! coloring*, 1987).

use super::{
    ilp::{Ilp, IlpRow},
    limits::{self, Limits},
};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::collections::BTreeMap;

/// So many steps without anything better end the search.
const PATIENCE: u32 = 3_000;
/// What was left is forbidden for up to so many steps, drawn at random.
const FORBIDDEN: u64 = 10;

/// One column of each choice, so that what they are worth less `price` for each unit by which they break rows is as much as
/// the search finds, in units of the objective. Where limits stop it, the best so far. None where some column is of no choice.
pub(super) fn choose(ilp: &Ilp, price: i64, limits: &Limits) -> Option<Vec<f64>> {
    let mut search = Search::of(ilp, price, limits.seed())?;
    search.run(limits);
    let mut values = vec![0.0; ilp.columns.len()];
    search.best.1.into_iter().for_each(|column| values[column] = 1.0);
    Some(values)
}

struct Search<'i> {
    ilp: &'i Ilp,
    price: i64,
    /// The columns of each choice.
    choices: Vec<Vec<usize>>,
    /// The rows that could be broken.
    rows: Vec<&'i IlpRow>,
    /// Which of these rows each column is in, and its factor there.
    rows_of: Vec<Vec<(usize, i64)>>,
    /// The column that each choice has taken.
    taken: Vec<usize>,
    /// What each row's columns add up to.
    sums: Vec<i64>,
    score: i64,
    /// Until which step each column is forbidden.
    forbidden: Vec<u64>,
    random: Xoshiro256PlusPlus,
    /// The best score, and what was taken for it.
    best: (i64, Vec<usize>),
}

impl<'i> Search<'i> {
    /// Begins with the column of each choice that is worth the most.
    fn of(ilp: &'i Ilp, price: i64, seed: u64) -> Option<Self> {
        let choices = ilp.exclusive.iter().map(|row| &ilp.rows[*row]).filter(|row| row.lower == Some(1));
        let choices: Vec<Vec<usize>> = choices.map(|row| row.terms.iter().map(|(c, _)| *c).collect()).collect();
        let mut choice_of = vec![usize::MAX; ilp.columns.len()];
        for (i, choice) in choices.iter().enumerate() {
            choice.iter().for_each(|c| choice_of[*c] = i);
        }
        if choice_of.contains(&usize::MAX) {
            return None;
        }
        let mut rows_of = vec![Vec::new(); ilp.columns.len()];
        let mut rows = Vec::new();
        for row in ilp.rows.iter().filter(|row| !always_holds(row, &choices, &choice_of)) {
            row.terms.iter().for_each(|(c, f)| rows_of[*c].push((rows.len(), *f)));
            rows.push(row);
        }
        let worth = |c: usize| ilp.columns[c].objective;
        let best = |choice: &Vec<usize>| choice.iter().copied().max_by_key(|c| (worth(*c), std::cmp::Reverse(*c)));
        let taken: Vec<usize> = choices.iter().filter_map(best).collect();
        let mut sums = vec![0; rows.len()];
        taken.iter().flat_map(|c| &rows_of[*c]).for_each(|(row, f)| sums[*row] += f);
        let broken: i64 = rows.iter().zip(&sums).map(|(row, sum)| outside(row, *sum)).sum();
        let score = taken.iter().map(|c| worth(*c)).sum::<i64>() - price * broken;
        Some(Self {
            ilp,
            price,
            choices,
            rows,
            rows_of,
            best: (score, taken.clone()),
            taken,
            sums,
            score,
            forbidden: vec![0; ilp.columns.len()],
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
        })
    }

    fn run(&mut self, limits: &Limits) {
        let work = limits::sweep(self.rows_of.iter().map(Vec::len).sum());
        let (mut step, mut since) = (0, 0);
        while since < PATIENCE && limits.stop().is_none() {
            limits.spend(work);
            (step, since) = (step + 1, since + 1);
            let Some((choice, column)) = self.next(step) else { return };
            let left = self.taken[choice];
            self.take(choice, column);
            self.forbidden[left] = step + self.random.random_range(1..=FORBIDDEN);
            if self.score > self.best.0 {
                self.best = (self.score, self.taken.clone());
                since = 0;
            }
        }
    }

    /// The best step: a choice, and the column that it takes. One of several at random.
    fn next(&mut self, step: u64) -> Option<(usize, usize)> {
        let (mut best, mut most, mut ties) = (None, i64::MIN, 0);
        for choice in 0..self.choices.len() {
            let own = self.taken[choice];
            // Taken back while others are looked at: two columns of a choice may be in one row.
            let without = self.score + self.add(own, -1);
            for column in self.choices[choice].iter().copied().filter(|c| *c != own) {
                let score = without + self.would_add(column);
                if score < most || self.forbidden[column] > step && score <= self.best.0 {
                    continue;
                }
                ties = if score > most { 0 } else { ties + 1 };
                if self.random.random_range(0..=ties) == 0 {
                    (best, most) = (Some((choice, column)), score);
                }
            }
            self.add(own, 1);
        }
        best
    }

    /// What the column adds to the score.
    fn would_add(&self, column: usize) -> i64 {
        let more = |(row, f): &(usize, i64)| {
            let (facts, sum) = (self.rows[*row], self.sums[*row]);
            outside(facts, sum + f) - outside(facts, sum)
        };
        self.ilp.columns[column].objective - self.price * self.rows_of[column].iter().map(more).sum::<i64>()
    }

    /// Adds the column to its rows' sums so many times; what that adds to the score.
    fn add(&mut self, column: usize, times: i64) -> i64 {
        let mut more = 0;
        for (row, f) in &self.rows_of[column] {
            let (facts, sum) = (self.rows[*row], &mut self.sums[*row]);
            let before = outside(facts, *sum);
            *sum += times * f;
            more += outside(facts, *sum) - before;
        }
        times * self.ilp.columns[column].objective - self.price * more
    }

    /// Has the choice take the column.
    fn take(&mut self, choice: usize, column: usize) {
        let own = std::mem::replace(&mut self.taken[choice], column);
        self.score += self.add(own, -1) + self.add(column, 1);
    }
}

/// By how much a row is broken by a sum.
fn outside(row: &IlpRow, sum: i64) -> i64 {
    let below = row.lower.map_or(0, |lower| lower - sum);
    let above = row.upper.map_or(0, |upper| sum - upper);
    below.max(above).max(0)
}

/// Whether the row holds whatever each choice takes.
fn always_holds(row: &IlpRow, choices: &[Vec<usize>], choice_of: &[usize]) -> bool {
    // What the columns of each choice that are in the row add to it: at least, at most, and how many they are.
    let mut of: BTreeMap<usize, (i64, i64, usize)> = BTreeMap::new();
    for (column, f) in &row.terms {
        let (least, most, count) = of.entry(choice_of[*column]).or_insert((*f, *f, 0));
        (*least, *most, *count) = ((*least).min(*f), (*most).max(*f), *count + 1);
    }
    let (mut low, mut high) = (0, 0);
    for (choice, (least, most, count)) in of {
        let all = count == choices[choice].len();
        low += if all { least } else { least.min(0) };
        high += if all { most } else { most.max(0) };
    }
    row.lower.is_none_or(|lower| low >= lower) && row.upper.is_none_or(|upper| high <= upper)
}

#[cfg(test)]
mod tests;
