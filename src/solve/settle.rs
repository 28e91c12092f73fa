//! Settling a part: priority by priority, each with what earlier ones reached pinned.
//!
//! **Lexicographic optimisation.** Priority 1 is maximised; its optimum becomes a row; then priority 2, and so on. What is
//! not proven at one priority is not built upon: later priorities keep the values of the timetable found, and bounds that
//! hold whatever it is.

use super::{
    backend::{Backend, Found, Limits, Outcome, Stop},
    ilp::Ilp,
    level::{Level, Reached},
    local::{Ground, Local},
    parts::Part,
};
use crate::{
    program::{Fixing, Halt, Program, Var},
    trace::step,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// No search of a part with more variables is set up past its time.
pub(super) const LARGE: usize = 20_000;
/// Moves of a search for something that breaks nothing, for each talk, before the part is settled.
const REPAIR: u64 = 100;

/// What priorities other than the one being settled must be worth, in thousandths.
#[derive(Clone, Debug, Default)]
pub(super) struct Pinned {
    pub(super) values: BTreeMap<u32, i64>,
    /// Whether some of them are floors, which a question sets: less than can be reached.
    pub(super) has_floors: bool,
}

impl Pinned {
    /// What a question asks of priorities instead of maximising them.
    pub(super) fn floors(values: BTreeMap<u32, i64>) -> Self {
        Self { has_floors: !values.is_empty(), values }
    }

    /// Whether so much at each priority keeps them all; what is not told is nothing.
    pub(super) fn is_kept_by(&self, reached: &BTreeMap<u32, i64>) -> bool {
        self.values.iter().all(|(priority, least)| reached.get(priority).copied().unwrap_or(0) >= *least)
    }
}

/// With what a search begins, and what it must reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim<'a> {
    /// A choice of atoms to begin with.
    pub(super) begin: Option<&'a [Var]>,
    /// What priorities must be worth instead of being maximised.
    pub(super) floors: &'a Pinned,
}

impl<'a> Aim<'a> {
    /// The most at every priority, beginning with a choice of atoms if there is one.
    pub(super) fn best(begin: Option<&'a [Var]>) -> Self {
        static NO_FLOORS: Pinned = Pinned { values: BTreeMap::new(), has_floors: false };
        Self { begin, floors: &NO_FLOORS }
    }
}

/// How far a part is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The best there is, proven at every priority.
    Proven,
    /// Nothing satisfies what must hold: proven.
    Infeasible,
    /// Neither.
    Open,
}

/// What became of a part, or of all of them.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) verdict: Verdict,
    pub(super) stop: Stop,
    /// The atoms chosen; none where nothing was found.
    pub(super) chosen: Option<Vec<Var>>,
    /// The most that each priority could be worth, in thousandths.
    pub(super) bounds: BTreeMap<u32, i64>,
    pub(super) nodes: u64,
    pub(super) first_feasible: Option<Instant>,
    /// What was asked of priorities instead of maximising them, constants of the program included.
    pub(super) floors: Pinned,
}

impl Settled {
    /// Nothing satisfies what must hold.
    pub(super) fn infeasible() -> Self {
        Self {
            verdict: Verdict::Infeasible,
            stop: Stop::Proof,
            chosen: None,
            bounds: BTreeMap::new(),
            nodes: 0,
            first_feasible: None,
            floors: Pinned::default(),
        }
    }

    /// Nothing is known, and it is time to stop.
    pub(super) fn stopped(stop: Stop, bounds: BTreeMap<u32, i64>) -> Self {
        Self { verdict: Verdict::Open, stop, bounds, ..Self::infeasible() }
    }
}

