//! `clash` and `order`: what is said of two talks, and of several that somebody wants.

use super::{
    facts::{Facts, field, list, texts, thousandths},
    places::Spot,
    rules::product,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct Clash {
    per: String,
    /// Pairs of talks, the smaller first, and how much each counts, in thousandths.
    factors: BTreeMap<(usize, usize), i64>,
    /// What is wanted together, and by how many, in thousandths.
    wishes: Vec<(Vec<usize>, i64)>,
}

impl Clash {
    pub(crate) fn read(facts: &Facts, rule: &Value, selected: &[bool]) -> Self {
        let mut factors = BTreeMap::new();
        let mut add = |a: usize, b: usize, factor: i64, once: bool| {
            if a != b && selected[a] && selected[b] {
                let sum: &mut i64 = factors.entry((a.min(b), a.max(b))).or_default();
                *sum = if once { factor } else { *sum + factor };
            }
        };
        for pair in list(rule, "pairs") {
            let talk = |at: usize| facts.talk(pair[at].as_str().unwrap());
            add(talk(0), talk(1), pair.get(2).map_or(1000, thousandths), true);
        }
        if let Some(key) = field(rule, "tag").and_then(Value::as_str) {
            for a in 0..facts.talks.len() {
                for b in 0..a {
                    let values = facts.talk_values(b, key);
                    if facts.talk_values(a, key).iter().any(|value| values.contains(value)) {
                        add(a, b, 1000, true);
                    }
                }
            }
        }
        let mut wishes = Vec::new();
        if rule["interests"] == true {
            for (talks, weight) in &facts.interests {
                let talks: Vec<usize> = talks.iter().copied().filter(|t| selected[*t]).collect();
                for (i, a) in talks.iter().enumerate() {
                    talks[..i].iter().for_each(|b| add(*a, *b, *weight, false));
                }
                wishes.push((talks, *weight));
            }
        }
        Self { per: rule["per"].as_str().unwrap_or("pair").to_owned(), factors, wishes }
    }

    /// The units that count for something, and their cost.
    pub(crate) fn charge(&self, spots: &[Spot], weight: i64) -> (i64, i64) {
        let (mut units, mut cost) = (0, 0);
        if self.per == "missed" {
            for (talks, factor) in self.wishes.iter().filter(|(_, factor)| *factor > 0) {
                let wanted: Vec<&Spot> = spots.iter().filter(|spot| talks.contains(&spot.talk)).collect();
                let missed = wanted.iter().filter(|spot| wanted.iter().any(|other| is_on(other, spot))).count() as i64;
                units += missed;
                cost += missed * product(weight, *factor);
            }
            return (units, cost);
        }
        for (i, a) in spots.iter().enumerate() {
            for b in spots[i + 1..].iter().filter(|b| a.meets(b)) {
                let factor = self.factors.get(&(a.talk.min(b.talk), a.talk.max(b.talk))).copied().unwrap_or(0);
                let shared = if self.per == "minute" { a.end.min(b.end) - a.start.max(b.start) } else { 1 };
                units += if factor > 0 { shared } else { 0 };
                cost += shared * product(weight, factor);
            }
        }
        (units, cost)
    }
}

/// Whether the first wanted talk is on when the second starts; of two that start together, the first one listed is.
fn is_on(first: &Spot, second: &Spot) -> bool {
    let before = (first.start, first.talk) < (second.start, second.talk);
    before && second.start < first.end
}

pub(crate) struct Order {
    relation: String,
    min: Option<i64>,
    max: Option<i64>,
    /// Pairs in order, and whether a pause is asked of them.
    pairs: BTreeMap<(usize, usize), bool>,
    /// For a tag's run: the talks of each value.
    runs: Vec<Vec<usize>>,
    /// The starts at which somebody could be in each room.
    starts: Vec<BTreeSet<i64>>,
}

impl Order {
    pub(crate) fn read(facts: &Facts, rule: &Value, selected: &[bool], places: &[Vec<Spot>]) -> Self {
        let relation = rule["relation"].as_str().unwrap().to_owned();
        let sequence: Vec<usize> = texts(rule, "sequence").iter().map(|id| facts.talk(id)).collect();
        let sequence: Vec<usize> = sequence.into_iter().filter(|talk| selected[*talk]).collect();
        let mut pairs = BTreeMap::new();
        for (j, b) in sequence.iter().enumerate() {
            for (i, a) in sequence[..j].iter().enumerate() {
                let neighbours = i + 1 == j;
                match relation.as_str() {
                    "before" => pairs.insert((*a, *b), neighbours),
                    "consecutive" if !neighbours => None,
                    _ => pairs.insert((*a, *b), true),
                };
            }
        }
        let mut values: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        if let Some(key) = field(rule, "tag").and_then(Value::as_str) {
            for talk in (0..facts.talks.len()).filter(|talk| selected[*talk]) {
                facts.talk_values(talk, key).into_iter().for_each(|v| values.entry(v).or_default().push(talk));
            }
        }
        let mut runs: Vec<Vec<usize>> = values.into_values().collect();
        if relation != "consecutive" {
            for talks in runs.drain(..) {
                for (j, b) in talks.iter().enumerate() {
                    pairs.extend(talks[..j].iter().map(|a| ((*a, *b), true)));
                }
            }
        }
        let mut starts = vec![BTreeSet::new(); facts.rooms.len()];
        for spot in places.iter().flatten() {
            starts[spot.room].insert(spot.start);
        }
        let pause = |name: &str| rule[name].as_i64();
        Self { min: pause("min_minutes"), max: pause("max_minutes"), relation, pairs, runs, starts }
    }

    /// Pairs against the order, and breaks in runs.
    pub(crate) fn against(&self, facts: &Facts, spots: &[Spot]) -> i64 {
        let at = |talk: usize| spots.iter().find(|spot| spot.talk == talk);
        let mut against = 0;
        for ((a, b), paused) in &self.pairs {
            if let (Some(a), Some(b)) = (at(*a), at(*b)) {
                against += i64::from(!self.right(facts, a, b, *paused));
            }
        }
        for talks in &self.runs {
            let run: Vec<&Spot> = talks.iter().filter_map(|talk| at(*talk)).collect();
            let follows = |b: &Spot| run.iter().any(|a| a.talk != b.talk && self.right(facts, a, b, true));
            let heads = run.iter().filter(|b| !follows(b)).count() as i64;
            against += (heads - 1).max(0);
        }
        against
    }

    fn right(&self, facts: &Facts, a: &Spot, b: &Spot, paused: bool) -> bool {
        let same_day = facts.day(a.start) == facts.day(b.start);
        let same_block = || {
            let blocks = facts.blocks_at(a.start);
            facts.blocks_at(b.start).iter().any(|block| blocks.contains(block))
        };
        let holds = match self.relation.as_str() {
            "before" => a.end <= b.start,
            "consecutive" => {
                let next = self.starts[a.room].range(a.until..).next();
                a.room == b.room && same_day && next == Some(&b.start)
            }
            "same_room" => a.room == b.room,
            "same_day" => same_day,
            "other_day" => !same_day,
            "same_block" => same_block(),
            "other_block" => !same_block(),
            other => panic!("no relation {other}"),
        };
        let ordered = ["before", "consecutive"].contains(&self.relation.as_str());
        // Of two that run at once the pause is less than nothing.
        let pause = if ordered { b.start - a.end } else { (b.start - a.end).max(a.start - b.end) };
        let long = self.min.is_none_or(|least| pause >= least) && self.max.is_none_or(|most| pause <= most);
        holds && (!paused || long)
    }
}
