//! Chains: a talk that loses something takes another's place, which takes another's, until somebody takes the place that the
//! first one left, or one that is free.
//!
//! Single exchanges end where no two talks gain by changing places; three or more may. Which nodes a chain goes through is
//! told by the bound: between any two nodes, moving the talk that minds it least takes so much from the bound, and the
//! shortest ways home under these lengths guide the chain (ejection chains: Glover, *Ejection chains, reference structures
//! and alternating path methods for traveling salesman problems*, 1996). Times within a node are chosen at random among
//! those that charge the talk nothing more.

use super::{
    ground::{Cell, Ground},
    search::{STEPS, Search},
    state::{State, Worth},
};
use crate::event::TalkIx;
use rand::RngExt;

/// The most talks that one chain moves.
const LENGTH: usize = 8;
/// How many chains each talk tries.
const TRIES: usize = 20;
/// How many times of a node each link looks at.
const TIMES: usize = 24;

/// What it takes from the bound at least to move some talk from one node to another: node x node.
pub(super) struct Lengths(Vec<i64>);

impl Lengths {
    pub(super) fn of(search: &Search<'_>) -> Self {
        let (ground, nodes) = (search.ground, search.ground.nodes());
        let mut lengths = vec![i64::MAX; nodes * nodes];
        for (talk, cell) in search.state.at.iter().enumerate() {
            let (talk, Some(cell)) = (TalkIx(talk as u32), cell) else { continue };
            let from = ground.node(*cell);
            let here = search.bound.slack(ground, talk, from).unwrap_or(0);
            for to in 0..nodes {
                if let Some(there) = search.bound.slack(ground, talk, to) {
                    let length = &mut lengths[from * nodes + to];
                    *length = (*length).min((there - here).max(0));
                }
            }
        }
        Self(lengths)
    }

    /// How far each node is from the end of a chain, given what ending in each node takes (Dijkstra, 1959).
    fn home(&self, ends: Vec<i64>) -> Vec<i64> {
        let nodes = ends.len();
        let mut distance = ends;
        let mut done = vec![false; nodes];
        loop {
            let next = (0..nodes).filter(|n| !done[*n] && distance[*n] < i64::MAX).min_by_key(|n| (distance[*n], *n));
            let Some(node) = next else { return distance };
            done[node] = true;
            for before in (0..nodes).filter(|n| !done[*n]) {
                let way = self.0[before * nodes + node].saturating_add(distance[node]);
                distance[before] = distance[before].min(way);
            }
        }
    }
}

