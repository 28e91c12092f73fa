//! Times outside of the event's days: nearly always the wrong year or month.

use super::Warning;
use crate::event::{CheckedEvent, Window};
use crate::text::quoted;
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeSet;

/// The days on which a slot or an opening is, ascending.
pub(crate) fn days(event: &CheckedEvent) -> BTreeSet<Date> {
    let slots = event.slots().iter().map(|slot| slot.span);
    let spans = slots.chain(event.openings().iter().map(|opening| opening.span));
    let mut days = BTreeSet::new();
    for span in spans {
        // What ends at midnight is not on the next day.
        let (first, last) = (event.date(span.start), event.date((span.end - 1).max(span.start)));
        days.extend(first.series(1.day()).take_while(|day| *day <= last));
    }
    days
}

/// Tells of blocks, closed hours of rooms, hours of speakers and published starts that are on no day of the event.
pub(super) fn warn(event: &CheckedEvent, list: &mut Vec<Warning>) {
    let days = Days(days(event));
    let (Some(first), Some(last)) = (days.0.first(), days.0.last()) else { return };
    let when = if first == last { format!("its day, {first}") } else { format!("its days, {first} to {last}") };
    let mut tell = |path: &str, what: &str, windows: &[Window], outside: &dyn Fn(&Window) -> bool, so: &str| {
        let mut outside = windows.iter().enumerate().filter(|(_, window)| outside(window));
        if let Some((i, Window { start, end })) = outside.next() {
            // A calendar may have them for every week of a year.
            let more = more(outside.count());
            let text = format!("{what} from {start} to {end} is outside of the event: {when}{so}{more}");
            list.push(Warning::new(format!("{path}[{i}]"), text));
        }
    };
    let written = event.event();
    for (i, room) in written.rooms.iter().enumerate() {
        let what = format!("that the room {} is closed", quoted(room.id.as_str()));
        let path = format!("rooms[{i}].unavailable");
        tell(&path, &what, &room.unavailable, &|window| !days.touch(window), "; it closes nothing");
    }
    let blocks: Vec<Window> = written.blocks.iter().map(|b| Window { start: b.start, end: b.end }).collect();
    tell("blocks", "the block", &blocks, &|window| !days.touch(window), "; no talk is in it");
    for (i, speaker) in written.speakers.iter().enumerate() {
        let id = quoted(speaker.id.as_str());
        let (there, away) = (format!("that the speaker {id} is there"), format!("that the speaker {id} is away"));
        // Whose hours are all outside has talks without a place, and these are told of.
        let some = speaker.available.iter().any(|window| days.touch(window));
        let path = format!("speakers[{i}]");
        let outside = |window: &Window| some && days.other_year(window);
        tell(&format!("{path}.available"), &there, &speaker.available, &outside, "; it allows nothing");
        let outside = |window: &Window| days.other_year(window);
        tell(&format!("{path}.unavailable"), &away, &speaker.unavailable, &outside, "; it excludes nothing");
    }
    let mut outside = written.published.iter().enumerate().filter(|(_, place)| !days.0.contains(&place.start.date()));
    if let Some((i, place)) = outside.next() {
        let (talk, more) = (quoted(place.talk.as_str()), more(outside.count()));
        let text = format!("the published start of {talk}, {}, is outside of the event: {when}{more}", place.start);
        list.push(Warning::new(format!("published[{i}].start"), text));
    }
}

/// The end of a sentence about the first of several.
fn more(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => ", and so is 1 more".to_owned(),
        n => format!(", and so are {n} more"),
    }
}

/// The days of an event.
struct Days(BTreeSet<Date>);

impl Days {
    /// Whether the window shares a day with the event.
    fn touch(&self, window: &Window) -> bool {
        window.start.date() <= window.end.date()
            && self.0.range(window.start.date()..=window.end.date()).next().is_some()
    }

    /// Whether the window is outside of the event and of its years. People say when they are away also beside the event, and
    /// nothing is wrong with that.
    fn other_year(&self, window: &Window) -> bool {
        let years = [window.start.date().year(), window.end.date().year()];
        !self.touch(window) && !self.0.iter().any(|day| years.contains(&day.year()))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        civil::date,
        event::{Block, CivilTime, Event, Published, Room, Speaker, Talk},
        rules::testing::grid,
    };

    fn said(event: &Event) -> Vec<String> {
        let warnings = event.clone().check().expect("a good event").warnings();
        warnings.iter().map(ToString::to_string).filter(|text| text.contains("outside of the event")).collect()
    }

    fn at(year: i16, month: i8, hour: i8) -> CivilTime {
        date(year, month, 30).at(hour, 0, 0, 0).into()
    }

    #[test]
    fn a_block_and_closed_hours_in_another_year_are_told_of() {
        let mut event = grid("a", "09:00 10:00");
        event.talks = vec![Talk::new("t", "").minutes(30)];
        event.rooms[0] = Room::new("a").unavailable(at(2027, 10, 9), at(2027, 10, 10));
        event.blocks = vec![Block::new("morning", at(2025, 10, 9), at(2025, 10, 12))];
        event.published = vec![Published::new("t", "a", at(2025, 10, 9))];
        assert_eq!(
            said(&event),
            [
                "rooms[0].unavailable[0]: that the room \"a\" is closed from 2027-10-30T09:00 to 2027-10-30T10:00 is \
                 outside of the event: its day, 2026-10-30; it closes nothing",
                "blocks[0]: the block from 2025-10-30T09:00 to 2025-10-30T12:00 is outside of the event: its day, \
                 2026-10-30; no talk is in it",
                "published[0].start: the published start of \"t\", 2025-10-30T09:00, is outside of the event: its day, \
                 2026-10-30",
            ]
        );
        event.rooms[0] = Room::new("a").unavailable(at(2026, 10, 11), at(2026, 10, 12));
        event.blocks = vec![Block::new("morning", at(2026, 9, 9), at(2026, 11, 12))];
        event.published.clear();
        assert_eq!(said(&event), [""; 0]);
    }

    #[test]
    fn hours_of_speakers_are_told_of_in_another_year_only() {
        let mut event = grid("a", "09:00 10:00");
        let away = |year, month| Speaker::new("ann", "").unavailable(at(year, month, 9), at(year, month, 10));
        event.speakers = vec![away(2026, 11)];
        assert_eq!(said(&event), [""; 0]);
        event.speakers = vec![away(2025, 10)];
        assert!(
            said(&event)[0].starts_with("speakers[0].unavailable[0]: that the speaker \"ann\" is away from 2025-10")
        );
        let there = |year| (at(year, 10, 9), at(year, 10, 12));
        let (right, wrong) = (there(2026), there(2062));
        event.speakers = vec![Speaker::new("ann", "").available(right.0, right.1).available(wrong.0, wrong.1)];
        assert!(
            said(&event)[0].starts_with("speakers[0].available[1]: that the speaker \"ann\" is there from 2062-10")
        );
    }
}
