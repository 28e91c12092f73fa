//! Domination: a place that another place of the same talk can always stand in for.
//!
//! An atom `b` dominates an atom `a` of the same talk where exchanging `a` for `b` cannot make things worse: whatever row
//! or indicator would be pushed further by it in a way that can hurt, `a` pushes as far already; and `b` earns more than
//! `a`, or as much, where priority 1 decides first, then priority 2, and so on.
//!
//! **Why it is exact.** Take any valid choice with `a`, and exchange it. The talk still has one place. No required row
//! leaves its bounds and no penalty grows, because the sums change in harmless directions only; so the new choice is valid
//! and worth at least as much, priority by priority. Domination is transitive, and among atoms that dominate each other the
//! first is kept, so every atom that is ruled out leaves one that stands in for it. Some best choice is left; not every
//! one. (Dominated columns: Andersen and Andersen, *Presolving in linear programming*, 1995; here for columns that exclude
//! each other.)
//!
//! **Which way hurts.** A row with an upper bound is hurt by a larger sum, one with a lower bound by a smaller sum; an
//! indicator is hurt by turning 1, or 0, where a row, a gain or a later indicator is hurt by that in turn.
//!
//! **Cost.** An atom that some row holds as its talk's only one, as every place of a grid is, can dominate nothing, which
//! one look at each row tells. Only the other atoms are compared, each with those that share its rarest row.

use super::{Fixing, Halt, Origin, Program, Var, fixing::PartOf};
use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
};

/// The most atoms that nothing speaks against that are tried as a talk's best.
const MOST_FREE: usize = 4;

/// Which changes of a sum can hurt.
#[derive(Clone, Copy, Debug, Default)]
struct Hurt {
    by_more: bool,
    by_less: bool,
}

/// A sum that atoms are in: a row, an indicator, or the condition of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Member {
    sum: u32,
    factor: i64,
}

impl Program {
    /// Rules out every atom that another atom of its talk can stand in for; which ones. Those of some talks only, where it is
    /// time to stop.
    pub(super) fn dominate(&self, fixing: &mut Fixing, halt: Halt<'_>) -> Vec<Var> {
        let sums = Sums::of(self);
        let Some(alone) = sums.alone(fixing, halt) else { return Vec::new() };
        let free: Vec<Vec<u32>> = self
            .talk_atoms
            .iter()
            .map(|range| {
                let free = || range.clone().filter(|i| fixing.is_free(Var(*i)));
                let open = free().nth(1).is_some() && free().any(|i| !alone[i as usize]);
                if open { free().collect() } else { Vec::new() }
            })
            .collect();
        let open: Vec<bool> = free.iter().map(|atoms| !atoms.is_empty()).collect();
        let mut dropped = Vec::new();
        if open.contains(&true) {
            let (members, gains) = (sums.members(fixing, &open, halt), self.gains_by_atom(&open));
            let compare = Compare { sums: &sums, members: &members, gains: &gains, alone: &alone };
            for atoms in free.iter().filter(|atoms| !atoms.is_empty()) {
                if halt.is_due() {
                    break;
                }
                for atom in compare.dominated(atoms) {
                    fixing.set(Var(atom), false, &mut dropped);
                }
            }
        }
        dropped
    }

    /// What each atom of the open talks earns, by priority.
    fn gains_by_atom(&self, open: &[bool]) -> PartOf<(u32, i64)> {
        // They come by priority.
        debug_assert!(self.gains.is_sorted_by_key(|gain| gain.priority));
        let is_open = |var: Var| self.atoms.get(var.at()).is_some_and(|atom| open[atom.talk.at()]);
        let gains = self.gains.iter().filter(|gain| is_open(gain.var));
        PartOf::of(self.atoms.len(), gains.map(|gain| (gain.var, (gain.priority, gain.amount))))
    }
}

/// Every sum of a program, and which changes of it can hurt. Rows come first, then indicators, then conditions of rows.
struct Sums<'p> {
    program: &'p Program,
    hurt: Vec<Hurt>,
}

impl<'p> Sums<'p> {
    fn of(program: &'p Program) -> Self {
        let (rows, indicators) = (program.rows.len(), program.indicators.len());
        let mut hurt = vec![Hurt::default(); rows + indicators];
        let note = |hurt: &mut Vec<Hurt>, var: Var, factor: i64, of: Hurt| {
            if let Some(i) = var.at().checked_sub(program.atoms.len()) {
                let (more, less) = if factor > 0 { (of.by_more, of.by_less) } else { (of.by_less, of.by_more) };
                let own = &mut hurt[rows + i];
                own.by_more |= more;
                own.by_less |= less;
            }
        };
        for (i, row) in program.rows.iter().enumerate() {
            let of = Hurt { by_more: row.upper.is_some(), by_less: row.lower.is_some() };
            hurt[i] = of;
            row.terms.iter().for_each(|(var, factor)| note(&mut hurt, *var, *factor, of));
            if let Some(when) = row.when {
                note(&mut hurt, when, 1, Hurt { by_more: true, by_less: false });
            }
        }
        for gain in &program.gains {
            note(&mut hurt, gain.var, 1, Hurt { by_more: gain.amount < 0, by_less: gain.amount > 0 });
        }
        // Each indicator is made of earlier ones.
        for (i, indicator) in program.indicators.iter().enumerate().rev() {
            let of = hurt[rows + i];
            indicator.terms.iter().for_each(|(var, factor)| note(&mut hurt, *var, *factor, of));
        }
        // A row's condition: being 1 can only hurt.
        hurt.extend((0..rows).map(|_| Hurt { by_more: true, by_less: false }));
        Self { program, hurt }
    }

