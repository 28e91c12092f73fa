//! How widely each reviewer spreads the marks, next to the rest of the committee.
//!
//! One reviewer uses all of 1 to 5, another never leaves 3 and 4: unless both are brought to one scale, the first decides
//! alone. Roos, Rothe and Scheuermann (*How to calibrate the scores of biased reviewers by quadratic programming*, AAAI
//! 2011) learn a shift and a stretch of each reviewer together with the talks. The stretch is bilinear in the talks'
//! effects, so that problem has no closed form, and a stretch learnt from four marks is mostly noise. Here it comes first
//! and by itself, from the variance of the reviewer's marks, and only as far as that is credible (Bühlmann and Straub,
//! *Glaubwürdigkeit für Schadensätze*, 1970): a variance from `d` degrees of freedom strays by `2 / d` of itself squared
//! by the luck of the draw, and what the committee's variances stray beyond that is how much reviewers really differ.
//! Where they do not differ by more than luck, every scale is 1.

use super::table::Table;

/// However clear the marks, a reviewer's scale stays within half and twice the committee's: beyond that, the spread says
/// more about the talks that the reviewer happened to read.
const NARROWEST: f64 = 0.5;
const WIDEST: f64 = 2.0;

/// Each reviewer's spread as a multiple of the committee's.
pub(super) fn scales(table: &Table) -> Vec<f64> {
    let means = table.reviewer_means();
    let mut squares = vec![0.0; means.len()];
    for cell in &table.cells {
        squares[cell.reviewer] += (cell.mark - means[cell.reviewer].1).powi(2);
    }
    let freedom: Vec<f64> = means.iter().map(|(count, _)| count.saturating_sub(1) as f64).collect();
    let pooled = squares.iter().sum::<f64>() / freedom.iter().sum::<f64>();
    // Nobody marked two talks, or everybody always gives the same mark. Also not a number, where both sums are 0.
    if pooled.is_nan() || pooled <= 0.0 {
        return vec![1.0; means.len()];
    }

    // Each reviewer's variance as a multiple of the pooled one, with its degrees of freedom.
    let ratios: Vec<(f64, f64)> =
        squares.iter().zip(&freedom).map(|(s, d)| (if *d > 0.0 { s / d / pooled } else { 1.0 }, *d)).collect();
    let differing = differing(&ratios);
    let scale = |(ratio, freedom): &(f64, f64)| {
        // The share of what strays that is the reviewer's own; 0 without a second mark.
        let luck = 2.0 * (1.0 + differing);
        let credible = differing * freedom / (differing * freedom + luck);
        (1.0 + credible * (ratio - 1.0)).sqrt().clamp(NARROWEST, WIDEST)
    };
    ratios.iter().map(scale).collect()
}

/// By how much reviewers' true variances differ: their squared coefficient of variation, by moments; at least 0.
///
/// A ratio `x` from `d` degrees of freedom has `E (x - 1)^2 = c + (1 + c) 2 / d`; the reviewers are weighted by `d`.
fn differing(ratios: &[(f64, f64)]) -> f64 {
    let counting = ratios.iter().filter(|(_, d)| *d > 0.0);
    let (above, below) =
        counting.fold((0.0, 0.0), |(above, below), (x, d)| (above + d * (x - 1.0).powi(2) - 2.0, below + d + 2.0));
    if below > 0.0 { (above / below).max(0.0) } else { 0.0 }
}

/// The table with every reviewer's marks brought to the committee's spread, around the reviewer's own mean.
pub(super) fn rescaled(table: &Table, scales: &[f64]) -> Table {
    let means = table.reviewer_means();
    let mut table = table.clone();
    for cell in &mut table.cells {
        let mean = means[cell.reviewer].1;
        cell.mark = mean + (cell.mark - mean) / scales[cell.reviewer];
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ReviewerIx, TalkMarks, calibrate, sample},
        *,
    };
    use crate::event::{Event, TalkIx};

    /// Three reviewers of forty talks; the first spreads the marks so many times as widely as the others.
    fn stretched(by: f64) -> Event {
        let draw = sample::Draw { talks: 40, reviewers: 3, readers: 3, variety: 4.0, disparity: 1.0, noise: 1.0 };
        let mut event = draw.seed(7).event;
        for review in event.reviews.iter_mut().filter(|r| r.reviewer.as_str() == "r0") {
            review.mark = review.mark.map(|mark| 50.0 + by * (mark - 50.0));
        }
        event
    }

    #[test]
    fn a_reviewer_who_uses_the_whole_range_does_not_outvote_those_who_do_not() {
        let calibration = calibrate(&stretched(2.5));
        let scale = |r| calibration.reviewer(ReviewerIx(r)).expect("there").scale;
        assert!((1.4..=WIDEST).contains(&scale(0)), "{}", scale(0));
        assert!((0.5..0.9).contains(&scale(1)), "{}", scale(1));
        // On one scale again, the wide reviewer's order of talks weighs as much as each other's.
        let event = stretched(2.5);
        let merit = |t: usize| calibration.talk(TalkIx(t as u32)).and_then(TalkMarks::merit).expect("marked");
        let against = |reviewer: &str| {
            let marks = event.reviews.iter().filter(|r| r.reviewer.as_str() == reviewer);
            let pairs =
                marks.map(|r| (r.mark.expect("a mark"), merit(r.talk.as_str()[1..].parse().expect("t and a number"))));
            correlation(&pairs.collect::<Vec<_>>())
        };
        assert!((against("r0") - against("r1")).abs() < 0.03, "{} {}", against("r0"), against("r1"));
    }

    #[test]
    fn equal_habits_are_all_of_scale_one() {
        let calibration = calibrate(&stretched(1.0));
        for r in 0..3 {
            let scale = calibration.reviewer(ReviewerIx(r)).expect("there").scale;
            assert!((scale - 1.0).abs() < 1e-9, "{scale}");
        }
    }

    #[test]
    fn two_marks_say_nothing_of_a_scale() {
        let marks = [(0, 0, 1.0), (0, 1, 5.0), (1, 0, 3.0), (1, 1, 4.0), (2, 0, 3.0), (2, 1, 3.0)];
        let event = sample::event(2, 3, marks);
        for r in 0..3 {
            let scale = calibrate(&event).reviewer(ReviewerIx(r)).expect("there").scale;
            assert!((0.8..1.25).contains(&scale), "{scale}");
        }
    }

    fn correlation(pairs: &[(f64, f64)]) -> f64 {
        let n = pairs.len() as f64;
        let (x, y) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
        let product = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>();
        let (both, first, second) =
            (product(&|p| (p.0 - x) * (p.1 - y)), product(&|p| (p.0 - x).powi(2)), product(&|p| (p.1 - y).powi(2)));
        both / (first * second).sqrt()
    }
}
