//! A bound over all places, none of which is written out.
//!
//! Any prices of nodes and multipliers of crowds give a bound: what the nodes' places are worth, plus what crowds at most
//! give back, plus for each talk the most that it earns in any node less the node's price (the Lagrangian bound of
//! [`super::super::bound`]; Geoffrion, 1974). All of it is integers, so nothing is rounded.
//!
//! **Crowds.** Whatever times talks have, each holds one of a few **points** of time, and those of a crowd at the same point
//! run at once. With n talks at a point, `cost(n) - multiplier * n` is at least its minimum over all n, for each point.

use super::{
    ground::{Ground, Group},
    transport::{self, Sent},
};
use crate::{
    event::TalkIx,
    program::{Crowd, Crowding},
    solve::backend::Limits,
};

/// A bound, and what each node would take from it for each talk.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// No timetable is worth more, in thousandths, constants aside; none where there is no timetable.
    pub(super) most: Option<i64>,
    /// The prices of nodes.
    pub(super) prices: Vec<i64>,
    /// The multiplier of each group.
    pub(super) multipliers: Vec<i64>,
    /// What a talk's groups take from it wherever it is.
    load: Vec<i64>,
    /// The most that each talk adds.
    best: Vec<i64>,
}

impl Bound {
    /// The bound of prices that send talks to nodes at the least cost, and of crowds spread evenly.
    pub(super) fn of(ground: &Ground<'_>, limits: &Limits) -> (Self, Sent) {
        let multipliers: Vec<i64> = ground.groups.iter().map(|group| evenly(ground, group)).collect();
        let load = load(ground, &multipliers);
        let sent = transport::send(ground, &load, limits);
        let mut bound = Self::with(ground, sent.prices.clone(), multipliers);
        if sent.impossible {
            bound.most = None;
        }
        (bound, sent)
    }

    /// The bound of these prices, each at least 0, and multipliers, each at least 0.
    pub(super) fn with(ground: &Ground<'_>, prices: Vec<i64>, multipliers: Vec<i64>) -> Self {
        let load = load(ground, &multipliers);
        let mut best = Vec::with_capacity(ground.talks);
        let mut total: Option<i128> = Some(0);
        for talk in 0..ground.talks {
            let reduced = (0..ground.nodes())
                .filter_map(|node| Some(ground.in_node(TalkIx(talk as u32), node)? - prices[node] - load[talk]))
                .max();
            let most = if ground.must[talk] { reduced } else { Some(reduced.unwrap_or(0).max(0)) };
            total = total.zip(most).map(|(total, most)| total + i128::from(most));
            best.push(most.unwrap_or(0));
        }
        let rooms: i128 = prices.iter().zip(&ground.supply).map(|(p, s)| i128::from(*p) * i128::from(*s)).sum();
        let crowds: i128 = ground
            .groups
            .iter()
            .zip(&multipliers)
            .filter_map(|(group, y)| group.crowd.as_ref().map(|crowd| i128::from(gives_back(crowd, *y))))
            .sum();
        let all = total.map(|total| total + rooms + i128::from(ground.points) * crowds);
        let most = all.map(|all| all.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64);
        Self { most, prices, multipliers, load, best }
    }

    /// What the bound falls by if the talk is in that node; none where it has no place there.
    pub(super) fn slack(&self, ground: &Ground<'_>, talk: TalkIx, node: usize) -> Option<i64> {
        let earned = ground.in_node(talk, node)?;
        Some(self.best[talk.at()] + self.prices[node] + self.load[talk.at()] - earned)
    }
}

/// What each talk's groups take from it wherever it is.
fn load(ground: &Ground<'_>, multipliers: &[i64]) -> Vec<i64> {
    ground.groups_of.iter().map(|groups| groups.iter().map(|g| multipliers[*g as usize]).sum()).collect()
}

/// What one more talk costs where those that must be placed are spread evenly over the points of time.
fn evenly(ground: &Ground<'_>, group: &Group) -> i64 {
    let Some(crowd) = &group.crowd else { return 0 };
    let talks = group.talks.iter().filter(|t| ground.must[t.at()]).count() as i64;
    let others = talks / ground.points.max(1);
    match crowd.crowding {
        Crowding::Pairs => crowd.price * others,
        Crowding::AllButOne => if others > 0 { crowd.price } else { 0 },
    }
}

/// The most that `multiplier * n - cost(n)` is over all n of at least 0.
fn gives_back(crowd: &Crowd, multiplier: i64) -> i64 {
    // Up to here, one more talk costs no more than the multiplier.
    let together = match crowd.crowding {
        Crowding::Pairs => multiplier / crowd.price + 1,
        Crowding::AllButOne if multiplier >= crowd.price => crowd.talks.len() as i64,
        Crowding::AllButOne => 1,
    };
    let together = together.min(crowd.talks.len() as i64);
    (multiplier * together - crowd.price * crowd.units(together)).max(0)
}
