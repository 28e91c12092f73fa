//! What an audit finds of one rule in one group.

use crate::event::TalkIx;

/// The group of talks that a finding or a row is about, in words: `[("day", "2026-10-30"), ("tag:topic", "rust")]`.
pub type Group = Vec<(String, String)>;

/// What an audit finds of one rule in one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about.
    pub group: Group,
    /// What was measured there, where the rule measures.
    pub measured: Option<i64>,
    /// What the whole measures there that the rule takes shares of, where it does.
    pub total: Option<i64>,
    /// The least that the rule wants.
    pub min: Option<i64>,
    /// The most that the rule wants.
    pub max: Option<i64>,
    /// How many units the timetable is against the rule; a required rule is broken when there is one.
    pub units: i64,
    /// Whether it breaks something that must hold though the rule as a whole is weighed: `keep` before a time.
    pub broken: bool,
    /// What that costs, in thousandths; 0 for a required rule.
    pub cost: i64,
    /// What the timetable gains, in thousandths.
    pub gain: i64,
    /// The talks concerned.
    pub talks: Vec<TalkIx>,
}

impl Finding {
    /// So many units against the rule, among these talks, at that cost in thousandths.
    pub fn against(units: i64, cost: i64, talks: Vec<TalkIx>) -> Self {
        Self { units, cost, talks, ..Self::default() }
    }

    /// A gain, in thousandths.
    pub fn gain(gain: i64, talks: Vec<TalkIx>) -> Self {
        Self { gain, talks, ..Self::default() }
    }

    /// The same, said of a group.
    pub fn of(mut self, group: Group) -> Self {
        self.group = group;
        self
    }
}
