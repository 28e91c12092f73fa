//! Rows, and what they answer to.

use super::Draft;
use crate::{
    event::TalkIx,
    program::{Growth, Origin, Penalty, Row, Sum, Var, evaluate::range_of},
    rules::{Group, Scope, Stakes},
};

/// What a row answers to: it is required, or a penalty pays for it. Made by [`Draft::charge`].
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    pub(super) penalty: Option<u32>,
    pub(super) origin: u32,
}

impl Draft<'_> {
    /// What rows of a group answer to: nothing but being required, or one penalty of the rule's weight, which pays for
    /// the worst of them.
    pub fn charge(&mut self, scope: &Scope<'_>, group: Group, talks: Vec<TalkIx>) -> Charge {
        self.charge_price(scope, scope.price(), group, talks)
    }

    /// The same, at another price for each unit, in thousandths. A required rule has no price.
    pub fn charge_price(&mut self, scope: &Scope<'_>, price: i64, group: Group, talks: Vec<TalkIx>) -> Charge {
        let origin = self.origin(Origin::Rule { rule: self.rule, group, talks });
        if scope.required() {
            return Charge { penalty: None, origin };
        }
        self.penalties.push(Penalty { price, priority: scope.priority(), origin });
        Charge { penalty: Some(self.penalties.len() as u32 - 1), origin }
    }

    /// What rows answer to that are required though the rule as a whole is weighed.
    pub fn require(&mut self, group: Group, talks: Vec<TalkIx>) -> Charge {
        let origin = self.origin(Origin::Rule { rule: self.rule, group, talks });
        Charge { penalty: None, origin }
    }

    pub(super) fn origin(&mut self, origin: Origin) -> u32 {
        self.origins.push(origin);
        self.origins.len() as u32 - 1
    }

    /// The sum stays at or below `most`.
    pub fn at_most(&mut self, charge: Charge, sum: Sum, most: i64) {
        self.row(charge, sum, None, Some(most), 1, None);
    }

    /// The sum stays at or below `most`; each further one costs one unit more than the one before. So `most` 1 charges
    /// each pair of those that are 1.
    pub fn at_most_growing(&mut self, charge: Charge, sum: Sum, most: i64) {
        self.push(charge, sum, (None, Some(most)), 1, Growth::Triangular, None);
    }

    /// The sum stays within the bounds; `unit` of it make one unit, and the row counts only where `when` is 1.
    ///
    /// What the sum can reach stays below 2^50, or the event is refused: of built-in rules, a row is worth at most a million
    /// people of each talk times the denominator of a share, 1000.
    pub fn row(
        &mut self,
        charge: Charge,
        sum: Sum,
        lower: Option<i64>,
        upper: Option<i64>,
        unit: i64,
        when: Option<Var>,
    ) {
        self.push(charge, sum, (lower, upper), unit, Growth::Linear, when);
    }

    fn push(
        &mut self,
        charge: Charge,
        sum: Sum,
        (lower, upper): (Option<i64>, Option<i64>),
        unit: i64,
        growth: Growth,
        when: Option<Var>,
    ) {
        let sum = sum.normal();
        if !self.weigh_sum(&sum, &[lower, upper]) {
            return;
        }
        // What a talk's having one place implies need not be said.
        let (low, high) = range_of(&self.atoms, &sum.terms);
        let lower = lower.map(|bound| bound.saturating_sub(sum.constant)).filter(|bound| low < *bound);
        let upper = upper.map(|bound| bound.saturating_sub(sum.constant)).filter(|bound| high > *bound);
        if lower.is_none() && upper.is_none() {
            self.implied += 1;
            return;
        }
        let Charge { penalty, origin } = charge;
        self.rows.push(Row { terms: sum.terms, lower, upper, unit, growth, when, penalty, origin });
    }

    /// Whether the sum and its bounds are in range, with factors taken talk by talk. Where they are not, the event is refused.
    pub(super) fn weigh_sum(&mut self, sum: &Sum, bounds: &[Option<i64>]) -> bool {
        let (mut reach, mut talk, mut largest) = (i128::from(sum.constant).abs(), None, 0);
        for (var, factor) in &sum.terms {
            let of = self.atoms.get(var.at()).map(|atom| atom.talk);
            if of.is_none() || of != talk {
                reach += std::mem::take(&mut largest);
                talk = of;
            }
            largest = largest.max(i128::from(*factor).abs());
        }
        reach += largest;
        let bounds = bounds.iter().flatten().map(|bound| i128::from(*bound).abs());
        reach += bounds.max().unwrap_or(0);
        let in_range = reach <= Stakes::MOST;
        if !in_range {
            self.stakes.add(self.rule, reach);
        }
        in_range
    }

    /// What each penalty may come to is at stake for its rule.
    pub(super) fn weigh_penalties(&mut self) {
        let mut worst = vec![0; self.penalties.len()];
        for row in &self.rows {
            if let Some(penalty) = row.penalty {
                let (low, high) = range_of(&self.atoms, &row.terms);
                let units = row.units_outside(low).max(row.units_outside(high));
                worst[penalty as usize] = units.max(worst[penalty as usize]);
            }
        }
        for (penalty, units) in self.penalties.iter().zip(worst) {
            if let Origin::Rule { rule, .. } = &self.origins[penalty.origin as usize] {
                self.stakes.add(*rule, i128::from(penalty.price) * i128::from(units));
            }
        }
    }

    /// Penalties that no row is charged to cost nothing, and would be independent parts of their own.
    pub(super) fn drop_idle_penalties(&mut self) {
        let mut new = vec![None; self.penalties.len()];
        for row in &self.rows {
            if let Some(penalty) = row.penalty {
                new[penalty as usize] = Some(0);
            }
        }
        for (kept, place) in (0..).zip(new.iter_mut().flatten()) {
            *place = kept;
        }
        let mut old = new.iter();
        self.penalties.retain(|_| old.next().is_some_and(Option::is_some));
        for row in &mut self.rows {
            row.penalty = row.penalty.and_then(|penalty| new[penalty as usize]);
        }
    }
}
