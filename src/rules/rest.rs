//! `rest`: a speaker has some minutes between two talks, more where the room changes.
//!
//! **Promise.** Between the end of one talk and the start of the next by the same speaker lie at least `minutes`, and at
//! least `room_change_minutes` where the two are in different rooms. **Cost**: each pair too close, once, also where it
//! shares several speakers.
//!
//! ```json
//! {"kind": "rest", "minutes": 30, "room_change_minutes": 45, "required": true}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Spot, pairs};
use crate::{
    event::{Minute, RoomIx, SpeakerId, TalkIx},
    program::Draft,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A speaker has some minutes between two talks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rest {
    /// The least minutes between two talks.
    pub minutes: u32,
    /// The least minutes where the room changes; `minutes`, if not said or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_change_minutes: Option<u32>,
    /// The speakers it is about: all, if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speakers: Option<Vec<SpeakerId>>,
}

impl Rest {
    /// At least so many minutes between two talks of a speaker.
    pub fn minutes(minutes: u32) -> Self {
        Self { minutes, ..Self::default() }
    }

    /// At least so many where the room changes.
    pub fn room_change(mut self, minutes: u32) -> Self {
        self.room_change_minutes = Some(minutes);
        self
    }

    /// Of these speakers only.
    pub fn speakers<I: Into<SpeakerId>>(mut self, speakers: impl IntoIterator<Item = I>) -> Self {
        self.speakers = Some(speakers.into_iter().map(Into::into).collect());
        self
    }

    fn least(&self, same_room: bool) -> i64 {
        let change = self.room_change_minutes.unwrap_or(0).max(self.minutes);
        i64::from(if same_room { self.minutes } else { change })
    }

    fn too_close(&self, a: &Spot, b: &Spot) -> bool {
        let pause = (a.start - b.end).max(b.start - a.end);
        pause < self.least(a.room == b.room)
    }

    /// Pairs of selected talks with such a speaker in common.
    fn pairs(&self, scope: &Scope<'_>) -> BTreeSet<(TalkIx, TalkIx)> {
        let event = scope.event();
        let all = || (0..event.speakers().len() as u32).map(crate::event::SpeakerIx).collect::<Vec<_>>();
        let named = |ids: &Vec<SpeakerId>| ids.iter().filter_map(|id| event.find_speaker(id)).collect();
        let speakers: Vec<_> = self.speakers.as_ref().map_or_else(all, named);
        let mut pairs = BTreeSet::new();
        for speaker in speakers {
            let talks: Vec<_> = event.speaker(speaker).talks.iter().copied().filter(|t| scope.selects(*t)).collect();
            for (i, a) in talks.iter().enumerate() {
                pairs.extend(talks[i + 1..].iter().map(|b| (*a, *b)));
            }
        }
        pairs
    }
}

impl RuleKind for Rest {
    fn kind(&self) -> &'static str {
        "rest"
    }

    fn check(&self, check: &mut Check<'_>) {
        if let Some(speakers) = &self.speakers {
            check.speakers("speakers", speakers);
        }
        if self.minutes == 0 && self.room_change_minutes.unwrap_or(0) == 0 {
            check.problem("minutes", "0", "1 or more, here or in `room_change_minutes`");
        }
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        if self.room_change_minutes.unwrap_or(0) > self.minutes { RoomsSeen::All } else { RoomsSeen::None }
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        self.pairs(scope)
            .into_iter()
            .filter_map(|(a, b)| Some((placed.spot(a)?, placed.spot(b)?)))
            .filter(|(a, b)| self.too_close(a, b))
            .map(|(a, b)| Finding::against(1, scope.price(), vec![a.talk, b.talk]))
            .collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for (a, b) in self.pairs(scope) {
            type Place = (Minute, Minute, RoomIx);
            let close = |(start, end, room): Place, (other_start, other_end, other_room): Place| {
                let pause = (start - other_end).max(other_start - end);
                i64::from(pause < self.least(room == other_room))
            };
            pairs::state_pair(
                draft,
                (a, b),
                |s| (s.start, s.end, s.room),
                close,
                |draft| draft.charge(scope, Vec::new(), vec![a, b]),
            );
        }
    }
}
