//! The checks that an event must pass. All problems come at once, in the order of the file.

use super::{
    CheckedEvent, CivilTime, Event, FormatId, FormatIx, InterestFacts, Minute, OpeningFacts, Problem, Problems,
    RoomFacts, RoomId, RoomIx, SlotFacts, Span, SpeakerFacts, Tags, TalkFacts, TalkIx, ValueIx, Window,
    checked::{Entry, minute_in},
    index::{Interner, Names},
};
use crate::{
    reviews,
    rules::{self, Rule, RuleKind},
};
use jiff::tz::TimeZone;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

/// The longest talk or step: a week.
const LONGEST: u32 = 7 * 24 * 60;
/// The most starts one opening may have: a year of hours, or a week of minutes.
const MOST_STARTS: i64 = 10_080;

impl Event {
    /// Resolves every name and time.
    ///
    /// # Errors
    ///
    /// Every problem of the event at once: ids that are repeated or lead nowhere, ends before starts, times that the
    /// zone's clocks never show, numbers out of range, rules whose fields do not fit together.
    ///
    /// ```
    /// use slotwise::{Event, Talk};
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.talks.push(Talk::new("t1", "Hello").minutes(20).by("nobody"));
    /// let problems = event.check().unwrap_err();
    /// assert_eq!(
    ///     problems.to_string(),
    ///     "talks[0].speakers[0]: found \"nobody\", which no speaker has as id; wanted the id of a speaker"
    /// );
    /// ```
    pub fn check(self) -> Result<CheckedEvent, Problems> {
        let mut checker = Checker::of(&self);
        let rooms = checker.rooms();
        let minutes = checker.formats();
        let blocks = checker.blocks();
        let slots = checker.slots();
        let openings = checker.openings();
        let speakers = checker.speakers();
        let talks = checker.talks(&minutes);
        checker.reviews();
        let interests = checker.interests();
        let published = checker.published();
        let Checker { zone, names, values, talk_tags, speaker_tags, problems, .. } = checker;

        let calibration = reviews::calibrate(&self);
        let mut checked = CheckedEvent {
            zone,
            names,
            talks,
            rooms,
            speakers,
            slots,
            openings,
            blocks,
            interests,
            values,
            talk_tags,
            speaker_tags,
            rules: Vec::new(),
            calibration,
            event: self,
        };
        checked.finish(&published);
        let problems = checked.enter_rules(problems);
        Problems::none_or(problems).map(|()| checked)
    }
}

impl CheckedEvent {
    /// Adds a rule of the embedding code's own.
    ///
    /// # Errors
    ///
    /// What the rule's own [`RuleKind::check`] finds, and names in its selection that lead nowhere.
    pub fn with_rule<K: RuleKind + Clone + 'static>(mut self, rule: &Rule<K>) -> Result<Self, Problems> {
        let path = format!("rules[{}]", self.rules.len());
        let mut problems = Vec::new();
        self.enter(rule, Arc::new(rule.kind.clone()), &path, &mut problems);
        Problems::none_or(problems).map(|()| self)
    }

    /// Fills in what takes the whole event to know: each speaker's talks, published places, merits.
    fn finish(&mut self, published: &[(TalkIx, RoomIx, Minute)]) {
        for (i, talk) in self.talks.iter_mut().enumerate() {
            let ix = TalkIx(i as u32);
            for speaker in &talk.speakers {
                self.speakers[speaker.at()].talks.push(ix);
            }
            let own = self.event.talks[i].merit.map(super::Amount::thousandths);
            talk.merit = own.or_else(|| self.calibration.merit_thousandths(ix)).unwrap_or(0);
        }
        for (talk, room, start) in published {
            self.talks[talk.at()].published = Some((*room, *start));
        }
    }

    fn enter_rules(&mut self, mut problems: Vec<Problem>) -> Vec<Problem> {
        let rules = std::mem::take(&mut self.event.rules);
        for (i, rule) in rules.iter().enumerate() {
            self.enter(rule, rule.kind.meaning(), &format!("rules[{i}]"), &mut problems);
        }
        self.event.rules = rules;
        problems
    }

    fn enter<K>(&mut self, rule: &Rule<K>, kind: Arc<dyn RuleKind>, path: &str, problems: &mut Vec<Problem>) {
        let mut check = rules::Check::new(self, path, rule, problems);
        check.selection(&rule.talks, "talks");
        kind.check(&mut check);
        let talks = rule.talks.select(self);
        let name = rule.name.clone().unwrap_or_else(|| kind.title());
        self.rules.push(Entry { name, strength: rule.strength, selection: rule.talks.clone(), talks, kind });
    }
}

