//! Prices of rooms: talks are sent to nodes at the least cost, exactly, and what a node's last place is worth is its price.
//!
//! Without crowds, which talk is in which node is a transportation problem: each talk earns something in each node, and each
//! node holds so many. It is solved exactly in integers by sending one talk after the other along the shortest augmenting
//! path in the graph of nodes, where going from one node to another means that the talk for which this costs least
//! moves on (successive shortest paths with potentials: Ahuja, Magnanti and Orlin, *Network Flows*, 1993, section 9.7). With
//! a hundred nodes, ten thousand talks take less than a second; the full problem has a hundred million columns.

use super::ground::Ground;
use crate::{event::TalkIx, solve::backend::Limits};
use std::{cmp::Reverse, collections::BinaryHeap};

/// Not in any node.
pub(super) const OUT: u32 = u32::MAX;

/// Where talks are sent, and what nodes are worth.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// The node of each talk, or [`OUT`].
    pub(super) node_of: Vec<u32>,
    /// The price of a place in each node, in thousandths; at least 0.
    pub(super) prices: Vec<i64>,
    /// Whether some talk that must be placed found no place: then there is none.
    pub(super) impossible: bool,
}

struct Sender<'g> {
    ground: &'g Ground<'g>,
    load: &'g [i64],
    node_of: Vec<u32>,
    prices: Vec<i64>,
    left: Vec<i64>,
    /// For each two nodes, the talks of the first by what it costs to move them to the second. Talks that have left are
    /// dropped when they come up.
    moving: Vec<BinaryHeap<Reverse<(i64, u32)>>>,
    inside: Vec<i64>,
}

/// Sends every talk that is worth it to a node. `load` is what each talk costs in each band.
pub(super) fn send(ground: &Ground<'_>, load: &[i64], limits: &Limits) -> Sent {
    let nodes = ground.nodes();
    let mut sender = Sender {
        ground,
        load,
        node_of: vec![OUT; ground.talks],
        prices: vec![0; nodes],
        left: ground.supply.clone(),
        moving: vec![BinaryHeap::new(); nodes * nodes],
        inside: vec![0; nodes],
    };
    // Those who have most to lose are sent first: fewer are moved on afterwards.
    let spread = |talk: usize| {
        let earned = (0..nodes).filter_map(|n| ground.in_node(TalkIx(talk as u32), n));
        earned.clone().max().zip(earned.min()).map_or(0, |(most, least)| most - least)
    };
    let mut order: Vec<usize> = (0..ground.talks).collect();
    order.sort_by_cached_key(|talk| (!ground.must[*talk], Reverse(spread(*talk))));
    let mut impossible = false;
    for (i, talk) in order.into_iter().enumerate() {
        if i % 64 == 0 && limits.stop().is_some() {
            break;
        }
        impossible |= !sender.add(talk as u32) && ground.must[talk];
    }
    Sent { node_of: sender.node_of, prices: sender.prices, impossible }
}

impl Sender<'_> {
    /// What it costs the talk to be in a node.
    fn cost(&self, talk: u32, node: usize) -> Option<i64> {
        let load = self.load[talk as usize * self.ground.bands.len() + node / self.ground.classes];
        self.ground.in_node(TalkIx(talk), node).map(|earned| load - earned)
    }

    /// Sends one more talk, and others on, at the least cost. False if it stays out.
    fn add(&mut self, talk: u32) -> bool {
        let nodes = self.prices.len();
        let mut distance = vec![i64::MAX; nodes];
        // Where the way to a node comes from: a node and the talk that moves on; the new talk itself without one.
        let mut from: Vec<Option<(usize, u32)>> = vec![None; nodes];
        let mut done = vec![false; nodes];
        for (node, distance) in distance.iter_mut().enumerate() {
            if let Some(cost) = self.cost(talk, node) {
                *distance = cost + self.prices[node];
            }
        }
        // Staying out costs nothing; so does taking out another that may be.
        let stays = |sender: &Self, talk: u32| !sender.ground.must[talk as usize];
        let (mut least_out, mut out_from) = if stays(self, talk) { (0, Some(None)) } else { (i64::MAX, None) };
        loop {
            let next = (0..nodes)
                .filter(|n| !done[*n] && distance[*n] < i64::MAX)
                .min_by_key(|n| (distance[*n], self.left[*n] == 0, *n));
            let Some(node) = next.filter(|n| distance[*n] < least_out) else { break };
            if self.left[node] > 0 {
                self.settle(&done, &distance, distance[node]);
                self.augment(talk, node, &from);
                self.left[node] -= 1;
                return true;
            }
            done[node] = true;
            if self.inside[node] == 0 {
                continue;
            }
            for other in (0..nodes).filter(|n| !done[*n]) {
                let Some((cost, moved)) = self.cheapest(node, other) else { continue };
                let way = distance[node] + cost + self.prices[other] - self.prices[node];
                if way < distance[other] {
                    distance[other] = way;
                    from[other] = Some((node, moved));
                }
            }
            // Any of the node's talks that may be left out could make room.
            if let Some((cost, leaver)) = self.cheapest_out(node) {
                let way = distance[node] + cost - self.prices[node];
                if way < least_out {
                    least_out = way;
                    out_from = Some(Some((node, leaver)));
                }
            }
        }
        let Some(way) = out_from else { return false };
        self.settle(&done, &distance, least_out);
        let Some((node, leaver)) = way else { return false };
        self.leave(leaver);
        self.augment(talk, node, &from);
        true
    }

    /// Prices rise so that the way found costs nothing more, and nothing else costs less.
    fn settle(&mut self, done: &[bool], distance: &[i64], reached: i64) {
        for node in (0..done.len()).filter(|n| done[*n] && distance[*n] < reached) {
            self.prices[node] += reached - distance[node];
        }
    }

    /// Moves talks on along the way to a node, and puts the new one at its beginning.
    fn augment(&mut self, talk: u32, mut node: usize, from: &[Option<(usize, u32)>]) {
        while let Some((before, moved)) = from[node] {
            self.leave(moved);
            self.enter(moved, node);
            node = before;
        }
        self.enter(talk, node);
    }

    fn leave(&mut self, talk: u32) {
        self.inside[self.node_of[talk as usize] as usize] -= 1;
        self.node_of[talk as usize] = OUT;
    }

    fn enter(&mut self, talk: u32, node: usize) {
        let nodes = self.prices.len();
        self.node_of[talk as usize] = node as u32;
        self.inside[node] += 1;
        let Some(here) = self.cost(talk, node) else { return };
        for other in (0..nodes).filter(|n| *n != node) {
            if let Some(there) = self.cost(talk, other) {
                self.moving[node * nodes + other].push(Reverse((there - here, talk)));
            }
        }
        if !self.ground.must[talk as usize] {
            self.moving[node * nodes + node].push(Reverse((-here, talk)));
        }
    }

    /// The talk of a node for which it costs least to move to another.
    fn cheapest(&mut self, node: usize, other: usize) -> Option<(i64, u32)> {
        let nodes = self.prices.len();
        let heap = &mut self.moving[node * nodes + other];
        while let Some(Reverse((cost, talk))) = heap.peek() {
            if self.node_of[*talk as usize] as usize == node {
                return Some((*cost, *talk));
            }
            heap.pop();
        }
        None
    }

    /// The talk of a node for which it costs least to be left out.
    fn cheapest_out(&mut self, node: usize) -> Option<(i64, u32)> {
        self.cheapest(node, node)
    }
}
