//! The least-squares problem, solved: talks' and reviewers' effects, and how uncertain the talks' are.
//!
//! To be made smallest over all effects, with `y` the marks less their mean:
//!
//! ```text
//! sum (y - talk - reviewer)^2 + noise/talks * sum talk^2 + noise/reviewers * sum reviewer^2
//! ```
//!
//! In the normal equations no two talks meet, and no two reviewers. So the longer of the two lists goes by dividing, and
//! what is left (the Schur complement) is a dense system as large as the shorter list: ten reviewers of two hundred
//! proposals, or twenty talks that a thousand people voted on, are both a matter of microseconds.

use super::{
    cholesky::{Cholesky, Matrix, dot},
    table::Table,
    variances::Variances,
};

/// Up to so many talks or reviewers, whichever are fewer, the system is solved by factoring it, and standard errors are
/// exact; more, and it is solved by iterating. At this size factor and inverse take a tenth of a second.
pub(super) const DENSE: usize = 512;
/// The most iterations where the system is not factored. The ridges keep it well conditioned: a few dozen do.
const ITERATIONS: usize = 500;

/// Effects and their covariance, in the order of the table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fit {
    pub(super) talks: Vec<f64>,
    pub(super) reviewers: Vec<f64>,
    noise: f64,
    covariance: Covariance,
}

/// What the covariance of talks is made of, all in units of the noise's variance.
#[derive(Clone, Debug, PartialEq)]
enum Covariance {
    /// Reviewers were eliminated: it is this matrix.
    Talks(Matrix),
    /// Talks were eliminated: two talks vary together by the severities of those who marked them.
    Reviewers { talks: Side, severities: Severities },
}

#[derive(Clone, Debug, PartialEq)]
enum Severities {
    Exact(Matrix),
    /// Each reviewer alone, as if all others were known: what is left when the matrix would be too large.
    Diagonal(Vec<f64>),
}

/// Talks or reviewers, as the normal equations see them.
#[derive(Clone, Debug, PartialEq)]
struct Side {
    /// The diagonal: how many marks, and the ridge.
    weights: Vec<f64>,
    /// The sum of the marks, each less the mean.
    sums: Vec<f64>,
    /// The members of the other side at the other end of each mark, ascending.
    partners: Vec<Vec<usize>>,
}

impl Side {
    fn of(length: usize, ridge: f64, marks: impl Iterator<Item = (usize, usize, f64)>) -> Self {
        let mut side =
            Self { weights: vec![ridge; length], sums: vec![0.0; length], partners: vec![Vec::new(); length] };
        for (member, partner, mark) in marks {
            side.weights[member] += 1.0;
            side.sums[member] += mark;
            side.partners[member].push(partner);
        }
        side
    }

    /// What is left for each member when the partners' effects are taken off, spread over its weight.
    fn effects(&self, partners: &[f64]) -> Vec<f64> {
        let rest = |i: usize| self.sums[i] - self.partners[i].iter().map(|p| partners[*p]).sum::<f64>();
        (0..self.weights.len()).map(|i| rest(i) / self.weights[i]).collect()
    }
}

impl Fit {
    /// Solves for the table's effects. `dense` is [`DENSE`], or less for a test.
    pub(super) fn of(table: &Table, variances: Variances, dense: usize) -> Self {
        let mean = table.mean();
        let marks = table.cells.iter();
        let ridge = |variance: f64| variances.noise / variance;
        let talks = Side::of(
            table.talks.len(),
            ridge(variances.talks),
            marks.clone().map(|c| (c.talk, c.reviewer, c.mark - mean)),
        );
        let reviewers = Side::of(
            table.reviewers.len(),
            ridge(variances.reviewers),
            marks.map(|c| (c.reviewer, c.talk, c.mark - mean)),
        );
        let noise = variances.noise;

        let fewer = talks.weights.len().min(reviewers.weights.len());
        if fewer <= dense {
            let keep_talks = talks.weights.len() < reviewers.weights.len();
            let (out, kept) = if keep_talks { (&reviewers, &talks) } else { (&talks, &reviewers) };
            if let Some(factor) = Cholesky::of(reduced(out, kept)) {
                let kept_effects = factor.solve(&reduced_sums(out, kept));
                let out_effects = out.effects(&kept_effects);
                let inverse = factor.inverse();
                if keep_talks {
                    let covariance = Covariance::Talks(inverse);
                    return Self { talks: kept_effects, reviewers: out_effects, noise, covariance };
                }
                let covariance = Covariance::Reviewers { talks, severities: Severities::Exact(inverse) };
                return Self { talks: out_effects, reviewers: kept_effects, noise, covariance };
            }
        }
        // Too many of both, or, against all arithmetic, not positive definite.
        let diagonal = reduced_diagonal(&talks, &reviewers);
        let severities = iterate(&talks, &reviewers, &diagonal);
        let effects = talks.effects(&severities);
        let alone = diagonal.iter().map(|d| 1.0 / d).collect();
        let covariance = Covariance::Reviewers { talks, severities: Severities::Diagonal(alone) };
        Self { talks: effects, reviewers: severities, noise, covariance }
    }

