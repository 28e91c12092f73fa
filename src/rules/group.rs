//! Groups: the days, rooms, topics and so on by which `count` and `balance` measure.

use super::Spot;
use crate::event::{BlockIx, CheckedEvent, FormatIx, Minute, RoomIx, SpeakerIx, TalkIx, TalkStatus, ValueIx};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, collections::BTreeSet, fmt, str::FromStr};

/// What talks are grouped by.
///
/// ```
/// use slotwise::rules::Dimension;
/// assert_eq!("tag:topic".parse(), Ok(Dimension::Tag("topic".into())));
/// assert_eq!(Dimension::Speaker.to_string(), "speaker");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// The day a talk starts on.
    Day,
    /// The blocks it starts in.
    Block,
    /// When it starts: talks that start together.
    Start,
    /// When it runs: talks that run at a moment at which some talk starts.
    Time,
    /// Its room.
    Room,
    /// Its format.
    Format,
    /// Its speakers.
    Speaker,
    /// The values of a tag of its own.
    Tag(String),
    /// The values of a tag of its speakers.
    SpeakerTag(String),
}

impl Dimension {
    /// Whether it says when or where a talk is: known only once the talk is placed.
    pub fn is_place(&self) -> bool {
        matches!(self, Self::Day | Self::Block | Self::Start | Self::Time | Self::Room)
    }

    /// Whether it sees which talks start or run together.
    pub(super) fn sees_starts(&self) -> bool {
        matches!(self, Self::Start | Self::Time)
    }

    /// The groups of a spot by a dimension of place; `moments` are the sorted starts that `time` is measured at.
    pub(super) fn place_keys(&self, event: &CheckedEvent, spot: &Spot, moments: &[Minute], keys: &mut Vec<Key>) {
        match self {
            Self::Day => keys.push(Key::Day(event.date(spot.start))),
            Self::Block => keys.extend(event.blocks_at(spot.start).map(Key::Block)),
            Self::Start => keys.push(Key::Minute(spot.start)),
            Self::Room => keys.push(Key::Room(spot.room)),
            Self::Time => {
                let first = moments.partition_point(|m| *m < spot.start);
                keys.extend(moments[first..].iter().take_while(|m| **m < spot.end).map(|m| Key::Minute(*m)));
            }
            Self::Format | Self::Speaker | Self::Tag(_) | Self::SpeakerTag(_) => {}
        }
    }

    /// The groups of a talk by a dimension that does not depend on its place, each once.
    pub(super) fn talk_keys(&self, event: &CheckedEvent, talk: TalkIx, keys: &mut Vec<Key>) {
        let facts = event.talk(talk);
        match self {
            Self::Format => keys.extend(facts.format.map(Key::Format)),
            Self::Speaker => keys.extend(facts.speakers.iter().map(|s| Key::Speaker(*s))),
            Self::Tag(key) => keys.extend(event.talk_values(talk, key).iter().map(|v| Key::Value(*v))),
            Self::SpeakerTag(key) => {
                let from = keys.len();
                keys.extend(facts.speakers.iter().flat_map(|s| event.speaker_values(*s, key)).map(|v| Key::Value(*v)));
                keys[from..].sort_unstable();
                keys.dedup();
            }
            Self::Day | Self::Block | Self::Start | Self::Time | Self::Room => {}
        }
    }

    /// Whether the speaker is of the group: in groups of speakers, the measure `speakers` counts only the group's own.
    pub(super) fn speaker_is_of(&self, event: &CheckedEvent, speaker: SpeakerIx, key: Key) -> bool {
        match (self, key) {
            (Self::Speaker, Key::Speaker(s)) => s == speaker,
            (Self::SpeakerTag(tag), Key::Value(v)) => event.speaker_values(speaker, tag).contains(&v),
            _ => true,
        }
    }
}

impl FromStr for Dimension {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "day" => Self::Day,
            "block" => Self::Block,
            "start" => Self::Start,
            "time" => Self::Time,
            "room" => Self::Room,
            "format" => Self::Format,
            "speaker" => Self::Speaker,
            _ => match text.split_once(':') {
                Some(("tag", key)) if !key.is_empty() => Self::Tag(key.to_owned()),
                Some(("speaker", key)) if !key.is_empty() => Self::SpeakerTag(key.to_owned()),
                _ => {
                    return Err(format!(
                        "found {text:?}; one of day, block, start, time, room, format, speaker, tag:KEY, speaker:KEY is wanted"
                    ));
                }
            },
        })
    }
}

impl From<&str> for Dimension {
    /// Reads a dimension's word; any other text is taken for the key of a tag.
    fn from(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self::Tag(text.to_owned()))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day => f.write_str("day"),
            Self::Block => f.write_str("block"),
            Self::Start => f.write_str("start"),
            Self::Time => f.write_str("time"),
            Self::Room => f.write_str("room"),
            Self::Format => f.write_str("format"),
            Self::Speaker => f.write_str("speaker"),
            Self::Tag(key) => write!(f, "tag:{key}"),
            Self::SpeakerTag(key) => write!(f, "speaker:{key}"),
        }
    }
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Dimension {
    fn schema_name() -> Cow<'static, str> {
        "Dimension".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "What talks are grouped by.",
            "pattern": "^(day|block|start|time|room|format|speaker|tag:.+|speaker:.+)$"
        })
    }
}

