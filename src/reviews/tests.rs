//! What a committee may expect of its calibration.

use super::{
    sample::{Draw, event},
    *,
};
use crate::event::{Amount, Review, Speaker, SpeakerIx, TalkIx};
use proptest::prelude::*;

fn talk(calibration: &Calibration, talk: usize) -> TalkMarks {
    *calibration.talk(TalkIx(talk as u32)).expect("a talk of the event")
}

fn merit(calibration: &Calibration, of: usize) -> f64 {
    talk(calibration, of).merit().expect("some review counts")
}

fn error(calibration: &Calibration, of: usize) -> f64 {
    talk(calibration, of).standard_error().expect("some review counts")
}

fn severity(calibration: &Calibration, of: usize) -> f64 {
    calibration.reviewer(ReviewerIx(of as u32)).expect("a reviewer of the event").severity
}

/// Twelve talks that three reviewers mark between 4 and 8, and r0 three points below them; then talk 12, as good as the
/// best but read by r0 alone, and talk 13, as poor as the worst but read by r1 alone.
fn with_a_severe_reviewer() -> Event {
    let true_merit = |t: usize| match t {
        12 => 8.0,
        13 => 4.0,
        t => 4.0 + (t % 5) as f64,
    };
    let reads = |r: usize, t: usize| t < 12 || (r == 0 && t == 12) || (r == 1 && t == 13);
    let pairs = (0..4).flat_map(|r| (0..14).map(move |t| (r, t))).filter(|(r, t)| reads(*r, *t));
    event(14, 4, pairs.map(|(r, t)| (r, t, true_merit(t) - if r == 0 { 3.0 } else { 0.0 })))
}

#[test]
fn a_severe_reviewer_does_not_sink_the_talks_that_only_she_read() {
    let calibration = calibrate(&with_a_severe_reviewer());
    // By the plain mean, 5 for talk 12 is no more than 5.25 for a talk worth 6.
    assert!(merit(&calibration, 12) > merit(&calibration, 2) + 0.5);
    assert!(merit(&calibration, 13) < merit(&calibration, 2) - 0.5);
}

#[test]
fn severities_are_recovered() {
    let calibration = calibrate(&with_a_severe_reviewer());
    let apart = severity(&calibration, 0) - severity(&calibration, 2);
    assert!((apart - 3.0).abs() < 0.3, "{apart}");
    assert!(severity(&calibration, 0) > 0.0 && severity(&calibration, 2) < 0.0);

    let draw = Draw { talks: 200, reviewers: 12, readers: 6, variety: 3.0, disparity: 2.0, noise: 2.0 };
    let drawn = draw.seed(11);
    let calibration = calibrate(&drawn.event);
    let mean = drawn.severities.iter().sum::<f64>() / 12.0;
    let off: Vec<f64> = (0..12).map(|r| severity(&calibration, r) - (drawn.severities[r] - mean)).collect();
    assert!(off.iter().all(|o| o.abs() < 1.0), "{off:?}");
}

#[test]
fn calibrated_merits_are_nearer_the_truth_than_plain_means() {
    let draw = Draw { talks: 100, reviewers: 10, readers: 3, variety: 2.0, disparity: 2.0, noise: 1.5 };
    let mut squares = (0.0, 0.0);
    for seed in 0..20 {
        let drawn = draw.seed(seed);
        let calibration = calibrate(&drawn.event);
        let table = Table::of(&drawn.event, &Judged::of(&drawn.event).marks);
        let (mut calibrated, mut plain) = (Vec::new(), Vec::new());
        for (row, (_, mean)) in table.talk_means().iter().enumerate() {
            let of = table.talks[row];
            calibrated.push(merit(&calibration, of) - drawn.merits[of]);
            plain.push(mean - drawn.merits[of]);
        }
        // What all talks are off by alike says nothing of their order.
        let variance = |off: &[f64]| {
            let mean = off.iter().sum::<f64>() / off.len() as f64;
            off.iter().map(|o| (o - mean).powi(2)).sum::<f64>()
        };
        squares.0 += variance(&calibrated);
        squares.1 += variance(&plain);
    }
    assert!(squares.0 < 0.7 * squares.1, "{squares:?}");
}