    /// How two talks' errors vary together; of a talk with itself, the square of its standard error.
    pub(super) fn covariance(&self, a: usize, b: usize) -> f64 {
        self.noise
            * match &self.covariance {
                Covariance::Talks(inverse) => inverse.at(a, b),
                Covariance::Reviewers { talks, severities } => {
                    let own = if a == b { 1.0 / talks.weights[a] } else { 0.0 };
                    let (first, second) = (&talks.partners[a], &talks.partners[b]);
                    own + severities.shared(first, second) / (talks.weights[a] * talks.weights[b])
                }
            }
    }
}

impl Severities {
    /// The covariance of the two groups' sums of severities.
    fn shared(&self, a: &[usize], b: &[usize]) -> f64 {
        match self {
            Self::Exact(inverse) => a.iter().map(|i| b.iter().map(|j| inverse.at(*i, *j)).sum::<f64>()).sum(),
            Self::Diagonal(alone) => a.iter().filter(|i| b.binary_search(i).is_ok()).map(|i| alone[*i]).sum(),
        }
    }
}

/// The lower triangle of what is left of the kept side's equations once the other side is eliminated.
fn reduced(out: &Side, kept: &Side) -> Matrix {
    let mut matrix = Matrix::zero(kept.weights.len());
    for (i, weight) in kept.weights.iter().enumerate() {
        matrix.add(i, i, *weight);
    }
    for (partners, weight) in out.partners.iter().zip(&out.weights) {
        for (nth, i) in partners.iter().enumerate() {
            for j in &partners[..=nth] {
                matrix.add(*i, *j, -1.0 / weight);
            }
        }
    }
    matrix
}

fn reduced_diagonal(out: &Side, kept: &Side) -> Vec<f64> {
    let taken = |partners: &Vec<usize>| partners.iter().map(|p| 1.0 / out.weights[*p]).sum::<f64>();
    kept.weights.iter().zip(&kept.partners).map(|(weight, partners)| weight - taken(partners)).collect()
}

fn reduced_sums(out: &Side, kept: &Side) -> Vec<f64> {
    let taken = |partners: &Vec<usize>| partners.iter().map(|p| out.sums[*p] / out.weights[*p]).sum::<f64>();
    kept.sums.iter().zip(&kept.partners).map(|(sum, partners)| sum - taken(partners)).collect()
}

