//! One talk before another, as rows.

use crate::{
    event::{Minute, TalkIx},
    program::{Charge, Draft, Sum, Var},
};

/// States that the first talk is before the second, of two that have one room between them.
///
/// They never run at once, so the second is before the first exactly where it starts before some moment that the first
/// starts at or after. Few moments tell: one from the end of each of the second's places, when its room is free again, to the
/// first's next start; and those in the fewest such stretches that meet all of them are found by taking the earliest end of
/// a stretch again and again (stabbing intervals by points). Each moment's row holds all starts on both sides of it.
pub(super) fn state_before(
    draft: &mut Draft<'_>,
    first: TalkIx,
    second: TalkIx,
    charge: impl FnOnce(&mut Draft<'_>) -> Charge,
) {
    let mut starts: Vec<(Minute, Var)> = draft.atoms(first).map(|v| (draft.atom(v).start, v)).collect();
    starts.sort_unstable();
    let mut places: Vec<(Minute, Minute, Var)> =
        draft.atoms(second).map(|v| (draft.atom(v).start, draft.atom(v).busy_until, v)).collect();
    places.sort_unstable();
    // From the second's start to the first's earliest start behind it.
    let mut stretches: Vec<(Minute, Minute)> = Vec::with_capacity(places.len());
    for (start, until, _) in &places {
        if let Some((next, _)) = starts.get(starts.partition_point(|(s, _)| s < until)) {
            stretches.push((*next, *start));
        }
    }
    stretches.sort_unstable();
    let mut moments: Vec<Minute> = Vec::new();
    for (end, start) in stretches {
        if moments.last().is_none_or(|last| *last <= start) {
            moments.push(end);
        }
    }
    if moments.is_empty() {
        return;
    }
    let charge = charge(draft);
    for moment in moments {
        let late = starts[starts.partition_point(|(s, _)| *s < moment)..].iter().map(|(_, v)| *v);
        let early = places[..places.partition_point(|(s, ..)| *s < moment)].iter().map(|(.., v)| *v);
        let sum = Sum::each(late.chain(early));
        draft.at_most(charge, sum, 1);
    }
}
