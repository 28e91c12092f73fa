//! What each rule says of a timetable: how far it is against the rule, and what that costs or earns.

use super::{
    facts::{Facts, Status, amount, field},
    groups::Grouped,
    pairs::{Clash, Order},
    places::Spot,
    selection::{is_there, selects},
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// What a rule finds of a timetable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bill {
    /// Whether something that must hold does not.
    pub(crate) broken: bool,
    /// Gains less costs, in thousandths.
    pub(crate) value: i64,
}

pub(crate) struct Rule {
    pub(crate) required: bool,
    pub(crate) weight: i64,
    pub(crate) priority: i64,
    /// Whether each talk is selected.
    selected: Vec<bool>,
    says: Says,
}

enum Says {
    Merit,
    Grouped(Box<Grouped>),
    Place { inside: HashSet<Spot>, want_in: bool },
    Fit { tolerance: (i64, i64), empty_weight: i64 },
    Clash(Clash),
    Order(Box<Order>),
    Rest { minutes: i64, change: i64, speakers: Option<Vec<usize>> },
    Plenary,
    Keep { time: i64, room: i64, drop: i64, add: i64, before: Option<i64> },
}

/// The product of thousandths, in thousandths, halves rounded up.
pub(crate) fn product(a: i64, b: i64) -> i64 {
    (a * b + 500).div_euclid(1000)
}

/// A share as a fraction: a number with three decimals at most, or a text such as `1/3`.
pub(crate) fn share(value: &Value) -> (i64, i64) {
    match value.as_str().and_then(|text| text.split_once('/')) {
        Some((part, whole)) => (part.parse().unwrap(), whole.parse().unwrap()),
        None => (super::facts::thousandths(value), 1000),
    }
}

/// Those of all possible spots that are there.
pub(crate) fn inside(facts: &Facts, place: &Value, places: &[Vec<Spot>]) -> HashSet<Spot> {
    places.iter().flatten().copied().filter(|spot| is_there(facts, place, spot)).collect()
}

impl Rule {
    pub(crate) fn read(facts: &Facts, rule: &Value, places: &[Vec<Spot>]) -> Self {
        let all = Value::Null;
        let talks = field(rule, "talks").unwrap_or(&all);
        let selected: Vec<bool> = (0..facts.talks.len()).map(|talk| selects(facts, talks, talk)).collect();
        let minutes = |name: &str| rule[name].as_i64();
        let says = match rule["kind"].as_str().unwrap() {
            "merit" => Says::Merit,
            "count" | "balance" => Says::Grouped(Box::new(Grouped::read(facts, rule, &selected, places))),
            "place" => Says::Place { inside: inside(facts, &rule["where"], places), want_in: rule["want"] == "in" },
            "fit" => Says::Fit {
                tolerance: field(rule, "tolerance").map_or((0, 1), share),
                empty_weight: amount(rule, "empty_weight").unwrap_or(0),
            },
            "clash" => Says::Clash(Clash::read(facts, rule, &selected)),
            "order" => Says::Order(Box::new(Order::read(facts, rule, &selected, places))),
            "rest" => Says::Rest {
                minutes: minutes("minutes").unwrap_or(0),
                change: minutes("room_change_minutes").unwrap_or(0),
                speakers: field(rule, "speakers").map(|_| {
                    let ids = super::facts::texts(rule, "speakers");
                    ids.iter().map(|id| facts.speaker_ids.iter().position(|s| s == id).unwrap()).collect()
                }),
            },
            "plenary" => Says::Plenary,
            "keep" => {
                let weight = |name: &str| amount(rule, name).unwrap_or(0);
                Says::Keep {
                    time: weight("time"),
                    room: weight("room"),
                    drop: weight("drop"),
                    add: weight("add"),
                    before: field(rule, "before").map(|time| facts.minute(time.as_str().unwrap())),
                }
            }
            other => panic!("no rule of kind {other}"),
        };
        Self {
            required: rule["required"] == true,
            weight: amount(rule, "weight").unwrap_or(1000),
            priority: rule["priority"].as_i64().unwrap_or(1),
            selected,
            says,
        }
    }

