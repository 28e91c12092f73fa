//! The draft of a program: what rules state themselves to.

mod given;
mod one_room;
mod rows;

pub use rows::Charge;

use super::{
    Atom, Class, ClassIx, Halt, Indicator, Origin, Pass, Penalty, Program, Row, StartClasses, Stated, Sum, TooLarge,
    Tracks, Var, atoms::Offered, classes, cliques::Conflicts, earned::Earned, known::Known, times::Times,
};
use crate::{
    event::{CheckedEvent, Minute, TalkIx},
    rules::{Scope, Sites, Spot, Stakes, Where},
};
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    rc::Rc,
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
    start_classes: StartClasses,
    times: Times,
    /// Every start, ascending, and which of them each atom's is.
    starts: Vec<Minute>,
    rank: Vec<u32>,
    /// The places that rules were about so far: many rules are about the same.
    sites: HashMap<Where, Rc<Sites<'e>>>,
    indicators: Vec<Indicator>,
    known: Known,
    rows: Vec<Row>,
    /// How many rows were left out because nothing can break them.
    implied: usize,
    /// The only room of each talk that has one, and of how many pairs and cliques nothing was said for that.
    only_room: Vec<Option<ClassIx>>,
    left_to_rooms: usize,
    penalties: Vec<Penalty>,
    earned: Earned,
    stakes: Stakes,
    passes: Vec<Pass>,
    constants: BTreeMap<u32, i64>,
    origins: Vec<Origin>,
    conflicts: Conflicts,
    rule: u32,
    halt: Halt<'e>,
}

impl<'e> Draft<'e> {
    pub(super) fn new(event: &'e CheckedEvent, start_classes: StartClasses, halt: Halt<'e>) -> Self {
        let (classes, class_of) = classes::classes(event);
        let offered = Offered::of(event, &class_of, &classes, &start_classes, halt);
        Self::with(event, classes, offered, start_classes, halt).given()
    }

    /// A draft over some places only, given talk by talk.
    pub(super) fn over(event: &'e CheckedEvent, places: &[Vec<Atom>], halt: Halt<'e>) -> Self {
        let (classes, class_of) = classes::classes(event);
        let offered = Offered::over(event, &class_of, &classes, places);
        Self::with(event, classes, offered, StartClasses::apart(), halt).given()
    }

    /// A draft in which nothing is stated yet.
    pub(super) fn with(
        event: &'e CheckedEvent,
        classes: Vec<Class>,
        offered: Offered,
        start_classes: StartClasses,
        halt: Halt<'e>,
    ) -> Self {
        let Offered { atoms, talk_atoms, times, by_room } = offered;
        let mut starts: Vec<Minute> = times.list().iter().map(|t| t.start).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut rank = vec![0; atoms.len()];
        let mut by_start = 0;
        for talk in event.talk_indices() {
            for (time, run) in times.runs(talk) {
                let start = times.list()[time as usize].start;
                by_start += start_classes.number(start) * run.len();
                let of_run = starts.partition_point(|s| *s < start) as u32;
                rank[run.start as usize..run.end as usize].fill(of_run);
            }
        }
        let only_room = one_room::only_rooms(&atoms, &talk_atoms, &classes, &start_classes);
        let passes = vec![
            Pass::atoms("start classes", by_start, atoms.len()),
            Pass::atoms("room classes", by_room, atoms.len()),
        ];
        Self {
            event,
            atoms,
            talk_atoms,
            classes,
            start_classes,
            times,
            starts,
            rank,
            sites: HashMap::new(),
            indicators: Vec::new(),
            known: Known::default(),
            rows: Vec::new(),
            implied: 0,
            only_room,
            left_to_rooms: 0,
            penalties: Vec::new(),
            earned: Earned::default(),
            stakes: Stakes::default(),
            passes,
            constants: BTreeMap::new(),
            origins: Vec::new(),
            conflicts: Conflicts::default(),
            rule: 0,
            halt,
        }
    }

