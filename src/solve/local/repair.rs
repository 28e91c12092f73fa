//! Feasibility: a first timetable that keeps everything required, whatever it is worth.
//!
//! Annealing weighs what is broken against what is gained, so where required rows are tight it wanders among timetables
//! that are worth much and break a little. Here the objective only breaks ties. A broken row is drawn, the talks in it are
//! looked at with all of their places, and the change that leaves the least broken is made. Where no change helps, every
//! broken row becomes dearer, which fills the local minimum up (Morris, *The breakout method for escaping from local
//! minima*, 1993; the choice of a broken row first is the min-conflicts heuristic of Minton and others, 1992).
//!
//! The first timetable is greedy: the talk with the fewest places that break nothing comes next, and its places are scanned
//! in full (the most constrained variable first: Brélaz, *New methods to color the vertices of a graph*, 1979).

use super::{
    model::{Account, Model, NONE},
    search::Search,
    state::Worth,
};
use rand::{RngExt, seq::SliceRandom};

/// How many talks of a broken row a step looks at, at most.
const TALKS: usize = 10;
/// How many places of a talk a step looks at, at most.
const PLACES: usize = 400;
/// How many steps a place that was given up stays out of reach, at least, and by how much more at random.
const TABU: u64 = 3;
const TABU_SPREAD: u64 = 8;
/// How many looks at a place weigh as much as a move of annealing.
pub(super) const LOOKS_A_MOVE: u64 = 12;

/// Which talks can change the sum of a required row.
#[derive(Debug)]
pub(super) struct Involved {
    ends: Vec<u32>,
    talks: Vec<u32>,
}

impl Involved {
    pub(super) fn of(model: &Model) -> Self {
        let atoms = model.atoms.len();
        let required = |row: u32| model.rows[row as usize].account == Account::Required;
        // Indicators come after what they are made of, so the rows of what they make are known first.
        let mut reached: Vec<Vec<u32>> = vec![Vec::new(); model.indicators.len()];
        let reach = |var: u32, reached: &[Vec<u32>]| {
            let direct = model.rows_of.at(var).iter().chain(model.guards.at(var)).map(|(row, _)| *row);
            let mut rows: Vec<u32> = direct.filter(|row| required(*row)).collect();
            rows.extend(model.makes.at(var).iter().flat_map(|(i, _)| &reached[*i as usize]));
            rows.sort_unstable();
            rows.dedup();
            rows
        };
        for indicator in (0..model.indicators.len()).rev() {
            reached[indicator] = reach((atoms + indicator) as u32, &reached);
        }
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (talk, range) in model.talks.iter().enumerate() {
            let from = pairs.len();
            for atom in range.clone() {
                let direct = model.rows_of.at(atom).iter().chain(model.guards.at(atom)).map(|(row, _)| *row);
                pairs.extend(direct.filter(|row| required(*row)).map(|row| (row, talk as u32)));
                let made = model.makes.at(atom).iter().flat_map(|(i, _)| &reached[*i as usize]);
                pairs.extend(made.map(|row| (*row, talk as u32)));
                if pairs.len() - from > 4096 {
                    pairs[from..].sort_unstable();
                    dedup_from(&mut pairs, from);
                }
            }
            pairs[from..].sort_unstable();
            dedup_from(&mut pairs, from);
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut ends = vec![0_u32; model.rows.len() + 1];
        pairs.iter().for_each(|(row, _)| ends[*row as usize + 1] += 1);
        for row in 0..model.rows.len() {
            ends[row + 1] += ends[row];
        }
        Self { ends, talks: pairs.into_iter().map(|(_, talk)| talk).collect() }
    }

    fn at(&self, row: u32) -> &[u32] {
        &self.talks[self.ends[row as usize] as usize..self.ends[row as usize + 1] as usize]
    }
}

/// Drops repeated entries behind a position; what is behind it is sorted.
fn dedup_from(pairs: &mut Vec<(u32, u32)>, from: usize) {
    let mut tail = pairs.split_off(from);
    tail.dedup();
    pairs.append(&mut tail);
}

/// A change of one talk: to an atom, or out.
#[derive(Clone, Copy)]
struct Change {
    talk: u32,
    atom: u32,
    worth: Worth,
}

impl Change {
    /// Whether it leaves less broken than another, or as little at a higher worth.
    fn is_better(&self, other: &Self) -> bool {
        (other.worth.broken, self.worth.earlier, self.worth.now)
            > (self.worth.broken, other.worth.earlier, other.worth.now)
    }
}

impl Search<'_> {
    /// Takes everything out and places the talks that must be placed, the talk with the fewest places that break nothing
    /// first, each where it leaves the least broken.
    pub(super) fn place_most_constrained_first(&mut self, stop: &dyn Fn() -> bool) {
        let talks = self.model.talks.len() as u32;
        (0..talks).for_each(|talk| self.state.put(talk, NONE));
        self.note();
        let mut left: Vec<u32> = (0..talks).filter(|talk| !self.model.optional[*talk as usize]).collect();
        left.sort_by_key(|talk| self.allowed[*talk as usize].len());
        let mut placed = 0_usize;
        while !left.is_empty() && !stop() {
            // All talks are counted anew for a while, then only the head of the list: a count looks at every place.
            let window = left.len().min(if placed < 64 { 64 } else { 8 });
            let head = left[..window].iter().enumerate();
            let counted: Vec<(usize, usize, Option<Change>)> = head
                .map(|(i, talk)| {
                    let (fits, best) = scan(&mut self.state, &self.allowed[*talk as usize], *talk, &|_| false);
                    (i, fits, best)
                })
                .collect();
            let Some((at, _, best)) = counted.into_iter().min_by_key(|(i, fits, _)| (*fits, *i)) else { break };
            let talk = left.remove(at);
            placed += 1;
            if let Some(change) = best {
                self.state.put(talk, change.atom);
            }
        }
        self.note();
    }

