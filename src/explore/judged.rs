//! A timetable as the event itself judges it, without anything that a question added.

use crate::{
    event::{CheckedEvent, TalkId, TalkIx, TalkStatus},
    timetable::{Answer, Audit, Level, Timetable, gap, tied_groups},
};
use std::collections::{BTreeMap, BTreeSet};

/// A valid timetable, and what the audit says of it.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) timetable: Timetable,
    pub(super) audit: Audit,
    talks: BTreeSet<TalkIx>,
}

impl Judged {
    /// The answer's timetable; none where there is none that the event's own audit finds valid.
    pub(super) fn of(event: &CheckedEvent, answer: &Answer) -> Option<Self> {
        let timetable = answer.timetable()?;
        let placed = timetable.resolve(event).ok()?;
        let audit = Audit::of_placed(event, &placed);
        let talks = placed.spots().iter().map(|spot| spot.talk).collect();
        audit.valid.then_some(Self { timetable, audit, talks })
    }

    /// What it is worth at each priority, in thousandths.
    pub(super) fn values(&self) -> &BTreeMap<u32, i64> {
        &self.audit.values
    }

    /// The talks that are not placed and were not declined, by id.
    pub(super) fn left_out(&self, event: &CheckedEvent) -> Vec<TalkId> {
        let out = |talk: &TalkIx| event.talk(*talk).status != TalkStatus::Declined && !self.talks.contains(talk);
        event.talk_indices().filter(out).map(|talk| event.talk_id(talk).clone()).collect()
    }

    /// How far it is from another: the talks that are in one of the two, or in both at different starts.
    pub(super) fn distance(&self, event: &CheckedEvent, other: &Self) -> u32 {
        distance(event, &self.timetable, &other.timetable)
    }

    /// The answer with this timetable, and what is proven of the event itself: `levels` are what a search says of its
    /// priorities, those of the question among them.
    pub(super) fn answer(&self, event: &CheckedEvent, from: Answer, levels: &[Level], known: bool) -> Answer {
        let mut bound_in_all = 0.0;
        let priorities: Vec<Level> = (self.values().iter())
            .map(|(priority, value)| {
                let value = *value as f64 / 1000.0;
                let bound = levels.iter().find(|level| level.priority == *priority).map_or(value, |l| l.bound);
                bound_in_all += bound.max(value);
                Level { priority: *priority, value, bound: bound.max(value) }
            })
            .collect();
        let value = self.audit.value;
        let bound = known.then_some(bound_in_all);
        Answer {
            value: Some(value),
            bound,
            gap: bound.map(|bound| gap(value, bound)),
            priorities: if known && priorities.len() > 1 { priorities } else { Vec::new() },
            placements: self.timetable.placements.clone(),
            left_out: self.left_out(event),
            ties: tied_groups(event, self.talks.iter().copied()),
            rules: self.audit.rules.clone(),
            ..from
        }
    }
}

/// How many talks are in one of the two timetables and not in the other, or in both at different starts.
fn distance(event: &CheckedEvent, a: &Timetable, b: &Timetable) -> u32 {
    let starts = |timetable: &Timetable| -> BTreeMap<TalkId, Option<i64>> {
        timetable.placements.iter().map(|p| (p.talk.clone(), p.starts_at(event))).collect()
    };
    let (a, b) = (starts(a), starts(b));
    let differ = a.iter().filter(|(talk, start)| b.get(*talk) != Some(*start)).count();
    (differ + b.keys().filter(|talk| !a.contains_key(*talk)).count()) as u32
}
