//! One rule by itself: what it states of a timetable, with nothing beside it of the event or of other rules.

use super::{ClassIx, Draft, Evaluation, Halt, Program, StartClasses, TooLarge, Var, atoms::Offered, classes};
use crate::{
    event::{CheckedEvent, RoomIx},
    rules::{Scope, Spot, TimesSeen},
};

/// What is planned as one, as far as the rule itself tells no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Planned {
    /// Nothing: every room and every start is there by itself.
    Apart,
    /// Rooms are.
    RoomsAsOne,
    /// Starts are.
    StartsAsOne,
}

/// A rule's own statement.
#[derive(Debug)]
pub(crate) struct Alone {
    program: Program,
    class_of: Vec<ClassIx>,
}

impl Alone {
    /// What the rule states over every place that the event offers. None where nothing is planned as one that is asked to be:
    /// the statement would be the one of rooms and starts that are apart.
    pub(crate) fn of(scope: &Scope<'_>, planned: Planned) -> Result<Option<Self>, TooLarge> {
        Self::stated(scope, planned, None)
    }

    /// The same over the places of these spots only.
    pub(crate) fn over(scope: &Scope<'_>, planned: Planned, spots: &[Spot]) -> Result<Option<Self>, TooLarge> {
        Self::stated(scope, planned, Some(spots))
    }

    fn stated(scope: &Scope<'_>, planned: Planned, spots: Option<&[Spot]>) -> Result<Option<Self>, TooLarge> {
        let event = scope.event();
        let (classes, class_of) = match planned {
            Planned::RoomsAsOne => classes::classes_for(event, std::iter::once(*scope)),
            _ => classes::rooms_apart(event),
        };
        let starts = match planned {
            Planned::StartsAsOne => {
                StartClasses::of(event, &TimesSeen::Blocks.and(scope.kind().times_seen(scope)), Halt::NEVER)
            }
            _ => StartClasses::apart(),
        };
        if planned != Planned::Apart && classes.len() == event.rooms().len() && starts.classes().is_empty() {
            return Ok(None);
        }
        let offered = match spots {
            None => Offered::of(event, &class_of, &classes, &starts, Halt::NEVER),
            Some(spots) => {
                let places = places(event, spots, &class_of, &starts);
                Offered::over(event, &class_of, &classes, &places)
            }
        };
        let mut draft = Draft::with(event, classes, offered, starts, Halt::NEVER);
        draft.enter(scope.index());
        scope.kind().state(scope, &mut draft);
        Ok(Some(Self { program: draft.finish()?, class_of }))
    }

    /// Every place of every talk, where rooms and starts are apart.
    pub(crate) fn places(&self) -> Vec<Vec<Spot>> {
        let spot = |i: u32| {
            let atom = &self.program.atoms[i as usize];
            atom.spot(self.program.classes[atom.class.at()].rooms[0])
        };
        self.program.talk_atoms.iter().map(|range| range.clone().map(spot).collect()).collect()
    }

    /// What the statement says of a timetable; none where a talk is in a place that the event does not offer.
    pub(crate) fn judge(&self, spots: &[Spot]) -> Option<Evaluation> {
        let atom = |spot: &Spot| {
            let (start, slot) = self.program.start_classes.planned_under(spot.start, spot.slot);
            let class = self.class_of[spot.room.at()];
            let mut of_talk = self.program.talk_atoms[spot.talk.at()].clone();
            of_talk
                .find(|i| {
                    let atom = &self.program.atoms[*i as usize];
                    (atom.start, atom.slot, atom.class) == (start, slot, class)
                })
                .map(Var)
        };
        let chosen: Vec<Var> = spots.iter().map(atom).collect::<Option<_>>()?;
        Some(self.program.evaluate(&chosen))
    }
}

impl Program {
    /// The places of spots, talk by talk, as [`Program::over`] takes them.
    pub(crate) fn places_of(event: &CheckedEvent, spots: &[Spot]) -> Vec<Vec<super::Atom>> {
        let (_, class_of) = classes::classes(event);
        places(event, spots, &class_of, &StartClasses::apart())
    }
}

/// The spots as atoms, talk by talk.
fn places(event: &CheckedEvent, spots: &[Spot], class_of: &[ClassIx], starts: &StartClasses) -> Vec<Vec<super::Atom>> {
    let mut places = vec![Vec::new(); event.talks().len()];
    for spot in spots {
        let Spot { talk, room: RoomIx(room), .. } = *spot;
        let (start, slot) = starts.planned_under(spot.start, spot.slot);
        let shift = start - spot.start;
        places[talk.at()].push(super::Atom {
            talk,
            start,
            end: spot.end + shift,
            busy_until: spot.busy_until + shift,
            class: class_of[room as usize],
            slot,
        });
    }
    places
}
