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
    transport::{self, OUT, Sent},
};
use crate::{
    event::TalkIx,
    program::{Crowd, Crowding},
    solve::backend::Limits,
};

/// How often multipliers are tried anew.
const ROUNDS: usize = 8;

/// A bound, and what each node would take from it for each talk.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// No timetable is worth more, in thousandths, constants aside; none where there is no timetable.
    pub(super) most: Option<i64>,
    /// The prices of nodes.
    prices: Vec<i64>,
    /// The multiplier of each group in each band.
    pub(super) multipliers: Vec<i64>,
    /// What a talk's groups take from it in each band.
    load: Vec<i64>,
    /// The most that each talk adds.
    best: Vec<i64>,
}

impl Bound {
    /// The best bound of prices that send talks to nodes at the least cost, with crowds first spread evenly over all times,
    /// then charged more where too many of them are.
    pub(super) fn of(ground: &Ground<'_>, limits: &Limits) -> (Self, Sent) {
        let mut multipliers: Vec<i64> =
            ground.groups.iter().flat_map(|g| vec![evenly(ground, g); ground.bands.len()]).collect();
        let mut best = Self::sending(ground, multipliers.clone(), limits);
        let mut last = best.1.clone();
        for _ in 0..ROUNDS {
            if best.0.most.is_none() || limits.stop().is_some() || !adjust(ground, &last, &mut multipliers) {
                break;
            }
            let next = Self::sending(ground, multipliers.clone(), limits);
            last = next.1.clone();
            if next.0.most < best.0.most {
                best = next;
            }
        }
        best
    }

    /// The bound of prices that send talks to nodes at the least cost, with these multipliers.
    fn sending(ground: &Ground<'_>, multipliers: Vec<i64>, limits: &Limits) -> (Self, Sent) {
        let sent = transport::send(ground, &load(ground, &multipliers), limits);
        let mut bound = Self::with(ground, sent.prices.clone(), multipliers);
        if sent.impossible {
            bound.most = None;
        }
        (bound, sent)
    }

    /// The bound of these prices, each at least 0, and multipliers, each at least 0.
    pub(super) fn with(ground: &Ground<'_>, prices: Vec<i64>, multipliers: Vec<i64>) -> Self {
        let load = load(ground, &multipliers);
        let bands = ground.bands.len();
        let mut best = Vec::with_capacity(ground.talks);
        let mut total: Option<i128> = Some(0);
        for talk in 0..ground.talks {
            let reduced = |node: usize| {
                let earned = ground.in_node(TalkIx(talk as u32), node)?;
                Some(earned - prices[node] - load[talk * bands + node / ground.classes])
            };
            let most = (0..ground.nodes()).filter_map(reduced).max();
            let most = if ground.must[talk] { most } else { Some(most.unwrap_or(0).max(0)) };
            total = total.zip(most).map(|(total, most)| total + i128::from(most));
            best.push(most.unwrap_or(0));
        }
        let rooms: i128 = prices.iter().zip(&ground.supply).map(|(p, s)| i128::from(*p) * i128::from(*s)).sum();
        let crowds: i128 = ground
            .groups
            .iter()
            .zip(multipliers.chunks(bands.max(1)))
            .filter_map(|(group, y)| Some(given_back(ground, group.crowd.as_ref()?, y)))
            .sum();
        let most = total.map(|total| total + rooms + crowds);
        let most = most.map(|most| most.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64);
        Self { most, prices, multipliers, load, best }
    }

    /// What a place in the node is worth.
    pub(super) fn price(&self, node: usize) -> i64 {
        self.prices[node]
    }

    /// What the bound falls by if the talk is left out, where it may be.
    pub(super) fn slack_out(&self, talk: TalkIx) -> i64 {
        self.best[talk.at()]
    }

    /// What the bound falls by if the talk is in that node; none where it has no place there.
    pub(super) fn slack(&self, ground: &Ground<'_>, talk: TalkIx, node: usize) -> Option<i64> {
        let earned = ground.in_node(talk, node)?;
        let load = self.load[talk.at() * ground.bands.len() + node / ground.classes];
        Some(self.best[talk.at()] + self.prices[node] + load - earned)
    }
}

/// What each talk's groups take from it in each band.
fn load(ground: &Ground<'_>, multipliers: &[i64]) -> Vec<i64> {
    let bands = ground.bands.len();
    let of = |groups: &Vec<u32>, band| groups.iter().map(|g| multipliers[*g as usize * bands + band]).sum();
    ground.groups_of.iter().flat_map(|groups| (0..bands).map(move |band| of(groups, band))).collect()
}

/// What one more talk costs where those that must be placed are spread evenly over the points of time.
fn evenly(ground: &Ground<'_>, group: &Group) -> i64 {
    let Some(crowd) = &group.crowd else { return 0 };
    let talks = group.talks.iter().filter(|t| ground.must[t.at()]).count() as i64;
    let points: i64 = ground.points.values().sum();
    let others = talks / points.max(1);
    match crowd.crowding {
        Crowding::Pairs => crowd.price * others,
        Crowding::AllButOne => crowd.price * others.min(1),
    }
}

/// Raises multipliers where more talks were sent than they are for, and lowers them where fewer were. False if all are
/// as they should be.
fn adjust(ground: &Ground<'_>, sent: &Sent, multipliers: &mut [i64]) -> bool {
    let bands = ground.bands.len();
    let mut points = vec![0; bands];
    for (at, count) in &ground.points {
        at.iter().for_each(|band| points[*band as usize] += count);
    }
    let mut changed = false;
    for (i, group) in ground.groups.iter().enumerate() {
        let Some(crowd) = &group.crowd else { continue };
        let mut talks = vec![0; bands];
        for node in group.talks.iter().map(|t| sent.node_of[t.at()]).filter(|n| *n != OUT) {
            talks[node as usize / ground.classes] += 1;
        }
        for band in 0..bands {
            let y = &mut multipliers[i * bands + band];
            let steps = *y / crowd.price;
            let most = if crowd.crowding == Crowding::Pairs { i64::MAX } else { 1 };
            if points[band] > 0 && talks[band] / points[band] > steps && steps < most {
                *y += crowd.price;
                changed = true;
            } else if talks[band] < points[band] * steps {
                *y -= crowd.price;
                changed = true;
            }
        }
    }
    changed
}

/// What a crowd at most gives back over all points of time, for these multipliers of bands.
fn given_back(ground: &Ground<'_>, crowd: &Crowd, multipliers: &[i64]) -> i128 {
    // At a point, whatever is charged by number alone is given back most by those who bear the largest multiplier.
    let at_one = |bands: &[u32]| gives_back(crowd, bands.iter().map(|b| multipliers[*b as usize]).max().unwrap_or(0));
    ground.points.iter().map(|(bands, count)| i128::from(*count) * i128::from(at_one(bands))).sum()
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
