//! Times first, rooms second: where a program [chooses rooms for tracks](crate::program::Tracks).
//!
//! A congress has rooms enough more often than not, and what papers gain depends on their times. So the program is first
//! maximised without its rooms: every column that says which room a track has is left out, and every row that such a column
//! is in. What that reaches, and the most that rooms could add, is a bound. Then the papers stay where they are, and the
//! rooms are chosen. Where both together reach the bound, that is the proof. Where they do not, times are
//! improved in the rooms just found, and rooms at the times just found, in turns.
//!
//! **Why it is a bound.** Rows left out only allow more; columns left out add at most what the best room of each track adds.
//! (The master problem of a logic-based Benders decomposition: Hooker and Ottosson, 2003; alternating between the two is a
//! neighbourhood search whose neighbourhoods are all times and all rooms.)

use super::{
    backend::{Backend, Found, Outcome},
    bound::Bound,
    choose,
    ilp::Ilp,
    kernel,
    limits::{Limits, Stop},
};
use crate::program::Program;

/// How many times the two take turns.
const TURNS: usize = 4;

/// The columns of a program in two stages.
pub(super) struct Stages<'a> {
    ilp: &'a Ilp,
    backend: &'a dyn Backend,
    limits: &'a Limits,
    /// Whether a column says what room a track has.
    later: Vec<bool>,
    /// Whether it is an atom for a track in a room.
    rooms: Vec<bool>,
    /// Whether it is an atom for a talk at a time.
    times: Vec<bool>,
}

impl<'a> Stages<'a> {
    /// None where rooms are chosen with times.
    pub(super) fn of(program: &Program, ilp: &'a Ilp, backend: &'a dyn Backend, limits: &'a Limits) -> Option<Self> {
        let atoms = program.atoms.len();
        let of_columns = |is: &dyn Fn(usize) -> bool| {
            let mut list: Vec<bool> = ilp.vars.iter().map(|v| is(v.at())).collect();
            list.resize(ilp.columns.len(), false);
            list
        };
        let is_room = |v: usize| v < atoms && program.tracks.is_room(&program.atoms[v]);
        let rooms = of_columns(&is_room);
        let times = of_columns(&|v| v < atoms && !is_room(v));
        let split = of_columns(&|v| program.tracks.is_split(crate::program::Var(v as u32)));
        let later: Vec<bool> = rooms.iter().zip(&split).map(|(room, split)| *room || *split).collect();
        (rooms.contains(&true) && split.contains(&true)).then_some(Self { ilp, backend, limits, later, rooms, times })
    }

