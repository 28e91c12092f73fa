//! Claims about the passes: what they take away, and that the answer stays what it was.

use super::{Draft, Program};
use crate::{
    event::{Amount, Block, CheckedEvent, Event, Format, Room, Slot, Speaker, Talk, TalkStatus, Window},
    rules::{
        Clash, ClashOf, Count, Dimension, Finding, Fit, Measure, Merit, Place, Placed, Rest, RoomsSeen, Rule, RuleKind,
        Scope, Selection, Where,
    },
    solve::{Asked, SolveOptions, Watch, solve_stated},
    timetable::Answer,
};
use jiff::civil::date;
use proptest::prelude::*;
use std::time::Instant;

/// A congress: blocks of some slots each, in some rooms.
fn congress(rooms: usize, blocks: usize, slots: usize) -> Event {
    let day = date(2026, 10, 30);
    let mut event = Event::new("congress", "Europe/Paris");
    event.rooms = (0..rooms).map(|r| Room::new(format!("r{r}")).capacity(20 + 10 * r as u32)).collect();
    event.formats = vec![Format::new("paper", 20)];
    for block in 0..blocks {
        let at = |slot: usize| {
            day.at(9 + block as i8, 0, 0, 0).saturating_add(jiff::SignedDuration::from_mins(20 * slot as i64))
        };
        event.blocks.push(Block::new(format!("b{block}"), at(0), at(slots)));
        for slot in 0..slots {
            let rooms = event.rooms.iter().map(|r| r.id.clone());
            event.slots.push(Slot::new(format!("b{block}-{slot}"), at(slot), at(slot + 1)).rooms(rooms));
        }
    }
    event
}

fn paper(number: usize, track: usize, speaker: usize) -> Talk {
    Talk::new(format!("p{number}"), "").format("paper").tag("track", format!("t{track}")).by(format!("s{speaker}"))
}

/// With a paper a track, and so many speakers.
fn with_papers(mut event: Event, tracks: &[usize], speakers: &[usize]) -> Event {
    event.speakers =
        (0..=speakers.iter().copied().max().unwrap_or(0)).map(|s| Speaker::new(format!("s{s}"), "")).collect();
    let papers = tracks.iter().zip(speakers).enumerate();
    event.talks = papers.map(|(i, (track, speaker))| paper(i, *track, *speaker).status(TalkStatus::Accepted)).collect();
    event
}

fn track() -> Dimension {
    Dimension::Tag("track".into())
}

fn keeps_its_room() -> Rule {
    Rule::required(Count::of(Measure::Distinct(Dimension::Room)).each([track()]).max(1))
}

fn one_track_a_room() -> Rule {
    Rule::required(Count::of(Measure::Distinct(track())).each([Dimension::Block, Dimension::Room]).max(1))
}

fn no_running() -> Rule {
    Rule::required(Count::of(Measure::Distinct(Dimension::Room)).each([Dimension::Block, Dimension::Speaker]).max(1))
}

fn against(weight: u32, places: Where, talks: Selection) -> Rule {
    Rule::weighted(Amount::whole(weight), Place::outside(places)).talks(talks)
}

fn checked(event: &Event) -> CheckedEvent {
    event.clone().check().expect("an event without problems")
}

/// What the event is worth as that program states it.
pub(crate) fn answer(event: &CheckedEvent, program: &Program) -> Answer {
    let watch = Watch::new(Instant::now(), None);
    let answer =
        solve_stated(event, program, &Asked::default(), &SolveOptions::new().threads(1), &watch).expect("an answer");
    assert!(answer.is_proven() || answer.value.is_none());
    answer
}

/// What the event is worth as it is stated and as it is shrunk.
fn both(event: &Event) -> (Option<f64>, Option<f64>) {
    let event = checked(event);
    let value = |program: &Program| answer(&event, program).value;
    (value(&Program::of(&event).expect("small weights")), value(&Program::shrunk(&event).expect("small weights")))
}

fn atoms(event: &Event) -> (usize, usize) {
    let event = checked(event);
    (
        Program::of(&event).expect("small weights").atoms.len(),
        Program::shrunk(&event).expect("small weights").atoms.len(),
    )
}

#[test]
fn the_starts_of_a_block_are_one_where_no_rule_tells_them_apart() {
    let mut event = with_papers(congress(2, 3, 3), &[0, 0, 1, 1], &[0, 1, 2, 0]);
    event.rules = vec![against(2, Where::blocks(["b0"]), Selection::all())];
    // The two rooms differ in size, which nobody minds.
    assert_eq!(atoms(&event), (4 * 9, 4 * 3));
    event.rules.push(against(1, Where::slots(["b1-1"]), Selection::all()));
    assert_eq!(atoms(&event).1, 4 * 4, "one slot is named");
    event.rules.push(Rule::weighted(Amount::ONE, Clash::of(ClashOf::Tag("track".into()))));
    assert_eq!(atoms(&event).1, 4 * 9, "what runs at once matters");
}