/// A part about which there is no choice: its one timetable, or none where that breaks something required.
pub(super) fn decided(program: &Program, fixing: &Fixing, part: &Part) -> Settled {
    let chosen: Vec<Var> = part.atoms.iter().copied().filter(|v| fixing.fixed[v.at()] == Some(true)).collect();
    let values = complete(program, fixing, &chosen);
    // A decided indicator is what it is made of, too.
    let agrees = |var: &Var| {
        program.indicator(*var).is_none_or(|indicator| {
            let sum: i64 = indicator.terms.iter().filter(|(v, _)| values[v.at()]).map(|(_, f)| f).sum();
            (sum >= indicator.at_least) == values[var.at()]
        })
    };
    match part.worth(program, &values).filter(|_| part.indicators.iter().all(agrees)) {
        Some(worth) => Settled {
            verdict: Verdict::Proven,
            chosen: Some(chosen),
            bounds: worth,
            first_feasible: Some(Instant::now()),
            ..Settled::infeasible()
        },
        None => Settled::infeasible(),
    }
}

/// A first timetable of a part, built whatever the clock says, and mended where it breaks something as long as there is
/// time; the part of `begin`, if that breaks nothing. None where nothing was found, or where setting up a search would take
/// long and time is up.
pub(super) fn first(
    program: &Program,
    fixing: &Fixing,
    part: &Part,
    Aim { begin, floors }: Aim<'_>,
    limits: &Limits,
) -> Option<Vec<Var>> {
    let priority = *open_priorities(program, part, floors).first()?;
    let begun = begin.map(|chosen| within(program, fixing, part, chosen));
    let begun = begun.and_then(|chosen| Some((worth_of(program, fixing, part, &chosen)?, chosen)));
    let begun = begun.filter(|(worth, _)| floors.is_kept_by(worth));
    if let Some((worth, chosen)) = begun {
        limits.report.incumbent(priority, worth.get(&priority).copied().unwrap_or(0));
        return Some(chosen);
    }
    if limits.is_late() && part.atoms.len() > LARGE {
        return None;
    }
    let ground = Ground::of(program, fixing, part, priority, floors, 1);
    let mut local = Local::new(&ground, None, limits.seed());
    local.repair(REPAIR * ground.talks() as u64, limits);
    let (value, chosen) = local.best()?;
    limits.report.incumbent(priority, value);
    Some(within(program, fixing, part, &chosen))
}

/// Settles one part, beginning with a choice of atoms if there is one.
pub(super) fn settle(
    program: &Program,
    fixing: &Fixing,
    part: &Part,
    aim: Aim<'_>,
    backend: &dyn Backend,
    limits: &Limits,
) -> Result<Settled, String> {
    step!("component", limits.parent);
    let settled = settle_priorities(program, fixing, part, aim, backend, &limits.inside());
    limits.report.done();
    settled
}

