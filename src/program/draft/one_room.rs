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

#[cfg(test)]
mod tests {
    use crate::{
        event::{Amount, Block, CheckedEvent, Event, Format, Opening, Room, Slot, Talk},
        program::{Draft, Halt, Program, StartClasses, Var},
        rules::{Clash, ClashOf, Order, Placed, Relation, Rule, TimesSeen, Together},
        timetable::Audit,
    };
    use jiff::civil::date;

    /// A morning of starts every ten minutes in two rooms; two talks of half an hour and of twenty minutes, with ten
    /// minutes between talks, that need the same room.
    fn event(rule: Rule) -> Event {
        let at = |hour| date(2026, 10, 30).at(hour, 0, 0, 0);
        let mut event = Event::new("devroom", "Europe/Brussels");
        event.rooms = vec![Room::new("a").tag("track", "rust"), Room::new("b")];
        event.formats = vec![Format::new("long", 30).changeover(10), Format::new("short", 20).changeover(10)];
        event.openings = vec![Opening::new(at(9), at(11), 10).rooms(["a", "b"])];
        let talk = |id: &str, format: &str| Talk::new(id, "").format(format).tag("topic", "x").needs("track", "rust");
        event.talks = vec![talk("first", "long"), talk("second", "short")];
        event.rules = vec![rule];
        event
    }

    fn stated(event: &Event) -> (CheckedEvent, Program) {
        let event = event.clone().check().expect("an event without problems");
        let program = Program::of(&event).expect("small weights");
        (event, program)
    }

    /// How many rows are charged to a rule.
    fn charged(event: &Event) -> usize {
        stated(event).1.rows.iter().filter(|row| row.penalty.is_some()).count()
    }

    fn clash() -> Rule {
        Rule::weighted(Amount::ONE, Clash::of(ClashOf::Tag("topic".into())))
    }

    fn before() -> Rule {
        Rule::weighted(Amount::ONE, Order::of(Together::sequence(["first", "second"]), Relation::Before))
    }

    #[test]
    fn nothing_is_said_of_talks_at_once_that_have_one_room() {
        let mut event = event(clash());
        assert_eq!(charged(&event), 0);
        let program = stated(&event).1;
        let pass = program.passes.iter().find(|p| p.name == "talks of one room").expect("a pass");
        assert_eq!(pass.rows_before, pass.rows_after.map(|rows| rows + 1));
        event.talks[0].needs = crate::event::Tags::default();
        assert!(charged(&event) > 0, "one of them has two rooms");
    }

    #[test]
    fn talks_whose_starts_are_planned_as_one_do_not_have_one_room() {
        let mut event = event(clash());
        event.rules.clear();
        let at = |minute| date(2026, 10, 30).at(9, minute, 0, 0);
        event.blocks = vec![Block::new("morning", at(0), at(59))];
        event.openings.clear();
        event.slots = [0, 30].map(|m| Slot::new(format!("s{m}"), at(m), at(m + 29)).rooms(["a", "b"])).to_vec();
        event.talks[0].minutes = Some(20);
        let event = event.check().expect("an event without problems");
        let talks: Vec<_> = event.talk_indices().collect();
        assert!(Draft::new(&event, StartClasses::apart(), Halt::NEVER).share_a_room(&talks));
        let merged = StartClasses::of(&event, &TimesSeen::Blocks, Halt::NEVER);
        assert!(merged.number(event.slots()[0].span.start) == 2, "two starts are one");
        assert!(!Draft::new(&event, merged, Halt::NEVER).share_a_room(&talks), "so the room holds both at that");
    }

    #[test]
    fn few_moments_tell_which_of_two_talks_of_one_room_is_first() {
        let mut event = event(before());
        assert_eq!(charged(&event), 3, "a short talk and its pause take half an hour of two");
        event.talks[0].needs = crate::event::Tags::default();
        assert!(charged(&event) > 3, "one of them has two rooms");
    }

    #[test]
    fn the_moments_charge_every_choice_that_is_valid_as_the_audit_does() {
        for rule in [clash(), before()] {
            let (event, program) = stated(&event(rule));
            let of_talk = |talk: usize| program.talk_atoms[talk].clone().map(Var);
            let mut valid = 0;
            for chosen in of_talk(0).flat_map(|a| of_talk(1).map(move |b| [a, b])) {
                let evaluation = program.evaluate(&chosen);
                if evaluation.broken.is_empty() {
                    let audit = Audit::of_placed(&event, &Placed::new(&event, program.give_rooms(&chosen)));
                    let cost = audit.values.get(&1).copied().unwrap_or(0);
                    assert_eq!(evaluation.values[&1], cost, "{chosen:?}");
                    valid += 1;
                }
            }
            assert!(valid > 30, "{valid}");
        }
    }
}
