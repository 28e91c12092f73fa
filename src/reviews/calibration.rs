//! What was learnt from the marks, for those who ask.

use super::{counting::SetAside, fit::Fit, variances::Variances};
use crate::event::{Amount, TalkIx};
use std::sync::Arc;

/// A reviewer's position in `reviewers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewerIx(pub u32);

impl ReviewerIx {
    /// The position as a `usize`.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// What the reviews say of each talk. [`calibrate`](super::calibrate) makes it.
///
/// Copies share what is large.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    pub(super) talks: Vec<TalkMarks>,
    pub(super) reviewers: Vec<ReviewerMarks>,
    pub(super) set_aside: Vec<Option<SetAside>>,
    pub(super) learnt: Option<Arc<Learnt>>,
}

/// What is common to all talks; only there when some mark counts.
#[derive(Debug, PartialEq)]
pub(super) struct Learnt {
    pub(super) mean: f64,
    pub(super) variances: Variances,
    pub(super) fit: Fit,
    /// Where each talk of the event stands in the fit.
    pub(super) rows: Vec<Option<usize>>,
}

/// A merit learnt from marks.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The talk's worth, on the marks' scale. It may lie a little outside of it.
    pub merit: f64,
    /// How far off that typically is, in the same unit: the standard deviation of the error, given what reviewers' severity,
    /// the talks' variety and the marks' noise were found to be.
    pub standard_error: f64,
}

/// What the committee said of one talk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TalkMarks {
    /// How many marks count.
    pub counted: u32,
    /// How many reviews do not, recusals among them.
    pub set_aside: u32,
    /// The merit that the event gives it itself, if any; it goes before what was learnt.
    pub own: Option<Amount>,
    /// The merit learnt from the marks; none where no review of the event counts. A talk that nobody marked gets the
    /// mean, and the largest standard error.
    pub learnt: Option<Estimate>,
}

impl TalkMarks {
    /// Its merit, on the marks' scale: its own, else the learnt one.
    pub fn merit(&self) -> Option<f64> {
        self.own.map(Amount::as_f64).or(self.learnt.map(|l| l.merit))
    }

    /// How uncertain [`TalkMarks::merit`] is; none for a merit of its own, which is a decision and not an estimate.
    pub fn standard_error(&self) -> Option<f64> {
        if self.own.is_some() { None } else { self.learnt.map(|l| l.standard_error) }
    }
}

/// What was learnt of one reviewer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReviewerMarks {
    /// By how much the marks fall short of the talks' merits: above 0 for a severe reviewer, below for a generous one, 0
    /// without marks.
    pub severity: f64,
    /// How widely the marks spread, as a multiple of the committee's spread: from a half to 2, and 1 where nothing speaks
    /// against it.
    pub scale: f64,
    /// How many marks count.
    pub counted: u32,
    /// How many reviews do not.
    pub set_aside: u32,
}

impl Calibration {
    /// A talk's calibrated merit in thousandths; none where no review of the event counts.
    ///
    /// This is what the marks say, also of a talk that has a merit of its own. It is moved into what an
    /// [`Amount`] holds: what would be below 0 is 0.
    pub fn merit_thousandths(&self, talk: TalkIx) -> Option<i64> {
        let merit = self.talk(talk)?.learnt?.merit;
        Some(thousandths(merit).clamp(0, Amount::MAX.thousandths()))
    }

    /// Tells of the reviews by their positions in a list in which the `i`-th stands at `places[i]`.
    pub(crate) fn place_reviews(&mut self, places: &[u32]) {
        let mut placed = vec![None; self.set_aside.len()];
        for (why, place) in self.set_aside.iter().zip(places) {
            placed[*place as usize] = *why;
        }
        self.set_aside = placed;
    }

    /// What the committee said of a talk; none for an index beyond the event's talks.
    pub fn talk(&self, talk: TalkIx) -> Option<&TalkMarks> {
        self.talks.get(talk.at())
    }

    /// What was learnt of a reviewer; none for an index beyond the event's reviewers.
    pub fn reviewer(&self, reviewer: ReviewerIx) -> Option<&ReviewerMarks> {
        self.reviewers.get(reviewer.at())
    }

    /// The mean of all marks that count: what merits shrink to.
    pub fn mean(&self) -> Option<f64> {
        self.learnt.as_ref().map(|l| l.mean)
    }

    /// By how much a reviewer's mark typically strays from the talk's merit, once the reviewer's severity is taken off
    /// (a standard deviation, in marks).
    pub fn noise(&self) -> Option<f64> {
        self.learnt.as_ref().map(|l| l.variances.noise.sqrt())
    }

    /// By how much talks' merits typically differ from the mean (a standard deviation, in marks).
    pub fn variety(&self) -> Option<f64> {
        self.learnt.as_ref().map(|l| l.variances.talks.sqrt())
    }

    /// By how much reviewers' severities typically differ from 0 (a standard deviation, in marks).
    pub fn disparity(&self) -> Option<f64> {
        self.learnt.as_ref().map(|l| l.variances.reviewers.sqrt())
    }

    /// The reviews that do not count: their positions in `reviews`, and why.
    pub fn set_aside(&self) -> impl Iterator<Item = (usize, SetAside)> + '_ {
        self.set_aside.iter().enumerate().filter_map(|(i, why)| why.map(|why| (i, why)))
    }

    /// The standard error of the difference of two talks' merits, in marks. Less than their two errors would suggest
    /// where the same reviewers marked both: what is unknown of their severity is then the same for both.
    ///
    /// Merits of their own have no error. An index beyond the event's talks is taken for such a talk.
    pub fn difference_error(&self, a: TalkIx, b: TalkIx) -> f64 {
        if a == b {
            return 0.0;
        }
        let variance = self.covariance(a, a) + self.covariance(b, b) - 2.0 * self.covariance(a, b);
        variance.max(0.0).sqrt()
    }

    fn covariance(&self, a: TalkIx, b: TalkIx) -> f64 {
        let given = |t: TalkIx| self.talk(t).is_none_or(|t| t.own.is_some());
        let Some(learnt) = &self.learnt else { return 0.0 };
        if given(a) || given(b) {
            return 0.0;
        }
        learnt.covariance(a.at(), b.at())
    }
}

impl Learnt {
    /// How the errors of two talks of the event vary together. A talk without marks is as uncertain as talks are varied.
    pub(super) fn covariance(&self, a: usize, b: usize) -> f64 {
        match (self.rows[a], self.rows[b]) {
            (Some(a), Some(b)) => self.fit.covariance(a, b),
            _ if a == b => self.variances.talks,
            _ => 0.0,
        }
    }

    /// What the marks say of a talk of the event.
    pub(super) fn estimate(&self, talk: usize) -> Estimate {
        let effect = self.rows[talk].map_or(0.0, |row| self.fit.talks[row]);
        Estimate { merit: self.mean + effect, standard_error: self.covariance(talk, talk).max(0.0).sqrt() }
    }
}

/// A merit as a whole number of thousandths. It is rounded to millionths of that first: two merits that are equal but for
/// the last bits, halfway between two thousandths, as merits of small committees are, then fall on the same side.
pub(super) fn thousandths(merit: f64) -> i64 {
    ((merit * 1e9).round() / 1e6).round() as i64
}