    /// Each sum's terms. A talk's having one place is the same for all its atoms.
    fn each(&self) -> impl Iterator<Item = (u32, &'p [(Var, i64)])> + Clone + use<'p> {
        let program = self.program;
        let rows = program.rows.len();
        let of_rows = program.rows.iter().enumerate();
        let of_rows = of_rows.filter(|(_, r)| !matches!(program.origins[r.origin as usize], Origin::OnePlace(_)));
        let of_rows = of_rows.map(|(i, row)| (i, row.terms.as_slice()));
        let of_indicators = program.indicators.iter().enumerate().map(move |(i, ind)| (rows + i, ind.terms.as_slice()));
        of_rows.chain(of_indicators).map(|(i, terms)| (i as u32, terms))
    }

    /// Each row's condition that is an atom.
    fn conditions(&self) -> impl Iterator<Item = (u32, Var)> + Clone + use<'p> {
        let program = self.program;
        let first = program.rows.len() + program.indicators.len();
        let conditions = program.rows.iter().enumerate().filter_map(move |(i, row)| Some((first + i, row.when?)));
        conditions.filter(|(_, var)| var.at() < program.atoms.len()).map(|(i, var)| (i as u32, var))
    }

    /// The atoms that some sum would be hurt by with which no other atom of the talk is in: they stand in for none.
    /// None where it is time to stop.
    fn alone(&self, fixing: &Fixing, halt: Halt<'_>) -> Option<Vec<bool>> {
        let atoms = &self.program.atoms;
        let mut alone = vec![false; atoms.len()];
        for (sum, terms) in self.each() {
            if halt.is_due() {
                return None;
            }
            let hurt = self.hurt[sum as usize];
            let hurts = |factor: i64| if factor > 0 { hurt.by_more } else { hurt.by_less };
            // Atoms come talk by talk, before all indicators.
            let mut last: Option<(Var, i64, u32)> = None;
            for (var, factor) in terms.iter().take_while(|(v, _)| v.at() < atoms.len()) {
                if !fixing.is_free(*var) {
                    continue;
                }
                let seen = last.filter(|(v, _, _)| atoms[v.at()].talk == atoms[var.at()].talk).map_or(0, |(_, _, n)| n);
                if let Some((only, factor, 1)) = last.filter(|_| seen == 0) {
                    alone[only.at()] |= hurts(factor);
                }
                last = Some((*var, *factor, seen + 1));
            }
            if let Some((only, factor, 1)) = last {
                alone[only.at()] |= hurts(factor);
            }
        }
        for (_, var) in self.conditions() {
            alone[var.at()] = true;
        }
        Some(alone)
    }

    /// What each atom of the open talks is in, by sum; not all, where it is time to stop.
    fn members(&self, fixing: &Fixing, open: &[bool], halt: Halt<'_>) -> PartOf<Member> {
        let atoms = &self.program.atoms;
        let is_open = |var: Var| atoms.get(var.at()).is_some_and(|a| open[a.talk.at()]) && fixing.is_free(var);
        let terms = self
            .each()
            .take_while(|_| !halt.is_due())
            .flat_map(|(sum, terms)| terms.iter().map(move |(var, factor)| (*var, Member { sum, factor: *factor })));
        let conditions = self.conditions().map(|(sum, var)| (var, Member { sum, factor: 1 }));
        PartOf::of(atoms.len(), terms.chain(conditions).filter(|(var, _)| is_open(*var)))
    }
}

/// Compares the atoms of a talk.
struct Compare<'a> {
    sums: &'a Sums<'a>,
    members: &'a PartOf<Member>,
    gains: &'a PartOf<(u32, i64)>,
    alone: &'a [bool],
}