impl Search<'_> {
    /// Tries chains that begin with the talk, which loses something where it is, until one is worth while.
    pub(super) fn chain(&mut self, talk: TalkIx, lengths: &Lengths) {
        let Some(here) = self.state.at[talk.at()] else { return };
        let home = self.ground.node(here);
        let ends = (0..self.ground.nodes())
            .map(|node| {
                if node == home {
                    0
                } else if self.has_free(node) {
                    // The place left stays empty, and an empty one is filled.
                    (self.bound.price(home) - self.bound.price(node)).max(0)
                } else {
                    i64::MAX
                }
            })
            .collect();
        let distance = lengths.home(ends);
        // Each node is settled once, and all others are looked at then.
        self.pay((self.ground.nodes() * self.ground.nodes()) as u64 / STEPS);
        for _ in 0..TRIES {
            if self.is_over() {
                return;
            }
            let before = self.state.worth;
            let mut undo = Vec::with_capacity(LENGTH);
            self.links(talk, here, &distance, &mut undo);
            if self.state.worth > before {
                return;
            }
            undo.iter().for_each(|(talk, _)| self.state.put(*talk, None));
            undo.into_iter().rev().for_each(|(talk, cell)| self.state.put(talk, cell));
        }
    }

    /// Moves talk after talk; notes where each was.
    fn links(&mut self, first: TalkIx, home: Cell, distance: &[i64], undo: &mut Vec<(TalkIx, Option<Cell>)>) {
        let mut talk = first;
        let mut budget = self.loss(first).value;
        self.state.put(first, None);
        undo.push((first, Some(home)));
        for _ in 0..LENGTH {
            let Some(link) = self.link(talk, home, distance, budget) else { return };
            budget -= link.takes;
            if let Some(other) = link.other {
                undo.push((other, self.state.at[other.at()]));
                self.state.put(other, None);
            }
            self.state.put(talk, Some(link.to));
            let Some(other) = link.other else { return };
            talk = other;
        }
    }

    /// Where the talk, which is out, goes: among places from which the way home is short enough, one of the best.
    fn link(&mut self, talk: TalkIx, home: Cell, distance: &[i64], budget: i64) -> Option<Link> {
        let ground = self.ground;
        let slack = |node: usize| self.bound.slack(ground, talk, node);
        let ways: Vec<(usize, i64)> = (0..ground.nodes())
            .filter_map(|node| Some((node, slack(node)?)))
            .filter(|(node, slack)| slack.saturating_add(distance[*node]) < budget)
            .collect();
        let mut best: Option<((Worth, i64, u64), Link)> = None;
        for (node, takes) in ways {
            if self.is_over() {
                return None;
            }
            let class = (node % ground.classes) as u32;
            let times = &ground.bands[node / ground.classes];
            let first = self.random.random_range(0..times.len());
            let some = (0..times.len().min(TIMES)).map(|i| Cell { time: times[(first + i) % times.len()], class });
            let own = (ground.node(home) == node).then_some(home);
            for to in own.into_iter().chain(some).filter(|c| ground.may(talk, *c)) {
                self.try_place(talk, to);
                let other = if self.state.is_free(to) {
                    None
                } else {
                    Some(self.state.in_the_way(to, self.random.random::<u64>() as usize))
                };
                let other = match other {
                    Some(None) => continue,
                    Some(Some(other)) => Some(other),
                    None => None,
                };
                let worth = charge(&mut self.state, ground, talk, to, other);
                let left = budget - takes;
                let rest = other.map_or(0, |other| self.rest(other, node, distance));
                if rest >= left {
                    continue;
                }
                let key = (worth, -(takes + rest), self.random.random::<u64>());
                if best.as_ref().is_none_or(|(most, _)| key > *most) {
                    let returns = other.map_or(0, |other| self.bound.slack(ground, other, node).unwrap_or(0));
                    best = Some((key, Link { to, other, takes: takes - returns }));
                }
            }
        }
        best.map(|(_, link)| link)
    }

    /// What the shortest way home takes, at least, for a talk that leaves a node.
    fn rest(&self, talk: TalkIx, node: usize, distance: &[i64]) -> i64 {
        let ground = self.ground;
        let here = self.bound.slack(ground, talk, node).unwrap_or(0);
        let there = |to: usize| Some(self.bound.slack(ground, talk, to)?.saturating_add(distance[to]) - here);
        (0..ground.nodes()).filter(|to| *to != node).filter_map(there).min().unwrap_or(i64::MAX)
    }

    fn has_free(&self, node: usize) -> bool {
        let class = (node % self.ground.classes) as u32;
        self.ground.bands[node / self.ground.classes].iter().any(|time| self.state.is_free(Cell { time: *time, class }))
    }
}

/// A step of a chain.
struct Link {
    to: Cell,
    other: Option<TalkIx>,
    takes: i64,
}

/// What the talk's groups charge it there once the other is out: a loss, so negative.
fn charge(state: &mut State<'_>, ground: &Ground<'_>, talk: TalkIx, to: Cell, other: Option<TalkIx>) -> Worth {
    let was = other.and_then(|other| state.at[other.at()].map(|cell| (other, cell)));
    if let Some((other, _)) = was {
        state.put(other, None);
    }
    let worth = state.worth_of(talk, Some(to)).less(Worth { broken: 0, value: ground.earns(talk, to) });
    if let Some((other, cell)) = was {
        state.put(other, Some(cell));
    }
    worth
}
