//! Rules, groups and talks in the words of an organiser.

use crate::{
    event::{CheckedEvent, CivilTime, SpeakerId, Tags, TalkId, TalkIx},
    rules::{Dimension, Kind, Measure, Rule, Selection},
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Turns ids, dates and rules of one event into words.
pub(crate) struct Words<'e> {
    event: &'e CheckedEvent,
    /// Whether all that is planned is on one day, so that a clock time says enough.
    one_day: bool,
    rules: Vec<String>,
}

impl<'e> Words<'e> {
    pub(crate) fn of(event: &'e CheckedEvent) -> Self {
        let starts = event.slots().iter().map(|s| s.span.start);
        let starts = starts
            .chain(event.openings().iter().flat_map(|o| o.starts.first().into_iter().chain(o.starts.last())).copied());
        let one_day = starts.map(|minute| event.date(minute)).collect::<BTreeSet<_>>().len() <= 1;
        Self { event, one_day, rules: rule_names(event) }
    }

    /// What to call the rule at that position of the event; none where it has no such rule.
    pub(super) fn rule(&self, index: usize) -> Option<&str> {
        self.rules.get(index).map(String::as_str)
    }

    /// What people call the talk: its title, or its id where it has none.
    pub(crate) fn title(&self, talk: TalkIx) -> String {
        let talk = self.event.written_talk(talk);
        clean(if talk.title.trim().is_empty() { talk.id.as_str() } else { &talk.title })
    }

    /// The same of an id, also of one that leads nowhere.
    pub(crate) fn title_of(&self, talk: &TalkId) -> String {
        self.event.find_talk(talk).map_or_else(|| clean(talk.as_str()), |t| self.title(t))
    }

    /// The names of those who give the talk.
    pub(crate) fn speakers(&self, talk: TalkIx) -> Vec<String> {
        self.event.written_talk(talk).speakers.iter().map(|id| self.speaker(id)).collect()
    }

    /// What people call the speaker: the name, or the id where there is none.
    pub(crate) fn speaker(&self, id: &SpeakerId) -> String {
        let name = self.event.find_speaker(id).map(|s| self.event.written_speaker(s).name.as_str());
        clean(name.filter(|name| !name.trim().is_empty()).unwrap_or(id.as_str()))
    }

    /// A group: when and where first, then which talks: `11:00, kubernetes`.
    pub(super) fn group(&self, group: &BTreeMap<String, String>) -> String {
        let place = |dimension: &str| dimension.parse::<Dimension>().is_ok_and(|d| d.is_place());
        let (places, rest): (Vec<_>, Vec<_>) = group.iter().partition(|(dimension, _)| place(dimension));
        let words: Vec<_> = places.into_iter().chain(rest).map(|(dimension, key)| self.key(dimension, key)).collect();
        words.join(", ")
    }

    fn key(&self, dimension: &str, key: &str) -> String {
        match dimension {
            "day" => key.parse::<Date>().map_or_else(|_| clean(key), |d| d.strftime("%a %-d %b").to_string()),
            "start" | "time" => {
                // Where the clocks show a time twice, its offset follows it.
                let (time, offset) = key.split_at_checked(CivilTime::LENGTH).unwrap_or((key, ""));
                let offset = if offset.is_empty() { String::new() } else { format!(" {}", clean(offset)) };
                time.parse().map_or_else(|_| clean(key), |t| self.time(t) + &offset)
            }
            "speaker" => self.speaker(&SpeakerId::from(key)),
            _ => clean(key),
        }
    }

    /// The time, with its day where the event has several.
    pub(crate) fn time(&self, time: CivilTime) -> String {
        time.datetime().strftime(if self.one_day { "%H:%M" } else { "%a %-d %b %H:%M" }).to_string()
    }
}

/// What to call each rule of the event, in its order: its name, or its own words; where two would be called alike, with
/// its place in the file.
///
/// ```
/// use slotwise::{Event, rules::{Count, Measure, Rule}, timetable::rule_names};
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// let at_most_two = Count::of(Measure::Talks).each(["speaker:company"]).max(2);
/// event.rules.push(Rule::required(at_most_two.clone()));
/// event.rules.push(Rule::required(at_most_two).named("no company takes over"));
/// assert_eq!(rule_names(&event.check()?), ["talks per speaker's company", "no company takes over"]);
/// # Ok::<(), slotwise::Problems>(())
/// ```
pub fn rule_names(event: &CheckedEvent) -> Vec<String> {
    let written = &event.event().rules;
    let mut names: Vec<String> = event
        .scopes()
        .enumerate()
        .map(|(i, scope)| match written.get(i) {
            Some(rule) => clean(&rule.name.clone().unwrap_or_else(|| of_rule(rule))),
            None => clean(scope.name()),
        })
        .collect();
    let mut bearers: HashMap<String, usize> = HashMap::new();
    for name in &names {
        *bearers.entry(name.clone()).or_default() += 1;
    }
    for (i, name) in names.iter_mut().enumerate() {
        if bearers[name.as_str()] > 1 {
            *name = format!("{name} (rules[{i}])");
        }
    }
    names
}

