//! One table a family of events: how far the solver gets, how soon, and with how much memory.
//!
//! ```text
//! cargo bench --bench families                                       everything: for hours
//! cargo bench --bench families -- tables placement --sizes 100,200 --seeds 3 --limits 10
//! cargo bench --bench families -- measure placement 200 --seed 1     one solve, as a line of JSON
//! cargo bench --bench families -- state congress 1100 --shrunk       only stating it: seconds and memory
//! cargo bench --bench families -- stop congress 560 --times 20       how soon it ends when cancelled
//! cargo bench --bench families -- write placement 200 --seed 1 -o event.json
//! ```
//!
//! With `--features highs`, `--backend` chooses the solver. Every solve runs in a process of its own, so that times and
//! memory do not mix.

#[path = "families/mod.rs"]
mod families;
#[path = "tables/latency.rs"]
mod latency;
#[path = "tables/measure.rs"]
mod measure;
#[path = "tables/table.rs"]
mod table;

use clap::{Args, Parser, Subcommand};
use families::{Family, Shape};
use latency::Stops;
use measure::{Measured, Task};
use slotwise::BackendKind;
use std::{error::Error, io::Write as _, path::PathBuf};

/// Events of every size, and how the solver does on them.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Prints a table for each family.
    Tables(Tables),
    /// Solves one event and prints what that showed, as JSON.
    Measure(Measure),
    /// Solves one event again and again, stops it each time, and prints how long it then took to end.
    Stop(Stop),
    /// States one event as a program and prints how long that took and with how much memory, as JSON.
    State(State),
    /// Writes one event as JSON.
    Write(Write),
}

#[derive(Args)]
struct Tables {
    /// The families; all if none is named.
    #[arg(value_parser = family)]
    families: Vec<Family>,
    /// How many talks; all sizes of the family if none is named.
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<usize>,
    /// Seeds 1 to this one.
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Time limits in seconds; the next one is tried where the last one brought no proof.
    #[arg(long, value_delimiter = ',', default_values_t = [10.0, 60.0])]
    limits: Vec<f64>,
    /// A solve that takes more memory than this is stopped.
    #[arg(long, default_value_t = 4096.0)]
    most_mib: f64,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
struct Measure {
    #[command(flatten)]
    event: Which,
    /// The time limit in seconds.
    #[arg(long, default_value_t = 60.0)]
    limit: f64,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
struct Stop {
    #[command(flatten)]
    event: Which,
    /// How often.
    #[arg(long, default_value_t = 20)]
    times: u32,
    /// The last time after so many seconds, the others evenly before.
    #[arg(long, default_value_t = 1.0)]
    within: f64,
    /// By a limit of time, rather than by a flag that is raised.
    #[arg(long)]
    by_limit: bool,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
struct Write {
    #[command(flatten)]
    event: Which,
    /// The file; standard output if none is named.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

#[derive(Args)]
struct State {
    #[command(flatten)]
    event: Which,
    /// As the solver takes it, with the passes that make it smaller, rather than as it is written out.
    #[arg(long)]
    shrunk: bool,
}

#[derive(Args)]
struct Which {
    /// The family.
    #[arg(value_parser = family)]
    family: Family,
    /// How many talks.
    size: usize,
    /// The seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args, Clone, Copy)]
struct How {
    /// The solver; the strongest of this build if none is named.
    #[arg(long, value_parser = backend)]
    backend: Option<BackendKind>,
    /// On how many threads; 0: one a core.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Write every place out, as for events that their outline does not settle.
    #[arg(long)]
    stated: bool,
}

fn family(name: &str) -> Result<Family, String> {
    let names: Vec<_> = Family::ALL.iter().map(|f| f.name()).collect();
    Family::named(name).ok_or_else(|| format!("one of {} is wanted", names.join(", ")))
}

fn backend(name: &str) -> Result<BackendKind, String> {
    let names: Vec<_> = BackendKind::ALL.iter().map(|b| b.name()).collect();
    BackendKind::named(name).ok_or_else(|| format!("one of {} is wanted", names.join(", ")))
}

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds a flag of its own, for a harness that this is not; `cargo test` runs benches without it.
    let (flags, mut arguments): (Vec<_>, Vec<_>) = std::env::args_os().partition(|argument| argument == "--bench");
    if arguments.len() == 1 {
        if flags.is_empty() {
            return Ok(());
        }
        arguments.push("tables".into());
    }
    match Arguments::parse_from(arguments).what {
        What::Tables(tables) => tables.print(),
        What::Measure(measure) => measure.print(),
        What::Stop(stop) => stop.print(),
        What::State(state) => state.print(),
        What::Write(write) => write.write(),
    }
}

impl Tables {
    fn print(&self) -> Result<(), Box<dyn Error>> {
        let families = if self.families.is_empty() { &Family::ALL[..] } else { &self.families };
        let backend = self.how.backend()?;
        for family in families {
            let lines: Vec<_> = self.shapes(*family)?.iter().map(|shape| self.line(*family, *shape, backend)).collect();
            println!("{}", table::text(*family, backend.name(), &self.limits, &lines));
            std::io::stdout().flush()?;
        }
        Ok(())
    }