#[test]
fn rooms_are_one_where_nobody_sees_what_tells_them_apart() {
    let mut event = with_papers(congress(3, 1, 1), &[0, 0], &[0, 1]);
    let classes = |event: &Event| Program::of(&checked(event)).expect("small weights").classes.len();
    assert_eq!(classes(&event), 1, "rooms of 20, 30 and 40");
    for (audience, number) in [(20, 1), (25, 2), (35, 3), (45, 3)] {
        event.talks[1].audience = Some(audience);
        event.rules = vec![Rule::weighted(Amount::ONE, Fit::new())];
        assert_eq!(classes(&event), number, "{audience} people");
    }
    event.talks[1].audience = Some(20);
    event.rules = vec![Rule::weighted(Amount::ONE, Fit::new().empty_weight(Amount::ONE))];
    assert_eq!(classes(&event), 3, "empty seats are counted");
    event.rules = vec![against(1, Where::rooms(["r0", "r1"]), Selection::all())];
    assert_eq!(classes(&event), 2, "two are named together");
    event.rules = vec![keeps_its_room()];
    assert_eq!(classes(&event), 3, "whether two share a room is asked");
    event.rules.clear();
    event.rooms[0].tags.insert("has", "piano");
    assert_eq!(classes(&event), 1, "nobody plays");
    event.talks[0] = event.talks[0].clone().needs("has", "piano");
    assert_eq!(classes(&event), 2);
    event.talks[0].status = TalkStatus::Declined;
    assert_eq!(classes(&event), 1);
}

#[test]
fn a_speaker_who_comes_late_and_a_talk_with_two_busy_speakers_keep_starts_apart() {
    let mut event = with_papers(congress(1, 2, 3), &[0, 0, 0], &[0, 1, 1]);
    assert_eq!(atoms(&event), (3 * 6, 3 * 2));
    let window =
        |hour, minute| Window::new(date(2026, 10, 30).at(hour, minute, 0, 0), date(2026, 10, 30).at(20, 0, 0, 0));
    event.speakers[0].available = vec![window(9, 20)];
    // Away at the first of three starts: that one is like no other.
    assert_eq!(atoms(&event).1, 1 + 1 + 2 * (2 + 1));
    event.speakers[0].available = vec![window(9, 30)];
    assert_eq!(atoms(&event).1, 1 + 1 + 2 * (2 + 1), "away when the first and the second begin");
    event.speakers[0].available = vec![Window::new(event.slots[0].start, date(2026, 10, 30).at(9, 30, 0, 0))];
    assert_eq!(atoms(&event).1, 1 + 2 * (3 + 1), "away for part of the second, and in the other block");
    event.speakers[0].available = Vec::new();
    event.talks[0].speakers.push("s1".into());
    event.talks[1].speakers.push("s0".into());
    assert_eq!(atoms(&event).1, 3 * 6);
}

#[test]
fn papers_and_tracks_have_two_indices_instead_of_three() {
    let mut event = with_papers(congress(4, 3, 2), &[0, 0, 0, 1, 1, 2, 2], &[0, 1, 2, 3, 4, 5, 0]);
    event.rules = vec![keeps_its_room(), one_track_a_room(), no_running()];
    event.rules.push(against(3, Where::rooms(["r1"]), Selection::tag("track", ["t1"])));
    event.rules.push(Rule::weighted(Amount::ONE, Fit::new()));
    event.talks[2].audience = Some(45);
    assert_eq!(atoms(&event), (7 * 6 * 4, 7 * 3 + 3 * 4));
    assert_eq!(both(&event), (Some(0.0), Some(0.0)));
    // Where two tracks could be in one room at once, a paper's room is its own to choose.
    event.rules.remove(1);
    assert_eq!(atoms(&event).1, 7 * 3 * 4);
}

fn never_parallel() -> Rule {
    Rule::required(Clash::of(ClashOf::Tag("track".into())))
}

#[test]
fn a_track_that_is_never_parallel_chooses_its_room_once() {
    let mut event = with_papers(congress(3, 2, 2), &[0, 0, 0, 1, 1], &[0, 1, 2, 3, 0]);
    event.rules = vec![keeps_its_room(), never_parallel()];
    event.rules.push(against(3, Where::rooms(["r1"]), Selection::tag("track", ["t1"])));
    event.rules.push(Rule::weighted(Amount::ONE, Fit::new()));
    event.talks[2].audience = Some(45);
    event.talks[3].audience = Some(35);
    assert_eq!(atoms(&event), (5 * 4 * 3, 5 * 4 + 2 * 3));
    // Five papers and four hours: one track has to leave the largest room to the other.
    assert_eq!(both(&event), (Some(-15.0), Some(-15.0)));
    // Without, a paper's room is its own to choose, and nobody minds which start of its block is its own.
    event.rules.remove(1);
    assert_eq!(atoms(&event).1, 5 * 2 * 3);
}

