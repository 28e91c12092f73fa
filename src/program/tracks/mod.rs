//! Room elimination: talks that keep one room together choose it once.
//!
//! Where required rules say that each track keeps one room, and that a room and block hold one track, a paper's room is not
//! its own to choose. Instead of an atom for each paper, time and room, the program has
//!
//! - an atom `x` for each paper and time, and one, `y`, for each track and room: the track is placed like a talk;
//! - an indicator `u` for each track and block ("any paper of it is there"), and `z` for each track, block and room, which
//!   says that both `u` and `y` are;
//! - at most one `z` for each room and block. For each track and block, the `z` of all rooms add up to `u`.
//!
//! Where rooms and blocks are not said to hold one track, but the talks of a track never run at once, a slot stands for the
//! block: a room holds one talk then, so one track, and a track that is there is there with one talk.
//!
//! Two indices instead of three: on published congresses, the plain model took 38 to 56 times as long on the same solver.
//! The idea of a track's room as a variable of its own is that of Stidsen, Pisinger and Vigo, *Scheduling EURO-k
//! conferences*, 2018.
//!
//! **Why it is exact.** The [structure](structure) is read from the rows themselves, not from who stated them. An atom of
//! the program that is shrunk is 1 where its paper is at its time and its track in its room, and where it is accepted to be
//! there, one room of each track is chosen; so every choice of one program that satisfies its rows is one of the
//! other. Every [row, indicator and gain](rewrite) is then stated anew in `x`, `y`, `u` and `z`: a sum over papers, times and
//! rooms whose factors are those of the time plus those of the room is one of `x` and `y`; rows of the structure become rows
//! on `u` and `z`. Where anything cannot be said so, nothing is shrunk.

mod rewrite;
mod structure;

use super::{Atom, AtomIx, ClassIx, Halt, Program, Var};
use structure::Structure;

/// How the rooms of an event's tracks are chosen in a program that was shrunk.
#[derive(Clone, Debug, Default)]
pub struct Tracks {
    /// The group of each talk of the event.
    group_of: Vec<u32>,
    /// What is decided by a time and a room, and which of their rows say so: see [`Tracks::is_split`].
    split: std::ops::Range<u32>,
    /// The indicators that these are made of.
    uses: std::ops::Range<u32>,
}

impl Tracks {
    /// Whether no rooms are chosen for tracks.
    pub fn is_empty(&self) -> bool {
        self.group_of.is_empty()
    }

    /// Whether the variable says that a track is in a room in a block. Those of one track and block add up to whether the
    /// track is there at all, by a row of their own, and each is at most whether the track is in that room: no other row is
    /// needed to decide them.
    pub fn is_split(&self, var: Var) -> bool {
        self.split.contains(&var.0)
    }

    /// Whether the atom is one of a track in a room.
    pub fn is_room(&self, atom: &Atom) -> bool {
        !self.group_of.is_empty() && atom.talk.at() >= self.group_of.len()
    }

    /// Whether the variable says that a track uses a block.
    pub fn is_use(&self, var: Var) -> bool {
        self.uses.contains(&var.0)
    }
}

impl Program {
    /// The same program with the rooms of tracks chosen once, where its rows say that tracks keep them, and where that is
    /// done before it is time to stop.
    pub(super) fn with_tracks(self, halt: Halt<'_>) -> Self {
        match Structure::of(&self, halt).and_then(|structure| rewrite::rewritten(&self, &structure, halt)) {
            Some(shrunk) => shrunk,
            None => self,
        }
    }

    /// The chosen atoms with the rooms of their tracks: those that stand for talks only.
    pub(super) fn in_rooms(&self, chosen: &[Var]) -> Vec<Atom> {
        let atoms = chosen.iter().map(|v| self.atoms[v.at()]);
        if self.tracks.group_of.is_empty() {
            return atoms.collect();
        }
        let talks = self.tracks.group_of.len();
        let (talks, rooms): (Vec<Atom>, Vec<Atom>) = atoms.partition(|atom| atom.talk.at() < talks);
        let mut room_of: Vec<Option<ClassIx>> = vec![None; self.talk_atoms.len() - self.tracks.group_of.len()];
        for room in rooms {
            room_of[room.talk.at() - self.tracks.group_of.len()] = Some(room.class);
        }
        let in_room = |atom: Atom| {
            let group = self.tracks.group_of[atom.talk.at()];
            Atom { class: room_of[group as usize].unwrap_or(atom.class), ..atom }
        };
        talks.into_iter().map(in_room).collect()
    }
}

/// A position that many talks or atoms share.
fn same<T: PartialEq>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.all(|item| item == first).then_some(first)
}

/// The atom's time: what is left of it without a room.
fn time_of(atom: &Atom) -> Atom {
    Atom { class: ClassIx(0), ..*atom }
}

/// An atom by its position.
fn atom(program: &Program, var: AtomIx) -> &Atom {
    &program.atoms[var.at()]
}
