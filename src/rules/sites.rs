//! Sites: where the atoms are that a `where` is about.
//!
//! What a `where` says of times and rooms is resolved once, against the few times and classes of rooms that the event
//! offers; each talk's atoms there are then looked up. So a rule costs what it names, not what the event holds.

use super::{Spot, Where, where_::Places};
use crate::{
    event::{CheckedEvent, Minute, TalkIx},
    program::{Class, ClassIx, Draft, Times, Var},
};

/// A `where`, among the times and classes of an event.
#[derive(Debug)]
pub(crate) struct Sites<'e> {
    /// The times, ascending; none: all.
    times: Option<Vec<u32>>,
    /// The classes; none: all.
    classes: Option<Vec<ClassIx>>,
    /// Where windows are named: by when a talk must end, time by time.
    until: Option<Vec<Minute>>,
    rest: Rest<'e>,
}

/// What times and classes alone do not tell.
#[derive(Debug)]
enum Rest<'e> {
    Nothing,
    /// Whether a class at a time is there.
    Table {
        there: Vec<bool>,
        classes: usize,
    },
    /// Each spot is asked about: its length matters in a place made of others.
    Spots(Places<'e>),
}

impl<'e> Sites<'e> {
    pub(crate) fn of(said: &Where, event: &'e CheckedEvent, times: &Times, classes: &[Class]) -> Self {
        let places = said.resolve(event);
        let composed = said.all.is_some() || said.any.is_some() || said.not.is_some();
        let rest = if !composed {
            Rest::Nothing
        } else if said.has_windows() {
            Rest::Spots(said.resolve(event))
        } else {
            let mut there = Vec::with_capacity(times.list().len() * classes.len());
            for time in times.list() {
                let (start, slot) = (time.start, time.slot);
                for room in classes.iter().map(|class| class.rooms[0]) {
                    // Neither the talk nor its end is asked about.
                    let spot = Spot { talk: TalkIx(0), room, start, end: start, busy_until: start, slot };
                    there.push(places.has(&spot));
                }
            }
            Rest::Table { there, classes: classes.len() }
        };
        let narrows =
            said.slots.is_some() || !said.slot_tags.is_empty() || said.blocks.is_some() || said.days.is_some();
        let listed = narrows.then(|| {
            let there = |time: &crate::program::Time| places.has_time(time.start, time.slot);
            let list = times.list().iter().enumerate().filter(|(_, time)| there(time));
            list.map(|(i, _)| i as u32).collect()
        });
        let named = places
            .rooms
            .as_ref()
            .map(|rooms| ClassIx::all(classes.len()).filter(|c| rooms[classes[c.at()].rooms[0].at()]).collect());
        let until = places.windows.as_ref().map(|windows| {
            let latest = |start| windows.iter().filter(|w| w.start <= start).map(|w| w.end).max();
            times.list().iter().map(|time| latest(time.start).unwrap_or(Minute::MIN)).collect()
        });
        Self { times: listed, classes: named, until, rest }
    }

    /// Hands on the talk's atoms there, each with its time.
    pub(crate) fn each(&self, draft: &Draft<'_>, talk: TalkIx, mut hand: impl FnMut(u32, Var)) {
        let fits = |time: u32, var: Var| {
            let in_time = self.until.as_ref().is_none_or(|until| draft.atom(var).end <= until[time as usize]);
            in_time
                && match &self.rest {
                    Rest::Nothing => true,
                    Rest::Table { there, classes } => there[time as usize * classes + draft.atom(var).class.at()],
                    Rest::Spots(places) => places.has(&draft.spot(var)),
                }
        };
        if draft.is_stopped() {
            return;
        }
        let plain = self.until.is_none() && matches!(self.rest, Rest::Nothing);
        draft.times().each(draft.list(), talk, self.times.as_deref(), self.classes.as_deref(), |time, var| {
            if plain || fits(time, var) {
                hand(time, var);
            }
        });
    }
}
