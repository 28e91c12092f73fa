//! A second reading of the contract, to hold the library against: it reads an event's JSON, tries every timetable there
//! is, and works out by each rule's plain meaning what it is worth.
//!
//! It uses no type and no function of the library, and cuts nothing off but what the event itself forbids: where a talk
//! cannot be, two talks in a room, a speaker in two places. So it is slow, and good for tiny events only.

mod facts;
mod groups;
mod pairs;
mod places;
mod rules;
mod selection;
mod shrink;

use facts::{Facts, Status, list};
pub(crate) use places::Spot;
use places::{exclude, places};
use rules::{Bill, Rule};
use serde_json::Value;
pub(crate) use shrink::shrink;
use std::collections::BTreeMap;

/// What a timetable is worth, in thousandths, by priority.
pub(crate) type Worth = BTreeMap<i64, i64>;

pub(crate) struct Oracle {
    facts: Facts,
    places: Vec<Vec<Spot>>,
    rules: Vec<Rule>,
}

impl Oracle {
    /// Reads an event that the library has found right.
    pub(crate) fn of(event: &Value) -> Self {
        let facts = Facts::of(event);
        let places: Vec<_> = (0..facts.talks.len()).map(|talk| places(&facts, talk)).collect();
        let rules = list(event, "rules").iter().map(|rule| Rule::read(&facts, rule, &places)).collect();
        Self { facts, places, rules }
    }

    /// Whether there are at most so many timetables, rules aside.
    pub(crate) fn has_at_most(&self, most: usize) -> bool {
        let mut count = 0;
        self.each(&mut |_| {
            count += 1;
            count <= most
        })
    }

    /// Hands on every timetable that the event itself allows, until `hand` has had enough. True where it had them all.
    pub(crate) fn each(&self, hand: &mut dyn FnMut(&[Spot]) -> bool) -> bool {
        self.from(0, &mut Vec::new(), hand)
    }

    fn from(&self, talk: usize, spots: &mut Vec<Spot>, hand: &mut dyn FnMut(&[Spot]) -> bool) -> bool {
        if talk == self.places.len() {
            return hand(spots);
        }
        let accepted = self.facts.talks[talk].status == Status::Accepted;
        if !accepted && !self.from(talk + 1, spots, hand) {
            return false;
        }
        for spot in &self.places[talk] {
            if spots.iter().any(|other| exclude(&self.facts, other, spot)) {
                continue;
            }
            spots.push(*spot);
            let more = self.from(talk + 1, spots, hand);
            spots.pop();
            if !more {
                return false;
            }
        }
        true
    }

    /// What the best timetable is worth; none where there is none.
    pub(crate) fn best(&self) -> Option<Worth> {
        let mut best: Option<Worth> = None;
        self.each(&mut |spots| {
            if let Some(worth) = self.worth(spots)
                && best.as_ref().is_none_or(|best| is_less(best, &worth))
            {
                best = Some(worth);
            }
            true
        });
        best
    }

    /// What each rule says of a timetable.
    pub(crate) fn bills(&self, spots: &[Spot]) -> Vec<Bill> {
        self.rules.iter().map(|rule| rule.bill(&self.facts, spots)).collect()
    }

    /// What a timetable is worth that the event allows; none where it breaks a required rule.
    pub(crate) fn worth(&self, spots: &[Spot]) -> Option<Worth> {
        // Every priority is there, so that any two worths are compared place by place.
        let mut worth: Worth = self.rules.iter().filter(|rule| !rule.required).map(|rule| (rule.priority, 0)).collect();
        for rule in &self.rules {
            let bill = rule.bill(&self.facts, spots);
            if bill.broken {
                return None;
            }
            if !rule.required {
                *worth.entry(rule.priority).or_default() += bill.value;
            }
        }
        Some(worth)
    }

    /// The spots of an answer's placements; in words why the event does not allow them, where it does not.
    pub(crate) fn read(&self, placements: &[Value]) -> Result<Vec<Spot>, String> {
        let mut spots = Vec::new();
        for placement in placements {
            let text = |name: &str| placement[name].as_str().unwrap_or_default();
            let (talk, start) = (self.facts.talk(text("talk")), self.facts.minute(text("start")));
            let is_it = |spot: &&Spot| {
                let slot = spot.slot.map_or("", |slot| &self.facts.slots[slot].id);
                spot.start == start && spot.room == self.facts.room(text("room")) && slot == text("slot")
            };
            let spot = self.places[talk].iter().find(is_it).ok_or(format!("{placement} is no place of that talk"))?;
            if self.facts.minute(text("end")) != spot.end {
                return Err(format!("{placement} ends at another time"));
            }
            if let Some(other) =
                spots.iter().find(|other: &&Spot| other.talk == talk || exclude(&self.facts, other, spot))
            {
                return Err(format!("{placement} cannot be beside {}", self.facts.talks[other.talk].id));
            }
            spots.push(*spot);
        }
        let missing =
            |at: &usize| self.facts.talks[*at].status == Status::Accepted && spots.iter().all(|spot| spot.talk != *at);
        match (0..self.places.len()).find(missing) {
            Some(talk) => Err(format!("{} is accepted and left out", self.facts.talks[talk].id)),
            None => Ok(spots),
        }
    }

    /// The talks that are not placed and were not declined, by id.
    pub(crate) fn left_out(&self, spots: &[Spot]) -> Vec<&str> {
        let open =
            |at: &usize| self.facts.talks[*at].status != Status::Declined && spots.iter().all(|spot| spot.talk != *at);
        let mut ids: Vec<&str> =
            (0..self.places.len()).filter(open).map(|at| self.facts.talks[at].id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    /// A timetable as the library reads it.
    pub(crate) fn written(&self, spots: &[Spot]) -> Value {
        let clock = |minute: i64| self.facts.civil(minute).strftime("%Y-%m-%dT%H:%M").to_string();
        let placement = |spot: &Spot| {
            let mut placement = serde_json::json!({
                "talk": self.facts.talks[spot.talk].id, "room": self.facts.rooms[spot.room].id, "start": clock(spot.start),
            });
            if let Some(slot) = spot.slot {
                placement["slot"] = self.facts.slots[slot].id.clone().into();
            }
            placement
        };
        serde_json::json!({ "placements": spots.iter().map(placement).collect::<Vec<_>>() })
    }
}

/// Whether the first worth is less: the first priority decides, then the second, and so on.
pub(crate) fn is_less(a: &Worth, b: &Worth) -> bool {
    let at = |worth: &Worth, priority: i64| worth.get(&priority).copied().unwrap_or(0);
    let mut priorities: Vec<i64> = a.keys().chain(b.keys()).copied().collect();
    priorities.sort_unstable();
    let first = priorities.into_iter().find(|priority| at(a, *priority) != at(b, *priority));
    first.is_some_and(|priority| at(a, priority) < at(b, priority))
}