/// A rule that says how it sorts fewer rooms than there are.
#[derive(Clone, Debug)]
struct Hasty;

impl RuleKind for Hasty {
    fn kind(&self) -> &'static str {
        "hasty"
    }

    fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
        RoomsSeen::ByKind(vec![0])
    }

    fn audit(&self, _scope: &Scope<'_>, _placed: &Placed<'_>) -> Vec<Finding> {
        Vec::new()
    }

    fn state(&self, _scope: &Scope<'_>, _draft: &mut Draft<'_>) {}
}

#[test]
fn a_rule_that_does_not_say_something_of_each_room_sees_them_all() {
    let event = checked(&with_papers(congress(3, 1, 1), &[0, 0], &[0, 1]));
    assert_eq!(Program::of(&event).expect("small weights").classes.len(), 1);
    let event = event.with_rule(&Rule::<Hasty>::required(Hasty)).expect("a rule without problems");
    assert_eq!(Program::of(&event).expect("small weights").classes.len(), 3);
}

/// What a random congress is made of.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    size: (usize, usize, usize),
    papers: Vec<(usize, usize, bool, u32)>,
    required: [bool; 4],
    costs: Vec<(usize, usize, usize, u32)>,
    more: Vec<(usize, usize)>,
}

/// Random small congresses.
pub(crate) fn dice() -> impl Strategy<Value = Dice> {
    let size = (2..=3_usize, 2..=3_usize, 1..=3_usize);
    let papers = proptest::collection::vec((0..3_usize, 0..6_usize, prop::bool::weighted(0.85), 5..45_u32), 2..7);
    let required = [0.9, 0.7, 0.7, 0.3].map(prop::bool::weighted);
    let costs = proptest::collection::vec((0..3_usize, 0..7_usize, 0..3_usize, 1..9_u32), 0..12);
    let more = proptest::collection::vec((0..9_usize, 0..4_usize), 0..3);
    (size, papers, required, costs, more).prop_map(|(size, papers, required, costs, more)| Dice {
        size,
        papers,
        required,
        costs,
        more,
    })
}

impl Dice {
    pub(crate) fn event(&self) -> Event {
        let (rooms, blocks, slots) = self.size;
        let tracks: Vec<usize> = self.papers.iter().map(|p| p.0).collect();
        let speakers: Vec<usize> = self.papers.iter().map(|p| p.1).collect();
        let mut event = with_papers(congress(rooms, blocks, slots), &tracks, &speakers);
        for (talk, (_, _, accepted, audience)) in event.talks.iter_mut().zip(&self.papers) {
            talk.status = if *accepted { TalkStatus::Accepted } else { TalkStatus::Proposed };
            talk.merit = Some(Amount::whole(4));
            talk.audience = Some(*audience);
        }
        let required = [keeps_its_room(), one_track_a_room(), no_running(), never_parallel()];
        event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
        event.rules.extend(required.into_iter().zip(self.required).filter(|(_, is)| *is).map(|(rule, _)| rule));
        for (what, who, place, weight) in &self.costs {
            let track = Selection::tag("track", [format!("t{}", who % 3)]);
            let paper = Selection::ids([event.talks[who % event.talks.len()].id.clone()]);
            let (block, room) = (format!("b{}", place % blocks), format!("r{}", place % rooms));
            event.rules.push(match what {
                0 => against(*weight, Where::blocks([block]), track),
                1 => against(*weight, Where::rooms([room]), track),
                _ => against(*weight, Where::blocks([block]), paper),
            });
        }
        for (what, which) in &self.more {
            let (block, room) = (format!("b{}", which % blocks), format!("r{}", which % rooms));
            let speaker_in_day = Count::of(Measure::Distinct(Dimension::Block)).each([Dimension::Speaker]).max(1);
            event.rules.push(match what {
                0 => Rule::weighted(Amount::ONE, Fit::new()),
                1 => Rule::weighted(Amount::whole(2), speaker_in_day),
                2 => Rule::required(Count::of(Measure::Talks).each([Dimension::Block]).max(3)),
                3 => Rule::weighted(Amount::ONE, Count::of(Measure::Talks).each([Dimension::Room]).min(1)),
                4 => Rule::required(Place::outside(Where::rooms([room]))).talks(Selection::tag("track", ["t0"])),
                5 => Rule::weighted(Amount::ONE, Rest::minutes(20)),
                6 => Rule::weighted(
                    Amount::ONE,
                    Count::of(Measure::Any).each([Dimension::Room, track()]).placed(Where::blocks([block])).max(0),
                ),
                7 => against(1, Where::slots([format!("b{}-0", which % blocks)]), Selection::all()),
                _ => Rule::weighted(Amount::ONE, Count::of(Measure::Distinct(Dimension::Block)).each([track()]).max(1)),
            });
        }
        event
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_is_shrunk_is_worth_what_is_stated(dice in dice()) {
        let (stated, shrunk) = both(&dice.event());
        prop_assert_eq!(stated, shrunk);
    }
}