/// One group's key in one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Day(Date),
    Block(BlockIx),
    /// A start, or a moment of `time`.
    Minute(Minute),
    Room(RoomIx),
    Format(FormatIx),
    Speaker(SpeakerIx),
    Value(ValueIx),
}

impl Key {
    fn text(self, event: &CheckedEvent) -> String {
        match self {
            Self::Day(date) => date.to_string(),
            Self::Block(block) => event.block_id(block).to_string(),
            Self::Minute(minute) => moment(event, minute),
            Self::Room(room) => event.room_id(room).to_string(),
            Self::Format(format) => event.format_id(format).to_string(),
            Self::Speaker(speaker) => event.speaker_id(speaker).to_string(),
            Self::Value(value) => event.value_text(value).to_owned(),
        }
    }
}

/// A minute in a group's name: what the clocks show, and where they show it twice, at which offset.
fn moment(event: &CheckedEvent, minute: Minute) -> String {
    let time = event.civil(minute);
    if event.is_shown_twice(minute) { format!("{time}{}", event.offset(minute)) } else { time.to_string() }
}

/// The dimensions of a rule, split in those of place and those of the talk.
///
/// A group is a tuple of keys of place and a tuple of keys of the talk. Groups of place exist where something is placed;
/// groups of talks exist for every tuple that some talk not declined has.
#[derive(Debug)]
pub(super) struct Grouping<'r> {
    each: &'r [Dimension],
    place: Vec<&'r Dimension>,
    talk: Vec<&'r Dimension>,
}

/// A group: its keys of place, then its keys of the talk.
pub(super) type GroupKey = (Vec<Key>, Vec<Key>);

impl<'r> Grouping<'r> {
    pub(super) fn of(each: &'r [Dimension]) -> Self {
        let (place, talk) = each.iter().partition(|d| d.is_place());
        Self { each, place, talk }
    }

    /// Whether any group depends on the place.
    pub(super) fn by_place(&self) -> bool {
        !self.place.is_empty()
    }

    /// Whether any group depends on the talk, wherever it is.
    pub(super) fn by_talk(&self) -> bool {
        !self.talk.is_empty()
    }

    /// Whether talks are measured at moments.
    pub(super) fn by_time(&self) -> bool {
        self.place.contains(&&Dimension::Time)
    }

    /// The place of the moment in a tuple of place keys.
    pub(super) fn time_position(&self) -> Option<usize> {
        self.place.iter().position(|d| **d == Dimension::Time)
    }

    /// Whether rooms make groups.
    pub(super) fn by_room(&self) -> bool {
        self.place.contains(&&Dimension::Room)
    }

    /// The dimensions of place.
    pub(super) fn place_dimensions(&self) -> &[&'r Dimension] {
        &self.place
    }

    /// Every tuple of place keys that the spot has.
    pub(super) fn place_tuples(&self, event: &CheckedEvent, spot: &Spot, moments: &[Minute]) -> Vec<Vec<Key>> {
        tuples(&self.place, |dimension, keys| dimension.place_keys(event, spot, moments, keys))
    }

    /// How many tuples of talk keys the talk has.
    pub(super) fn talk_groups(&self, event: &CheckedEvent, talk: TalkIx) -> usize {
        let mut keys = Vec::new();
        self.talk.iter().fold(1, |tuples: usize, dimension| {
            keys.clear();
            dimension.talk_keys(event, talk, &mut keys);
            tuples.saturating_mul(keys.len())
        })
    }

    /// Every tuple of talk keys that the talk has.
    pub(super) fn talk_tuples(&self, event: &CheckedEvent, talk: TalkIx) -> Vec<Vec<Key>> {
        tuples(&self.talk, |dimension, keys| dimension.talk_keys(event, talk, keys))
    }

    /// The tuples of talk keys that exist: those that some talk not declined has.
    pub(super) fn standing(&self, event: &CheckedEvent) -> BTreeSet<Vec<Key>> {
        if self.talk.is_empty() {
            return BTreeSet::from([Vec::new()]);
        }
        event
            .talk_indices()
            .filter(|t| event.talk(*t).status != TalkStatus::Declined)
            .flat_map(|t| self.talk_tuples(event, t))
            .collect()
    }

    /// Whether the speaker is of the group.
    pub(super) fn speaker_is_of(&self, event: &CheckedEvent, speaker: SpeakerIx, talk_keys: &[Key]) -> bool {
        self.talk.iter().zip(talk_keys).all(|(dimension, key)| dimension.speaker_is_of(event, speaker, *key))
    }

    /// The group in words, in the order of the rule's `each`.
    pub(super) fn words(&self, event: &CheckedEvent, (place, talk): &GroupKey) -> super::Group {
        let (mut place, mut talk) = (place.iter(), talk.iter());
        self.each
            .iter()
            .filter_map(|dimension| {
                let key = if dimension.is_place() { place.next() } else { talk.next() }?;
                Some((dimension.to_string(), key.text(event)))
            })
            .collect()
    }
}

