//! Who was left out nearest to the cut, and whom the marks cannot tell from those who were chosen.

use super::{super::ties::ties, TalkName, words::Words};
use crate::event::{CheckedEvent, FormatId, TalkIx, TalkStatus};
use schemars::JsonSchema;
use serde::Serialize;
use std::{cmp::Reverse, collections::HashSet};

/// A talk that is not placed and was not declined.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LeftOut {
    /// The talk.
    #[serde(flatten)]
    pub name: TalkName,
    /// Its format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FormatId>,
    /// Its merit, on the scale of the marks.
    pub merit: f64,
    /// How uncertain that is, in the same unit; absent where no marks say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Whether merit cannot tell it from those chosen of its format.
    pub tied: bool,
}

/// Talks of one format that merit alone does not decide on: those are for people to discuss. They are around the cut and
/// marks cannot tell them apart, or some were chosen and some left out that are worth exactly the same.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TieAtCut {
    /// The format; absent for talks without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FormatId>,
    /// The merit halfway between the last talk above the cut and the first below; of talks that are tied elsewhere, the
    /// merit that they have in common.
    pub cut: f64,
    /// Chosen talks that could as well have been left out, best first.
    pub chosen: Vec<TalkName>,
    /// Left-out talks that could as well have been chosen, best first.
    pub left_out: Vec<TalkName>,
}

/// The left-out talks, best first, and the ties of each format.
pub(super) fn at(event: &CheckedEvent, words: &Words<'_>, placed: &HashSet<TalkIx>) -> (Vec<LeftOut>, Vec<TieAtCut>) {
    let mut ties = ties(event, placed);
    let order = event.formats_as_written();
    ties.sort_by_key(|tie| tie.format.map(|format| order.iter().position(|f| *f == format)));
    let undecided: HashSet<TalkIx> = ties.iter().flat_map(|tie| &tie.left_out).copied().collect();
    let names = |talks: &[TalkIx]| talks.iter().map(|t| TalkName::of(event, words, *t)).collect();
    let ties = ties.iter().map(|tie| TieAtCut {
        format: tie.format.map(|f| event.format_id(f).clone()),
        cut: tie.cut,
        chosen: names(&tie.chosen),
        left_out: names(&tie.left_out),
    });
    let mut left_out: Vec<TalkIx> =
        event.talk_indices().filter(|t| event.talk(*t).status != TalkStatus::Declined && !placed.contains(t)).collect();
    left_out.sort_by_key(|t| Reverse(event.talk(*t).merit));
    let describe = |talk: TalkIx| LeftOut {
        name: TalkName::of(event, words, talk),
        format: event.talk(talk).format.map(|f| event.format_id(f).clone()),
        merit: super::super::audit::amount(event.talk(talk).merit),
        standard_error: event.calibration().talk(talk).and_then(crate::reviews::TalkMarks::standard_error),
        tied: undecided.contains(&talk),
    };
    (left_out.into_iter().map(describe).collect(), ties.collect())
}
