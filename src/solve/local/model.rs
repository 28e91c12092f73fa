//! What local search reads: a part of the program at one priority, in flat arrays.
//!
//! The rows are the program's own; nothing is restated. Accounts tell what a unit outside a row is charged to: what is
//! being maximised, what earlier priorities reached, or what must hold.

mod rows;

pub(super) use rows::{Account, RowFacts};

use crate::{
    event::{Minute, TalkIx},
    program::{ClassIx, Fixing, Program, Var},
    solve::parts::Part,
};
use rows::Builder;
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

/// No row, talk or atom.
pub(super) const NONE: u32 = u32::MAX;

/// Lists of pairs, one a key, end to end.
#[derive(Debug, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    items: Vec<(u32, i64)>,
}

impl Lists {
    fn of(keys: usize, entries: impl Iterator<Item = (u32, u32, i64)> + Clone) -> Self {
        let mut ends = vec![0_u32; keys + 1];
        for (key, _, _) in entries.clone() {
            ends[key as usize + 1] += 1;
        }
        for key in 0..keys {
            ends[key + 1] += ends[key];
        }
        let mut next = ends.clone();
        let mut items = vec![(0, 0); ends[keys] as usize];
        for (key, value, factor) in entries {
            items[next[key as usize] as usize] = (value, factor);
            next[key as usize] += 1;
        }
        Self { ends, items }
    }

    #[inline]
    pub(super) fn at(&self, key: u32) -> &[(u32, i64)] {
        &self.items[self.ends[key as usize] as usize..self.ends[key as usize + 1] as usize]
    }
}

/// A part of the program at one priority. Atoms come first among its variables, talk by talk; indicators follow, each
/// after those that it is made of.
#[derive(Debug)]
pub(super) struct Model {
    /// The program's variable of each atom.
    pub(super) atoms: Vec<Var>,
    /// The talk of each atom.
    pub(super) talk_of: Vec<u32>,
    /// The atoms of each talk.
    pub(super) talks: Vec<Range<u32>>,
    /// Whether the talk may be left out.
    pub(super) optional: Vec<bool>,
    /// Where an atom is: alike for talks in the same class of rooms from the same start.
    pub(super) place_of: Vec<u32>,
    /// The atom of each talk in each place, where that table is not much larger than the atoms; otherwise the atoms of
    /// each talk in the order of their places.
    by_place: ByPlace,
    /// What each variable earns: now, and at earlier priorities.
    pub(super) gains: Vec<(i64, i64)>,
    /// The rows that a variable is in.
    pub(super) rows_of: Lists,
    /// The indicators that a variable makes.
    pub(super) makes: Lists,
    /// The rows that count only where a variable is 1.
    pub(super) guards: Lists,
    pub(super) rows: Vec<RowFacts>,
    /// What each row's sum is with every variable at 0: what is fixed at 1.
    pub(super) constants: Vec<i64>,
    /// Threshold and constant of each indicator.
    pub(super) indicators: Vec<(i64, i64)>,
    /// What is earned by what is fixed: now, and at earlier priorities.
    pub(super) fixed: (i64, i64),
    /// The rows of each shared penalty.
    pub(super) sharing: Vec<Vec<u32>>,
    /// Whether adding the atom changes nothing but the sums of rows, each for itself.
    pub(super) plain: Vec<bool>,
}

impl Model {
    /// The part at that priority; `earlier` tells which priorities were settled before, the rest do not count.
    pub(super) fn of(program: &Program, fixing: &Fixing, part: &Part, priority: u32, earlier: &[u32]) -> Self {
        let free = |v: &Var| fixing.fixed[v.at()].is_none();
        let atoms: Vec<Var> = part.atoms.iter().copied().filter(free).collect();
        let indicators: Vec<Var> = part.indicators.iter().copied().filter(free).collect();
        let mut local = vec![NONE; program.vars()];
        for (i, var) in atoms.iter().chain(&indicators).enumerate() {
            local[var.at()] = i as u32;
        }
        let account = |level: u32| {
            if level == priority { Some(Account::Now) } else { earlier.contains(&level).then_some(Account::Earlier) }
        };

        let mut builder = Builder::new(fixing, &local);
        builder.rows(program, part, &account);
        builder.decided(program, part);
        let Builder { mut rows, constants, terms, by_penalty, optional_of, .. } = builder;
        let mut sharing = Vec::new();
        for shared in by_penalty.into_values().filter(|rows| rows.len() > 1) {
            shared.iter().for_each(|row| rows[*row as usize].shared = sharing.len() as u32);
            sharing.push(shared);
        }

        let (made, thresholds) = thresholds(program, fixing, &indicators, &local);
        let mut fixed = (0, 0);
        let mut gains = vec![(0, 0); atoms.len() + indicators.len()];
        for gain in part.gains.iter().map(|i| &program.gains[*i as usize]) {
            let var = local[gain.var.at()];
            match account(gain.priority) {
                None => {}
                Some(_) if fixing.fixed[gain.var.at()] == Some(false) => {}
                Some(account) => {
                    let earns = if var == NONE { &mut fixed } else { &mut gains[var as usize] };
                    if account == Account::Now { earns.0 += gain.amount } else { earns.1 += gain.amount }
                }
            }
        }

        let vars = atoms.len() + indicators.len();
        let guarded = rows.iter().enumerate().filter(|(_, r)| r.when != NONE).map(|(i, r)| (r.when, i as u32, 1));
        let guards = Lists::of(vars, guarded);
        let rows_of = Lists::of(vars, terms.iter().copied());
        let makes = Lists::of(vars, made.iter().copied());
        let plain = (0..atoms.len() as u32)
            .map(|a| {
                makes.at(a).is_empty()
                    && guards.at(a).is_empty()
                    && rows_of.at(a).iter().all(|(r, _)| rows[*r as usize].shared == NONE)
            })
            .collect();
        let Talks { ranges: talks, talk_of, optional, place_of, places } = Talks::of(program, &atoms, &optional_of);
        let by_place = ByPlace::of(talks.len(), places, &talk_of, &place_of);
        Self {
            atoms,
            talk_of,
            talks,
            optional,
            place_of,
            by_place,
            gains,
            rows_of,
            makes,
            guards,
            rows,
            constants,
            indicators: thresholds,
            fixed,
            sharing,
            plain,
        }
    }

