//! Checks of who and what: speakers, talks, reviews, interests, the published programme.

use super::Checker;
use crate::event::{InterestFacts, Minute, RoomIx, SpeakerFacts, TalkFacts, TalkIx};
use crate::text::{cut, quoted};
use std::collections::HashMap;

impl Checker<'_> {
    pub(super) fn speakers(&mut self) -> Vec<SpeakerFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, speaker) in event.speakers.iter().enumerate() {
            let path = format!("speakers[{i}]");
            self.tags(&format!("{path}.tags"), &speaker.tags);
            if speaker.company.is_some() && !speaker.tags.values("company").is_empty() {
                let found = "a tag `company` beside the field `company`";
                self.problem(format!("{path}.tags.company"), found, "the company in one of the two");
            }
            for (key, values) in &speaker.tags.0 {
                self.speaker_tags.put(i, key, self.values.of(values));
            }
            if let Some(company) = &speaker.company {
                let company = std::slice::from_ref(company);
                self.speaker_tags.put(i, "company", self.values.of(company));
            }
            list.push(SpeakerFacts {
                available: self.windows(&format!("{path}.available"), &speaker.available),
                unavailable: self.windows(&format!("{path}.unavailable"), &speaker.unavailable),
                talks: Vec::new(),
            });
        }
        list
    }

    pub(super) fn talks(&mut self, formats: &[(i64, i64)]) -> Vec<TalkFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, talk) in event.talks.iter().enumerate() {
            let path = format!("talks[{i}]");
            let speakers = self.each(&format!("{path}.speakers"), &talk.speakers, |c, p, id| {
                let found = c.names.speaker(id);
                if found.is_none() {
                    c.dangling(p, "speaker", &id.0);
                }
                found
            });
            let format = talk.format.as_ref().and_then(|id| self.format(format!("{path}.format"), id));
            if talk.format.is_none() && talk.minutes.is_none() {
                self.problem(&path, "neither `format` nor `minutes`", "one of them, to know how long the talk runs");
            }
            self.people(format!("{path}.audience"), talk.audience);
            if let Some(minutes) = talk.minutes {
                self.in_minutes(format!("{path}.minutes"), minutes);
            }
            self.tags(&format!("{path}.tags"), &talk.tags);
            self.tags(&format!("{path}.needs"), &talk.needs);
            for (key, values) in &talk.tags.0 {
                self.talk_tags.put(i, key, self.values.of(values));
            }
            let pin = talk.pin.clone().unwrap_or_default();
            if pin.start.is_none() && pin.start_offset.is_some() {
                let found = "an offset without a start";
                self.problem(format!("{path}.pin.start_offset"), found, "the `start` that it is the offset of");
            }
            let (minutes, changeover) = format.map_or((0, 0), |f| formats[f.at()]);
            list.push(TalkFacts {
                status: talk.status,
                minutes: talk.minutes.map_or(minutes, i64::from),
                changeover,
                format,
                speakers,
                audience: i64::from(talk.audience.unwrap_or(0)),
                merit: 0,
                pin_room: pin.room.and_then(|id| self.room(format!("{path}.pin.room"), &id)),
                pin_start: pin
                    .start
                    .and_then(|time| self.minute_at(&format!("{path}.pin.start"), time, pin.start_offset)),
                published: None,
            });
        }
        list
    }

    pub(super) fn reviewers(&mut self) {
        for (i, reviewer) in self.event.reviewers.iter().enumerate() {
            if let Some(id) = &reviewer.speaker
                && self.names.speaker(id).is_none()
            {
                self.dangling(format!("reviewers[{i}].speaker"), "speaker", &id.0);
            }
        }
    }

    pub(super) fn reviews(&mut self) {
        let event = self.event;
        let mut seen: HashMap<(usize, TalkIx), usize> = HashMap::new();
        for (i, review) in event.reviews.iter().enumerate() {
            let path = format!("reviews[{i}]");
            let reviewer = self.names.reviewer(review.reviewer.as_str());
            if reviewer.is_none() {
                self.dangling(format!("{path}.reviewer"), "reviewer", &review.reviewer.0);
            }
            let talk = self.talk(format!("{path}.talk"), &review.talk);
            match review.mark {
                None if !review.recused => {
                    self.problem(format!("{path}.mark"), "no mark", "a mark, or \"recused\": true");
                }
                Some(mark) if !(0.0..=1e6).contains(&mark) => {
                    self.problem(format!("{path}.mark"), cut(&mark.to_string(), 20), "a number from 0 to 1000000");
                }
                _ => {}
            }
            if let (Some(reviewer), Some(talk)) = (reviewer, talk)
                && let Some(first) = seen.insert((reviewer, talk), i)
            {
                let found = format!("a second review of {} by {}", quoted(&review.talk.0), quoted(&review.reviewer.0));
                self.problem(path, found, format!("one review, as in reviews[{first}]"));
            }
        }
    }

    pub(super) fn interests(&mut self) -> Vec<InterestFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, interest) in event.interests.iter().enumerate() {
            let path = format!("interests[{i}].talks");
            if interest.talks.is_empty() {
                self.problem(&path, "an empty list", "the ids of one or more talks");
            }
            let talks = self.each(&path, &interest.talks, Self::talk);
            list.push(InterestFacts { talks, weight: interest.weight.thousandths() });
        }
        list
    }

    pub(super) fn published(&mut self) -> Vec<(TalkIx, RoomIx, Minute)> {
        let event = self.event;
        let mut seen = HashMap::new();
        let mut list = Vec::new();
        for (i, place) in event.published.iter().enumerate() {
            let path = format!("published[{i}]");
            let talk = self.talk(format!("{path}.talk"), &place.talk);
            let room = self.room(format!("{path}.room"), &place.room);
            let start = self.minute_at(&format!("{path}.start"), place.start, place.start_offset);
            if let (Some(talk), Some(room), Some(start)) = (talk, room, start) {
                if let Some(first) = seen.insert(talk, i) {
                    let found = format!("{} a second time", quoted(&place.talk.0));
                    self.problem(format!("{path}.talk"), found, format!("one place, as in published[{first}]"));
                }
                list.push((talk, room, start));
            }
        }
        list
    }
}
