//! Reading an event: strict, and with every problem at once.
//!
//! The text becomes a [tree](node); each element of each list is read from it on its own; whatever is wrong is noted in
//! a [report](report), and reading goes on. Then the whole event is checked, and all problems are put in the order of
//! the file.

mod decode;
mod json;
mod lines;
mod node;
mod report;
mod words;

pub(crate) use decode::take;
pub(crate) use node::{Fields, Node, Path};
pub(crate) use report::Report;
pub(crate) use words::{listed, nearest, one_of};

use super::{Amount, CheckedEvent, Event, Problem, Problems};
use crate::rules::{self, Merit, Registry, Rule};
use schemars::Schema;

impl Event {
    /// Reads an event from JSON and [checks](Event::check) it.
    ///
    /// A byte order mark at the start, as some editors write it, is passed over.
    ///
    /// # Errors
    ///
    /// Every problem of the file at once, in its order: what is not JSON, unknown, missing and repeated fields, values
    /// of another kind or out of range, and all that [`Event::check`] finds in what could be read. What only follows
    /// from another problem is left out: a talk whose id is broken makes nobody's reference to it a second problem.
    ///
    /// ```
    /// use slotwise::Event;
    ///
    /// let event = Event::read(r#"{"name": "Meetup", "timezone": "Europe/Paris"}"#)?;
    /// assert_eq!(event.event().name, "Meetup");
    ///
    /// let problems = Event::read(
    ///     r#"{"name": "Meetup", "timezone": "Europe/Paris", "rooms": [
    ///         {"id": "hall", "capacity": -80},
    ///         {"id": "attic", "capacty": 20}
    ///     ]}"#,
    /// )
    /// .unwrap_err();
    /// assert_eq!(
    ///     problems.to_string(),
    ///     "rooms[0].capacity (room \"hall\", line 2): found -80; wanted a whole number of people from 0 to 1000000\n\
    ///      rooms[1].capacty (room \"attic\", line 3): found an unknown field; wanted `capacity`"
    /// );
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn read(text: &str) -> Result<CheckedEvent, Problems> {
        Self::read_with(text, &Registry::new())
    }

    /// Reads an event from JSON and checks it, as [`Event::read`] does; its rules may be of kinds that the registry knows.
    ///
    /// # Errors
    ///
    /// As [`Event::read`]. Problems of rules of registered kinds are told like all others, with path and line.
    pub fn read_with(text: &str, registry: &Registry) -> Result<CheckedEvent, Problems> {
        let (event, mut report) = read(text, registry)?;
        let (checked, found) = event.examine();
        report.add_checks(found);
        report.none_or(text).map(|()| checked)
    }

    /// Reads an event from JSON. It still has to be [checked](Event::check); [`Event::read`] does both, and finds the
    /// problems of both at once.
    ///
    /// # Errors
    ///
    /// Every problem of the file's shape at once, in its order: what is not JSON, unknown, missing and repeated fields,
    /// values of another kind.
    ///
    /// ```
    /// use slotwise::Event;
    /// let problems = Event::from_json(r#"{"name": "Meetup", "timezone": 2}"#).unwrap_err();
    /// assert_eq!(problems.to_string(), "timezone (line 1): found 2; wanted a text in double quotes: \"2\"");
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        Self::from_json_with(text, &Registry::new())
    }

    /// Reads an event from JSON, as [`Event::from_json`] does; its rules may be of kinds that the registry knows.
    ///
    /// # Errors
    ///
    /// As [`Event::from_json`]. Problems of rules of registered kinds are told like all others, with path and line.
    pub fn from_json_with(text: &str, registry: &Registry) -> Result<Self, Problems> {
        let (event, report) = read(text, registry)?;
        report.none_or(text).map(|()| event)
    }

    /// The event as JSON, as [`Event::from_json`] reads it.
    ///
    /// # Errors
    ///
    /// When a mark is not a finite number, which JSON cannot write.
    ///
    /// ```
    /// use slotwise::Event;
    /// let event = Event::new("Meetup", "Europe/Paris");
    /// assert_eq!(Event::from_json(&event.to_json()?).as_ref(), Ok(&event));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// The JSON Schema of the event file.
///
/// ```
/// let schema = slotwise::event::schema();
/// assert_eq!(schema.get("title").and_then(|title| title.as_str()), Some("Event"));
/// ```
pub fn schema() -> Schema {
    let mut schema = schemars::schema_for!(Event);
    let address = serde_json::json!({
        "type": "string",
        "description": "The address of this schema, for editors; it is no part of the event.",
    });
    if let Some(properties) = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
        properties.insert("$schema".to_owned(), address);
    }
    schema
}

/// What could be read of the file, and what was wrong. An error where nothing could.
fn read(text: &str, registry: &Registry) -> Result<(Event, Report), Problem> {
    let mut report = Report::default();
    let wanted = "an event: an object with `name`, `timezone`, `rooms`, `talks` and more";
    let fields = object(text, "an event", wanted, &mut report)?;
    let has = |name: &str| fields.iter().any(|(key, _)| key == name);
    if has("placements") && !has("timezone") {
        return Err(Problem::new("", "a timetable: an object with `placements`", wanted));
    }
    let event = event(fields, registry, &mut report);
    Ok((event, report))
}

/// The fields of the object that a text is. An error where it is none, in which `wanted` says what would be right;
/// `what` says it in two words.
pub(crate) fn object(text: &str, what: &str, wanted: &str, report: &mut Report) -> Result<Fields, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = serde_json::from_str(text).or_else(|refused| {
        let (tree, problems) = json::forgiving(text, what)?;
        report.add(problems);
        report.refused(&refused);
        Ok(tree)
    })?;
    report.take_repeats(&mut tree);
    let Node::Object(mut fields) = tree else {
        return Err(Problem::new("", tree.described(), wanted));
    };
    // Editors look there for the schema that helps with writing the file; it is no part of what the file says.
    if let Some(schema) = take(&mut fields, "$schema")
        && !matches!(schema, Node::Text(_))
    {
        report.problem("$schema", schema.described(), "the address of a JSON Schema, as a text in double quotes");
    }
    Ok(fields)
}

/// The event, list by list and element by element.
fn event(mut fields: Fields, registry: &Registry, report: &mut Report) -> Event {
    report.fields_for::<Event>(&mut fields, &Path::default(), &[]);
    let mut part = |name| take(&mut fields, name);
    Event {
        name: report.field(part("name"), "name"),
        timezone: report.field(part("timezone"), "timezone"),
        rooms: report.list(part("rooms"), "rooms"),
        formats: report.list(part("formats"), "formats"),
        blocks: report.list(part("blocks"), "blocks"),
        slots: report.list(part("slots"), "slots"),
        openings: report.list(part("openings"), "openings"),
        speakers: report.list(part("speakers"), "speakers"),
        talks: report.list(part("talks"), "talks"),
        reviews: report.list(part("reviews"), "reviews"),
        reviewers: report.list(part("reviewers"), "reviewers"),
        interests: report.list(part("interests"), "interests"),
        published: report.list(part("published"), "published"),
        rules: rules(part("rules"), registry, report),
    }
}

fn rules(list: Option<Node>, registry: &Registry, report: &mut Report) -> Vec<Rule> {
    let path = Path::at("rules");
    let rules = report.items(list, &path).into_iter().enumerate();
    // What could not be read leaves its place to a rule that no check has anything to say of.
    let stand_in = || Rule::weighted(Amount::ONE, Merit::new());
    rules.map(|(i, rule)| rules::read(rule, &path.item(i), registry, report).unwrap_or_else(stand_in)).collect()
}
