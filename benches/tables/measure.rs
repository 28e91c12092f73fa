//! One solve of one event, in a process of its own, so that the peak of its memory is its own too.

use crate::families::{self, Family};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slotwise::{Audit, BackendKind, CheckedEvent, SolveOptions, program::Program, solve};
use std::{
    error::Error,
    fs,
    io::Read,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What to solve, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub(crate) family: Family,
    pub(crate) talks: usize,
    pub(crate) seed: u64,
    pub(crate) backend: BackendKind,
    /// On how many threads; 0: one a core.
    pub(crate) threads: usize,
    /// Whether every place is written out, whatever the outline settles.
    pub(crate) stated: bool,
    /// For how many seconds.
    pub(crate) limit: f64,
}

/// What it showed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) status: Value,
    pub(crate) stopped_by: Value,
    pub(crate) value: Option<f64>,
    pub(crate) bound: Option<f64>,
    pub(crate) gap: Option<f64>,
    /// Everything that the answer says of its search.
    pub(crate) search: Value,
    /// How long checking the event took, in seconds, before the solve.
    pub(crate) check_seconds: f64,
    /// The most memory that the process ever held.
    pub(crate) peak_mib: Option<f64>,
}

impl Measured {
    pub(crate) fn is_proven(&self) -> bool {
        self.status == "optimal" || self.status == "infeasible"
    }

    /// A number of the search's report.
    pub(crate) fn search(&self, field: &str) -> Option<f64> {
        self.search.get(field)?.as_f64()
    }
}

impl Task {
    /// Solves the event here and now.
    pub(crate) fn measure(&self) -> Result<Measured, Box<dyn Error>> {
        let event = families::event(self.family, self.talks, self.seed);
        let started = Instant::now();
        let event = event.check()?;
        let check_seconds = started.elapsed().as_secs_f64();
        let options = self.options().time_limit(Duration::try_from_secs_f64(self.limit)?);
        let answer = solve(&event, &options)?;
        // Before the audit below, which is no part of the search.
        let peak_mib = peak_mib();
        confirm(&event, &answer)?;
        Ok(Measured {
            status: serde_json::to_value(answer.status)?,
            stopped_by: serde_json::to_value(answer.stopped_by)?,
            value: answer.value,
            bound: answer.bound,
            gap: answer.gap,
            search: serde_json::to_value(&answer.search)?,
            check_seconds,
            peak_mib,
        })
    }

    /// How to solve it, but for the limit.
    pub(crate) fn options(&self) -> SolveOptions {
        SolveOptions::new().backend(self.backend).threads(self.threads).outlined(!self.stated)
    }

    /// Solves the event in a process of its own, which is stopped where it keeps neither to its time nor to the memory.
    pub(crate) fn measure_apart(&self, most_mib: f64) -> Result<Measured, String> {
        let mut child = self.spawn().map_err(|e| format!("could not be started: {e}"))?;
        let patience = Duration::from_secs_f64(self.limit * 1.5 + 60.0);
        let started = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) => {}
                Err(e) => return Err(e.to_string()),
            }
            let late = started.elapsed() > patience;
            let large = memory_mib(&child.id().to_string(), "VmRSS").is_some_and(|mib| mib > most_mib);
            if late || large {
                // It may have ended by itself since: then there is nothing to stop.
                let _ = child.kill();
                let _ = child.wait();
                let why = if late {
                    format!("still running after {:.0} s", patience.as_secs_f64())
                } else {
                    format!("over {most_mib:.0} MiB")
                };
                return Err(why);
            }
            thread::sleep(Duration::from_millis(20));
        };
        let said = read(child.stdout.take());
        if !status.success() {
            let complaint = read(child.stderr.take());
            return Err(format!("{status}: {}", complaint.lines().next().unwrap_or_default()));
        }
        serde_json::from_str(&said).map_err(|e| e.to_string())
    }

    fn spawn(&self) -> std::io::Result<Child> {
        Command::new(std::env::current_exe()?)
            .arg("measure")
            .args([self.family.name(), &self.talks.to_string()])
            .args(["--seed", &self.seed.to_string()])
            .args(["--backend", self.backend.name()])
            .args(["--threads", &self.threads.to_string()])
            .args(["--limit", &self.limit.to_string()])
            .args(self.stated.then_some("--stated"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

/// How long it takes to state the event's program, written out or as the solver takes it, from the event in memory, and how
/// much memory that and the event take.
pub(crate) fn state(family: Family, talks: usize, seed: u64, shrunk: bool) -> Result<Value, Box<dyn Error>> {
    let event = families::event(family, talks, seed).check()?;
    let started = Instant::now();
    let program = if shrunk { Program::shrunk(&event)? } else { Program::of(&event)? };
    let seconds = started.elapsed().as_secs_f64();
    let (atoms, rows) = (program.atoms.len(), program.rows.len());
    Ok(json!({ "seconds": seconds, "peak_mib": peak_mib(), "atoms": atoms, "rows": rows }))
}

fn read(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    // What cannot be read is not there: the caller says that the line is not one.
    let _ = stream.map(|mut stream| stream.read_to_string(&mut text));
    text
}

/// The audit, which trusts no solver, finds the timetable valid and worth what the answer says; the bound is not below.
pub(crate) fn confirm(event: &CheckedEvent, answer: &slotwise::Answer) -> Result<(), Box<dyn Error>> {
    let Some(timetable) = answer.timetable() else { return Ok(()) };
    let audit = Audit::of(event, &timetable)?;
    if !audit.valid || Some(audit.value) != answer.value {
        return Err(format!(
            "the audit finds {} (valid: {}), the answer says {:?}",
            audit.value, audit.valid, answer.value
        )
        .into());
    }
    if answer.bound < answer.value {
        return Err(format!("the bound {:?} is below the value {:?}", answer.bound, answer.value).into());
    }
    Ok(())
}

/// The most memory that this process ever held, where the system tells.
fn peak_mib() -> Option<f64> {
    memory_mib("self", "VmHWM")
}

fn memory_mib(process: &str, field: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
