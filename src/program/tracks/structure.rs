//! The structure that lets rooms be chosen once: which talks keep a room together, and which of them share none at a time.

use super::{
    super::{Atom, ClassIx, Halt, Origin, Program, Row, Var},
    atom, same, time_of,
};
use crate::event::TalkIx;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A talk at a time, in whichever room.
pub(super) type Pair = u32;

/// Talks that keep one room together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) talks: Vec<TalkIx>,
    /// The rooms that each of its talks could be in at each of its times, ascending.
    pub(super) rooms: Vec<ClassIx>,
    /// Its talks at their times, ascending.
    pub(super) pairs: Vec<Pair>,
}

/// What a required row says of the room of its atoms.
#[derive(Debug)]
pub(super) enum RoomRow {
    /// The pairs, where they are chosen, share a room.
    Together(Vec<Pair>),
    /// Of these groups' pairs, those of at most one group are in the room.
    Apart(ClassIx, Vec<(u32, Vec<Pair>)>),
    /// At most so many of these groups' pairs are in the room.
    AtMost(ClassIx, Vec<(u32, Vec<Pair>)>, i64),
}

/// The groups of a program, and what its rows say of rooms.
#[derive(Debug)]
pub(super) struct Structure {
    pub(super) groups: Vec<Group>,
    pub(super) group_of: Vec<u32>,
    /// The pair of each atom.
    pub(super) pair_of: Vec<Pair>,
    /// The first atom of each pair.
    pub(super) first: Vec<Var>,
    /// By position of the row.
    pub(super) rows: HashMap<u32, RoomRow>,
}

impl Structure {
    /// None where no talks keep a room together, where some talks could be in some rooms at some times only, or
    /// where it is time to stop.
    pub(super) fn of(program: &Program, halt: Halt<'_>) -> Option<Self> {
        if program.classes.iter().any(|class| class.rooms.len() > 1) {
            return None;
        }
        let (pair_of, first) = pairs(program, halt)?;
        let mut rooms: Vec<Vec<ClassIx>> = vec![Vec::new(); first.len()];
        for (i, pair) in pair_of.iter().enumerate() {
            rooms[*pair as usize].push(program.atoms[i].class);
        }
        rooms.iter_mut().for_each(|list| list.sort_unstable());
        if halt.is_due() {
            return None;
        }
        let mut structure = Self { groups: Vec::new(), group_of: Vec::new(), pair_of, first, rows: HashMap::new() };

        let mut together: Vec<(u32, Vec<Pair>)> = Vec::new();
        for (i, row) in program.rows.iter().enumerate().filter(|(_, row)| says_at_most(row, 1)) {
            if halt.is_due() {
                return None;
            }
            together.extend(structure.together(program, row, &rooms).map(|pairs| (i as u32, pairs)));
        }
        structure.group(program, &together, &rooms)?;
        let never = NeverAtOnce::of(program);
        structure.rows = together.into_iter().map(|(i, pairs)| (i, RoomRow::Together(pairs))).collect();
        for (i, row) in
            program.rows.iter().enumerate().filter(|(_, row)| row.upper.is_some_and(|m| says_at_most(row, m)))
        {
            if halt.is_due() {
                return None;
            }
            let i = i as u32;
            if !structure.rows.contains_key(&i)
                && !matches!(program.origins[row.origin as usize], Origin::OnePlace(_))
                && let Some(said) = structure.in_one_room(program, row, &never)
            {
                structure.rows.insert(i, said);
            }
        }
        Some(structure)
    }