/// The kept side's effects by conjugate gradients, preconditioned with the diagonal (Golub and Van Loan, 11.5): never
/// more memory than the marks take.
fn iterate(out: &Side, kept: &Side, diagonal: &[f64]) -> Vec<f64> {
    let times = |x: &[f64]| -> Vec<f64> {
        let through = |o: usize| out.partners[o].iter().map(|p| x[*p]).sum::<f64>() / out.weights[o];
        let through: Vec<f64> = (0..out.weights.len()).map(through).collect();
        let taken = |partners: &Vec<usize>| partners.iter().map(|p| through[*p]).sum::<f64>();
        (0..x.len()).map(|i| kept.weights[i] * x[i] - taken(&kept.partners[i])).collect()
    };
    let precondition = |r: &[f64]| -> Vec<f64> { r.iter().zip(diagonal).map(|(r, d)| r / d).collect() };

    let mut residual = reduced_sums(out, kept);
    let enough = 1e-26 * dot(&residual, &residual);
    let mut x = vec![0.0; residual.len()];
    let mut direction = precondition(&residual);
    let mut energy = dot(&residual, &direction);
    for _ in 0..ITERATIONS {
        if dot(&residual, &residual) <= enough {
            break;
        }
        let image = times(&direction);
        let length = energy / dot(&direction, &image);
        if !length.is_finite() {
            break;
        }
        for i in 0..x.len() {
            x[i] += length * direction[i];
            residual[i] -= length * image[i];
        }
        let steepest = precondition(&residual);
        let next = dot(&residual, &steepest);
        for (d, s) in direction.iter_mut().zip(steepest) {
            *d = s + next / energy * *d;
        }
        energy = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::{
        super::{counting::Judged, sample},
        *,
    };
    use proptest::prelude::*;

    /// The oracle: all normal equations at once, inverted by Gauss and Jordan with pivoting. Gives the effects, talks
    /// first, and the inverse.
    fn plainly(table: &Table, variances: Variances) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (talks, reviewers) = (table.talks.len(), table.reviewers.len());
        let size = talks + reviewers;
        let mut rows = vec![vec![0.0; 2 * size]; size];
        let mut right = vec![0.0; size];
        for (i, row) in rows.iter_mut().enumerate() {
            row[i] = variances.noise / if i < talks { variances.talks } else { variances.reviewers };
            row[size + i] = 1.0;
        }
        for cell in &table.cells {
            let (t, r) = (cell.talk, talks + cell.reviewer);
            for (a, b) in [(t, t), (t, r), (r, t), (r, r)] {
                rows[a][b] += 1.0;
            }
            right[t] += cell.mark - table.mean();
            right[r] += cell.mark - table.mean();
        }
        for column in 0..size {
            let pivot = (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
            rows.swap(column, pivot.expect("a row"));
            let scale = rows[column][column];
            rows[column].iter_mut().for_each(|x| *x /= scale);
            let settled = rows[column].clone();
            for row in rows.iter_mut().enumerate().filter(|(other, _)| *other != column).map(|(_, row)| row) {
                let factor = row[column];
                row.iter_mut().zip(&settled).for_each(|(x, s)| *x -= factor * s);
            }
        }
        let inverse: Vec<Vec<f64>> = rows.into_iter().map(|row| row[size..].to_vec()).collect();
        (inverse.iter().map(|row| dot(row, &right)).collect(), inverse)
    }

    prop_compose! {
        fn problem()(talks in 1_usize..7, reviewers in 1_usize..7)(
            talks in Just(talks),
            reviewers in Just(reviewers),
            marks in prop::collection::vec(prop::option::of(0_u8..6), talks * reviewers),
            variances in (0.05_f64..4.0, 0.05_f64..4.0, 0.05_f64..4.0),
        ) -> (Table, Variances) {
            let given = marks.iter().enumerate().filter_map(|(i, m)| Some((i / talks, i % talks, f64::from((*m)?))));
            let event = sample::event(talks, reviewers, given);
            let (talks, reviewers, noise) = variances;
            (Table::of(&event, &Judged::of(&event).marks), Variances { talks, reviewers, noise })
        }
    }

    proptest! {
        #[test]
        fn eliminating_one_side_solves_the_normal_equations((table, variances) in problem()) {
            let fit = Fit::of(&table, variances, DENSE);
            let (effects, inverse) = plainly(&table, variances);
            let found = fit.talks.iter().chain(&fit.reviewers);
            prop_assert!(found.zip(&effects).all(|(a, b)| (a - b).abs() < 1e-9), "{fit:?} {effects:?}");
            let talks = table.talks.len();
            for (a, b) in (0..talks).flat_map(|a| (0..talks).map(move |b| (a, b))) {
                prop_assert!((fit.covariance(a, b) - variances.noise * inverse[a][b]).abs() < 1e-9);
            }
        }

        #[test]
        fn iterating_finds_what_factoring_finds((table, variances) in problem()) {
            let (exact, iterated) = (Fit::of(&table, variances, DENSE), Fit::of(&table, variances, 0));
            let pairs = exact.talks.iter().zip(&iterated.talks).chain(exact.reviewers.iter().zip(&iterated.reviewers));
            for (a, b) in pairs {
                prop_assert!((a - b).abs() < 1e-9, "{exact:?} {iterated:?}");
            }
            for talk in 0..table.talks.len() {
                // Taking severities as known but for one leaves something out, and invents nothing.
                prop_assert!(iterated.covariance(talk, talk) <= exact.covariance(talk, talk) + 1e-9);
                prop_assert!(iterated.covariance(talk, talk) > 0.0);
            }
        }
    }

    #[test]
    fn standard_errors_of_huge_events_are_nearly_those_of_exact_arithmetic() {
        let draw = sample::Draw { talks: 300, reviewers: 150, readers: 4, variety: 1.0, disparity: 1.0, noise: 1.0 };
        let event = draw.seed(5).event;
        let table = Table::of(&event, &Judged::of(&event).marks);
        let variances = Variances { talks: 1.0, reviewers: 1.0, noise: 1.0 };
        let (exact, iterated) = (Fit::of(&table, variances, DENSE), Fit::of(&table, variances, 0));
        for talk in 0..300 {
            let ratio = (iterated.covariance(talk, talk) / exact.covariance(talk, talk)).sqrt();
            assert!((0.98..=1.0).contains(&ratio), "{ratio}");
        }
    }
}
