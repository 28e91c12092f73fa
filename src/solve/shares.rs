//! All parts of a program: a first timetable of each, then each in its share of the time.
//!
//! Nothing that is found is lost, whatever the clock says. What is decided is no part. Every open part has a first timetable
//! before any is improved. The time is shared out by size, the smallest parts first: what they leave goes to the others, and
//! parts that were cut short are searched again as long as time is left. The answer is put together from the best of each.

use super::{
    backend::Backend,
    limits::{Limits, Stop},
    parts::{Part, Parts},
    settle::{self, Aim, Settled, Verdict},
};
use crate::program::{Fixing, Program, Var};
use rayon::prelude::*;
use std::{
    cmp::Ordering,
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

/// How often parts that were cut short are searched again.
const PASSES: usize = 3;
/// A part is not searched again for less than this share of the time limit.
const WORTH_WHILE: f64 = 0.02;

/// Settles all parts, beginning with a choice of atoms of the whole program if there is one. Where there are floors, there is
/// one part at most: a floor is about all of the program. `of_part` gives each part its
/// limits, with a meter of its own: which part is cut off does not depend on which is faster.
pub(super) fn settle_all(
    program: &Program,
    fixing: &Fixing,
    parts: &Parts,
    aim: Aim<'_>,
    backend: &dyn Backend,
    limits: &Limits,
    of_part: impl Fn(usize) -> Limits,
) -> Result<Settled, String> {
    let decided = settle::decided(program, fixing, &parts.decided);
    if decided.verdict == Verdict::Infeasible {
        return Ok(decided);
    }
    let sizes_of = sizes(&parts.open, fixing);
    let limits_of: Vec<Limits> = (0..parts.open.len()).map(of_part).collect();
    let alone = parts.open.len() == 1;
    // A part that is alone has its first timetable where it is settled.
    let first = |i: usize| {
        let part = &parts.open[i];
        if alone { None } else { settle::first(program, fixing, part, aim, &limits_of[i]) }
    };
    let firsts: Vec<Option<Vec<Var>>> = (0..parts.open.len()).into_par_iter().map(first).collect();

    let mut settled: Vec<Option<Settled>> = vec![None; parts.open.len()];
    for pass in 0..PASSES {
        let queue: Vec<usize> = (0..parts.open.len()).filter(|i| is_open(settled[*i].as_ref(), pass)).collect();
        if queue.is_empty() || (pass > 0 && !limits.has_time(WORTH_WHILE)) {
            break;
        }
        let known =
            |i: usize| settled[i].as_ref().and_then(|s| s.chosen.as_deref()).or(firsts[i].as_deref()).or(aim.begin);
        let sizes: Vec<u64> = queue.iter().map(|i| sizes_of[*i]).collect();
        let found = in_turns(&sizes, limits, |at, share| {
            let i = queue[at];
            let limits = limits_of[i].share(share);
            settle::settle(program, fixing, &parts.open[i], Aim { begin: known(i), ..aim }, backend, &limits)
        });
        for (i, found) in queue.into_iter().zip(found) {
            settled[i] = Some(match settled[i].take() {
                Some(before) => better(before, found?),
                None => found?,
            });
        }
        if settled.iter().flatten().any(|part| part.verdict == Verdict::Infeasible) {
            break;
        }
    }
    Ok(together(program, std::iter::once(decided).chain(settled.into_iter().flatten()).collect()))
}

/// Whether a part is to be searched in that pass.
fn is_open(settled: Option<&Settled>, pass: usize) -> bool {
    settled.map_or(pass == 0, |settled| settled.verdict == Verdict::Open && settled.stop == Stop::Time)
}

/// Runs one task a size, in order, on all threads of the pool. Each is told which share of the time left it has.
fn in_turns<T: Send>(sizes: &[u64], limits: &Limits, task: impl Fn(usize, f64) -> T + Sync) -> Vec<T> {
    let threads = rayon::current_num_threads().max(1);
    let next = AtomicUsize::new(0);
    let left = AtomicU64::new(sizes.iter().sum());
    let results: Vec<Mutex<Option<T>>> = sizes.iter().map(|_| Mutex::new(None)).collect();
    let work = |_: usize| {
        loop {
            let at = next.fetch_add(1, Relaxed);
            let Some(size) = sizes.get(at) else { break };
            // All but the last of a queue share with those that come after them.
            let waiting = left.fetch_sub(*size, Relaxed).max(1);
            let share = if limits.is_limited_by_clock() {
                (threads as f64 * *size as f64 / waiting as f64).min(1.0)
            } else {
                1.0
            };
            let result = task(at, share);
            *results[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    };
    (0..threads.min(sizes.len())).into_par_iter().for_each(work);
    results.into_iter().filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// What two searches of one part come to.
fn better(one: Settled, other: Settled) -> Settled {
    if other.verdict != Verdict::Open || one.chosen.is_none() {
        let first_feasible = one.first_feasible.or(other.first_feasible);
        let bounds = if other.verdict == Verdict::Open { lower(one.bounds, &other.bounds) } else { other.bounds };
        return Settled { bounds, nodes: one.nodes + other.nodes, first_feasible, ..other };
    }
    // The second began with the choice of the first, so it has none that is worth less.
    let chosen = other.chosen.or(one.chosen);
    let bounds = lower(one.bounds, &other.bounds);
    Settled { chosen, bounds, nodes: one.nodes + other.nodes, first_feasible: one.first_feasible, ..other }
}

fn lower(mut one: BTreeMap<u32, i64>, other: &BTreeMap<u32, i64>) -> BTreeMap<u32, i64> {
    for (priority, bound) in other {
        one.entry(*priority).and_modify(|own| *own = *bound.min(own)).or_insert(*bound);
    }
    one
}

/// How much each part has to search: its free atoms.
fn sizes(open: &[Part], fixing: &Fixing) -> Vec<u64> {
    let free = |part: &Part| part.atoms.iter().filter(|v| fixing.fixed[v.at()].is_none()).count() as u64;
    open.iter().map(free).collect()
}

/// What all parts together come to.
pub(super) fn together(program: &Program, parts: Vec<Settled>) -> Settled {
    let mut all = Settled { verdict: Verdict::Proven, stop: Stop::Proof, ..Settled::infeasible() };
    all.bounds = program.constants.clone();
    let mut chosen = Some(Vec::new());
    for part in parts {
        match part.verdict {
            Verdict::Infeasible => return Settled { nodes: all.nodes + part.nodes, ..Settled::infeasible() },
            Verdict::Open if all.verdict == Verdict::Proven => (all.verdict, all.stop) = (Verdict::Open, part.stop),
            _ => {}
        }
        all.nodes += part.nodes;
        for (priority, bound) in part.bounds {
            *all.bounds.entry(priority).or_default() += bound;
        }
        all.first_feasible = match all.first_feasible.cmp(&part.first_feasible) {
            Ordering::Less => part.first_feasible,
            _ => all.first_feasible,
        };
        chosen = chosen.zip(part.chosen).map(|(mut all, part)| {
            all.extend(part);
            all
        });
    }
    // There is a timetable only when every part has its share of it.
    all.first_feasible = all.first_feasible.filter(|_| chosen.is_some());
    all.chosen = chosen;
    all
}

#[cfg(test)]
mod tests;
