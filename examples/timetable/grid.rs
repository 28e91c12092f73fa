//! The timetable as a grid by day, time and room; where that does not fit, as a list.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use slotwise::{
    CheckedEvent, Timetable,
    civil::Date,
    event::{Minute, RoomIx},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// More rooms than that are listed.
const MOST_ROOMS: usize = 8;
/// The narrowest text that has a grid, and the narrowest column in it.
const NARROWEST: usize = 60;
const NARROWEST_ROOM: usize = 14;
/// The width around the times in their column: ` –`, and a blank on both sides.
const AROUND_TIMES: usize = 4;
/// Stands where a talk goes on that started in an earlier row.
const GOES_ON: &str = "⋮";
/// Longer titles are cut: the grid is there to be overlooked.
const LONGEST_TITLE: usize = 120;

/// A talk as a cell shows it.
struct Entry {
    room: RoomIx,
    start: Minute,
    end: Minute,
    title: String,
    speakers: String,
}

/// What is on one day.
#[derive(Default)]
struct Day {
    /// The rooms in which talks could be.
    rooms: BTreeSet<RoomIx>,
    talks: Vec<Entry>,
}

/// Every day of the event with what is on it.
pub(crate) fn of(event: &CheckedEvent, timetable: &Timetable, columns: usize) -> String {
    let mut text = String::new();
    for (date, day) in days(event, timetable) {
        let _ = writeln!(text, "{}", date.strftime("%A %-d %B %Y"));
        if day.talks.is_empty() {
            text.push_str("No talk is placed on this day.\n\n");
            continue;
        }
        let (used, empty): (Vec<RoomIx>, Vec<RoomIx>) = (event.rooms_as_written().into_iter())
            .filter(|room| day.rooms.contains(room) || day.talks.iter().any(|t| t.room == *room))
            .partition(|room| day.talks.iter().any(|t| t.room == *room));
        let times = times_width(event, &day);
        let room = columns.saturating_sub(times + used.len() + 2) / used.len();
        if columns < NARROWEST || used.len() > MOST_ROOMS || room < NARROWEST_ROOM + 2 {
            text.push_str(&list(event, &day, columns));
        } else {
            text.push_str(&grid(event, &day, &used, times, room));
        }
        text.push('\n');
        let empty: Vec<_> = empty.iter().map(|r| event.room_id(*r).as_str()).collect();
        if !empty.is_empty() {
            let _ = writeln!(text, "Empty on this day: {}", one_line(&empty.join(", ")));
        }
        text.push('\n');
    }
    text
}

fn days(event: &CheckedEvent, timetable: &Timetable) -> BTreeMap<Date, Day> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let slots = event.slots().iter().map(|slot| (vec![slot.span.start], &slot.rooms));
    let openings = event.openings().iter().map(|opening| (opening.starts.clone(), &opening.rooms));
    for (starts, rooms) in slots.chain(openings) {
        for start in starts {
            days.entry(event.date(start)).or_default().rooms.extend(rooms);
        }
    }
    for placement in &timetable.placements {
        let (Some(talk), Some(room), Some(start)) =
            (event.find_talk(&placement.talk), event.find_room(&placement.room), placement.starts_at(event))
        else {
            continue;
        };
        let written = event.written_talk(talk);
        let names = written.speakers.iter().map(|id| {
            let name = event.find_speaker(id).map_or("", |s| event.written_speaker(s).name.as_str());
            one_line(if name.trim().is_empty() { id.as_str() } else { name })
        });
        let mut title = one_line(if written.title.trim().is_empty() { written.id.as_str() } else { &written.title });
        if title.chars().count() > LONGEST_TITLE {
            title = title.chars().take(LONGEST_TITLE - 1).collect::<String>() + "…";
        }
        days.entry(placement.start.date()).or_default().talks.push(Entry {
            room,
            start,
            end: start + event.talk(talk).minutes,
            title,
            speakers: names.collect::<Vec<_>>().join(", "),
        });
    }
    let rooms = event.rooms_as_written();
    for day in days.values_mut() {
        day.talks.sort_by_cached_key(|talk| (talk.start, rooms.iter().position(|room| *room == talk.room)));
    }
    days
}