/// Every way to take one key a dimension.
pub(super) fn tuples(dimensions: &[&Dimension], keys_of: impl Fn(&Dimension, &mut Vec<Key>)) -> Vec<Vec<Key>> {
    let mut tuples = vec![Vec::with_capacity(dimensions.len())];
    let mut keys = Vec::new();
    for dimension in dimensions {
        keys.clear();
        keys_of(dimension, &mut keys);
        tuples = tuples
            .iter()
            .flat_map(|tuple: &Vec<Key>| {
                keys.iter().map(|key| {
                    let mut longer = tuple.clone();
                    longer.push(*key);
                    longer
                })
            })
            .collect();
    }
    tuples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Block, Event, Speaker},
        rules::{
            Count, Measure,
            testing::{at, cost, grid, judge, open, soft, talk, talks},
        },
    };

    /// The groups that hold talks, and how many each.
    fn groups(event: &Event, each: &[&str], timetable: &str) -> Vec<String> {
        let count = soft(Count::of(Measure::Talks).each(each.iter().copied()).max(0));
        let report = judge(event, &count, timetable);
        let words = |d: &crate::timetable::Detail| d.group.values().cloned().collect::<Vec<_>>().join("+");
        let measured = report.details.iter().filter_map(|d| Some((words(d), d.measured.filter(|m| *m > 0)?)));
        measured.map(|(words, measured)| format!("{words}: {measured}")).collect()
    }

    #[test]
    fn a_talk_belongs_to_every_block_and_to_the_day_that_it_starts_in() {
        let mut event = grid("a", "09:00 10:00 23:50");
        event.blocks =
            vec![Block::new("early", at("09:00"), at("10:00")), Block::new("morning", at("09:00"), at("12:00"))];
        event.talks = talks("p1 p2 p3");
        let all = "p1 a 09:00, p2 a 10:00, p3 a 23:50";
        assert_eq!(groups(&event, &["block"], all), ["early: 1", "morning: 2"]);
        assert_eq!(groups(&event, &["day"], all), ["2026-10-30: 3"]);
    }

    #[test]
    fn a_talk_belongs_to_every_moment_at_which_something_starts_while_it_runs() {
        let mut event = open("a b", "09:00", "12:00");
        event.talks = vec![talk("long").minutes(60), talk("p2"), talk("p3")];
        let all = "long a 09:00, p2 b 09:30, p3 b 10:00";
        let moments = ["2026-10-30T09:00: 1", "2026-10-30T09:30: 2", "2026-10-30T10:00: 1"];
        assert_eq!(groups(&event, &["time"], all), moments);
        assert_eq!(groups(&event, &["start"], all), moments.map(|m| m.replace(": 2", ": 1")));
    }

    #[test]
    fn a_talk_belongs_once_to_a_company_that_two_of_its_speakers_work_for() {
        let mut event = grid("a b", "09:00 10:00");
        event.speakers = ["ann", "bob", "carol"].map(|id| Speaker::new(id, "").company("acme")).to_vec();
        event.speakers[2].company = Some("globex".to_owned());
        event.talks = vec![talk("p1").by("ann").by("bob").by("carol"), talk("p2").by("bob")];
        let all = "p1 a 09:00, p2 b 10:00";
        assert_eq!(groups(&event, &["speaker:company"], all), ["acme: 2", "globex: 1"]);
        assert_eq!(groups(&event, &["speaker"], all), ["ann: 1", "bob: 2", "carol: 1"]);
    }

    #[test]
    fn the_same_text_under_two_keys_makes_groups_of_each_key_alone() {
        let mut event = grid("a b", "09:00");
        event.talks = vec![talk("p1").tag("topic", "web"), talk("p2").tag("track", "web")];
        let one = soft(Count::of(Measure::Talks).each(["tag:topic"]).max(0));
        assert_eq!(cost(&event, &one, "p1 a 09:00, p2 b 09:00"), 1);
    }

    #[test]
    fn several_dimensions_make_a_group_of_each_way_to_take_a_key_of_each() {
        let mut event = grid("a b", "09:00");
        event.talks =
            vec![talk("p1").tag("topic", "rust").tag("topic", "web").tag("level", "easy").tag("level", "hard")];
        let ways = ["a+easy+rust: 1", "a+easy+web: 1", "a+hard+rust: 1", "a+hard+web: 1"];
        let mut found = groups(&event, &["tag:topic", "room", "tag:level"], "p1 a 09:00");
        found.sort_unstable();
        assert_eq!(found, ways);
    }

    #[test]
    fn a_dimension_reads_as_it_is_written() {
        for word in ["day", "block", "start", "time", "room", "format", "speaker", "tag:a key", "speaker:region"] {
            assert_eq!(word.parse::<Dimension>().map(|d| d.to_string()).as_deref(), Ok(word));
        }
        for word in ["", "days", "tag:", "speaker:", "topic:rust"] {
            assert!(word.parse::<Dimension>().is_err(), "{word:?}");
        }
    }
}
