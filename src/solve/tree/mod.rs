//! Branch and bound over choices: of columns that exclude each other, which one is it?
//!
//! Where tracks choose rooms, that choice decides nearly all: with each track's room settled, the relaxation of what is left
//! is as good as whole. A solver that is handed the program knows nothing of that, and spends its time on cuts. Here the
//! choices alone are branched on, a node for each column of a choice.
//!
//! - Each node's relaxation goes on from the one before, by dual pivots ([`relaxation`]).
//! - The [bound](super::bound) of a node is computed in integers from wherever the pivots are, so pivots can end early
//!   and a node be closed on exact grounds (that it has no solution at all, the solver says). Columns that would leave nothing better are ruled out below it.
//! - **Strong branching** (Applegate, Bixby, Chvátal and Cook, *Finding cuts in the TSP*, 1995): what each column of a
//!   choice would leave is tried by a few pivots before one of the choices is branched on. What leaves nothing is ruled out,
//!   and the node relaxed again, which closes many a node without a branch.
//! - A first solution comes from a [dive]: the choices that the relaxation has nearly made are made, until none is left.
//! - Where every choice is made, the rest is left to the solver, as an integer program.
//! - It is all done over a [kernel] that begins small, as if a solution about as good as the bound were known already:
//!   what is certain to be worth less is not looked for. Kernels grow until one holds a solution, which then is the best.
//!
//! Where choices turn out not to decide (a node of the first kernels takes too much work, or leaves too many others), the
//! kernel is left to the solver as a whole.

mod dive;
mod relaxation;

#[cfg(all(test, feature = "highs"))]
mod tests;

use super::{
    backend::{Backend, Found, Outcome},
    bound::{Bound, whole},
    choose,
    ilp::{Ilp, IlpRow},
    kernel::{self, Kernel, Steps},
    limits::{self, Limits, Stop},
};
use dive::Care;
use relaxation::{Relaxation, Relaxed};

/// So much work, in thousandths of a unit, is spent on the first kernel before it is left to the solver, and twice as much
/// on each after it: where the first was closed, choices decide.
pub(super) const SHARE: u64 = 400 * limits::UNIT;
/// How many choices are tried before one is branched on.
const TRIED: usize = 4;
/// How many pivots a try has.
const PIVOTS: u32 = 60;
/// So many columns of a choice are tried one by one; the others all together.
const SINGLE: usize = 3;
/// With so many other open nodes, what is branched on does not decide enough: the search is given up.
const WIDE: usize = 16;
/// How often a node is relaxed again because columns were ruled out in it.
const AGAIN: usize = 10;
/// A value this near to a whole one is whole.
const WHOLE: f64 = 1e-6;

/// The first kernel holds what reaches the bound itself, the next one what is within this part of it, and each after that
/// what is within so many halves of what the one before was.
const NEAR: i64 = 500;
const GROWTH: i64 = 3;

/// The bound of the linear relaxation, to begin with; none where it has no solution or the limits did not leave the time.
pub(super) fn bound(backend: &dyn Backend, ilp: &Ilp, limits: &Limits) -> Result<Option<Bound>, String> {
    let mut relaxation = Relaxation::of(backend, ilp)?;
    let relaxed = relaxation.solve(i64::MIN, limits)?;
    // A large one takes milliseconds to be freed: nobody waits for that.
    rayon::spawn(move || drop(relaxation));
    Ok(match relaxed {
        Relaxed::Open(_, bound) => Some(bound),
        Relaxed::Closed | Relaxed::Infeasible | Relaxed::Stopped => None,
    })
}

