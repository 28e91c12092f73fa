//! The draft of a program: what rules state themselves to.

use super::{
    Atom, Class, ClassIx, Gain, Indicator, Origin, Penalty, Program, Row, Sum, TooLarge, Var, atoms, classes,
    cliques::Conflicts,
};
use crate::{
    event::{CheckedEvent, Minute, Status, TalkIx},
    rules::{Group, RoomsSeen, Scope, Spot},
};
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

/// A program in the making.
///
/// The atoms are there from the start; rules add indicators, rows, penalties and gains.
#[derive(Debug)]
pub struct Draft<'e> {
    event: &'e CheckedEvent,
    atoms: Vec<Atom>,
    talk_atoms: Vec<Range<u32>>,
    classes: Vec<Class>,
    indicators: Vec<Indicator>,
    known: HashMap<Indicator, Var>,
    rows: Vec<Row>,
    penalties: Vec<Penalty>,
    gains: Vec<Gain>,
    constants: BTreeMap<u32, i64>,
    origins: Vec<Origin>,
    conflicts: Conflicts,
    rule: u32,
}

/// What a row answers to: it is required, or a penalty pays for it. Made by [`Draft::charge`].
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    penalty: Option<u32>,
    origin: u32,
}

impl<'e> Draft<'e> {
    pub(super) fn new(event: &'e CheckedEvent, seen: &RoomsSeen) -> Self {
        let (classes, class_of) = classes::classes(event, seen);
        let (atoms, talk_atoms) = atoms::atoms(event, &class_of);
        Self::with(event, classes, atoms, talk_atoms)
    }

    /// A draft over some places only, given talk by talk.
    pub(super) fn over(event: &'e CheckedEvent, classes: Vec<Class>, places: &[Vec<Atom>]) -> Self {
        let mut atoms = Vec::with_capacity(places.iter().map(Vec::len).sum());
        let mut talk_atoms = Vec::with_capacity(places.len());
        for list in places {
            let first = atoms.len() as u32;
            atoms.extend_from_slice(list);
            talk_atoms.push(first..atoms.len() as u32);
        }
        Self::with(event, classes, atoms, talk_atoms)
    }

    fn with(event: &'e CheckedEvent, classes: Vec<Class>, atoms: Vec<Atom>, talk_atoms: Vec<Range<u32>>) -> Self {
        let mut draft = Self {
            event,
            atoms,
            talk_atoms,
            classes,
            indicators: Vec::new(),
            known: HashMap::new(),
            rows: Vec::new(),
            penalties: Vec::new(),
            gains: Vec::new(),
            constants: BTreeMap::new(),
            origins: Vec::new(),
            conflicts: Conflicts::default(),
            rule: 0,
        };
        draft.one_place_a_talk();
        draft.one_talk_a_room();
        for speaker in event.speakers() {
            draft.conflicts.group(&speaker.talks);
        }
        draft
    }

    /// From here on, everything stated is of that rule.
    pub(super) fn enter(&mut self, rule: u32) {
        self.rule = rule;
    }

