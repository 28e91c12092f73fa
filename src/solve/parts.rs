//! Independent parts: what no row connects is solved apart, and side by side.
//!
//! Rooms and days that share no talk, speaker or rule (FOSDEM's devrooms) make parts of their own. **Why it is exact.** No
//! row, indicator or penalty reaches over two parts, so the best of all is the best of each; the same holds priority by
//! priority. Everything that holds no free atom is one part together: it has a single timetable, and nothing to search.

use crate::{
    event::TalkIx,
    program::{Fixing, Halt, Program, Var},
};
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

    /// Takes over everything of another part.
    fn take(&mut self, other: Self) {
        self.atoms.extend(other.atoms);
        self.indicators.extend(other.indicators);
        self.rows.extend(other.rows);
        self.gains.extend(other.gains);
        self.penalties.extend(other.penalties);
    }

    fn sort(&mut self) {
        self.atoms.sort_unstable();
        self.indicators.sort_unstable();
        self.rows.sort_unstable();
        self.gains.sort_unstable();
        self.penalties.sort_unstable();
    }

    /// Its variables, ascending.
    pub(super) fn vars(&self) -> impl Iterator<Item = Var> + '_ {
        self.atoms.iter().chain(&self.indicators).copied()
    }
}

/// A program in independent parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Everything about which there is no choice; fixed atoms with free ones in their rows are elsewhere.
    pub(super) decided: Part,
    /// The parts with a choice, those with the fewest free atoms first.
    pub(super) open: Vec<Part>,
}

impl Parts {
    fn of(parts: Vec<Part>, fixing: &Fixing) -> Self {
        let free = |part: &Part| part.atoms.iter().filter(|v| fixing.fixed[v.at()].is_none()).count();
        let mut all = Self::default();
        let mut open: Vec<(usize, Part)> = Vec::new();
        for part in parts {
            match free(&part) {
                0 => all.decided.take(part),
                atoms => open.push((atoms, part)),
            }
        }
        all.decided.sort();
        // The sort is stable: parts of one size stay in the order of their first atoms.
        open.sort_by_key(|(atoms, _)| *atoms);
        all.open = open.into_iter().map(|(_, part)| part).collect();
        all
    }
}

/// All of a program as one part: where something is asked of it as a whole.
pub(super) fn as_one(program: &Program, fixing: &Fixing) -> Parts {
    Parts::of(vec![Part::whole(program)], fixing)
}

/// The independent parts of a program. Where it is time to stop before they are found, all of it is one.
pub(super) fn parts(program: &Program, fixing: &Fixing, halt: Halt<'_>) -> Parts {
    Parts::of(connected(program, fixing, halt), fixing)
}

fn connected(program: &Program, fixing: &Fixing, halt: Halt<'_>) -> Vec<Part> {
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

    /// The most that it could be worth at a priority, in thousandths: each talk in the one place where it gains the most,
    /// each indicator taken for itself.
    pub(super) fn most(&self, program: &Program, fixing: &Fixing, priority: u32) -> i64 {
        let (mut most, mut of_talk) = (0, BTreeMap::<TalkIx, BTreeMap<Var, i64>>::new());
        for gain in self.gains.iter().map(|i| &program.gains[*i as usize]).filter(|gain| gain.priority == priority) {
            match (fixing.fixed[gain.var.at()], program.atoms.get(gain.var.at())) {
                (Some(value), _) => most += gain.amount * i64::from(value),
                (None, None) => most += gain.amount.max(0),
                (None, Some(atom)) => {
                    *of_talk.entry(atom.talk).or_default().entry(gain.var).or_default() += gain.amount;
                }
            }
        }
        most + of_talk.values().map(|atoms| atoms.values().copied().max().unwrap_or(0).max(0)).sum::<i64>()
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