impl Compare<'_> {
    fn of(&self, atom: u32) -> &[Member] {
        self.members.at(Var(atom))
    }

    fn hurts(&self, member: &Member) -> bool {
        let hurt = self.sums.hurt[member.sum as usize];
        if member.factor > 0 { hurt.by_more } else { hurt.by_less }
    }

    /// The atoms that another one stands in for.
    fn dominated(&self, atoms: &[u32]) -> Vec<u32> {
        let mut holders: HashMap<u32, Vec<u32>> = HashMap::new();
        for atom in atoms {
            for member in self.of(*atom) {
                holders.entry(member.sum).or_default().push(*atom);
            }
        }
        let mut gone: HashSet<u32> = HashSet::new();
        let mut free: Vec<u32> = Vec::new();
        for by in atoms.iter().copied().filter(|a| !self.alone[*a as usize]) {
            let rarest = self.of(by).iter().filter(|m| self.hurts(m)).map(|m| &holders[&m.sum]).min_by_key(|h| h.len());
            match rarest {
                None => free.push(by),
                Some(_) if gone.contains(&by) => {}
                Some(others) => self.drop_by(by, others, &mut gone),
            }
        }
        // Nothing speaks against these: those that earn most stand in for most.
        free.sort_by(|a, b| self.compare_gains(*b, *a).then(a.cmp(b)));
        for by in free.into_iter().take(MOST_FREE) {
            if !gone.contains(&by) {
                self.drop_by(by, atoms, &mut gone);
            }
        }
        atoms.iter().copied().filter(|a| gone.contains(a)).collect()
    }

    /// Notes which of the others the atom stands in for.
    fn drop_by(&self, by: u32, others: &[u32], gone: &mut HashSet<u32>) {
        for other in others.iter().copied().filter(|other| *other != by) {
            if !gone.contains(&other) && self.stands_in(by, other) && (by < other || !self.stands_in(other, by)) {
                gone.insert(other);
            }
        }
    }

    /// Whether exchanging the other atom for this one cannot make things worse.
    fn stands_in(&self, by: u32, other: u32) -> bool {
        if self.compare_gains(by, other) == Ordering::Less {
            return false;
        }
        // Both lists are in the order of sums.
        let (mut new, mut old) = (self.of(by).iter().peekable(), self.of(other).iter().peekable());
        loop {
            let sum = match (new.peek(), old.peek()) {
                (None, None) => return true,
                (Some(n), None) => n.sum,
                (None, Some(o)) => o.sum,
                (Some(n), Some(o)) => n.sum.min(o.sum),
            };
            let factor = |list: &mut std::iter::Peekable<std::slice::Iter<'_, Member>>| {
                list.next_if(|m| m.sum == sum).map_or(0, |m| m.factor)
            };
            let change = factor(&mut new) - factor(&mut old);
            let hurt = self.sums.hurt[sum as usize];
            if change > 0 && hurt.by_more || change < 0 && hurt.by_less {
                return false;
            }
        }
    }

    /// Compares what two atoms earn: priority 1 decides first, then priority 2, and so on.
    fn compare_gains(&self, a: u32, b: u32) -> Ordering {
        let of = |atom: u32| self.gains.at(Var(atom));
        let (mut mine, mut theirs) = (of(a).iter().peekable(), of(b).iter().peekable());
        loop {
            let priority = match (mine.peek(), theirs.peek()) {
                (None, None) => return Ordering::Equal,
                (Some((p, _)), None) | (None, Some((p, _))) => *p,
                (Some((p, _)), Some((q, _))) => *p.min(q),
            };
            let amount = |list: &mut std::iter::Peekable<std::slice::Iter<'_, (u32, i64)>>| {
                list.next_if(|(p, _)| *p == priority).map_or(0, |(_, amount)| *amount)
            };
            let order = amount(&mut mine).cmp(&amount(&mut theirs));
            if order != Ordering::Equal {
                return order;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Amount, Event, Opening, Room, Slot, Talk},
        rules::{Place, Rule, Where},
    };
    use jiff::civil::date;

    /// How many places are left to two talks of half an hour, in a room with a slot of an hour and an opening in the same
    /// hour.
    fn left(rules: impl IntoIterator<Item = Rule>) -> usize {
        let at = |hour| date(2026, 10, 30).at(hour, 0, 0, 0);
        let mut event = Event::new("tiny", "Europe/Paris");
        event.rooms.push(Room::new("a"));
        event.slots.push(Slot::new("slot", at(9), at(10)).rooms(["a"]));
        event.openings.push(Opening::new(at(9), at(10), 30).rooms(["a"]));
        event.talks = ["p1", "p2"].map(|id| Talk::new(id, "").minutes(30)).to_vec();
        event.rules.extend(rules);
        let program = Program::of(&event.check().expect("an event without problems")).expect("a program");
        assert_eq!(program.atoms.len(), 6);
        let fixing = program.shrink();
        (0..6).filter(|i| fixing.is_free(Var(*i))).count()
    }

    fn in_the_slot() -> Rule {
        Rule::weighted(Amount::ONE, Place::within(Where::slots(["slot"])))
    }

    fn out_of_the_slot() -> Rule {
        Rule::weighted(Amount::ONE, Place::outside(Where::slots(["slot"])))
    }

    #[test]
    fn a_place_that_takes_the_room_longer_for_nothing_is_ruled_out() {
        assert_eq!(left([]), 4);
    }

    #[test]
    fn a_place_that_earns_more_is_kept_however_long_it_takes_the_room() {
        assert_eq!(left([in_the_slot()]), 6);
    }

    #[test]
    fn an_earlier_priority_decides_between_places() {
        assert_eq!(left([in_the_slot().priority(2), out_of_the_slot()]), 4);
        assert_eq!(left([in_the_slot(), out_of_the_slot().priority(2)]), 6);
    }
}