/// Maximises the program, whose relaxation has that bound, branching on these choices: rows that say "exactly one of these"
/// (those that say "at most one" are left alone). `start` may give values to begin with. Only for a solver that keeps relaxations
/// [warm](Backend::is_warm).
pub(super) fn maximise(
    backend: &dyn Backend,
    ilp: &Ilp,
    bound: &Bound,
    choices: &[usize],
    start: Option<&[f64]>,
    limits: &Limits,
) -> Result<Outcome, String> {
    let mut stakes = vec![None; ilp.columns.len()];
    for row in choices {
        let columns = || ilp.rows[*row].terms.iter().map(|(c, _)| *c);
        let objectives = || columns().map(|c| ilp.columns[c].objective);
        let stake = objectives().max().unwrap_or(0) - objectives().min().unwrap_or(0);
        columns().for_each(|c| stakes[c] = Some(stake));
    }
    // What is nearly as good as the bound is looked for first: the fewer columns there are and the more a solution must
    // be worth, the smaller the tree.
    let steps = Steps { first: 0, next: bound.units().saturating_abs() / NEAR, growth: GROWTH, at_once: false };
    let mut share = Some(SHARE);
    kernel::grow(ilp, bound, start, &steps, &mut |kernel| {
        let stakes: Vec<_> = kernel.columns.iter().map(|c| stakes[*c]).collect();
        let Some(work) = share else {
            return choose::maximise(backend, &kernel.ilp, kernel.start.as_deref(), &limits.at_most(SHARE));
        };
        let own = limits.at_most(work);
        let found = match Tree::of(backend, kernel, &stakes)?.search(kernel.start.as_deref(), &own)? {
            Outcome::Found(found) if found.stop == Stop::Work && limits.stop().is_none() => found,
            settled => {
                share = Some(work.saturating_mul(2));
                return Ok(settled);
            }
        };
        share = None;
        let start = found.values.or_else(|| kernel.start.clone());
        // Whoever searches beside is not kept waiting for longer than the tree was given.
        let outcome = choose::maximise(backend, &kernel.ilp, start.as_deref(), &limits.at_most(work))?;
        Ok(match outcome {
            Outcome::Infeasible => Outcome::Infeasible,
            Outcome::Found(rest) => {
                let bound = rest.bound.into_iter().chain(found.bound).reduce(f64::min);
                Outcome::Found(Found { bound, nodes: rest.nodes + found.nodes, ..rest })
            }
        })
    })
}

/// The search over a kernel.
struct Tree<'a> {
    backend: &'a dyn Backend,
    whole: &'a Ilp,
    /// The program, without the columns that could not make anything better.
    ilp: Ilp,
    /// The columns of the whole program that its columns are, ascending.
    columns: Vec<usize>,
    /// For each column that is one of a choice, by how much the objective differs between all columns of that choice.
    stakes: Vec<Option<i64>>,
    /// The rows that are branched on: choices.
    choices: Vec<usize>,
    relaxation: Relaxation,
    open: Vec<Node>,
    best: Option<Vec<f64>>,
    /// What is worth fewer units is not looked for.
    least: i64,
    /// Nothing is worth more.
    most: i64,
    nodes: u64,
}

/// A node that may hold something better.
#[derive(Clone, Debug)]
struct Node {
    /// The columns ruled out in it.
    out: Vec<usize>,
    /// No solution in it is worth more, in units.
    bound: i64,
}

/// Some columns of a choice, and about how far a solution with one of them would reach.
struct Branch {
    columns: Vec<usize>,
    reach: f64,
}

/// What became of a node.
enum Expanded {
    /// What is left of it: nothing where it is closed.
    Into(Vec<Node>),
    Stopped(Stop),
}

impl<'a> Tree<'a> {
    fn of(backend: &'a dyn Backend, kernel: &'a Kernel, stakes: &[Option<i64>]) -> Result<Self, String> {
        let Kernel { ilp: whole, least, most, .. } = kernel;
        let columns: Vec<usize> = whole.possible();
        let ilp = whole.restrict(&columns);
        let stakes: Vec<_> = columns.iter().map(|c| stakes[*c]).collect();
        let choices = choices(&ilp, &stakes);
        let relaxation = Relaxation::of(backend, &ilp)?;
        let open = if ilp.impossible { Vec::new() } else { vec![Node { out: Vec::new(), bound: ilp.trivial_bound() }] };
        Ok(Self {
            backend,
            whole,
            ilp,
            columns,
            stakes,
            choices,
            relaxation,
            open,
            best: None,
            least: *least,
            most: *most,
            nodes: 0,
        })
    }