#[test]
fn nineteen_truths_in_twenty_lie_within_two_standard_errors() {
    let committees = [
        Draw { talks: 60, reviewers: 10, readers: 10, variety: 1.0, disparity: 0.6, noise: 1.2 },
        Draw { talks: 60, reviewers: 20, readers: 3, variety: 2.0, disparity: 1.0, noise: 2.0 },
        Draw { talks: 20, reviewers: 5, readers: 2, variety: 1.5, disparity: 1.0, noise: 1.0 },
    ];
    for draw in committees {
        let (mut within, mut all) = (0, 0);
        for seed in 0..40 {
            let drawn = draw.seed(seed);
            let calibration = calibrate(&drawn.event);
            // Differences: what the committee's marks say of the mean of all talks ever proposed is not asked.
            for t in 1..draw.talks {
                let off = merit(&calibration, t) - merit(&calibration, 0) - (drawn.merits[t] - drawn.merits[0]);
                let error = calibration.difference_error(TalkIx(0), TalkIx(t as u32));
                within += i32::from(off.abs() <= Calibration::Z * error);
                all += 1;
            }
        }
        let share = f64::from(within) / f64::from(all);
        assert!((0.9..0.985).contains(&share), "{share}");
    }
}

#[test]
fn a_talk_with_few_marks_shrinks_further_to_the_mean() {
    // Both talks have nothing but the best mark; one from eight reviewers, the other from one.
    let usual = (0..8).flat_map(|r| (0..10).map(move |t| (r, t, ((r * 3 + t * 7) % 5) as f64)));
    let calibration = calibrate(&event(12, 8, usual.chain((0..8).map(|r| (r, 10, 5.0))).chain([(3, 11, 5.0)])));
    let mean = calibration.mean().expect("marks");
    assert!(merit(&calibration, 10) > merit(&calibration, 11) && merit(&calibration, 11) > mean);
    assert!(merit(&calibration, 10) < 5.0);
}

#[test]
fn more_marks_make_a_smaller_standard_error_and_none_the_largest() {
    let reads = |t: usize| [6, 4, 2, 1, 0][t];
    let marks =
        (0..6).flat_map(|r| (0..5).filter(move |t| r < reads(*t)).map(move |t| (r, t, ((r + 2 * t) % 5) as f64)));
    let calibration = calibrate(&event(5, 6, marks));
    for t in 0..4 {
        assert!(error(&calibration, t) < error(&calibration, t + 1), "talk {t}");
    }
    assert_eq!(Some(error(&calibration, 4)), calibration.variety());
    assert_eq!(Some(merit(&calibration, 4)), calibration.mean());
    assert_eq!(talk(&calibration, 4).counted, 0);
}

#[test]
fn a_recused_mark_changes_no_merit() {
    let clean = with_a_severe_reviewer();
    let mut event = clean.clone();
    event.talks.push(crate::Talk::new("t14", ""));
    event.reviews.push(Review { recused: true, ..Review::new("r0", "t14", 1e6) });
    event.speakers.push(Speaker::new("s", "").company("ACME"));
    event.talks[13].speakers.push("s".into());
    event.reviewers[2].company = Some("acme".into());
    event.reviews.push(Review::new("r2", "t13", 8.0));
    let (with, without) = (calibrate(&event), calibrate(&clean));
    for t in 0..14 {
        let ix = TalkIx(t);
        assert_eq!(with.merit_thousandths(ix), without.merit_thousandths(ix));
    }
    assert_eq!((talk(&with, 13).counted, talk(&with, 13).set_aside), (1, 1));
    assert_eq!(with.reviewer(ReviewerIx(2)).map(|r| (r.counted, r.set_aside)), Some((12, 1)));
    let positions: Vec<usize> = with.set_aside().map(|(i, _)| i).collect();
    assert_eq!(positions, [event.reviews.len() - 2, event.reviews.len() - 1]);
}

#[test]
fn a_speakers_mark_on_her_own_talk_is_set_aside() {
    let mut event = event(3, 2, (0..2).flat_map(|r| (0..3).map(move |t| (r, t, 1.0 + (r + t) as f64))));
    event.speakers = vec![Speaker::new("ann", "Ann"), Speaker::new("r1", "Somebody else").company("ACME")];
    event.talks[0].speakers = vec!["r1".into(), "ann".into()];
    assert_eq!(calibrate(&event).set_aside().count(), 0, "a speaker of the same id is somebody else");
    event.reviewers[1] = event.reviewers[1].clone().speaker("ann").company("Elsewhere");
    let calibration = calibrate(&event);
    let own = event.reviews.iter().position(|r| r.reviewer.as_str() == "r1" && r.talk.as_str() == "t0");
    let aside: Vec<_> = calibration.set_aside().collect();
    assert_eq!(aside, [(own.expect("the mark"), SetAside::OwnTalk { speaker: SpeakerIx(0) })]);
    assert_eq!((talk(&calibration, 0).counted, talk(&calibration, 0).set_aside), (1, 1));
    assert_eq!(calibration.reviewer(ReviewerIx(1)).map(|r| (r.counted, r.set_aside)), Some((2, 1)));
}

