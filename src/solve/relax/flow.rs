//! Multipliers by a first-order method: no factors, only products with the columns.
//!
//! The primal-dual hybrid gradient method of Chambolle and Pock (2011) as it is used for linear programs (Applegate and
//! others, *Practical large-scale linear programming using primal-dual hybrid gradient*, 2021), with reflected Halpern steps
//! and restarts by the fixed-point residual (Lu and Yang, *Restarted Halpern PDHG for linear programming*, 2024). A talk's
//! places are kept on their simplex by projection (Michelot, 1986), so talks need no multipliers, and multipliers end in
//! the middle of the best ones rather than at a corner: what is left at 0 is what no optimum uses.

use super::{
    matrix::{Matrix, NONE},
    proximal::{paid, project, settle},
};
use crate::solve::limits::{self, Limits};
use std::ops::Range;

/// The product of the two step lengths, as a share of what converges for certain.
const BOLD: f64 = 0.95;
/// A restart follows when the residual fell to this share, or stopped falling below the other.
const ENOUGH: f64 = 0.2;
const SOME: f64 = 0.8;
/// Or when a run has become this share of all steps.
const LONG: f64 = 0.36;

/// Steps between two looks at the limits.
const LOOK: usize = 16;
/// A value below this is none.
const SEEN: f64 = 1e-5;

/// A point: values of the columns, multipliers of the rows.
#[derive(Clone, Debug, Default)]
struct Point {
    x: Vec<f64>,
    y: Vec<f64>,
}

/// The program of the active columns and a point that moves towards its optimum.
#[derive(Clone, Debug)]
pub(super) struct Flow<'m> {
    matrix: &'m Matrix,
    /// Active columns, set by set, then those of no set.
    pub(super) columns: Vec<u32>,
    /// The active columns of each set.
    groups: Vec<(Range<usize>, bool)>,
    /// Where those of no set begin.
    alone: usize,
    start: Vec<u32>,
    entries: Vec<(u32, f64)>,
    cost: Vec<f64>,
    upper: Vec<f64>,
    /// Step lengths of the columns and rows, before the weight.
    tau: Vec<f64>,
    sigma: Vec<f64>,
    /// One over the step lengths of the columns.
    inverse: Vec<f64>,
    rows: Vec<(f64, f64)>,
    at: Point,
    anchor: Point,
    next: Point,
    weight: f64,
    since: usize,
    pub(super) steps: usize,
    first_residual: f64,
    last_residual: f64,
}

impl<'m> Flow<'m> {
    pub(super) fn new(matrix: &'m Matrix) -> Self {
        let m = matrix.rows.len();
        let mut rows = matrix.rows.clone();
        // Projection keeps the sets.
        matrix.sets.iter().for_each(|set| rows[set.row] = (f64::NEG_INFINITY, f64::INFINITY));
        let zero = || Point { x: Vec::new(), y: vec![0.0; m] };
        Self {
            matrix,
            columns: Vec::new(),
            groups: Vec::new(),
            alone: 0,
            start: vec![0],
            entries: Vec::new(),
            cost: Vec::new(),
            upper: Vec::new(),
            tau: Vec::new(),
            sigma: vec![0.0; m],
            inverse: Vec::new(),
            rows,
            at: zero(),
            anchor: zero(),
            next: zero(),
            weight: 0.0,
            since: 0,
            steps: 0,
            first_residual: f64::INFINITY,
            last_residual: f64::INFINITY,
        }
    }

    /// Goes on with these columns, in any order; what stays keeps its value. A set's columns sum up to at most 1.
    pub(super) fn activate(&mut self, mut columns: Vec<u32>) {
        let matrix = self.matrix;
        columns.sort_unstable_by_key(|c| (matrix.set_of[*c as usize], *c));
        columns.dedup();
        if self.since > 0 {
            self.balance();
        }
        let mut value: Vec<(u32, f64)> = self.columns.iter().copied().zip(self.next.x.iter().copied()).collect();
        value.sort_unstable_by_key(|(c, _)| *c);
        let known = |c: u32| value.binary_search_by_key(&c, |(c, _)| *c).map_or(0.0, |i| value[i].1);
        let x: Vec<f64> = columns.iter().map(|c| known(*c)).collect();
        self.alone = columns.partition_point(|c| matrix.set_of[*c as usize] != NONE);
        self.groups.clear();
        let mut begin = 0;
        for group in columns[..self.alone].chunk_by(|a, b| matrix.set_of[*a as usize] == matrix.set_of[*b as usize]) {
            let set = &matrix.sets[matrix.set_of[group[0] as usize] as usize];
            self.groups.push((begin..begin + group.len(), set.needed));
            begin += group.len();
        }
        self.start.clear();
        self.start.push(0);
        self.entries.clear();
        for column in &columns {
            self.entries.extend_from_slice(matrix.column(*column as usize));
            self.start.push(self.entries.len() as u32);
        }
        self.cost = columns.iter().map(|c| matrix.cost[*c as usize]).collect();
        self.upper = columns.iter().map(|c| matrix.upper[*c as usize]).collect();
        self.columns = columns;
        self.at = Point { x, y: std::mem::take(&mut self.next.y) };
        self.anchor = self.at.clone();
        self.next = self.at.clone();
        self.since = 0;
        self.first_residual = f64::INFINITY;
        self.scale();
    }

