//! Every timetable of a part that allows few, one after the other.
//!
//! Depth first, the talk with the fewest places left first. What the sum of each row can still come to bounds what is
//! broken and what is paid for certain, so that most branches end early. How many nodes there would be is estimated by
//! random dives before any is searched. (Knuth, *Estimating the efficiency of backtrack programs*, 1975; fewest values
//! first: Haralick and Elliott, *Increasing tree search efficiency for constraint satisfaction problems*, 1980.)

mod node;

use super::Ground;
use crate::{
    program::Var,
    solve::limits::{self, Limits},
};
use node::Node;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The search gives up after so many times the nodes that the dives may estimate.
const OVERRUN: f64 = 5.0;
/// Random dives of the estimate.
const DIVES: u32 = 12;
/// The search skips parts with more atoms or more talks. It recurses once a talk, so talks bound its stack.
const LARGE: usize = 5_000;
const DEEP: usize = 200;
/// Bookkeeping steps that count as one move of local search.
const STEPS: u64 = 32;

/// The result of the search.
pub(in crate::solve) struct Enumerated {
    /// The best timetable that was taken; none where nothing is worth more than what was known.
    pub(in crate::solve) best: Option<Vec<Var>>,
    /// Whether there is nothing else.
    pub(in crate::solve) complete: bool,
    pub(in crate::solve) nodes: u64,
}

impl Ground {
    /// Searches everything that is worth more than what is known, and gives up after several times `few` nodes; `takes` is
    /// told what each timetable found is worth, and has the last word on it. None where the part is too large to begin.
    pub(in crate::solve) fn enumerate(
        &self,
        known: Option<i64>,
        few: f64,
        limits: &Limits,
        takes: &mut dyn FnMut(i64, &[Var]) -> bool,
    ) -> Option<Enumerated> {
        let mut search = self.enumeration(known, few, limits, takes)?;
        let complete = search.all();
        Some(Enumerated { best: search.chosen, complete, nodes: search.nodes })
    }

    /// How many nodes dives expect that such a search has; none where they are more than so many, or time is up.
    pub(in crate::solve) fn expected_nodes(&self, known: Option<i64>, few: f64, limits: &Limits) -> Option<f64> {
        self.enumeration(known, few, limits, &mut |_, _| false)?.expected()
    }

    fn enumeration<'m, 's>(
        &'m self,
        known: Option<i64>,
        few: f64,
        limits: &'s Limits,
        takes: &'s mut dyn FnMut(i64, &[Var]) -> bool,
    ) -> Option<Enumeration<'m, 's>> {
        let model = &self.model;
        let is_large = model.atoms.len() > LARGE || model.talks.len() > DEEP;
        if is_large || model.rows.iter().any(|row| row.price < 0) {
            return None;
        }
        Some(Enumeration {
            node: Node::root(model),
            least: self.pinned,
            unit: self.unit,
            best: known,
            chosen: None,
            nodes: 0,
            few,
            limits,
            takes,
        })
    }
}

struct Enumeration<'m, 's> {
    node: Node<'m>,
    /// The least total of earlier priorities.
    least: i64,
    unit: i64,
    best: Option<i64>,
    chosen: Option<Vec<Var>>,
    nodes: u64,
    few: f64,
    limits: &'s Limits,
    takes: &'s mut dyn FnMut(i64, &[Var]) -> bool,
}

impl Enumeration<'_, '_> {
    /// Whether anything below could be taken.
    fn is_open(&self) -> bool {
        let Node { broken, now, earlier, .. } = self.node;
        broken == 0 && earlier >= self.least && self.best.is_none_or(|best| now >= best.saturating_add(self.unit))
    }

    /// The nodes that random dives expect, where they are few.
    fn expected(&mut self) -> Option<f64> {
        let most = self.few * f64::from(DIVES);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.limits.seed());
        let mut expected = 0.0;
        for _ in 0..DIVES {
            let root = self.node.trail.len();
            let mut width = 1.0;
            while let Some(children) = self.node.children().filter(|children| !children.is_empty()) {
                let open: Vec<(u32, u32)> = children.into_iter().filter(|(t, a)| self.leads_on(*t, *a)).collect();
                width *= open.len() as f64;
                expected += width;
                if open.is_empty() || expected > most || self.limits.stop().is_some() {
                    break;
                }
                let (talk, atom) = open[random.random_range(0..open.len())];
                self.node.decide(talk, atom);
            }
            self.node.undo(root);
            self.pay();
            if expected > most {
                break;
            }
        }
        (expected <= most && self.limits.stop().is_none()).then_some(expected / f64::from(DIVES))
    }

    fn leads_on(&mut self, talk: u32, atom: u32) -> bool {
        let at = self.node.trail.len();
        self.node.decide(talk, atom);
        let open = self.is_open();
        self.node.undo(at);
        open
    }

    fn pay(&mut self) {
        self.limits.spend(limits::MOVE * self.node.steps / STEPS);
        self.node.steps %= STEPS;
    }

    /// Searches below the node; false where it is given up.
    fn all(&mut self) -> bool {
        if !self.is_open() {
            return true;
        }
        self.nodes += 1;
        if self.nodes.is_multiple_of(64) {
            self.pay();
            if self.nodes as f64 > OVERRUN * self.few || self.limits.stop().is_some() {
                return false;
            }
        }
        let Some(children) = self.node.children() else {
            // Everything is decided, so the bound is what the timetable is worth.
            let chosen = self.node.chosen();
            if (self.takes)(self.node.now, &chosen) {
                self.best = Some(self.node.now);
                self.chosen = Some(chosen);
            }
            return true;
        };
        for (talk, atom) in children {
            let at = self.node.trail.len();
            self.node.decide(talk, atom);
            let complete = self.all();
            self.node.undo(at);
            if !complete {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
