//! What can be said on the command line.

use crate::{alternatives, replan};
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ContextValue},
};
use slotwise::{BackendKind, SolveOptions};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Chooses the talks of a conference and places them in rooms and time, with a proof.
#[derive(Debug, Parser)]
#[command(name = "timetable", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the best timetable, and prove it
    Solve {
        /// The event, as JSON; - reads standard input
        event: PathBuf,
    },
    /// Say what an event is, or everything that is wrong with it
    Check {
        /// The event, as JSON; - reads standard input
        event: PathBuf,
    },
    /// Judge a timetable: what it breaks, gains and costs
    Audit {
        /// The event, as JSON; - reads standard input
        event: PathBuf,
        /// The timetable, as JSON: what `solve --format json` writes, or {"placements": [...]}; - reads standard input
        timetable: PathBuf,
    },
    /// Find other programmes that are nearly as good as the best, and as different as can be
    Alternatives(alternatives::Wanted),
    /// Mend a published programme with the fewest changes: somebody cancelled, a room is closed
    Replan(replan::Wanted),
    /// Print the JSON Schema of the event file, or of what a command answers
    Schema {
        /// Of what
        #[arg(value_enum, default_value_t = Described::Event)]
        of: Described,
    },
}

/// The documents that have a JSON Schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Described {
    /// The event file
    Event,
    /// The answer of `solve`
    Answer,
    /// The answer of `alternatives`
    Alternatives,
    /// The answer of `replan`
    Replan,
}

/// What all commands understand. Numbers may begin with a hyphen, so that a negative one is refused as a number, and not as
/// an option that there is not.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// How to write the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the result to this file, whole or not at all; - is standard output
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Stop after so long with the best found: 30s, 500ms, 2m, 1h, or seconds
    #[arg(long, global = true, value_parser = duration, value_name = "TIME", help_heading = "Search")]
    #[arg(allow_hyphen_values = true)]
    time_limit: Option<Duration>,
    /// Stop after so many units of work with the best found: the same on every machine and run; a unit is a
    /// branch-and-bound node or a thousand moves, about a millisecond
    #[arg(long, global = true, value_parser = whole, value_name = "UNITS", help_heading = "Search")]
    #[arg(allow_hyphen_values = true)]
    work_limit: Option<u64>,
    /// Where random choices begin: the same event, seed and work limit give the same timetable
    #[arg(long, global = true, value_parser = whole, value_name = "N", default_value_t = 0, help_heading = "Search")]
    #[arg(allow_hyphen_values = true)]
    seed: u64,
    /// Stop when no timetable can be better by more than this: 0.5%, 0.005, or 1/200
    #[arg(long, global = true, value_parser = share, value_name = "SHARE", help_heading = "Search")]
    #[arg(allow_hyphen_values = true)]
    gap: Option<f64>,
    /// On how many threads to search; 0: one a core. The answer does not depend on it
    #[arg(long, global = true, value_parser = threads, value_name = "N", help_heading = "Search")]
    #[arg(allow_hyphen_values = true)]
    threads: Option<usize>,
    /// The solver: microlp, or highs where the program was built with it; the strongest if not said
    #[arg(long, global = true, value_parser = backend, value_name = "NAME", help_heading = "Search")]
    backend: Option<BackendKind>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// To read
    Text,
    /// For programs
    Json,
}

impl Arguments {
    /// Parses the arguments. A file without a command gets the advice to use `solve`.
    pub(crate) fn read() -> Self {
        Self::try_parse().unwrap_or_else(|mut error| {
            let said = match error.get(ContextKind::InvalidSubcommand) {
                Some(ContextValue::String(said)) if Path::new(said).exists() || said.contains(['.', '/', '\\']) => {
                    said.clone()
                }
                _ => error.exit(),
            };
            let hint = format!("a command comes before the file: `timetable solve {said}`, or check, or audit");
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
            error.exit()
        })
    }
}

impl Common {
    /// What the search is asked for.
    pub(crate) fn options(&self) -> SolveOptions {
        let mut options = SolveOptions::new();
        options.time_limit = self.time_limit;
        options.work_limit = self.work_limit;
        options.backend = self.backend;
        options.seed = self.seed;
        options.gap(self.gap.unwrap_or(0.0)).threads(self.threads.unwrap_or(0))
    }
}

/// `30s`, `1h 30m`, `500ms`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time of 0 or more is wanted, such as 30s, 500ms, 2m, 1h, or a number of seconds".to_owned();
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_| wrong());
    }
    let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(span).map_err(|_| wrong())
}

/// `0.5%`, `0.005` or `1/200`.
fn share(text: &str) -> Result<f64, String> {
    let wrong = || "a share is wanted, from 0% to 100%, or from 0 to 1, such as 0.5%, 0.005 or 1/200".to_owned();
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    let share = match (text.trim().strip_suffix('%'), text.split_once('/')) {
        (Some(percent), _) => number(percent)? / 100.0,
        (None, Some((part, whole))) => number(part)? / number(whole)?,
        (None, None) => number(text)?,
    };
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(wrong()) }
}

fn threads(text: &str) -> Result<usize, String> {
    let most = 1024;
    let threads = text.trim().parse::<usize>().ok().filter(|n| *n <= most);
    threads.ok_or_else(|| format!("a whole number from 0 to {most} is wanted"))
}

/// A number of units, or a seed.
fn whole(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| format!("a whole number from 0 to {} is wanted", u64::MAX))
}

fn backend(text: &str) -> Result<BackendKind, String> {
    BackendKind::named(text).ok_or_else(|| {
        let there: Vec<_> = BackendKind::ALL.iter().map(|b| b.name()).collect();
        let build = if text == "highs" { "; build with `--features highs` for that one" } else { "" };
        format!("this build has {}{build}", there.join(" and "))
    })
}
