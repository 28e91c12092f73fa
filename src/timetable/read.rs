//! Reading a timetable: strict, and with every problem at once, as an event is read.

#[cfg(doc)]
use super::Audit;
use super::{Answer, Placement, Timetable};
use crate::{
    event::{
        CheckedEvent, Problem, Problems, TalkStatus, Warning,
        read::{self, Node, Path, Report},
    },
    text::quoted,
};
use serde_json::Value;
use std::collections::HashSet;

/// What would be right where something else was found.
const WANTED: &str = "a timetable: {\"placements\": [{\"talk\": ..., \"room\": ..., \"start\": ...}]}";

impl Timetable {
    /// Reads a timetable from JSON: an object with a list `placements`, such as an answer. Its names still have to be
    /// [resolved](Timetable::resolve) in an event; [`Timetable::read`] does both, and finds the problems of both at once.
    ///
    /// # Errors
    ///
    /// Every problem of the file's shape at once, in its order: what is not JSON, unknown, missing and repeated fields,
    /// values of another kind. The fields of an answer are known, and passed over.
    ///
    /// ```
    /// use slotwise::Timetable;
    /// let problems = Timetable::from_json(r#"{"placements": [{"talk": "p1", "rom": "hall", "start": "2026-10-30T09:15"}]}"#);
    /// assert_eq!(
    ///     problems.unwrap_err().to_string(),
    ///     "placements[0].rom (talk \"p1\", line 1): found an unknown field; wanted `room`"
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        let (timetable, _, report) = shape(text)?;
        report.none_or(text).map(|()| timetable)
    }

    /// Reads a timetable of that event from JSON.
    ///
    /// # Errors
    ///
    /// Every problem of the file at once, in its order: those of [`Timetable::from_json`], ids that the event does not
    /// have, starts that its clocks never show. A talk is where its room and start say: an end or a slot that does not go with
    /// them, as where somebody moved a talk by hand, is no error, and an [audit](Audit::read) warns of it.
    ///
    /// ```
    /// use slotwise::{Event, Timetable};
    /// let event = Event::read(r#"{"name": "Meetup", "timezone": "Europe/Paris", "rooms": [{"id": "hall"}],
    ///     "talks": [{"id": "p1", "minutes": 20}]}"#)?;
    /// let problems = Timetable::read(
    ///     r#"{"placements": [{"talk": "p1", "room": "hal", "start": "2026-10-30 09:15"}]}"#,
    ///     &event,
    /// )
    /// .unwrap_err();
    /// let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    /// assert_eq!(paths, ["placements[0].room", "placements[0].start"]);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn read(text: &str, event: &CheckedEvent) -> Result<Self, Problems> {
        claimed(text, event).map(|(timetable, _)| timetable)
    }
}

/// The timetable of a file, and what the file says of it besides.
pub(super) fn claimed(text: &str, event: &CheckedEvent) -> Result<(Timetable, Claims), Problems> {
    let (timetable, claims, mut report) = shape(text)?;
    report.add_checks(timetable.problems(event));
    report.none_or(text).map(|()| (timetable, claims))
}

/// What a file says of its timetable that an audit knows.
#[derive(Debug, Default)]
pub(super) struct Claims {
    value: Option<f64>,
    left_out: Option<Vec<String>>,
}

impl Claims {
    /// What the fields of an answer say; what is of another kind says nothing.
    fn take(fields: &mut read::Fields) -> Self {
        let value = match read::take(fields, "value") {
            Some(Node::Whole(n)) => Some(n as f64),
            Some(Node::Negative(n)) => Some(n as f64),
            Some(Node::Decimal(n)) => Some(n),
            _ => None,
        };
        let id = |item| if let Node::Text(id) = item { Some(id) } else { None };
        let left_out = match read::take(fields, "left_out") {
            Some(Node::List(items)) => Some(items.into_iter().filter_map(id).collect()),
            _ => None,
        };
        Self { value, left_out }
    }

    /// What is not so of that timetable, which is worth `worth`.
    pub(super) fn against(&self, event: &CheckedEvent, timetable: &Timetable, worth: f64) -> Vec<Warning> {
        let mut list = Vec::new();
        // Values are whole thousandths.
        if let Some(value) = self.value.filter(|value| (value - worth).abs() > 0.0005 + 1e-12 * worth.abs()) {
            // Not as it is, which writes 1e300 with three hundred zeros.
            let said = if value.abs() < 1e15 { value.to_string() } else { format!("{value:?}") };
            list.push(Warning::new("value", format!("the file says {said}, and the timetable is worth {worth}")));
        }
        let Some(left_out) = &self.left_out else { return list };
        let placed: HashSet<&str> = timetable.placements.iter().map(|p| p.talk.as_str()).collect();
        let known: HashSet<&str> = event.event().talks.iter().map(|talk| talk.id.as_str()).collect();
        let mut tell = |ids: &[(usize, &str)], path: &dyn Fn(usize) -> String, so: &str| {
            if let [(at, id), rest @ ..] = ids {
                let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
                list.push(Warning::new(path(*at), format!("{}{more}: {so}", quoted(id))));
            }
        };
        let said: Vec<(usize, &str)> = left_out.iter().map(String::as_str).enumerate().collect();
        let of = |wrong: &dyn Fn(&str) -> bool| said.iter().copied().filter(|(_, id)| wrong(id)).collect::<Vec<_>>();
        let at = |i: usize| format!("left_out[{i}]");
        tell(&of(&|id| placed.contains(id)), &at, "the file says that it is left out, and places it");
        tell(&of(&|id| !known.contains(id) && !placed.contains(id)), &at, "the event has no such talk");
        let listed: HashSet<&str> = left_out.iter().map(String::as_str).collect();
        let forgotten = event.event().talks.iter().filter(|talk| talk.status != TalkStatus::Declined);
        let forgotten: Vec<(usize, &str)> = forgotten.map(|talk| (0, talk.id.as_str())).collect();
        let forgotten: Vec<(usize, &str)> =
            forgotten.into_iter().filter(|(_, id)| !placed.contains(id) && !listed.contains(id)).collect();
        tell(&forgotten, &|_| "left_out".to_owned(), "it is not placed, and not in this list either");
        list
    }
}

