//! Choose, then place: the choice of talks is settled first, their places second, and both are proven together.
//!
//! Branching on single places moves fractions of a talk from one time to another, which costs nothing, so it proves
//! nothing. Which talks are chosen is what decides the value. So the program is first solved with whole choices and
//! fractional places: its optimum bounds the value from above. Then the talks chosen are placed, which is a small program
//! whose optimum bounds it from below. Where the two meet, it is the optimum. Where they do not, that choice is excluded (it
//! is settled: its best places are known) and the next best one is tried; after a few rounds, the whole program is handed
//! to branch and bound with the best found. (A logic-based Benders decomposition: Hooker and Ottosson, 2003.)

use super::{
    backend::{Backend, Found, Limits, Outcome, Stop},
    ilp::{Column, Ilp},
};

/// How many choices are tried before the whole program is handed on.
const ROUNDS: usize = 12;

/// Maximises the program. `start` may give values to begin with.
pub(super) fn maximise(
    backend: &dyn Backend,
    ilp: &Ilp,
    start: Option<&[f64]>,
    limits: &Limits,
) -> Result<Outcome, String> {
    if ilp.impossible {
        return Ok(Outcome::Infeasible);
    }
    let mut best: Option<Vec<f64>> = start.map(<[f64]>::to_vec);
    let mut nodes = 0;
    let value_of = |best: &Option<Vec<f64>>| best.as_ref().map_or(f64::NEG_INFINITY, |values| ilp.value(values));
    if let Some(mut choice) = Choice::of(ilp) {
        for _ in 0..ROUNDS {
            let found = match backend.maximise(&choice.ilp, choice.start(ilp, best.as_deref()).as_deref(), limits)? {
                // Every choice was tried, or none is possible.
                Outcome::Infeasible => return Ok(proven(ilp, best, nodes)),
                Outcome::Found(found) => found,
            };
            nodes += found.nodes;
            let (Stop::Proof | Stop::Gap, Some(mut values)) = (found.stop, found.values) else {
                return Ok(Outcome::Found(Found { values: best, bound: found.bound, stop: found.stop, nodes }));
            };
            values.truncate(ilp.columns.len());
            // A value with fractional places need not be whole: the next one up to a step above was not looked for.
            let value = ilp.value(&values);
            let reached = if found.stop == Stop::Proof { value } else { found.bound.unwrap_or(f64::MAX) };
            let tolerance = TOLERANCE * reached.abs().max(1.0);
            let is_whole = (reached - reached.round()).abs() <= tolerance;
            let most = if is_whole { reached.round() } else { (reached + choice.ilp.step).floor() };

            if value_of(&best) + 0.5 >= most {
                return Ok(proven(ilp, best, nodes));
            }
            match choice.place(backend, ilp, &values, limits)? {
                Outcome::Infeasible => {}
                Outcome::Found(placed) => {
                    nodes += placed.nodes;
                    if let Some(values) = placed.values
                        && ilp.value(&values) > value_of(&best)
                    {
                        best = Some(values);
                    }
                    if !matches!(placed.stop, Stop::Proof | Stop::Gap) {
                        return Ok(Outcome::Found(Found { values: best, bound: Some(most), stop: placed.stop, nodes }));
                    }
                }
            }
            if value_of(&best) + 0.5 >= most {
                return Ok(proven(ilp, best, nodes));
            }
            if limits.near(value_of(&best), most) {
                return Ok(Outcome::Found(Found { values: best, bound: Some(most), stop: Stop::Gap, nodes }));
            }
            choice.exclude(ilp, &values);
        }
    }
    Ok(match backend.maximise(ilp, best.as_deref(), limits)? {
        Outcome::Infeasible => Outcome::Infeasible,
        Outcome::Found(found) => {
            let better = found.values.filter(|values| ilp.value(values) >= value_of(&best));
            Outcome::Found(Found { values: better.or(best), nodes: found.nodes + nodes, ..found })
        }
    })
}

