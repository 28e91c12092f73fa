//! Local search on the grid: talks that lose something look for a better place.
//!
//! The bound says what each talk loses where it is: what its node takes from the bound, and what its crowds charge beyond
//! their multipliers. Only talks that lose something are tried, and only in nodes that take no more than they lose, so most
//! of ten thousand talks are never looked at. A talk takes the best of these places, free or by exchange with whoever is
//! there (min-conflicts: Minton, Johnston, Philips and Laird, *Minimizing conflicts*, 1992); where nothing improves any
//! more, small losses are accepted for a while (threshold accepting: Dueck and Scheuer, 1990). What is returned is the
//! best that was seen.

use super::{
    bound::Bound,
    chain::Lengths,
    ground::{Cell, Ground},
    state::{State, Worth},
};
use crate::{
    event::TalkIx,
    solve::backend::{Limits, Stop},
};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::time::Instant;

/// The most places that a talk looks at in one go.
const LOOKS: usize = 400;
/// The most places to which somebody in the way could go.
const ELSEWHERE: usize = 12;
/// How often all that lose something are tried without success before the search ends.
const PATIENCE: u32 = 60;
/// Counts of talks that are added up, and places that are passed over, in the time that a place takes to be tried.
pub(super) const STEPS: u64 = 32;
/// The limits are looked at after so many places tried.
const LOOK_UP: u64 = 256;

/// What a search found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) at: Vec<Option<Cell>>,
    /// When nothing was broken for the first time.
    pub(super) first_unbroken: Option<Instant>,
    pub(super) stop: Stop,
}

pub(super) struct Search<'g> {
    pub(super) ground: &'g Ground<'g>,
    pub(super) bound: &'g Bound,
    pub(super) state: State<'g>,
    pub(super) random: Xoshiro256PlusPlus,
    limits: &'g Limits,
    /// Places tried and not yet paid for, each in thousandths of a unit of work.
    tried: u64,
    /// Why it is time to stop.
    stop: Option<Stop>,
    /// Losses up to here are accepted.
    heat: i64,
    /// At first, no talk goes where it takes more from the bound than where it is.
    strict: bool,
}

/// A change of the timetable.
#[derive(Clone, Copy, Debug)]
enum Move {
    Out,
    To(Cell),
    /// The talk takes the place, the other goes elsewhere.
    Exchange(Cell, TalkIx, Option<Cell>),
}

impl<'g> Search<'g> {
    pub(super) fn new(ground: &'g Ground<'g>, bound: &'g Bound, limits: &'g Limits) -> Self {
        Self {
            ground,
            bound,
            state: State::empty(ground),
            random: Xoshiro256PlusPlus::seed_from_u64(limits.seed()),
            limits,
            tried: 0,
            stop: None,
            heat: 0,
            strict: true,
        }
    }

    /// Pays for a place that is tried: where starts are minutes apart, a talk meets those at a hundred others.
    pub(super) fn try_place(&mut self, talk: TalkIx, cell: Cell) {
        let (meets, blocks) = (&self.ground.meets[cell.time as usize], &self.ground.blocks[cell.time as usize]);
        let sums = self.ground.groups_of[talk.at()].len() * meets.len() + blocks.len();
        self.pay(1 + sums as u64 / STEPS);
    }

    /// Pays for so much work, and looks at the limits from time to time.
    pub(super) fn pay(&mut self, work: u64) {
        self.tried += work;
        if self.tried >= LOOK_UP {
            self.limits.spend(std::mem::take(&mut self.tried));
            self.stop = self.limits.stop();
        }
    }

    /// Whether it is time to stop.
    pub(super) fn is_over(&self) -> bool {
        self.stop.is_some()
    }

    /// Builds a first timetable: each talk in its node, at the time that costs it least; the most entangled first. Those for
    /// which there was no time stay out.
    pub(super) fn construct(&mut self, node_of: &[u32]) {
        let ground = self.ground;
        // What is forbidden first, then what is charged.
        let size = |t: &usize| {
            let groups = ground.groups_of[*t].iter().map(|g| &ground.groups[*g as usize]);
            let count = |forbids: bool| {
                groups.clone().filter(|g| g.crowd.is_none() == forbids).map(|g| g.talks.len()).sum::<usize>()
            };
            (count(true), count(false))
        };
        let mut order: Vec<usize> = (0..ground.talks).collect();
        order.sort_by_cached_key(|t| (!ground.must[*t], std::cmp::Reverse(size(t)), *t));
        for (i, talk) in order.into_iter().enumerate() {
            if i % 64 == 0 && self.limits.is_late() {
                return;
            }
            let node = node_of[talk] as usize;
            if node >= ground.nodes() {
                continue;
            }
            let talk = TalkIx(talk as u32);
            let class = (node % ground.classes) as u32;
            let free = |cell: &Cell, state: &State<'_>| ground.may(talk, *cell) && state.is_free(*cell);
            let cells = ground.bands[node / ground.classes].iter().map(|time| Cell { time: *time, class });
            let mut best: Option<(Worth, u64, Cell)> = None;
            for cell in cells {
                if free(&cell, &self.state) {
                    self.try_place(talk, cell);
                    let key = (self.state.worth_of(talk, Some(cell)), self.random.random::<u64>(), cell);
                    if best.is_none_or(|b| (key.0, key.1) > (b.0, b.1)) {
                        best = Some(key);
                    }
                }
            }
            if let Some((_, _, cell)) = best {
                self.state.put(talk, Some(cell));
            }
        }
    }