/// One pass over the event.
struct Checker<'e> {
    event: &'e Event,
    zone: TimeZone,
    names: Names,
    values: Interner,
    talk_tags: BTreeMap<String, Vec<Vec<ValueIx>>>,
    speaker_tags: BTreeMap<String, Vec<Vec<ValueIx>>>,
    problems: Vec<Problem>,
}

impl<'e> Checker<'e> {
    fn of(event: &'e Event) -> Self {
        let mut problems = Vec::new();
        let zone = TimeZone::get(&event.timezone).unwrap_or_else(|_| {
            let wanted = "the IANA name of a zone, such as \"Europe/Paris\"";
            problems.push(Problem::new("timezone", format!("{:?}", event.timezone), wanted));
            TimeZone::UTC
        });
        let names = Names::of(event, &mut problems);
        Self {
            event,
            zone,
            names,
            values: Interner::default(),
            talk_tags: BTreeMap::new(),
            speaker_tags: BTreeMap::new(),
            problems,
        }
    }

    fn problem(&mut self, path: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) {
        self.problems.push(Problem::new(path, found, wanted));
    }

    /// The minute of a civil time; a time that clocks in the zone never show is a problem.
    fn minute(&mut self, path: impl Into<String>, time: CivilTime) -> Minute {
        minute_in(&self.zone, time).unwrap_or_else(|| {
            let wanted = format!("a time that clocks in {} show", self.event.timezone);
            self.problem(path, format!("{time}, which the change of the clocks skips"), wanted);
            0
        })
    }

    fn span(&mut self, path: &str, start: CivilTime, end: CivilTime) -> Span {
        let span =
            Span { start: self.minute(format!("{path}.start"), start), end: self.minute(format!("{path}.end"), end) };
        if end <= start {
            self.problem(format!("{path}.end"), end.to_string(), format!("a time after the start, {start}"));
        }
        span
    }

    fn windows(&mut self, path: &str, windows: &[Window]) -> Vec<Span> {
        windows.iter().enumerate().map(|(i, w)| self.span(&format!("{path}[{i}]"), w.start, w.end)).collect()
    }

    fn room(&mut self, path: impl Into<String>, id: &RoomId) -> Option<RoomIx> {
        let found = self.names.room(id);
        if found.is_none() {
            self.problem(path, format!("{:?}, which no room has as id", id.0), "the id of a room");
        }
        found
    }

    fn talk(&mut self, path: impl Into<String>, id: &super::TalkId) -> Option<TalkIx> {
        let found = self.names.talk(id);
        if found.is_none() {
            self.problem(path, format!("{:?}, which no talk has as id", id.0), "the id of a talk");
        }
        found
    }

    fn format(&mut self, path: impl Into<String>, id: &FormatId) -> Option<FormatIx> {
        let found = self.names.format(id);
        if found.is_none() {
            self.problem(path, format!("{:?}, which no format has as id", id.0), "the id of a format");
        }
        found
    }

    /// Each element resolved, once; a repeated one is a problem.
    fn each<T: Copy + Eq + std::hash::Hash, I: std::fmt::Display>(
        &mut self,
        path: &str,
        ids: &[I],
        resolve: impl Fn(&mut Self, String, &I) -> Option<T>,
    ) -> Vec<T> {
        let mut seen = HashSet::new();
        let mut list = Vec::new();
        for (i, id) in ids.iter().enumerate() {
            let path = format!("{path}[{i}]");
            if let Some(ix) = resolve(self, path.clone(), id) {
                if seen.insert(ix) {
                    list.push(ix);
                } else {
                    self.problem(path, format!("\"{id}\" a second time"), "each id once");
                }
            }
        }
        list
    }

    fn rooms_and_formats(
        &mut self,
        path: &str,
        rooms: &[RoomId],
        formats: &[FormatId],
    ) -> (Vec<RoomIx>, Vec<FormatIx>) {
        if rooms.is_empty() {
            self.problem(format!("{path}.rooms"), "an empty list", "the ids of one or more rooms");
        }
        (
            self.each(&format!("{path}.rooms"), rooms, |c, p, id| c.room(p, id)),
            self.each(&format!("{path}.formats"), formats, |c, p, id| c.format(p, id)),
        )
    }

