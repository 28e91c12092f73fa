//! `count` and `balance`: groups, and what is measured in each.

use super::{
    facts::{Facts, Status, field, texts},
    places::Spot,
    rules::{inside, share},
    selection::{counts, selects},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

enum Dimension {
    Day,
    Block,
    Start,
    Time,
    Room,
    Format,
    Speaker,
    Tag(String),
    SpeakerTag(String),
}

/// The key of a group in one dimension: a text is clearest, and there are few.
type Key = String;

enum Measure {
    Talks,
    Minutes,
    Audience,
    Speakers,
    Any,
    Overflow,
    Distinct(Dimension),
}

pub(crate) struct Grouped {
    balance: bool,
    place: Vec<Dimension>,
    talk: Vec<Dimension>,
    measure: Measure,
    inside: Option<HashSet<Spot>>,
    min: Option<i64>,
    max: Option<i64>,
    min_share: Option<(i64, i64)>,
    max_share: Option<(i64, i64)>,
    selected: Members,
    whole: Members,
    /// Every tuple of talk keys that some talk not declined has.
    standing: BTreeSet<Vec<Key>>,
    /// The tuples of each talk.
    tuples: Vec<BTreeSet<Vec<Key>>>,
}

/// A selection: which talks it has, and whom of their speakers it counts.
struct Members {
    talks: Vec<bool>,
    speakers: Vec<Vec<usize>>,
}

impl Members {
    fn of(facts: &Facts, selection: &Value) -> Self {
        let talks = 0..facts.talks.len();
        let speakers = |talk: usize| {
            let all = facts.talks[talk].speakers.iter().copied();
            all.filter(|s| counts(facts, selection, talk, *s)).collect()
        };
        Self {
            talks: talks.clone().map(|t| selects(facts, selection, t)).collect(),
            speakers: talks.map(speakers).collect(),
        }
    }
}

impl Dimension {
    fn read(word: &str) -> Self {
        match word {
            "day" => Self::Day,
            "block" => Self::Block,
            "start" => Self::Start,
            "time" => Self::Time,
            "room" => Self::Room,
            "format" => Self::Format,
            "speaker" => Self::Speaker,
            _ => match word.split_once(':').unwrap() {
                ("tag", key) => Self::Tag(key.into()),
                ("speaker", key) => Self::SpeakerTag(key.into()),
                _ => panic!("no dimension {word}"),
            },
        }
    }

    fn is_of_place(&self) -> bool {
        matches!(self, Self::Day | Self::Block | Self::Start | Self::Time | Self::Room)
    }

    /// The groups that a placed talk is in. `moments` are the starts that `time` is measured at.
    fn keys(&self, facts: &Facts, spot: &Spot, moments: &BTreeSet<i64>) -> Vec<Key> {
        match self {
            Self::Day => vec![facts.day(spot.start)],
            Self::Block => facts.blocks_at(spot.start).into_iter().map(|b| facts.blocks[b].0.clone()).collect(),
            Self::Start => vec![spot.start.to_string()],
            Self::Time => moments.range(spot.start..spot.end).map(ToString::to_string).collect(),
            Self::Room => vec![facts.rooms[spot.room].id.clone()],
            _ => self.talk_keys(facts, spot.talk),
        }
    }

    /// The groups that a talk is in wherever it is, each once.
    fn talk_keys(&self, facts: &Facts, talk: usize) -> Vec<Key> {
        let said = &facts.talks[talk];
        match self {
            Self::Format => said.format.map(|f| facts.formats[f].clone()).into_iter().collect(),
            Self::Speaker => said.speakers.iter().map(|s| facts.speaker_ids[*s].clone()).collect(),
            Self::Tag(key) => facts.talk_values(talk, key).into_iter().map(str::to_owned).collect(),
            Self::SpeakerTag(key) => {
                let values = said.speakers.iter().flat_map(|s| facts.speakers[*s].tags.get(key).into_iter().flatten());
                values.cloned().collect::<BTreeSet<_>>().into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the speaker belongs to the group of that key.
    fn is_of(&self, facts: &Facts, speaker: usize, key: &Key) -> bool {
        match self {
            Self::Speaker => facts.speaker_ids[speaker] == *key,
            Self::SpeakerTag(tag) => facts.speakers[speaker].tags.get(tag).is_some_and(|values| values.contains(key)),
            _ => true,
        }
    }
}

/// Every way to take one key of each list.
fn ways(lists: &[Vec<Key>]) -> Vec<Vec<Key>> {
    let Some((first, rest)) = lists.split_first() else { return vec![Vec::new()] };
    let rest = ways(rest);
    first.iter().flat_map(|key| rest.iter().map(move |way| [std::slice::from_ref(key), &way[..]].concat())).collect()
}

impl Grouped {
    pub(crate) fn read(facts: &Facts, rule: &Value, selected: &[bool], places: &[Vec<Spot>]) -> Self {
        let all = Value::Null;
        let (place, talk): (Vec<_>, Vec<_>) =
            texts(rule, "each").iter().map(|word| Dimension::read(word)).partition(Dimension::is_of_place);
        let measure = match rule["measure"].as_str().unwrap() {
            "talks" => Measure::Talks,
            "minutes" => Measure::Minutes,
            "audience" => Measure::Audience,
            "speakers" => Measure::Speakers,
            "any" => Measure::Any,
            "overflow" => Measure::Overflow,
            other => Measure::Distinct(Dimension::read(other.strip_prefix("distinct:").unwrap())),
        };
        let tuples_of = |t: usize| -> BTreeSet<Vec<Key>> {
            ways(&talk.iter().map(|dimension| dimension.talk_keys(facts, t)).collect::<Vec<_>>()).into_iter().collect()
        };
        let tuples: Vec<_> = (0..facts.talks.len()).map(tuples_of).collect();
        let open = (0..facts.talks.len()).filter(|t| facts.talks[*t].status != Status::Declined);
        let standing = if talk.is_empty() {
            BTreeSet::from([Vec::new()])
        } else {
            open.flat_map(|t| tuples[t].iter().cloned()).collect()
        };
        let members = Members::of(facts, field(rule, "talks").unwrap_or(&all));
        assert_eq!(members.talks, selected);
        Self {
            balance: rule["kind"] == "balance",
            inside: field(rule, "where").map(|place| inside(facts, place, places)),
            min: rule["min"].as_i64(),
            max: rule["max"].as_i64(),
            min_share: field(rule, "min_share").map(share),
            max_share: field(rule, "max_share").map(share),
            whole: Members::of(facts, field(rule, "of").unwrap_or(&all)),
            selected: members,
            place,
            talk,
            measure,
            standing,
            tuples,
        }
    }

    /// The units outside the bounds, or the largest measure of a group.
    pub(crate) fn against(&self, facts: &Facts, spots: &[Spot]) -> i64 {
        let inside = |spot: &&Spot| self.inside.as_ref().is_none_or(|inside| inside.contains(*spot));
        let spots: Vec<&Spot> = spots.iter().filter(inside).collect();
        let moments: BTreeSet<i64> = spots.iter().map(|spot| spot.start).collect();
        let mut places: BTreeMap<Vec<Key>, Vec<&Spot>> = BTreeMap::new();
        if self.place.is_empty() {
            places.insert(Vec::new(), Vec::new());
        }
        for spot in &spots {
            let lists: Vec<_> = self.place.iter().map(|dimension| dimension.keys(facts, spot, &moments)).collect();
            for place in ways(&lists) {
                places.entry(place).or_default().push(spot);
            }
        }
        let (mut outside, mut largest) = (0, 0);
        for there in places.values() {
            let shares = self.min_share.is_some() || self.max_share.is_some();
            let of = there.iter().copied().filter(|spot| shares && self.whole.talks[spot.talk]);
            let whole = self.measured(facts, &self.whole, &of.collect::<Vec<_>>(), &[]);
            for group in &self.standing {
                let of = there.iter().copied();
                let of = of.filter(|s| self.selected.talks[s.talk] && self.tuples[s.talk].contains(group));
                let measured = self.measured(facts, &self.selected, &of.collect::<Vec<_>>(), group);
                largest = largest.max(measured);
                outside += self.outside(measured, whole);
            }
        }
        if self.balance { largest } else { outside }
    }

    fn outside(&self, measured: i64, whole: i64) -> i64 {
        let least = self.min_share.map(|(part, of)| (part * whole + of - 1).div_euclid(of));
        let most = self.max_share.map(|(part, of)| (part * whole).div_euclid(of));
        let under = self.min.into_iter().chain(least).map(|least| least - measured).max().unwrap_or(0);
        let over = self.max.into_iter().chain(most).map(|most| measured - most).max().unwrap_or(0);
        under.max(over).max(0)
    }

    fn measured(&self, facts: &Facts, members: &Members, spots: &[&Spot], group: &[Key]) -> i64 {
        let talks = spots.iter().map(|spot| &facts.talks[spot.talk]);
        match &self.measure {
            Measure::Talks => spots.len() as i64,
            Measure::Minutes => talks.map(|talk| talk.minutes).sum(),
            Measure::Audience => talks.map(|talk| talk.audience.unwrap_or(0)).sum(),
            Measure::Any => i64::from(!spots.is_empty()),
            Measure::Overflow => {
                let over = |spot: &&Spot| {
                    let seats = facts.rooms[spot.room].capacity;
                    let people = facts.talks[spot.talk].audience.unwrap_or(0);
                    seats.map_or(0, |seats| (people - seats).max(0))
                };
                spots.iter().map(over).sum()
            }
            Measure::Speakers => {
                let is_of = |s: &&usize| self.talk.iter().zip(group).all(|(d, key)| d.is_of(facts, **s, key));
                let all = spots.iter().flat_map(|spot| &members.speakers[spot.talk]);
                all.filter(is_of).collect::<BTreeSet<_>>().len() as i64
            }
            Measure::Distinct(dimension) => {
                let keys = spots.iter().flat_map(|spot| dimension.keys(facts, spot, &BTreeSet::new()));
                keys.collect::<BTreeSet<_>>().len() as i64
            }
        }
    }
}
