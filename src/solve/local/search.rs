//! The moves of local search, and how long it goes on.
//!
//! **A move.** A talk is taken out; a few of its places are looked at, with what each would be worth. Where a place is taken,
//! its holders go elsewhere: to the place that has become free (a swap), to another of theirs, or out (another talk is
//! chosen). Such an ejection chain is one move (Glover, *Ejection chains, reference structures and alternating path methods*,
//! 1996). Of all that were looked at, staying among them, one is drawn with a chance that grows with its worth: the heat-bath
//! rule of simulated annealing (Kirkpatrick, Gelatt and Vecchi, 1983; Geman and Geman, 1984), which at temperature 0 is
//! steepest ascent.
//!
//! What must hold is weighed, not enforced: talks without a place and rows broken cost more than anything that could be gained
//! by them, so that the search can pass through what is not valid. Only valid timetables are kept.

use super::{
    floors::Floor,
    model::{Account, Model, NONE},
    state::{State, Weights, Worth},
};
use crate::{program::Growth, solve::ilp::gcd};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// How many of a talk's places a move looks at.
const LOOKS: usize = 12;
/// How many other places somebody looks at who must go.
const OTHERS: usize = 3;
/// Into how many talks' places a move may push.
const MOST_EJECTED: usize = 3;
/// Whether to stop is looked up every so many moves: one takes up to a millisecond where talks are in thousands of rows.
const LOOK_UP: u64 = 16;

/// So many moves a talk without a better timetable end a cold search.
const STAGNANT: u64 = 8;

/// A timetable that satisfies what must hold.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) now: i64,
    pub(super) chosen: Vec<u32>,
}

/// What other priorities must stay worth.
#[derive(Clone, Copy)]
pub(super) struct Earlier<'m> {
    /// The least of their sum.
    pub(super) pinned: i64,
    /// More than this of the sum counts for nothing.
    pub(super) cap: i64,
    /// The least of each, where the sum does not say it.
    pub(super) floors: &'m [Floor],
}

/// A local search under way.
#[derive(Clone)]
pub(super) struct Search<'m> {
    pub(super) model: &'m Model,
    pub(super) state: State<'m>,
    weights: Weights,
    pub(super) rng: Xoshiro256PlusPlus,
    /// The atoms that each talk may try.
    pub(super) allowed: Vec<Vec<u32>>,
    earlier: Earlier<'m>,
    pub(super) best: Option<Best>,
    /// How many moves were made.
    pub(super) moves: u64,
    /// Scratch space.
    in_the_way: Vec<u32>,
    others: Vec<u32>,
}

/// What a move does beside placing its talk: these talks get these atoms.
type Pushed = Vec<(u32, u32)>;

