//! The families of events that the tables and the tests are about: from a call for papers to a congress of 10 000 talks.
//!
//! An event is made from its family, its size (how many talks) and a seed; the same three make the same event on every
//! machine. In each, a timetable that keeps all that is required is made first and then hidden: availability, presenters
//! and quotas are derived from it, so that every event has a timetable, whatever the seed.

mod agu;
mod camp;
mod congress;
mod dice;
mod fosdem;
mod grid;
mod interests;
mod people;
mod placement;
mod selection;

use dice::Dice;
use interests::Wishes;
use slotwise::Event;

/// What kind of conference it is, and so what makes it hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// A call for papers: many proposals, few places.
    Selection,
    /// Everything is accepted and wants a room of its size, away from its theme.
    Placement,
    /// Papers of tracks, in blocks of three.
    Congress,
    /// Attendees' wishes decide, and topics decide what they wish.
    SharpInterests,
    /// Attendees' wishes decide, thrown evenly.
    FlatInterests,
    /// Openings of ten-minute steps; speakers are there for a few hours.
    Camp,
    /// Tracks pinned to their rooms: independent parts.
    Fosdem,
    /// The rules of the placement family, on a week of 10 000 talks.
    Agu,
}

impl Family {
    /// Every family.
    pub(crate) const ALL: [Self; 8] = [
        Self::Selection,
        Self::Placement,
        Self::Congress,
        Self::SharpInterests,
        Self::FlatInterests,
        Self::Camp,
        Self::Fosdem,
        Self::Agu,
    ];

    /// Its name in arguments and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Selection => "selection",
            Self::Placement => "placement",
            Self::Congress => "congress",
            Self::SharpInterests => "sharp-interests",
            Self::FlatInterests => "flat-interests",
            Self::Camp => "camp",
            Self::Fosdem => "fosdem",
            Self::Agu => "agu",
        }
    }

    /// The family of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// What it is about, in a line.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Selection => "a call for papers: the worthiest talks, half of the speakers from the region",
            Self::Placement => "every talk placed: the audience fits the room, themes are not against each other",
            Self::Congress => "an academic congress: one track a room and block, a track keeps its room",
            Self::SharpInterests => "attendees miss few of their wishes, which topics decide",
            Self::FlatInterests => "attendees miss few of their wishes, which nothing decides",
            Self::Camp => "three days of openings in steps of ten minutes, speakers there for hours",
            Self::Fosdem => "a weekend of tracks that keep to their rooms: independent parts",
            Self::Agu => "10 000 talks placed in 60 rooms",
        }
    }

    /// The sizes that are measured, smallest first.
    pub(crate) fn shapes(self) -> &'static [Shape] {
        match self {
            Self::Selection => &selection::SHAPES,
            Self::Placement => &placement::SHAPES,
            Self::Congress => &congress::SHAPES,
            Self::SharpInterests | Self::FlatInterests => &interests::SHAPES,
            Self::Camp => &camp::SHAPES,
            Self::Fosdem => &fosdem::SHAPES,
            Self::Agu => &agu::SHAPES,
        }
    }

    /// A size that any solver proves in no time, for tests.
    pub(crate) fn smallest(self) -> &'static Shape {
        match self {
            Self::Selection => &selection::SMALLEST,
            Self::Placement => &placement::SHAPES[0],
            Self::Congress => &congress::SMALLEST,
            Self::SharpInterests | Self::FlatInterests => &interests::SMALLEST,
            Self::Camp => &camp::SMALLEST,
            Self::Fosdem => &fosdem::SMALLEST,
            Self::Agu => &agu::SMALLEST,
        }
    }

    /// The shape with so many talks, where the family has one.
    pub(crate) fn shape(self, talks: usize) -> Option<&'static Shape> {
        self.shapes().iter().chain([self.smallest()]).find(|shape| shape.talks == talks)
    }
}

/// How large an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How many talks are proposed or accepted; a family has one shape of each size.
    pub(crate) talks: usize,
    /// How many rooms there are.
    pub(crate) rooms: usize,
    /// How many slots, or openings, the event lists.
    pub(crate) times: usize,
    /// How many themes, topics or tracks the talks are of.
    pub(crate) themes: usize,
}

/// The event of that family with so many talks, from these dice. The size is one of the family's.
pub(crate) fn event(family: Family, size: usize, seed: u64) -> Event {
    let shape = family.shape(size).expect("a size that the family has");
    let mut dice = Dice::new(seed);
    let mut event = match family {
        Family::Selection => selection::event(shape, &mut dice),
        Family::Placement => placement::event(shape, &mut dice),
        Family::Congress => congress::event(shape, &mut dice),
        Family::SharpInterests => interests::event(shape, &mut dice, Wishes::Sharp),
        Family::FlatInterests => interests::event(shape, &mut dice, Wishes::Flat),
        Family::Camp => camp::event(shape, &mut dice),
        Family::Fosdem => fosdem::event(shape, &mut dice),
        Family::Agu => agu::event(shape, &mut dice),
    };
    event.name = format!("{} of {size} talks, seed {seed}", family.name());
    event
}