    /// Judges a timetable.
    pub(crate) fn bill(&self, facts: &Facts, spots: &[Spot]) -> Bill {
        let selected: Vec<Spot> = spots.iter().copied().filter(|spot| self.selected[spot.talk]).collect();
        let units = match &self.says {
            Says::Merit => {
                let earned = selected.iter().map(|spot| product(self.weight, facts.talks[spot.talk].merit)).sum();
                return Bill { broken: false, value: earned };
            }
            Says::Clash(clash) => {
                let (units, cost) = clash.charge(spots, self.weight);
                return self.charged(units > 0, cost);
            }
            Says::Fit { tolerance, empty_weight } => {
                let (over, empty) = misfit(facts, &selected, *tolerance);
                return self.charged(over > 0, over * self.weight + empty * empty_weight);
            }
            Says::Keep { time, room, drop, add, before } => {
                return self.kept(facts, spots, [*time, *room, *drop, *add], *before);
            }
            Says::Grouped(grouped) => grouped.against(facts, spots),
            Says::Place { inside, want_in } => {
                selected.iter().filter(|spot| inside.contains(spot) != *want_in).count() as i64
            }
            Says::Order(order) => order.against(facts, spots),
            Says::Rest { minutes, change, speakers } => {
                too_close(facts, &selected, (*minutes, *change), speakers.as_deref())
            }
            Says::Plenary => self.beside_plenaries(spots),
        };
        self.charged(units > 0, units * self.weight)
    }

    fn charged(&self, against: bool, cost: i64) -> Bill {
        if self.required { Bill { broken: against, value: 0 } } else { Bill { broken: false, value: -cost } }
    }

    /// Pairs of talks that run at once, of which one at least is selected.
    fn beside_plenaries(&self, spots: &[Spot]) -> i64 {
        let pairs = spots.iter().enumerate().flat_map(|(i, a)| spots[i + 1..].iter().map(move |b| (a, b)));
        pairs.filter(|(a, b)| (self.selected[a.talk] || self.selected[b.talk]) && a.meets(b)).count() as i64
    }

    fn kept(&self, facts: &Facts, spots: &[Spot], weights: [i64; 4], before: Option<i64>) -> Bill {
        let [time, room, drop, add] = weights.map(|weight| product(self.weight, weight));
        let placed: HashMap<usize, &Spot> = spots.iter().map(|spot| (spot.talk, spot)).collect();
        let mut bill = Bill::default();
        for (at, talk) in facts.talks.iter().enumerate() {
            if !self.selected[at] || talk.status == Status::Declined {
                continue;
            }
            let stays = match before {
                Some(limit) => talk.published.is_some_and(|(_, start)| start < limit),
                None => self.required,
            };
            let (changed, cost) = match (talk.published, placed.get(&at)) {
                (None, None) => (false, 0),
                (None, Some(_)) => (true, add),
                (Some(_), None) => (true, drop),
                (Some((was, start)), Some(spot)) => {
                    let (moved, elsewhere) = (spot.start != start, spot.room != was);
                    (moved || elsewhere, if moved { time } else { 0 } + if elsewhere { room } else { 0 })
                }
            };
            bill.broken |= stays && changed;
            bill.value -= if self.required { 0 } else { cost };
        }
        bill
    }
}

/// People over the capacity and what is tolerated, and empty seats.
fn misfit(facts: &Facts, spots: &[Spot], tolerance: (i64, i64)) -> (i64, i64) {
    let (mut over, mut empty) = (0, 0);
    for spot in spots {
        let Some(seats) = facts.rooms[spot.room].capacity else { continue };
        let audience = facts.talks[spot.talk].audience;
        let most = seats + seats * tolerance.0 / tolerance.1;
        over += (audience.unwrap_or(0) - most).max(0);
        empty += audience.map_or(0, |people| (seats - people).max(0));
    }
    (over, empty)
}

/// Pairs of talks with a speaker in common and too little time between them.
fn too_close(facts: &Facts, spots: &[Spot], (minutes, change): (i64, i64), of: Option<&[usize]>) -> i64 {
    let shared = |a: &Spot, b: &Spot| {
        let theirs = &facts.talks[b.talk].speakers;
        let mut common = facts.talks[a.talk].speakers.iter().filter(|s| theirs.contains(s));
        common.any(|s| of.is_none_or(|of| of.contains(s)))
    };
    let close = |a: &Spot, b: &Spot| {
        let least = if a.room == b.room { minutes } else { minutes.max(change) };
        let pause = if a.start < b.start { b.start - a.end } else { a.start - b.end };
        pause < least
    };
    let pairs = spots.iter().enumerate().flat_map(|(i, a)| spots[i + 1..].iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| shared(a, b) && close(a, b)).count() as i64
}