    /// A draft of what was stated before, to which more rules can be stated.
    pub(super) fn going_on(event: &'e CheckedEvent, stated: &Stated, halt: Halt<'e>) -> Self {
        let (program, times, stakes) = stated.parts();
        let offered = Offered {
            atoms: program.atoms.clone(),
            talk_atoms: program.talk_atoms.clone(),
            times: times.clone(),
            by_room: program.atoms.len(),
        };
        let mut draft = Self::with(event, program.classes.clone(), offered, program.start_classes.clone(), halt);
        for indicator in &program.indicators {
            draft.known.position(&mut draft.indicators, indicator.clone());
        }
        for gain in &program.gains {
            draft.earned.add(gain.priority, &[gain.var], gain.amount);
        }
        draft.rows.clone_from(&program.rows);
        draft.penalties.clone_from(&program.penalties);
        draft.constants.clone_from(&program.constants);
        draft.origins.clone_from(&program.origins);
        draft.stakes = stakes.clone();
        draft
    }

    /// The same with what the event itself requires.
    fn given(mut self) -> Self {
        self.one_place_a_talk();
        self.one_talk_a_room();
        for speaker in self.event.speakers() {
            self.conflicts.group(&speaker.talks);
        }
        self
    }

    /// States the rules of the event from that position on, as far as there is time.
    pub(super) fn with_rules(mut self, event: &CheckedEvent, first: usize) -> Self {
        for scope in event.stated_scopes().filter(|scope| scope.index() as usize >= first) {
            if self.is_stopped() {
                break;
            }
            self.enter(scope.index());
            scope.kind().state(&scope, &mut self);
        }
        self
    }

    /// From here on, everything stated is of that rule.
    pub(super) fn enter(&mut self, rule: u32) {
        self.rule = rule;
    }

    /// Whether it is time to stop. Then no talk has atoms any more, so that rules have soon said all they say, and what has
    /// been stated is of no use.
    pub(crate) fn is_stopped(&self) -> bool {
        self.halt.is_due()
    }

