//! The program stated anew in papers at times, tracks in rooms, and what follows from both.

use super::{
    super::{Atom, Class, ClassIx, Gain, Growth, Indicator, Origin, Pass, Penalty, Program, Row, Sum, Var},
    Tracks, atom,
    structure::{Pair, RoomRow, Structure},
};
use crate::event::TalkIx;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The shrunk program; none where something cannot be said in it.
pub(super) fn rewritten(program: &Program, structure: &Structure) -> Option<Program> {
    let mut rewrite = Rewrite::new(program, structure);
    rewrite.places();
    rewrite.apart();
    rewrite.split();
    rewrite.at_most()?;
    rewrite.enough_blocks();
    for (i, row) in program.rows.iter().enumerate() {
        match structure.rows.get(&(i as u32)) {
            Some(RoomRow::Together(pairs)) => rewrite.together(row, pairs)?,
            Some(_) => {}
            None => rewrite.row(row)?,
        }
    }
    rewrite.gains()?;
    Some(rewrite.finish())
}

/// The rows by which two groups share no room at some time, for each room and pair.
fn cells(structure: &Structure) -> HashMap<(ClassIx, Pair), Vec<u32>> {
    let mut cells: HashMap<(ClassIx, Pair), Vec<u32>> = HashMap::new();
    for (i, said) in &structure.rows {
        if let RoomRow::Apart(class, groups) = said {
            for pair in groups.iter().flat_map(|(_, pairs)| pairs) {
                cells.entry((*class, *pair)).or_default().push(*i);
            }
        }
    }
    cells.values_mut().for_each(|rows| rows.sort_unstable());
    cells
}

/// How many of a group's talks a room holds at some times.
struct Limit {
    most: i64,
    row: usize,
    /// That the group is there at all, where the row that keeps groups apart says so.
    used: Option<Var>,
    /// The row is about no other group.
    alone: bool,
}

struct Rewrite<'p> {
    program: &'p Program,
    structure: &'p Structure,
    cells: HashMap<(ClassIx, Pair), Vec<u32>>,
    /// Whether a talk must be placed.
    accepted: Vec<bool>,
    atoms: Vec<Atom>,
    talk_atoms: Vec<std::ops::Range<u32>>,
    classes: Vec<Class>,
    /// The first atom for the rooms of each group.
    room_atoms: Vec<u32>,
    indicators: Vec<Indicator>,
    known: HashMap<Indicator, Var>,
    rows: Vec<Row>,
    gains: Vec<Gain>,
    constants: BTreeMap<u32, i64>,
    /// What each indicator of the program has become.
    said: HashMap<Var, Sum>,
    /// Whether a group's pairs are used: an indicator each.
    uses: BTreeMap<(u32, Vec<Pair>), Var>,
    /// For each use, how many talks it has room for, and of which pairs, and where that is said.
    seats: BTreeMap<Var, (i64, BTreeSet<Pair>, u32)>,
    tracks: Tracks,
}

impl<'p> Rewrite<'p> {
    fn new(program: &'p Program, structure: &'p Structure) -> Self {
        let mut accepted = vec![false; program.talk_atoms.len()];
        for row in &program.rows {
            if let Origin::OnePlace(talk) = &program.origins[row.origin as usize] {
                accepted[talk.at()] = row.lower == Some(1);
            }
        }
        Self {
            program,
            structure,
            cells: cells(structure),
            accepted,
            atoms: Vec::new(),
            talk_atoms: Vec::new(),
            classes: program.classes.clone(),
            room_atoms: Vec::new(),
            indicators: Vec::new(),
            known: HashMap::new(),
            rows: Vec::new(),
            gains: Vec::new(),
            constants: program.constants.clone(),
            said: HashMap::new(),
            uses: BTreeMap::new(),
            seats: BTreeMap::new(),
            tracks: Tracks { group_of: structure.group_of.clone(), ..Tracks::default() },
        }
    }

