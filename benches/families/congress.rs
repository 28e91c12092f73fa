//! Family c: an academic congress, whose papers are of tracks and whose blocks hold three papers in each room.
//!
//! A room holds one track a block, a track keeps one room, and nobody who presents two papers has to change rooms within
//! a block. The committee has said how little it likes each track in each block and room, and many a paper in many a
//! block: rules by the thousand, as congress tools write them.

use super::{Shape, dice::Dice, grid};
use slotwise::{
    Amount, Event, Format, Room, Speaker, Talk, TalkStatus,
    rules::{Count, Dimension, Measure, Place, Rule, Selection, Where},
};

/// How many papers a block holds in a room.
const IN_A_BLOCK: usize = 3;

const fn shape(talks: usize, tracks: usize, blocks: usize, rooms: usize) -> Shape {
    Shape { talks, rooms, times: blocks * IN_A_BLOCK, themes: tracks }
}

pub(super) const SMALLEST: Shape = shape(12, 3, 3, 2);
pub(super) const SHAPES: [Shape; 4] =
    [shape(200, 29, 13, 10), shape(330, 45, 8, 23), shape(560, 72, 16, 23), shape(1100, 72, 32, 23)];

/// A paper of the hidden programme: its track, and the room, block and place in the block that hold it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Paper {
    track: usize,
    room: usize,
    block: usize,
    nth: usize,
}

impl Paper {
    /// Whether one person can present both: never in two rooms of a block, never two at once.
    fn goes_with(&self, other: &Self) -> bool {
        self.block != other.block || (self.room == other.room && self.nth != other.nth)
    }
}

pub(super) fn event(shape: &Shape, dice: &mut Dice) -> Event {
    let mut event = Event::new("", "Europe/Paris");
    event.formats.push(Format::new("paper", 20));
    event
        .rooms
        .extend((1..=shape.rooms).map(|i| Room::new(format!("r{i:02}")).capacity(60 + 10 * dice.below(10) as u32)));
    grid::blocks(&mut event, shape.times / IN_A_BLOCK, IN_A_BLOCK, 20);
    let mut papers = hidden(shape, dice);
    dice.shuffle(&mut papers);
    let presenters = presenters(dice, &papers);
    for i in 1..=presenters.iter().max().map_or(0, |last| last + 1) {
        event.speakers.push(Speaker::new(format!("s{i:04}"), format!("Presenter {i}")));
    }
    for (i, (paper, presenter)) in papers.iter().zip(&presenters).enumerate() {
        let talk = Talk::new(format!("p{:04}", i + 1), format!("Paper {} of track {}", i + 1, paper.track + 1))
            .by(event.speakers[*presenter].id.clone())
            .format("paper")
            .status(TalkStatus::Accepted)
            .tag("track", track(paper.track));
        event.talks.push(talk);
    }
    event.rules = required();
    event.rules.extend(preferences(&event, shape.themes, dice));
    event
}

fn track(number: usize) -> String {
    format!("track-{}", number + 1)
}

/// The hidden programme: each track has a room, and blocks of its own in it.
fn hidden(shape: &Shape, dice: &mut Dice) -> Vec<Paper> {
    let blocks = shape.times / IN_A_BLOCK;
    // Skewed sizes: a third of the papers is dealt evenly, the others to tracks that grow.
    let mut sizes = vec![shape.talks / 3 / shape.themes; shape.themes];
    let mut owners: Vec<usize> = (0..shape.themes).collect();
    let largest = blocks * IN_A_BLOCK * 2 / 3;
    while sizes.iter().sum::<usize>() < shape.talks {
        let track = *dice.pick(&owners);
        if sizes[track] < largest {
            sizes[track] += 1;
            owners.push(track);
        }
    }
    let mut order: Vec<usize> = (0..shape.themes).collect();
    order.sort_by_key(|track| (std::cmp::Reverse(sizes[*track]), *track));
    let mut free: Vec<Vec<usize>> = (0..shape.rooms).map(|_| dice.order(blocks)).collect();
    let mut papers = Vec::new();
    for track in order {
        let wanted = sizes[track].div_ceil(IN_A_BLOCK);
        let fitting: Vec<usize> = (0..shape.rooms).filter(|room| free[*room].len() >= wanted).collect();
        // The emptiest room, so that the small tracks, which come last, always find one.
        let room = fitting.into_iter().max_by_key(|room| free[*room].len()).expect("a room with blocks enough");
        let left = free[room].len() - wanted;
        let taken = free[room].split_off(left);
        let seats = taken.into_iter().flat_map(|block| (0..IN_A_BLOCK).map(move |nth| (block, nth)));
        papers.extend(seats.take(sizes[track]).map(|(block, nth)| Paper { track, room, block, nth }));
    }
    papers
}

/// Who presents each paper: eight of a hundred presenters have two that go together in the hidden programme.
fn presenters(dice: &mut Dice, papers: &[Paper]) -> Vec<usize> {
    let pairs = papers.len() * 8 / 108;
    let mut presenter = vec![usize::MAX; papers.len()];
    let mut count = 0;
    while count < pairs {
        let (a, b) = (dice.below(papers.len()), dice.below(papers.len()));
        if a != b && presenter[a] == usize::MAX && presenter[b] == usize::MAX && papers[a].goes_with(&papers[b]) {
            (presenter[a], presenter[b]) = (count, count);
            count += 1;
        }
    }
    for presenter in presenter.iter_mut().filter(|presenter| **presenter == usize::MAX) {
        *presenter = count;
        count += 1;
    }
    presenter
}

fn required() -> Vec<Rule> {
    let tag = || Dimension::Tag("track".into());
    vec![
        Rule::required(Count::of(Measure::Distinct(tag())).each([Dimension::Block, Dimension::Room]).max(1))
            .named("A room holds one track a block"),
        Rule::required(Count::of(Measure::Distinct(Dimension::Room)).each([tag()]).max(1))
            .named("A track keeps its room"),
        Rule::required(
            Count::of(Measure::Distinct(Dimension::Room)).each([Dimension::Block, Dimension::Speaker]).max(1),
        )
        .named("Nobody changes rooms within a block"),
    ]
}

/// What the committee does not like: tracks in blocks and rooms, papers in blocks.
fn preferences(event: &Event, tracks: usize, dice: &mut Dice) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut out = |weight: usize, places: Where, talks: Selection| {
        rules.push(Rule::weighted(Amount::whole(weight as u32), Place::outside(places)).talks(talks));
    };
    for track in (0..tracks).map(track) {
        for block in &event.blocks {
            out(dice.between(0..=10), Where::blocks([block.id.clone()]), Selection::tag("track", [&track]));
        }
        for room in &event.rooms {
            out(dice.between(0..=3), Where::rooms([room.id.clone()]), Selection::tag("track", [&track]));
        }
    }
    for talk in &event.talks {
        for block in &event.blocks {
            if dice.chance(43) {
                out(dice.between(1..=10), Where::blocks([block.id.clone()]), Selection::ids([talk.id.clone()]));
            }
        }
    }
    rules
}
