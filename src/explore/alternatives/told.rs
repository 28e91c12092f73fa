//! What a search for alternatives found, as it is told: in order of value, with what all agree on.

use super::{
    Agreed, AgreedPlace, Alternative, Alternatives, AlternativesOptions, Floor, Loss, RuleChange,
    search::{Ended, Search, Step, floors},
};
use crate::{
    event::{CheckedEvent, TalkId},
    explore::judged::Judged,
    rules::{Count, Measure, Rule, Selection},
    solve::{Query, SolveError},
    timetable::{Answer, Difference, Level, Placement, RuleReport, Status, StoppedBy, rule_names},
};
use std::collections::BTreeMap;

impl Search<'_> {
    /// All that was found, in order of value.
    ///
    /// # Errors
    ///
    /// Those of the questions about single talks.
    pub(super) fn told(
        mut self,
        best: Answer,
        ended: Ended,
        complete: bool,
        wanted: &AlternativesOptions,
    ) -> Result<Alternatives, SolveError> {
        let by_best = best.stopped_by;
        let best = self.with_the_best_first(best, wanted.within);
        let mut agreed = self.agreed();
        if complete {
            (agreed.always, agreed.never) = (agreed.chosen.clone(), agreed.left_out.clone());
        } else if wanted.prove_agreed {
            (agreed.always, agreed.never) = self.always_and_never(&agreed)?;
        }
        let all_proven = best.status == Status::Optimal && self.chosen.iter().all(|step| step.distance >= step.bound);
        let stopped_by = match ended {
            Ended::Stopped(stopped) => stopped,
            _ if complete || all_proven => StoppedBy::Proof,
            _ if self.chosen.len() == 1 => by_best,
            _ => self.stopped().unwrap_or(StoppedBy::Work),
        };
        let event = self.event();
        let first = &self.chosen[0].judged;
        let names = rule_names(event);
        let mut alternatives: Vec<(&Step, Alternative)> = (self.chosen.iter().enumerate().skip(1))
            .map(|(i, step)| (step, self.alternative(i, step, first, &names)))
            .collect();
        alternatives.sort_by(|(a, _), (b, _)| b.judged.values().iter().cmp(a.judged.values().iter()));
        let floor = |(priority, least): (&u32, &i64)| {
            let best = first.values().get(priority).copied().unwrap_or(0);
            Floor { priority: *priority, best: amount(best), least: amount(*least) }
        };
        Ok(Alternatives {
            stopped_by,
            complete,
            floors: self.floors.iter().map(floor).collect(),
            agreed,
            alternatives: alternatives.into_iter().map(|(_, alternative)| alternative).collect(),
            questions: self.questions,
            best,
        })
    }

    /// Where the best was not proven, a question may have found a better one. What may be lost is counted from that one, and
    /// nothing is known any more of how far the others could have been from those before them.
    fn with_the_best_first(&mut self, best: Answer, within: Loss) -> Answer {
        let values = |step: &Step| step.judged.values().values().copied().collect::<Vec<_>>();
        let most = (0..self.chosen.len()).rev().max_by_key(|i| values(&self.chosen[*i])).unwrap_or(0);
        if best.status == Status::Optimal || most == 0 {
            return best;
        }
        let found = self.chosen[most].judged.clone();
        let before = std::mem::replace(&mut self.chosen[0].judged, found);
        self.chosen[most].judged = before;
        self.floors = floors(self.event(), self.chosen[0].judged.values(), within);
        for (i, step) in std::mem::take(&mut self.chosen).into_iter().enumerate() {
            if i > 0 && !self.is_within(&step.judged) {
                continue;
            }
            let distance = if i == 0 { 0 } else { self.nearest(&step.judged) };
            self.chosen.push(Step { distance, bound: u32::MAX, best_there: false, ..step });
        }
        let (levels, known) = (best.priorities.clone(), best.bound.is_some());
        let levels = match best.bound {
            // With one priority, an answer has no list of them.
            Some(bound) if levels.is_empty() => {
                self.floors.keys().map(|priority| Level { priority: *priority, value: bound, bound }).collect()
            }
            _ => levels,
        };
        self.chosen[0].judged.answer(self.model.event(), best, &levels, known)
    }

    fn alternative(&self, i: usize, step: &Step, best: &Judged, names: &[String]) -> Alternative {
        let (event, judged) = (self.event(), &step.judged);
        let others = self.chosen.iter().enumerate().filter(|(j, _)| *j != i);
        let nearest = others.map(|(_, other)| judged.distance(event, &other.judged)).min().unwrap_or(0);
        let level = |(priority, value): (&u32, &i64)| {
            let floor = self.floors.get(priority).copied().unwrap_or(*value);
            Level { priority: *priority, value: amount(*value), bound: amount(floor) }
        };
        let levels: Vec<Level> = judged.values().iter().map(level).collect();
        Alternative {
            value: judged.audit.value,
            loss: round(best.audit.value - judged.audit.value),
            priorities: if levels.len() > 1 { levels } else { Vec::new() },
            distance: judged.distance(event, best),
            nearest,
            step: i,
            step_distance: step.distance,
            farthest: step.distance >= step.bound,
            best_there: step.best_there,
            placements: judged.timetable.placements.clone(),
            left_out: judged.left_out(event),
            difference: Difference::between(&best.timetable, &judged.timetable),
            rules: rule_changes(best, judged, names),
        }
    }

    /// What all timetables have in common.
    fn agreed(&self) -> Agreed {
        let event = self.event();
        let places = |step: &Step| -> BTreeMap<TalkId, Placement> {
            step.judged.timetable.placements.iter().map(|p| (p.talk.clone(), p.clone())).collect()
        };
        let all: Vec<_> = self.chosen.iter().map(places).collect();
        let everywhere = |talk: &TalkId| all.iter().all(|places| places.contains_key(talk));
        let nowhere = |talk: &TalkId| all.iter().all(|places| !places.contains_key(talk));
        let at = |talk: &TalkId| all.iter().map(|places| places[talk].starts_at(event)).collect::<Vec<_>>();
        let chosen: Vec<TalkId> = all[0].keys().filter(|talk| everywhere(talk)).cloned().collect();
        let chosen = in_order(event, chosen);
        let same = chosen.iter().filter(|talk| at(talk).windows(2).all(|pair| pair[0] == pair[1]));
        let placed = same.map(|talk| {
            let Placement { start, start_offset, .. } = all[0][talk].clone();
            AgreedPlace { talk: talk.clone(), start, start_offset }
        });
        let placed = placed.collect();
        let left_out = self.chosen[0].judged.left_out(event).into_iter().filter(nowhere).collect();
        Agreed { chosen, left_out, placed, ..Agreed::default() }
    }

    /// Of the talks that all timetables found choose, and of those that all leave out, which every timetable within the loss
    /// does: no timetable within it does otherwise.
    fn always_and_never(&mut self, agreed: &Agreed) -> Result<(Vec<TalkId>, Vec<TalkId>), SolveError> {
        let otherwise = |talk: &TalkId, count: Count| Rule::required(count).talks(Selection::ids([talk.clone()]));
        let out = |talk: &TalkId| self.within().rule(otherwise(talk, Count::of(Measure::Talks).max(0)));
        let placed = |talk: &TalkId| self.within().rule(otherwise(talk, Count::of(Measure::Talks).min(1)));
        let queries: Vec<Query> = agreed.chosen.iter().map(out).chain(agreed.left_out.iter().map(placed)).collect();
        let mut always = Vec::new();
        let mut never = Vec::new();
        let talks =
            agreed.chosen.iter().map(|talk| (talk, true)).chain(agreed.left_out.iter().map(|talk| (talk, false)));
        for ((talk, is_chosen), answer) in talks.zip(self.ask_all(&queries)) {
            if answer?.status == Status::Infeasible {
                if is_chosen { &mut always } else { &mut never }.push(talk.clone());
            }
        }
        Ok((always, never))
    }
}

/// The talks in the order of the event's indices, as answers list them.
fn in_order(event: &CheckedEvent, mut talks: Vec<TalkId>) -> Vec<TalkId> {
    talks.sort_by_key(|talk| event.find_talk(talk));
    talks
}

/// The rules that come to another amount in the two timetables.
fn rule_changes(best: &Judged, other: &Judged, names: &[String]) -> Vec<RuleChange> {
    let pairs = best.audit.rules.iter().zip(&other.audit.rules).zip(names);
    let change = |((best, other), name): ((&RuleReport, &RuleReport), &String)| {
        let (before, after) = (round(best.gain - best.cost), round(other.gain - other.cost));
        let change = round(after - before);
        let (kind, priority) = (other.kind.clone(), other.priority);
        (change != 0.0).then(|| RuleChange { name: name.clone(), kind, priority, best: before, value: after, change })
    };
    pairs.filter_map(change).collect()
}

pub(super) fn amount(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

/// A difference of thousandths, without what doubles add to it.
fn round(amount: f64) -> f64 {
    (amount * 1000.0).round() / 1000.0
}
