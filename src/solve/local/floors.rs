//! Floors of several priorities, each kept by itself.
//!
//! A search keeps one sum of all that other priorities are worth. Where they have floors, which less than their optimum
//! meets, a surplus of one could make up for another's lack in that sum. So each is judged by itself before a timetable
//! counts; that is rare enough not to be kept up with every move.

use super::{model::Model, state::State};
use crate::{
    program::{Fixing, Program},
    solve::{parts::Part, settle::Pinned},
};

/// What one priority must be worth.
#[derive(Debug)]
pub(super) struct Floor {
    /// The part at that priority alone.
    model: Model,
    least: i64,
}

impl Floor {
    /// The floors of a part; none where at most one other priority has to be worth something, since the sum says that.
    pub(super) fn of(program: &Program, fixing: &Fixing, part: &Part, priority: u32, pinned: &Pinned) -> Vec<Self> {
        let others: Vec<(u32, i64)> =
            pinned.values.iter().map(|(p, v)| (*p, *v)).filter(|(p, _)| *p != priority).collect();
        if !pinned.has_floors || others.len() < 2 {
            return Vec::new();
        }
        let floor = |(p, least): (u32, i64)| Self { model: Model::of(program, fixing, part, p, &[]), least };
        others.into_iter().map(floor).collect()
    }

    /// Whether a timetable that breaks nothing, told as each talk's atom, is worth that much.
    pub(super) fn is_kept_by(&self, chosen: &[u32]) -> bool {
        let mut state = State::empty(&self.model);
        for (talk, atom) in chosen.iter().enumerate() {
            state.put(talk as u32, *atom);
        }
        state.worth.now >= self.least
    }
}