    /// What the talk loses where it is, against the bound.
    pub(super) fn loss(&self, talk: TalkIx) -> Worth {
        let Some(cell) = self.state.at[talk.at()] else {
            let owed = i64::from(self.ground.must[talk.at()]);
            return Worth { broken: owed, value: self.bound.slack_out(talk) };
        };
        let slack = self.bound.slack(self.ground, talk, self.ground.node(cell)).unwrap_or(0);
        self.state.charged(talk, &self.bound.multipliers).plus(Worth { broken: 0, value: slack })
    }

    /// Searches until the target (thousandths) is reached with nothing broken, or no more is found.
    pub(super) fn run(mut self, target: i64) -> Found {
        let limits = self.limits;
        let mut best = (self.state.worth, self.state.at.clone());
        let mut fruitless = 0;
        let mut first_unbroken = None;
        let stop = loop {
            if best.0.broken == 0 {
                first_unbroken.get_or_insert_with(Instant::now);
                limits.report.incumbent(1, best.0.value);
            }
            limits.spend(std::mem::take(&mut self.tried));
            if best.0 >= (Worth { broken: 0, value: target }) {
                break Stop::Proof;
            }
            if best.0.broken == 0 && limits.near(best.0.value as f64, target as f64) {
                break Stop::Gap;
            }
            if let Some(stop) = limits.stop() {
                break stop;
            }
            if fruitless == PATIENCE {
                break Stop::Work;
            }
            let mut losing: Vec<(TalkIx, Worth)> = (0..self.ground.talks as u32)
                .map(|t| (TalkIx(t), self.loss(TalkIx(t))))
                .filter(|(_, loss)| *loss > Worth::default())
                .collect();
            if losing.is_empty() {
                break Stop::Work;
            }
            // Cold, then hotter by turns, from what a talk typically loses.
            let typical = losing.iter().map(|(_, loss)| loss.value).sum::<i64>() / losing.len() as i64;
            self.heat = match fruitless % 6 {
                0..3 => 0,
                3 => typical / 16,
                4 => typical / 4,
                _ => typical,
            };
            self.strict = self.strict && fruitless == 0;
            losing.shuffle(&mut self.random);
            // Where exchanges find nothing more, chains may.
            let lengths = (fruitless % 6 == 1).then(|| Lengths::of(&self));
            for (talk, _) in losing {
                self.pay(1);
                if self.is_over() {
                    break;
                }
                let loss = self.loss(talk);
                if loss > Worth::default() {
                    match &lengths {
                        Some(lengths) => self.chain(talk, lengths),
                        None => self.improve(talk, loss),
                    }
                }
            }
            if self.state.worth > best.0 {
                best = (self.state.worth, self.state.at.clone());
                fruitless = 0;
            } else {
                fruitless += 1;
                if fruitless % 6 == 0 {
                    self.return_to(&best.1);
                }
            }
        };
        Found { at: best.1, first_unbroken, stop }
    }

    fn return_to(&mut self, at: &[Option<Cell>]) {
        for (talk, cell) in at.iter().enumerate() {
            if self.state.at[talk] != *cell {
                self.state.put(TalkIx(talk as u32), None);
            }
        }
        for (talk, cell) in at.iter().enumerate() {
            self.state.put(TalkIx(talk as u32), *cell);
        }
    }

