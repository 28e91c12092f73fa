//! Checks of where and when: rooms, formats, blocks, slots, openings.

use super::{Checker, LONGEST, wanted_minutes};
use crate::event::{OpeningFacts, RoomFacts, SlotFacts, Span};
use crate::text::quoted;

/// The most starts one opening may have: a year of hours, or a week of minutes.
const MOST_STARTS: i64 = 10_080;
/// The most starts all openings may have: each is kept in memory.
const MOST_STARTS_IN_ALL: i64 = 1_000_000;

impl Checker<'_> {
    pub(super) fn rooms(&mut self) -> Vec<RoomFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, room) in event.rooms.iter().enumerate() {
            self.people(format!("rooms[{i}].capacity"), room.capacity);
            self.tags(&format!("rooms[{i}].tags"), &room.tags);
            list.push(RoomFacts {
                capacity: room.capacity.map(i64::from),
                unavailable: self.windows(&format!("rooms[{i}].unavailable"), &room.unavailable),
            });
        }
        list
    }

    /// Each format's minutes and changeover.
    pub(super) fn formats(&mut self) -> Vec<(i64, i64)> {
        let event = self.event;
        for (i, format) in event.formats.iter().enumerate() {
            self.in_minutes(format!("formats[{i}].minutes"), format.minutes);
            if format.changeover > LONGEST {
                let path = format!("formats[{i}].changeover");
                self.problem(path, format.changeover.to_string(), wanted_minutes(0));
            }
        }
        event.formats.iter().map(|f| (i64::from(f.minutes), i64::from(f.changeover))).collect()
    }

    pub(super) fn blocks(&mut self) -> Vec<Span> {
        let event = self.event;
        event.blocks.iter().enumerate().map(|(i, b)| self.span(&format!("blocks[{i}]"), b.start, b.end)).collect()
    }

    pub(super) fn slots(&mut self) -> Vec<SlotFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, slot) in event.slots.iter().enumerate() {
            let path = format!("slots[{i}]");
            let span = self.span(&path, slot.start, slot.end);
            let (rooms, formats) = self.rooms_and_formats(&path, &slot.rooms, &slot.formats);
            self.tags(&format!("{path}.tags"), &slot.tags);
            for (j, format) in slot.formats.iter().enumerate() {
                let Some(ix) = self.names.format(format) else { continue };
                let minutes = event.formats[ix.at()].minutes;
                let known = span.end > span.start && minutes <= LONGEST;
                if known && i64::from(minutes) > span.end - span.start {
                    let found = format!("{}, whose talks run for {minutes} minutes", quoted(&format.0));
                    let wanted = format!("a format of at most {} minutes, the slot's length", span.end - span.start);
                    self.problem(format!("{path}.formats[{j}]"), found, wanted);
                }
            }
            list.push(SlotFacts { span, rooms, formats });
        }
        list
    }

    pub(super) fn openings(&mut self) -> Vec<OpeningFacts> {
        let event = self.event;
        let mut list = Vec::new();
        for (i, opening) in event.openings.iter().enumerate() {
            let path = format!("openings[{i}]");
            let span = self.span(&path, opening.start, opening.end);
            self.in_minutes(format!("{path}.every_minutes"), opening.every_minutes);
            let (rooms, formats) = self.rooms_and_formats(&path, &opening.rooms, &opening.formats);
            // Where the step is wrong, how many starts it makes is not known.
            let every = i64::from(opening.every_minutes.clamp(1, LONGEST));
            let starts = if opening.every_minutes == 0 { 0 } else { (span.end - span.start).max(0) / every };
            let before = self.starts;
            // An opening with too many is told of by itself: those after it are not at fault.
            self.starts += if starts > MOST_STARTS { 0 } else { starts };
            if starts > MOST_STARTS {
                let wanted = format!("at most {MOST_STARTS} starts in one opening");
                self.problem(path, format!("{starts} starts"), wanted);
            } else if before <= MOST_STARTS_IN_ALL && self.starts > MOST_STARTS_IN_ALL {
                let found = format!("{} starts in the openings up to this one", self.starts);
                self.problem(path, found, format!("at most {MOST_STARTS_IN_ALL} in all openings together"));
            }
            if starts > MOST_STARTS || self.starts > MOST_STARTS_IN_ALL {
                list.push(OpeningFacts { span, starts: Vec::new(), rooms, formats });
                continue;
            }
            // Minutes, not times of the clock: where the clocks go back, both passes of the hour have starts.
            let starts = (span.start..span.end).step_by(every as usize).collect();
            list.push(OpeningFacts { span, starts, rooms, formats });
        }
        list
    }
}
