//! What the event itself requires: one place a talk, one talk a room, nobody in two places at once.

use super::{Charge, Draft};
use crate::{
    event::{Minute, TalkStatus},
    program::{Atom, ClassIx, Growth, Origin, Pass, Row, Sum, Var, start_classes::distinct_talks},
};

impl Draft<'_> {
    /// A talk has at most one place, an accepted one exactly one.
    pub(super) fn one_place_a_talk(&mut self) {
        for talk in self.event.talk_indices() {
            let facts = self.event.talk(talk);
            let accepted = facts.status == TalkStatus::Accepted;
            if self.talk_atoms[talk.at()].is_empty() && !accepted {
                continue;
            }
            let terms = self.atoms(talk).map(|v| (v, 1)).collect();
            let origin = self.origin(Origin::OnePlace(talk));
            self.rows.push(Row {
                terms,
                lower: accepted.then_some(1),
                upper: Some(1),
                unit: 1,
                growth: Growth::Linear,
                when: None,
                penalty: None,
                origin,
            });
        }
    }

    /// A room holds one talk at a time.
    pub(super) fn one_talk_a_room(&mut self) {
        let mut of_class = vec![Vec::new(); self.classes.len()];
        for var in self.in_order(self.all_atoms().collect()) {
            of_class[self.atom(var).class.at()].push(var);
        }
        for (class, atoms) in of_class.into_iter().enumerate() {
            if self.is_stopped() {
                return;
            }
            let rooms = self.classes[class].rooms.len() as i64;
            let class = ClassIx(class as u32);
            for together in self.moments(atoms, |a| a.busy_until) {
                let origin = self.origin(Origin::OneTalkARoom(class));
                let seats = rooms * self.start_classes.number(self.atom(together[0]).start) as i64;
                self.row(Charge { penalty: None, origin }, Sum::each(together), None, Some(seats), 1, None);
            }
        }
    }

    /// The atoms by start, and by position where they start together.
    pub(crate) fn in_order(&self, mut atoms: Vec<Var>) -> Vec<Var> {
        if atoms.is_sorted_by_key(|v| (self.rank(*v), *v)) {
            return atoms;
        }
        if !atoms.is_sorted() {
            atoms.sort_unstable();
        }
        if self.starts.len() > 4 * atoms.len() {
            atoms.sort_by_key(|v| self.rank(*v));
            return atoms;
        }
        // A counting sort: starts are few.
        let mut next = vec![0_u32; self.starts.len() + 1];
        for var in &atoms {
            next[self.rank(*var) as usize + 1] += 1;
        }
        for rank in 1..next.len() {
            next[rank] += next[rank - 1];
        }
        let mut sorted = vec![Var(0); atoms.len()];
        for var in atoms {
            let place = &mut next[self.rank(var) as usize];
            sorted[*place as usize] = var;
            *place += 1;
        }
        sorted
    }

    /// The largest sets of the atoms that are on together, each once. An atom is on from its start to `until`.
    pub fn moments(&self, atoms: Vec<Var>, until: impl Fn(&Atom) -> Minute) -> Vec<Vec<Var>> {
        let mut sets = Vec::new();
        let mut on: Vec<Var> = Vec::new();
        let mut first_end = Minute::MAX;
        let mut grown = false;
        for var in self.in_order(atoms) {
            let start = self.atom(var).start;
            // A set is largest just before the first of its members ends.
            if first_end <= start {
                if grown {
                    sets.push(on.clone());
                }
                on.retain(|v| until(self.atom(*v)) > start);
                first_end = on.iter().map(|v| until(self.atom(*v))).min().unwrap_or(Minute::MAX);
                grown = false;
            }
            if until(self.atom(var)) > start {
                on.push(var);
                first_end = first_end.min(until(self.atom(var)));
                grown = true;
            }
        }
        if grown {
            sets.push(on);
        }
        sets
    }

    /// What talks in conflict say, clique by clique.
    pub(super) fn never_at_once_rows(&mut self) {
        let before = self.rows.len();
        let mut in_pairs = 0;
        for clique in std::mem::take(&mut self.conflicts).cliques(self.halt) {
            if self.share_a_room(&clique) {
                self.left_to_the_room();
                continue;
            }
            let atoms: Vec<Var> = clique.iter().flat_map(|t| self.atoms(*t)).collect();
            for together in self.moments(atoms, |a| a.end) {
                let starts = self.start_classes.number(self.atom(together[0]).start);
                if distinct_talks(&self.atoms, &together) > starts {
                    in_pairs += clique.len() * (clique.len() - 1) / 2;
                    let origin = self.origin(Origin::NeverAtOnce(clique.clone()));
                    self.row(Charge { penalty: None, origin }, Sum::each(together), None, Some(starts as i64), 1, None);
                }
            }
        }
        self.passes.push(Pass::rows("cliques", before + in_pairs, self.rows.len()));
    }
}