    /// Gives the talk the best place among those that could be better.
    fn improve(&mut self, talk: TalkIx, loss: Worth) {
        let candidates = self.candidates(talk, loss);
        let (here, before) = (self.state.at[talk.at()], self.state.worth);
        self.state.put(talk, None);
        let mut best: Option<(Worth, u64, Move)> = None;
        let mut offer = |found: Option<(Worth, Move)>, luck: u64| {
            if let Some((worth, change)) = found
                && best.is_none_or(|(most, lucky, _)| (worth, luck) > (most, lucky))
            {
                best = Some((worth, luck, change));
            }
        };
        if here.is_some() && !self.ground.must[talk.at()] {
            offer(Some((self.state.worth, Move::Out)), 0);
        }
        let out = self.state.worth.less(self.state.worth_of(talk, None));
        for cell in candidates.into_iter().filter(|c| Some(*c) != here) {
            self.try_place(talk, cell);
            if self.is_over() {
                break;
            }
            let luck = self.random.random::<u64>();
            let found = if self.state.is_free(cell) {
                Some((out.plus(self.state.worth_of(talk, Some(cell))), Move::To(cell)))
            } else {
                self.exchange(talk, here, cell, luck)
            };
            offer(found, luck);
        }
        let risk = if self.heat > 0 { self.random.random_range(0..=self.heat) } else { 0 };
        match best.filter(|(worth, _, _)| worth.plus(Worth { broken: 0, value: risk }) >= before) {
            None => self.state.put(talk, here),
            Some((_, _, Move::Out)) => {}
            Some((_, _, Move::To(cell))) => self.state.put(talk, Some(cell)),
            Some((_, _, Move::Exchange(cell, other, goes))) => {
                self.state.put(other, None);
                self.state.put(talk, Some(cell));
                self.state.put(other, goes);
            }
        }
    }

    /// The best that comes of taking a place with whoever is in the way going to the place left, to one that is free, or
    /// out; and what everything is worth then. The talk is out.
    fn exchange(&mut self, talk: TalkIx, here: Option<Cell>, cell: Cell, luck: u64) -> Option<(Worth, Move)> {
        let other = self.state.in_the_way(cell, (luck >> 32) as usize)?;
        let was = self.state.at[other.at()];
        self.state.put(other, None);
        self.state.put(talk, Some(cell));
        let with = self.state.worth.less(self.state.worth_of(other, None));
        let mut goes: Vec<Option<Cell>> = Vec::new();
        goes.extend(here.filter(|h| self.ground.may(other, *h) && self.state.is_free(*h)).map(Some));
        if here.is_none() {
            goes.extend(self.free_for(other).into_iter().map(Some));
        }
        if !self.ground.must[other.at()] {
            goes.push(None);
        }
        let best = goes
            .into_iter()
            .map(|goes| (with.plus(self.state.worth_of(other, goes)), Move::Exchange(cell, other, goes)))
            .max_by_key(|(worth, _)| *worth);
        self.state.put(talk, None);
        self.state.put(other, was);
        best
    }

    /// A few free places for a talk.
    fn free_for(&mut self, talk: TalkIx) -> Vec<Cell> {
        let mut nodes: Vec<(i64, usize)> =
            (0..self.ground.nodes()).filter_map(|n| Some((self.bound.slack(self.ground, talk, n)?, n))).collect();
        nodes.sort_unstable();
        let mut cells = Vec::new();
        for (_, node) in nodes {
            let class = (node % self.ground.classes) as u32;
            let times = &self.ground.bands[node / self.ground.classes];
            self.pay(times.len() as u64 / STEPS);
            for time in times {
                let cell = Cell { time: *time, class };
                if self.state.is_free(cell) && self.ground.may(talk, cell) {
                    cells.push(cell);
                    if cells.len() == ELSEWHERE {
                        return cells;
                    }
                }
            }
        }
        cells
    }

    /// The places that take no more from the bound than the talk loses now, or a random choice of them.
    fn candidates(&mut self, talk: TalkIx, loss: Worth) -> Vec<Cell> {
        let own = self.state.at[talk.at()].and_then(|cell| self.bound.slack(self.ground, talk, self.ground.node(cell)));
        let most = match own {
            Some(own) if self.strict => own,
            _ if loss.broken > 0 => i64::MAX,
            _ => loss.value + self.heat,
        };
        let mut nodes: Vec<(i64, usize)> = (0..self.ground.nodes())
            .filter_map(|n| Some((self.bound.slack(self.ground, talk, n)?, n)))
            .filter(|(slack, _)| *slack <= most)
            .collect();
        nodes.sort_unstable();
        let mut cells = Vec::new();
        for (_, node) in nodes {
            let class = (node % self.ground.classes) as u32;
            let times = self.ground.bands[node / self.ground.classes].iter();
            cells.extend(times.map(|time| Cell { time: *time, class }).filter(|c| self.ground.may(talk, *c)));
            if cells.len() >= 4 * LOOKS {
                break;
            }
        }
        if cells.len() > LOOKS {
            cells.shuffle(&mut self.random);
            cells.truncate(LOOKS);
        }
        cells
    }
}