#[test]
fn without_a_mark_that_counts_no_talk_has_a_merit() {
    let mut all_recused = event(2, 1, [(0, 0, 3.0), (0, 1, 4.0)]);
    all_recused.reviews.iter_mut().for_each(|r| r.recused = true);
    for event in [Event::new("Empty", "Europe/Paris"), event(3, 2, []), all_recused] {
        let calibration = calibrate(&event);
        assert_eq!(calibration.mean(), None);
        assert!(TalkIx::all(4).all(|t| calibration.merit_thousandths(t).is_none()));
        assert_eq!(calibration.difference_error(TalkIx(0), TalkIx(1)).to_bits(), 0.0_f64.to_bits());
    }
}

#[test]
fn one_mark_is_every_talks_merit_and_proves_nothing() {
    let calibration = calibrate(&event(3, 1, [(0, 1, 4.0)]));
    assert!(TalkIx::all(3).all(|t| calibration.merit_thousandths(t) == Some(4000)));
    assert!((0..3).all(|t| error(&calibration, t) > 0.1));
    assert!(error(&calibration, 1) < error(&calibration, 0));
    assert_eq!(calibration.merit_thousandths(TalkIx(3)), None);
}

#[test]
fn one_reviewer_alone_decides_the_order_and_nothing_of_her_severity() {
    let calibration = calibrate(&event(4, 1, (0..4).map(|t| (0, t, t as f64))));
    assert!((0..3).all(|t| merit(&calibration, t) < merit(&calibration, t + 1)));
    assert!(severity(&calibration, 0).abs() < 1e-9);
}

#[test]
fn equal_marks_make_equal_merits() {
    let calibration = calibrate(&event(4, 3, (0..3).flat_map(|r| (0..4).map(move |t| (r, t, 3.0)))));
    assert!(TalkIx::all(4).all(|t| calibration.merit_thousandths(t) == Some(3000)));
    assert!((0..3).all(|r| severity(&calibration, r).abs() < 1e-9));
}

#[test]
fn committees_without_a_talk_in_common_are_compared_with_more_doubt() {
    let blocks = (0..6).flat_map(|r| (0..8).filter(move |t| t / 4 == r / 3).map(move |t| (r, t)));
    // The second committee gives two points less, whatever the reason.
    let marks = blocks.map(|(r, t)| (r, t, 5.0 + ((r + t) % 4) as f64 - if t >= 4 { 2.0 } else { 0.0 }));
    let calibration = calibrate(&event(8, 6, marks));
    let error = |a, b| calibration.difference_error(TalkIx(a), TalkIx(b));
    assert!(error(0, 4) > 1.05 * error(0, 1));
    let apart: f64 = (0..4).map(|t| merit(&calibration, t) - merit(&calibration, t + 4)).sum::<f64>() / 4.0;
    // Part of the two points is put down to the reviewers, part to the talks.
    assert!(apart > 0.2 && apart < 1.8, "{apart}");
}

#[test]
fn a_merit_of_its_own_goes_first_and_the_talks_marks_still_tell_of_reviewers() {
    let plain = with_a_severe_reviewer();
    let mut event = plain.clone();
    event.talks[0].merit = Amount::new(9.5).ok();
    let calibration = calibrate(&event);
    assert_eq!(talk(&calibration, 0).merit(), Some(9.5));
    assert_eq!(talk(&calibration, 0).standard_error(), None);
    assert_eq!(talk(&calibration, 0).learnt, talk(&calibrate(&plain), 0).learnt);
    let checked = event.check().expect("a sound event");
    assert_eq!(checked.talk(TalkIx(0)).merit, 9500);
    assert_eq!(Some(checked.talk(TalkIx(1)).merit), calibration.merit_thousandths(TalkIx(1)));
}

#[test]
fn a_merit_below_zero_is_zero_in_thousandths() {
    // Generous r0 gives ten points more than the others, and gave nothing to the talk that nobody else read.
    let marks = (0..4).flat_map(|r| (0..20).map(move |t| (r, t, t as f64 + if r == 0 { 10.0 } else { 0.0 })));
    let calibration = calibrate(&event(21, 4, marks.chain([(0, 20, 0.0)])));
    assert!(merit(&calibration, 20) < -1.0);
    assert_eq!(calibration.merit_thousandths(TalkIx(20)), Some(0));
}

#[test]
fn merits_of_events_too_large_to_factor_are_as_near_the_truth() {
    let draw = Draw { talks: 2000, reviewers: 700, readers: 3, variety: 1.0, disparity: 0.5, noise: 1.0 };
    let drawn = draw.seed(3);
    let calibration = calibrate(&drawn.event);
    let off: f64 = (0..2000).map(|t| (merit(&calibration, t) - drawn.merits[t]).powi(2)).sum::<f64>() / 2000.0;
    assert!(off < 0.5, "{off}");
}