    /// What was found, beginning with values if there are any. The bound is one of the whole program.
    pub(super) fn maximise(&self, start: Option<&[f64]>) -> Result<Option<Outcome>, String> {
        let (first, rows) = self.first();
        let relaxed = self.backend.multipliers(&first, self.limits).map(|multipliers| {
            let mut lifted = vec![0.0; self.ilp.rows.len()];
            rows.iter().zip(&multipliers).for_each(|(row, y)| lifted[*row] = *y);
            (Bound::of(&first, &multipliers), Bound::of(self.ilp, &lifted))
        });
        let Some((of_first, of_all)) = relaxed else { return Ok(None) };
        let keep: Vec<usize> = (0..self.ilp.columns.len()).filter(|c| !self.later[*c]).collect();
        let found = match kernel::maximise(self.backend, &first, Some(&of_first), None, self.limits)? {
            Outcome::Infeasible => return Ok(Some(Outcome::Infeasible)),
            Outcome::Found(found) => found,
        };
        let mut nodes = found.nodes;
        let first_bound =
            if found.stop == Stop::Proof { found.values.as_ref().map(|v| first.value(v).round()) } else { found.bound };
        let bound = first_bound.map_or(f64::MAX, |b| b + self.most_later() as f64).min(of_all.units() as f64);
        let mut best: Option<Vec<f64>> = start.map(<[f64]>::to_vec);
        let value = |values: &Option<Vec<f64>>| values.as_ref().map_or(f64::NEG_INFINITY, |v| self.ilp.value(v));
        let mut times = found.values.map(|values| {
            let mut all = vec![0.0; self.ilp.columns.len()];
            keep.iter().zip(values).for_each(|(c, v)| all[*c] = v);
            all
        });
        for turn in 0..2 * TURNS {
            if self.limits.stop().is_some() || value(&best) + 0.5 >= bound {
                break;
            }
            let before = value(&best);
            let base = times.take().or_else(|| best.clone());
            let Some(base) = base else { break };
            let held = if turn % 2 == 0 { &self.times } else { &self.rooms };
            let (held, begin) = (self.hold(held, &base), best.as_ref().filter(|_| turn > 0));
            let begin = begin.map(|values| held.1.iter().map(|c| values[*c]).collect::<Vec<_>>());
            let begin = begin.filter(|values| held.0.admits(values));
            if !held.0.impossible
                && let Outcome::Found(found) = choose::maximise(self.backend, &held.0, begin.as_deref(), self.limits)?
            {
                nodes += found.nodes;
                let values = found.values.map(|values| {
                    let mut all = vec![0.0; self.ilp.columns.len()];
                    held.1.iter().zip(values).for_each(|(c, v)| all[*c] = v);
                    all
                });
                if value(&values) > value(&best) {
                    best = values;
                }
            }
            if turn > 1 && value(&best) <= before {
                break;
            }
        }
        let proven = value(&best) + 0.5 >= bound;
        let stop = if proven { Stop::Proof } else { self.limits.stop().unwrap_or(Stop::Work) };
        Ok(Some(Outcome::Found(Found { values: best, bound: Some(bound), stop, nodes })))
    }

    /// The program without rooms, and the rows that it kept.
    fn first(&self) -> (Ilp, Vec<usize>) {
        let keep: Vec<usize> = (0..self.ilp.columns.len()).filter(|c| !self.later[*c]).collect();
        let mut bare = self.ilp.clone();
        let stays: Vec<bool> = self.ilp.rows.iter().map(|row| row.terms.iter().all(|(c, _)| !self.later[*c])).collect();
        let mut kept = Vec::new();
        let mut exclusive = Vec::new();
        bare.rows.clear();
        for (i, row) in self.ilp.rows.iter().enumerate().filter(|(i, _)| stays[*i]) {
            if self.ilp.exclusive.binary_search(&i).is_ok() {
                exclusive.push(bare.rows.len());
            }
            bare.rows.push(row.clone());
            kept.push(i);
        }
        bare.exclusive = exclusive;
        (bare.restrict(&keep), kept)
    }

    /// The most that the columns left out could add.
    fn most_later(&self) -> i64 {
        let mut counted = vec![false; self.ilp.columns.len()];
        let mut most = 0;
        for row in self.ilp.exclusive.iter().map(|row| &self.ilp.rows[*row]) {
            if row.terms.iter().all(|(c, _)| self.later[*c]) {
                let gains = row.terms.iter().map(|(c, _)| self.ilp.columns[*c].objective);
                let least = if row.lower.is_some() { i64::MIN } else { 0 };
                most += gains.max().unwrap_or(0).max(least);
                row.terms.iter().for_each(|(c, _)| counted[*c] = true);
            }
        }
        let others = self.ilp.columns.iter().enumerate().filter(|(c, _)| self.later[*c] && !counted[*c]);
        most + others.map(|(_, column)| column.objective.max(0) * column.upper).sum::<i64>()
    }

    /// The program with these columns held at their values, and the columns that it has left.
    fn hold(&self, held: &[bool], values: &[f64]) -> (Ilp, Vec<usize>) {
        let chosen = |c: usize| values[c] > 0.5;
        let keep: Vec<usize> = (0..self.ilp.columns.len()).filter(|c| !held[*c] || chosen(*c)).collect();
        let mut rest = self.ilp.restrict(&keep);
        for (new, old) in keep.iter().enumerate() {
            if held[*old] {
                rest.push(vec![(new, 1)], Some(1), None);
            }
        }
        (rest, keep)
    }
}
