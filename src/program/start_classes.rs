//! Start classes: starts that nothing tells apart are planned by number and named afterwards.
//!
//! A block of a congress holds three papers in each room, and nobody minds which of them comes first: "the second block, one
//! of three" is one atom instead of three.
//!
//! **Which starts.** Two starts are merged only when the event says the same of both (the same slots: length, rooms, formats,
//! tags; the same day and blocks; the same rooms closed and speakers absent; no talk pinned to either), nothing else
//! runs into either, and no rule sees more of them than that ([`RuleKind::times_seen`](crate::rules::RuleKind::times_seen)).
//!
//! **Why it is exact.** Exchanging what happens at two such starts then changes neither value nor validity, so only
//! numbers matter: in a class of k starts, at most k talks in a room and at most k of a speaker. Given those, the starts can
//! always be named, if no talk has two speakers who have other talks: rooms on one side and speakers on the other, each talk
//! an edge between its room and its speaker, are a bipartite graph of degree at most k, and the edges of such a graph can be
//! coloured with k colours so that no two that meet share one (König, *Über Graphen und ihre Anwendung auf
//! Determinantentheorie und Mengenlehre*, 1916). The colours are the starts. Where some talk has two such speakers, starts
//! stay apart.

use super::{Atom, ClassIx, Halt, Program, Var};
use crate::{
    event::{CheckedEvent, Minute, RoomIx, SlotIx, Span, SpeakerIx, TalkIx, TalkStatus},
    rules::{Spot, TimesSeen},
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl TimesSeen {
    /// What two rules together tell apart.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Each, _) | (_, Self::Each) => Self::Each,
            (Self::Blocks, seen) | (seen, Self::Blocks) => seen,
            (Self::These(mut sets), Self::These(more)) => {
                sets.extend(more);
                Self::These(sets)
            }
        }
    }
}

/// Starts that are planned as one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartClass {
    /// The starts, ascending: two or more.
    pub starts: Vec<Minute>,
    /// For each start, its slots: those of one position are alike.
    pub slots: Vec<Vec<SlotIx>>,
}

/// The starts of an event that are planned together. Those of no class are planned by themselves.
#[derive(Clone, Debug, Default)]
pub struct StartClasses {
    classes: Vec<StartClass>,
    /// The class of each start, and its position in it.
    of: HashMap<Minute, (u32, u32)>,
    /// The speaker of each talk who has others.
    busy: Vec<Option<SpeakerIx>>,
}

impl StartClasses {
    /// Every start by itself.
    pub(super) fn apart() -> Self {
        Self::default()
    }

    /// The starts that neither the event nor the rules tell apart; none where it is time to stop.
    pub(super) fn of(event: &CheckedEvent, seen: &TimesSeen, halt: Halt<'_>) -> Self {
        let (Some(busy), Some(marks)) = (busy(event), marks(event, seen)) else { return Self::apart() };
        let mut alike: BTreeMap<Facts<'_>, StartClass> = BTreeMap::new();
        for (start, slots) in isolated(event) {
            if halt.is_due() {
                return Self::apart();
            }
            if let Some((facts, slots)) = Facts::of(event, start, slots, &marks) {
                let class = alike.entry(facts).or_insert_with(|| StartClass { starts: Vec::new(), slots: Vec::new() });
                class.starts.push(start);
                class.slots.push(slots);
            }
        }
        let mut classes: Vec<StartClass> = alike.into_values().filter(|class| class.starts.len() > 1).collect();
        classes.sort_by_key(|class| class.starts[0]);
        let places = classes.iter().enumerate().flat_map(|(i, class)| {
            class.starts.iter().enumerate().map(move |(j, start)| (*start, (i as u32, j as u32)))
        });
        Self { of: places.collect(), classes, busy }
    }

    /// The classes of two starts or more.
    pub fn classes(&self) -> &[StartClass] {
        &self.classes
    }

    /// How many starts are planned under this one.
    pub fn number(&self, start: Minute) -> usize {
        self.of.get(&start).map_or(1, |(class, _)| self.classes[*class as usize].starts.len())
    }

    /// The start under which this one is planned, and the slot of it that is like the slot.
    pub(super) fn planned_under(&self, start: Minute, slot: Option<SlotIx>) -> (Minute, Option<SlotIx>) {
        let Some((class, position)) = self.of.get(&start) else { return (start, slot) };
        let class = &self.classes[*class as usize];
        let slots = &class.slots[*position as usize];
        let like = slot.and_then(|slot| slots.iter().position(|s| *s == slot));
        (class.starts[0], like.map(|i| class.slots[0][i]))
    }

    /// Whether atoms start then: of a class, at the first of its starts only.
    pub(super) fn stands(&self, start: Minute) -> bool {
        self.of.get(&start).is_none_or(|(_, position)| *position == 0)
    }
}

