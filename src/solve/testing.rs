//! What tests of the search begin with: parts of random congresses as integer programs, and solvers that are not to be
//! believed.

use super::{
    BackendKind, SolveOptions,
    backend::{Backend, Found, Outcome, Stop, backend},
    ilp::{Column, Ilp},
    limits::Limits,
    parts,
    progress::Watch,
    settle::Pinned,
};
use crate::{
    event::CheckedEvent,
    program::{Fixing, Halt, Program, shrinking::Dice},
};
use std::time::Instant;

/// No limits.
pub(super) fn limits() -> Limits {
    limited(&SolveOptions::new())
}

/// The limits of those options.
pub(super) fn limited(options: &SolveOptions) -> Limits {
    let now = Instant::now();
    Limits::new(options, now, Watch::new(now, None))
}

/// The solver to test with.
pub(super) fn kind() -> BackendKind {
    *BackendKind::ALL.last().expect("a solver")
}

/// A congress, and what is fixed in it; none where no timetable is possible.
pub(super) fn congress(dice: &Dice) -> Option<(Program, Fixing)> {
    let event: CheckedEvent = dice.event().check().expect("an event without problems");
    let program = Program::shrunk(&event).expect("small weights");
    let fixing = program.fix();
    fixing.impossible.is_none().then_some((program, fixing))
}

/// Its parts at the first priority, those with anything to decide.
pub(super) fn parts_of(program: &Program, fixing: &Fixing) -> Vec<Ilp> {
    let parts = parts::parts(program, fixing, Halt::NEVER).open;
    let ilps = parts.iter().filter_map(|part| Ilp::of(program, fixing, part, 1, &Pinned::default(), Halt::NEVER));
    ilps.filter(|ilp| !ilp.impossible && !ilp.columns.is_empty()).collect()
}

/// A solver that says what the function says.
pub(super) struct Saying<F>(pub(super) F);

impl<F: Fn(&Ilp, Option<&[f64]>, &Limits) -> Outcome + Sync> Backend for Saying<F> {
    fn solve(&self, ilp: &Ilp, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String> {
        Ok(self.0(ilp, start, limits))
    }

    fn multipliers(&self, _ilp: &Ilp, _limits: &Limits) -> Option<Vec<f64>> {
        None
    }
}

/// How a solver goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It says that nothing is possible whenever it is given a solution.
    LosesWhatItIsGiven,
    /// It says to have proven what breaks a row, wherever rows are in the way of what is worth more.
    BreaksRows,
}

/// A solver with a flaw, and true but for that.
pub(super) fn flawed(flaw: Flaw) -> Box<dyn Backend> {
    Box::new(Saying(move |ilp: &Ilp, start: Option<&[f64]>, limits: &Limits| {
        if flaw == Flaw::LosesWhatItIsGiven && start.is_some() {
            return Outcome::Infeasible;
        }
        let outcome = backend(kind()).maximise(ilp, start, limits).expect("an answer");
        let Outcome::Found(Found { values: Some(values), .. }) = &outcome else { return outcome };
        if flaw != Flaw::BreaksRows {
            return outcome;
        }
        let most = |(column, value): (&Column, &f64)| if column.objective > 0 { column.upper as f64 } else { *value };
        let values: Vec<f64> = ilp.columns.iter().zip(values).map(most).collect();
        let bound = Some(ilp.value(&values));
        Outcome::Found(Found { values: Some(values), bound, stop: Stop::Proof, nodes: 1 })
    }))
}
