//! What a rule checks its own fields with.

use super::{Rule, Selection, Strength, Where};
use crate::event::{
    CheckedEvent, CivilTime, FormatId, Minute, Problem, RoomId, Share, SpeakerId, Tags, TalkId, TalkIx, dangling,
    not_shown, read::Path,
};
use crate::text::quoted;
use std::collections::HashSet;

/// Collects the problems of one rule's fields, each with its path.
#[derive(Debug)]
pub struct Check<'a> {
    event: &'a CheckedEvent,
    path: &'a str,
    strength: Strength,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Check<'a> {
    /// Begins with what all rules have: a name, where there is one, says something.
    pub(crate) fn new<K>(
        event: &'a CheckedEvent,
        path: &'a str,
        rule: &Rule<K>,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let mut check = Self { event, path, strength: rule.strength, problems };
        if let Some(name) = rule.name.as_ref().filter(|name| name.trim().is_empty()) {
            check.problem("name", quoted(name), "a name that is not empty, or no such field");
        }
        check
    }

    /// The event that the rule is part of. Its rules are not all entered yet.
    pub fn event(&self) -> &'a CheckedEvent {
        self.event
    }

    /// Whether the rule is required, or what it weighs.
    pub fn strength(&self) -> Strength {
        self.strength
    }

    /// Reports what was found at a field (`"pairs[2]"`; empty for the rule as a whole) and what would be right.
    pub fn problem(&mut self, field: &str, found: impl Into<String>, wanted: impl Into<String>) {
        let path = if field.is_empty() { self.path.to_owned() } else { format!("{}.{field}", self.path) };
        self.problems.push(Problem::new(path, found, wanted));
    }

    /// An id that leads nowhere.
    fn dangling(&mut self, field: &str, what: &str, id: &str) {
        let wanted = self.event.wanted_id(what, id, self.problems);
        self.problem(field, dangling::found(what, id), wanted);
    }

    /// The talk of that id; an id that leads nowhere is a problem.
    pub fn talk(&mut self, field: &str, id: &TalkId) -> Option<TalkIx> {
        let found = self.event.find_talk(id);
        if found.is_none() {
            self.dangling(field, "talk", &id.0);
        }
        found
    }

    /// Every id leads to a talk, and none stands twice.
    pub fn talks(&mut self, field: &str, ids: &[TalkId]) {
        let mut seen = HashSet::new();
        for (i, id) in ids.iter().enumerate() {
            let field = format!("{field}[{i}]");
            if self.talk(&field, id).is_some() && !seen.insert(id) {
                self.problem(&field, format!("{} a second time", quoted(&id.0)), "each id once");
            }
        }
    }

    /// A list that is there has something in it: an empty one would select nothing, and its rule would say nothing.
    pub fn not_empty<T>(&mut self, field: &str, list: Option<&Vec<T>>, wanted: &str) {
        if list.is_some_and(Vec::is_empty) {
            self.problem(field, "an empty list", format!("{wanted}, or no such field"));
        }
    }

    /// Every key of wanted tags has a value.
    pub(super) fn wanted_tags(&mut self, field: &str, tags: &Tags) {
        for (key, _) in tags.0.iter().filter(|(_, values)| values.is_empty()) {
            let key = Path::default().field(key);
            let dot = if key.text().starts_with('[') { "" } else { "." };
            self.problem(&format!("{field}{dot}{}", key.text()), "an empty list", "one or more values, or no such key");
        }
    }

    /// Every id leads to a room, and none stands twice.
    pub fn rooms(&mut self, field: &str, ids: &[RoomId]) {
        self.known(field, ids, "room", |event, id| event.find_room(id).is_some());
    }

    /// Every id leads to a speaker, and none stands twice.
    pub fn speakers(&mut self, field: &str, ids: &[SpeakerId]) {
        self.known(field, ids, "speaker", |event, id| event.find_speaker(id).is_some());
    }

    /// Every id leads to a format, and none stands twice.
    pub fn formats(&mut self, field: &str, ids: &[FormatId]) {
        self.known(field, ids, "format", |event, id| event.find_format(id).is_some());
    }

    /// Every id is known, and none stands twice.
    pub(super) fn known<I: std::fmt::Display + Eq + std::hash::Hash>(
        &mut self,
        field: &str,
        ids: &[I],
        what: &str,
        knows: impl Fn(&CheckedEvent, &I) -> bool,
    ) {
        let mut seen = HashSet::new();
        for (i, id) in ids.iter().enumerate() {
            let field = format!("{field}[{i}]");
            if !knows(self.event, id) {
                self.dangling(&field, what, &id.to_string());
            } else if !seen.insert(id) {
                self.problem(&field, format!("{} a second time", quoted(&id.to_string())), "each id once");
            }
        }
    }

    /// The share is from 0 to 1, with numbers in range.
    pub fn share(&mut self, field: &str, share: Share) {
        if !share.is_valid() {
            self.problem(field, share.to_string(), Share::WANTED);
        }
    }

    /// The minute of a civil time; one that the clocks never show is a problem.
    pub fn minute(&mut self, field: &str, time: CivilTime) -> Option<Minute> {
        let found = self.event.minute(time);
        if found.is_none() {
            let (found, wanted) = not_shown(&self.event.event().timezone, time);
            self.problem(field, found, wanted);
        }
        found
    }

    /// Every name in the selection leads somewhere.
    pub fn selection(&mut self, selection: &Selection, field: &str) {
        selection.check(self, field);
    }

    /// Every name in the places leads somewhere.
    pub fn places(&mut self, places: &Where, field: &str) {
        places.check(self, field);
    }

    /// A rule that has nothing to require: `required` is a problem.
    pub fn only_weighted(&mut self, why: &str) {
        if self.strength == Strength::Required {
            self.problem("required", "true", format!("a `weight`: {why}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::event::{Amount, Event};
    use crate::rules::{
        Merit, Rule,
        testing::{grid, problems, soft},
    };

    #[test]
    fn a_name_says_something() {
        let said = "rules[0].name: found \" \"; wanted a name that is not empty, or no such field";
        assert_eq!(problems(&grid("a", "09:00"), &soft(Merit::new()).named(" ")), said);
        assert_eq!(problems(&grid("a", "09:00"), &soft(Merit::new()).named("The worthiest")), "");
    }

    #[test]
    fn a_rule_of_an_event_is_of_the_first_priority_or_of_a_later_one() {
        let mut event = Event::new("Meetup", "UTC");
        event.rules.push(Rule::weighted(Amount::ONE, Merit::new()).priority(0));
        let said = "rules[0].priority: found 0; wanted 1 or more; 1 is settled first";
        assert_eq!(event.clone().check().expect_err("a problem").to_string(), said);
        event.rules.clear();
        let own = Rule::<Merit>::weighted(Amount::ONE, Merit::new()).priority(0);
        assert!(event.check().expect("no rules").with_rule(&own).expect_err("a problem").to_string().starts_with(said));
    }
}
