//! Measures: what `count` and `balance` add up in a group.

use super::{
    Dimension, Spot,
    group::{Grouping, Key},
    selection::Filter,
};
use crate::{
    event::{CheckedEvent, SpeakerIx},
    program::{Draft, Sum, Var},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

/// What is added up over the talks of a group.
///
/// ```
/// use slotwise::rules::{Dimension, Measure};
/// assert_eq!("distinct:tag:track".parse(), Ok(Measure::Distinct(Dimension::Tag("track".into()))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// How many talks.
    Talks,
    /// How many minutes they run.
    Minutes,
    /// How many people are expected.
    Audience,
    /// How many speakers, each once. With `speaker_tags`, those only who bear the tags themselves.
    Speakers,
    /// 1 where there is a talk, 0 where there is none.
    Any,
    /// How many people are over their room's capacity. For `balance` only.
    Overflow,
    /// How many days, blocks, rooms, values of a tag... they have, each once.
    Distinct(Dimension),
}

impl Measure {
    /// Whether it sees which talks share a room.
    pub(super) fn sees_rooms(&self) -> bool {
        *self == Self::Distinct(Dimension::Room)
    }

    /// What the spots of a group measure.
    pub(super) fn audit<'s>(
        &self,
        group: &Measured<'_>,
        spots: impl Iterator<Item = &'s Spot> + Clone,
        talk_keys: &[Key],
    ) -> i64 {
        let event = group.event;
        match self {
            Self::Talks => spots.count() as i64,
            Self::Minutes => spots.map(|s| event.talk(s.talk).minutes).sum(),
            Self::Audience => spots.map(|s| event.talk(s.talk).audience).sum(),
            Self::Any => i64::from(spots.clone().next().is_some()),
            Self::Overflow => spots.map(|s| overflow(event, s)).sum(),
            Self::Speakers => {
                let speakers: BTreeSet<SpeakerIx> = spots.flat_map(|s| group.speakers(s, talk_keys)).collect();
                speakers.len() as i64
            }
            Self::Distinct(dimension) => {
                let mut keys = Vec::new();
                for spot in spots {
                    keys_of(event, dimension, spot, &mut keys);
                }
                keys.into_iter().collect::<BTreeSet<_>>().len() as i64
            }
        }
    }

    /// The same of a group's atoms, as a sum.
    pub(super) fn state(&self, group: &Measured<'_>, draft: &mut Draft<'_>, atoms: &[Var], talk_keys: &[Key]) -> Sum {
        let event = group.event;
        let weighted = |draft: &Draft<'_>, weight: &dyn Fn(&Spot) -> i64| Sum {
            terms: atoms.iter().map(|v| (*v, weight(&draft.spot(*v)))).collect(),
            constant: 0,
        };
        match self {
            Self::Talks => Sum::each(atoms.iter().copied()),
            Self::Minutes => weighted(draft, &|s| event.talk(s.talk).minutes),
            Self::Audience => weighted(draft, &|s| event.talk(s.talk).audience),
            Self::Overflow => weighted(draft, &|s| overflow(event, s)),
            Self::Any => draft.any(atoms.to_vec()),
            Self::Speakers => distinct(draft, atoms, |spot, keys| {
                keys.extend(group.speakers(spot, talk_keys).into_iter().map(Key::Speaker));
            }),
            Self::Distinct(dimension) => distinct(draft, atoms, |spot, keys| keys_of(event, dimension, spot, keys)),
        }
    }
}

/// What a group is measured with: whose speakers count.
pub(super) struct Measured<'a> {
    pub(super) event: &'a CheckedEvent,
    pub(super) filter: &'a Filter<'a>,
    pub(super) grouping: &'a Grouping<'a>,
}

impl Measured<'_> {
    /// The talk's speakers who count: those of the selection, and of the group where it is one of speakers.
    fn speakers(&self, spot: &Spot, talk_keys: &[Key]) -> Vec<SpeakerIx> {
        let speakers = &self.event.talk(spot.talk).speakers;
        speakers
            .iter()
            .copied()
            .filter(|s| self.filter.counts(self.event, spot.talk, *s))
            .filter(|s| self.grouping.speaker_is_of(self.event, *s, talk_keys))
            .collect()
    }
}

fn keys_of(event: &CheckedEvent, dimension: &Dimension, spot: &Spot, keys: &mut Vec<Key>) {
    if dimension.is_place() {
        dimension.place_keys(event, spot, &[], keys);
    } else {
        dimension.talk_keys(event, spot.talk, keys);
    }
}

/// How many keys some atom has that is 1.
fn distinct(draft: &mut Draft<'_>, atoms: &[Var], keys_of: impl Fn(&Spot, &mut Vec<Key>)) -> Sum {
    let mut with: BTreeMap<Key, Vec<Var>> = BTreeMap::new();
    let mut keys = Vec::new();
    for var in atoms {
        keys.clear();
        keys_of(&draft.spot(*var), &mut keys);
        for key in &keys {
            with.entry(*key).or_default().push(*var);
        }
    }
    let mut total = Sum::default();
    for (_, atoms) in with {
        total.add_sum(&draft.any(atoms), 1);
    }
    total
}

/// How many people are over the room's capacity.
pub(super) fn overflow(event: &CheckedEvent, spot: &Spot) -> i64 {
    let capacity = event.room(spot.room).capacity.unwrap_or(i64::MAX);
    (event.talk(spot.talk).audience - capacity).max(0)
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "talks" => Self::Talks,
            "minutes" => Self::Minutes,
            "audience" => Self::Audience,
            "speakers" => Self::Speakers,
            "any" => Self::Any,
            "overflow" => Self::Overflow,
            _ => match text.strip_prefix("distinct:") {
                Some(dimension) => Self::Distinct(dimension.parse().map_err(|_| {
                    format!(
                        "found {text:?}; `distinct:` and one of day, block, start, room, format, speaker, tag:KEY, speaker:KEY is wanted"
                    )
                })?),
                None => {
                    return Err(format!(
                        "found {text:?}; one of talks, minutes, audience, speakers, any, distinct:DIMENSION (and overflow in balance) is wanted"
                    ));
                }
            },
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Talks => f.write_str("talks"),
            Self::Minutes => f.write_str("minutes"),
            Self::Audience => f.write_str("audience"),
            Self::Speakers => f.write_str("speakers"),
            Self::Any => f.write_str("any"),
            Self::Overflow => f.write_str("overflow"),
            Self::Distinct(dimension) => write!(f, "distinct:{dimension}"),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Measure {
    fn schema_name() -> Cow<'static, str> {
        "Measure".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "What is added up over the talks of a group.",
            "pattern": "^(talks|minutes|audience|speakers|any|overflow|distinct:.+)$"
        })
    }
}
