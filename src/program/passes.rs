//! Passes: what made the problem small, and by how much.
//!
//! Each pass is a file with its argument for why it changes no answer; this one only counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one pass took away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Pass {
    /// Its name, in words.
    pub name: String,
    /// Atoms before; none where the pass is not about atoms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atoms_before: Option<usize>,
    /// Atoms after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atoms_after: Option<usize>,
    /// Rows before; none where the pass is not about rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_before: Option<usize>,
    /// Rows after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_after: Option<usize>,
}

impl Pass {
    /// A pass that took atoms away.
    pub fn atoms(name: &str, before: usize, after: usize) -> Self {
        let (atoms_before, atoms_after) = (Some(before), Some(after));
        Self { name: name.to_owned(), atoms_before, atoms_after, rows_before: None, rows_after: None }
    }

    /// A pass that took rows away, or stated them as fewer.
    pub fn rows(name: &str, before: usize, after: usize) -> Self {
        let (rows_before, rows_after) = (Some(before), Some(after));
        Self { name: name.to_owned(), atoms_before: None, atoms_after: None, rows_before, rows_after }
    }

    /// Whether it took anything away.
    pub fn took_anything(&self) -> bool {
        self.atoms_before != self.atoms_after || self.rows_before != self.rows_after
    }
}
