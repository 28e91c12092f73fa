//! What the rows of the structure become: which groups use which blocks in which rooms.

use super::{
    super::{
        super::{ClassIx, Program, Row, Sum, Var},
        same,
        structure::{Pair, RoomRow, Structure},
    },
    Rewrite,
};
use crate::event::TalkIx;
use std::collections::{BTreeMap, BTreeSet};

/// The rows by which two groups share no room at some time, for each room and pair: lists end to end.
pub(super) struct Cells {
    classes: usize,
    ends: Vec<u32>,
    rows: Vec<u32>,
}

impl Cells {
    pub(super) fn of(program: &Program, structure: &Structure) -> Self {
        let classes = program.classes.len();
        let mut of: Vec<u32> = structure.rows.keys().copied().collect();
        of.sort_unstable();
        let each = || {
            of.iter().flat_map(|i| {
                let (class, groups) = match &structure.rows[i] {
                    RoomRow::Apart(class, groups) => (class.at(), groups.as_slice()),
                    _ => (0, &[][..]),
                };
                groups.iter().flat_map(|(_, pairs)| pairs).map(move |pair| (*pair as usize * classes + class, *i))
            })
        };
        let mut ends = vec![0_u32; structure.first.len() * classes + 1];
        each().for_each(|(cell, _)| ends[cell + 1] += 1);
        for cell in 1..ends.len() {
            ends[cell] += ends[cell - 1];
        }
        let mut next = ends.clone();
        let mut rows = vec![0; ends.last().copied().unwrap_or(0) as usize];
        for (cell, row) in each() {
            rows[next[cell] as usize] = row;
            next[cell] += 1;
        }
        Self { classes, ends, rows }
    }

    /// The rows that keep groups apart in the room at that pair's time, ascending.
    fn at(&self, class: ClassIx, pair: Pair) -> &[u32] {
        let cell = pair as usize * self.classes + class.at();
        &self.rows[self.ends[cell] as usize..self.ends[cell + 1] as usize]
    }
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

impl<'p> Rewrite<'p> {
    /// Which groups use which blocks, as indicators.
    pub(super) fn apart(&mut self) {
        let groups = |said: &'p RoomRow| match said {
            RoomRow::Apart(_, groups) => groups.as_slice(),
            _ => &[],
        };
        let uses: BTreeSet<&(u32, Vec<Pair>)> = self.structure.rows.values().flat_map(groups).collect();
        let first = self.atoms.len() as u32;
        for (group, pairs) in uses {
            let used = self.at_least(Sum::each(pairs.iter().map(|p| Self::paper(*p))), 1);
            self.uses.entry(*group).or_default().insert(pairs.clone(), used);
        }
        self.tracks.uses = first..(self.atoms.len() + self.indicators.len()) as u32;
    }

    /// Which groups use which blocks in which rooms, and that no two use the same.
    pub(super) fn split(&mut self) {
        let first = (self.atoms.len() + self.indicators.len()) as u32;
        let mut of_use: BTreeMap<Var, (u32, u32, Vec<Var>)> = BTreeMap::new();
        let mut together: BTreeMap<Vec<Var>, (u32, BTreeSet<ClassIx>)> = BTreeMap::new();
        for (i, row) in self.program.rows.iter().enumerate() {
            if self.halt.is_due() {
                return;
            }
            let Some(RoomRow::Apart(class, groups)) = self.structure.rows.get(&(i as u32)) else { continue };
            let mut at_most_one = Sum::default();
            let mut uses = Vec::with_capacity(groups.len());
            for (group, pairs) in groups {
                let Some(used) = self.used(*group, pairs) else { continue };
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
    pub(super) fn at_most(&mut self) -> Option<()> {
        let mut limits: BTreeMap<(u32, Vec<Pair>), BTreeMap<ClassIx, Limit>> = BTreeMap::new();
        for i in 0..self.program.rows.len() {
            if self.halt.is_due() {
                return None;
            }
            let Some(RoomRow::AtMost(class, by_group, most)) = self.structure.rows.get(&(i as u32)) else { continue };
            let pairs = || by_group.iter().flat_map(|(_, pairs)| pairs);
            let mut apart = &[][..];
            if by_group.len() > 1 {
                // All of them are in one row that keeps groups apart.
                let rows = |pair: &Pair| self.cells.at(*class, *pair);
                let row = rows(pairs().next()?).iter().find(|row| pairs().all(|pair| rows(pair).contains(row)))?;
                if let Some(RoomRow::Apart(_, groups)) = self.structure.rows.get(row) {
                    apart = groups;
                }
            }
            let alone = by_group.len() == 1;
            for (group, pairs) in by_group {
                let used = apart.iter().find(|(g, _)| g == group).and_then(|(g, pairs)| self.used(*g, pairs));
                limits
                    .entry((*group, pairs.clone()))
                    .or_default()
                    .insert(*class, Limit { most: *most, row: i, used, alone });
            }
        }
        for ((group, pairs), by_room) in limits {
            if self.halt.is_due() {
                return None;
            }
            let everywhere = by_room.len() == self.structure.groups[group as usize].rooms.len();
            let Some((most, used)) = same(by_room.values().map(|l| (l.most, l.used))).filter(|_| everywhere) else {
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

    /// The indicator that the group uses these pairs.
    fn used(&self, group: u32, pairs: &[Pair]) -> Option<Var> {
        self.uses.get(&group)?.get(pairs).copied()
    }

    /// The pairs of each group.
    pub(super) fn by_group(&self, pairs: &[Pair]) -> BTreeMap<u32, Vec<Pair>> {
        let mut by_group: BTreeMap<u32, Vec<Pair>> = BTreeMap::new();
        for pair in pairs {
            let talk = self.structure.talk(self.program, *pair);
            by_group.entry(self.structure.group_of[talk.at()]).or_default().push(*pair);
        }
        by_group
    }

    /// How many talks they are of.
    pub(super) fn talks_of(&self, pairs: &[Pair]) -> i64 {
        let mut talks: Vec<TalkIx> = pairs.iter().map(|p| self.structure.talk(self.program, *p)).collect();
        talks.dedup();
        talks.len() as i64
    }

    /// A group whose talks must all be placed uses as many blocks as they fill.
    pub(super) fn enough_blocks(&mut self) {
        for (i, group) in self.structure.groups.iter().enumerate() {
            let uses = self.uses.get(&(i as u32)).into_iter().flatten();
            let all: Vec<(&Vec<Pair>, Var)> = uses.map(|(pairs, used)| (pairs, *used)).collect();
            let mut pairs: Vec<Pair> = all.iter().flat_map(|(pairs, _)| pairs.iter().copied()).collect();
            pairs.sort_unstable();
            let known = |pairs: &[Pair], used: &Var| {
                let (seats, covered, _) = self.seats.get(used)?;
                covered.iter().eq(pairs).then_some(*seats)
            };
            let seats = same(all.iter().map(|(pairs, used)| known(pairs, used)));
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
    pub(super) fn together(&mut self, row: &Row, pairs: &[Pair]) -> Option<()> {
        let by_group = self.by_group(pairs);
        if by_group.len() < 2 {
            return Some(());
        }
        let rows = |class: ClassIx, pair: Pair| self.cells.at(class, pair);
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
}