    /// The event.
    pub fn event(&self) -> &'e CheckedEvent {
        self.event
    }

    /// The atoms of a talk: one or none of them is 1.
    pub fn atoms(&self, talk: TalkIx) -> impl DoubleEndedIterator<Item = Var> + Clone + use<> {
        let atoms = if self.is_stopped() { 0..0 } else { self.talk_atoms[talk.at()].clone() };
        atoms.map(Var)
    }

    /// Every atom.
    pub fn all_atoms(&self) -> impl DoubleEndedIterator<Item = Var> + Clone + use<> {
        (0..if self.is_stopped() { 0 } else { self.atoms.len() as u32 }).map(Var)
    }

    /// Every atom, talk by talk.
    pub(crate) fn list(&self) -> &[Atom] {
        &self.atoms
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

    /// The classes of rooms.
    pub(crate) fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The times at which talks may start, and where each talk's atoms at them are.
    pub(crate) fn times(&self) -> &Times {
        &self.times
    }

    /// Which of all starts, ascending, the atom's is.
    pub(crate) fn rank(&self, var: Var) -> u32 {
        self.rank[var.at()]
    }

    /// The places, ready to be looked up talk by talk.
    pub(crate) fn sites(&mut self, places: &Where) -> Rc<Sites<'e>> {
        if let Some(sites) = self.sites.get(places) {
            return Rc::clone(sites);
        }
        let sites = Rc::new(Sites::of(places, self.event, &self.times, &self.classes));
        self.sites.insert(places.clone(), Rc::clone(&sites));
        sites
    }

    /// The talk's atoms in those places.
    pub(crate) fn atoms_at(&self, talk: TalkIx, sites: &Sites<'_>) -> Vec<Var> {
        let mut atoms = Vec::new();
        sites.each(self, talk, |_, var| atoms.push(var));
        // Classes need not be offered in their order.
        if !atoms.is_sorted() {
            atoms.sort_unstable();
        }
        atoms
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
        self.any_of(&atoms)
    }

    /// The same, of atoms in the order of their positions, each once.
    pub(crate) fn any_of(&mut self, atoms: &[Var]) -> Sum {
        let sum = Sum::each(atoms.iter().copied());
        if self.exclusive(atoms) { sum } else { self.at_least(sum, 1).into() }
    }

    /// Whether at most one of the atoms can be 1.
    fn exclusive(&self, atoms: &[Var]) -> bool {
        let Some(first) = atoms.first().map(|v| self.atom(*v)) else { return true };
        if atoms.iter().all(|v| self.atom(*v).talk == first.talk) {
            return true;
        }
        let seats = self.classes[first.class.at()].rooms.len() * self.start_classes.number(first.start);
        if seats > 1 || self.atom(atoms[atoms.len() - 1]).class != first.class {
            return false;
        }
        let latest = atoms.iter().map(|v| self.atom(*v).start).max().unwrap_or(first.start);
        atoms.iter().map(|v| self.atom(*v)).all(|a| a.class == first.class && a.busy().has(latest))
    }

    /// The indicator that the sum is at least `least`. The same sum and threshold give the same indicator.
    pub fn at_least(&mut self, sum: Sum, least: i64) -> Var {
        let sum = sum.normal();
        self.weigh_sum(&sum, &[Some(least)]);
        let indicator = Indicator { at_least: least.saturating_sub(sum.constant), terms: sum.terms };
        let position = self.known.position(&mut self.indicators, indicator);
        Var((self.atoms.len() + position) as u32)
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

    /// What a sum earns, in thousandths for each unit of it, at the rule's priority; negative for a cost.
    pub fn gain(&mut self, scope: &Scope<'_>, sum: &Sum, amount: i64) {
        for (var, f) in &sum.terms {
            self.earn(scope, *var, f.saturating_mul(amount));
        }
        self.stakes.add(scope.index(), i128::from(sum.constant) * i128::from(amount));
        let constant = self.constants.entry(scope.priority()).or_default();
        *constant = constant.saturating_add(sum.constant.saturating_mul(amount));
    }

    /// What an atom or indicator earns, in thousandths, at the rule's priority; negative for a cost.
    pub fn earn(&mut self, scope: &Scope<'_>, var: Var, amount: i64) {
        self.earn_each(scope, &[var], amount);
    }

    /// What each of these atoms earns, in thousandths, at the rule's priority; negative for a cost.
    pub fn earn_each(&mut self, scope: &Scope<'_>, atoms: &[Var], amount: i64) {
        if amount == 0 {
            return;
        }
        for var in atoms {
            match self.atoms.get(var.at()) {
                Some(atom) => self.stakes.add_at(scope.index(), atom.talk, var.0, amount),
                None => self.stakes.add(scope.index(), amount.into()),
            }
        }
        self.earned.add(scope.priority(), atoms, amount);
    }

    /// What a talk earns wherever it is placed, in thousandths, at the rule's priority; negative for a cost.
    pub fn earn_placed(&mut self, scope: &Scope<'_>, talk: TalkIx, amount: i64) {
        if amount != 0 {
            self.stakes.add(scope.index(), amount.into());
            self.earned.add_placed(scope.priority(), talk, amount);
        }
    }

    /// The talks never run at once, any two of them. For required rules only.
    pub fn never_at_once(&mut self, talks: &[TalkIx]) {
        self.conflicts.group(talks);
    }

    pub(super) fn finish(self) -> Result<Program, TooLarge> {
        self.finish_open().map(Stated::into_program)
    }

    /// The same, with what it takes to state more rules later.
    pub(super) fn finish_open(mut self) -> Result<Stated, TooLarge> {
        self.never_at_once_rows();
        self.drop_idle_penalties();
        let stakes = self.stakes.clone();
        if !self.is_stopped() {
            self.weigh_penalties();
            self.stakes.check(self.event)?;
        }
        let left = self.left_to_rooms;
        self.passes.push(Pass::rows("talks of one room", self.rows.len() + left, self.rows.len()));
        self.passes.push(Pass::rows("implied rows", self.rows.len() + self.implied, self.rows.len()));
        let vars = self.atoms.len() + self.indicators.len();
        let program = Program {
            gains: self.earned.gains(&self.atoms, &self.talk_atoms, vars),
            atoms: self.atoms,
            talk_atoms: self.talk_atoms,
            classes: self.classes,
            start_classes: self.start_classes,
            indicators: self.indicators,
            rows: self.rows,
            penalties: self.penalties,
            constants: self.constants,
            origins: self.origins,
            passes: self.passes,
            tracks: Tracks::default(),
        };
        Ok(Stated::new(program, self.times, stakes, self.event.rule_count()))
    }
}
