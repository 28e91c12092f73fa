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
    // What choices that are excluded could be worth at most: more than the best where placing them ended at a gap.
    let mut excluded = f64::NEG_INFINITY;
    let value_of = |best: &Option<Vec<f64>>| best.as_ref().map_or(f64::NEG_INFINITY, |values| ilp.value(values));
    if let Some(mut choice) = Choice::of(ilp) {
        for _ in 0..ROUNDS {
            let found = match backend.maximise(&choice.ilp, choice.start(ilp, best.as_deref()).as_deref(), limits)? {
                // Every choice was tried, or none is possible. That of the best was tried too, or it would be left.
                Outcome::Infeasible => return Ok(closed(ilp, best, excluded, nodes)),
                Outcome::Found(found) => found,
            };
            nodes += found.nodes;
            let (Stop::Proof | Stop::Gap, Some(mut values)) = (found.stop, found.values) else {
                let bound = found.bound.map(|bound| bound.max(excluded));
                return Ok(Outcome::Found(Found { values: best, bound, stop: found.stop, nodes }));
            };
            values.truncate(ilp.columns.len());
            // A value with fractional places need not be whole: the next one up to a step above was not looked for.
            let value = ilp.value(&values);
            let reached = if found.stop == Stop::Proof { value } else { found.bound.unwrap_or(f64::MAX) };
            let tolerance = TOLERANCE * reached.abs().max(1.0);
            let is_whole = (reached - reached.round()).abs() <= tolerance;
            let most = if is_whole { reached.round() } else { (reached + choice.ilp.step).floor() };

            if value_of(&best) + 0.5 >= most {
                return Ok(closed(ilp, best, excluded, nodes));
            }
            match choice.place(backend, ilp, &values, best.as_deref(), limits)? {
                Outcome::Infeasible => {}
                Outcome::Found(placed) => {
                    nodes += placed.nodes;
                    if let Some(values) = placed.values
                        && ilp.value(&values) > value_of(&best)
                    {
                        best = Some(values);
                    }
                    if !matches!(placed.stop, Stop::Proof | Stop::Gap) {
                        let bound = Some(most.max(excluded));
                        return Ok(Outcome::Found(Found { values: best, bound, stop: placed.stop, nodes }));
                    }
                    if placed.stop == Stop::Gap {
                        excluded = excluded.max(placed.bound.map_or(most, |bound| bound.min(most)));
                    }
                }
            }
            let most = most.max(excluded);
            if value_of(&best) + 0.5 >= most {
                return Ok(closed(ilp, best, excluded, nodes));
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

/// Nothing is better than the best values, unless among the choices excluded; without any, there is no solution.
fn closed(ilp: &Ilp, best: Option<Vec<f64>>, excluded: f64, nodes: u64) -> Outcome {
    let Some(values) = best else { return Outcome::Infeasible };
    let value = ilp.value(&values);
    let stop = if value + 0.5 >= excluded { Stop::Proof } else { Stop::Gap };
    Outcome::Found(Found { values: Some(values), bound: Some(value.max(excluded)), stop, nodes })
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

    /// The best places of the talks that the values choose, no more and no fewer; beginning with those in hand, if they are
    /// of the same talks.
    fn place(
        &self,
        backend: &dyn Backend,
        ilp: &Ilp,
        values: &[f64],
        in_hand: Option<&[f64]>,
        limits: &Limits,
    ) -> Result<Outcome, String> {
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
        let same = |row: usize| in_hand.is_some_and(|own| Self::takes(ilp, row, own) == Self::takes(ilp, row, values));
        let in_hand = in_hand.filter(|_| self.chosen.iter().all(|(row, _)| same(*row)));
        let start: Option<Vec<f64>> = in_hand.map(|own| keep.iter().map(|c| own[*c]).collect());
        Ok(match backend.maximise(&placing, start.as_deref(), limits)? {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::{
        SolveOptions,
        backend::backend,
        bound::tests::{programs, solutions},
        testing::{Flaw, Saying, flawed, kind, limited, limits},
    };
    use proptest::prelude::*;

    /// What a solver comes to that is given one of the solutions to begin with; and the best there is.
    fn outcome(
        solver: &dyn Backend,
        ilp: &Ilp,
        start: Option<prop::sample::Index>,
        limits: &Limits,
    ) -> (Outcome, Option<f64>) {
        let all: Vec<Vec<f64>> =
            solutions(ilp).iter().map(|solution| solution.iter().map(|v| *v as f64).collect()).collect();
        let start = start.filter(|_| !all.is_empty()).map(|nth| nth.get(&all).as_slice());
        let best = all.iter().map(|values| ilp.value(values)).max_by(f64::total_cmp);
        let outcome = maximise(solver, ilp, start, limits).expect("an answer");
        if let (Some(start), Outcome::Found(found)) = (start, &outcome) {
            let kept = found.values.as_ref().is_some_and(|values| ilp.value(values) >= ilp.value(start));
            assert!(kept, "the solution in hand is lost");
        }
        (outcome, best)
    }

    /// Whether nothing is said that is not so.
    fn is_true(ilp: &Ilp, outcome: &Outcome, best: Option<f64>) -> bool {
        match outcome {
            Outcome::Infeasible => best.is_none(),
            Outcome::Found(found) => {
                let value = found.values.as_ref().map(|values| ilp.value(values));
                let bounded = found.bound.is_none_or(|bound| best.is_none_or(|best| bound + 0.5 >= best));
                found.values.as_ref().is_none_or(|values| ilp.admits(values))
                    && bounded
                    && (found.stop != Stop::Proof || value.zip(best).is_some_and(|(value, best)| value + 0.5 >= best))
            }
        }
    }

    proptest! {
        #[test]
        fn choices_tried_one_by_one_end_at_the_optimum(ilp in programs(), start in any::<Option<prop::sample::Index>>()) {
            let (outcome, best) = outcome(&*backend(kind()), &ilp, start, &limits());
            prop_assert!(is_true(&ilp, &outcome, best), "{outcome:?} where the best is {best:?}");
            let is_settled = matches!(outcome, Outcome::Infeasible | Outcome::Found(Found { stop: Stop::Proof, .. }));
            prop_assert!(is_settled, "{outcome:?}");
        }

        #[test]
        fn a_solver_that_loses_solutions_by_rounding_makes_nothing_untrue(
            ilp in programs(),
            start in any::<Option<prop::sample::Index>>(),
            flaw in prop::sample::select(vec![Flaw::LosesWhatItIsGiven, Flaw::BreaksRows]),
        ) {
            let (outcome, best) = outcome(&*flawed(flaw), &ilp, start, &limits());
            prop_assert!(is_true(&ilp, &outcome, best), "{outcome:?} where the best is {best:?}");
        }

        #[test]
        fn choices_that_were_placed_within_a_gap_are_not_settled(
            ilp in programs(),
            start in any::<Option<prop::sample::Index>>(),
            gap in 0.1_f64..0.9,
        ) {
            // Places are the worst within the gap; choices the best.
            let solver = Saying(|ilp: &Ilp, start: Option<&[f64]>, limits: &Limits| {
                let outcome = backend(kind()).maximise(ilp, start, limits).expect("an answer");
                let Outcome::Found(Found { values: Some(values), bound, .. }) = &outcome else { return outcome };
                let (most, whole) = (ilp.value(values), ilp.columns.iter().all(|c| c.integer));
                let near = solutions(ilp).into_iter().map(|solution| solution.iter().map(|v| *v as f64).collect::<Vec<_>>());
                let near = near.filter(|values| most - ilp.value(values) <= gap * most.abs());
                match near.min_by(|a, b| ilp.value(a).total_cmp(&ilp.value(b))) {
                    Some(values) if whole && ilp.value(&values) + 0.5 < most => {
                        Outcome::Found(Found { values: Some(values), bound: *bound, stop: Stop::Gap, nodes: 1 })
                    }
                    _ => outcome,
                }
            });
            let (outcome, best) = outcome(&solver, &ilp, start, &limited(&SolveOptions::new().gap(gap)));
            prop_assert!(is_true(&ilp, &outcome, best), "{outcome:?} where the best is {best:?}");
        }
    }
}
