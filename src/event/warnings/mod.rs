//! Warnings: what is right in an event, and probably not what was meant.
//!
//! A talk that no place takes, more accepted talks than places, a rule about a tag that nobody bears: none of these is an
//! error, and each of them makes an answer that surprises. They are told before the search, each with its path and what
//! would mend it.

mod crowd;
mod hint;
mod no_place;
mod offers;
mod speakers;
mod times;
mod worth;

pub(crate) use hint::{Keys, Tagged, did_you_mean, one_or_more};
pub(crate) use offers::{fitting_rooms, offers};
pub(crate) use times::days;
pub(crate) use worth::nothing_draws;

use super::CheckedEvent;
use crate::rules::{Scope, Warn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that is right, and probably not what was meant.
///
/// ```
/// use slotwise::{Event, rules::{Clash, ClashOf, Rule}, Talk};
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.talks.push(Talk::new("t1", "Hello").minutes(20).tag("topic", "rust"));
/// event.rules.push(Rule::required(Clash::of(ClashOf::Tag("topik".to_owned()))));
/// let warnings = event.check()?.warnings();
/// let found = warnings.iter().find(|warning| warning.path == "rules[0].tag").expect("a misspelt key");
/// assert_eq!(found.text, "no talk bears the tag \"topik\"; did you mean \"topic\"?");
/// # Ok::<(), slotwise::Problems>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Warning {
    /// Where it is: `rules[3].each[0]`.
    pub path: String,
    /// What is so, and what would mend it.
    pub text: String,
    /// Whether no timetable can be because of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub impossible: bool,
}

impl Warning {
    /// A warning of what stands at that path.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), impossible: false }
    }

    /// The same, of something that leaves no timetable.
    pub fn impossible(mut self) -> Self {
        self.impossible = true;
        self
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.text)
    }
}

impl CheckedEvent {
    /// What is right in the event, and probably not what was meant: talks that no place takes, more accepted talks than
    /// places, times outside of the event's days, rules that say nothing, an event in which no talk is worth anything. The
    /// talks come first, then the rules, each in the event's order.
    ///
    /// ```
    /// use slotwise::{Event, Room, Slot, TalkStatus, Talk, civil::date};
    /// let day = date(2026, 10, 30);
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.rooms.push(Room::new("hall"));
    /// event.slots.push(Slot::new("s1", day.at(19, 0, 0, 0), day.at(19, 30, 0, 0)).rooms(["hall"]));
    /// event.talks.push(Talk::new("long", "Too long").minutes(45).status(TalkStatus::Accepted));
    /// let warnings = event.check()?.warnings();
    /// assert_eq!(warnings[0].path, "talks[0]");
    /// assert!(warnings[0].impossible && warnings[0].text.contains("too short for its 45 minutes"));
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn warnings(&self) -> Vec<Warning> {
        let mut list = Vec::new();
        let placeable = no_place::warn(self, &mut list);
        crowd::warn(self, &placeable, &mut list);
        speakers::warn(self, &placeable, &mut list);
        times::warn(self, &mut list);
        worth::warn(self, &mut list);
        let known = Tagged::of(self);
        let mut looks = Warn::MOST_LOOKS;
        let mut look = |scope: &Scope<'_>| {
            let mut warn = Warn::new(scope, &known, &mut looks, &mut list);
            warn.strength();
            warn.selection("talks", scope.selection());
            scope.kind().warn(scope, &mut warn);
        };
        for (i, scope) in self.scopes().enumerate().filter(|(_, scope)| !self.is_off(scope.index())) {
            // What is told names positions in the rule's own lists, so the rule is looked at as it was written.
            match self.event.rules.get(i) {
                Some(written) => look(&scope.written(&written.talks, &*written.kind.meaning())),
                None => look(&scope),
            }
        }
        list
    }
}
