//! Stakes: the most that each rule can gain or cost. They say whether all sums of an event are exact.
//!
//! **Why no sum wraps.** Every amount that a rule states or that an audit finds is added here first, without its sign and in
//! 128 bits. So any sum of such amounts (of one atom over the rules, of one rule over the talks, of a timetable over both)
//! is at most the total here. Where that total is in range, none of those sums has left 64 bits, and the saturating
//! operations with which they are made have changed nothing. Where it is not, the event is refused. An amount that was
//! itself too large for 64 bits stands at the end of their range, and that end alone is above what is accepted.

use crate::event::{CheckedEvent, Problem, Problems, TalkIx};

/// The prices and gains of an event add up to more than exact arithmetic holds: the event is to be mended, and the problem
/// names the rule that contributes most.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct TooLarge {
    problem: Box<Problem>,
}

impl TooLarge {
    /// The rule that contributes most, what it may come to, and what would be right.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<TooLarge> for Problems {
    fn from(found: TooLarge) -> Self {
        (*found.problem).into()
    }
}

/// What each rule can gain or cost at most, in thousandths.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stakes {
    of_rules: Vec<i128>,
    /// What one rule says of the places of one talk, which is at one of them only.
    run: Option<Run>,
}

/// Places of a talk, each after the one before it.
#[derive(Clone, Debug)]
struct Run {
    rule: u32,
    talk: TalkIx,
    last: u32,
    most: u64,
}

impl Stakes {
    /// What all rules together may come to. Below this, sums of doubles are exact integers with room to spare.
    pub(crate) const MOST: i128 = 1 << 50;

    /// The rule can gain or cost that much more.
    pub(crate) fn add(&mut self, rule: u32, amount: i128) {
        let rule = rule as usize;
        if self.of_rules.len() <= rule {
            self.of_rules.resize(rule + 1, 0);
        }
        self.of_rules[rule] = self.of_rules[rule].saturating_add(amount.saturating_abs());
    }

    /// The rule can gain or cost that much more where the talk is at that place.
    ///
    /// Of places that come in their order, only the dearest counts. A place that comes again begins a new run, so that what
    /// is added to it is added here too.
    pub(crate) fn add_at(&mut self, rule: u32, talk: TalkIx, place: u32, amount: i64) {
        let amount = amount.unsigned_abs();
        match &mut self.run {
            Some(run) if (run.rule, run.talk) == (rule, talk) && run.last < place => {
                (run.last, run.most) = (place, run.most.max(amount));
            }
            _ => {
                self.end_run();
                self.run = Some(Run { rule, talk, last: place, most: amount });
            }
        }
    }

    fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.add(run.rule, run.most.into());
        }
    }

    /// Refuses what exact arithmetic could not hold.
    pub(crate) fn check(&mut self, event: &CheckedEvent) -> Result<(), TooLarge> {
        self.end_run();
        let total = self.of_rules.iter().copied().fold(0, i128::saturating_add);
        if total <= Self::MOST {
            return Ok(());
        }
        let largest = self.of_rules.iter().enumerate().rev().max_by_key(|(_, stake)| **stake);
        let (rule, stake) = largest.map_or((0, 0), |(rule, stake)| (rule, *stake));
        let scope = event.scope(rule);
        let whole = |thousandths: i128| (thousandths - 1) / 1000 + 1;
        // What `keep` weighs stands in fields of its own, and so may what embedding code weighs.
        let field = if scope.kind().kind() == "keep" || rule >= event.event().rules.len() { "" } else { ".weight" };
        let found = format!(
            "weights by which the rule {:?} may come to {}, and all rules together to {}",
            scope.name(),
            whole(stake),
            whole(total)
        );
        let wanted = format!(
            "at most {} together, for an exact proof: all weights scaled down alike, by {} or more",
            Self::MOST / 1000,
            (total - 1) / Self::MOST + 1
        );
        Err(TooLarge { problem: Box::new(Problem::new(format!("rules[{rule}]{field}"), found, wanted)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        Merit,
        testing::{checked, grid, soft},
    };

    fn refused(stakes: &mut Stakes) -> String {
        let rules = [soft(Merit::new()), soft(Merit::new()).named("second")];
        stakes.check(&checked(&grid("a", "09:00"), rules)).map_or_else(|e| e.to_string(), |()| String::new())
    }

    #[test]
    fn what_rules_gain_and_what_others_cost_is_added_and_not_set_off() {
        let mut stakes = Stakes::default();
        stakes.add(0, Stakes::MOST / 2);
        stakes.add(1, -Stakes::MOST / 2);
        assert_eq!(refused(&mut stakes), "");
        stakes.add(1, -1);
        let said = "rules[1].weight: found weights by which the rule \"second\" may come to 562949953422, and all rules \
                    together to 1125899906843; wanted at most 1125899906842 together, for an exact proof: all weights \
                    scaled down alike, by 2 or more";
        assert_eq!(refused(&mut stakes), said);
    }

    #[test]
    fn of_the_places_of_a_talk_the_dearest_counts_and_one_that_comes_again_counts_again() {
        let mut stakes = Stakes::default();
        for (talk, place, amount) in [(0, 3, 5), (0, 4, -9), (0, 7, 2), (1, 8, 1), (1, 8, 1), (0, 3, i64::MIN)] {
            stakes.add_at(1, TalkIx(talk), place, amount);
        }
        stakes.end_run();
        assert_eq!(stakes.of_rules, [0, 9 + 1 + 1 + (1 << 63)]);
        assert!(refused(&mut stakes).starts_with("rules[1].weight"));
    }
}
