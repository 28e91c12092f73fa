//! Which columns come in.

use super::matrix::{Matrix, NONE};

/// What is more than this is not 0: a place of several talks that are alike is taken by a share of each.
const SOME: f64 = 1e-6;

/// The columns to begin with: all that are in no set, those of a start, and `most` a set.
///
/// Of a set come those that the descent took most often, since its takings on average nearly satisfy the rows, then those
/// of the best price. Among equals a scrambled order decides, so that they spread over the rows.
pub(super) fn first(matrix: &Matrix, reduced: &[f64], start: Option<&[f64]>, most: usize) -> Vec<u32> {
    let mut first = matrix.others.clone();
    let in_set = |c: &u32| matrix.set_of[*c as usize] != NONE;
    first.extend((0..matrix.columns() as u32).filter(|c| start.is_some_and(|s| s[*c as usize] > SOME)).filter(in_set));
    for set in &matrix.sets {
        first.extend(best(&set.columns, most, |c| (0.0, reduced[c])));
    }
    first
}

/// The columns outside that are better than all of their set inside: up to `most` a set.
pub(super) fn gaining(
    matrix: &Matrix,
    reduced: &[f64],
    active: &[u32],
    inside: &[bool],
    tolerance: f64,
    most: usize,
) -> Vec<u32> {
    let mut within = vec![f64::NEG_INFINITY; matrix.sets.len()];
    for column in active.iter().map(|c| *c as usize) {
        if let Some(within) = within.get_mut(matrix.set_of[column] as usize) {
            *within = within.max(reduced[column]);
        }
    }
    let mut gaining = Vec::new();
    for (set, within) in matrix.sets.iter().zip(&within) {
        let least = if set.needed { *within } else { within.max(0.0) } + tolerance;
        let outside = set.columns.iter().copied().filter(|c| !inside[*c as usize] && reduced[*c as usize] > least);
        gaining.extend(best(&outside.collect::<Vec<_>>(), most, |c| (0.0, reduced[c])));
    }
    gaining
}

/// The best columns by a pair of keys.
fn best(columns: &[u32], most: usize, key: impl Fn(usize) -> (f64, f64)) -> Vec<u32> {
    let mut keyed: Vec<(f64, f64, u32, u32)> = columns
        .iter()
        .map(|c| {
            let (first, second) = key(*c as usize);
            (first, second, scrambled(*c), *c)
        })
        .collect();
    let order = |a: &(f64, f64, u32, u32), b: &(f64, f64, u32, u32)| {
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2))
    };
    if keyed.len() > most {
        keyed.select_nth_unstable_by(most, order);
        keyed.truncate(most);
    }
    keyed.into_iter().map(|(.., c)| c).collect()
}

/// A number that has nothing to do with its neighbours'.
pub(super) fn scrambled(i: u32) -> u32 {
    let i = (i ^ (i >> 16)).wrapping_mul(0x7feb_352d);
    let i = (i ^ (i >> 15)).wrapping_mul(0x846c_a68b);
    i ^ (i >> 16)
}
