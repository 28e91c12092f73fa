//! What is earned: gains add up variable by variable, so that thousands of rules about the same atoms leave one gain each.

use super::{Atom, Gain, Var};
use crate::event::TalkIx;
use std::{collections::BTreeMap, ops::Range};

/// How many variables share a page.
const PAGE: usize = 1024;

/// What variables earn, by priority.
///
/// Sums that saturate are those of events that are refused: all amounts are at stake (`rules::Stakes`).
#[derive(Debug, Default)]
pub(super) struct Earned(BTreeMap<u32, Level>);

/// What variables earn at one priority. Only pages that something was earned on are there.
#[derive(Debug, Default)]
struct Level {
    pages: Vec<Option<Box<[i64; PAGE]>>>,
    placed: Vec<i64>,
}

impl Earned {
    /// Each variable earns that much more.
    pub(super) fn add(&mut self, priority: u32, vars: &[Var], amount: i64) {
        let level = self.0.entry(priority).or_default();
        for var in vars {
            let page = var.at() / PAGE;
            if level.pages.len() <= page {
                level.pages.resize_with(page + 1, || None);
            }
            let page = level.pages[page].get_or_insert_with(|| Box::new([0; PAGE]));
            let earns = &mut page[var.at() % PAGE];
            *earns = earns.saturating_add(amount);
        }
    }

    /// Every atom of the talk earns that much more.
    pub(super) fn add_placed(&mut self, priority: u32, talk: TalkIx, amount: i64) {
        let level = self.0.entry(priority).or_default();
        if level.placed.len() <= talk.at() {
            level.placed.resize(talk.at() + 1, 0);
        }
        let earns = &mut level.placed[talk.at()];
        *earns = earns.saturating_add(amount);
    }

    /// One gain for each variable and priority that earns anything.
    pub(super) fn gains(self, atoms: &[Atom], talk_atoms: &[Range<u32>], vars: usize) -> Vec<Gain> {
        let mut gains = Vec::new();
        for (priority, level) in self.0 {
            let mut put = |var: usize, more: i64| {
                let own = level.pages.get(var / PAGE).and_then(Option::as_ref).map_or(0, |page| page[var % PAGE]);
                let amount = own.saturating_add(more);
                if amount != 0 {
                    gains.push(Gain { var: Var(var as u32), amount, priority });
                }
            };
            for (talk, range) in talk_atoms.iter().enumerate() {
                let more = level.placed.get(talk).copied().unwrap_or(0);
                range.clone().for_each(|var| put(var as usize, more));
            }
            (atoms.len()..vars).for_each(|var| put(var, 0));
        }
        gains
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::ClassIx;

    #[test]
    fn what_several_rules_earn_is_one_gain_a_variable_and_priority() {
        let atom = |talk| Atom { talk: TalkIx(talk), start: 0, end: 1, busy_until: 1, class: ClassIx(0), slot: None };
        let mut earned = Earned::default();
        earned.add(1, &[Var(0)], 5);
        earned.add(1, &[Var(0)], -2);
        earned.add(2, &[Var(1)], 7);
        earned.add(1, &[Var(3000)], 4);
        earned.add(1, &[Var(1)], -10);
        earned.add_placed(1, TalkIx(0), 10);
        let gains = earned.gains(&[atom(0), atom(0), atom(1)], &[0..2, 2..3], 3001);
        let gains: Vec<_> = gains.iter().map(|g| (g.priority, g.var.0, g.amount)).collect();
        assert_eq!(gains, [(1, 0, 13), (1, 3000, 4), (2, 1, 7)]);
    }
}
