//! Every timetable of a tiny event, tried one by one: what exact answers are measured against.
//!
//! It shares nothing with the solver. Places come from the event as it was written; two talks are kept apart only by the
//! plain facts of the [judge](super::judge) (a room, a speaker); the rules' audits say what a whole timetable is worth.

use super::judge::{against, judge, places, without_zeros};
use slotwise::{
    CheckedEvent, TalkStatus,
    event::TalkIx,
    rules::{Placed, Spot},
};
use std::collections::{BTreeMap, BTreeSet};

/// What trying everything found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    /// The best timetables are worth that much, in thousandths by priority, zeros left out.
    Best(BTreeMap<u32, i64>),
    /// No timetable satisfies what must hold.
    Infeasible,
    /// There are more timetables than may be tried.
    TooMany,
}

/// Tries every timetable, if there are at most so many.
pub(crate) fn exhaust(event: &CheckedEvent, most: usize) -> Exhausted {
    exhaust_above(event, &BTreeMap::new(), most)
}

/// Tries every timetable that is worth at least the floor, in thousandths, at each priority that has one. Values at these
/// priorities are left out: they are not maximised.
pub(crate) fn exhaust_above(event: &CheckedEvent, floors: &BTreeMap<u32, i64>, most: usize) -> Exhausted {
    let mut priorities: BTreeSet<u32> = event.scopes().map(|scope| scope.priority()).collect();
    priorities.insert(1);
    let open: Vec<TalkIx> =
        event.talk_indices().filter(|t| event.written_talk(*t).status != TalkStatus::Declined).collect();
    let mut search = Search {
        event,
        places: open.iter().map(|t| places(event, *t)).collect(),
        talks: open,
        priorities: priorities.into_iter().collect(),
        floors,
        left: most,
        best: None,
    };
    if !search.try_from(0, &mut Vec::new()) {
        return Exhausted::TooMany;
    }
    search.best.map_or(Exhausted::Infeasible, |best| {
        Exhausted::Best(without_zeros(&search.priorities.iter().copied().zip(best).collect()))
    })
}

struct Search<'e> {
    event: &'e CheckedEvent,
    talks: Vec<TalkIx>,
    places: Vec<Vec<Spot>>,
    priorities: Vec<u32>,
    floors: &'e BTreeMap<u32, i64>,
    /// How many more timetables may be tried.
    left: usize,
    /// The best values so far: the first priority weighs more than all after it, as vectors compare.
    best: Option<Vec<i64>>,
}

impl Search<'_> {
    /// Places the talks from the given one on in every way; false where that is too many.
    fn try_from(&mut self, talk: usize, spots: &mut Vec<Spot>) -> bool {
        if talk == self.talks.len() {
            let enough = self.left > 0;
            self.left = self.left.saturating_sub(1);
            self.judge(spots);
            return enough;
        }
        let accepted = self.event.written_talk(self.talks[talk]).status == TalkStatus::Accepted;
        if !accepted && !self.try_from(talk + 1, spots) {
            return false;
        }
        for i in 0..self.places[talk].len() {
            let spot = self.places[talk][i];
            if spots.iter().all(|other| against(self.event, other, &spot).is_none()) {
                spots.push(spot);
                let enough = self.try_from(talk + 1, spots);
                spots.pop();
                if !enough {
                    return false;
                }
            }
        }
        true
    }

    fn judge(&mut self, spots: &[Spot]) {
        let placed = Placed::new(self.event, spots.to_vec());
        let mut values = vec![0; self.priorities.len()];
        for scope in self.event.scopes() {
            let at = self.priorities.binary_search(&scope.priority()).unwrap();
            for finding in scope.kind().audit(&scope, &placed) {
                if finding.broken || scope.required() && finding.units > 0 {
                    return;
                }
                values[at] += finding.gain - finding.cost;
            }
        }
        for (priority, value) in self.priorities.iter().zip(&mut values) {
            let Some(floor) = self.floors.get(priority) else { continue };
            if *value < *floor {
                return;
            }
            *value = 0;
        }
        if self.floors.iter().any(|(priority, floor)| !self.priorities.contains(priority) && *floor > 0) {
            return;
        }
        if self.best.as_ref().is_none_or(|best| *best < values) {
            debug_assert!(judge(self.event, spots).valid());
            self.best = Some(values);
        }
    }
}
