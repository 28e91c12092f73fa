//! Selections: which talks a rule is about.

use super::Check;
use crate::event::{Amount, CheckedEvent, FormatId, FormatIx, SpeakerIx, Tags, TalkId, TalkIx, TalkStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Which talks: those that everything said here is true of. An empty selection is of all talks.
///
/// ```
/// use slotwise::rules::Selection;
/// let beginners: Selection = serde_json::from_str(r#"{"tags": {"level": ["beginner"]}}"#)?;
/// assert_eq!(beginners, Selection::tag("level", ["beginner"]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Selection {
    /// Talks with one of these ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<TalkId>>,
    /// Talks that have, under each key, one of its values.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Talks with a speaker who has, under each key, one of its values. The company is the key `company`.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub speaker_tags: Tags,
    /// Talks of one of these formats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formats: Option<Vec<FormatId>>,
    /// Talks of one of these statuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Vec<TalkStatus>>,
    /// Talks of at least this merit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_merit: Option<Amount>,
    /// Talks in all of these selections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Selection>>,
    /// Talks in one or more of these selections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Selection>>,
    /// Talks not in this selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Selection>>,
}

impl Selection {
    /// All talks.
    pub fn all() -> Self {
        Self::default()
    }

    /// The talks of these ids.
    pub fn ids<I: Into<TalkId>>(ids: impl IntoIterator<Item = I>) -> Self {
        Self { ids: Some(ids.into_iter().map(Into::into).collect()), ..Self::default() }
    }

    /// The talks that have one of the values under the key.
    pub fn tag<V: Into<String>>(key: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self::default().and_tag(key, values)
    }

    /// Those of them that also have one of the values under the key.
    pub fn and_tag<V: Into<String>>(mut self, key: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.tags.0.insert(key.to_owned(), values.into_iter().map(Into::into).collect());
        self
    }

    /// The talks with a speaker who has one of the values under the key.
    pub fn speaker_tag<V: Into<String>>(key: &str, values: impl IntoIterator<Item = V>) -> Self {
        let mut selection = Self::default();
        selection.speaker_tags.0.insert(key.to_owned(), values.into_iter().map(Into::into).collect());
        selection
    }

    /// The talks of these formats.
    pub fn formats<I: Into<FormatId>>(formats: impl IntoIterator<Item = I>) -> Self {
        Self { formats: Some(formats.into_iter().map(Into::into).collect()), ..Self::default() }
    }

    /// The talks of these statuses.
    pub fn status(status: impl IntoIterator<Item = TalkStatus>) -> Self {
        Self { status: Some(status.into_iter().collect()), ..Self::default() }
    }

    /// The talks that are not in the selection.
    pub fn none_of(selection: Selection) -> Self {
        Self { not: Some(Box::new(selection)), ..Self::default() }
    }

    /// The selected talks, ascending. Names that lead nowhere select nothing.
    pub fn select(&self, event: &CheckedEvent) -> Vec<TalkIx> {
        let filter = self.resolve(event);
        // A rule costs no more than the talks that it lists, or that have its first tag.
        let mut talks: Vec<TalkIx> = match (&filter.ids, self.tags.0.iter().next()) {
            (Some(ids), _) => ids.iter().copied().collect(),
            (None, Some((key, values))) => event.talks_with(key, values),
            (None, None) => event.talk_indices().collect(),
        };
        talks.retain(|t| filter.has(event, *t));
        talks.sort_unstable();
        talks
    }

    pub(super) fn check(&self, check: &mut Check<'_>, path: &str) {
        check.not_empty(&format!("{path}.ids"), self.ids.as_ref(), "the ids of one or more talks");
        check.not_empty(&format!("{path}.formats"), self.formats.as_ref(), "the ids of one or more formats");
        check.not_empty(&format!("{path}.status"), self.status.as_ref(), "one or more of proposed, accepted, declined");
        check.not_empty(&format!("{path}.all"), self.all.as_ref(), "one or more selections");
        check.not_empty(&format!("{path}.any"), self.any.as_ref(), "one or more selections");
        check.wanted_tags(&format!("{path}.tags"), &self.tags);
        check.wanted_tags(&format!("{path}.speaker_tags"), &self.speaker_tags);
        if let Some(ids) = &self.ids {
            check.talks(&format!("{path}.ids"), ids);
        }
        if let Some(formats) = &self.formats {
            check.formats(&format!("{path}.formats"), formats);
        }
        for (i, part) in self.all.iter().flatten().enumerate() {
            part.check(check, &format!("{path}.all[{i}]"));
        }
        for (i, part) in self.any.iter().flatten().enumerate() {
            part.check(check, &format!("{path}.any[{i}]"));
        }
        if let Some(part) = &self.not {
            part.check(check, &format!("{path}.not"));
        }
    }

