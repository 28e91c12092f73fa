//! Nested rooms: a talk chooses the smallest room that it is content with, and may be given a larger one.
//!
//! A talk for forty people does not mind whether its room seats sixty or six hundred. Its places in every class of rooms from
//! there on are one atom, "in this room or in a larger one"; for each class, the talks that chose it or a larger one are at
//! most as many as there are such rooms. Half of the atoms of a grid go, and with them ties that no search can break.
//!
//! **Where.** At starts of one slot, or at which every talk of an opening takes its room until the same minute, into which
//! nothing runs, and whose classes make a chain: whoever can be in one class can be in every larger one, earns there at least as much at every
//! priority, and no rule tells where of all these it is. "Larger" is read from the program, not from capacities: what a
//! talk needs, and what it costs to turn people away, make chains of their own. A start at which that leaves no atom out
//! stays as it is.
//!
//! **Why it is exact.** Let the classes be 1 to m from the smallest up, and let each talk at the start have chosen one, with at
//! most as many talks in classes k to m as there are seats in them, for each k. Give seats to the talks from
//! those that chose the largest class down. When a talk that chose class k has its turn, all who had theirs sit in classes
//! k to m and are fewer than the seats there, so one is free (Hall's condition, *On representatives of subsets*, 1935, which
//! on a chain is about these sets alone). Sitting in a larger class than was chosen costs nothing, as said above. The
//! other way round, every valid choice of places satisfies these rows. So the two programs have the same best worth; a
//! choice that was not the best may turn out better once [its seats are given](Program::raised).
//!
//! Where talks of different lengths overlap, such choices could not always be seated (interval scheduling on nested
//! machines is NP-complete from three classes on: Kolen, Lenstra and Papadimitriou, *Interval scheduling problems*, 1987),
//! so those starts keep a row for each class.

use super::{Atom, ClassIx, Gain, Growth, Indicator, Origin, Pass, Program, Row, Var};
use crate::event::{Minute, SlotIx};
use std::{collections::BTreeMap, ops::Range};

/// The starts at which a talk in a class of rooms is in that one or in a larger one.
#[derive(Clone, Debug, Default)]
pub struct Nesting {
    /// The classes at each such start, from the smallest up.
    chains: BTreeMap<Minute, Vec<ClassIx>>,
}

impl Nesting {
    /// The classes that a talk may be given that chose this one at that start; none where it gets what it chose.
    pub fn from(&self, start: Minute, class: ClassIx) -> Option<&[ClassIx]> {
        let chain = self.chains.get(&start)?;
        let rank = chain.iter().position(|c| *c == class)?;
        Some(&chain[rank..])
    }

    /// The classes of each start, from the smallest up.
    pub(crate) fn chains(&self) -> impl Iterator<Item = (Minute, &[ClassIx])> {
        self.chains.iter().map(|(start, chain)| (*start, chain.as_slice()))
    }
}

/// What is at a start.
#[derive(Debug)]
struct At {
    until: Minute,
    slot: Option<SlotIx>,
    /// Whether its rooms may be nested, as far as is known.
    open: bool,
    /// The atoms of each talk.
    runs: Vec<Range<u32>>,
}

impl Program {
    /// The same program with nested rooms, where that leaves atoms out.
    pub(super) fn with_nested_rooms(self) -> Self {
        if !self.tracks.is_empty() || self.classes.len() < 2 {
            return self;
        }
        let mut starts = self.isolated();
        self.close_told_apart(&mut starts);
        let gains = self.gains_by_priority();
        let mut kept = vec![true; self.atoms.len()];
        let mut nesting = Nesting::default();
        for (start, at) in starts.iter().filter(|(_, at)| at.open) {
            let Some(chain) = self.chain(at, &gains) else { continue };
            if self.leave_out(at, &chain, &gains, &mut kept) {
                nesting.chains.insert(*start, chain);
            }
        }
        if nesting.chains.is_empty() { self } else { self.nested(&nesting, &starts, &kept) }
    }