fn settle_priorities(
    program: &Program,
    fixing: &Fixing,
    part: &Part,
    Aim { begin, floors }: Aim<'_>,
    backend: &dyn Backend,
    limits: &Limits,
) -> Result<Settled, String> {
    let mut settled = Settled { verdict: Verdict::Proven, stop: Stop::Proof, ..Settled::infeasible() };
    let mut pinned = floors.clone();
    let priorities = open_priorities(program, part, floors);
    // What has a floor is not maximised: of what it could be worth, only the trivial is known.
    settled.bounds.extend(floors.values.keys().map(|p| (*p, part.most(program, fixing, *p))));
    for (i, priority) in priorities.iter().copied().enumerate() {
        let late = || limits.is_late();
        let Some(ilp) = Ilp::of(program, fixing, part, priority, &pinned, Halt::when(&late)) else {
            let most = part.most(program, fixing, priority);
            settled.bounds.insert(priority, most);
            limits.report.bound(priority, most);
            if settled.chosen.is_none()
                && let Some(begin) = begin
            {
                let chosen = within(program, fixing, part, begin);
                let is_valid = |worth: BTreeMap<u32, i64>| floors.is_kept_by(&worth);
                settled.chosen = Some(chosen).filter(|c| worth_of(program, fixing, part, c).is_some_and(is_valid));
                settled.first_feasible = settled.chosen.as_ref().map(|_| Instant::now());
            }
            if settled.verdict == Verdict::Proven {
                (settled.verdict, settled.stop) = (Verdict::Open, limits.overdue().unwrap_or(Stop::Time));
            }
            continue;
        };
        if ilp.impossible && settled.chosen.is_none() {
            return Ok(Settled::infeasible());
        }
        // Below a priority that could still be worth more, nothing is proven: what follows is bettered as far as that got.
        let open = settled.verdict == Verdict::Open;
        let trivial = ilp.thousandths(ilp.trivial_bound());
        limits.report.bound(priority, trivial);
        if open && (settled.chosen.is_none() || limits.stop().is_some()) {
            settled.bounds.insert(priority, trivial);
            continue;
        }
        let own = limits.leaving(priorities.len() - 1 - i);
        let own = if open { own.muted() } else { own };
        let level = Level { program, fixing, part, priority, pinned: &pinned, ilp: &ilp, backend, limits: &own };
        let Reached { outcome, chosen, first_at } = level.maximise(settled.chosen.as_deref().or(begin))?;
        let found = match outcome {
            // Earlier priorities found a choice: only arithmetic can have lost it.
            Outcome::Infeasible if settled.chosen.is_some() => {
                Found { values: None, bound: None, stop: Stop::Arithmetic, nodes: 0 }
            }
            Outcome::Infeasible => return Ok(Settled::infeasible()),
            Outcome::Found(found) => found,
        };
        settled.nodes += found.nodes;
        let better = found.values.as_deref().map(|values| choice(program, fixing, part, &ilp, values)).or(chosen);
        let better = better.and_then(|chosen| Some((worth_of(program, fixing, part, &chosen)?, chosen)));
        // What earlier priorities reached is kept in exact arithmetic, whatever doubles make of the rows that say so.
        let better = better.filter(|(reached, _)| pinned.is_kept_by(reached));
        let mut proven = false;
        let mut most = if open { trivial } else { bound(&ilp, &found) };
        if let Some((reached, chosen)) = better {
            settled.first_feasible.get_or_insert_with(|| first_at.unwrap_or_else(Instant::now));
            settled.chosen = Some(chosen);
            let value = reached.get(&priority).copied().unwrap_or(0);
            limits.report.incumbent(priority, value);
            pinned.values.insert(priority, value);
            proven = !open && found.stop == Stop::Proof && confirmed(&ilp, &found, value);
            most = if proven { value } else { most.max(value) };
        }
        settled.bounds.insert(priority, most);
        limits.report.bound(priority, most);
        if !proven && !open {
            settled.verdict = Verdict::Open;
            settled.stop = if found.stop == Stop::Proof { Stop::Arithmetic } else { found.stop };
        }
        // A large one takes milliseconds to be freed: nobody waits for that.
        rayon::spawn(move || drop(ilp));
    }
    Ok(settled)
}

/// The priorities at which the part gains or pays anything; at least one, so that it is solved at all.
pub(super) fn priorities(program: &Program, part: &Part) -> BTreeSet<u32> {
    let gains = part.gains.iter().map(|i| program.gains[*i as usize].priority);
    let penalties = part.penalties.iter().map(|i| program.penalties[*i as usize].priority);
    let all: BTreeSet<u32> = gains.chain(penalties).collect();
    if all.is_empty() { BTreeSet::from([1]) } else { all }
}

/// Those that have no floor; at least one, at which nothing is worth anything if need be.
pub(super) fn open_priorities(program: &Program, part: &Part, floors: &Pinned) -> BTreeSet<u32> {
    let open: BTreeSet<u32> =
        priorities(program, part).into_iter().filter(|p| !floors.values.contains_key(p)).collect();
    let free = (1..u32::MAX).find(|priority| !floors.values.contains_key(priority));
    if open.is_empty() { free.into_iter().collect() } else { open }
}

/// A bound in whole units, in thousandths. A solver's floating-point bound is rounded up where it is within its
/// tolerance of a whole unit.
fn bound(ilp: &Ilp, found: &Found) -> i64 {
    let trivial = ilp.trivial_bound();
    let units = found.bound.map_or(trivial, |b| {
        let tolerance = 1e-6 * b.abs().max(1.0);
        ((b + tolerance).floor() as i64).min(trivial)
    });
    ilp.thousandths(units)
}