    /// An atom for each talk and time, then one for each group and room.
    fn places(&mut self) {
        let mut class_of: BTreeMap<&[ClassIx], ClassIx> = BTreeMap::new();
        let mut firsts = self.structure.first.iter().map(|v| *atom(self.program, *v)).peekable();
        for talk in TalkIx::all(self.program.talk_atoms.len()) {
            let group = &self.structure.groups[self.structure.group_of[talk.at()] as usize];
            let class = *class_of.entry(&group.rooms).or_insert_with(|| {
                let rooms = group.rooms.iter().flat_map(|c| self.program.classes[c.at()].rooms.iter().copied());
                self.classes.push(Class { rooms: rooms.collect() });
                ClassIx(self.classes.len() as u32 - 1)
            });
            let from = self.atoms.len() as u32;
            while let Some(first) = firsts.next_if(|a| a.talk == talk) {
                self.atoms.push(Atom { class, ..first });
            }
            self.talk_atoms.push(from..self.atoms.len() as u32);
        }
        for (i, group) in self.structure.groups.iter().enumerate() {
            let from = self.atoms.len() as u32;
            self.room_atoms.push(from);
            let talk = TalkIx(self.talk_atoms.len() as u32);
            // A time of its own, before all others, in which nothing runs.
            let start = -1 - i as i64;
            let in_room =
                |class: &ClassIx| Atom { talk, start, end: start, busy_until: start, class: *class, slot: None };
            self.atoms.extend(group.rooms.iter().map(in_room));
            self.talk_atoms.push(from..self.atoms.len() as u32);
        }
    }

    /// The atom of a pair: pairs are numbered as their atoms are.
    fn paper(pair: Pair) -> Var {
        Var(pair)
    }

    /// The atom of a group in a room that it could have.
    fn room(&self, group: u32, class: ClassIx) -> Option<Var> {
        let nth = self.structure.groups[group as usize].rooms.binary_search(&class).ok()?;
        Some(Var(self.room_atoms[group as usize] + nth as u32))
    }

    fn at_least(&mut self, sum: Sum, least: i64) -> Var {
        let sum = sum.normal();
        let indicator = Indicator { at_least: least - sum.constant, terms: sum.terms };
        let next = Var((self.atoms.len() + self.indicators.len()) as u32);
        *self.known.entry(indicator).or_insert_with_key(|indicator| {
            self.indicators.push(indicator.clone());
            next
        })
    }

    fn require(&mut self, origin: u32, sum: Sum, lower: Option<i64>, upper: Option<i64>) {
        let sum = sum.normal();
        self.rows.push(Row {
            terms: sum.terms,
            lower,
            upper,
            unit: 1,
            growth: Growth::Linear,
            when: None,
            penalty: None,
            origin,
        });
    }