/// The speaker of each talk who has other talks; none where some talk has two of them.
fn busy(event: &CheckedEvent) -> Option<Vec<Option<SpeakerIx>>> {
    let placeable = |talk: &&TalkIx| event.talk(**talk).status != TalkStatus::Declined;
    let has_others = |speaker: &&SpeakerIx| event.speaker(**speaker).talks.iter().filter(placeable).count() > 1;
    event
        .talk_indices()
        .map(|talk| {
            let mut busy = event.talk(talk).speakers.iter().filter(has_others);
            let first = busy.next().copied();
            (busy.next().is_none() || event.talk(talk).status == TalkStatus::Declined).then_some(first)
        })
        .collect()
}

/// For each slot, the sets of slots it is in that rules tell from the rest; none where rules see every start.
fn marks(event: &CheckedEvent, seen: &TimesSeen) -> Option<Vec<Vec<u32>>> {
    let mut marks = vec![Vec::new(); event.slots().len()];
    match seen {
        TimesSeen::Each => return None,
        TimesSeen::Blocks => {}
        TimesSeen::These(sets) => {
            for (i, set) in sets.iter().enumerate() {
                set.iter().for_each(|slot| marks[slot.at()].push(i as u32));
            }
        }
    }
    Some(marks)
}

/// The starts of slots into which no slot of another start and no opening runs, and to which no talk is pinned.
fn isolated(event: &CheckedEvent) -> Vec<(Minute, Vec<SlotIx>)> {
    let mut starts: BTreeMap<Minute, Vec<SlotIx>> = BTreeMap::new();
    for slot in SlotIx::all(event.slots().len()) {
        starts.entry(event.slots()[slot.at()].span.start).or_default().push(slot);
    }
    let pinned: BTreeSet<Minute> = event.talks().iter().filter_map(|talk| talk.pin_start).collect();
    let mut spans: Vec<Span> = event.slots().iter().map(|slot| slot.span).collect();
    spans.extend(event.openings().iter().map(|opening| opening.span));
    spans.sort_unstable();
    let mut ended = Minute::MIN;
    let mut next = 0;
    let mut alone = Vec::new();
    for (start, slots) in starts {
        while spans.get(next).is_some_and(|span| span.start < start) {
            ended = ended.max(spans[next].end);
            next += 1;
        }
        let end = slots.iter().map(|slot| event.slots()[slot.at()].span.end).max().unwrap_or(start);
        let before = ended <= start;
        let own = spans[next..].iter().take_while(|span| span.start < end);
        let after = own.clone().all(|span| span.start == start) && own.count() == slots.len();
        if before && after && !pinned.contains(&start) {
            alone.push((start, slots));
        }
    }
    alone
}

/// What the event and the rules say of a start.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Facts<'e> {
    day: Date,
    blocks: Vec<u32>,
    slots: Vec<SlotFacts<'e>>,
    absent: Vec<SpeakerIx>,
}

/// What they say of a slot: its length, its rooms and which of them are closed, its formats and tags, and the marks of rules.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SlotFacts<'e> {
    minutes: i64,
    rooms: Vec<(RoomIx, bool)>,
    formats: Vec<u32>,
    tags: &'e BTreeMap<String, Vec<String>>,
    marks: &'e [u32],
}

impl<'e> Facts<'e> {
    /// The facts, and the slots in their order. None where part of a slot differs from the rest of it (somebody comes later,
    /// a room closes), or where two slots are alike.
    fn of(
        event: &'e CheckedEvent,
        start: Minute,
        slots: Vec<SlotIx>,
        marks: &'e [Vec<u32>],
    ) -> Option<(Self, Vec<SlotIx>)> {
        let end = slots.iter().map(|slot| event.slots()[slot.at()].span.end).max()?;
        let (whole, first) = (Span { start, end }, Span { start, end: start + 1 });
        let mut absent = Vec::new();
        for speaker in SpeakerIx::all(event.speakers().len()) {
            let facts = event.speaker(speaker);
            if !facts.can(first) {
                absent.push(speaker);
            } else if !facts.can(whole) {
                return None;
            }
        }
        let mut described = Vec::with_capacity(slots.len());
        for slot in slots {
            let facts = &event.slots()[slot.at()];
            let mut rooms = Vec::with_capacity(facts.rooms.len());
            for room in &facts.rooms {
                let closed = |span: Span| event.room(*room).unavailable.iter().any(|w| w.overlaps(span));
                if closed(whole) != closed(first) {
                    return None;
                }
                rooms.push((*room, closed(first)));
            }
            rooms.sort_unstable();
            let mut formats: Vec<u32> = facts.formats.iter().map(|f| f.0).collect();
            formats.sort_unstable();
            let tags = &event.canonical().slots[slot.at()].tags.0;
            let minutes = facts.span.end - facts.span.start;
            described.push((SlotFacts { minutes, rooms, formats, tags, marks: &marks[slot.at()] }, slot));
        }
        described.sort();
        if described.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let (described, slots) = described.into_iter().unzip();
        let blocks = event.blocks_at(start).map(|b| b.0).collect();
        Some((Self { day: event.date(start), blocks, slots: described, absent }, slots))
    }
}