/// Whether exact arithmetic gives the value that the solver proved.
fn confirmed(ilp: &Ilp, found: &Found, value: i64) -> bool {
    let Some(values) = &found.values else { return false };
    let claimed = ilp.value(values);
    let exact = (value - ilp.constant) as f64 / ilp.unit as f64;
    claimed <= exact + 0.5
}

/// What a choice of atoms chooses in the part, with what is fixed there.
pub(super) fn within(program: &Program, fixing: &Fixing, part: &Part, chosen: &[Var]) -> Vec<Var> {
    let mut is_chosen = vec![false; program.atoms.len()];
    chosen.iter().for_each(|var| is_chosen[var.at()] = true);
    part.atoms.iter().copied().filter(|v| fixing.fixed[v.at()].unwrap_or(is_chosen[v.at()])).collect()
}

/// The atoms that column values choose, and those that are fixed.
pub(super) fn choice(program: &Program, fixing: &Fixing, part: &Part, ilp: &Ilp, values: &[f64]) -> Vec<Var> {
    let is_atom = |var: &Var| var.at() < program.atoms.len();
    let fixed = part.atoms.iter().copied().filter(|v| fixing.fixed[v.at()] == Some(true));
    let chosen = ilp.vars.iter().zip(values).filter(|(_, value)| **value > 0.5).map(|(var, _)| *var).filter(is_atom);
    fixed.chain(chosen).collect()
}

/// What the choice is worth in the part; none where it breaks a required row.
fn worth_of(program: &Program, fixing: &Fixing, part: &Part, chosen: &[Var]) -> Option<BTreeMap<u32, i64>> {
    part.worth(program, &complete(program, fixing, chosen))
}

/// Every variable's value for a choice of a part's atoms. What is fixed has its value whichever part it is of: the
/// atoms that make a decided indicator true may be another part's, and not chosen here.
pub(super) fn complete(program: &Program, fixing: &Fixing, chosen: &[Var]) -> Vec<bool> {
    program.complete_with(chosen, |var| fixing.fixed[var.at()])
}

/// The columns' values for a choice, to begin the next priority with.
pub(super) fn starting(program: &Program, fixing: &Fixing, ilp: &Ilp, chosen: &[Var]) -> Vec<f64> {
    let values = complete(program, fixing, chosen);
    let mut start: Vec<f64> = ilp.vars.iter().map(|v| f64::from(u8::from(values[v.at()]))).collect();
    start.resize(ilp.columns.len(), 0.0);
    // Penalties are as high as their rows need, the cheapest first where a row has several.
    let penalty = |c: usize| c >= ilp.vars.len();
    for row in &ilp.rows {
        // Penalties are the last columns.
        if row.terms.last().is_none_or(|(c, _)| !penalty(*c)) {
            continue;
        }
        let helps = |c: usize, f: i64| penalty(c) && if f > 0 { row.lower.is_some() } else { row.upper.is_some() };
        let Some(factor) = row.terms.iter().find(|(c, f)| helps(*c, *f)).map(|(_, f)| *f as f64) else { continue };
        let others = row.terms.iter().filter(|(c, f)| !helps(*c, *f));
        let sum: f64 = others.map(|(c, f)| *f as f64 * start[*c]).sum();
        let bound = if factor > 0.0 { row.lower } else { row.upper };
        let mut need = bound.map_or(0.0, |bound| (bound as f64 - sum) / factor);
        for (column, _) in row.terms.iter().filter(|(c, f)| helps(*c, *f)) {
            let facts = &ilp.columns[*column];
            let part = if facts.integer { need.ceil() } else { need }.clamp(0.0, facts.upper as f64);
            start[*column] = start[*column].max(part);
            need -= part;
        }
    }
    start
}

#[cfg(test)]
mod tests;
