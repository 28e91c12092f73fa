//! What any other row, indicator or gain becomes: sums of papers at times and of groups in rooms.

use super::{
    super::{
        super::{ClassIx, Gain, Row, Sum, Var},
        atom, same,
        structure::{Pair, any_of},
    },
    Rewrite,
};
use crate::event::TalkIx;
use std::collections::{BTreeMap, BTreeSet};

impl Rewrite<'_> {
    /// Any other row.
    pub(super) fn row(&mut self, row: &Row) -> Option<()> {
        let sum = self.sum(&row.terms)?;
        let when = match row.when {
            None => None,
            Some(when) => {
                let sum = self.sum(&[(when, 1)])?;
                Some(match (sum.terms.as_slice(), sum.constant) {
                    ([(var, 1)], 0) => *var,
                    _ => self.at_least(sum, 1),
                })
            }
        };
        let (lower, upper) = (row.lower.map(|b| b - sum.constant), row.upper.map(|b| b - sum.constant));
        self.rows.push(Row { terms: sum.terms, lower, upper, when, ..row.clone() });
        Some(())
    }

    /// What a sum has become: for each talk, what depends on its time, and what on its room.
    fn sum(&mut self, terms: &[(Var, i64)]) -> Option<Sum> {
        let atoms = self.program.atoms.len();
        let mut new = Sum::default();
        let mut i = 0;
        while let Some((var, factor)) = terms.get(i) {
            if var.at() >= atoms {
                let said = self.indicator(*var)?;
                new.add_sum(&said, *factor);
                i += 1;
                continue;
            }
            let talk = atom(self.program, *var).talk;
            let own =
                terms[i..].iter().take_while(|(v, _)| v.at() < atoms && atom(self.program, *v).talk == talk).count();
            self.talk_sum(talk, &terms[i..i + own], &mut new)?;
            i += own;
        }
        Some(new.normal())
    }

    /// The terms of one talk: each factor is one of the time plus one of the room.
    fn talk_sum(&mut self, talk: TalkIx, terms: &[(Var, i64)], new: &mut Sum) -> Option<()> {
        let range = self.program.talk_atoms[talk.at()].clone();
        let group = self.structure.group_of[talk.at()];
        let rooms = &self.structure.groups[group as usize].rooms;
        // Pairs are numbered talk by talk, and each has an atom in each of the rooms.
        let first = self.structure.pair_of[range.start as usize];
        self.factors.clear();
        self.factors.resize(range.len(), 0);
        for (var, factor) in terms {
            let pair = self.structure.pair_of[var.at()] - first;
            self.factors[pair as usize * rooms.len() + self.nth_room[var.at()] as usize] = *factor;
        }
        let mut by_pair = self.factors.chunks_exact(rooms.len().max(1));
        let base = by_pair.clone().next()?;
        let most = base.iter().copied().max()?;
        by_pair.try_fold(first, |pair, of_room| {
            let shift = same(of_room.iter().zip(base).map(|(factor, base)| factor - base))?;
            if shift + most != 0 {
                new.add(Self::paper(pair), shift + most);
            }
            Some(pair + 1)
        })?;
        for (room, factor) in rooms.iter().zip(base).filter(|(_, factor)| **factor != most) {
            if !self.accepted[talk.at()] {
                return None;
            }
            new.add(self.room(group, *room)?, factor - most);
        }
        Some(())
    }

    /// What an indicator has become.
    fn indicator(&mut self, var: Var) -> Option<Sum> {
        if let Some(said) = self.said.get(&var) {
            return Some(said.clone());
        }
        let indicator = self.program.indicator(var)?;
        let said = if let Some(said) = self.in_some_rooms(var) {
            said
        } else {
            let sum = self.sum(&indicator.terms)?;
            self.at_least(sum, indicator.at_least).into()
        };
        self.said.insert(var, said.clone());
        Some(said)
    }

    /// "Any of these" of one group's talks, at some times in some of its rooms: they are then, and it is there.
    fn in_some_rooms(&mut self, var: Var) -> Option<Sum> {
        let term = (var, 1);
        let atoms = any_of(self.program, &term)?;
        let group = same(atoms.iter().map(|(v, _)| self.structure.group_of[atom(self.program, *v).talk.at()]))?;
        let mut by_pair: BTreeMap<Pair, BTreeSet<ClassIx>> = BTreeMap::new();
        for (v, _) in atoms {
            by_pair.entry(self.structure.pair_of[v.at()]).or_default().insert(atom(self.program, *v).class);
        }
        let rooms = same(by_pair.values())?.clone();
        let whole = &self.structure.groups[group as usize];
        if rooms.len() == whole.rooms.len() {
            return None;
        }
        let there: Option<Vec<Var>> = rooms.iter().map(|room| self.room(group, *room)).collect();
        let there = Sum::each(there?);
        let always = by_pair.len() == whole.pairs.len() && whole.talks.iter().any(|t| self.accepted[t.at()]);
        if always {
            return Some(there);
        }
        let then = self.at_least(Sum::each(by_pair.keys().map(|p| Self::paper(*p))), 1);
        let mut both = there;
        both.add(then, 1);
        Some(self.at_least(both, 2).into())
    }

    /// What is gained: by talks, then by groups in their rooms, of which the best gains nothing and the rest less.
    pub(super) fn gains(&mut self) -> Option<()> {
        let mut by_priority: BTreeMap<u32, Vec<(Var, i64)>> = BTreeMap::new();
        for gain in &self.program.gains {
            by_priority.entry(gain.priority).or_default().push((gain.var, gain.amount));
        }
        for (priority, terms) in by_priority {
            let terms = Sum { terms, constant: 0 }.normal().terms;
            let sum = self.sum(&terms)?;
            *self.constants.entry(priority).or_default() += sum.constant;
            let factor = |var: Var| sum.terms.binary_search_by_key(&var, |(v, _)| *v).map_or(0, |at| sum.terms[at].1);
            let mut shifted = Sum { terms: sum.terms.clone(), constant: 0 };
            for (i, group) in self.structure.groups.iter().enumerate() {
                let vars = (0..group.rooms.len() as u32).map(|n| Var(self.room_atoms[i] + n));
                let best = vars.clone().map(factor).max().unwrap_or(0);
                if best != 0 {
                    *self.constants.entry(priority).or_default() += best;
                    vars.for_each(|v| shifted.add(v, -best));
                }
            }
            let gains = shifted.normal().terms.into_iter();
            self.gains.extend(gains.map(|(var, amount)| Gain { var, amount, priority }));
        }
        Some(())
    }
}