    fn shapes(&self, family: Family) -> Result<Vec<Shape>, String> {
        if self.sizes.is_empty() {
            return Ok(family.shapes().to_vec());
        }
        self.sizes.iter().map(|size| shape(family, *size)).collect()
    }

    fn line(&self, family: Family, shape: Shape, backend: BackendKind) -> table::Line {
        let run = |seed| {
            let mut run = Vec::new();
            for limit in &self.limits {
                let How { threads, stated, .. } = self.how;
                let task = Task { family, talks: shape.talks, seed, backend, threads, stated, limit: *limit };
                let measured = task.measure_apart(self.most_mib);
                let over = measured.as_ref().map_or(true, Measured::is_proven);
                run.push(measured);
                // A longer limit neither betters a proof nor mends what went wrong.
                if over {
                    break;
                }
            }
            run
        };
        table::Line { shape, runs: (1..=self.seeds).map(run).collect() }
    }
}

impl Measure {
    fn print(&self) -> Result<(), Box<dyn Error>> {
        let Which { family, size: talks, seed } = self.event;
        shape(family, talks)?;
        let How { threads, stated, .. } = self.how;
        let task = Task { family, talks, seed, backend: self.how.backend()?, threads, stated, limit: self.limit };
        println!("{}", serde_json::to_string(&task.measure()?)?);
        Ok(())
    }
}

impl Stop {
    fn print(&self) -> Result<(), Box<dyn Error>> {
        let Which { family, size: talks, seed } = self.event;
        shape(family, talks)?;
        let Self { times, within, by_limit, how, .. } = *self;
        let How { threads, stated, .. } = how;
        let task = Task { family, talks, seed, backend: how.backend()?, threads, stated, limit: within };
        println!("{}", Stops { task, by_limit, times }.measure()?);
        Ok(())
    }
}

impl State {
    fn print(&self) -> Result<(), Box<dyn Error>> {
        let Which { family, size, seed } = self.event;
        shape(family, size)?;
        println!("{}", measure::state(family, size, seed, self.shrunk)?);
        Ok(())
    }
}

impl Write {
    fn write(&self) -> Result<(), Box<dyn Error>> {
        let Which { family, size, seed } = self.event;
        shape(family, size)?;
        let text = families::event(family, size, seed).to_json()? + "\n";
        match &self.output {
            Some(path) => std::fs::write(path, text)?,
            None => std::io::stdout().write_all(text.as_bytes())?,
        }
        Ok(())
    }
}

impl How {
    fn backend(self) -> Result<BackendKind, &'static str> {
        self.backend.or(BackendKind::ALL.last().copied()).ok_or("this build has no solver")
    }
}

fn shape(family: Family, size: usize) -> Result<Shape, String> {
    let sizes: Vec<_> = family.shapes().iter().map(|shape| shape.talks.to_string()).collect();
    let wanted = || format!("{} comes in the sizes {}", family.name(), sizes.join(", "));
    family.shape(size).copied().ok_or_else(wanted)
}
