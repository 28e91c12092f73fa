//! The counting marks as a sparse table of talks and reviewers.

use super::counting::Mark;
use crate::event::Event;

/// One mark of the table; talk and reviewer are positions in the table's own lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) talk: usize,
    pub(super) reviewer: usize,
    pub(super) mark: f64,
}

/// The counting marks: only talks and reviewers that have one, all in the order of their ids.
///
/// That order does not depend on the order of the event's lists, so sums come out the same to the last bit however the
/// file is sorted.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Where each talk of the table stands in the event.
    pub(super) talks: Vec<usize>,
    /// Where each reviewer of the table stands in the event.
    pub(super) reviewers: Vec<usize>,
    /// The marks, by talk, then by reviewer.
    pub(super) cells: Vec<Cell>,
}

impl Table {
    /// The table of those marks; each pair of talk and reviewer is there at most once.
    pub(super) fn of(event: &Event, marks: &[Mark]) -> Self {
        let talks = ranked(marks.iter().map(|m| m.talk), |t| event.talks[t].id.as_str());
        let reviewers = ranked(marks.iter().map(|m| m.reviewer), |r| event.reviewers[r].id.as_str());
        let (talk_rank, reviewer_rank) = (ranks(&talks, event.talks.len()), ranks(&reviewers, event.reviewers.len()));
        let mut cells: Vec<Cell> = marks
            .iter()
            .map(|m| Cell { talk: talk_rank[m.talk], reviewer: reviewer_rank[m.reviewer], mark: m.value })
            .collect();
        cells.sort_by_key(|c| (c.talk, c.reviewer));
        Self { talks, reviewers, cells }
    }

    /// The mean of all marks; 0 without any.
    pub(super) fn mean(&self) -> f64 {
        self.cells.iter().map(|c| c.mark).sum::<f64>() / self.cells.len().max(1) as f64
    }

    /// How many marks each talk has, and their mean.
    pub(super) fn talk_means(&self) -> Vec<(usize, f64)> {
        means(self.talks.len(), self.cells.iter().map(|c| (c.talk, c.mark)))
    }

    /// How many marks each reviewer gave, and their mean.
    pub(super) fn reviewer_means(&self) -> Vec<(usize, f64)> {
        means(self.reviewers.len(), self.cells.iter().map(|c| (c.reviewer, c.mark)))
    }

    /// The smallest step between two different marks; 1 where all are the same. Steps too small to move a merit by a
    /// thousandth are rounding, not the scale.
    pub(super) fn step(&self) -> f64 {
        let mut marks: Vec<f64> = self.cells.iter().map(|c| c.mark).collect();
        marks.sort_by(f64::total_cmp);
        let gaps = marks.windows(2).map(|w| w[1] - w[0]).filter(|gap| *gap > 1e-6);
        gaps.min_by(f64::total_cmp).unwrap_or(1.0)
    }
}

/// Each position once, in the order of the ids; bearers of the same id as in the event.
fn ranked<'e>(positions: impl Iterator<Item = usize>, id: impl Fn(usize) -> &'e str) -> Vec<usize> {
    let mut list: Vec<usize> = positions.collect();
    list.sort_by_key(|p| (id(*p), *p));
    list.dedup();
    list
}

/// Where each position stands in the list; 0 for those that do not.
fn ranks(list: &[usize], length: usize) -> Vec<usize> {
    let mut ranks = vec![0; length];
    for (rank, position) in list.iter().enumerate() {
        ranks[*position] = rank;
    }
    ranks
}

fn means(length: usize, marks: impl Iterator<Item = (usize, f64)>) -> Vec<(usize, f64)> {
    let mut sums = vec![(0, 0.0); length];
    for (of, mark) in marks {
        sums[of].0 += 1;
        sums[of].1 += mark;
    }
    for (count, sum) in &mut sums {
        *sum /= (*count).max(1) as f64;
    }
    sums
}
