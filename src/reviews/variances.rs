//! How much of the marks' variance is the talks', the reviewers', and noise: what sets how far few marks shrink.
//!
//! Ridge least squares is the best linear prediction when its ridges are the ratios of noise to what is predicted
//! (Robinson, *That BLUP is a good thing*, 1991). The three variances come from three sums of squares, each linear in
//! them whatever the design: within talks, within reviewers and in all (Gao and Owen, *Efficient moment calculations for
//! variance components in large unbalanced crossed random effects models*, Electronic Journal of Statistics 11, 2017).
//!
//! Sums of squares of a handful of marks say little and may even come out negative. So each estimate is averaged with a
//! guess that counts as much as [`GUESS_WEIGHT`] degrees of freedom: half of the marks' variance is noise, as was found at
//! `NeurIPS` (Cortes and Lawrence, *Inconsistency in conference peer review*, 2021), and of the rest four parts are the
//! talks' and one the reviewers'.

use super::table::Table;

/// What is guessed of a committee before its first mark, as shares of the variance of all marks.
const GUESS: Variances = Variances { talks: 0.4, reviewers: 0.1, noise: 0.5 };
/// How many degrees of freedom the guess counts for.
const GUESS_WEIGHT: f64 = 4.0;

/// The variance of talks' effects, of reviewers' effects and of the noise, in squared units of the marks. All are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Variances {
    pub(super) talks: f64,
    pub(super) reviewers: f64,
    pub(super) noise: f64,
}

impl Variances {
    /// Estimates them from marks; `step` is the marks' resolution.
    pub(super) fn of(table: &Table, step: f64) -> Self {
        let sums = Sums::of(table);
        // A mark is rounded to the step, so it strays by this even where marks agree perfectly (Sheppard).
        let rounding = step * step / 12.0;
        let overall = sums.overall.max(rounding);
        let blend = |guess: f64, estimate: Option<f64>, freedom: f64| {
            let guess = guess * overall;
            estimate.map_or(guess, |e| (GUESS_WEIGHT * guess + freedom * e.max(0.0)) / (GUESS_WEIGHT + freedom))
        };
        let noise = blend(GUESS.noise, sums.noise(), sums.freedom()).max(rounding);
        let talks = sums.same_reviewer.map(|both| both - noise);
        let reviewers = sums.same_talk.map(|both| both - noise);
        Self {
            talks: blend(GUESS.talks, talks, sums.talk_freedom),
            reviewers: blend(GUESS.reviewers, reviewers, sums.reviewer_freedom),
            noise,
        }
    }
}

/// The sums of squares, each over its degrees of freedom.
struct Sums {
    /// Of all marks around their mean; its expectation is `talk_share` of the talks' variance, `reviewer_share` of the
    /// reviewers', and the noise.
    overall: f64,
    talk_share: f64,
    reviewer_share: f64,
    /// Of each talk's marks around their mean: the reviewers' variance and the noise.
    same_talk: Option<f64>,
    /// Of each reviewer's marks around their mean: the talks' variance and the noise.
    same_reviewer: Option<f64>,
    /// What there is to tell noise from talks and reviewers: in a full table, (talks - 1) (reviewers - 1).
    noise_freedom: f64,
    talk_freedom: f64,
    reviewer_freedom: f64,
}

impl Sums {
    fn of(table: &Table) -> Self {
        let n = table.cells.len() as f64;
        let (talks, reviewers) = (table.talk_means(), table.reviewer_means());
        let squares = |mean: &dyn Fn(&super::table::Cell) -> f64| -> f64 {
            table.cells.iter().map(|c| (c.mark - mean(c)).powi(2)).sum()
        };
        let mean = table.mean();
        let over = |sum: f64, freedom: f64| (freedom > 0.0).then(|| sum / freedom);
        let (within_talk, within_reviewer) = (n - talks.len() as f64, n - reviewers.len() as f64);
        // The chance that two marks drawn from the table are of different talks, or by different reviewers.
        let pairs = |means: &[(usize, f64)]| means.iter().map(|(count, _)| (*count as f64).powi(2)).sum::<f64>();
        let share = |means| over(n * n - pairs(means), n * n - n).unwrap_or(0.0);
        let (talk_share, reviewer_share) = (share(&talks), share(&reviewers));
        Self {
            overall: over(squares(&|_| mean), n - 1.0).unwrap_or(0.0),
            talk_share,
            reviewer_share,
            same_talk: over(squares(&|c| talks[c.talk].1), within_talk),
            same_reviewer: over(squares(&|c| reviewers[c.reviewer].1), within_reviewer),
            noise_freedom: ((n - 1.0) * (talk_share + reviewer_share - 1.0)).min(within_talk).min(within_reviewer),
            talk_freedom: (talks.len() as f64 - 1.0).min(within_reviewer).max(0.0),
            reviewer_freedom: (reviewers.len() as f64 - 1.0).min(within_talk).max(0.0),
        }
    }

    /// The degrees of freedom of [`Sums::noise`].
    fn freedom(&self) -> f64 {
        self.noise_freedom.max(0.0)
    }

    /// The noise's variance; none where talks, reviewers and noise cannot be told apart, as with one mark a talk.
    fn noise(&self) -> Option<f64> {
        let both = self.talk_share * self.same_reviewer? + self.reviewer_share * self.same_talk?;
        let shares = self.talk_share + self.reviewer_share - 1.0;
        // Below a hundredth of a degree of freedom the quotient is rounding.
        (self.noise_freedom > 0.01 && shares > 0.0).then(|| (both - self.overall) / shares)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{counting::Judged, sample},
        *,
    };

    fn of(draw: sample::Draw, seed: u64) -> Variances {
        let event = draw.seed(seed).event;
        Variances::of(&Table::of(&event, &Judged::of(&event).marks), 0.0)
    }

    #[test]
    fn many_marks_tell_talks_reviewers_and_noise_apart() {
        let draw = sample::Draw { talks: 600, reviewers: 150, readers: 8, variety: 3.0, disparity: 2.0, noise: 4.0 };
        let found = of(draw, 1);
        assert!((found.talks / 9.0 - 1.0).abs() < 0.15, "{found:?}");
        assert!((found.reviewers / 4.0 - 1.0).abs() < 0.25, "{found:?}");
        assert!((found.noise / 16.0 - 1.0).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn one_mark_a_talk_leaves_the_guess() {
        let draw = sample::Draw { talks: 30, reviewers: 3, readers: 1, variety: 3.0, disparity: 0.1, noise: 0.1 };
        let found = of(draw, 2);
        let ratio = found.noise / found.reviewers;
        assert!((ratio - GUESS.noise / GUESS.reviewers).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn what_marks_do_not_show_is_small_but_never_nothing() {
        let draw = sample::Draw { talks: 100, reviewers: 10, readers: 10, variety: 0.0, disparity: 0.0, noise: 1.0 };
        let found = of(draw, 3);
        assert!(found.talks > 0.0 && found.talks < 0.1, "{found:?}");
        assert!(found.reviewers > 0.0 && found.reviewers < 0.1, "{found:?}");
    }

    #[test]
    fn marks_that_agree_perfectly_still_hide_what_rounding_hides() {
        let event = sample::event(3, 2, [(0, 0, 3.0), (1, 0, 3.0), (0, 1, 3.0), (1, 2, 3.0)]);
        let found = Variances::of(&Table::of(&event, &Judged::of(&event).marks), 1.0);
        assert!((found.noise - 1.0 / 12.0).abs() < 1e-12, "{found:?}");
        assert!(found.talks > 0.0 && found.reviewers > 0.0, "{found:?}");
    }
}