    fn tags(&mut self, path: &str, tags: &Tags) {
        for (key, values) in &tags.0 {
            let path = format!("{path}.{key}");
            if values.is_empty() {
                self.problem(&path, "an empty list", "one or more values, or no such key");
            }
            for (i, value) in values.iter().enumerate() {
                if values[..i].contains(value) {
                    self.problem(format!("{path}[{i}]"), format!("{value:?} a second time"), "each value once");
                }
            }
        }
    }

    fn in_minutes(&mut self, path: String, minutes: u32) {
        if !(1..=LONGEST).contains(&minutes) {
            self.problem(path, minutes.to_string(), format!("a number of minutes from 1 to {LONGEST}"));
        }
    }

    fn rooms(&mut self) -> Vec<RoomFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, room) in event.rooms.iter().enumerate() {
            self.tags(&format!("rooms[{i}].tags"), &room.tags);
            list.push(RoomFacts {
                capacity: room.capacity.map(i64::from),
                unavailable: self.windows(&format!("rooms[{i}].unavailable"), &room.unavailable),
            });
        }
        list
    }

    /// Each format's minutes and changeover.
    fn formats(&mut self) -> Vec<(i64, i64)> {
        let event = self.event;
        for (i, format) in event.formats.iter().enumerate() {
            self.in_minutes(format!("formats[{i}].minutes"), format.minutes);
            if format.changeover > LONGEST {
                let wanted = format!("a number of minutes from 0 to {LONGEST}");
                self.problem(format!("formats[{i}].changeover"), format.changeover.to_string(), wanted);
            }
        }
        event.formats.iter().map(|f| (i64::from(f.minutes), i64::from(f.changeover))).collect()
    }

    fn blocks(&mut self) -> Vec<Span> {
        let event = self.event;
        event.blocks.iter().enumerate().map(|(i, b)| self.span(&format!("blocks[{i}]"), b.start, b.end)).collect()
    }

    fn slots(&mut self) -> Vec<SlotFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, slot) in event.slots.iter().enumerate() {
            let path = format!("slots[{i}]");
            let span = self.span(&path, slot.start, slot.end);
            let (rooms, formats) = self.rooms_and_formats(&path, &slot.rooms, &slot.formats);
            self.tags(&format!("{path}.tags"), &slot.tags);
            for (j, format) in slot.formats.iter().enumerate() {
                let Some(ix) = self.names.format(format) else { continue };
                let minutes = event.formats[ix.at()].minutes;
                if i64::from(minutes) > span.end - span.start && slot.end > slot.start {
                    let found = format!("{:?}, whose talks run for {minutes} minutes", format.0);
                    let wanted = format!("a format of at most {} minutes, the slot's length", span.end - span.start);
                    self.problem(format!("{path}.formats[{j}]"), found, wanted);
                }
            }
            list.push(SlotFacts { span, rooms, formats });
        }
        list
    }

    fn openings(&mut self) -> Vec<OpeningFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, opening) in event.openings.iter().enumerate() {
            let path = format!("openings[{i}]");
            let span = self.span(&path, opening.start, opening.end);
            self.in_minutes(format!("{path}.every_minutes"), opening.every_minutes);
            let (rooms, formats) = self.rooms_and_formats(&path, &opening.rooms, &opening.formats);
            let every = i64::from(opening.every_minutes.max(1));
            if (span.end - span.start) / every > MOST_STARTS {
                let found = format!("{} starts", (span.end - span.start) / every);
                let wanted = format!("at most {MOST_STARTS} starts in one opening");
                self.problem(path, found, wanted);
                continue;
            }
            // Where the clocks go back, an hour is shown twice: a start in its second pass could not be written down
            // as a civil time, so there is none.
            let starts = (span.start..span.end)
                .step_by(every as usize)
                .filter(|start| minute_in(&self.zone, super::checked::civil_in(&self.zone, *start)) == Some(*start))
                .collect();
            list.push(OpeningFacts { span, starts, rooms, formats });
        }
        list
    }

    fn speakers(&mut self) -> Vec<SpeakerFacts> {
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
                put(&mut self.speaker_tags, event.speakers.len(), i, key, values, &mut self.values);
            }
            if let Some(company) = &speaker.company {
                let company = std::slice::from_ref(company);
                put(&mut self.speaker_tags, event.speakers.len(), i, "company", company, &mut self.values);
            }
            list.push(SpeakerFacts {
                available: self.windows(&format!("{path}.available"), &speaker.available),
                unavailable: self.windows(&format!("{path}.unavailable"), &speaker.unavailable),
                talks: Vec::new(),
            });
        }
        list
    }

    fn talks(&mut self, formats: &[(i64, i64)]) -> Vec<TalkFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, talk) in event.talks.iter().enumerate() {
            let path = format!("talks[{i}]");
            let speakers = self.each(&format!("{path}.speakers"), &talk.speakers, |c, p, id| {
                let found = c.names.speaker(id);
                if found.is_none() {
                    c.problem(p, format!("{:?}, which no speaker has as id", id.0), "the id of a speaker");
                }
                found
            });
            let format = talk.format.as_ref().and_then(|id| self.format(format!("{path}.format"), id));
            if talk.format.is_none() && talk.minutes.is_none() {
                self.problem(&path, "neither `format` nor `minutes`", "one of them, to know how long the talk runs");
            }
            if let Some(minutes) = talk.minutes {
                self.in_minutes(format!("{path}.minutes"), minutes);
            }
            self.tags(&format!("{path}.tags"), &talk.tags);
            self.tags(&format!("{path}.needs"), &talk.needs);
            for (key, values) in &talk.tags.0 {
                put(&mut self.talk_tags, event.talks.len(), i, key, values, &mut self.values);
            }
            let pin = talk.pin.clone().unwrap_or_default();
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
                pin_start: pin.start.map(|time| self.minute(format!("{path}.pin.start"), time)),
                published: None,
            });
        }
        list
    }

    fn reviews(&mut self) {
        let event = self.event;
        let mut seen: HashMap<(usize, TalkIx), usize> = HashMap::new();
        for (i, review) in event.reviews.iter().enumerate() {
            let path = format!("reviews[{i}]");
            let reviewer = self.names.reviewer(review.reviewer.as_str());
            if reviewer.is_none() {
                let found = format!("{:?}, which no reviewer has as id", review.reviewer.0);
                self.problem(format!("{path}.reviewer"), found, "the id of a reviewer");
            }
            let talk = self.talk(format!("{path}.talk"), &review.talk);
            match review.mark {
                None if !review.recused => {
                    self.problem(format!("{path}.mark"), "no mark", "a mark, or \"recused\": true");
                }
                Some(mark) if !(0.0..=1e6).contains(&mark) => {
                    self.problem(format!("{path}.mark"), mark.to_string(), "a number from 0 to 1000000");
                }
                _ => {}
            }
            if let (Some(reviewer), Some(talk)) = (reviewer, talk)
                && let Some(first) = seen.insert((reviewer, talk), i)
            {
                let found = format!("a second review of {:?} by {:?}", review.talk.0, review.reviewer.0);
                self.problem(path, found, format!("one review, as in reviews[{first}]"));
            }
        }
    }

    fn interests(&mut self) -> Vec<InterestFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, interest) in event.interests.iter().enumerate() {
            let path = format!("interests[{i}].talks");
            if interest.talks.is_empty() {
                self.problem(&path, "an empty list", "the ids of one or more talks");
            }
            let talks = self.each(&path, &interest.talks, |c, p, id| c.talk(p, id));
            list.push(InterestFacts { talks, weight: interest.weight.thousandths() });
        }
        list
    }

    fn published(&mut self) -> Vec<(TalkIx, RoomIx, Minute)> {
        let event = self.event;
        let mut seen = HashMap::new();
        let mut list = Vec::new();
        for (i, place) in event.published.iter().enumerate() {
            let path = format!("published[{i}]");
            let talk = self.talk(format!("{path}.talk"), &place.talk);
            let room = self.room(format!("{path}.room"), &place.room);
            let start = self.minute(format!("{path}.start"), place.start);
            if let (Some(talk), Some(room)) = (talk, room) {
                if let Some(first) = seen.insert(talk, i) {
                    let found = format!("{:?} a second time", place.talk.0);
                    self.problem(format!("{path}.talk"), found, format!("one place, as in published[{first}]"));
                }
                list.push((talk, room, start));
            }
        }
        list
    }
}

/// Notes the values of one element under a key.
fn put(
    table: &mut BTreeMap<String, Vec<Vec<ValueIx>>>,
    length: usize,
    at: usize,
    key: &str,
    values: &[String],
    interner: &mut Interner,
) {
    let lists = table.entry(key.to_owned()).or_insert_with(|| vec![Vec::new(); length]);
    lists[at] = values.iter().map(|v| interner.value(v)).collect();
}