/// How wide the column of the times is: a time that the clocks show twice stands there with its offset.
fn times_width(event: &CheckedEvent, day: &Day) -> usize {
    let times = day.talks.iter().flat_map(|talk| [talk.start, talk.end]);
    times.map(|time| event.clock(time).len()).max().unwrap_or(0) + AROUND_TIMES
}

/// A row a start, a column a room.
fn grid(event: &CheckedEvent, day: &Day, rooms: &[RoomIx], times: usize, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL).set_content_arrangement(ContentArrangement::Dynamic);
    let header = rooms.iter().map(|room| {
        let seats = event.room(*room).capacity.map(|seats| format!(" ({seats})")).unwrap_or_default();
        one_line(event.room_id(*room).as_str()) + &seats
    });
    table.set_header(std::iter::once(String::new()).chain(header));
    let fixed = |width: usize| ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX)));
    table.set_constraints(std::iter::once(fixed(times)).chain(rooms.iter().map(|_| fixed(width))));

    let starts: BTreeSet<Minute> = day.talks.iter().map(|talk| talk.start).collect();
    for start in starts {
        let end = usual_end(day, start);
        let cells = rooms.iter().map(|room| {
            let here = day.talks.iter().filter(|talk| talk.room == *room);
            let starting: Vec<_> = here.clone().filter(|t| t.start == start).map(|t| cell(event, t, end)).collect();
            let goes_on = here.clone().any(|talk| talk.start < start && start < talk.end);
            if starting.is_empty() && goes_on { GOES_ON.to_owned() } else { starting.join("\n\n") }
        });
        let times = format!("{} –\n{}", event.clock(start), event.clock(end));
        table.add_row(std::iter::once(times).chain(cells));
    }
    loosen(&table.trim_fmt())
}

/// When most of the talks end that start then; the earliest such time.
fn usual_end(day: &Day, start: Minute) -> Minute {
    let mut ends: BTreeMap<Minute, usize> = BTreeMap::new();
    for talk in day.talks.iter().filter(|talk| talk.start == start) {
        *ends.entry(talk.end).or_default() += 1;
    }
    ends.into_iter().rev().max_by_key(|(_, talks)| *talks).map_or(start, |(end, _)| end)
}

fn cell(event: &CheckedEvent, talk: &Entry, end: Minute) -> String {
    let mut text = tighten(&talk.title);
    if !talk.speakers.is_empty() {
        let _ = write!(text, "\n{}", talk.speakers);
    }
    if talk.end != end {
        let _ = write!(text, "\nuntil {}", event.clock(talk.end));
    }
    text
}

/// A line a talk, by start and room.
fn list(event: &CheckedEvent, day: &Day, columns: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(columns).unwrap_or(u16::MAX));
    let mut shown = None;
    for talk in &day.talks {
        let start = if shown == Some(talk.start) { String::new() } else { event.clock(talk.start) };
        shown = Some(talk.start);
        let until = format!("until {}", event.clock(talk.end));
        let who = if talk.speakers.is_empty() { until } else { format!("{}, {until}", talk.speakers) };
        let room = one_line(event.room_id(talk.room).as_str());
        table.add_row([start, room, format!("{}\n{who}", tighten(&talk.title))]);
    }
    let rooms = u16::try_from(columns / 4).unwrap_or(u16::MAX);
    table.set_constraints([
        ColumnConstraint::ContentWidth,
        ColumnConstraint::UpperBoundary(Width::Fixed(rooms)),
        ColumnConstraint::LowerBoundary(Width::Fixed(10)),
    ]);
    loosen(&table.trim_fmt())
}

/// Keeps the punctuation that French sets apart beside its word, until [`loosen`].
fn tighten(text: &str) -> String {
    [":", ";", "?", "!", "»"]
        .iter()
        .fold(text.replace("« ", "«\u{a0}"), |text, mark| text.replace(&format!(" {mark}"), &format!("\u{a0}{mark}")))
}

fn loosen(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The text on one line, without what would move the terminal's cursor.
pub(crate) fn one_line(text: &str) -> String {
    let plain = text.replace(|c: char| c.is_control(), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