    /// The talk's atom in that place, where it has one.
    pub(super) fn atom_at(&self, talk: u32, place: u32) -> Option<u32> {
        match &self.by_place {
            ByPlace::Table { places, atoms } => {
                Some(atoms[talk as usize * places + place as usize]).filter(|a| *a != NONE)
            }
            ByPlace::Sorted(atoms) => {
                let Range { start, end } = self.talks[talk as usize].clone();
                let list = &atoms[start as usize..end as usize];
                list.binary_search_by_key(&place, |a| self.place_of[*a as usize]).ok().map(|i| list[i])
            }
        }
    }
}

/// What makes each indicator, as variable, indicator and factor; and its threshold and constant.
type Thresholds = (Vec<(u32, u32, i64)>, Vec<(i64, i64)>);

fn thresholds(program: &Program, fixing: &Fixing, indicators: &[Var], local: &[u32]) -> Thresholds {
    let mut made: Vec<(u32, u32, i64)> = Vec::new();
    let mut thresholds = Vec::with_capacity(indicators.len());
    for (i, var) in indicators.iter().enumerate() {
        let Some(indicator) = program.indicator(*var) else { continue };
        let mut constant = 0;
        for (term, f) in &indicator.terms {
            match fixing.fixed[term.at()] {
                Some(true) => constant += f,
                Some(false) => {}
                None => made.push((local[term.at()], i as u32, *f)),
            }
        }
        thresholds.push((indicator.at_least, constant));
    }
    (made, thresholds)
}

/// Atoms talk by talk.
struct Talks {
    ranges: Vec<Range<u32>>,
    talk_of: Vec<u32>,
    optional: Vec<bool>,
    place_of: Vec<u32>,
    /// How many places there are.
    places: usize,
}

impl Talks {
    fn of(program: &Program, atoms: &[Var], optional_of: &BTreeMap<TalkIx, bool>) -> Self {
        let mut talks: Vec<Range<u32>> = Vec::new();
        let mut talk_of = Vec::with_capacity(atoms.len());
        let mut optional = Vec::new();
        let mut places: HashMap<(Minute, Minute, ClassIx), u32> = HashMap::new();
        let mut place_of = Vec::with_capacity(atoms.len());
        let mut last = None;
        for (i, var) in atoms.iter().enumerate() {
            let atom = &program.atoms[var.at()];
            if last != Some(atom.talk) {
                last = Some(atom.talk);
                talks.push(i as u32..i as u32);
                optional.push(optional_of.get(&atom.talk).copied().unwrap_or(true));
            }
            if let Some(range) = talks.last_mut() {
                range.end = i as u32 + 1;
            }
            talk_of.push(talks.len() as u32 - 1);
            let next = places.len() as u32;
            place_of.push(*places.entry((atom.start, atom.busy_until, atom.class)).or_insert(next));
        }
        Self { ranges: talks, talk_of, optional, place_of, places: places.len() }
    }
}

/// Finds a talk's atom in a place.
#[derive(Debug)]
enum ByPlace {
    Table { places: usize, atoms: Vec<u32> },
    Sorted(Vec<u32>),
}

impl ByPlace {
    fn of(talks: usize, places: usize, talk_of: &[u32], place_of: &[u32]) -> Self {
        if talks * places <= 4 * talk_of.len() {
            let mut atoms = vec![NONE; talks * places];
            for (atom, (talk, place)) in talk_of.iter().zip(place_of).enumerate() {
                atoms[*talk as usize * places + *place as usize] = atom as u32;
            }
            return Self::Table { places, atoms };
        }
        let mut atoms: Vec<u32> = (0..talk_of.len() as u32).collect();
        atoms.sort_unstable_by_key(|a| (talk_of[*a as usize], place_of[*a as usize]));
        Self::Sorted(atoms)
    }
}