/// What could be read of the file, and what was wrong. An error where nothing could.
fn shape(text: &str) -> Result<(Timetable, Claims, Report), Problem> {
    let mut report = Report::default();
    let mut fields = read::object(text, "a timetable", WANTED, &mut report)?;
    let event: Vec<&str> = ["timezone", "talks", "rooms"].into_iter().filter(|name| has(&fields, name)).collect();
    if event.len() > 1 && !has(&fields, "placements") {
        let found = format!("an event: an object with {}", read::listed(&event, '`').replace(" or ", " and "));
        return Err(Problem::new("", found, WANTED));
    }
    let answer = answer_fields();
    let known: Vec<&str> = answer.iter().map(String::as_str).collect();
    report.known_fields(&mut fields, &Path::default(), &known);
    let claims = Claims::take(&mut fields);
    let Some(list) = read::take(&mut fields, "placements") else {
        report.problem("", "no `placements`", WANTED);
        return Ok((Timetable::default(), claims, report));
    };
    let placements: Vec<Placement> = report.list(Some(list), "placements");
    Ok((Timetable::new(placements), claims, report))
}

fn has(fields: &read::Fields, name: &str) -> bool {
    fields.iter().any(|(key, _)| key == name)
}

/// The fields of an answer, `placements` first: what a file may have that is read as a timetable.
fn answer_fields() -> Vec<String> {
    let schema = schemars::schema_for!(Answer);
    let properties = schema.get("properties").and_then(Value::as_object);
    let others = properties.into_iter().flat_map(|p| p.keys()).filter(|key| *key != "placements");
    std::iter::once("placements".to_owned()).chain(others.cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, Room, Talk},
        rules::testing::grid,
        solve::{SolveOptions, solve},
    };

    fn event() -> CheckedEvent {
        let mut event: Event = grid("hall", "09:00 10:00");
        event.rooms.push(Room::new("attic"));
        event.talks = vec![Talk::new("p1", "").minutes(30), Talk::new("p2", "").minutes(30)];
        event.check().expect("a good event")
    }

    fn said(text: &str) -> String {
        Timetable::read(text, &event()).map_or_else(|problems| problems.to_string(), |_| String::new())
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_line() {
        let text = r#"{"placements": [
            {"talk": "p1", "room": "hal", "start": "2026-10-30T09:00"},
            {"talk": "p9", "room": "hall", "start": "9 o'clock", "note": 1},
            {"talk": "p2", "start": "2026-10-30T10:00"},
            7
        ], "valeu": 3}"#;
        let problems = said(text);
        let told: Vec<_> = problems.lines().map(|line| line.split(": found").next().unwrap_or_default()).collect();
        assert_eq!(
            told,
            [
                "placements[0].room (talk \"p1\", line 2)",
                "placements[1].talk (line 3)",
                "placements[1].start (talk \"p9\", line 3)",
                "placements[1].note (talk \"p9\", line 3)",
                "placements[2] (talk \"p2\", line 4)",
                "placements[3] (line 5)",
                "valeu (line 6)",
            ],
            "{problems}"
        );
        assert!(problems.contains("perhaps \"hall\"") && problems.ends_with("wanted `value`"), "{problems}");
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_and_a_schema_too() {
        let text = "\u{feff}{\"$schema\": \"x\", \"placements\": [{\"talk\": \"p1\", \"room\": \"hall\", \"start\": \"2026-10-30T09:00\"}]}";
        assert_eq!(said(text), "");
    }

    #[test]
    fn an_answer_is_a_timetable() {
        let event = event();
        let answer = solve(&event, &SolveOptions::new().threads(1)).expect("an answer");
        let text = serde_json::to_string(&answer).expect("an answer is JSON");
        assert_eq!(Timetable::read(&text, &event), Ok(Timetable::new(answer.placements)));
    }

    #[test]
    fn an_event_is_no_timetable_and_is_told_as_one() {
        let text = r#"{"name": "x", "timezone": "Europe/Paris", "talks": []}"#;
        assert!(said(text).starts_with("found an event: an object with `timezone` and `talks`; wanted a timetable"));
    }

    #[test]
    fn what_is_no_object_is_told_in_a_word() {
        assert!(said("[]").starts_with("found an empty list; wanted a timetable"), "{}", said("[]"));
        assert!(said("").starts_with("found an empty file; wanted a timetable"), "{}", said(""));
        assert!(said("{\"placements\": 3}").starts_with("placements (line 1): found 3; wanted a list"));
        assert!(said("{}").starts_with("found no `placements`; wanted a timetable"));
    }
}
