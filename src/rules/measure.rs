//! Measures: what `count` and `balance` add up in a group.

use super::{
    Dimension, Spot,
    group::{Grouping, Key},
    grouped::Buckets,
    selection::Filter,
};
use crate::{
    event::{CheckedEvent, SpeakerIx, TalkIx},
    program::{Draft, Sum, Var},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{
    borrow::Cow,
    cell::RefCell,
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

    /// Whether it sees which talks start or run together.
    pub(super) fn sees_starts(&self) -> bool {
        matches!(self, Self::Distinct(dimension) if dimension.sees_starts())
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
                let speakers: BTreeSet<SpeakerIx> = spots.flat_map(|s| group.speakers(s.talk, talk_keys)).collect();
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
            Self::Speakers => group.apart.borrow_mut().speakers(group, draft, atoms, talk_keys),
            Self::Distinct(dimension) => group.apart.borrow_mut().keys(event, dimension, draft, atoms),
        }
    }

    /// The most that one talk adds, where that is known before it is placed.
    pub(super) fn most_of_a_talk(&self, event: &CheckedEvent, talk: TalkIx) -> Option<usize> {
        match self {
            Self::Talks | Self::Any | Self::Distinct(Dimension::Day | Dimension::Start | Dimension::Room) => Some(1),
            Self::Speakers => Some(event.talk(talk).speakers.len()),
            Self::Distinct(dimension) if !dimension.is_place() => {
                let mut keys = Vec::new();
                dimension.talk_keys(event, talk, &mut keys);
                Some(keys.len())
            }
            Self::Minutes | Self::Audience | Self::Overflow | Self::Distinct(_) => None,
        }
    }
}

/// What a group is measured with: whose speakers count.
pub(super) struct Measured<'a> {
    event: &'a CheckedEvent,
    filter: &'a Filter<'a>,
    grouping: &'a Grouping<'a>,
    /// What is counted apart, kept from group to group.
    apart: RefCell<Apart>,
}

impl<'a> Measured<'a> {
    pub(super) fn new(event: &'a CheckedEvent, filter: &'a Filter<'a>, grouping: &'a Grouping<'a>) -> Self {
        Self { event, filter, grouping, apart: RefCell::default() }
    }

    /// The talk's speakers who count: those of the selection, and of the group where it is one of speakers.
    fn speakers(&self, talk: TalkIx, talk_keys: &[Key]) -> Vec<SpeakerIx> {
        let speakers = &self.event.talk(talk).speakers;
        speakers
            .iter()
            .copied()
            .filter(|s| self.filter.counts(self.event, talk, *s))
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

/// Keys that are counted apart, each with a number.
#[derive(Default)]
struct Apart {
    keys: Vec<Key>,
    known: BTreeMap<Key, u32>,
    /// The keys of what a dimension looks at (a talk, a room, a start), once they are worked out.
    cells: Vec<Option<Box<[u32]>>>,
    /// The atoms of each key.
    atoms: Buckets,
}

impl Apart {
    fn number(&mut self, key: Key) -> u32 {
        *self.known.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() as u32 - 1
        })
    }

