//! What has happened, written into the event.

use super::Replan;
use crate::{
    event::{
        CheckedEvent, CivilTime, Event, Minute, Problem, Problems, Published, RoomIx, SpeakerId, TalkId, TalkIx,
        TalkStatus, Window, not_shown, read,
    },
    rules::Spot,
    text::quoted,
    timetable::{Audit, Timetable},
};
use std::collections::{BTreeMap, BTreeSet};

/// The changed event, and what is left of the published timetable in it.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) event: CheckedEvent,
    /// The published talks that are not cancelled, and where they were.
    pub(super) published: BTreeMap<TalkIx, (RoomIx, Minute)>,
    /// The same as a timetable.
    pub(super) kept: Timetable,
    /// The published talks that are cancelled, by id.
    pub(super) cancelled: Vec<TalkId>,
    /// The speakers who do not come.
    pub(super) speakers: BTreeSet<SpeakerId>,
    /// Before that, everything has been given.
    pub(super) given_before: Option<Minute>,
}

impl Changed {
    /// Writes what happened into the event.
    ///
    /// # Errors
    ///
    /// Every problem of what is asked, at once.
    pub(super) fn of(asked: &Replan, event: &CheckedEvent) -> Result<Self, Problems> {
        let mut checker = Checker { event, asked, problems: Vec::new() };
        let spots = checker.published();
        let given_before = checker.given_before();
        let given: Vec<Spot> =
            spots.iter().filter(|spot| given_before.is_some_and(|before| spot.start < before)).copied().collect();
        checker.own_rules();
        checker.cancelled_talks(&given);
        checker.cancelled_speakers(&given);
        checker.closed(&given);
        checker.capacities();
        checker.away(&given);
        Problems::none_or(checker.problems)?;

        let speakers: BTreeSet<SpeakerId> = asked.speakers.iter().cloned().collect();
        let given: BTreeSet<&TalkId> = given.iter().map(|spot| event.talk_id(spot.talk)).collect();
        let changed = written(asked, event, &speakers, &given).check()?;
        Problems::none_or(impossible(asked, &changed, &given))?;
        let declined = |talk: &TalkId| {
            changed.find_talk(talk).is_some_and(|talk| changed.talk(talk).status == TalkStatus::Declined)
        };
        let (gone, kept): (Vec<_>, Vec<_>) =
            asked.published.placements.iter().cloned().partition(|placement| declined(&placement.talk));
        let mut published = BTreeMap::new();
        for spot in &spots {
            let id = event.talk_id(spot.talk);
            if let Some(talk) = changed.find_talk(id).filter(|_| !declined(id)) {
                published.entry(talk).or_insert((spot.room, spot.start));
            }
        }
        let cancelled = gone.into_iter().map(|placement| placement.talk).collect();
        Ok(Self { event: changed, published, kept: Timetable::new(kept), cancelled, speakers, given_before })
    }
}

/// Talks that have been given where the event cannot have them: no timetable keeps what was given.
fn impossible(asked: &Replan, changed: &CheckedEvent, given: &BTreeSet<&TalkId>) -> Vec<Problem> {
    let placements = || asked.published.placements.iter().enumerate().filter(|(_, p)| given.contains(&p.talk));
    let past = Timetable::new(placements().map(|(_, placement)| placement.clone()));
    let Ok(audit) = Audit::of(changed, &past) else { return Vec::new() };
    // What the event itself demands, of the talks that have been given alone.
    let facts = audit.rules.iter().filter(|report| report.index.is_none() && report.broken);
    let mut problems = Vec::new();
    for report in facts {
        for talk in report.details.iter().flat_map(|detail| &detail.talks) {
            if let Some((i, _)) = placements().find(|(_, placement)| placement.talk == *talk) {
                let found = format!("{}, given where this does not hold: {}", quoted(talk.as_str()), report.name);
                let wanted = "an event that has a place for what was given, or an earlier `given_before`";
                problems.push(Problem::new(format!("published.placements[{i}]"), found, wanted));
            }
        }
    }
    problems
}