    pub(super) fn resolve<'s>(&'s self, event: &CheckedEvent) -> Filter<'s> {
        let parts = |list: &'s Option<Vec<Selection>>| {
            list.as_ref().map(|list| list.iter().map(|part| part.resolve(event)).collect())
        };
        Filter {
            selection: self,
            ids: self.ids.as_ref().map(|ids| ids.iter().filter_map(|id| event.find_talk(id)).collect()),
            formats: self
                .formats
                .as_ref()
                .map(|formats| formats.iter().filter_map(|id| event.find_format(id)).collect()),
            all: parts(&self.all),
            any: parts(&self.any),
            not: self.not.as_ref().map(|part| Box::new(part.resolve(event))),
        }
    }
}

/// A selection with its names resolved.
#[derive(Debug)]
pub(super) struct Filter<'s> {
    selection: &'s Selection,
    ids: Option<HashSet<TalkIx>>,
    formats: Option<Vec<FormatIx>>,
    all: Option<Vec<Filter<'s>>>,
    any: Option<Vec<Filter<'s>>>,
    not: Option<Box<Filter<'s>>>,
}

impl Filter<'_> {
    /// Whether the talk is selected.
    pub(super) fn has(&self, event: &CheckedEvent, talk: TalkIx) -> bool {
        self.holds(event, talk, &event.talk(talk).speakers)
    }

    /// Whether the talk would be selected if this were its only speaker: so the measure `speakers` counts those
    /// speakers only who bear the tags themselves.
    pub(super) fn counts(&self, event: &CheckedEvent, talk: TalkIx, speaker: SpeakerIx) -> bool {
        self.holds(event, talk, &[speaker])
    }

    fn holds(&self, event: &CheckedEvent, talk: TalkIx, speakers: &[SpeakerIx]) -> bool {
        let said = self.selection;
        let facts = event.talk(talk);
        let written = &event.canonical().talks[talk.at()];
        self.ids.as_ref().is_none_or(|ids| ids.contains(&talk))
            && self.formats.as_ref().is_none_or(|formats| facts.format.is_some_and(|f| formats.contains(&f)))
            && said.status.as_ref().is_none_or(|list| list.contains(&facts.status))
            && said.min_merit.is_none_or(|least| facts.merit >= least.thousandths())
            && said.tags.0.iter().all(|(key, wanted)| wanted.iter().any(|value| written.tags.has(key, value)))
            && (said.speaker_tags.is_empty() || speakers.iter().any(|s| self.bears(event, *s)))
            && self.all.iter().flatten().all(|part| part.holds(event, talk, speakers))
            && self.any.as_ref().is_none_or(|parts| parts.iter().any(|part| part.holds(event, talk, speakers)))
            && self.not.as_ref().is_none_or(|part| !part.holds(event, talk, speakers))
    }

    fn bears(&self, event: &CheckedEvent, speaker: SpeakerIx) -> bool {
        self.selection.speaker_tags.0.iter().all(|(key, wanted)| {
            let has = event.speaker_values(speaker, key);
            wanted.iter().any(|value| event.find_value(value).is_some_and(|v| has.contains(&v)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, Format, Speaker},
        rules::{
            Merit,
            testing::{checked, grid, problems, soft, talk},
        },
    };

    /// Ann is from the north and works for Acme, Bob is from the south and works for Globex.
    fn event() -> Event {
        let mut event = grid("a", "09:00");
        event.formats = vec![Format::new("lab", 60)];
        event.speakers = vec![
            Speaker::new("ann", "").tag("region", "north").company("acme"),
            Speaker::new("bob", "").tag("region", "south").company("globex"),
        ];
        event.talks = vec![
            talk("ann").by("ann").tag("topic", "rust").tag("level", "easy").merit(Amount::whole(4)),
            talk("bob").by("bob").tag("topic", "rust").tag("topic", "web").status(TalkStatus::Accepted),
            talk("both").by("ann").by("bob").tag("topic", "web").merit(Amount::whole(3)),
            talk("lab").format("lab").status(TalkStatus::Declined),
        ];
        event
    }

    fn selected(selection: &str) -> Vec<String> {
        let event = checked(&event(), []);
        let selection: Selection = serde_json::from_str(selection).expect("a selection");
        selection.select(&event).into_iter().map(|t| event.talk_id(t).to_string()).collect()
    }

    #[test]
    fn an_empty_selection_is_of_all_talks_declined_ones_too() {
        assert_eq!(selected("{}"), ["ann", "bob", "both", "lab"]);
    }

    #[test]
    fn of_the_values_under_a_key_one_is_enough_and_every_key_must_have_one() {
        assert_eq!(selected(r#"{"tags": {"topic": ["rust", "web"]}}"#), ["ann", "bob", "both"]);
        assert_eq!(selected(r#"{"tags": {"topic": ["rust"], "level": ["easy", "hard"]}}"#), ["ann"]);
        assert_eq!(selected(r#"{"tags": {"level": ["rust"]}}"#), [""; 0]);
    }

    #[test]
    fn one_speaker_bears_all_the_speaker_tags() {
        assert_eq!(selected(r#"{"speaker_tags": {"region": ["north"]}}"#), ["ann", "both"]);
        assert_eq!(selected(r#"{"speaker_tags": {"region": ["north"], "company": ["globex"]}}"#), [""; 0]);
        let by_different_ones =
            r#"{"all": [{"speaker_tags": {"region": ["north"]}}, {"speaker_tags": {"company": ["globex"]}}]}"#;
        assert_eq!(selected(by_different_ones), ["both"]);
    }

    #[test]
    fn ids_formats_status_and_merit_select() {
        assert_eq!(selected(r#"{"ids": ["both", "ann"]}"#), ["ann", "both"]);
        assert_eq!(selected(r#"{"formats": ["lab"]}"#), ["lab"]);
        assert_eq!(selected(r#"{"status": ["accepted", "declined"]}"#), ["bob", "lab"]);
        assert_eq!(selected(r#"{"min_merit": 3.5}"#), ["ann"]);
        assert_eq!(selected(r#"{"min_merit": 3, "ids": ["both", "bob"]}"#), ["both"]);
    }

    #[test]
    fn a_list_that_selects_nothing_is_a_problem() {
        let said = |selection: &str| {
            let selection = serde_json::from_str(selection).expect("a selection");
            problems(&event(), &soft(Merit::new()).talks(selection))
        };
        let empty = "found an empty list; wanted";
        assert_eq!(
            said(r#"{"ids": []}"#),
            format!("rules[0].talks.ids: {empty} the ids of one or more talks, or no such field")
        );
        assert_eq!(
            said(r#"{"all": [{"status": []}]}"#),
            format!(
                "rules[0].talks.all[0].status: {empty} one or more of proposed, accepted, declined, or no such field"
            )
        );
        assert_eq!(
            said(r#"{"formats": []}"#),
            format!("rules[0].talks.formats: {empty} the ids of one or more formats, or no such field")
        );
        assert_eq!(
            said(r#"{"all": [], "any": []}"#),
            format!(
                "rules[0].talks.all: {empty} one or more selections, or no such field\n\
                 rules[0].talks.any: {empty} one or more selections, or no such field"
            )
        );
        assert_eq!(
            said(r#"{"not": {"tags": {"level": [], "a key": []}, "speaker_tags": {"region": []}}}"#),
            format!(
                "rules[0].talks.not.tags[\"a key\"]: {empty} one or more values, or no such key\n\
                 rules[0].talks.not.tags.level: {empty} one or more values, or no such key\n\
                 rules[0].talks.not.speaker_tags.region: {empty} one or more values, or no such key"
            )
        );
    }

    #[test]
    fn all_any_and_not_nest() {
        let web = r#"{"tags": {"topic": ["web"]}}"#;
        let easy = r#"{"tags": {"level": ["easy"]}}"#;
        assert_eq!(selected(&format!(r#"{{"any": [{web}, {easy}]}}"#)), ["ann", "bob", "both"]);
        assert_eq!(selected(&format!(r#"{{"all": [{web}, {{"not": {{"ids": ["bob"]}}}}]}}"#)), ["both"]);
        assert_eq!(selected(&format!(r#"{{"not": {{"any": [{web}, {easy}]}}}}"#)), ["lab"]);
        assert_eq!(selected(&format!(r#"{{"not": {{"not": {web}}}}}"#)), ["bob", "both"]);
        let everything_at_once = format!(r#"{{"status": ["proposed"], "any": [{web}, {easy}], "not": {easy}}}"#);
        assert_eq!(selected(&everything_at_once), ["both"]);
    }
}
