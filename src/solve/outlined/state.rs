//! A timetable on the grid of times and classes, and what single moves of it cost.
//!
//! Nothing but the groups of the talks that move is touched: how many talks of a group run at a time is counted, and what
//! a place costs a talk follows from the counts of its groups at the times that it would meet.

use super::ground::{Cell, Ground};
use crate::event::TalkIx;

/// What a choice of places is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    /// Less: talks that must be placed and are not, and talks at once that must not be.
    pub(super) broken: i64,
    /// Gains less costs, in thousandths.
    pub(super) value: i64,
}

impl Worth {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { broken: self.broken + other.broken, value: self.value + other.value }
    }

    pub(super) fn less(self, other: Self) -> Self {
        Self { broken: self.broken - other.broken, value: self.value - other.value }
    }
}

/// Where each talk is.
#[derive(Clone, Debug)]
pub(super) struct State<'g> {
    ground: &'g Ground<'g>,
    /// Where each talk is; none where it is left out.
    pub(super) at: Vec<Option<Cell>>,
    inside: Vec<Vec<TalkIx>>,
    counts: Vec<u16>,
    pub(super) worth: Worth,
}

impl<'g> State<'g> {
    /// Nothing is placed.
    pub(super) fn empty(ground: &'g Ground<'g>) -> Self {
        let times = ground.band_of.len();
        let owed = ground.must.iter().filter(|must| **must).count() as i64;
        Self {
            ground,
            at: vec![None; ground.talks],
            inside: vec![Vec::new(); times * ground.classes],
            counts: vec![0; times * ground.groups.len()],
            worth: Worth { broken: -owed, value: 0 },
        }
    }

    fn index(&self, cell: Cell) -> usize {
        cell.time as usize * self.ground.classes + cell.class as usize
    }

    /// What it is worth to have the talk there, as others are now.
    pub(super) fn worth_of(&self, talk: TalkIx, cell: Option<Cell>) -> Worth {
        let owed = i64::from(self.ground.must[talk.at()]);
        let Some(cell) = cell else { return Worth { broken: -owed, value: 0 } };
        let mut worth = Worth { broken: 0, value: self.ground.earns(talk, cell) };
        for group in &self.ground.groups_of[talk.at()] {
            let (forbidden, cost) = self.one_more(*group, cell.time);
            worth.broken -= forbidden;
            worth.value -= cost;
        }
        worth
    }

    /// What one more talk of the group costs at that time.
    fn one_more(&self, group: u32, time: u32) -> (i64, i64) {
        let times = self.ground.band_of.len();
        let counts = &self.counts[group as usize * times..(group as usize + 1) * times];
        let others: i64 = match self.ground.meets[time as usize].as_slice() {
            [own] => i64::from(counts[*own as usize]),
            meets => meets.iter().map(|t| i64::from(counts[*t as usize])).sum(),
        };
        self.ground.groups[group as usize].one_more(others)
    }

    /// What the talk's groups charge it where it is, beyond so much a group and band.
    pub(super) fn charged(&self, talk: TalkIx, beyond: &[i64]) -> Worth {
        let mut charged = Worth::default();
        let Some(cell) = self.at[talk.at()] else { return charged };
        for group in &self.ground.groups_of[talk.at()] {
            // The talk itself is counted where it is: with one less, what it adds.
            let times = self.ground.band_of.len();
            let counts = &self.counts[*group as usize * times..(*group as usize + 1) * times];
            let others: i64 =
                self.ground.meets[cell.time as usize].iter().map(|t| i64::from(counts[*t as usize])).sum();
            let (forbidden, cost) = self.ground.groups[*group as usize].one_more(others - 1);
            charged.broken += forbidden;
            let band = self.ground.band_of[cell.time as usize] as usize;
            charged.value += (cost - beyond[*group as usize * self.ground.bands.len() + band]).max(0);
        }
        charged
    }

    /// Puts the talk there, or takes it out.
    pub(super) fn put(&mut self, talk: TalkIx, cell: Option<Cell>) {
        let before = self.at[talk.at()];
        if before == cell {
            return;
        }
        if let Some(before) = before {
            let i = self.index(before);
            self.inside[i].retain(|t| *t != talk);
            self.count(talk, before.time, false);
        }
        self.at[talk.at()] = None;
        // With the talk out, what it was worth where it was is what goes, and what it is worth where it goes comes.
        let gone = self.worth_of(talk, before);
        let come = self.worth_of(talk, cell);
        self.worth = self.worth.less(gone).plus(come);
        if let Some(cell) = cell {
            let i = self.index(cell);
            self.inside[i].push(talk);
            self.count(talk, cell.time, true);
            self.at[talk.at()] = Some(cell);
        }
    }

    fn count(&mut self, talk: TalkIx, time: u32, comes: bool) {
        let times = self.ground.band_of.len();
        for group in &self.ground.groups_of[talk.at()] {
            let count = &mut self.counts[*group as usize * times + time as usize];
            *count = if comes { count.saturating_add(1) } else { count.saturating_sub(1) };
        }
    }

    /// Whether a room of the class is free then.
    pub(super) fn is_free(&self, cell: Cell) -> bool {
        self.taken(cell) < self.ground.rooms[cell.class as usize]
    }

    fn taken(&self, cell: Cell) -> i64 {
        self.ground.blocks[cell.time as usize]
            .iter()
            .map(|time| self.inside[self.index(Cell { time: *time, ..cell })].len() as i64)
            .sum()
    }

    /// A talk without which a room of the class is free then; none where more than one is in the way. Of several, `nth`
    /// chooses.
    pub(super) fn in_the_way(&self, cell: Cell, nth: usize) -> Option<TalkIx> {
        let taken = self.taken(cell);
        if taken != self.ground.rooms[cell.class as usize] {
            return None;
        }
        let at = |time: &u32| &self.inside[self.index(Cell { time: *time, ..cell })];
        let all = self.ground.blocks[cell.time as usize].iter().flat_map(at);
        all.clone().nth(nth % taken.max(1) as usize).copied()
    }
}