    fn search(mut self, start: Option<&[f64]>, limits: &Limits) -> Result<Outcome, String> {
        self.adopt(start.map(<[f64]>::to_vec));
        if !self.open.is_empty()
            && let Some(stop) = self.root(limits)?
        {
            return Ok(self.found(stop));
        }
        while let Some(node) = self.next() {
            if self.open.len() >= WIDE {
                self.open.push(node);
                return Ok(self.found(Stop::Work));
            }
            self.nodes += 1;
            match self.expand(&node, limits)? {
                Expanded::Into(nodes) => self.open.extend(nodes),
                Expanded::Stopped(stop) => {
                    self.open.push(node);
                    return Ok(self.found(stop));
                }
            }
        }
        Ok(if self.best.is_some() { self.found(Stop::Proof) } else { Outcome::Infeasible })
    }

    /// Dives while that makes the best better, and forgets the columns that could not. Why it
    /// stopped before that.
    fn root(&mut self, limits: &Limits) -> Result<Option<Stop>, String> {
        let mut first = true;
        loop {
            self.relaxation.rule_out_only(&[]);
            match self.relaxation.solve(self.known(), limits)? {
                Relaxed::Stopped => return Ok(Some(limits.stop().unwrap_or(Stop::Work))),
                // What is in hand is in it: a solver has lost it by rounding.
                Relaxed::Infeasible if first && self.best.is_some() => return Ok(Some(Stop::Arithmetic)),
                Relaxed::Closed | Relaxed::Infeasible => {
                    self.open.clear();
                    return Ok(None);
                }
                Relaxed::Open(_, bound) => {
                    self.open[0].bound = bound.units();
                    self.rule_out_hopeless(&bound);
                    self.shrink()?;
                }
            }
            let before = self.known();
            for care in [Care::None, Care::Regret] {
                if self.known() == before {
                    self.dive(care, limits)?;
                }
            }
            if self.known() >= self.most {
                self.open.clear();
                return Ok(None);
            }
            if let Some(stop) = limits.stop() {
                return Ok(Some(stop));
            }
            if self.known() == before {
                return Ok(None);
            }
            first = false;
        }
    }

    /// Leaves out the columns that are ruled out, and those that are so by them, where that is worth another beginning.
    fn shrink(&mut self) -> Result<(), String> {
        let keep = self.relaxation.ilp.possible();
        if keep.len() * 4 > self.ilp.columns.len() * 3 {
            return Ok(());
        }
        let ilp = self.ilp.restrict(&keep);
        self.stakes = keep.iter().map(|c| self.stakes[*c]).collect();
        self.choices = choices(&ilp, &self.stakes);
        self.columns = keep.iter().map(|c| self.columns[*c]).collect();
        (self.relaxation, self.ilp) = (Relaxation::of(self.backend, &ilp)?, ilp);
        Ok(())
    }

    fn found(&self, stop: Stop) -> Outcome {
        let most = self.open.iter().map(|node| node.bound).max();
        let bound = most.max(Some(self.known())).map(|most| most as f64);
        Outcome::Found(Found { values: self.best.clone(), bound, stop, nodes: self.nodes })
    }

    /// What the best solution is worth, in units, or what is just too little to be looked for.
    fn known(&self) -> i64 {
        let best = self.best.as_ref().map(|values| self.whole.value(values).round() as i64);
        best.unwrap_or(i64::MIN).max(self.least.saturating_sub(1))
    }

