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
///
/// A key of the first talk that is at least as much against each of a row's places takes part in that row too: it never
/// makes the row say more than its own row does, and the relaxation is tighter (lifting: Padberg, *On the facial structure
/// of set packing polyhedra*, 1973).
pub(super) fn state_pair<K: Ord + Copy>(
    draft: &mut Draft<'_>,
    (first, second): (TalkIx, TalkIx),
    key: impl Fn(&Spot) -> K,
    amount: impl Fn(K, K) -> i64,
    charge: impl FnOnce(&mut Draft<'_>) -> Charge,
) {
    let by_key = |draft: &Draft<'_>, talk| {
        let mut places: Vec<(K, Var)> = draft.atoms(talk).map(|var| (key(&draft.spot(var)), var)).collect();
        places.sort_unstable();
        places
    };
    let (firsts, seconds) = (by_key(draft, first), by_key(draft, second));
    // The second's places, key by key; rows name them by their positions.
    let seconds: Vec<&[(K, Var)]> = seconds.chunk_by(|a, b| a.0 == b.0).collect();
    // Places of the first talk against which the second's are alike share a row.
    let mut rows: BTreeMap<Vec<(u32, i64)>, Vec<Var>> = BTreeMap::new();
    for places in firsts.chunk_by(|a, b| a.0 == b.0) {
        let amounts = seconds.iter().map(|others| amount(places[0].0, others[0].0));
        let against: Vec<(u32, i64)> = (0..).zip(amounts).filter(|(_, a)| *a > 0).collect();
        if !against.is_empty() {
            rows.entry(against).or_default().extend(places.iter().map(|(_, var)| *var));
        }
    }
    if rows.is_empty() {
        return;
    }
    let charge = charge(draft);
    let lifted = lifted(&rows);
    for ((against, firsts), more) in rows.into_iter().zip(lifted) {
        let firsts = firsts.into_iter().chain(more);
        let most = against.iter().map(|(_, a)| *a).max().unwrap_or(0);
        let mut sum = Sum { terms: firsts.map(|v| (v, most)).collect(), constant: 0 };
        for (place, amount) in against {
            sum.terms.extend(seconds[place as usize].iter().map(|(_, var)| (*var, amount)));
        }
        draft.at_most(charge, sum, most);
    }
}

/// How many comparisons of rows lifting is worth.
const MOST_COMPARISONS: usize = 1 << 12;

/// For each row, the first places of other rows that are at least as much against all its places.
fn lifted(rows: &BTreeMap<Vec<(u32, i64)>, Vec<Var>>) -> Vec<Vec<Var>> {
    if rows.len() * rows.len() > MOST_COMPARISONS {
        return vec![Vec::new(); rows.len()];
    }
    let more = |row: &Vec<(u32, i64)>| {
        let others = rows.iter().filter(|(other, _)| *other != row && covers(other, row));
        others.flat_map(|(_, vars)| vars.iter().copied()).collect()
    };
    rows.keys().map(more).collect()
}

/// Whether `much` is at least as much against every place as `little` is. Both are in the order of places.
fn covers(much: &[(u32, i64)], little: &[(u32, i64)]) -> bool {
    let mut rest = much.iter();
    much.len() >= little.len()
        && little
            .iter()
            .all(|(place, least)| rest.find(|(k, _)| k >= place).is_some_and(|(k, a)| k == place && a >= least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_are_more_against_take_part_in_the_rows_of_those_that_are_less() {
        let row = |places: &[(u32, i64)], var| (places.to_vec(), vec![Var(var)]);
        let rows = BTreeMap::from([row(&[(1, 1)], 0), row(&[(1, 2), (2, 1)], 1), row(&[(2, 3)], 2)]);
        assert_eq!(lifted(&rows), [vec![Var(1)], vec![], vec![]]);
        assert!(covers(&[(1, 1), (3, 2)], &[(3, 2)]));
        assert!(!covers(&[(1, 1), (3, 2)], &[(2, 1)]));
    }
}