impl<'m> Search<'m> {
    /// Begins with nothing placed. `allowed` says which atoms may be tried.
    pub(super) fn new(model: &'m Model, allowed: impl Fn(u32) -> bool, earlier: Earlier<'m>, seed: u64) -> Self {
        let allowed = model.talks.iter().map(|range| range.clone().filter(|a| allowed(*a)).collect()).collect();
        Self {
            model,
            state: State::empty(model),
            weights: weights(model),
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            allowed,
            earlier,
            best: None,
            moves: 0,
            in_the_way: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Places these atoms, whatever is placed. Where nothing is placed and nothing has to be, that is a timetable too.
    pub(super) fn begin_with(&mut self, chosen: &[u32]) {
        self.note();
        for (talk, atom) in chosen.iter().enumerate() {
            self.state.put(talk as u32, *atom);
        }
        self.note();
    }

    /// Whether the best timetable is worth more than the one at hand.
    pub(super) fn is_below_best(&self) -> bool {
        self.best.as_ref().is_some_and(|best| best.now > self.state.worth.now)
    }

    /// Whether the timetable at hand is the best one.
    pub(super) fn is_at_best(&self) -> bool {
        self.best.as_ref().is_some_and(|best| best.chosen == self.state.chosen)
    }

    /// Keeps the timetable if it is valid and the best so far; whether it is.
    pub(super) fn note(&mut self) -> bool {
        let Worth { now, earlier, broken } = self.state.worth;
        let better =
            broken == 0 && earlier >= self.earlier.pinned && self.best.as_ref().is_none_or(|best| now > best.now);
        let better = better && self.earlier.floors.iter().all(|floor| floor.is_kept_by(&self.state.chosen));
        if better {
            match &mut self.best {
                Some(best) => {
                    best.now = now;
                    best.chosen.copy_from_slice(&self.state.chosen);
                }
                None => self.best = Some(Best { now, chosen: self.state.chosen.clone() }),
            }
        }
        better
    }

    /// Places one talk after the other, in that order, each where it is worth the most. Where nothing has to be placed, the
    /// timetable of nothing is the first that is kept.
    pub(super) fn place_in_order(&mut self, order: &[u32]) {
        (0..self.model.talks.len() as u32).for_each(|talk| self.state.put(talk, NONE));
        self.note();
        let mut ways = Vec::new();
        for talk in order.iter().copied() {
            let mut list = self.allowed[talk as usize].clone();
            list.sort_by_key(|a| std::cmp::Reverse(self.model.gains[*a as usize].0));
            let mut best = (0.0, NONE);
            let mut since = 0;
            for atom in list {
                self.state.in_the_way(atom, &mut ways);
                if !ways.is_empty() {
                    continue;
                }
                let score = self.score_of(atom);
                if score > best.0 {
                    best = (score, atom);
                    since = 0;
                } else {
                    since += 1;
                    if since > 2 * LOOKS {
                        break;
                    }
                }
            }
            self.state.put(talk, best.1);
        }
        self.note();
    }

    /// Makes so many moves while the temperature falls from `hot` to `cold`, or until the target is reached or `stop` says
    /// so.
    pub(super) fn anneal(&mut self, moves: u64, hot: f64, cold: f64, target: i64, stop: &dyn Fn() -> bool) {
        let talks = self.model.talks.len();
        if talks == 0 {
            return;
        }
        let falling = (cold / hot).ln();
        // Cold, it is over once nothing has become better for a while.
        let patience = if hot > cold { moves } else { STAGNANT * talks as u64 };
        let mut last = 0;
        for i in 0..moves {
            if i.is_multiple_of(LOOK_UP) && stop() {
                return;
            }
            let temperature = hot * (falling * i as f64 / moves as f64).exp();
            let talk = self.rng.random_range(0..talks) as u32;
            self.step(talk, temperature);
            self.moves += 1;
            if self.note() {
                last = i;
            } else if i - last > patience {
                return;
            }
            if self.best.as_ref().is_some_and(|best| best.now >= target) {
                return;
            }
        }
    }

    /// Goes back to the best timetable.
    pub(super) fn return_to_best(&mut self) {
        let Some(best) = &self.best else { return };
        for talk in 0..best.chosen.len() as u32 {
            if self.state.chosen[talk as usize] != best.chosen[talk as usize] {
                self.state.put(talk, NONE);
            }
        }
        for talk in 0..best.chosen.len() as u32 {
            self.state.put(talk, best.chosen[talk as usize]);
        }
    }

    /// What a change of the timetable at hand scores. Where other priorities have a floor, what is above it counts for nothing.
    #[inline]
    fn score(&self, mut change: Worth) -> f64 {
        let before = self.state.worth.earlier;
        change.earlier = (before + change.earlier).min(self.earlier.cap) - before.min(self.earlier.cap);
        self.weights.score(change)
    }

    /// What it scores to give the atom to its talk, which is left out.
    #[inline]
    fn score_of(&mut self, atom: u32) -> f64 {
        let change = self.state.worth_of(atom);
        self.score(change)
    }

    /// The worth of a change, and a chance that falls with the temperature.
    fn luck(&mut self, temperature: f64) -> f64 {
        // Gumbel noise: the largest of several scores with it is a draw by the Boltzmann weights.
        let uniform: f64 = self.rng.random::<f64>().max(1e-300);
        -temperature * (-uniform.ln()).max(1e-300).ln()
    }

    /// One move of that talk.
    fn step(&mut self, talk: u32, temperature: f64) {
        let old = self.state.chosen[talk as usize];
        self.state.put(talk, NONE);
        let mut best_score = self.luck(temperature);
        let mut best_atom = NONE;
        let mut pushed: Option<Pushed> = None;
        if old != NONE {
            let score = self.score_of(old) + self.luck(temperature);
            if score >= best_score {
                (best_score, best_atom) = (score, old);
            }
        }
        let many = self.allowed[talk as usize].len();
        let looks = many.min(LOOKS);
        let all = many <= LOOKS;
        let mut in_the_way = std::mem::take(&mut self.in_the_way);
        for look in 0..looks {
            let at = if all { look } else { self.rng.random_range(0..many) };
            let atom = self.allowed[talk as usize][at];
            if atom == old {
                continue;
            }
            self.state.in_the_way(atom, &mut in_the_way);
            if in_the_way.is_empty() {
                let score = self.score_of(atom) + self.luck(temperature);
                if score > best_score {
                    (best_score, best_atom, pushed) = (score, atom, None);
                }
            } else if in_the_way.len() <= MOST_EJECTED {
                let (worth, moved) = self.push(talk, atom, old, &in_the_way);
                let score = self.score(worth) + self.luck(temperature);
                if score > best_score {
                    (best_score, best_atom, pushed) = (score, atom, Some(moved));
                }
            }
        }
        self.in_the_way = in_the_way;
        if let Some(moved) = &pushed {
            moved.iter().for_each(|(other, _)| self.state.put(*other, NONE));
        }
        self.state.put(talk, best_atom);
        for (other, atom) in pushed.iter().flatten() {
            self.state.put(*other, *atom);
        }
    }

    /// What it would change to give the atom to the talk, with the holders of its place going elsewhere.
    fn push(&mut self, talk: u32, atom: u32, old: u32, holders: &[u32]) -> (Worth, Pushed) {
        let model = self.model;
        let before = self.state.worth;
        for holder in holders {
            self.state.put(model.talk_of[*holder as usize], NONE);
        }
        self.state.put(talk, atom);
        let mut moved: Pushed = Vec::with_capacity(holders.len());
        for holder in holders {
            let other = model.talk_of[*holder as usize];
            let mut others = std::mem::take(&mut self.others);
            others.clear();
            if old != NONE {
                others.extend(model.atom_at(other, model.place_of[old as usize]));
            }
            let many = self.allowed[other as usize].len();
            if many > 0 {
                others.extend((0..OTHERS).map(|_| self.allowed[other as usize][self.rng.random_range(0..many)]));
            }
            // Out is worth nothing.
            let mut best = (0.0, NONE);
            for candidate in &others {
                let score = self.score_of(*candidate);
                if score > best.0 {
                    best = (score, *candidate);
                }
            }
            self.others = others;
            self.state.put(other, best.1);
            moved.push((other, best.1));
        }
        let after = self.state.worth;
        for (other, _) in &moved {
            self.state.put(*other, NONE);
        }
        self.state.put(talk, NONE);
        for holder in holders {
            self.state.put(model.talk_of[*holder as usize], *holder);
        }
        debug_assert_eq!(before, self.state.worth);
        (after.since(before), moved)
    }

    /// How far single changes typically are apart in worth: the scale of temperatures.
    pub(super) fn typical_change(&mut self) -> f64 {
        let (mut total, mut count) = (0.0, 0);
        let talks = self.model.talks.len();
        for _ in 0..200.min(8 * talks) {
            let talk = self.rng.random_range(0..talks) as u32;
            let many = self.allowed[talk as usize].len();
            if many == 0 {
                continue;
            }
            let old = self.state.chosen[talk as usize];
            self.state.put(talk, NONE);
            let atom = self.allowed[talk as usize][self.rng.random_range(0..many)];
            let new = self.state.worth_of(atom).now;
            let kept = if old == NONE { 0 } else { self.state.worth_of(old).now };
            self.state.put(talk, old);
            if new != kept {
                total += (new - kept).abs() as f64;
                count += 1;
            }
        }
        if count == 0 { 1.0 } else { total / f64::from(count) }
    }

    /// The orders in which a first timetable is built: those who have most to lose first, and those who have the fewest
    /// places first.
    pub(super) fn orders(&self) -> [Vec<u32>; 2] {
        let gains = &self.model.gains;
        let spread = |talk: &u32| {
            let worth = self.allowed[*talk as usize].iter().map(|a| gains[*a as usize].0);
            worth.clone().max().unwrap_or(0)
                - if self.model.optional[*talk as usize] { 0 } else { worth.min().unwrap_or(0) }
        };
        let all = 0..self.model.talks.len() as u32;
        let mut lose: Vec<u32> = all.clone().collect();
        lose.sort_by_cached_key(|t| (self.model.optional[*t as usize], std::cmp::Reverse(spread(t))));
        let mut few: Vec<u32> = all.collect();
        few.sort_by_cached_key(|t| (self.model.optional[*t as usize], self.allowed[*t as usize].len()));
        [lose, few]
    }
}

/// A unit of what must hold outweighs whatever one talk could gain or cost.
fn weights(model: &Model) -> Weights {
    let mut most = 1.0_f64;
    let mut of = vec![0.0_f64; model.gains.len()];
    // Indicators come after what they are made of, so what they could cost is known first.
    for var in (0..model.gains.len() as u32).rev() {
        let cost = |(row, f): &(u32, i64)| {
            let facts = &model.rows[*row as usize];
            // A few steps of a growing cost, not the first alone.
            let steps = f.abs().max(1) / facts.unit + i64::from(facts.growth != Growth::Linear) * 3 + 1;
            if facts.account == Account::Now { (facts.price * steps) as f64 } else { 0.0 }
        };
        let rows: f64 = model.rows_of.at(var).iter().map(cost).sum();
        let guards: f64 = model.guards.at(var).iter().map(cost).sum();
        let makes: f64 = model.makes.at(var).iter().map(|(i, _)| of[model.atoms.len() + *i as usize]).sum();
        of[var as usize] = model.gains[var as usize].0.abs() as f64 + rows + guards + makes;
        most = most.max(of[var as usize]);
    }
    let units = model.gains.iter().map(|(_, earlier)| *earlier);
    let prices = model.rows.iter().filter(|r| r.account == Account::Earlier).map(|r| r.price);
    let unit = units.chain(prices).fold(0, |divisor, amount| gcd(divisor, amount.abs())).max(1);
    Weights { earlier: (2.0 * most / unit as f64).max(1.0), broken: 3.0 * most }
}
