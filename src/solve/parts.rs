//! Independent parts: what no row connects is solved apart, and side by side.
//!
//! Rooms and days that share no talk, speaker or rule (FOSDEM's devrooms) make parts of their own. **Why it is exact.** No
//! row, indicator or penalty reaches over two parts, so the best of all is the best of each; the same holds priority by
//! priority.

use crate::program::{Fixing, Gain, Halt, Program, Var};
use petgraph::unionfind::UnionFind;
use std::collections::BTreeMap;

/// A part of a program: positions of its variables, rows and gains, ascending.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) atoms: Vec<Var>,
    pub(super) indicators: Vec<Var>,
    pub(super) rows: Vec<u32>,
    pub(super) gains: Vec<u32>,
    pub(super) penalties: Vec<u32>,
}

impl Part {
    /// All of a program.
    fn whole(program: &Program) -> Self {
        let (atoms, vars) = (program.atoms.len() as u32, program.vars() as u32);
        Self {
            atoms: (0..atoms).map(Var).collect(),
            indicators: (atoms..vars).map(Var).collect(),
            rows: (0..program.rows.len() as u32).collect(),
            gains: (0..program.gains.len() as u32).collect(),
            penalties: (0..program.penalties.len() as u32).collect(),
        }
    }

    /// Its variables, ascending.
    pub(super) fn vars(&self) -> impl Iterator<Item = Var> + '_ {
        self.atoms.iter().chain(&self.indicators).copied()
    }
}

/// The independent parts of a program. Where it is time to stop before they are found, all of it is one.
pub(super) fn parts(program: &Program, fixing: &Fixing, halt: Halt<'_>) -> Vec<Part> {
    let vars = program.vars();
    let mut sets = UnionFind::<usize>::new(vars + program.penalties.len());
    // A fixed variable connects nothing: it is a constant.
    let free = |var: &Var| fixing.fixed[var.at()].is_none();
    for row in &program.rows {
        if halt.is_due() {
            return vec![Part::whole(program)];
        }
        let penalty = row.penalty.map(|p| vars + p as usize);
        let members = row.terms.iter().map(|(v, _)| *v).chain(row.when).filter(free).map(Var::at).chain(penalty);
        join(&mut sets, members);
    }
    for (i, indicator) in program.indicators.iter().enumerate() {
        let own = Var((program.atoms.len() + i) as u32);
        let members = indicator.terms.iter().map(|(v, _)| *v).chain([own]).filter(free).map(Var::at);
        join(&mut sets, members);
    }

    // What has no free variable left is of a part of its own, so that nothing is lost.
    let constant = vars + program.penalties.len();
    let mut part_of = vec![u32::MAX; constant + 1];
    let mut parts: Vec<Part> = Vec::new();
    let mut part = |member: Option<usize>| {
        let root = member.map_or(constant, |m| sets.find_mut(m));
        if part_of[root] == u32::MAX {
            part_of[root] = parts.len() as u32;
            parts.push(Part::default());
        }
        part_of[root] as usize
    };
    let of_vars: Vec<usize> = (0..vars)
        .map(|i| {
            let var = Var(i as u32);
            // A decided indicator still binds what it is made of.
            let made_of = || program.indicator(var)?.terms.iter().map(|(v, _)| *v).find(free).map(Var::at);
            part(if free(&var) { Some(i) } else { made_of() })
        })
        .collect();
    let of_rows: Vec<usize> = program
        .rows
        .iter()
        .map(|row| {
            let member = row.penalty.map(|p| vars + p as usize);
            part(member.or_else(|| row.terms.iter().map(|(v, _)| *v).chain(row.when).find(free).map(Var::at)))
        })
        .collect();
    let of_penalties: Vec<usize> = (0..program.penalties.len()).map(|i| part(Some(vars + i))).collect();
    let of_gains: Vec<usize> =
        program.gains.iter().map(|gain| part(free(&gain.var).then_some(gain.var.at()))).collect();

    for (i, part) in of_vars.into_iter().enumerate() {
        let list = if i < program.atoms.len() { &mut parts[part].atoms } else { &mut parts[part].indicators };
        list.push(Var(i as u32));
    }
    for (i, part) in of_rows.into_iter().enumerate() {
        parts[part].rows.push(i as u32);
    }
    for (i, part) in of_penalties.into_iter().enumerate() {
        parts[part].penalties.push(i as u32);
    }
    for (i, part) in of_gains.into_iter().enumerate() {
        parts[part].gains.push(i as u32);
    }
    parts
}

fn join(sets: &mut UnionFind<usize>, mut members: impl Iterator<Item = usize>) {
    if let Some(first) = members.next() {
        for other in members {
            sets.union(first, other);
        }
    }
}

impl Part {
    /// What the part gains less what it costs, in thousandths, by priority; none where a required row is broken. `values`
    /// are those of every variable.
    pub(super) fn worth(&self, program: &Program, values: &[bool]) -> Option<BTreeMap<u32, i64>> {
        let mut required = self.rows.iter().map(|i| &program.rows[*i as usize]).filter(|row| row.penalty.is_none());
        required.all(|row| row.outside(values) == 0).then(|| self.value(program, values))
    }

    /// The most that it could be worth at a priority, each variable taken for itself, in thousandths.
    pub(super) fn most(&self, program: &Program, fixing: &Fixing, priority: u32) -> i64 {
        let gains = self.gains.iter().map(|i| &program.gains[*i as usize]).filter(|gain| gain.priority == priority);
        let most = |gain: &Gain| match fixing.fixed[gain.var.at()] {
            Some(value) => gain.amount * i64::from(value),
            None => gain.amount.max(0),
        };
        gains.map(most).sum()
    }

    /// The same, whatever is broken.
    pub(super) fn value(&self, program: &Program, values: &[bool]) -> BTreeMap<u32, i64> {
        let mut worth = BTreeMap::new();
        for gain in self.gains.iter().map(|i| &program.gains[*i as usize]).filter(|g| values[g.var.at()]) {
            *worth.entry(gain.priority).or_default() += gain.amount;
        }
        let mut units: BTreeMap<u32, i64> = BTreeMap::new();
        for row in self.rows.iter().map(|i| &program.rows[*i as usize]) {
            if let Some(penalty) = row.penalty {
                let most = units.entry(penalty).or_default();
                *most = row.outside(values).max(*most);
            }
        }
        for (penalty, units) in units {
            let penalty = &program.penalties[penalty as usize];
            *worth.entry(penalty.priority).or_default() -= penalty.price * units;
        }
        worth
    }
}
