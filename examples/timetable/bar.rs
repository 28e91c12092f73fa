//! What a person who watches a search sees: a bar on standard error, gone when the answer comes.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use slotwise::{Progress, SolveOptions};
use std::fmt::Write as _;
use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

/// The bar's length, in steps.
const STEPS: u64 = 1000;
/// How often the spinner turns without news.
const TURN: Duration = Duration::from_millis(100);

/// A bar, where a person watches.
pub(crate) struct Bar(Option<ProgressBar>);

impl Bar {
    /// Draws a bar, unless nobody would see it or wants to.
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:20}] {wide_msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message("reading");
        bar.enable_steady_tick(TURN);
        Self(Some(bar))
    }

    /// The same options, with every step of the search shown.
    pub(crate) fn watch(&self, options: SolveOptions) -> SolveOptions {
        let Some(bar) = self.0.clone() else { return options };
        let (limit, wanted, began) = (options.time_limit, options.gap, Instant::now());
        options.on_progress(move |progress| {
            let share = limit.map_or(0.0, |limit| began.elapsed().as_secs_f64() / limit.as_secs_f64());
            bar.set_position((share.max(closed(progress, wanted)).clamp(0.0, 1.0) * STEPS as f64) as u64);
            bar.set_message(line(progress, limit));
        })
    }

    /// Says something above the bar.
    pub(crate) fn say(&self, message: &str) {
        if let Some(bar) = &self.0 {
            bar.println(message);
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// How much of the work is behind us, as far as anybody can know: parts settled, and of one part the gap closed.
fn closed(progress: &Progress, wanted: f64) -> f64 {
    let gap = progress.gap.map_or(0.0, |gap| 1.0 - (gap - wanted).max(0.0) / (1.0 - wanted).max(0.01));
    if progress.parts > 1 { progress.parts_done as f64 / progress.parts as f64 } else { gap }
}

/// `local search, part 3 of 30: value 93.25, at most 95, gap 1.84 %; 12 s, 18 s left`
fn line(progress: &Progress, limit: Option<Duration>) -> String {
    let mut line = progress.phase.to_string();
    if progress.parts > 1 {
        let _ = write!(line, ", {} of {} parts settled", progress.parts_done, progress.parts);
    }
    if progress.priority > 1 {
        let _ = write!(line, ", priority {}", progress.priority);
    }
    let value = progress.value.map(|value| match value {
        value if value < 0.0 => format!("costs {}", number(-value)),
        value => format!("value {}", number(value)),
    });
    let bound = progress.bound.map(|bound| match bound {
        bound if bound < 0.0 => format!("at least {}", number(-bound)),
        bound => format!("at most {}", number(bound)),
    });
    let gap = progress.gap.map(|gap| format!("gap {:.2} %", gap * 100.0));
    let known: Vec<String> = [value, bound, gap].into_iter().flatten().collect();
    if !known.is_empty() {
        let _ = write!(line, ": {}", known.join(", "));
    }
    let _ = write!(line, "; {:.0} s", progress.seconds);
    if let Some(limit) = limit {
        let _ = write!(line, ", {:.0} s left", (limit.as_secs_f64() - progress.seconds).max(0.0));
    }
    line
}

/// With as many decimals as it has, at most three.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