    /// Which groups use which blocks, as indicators.
    fn apart(&mut self) {
        let groups = |said: &'p RoomRow| match said {
            RoomRow::Apart(_, groups) => groups.as_slice(),
            _ => &[],
        };
        let uses: BTreeSet<&(u32, Vec<Pair>)> = self.structure.rows.values().flat_map(groups).collect();
        let first = self.atoms.len() as u32;
        for (group, pairs) in uses {
            let used = self.at_least(Sum::each(pairs.iter().map(|p| Self::paper(*p))), 1);
            self.uses.insert((*group, pairs.clone()), used);
        }
        self.tracks.uses = first..(self.atoms.len() + self.indicators.len()) as u32;
    }

    /// Which groups use which blocks in which rooms, and that no two use the same.
    fn split(&mut self) {
        let first = (self.atoms.len() + self.indicators.len()) as u32;
        let mut of_use: BTreeMap<Var, (u32, u32, Vec<Var>)> = BTreeMap::new();
        let mut together: BTreeMap<Vec<Var>, (u32, BTreeSet<ClassIx>)> = BTreeMap::new();
        for (i, row) in self.program.rows.iter().enumerate() {
            let Some(RoomRow::Apart(class, groups)) = self.structure.rows.get(&(i as u32)) else { continue };
            let mut at_most_one = Sum::default();
            let mut uses = Vec::with_capacity(groups.len());
            for (group, pairs) in groups {
                let used = self.uses[&(*group, pairs.clone())];
                let Some(room) = self.room(*group, *class) else { continue };
                let known = self.indicators.len();
                let split = self.at_least(Sum::each([used, room]), 2);
                at_most_one.add(split, 1);
                uses.push(used);
                if self.indicators.len() > known {
                    of_use.entry(used).or_insert_with(|| (row.origin, *group, Vec::new())).2.push(split);
                }
            }
            if groups.len() > 1 {
                self.require(row.origin, at_most_one, None, Some(1));
            }
            together.entry(uses).or_insert_with(|| (row.origin, BTreeSet::new())).1.insert(*class);
        }
        let complete = |(_, group, split): &(u32, u32, Vec<Var>)| {
            split.len() == self.structure.groups[*group as usize].rooms.len()
        };
        let all = of_use.values().all(complete);
        for (used, split) in &of_use {
            if complete(split) {
                let mut sum = Sum::each(split.2.iter().copied());
                sum.add(*used, -1);
                self.require(split.0, sum, Some(0), Some(0));
            }
        }
        // Only where each has its row are those rows enough.
        if all {
            self.tracks.split = first..(self.atoms.len() + self.indicators.len()) as u32;
        }
        // As many groups as there are rooms: what the rows above add up to, said once for all rooms.
        for (uses, (origin, classes)) in together {
            let rooms_of =
                |used: &Var| of_use.get(used).map(|(_, group, _)| &self.structure.groups[*group as usize].rooms);
            let inside =
                uses.iter().all(|used| rooms_of(used).is_some_and(|rooms| rooms.iter().all(|r| classes.contains(r))));
            if inside && uses.len() > classes.len() {
                self.require(origin, Sum::each(uses), None, Some(classes.len() as i64));
            }
        }
    }

    /// How many talks a room holds: as many of a group as of all, since others are not there.
    fn at_most(&mut self) -> Option<()> {
        let mut limits: BTreeMap<(u32, Vec<Pair>), BTreeMap<ClassIx, Limit>> = BTreeMap::new();
        for i in 0..self.program.rows.len() {
            let Some(RoomRow::AtMost(class, pairs, most)) = self.structure.rows.get(&(i as u32)) else { continue };
            let by_group = self.by_group(pairs);
            let mut apart = &[][..];
            if by_group.len() > 1 {
                // All of them are in one row that keeps groups apart.
                let rows = |pair: &Pair| self.cells.get(&(*class, *pair)).map_or(&[][..], Vec::as_slice);
                let row = rows(pairs.first()?).iter().find(|row| pairs.iter().all(|pair| rows(pair).contains(row)))?;
                if let Some(RoomRow::Apart(_, groups)) = self.structure.rows.get(row) {
                    apart = groups;
                }
            }
            let alone = by_group.len() == 1;
            for (group, pairs) in by_group {
                let used = apart.iter().find(|(g, _)| *g == group).and_then(|used| self.uses.get(used)).copied();
                limits.entry((group, pairs)).or_default().insert(*class, Limit { most: *most, row: i, used, alone });
            }
        }
        for ((group, pairs), by_room) in limits {
            let everywhere = by_room.len() == self.structure.groups[group as usize].rooms.len();
            let Some((most, used)) = super::same(by_room.values().map(|l| (l.most, l.used))).filter(|_| everywhere)
            else {
                // In some rooms only: where the row is about this group alone, it is like any other.
                for limit in by_room.values() {
                    if !limit.alone {
                        return None;
                    }
                    self.row(&self.program.rows[limit.row])?;
                }
                continue;
            };
            let origin = by_room.values().next().map(|limit| self.program.rows[limit.row].origin)?;
            if let Some(used) = used {
                let (seats, covered, _) = self.seats.entry(used).or_insert_with(|| (0, BTreeSet::new(), origin));
                *seats += most;
                covered.extend(pairs.iter().copied());
            }
            if self.talks_of(&pairs) <= most {
                continue;
            }
            let mut sum = Sum::each(pairs.iter().map(|p| Self::paper(*p)));
            if let Some(used) = used {
                sum.add(used, -most);
            }
            self.require(origin, sum, None, Some(if used.is_some() { 0 } else { most }));
        }
        Some(())
    }

    /// The pairs of each group.
    fn by_group(&self, pairs: &[Pair]) -> BTreeMap<u32, Vec<Pair>> {
        let mut by_group: BTreeMap<u32, Vec<Pair>> = BTreeMap::new();
        for pair in pairs {
            let talk = self.structure.talk(self.program, *pair);
            by_group.entry(self.structure.group_of[talk.at()]).or_default().push(*pair);
        }
        by_group
    }

    /// How many talks they are of.
    fn talks_of(&self, pairs: &[Pair]) -> i64 {
        let mut talks: Vec<TalkIx> = pairs.iter().map(|p| self.structure.talk(self.program, *p)).collect();
        talks.dedup();
        talks.len() as i64
    }

    /// A group whose talks must all be placed uses as many blocks as they fill.
    fn enough_blocks(&mut self) {
        for (i, group) in self.structure.groups.iter().enumerate() {
            let all: Vec<(&Vec<Pair>, Var)> = self
                .uses
                .iter()
                .filter(|((g, _), _)| *g == i as u32)
                .map(|((_, pairs), used)| (pairs, *used))
                .collect();
            let mut pairs: Vec<Pair> = all.iter().flat_map(|(pairs, _)| pairs.iter().copied()).collect();
            pairs.sort_unstable();
            let known = |pairs: &[Pair], used: &Var| {
                let (seats, covered, _) = self.seats.get(used)?;
                covered.iter().eq(pairs).then_some(*seats)
            };
            let seats = super::same(all.iter().map(|(pairs, used)| known(pairs, used)));
            let Some(Some(seats)) = seats.filter(|_| pairs == group.pairs) else { continue };
            let talks = group.talks.iter().filter(|t| self.accepted[t.at()]).count() as i64;
            let origin = all.first().and_then(|(_, used)| self.seats.get(used)).map(|(_, _, origin)| *origin);
            if let Some(origin) = origin.filter(|_| talks > 0 && seats > 0) {
                let sum = Sum::each(all.into_iter().map(|(_, used)| used));
                self.require(origin, sum, Some((talks + seats - 1) / seats), None);
            }
        }
    }

    /// Pairs that share a room: of groups that are never in one room at those times, one at most is there.
    fn together(&mut self, row: &Row, pairs: &[Pair]) -> Option<()> {
        let by_group = self.by_group(pairs);
        if by_group.len() < 2 {
            return Some(());
        }
        let rows = |class: ClassIx, pair: Pair| self.cells.get(&(class, pair)).map_or(&[][..], Vec::as_slice);
        let groups: Vec<u32> = by_group.keys().copied().collect();
        for (n, a) in groups.iter().enumerate() {
            for b in &groups[n + 1..] {
                let of = |group: &u32| &self.structure.groups[*group as usize].rooms;
                for class in of(a).iter().filter(|c| of(b).binary_search(c).is_ok()) {
                    for (pair, other) in by_group[a].iter().flat_map(|p| by_group[b].iter().map(move |q| (*p, *q))) {
                        let of_other = rows(*class, other);
                        if !rows(*class, pair).iter().any(|row| of_other.contains(row)) {
                            return None;
                        }
                    }
                }
            }
        }
        let mut sum = Sum::default();
        for pairs in by_group.into_values() {
            let papers = Sum::each(pairs.iter().map(|p| Self::paper(*p)));
            if self.talks_of(&pairs) == 1 {
                sum.add_sum(&papers, 1);
            } else {
                let any = self.at_least(papers, 1);
                sum.add(any, 1);
            }
        }
        self.require(row.origin, sum, None, Some(1));
        Some(())
    }

    /// Any other row.
    fn row(&mut self, row: &Row) -> Option<()> {
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
    fn talk_sum(&self, talk: TalkIx, terms: &[(Var, i64)], new: &mut Sum) -> Option<()> {
        let range = self.program.talk_atoms[talk.at()].clone();
        let group = self.structure.group_of[talk.at()];
        let rooms = &self.structure.groups[group as usize].rooms;
        let mut factors = terms.iter().copied().peekable();
        let mut of_pair: BTreeMap<Pair, BTreeMap<ClassIx, i64>> = BTreeMap::new();
        for var in range.map(Var) {
            let factor = factors.next_if(|(v, _)| *v == var).map_or(0, |(_, f)| f);
            of_pair.entry(self.structure.pair_of[var.at()]).or_default().insert(atom(self.program, var).class, factor);
        }
        let base = of_pair.values().next()?.clone();
        let most = base.values().copied().max()?;
        for (pair, of_room) in &of_pair {
            let shift = super::same(rooms.iter().map(|room| of_room[room] - base[room]))?;
            new.add(Self::paper(*pair), shift + most);
        }
        for (room, factor) in base.iter().filter(|(_, factor)| **factor != most) {
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
        let atoms = super::structure::any_of(self.program, var)?;
        let group = super::same(atoms.iter().map(|v| self.structure.group_of[atom(self.program, *v).talk.at()]))?;
        let mut by_pair: BTreeMap<Pair, BTreeSet<ClassIx>> = BTreeMap::new();
        for v in &atoms {
            by_pair.entry(self.structure.pair_of[v.at()]).or_default().insert(atom(self.program, *v).class);
        }
        let rooms = super::same(by_pair.values())?.clone();
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
    fn gains(&mut self) -> Option<()> {
        let mut by_priority: BTreeMap<u32, Vec<(Var, i64)>> = BTreeMap::new();
        for gain in &self.program.gains {
            by_priority.entry(gain.priority).or_default().push((gain.var, gain.amount));
        }
        for (priority, terms) in by_priority {
            let terms = Sum { terms, constant: 0 }.normal().terms;
            let sum = self.sum(&terms)?;
            *self.constants.entry(priority).or_default() += sum.constant;
            let factors: HashMap<Var, i64> = sum.terms.iter().copied().collect();
            let mut shift: HashMap<Var, i64> = HashMap::new();
            for (i, group) in self.structure.groups.iter().enumerate() {
                let vars = (0..group.rooms.len() as u32).map(|n| Var(self.room_atoms[i] + n));
                let best = vars.clone().map(|v| factors.get(&v).copied().unwrap_or(0)).max().unwrap_or(0);
                if best != 0 {
                    *self.constants.entry(priority).or_default() += best;
                    shift.extend(vars.map(|v| (v, best)));
                }
            }
            let mut amounts: BTreeMap<Var, i64> = sum.terms.into_iter().collect();
            for (var, best) in shift {
                *amounts.entry(var).or_default() -= best;
            }
            let gains = amounts.into_iter().filter(|(_, amount)| *amount != 0);
            self.gains.extend(gains.map(|(var, amount)| Gain { var, amount, priority }));
        }
        Some(())
    }

    fn finish(mut self) -> Program {
        let mut origins = self.program.origins.clone();
        // A group is placed like a talk: in one room.
        for group in 0..self.structure.groups.len() {
            let range = self.talk_atoms[self.program.talk_atoms.len() + group].clone();
            if range.is_empty() {
                continue;
            }
            origins.push(Origin::OnePlace(TalkIx((self.program.talk_atoms.len() + group) as u32)));
            self.require(origins.len() as u32 - 1, Sum::each(range.map(Var)), Some(1), Some(1));
        }
        let mut passes = self.program.passes.clone();
        passes.push(Pass {
            rows_before: Some(self.program.rows.len()),
            rows_after: Some(self.rows.len()),
            ..Pass::atoms("rooms of tracks", self.program.atoms.len(), self.atoms.len())
        });
        Program {
            atoms: self.atoms,
            talk_atoms: self.talk_atoms,
            classes: self.classes,
            start_classes: self.program.start_classes.clone(),
            indicators: self.indicators,
            rows: self.rows,
            penalties: self.program.penalties.iter().map(Penalty::clone).collect(),
            gains: self.gains,
            constants: self.constants,
            origins,
            passes,
            tracks: self.tracks,
        }
    }
}
