//! Times: where each talk's atoms are, so that a rule costs what it names.
//!
//! A talk's atoms come time by time, and at each time class by class, in the order in which the event offers them. So the
//! atoms of a talk at a time are a run of positions, and the atom in a class is found in the run without a search.

use super::{Atom, ClassIx, Var};
use crate::event::{CheckedEvent, Minute, SlotIx, TalkIx};

/// Not there.
const NONE: u32 = u32::MAX;

/// A time at which talks may start: a slot, or one start of an opening.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// When talks start.
    pub(crate) start: Minute,
    /// The slot that they fill; none in an opening.
    pub(crate) slot: Option<SlotIx>,
    /// Which classes are offered, as a position among all such offers.
    pub(crate) offer: u32,
}

/// The classes that are offered together, in the order of atoms.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// The classes, each once.
    pub(crate) classes: Vec<ClassIx>,
    /// Where each class stands among them.
    position: Vec<u32>,
}

impl Offer {
    fn of(classes: Vec<ClassIx>, all: usize) -> Self {
        let mut position = vec![NONE; all];
        for (i, class) in classes.iter().enumerate() {
            position[class.at()] = i as u32;
        }
        Self { classes, position }
    }

    /// Where the class stands among them.
    pub(super) fn position(&self, class: ClassIx) -> Option<u32> {
        self.position.get(class.at()).copied().filter(|at| *at != NONE)
    }
}

/// A talk's atoms at one time: they begin at `first`, and end where the next run begins.
#[derive(Clone, Copy, Debug)]
struct Run {
    time: u32,
    first: u32,
}

/// Every time at which talks may start, and each talk's atoms at them.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    list: Vec<Time>,
    offers: Vec<Offer>,
    runs: Vec<Run>,
    /// Where each talk's runs begin.
    first_run: Vec<u32>,
}

impl Times {
    /// The times of slots, in their order, then those of openings.
    pub(super) fn of(event: &CheckedEvent, class_of: &[ClassIx], classes: usize) -> Self {
        let mut times = Self { list: Vec::new(), offers: Vec::new(), runs: Vec::new(), first_run: Vec::new() };
        let offer = |offers: &mut Vec<Offer>, rooms: &[crate::event::RoomIx]| {
            let mut distinct: Vec<ClassIx> = Vec::with_capacity(rooms.len());
            let mut seen = vec![false; classes];
            for class in rooms.iter().map(|r| class_of[r.at()]) {
                if !std::mem::replace(&mut seen[class.at()], true) {
                    distinct.push(class);
                }
            }
            // Slots of one grid follow each other with the same rooms.
            if let Some(i) = offers.iter().rposition(|o| o.classes == distinct) {
                return i as u32;
            }
            offers.push(Offer::of(distinct, classes));
            offers.len() as u32 - 1
        };
        for (i, slot) in event.slots().iter().enumerate() {
            let offer = offer(&mut times.offers, &slot.rooms);
            times.list.push(Time { start: slot.span.start, slot: Some(SlotIx(i as u32)), offer });
        }
        for opening in event.openings() {
            let offer = offer(&mut times.offers, &opening.rooms);
            times.list.extend(opening.starts.iter().map(|start| Time { start: *start, slot: None, offer }));
        }
        times
    }

    /// From here on, runs are of the next talk.
    pub(super) fn next_talk(&mut self) {
        self.first_run.push(self.runs.len() as u32);
    }

    /// The talk's atoms at that time begin there.
    pub(super) fn run(&mut self, time: u32, first: usize) {
        self.runs.push(Run { time, first: first as u32 });
    }

    /// There are no more talks, and so many atoms.
    pub(super) fn end(&mut self, atoms: usize) {
        self.first_run.push(self.runs.len() as u32);
        self.runs.push(Run { time: NONE, first: atoms as u32 });
    }

    /// Every time.
    pub(crate) fn list(&self) -> &[Time] {
        &self.list
    }

    /// The classes offered at a time.
    pub(crate) fn offer(&self, time: &Time) -> &Offer {
        &self.offers[time.offer as usize]
    }

    /// The talk's times, and its atoms at each.
    pub(crate) fn runs(&self, talk: TalkIx) -> impl Iterator<Item = (u32, std::ops::Range<u32>)> + '_ {
        let range = self.first_run[talk.at()] as usize..self.first_run[talk.at() + 1] as usize;
        range.map(|i| (self.runs[i].time, self.runs[i].first..self.runs[i + 1].first))
    }

    /// The talk's atoms at that time.
    fn run_at(&self, talk: TalkIx, time: u32) -> std::ops::Range<u32> {
        let from = self.first_run[talk.at()] as usize;
        let runs = &self.runs[from..self.first_run[talk.at() + 1] as usize];
        match runs.binary_search_by_key(&time, |run| run.time) {
            Ok(i) => self.runs[from + i].first..self.runs[from + i + 1].first,
            Err(_) => 0..0,
        }
    }

    /// Hands on the talk's atoms at these times (ascending; none: at all) and in these classes (none: in all).
    pub(crate) fn each(
        &self,
        atoms: &[Atom],
        talk: TalkIx,
        times: Option<&[u32]>,
        classes: Option<&[ClassIx]>,
        mut hand: impl FnMut(u32, Var),
    ) {
        let mut of_run = |time: u32, run: std::ops::Range<u32>| match classes {
            None => run.for_each(|i| hand(time, Var(i))),
            Some(classes) => {
                let offer = self.offer(&self.list[time as usize]);
                let whole = run.len() == offer.classes.len();
                for class in classes {
                    let at = offer.position[class.at()];
                    if at == NONE {
                        continue;
                    }
                    let found = if whole {
                        Some(run.start + at)
                    } else {
                        run.clone().find(|i| atoms[*i as usize].class == *class)
                    };
                    if let Some(i) = found {
                        hand(time, Var(i));
                    }
                }
            }
        };
        match times {
            None => self.runs(talk).for_each(|(time, run)| of_run(time, run)),
            Some(times) => {
                for time in times {
                    let run = self.run_at(talk, *time);
                    if !run.is_empty() {
                        of_run(*time, run);
                    }
                }
            }
        }
    }
}
