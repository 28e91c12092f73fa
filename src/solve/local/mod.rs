//! Local search on the program's rows: a first timetable in milliseconds, then better ones.
//!
//! It reads the same rows as the integer program, so no rule is told twice. Two searches with seeds of their own run side
//! by side and go on from the better timetable after each round; how many there are does not depend on how many threads
//! run them, so neither does the result.

mod enumerate;
mod floors;
mod model;
mod repair;
mod search;
mod state;

use crate::{
    program::{Fixing, Program, Var},
    solve::{
        limits::{self, Limits},
        parts::Part,
        settle::Pinned,
    },
    trace::step,
};
use floors::Floor;
use model::{Model, NONE};
use rayon::prelude::*;
use repair::Involved;
use search::{Earlier, Search};
use std::sync::Arc;

/// How many searches run side by side.
const SEARCHES: u64 = 2;

/// How hot rounds begin, as a share of what single changes typically come to.
const HEATS: [f64; 8] = [0.0, 0.0, 0.02, 0.1, 0.0, 0.05, 0.2, 0.4];
/// How often idle rounds may double in length.
const MOST_DOUBLINGS: u32 = 6;

/// A part at a priority, ready to be searched.
#[derive(Debug)]
pub(super) struct Ground {
    model: Model,
    pinned: i64,
    /// More than this of other priorities counts for nothing.
    cap: i64,
    /// What each other priority must be worth by itself, where the sum does not say it.
    floors: Vec<Floor>,
    /// Whether no priority was settled before.
    is_first: bool,
    /// The smallest difference of values, in thousandths.
    unit: i64,
}

impl Ground {
    /// The part at that priority, with what other priorities must reach pinned.
    pub(super) fn of(
        program: &Program,
        fixing: &Fixing,
        part: &Part,
        priority: u32,
        pinned: &Pinned,
        unit: i64,
    ) -> Self {
        let others = || pinned.values.iter().filter(|(other, _)| **other != priority);
        let earlier: Vec<u32> = others().map(|(p, _)| *p).collect();
        let model = Model::of(program, fixing, part, priority, &earlier);
        let least = others().map(|(_, value)| *value).fold(0, i64::saturating_add);
        // Earlier priorities are as good as can be: there is nothing above.
        let cap = if pinned.has_floors { least } else { i64::MAX };
        let floors = Floor::of(program, fixing, part, priority, pinned);
        let is_first = earlier.is_empty();
        Self { model, pinned: least, cap, floors, is_first, unit }
    }

    /// How many talks there are to place.
    pub(super) fn talks(&self) -> usize {
        self.model.talks.len()
    }
}

/// Searches side by side.
#[derive(Clone)]
pub(super) struct Local<'g> {
    ground: &'g Ground,
    searches: Vec<Search<'g>>,
    rounds: u32,
    /// Rounds since the last better timetable.
    idle: u32,
    /// Which talks each required row is about, once that was asked.
    involved: Option<Arc<Involved>>,
    repairs: u32,
}

impl<'g> Local<'g> {
    /// Begins with a timetable, if there is one, or builds a first one.
    pub(super) fn new(ground: &'g Ground, begin: Option<&[Var]>, seed: u64) -> Self {
        let build = |i: u64| {
            let (pinned, cap, floors) = (ground.pinned, ground.cap, ground.floors.as_slice());
            let earlier = Earlier { pinned, cap, floors };
            let mut search = Search::new(&ground.model, |_| true, earlier, seed.wrapping_mul(SEARCHES) + i);
            if let Some(chosen) = begin {
                search.begin_with(&ground.atoms_of(chosen));
            }
            // What is worth less than nothing at all is no beginning. A beginning that breaks nothing may still be worth less
            // than what is built without it, and more work must not come to less than none.
            let is_valid = ground.is_first && search.is_at_best();
            if begin.is_none() || search.is_below_best() || is_valid {
                let orders = search.orders();
                search.place_in_order(&orders[i as usize % orders.len()]);
            }
            if is_valid {
                search.return_to_best();
            }
            search
        };
        Self {
            ground,
            searches: (0..SEARCHES).into_par_iter().map(build).collect(),
            rounds: 0,
            idle: 0,
            involved: None,
            repairs: 0,
        }
    }

    /// From now on only these atoms are tried, and those in the best timetable.
    pub(super) fn restrict(&mut self, allowed: impl Fn(Var) -> bool) {
        let model = &self.ground.model;
        for search in &mut self.searches {
            for (talk, list) in search.allowed.iter_mut().enumerate() {
                let all = model.talks[talk].clone();
                *list = all.filter(|a| allowed(model.atoms[*a as usize])).collect();
            }
        }
    }

