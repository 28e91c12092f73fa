//! Pairs: what `clash`, `order`, `rest` and `plenary` say of two talks, as rows.

use super::Spot;
use crate::{
    event::TalkIx,
    program::{Charge, Draft, Sum, Var},
};
use std::collections::BTreeMap;

/// States that the pair costs `amount` units in their two places, or must not be so placed.
///
/// `key` is what the amount depends on: places alike in it share a row. For each key of the first talk, with `most` the
/// largest amount against it, the row is `most * first + sum(amount * second) <= most`: since each talk has one place,
/// the sum exceeds `most` by the amount exactly when both are placed against the rule. All rows of a pair answer to
/// one charge, which counts the worst of them.
pub(super) fn state_pair<K: Ord + Copy>(
    draft: &mut Draft<'_>,
    (first, second): (TalkIx, TalkIx),
    key: impl Fn(&Spot) -> K,
    amount: impl Fn(K, K) -> i64,
    charge: impl FnOnce(&mut Draft<'_>) -> Charge,
) {
    let by_key = |draft: &Draft<'_>, talk| {
        let mut places: BTreeMap<K, Vec<Var>> = BTreeMap::new();
        for var in draft.atoms(talk) {
            places.entry(key(&draft.spot(var))).or_default().push(var);
        }
        places
    };
    let (firsts, seconds) = (by_key(draft, first), by_key(draft, second));
    // Places of the first talk against which the second's are alike share a row.
    let mut rows: BTreeMap<Vec<(K, i64)>, Vec<Var>> = BTreeMap::new();
    for (place, vars) in firsts {
        let against: Vec<(K, i64)> =
            seconds.keys().map(|other| (*other, amount(place, *other))).filter(|(_, a)| *a > 0).collect();
        if !against.is_empty() {
            rows.entry(against).or_default().extend(vars);
        }
    }
    if rows.is_empty() {
        return;
    }
    let charge = charge(draft);
    for (against, firsts) in rows {
        let most = against.iter().map(|(_, a)| *a).max().unwrap_or(0);
        let mut sum = Sum { terms: firsts.into_iter().map(|v| (v, most)).collect(), constant: 0 };
        for (place, amount) in against {
            for var in &seconds[&place] {
                sum.add(*var, amount);
            }
        }
        draft.at_most(charge, sum, most);
    }
}
