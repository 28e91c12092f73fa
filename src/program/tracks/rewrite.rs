//! The program stated anew in papers at times, tracks in rooms, and what follows from both.

mod rooms;
mod sums;

use super::{
    super::{Atom, Class, ClassIx, Gain, Growth, Halt, Indicator, Origin, Pass, Penalty, Program, Row, Sum, Var},
    Tracks, atom,
    structure::{Pair, RoomRow, Structure},
};
use crate::event::TalkIx;
use rooms::Cells;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The shrunk program; none where something cannot be said in it, or where it is time to stop.
pub(super) fn rewritten<'p>(program: &'p Program, structure: &'p Structure, halt: Halt<'p>) -> Option<Program> {
    let in_time = || (!halt.is_due()).then_some(());
    let mut rewrite = Rewrite::new(program, structure, halt);
    in_time()?;
    rewrite.places();
    rewrite.apart();
    in_time()?;
    rewrite.split();
    in_time()?;
    rewrite.at_most()?;
    in_time()?;
    rewrite.enough_blocks();
    for (i, row) in program.rows.iter().enumerate() {
        in_time()?;
        match structure.rows.get(&(i as u32)) {
            Some(RoomRow::Together(pairs)) => rewrite.together(row, pairs)?,
            Some(_) => {}
            None => rewrite.row(row)?,
        }
    }
    rewrite.gains()?;
    in_time()?;
    Some(rewrite.finish())
}

/// The position of each atom's room among those of its group.
fn nth_room(program: &Program, structure: &Structure) -> Vec<u32> {
    let nth = |atom: &Atom| {
        let group = &structure.groups[structure.group_of[atom.talk.at()] as usize];
        group.rooms.binary_search(&atom.class).map_or(0, |nth| nth as u32)
    };
    program.atoms.iter().map(nth).collect()
}

struct Rewrite<'p> {
    program: &'p Program,
    structure: &'p Structure,
    /// The rows by which two groups share no room at some time.
    cells: Cells,
    /// Whether a talk must be placed.
    accepted: Vec<bool>,
    atoms: Vec<Atom>,
    talk_atoms: Vec<std::ops::Range<u32>>,
    classes: Vec<Class>,
    /// The first atom for the rooms of each group.
    room_atoms: Vec<u32>,
    indicators: Vec<Indicator>,
    known: HashMap<Indicator, Var>,
    rows: Vec<Row>,
    gains: Vec<Gain>,
    constants: BTreeMap<u32, i64>,
    /// What each indicator of the program has become.
    said: HashMap<Var, Sum>,
    /// Whether a group's pairs are used: an indicator each.
    uses: BTreeMap<u32, BTreeMap<Vec<Pair>, Var>>,
    /// For each use, how many talks it has room for, and of which pairs, and where that is said.
    seats: BTreeMap<Var, (i64, BTreeSet<Pair>, u32)>,
    tracks: Tracks,
    /// The position of each atom's room among those of its group.
    nth_room: Vec<u32>,
    /// Scratch space: the factors of a talk's atoms, time by time.
    factors: Vec<i64>,
    halt: Halt<'p>,
}

impl<'p> Rewrite<'p> {
    fn new(program: &'p Program, structure: &'p Structure, halt: Halt<'p>) -> Self {
        let mut accepted = vec![false; program.talk_atoms.len()];
        for row in &program.rows {
            if let Origin::OnePlace(talk) = &program.origins[row.origin as usize] {
                accepted[talk.at()] = row.lower == Some(1);
            }
        }
        Self {
            program,
            structure,
            cells: Cells::of(program, structure),
            accepted,
            atoms: Vec::new(),
            talk_atoms: Vec::new(),
            classes: program.classes.clone(),
            room_atoms: Vec::new(),
            indicators: Vec::new(),
            known: HashMap::new(),
            rows: Vec::new(),
            gains: Vec::new(),
            constants: program.constants.clone(),
            said: HashMap::new(),
            uses: BTreeMap::new(),
            seats: BTreeMap::new(),
            tracks: Tracks { group_of: structure.group_of.clone(), ..Tracks::default() },
            nth_room: nth_room(program, structure),
            factors: Vec::new(),
            halt,
        }
    }

