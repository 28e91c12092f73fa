//! The least and the most that a sum can still be, knowing that a talk has one place.
//!
//! Taken one by one, the places of a talk could all be chosen, or none. Of those that a required row makes one choice, a sum
//! counts the best or the worst alone; and none only where the talk may be left out, or has places that the sum does not count
//! (Achterberg, Bixby, Gu, Rothberg and Weninger, *Presolve reductions in mixed integer programming*, 2020, on cliques in
//! activity bounds). So a talk that can only come late leaves none of its places to a talk that must come after it.

use crate::program::{Origin, Program, Row, Var};

/// The set of variables that are in none.
const ALONE: u32 = u32::MAX;

/// Variables of which one at most is 1, as a required row says of the places of a talk.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    of: Vec<u32>,
    sets: Vec<Choice>,
    /// What the sum at hand holds of each set, and the sets that it holds something of.
    held: Vec<Held>,
    touched: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Choice {
    /// Whether one of them is 1.
    must: bool,
    /// How many have no value yet.
    free: u32,
    /// Whether one of them has the value 1.
    made: bool,
}

/// The two least and the two greatest factors of a set's variables in a sum, and how many it has.
#[derive(Clone, Copy, Debug)]
struct Held {
    count: u32,
    least: (i64, i64),
    most: (i64, i64),
}

impl Held {
    const NOTHING: Self = Self { count: 0, least: (i64::MAX, i64::MAX), most: (i64::MIN, i64::MIN) };

    fn add(&mut self, factor: i64) {
        self.count += 1;
        let (first, second) = self.least;
        self.least = if factor < first { (factor, first) } else { (first, second.min(factor)) };
        let (first, second) = self.most;
        self.most = if factor > first { (factor, first) } else { (first, second.max(factor)) };
    }
}

/// What a variable leaves the rest of its set, as the least and the most; none where nothing is left to choose.
type Rest = Option<(i64, i64)>;

impl Choices {
    pub(super) fn of(program: &Program) -> Self {
        let mut choices =
            Self { of: vec![ALONE; program.vars()], sets: Vec::new(), held: Vec::new(), touched: Vec::new() };
        for row in program.rows.iter().filter(|row| is_choice(program, row)) {
            let set = choices.sets.len() as u32;
            if row.terms.iter().any(|(var, _)| choices.of[var.at()] != ALONE) {
                continue;
            }
            row.terms.iter().for_each(|(var, _)| choices.of[var.at()] = set);
            choices.sets.push(Choice { must: row.lower == Some(1), free: row.terms.len() as u32, made: false });
        }
        choices.held = vec![Held::NOTHING; choices.sets.len()];
        choices
    }

    /// A variable got its value.
    pub(super) fn decide(&mut self, var: Var, value: bool) {
        if let Some(set) = self.sets.get_mut(self.of[var.at()] as usize) {
            set.free -= 1;
            set.made |= value;
        }
    }

    /// What a sum that stays within bounds decides: each variable that has but one value left, with that value; none where
    /// the sum cannot.
    pub(super) fn within(
        &mut self,
        terms: &[(Var, i64)],
        fixed: &[Option<bool>],
        (lower, upper): (Option<i64>, Option<i64>),
    ) -> Option<Vec<(Var, bool)>> {
        let (low, high) = self.range(terms, fixed);
        let is_above = |sum: i64| upper.is_some_and(|upper| sum > upper);
        let is_below = |sum: i64| lower.is_some_and(|lower| sum < lower);
        let mut decided = Vec::new();
        let holds = !is_above(low) && !is_below(high);
        if holds && (is_above(high) || is_below(low) || self.is_forced()) {
            for (var, factor) in terms.iter().filter(|(var, _)| fixed[var.at()].is_none()) {
                let set = self.of[var.at()];
                let (own, rest) = if set == ALONE {
                    ((*factor.min(&0), *factor.max(&0)), Some((0, 0)))
                } else if self.sets[set as usize].made {
                    // The talk has its place already.
                    decided.push((*var, false));
                    continue;
                } else {
                    (self.span(set), self.rest(set, *factor))
                };
                let breaks = |(least, most): (i64, i64)| is_above(low - own.0 + least) || is_below(high - own.1 + most);
                if breaks((*factor, *factor)) {
                    decided.push((*var, false));
                } else if rest.is_none_or(breaks) {
                    decided.push((*var, true));
                }
            }
        }
        self.forget();
        holds.then_some(decided)
    }

    /// The least and the most that the terms can still add up to.
    pub(super) fn span_of(&mut self, terms: &[(Var, i64)], fixed: &[Option<bool>]) -> (i64, i64) {
        let range = self.range(terms, fixed);
        self.forget();
        range
    }

    fn range(&mut self, terms: &[(Var, i64)], fixed: &[Option<bool>]) -> (i64, i64) {
        let (mut low, mut high) = (0, 0);
        for (var, factor) in terms {
            match (fixed[var.at()], self.of[var.at()]) {
                (Some(false), _) => {}
                (Some(true), _) => (low, high) = (low + factor, high + factor),
                (None, ALONE) => (low, high) = (low + factor.min(&0), high + factor.max(&0)),
                (None, set) => {
                    if self.held[set as usize].count == 0 {
                        self.touched.push(set);
                    }
                    self.held[set as usize].add(*factor);
                }
            }
        }
        for set in &self.touched {
            let (least, most) = self.span(*set);
            (low, high) = (low + least, high + most);
        }
        (low, high)
    }

    /// Whether none of the set's variables that the sum holds need be 1.
    fn may_be_none(&self, set: u32) -> bool {
        let choice = self.sets[set as usize];
        !choice.must || self.held[set as usize].count < choice.free
    }

    /// The least and the most that the set adds to the sum.
    fn span(&self, set: u32) -> (i64, i64) {
        let held = self.held[set as usize];
        match (self.sets[set as usize].made, self.may_be_none(set)) {
            (true, _) => (0, 0),
            (false, true) => (held.least.0.min(0), held.most.0.max(0)),
            (false, false) => (held.least.0, held.most.0),
        }
    }

    /// The same without one of its variables, of that factor.
    fn rest(&self, set: u32, factor: i64) -> Rest {
        let held = self.held[set as usize];
        let least = if factor == held.least.0 { held.least.1 } else { held.least.0 };
        let most = if factor == held.most.0 { held.most.1 } else { held.most.0 };
        match (held.count > 1, self.may_be_none(set)) {
            (true, true) => Some((least.min(0), most.max(0))),
            (true, false) => Some((least, most)),
            (false, true) => Some((0, 0)),
            (false, false) => None,
        }
    }

    /// Whether some talk at hand has one place left, and must have it, or has its place already and others are left.
    fn is_forced(&self) -> bool {
        let has_one = |set: u32| self.held[set as usize].count == 1 && !self.may_be_none(set);
        self.touched.iter().any(|set| self.sets[*set as usize].made || has_one(*set))
    }

    fn forget(&mut self) {
        for set in self.touched.drain(..) {
            self.held[set as usize] = Held::NOTHING;
        }
    }
}

/// Whether the row says of a talk, or of talks that keep a room together, that it has one place at most.
fn is_choice(program: &Program, row: &Row) -> bool {
    matches!(program.origins[row.origin as usize], Origin::OnePlace(_))
        && row.penalty.is_none()
        && row.when.is_none()
        && row.upper == Some(1)
        && row.terms.iter().all(|(_, factor)| *factor == 1)
}
