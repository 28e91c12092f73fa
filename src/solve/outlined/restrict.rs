//! A few dozen places a talk: around the timetable at hand, best by their prices, spread over times.

use super::{
    bound::Bound,
    ground::{Cell, Ground},
};
use crate::{
    event::TalkIx,
    program::{Atom, Halt},
};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;

/// How many places each talk keeps at most.
const KEPT: usize = 24;
/// How many of them are in the same node at most.
const A_NODE: usize = 6;

/// The places kept, talk by talk; the place that a talk has is always among them. None where it is time to stop.
pub(super) fn around(
    ground: &Ground<'_>,
    bound: &Bound,
    at: &[Option<Cell>],
    halt: Halt<'_>,
) -> Option<Vec<Vec<Atom>>> {
    let of_talk =
        |talk: usize| (!halt.is_due()).then(|| super::atoms(ground, talk, cells(ground, bound, talk, at[talk]).iter()));
    (0..ground.talks).map(of_talk).collect()
}

fn cells(ground: &Ground<'_>, bound: &Bound, talk: usize, here: Option<Cell>) -> Vec<Cell> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(talk as u64);
    let ix = TalkIx(talk as u32);
    let mut nodes: Vec<(i64, u64, usize)> =
        (0..ground.nodes()).filter_map(|n| Some((bound.slack(ground, ix, n)?, random.random::<u64>(), n))).collect();
    nodes.sort_unstable();
    let mut kept: Vec<Cell> = here.into_iter().collect();
    let few_nodes = nodes.len() * A_NODE < KEPT;
    for (_, _, node) in nodes {
        let class = (node % ground.classes) as u32;
        let times = ground.bands[node / ground.classes].iter().map(|time| Cell { time: *time, class });
        let mut cells: Vec<Cell> = times.filter(|c| ground.may(ix, *c) && Some(*c) != here).collect();
        cells.shuffle(&mut random);
        cells.truncate(if few_nodes { KEPT } else { A_NODE });
        kept.extend(cells);
        if kept.len() >= KEPT {
            break;
        }
    }
    kept.truncate(KEPT);
    kept.sort_unstable();
    kept
}