    /// An atom for each talk and time, then one for each group and room.
    fn places(&mut self) {
        let mut class_of: BTreeMap<&[ClassIx], ClassIx> = BTreeMap::new();
        let mut firsts = self.structure.first.iter().map(|v| *atom(self.program, *v)).peekable();
        for talk in TalkIx::all(self.program.talk_atoms.len()) {
            let group = &self.structure.groups[self.structure.group_of[talk.at()] as usize];
            let class = *class_of.entry(&group.rooms).or_insert_with(|| {
                let rooms = group.rooms.iter().flat_map(|c| self.program.classes[c.at()].rooms.iter().copied());
                self.classes.push(Class { rooms: rooms.collect() });
                ClassIx(self.classes.len() as u32 - 1)
            });
            let from = self.atoms.len() as u32;
            while let Some(first) = firsts.next_if(|a| a.talk == talk) {
                self.atoms.push(Atom { class, ..first });
            }
            self.talk_atoms.push(from..self.atoms.len() as u32);
        }
        for (i, group) in self.structure.groups.iter().enumerate() {
            let from = self.atoms.len() as u32;
            self.room_atoms.push(from);
            let talk = TalkIx(self.talk_atoms.len() as u32);
            // A time of its own, before all others, in which nothing runs.
            let start = -1 - i as i64;
            let in_room =
                |class: &ClassIx| Atom { talk, start, end: start, busy_until: start, class: *class, slot: None };
            self.atoms.extend(group.rooms.iter().map(in_room));
            self.talk_atoms.push(from..self.atoms.len() as u32);
        }
    }

    /// The atom of a pair: pairs are numbered as their atoms are.
    fn paper(pair: Pair) -> Var {
        Var(pair)
    }

    /// The atom of a group in a room that it could have.
    fn room(&self, group: u32, class: ClassIx) -> Option<Var> {
        let nth = self.structure.groups[group as usize].rooms.binary_search(&class).ok()?;
        Some(Var(self.room_atoms[group as usize] + nth as u32))
    }

    fn at_least(&mut self, sum: Sum, least: i64) -> Var {
        let sum = sum.normal();
        let indicator = Indicator { at_least: least - sum.constant, terms: sum.terms };
        let next = Var((self.atoms.len() + self.indicators.len()) as u32);
        *self.known.entry(indicator).or_insert_with_key(|indicator| {
            self.indicators.push(indicator.clone());
            next
        })
    }

    fn require(&mut self, origin: u32, sum: Sum, lower: Option<i64>, upper: Option<i64>) {
        let sum = sum.normal();
        self.rows.push(Row {
            terms: sum.terms,
            lower,
            upper,
            unit: 1,
            growth: Growth::Linear,
            when: None,
            penalty: None,
            origin,
        });
    }

    fn finish(mut self) -> Program {
        let mut origins = self.program.origins.clone();
        // A group is placed like a talk: in one room.
        for group in 0..self.structure.groups.len() {
            let range = self.talk_atoms[self.program.talk_atoms.len() + group].clone();
            if range.is_empty() {
                continue;
            }
            origins.push(Origin::OnePlace(TalkIx((self.program.talk_atoms.len() + group) as u32)));
            self.require(origins.len() as u32 - 1, Sum::each(range.map(Var)), Some(1), Some(1));
        }
        let mut passes = self.program.passes.clone();
        passes.push(Pass {
            rows_before: Some(self.program.rows.len()),
            rows_after: Some(self.rows.len()),
            ..Pass::atoms("rooms of tracks", self.program.atoms.len(), self.atoms.len())
        });
        Program {
            atoms: self.atoms,
            talk_atoms: self.talk_atoms,
            classes: self.classes,
            start_classes: self.program.start_classes.clone(),
            indicators: self.indicators,
            rows: self.rows,
            penalties: self.program.penalties.iter().map(Penalty::clone).collect(),
            gains: self.gains,
            constants: self.constants,
            origins,
            passes,
            tracks: self.tracks,
        }
    }
}
