//! Reading an event: strict, and with every problem at once.

use super::{Event, Problem, Problems};
use schemars::Schema;

impl Event {
    /// Reads an event from JSON. It still has to be [checked](Event::check).
    ///
    /// # Errors
    ///
    /// Every problem of the file's shape at once: what is not JSON, unknown or missing fields, values of another kind.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        serde_json::from_str(text).map_err(|e| Problem::new("", e.to_string(), "an event").into())
    }

    /// The event as JSON, as [`Event::from_json`] reads it.
    ///
    /// # Errors
    ///
    /// When a mark is not a finite number, which JSON cannot write.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// The JSON Schema of the event file.
pub fn schema() -> Schema {
    schemars::schema_for!(Event)
}