/// The id of a talk or a speaker that was probably meant by an id that neither has.
///
/// ```
/// use slotwise::{Event, Speaker, Talk, explore::nearest_talk_or_speaker};
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.speakers.push(Speaker::new("margaux", "Margaux"));
/// event.talks.push(Talk::new("keynote", "Keynote").minutes(20).by("margaux"));
/// let event = event.check()?;
/// assert_eq!(nearest_talk_or_speaker(&event, "margeaux"), Some("margaux"));
/// assert_eq!(nearest_talk_or_speaker(&event, "keynot"), Some("keynote"));
/// # Ok::<(), slotwise::Problems>(())
/// ```
pub fn nearest_talk_or_speaker<'e>(event: &'e CheckedEvent, id: &str) -> Option<&'e str> {
    let written = event.event();
    let talks = written.talks.iter().map(|talk| talk.id.as_str());
    let speakers = written.speakers.iter().map(|speaker| speaker.id.as_str());
    // Of ids that differ in a number, none is nearer than the others.
    let digits = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
    read::nearest(id, talks.chain(speakers).filter(|other| digits(other) == digits(id)))
}

/// The event with what happened. Talks that have been given have the speakers that they had.
fn written(asked: &Replan, event: &CheckedEvent, gone: &BTreeSet<SpeakerId>, given: &BTreeSet<&TalkId>) -> Event {
    let mut changed = event.event().clone();
    let cancelled: BTreeSet<&TalkId> = asked.talks.iter().collect();
    for talk in changed.talks.iter_mut().filter(|talk| !given.contains(&talk.id)) {
        let had = talk.speakers.len();
        talk.speakers.retain(|speaker| !gone.contains(speaker));
        if cancelled.contains(&talk.id) || had > 0 && talk.speakers.is_empty() {
            talk.status = TalkStatus::Declined;
        }
    }
    for (id, window) in &asked.closed {
        let room = changed.rooms.iter_mut().find(|room| room.id == *id);
        room.into_iter().for_each(|room| room.unavailable.push(*window));
    }
    for (id, people) in &asked.shrunk {
        let room = changed.rooms.iter_mut().find(|room| room.id == *id);
        room.into_iter().for_each(|room| room.capacity = Some(*people));
    }
    for (id, window) in &asked.away {
        let speaker = changed.speakers.iter_mut().find(|speaker| speaker.id == *id);
        speaker.into_iter().for_each(|speaker| speaker.unavailable.push(*window));
    }
    // What `keep` rules stay with is what was published now.
    let mut named = BTreeSet::new();
    let placements = asked.published.placements.iter().filter(|placement| named.insert(&placement.talk));
    changed.published = placements
        .map(|placement| Published {
            start_offset: placement.start_offset,
            ..Published::new(placement.talk.clone(), placement.room.clone(), placement.start)
        })
        .collect();
    changed
}