    /// Makes changes until nothing required is broken, so many places were looked at, or `stop` says so; whether nothing is
    /// broken any more. What is required of earlier priorities stays out of sight.
    pub(super) fn repair(&mut self, involved: &Involved, looks: u64, stop: &dyn Fn() -> bool) -> bool {
        let mut looked = 0;
        // Until when each talk is not given the place that it gave up.
        let mut given_up: Vec<(u32, u64)> = vec![(NONE, 0); self.model.talks.len()];
        let mut step = 0_u64;
        while !self.state.broken().is_empty() && looked < looks {
            if step.is_multiple_of(16) && stop() {
                break;
            }
            step += 1;
            let broken = self.state.broken();
            let row = broken[self.rng.random_range(0..broken.len())];
            let mut talks: Vec<u32> = involved.at(row).to_vec();
            if talks.len() > TALKS {
                // Those that now make the sum what it is are the likeliest to mend it.
                talks.shuffle(&mut self.rng);
                talks.sort_by_key(|talk| self.state.chosen[*talk as usize] == NONE);
                let placed = talks.partition_point(|talk| self.state.chosen[*talk as usize] != NONE);
                let of_placed = placed.min(TALKS - TALKS.min(talks.len() - placed).min(TALKS / 2));
                let out = talks.split_off(placed);
                talks.truncate(of_placed);
                talks.extend(out.into_iter().take(TALKS - of_placed));
            }
            looked += talks.len() as u64 * LOOKS_A_MOVE;
            let best = self.best_change(&talks, &given_up, step, &mut looked);
            match best {
                Some(change) if change.worth.broken < 0 => self.make(change, &mut given_up, step),
                other => {
                    self.state.raise_prices_of_broken();
                    // A change that costs nothing now leads elsewhere.
                    if let Some(change) = other.filter(|change| change.worth.broken == 0) {
                        self.make(change, &mut given_up, step);
                    }
                }
            }
        }
        self.moves += looked / LOOKS_A_MOVE;
        let is_mended = self.state.broken().is_empty();
        self.state.reset_prices();
        self.note();
        is_mended
    }

    fn make(&mut self, change: Change, given_up: &mut [(u32, u64)], step: u64) {
        let old = self.state.chosen[change.talk as usize];
        self.state.put(change.talk, change.atom);
        given_up[change.talk as usize] = (old, step + TABU + self.rng.random_range(0..TABU_SPREAD));
    }

    /// The change of one of these talks that leaves the least broken.
    fn best_change(&mut self, talks: &[u32], given_up: &[(u32, u64)], step: u64, looked: &mut u64) -> Option<Change> {
        let mut best: Option<Change> = None;
        for talk in talks.iter().copied() {
            let old = self.state.chosen[talk as usize];
            let before = self.state.worth;
            self.state.put(talk, NONE);
            let out = self.state.worth.since(before);
            let (tabu, until) = given_up[talk as usize];
            let barred = |atom: u32| atom == old || (atom == tabu && step < until);
            let list = &self.allowed[talk as usize];
            let (_, found) = if list.len() > PLACES {
                let some: Vec<u32> = (0..PLACES).map(|_| list[self.rng.random_range(0..list.len())]).collect();
                *looked += PLACES as u64;
                scan(&mut self.state, &some, talk, &barred)
            } else {
                *looked += list.len() as u64;
                scan(&mut self.state, list, talk, &barred)
            };
            self.state.put(talk, old);
            let stay_out =
                (old != NONE && !barred(NONE)).then_some(Change { talk, atom: NONE, worth: Worth::default() });
            for mut change in found.into_iter().chain(stay_out) {
                change.worth.broken += out.broken;
                change.worth.now += out.now;
                change.worth.earlier += out.earlier;
                if best.as_ref().is_none_or(|best| change.is_better(best)) {
                    best = Some(change);
                }
            }
        }
        best
    }
}

/// How many of the places leave nothing more broken, and the one that leaves the least; the talk is out.
fn scan(
    state: &mut super::state::State<'_>,
    places: &[u32],
    talk: u32,
    barred: &dyn Fn(u32) -> bool,
) -> (usize, Option<Change>) {
    let (mut fits, mut best) = (0, None::<Change>);
    for atom in places.iter().copied().filter(|atom| !barred(*atom)) {
        let change = Change { talk, atom, worth: state.worth_of(atom) };
        fits += usize::from(change.worth.broken <= 0);
        if best.as_ref().is_none_or(|best| change.is_better(best)) {
            best = Some(change);
        }
    }
    (fits, best)
}