    /// The event.
    pub fn event(&self) -> &'e CheckedEvent {
        self.event
    }

    /// The atoms of a talk: one or none of them is 1.
    pub fn atoms(&self, talk: TalkIx) -> impl DoubleEndedIterator<Item = Var> + Clone + use<> {
        self.talk_atoms[talk.at()].clone().map(Var)
    }

    /// Every atom.
    pub fn all_atoms(&self) -> impl DoubleEndedIterator<Item = Var> + Clone + use<> {
        (0..self.atoms.len() as u32).map(Var)
    }

    /// An atom.
    pub fn atom(&self, var: Var) -> &Atom {
        &self.atoms[var.at()]
    }

    /// An atom's talk in its place. The room is the first of the atom's class: *the* room where a rule says that it
    /// tells rooms apart.
    pub fn spot(&self, var: Var) -> Spot {
        let atom = &self.atoms[var.at()];
        atom.spot(self.classes[atom.class.at()].rooms[0])
    }

    /// How many rooms there are in the classes.
    pub fn rooms_in(&self, classes: impl IntoIterator<Item = ClassIx>) -> usize {
        classes.into_iter().map(|c| self.classes[c.at()].rooms.len()).sum()
    }

    /// Whether the talk is placed: the sum of its atoms, 0 or 1.
    pub fn placed(&self, talk: TalkIx) -> Sum {
        Sum::each(self.atoms(talk))
    }

    /// Whether any of the atoms is 1: a sum that is 0 or 1.
    ///
    /// Where at most one of them can be (one talk's, or one room's at one moment), that is their sum; otherwise an
    /// indicator.
    pub fn any(&mut self, mut atoms: Vec<Var>) -> Sum {
        atoms.sort_unstable();
        atoms.dedup();
        if self.exclusive(&atoms) {
            return Sum::each(atoms);
        }
        self.at_least(Sum::each(atoms), 1).into()
    }

    /// Whether at most one of the atoms can be 1.
    fn exclusive(&self, atoms: &[Var]) -> bool {
        let Some(first) = atoms.first().map(|v| self.atom(*v)) else { return true };
        if atoms.iter().all(|v| self.atom(*v).talk == first.talk) {
            return true;
        }
        let alone = self.classes[first.class.at()].rooms.len() == 1;
        let latest = atoms.iter().map(|v| self.atom(*v).start).max().unwrap_or(first.start);
        alone && atoms.iter().map(|v| self.atom(*v)).all(|a| a.class == first.class && a.busy().has(latest))
    }

    /// The indicator that the sum is at least `least`. The same sum and threshold give the same indicator.
    pub fn at_least(&mut self, sum: Sum, least: i64) -> Var {
        let sum = sum.normal();
        let indicator = Indicator { at_least: least - sum.constant, terms: sum.terms };
        let next = Var((self.atoms.len() + self.indicators.len()) as u32);
        *self.known.entry(indicator).or_insert_with_key(|indicator| {
            self.indicators.push(indicator.clone());
            next
        })
    }

    /// A variable that equals the sum, which is 0 or 1.
    pub fn as_var(&mut self, sum: Sum) -> Var {
        match (sum.terms.as_slice(), sum.constant) {
            ([(var, 1)], 0) => *var,
            _ => self.at_least(sum, 1),
        }
    }

    /// Whether all of the sums, each 0 or 1, are 1: a sum that is 0 or 1.
    pub fn all(&mut self, sums: &[Sum]) -> Sum {
        match sums {
            [] => Sum::constant(1),
            [one] => one.clone(),
            many => {
                let mut total = Sum::default();
                for sum in many {
                    total.add_sum(sum, 1);
                }
                self.at_least(total, many.len() as i64).into()
            }
        }
    }

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

    fn origin(&mut self, origin: Origin) -> u32 {
        self.origins.push(origin);
        self.origins.len() as u32 - 1
    }

    /// The sum stays at or below `most`.
    pub fn at_most(&mut self, charge: Charge, sum: Sum, most: i64) {
        self.row(charge, sum, None, Some(most), 1, None);
    }

    /// The sum stays within the bounds; `unit` of it make one unit, and the row counts only where `when` is 1.
    pub fn row(
        &mut self,
        charge: Charge,
        sum: Sum,
        lower: Option<i64>,
        upper: Option<i64>,
        unit: i64,
        when: Option<Var>,
    ) {
        let sum = sum.normal();
        let (low, high) = sum.range();
        let lower = lower.filter(|bound| low < *bound).map(|bound| bound - sum.constant);
        let upper = upper.filter(|bound| high > *bound).map(|bound| bound - sum.constant);
        if lower.is_none() && upper.is_none() {
            return;
        }
        let Charge { penalty, origin } = charge;
        self.rows.push(Row { terms: sum.terms, lower, upper, unit, when, penalty, origin });
    }

    /// What a sum earns, in thousandths for each unit of it, at the rule's priority; negative for a cost.
    pub fn gain(&mut self, scope: &Scope<'_>, sum: &Sum, amount: i64) {
        let priority = scope.priority();
        self.gains.extend(sum.terms.iter().filter(|(_, f)| f.saturating_mul(amount) != 0).map(|(var, f)| Gain {
            var: *var,
            amount: f.saturating_mul(amount),
            priority,
        }));
        let constant = self.constants.entry(priority).or_default();
        *constant = constant.saturating_add(sum.constant.saturating_mul(amount));
    }

    /// The talks never run at once, any two of them. For required rules only.
    pub fn never_at_once(&mut self, talks: &[TalkIx]) {
        self.conflicts.group(talks);
    }

    fn one_place_a_talk(&mut self) {
        for talk in self.event.talk_indices() {
            let facts = self.event.talk(talk);
            let accepted = facts.status == Status::Accepted;
            if self.talk_atoms[talk.at()].is_empty() && !accepted {
                continue;
            }
            let terms = self.atoms(talk).map(|v| (v, 1)).collect();
            let origin = self.origin(Origin::OnePlace(talk));
            self.rows.push(Row {
                terms,
                lower: accepted.then_some(1),
                upper: Some(1),
                unit: 1,
                when: None,
                penalty: None,
                origin,
            });
        }
    }

    fn one_talk_a_room(&mut self) {
        let mut of_class = vec![Vec::new(); self.classes.len()];
        for var in self.all_atoms() {
            of_class[self.atom(var).class.at()].push(var);
        }
        for (class, atoms) in of_class.into_iter().enumerate() {
            let rooms = self.classes[class].rooms.len() as i64;
            let class = ClassIx(class as u32);
            for together in self.moments(&atoms, |a| a.busy_until) {
                let origin = self.origin(Origin::OneTalkARoom(class));
                self.row(Charge { penalty: None, origin }, Sum::each(together), None, Some(rooms), 1, None);
            }
        }
    }

    /// The largest sets of the atoms that are on together, each once. An atom is on from its start to `until`.
    pub fn moments(&self, atoms: &[Var], until: impl Fn(&Atom) -> Minute) -> Vec<Vec<Var>> {
        let mut by_start: Vec<Var> = atoms.to_vec();
        by_start.sort_unstable_by_key(|v| (self.atom(*v).start, *v));
        let mut sets = Vec::new();
        let mut on: Vec<Var> = Vec::new();
        let mut first_end = Minute::MAX;
        let mut grown = false;
        for var in by_start {
            let start = self.atom(var).start;
            // A set is largest just before the first of its members ends.
            if first_end <= start {
                if grown {
                    sets.push(on.clone());
                }
                on.retain(|v| until(self.atom(*v)) > start);
                first_end = on.iter().map(|v| until(self.atom(*v))).min().unwrap_or(Minute::MAX);
                grown = false;
            }
            if until(self.atom(var)) > start {
                on.push(var);
                first_end = first_end.min(until(self.atom(var)));
                grown = true;
            }
        }
        if grown {
            sets.push(on);
        }
        sets
    }

    pub(super) fn finish(mut self) -> Result<Program, TooLarge> {
        for clique in std::mem::take(&mut self.conflicts).cliques() {
            let atoms: Vec<Var> = clique.iter().flat_map(|t| self.atoms(*t)).collect();
            for together in self.moments(&atoms, |a| a.end) {
                let first = self.atom(together[0]).talk;
                if together.iter().any(|v| self.atom(*v).talk != first) {
                    let origin = self.origin(Origin::NeverAtOnce(clique.clone()));
                    self.row(Charge { penalty: None, origin }, Sum::each(together), None, Some(1), 1, None);
                }
            }
        }
        let program = Program {
            atoms: self.atoms,
            talk_atoms: self.talk_atoms,
            classes: self.classes,
            indicators: self.indicators,
            rows: self.rows,
            penalties: self.penalties,
            gains: self.gains,
            constants: self.constants,
            origins: self.origins,
        };
        program.weigh()?;
        Ok(program)
    }
}
