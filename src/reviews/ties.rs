//! The talks around the cut that the marks cannot tell apart: those are for people to discuss.

use super::calibration::{Calibration, thousandths};
use crate::event::TalkIx;
use std::{cmp::Reverse, collections::BTreeSet};

/// Candidates that are statistically tied around the cut, each list by merit, best first.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Ties {
    /// Chosen talks that marks do not set apart from the left-out side of the cut.
    pub chosen: Vec<TalkIx>,
    /// Left-out talks that marks do not set apart from the chosen side.
    pub left_out: Vec<TalkIx>,
    /// The merit halfway between the last talk above the cut and the first below; none where there is no cut, because
    /// all candidates are chosen, or none is.
    pub cut: Option<f64>,
}

impl Calibration {
    /// How many standard errors two merits must be apart for [`Calibration::tied_around`] to tell them apart: of equal
    /// talks, one pair in twenty seems to differ so much.
    pub const Z: f64 = 1.96;

    /// The candidates tied around the cut: as many as were chosen of them are above it, those of the highest merit.
    ///
    /// Where talks were chosen by merit alone, the cut lies between the worst chosen one and the best left out, and every
    /// chosen talk that is not clearly better than the best one left out is tied, and every left-out one that is not
    /// clearly worse than the worst one chosen. Where rules had a say (a quota; one talk a speaker), a chosen talk may
    /// lie far below the cut: that is the rules' doing and no tie, and neither is a left-out talk far above it.
    ///
    /// Two talks are tied when their merits differ by at most [`Calibration::Z`] times the standard error of that
    /// difference, or by nothing that shows in thousandths. Merits of their own count as they are, without error. Talks with neither marks nor a merit count as
    /// the solver counts them, 0 where no review of the event counts.
    ///
    /// Only candidates matter: hand the proposed talks, and talks that were accepted beforehand move no cut; or hand the
    /// talks of one format, where each format has its own number of places. Of those chosen, only candidates count.
    ///
    /// ```
    /// use slotwise::{Event, Review, Reviewer, Talk, event::TalkIx, reviews::calibrate};
    ///
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.talks.extend(["good", "fair", "also-fair", "poor"].map(|id| Talk::new(id, id).minutes(20)));
    /// for reviewer in ["r1", "r2", "r3", "r4"] {
    ///     event.reviewers.push(Reviewer::new(reviewer));
    ///     let marks = [("good", 10.0), ("fair", 5.0), ("also-fair", 5.0), ("poor", 0.0)];
    ///     event.reviews.extend(marks.map(|(talk, mark)| Review::new(reviewer, talk, mark)));
    /// }
    /// let ties = calibrate(&event).tied_around([TalkIx(0), TalkIx(1)], TalkIx::all(4));
    /// assert_eq!((ties.chosen, ties.left_out), (vec![TalkIx(1)], vec![TalkIx(2)]));
    /// ```
    pub fn tied_around(
        &self,
        chosen: impl IntoIterator<Item = TalkIx>,
        candidates: impl IntoIterator<Item = TalkIx>,
    ) -> Ties {
        self.tied_within(Self::Z, chosen, candidates)
    }

    /// As [`Calibration::tied_around`], but for so many standard errors: 1.64 lists fewer ties, 2.58 more. What is below
    /// 0 counts as 0.
    pub fn tied_within(
        &self,
        z: f64,
        chosen: impl IntoIterator<Item = TalkIx>,
        candidates: impl IntoIterator<Item = TalkIx>,
    ) -> Ties {
        let candidates: BTreeSet<TalkIx> = candidates.into_iter().filter(|t| self.talk(*t).is_some()).collect();
        let chosen: BTreeSet<TalkIx> = chosen.into_iter().filter(|t| candidates.contains(t)).collect();
        let mut ranked: Vec<TalkIx> = candidates.into_iter().collect();
        // Of equal merits the chosen one is above: a cut between equals is where the choice has put it.
        ranked.sort_by_key(|t| (Reverse(thousandths(self.worth(*t))), !chosen.contains(t), *t));
        let (above, below) = ranked.split_at(chosen.len());
        let (Some(last), Some(first)) = (above.last().copied(), below.first().copied()) else {
            return Ties::default();
        };

        let tied = |a: TalkIx, b: TalkIx| {
            let apart = (self.worth(a) - self.worth(b)).abs();
            // What does not move a merit by a thousandth is no difference.
            apart <= z.max(0.0) * self.difference_error(a, b) + 5e-4
        };
        let around = above.iter().filter(|t| tied(**t, first)).chain(below.iter().filter(|t| tied(**t, last)));
        let (mut chosen_ties, mut left_out): (Vec<_>, Vec<_>) = around.partition(|t| chosen.contains(t));
        for list in [&mut chosen_ties, &mut left_out] {
            list.sort_by_key(|t| (Reverse(thousandths(self.worth(*t))), *t));
        }
        Ties { chosen: chosen_ties, left_out, cut: Some(f64::midpoint(self.worth(last), self.worth(first))) }
    }

    /// A talk's merit as the solver takes it: its own, else the learnt one, else 0.
    fn worth(&self, talk: TalkIx) -> f64 {
        self.talk(talk).and_then(super::TalkMarks::merit).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{TalkMarks, calibrate, sample},
        *,
    };
    use crate::event::{Amount, Event};

