//! `rest`: a speaker has some minutes between two talks, more where the room changes.
//!
//! **Promise.** Between the end of one talk and the start of the next by the same speaker lie at least `minutes`, and at
//! least `room_change_minutes` where the two are in different rooms. **Cost**: each pair too close, once, also where it
//! shares several speakers.
//!
//! ```json
//! {"kind": "rest", "minutes": 30, "room_change_minutes": 45, "required": true}
//! ```

use super::{Check, Finding, Placed, RoomsSeen, RuleKind, Scope, Spot, TimesSeen, Warn, pairs};
use crate::{
    event::{Minute, RoomIx, SpeakerId, SpeakerIx, TalkIx, TalkStatus},
    program::{Draft, Outline, Outlined},
    text::quoted,
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
        check.not_empty("speakers", self.speakers.as_ref(), "the ids of one or more speakers");
        if let Some(speakers) = &self.speakers {
            check.speakers("speakers", speakers);
        }
        if self.minutes == 0 && self.room_change_minutes.unwrap_or(0) == 0 {
            check.problem("minutes", "0", "1 or more, here or in `room_change_minutes`");
        }
    }

    fn warn(&self, scope: &Scope<'_>, warn: &mut Warn<'_>) {
        let event = scope.event();
        let several = |speaker: SpeakerIx| {
            let open = |t: &&TalkIx| scope.selects(**t) && event.talk(**t).status != TalkStatus::Declined;
            event.speaker(speaker).talks.iter().filter(open).count() > 1
        };
        match &self.speakers {
            None if !SpeakerIx::all(event.speakers().len()).any(several) => {
                warn.say("", "no speaker has two talks, so nobody needs a rest");
            }
            None => {}
            Some(ids) => {
                for (i, id) in ids.iter().enumerate() {
                    if event.find_speaker(id).is_some_and(|speaker| !several(speaker)) {
                        let text = format!("the speaker {} does not have two talks", quoted(id.as_str()));
                        warn.say(&format!("speakers[{i}]"), text);
                    }
                }
            }
        }
    }

    fn draws(&self, _scope: &Scope<'_>) -> bool {
        false
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        if self.room_change_minutes.unwrap_or(0) > self.minutes { RoomsSeen::Each } else { RoomsSeen::Ignored }
    }

    fn times_seen(&self, _scope: &Scope<'_>) -> TimesSeen {
        TimesSeen::Each
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

    /// It only costs, and single places do not tell what.
    fn outline(&self, _scope: &Scope<'_>, _outline: &mut Outline<'_>) -> Outlined {
        Outlined::AllButCosts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, TalkStatus},
        rules::{
            Rule, Selection,
            testing::{at, best, best_value, breaks, cost, open, problems, soft, talk},
        },
    };

    /// Two rooms that are open from nine to twelve; two talks by Ann and Bob, and one by Ann alone.
    fn event() -> Event {
        let mut event = open("a b", "09:00", "12:00");
        event.talks = vec![talk("p1").by("ann").by("bob"), talk("p2").by("bob").by("ann"), talk("p3").by("ann")];
        event
    }

    #[test]
    fn the_pause_is_from_the_end_of_one_talk_to_the_start_of_the_next() {
        let rest = soft(Rest::minutes(30)).talks(Selection::ids(["p1", "p3"]));
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p3 a 09:50"), 1);
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p3 a 10:00"), 0);
        assert_eq!(cost(&event(), &rest, "p3 a 09:00, p1 a 09:50"), 1);
    }

    #[test]
    fn a_pair_that_shares_two_speakers_is_charged_once() {
        assert_eq!(cost(&event(), &soft(Rest::minutes(30)), "p1 a 09:00, p2 a 09:30"), 1);
    }

    #[test]
    fn each_pair_too_close_is_charged() {
        assert_eq!(cost(&event(), &soft(Rest::minutes(30)), "p1 a 09:00, p2 a 09:40, p3 a 10:20"), 2);
        assert_eq!(cost(&event(), &soft(Rest::minutes(60)), "p1 a 09:00, p2 a 09:30, p3 a 10:00"), 3);
    }

    #[test]
    fn where_the_room_changes_the_pause_is_longer() {
        let rest = soft(Rest::minutes(10).room_change(20));
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p2 a 09:40"), 0);
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p2 b 09:40"), 1);
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p2 b 09:50"), 0);
    }

    #[test]
    fn a_room_change_never_needs_less_than_the_pause() {
        let rest = soft(Rest::minutes(30).room_change(10));
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p2 b 09:50"), 1);
    }

    #[test]
    fn only_the_speakers_named_need_rest() {
        let rest = soft(Rest::minutes(30).speakers(["bob"]));
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p3 a 09:30"), 0);
        assert_eq!(cost(&event(), &rest, "p1 a 09:00, p2 a 09:30"), 1);
    }

    #[test]
    fn talks_that_share_no_speaker_may_follow_one_another() {
        let mut event = event();
        event.talks = vec![talk("p1").by("ann"), talk("p2").by("bob"), talk("p3")];
        assert!(!breaks(&event, &Rule::required(Rest::minutes(60)), "p1 a 09:00, p2 a 09:30, p3 a 10:00"));
    }

    #[test]
    fn a_plan_keeps_a_required_rest_and_pays_for_one_that_cannot_be_had() {
        let mut event = open("a", "09:00", "10:20");
        let accepted = |id| talk(id).by("ann").status(TalkStatus::Accepted);
        event.talks = vec![accepted("p1").pin_start(at("09:00")), accepted("p2")];
        assert_eq!(best(&event, [Rule::required(Rest::minutes(20))]), "p1 a 09:00, p2 a 09:50");
        assert_eq!(best(&event, [Rule::required(Rest::minutes(30))]), "none");
        assert_eq!(best_value(&event, [soft(Rest::minutes(30))]), -1);
    }

    #[test]
    fn no_rest_at_all_is_a_problem() {
        let said = "rules[0].minutes: found 0; wanted 1 or more, here or in `room_change_minutes`";
        assert_eq!(problems(&event(), &soft(Rest::minutes(0))), said);
        assert_eq!(problems(&event(), &soft(Rest::minutes(0).room_change(5))), "");
        let said = "rules[0].speakers: found an empty list; wanted the ids of one or more speakers, or no such field";
        assert_eq!(problems(&event(), &soft(Rest::minutes(30).speakers(Vec::<SpeakerId>::new()))), said);
    }
}