    /// The starts, and at which of them all talks take their rooms for one stretch of time that is theirs alone.
    fn isolated(&self) -> BTreeMap<Minute, At> {
        let mut starts: BTreeMap<Minute, At> = BTreeMap::new();
        let mut first = 0;
        for run in self.atoms.chunk_by(|a, b| (a.talk, a.start) == (b.talk, b.start)) {
            let range = first..first + run.len() as u32;
            first = range.end;
            let (until, slot) = (run[0].busy_until, run[0].slot);
            let at = starts.entry(run[0].start).or_insert(At { until, slot, open: true, runs: Vec::new() });
            at.open &= run.iter().all(|a| (a.busy_until, a.slot) == (at.until, at.slot));
            // All atoms of a talk at a start are one run.
            at.open &= at.runs.last().is_none_or(|last| self.atoms[last.start as usize].talk != run[0].talk);
            at.until = run.iter().map(|a| a.busy_until).fold(at.until, Minute::max);
            at.runs.push(range);
        }
        let mut before = Minute::MIN;
        for (start, at) in &mut starts {
            at.open &= before <= *start;
            before = before.max(at.until);
        }
        let mut next = Minute::MAX;
        for (start, at) in starts.iter_mut().rev() {
            at.open &= at.until <= next;
            next = *start;
        }
        starts
    }

    /// Closes the starts at which anything but rows of rooms tells a talk's places apart.
    fn close_told_apart(&self, starts: &mut BTreeMap<Minute, At>) {
        let mut run_of: Vec<Range<u32>> = vec![0..0; self.atoms.len()];
        for run in starts.values().flat_map(|at| &at.runs) {
            run_of[run.start as usize..run.end as usize].fill(run.clone());
        }
        let mut close = |var: Var| {
            if let Some(at) = starts.get_mut(&self.atoms[var.at()].start) {
                at.open = false;
            }
        };
        let is_seat = |row: &&Row| matches!(self.origins[row.origin as usize], Origin::OneTalkARoom(_));
        let of_rows = self.rows.iter().filter(|row| !is_seat(row)).map(|row| &row.terms);
        for terms in of_rows.chain(self.indicators.iter().map(|i| &i.terms)) {
            let mut rest = terms.as_slice();
            while let Some((var, factor)) = rest.first().filter(|(v, _)| v.at() < self.atoms.len()) {
                let run = &run_of[var.at()];
                let own = &rest[..rest.len().min(run.len())];
                if own.len() == run.len() && own.iter().zip(run.clone()).all(|(term, i)| *term == (Var(i), *factor)) {
                    rest = &rest[run.len()..];
                } else {
                    close(*var);
                    rest = &rest[1..];
                }
            }
        }
        let conditions = self.rows.iter().filter_map(|row| row.when).filter(|v| v.at() < self.atoms.len());
        conditions.filter(|v| run_of[v.at()].len() > 1).for_each(close);
    }

    /// What each atom earns: a list for each priority, the first of which comes first.
    fn gains_by_priority(&self) -> Vec<Vec<i64>> {
        let mut gains: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for gain in self.gains.iter().filter(|g| g.var.at() < self.atoms.len()) {
            gains.entry(gain.priority).or_insert_with(|| vec![0; self.atoms.len()])[gain.var.at()] += gain.amount;
        }
        gains.into_values().collect()
    }

    /// The classes at a start, so that whoever can be in one can be in all that follow and earns no less there; none where
    /// no order is such.
    fn chain(&self, at: &At, gains: &[Vec<i64>]) -> Option<Vec<ClassIx>> {
        // In a chain, more talks can be in a larger class, or the same ones that earn no less.
        let mut appeal: BTreeMap<ClassIx, (usize, Vec<i64>)> = BTreeMap::new();
        for i in at.runs.iter().flat_map(Clone::clone) {
            let (talks, earned) =
                appeal.entry(self.atoms[i as usize].class).or_insert_with(|| (0, vec![0; gains.len()]));
            *talks += 1;
            earned.iter_mut().zip(gains).for_each(|(sum, of)| *sum += of[i as usize]);
        }
        let mut chain: Vec<(ClassIx, (usize, Vec<i64>))> = appeal.into_iter().collect();
        chain.sort_by(|a, b| a.1.cmp(&b.1));
        let chain: Vec<ClassIx> = chain.into_iter().map(|(class, _)| class).collect();
        at.runs
            .iter()
            .all(|run| {
                let run = self.by_rank(run, &chain);
                run.len() <= chain.len()
                    && run.iter().rev().zip(chain.iter().rev()).all(|(i, c)| self.atoms[*i as usize].class == *c)
                    && run.windows(2).all(|p| gains.iter().all(|of| of[p[0] as usize] <= of[p[1] as usize]))
            })
            .then_some(chain)
    }

