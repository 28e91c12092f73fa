//! Groups: the days, rooms, topics and so on by which `count` and `balance` measure.

use super::Spot;
use crate::event::{BlockIx, CheckedEvent, FormatIx, Minute, RoomIx, SpeakerIx, Status, TalkIx, ValueIx};
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
            Self::Minute(minute) => event.civil(minute).to_string(),
            Self::Room(room) => event.room_id(room).to_string(),
            Self::Format(format) => event.format_id(format).to_string(),
            Self::Speaker(speaker) => event.speaker_id(speaker).to_string(),
            Self::Value(value) => event.value_text(value).to_owned(),
        }
    }
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

    /// Whether talks are measured at moments.
    pub(super) fn by_time(&self) -> bool {
        self.place.contains(&&Dimension::Time)
    }

    /// The place of the moment in a tuple of place keys.
    pub(super) fn time_position(&self) -> Option<usize> {
        self.place.iter().position(|d| **d == Dimension::Time)
    }

    /// Every tuple of place keys that the spot has.
    pub(super) fn place_tuples(&self, event: &CheckedEvent, spot: &Spot, moments: &[Minute]) -> Vec<Vec<Key>> {
        tuples(&self.place, |dimension, keys| dimension.place_keys(event, spot, moments, keys))
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
            .filter(|t| event.talk(*t).status != Status::Declined)
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
fn tuples(dimensions: &[&Dimension], keys_of: impl Fn(&Dimension, &mut Vec<Key>)) -> Vec<Vec<Key>> {
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
