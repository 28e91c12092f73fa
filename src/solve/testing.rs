//! What tests of the search begin with: parts of random congresses as integer programs.

use super::{BackendKind, SolveOptions, ilp::Ilp, limits::Limits, parts, progress::Watch};
use crate::{
    event::CheckedEvent,
    program::{Fixing, Halt, Program, shrinking::Dice},
};
use std::{collections::BTreeMap, time::Instant};

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
    let parts = parts::parts(program, fixing, Halt::NEVER);
    let ilps = parts.iter().filter_map(|part| Ilp::of(program, fixing, part, 1, &BTreeMap::new(), Halt::NEVER));
    ilps.filter(|ilp| !ilp.impossible && !ilp.columns.is_empty()).collect()
}
