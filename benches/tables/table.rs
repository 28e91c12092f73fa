//! A family's table, in Markdown: one line a size, medians over the seeds.

use super::measure::Measured;
use crate::families::{Family, Shape};
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use serde::Deserialize;

/// What the solves of one size showed.
pub(crate) struct Line {
    pub(crate) shape: Shape,
    /// For each seed, what each limit showed; the longer ones are left out once the optimum is proven.
    pub(crate) runs: Vec<Vec<Result<Measured, String>>>,
}

impl Line {
    /// The middle of what the seeds' first solves say; none where most of them say nothing.
    fn first(&self, field: impl Fn(&Measured) -> Option<f64>) -> Option<f64> {
        self.median(0, field)
    }

    /// The middle of what the seeds say of a limit, or, where an optimum was proven before, of that proof.
    fn median(&self, limit: usize, field: impl Fn(&Measured) -> Option<f64>) -> Option<f64> {
        median(self.runs.iter().map(|run| run.get(limit).or(run.last())?.as_ref().ok().and_then(&field)))
    }

    fn proof_seconds(&self) -> Option<f64> {
        let proof = |run: &Vec<Result<Measured, String>>| {
            run.last()?.as_ref().ok().filter(|m| m.is_proven())?.search("seconds")
        };
        median(self.runs.iter().map(proof))
    }

    fn proven(&self) -> usize {
        self.runs.iter().filter(|run| matches!(run.last(), Some(Ok(m)) if m.is_proven())).count()
    }

    fn first_feasible(&self) -> Option<f64> {
        self.first(|m| m.search("first_feasible_seconds"))
    }

    fn faults(&self) -> impl Iterator<Item = String> {
        let faults = self.runs.iter().enumerate().flat_map(|(seed, run)| {
            run.iter().filter_map(move |r| r.as_ref().err()).map(move |fault| format!("seed {}: {fault}", seed + 1))
        });
        faults.map(|fault| format!("{} talks, {fault}", self.shape.talks))
    }
}

/// The table of a family, and below it whatever went wrong.
pub(crate) fn text(family: Family, backend: &str, limits: &[f64], lines: &[Line]) -> String {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let mut header: Vec<String> =
        ["talks/rooms/times", "atoms", "rows", "indicators", "fixed", "parts"].map(Into::into).into();
    header.extend(["first feasible s", "growth", "proof s", "growth", "proven"].map(Into::into));
    header.extend(limits.iter().map(|limit| format!("after {limit} s: value, bound, gap")));
    header.push("peak MiB".into());
    table.set_header(header);
    let mut before: Option<&Line> = None;
    for line in lines {
        table.add_row(cells(line, before, limits.len()));
        before = Some(line);
    }
    let faults: Vec<String> = lines.iter().flat_map(Line::faults).map(|fault| format!("- {fault}")).collect();
    let seeds = lines.first().map_or(0, |line| line.runs.len());
    let passes = passes(lines).map(|table| format!("\nWhat each pass took away:\n\n{table}\n")).unwrap_or_default();
    let (name, about) = (family.name(), family.about());
    format!("### {name}: {about}\n\n{backend}; medians over {seeds} seeds.\n\n{table}\n{passes}{}", faults.join("\n"))
}

/// What each pass took away, on one line a size: numbers before and after, medians over the seeds.
fn passes(lines: &[Line]) -> Option<Table> {
    let mut names: Vec<String> = Vec::new();
    for pass in
        lines.iter().flat_map(|line| &line.runs).filter_map(|run| run.first()?.as_ref().ok()).flat_map(passes_of)
    {
        if !names.contains(&pass.name) {
            names.push(pass.name);
        }
    }
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["talks/rooms/times".to_owned()].into_iter().chain(names.iter().cloned()));
    for line in lines {
        let change = |name: &String, what: [fn(&Pass) -> Option<f64>; 2]| {
            let number = |get: fn(&Pass) -> Option<f64>| {
                line.first(|m| passes_of(m).into_iter().find(|pass| pass.name == *name).and_then(|pass| get(&pass)))
            };
            let [before, after] = what.map(number);
            before.map(|before| format!("{} to {}", whole(Some(before)), whole(after)))
        };
        let cell = |name| {
            let atoms = change(name, [|pass| pass.atoms_before, |pass| pass.atoms_after]).map(|c| format!("atoms {c}"));
            let rows = change(name, [|pass| pass.rows_before, |pass| pass.rows_after]).map(|c| format!("rows {c}"));
            let said: Vec<String> = atoms.into_iter().chain(rows).collect();
            if said.is_empty() { "-".into() } else { said.join(", ") }
        };
        table.add_row([size(&line.shape)].into_iter().chain(names.iter().map(cell)));
    }
    (!names.is_empty()).then_some(table)
}

/// A pass, as the answer's search tells of it.
#[derive(Deserialize)]
struct Pass {
    name: String,
    atoms_before: Option<f64>,
    atoms_after: Option<f64>,
    rows_before: Option<f64>,
    rows_after: Option<f64>,
}

fn passes_of(measured: &Measured) -> Vec<Pass> {
    let passes = measured.search.get("passes").cloned().unwrap_or_default();
    serde_json::from_value(passes).unwrap_or_default()
}

fn size(shape: &Shape) -> String {
    format!("{}/{}/{}", shape.talks, shape.rooms, shape.times)
}

fn cells(line: &Line, before: Option<&Line>, limits: usize) -> Vec<String> {
    let mut cells = vec![size(&line.shape)];
    for field in ["atoms", "rows", "indicators", "fixed", "parts"] {
        cells.push(whole(line.first(|m| m.search(field))));
    }
    for seconds in [Line::first_feasible, Line::proof_seconds] {
        cells.push(short(seconds(line)));
        let growth = before.and_then(|before| exponent((before, seconds(before)?), (line, seconds(line)?)));
        cells.push(growth.map_or_else(|| "-".into(), |e| format!("n^{e:.1}")));
    }
    cells.push(format!("{}/{}", line.proven(), line.runs.len()));
    for limit in 0..limits {
        let [value, bound] = [line.median(limit, |m| m.value), line.median(limit, |m| m.bound)].map(short);
        let gap = line.median(limit, |m| m.gap).map_or_else(|| "-".into(), |gap| format!("{:.2} %", gap * 100.0));
        cells.push(format!("{value}, {bound}, {gap}"));
    }
    cells.push(whole(line.median(limits, |m| m.peak_mib)));
    cells
}

/// With which power of the number of talks the seconds grow.
fn exponent((small, fast): (&Line, f64), (large, slow): (&Line, f64)) -> Option<f64> {
    let exponent = (slow / fast).ln() / (large.shape.talks as f64 / small.shape.talks as f64).ln();
    exponent.is_finite().then_some(exponent)
}

/// The middle of them, where what is missing counts as more than all that is there.
fn median(numbers: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.map(|number| number.unwrap_or(f64::INFINITY)).collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().filter(|number| number.is_finite())
}

fn whole(number: Option<f64>) -> String {
    number.map_or_else(|| "-".into(), |number| format!("{number:.0}"))
}

/// About three digits of it.
fn short(number: Option<f64>) -> String {
    number.map_or_else(
        || "-".into(),
        |number| match number.abs() {
            0.0 => "0".into(),
            size if size < 1.0 => format!("{number:.3}"),
            size if size < 100.0 => format!("{number:.2}"),
            _ => format!("{number:.0}"),
        },
    )
}