    fn indices(talks: &[u32]) -> Vec<TalkIx> {
        talks.iter().map(|t| TalkIx(*t)).collect()
    }

    /// Six reviewers who agree but for a point: talks 0 and 1 are excellent, 2 to 4 are close, 5 is poor.
    fn close_in_the_middle() -> Event {
        let marks = [19.0, 18.0, 11.0, 10.5, 10.0, 2.0];
        let wobble = |r: usize, t: usize| if (r + t).is_multiple_of(2) { 0.5 } else { -0.5 };
        sample::event(6, 6, (0..6).flat_map(|r| (0..6).map(move |t| (r, t, marks[t] + wobble(r, t)))))
    }

    #[test]
    fn talks_that_marks_cannot_tell_apart_are_tied_and_clear_ones_are_not() {
        let calibration = calibrate(&close_in_the_middle());
        let ties = calibration.tied_around(indices(&[0, 1, 2]), TalkIx::all(6));
        assert_eq!((ties.chosen, ties.left_out), (indices(&[2]), indices(&[3, 4])));
        assert!(ties.cut.is_some_and(|cut| (10.0..11.5).contains(&cut)));
        // With the cut between the excellent and the rest there is nothing to discuss.
        let clear = calibration.tied_around(indices(&[0, 1]), TalkIx::all(6));
        assert_eq!((clear.chosen, clear.left_out), (vec![], vec![]));
    }

    #[test]
    fn a_wider_margin_ties_more() {
        let calibration = calibrate(&close_in_the_middle());
        let count = |z| {
            let ties = calibration.tied_within(z, indices(&[0, 1, 2]), TalkIx::all(6));
            ties.chosen.len() + ties.left_out.len()
        };
        assert!([f64::NAN, -1.0, 0.0].iter().all(|z| count(*z) == 0));
        assert!(count(0.0) < count(Calibration::Z) && count(Calibration::Z) < count(1e3));
        assert_eq!(count(f64::INFINITY), 6);
    }

    #[test]
    fn a_talk_that_a_rule_chose_far_below_the_cut_is_no_tie_and_moves_no_other() {
        let calibration = calibrate(&close_in_the_middle());
        // The rules want the poor talk and only one of the excellent ones.
        let ties = calibration.tied_around(indices(&[0, 2, 5]), TalkIx::all(6));
        assert_eq!((ties.chosen, ties.left_out), (indices(&[2]), indices(&[3, 4])));
    }

    #[test]
    fn only_candidates_are_compared() {
        let calibration = calibrate(&close_in_the_middle());
        let ties = calibration.tied_around(indices(&[0, 1, 2, 3, 99]), indices(&[2, 3, 4, 5, 99]));
        assert_eq!((ties.chosen, ties.left_out), (indices(&[2, 3]), indices(&[4])));
    }

    #[test]
    fn without_anybody_left_out_or_chosen_there_is_no_cut() {
        let calibration = calibrate(&close_in_the_middle());
        assert_eq!(calibration.tied_around(TalkIx::all(6), TalkIx::all(6)), Ties::default());
        assert_eq!(calibration.tied_around([], TalkIx::all(6)), Ties::default());
    }

    #[test]
    fn a_merit_of_its_own_has_no_error_but_its_neighbours_have() {
        let mut event = close_in_the_middle();
        event.talks[3].merit = Amount::new(10.5).ok();
        let calibration = calibrate(&event);
        assert_eq!(calibration.talk(TalkIx(3)).and_then(TalkMarks::standard_error), None);
        let ties = calibration.tied_around(indices(&[0, 1, 2]), TalkIx::all(6));
        assert_eq!((ties.chosen, ties.left_out), (indices(&[2]), indices(&[3, 4])));
        // Two decisions of the organisers are tied only when they are the same.
        event.talks[2].merit = Amount::new(10.6).ok();
        let ties = calibrate(&event).tied_around(indices(&[0, 1, 2]), indices(&[0, 1, 2, 3]));
        assert_eq!((ties.chosen, ties.left_out), (vec![], vec![]));
        event.talks[2].merit = Amount::new(10.5).ok();
        let ties = calibrate(&event).tied_around(indices(&[0, 1, 2]), indices(&[0, 1, 2, 3]));
        assert_eq!((ties.chosen, ties.left_out), (indices(&[2]), indices(&[3])));
    }

    #[test]
    fn without_any_review_all_talks_are_alike() {
        let calibration = calibrate(&sample::event(4, 0, []));
        let ties = calibration.tied_around(indices(&[1, 3]), TalkIx::all(4));
        assert_eq!((ties.chosen, ties.left_out, ties.cut), (indices(&[1, 3]), indices(&[0, 2]), Some(0.0)));
    }

    #[test]
    fn reviewers_in_common_make_a_difference_surer() {
        // Both pairs have two marks a talk; only the first was read by the same two people.
        let marks =
            [(0, 0, 3.0), (1, 0, 3.0), (0, 1, 4.0), (1, 1, 4.0), (2, 2, 3.0), (3, 2, 3.0), (4, 3, 4.0), (5, 3, 4.0)];
        let calibration = calibrate(&sample::event(4, 6, marks));
        let [same, other] = [(0, 1), (2, 3)].map(|(a, b)| calibration.difference_error(TalkIx(a), TalkIx(b)));
        assert!(same < 0.98 * other, "{same} {other}");
    }
}
