//! Talks of one room: what the room itself sees to need not be said of pairs.
//!
//! A talk that needs what one room alone has, or is pinned to it, can be nowhere else. Two such talks of the same room never run
//! at once, so that nothing needs to be stated of what they would cost if they did; and of two that do not, one is over
//! before the other begins, which leaves fewer orders to tell apart. A weekend of thirty rooms, each with a track of its
//! own, is full of such pairs.
//!
//! **Why it is exact.** That a room holds one talk at a time is a required row of the event, over all the time for which
//! talks take it, and a talk takes its room for as long as it runs at least. So in every valid choice the sums of such
//! rows are within their bounds, and a row that nothing valid can break changes neither what is valid nor what it is worth.

use super::Draft;
use crate::{
    event::TalkIx,
    program::{Atom, Class, ClassIx, StartClasses},
};
use std::ops::Range;

/// The only room of each talk that has one: a class of one room, at starts that are planned by themselves.
pub(super) fn only_rooms(
    atoms: &[Atom],
    talk_atoms: &[Range<u32>],
    classes: &[Class],
    starts: &StartClasses,
) -> Vec<Option<ClassIx>> {
    let only = |range: &Range<u32>| {
        let own = &atoms[range.start as usize..range.end as usize];
        let class = own.first()?.class;
        let alone = classes[class.at()].rooms.len() == 1;
        (alone && own.iter().all(|a| a.class == class && starts.number(a.start) == 1)).then_some(class)
    };
    talk_atoms.iter().map(only).collect()
}

impl Draft<'_> {
    /// Whether the talks have one room between them: they never run at once.
    pub(crate) fn share_a_room(&self, talks: &[TalkIx]) -> bool {
        let mut rooms = talks.iter().map(|talk| self.only_room[talk.at()]);
        let first = rooms.next().flatten();
        first.is_some() && rooms.all(|room| room == first)
    }

    /// Notes that talks of one room were left to it.
    pub(crate) fn left_to_the_room(&mut self) {
        self.left_to_rooms += 1;
    }
}