    /// Step lengths by the sums of rows and columns, then by the norm that is left (Pock and Chambolle, 2011).
    fn scale(&mut self) {
        let n = self.columns.len();
        let mut row_sum = vec![0.0_f64; self.rows.len()];
        self.tau = vec![0.0; n];
        for c in 0..n {
            for (row, a) in &self.entries[self.start[c] as usize..self.start[c + 1] as usize] {
                row_sum[*row as usize] += a.abs();
                self.tau[c] += a.abs();
            }
        }
        for (group, _) in &self.groups {
            let most = self.tau[group.clone()].iter().fold(0.0_f64, |most, t| most.max(*t));
            self.tau[group.clone()].fill(most);
        }
        self.tau.iter_mut().for_each(|t| *t = 1.0 / t.max(1e-3));
        self.sigma = row_sum.iter().map(|s| 1.0 / s.max(1e-3)).collect();
        let mut v: Vec<f64> = (0..n).map(|i| 1.0 + 0.1 * (i as f64 * 0.618).fract()).collect();
        let mut norm = 1.0;
        for _ in 0..12 {
            let mut u = vec![0.0; self.rows.len()];
            let length = v.iter().map(|v| v * v).sum::<f64>().sqrt().max(1e-300);
            v.iter_mut().zip(&self.tau).for_each(|(v, t)| *v *= t.sqrt() / length);
            self.add_product(&v, &mut u);
            u.iter_mut().zip(&self.sigma).for_each(|(u, s)| *u *= s);
            v.iter_mut().enumerate().for_each(|(c, v)| *v = self.gather(c, &u) * self.tau[c].sqrt());
            norm = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        }
        // The norm is found from below.
        let bold = (BOLD / (1.05 * norm).clamp(1e-6, 1.0)).sqrt();
        self.tau.iter_mut().for_each(|t| *t *= bold);
        self.sigma.iter_mut().for_each(|s| *s *= bold);
        self.inverse = self.tau.iter().map(|t| 1.0 / t).collect();
        if self.weight == 0.0 {
            let size = self.cost.iter().map(|c| c * c).sum::<f64>().sqrt();
            let sides: f64 = self
                .rows
                .iter()
                .map(|(l, u)| {
                    if u.is_finite() {
                        u * u
                    } else if l.is_finite() {
                        l * l
                    } else {
                        0.0
                    }
                })
                .sum::<f64>()
                .sqrt();
            self.weight = if size > 0.0 && sides > 0.0 { size / sides } else { 1.0 };
        }
    }

    #[inline]
    fn gather(&self, column: usize, y: &[f64]) -> f64 {
        self.entries[self.start[column] as usize..self.start[column + 1] as usize]
            .iter()
            .map(|(row, a)| a * y[*row as usize])
            .sum()
    }

