//! Where a step ends: the nearest point that keeps a simplex, and the nearest multiplier at what its row's sides and fines ask.
//!
//! The proximal operators of the two halves of the method (Parikh and Boyd, *Proximal algorithms*, 2014).

use super::matrix::Fine;

/// The row's multiplier after a step of length `sigma` that led to `t`: its sides pull it back, and each of its fines from
/// where it is worth its cost. The pull is a staircase that rises with the multiplier; where it meets `t` is the answer.
pub(super) fn settle(t: f64, sigma: f64, (lower, upper): (f64, f64), fines: &[Fine]) -> f64 {
    let (mut below, mut above) = (lower, upper);
    for fine in fines {
        if fine.most > 0.0 {
            above -= if fine.at > 0.0 { fine.most } else { 0.0 };
            below -= if fine.at >= 0.0 { fine.most } else { 0.0 };
        } else {
            above -= if fine.at <= 0.0 { fine.most } else { 0.0 };
            below -= if fine.at < 0.0 { fine.most } else { 0.0 };
        }
    }
    if t > sigma * above {
        for fine in fines.iter().filter(|fine| fine.at > 0.0) {
            if t - sigma * above <= fine.at {
                break;
            }
            above += fine.most.abs();
            if t - sigma * above <= fine.at {
                return fine.at;
            }
        }
        t - sigma * above
    } else if t < sigma * below {
        for fine in fines.iter().rev().filter(|fine| fine.at < 0.0) {
            if t - sigma * below >= fine.at {
                break;
            }
            below -= fine.most.abs();
            if t - sigma * below >= fine.at {
                return fine.at;
            }
        }
        t - sigma * below
    } else {
        0.0
    }
}

/// What the cheapest fines add to a row's sum to bring it back within its sides; what is left is in `excess`.
pub(super) fn paid<'f>(excess: &mut f64, fines: &'f [Fine]) -> Vec<(&'f Fine, f64)> {
    let mut paid = Vec::new();
    for i in 0..fines.len() {
        let fine = &fines[if *excess > 0.0 { i } else { fines.len() - 1 - i }];
        if *excess * fine.most < 0.0 {
            let amount = if fine.most < 0.0 { fine.most.max(-*excess) } else { fine.most.min(-*excess) };
            *excess += amount;
            paid.push((fine, amount));
        }
    }
    paid
}

/// The nearest values of at least 0 that sum up to 1, or to at most 1 where one need not be.
pub(super) fn project(x: &mut [f64], needed: bool, positive: &mut Vec<f64>) {
    if !needed {
        let sum: f64 = x.iter().map(|v| v.max(0.0)).sum();
        if sum <= 1.0 {
            x.iter_mut().for_each(|v| *v = v.max(0.0));
            return;
        }
    }
    // What is below the threshold of the rest is none of them, again and again.
    positive.clear();
    let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    positive.extend(x.iter().copied().filter(|v| *v > most - 1.0));
    loop {
        let threshold = (positive.iter().sum::<f64>() - 1.0) / positive.len() as f64;
        let before = positive.len();
        positive.retain(|v| *v > threshold);
        if positive.len() == before || positive.is_empty() {
            x.iter_mut().for_each(|v| *v = (*v - threshold).max(0.0));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn projected_values_are_the_nearest_of_their_simplex(
            before in proptest::collection::vec(-3.0_f64..3.0, 1..9),
            needed in any::<bool>(),
        ) {
            let mut x = before.clone();
            project(&mut x, needed, &mut Vec::new());
            let sum: f64 = x.iter().sum();
            prop_assert!(x.iter().all(|v| *v >= 0.0));
            let sums_up = sum < 1.0 + 1e-9 && (!needed || sum > 1.0 - 1e-9);
            prop_assert!(sums_up, "{}", sum);
            // No corner is in the direction of what was taken away.
            let away: Vec<f64> = before.iter().zip(&x).map(|(b, x)| b - x).collect();
            let here: f64 = away.iter().zip(&x).map(|(a, x)| a * x).sum();
            let corners = away.iter().copied().chain((!needed).then_some(0.0));
            prop_assert!(corners.into_iter().all(|a| a <= here + 1e-9));
        }

        #[test]
        fn a_multiplier_settles_where_nothing_near_is_better(
            t in -9.0_f64..9.0,
            sigma in 0.1_f64..3.0,
            sides in prop_oneof![
                Just((1.0, 1.0)), Just((f64::NEG_INFINITY, 2.0)), Just((-1.0, f64::INFINITY)), Just((-1.0, 2.0)),
            ],
            fines in proptest::collection::vec((-2.0_f64..2.0, 0.0_f64..5.0), 0..4),
        ) {
            // A fine costs: it is worth that at a multiplier of the sign opposite to what it adds.
            let mut fines: Vec<Fine> = fines
                .into_iter()
                .map(|(most, cost)| Fine { column: 0, most, at: -cost * most.signum() })
                .collect();
            fines.sort_by(|a, b| a.at.total_cmp(&b.at));
            let charge = |y: f64| {
                let side = if y == 0.0 { 0.0 } else { y * if y > 0.0 { sides.1 } else { sides.0 } };
                let fined: f64 = fines.iter().map(|f| (f.most * (f.at - y)).max(0.0)).sum();
                side + fined + (y - t) * (y - t) / (2.0 * sigma)
            };
            let y = settle(t, sigma, sides, &fines);
            prop_assert!(charge(y).is_finite());
            for step in [-1.0, -0.1, -1e-3, 1e-3, 0.1, 1.0] {
                prop_assert!(charge(y) <= charge(y + step) + 1e-9, "{y} {step}");
            }
        }
    }
}