    /// How many keys of the dimension the atoms have that are 1.
    fn keys(&mut self, event: &CheckedEvent, dimension: &Dimension, draft: &mut Draft<'_>, atoms: &[Var]) -> Sum {
        let cell = |draft: &Draft<'_>, var: Var| match dimension {
            Dimension::Room => draft.atom(var).class.at(),
            _ if dimension.is_place() => draft.rank(var) as usize,
            _ => draft.atom(var).talk.at(),
        };
        for alike in atoms.chunk_by(|a, b| cell(draft, *a) == cell(draft, *b)) {
            let cell = cell(draft, alike[0]);
            if self.cells.len() <= cell {
                self.cells.resize(cell + 1, None);
            }
            if self.cells[cell].is_none() {
                let mut keys = Vec::new();
                keys_of(event, dimension, &draft.spot(alike[0]), &mut keys);
                self.cells[cell] = Some(keys.into_iter().map(|key| self.number(key)).collect());
            }
            for key in self.cells[cell].iter().flatten() {
                self.atoms.put_all(*key, alike);
            }
        }
        self.total(draft)
    }

    /// How many speakers the atoms have that are 1. Who counts depends on the group.
    fn speakers(&mut self, group: &Measured<'_>, draft: &mut Draft<'_>, atoms: &[Var], talk_keys: &[Key]) -> Sum {
        for of_talk in atoms.chunk_by(|a, b| draft.atom(*a).talk == draft.atom(*b).talk) {
            for speaker in group.speakers(draft.atom(of_talk[0]).talk, talk_keys) {
                let number = self.number(Key::Speaker(speaker));
                self.atoms.put_all(number, of_talk);
            }
        }
        self.total(draft)
    }

    /// How many keys some atom has that is 1, of those that were put.
    fn total(&mut self, draft: &mut Draft<'_>) -> Sum {
        let mut total = Sum::default();
        let keys = &self.keys;
        self.atoms.take(|number| keys[number as usize], |_, atoms| total.add_sum(&draft.any_of(atoms), 1));
        total
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, Speaker},
        rules::{
            Balance, Count, Selection, Where,
            testing::{at, cost, grid, soft, talk},
        },
    };

    /// Two rooms, two hours on the Friday, one on the Saturday.
    fn event() -> Event {
        let mut event = grid("a b", "09:00 10:00 sat-09:00");
        event.blocks = vec![crate::event::Block::new("friday", at("08:00"), at("12:00"))];
        event.speakers =
            vec![Speaker::new("ann", "").tag("region", "north"), Speaker::new("bob", "").tag("region", "south")];
        event.talks = vec![
            talk("p1").minutes(50).audience(80).by("ann").by("bob").tag("topic", "rust"),
            talk("p2").audience(20).by("ann").tag("topic", "rust").tag("topic", "web"),
            talk("p3"),
        ];
        event
    }

    const ALL: &str = "p1 a 09:00, p2 b 10:00, p3 a sat-09:00";

    fn measured(measure: &str, timetable: &str) -> i64 {
        cost(&event(), &soft(Count::of(measure.parse().expect("a measure")).max(0)), timetable)
    }

    #[test]
    fn talks_minutes_and_audience_add_up_and_an_unknown_audience_is_nobody() {
        assert_eq!(measured("talks", ALL), 3);
        assert_eq!(measured("minutes", ALL), 50 + 30 + 30);
        assert_eq!(measured("audience", ALL), 80 + 20);
    }

    #[test]
    fn any_is_one_where_there_is_a_talk_and_nothing_where_there_is_none() {
        assert_eq!(measured("any", ALL), 1);
        assert_eq!(measured("any", ""), 0);
    }

    #[test]
    fn each_key_is_counted_once_however_many_talks_have_it() {
        assert_eq!(measured("distinct:day", ALL), 2);
        assert_eq!(measured("distinct:start", "p1 a 09:00, p3 b 09:00"), 1);
        assert_eq!(measured("distinct:room", ALL), 2);
        assert_eq!(measured("distinct:tag:topic", ALL), 2);
        assert_eq!(measured("distinct:speaker", ALL), 2);
        assert_eq!(measured("distinct:speaker:region", ALL), 2);
        assert_eq!(measured("distinct:speaker:region", "p2 a 09:00"), 1);
    }

    #[test]
    fn a_talk_without_a_key_adds_nothing_to_the_distinct_ones() {
        assert_eq!(measured("distinct:block", ALL), 1);
        assert_eq!(measured("distinct:tag:topic", "p3 a 09:00"), 0);
        assert_eq!(measured("distinct:format", ALL), 0);
    }

    #[test]
    fn speakers_are_those_who_bear_the_tags_where_a_selection_asks_for_them() {
        let none = Count::of(Measure::Speakers).max(0);
        assert_eq!(cost(&event(), &soft(none.clone()), ALL), 2);
        let from_the_north = soft(none.clone()).talks(Selection::speaker_tag("region", ["north"]));
        assert_eq!(cost(&event(), &from_the_north, ALL), 1);
        // Ann speaks in both: neither is a talk without a speaker from the north.
        let not_from_the_north = Selection::none_of(Selection::speaker_tag("region", ["north"]));
        assert_eq!(cost(&event(), &soft(none).talks(not_from_the_north), ALL), 0);
    }

    #[test]
    fn overflow_is_measured_room_by_room() {
        let mut event = event();
        (event.rooms[0].capacity, event.rooms[1].capacity) = (Some(50), Some(10));
        let crowd = soft(Balance::of(Measure::Overflow, ["day"]).placed(Where::days([at("09:00").date()])));
        assert_eq!(cost(&event, &crowd, ALL), 30 + 10);
    }

    #[test]
    fn a_measure_reads_as_it_is_written() {
        for word in
            ["talks", "minutes", "audience", "speakers", "any", "overflow", "distinct:day", "distinct:tag:a key"]
        {
            assert_eq!(word.parse::<Measure>().map(|m| m.to_string()).as_deref(), Ok(word));
        }
        for word in ["", "talk", "distinct", "distinct:", "distinct:tag:"] {
            assert!(word.parse::<Measure>().is_err(), "{word:?}");
        }
    }
}