    /// Takes values that are better than the best.
    fn adopt(&mut self, values: Option<Vec<f64>>) {
        if let Some(values) = values
            && self.best.as_ref().is_none_or(|best| self.whole.value(&values) > self.whole.value(best))
        {
            self.best = Some(values);
        }
    }

    /// Takes the open node that promises most, the last of them where several do; forgets those that are closed by now.
    fn next(&mut self) -> Option<Node> {
        let known = self.known();
        self.open.retain(|node| node.bound > known && known < self.most);
        let most = self.open.iter().enumerate().max_by_key(|(i, node)| (node.bound, *i))?.0;
        Some(self.open.remove(most))
    }

    fn expand(&mut self, node: &Node, limits: &Limits) -> Result<Expanded, String> {
        let mut out = node.out.clone();
        self.relaxation.rule_out_only(&out);
        let stopped = || Ok(Expanded::Stopped(limits.stop().unwrap_or(Stop::Work)));
        let mut again = 0;
        loop {
            let known = self.known();
            let (values, bound) = match self.relaxation.solve(known, limits)? {
                Relaxed::Closed | Relaxed::Infeasible => return Ok(Expanded::Into(Vec::new())),
                Relaxed::Stopped => return stopped(),
                Relaxed::Open(values, bound) => (values, bound),
            };
            out.extend(self.rule_out_hopeless(&bound));
            let most = bound.units().min(node.bound);
            let mut undecided = self.undecided(&values);
            if undecided.is_empty() {
                return Ok(match self.settle(&bound, limits)? {
                    Ok(()) => Expanded::Into(Vec::new()),
                    Err(stop) => Expanded::Stopped(stop),
                });
            }
            // What is at stake decides which are tried: choices that matter to the objective.
            undecided.sort_by_key(|row| (std::cmp::Reverse(self.stake(*row)), *row));
            undecided.truncate(TRIED);
            let (mut tried, before) = (Vec::new(), out.len());
            for row in undecided {
                let Some(branches) = self.try_each(row, &values, limits)? else { return stopped() };
                let (dead, alive): (Vec<_>, Vec<_>) =
                    branches.into_iter().partition(|branch| branch.reach.floor() <= known as f64);
                for column in dead.into_iter().flat_map(|branch| branch.columns) {
                    self.relaxation.rule_out(column);
                    out.push(column);
                }
                if alive.is_empty() {
                    return Ok(Expanded::Into(Vec::new()));
                }
                tried.push((row, alive));
            }
            again += 1;
            if out.len() > before && again < AGAIN {
                continue;
            }
            return Ok(Expanded::Into(self.branches(&out, &tried, most, bound.exact())));
        }
    }

    /// Rules out the columns with which nothing is better than the best.
    fn rule_out_hopeless(&mut self, bound: &Bound) -> Vec<usize> {
        let known = self.known();
        let hopeless = |c: &usize| self.relaxation.is_open(*c) && bound.units_with(*c) <= known;
        let columns: Vec<usize> = (0..self.ilp.columns.len()).filter(hopeless).collect();
        columns.iter().for_each(|c| self.relaxation.rule_out(*c));
        columns
    }

    /// The choices that the values have not made.
    fn undecided(&self, values: &[f64]) -> Vec<usize> {
        let is_whole = |value: f64| (value - value.round()).abs() < WHOLE;
        let row = |row: &&usize| !self.ilp.rows[**row].terms.iter().all(|(c, _)| is_whole(values[*c]));
        self.choices.iter().filter(row).copied().collect()
    }

    /// The columns of a choice that are not ruled out.
    fn columns(&self, row: usize) -> Vec<usize> {
        self.ilp.rows[row].terms.iter().map(|(c, _)| *c).filter(|c| self.relaxation.is_open(*c)).collect()
    }

    /// What is at stake in a choice.
    fn stake(&self, row: usize) -> i64 {
        self.ilp.rows[row].terms.iter().filter_map(|(c, _)| self.stakes[*c]).max().unwrap_or(0)
    }