    /// One more round of so many moves a search, more where many rounds found nothing better; ends early where the value
    /// reaches the target (thousandths).
    pub(super) fn round(&mut self, moves: u64, target: i64, limits: &Limits) {
        step!("local_search", limits.parent);
        let cold = 0.2 * self.ground.unit as f64;
        // The first round takes what can be had; then it is hot and cold by turns, and slower once that does not help.
        let heat = HEATS[self.rounds as usize % HEATS.len()];
        let moves = moves << (self.idle / HEATS.len() as u32).min(MOST_DOUBLINGS);
        self.share_best();
        let value = self.best().map(|(value, _)| value);
        // A round's work is measured out beforehand: how fast either search is decides nothing.
        let most = limits.work_left().map_or(u64::MAX, |left| left / (SEARCHES * limits::MOVE));
        let moves = moves.min(most);
        let before = self.moves();
        self.searches.par_iter_mut().for_each(|search| {
            search.return_to_best();
            let hot = (heat * search.typical_change()).max(cold);
            search.anneal(moves, hot, cold, target, &|| limits.stop().is_some());
        });
        limits.spend((self.moves() - before) * limits::MOVE);
        self.rounds += 1;
        self.idle = if self.best().map(|(value, _)| value) > value { 0 } else { self.idle + 1 };
    }

    /// Looks for a timetable that keeps everything required, whatever it is worth, for so many moves a search; whether there
    /// is one now. One search goes on from where it is, the others begin anew with the most constrained talks.
    pub(super) fn repair(&mut self, moves: u64, limits: &Limits) -> bool {
        if self.best().is_some() || self.ground.model.talks.is_empty() {
            return self.best().is_some();
        }
        let involved = self.involved.get_or_insert_with(|| Arc::new(Involved::of(&self.ground.model)));
        let stop = || limits.overdue().is_some();
        let most = limits.work_left().map_or(u64::MAX, |left| left / (SEARCHES * limits::MOVE));
        let looks = moves.min(most).saturating_mul(repair::LOOKS_A_MOVE);
        let anew = self.repairs.is_multiple_of(2);
        self.repairs += 1;
        let before: u64 = self.searches.iter().map(|s| s.moves).sum();
        self.searches.par_iter_mut().enumerate().for_each(|(i, search)| {
            if i > 0 && anew {
                search.place_most_constrained_first(&stop);
            }
            search.repair(involved, looks, &stop);
        });
        limits.spend((self.moves() - before) * limits::MOVE);
        self.best().is_some()
    }

    /// How many talks there are to place.
    pub(super) fn talks(&self) -> usize {
        self.ground.talks()
    }

    /// Every search goes on from that timetable, if it is better than its best.
    pub(super) fn adopt(&mut self, chosen: &[Var]) {
        let atoms = self.ground.atoms_of(chosen);
        self.searches.iter_mut().for_each(|search| search.begin_with(&atoms));
    }

    /// Every search goes on from the best timetable of all.
    fn share_best(&mut self) {
        let best = self.searches.iter().filter_map(|s| s.best.as_ref()).rev().max_by_key(|b| b.now).cloned();
        for search in &mut self.searches {
            search.best.clone_from(&best);
        }
    }

    /// The best timetable so far: its value at the priority, in thousandths, and its atoms.
    pub(super) fn best(&self) -> Option<(i64, Vec<Var>)> {
        let best = self.searches.iter().filter_map(|s| s.best.as_ref()).rev().max_by_key(|b| b.now)?;
        let chosen = best.chosen.iter().filter(|a| **a != NONE).map(|a| self.ground.model.atoms[*a as usize]);
        Some((best.now, chosen.collect()))
    }

    /// How many moves were made.
    pub(super) fn moves(&self) -> u64 {
        self.searches.iter().map(|s| s.moves).sum()
    }
}

impl Ground {
    /// The atoms of a choice, talk by talk.
    fn atoms_of(&self, chosen: &[Var]) -> Vec<u32> {
        let mut atoms = vec![NONE; self.model.talks.len()];
        for var in chosen {
            if let Ok(atom) = self.model.atoms.binary_search(var) {
                atoms[self.model.talk_of[atom] as usize] = atom as u32;
            }
        }
        atoms
    }
}

#[cfg(test)]
mod tests;