/// A rule that has no name: `talks per topic`, `fit (format lab)`.
fn of_rule(rule: &Rule) -> String {
    let words = match &rule.kind {
        Kind::Count(count) => per(&count.measure, &count.each),
        Kind::Balance(balance) => format!("balance of {}", per(&balance.measure, &balance.each)),
        kind => kind.meaning().title(),
    };
    match of_selection(&rule.talks) {
        Some(selection) => format!("{words} ({selection})"),
        None => words,
    }
}

fn per(measure: &Measure, each: &[Dimension]) -> String {
    let each: Vec<_> = each.iter().map(dimension).collect();
    let by = if each.is_empty() { String::new() } else { format!(" per {}", each.join(" and ")) };
    format!("{}{by}", of_measure(measure))
}

/// What is counted, in the plural.
pub(super) fn of_measure(measure: &Measure) -> String {
    match measure {
        Measure::Audience => "people expected".to_owned(),
        Measure::Overflow => "people over capacity".to_owned(),
        Measure::Any => "any talk".to_owned(),
        Measure::Distinct(kind) => format!("different {}s", dimension(kind)),
        measure => measure.to_string(),
    }
}

fn dimension(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Tag(key) => key.clone(),
        Dimension::SpeakerTag(key) => format!("speaker's {key}"),
        Dimension::Time => "moment".to_owned(),
        dimension => dimension.to_string(),
    }
}

/// Which talks; none where it is all of them.
fn of_selection(selection: &Selection) -> Option<String> {
    if *selection == Selection::all() {
        return None;
    }
    if selection.all.is_some() || selection.any.is_some() || selection.not.is_some() {
        return Some("selected talks".to_owned());
    }
    let mut words = Vec::new();
    if let Some(ids) = &selection.ids {
        words.push(format!("{} listed talks", ids.len()));
    }
    tags(&selection.tags, "", &mut words);
    tags(&selection.speaker_tags, "speaker's ", &mut words);
    if let Some(formats) = &selection.formats {
        words.push(format!("format {}", join(formats.iter(), "or")));
    }
    if let Some(status) = &selection.status {
        words.push(join(status.iter().map(|s| format!("{s:?}").to_lowercase()), "or"));
    }
    if let Some(merit) = selection.min_merit {
        words.push(format!("merit at least {merit}"));
    }
    Some(words.join(", "))
}

fn tags(tags: &Tags, whose: &str, words: &mut Vec<String>) {
    words.extend(tags.0.iter().map(|(key, values)| format!("{whose}{key} {}", join(values.iter(), "or"))));
}

/// `a, b and c`, or with another last word.
pub(crate) fn join<T: ToString>(items: impl Iterator<Item = T>, last: &str) -> String {
    let mut items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.pop() {
        None => String::new(),
        Some(only) if items.is_empty() => only,
        Some(end) => format!("{} {last} {end}", items.join(", ")),
    }
}

/// A count and its noun: `1 talk`, `2 talks`.
pub(crate) fn some(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What is asked: `2 to 5`, `at least 2`.
pub(super) fn bounds(min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    }
}

/// A share as people say it: `54.5 %`.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = match percent.abs() {
        p if p > 0.0 && p < 0.01 => "less than 0.01".to_owned(),
        p if p < 0.1 && p > 0.0 => format!("{percent:.2}"),
        p if (p - p.round()).abs() < 0.005 => format!("{percent:.0}"),
        _ => format!("{percent:.1}"),
    };
    format!("{text} %")
}

/// The text on one line, without what would move a terminal's cursor: titles come from whoever filled in the form.
pub(crate) fn clean(text: &str) -> String {
    let plain = text.replace(|c: char| c.is_control(), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_bounds_are_said_as_people_say_them() {
        let shares = [0.0, 0.5, 0.545_454, 1.0 / 3.0, 0.000_415, 0.000_001].map(percent);
        assert_eq!(shares, ["0 %", "50 %", "54.5 %", "33.3 %", "0.04 %", "less than 0.01 %"]);
        let words =
            [(Some(2), Some(5)), (Some(2), None), (None, Some(5)), (Some(3), Some(3))].map(|(a, b)| bounds(a, b));
        assert_eq!(words, ["2 to 5", "at least 2", "at most 5", "3"]);
    }
}