    /// The open columns of a choice in branches: those that the values prefer each by itself. None where the limits did not
    /// leave the time.
    fn try_each(&mut self, row: usize, values: &[f64], limits: &Limits) -> Result<Option<Vec<Branch>>, String> {
        let known = self.known();
        let mut columns = self.columns(row);
        columns.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
        let single = if columns.len() > SINGLE + 1 { SINGLE } else { columns.len() };
        let (single, rest) = columns.split_at(single);
        let groups = single.iter().map(std::slice::from_ref).chain((!rest.is_empty()).then_some(rest));
        let mut branches = Vec::with_capacity(SINGLE + 1);
        for group in groups {
            let others = || columns.iter().filter(|c| !group.contains(c));
            others().for_each(|c| self.relaxation.rule_out(*c));
            let reach = self.relaxation.probe(PIVOTS, known, limits)?;
            others().for_each(|c| self.relaxation.let_in(*c));
            let Some(reach) = reach else { return Ok(None) };
            branches.push(Branch { columns: group.to_vec(), reach });
        }
        Ok(Some(branches))
    }

    /// The branches of the choice that promises the smallest tree.
    fn branches(&self, out: &[usize], tried: &[(usize, Vec<Branch>)], most: i64, bound: f64) -> Vec<Node> {
        // A tree is smaller by a factor for each step that the bound has come nearer to what is known.
        let step = ((bound - self.known() as f64) / 4.0).max(0.1);
        let size = |branches: &[Branch]| branches.iter().map(|b| ((b.reach - bound) / step).exp()).sum::<f64>();
        let Some((row, branches)) = tried.iter().min_by(|(_, a), (_, b)| size(a).total_cmp(&size(b))) else {
            return Vec::new();
        };
        let columns = self.columns(*row);
        let node = |keep: &[usize], bound: i64| {
            let others = columns.iter().copied().filter(|c| !keep.contains(c));
            Node { out: out.iter().copied().chain(others).collect(), bound }
        };
        branches.iter().map(|b| node(&b.columns, most.min(b.reach.floor() as i64))).collect()
    }

    /// Leaves what is not ruled out to the solver, every choice being made; says why where that was not settled.
    fn settle(&mut self, bound: &Bound, limits: &Limits) -> Result<Result<(), Stop>, String> {
        let keep = self.relaxation.ilp.possible();
        let rest = self.ilp.restrict(&keep);
        if rest.impossible {
            return Ok(Ok(()));
        }
        let found = match kernel::maximise(self.backend, &rest, Some(&bound.restrict(&keep)), None, limits)? {
            Outcome::Infeasible => return Ok(Ok(())),
            Outcome::Found(found) => found,
        };
        if let Some(values) = found.values {
            let mut all = vec![0.0; self.whole.columns.len()];
            keep.iter().zip(values).for_each(|(c, v)| all[self.columns[*c]] = v);
            if !self.whole.admits(&all) {
                return Ok(Err(Stop::Arithmetic));
            }
            self.adopt(Some(all));
        }
        let over = found.bound.is_some_and(|bound| whole(bound) <= self.known() as f64);
        Ok(match found.stop {
            _ if over => Ok(()),
            Stop::Proof => Ok(()),
            // A gap of one node is none of the whole.
            Stop::Gap => Err(Stop::Work),
            stop => Err(stop),
        })
    }
}

/// The rows that are choices between these columns alone, one of which it has to be: to rule out all others is to choose.
fn choices(ilp: &Ilp, stakes: &[Option<i64>]) -> Vec<usize> {
    let all = |row: &IlpRow| row.lower == Some(1) && row.terms.iter().all(|(c, _)| stakes[*c].is_some());
    ilp.exclusive.iter().filter(|row| all(&ilp.rows[**row])).copied().collect()
}
