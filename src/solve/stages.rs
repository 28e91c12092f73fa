//! Times first, rooms second: where a program [chooses rooms for tracks](crate::program::Tracks).
//!
//! A congress has rooms enough more often than not, and what papers gain depends on their times. So the program is first
//! maximised without its rooms: every column that says which room a track has is left out, and every row that such a column
//! is in. What that reaches, and the most that rooms could add, is a bound. Then the papers stay where they are, and the
//! rooms are chosen. Where both together reach the bound, that is the proof. Where they do not, times are
//! improved in the rooms just found, and rooms at the times just found, in turns.
//!
//! **A rough draft.** Times that were chosen without rooms often go with none, but rooms that are nearly good enough for them
//! are as good for others nearby. So rooms are [searched](tabu) that may be taken twice, at a price, and times once more in
//! these rooms, as whole as linear programs leave them: a few hundredths below the bound where a thousand papers are placed.
//!
//! **Why it is a bound.** Rows left out only allow more; columns left out add at most what the best room of each track adds.
//! (The master problem of a logic-based Benders decomposition: Hooker and Ottosson, 2003; alternating between the two is a
//! neighbourhood search whose neighbourhoods are all times and all rooms.)

use super::{
    backend::{Backend, Found, Outcome},
    bound::Bound,
    ilp::{Ilp, merged},
    kernel,
    limits::{self, Limits, Stop},
    relax, tabu,
};
use crate::program::{Fixing, Program, Var};

/// How many times the two take turns.
const TURNS: usize = 4;
/// A turn may be as much work as one part in so many of the first node over all columns. That no rooms go with some times
/// can take long to prove, and tells nothing of the rest.
const TURN: u64 = 2;
/// Where a [tree](super::tree) over all rooms comes next, it finds better ones than times that were chosen without any
/// allow, so a glance is enough: one turn, of one part in so many.
const GLANCE: u64 = 20;
/// And none where the first node is more work than this, in thousandths of a unit: a node takes as long as it takes.
const GLANCED: u64 = 1000 * limits::UNIT;

/// What a room that is taken twice costs in a rough draft, in units of the objective: the least that other times could cost.
/// More, where no times go with the rooms of a price.
const PRICES: [i64; 4] = [1, 3, 9, 27];

/// The columns of a program in two stages.
pub(super) struct Stages<'a> {
    ilp: &'a Ilp,
    backend: &'a dyn Backend,
    limits: &'a Limits,
    kinds: Vec<Kind>,
    /// Whether a [tree](super::tree) over all rooms comes next.
    before_tree: bool,
    /// The values of the program without rooms, once they are known; the columns left out are 0.
    times: Option<Vec<f64>>,
}

/// What a column says, as far as stages go.
#[derive(Clone, Debug)]
enum Kind {
    /// A talk is at a time.
    Time,
    /// A track uses a block: any of these columns is 1.
    Use(Vec<usize>),
    /// A track is in a room.
    Room,
    /// Both.
    Split(Part, Part),
    /// Something else.
    Other,
}

/// A column, or what there is no choice about.
#[derive(Clone, Copy, Debug)]
enum Part {
    Column(usize),
    Value(i64),
}

impl<'a> Stages<'a> {
    /// None where rooms are chosen with times.
    pub(super) fn of(
        program: &Program,
        fixing: &Fixing,
        ilp: &'a Ilp,
        backend: &'a dyn Backend,
        limits: &'a Limits,
        before_tree: bool,
    ) -> Option<Self> {
        let column = |var: Var| match fixing.fixed[var.at()] {
            Some(value) => Some(Part::Value(i64::from(value))),
            None => ilp.vars.binary_search(&var).ok().map(Part::Column),
        };
        let mut kinds: Vec<Kind> = Vec::with_capacity(ilp.columns.len());
        for var in &ilp.vars {
            kinds.push(match program.indicator(*var) {
                None if program.tracks.is_room(&program.atoms[var.at()]) => Kind::Room,
                None => Kind::Time,
                Some(indicator) if program.tracks.is_split(*var) => {
                    // The room comes first: atoms are numbered before indicators.
                    let mut parts = indicator.terms.iter().map(|(v, _)| column(*v));
                    let (room, used) = (parts.next()??, parts.next()??);
                    Kind::Split(used, room)
                }
                Some(indicator) if program.tracks.is_use(*var) => {
                    let columns = indicator.terms.iter().filter_map(|(v, _)| ilp.vars.binary_search(v).ok());
                    Kind::Use(columns.collect())
                }
                Some(_) => Kind::Other,
            });
        }
        kinds.resize(ilp.columns.len(), Kind::Other);
        let split = kinds.iter().any(|kind| matches!(kind, Kind::Split(..)));
        split.then_some(Self { ilp, backend, limits, kinds, before_tree, times: None })
    }

