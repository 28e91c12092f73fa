//! Wishes missed: of the talks that somebody wants, those that start while another of them is on.

use super::Clash;
use crate::{
    event::TalkIx,
    program::{Draft, Sum, Var},
    rules::{Finding, Placed, Scope, Spot},
};
use std::collections::BTreeMap;

impl Clash {
    /// What a wish missed costs; people with the same wishes are taken together.
    pub(super) fn missed_prices(scope: &Scope<'_>) -> BTreeMap<Vec<TalkIx>, i64> {
        let mut prices: BTreeMap<Vec<TalkIx>, i64> = BTreeMap::new();
        for (talks, weight) in Self::wanted(scope) {
            // What saturates is above what is accepted: nothing that a program is made of can be so dear.
            let price: &mut i64 = prices.entry(talks).or_default();
            *price = price.saturating_add(scope.price_times(weight));
        }
        prices
    }

    pub(super) fn state_missed(scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for (talks, price) in Self::missed_prices(scope) {
            let atoms = draft.in_order(talks.iter().flat_map(|t| draft.atoms(*t)).collect());
            let longest = atoms.iter().map(|v| draft.atom(*v).end - draft.atom(*v).start).max().unwrap_or(0).max(1);
            let mut earliest = 0;
            let mut rest = &atoms[..];
            while let Some(first) = rest.first() {
                let alike = rest.iter().take_while(|v| draft.rank(**v) == draft.rank(*first)).count();
                let (together, later) = rest.split_at(alike);
                rest = later;
                let start = draft.atom(together[0]).start;
                while draft.atom(atoms[earliest]).start + longest <= start {
                    earliest += 1;
                }
                let before = atoms[earliest..].iter().take_while(|v| draft.atom(**v).start < start);
                let on: Vec<Var> = before.copied().filter(|v| draft.atom(*v).end > start).collect();
                let mut sum = Sum::each(together.iter().copied());
                sum.add_sum(&draft.any(on), 1);
                let charge = draft.charge_price(scope, price, Vec::new(), talks.clone());
                draft.at_most(charge, sum, 1);
            }
        }
    }
}

/// The wanted talks that start while another wanted one is on; of several that start together, all but one.
pub(super) fn missed(scope: &Scope<'_>, placed: &Placed<'_>, talks: &[TalkIx], weight: i64) -> Option<Finding> {
    let mut spots: Vec<&Spot> = placed.of(talks).collect();
    spots.sort_unstable_by_key(|s| (s.start, s.talk));
    let mut busy_until = i64::MIN;
    let mut lost = Vec::new();
    for spot in spots {
        if spot.start < busy_until {
            lost.push(spot.talk);
        }
        busy_until = busy_until.max(spot.end);
    }
    let units = lost.len() as i64;
    (units > 0 && weight > 0).then(|| Finding::against(units, units.saturating_mul(scope.price_times(weight)), lost))
}