    /// A talk's atoms at a start, from the smallest class up.
    fn by_rank(&self, run: &Range<u32>, chain: &[ClassIx]) -> Vec<u32> {
        let mut run: Vec<u32> = run.clone().collect();
        run.sort_by_key(|i| chain.iter().position(|c| *c == self.atoms[*i as usize].class));
        run
    }

    /// Leaves out every place that earns no more than the talk's next smaller one; whether there is any.
    fn leave_out(&self, at: &At, chain: &[ClassIx], gains: &[Vec<i64>], kept: &mut [bool]) -> bool {
        let mut any = false;
        for run in &at.runs {
            for pair in self.by_rank(run, chain).windows(2) {
                let alike = gains.iter().all(|of| of[pair[0] as usize] == of[pair[1] as usize]);
                kept[pair[1] as usize] = !alike;
                any |= alike;
            }
        }
        any
    }

    /// The program of the atoms that are kept, with rows for nested rooms.
    fn nested(mut self, nesting: &Nesting, starts: &BTreeMap<Minute, At>, kept: &[bool]) -> Self {
        let (atoms_before, rows_before) = (self.atoms.len(), self.rows.len());
        let seats_of = |row: &Row| match self.origins[row.origin as usize] {
            Origin::OneTalkARoom(_) => row.terms.first().map(|(v, _)| self.atoms[v.at()].start),
            _ => None,
        };
        let replaced: Vec<bool> =
            self.rows.iter().map(|row| seats_of(row).is_some_and(|s| nesting.chains.contains_key(&s))).collect();
        let mut replaced = replaced.into_iter();
        self.rows.retain(|_| replaced.next() != Some(true));
        for (start, chain) in &nesting.chains {
            self.seats_from(*start, chain, &starts[start], kept);
        }

        let renumber = Renumber::of(kept);
        for row in &mut self.rows {
            renumber.terms(&mut row.terms);
            row.when = row.when.and_then(|v| renumber.var(v));
        }
        for Indicator { terms, .. } in &mut self.indicators {
            renumber.terms(terms);
        }
        self.gains = std::mem::take(&mut self.gains)
            .into_iter()
            .filter_map(|gain| Some(Gain { var: renumber.var(gain.var)?, ..gain }))
            .collect();
        for range in &mut self.talk_atoms {
            *range = renumber.before(range.start)..renumber.before(range.end);
        }
        let mut kept = kept.iter();
        self.atoms.retain(|_| kept.next() == Some(&true));
        self.nesting = nesting.clone();
        self.passes.push(Pass {
            rows_before: Some(rows_before),
            rows_after: Some(self.rows.len()),
            ..Pass::atoms("nested rooms", atoms_before, self.atoms.len())
        });
        self
    }

    /// For each class, from the largest down: the talks in it or a larger one are at most as many as there are seats.
    ///
    /// In that order, whoever leaves one full row leaves all full ones that follow.
    fn seats_from(&mut self, start: Minute, chain: &[ClassIx], at: &At, kept: &[bool]) {
        let mut terms: Vec<(Var, i64)> = Vec::new();
        let mut seen = vec![false; at.runs.len()];
        let (mut seats, mut talks) = (0, 0);
        for class in chain.iter().rev() {
            seats += self.classes[class.at()].rooms.len() * self.start_classes.number(start);
            let known = terms.len();
            for (run, seen) in at.runs.iter().zip(&mut seen) {
                let mut here = run.clone().filter(|i| self.atoms[*i as usize].class == *class && kept[*i as usize]);
                if let Some(i) = here.next() {
                    talks += usize::from(!std::mem::replace(seen, true));
                    terms.push((Var(i), 1));
                }
            }
            if terms.len() == known || talks <= seats {
                continue;
            }
            let mut sorted = terms.clone();
            sorted.sort_unstable();
            self.origins.push(Origin::OneTalkARoom(*class));
            self.rows.push(Row {
                terms: sorted,
                lower: None,
                upper: Some(seats as i64),
                unit: 1,
                growth: Growth::Linear,
                when: None,
                penalty: None,
                origin: self.origins.len() as u32 - 1,
            });
        }
    }