    /// What was found, beginning with values if there are any. The bound is one of the whole program.
    pub(super) fn maximise(&mut self, start: Option<&[f64]>) -> Result<Option<Outcome>, String> {
        let keep: Vec<usize> = (0..self.ilp.columns.len()).filter(|c| !self.is_later(*c)).collect();
        let first = self.first(&keep);
        let begin = start.map(|values| keep.iter().map(|c| values[*c]).collect::<Vec<_>>());
        let found = match self.settle(&first, begin, self.limits)? {
            None => return Ok(None),
            Some(Outcome::Infeasible) => return Ok(Some(Outcome::Infeasible)),
            Some(Outcome::Found(found)) => found,
        };
        let (mut nodes, mut best) = (found.nodes, start.map(<[f64]>::to_vec));
        let bound = match (found.stop, &found.values) {
            (Stop::Proof, Some(values)) => first.value(values).round(),
            _ => found.bound.unwrap_or(f64::INFINITY),
        } + self.most_later() as f64;
        let value = |values: &Option<Vec<f64>>| values.as_ref().map_or(f64::NEG_INFINITY, |v| self.ilp.value(v));
        let mut times = found.values.map(|values| spread(&keep, &values, self.ilp.columns.len()));
        self.times.clone_from(&times);
        let work = kernel::root_work(self.ilp, None, None);
        let (turns, work) = if self.before_tree {
            (usize::from(work <= GLANCED), work / GLANCE)
        } else {
            let draft = self.draft(self.limits)?;
            if value(&draft) > value(&best) {
                best = draft;
            }
            (2 * TURNS, work / TURN)
        };
        for turn in 0..turns {
            if self.limits.stop().is_some() || value(&best) + 0.5 >= bound {
                break;
            }
            let before = value(&best);
            let Some(base) = times.take().or_else(|| best.clone()) else { break };
            let held = self.hold(&base, turn % 2 == 0);
            let begin = best.as_ref().map(|values| held.columns.iter().map(|c| values[*c]).collect::<Vec<_>>());
            if let Some(Outcome::Found(found)) = self.settle(&held.ilp, begin, &self.limits.at_most(work))? {
                nodes += found.nodes;
                let values = found.values.map(|values| held.all(&values)).filter(|values| self.ilp.admits(values));
                if value(&values) > value(&best) {
                    best = values;
                }
            }
            if turn > 1 && value(&best) <= before {
                break;
            }
        }
        let proven = value(&best) + 0.5 >= bound;
        let stop = if proven { Stop::Proof } else { self.limits.stop().unwrap_or(Stop::Work) };
        Ok(Some(Outcome::Found(Found { values: best, bound: Some(bound), stop, nodes })))
    }

    /// Rooms that nearly go with the best times, and the best times in these rooms.
    pub(super) fn draft(&self, limits: &Limits) -> Result<Option<Vec<f64>>, String> {
        let Some(times) = &self.times else { return Ok(None) };
        for price in PRICES {
            let held = self.hold(times, true);
            let Some(rooms) = tabu::choose(&held.ilp, price, limits) else { break };
            let held = self.hold(&held.all(&rooms), false);
            if let Some(Outcome::Found(found)) = self.settle(&held.ilp, None, limits)? {
                let values = found.values.map(|values| held.all(&values));
                return Ok(values.filter(|values| self.ilp.admits(values)));
            }
            if limits.stop().is_some() {
                break;
            }
        }
        Ok(None)
    }

    /// Solves one of the two; none where its relaxation was not solved in time.
    fn settle(&self, ilp: &Ilp, start: Option<Vec<f64>>, limits: &Limits) -> Result<Option<Outcome>, String> {
        if ilp.impossible {
            return Ok(Some(Outcome::Infeasible));
        }
        if ilp.columns.is_empty() {
            let found = Found { values: Some(Vec::new()), bound: Some(0.0), stop: Stop::Proof, nodes: 0 };
            return Ok(Some(Outcome::Found(found)));
        }
        let start = start.filter(|values| ilp.admits(values));
        let bound = match relax::relax(ilp, start.as_deref(), limits) {
            Some(relaxed) if relaxed.solved => Some(relaxed.bound),
            _ => self.backend.multipliers(ilp, limits).map(|multipliers| Bound::of(ilp, &multipliers)),
        };
        if bound.is_none() && limits.stop().is_some() {
            return Ok(None);
        }
        kernel::maximise(self.backend, ilp, bound.as_ref(), start.as_deref(), limits).map(Some)
    }

    fn is_later(&self, column: usize) -> bool {
        matches!(self.kinds[column], Kind::Room | Kind::Split(..))
    }

