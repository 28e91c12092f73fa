//! A question to a [`Model`](super::Model): the event, a little changed.

use crate::{
    event::{CheckedEvent, Problem, Problems},
    rules::{AnyRule, Distance, Rule, RuleKind},
    timetable::Timetable,
};
use std::{any::TypeId, borrow::Cow, collections::BTreeMap};

/// No event is worth more, nor less: weights are refused before.
const MOST: f64 = 1.2e12;

/// A question to a [`Model`](super::Model): the event with some rules more, some switched off, some priorities at a floor.
///
/// An empty one asks for the best timetable of the event as it is. What a question adds are rules like any other: they
/// are checked, audited and reported after those of the event.
///
/// ```
/// use slotwise::{Query, rules::{Count, Measure, Rule, Selection}};
/// let without_the_keynote = Query::new()
///     .rule(Rule::required(Count::of(Measure::Talks).max(0)).talks(Selection::ids(["keynote"])));
/// # let _ = without_the_keynote;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Query {
    rules: Vec<Added>,
    without: Vec<usize>,
    floors: BTreeMap<u32, f64>,
    start: Option<Timetable>,
    close_to: Option<Timetable>,
}

/// A rule that a question adds.
#[derive(Clone, Debug)]
struct Added {
    rule: AnyRule,
    /// Whether it only rules timetables out: it is required, and of a kind that then gains nothing. Of the embedding code's own
    /// kinds, that is not known.
    restricts: bool,
}

impl Query {
    /// The event as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one rule more. A weighted one may have priority 0: that is settled before all that the event asks.
    pub fn rule(mut self, rule: Rule) -> Self {
        let restricts = rule.strength.is_required();
        self.rules.push(Added { rule: rule.into(), restricts });
        self
    }

    /// The same with one rule more, of the embedding code's own kind.
    pub fn own_rule<K: RuleKind + 'static>(mut self, rule: Rule<K>) -> Self {
        let restricts = rule.strength.is_required() && TypeId::of::<K>() == TypeId::of::<Distance>();
        self.rules.push(Added { rule: rule.into(), restricts });
        self
    }

    /// The same with the rule at that position of the event switched off: it neither holds nor counts.
    pub fn without(mut self, rule: usize) -> Self {
        self.without.push(rule);
        self
    }

    /// The same with a floor: what a timetable gains less what it costs at that priority is to be at least that much, and
    /// is not maximised any further. A timetable below the floor is none. The unit is that of
    /// [`Answer::value`](crate::Answer::value), and thousandths of it count.
    ///
    /// ```
    /// use slotwise::Query;
    /// let best = 93.25;
    /// let within_one_percent = Query::new().floor(1, 0.99 * best);
    /// # let _ = within_one_percent;
    /// ```
    pub fn floor(mut self, priority: u32, least: f64) -> Self {
        self.floors.insert(priority, least);
        self
    }

    /// The same with a timetable to begin with: one that keeps every rule is the least that the answer is worth, and what
    /// is not worth more is not looked for. One that breaks a rule is where the search begins.
    pub fn start(mut self, timetable: Timetable) -> Self {
        self.start = Some(timetable);
        self
    }

    /// The same, but that of the best timetables, one near to that one is taken: as many as can be of its talks are chosen and
    /// at their times. This breaks ties alone, by a short search: neither value nor proof depends on it, and it is not
    /// proven that none is nearer.
    pub fn close_to(mut self, timetable: Timetable) -> Self {
        self.close_to = Some(timetable);
        self
    }

    /// Whether nothing is changed.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.without.is_empty() && self.floors.is_empty()
    }

    /// The timetable that the answer is to be near to.
    pub(super) fn neighbour(&self) -> Option<&Timetable> {
        self.close_to.as_ref()
    }

    /// Whether every timetable of the changed event is one of the event, and worth the same: rules are only added, and are
    /// required.
    pub(super) fn only_restricts(&self) -> bool {
        self.without.is_empty() && self.floors.is_empty() && self.rules.iter().all(|added| added.restricts)
    }

    /// The floors, in thousandths.
    pub(super) fn floors(&self) -> BTreeMap<u32, i64> {
        // What a double loses of a thousandth is no reason to ask for the next.
        let thousandths = |least: f64| (least * 1000.0 - (1e-12 * least.abs()).max(1e-6)).ceil() as i64;
        self.floors.iter().map(|(priority, least)| (*priority, thousandths(*least))).collect()
    }

    /// The timetable to begin with.
    pub(super) fn beginning(&self) -> Option<&Timetable> {
        self.start.as_ref()
    }

    /// Whether a rule is switched off.
    pub(super) fn switches_off(&self) -> bool {
        !self.without.is_empty()
    }

    /// The changed event.
    ///
    /// # Errors
    ///
    /// Every name in it that leads nowhere, and every other problem of its rules and its timetable.
    pub(super) fn changed<'e>(&self, event: &'e CheckedEvent) -> Result<Cow<'e, CheckedEvent>, Problems> {
        let mut problems = Vec::new();
        for (i, rule) in self.without.iter().enumerate().filter(|(_, rule)| **rule >= event.rule_count()) {
            let wanted = match event.rule_count() {
                0 => "no rule: the event has none".to_owned(),
                rules => format!("the position of a rule, from 0 to {}", rules - 1),
            };
            problems.push(Problem::new(format!("query.without[{i}]"), rule.to_string(), wanted));
        }
        for (priority, least) in self.floors.iter().filter(|(_, least)| least.is_nan() || least.abs() > MOST) {
            let wanted = format!("a number from -{MOST} to {MOST}");
            problems.push(Problem::new(format!("query.floors[{priority}]"), least.to_string(), wanted));
        }
        let mut changed = Cow::Borrowed(event);
        if !self.rules.is_empty() {
            let event = changed.to_mut();
            for (i, Added { rule, .. }) in self.rules.iter().enumerate() {
                event.add_rule(rule, rule.kind.clone(), &format!("query.rules[{i}]"), &mut problems);
            }
        }
        for (field, timetable) in [("start", &self.start), ("close_to", &self.close_to)] {
            if let Some(Err(found)) = timetable.as_ref().map(|timetable| timetable.resolve(event)) {
                let path = |problem: &Problem| format!("query.{field}.{}", problem.path);
                problems.extend(found.iter().map(|problem| Problem { path: path(problem), ..problem.clone() }));
            }
        }
        Problems::none_or(problems)?;
        if self.switches_off() {
            changed = Cow::Owned(changed.into_owned().without_rules(self.without.iter().copied()));
        }
        Ok(changed)
    }
}