#[test]
fn merits_that_are_equal_but_for_the_last_bits_are_equal_in_thousandths() {
    for halfway in [3.4995_f64, 0.0125, 66.0005] {
        let around = [halfway - 1e-13, halfway, halfway + 1e-13].map(calibration::thousandths);
        assert!(around.iter().all(|t| *t == around[0]), "{around:?}");
    }
}

/// Any reviews at all, some of them nonsense.
fn any_event() -> impl Strategy<Value = Event> {
    let mark = prop_oneof![
        6 => (0_u8..6).prop_map(|m| Some(f64::from(m))),
        1 => prop::num::f64::ANY.prop_map(Some),
        1 => Just(None),
    ];
    let review = (0_usize..7, 0_usize..9, mark, prop::bool::weighted(0.1));
    (prop::collection::vec(review, 0..40), prop::collection::vec(0_usize..3, 8 + 6)).prop_map(|(reviews, companies)| {
        let mut event = event(8, 6, []);
        // One reviewer and one talk more than there are: some ids lead nowhere.
        event.reviews.extend(reviews.into_iter().map(|(r, t, mark, recused)| Review {
            mark,
            recused,
            ..Review::new(format!("r{r}"), format!("t{t}"), 0.0)
        }));
        let company = |i: usize| [None, Some("acme".to_owned()), Some(" ACME".to_owned())][companies[i]].clone();
        for i in 0..8 {
            event.speakers.push(Speaker { company: company(i), ..Speaker::new(format!("s{i}"), "") });
            event.talks[i].speakers = vec![format!("s{i}").into(), "nobody".into()];
        }
        event.reviewers.iter_mut().enumerate().for_each(|(i, r)| r.company = company(8 + i));
        event
    })
}

proptest! {
    #[test]
    fn no_reviews_panic_and_every_number_is_one(event in any_event()) {
        let calibration = calibrate(&event);
        let counted = event.reviews.len() - calibration.set_aside().count();
        prop_assert_eq!(calibration.mean().is_some(), counted > 0);
        for t in (0..8).filter(|_| counted > 0) {
            prop_assert!(merit(&calibration, t).is_finite());
            prop_assert!(error(&calibration, t).is_finite() && error(&calibration, t) > 0.0);
            let bound = calibration.variety().expect("marks") * (1.0 + 1e-9);
            prop_assert!(error(&calibration, t) <= bound);
        }
        let ties = calibration.tied_around([TalkIx(0), TalkIx(3)], TalkIx::all(8));
        prop_assert!(ties.chosen.len() <= 2 && ties.left_out.len() <= 6);
    }

    #[test]
    fn the_order_of_the_lists_changes_nothing(
        event in any_event(),
        talks in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
        reviewers in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        seed in any::<u64>(),
    ) {
        let mut event = event;
        // A pair's first mark counts, so where one is repeated the order of reviews does matter.
        let mut seen = std::collections::HashSet::new();
        event.reviews.retain(|r| seen.insert((r.reviewer.clone(), r.talk.clone())));
        let mut shuffled = event.clone();
        shuffled.talks = talks.iter().map(|t| event.talks[*t].clone()).collect();
        shuffled.reviewers = reviewers.iter().map(|r| event.reviewers[*r].clone()).collect();
        shuffled.speakers.reverse();
        shuffled.reviews.sort_by_key(|r| {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            (seed, &r.reviewer, &r.talk).hash(&mut hasher);
            hasher.finish()
        });
        let (before, after) = (calibrate(&event), calibrate(&shuffled));
        for (new, old) in talks.iter().enumerate() {
            // To the last bit, not only to the thousandth.
            prop_assert_eq!(talk(&after, new), talk(&before, *old));
        }
        for (new, old) in reviewers.iter().enumerate() {
            prop_assert_eq!(severity(&after, new).to_bits(), severity(&before, *old).to_bits());
        }
    }

    #[test]
    fn other_names_give_the_same_merits(event in any_event()) {
        // Backwards, so that sums are taken in another order.
        let other = |id: &str| format!("x{}", 9 - id[1..].parse::<u8>().expect("a letter and a digit"));
        let mut renamed = event.clone();
        renamed.talks.iter_mut().for_each(|t| t.id = other(t.id.as_str()).into());
        renamed.reviewers.iter_mut().for_each(|r| r.id = other(r.id.as_str()).into());
        for review in &mut renamed.reviews {
            review.talk = other(review.talk.as_str()).into();
            review.reviewer = other(review.reviewer.as_str()).into();
        }
        let (before, after) = (calibrate(&event), calibrate(&renamed));
        for t in TalkIx::all(8) {
            prop_assert_eq!(before.merit_thousandths(t), after.merit_thousandths(t));
        }
    }
}