    /// The program without rooms.
    fn first(&self, keep: &[usize]) -> Ilp {
        let mut bare = self.ilp.clone();
        let (mut rows, mut exclusive) = (Vec::new(), Vec::new());
        for (i, row) in self.ilp.rows.iter().enumerate() {
            if row.terms.iter().any(|(c, _)| self.is_later(*c)) {
                continue;
            }
            if self.ilp.exclusive.binary_search(&i).is_ok() {
                exclusive.push(rows.len());
            }
            rows.push(row.clone());
        }
        (bare.rows, bare.exclusive) = (rows, exclusive);
        bare.restrict(keep)
    }

    /// The most that the columns left out could add.
    fn most_later(&self) -> i64 {
        let mut counted = vec![false; self.ilp.columns.len()];
        let mut most = 0;
        for row in self.ilp.exclusive.iter().map(|row| &self.ilp.rows[*row]) {
            if row.terms.iter().all(|(c, _)| self.is_later(*c)) {
                let best = row.terms.iter().map(|(c, _)| self.ilp.columns[*c].objective).max().unwrap_or(0);
                most += if row.lower == Some(1) { best } else { best.max(0) };
                row.terms.iter().for_each(|(c, _)| counted[*c] = true);
            }
        }
        let others = self.ilp.columns.iter().enumerate().filter(|(c, _)| self.is_later(*c) && !counted[*c]);
        most + others.map(|(_, column)| column.objective.max(0) * column.upper).sum::<i64>()
    }

    /// The program with its times held at these values, or else its rooms.
    fn hold(&self, values: &[f64], times: bool) -> Held {
        let chosen = |c: usize| i64::from(values[c] > 0.5);
        let part = |part: &Part| match part {
            Part::Column(c) => self.held(*c, &chosen, times),
            Part::Value(value) => Part::Value(*value),
        };
        let parts: Vec<Part> = (0..self.kinds.len())
            .map(|c| match &self.kinds[c] {
                Kind::Split(used, room) => match (part(used), part(room)) {
                    (Part::Value(0), _) | (_, Part::Value(0)) => Part::Value(0),
                    (Part::Value(_), other) | (other, _) => other,
                },
                _ => self.held(c, &chosen, times),
            })
            .collect();
        let columns: Vec<usize> =
            (0..parts.len()).filter(|c| matches!(parts[*c], Part::Column(own) if own == *c)).collect();
        let mut new = vec![None; parts.len()];
        columns.iter().enumerate().for_each(|(i, c)| new[*c] = Some(i));
        let mut ilp = Ilp {
            columns: columns.iter().map(|c| self.ilp.columns[*c]).collect(),
            rows: Vec::new(),
            vars: columns.iter().filter_map(|c| self.ilp.vars.get(*c)).copied().collect(),
            exclusive: Vec::new(),
            ..*self.ilp
        };
        for (i, row) in self.ilp.rows.iter().enumerate() {
            let (mut terms, mut constant) = (Vec::new(), 0);
            for (column, factor) in &row.terms {
                match parts[*column] {
                    Part::Value(value) => constant += factor * value,
                    Part::Column(c) => terms.extend(new[c].map(|c| (c, *factor))),
                }
            }
            let before = ilp.rows.len();
            let own = terms.len() == row.terms.len();
            ilp.push(merged(terms), row.lower.map(|b| b - constant), row.upper.map(|b| b - constant));
            if own && ilp.rows.len() > before && self.ilp.exclusive.binary_search(&i).is_ok() {
                ilp.exclusive.push(before);
            }
        }
        Held { ilp, columns, parts }
    }

    /// What becomes of a column that is not a split one.
    fn held(&self, column: usize, chosen: &dyn Fn(usize) -> i64, times: bool) -> Part {
        match &self.kinds[column] {
            Kind::Time if times => Part::Value(chosen(column)),
            Kind::Use(of) if times => Part::Value(of.iter().map(|c| chosen(*c)).max().unwrap_or(0)),
            Kind::Room if !times => Part::Value(chosen(column)),
            _ => Part::Column(column),
        }
    }
}

/// A program with some columns held.
struct Held {
    ilp: Ilp,
    /// The columns that it has left.
    columns: Vec<usize>,
    /// What each column of the whole is in it.
    parts: Vec<Part>,
}

impl Held {
    /// The values of all columns.
    fn all(&self, values: &[f64]) -> Vec<f64> {
        let left = spread(&self.columns, values, self.parts.len());
        let value = |part: &Part| match part {
            Part::Value(value) => *value as f64,
            Part::Column(c) => left[*c],
        };
        self.parts.iter().map(value).collect()
    }
}

/// The values of these columns, among so many; the rest are 0.
fn spread(columns: &[usize], values: &[f64], all: usize) -> Vec<f64> {
    let mut spread = vec![0.0; all];
    columns.iter().zip(values).for_each(|(c, v)| spread[*c] = *v);
    spread
}

#[cfg(test)]
mod tests;