/// How far a solver's objective may be below a whole number, as a share of it.
const TOLERANCE: f64 = 1e-9;

/// The best values are the optimum; without any, there is no solution.
fn proven(ilp: &Ilp, best: Option<Vec<f64>>, nodes: u64) -> Outcome {
    match best {
        None => Outcome::Infeasible,
        Some(values) => {
            let bound = Some(ilp.value(&values));
            Outcome::Found(Found { values: Some(values), bound, stop: Stop::Proof, nodes })
        }
    }
}

/// The program in which choices are whole and places fractional.
struct Choice {
    ilp: Ilp,
    /// For each set of exclusive columns of which none needs be 1: its row, and the column that says one is.
    chosen: Vec<(usize, usize)>,
}

impl Choice {
    /// None where there is no choice to make, or where nothing but the choice is open.
    fn of(ilp: &Ilp) -> Option<Self> {
        let mut coarse = ilp.clone();
        let mut chosen = Vec::new();
        for i in &ilp.exclusive {
            let row = &ilp.rows[*i];
            row.terms.iter().for_each(|(c, _)| coarse.columns[*c].integer = false);
            if row.lower.is_none() {
                let column = coarse.columns.len();
                coarse.columns.push(Column { upper: 1, integer: true, objective: 0 });
                let mut terms = row.terms.clone();
                terms.push((column, -1));
                coarse.push(terms, Some(0), Some(0));
                chosen.push((*i, column));
            }
        }
        (!chosen.is_empty()).then_some(Self { ilp: coarse, chosen })
    }

    /// Whether the values choose one of the row's columns.
    fn takes(ilp: &Ilp, row: usize, values: &[f64]) -> bool {
        ilp.rows[row].terms.iter().map(|(c, _)| values[*c]).sum::<f64>() > 0.5
    }

    /// The values of the columns for places in hand, where that choice is not excluded.
    fn start(&self, ilp: &Ilp, places: Option<&[f64]>) -> Option<Vec<f64>> {
        let mut values = places?.to_vec();
        values.resize(self.ilp.columns.len(), 0.0);
        for (row, column) in &self.chosen {
            values[*column] = f64::from(u8::from(Self::takes(ilp, *row, &values)));
        }
        Some(values)
    }

    /// The best places of the talks that the values choose, no more and no fewer.
    fn place(&self, backend: &dyn Backend, ilp: &Ilp, values: &[f64], limits: &Limits) -> Result<Outcome, String> {
        let mut dropped = vec![false; ilp.columns.len()];
        let mut placing = ilp.clone();
        for (row, _) in &self.chosen {
            if Self::takes(ilp, *row, values) {
                placing.rows[*row].lower = Some(1);
            } else {
                ilp.rows[*row].terms.iter().for_each(|(c, _)| dropped[*c] = true);
            }
        }
        let keep: Vec<usize> = (0..ilp.columns.len()).filter(|c| !dropped[*c]).collect();
        let placing = placing.restrict(&keep);
        if placing.impossible {
            return Ok(Outcome::Infeasible);
        }
        Ok(match backend.maximise(&placing, None, limits)? {
            Outcome::Infeasible => Outcome::Infeasible,
            Outcome::Found(mut found) => {
                found.values = found.values.map(|values| {
                    let mut all = vec![0.0; ilp.columns.len()];
                    keep.iter().zip(values).for_each(|(c, v)| all[*c] = v);
                    all
                });
                Outcome::Found(found)
            }
        })
    }

    /// From now on, some talk is chosen otherwise.
    fn exclude(&mut self, ilp: &Ilp, values: &[f64]) {
        let mut taken = 0;
        let mut terms = Vec::with_capacity(self.chosen.len());
        for (row, column) in &self.chosen {
            let takes = Self::takes(ilp, *row, values);
            taken += i64::from(takes);
            terms.push((*column, if takes { 1 } else { -1 }));
        }
        self.ilp.push(terms, None, Some(taken - 1));
    }
}