    /// The atoms in the classes whose seats they are given.
    pub(super) fn seated(&self, mut atoms: Vec<Atom>) -> Vec<Atom> {
        let mut at: BTreeMap<Minute, Vec<usize>> = BTreeMap::new();
        for (i, atom) in atoms.iter().enumerate() {
            if self.nesting.chains.contains_key(&atom.start) {
                at.entry(atom.start).or_default().push(i);
            }
        }
        for (start, mut here) in at {
            let chain = &self.nesting.chains[&start];
            let rank = |atom: &Atom| chain.iter().position(|c| *c == atom.class).unwrap_or(0);
            here.sort_by_key(|i| (std::cmp::Reverse(rank(&atoms[*i])), atoms[*i].talk));
            let mut left: Vec<usize> = chain
                .iter()
                .map(|class| self.classes[class.at()].rooms.len() * self.start_classes.number(start))
                .collect();
            for i in here {
                let own = rank(&atoms[i]);
                if let Some(given) = (own..chain.len()).find(|k| left[*k] > 0) {
                    left[given] -= 1;
                    atoms[i].class = chain[given];
                }
            }
        }
        atoms
    }

    /// The choice as its seats are given: where a talk sits in a larger class than it chose, and earns more there, it has
    /// chosen that one. Only a choice that is not the best changes.
    pub fn raised(&self, chosen: &[Var]) -> Vec<Var> {
        let mut chosen = chosen.to_vec();
        if self.nesting.chains.is_empty() {
            return chosen;
        }
        loop {
            let atoms: Vec<Atom> = chosen.iter().map(|v| self.atoms[v.at()]).collect();
            let raised: Vec<Var> =
                self.seated(atoms).iter().zip(&chosen).map(|(atom, v)| self.stands_for(atom).unwrap_or(*v)).collect();
            if raised == chosen {
                return raised;
            }
            chosen = raised;
        }
    }

    /// The atom that a talk in its place is said by: its own, or at nested rooms that of the largest class below.
    pub(crate) fn stands_for(&self, place: &Atom) -> Option<Var> {
        let chain = self.nesting.chains.get(&place.start);
        let rank = |class: ClassIx| chain.and_then(|chain| chain.iter().position(|c| *c == class));
        let own = rank(place.class);
        let first = self.atoms.partition_point(|a| a.talk < place.talk);
        let of_talk = self.atoms[first..].iter().zip(first as u32..).take_while(|(a, _)| a.talk == place.talk);
        let mut best: Option<(usize, Var)> = None;
        for (atom, i) in of_talk {
            if atom == place {
                return Some(Var(i));
            }
            let below = rank(atom.class).filter(|rank| own.is_some_and(|own| *rank <= own));
            if let Some(rank) = below
                && (Atom { class: place.class, ..*atom }) == *place
                && best.is_none_or(|(known, _)| known < rank)
            {
                best = Some((rank, Var(i)));
            }
        }
        best.map(|(_, v)| v)
    }
}

/// The variables that are kept, by their new positions.
struct Renumber {
    /// How many atoms are kept before each position.
    before: Vec<u32>,
    atoms: usize,
}

impl Renumber {
    fn of(kept: &[bool]) -> Self {
        let mut before = Vec::with_capacity(kept.len() + 1);
        before.push(0);
        for kept in kept {
            before.push(before[before.len() - 1] + u32::from(*kept));
        }
        Self { before, atoms: kept.len() }
    }

    fn before(&self, atom: u32) -> u32 {
        self.before[atom as usize]
    }

    fn var(&self, var: Var) -> Option<Var> {
        if var.at() >= self.atoms {
            let gone = self.atoms as u32 - self.before[self.atoms];
            return Some(Var(var.0 - gone));
        }
        let new = self.before[var.at()];
        (self.before[var.at() + 1] > new).then_some(Var(new))
    }

    fn terms(&self, terms: &mut Vec<(Var, i64)>) {
        terms.retain_mut(|(var, _)| match self.var(*var) {
            Some(new) => {
                *var = new;
                true
            }
            None => false,
        });
    }
}

#[cfg(test)]
mod tests;
