//! The checks that an event must pass. All problems come at once, in the order of the file.

mod people;
mod places;

use super::{
    CheckedEvent, CivilTime, Event, FormatId, FormatIx, Minute, Problem, Problems, RoomId, RoomIx, Span, Tags, TalkIx,
    UtcOffset, Window,
    canonical::Places,
    checked::Entry,
    clock::{minutes_in, not_shown, wanted_offset},
    dangling,
    index::{Interner, Names, TagTable},
    label,
    problem::push_key,
};
use crate::{
    reviews::{self, Calibration},
    rules::{self, Rule, RuleKind, Strength},
    text::quoted,
};
use jiff::tz::TimeZone;
use std::{
    collections::HashSet,
    sync::{Arc, OnceLock},
};

/// The longest talk or step: a week.
const LONGEST: u32 = 7 * 24 * 60;
/// Past so many problems, none is told with the id that was probably meant.
const MOST_HINTS: usize = 100;
/// The most people a room seats or a talk expects: costs a person stay far from where numbers end.
const MOST_PEOPLE: u32 = 1_000_000;

/// The wish for a number of people.
fn wanted_people() -> String {
    format!("a whole number of people from 0 to {MOST_PEOPLE}")
}

/// The wish for a number of minutes from the `least` on.
fn wanted_minutes(least: u32) -> String {
    format!("a whole number of minutes from {least} to {LONGEST}")
}

/// What number is wanted at the path, where the checks say so: what cannot be read as one is told the same.
pub(super) fn wanted_number(path: &str) -> Option<String> {
    let field = path.rsplit('.').next()?;
    match field {
        _ if path.starts_with("rules") => None,
        "capacity" | "audience" => Some(wanted_people()),
        "minutes" | "every_minutes" => Some(wanted_minutes(1)),
        "changeover" => Some(wanted_minutes(0)),
        _ => None,
    }
}

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
    ///     "talks[0].speakers[0] (talk \"t1\"): found \"nobody\", which no speaker has as id; wanted the id of a speaker, and \
    ///      the event has no `speakers`"
    /// );
    /// ```
    pub fn check(self) -> Result<CheckedEvent, Problems> {
        let (checked, problems) = self.examine();
        let event = &checked.event;
        Problems::none_or_named(problems, |list, at, name| label::field(event, list, at, name)).map(|()| checked)
    }

    /// The checked event and its problems: where there are any, it is good for nothing but finding more of them.
    ///
    /// Everything is resolved over the canonical lists. Problems name places of the file, so an event that has any is
    /// resolved once more as it was written.
    pub(super) fn examine(self) -> (CheckedEvent, Vec<Problem>) {
        let (canonical, places) = self.canonical();
        if canonical == self {
            return Arc::new(self).resolve();
        }
        let (checked, problems) = Arc::new(canonical).resolve();
        if problems.is_empty() {
            return (checked.presented(Arc::new(self), places), problems);
        }
        Arc::new(self).resolve()
    }

    /// Every name and time resolved, with the lists as they stand.
    fn resolve(self: Arc<Self>) -> (CheckedEvent, Vec<Problem>) {
        let mut pass = Checker::of(&self);
        let rooms = pass.rooms();
        let minutes = pass.formats();
        let blocks = pass.blocks();
        let slots = pass.slots();
        let openings = pass.openings();
        let speakers = pass.speakers();
        let talks = pass.talks(&minutes);
        pass.reviewers();
        pass.reviews();
        let interests = pass.interests();
        let published = pass.published();
        let Checker { zone, names, values, talk_tags, speaker_tags, problems, .. } = pass;

        // Marks are calibrated only where they are known to be numbers in range.
        let calibration = if problems.is_empty() { reviews::calibrate(&self) } else { Calibration::default() };
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
            stated: (0..self.rules.len() as u32).collect(),
            calibration,
            starts: OnceLock::new(),
            places: Places::unmoved(&self),
            event: Arc::clone(&self),
            canonical: self,
        };
        checked.finish(&published);
        let problems = checked.enter_rules(problems);
        (checked, problems)
    }
}

impl CheckedEvent {
    /// What to wish for where an id leads nowhere, with a hint where not too many problems were found `so_far`.
    pub(crate) fn wanted_id(&self, what: &str, id: &str, so_far: &[Problem]) -> String {
        self.names.wanted(what, id, so_far.len() < MOST_HINTS)
    }