impl Program {
    /// How many talks an atom's class of rooms holds at its start: as many as it has rooms, for each start that is planned
    /// under it.
    pub fn seats(&self, atom: &Atom) -> usize {
        self.classes[atom.class.at()].rooms.len() * self.start_classes.number(atom.start)
    }

    /// Names the starts, and the rooms, of atoms that are all at starts planned together.
    pub(super) fn name_starts(&self, atoms: &[Atom]) -> Vec<Spot> {
        let mut by_class: BTreeMap<u32, Vec<&Atom>> = BTreeMap::new();
        for atom in atoms {
            by_class.entry(self.start_classes.of[&atom.start].0).or_default().push(atom);
        }
        let mut spots = Vec::with_capacity(atoms.len());
        for (class, atoms) in by_class {
            let class = &self.start_classes.classes[class as usize];
            let rooms = self.share_rooms(&atoms, class.starts.len());
            let edges: Vec<_> =
                atoms.iter().zip(&rooms).map(|(a, room)| (*room, self.start_classes.busy[a.talk.at()])).collect();
            for ((atom, room), colour) in atoms.into_iter().zip(rooms).zip(colours(&edges, class.starts.len())) {
                spots.push(named(class, atom, colour).spot(room));
            }
        }
        spots
    }

    /// A room of its class for each atom, at most so many atoms a room. What does not fit stays in the last room.
    fn share_rooms(&self, atoms: &[&Atom], starts: usize) -> Vec<RoomIx> {
        let mut given: HashMap<ClassIx, usize> = HashMap::new();
        let room = |atom: &&Atom| {
            let rooms = &self.classes[atom.class.at()].rooms;
            let nth = given.entry(atom.class).or_default();
            *nth += 1;
            rooms[((*nth - 1) / starts).min(rooms.len() - 1)]
        };
        atoms.iter().map(room).collect()
    }
}

/// The atom at that start of its class.
fn named(class: &StartClass, atom: &Atom, position: usize) -> Atom {
    let shift = class.starts[position] - atom.start;
    let like = atom.slot.and_then(|slot| class.slots[0].iter().position(|s| *s == slot));
    Atom {
        start: atom.start + shift,
        end: atom.end + shift,
        busy_until: atom.busy_until + shift,
        slot: like.map(|i| class.slots[position][i]),
        ..*atom
    }
}

/// Colours the edges of a bipartite graph with so many colours, no two that meet alike. An edge without a second end meets
/// others in its room only. Where a room or speaker has more edges than there are colours, what is left gets the first.
fn colours(edges: &[(RoomIx, Option<SpeakerIx>)], many: usize) -> Vec<usize> {
    // The ends of an edge, as positions: rooms, then speakers, one of its own for an edge without.
    let mut positions: BTreeMap<(Option<RoomIx>, Option<SpeakerIx>, usize), usize> = BTreeMap::new();
    let mut position = |end| {
        let next = positions.len();
        *positions.entry(end).or_insert(next)
    };
    let ends: Vec<[usize; 2]> = edges
        .iter()
        .enumerate()
        .map(|(i, (room, speaker))| {
            let other = if speaker.is_some() { (None, *speaker, 0) } else { (None, None, i) };
            [position((Some(*room), None, 0)), position(other)]
        })
        .collect();
    let mut at: Vec<Vec<Option<usize>>> = vec![vec![None; many]; positions.len()];
    let mut colour_of: Vec<Option<usize>> = vec![None; edges.len()];
    let free = |at: &[Vec<Option<usize>>], end: usize| at[end].iter().position(Option::is_none);
    for (edge, [room, speaker]) in ends.iter().copied().enumerate() {
        let (Some(a), Some(b)) = (free(&at, room), free(&at, speaker)) else { continue };
        // The path from the speaker along colours a, b, a, ... never reaches the room, which has no edge of colour a: its
        // colours are exchanged, and a is free at both ends.
        let mut path = Vec::new();
        let (mut end, mut colour) = (speaker, a);
        while let Some(next) = at[end][colour] {
            path.push(next);
            end = if ends[next][0] == end { ends[next][1] } else { ends[next][0] };
            colour = if colour == a { b } else { a };
        }
        for next in &path {
            if let Some(colour) = colour_of[*next] {
                ends[*next].iter().for_each(|end| at[*end][colour] = None);
            }
        }
        for next in path {
            let colour = if colour_of[next] == Some(a) { b } else { a };
            colour_of[next] = Some(colour);
            ends[next].iter().for_each(|end| at[*end][colour] = Some(next));
        }
        colour_of[edge] = Some(a);
        at[room][a] = Some(edge);
        at[speaker][a] = Some(edge);
    }
    colour_of.into_iter().map(Option::unwrap_or_default).collect()
}

/// The largest number of talks of one talk set that can be at a start: each talk once.
pub(super) fn distinct_talks(atoms: &[Atom], vars: &[Var]) -> usize {
    let mut talks: Vec<TalkIx> = vars.iter().map(|v| atoms[v.at()].talk).collect();
    talks.sort_unstable();
    talks.dedup();
    talks.len()
}

#[cfg(test)]
mod tests;
