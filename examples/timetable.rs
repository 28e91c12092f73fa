//! The program that people run: chooses the talks of a conference, places them, and says why that is the best.
//!
//! ```sh
//! cargo run --release --example timetable -- check examples/data/cloud-nord.json
//! cargo run --release --example timetable -- solve examples/data/cloud-nord.json
//! cargo run --release --example timetable -- solve examples/data/cloud-nord.json --format json -o plan.json
//! cargo run --release --example timetable -- audit examples/data/cloud-nord.json plan.json
//! cargo run --release --example timetable -- alternatives examples/data/cloud-nord.json -k 10 --within 1%
//! cargo run --release --example timetable -- replan examples/data/cloud-nord.json --published plan.json --cancel p12
//! ```
//!
//! Results go to standard output, messages to standard error, and a bar too, while a person watches. Ctrl-C ends the search
//! with the best found so far; pressed again, at once. It ends with 0 when it answered, 2 when the request or its
//! input was bad, 3 when there is provably no timetable, 4 when it stopped before it found one, and 1 when the solver
//! itself failed.

#[path = "timetable/alternatives.rs"]
mod alternatives;
#[path = "timetable/arguments.rs"]
mod arguments;
#[path = "timetable/bar.rs"]
mod bar;
#[path = "timetable/describe.rs"]
mod describe;
#[path = "timetable/grid.rs"]
mod grid;
#[path = "timetable/input.rs"]
mod input;
#[path = "timetable/output.rs"]
mod output;
#[path = "timetable/replan.rs"]
mod replan;

use arguments::{Arguments, Command, Common, Described, Format};
use bar::Bar;
use output::{Failure, Output};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::Serialize;
use slotwise::{
    Answer, Audit, CancelFlag, CheckedEvent, Event, Problem, SolveOptions, Summary, Warning,
    explore::{Alternatives, Replanned},
    solve,
    timetable::Status,
};
use std::{
    path::Path,
    process::{self, ExitCode},
    sync::Arc,
};

fn main() -> ExitCode {
    let arguments = Arguments::read();
    let output = Output::new(arguments.common.output.clone(), arguments.common.quiet);
    let done = match &arguments.command {
        Command::Solve { event } => solve_event(event, &arguments.common, &output),
        Command::Check { event } => check_event(event, &arguments.common, &output),
        Command::Audit { event, timetable } => audit_timetable(event, timetable, &arguments.common, &output),
        Command::Alternatives(wanted) => alternatives::run(wanted, &arguments.common, &output),
        Command::Replan(wanted) => replan::run(wanted, &arguments.common, &output),
        Command::Schema { of } => output.write(&json(&schema(*of))).map(|()| Exit::Answered),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.complain(&failure.message);
            failure.exit.into()
        }
    }
}

/// How the program ends.
#[derive(Clone, Copy, Debug)]
enum Exit {
    Answered = 0,
    Failed = 1,
    BadInput = 2,
    Infeasible = 3,
    Unknown = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Runs a search that a person may watch, and may end early with Ctrl-C.
fn searched<T>(common: &Common, search: impl FnOnce(&SolveOptions) -> Result<T, Failure>) -> Result<T, Failure> {
    let bar = Arc::new(Bar::new(common.quiet));
    let stop = CancelFlag::new();
    stop_on_interrupt(stop.clone(), Arc::clone(&bar))?;
    let found = search(&bar.watch(common.options()).cancel(stop));
    bar.clear();
    found
}

/// Finds the best timetable and shows it, and why it is the best.
fn solve_event(path: &Path, common: &Common, output: &Output) -> Result<Exit, Failure> {
    let (event, answer) = searched(common, |options| {
        let event = input::event(path)?;
        let answer = solve(&event, options);
        answer.map(|answer| (event, answer)).map_err(|error| Failure::of_search(path, error))
    })?;
    output.write(&match common.format {
        Format::Json => json(&answer),
        Format::Text => answer_text(&event, &answer, output.columns()),
    })?;
    let search = &answer.search;
    output.say(&format!("{:.2} s, {} on {} threads", search.seconds, search.backend, search.threads));
    Ok(match answer.status {
        Status::Infeasible => Exit::Infeasible,
        Status::Unknown => Exit::Unknown,
        _ => Exit::Answered,
    })
}

/// Ctrl-C asks for what was found so far; who asks again wants nothing any more.
fn stop_on_interrupt(stop: CancelFlag, bar: Arc<Bar>) -> Result<(), Failure> {
    let handler = move || {
        if stop.is_cancelled() {
            bar.clear();
            // As a shell tells of a program that this signal ended.
            process::exit(130);
        }
        stop.cancel();
        bar.say("stopping with the best found so far; again to stop at once");
    };
    ctrlc::set_handler(handler).map_err(|e| Failure::internal(format!("Ctrl-C cannot be listened to: {e}")))
}

fn answer_text(event: &CheckedEvent, answer: &Answer, columns: usize) -> String {
    let summary = Summary::of(event, answer);
    match answer.timetable() {
        None => format!("{summary:columns$}\n"),
        Some(timetable) => {
            let name = grid::one_line(&event.event().name);
            format!("{name}\n\n{}{summary:columns$}\n", grid::of(event, &timetable, columns))
        }
    }
}

/// Says what the event is and what to look at, or everything that is wrong with it.
fn check_event(path: &Path, common: &Common, output: &Output) -> Result<Exit, Failure> {
    let text = input::text(path)?;
    let read = Event::read(&text);
    output.write(&match (&read, common.format) {
        (Ok(event), Format::Text) => describe::event(event),
        (Err(problems), Format::Text) => input::list(path, problems) + "\n",
        (Ok(event), Format::Json) => json(&Checked { problems: Vec::new(), warnings: event.warnings() }),
        (Err(problems), Format::Json) => json(&Checked { problems: problems.iter().collect(), warnings: Vec::new() }),
    })?;
    Ok(if read.is_ok() { Exit::Answered } else { Exit::BadInput })
}

/// The JSON that `check` prints.
#[derive(Serialize)]
struct Checked<'a> {
    problems: Vec<&'a Problem>,
    warnings: Vec<Warning>,
}

/// Judges a timetable that somebody made.
fn audit_timetable(event: &Path, timetable: &Path, common: &Common, output: &Output) -> Result<Exit, Failure> {
    if input::is_standard(event) && input::is_standard(timetable) {
        return Err(Failure::bad_input("only one of the two files can be standard input"));
    }
    let (event_path, path) = (event, timetable);
    let event = input::event(event_path)?;
    let (timetable, audit) = Audit::read(&input::text(path)?, &event).map_err(|problems| {
        // Weights that are too large are the event's.
        let of_event = problems.iter().all(|problem| problem.path.starts_with("rules["));
        Failure::bad_input(input::list(if of_event { event_path } else { path }, &problems))
    })?;
    output.write(&match common.format {
        Format::Json => json(&audit),
        Format::Text => {
            let columns = output.columns();
            format!("{:columns$}\n", Summary::of_timetable(&event, &timetable, &audit))
        }
    })?;
    Ok(Exit::Answered)
}

/// The JSON Schema of the event file, or of what a command answers.
fn schema(of: Described) -> Schema {
    match of {
        Described::Event => slotwise::event::schema(),
        Described::Answer => written::<Answer>(),
        Described::Alternatives => written::<Alternatives>(),
        Described::Replan => written::<Replanned>(),
    }
}

/// The schema of what is written: fields that may be absent are not required.
fn written<T: JsonSchema>() -> Schema {
    SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// As JSON to read, and a line break at its end.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("answers, audits and schemas hold no map with keys that are no text")
        + "\n"
}
