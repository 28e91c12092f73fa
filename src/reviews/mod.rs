//! Marks to merit: what each talk is worth once reviewers' habits are taken off, and how sure that is.
//!
//! A plain mean of marks is unfair where not everybody reads everything: the talks that a severe reviewer read sink. So
//! each mark is taken as
//!
//! ```text
//! mark = merit of the talk - severity of the reviewer + noise
//! ```
//!
//! and merits and severities are found together by ridge least squares: Platt and Burges, *Regularized least squares to
//! remove reviewer bias* (2012), in the probabilistic reading of Ge, Welling and Ghahramani, *A Bayesian model for
//! calibrating reviewer scores* (2013). In short:
//!
//! - **What counts.** A recusal does not, nor a mark by a reviewer who is a speaker of the talk (the field `speaker` of the
//!   reviewer says so; equal ids do not) or works where one of the speakers does, nor what is no mark; [`SetAside`] says which, [`Calibration::set_aside`] where. Company names are compared without regard
//!   to case and outer blanks; a speaker's company is the field or the tag `company`. Marks on declined talks, and on
//!   talks with a merit of their own, count: they tell about the reviewers.
//! - **One scale.** Each reviewer's marks are brought to the committee's spread, around the reviewer's own mean, as far
//!   as the marks clearly show that reviewers' spreads differ (after Roos, Rothe and Scheuermann, *How to calibrate the
//!   scores of biased reviewers by quadratic programming*, AAAI 2011): with few marks, not at all.
//! - **Few marks shrink.** A merit is the mean of all marks that count plus the talk's effect, and an effect shrinks to 0
//!   as far as noise could explain it. How far that is comes from the marks themselves; a committee too small to tell
//!   borrows from what was found at other conferences. Merits stay on the marks' scale.
//! - **Standard errors** come from the inverse of the same equations, so they include what is unknown of the reviewers'
//!   severities; they take the variances and the scales as known. Of events with more than 512 talks and 512 reviewers,
//!   they take each severity to be learnt by itself and are a little too small; merits are exact all the same.
//! - **Ties.** [`Calibration::tied_around`] lists the talks around the cut that the marks cannot tell apart.
//!
//! Talks of committees that have no talk in common are compared as if both committees were, on average, equally severe and
//! had equally good talks; their standard errors are larger accordingly.
//!
//! ```
//! use slotwise::{Event, Review, Reviewer, Speaker, Talk, event::TalkIx, reviews::{ReviewerIx, SetAside, calibrate}};
//!
//! let mut event = Event::new("Meetup", "Europe/Paris");
//! event.speakers.push(Speaker::new("ada", "Ada").company("ACME"));
//! event.talks.push(Talk::new("t1", "Kubernetes").minutes(20).by("ada"));
//! event.talks.push(Talk::new("t2", "WebAssembly").minutes(20));
//! event.reviewers.push(Reviewer::new("r1").company("Acme"));
//! event.reviewers.push(Reviewer::new("r2"));
//! event.reviews.push(Review::new("r1", "t1", 5.0));
//! event.reviews.push(Review::new("r1", "t2", 2.0));
//! event.reviews.push(Review::new("r2", "t1", 3.0));
//! event.reviews.push(Review::new("r2", "t2", 4.0));
//!
//! let calibration = calibrate(&event);
//! let [(review, why)] = calibration.set_aside().collect::<Vec<_>>()[..] else { panic!() };
//! assert_eq!(review, 0);
//! assert!(matches!(why, SetAside::SameCompany { .. }));
//! let t1 = calibration.talk(TalkIx(0)).unwrap();
//! assert_eq!((t1.counted, t1.set_aside), (1, 1));
//! assert!(calibration.reviewer(ReviewerIx(0)).unwrap().severity > 0.0);
//! ```

mod calibration;
mod cholesky;
mod counting;
mod fit;
#[cfg(test)]
mod sample;
mod scale;
mod table;
#[cfg(test)]
mod tests;
mod ties;
mod variances;

pub use calibration::{Calibration, Estimate, ReviewerIx, ReviewerMarks, TalkMarks};
pub use counting::SetAside;
pub use ties::Ties;

use crate::event::Event;
use calibration::Learnt;
use counting::Judged;
use fit::Fit;
use std::sync::Arc;
use table::Table;
use variances::Variances;

/// Learns each talk's merit from the marks.
///
/// Takes any event, checked or not: what cannot be used is set aside. The order of the event's lists does not matter.
pub fn calibrate(event: &Event) -> Calibration {
    let judged = Judged::of(event);
    let raw = Table::of(event, &judged.marks);
    let scales = scale::scales(&raw);
    let table = scale::rescaled(&raw, &scales);
    let learnt = (!table.cells.is_empty()).then(|| {
        let variances = Variances::of(&table, raw.step());
        let fit = Fit::of(&table, variances, fit::DENSE);
        let mut rows = vec![None; event.talks.len()];
        for (row, talk) in table.talks.iter().enumerate() {
            rows[*talk] = Some(row);
        }
        Learnt { mean: table.mean(), variances, fit, rows }
    });

    let mut talks: Vec<TalkMarks> = (event.talks.iter().zip(&judged.by_talk).enumerate())
        .map(|(i, (talk, set_aside))| TalkMarks {
            counted: 0,
            set_aside: *set_aside,
            own: talk.merit,
            learnt: learnt.as_ref().map(|l| l.estimate(i)),
        })
        .collect();
    let mut reviewers: Vec<ReviewerMarks> = (judged.by_reviewer.iter())
        .map(|set_aside| ReviewerMarks { severity: 0.0, scale: 1.0, counted: 0, set_aside: *set_aside })
        .collect();
    for mark in &judged.marks {
        talks[mark.talk].counted += 1;
        reviewers[mark.reviewer].counted += 1;
    }
    for (row, reviewer) in table.reviewers.iter().enumerate() {
        reviewers[*reviewer].scale = scales[row];
        reviewers[*reviewer].severity = learnt.as_ref().map_or(0.0, |l| -l.fit.reviewers[row]);
    }
    Calibration { talks, reviewers, set_aside: judged.set_aside, learnt: learnt.map(Arc::new) }
}