/// Finds what is wrong with what is asked.
struct Checker<'a> {
    event: &'a CheckedEvent,
    asked: &'a Replan,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn problem(&mut self, path: &str, found: impl Into<String>, wanted: impl Into<String>) {
        self.problems.push(Problem::new(path, found, wanted));
    }

    fn unknown(&mut self, path: &str, what: &str, id: &str) {
        let wanted = self.event.wanted_id(what, id, &self.problems);
        self.problem(path, format!("{}, which no {what} has as id", quoted(id)), wanted);
    }

    fn published(&mut self) -> Vec<Spot> {
        match self.asked.published.resolve(self.event) {
            Ok(placed) => placed.spots().to_vec(),
            Err(problems) => {
                let path = |problem: &Problem| format!("published.{}", problem.path);
                self.problems.extend(problems.iter().map(|p| Problem { path: path(p), ..p.clone() }));
                Vec::new()
            }
        }
    }

    fn own_rules(&mut self) {
        let own = self.event.rule_count() - self.event.event().rules.len();
        if own > 0 {
            let found = format!("{own} rules of the embedding code's own");
            self.problem("event.rules", found, "none: they cannot be taken over into the event as it is now");
        }
    }

    fn time(&mut self, path: &str, time: CivilTime) -> Option<Minute> {
        let minute = self.event.minute(time);
        if minute.is_none() {
            let (found, wanted) = not_shown(&self.event.event().timezone, time);
            self.problem(path, found, wanted);
        }
        minute
    }

    fn given_before(&mut self) -> Option<Minute> {
        self.asked.given_before.and_then(|time| self.time("given_before", time))
    }

    fn window(&mut self, path: &str, window: Window) -> bool {
        let (start, end) = (self.time(path, window.start), self.time(path, window.end));
        let (Some(start), Some(end)) = (start, end) else { return false };
        if end <= start {
            self.problem(path, format!("{} to {}", window.start, window.end), "an end after the start");
        }
        start < end
    }

    fn cancelled_talks(&mut self, given: &[Spot]) {
        let asked = self.asked;
        for (i, id) in asked.talks.iter().enumerate() {
            let path = format!("cancel_talk[{i}]");
            match self.event.find_talk(id) {
                None => self.unknown(&path, "talk", id.as_str()),
                Some(_) if asked.talks[..i].contains(id) => {
                    self.problem(&path, format!("{} a second time", quoted(id.as_str())), "each talk once");
                }
                Some(talk) if given.iter().any(|spot| spot.talk == talk) => {
                    let found = format!("{}, which has been given already", quoted(id.as_str()));
                    self.problem(&path, found, "a talk that starts later, or an earlier `given_before`");
                }
                Some(_) => {}
            }
        }
    }

    fn cancelled_speakers(&mut self, given: &[Spot]) {
        let (asked, event) = (self.asked, self.event);
        for (i, id) in asked.speakers.iter().enumerate() {
            let path = format!("cancel_speaker[{i}]");
            let Some(speaker) = event.find_speaker(id) else {
                self.unknown(&path, "speaker", id.as_str());
                continue;
            };
            if asked.speakers[..i].contains(id) {
                self.problem(&path, format!("{} a second time", quoted(id.as_str())), "each speaker once");
            }
            let talks = &event.speaker(speaker).talks;
            if !talks.is_empty() && talks.iter().all(|talk| given.iter().any(|spot| spot.talk == *talk)) {
                let found = format!("{}, whose talks have all been given already", quoted(id.as_str()));
                self.problem(&path, found, "a speaker with a talk that starts later, or an earlier `given_before`");
            }
        }
    }

    fn closed(&mut self, given: &[Spot]) {
        let (asked, event) = (self.asked, self.event);
        for (i, (id, window)) in asked.closed.iter().enumerate() {
            let path = format!("close[{i}]");
            let room = event.find_room(id);
            if room.is_none() {
                self.unknown(&path, "room", id.as_str());
            }
            if !self.window(&path, *window) {
                continue;
            }
            let span = event.span(*window);
            for spot in given.iter().filter(|spot| Some(spot.room) == room && spot.span().overlaps(span)) {
                let talk = quoted(event.talk_id(spot.talk).as_str());
                let found = format!("{}, where {talk} has been given at that time", quoted(id.as_str()));
                self.problem(&path, found, "a time after what has been given, or an earlier `given_before`");
            }
        }
    }

    fn capacities(&mut self) {
        let asked = self.asked;
        for (i, (id, _)) in asked.shrunk.iter().enumerate() {
            let path = format!("capacity[{i}]");
            if self.event.find_room(id).is_none() {
                self.unknown(&path, "room", id.as_str());
            } else if asked.shrunk[..i].iter().any(|(other, _)| other == id) {
                self.problem(&path, format!("{} a second time", quoted(id.as_str())), "each room once");
            }
        }
    }

    fn away(&mut self, given: &[Spot]) {
        let (asked, event) = (self.asked, self.event);
        for (i, (id, window)) in asked.away.iter().enumerate() {
            let path = format!("away[{i}]");
            let speaker = event.find_speaker(id);
            if speaker.is_none() {
                self.unknown(&path, "speaker", id.as_str());
            }
            if asked.speakers.contains(id) {
                let found = format!("{}, who is cancelled too", quoted(id.as_str()));
                self.problem(&path, found, "one of the two");
            }
            if !self.window(&path, *window) {
                continue;
            }
            let span = event.span(*window);
            let speaks = |spot: &Spot| speaker.is_some_and(|s| event.talk(spot.talk).speakers.contains(&s));
            for spot in given.iter().filter(|spot| spot.span().overlaps(span)).filter(|spot| speaks(spot)) {
                let talk = quoted(event.talk_id(spot.talk).as_str());
                let found = format!("{}, who has given {talk} at that time", quoted(id.as_str()));
                self.problem(&path, found, "a time after what has been given, or an earlier `given_before`");
            }
        }
    }
}