    /// Adds a rule of the embedding code's own.
    ///
    /// # Errors
    ///
    /// What the rule's own [`RuleKind::check`] finds, and names in its selection that lead nowhere.
    pub fn with_rule<K: RuleKind + Clone + 'static>(mut self, rule: &Rule<K>) -> Result<Self, Problems> {
        let path = format!("rules[{}]", self.rules.len());
        let mut problems = Vec::new();
        first_priority(rule, &path, &mut problems);
        self.add_rule(rule, Arc::new(rule.kind.clone()), &path, &mut problems);
        let name = |field: &str| if field == "name" { rule.name.clone() } else { None };
        Problems::none_or_named(problems, |_, _, field| name(field)).map(|()| self)
    }

    /// Adds a rule after all others; `path` says where it stands, for problems with it.
    pub(crate) fn add_rule<K>(
        &mut self,
        rule: &Rule<K>,
        kind: Arc<dyn RuleKind>,
        path: &str,
        problems: &mut Vec<Problem>,
    ) {
        self.stated.push(self.rules.len() as u32);
        self.enter(rule, kind, path, problems);
    }

    /// The event that was resolved over canonical lists, with what people see of it as it was written.
    fn presented(mut self, written: Arc<Event>, places: Places) -> Self {
        self.calibration.place_reviews(&places.reviews);
        let mut rules: Vec<Option<Entry>> = vec![None; self.rules.len()];
        for (entry, place) in self.rules.into_iter().zip(&places.rules) {
            // A rule without a name is called by what it says, in the order in which it says it.
            let rule = &written.rules[*place as usize];
            let name = rule.name.clone().unwrap_or_else(|| rule.kind.meaning().title());
            rules[*place as usize] = Some(Entry { name, ..entry });
        }
        self.rules = rules.into_iter().flatten().collect();
        self.stated.clone_from(&places.rules);
        self.event = written;
        self.places = places;
        self
    }

    /// Fills in what takes the whole event to know: each speaker's talks, published places, merits.
    fn finish(&mut self, published: &[(TalkIx, RoomIx, Minute)]) {
        for (i, talk) in self.talks.iter_mut().enumerate() {
            let ix = TalkIx(i as u32);
            for speaker in &talk.speakers {
                self.speakers[speaker.at()].talks.push(ix);
            }
            let own = self.canonical.talks[i].merit.map(super::Amount::thousandths);
            talk.merit = own.or_else(|| self.calibration.merit_thousandths(ix)).unwrap_or(0);
        }
        for (talk, room, start) in published {
            self.talks[talk.at()].published = Some((*room, *start));
        }
    }

    fn enter_rules(&mut self, mut problems: Vec<Problem>) -> Vec<Problem> {
        let event = Arc::clone(&self.canonical);
        for (i, rule) in event.rules.iter().enumerate() {
            let path = format!("rules[{i}]");
            first_priority(rule, &path, &mut problems);
            self.enter(rule, rule.kind.meaning(), &path, &mut problems);
        }
        problems
    }

    fn enter<K>(&mut self, rule: &Rule<K>, kind: Arc<dyn RuleKind>, path: &str, problems: &mut Vec<Problem>) {
        let mut check = rules::Check::new(self, path, rule, problems);
        check.selection(&rule.talks, "talks");
        kind.check(&mut check);
        let talks = rule.talks.select(self);
        let name = rule.name.clone().unwrap_or_else(|| kind.title());
        let (strength, selection) = (rule.strength, rule.talks.clone());
        self.rules.push(Entry { name, strength, selection, talks, kind, off: false });
    }
}

/// Priorities of an event begin with 1: what is before that is for questions to its model.
fn first_priority<K>(rule: &Rule<K>, path: &str, problems: &mut Vec<Problem>) {
    if matches!(rule.strength, Strength::Weighted { priority: 0, .. }) {
        problems.push(Problem::new(format!("{path}.priority"), "0", "1 or more; 1 is settled first"));
    }
}

/// One pass over the event.
struct Checker<'e> {
    event: &'e Event,
    zone: TimeZone,
    names: Names,
    values: Interner,
    talk_tags: TagTable,
    speaker_tags: TagTable,
    /// How many starts all openings have.
    starts: i64,
    problems: Vec<Problem>,
}

impl<'e> Checker<'e> {
    fn of(event: &'e Event) -> Self {
        let mut problems = Vec::new();
        let zone = TimeZone::get(&event.timezone).unwrap_or_else(|_| {
            let wanted = "the IANA name of a zone, such as \"Europe/Paris\"";
            problems.push(Problem::new("timezone", quoted(&event.timezone), wanted));
            TimeZone::UTC
        });
        let names = Names::of(event, &mut problems);
        Self {
            event,
            zone,
            names,
            values: Interner::default(),
            talk_tags: TagTable::default(),
            speaker_tags: TagTable::default(),
            starts: 0,
            problems,
        }
    }