    /// The pairs of a row that says that one room at most is used by them: for each room, "any of them is there".
    fn together(&self, program: &Program, row: &Row, rooms: &[Vec<ClassIx>]) -> Option<Vec<Pair>> {
        if !matches!(program.origins[row.origin as usize], Origin::Rule { .. }) {
            return None;
        }
        let mut by_room: BTreeMap<ClassIx, Vec<Var>> = BTreeMap::new();
        for term in &row.terms {
            let atoms = any_of(program, term)?;
            let room = same(atoms.iter().map(|(v, _)| atom(program, *v).class))?;
            let known = by_room.entry(room).or_default();
            if !(known.is_empty() || program.indicator(term.0).is_none() && one_talk(program, known, term.0)) {
                return None;
            }
            known.extend(atoms.iter().map(|(v, _)| *v));
        }
        let mut by_room: BTreeMap<ClassIx, Vec<Pair>> =
            by_room.into_iter().map(|(room, atoms)| (room, self.pairs_of(&atoms))).collect();
        if by_room.len() < 2 {
            return None;
        }
        let places: Vec<ClassIx> = by_room.keys().copied().collect();
        let pairs = same(std::mem::take(&mut by_room).into_values())?;
        pairs.iter().all(|pair| rooms[*pair as usize] == places).then_some(pairs)
    }

    /// The groups: talks whose every place is in one of the rows, and the rest each by itself.
    fn group(&mut self, program: &Program, together: &[(u32, Vec<Pair>)], rooms: &[Vec<ClassIx>]) -> Option<()> {
        let talks = program.talk_atoms.len();
        let talk_of = |pair: &Pair| atom(program, self.first[*pair as usize]).talk;
        let mut pairs_of: Vec<Vec<Pair>> = vec![Vec::new(); talks];
        for pair in 0..self.first.len() as u32 {
            pairs_of[talk_of(&pair).at()].push(pair);
        }
        let mut group_of: Vec<Option<u32>> = vec![None; talks];
        for (_, pairs) in together {
            let mut talks: Vec<TalkIx> = pairs.iter().map(talk_of).collect();
            talks.dedup();
            let whole = talks.iter().map(|t| pairs_of[t.at()].len()).sum::<usize>() == pairs.len();
            if whole && talks.len() > 1 && talks.iter().all(|t| group_of[t.at()].is_none()) {
                talks.iter().for_each(|t| group_of[t.at()] = Some(self.groups.len() as u32));
                self.groups.push(Group { talks, rooms: rooms[pairs[0] as usize].clone(), pairs: pairs.clone() });
            }
        }
        if self.groups.is_empty() {
            return None;
        }
        for talk in TalkIx::all(talks) {
            if group_of[talk.at()].is_some() {
                continue;
            }
            let pairs = std::mem::take(&mut pairs_of[talk.at()]);
            let rooms =
                if pairs.is_empty() { Vec::new() } else { same(pairs.iter().map(|p| &rooms[*p as usize]))?.clone() };
            group_of[talk.at()] = Some(self.groups.len() as u32);
            self.groups.push(Group { talks: vec![talk], rooms, pairs });
        }
        self.group_of = group_of.into_iter().flatten().collect();
        Some(())
    }

    /// What a row over the atoms of one room says.
    fn in_one_room(&self, program: &Program, row: &Row, never: &NeverAtOnce) -> Option<RoomRow> {
        let mut room = None;
        let mut by_group: BTreeMap<u32, Vec<Var>> = BTreeMap::new();
        let (mut plain, mut apart) = (true, true);
        // Groups of which several talks' atoms are in the row.
        let mut crowded: BTreeSet<u32> = BTreeSet::new();
        for term in &row.terms {
            let atoms = any_of(program, term)?;
            let group = same(atoms.iter().map(|(v, _)| self.group_of[atom(program, *v).talk.at()]))?;
            for (v, _) in atoms {
                if *room.get_or_insert(atom(program, *v).class) != atom(program, *v).class {
                    return None;
                }
            }
            let known = by_group.entry(group).or_default();
            let is_atom = program.indicator(term.0).is_none();
            plain &= is_atom;
            // One indicator, or one talk's atoms: they add up to whether the group is there.
            if apart
                && !known.is_empty()
                && !(is_atom && known.last().is_some_and(|v| one_talk(program, &[*v], term.0)))
            {
                crowded.insert(group);
                apart = is_atom;
            }
            known.extend(atoms.iter().map(|(v, _)| *v));
        }
        let most = row.upper?;
        // So do those of several talks that never run at once.
        apart = apart && most == 1 && (crowded.is_empty() || plain);
        apart = apart && crowded.iter().all(|group| never.holds(&by_group[group]));
        let by_group = by_group.into_iter().map(|(group, atoms)| (group, self.pairs_of(&atoms))).collect();
        if apart {
            Some(RoomRow::Apart(room?, by_group))
        } else if plain {
            Some(RoomRow::AtMost(room?, by_group, most))
        } else {
            None
        }
    }