    fn add_product(&self, x: &[f64], to: &mut [f64]) {
        for (c, x) in x.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            for (row, a) in &self.entries[self.start[c] as usize..self.start[c + 1] as usize] {
                to[*row as usize] += a * x;
            }
        }
    }

    /// So many steps, unless the limits end them.
    pub(super) fn run(&mut self, steps: usize, limits: &Limits) {
        let work = limits::sweep(2 * self.entries.len());
        let mut used = vec![0.0; self.rows.len()];
        let mut scratch = Vec::new();
        for step in 0..steps {
            if step % LOOK == LOOK - 1 && limits.stop().is_some() {
                return;
            }
            let (mut dx, mut dy) = (0.0, 0.0);
            // The columns: a step along their prices, then back to their bounds.
            let next = &mut self.next.x;
            let mut x = std::mem::take(next);
            x.resize(self.columns.len(), 0.0);
            for (c, x) in x.iter_mut().enumerate() {
                let tau = self.tau[c] / self.weight;
                *x = self.at.x[c] + tau * (self.cost[c] - self.gather(c, &self.at.y));
            }
            for (group, needed) in &self.groups {
                project(&mut x[group.clone()], *needed, &mut scratch);
            }
            let bounds = &self.upper[self.alone..];
            x[self.alone..].iter_mut().zip(bounds).for_each(|(x, upper)| *x = x.clamp(0.0, *upper));
            // The rows: a step along what the extrapolated columns break.
            used.fill(0.0);
            for (c, new) in x.iter().enumerate() {
                let d = new - self.at.x[c];
                let beyond = new + d;
                if beyond != 0.0 {
                    dx += d * d * self.inverse[c];
                    for (row, a) in &self.entries[self.start[c] as usize..self.start[c + 1] as usize] {
                        used[*row as usize] += a * beyond;
                    }
                }
            }
            self.next.x = x;
            for (row, sides) in self.rows.iter().enumerate() {
                let sigma = self.sigma[row] * self.weight;
                let t = self.at.y[row] + sigma * used[row];
                let y = settle(t, sigma, *sides, self.matrix.fines.of_row(row));
                let d = y - self.at.y[row];
                dy += d * d / self.sigma[row];
                self.next.y[row] = y;
            }
            let residual = (dx * self.weight + dy / self.weight).sqrt();
            limits.spend(work);
            self.steps += 1;
            self.since += 1;
            if self.since == 1 && self.first_residual.is_infinite() {
                self.first_residual = residual;
            }
            let falls = residual <= self.last_residual;
            self.last_residual = residual;
            let restart = residual <= ENOUGH * self.first_residual
                || residual <= SOME * self.first_residual && !falls
                || self.since as f64 >= LONG * self.steps as f64 && self.since > 30;
            if restart {
                self.restart(residual);
                continue;
            }
            // Reflected, and drawn towards the anchor, ever less.
            let share = 1.0 / (self.since as f64 + 1.0);
            let mix = |at: &mut f64, next: f64, anchor: f64| *at = (1.0 - share) * (2.0 * next - *at) + share * anchor;
            for c in 0..self.columns.len() {
                mix(&mut self.at.x[c], self.next.x[c], self.anchor.x[c]);
            }
            for row in 0..self.rows.len() {
                mix(&mut self.at.y[row], self.next.y[row], self.anchor.y[row]);
            }
        }
    }

    /// Sets the weight by how far values and multipliers went since the last restart: each should take its share.
    fn balance(&mut self) {
        let far = |a: &[f64], b: &[f64], scale: &[f64]| {
            a.iter().zip(b).zip(scale).map(|((a, b), s)| (a - b) * (a - b) / s).sum::<f64>().sqrt()
        };
        let dx = far(&self.next.x, &self.anchor.x, &self.tau);
        let dy = far(&self.next.y, &self.anchor.y, &self.sigma);
        if dx > 1e-12 && dy > 1e-12 {
            self.weight = (0.5 * (dy / dx).ln() + 0.5 * self.weight.ln()).exp().clamp(1e-9, 1e9);
        }
    }

    fn restart(&mut self, residual: f64) {
        self.balance();
        self.at.x.clone_from(&self.next.x);
        self.at.y.clone_from(&self.next.y);
        self.anchor.x.clone_from(&self.next.x);
        self.anchor.y.clone_from(&self.next.y);
        self.since = 0;
        self.first_residual = residual;
        self.last_residual = f64::INFINITY;
    }

    /// The multipliers: one a row, of the right sign.
    pub(super) fn multipliers(&self) -> &[f64] {
        &self.next.y
    }

    /// The values of the active columns.
    pub(super) fn values(&self) -> &[f64] {
        &self.next.x
    }

    /// Begins at a solution's values of the active columns.
    pub(super) fn begin(&mut self, start: &[f64]) {
        let values = self.columns.iter().map(|c| start[*c as usize]).collect();
        self.at.x = values;
        self.anchor.x.clone_from(&self.at.x);
        self.next.x.clone_from(&self.at.x);
    }

    /// The objective of the values, with what their rows cost, and by how much they break them beyond that, at the
    /// rows' multipliers.
    pub(super) fn state(&self) -> (f64, f64) {
        let mut value = self.next.x.iter().zip(&self.cost).map(|(x, c)| x * c).sum::<f64>();
        let mut broken = 0.0;
        let highest = self.next.y.iter().fold(1.0_f64, |most, y| most.max(y.abs()));
        for (row, used) in self.used().into_iter().enumerate() {
            let (lower, upper) = self.rows[row];
            let mut excess = (used - upper).max(0.0) + (used - lower).min(0.0);
            for (fine, amount) in paid(&mut excess, self.matrix.fines.of_row(row)) {
                value += amount * fine.at;
            }
            broken += excess.abs() * highest;
        }
        (value, broken)
    }

    fn used(&self) -> Vec<f64> {
        let mut used = vec![0.0; self.rows.len()];
        self.add_product(&self.next.x, &mut used);
        used
    }

    /// The columns above 0, ascending.
    pub(super) fn primal(&self) -> Vec<(usize, f64)> {
        let mut primal: Vec<(usize, f64)> =
            self.columns.iter().zip(&self.next.x).filter(|(_, x)| **x > SEEN).map(|(c, x)| (*c as usize, *x)).collect();
        for (row, used) in self.used().into_iter().enumerate() {
            let (lower, upper) = self.rows[row];
            let mut excess = (used - upper).max(0.0) + (used - lower).min(0.0);
            for (fine, amount) in paid(&mut excess, self.matrix.fines.of_row(row)) {
                let share = (amount / fine.most).abs() * self.matrix.upper[fine.column as usize];
                if share > SEEN {
                    primal.push((fine.column as usize, share));
                }
            }
        }
        primal.sort_unstable_by_key(|(column, _)| *column);
        primal
    }
}