    fn problem(&mut self, path: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) {
        self.problems.push(Problem::new(path, found, wanted));
    }

    /// The minute of a civil time; a time that clocks in the zone never show is a problem.
    fn minute(&mut self, path: &str, time: CivilTime) -> Option<Minute> {
        self.minute_at(path, time, None)
    }

    /// The same, at an offset; without one, the first, where clocks show the time twice. An offset that clocks do not
    /// have at that time is a problem of the field beside the time's.
    fn minute_at(&mut self, path: &str, time: CivilTime, offset: Option<UtcOffset>) -> Option<Minute> {
        let minutes = minutes_in(&self.zone, time);
        let Some((first, _)) = minutes.first().copied() else {
            let (found, wanted) = not_shown(&self.event.timezone, time);
            self.problem(path, found, wanted);
            return None;
        };
        let Some(offset) = offset else { return Some(first) };
        if let Some(wanted) = wanted_offset(time, offset, &minutes) {
            self.problem(format!("{path}_offset"), format!("\"{offset}\""), wanted);
        }
        Some(minutes.iter().find(|(_, known)| *known == offset).map_or(first, |(minute, _)| *minute))
    }

    /// From the start up to the end. An empty span where one of the two is wrong: what follows from it is no news.
    fn span(&mut self, path: &str, start: CivilTime, end: CivilTime) -> Span {
        let span = (self.minute(&format!("{path}.start"), start), self.minute(&format!("{path}.end"), end));
        let (Some(from), Some(to)) = span else { return Span { start: 0, end: 0 } };
        if end <= start {
            self.problem(format!("{path}.end"), end.to_string(), format!("a time after the start, {start}"));
            return Span { start: from, end: from };
        }
        Span { start: from, end: to }
    }

    /// When the windows are open: those that touch or overlap are one.
    fn windows(&mut self, path: &str, windows: &[Window]) -> Vec<Span> {
        let spans = windows.iter().enumerate();
        Span::merged(spans.map(|(i, w)| self.span(&format!("{path}[{i}]"), w.start, w.end)).collect())
    }

    /// An id that leads nowhere.
    fn dangling(&mut self, path: impl Into<String>, what: &str, id: &str) {
        let wanted = self.names.wanted(what, id, self.problems.len() < MOST_HINTS);
        self.problem(path, dangling::found(what, id), wanted);
    }

    fn room(&mut self, path: impl Into<String>, id: &RoomId) -> Option<RoomIx> {
        let found = self.names.room(id);
        if found.is_none() {
            self.dangling(path, "room", &id.0);
        }
        found
    }

    fn talk(&mut self, path: impl Into<String>, id: &super::TalkId) -> Option<TalkIx> {
        let found = self.names.talk(id);
        if found.is_none() {
            self.dangling(path, "talk", &id.0);
        }
        found
    }

    fn format(&mut self, path: impl Into<String>, id: &FormatId) -> Option<FormatIx> {
        let found = self.names.format(id);
        if found.is_none() {
            self.dangling(path, "format", &id.0);
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
                    self.problem(path, format!("{} a second time", quoted(&id.to_string())), "each id once");
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
            self.each(&format!("{path}.rooms"), rooms, Self::room),
            self.each(&format!("{path}.formats"), formats, Self::format),
        )
    }

    fn tags(&mut self, path: &str, tags: &Tags) {
        for (key, values) in &tags.0 {
            let mut at = path.to_owned();
            push_key(&mut at, key);
            let path = at;
            if values.is_empty() {
                self.problem(&path, "an empty list", "one or more values, or no such key");
            }
            let mut seen = HashSet::new();
            for (i, value) in values.iter().enumerate() {
                if !seen.insert(value) {
                    self.problem(format!("{path}[{i}]"), format!("{} a second time", quoted(value)), "each value once");
                }
            }
        }
    }

    fn people(&mut self, path: String, people: Option<u32>) {
        if let Some(people) = people.filter(|p| *p > MOST_PEOPLE) {
            self.problem(path, people.to_string(), wanted_people());
        }
    }

    fn in_minutes(&mut self, path: String, minutes: u32) {
        if !(1..=LONGEST).contains(&minutes) {
            self.problem(path, minutes.to_string(), wanted_minutes(1));
        }
    }
}