    /// The pairs of the atoms, ascending.
    fn pairs_of(&self, atoms: &[Var]) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = atoms.iter().map(|v| self.pair_of[v.at()]).collect();
        pairs.sort_unstable();
        pairs
    }

    /// The talk of a pair.
    pub(super) fn talk(&self, program: &Program, pair: Pair) -> TalkIx {
        atom(program, self.first[pair as usize]).talk
    }
}

/// The pair of each atom, and the first atom of each pair: pairs are numbered talk by talk. None where it is time to stop.
fn pairs(program: &Program, halt: Halt<'_>) -> Option<(Vec<Pair>, Vec<Var>)> {
    let mut pair_of = Vec::with_capacity(program.atoms.len());
    let mut first: Vec<Var> = Vec::new();
    let mut known: HashMap<Atom, Pair> = HashMap::new();
    // Atoms of a talk at a time mostly follow each other.
    let mut last: Option<(Atom, Pair)> = None;
    for (i, atom) in program.atoms.iter().enumerate() {
        let time = time_of(atom);
        let pair = match last {
            Some((same, pair)) if same == time => pair,
            _ if halt.is_due() => return None,
            _ => *known.entry(time).or_insert_with(|| {
                first.push(Var(i as u32));
                first.len() as u32 - 1
            }),
        };
        last = Some((time, pair));
        pair_of.push(pair);
    }
    Some((pair_of, first))
}

/// Whether the row is required and says "at most so many of these".
fn says_at_most(row: &Row, most: i64) -> bool {
    let unconditional = row.penalty.is_none() && row.when.is_none() && row.lower.is_none();
    unconditional && row.upper == Some(most) && row.terms.iter().all(|(_, f)| *f == 1)
}

/// Whether these atoms, and one more, are all of one talk.
fn one_talk(program: &Program, atoms: &[Var], more: Var) -> bool {
    let talk = atom(program, more).talk;
    atoms.iter().all(|v| atom(program, *v).talk == talk)
}

/// The atoms of which a term's variable says "any of these": the term itself, for an atom.
pub(super) fn any_of<'t>(program: &'t Program, term: &'t (Var, i64)) -> Option<&'t [(Var, i64)]> {
    match program.indicator(term.0) {
        None => Some(std::slice::from_ref(term)),
        Some(indicator) => {
            let any =
                indicator.at_least == 1 && indicator.terms.iter().all(|(v, f)| *f == 1 && v.at() < program.atoms.len());
            any.then_some(&indicator.terms)
        }
    }
}

/// The rows by which talks never run at once, whatever their rooms, for each atom in one.
struct NeverAtOnce {
    rows_of: HashMap<Var, Vec<u32>>,
}

impl NeverAtOnce {
    fn of(program: &Program) -> Self {
        let mut rows_of: HashMap<Var, Vec<u32>> = HashMap::new();
        for (i, row) in program.rows.iter().enumerate().filter(|(_, row)| says_at_most(row, 1)) {
            if matches!(program.origins[row.origin as usize], Origin::NeverAtOnce(_)) {
                row.terms.iter().for_each(|(var, _)| rows_of.entry(*var).or_default().push(i as u32));
            }
        }
        Self { rows_of }
    }

    /// Whether one of the rows holds all of the atoms: at most one of them is 1.
    fn holds(&self, atoms: &[Var]) -> bool {
        let rows = |var: &Var| self.rows_of.get(var).map_or(&[][..], Vec::as_slice);
        let first = atoms.first().map_or(&[][..], rows);
        first.iter().any(|row| atoms.iter().all(|var| rows(var).contains(row)))
    }
}
