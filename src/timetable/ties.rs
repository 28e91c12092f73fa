//! Ties: talks of which some are chosen and some left out though their merits do not tell them apart.

use crate::event::{CheckedEvent, FormatIx, TalkId, TalkIx, TalkStatus};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

/// Talks of one format that merit alone does not decide on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tie {
    pub(super) format: Option<FormatIx>,
    /// The merit halfway between the last talk above the cut and the first below; of equal talks, their merit.
    pub(super) cut: f64,
    /// Those chosen, best first.
    pub(super) chosen: Vec<TalkIx>,
    /// Those left out, best first.
    pub(super) left_out: Vec<TalkIx>,
}

/// The ties of a choice of talks, format by format: those around the cut, which marks cannot tell apart
/// ([`Calibration::tied_around`](crate::reviews::Calibration::tied_around)), and wherever they are, talks of exactly the
/// same merit of which some are chosen and some left out.
///
/// Only proposed talks are compared, and only where something is known of the worth of some talk of the format: where
/// nothing is, merit has no say.
pub(super) fn ties(event: &CheckedEvent, placed: &HashSet<TalkIx>) -> Vec<Tie> {
    let mut candidates: BTreeMap<Option<FormatIx>, Vec<TalkIx>> = BTreeMap::new();
    for talk in event.talk_indices().filter(|t| event.talk(*t).status == TalkStatus::Proposed) {
        candidates.entry(event.talk(talk).format).or_default().push(talk);
    }
    let known = |t: &TalkIx| event.calibration().talk(*t).is_some_and(|marks| marks.merit().is_some());
    candidates.retain(|_, talks| talks.iter().any(known));
    candidates.into_iter().flat_map(|(format, talks)| of_format(event, placed, format, &talks)).collect()
}

/// The groups of talks that are tied, as an answer tells them: the talks of each by id, the groups by their first talk.
pub(crate) fn tied_groups(event: &CheckedEvent, placed: impl IntoIterator<Item = TalkIx>) -> Vec<Vec<TalkId>> {
    let members = |tie: Tie| {
        let mut talks: Vec<TalkIx> = tie.chosen.into_iter().chain(tie.left_out).collect();
        talks.sort_unstable();
        talks
    };
    let mut groups: Vec<Vec<TalkIx>> = ties(event, &placed.into_iter().collect()).into_iter().map(members).collect();
    groups.sort_unstable();
    groups.into_iter().map(|talks| talks.into_iter().map(|t| event.talk_id(t).clone()).collect()).collect()
}

fn of_format(
    event: &CheckedEvent,
    placed: &HashSet<TalkIx>,
    format: Option<FormatIx>,
    candidates: &[TalkIx],
) -> Vec<Tie> {
    let chosen = candidates.iter().copied().filter(|t| placed.contains(t));
    let found = event.calibration().tied_around(chosen, candidates.iter().copied());
    let at_cut = found.cut.map(|cut| Tie { format, cut, chosen: found.chosen, left_out: found.left_out });
    let mut ties: Vec<Tie> =
        at_cut.filter(|tie| !tie.chosen.is_empty() && !tie.left_out.is_empty()).into_iter().collect();

    let around: HashSet<TalkIx> = ties.iter().flat_map(|tie| tie.chosen.iter().chain(&tie.left_out)).copied().collect();
    let mut equal: BTreeMap<i64, (Vec<TalkIx>, Vec<TalkIx>)> = BTreeMap::new();
    for talk in candidates {
        let (chosen, left_out) = equal.entry(event.talk(*talk).merit).or_default();
        if placed.contains(talk) { chosen } else { left_out }.push(*talk);
    }
    equal.retain(|_, (chosen, left_out)| !chosen.is_empty() && !left_out.is_empty());
    for (merit, (chosen, left_out)) in equal.into_iter().rev() {
        // Who is tied with some of those around the cut is one of them.
        match ties.first_mut().filter(|_| chosen.iter().chain(&left_out).any(|t| around.contains(t))) {
            Some(tie) => {
                for (list, more) in [(&mut tie.chosen, chosen), (&mut tie.left_out, left_out)] {
                    list.extend(more);
                    list.sort_by_key(|t| (Reverse(event.talk(*t).merit), *t));
                    list.dedup();
                }
            }
            None => ties.push(Tie { format, cut: super::audit::amount(merit), chosen, left_out }),
        }
    }
    ties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Amount, Event, Format, Talk};

    /// Talks written `id format merit`, and the ids of those placed.
    fn groups(talks: &str, placed: &str) -> Vec<String> {
        let mut event = Event::new("Test", "UTC");
        event.formats = ["long", "short"].map(|id| Format::new(id, 30)).to_vec();
        event.talks = (talks.split(", "))
            .map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
                [id, format] => Talk::new(id, "").format(format),
                [id, format, merit] => {
                    let merit = Amount::new(merit.parse().expect("a number")).expect("a merit");
                    Talk::new(id, "").format(format).merit(merit)
                }
                _ => unreachable!("an id, a format and a merit, not {line:?}"),
            })
            .collect();
        let event = event.check().expect("an event without problems");
        let placed: Vec<_> = placed.split_whitespace().filter_map(|id| event.find_talk(id)).collect();
        let words = |group: &Vec<TalkId>| group.iter().map(TalkId::as_str).collect::<Vec<_>>().join(" ");
        tied_groups(&event, placed).iter().map(words).collect()
    }

    #[test]
    fn equal_talks_on_both_sides_of_the_choice_are_tied() {
        assert_eq!(groups("p10 long 3, p2 long 3, p1 long 4", "p1 p10"), ["p2 p10"]);
        assert_eq!(groups("p1 long 3, p2 long 2", "p1"), [""; 0]);
        assert_eq!(groups("p1 long 3, p2 long 3", "p1 p2"), [""; 0]);
    }

    #[test]
    fn equal_talks_far_from_the_cut_are_tied_too() {
        // The rules chose d; so the cut lies between equal talks, and another tie above it.
        let talks = "a long 9, b long 9, c long 5, d long 2";
        assert_eq!(groups(talks, "a d"), ["a b"]);
        assert_eq!(groups(&format!("{talks}, e long 5, f long 5"), "a c d"), ["a b", "c e f"]);
    }

    #[test]
    fn talks_of_different_formats_do_not_compete() {
        assert_eq!(groups("p1 long 3, p2 short 3", "p1"), [""; 0]);
        assert_eq!(groups("p1 long 3, p2 long 3, p3 short 1, p4 short 1", "p2 p3"), ["p1 p2", "p3 p4"]);
    }

    #[test]
    fn where_nothing_is_known_of_any_worth_there_is_no_tie() {
        assert_eq!(groups("p1 long, p2 long", "p1"), [""; 0]);
        assert_eq!(groups("p1 long, p2 long, p3 long 0", "p1"), ["p1 p2 p3"]);
    }
}
