//! What an event is, in a few lines: shown when it passes its checks.

use crate::grid::one_line;
use slotwise::{
    CheckedEvent, TalkStatus,
    civil::Date,
    event::Minute,
    reviews::ReviewerIx,
    rules::{Scope, Strength},
    timetable::rule_names,
};
use std::{collections::BTreeMap, fmt::Write};

/// More rules than that are counted by kind.
const MOST_RULES: usize = 30;
/// More warnings than that are only counted.
const MOST_WARNINGS: usize = 100;

/// The event in words.
pub(crate) fn event(event: &CheckedEvent) -> String {
    let warnings = event.warnings();
    let verdict = match warnings.len() {
        0 => "nothing is wrong with this event".to_owned(),
        count => format!("this event can be read; {} to look at, below", some(count, "warning")),
    };
    let mut text = format!("{}: {verdict}.\n", one_line(&event.event().name));
    let lines = [talks(event), days(event), rooms(event), marks(event)];
    for line in lines.into_iter().flatten() {
        let _ = writeln!(text, "  {line}");
    }
    text.push_str(&rules(event));
    if !warnings.is_empty() {
        let _ = writeln!(text, "  {}", some(warnings.len(), "warning"));
    }
    for warning in warnings.iter().take(MOST_WARNINGS) {
        let impossible = if warning.impossible { " (no timetable can be)" } else { "" };
        let _ = writeln!(text, "    {}{impossible}: {}", one_line(&warning.path), one_line(&warning.text));
    }
    if warnings.len() > MOST_WARNINGS {
        let _ = writeln!(text, "    and {} more; `--format json` shows all", warnings.len() - MOST_WARNINGS);
    }
    text
}

fn some(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `1 h 30 min`.
fn length(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn talks(event: &CheckedEvent) -> Vec<String> {
    let with = |status| event.talks().iter().filter(|t| t.status == status).count();
    let mut line = some(event.talks().len(), "talk");
    for (status, word) in [(TalkStatus::Accepted, "accepted"), (TalkStatus::Declined, "declined")] {
        if with(status) > 0 {
            let _ = write!(line, ", {} {word}", with(status));
        }
    }
    let _ = write!(line, "; {}", some(event.speakers().len(), "speaker"));
    let order = event.formats_as_written();
    let mut lengths: BTreeMap<_, usize> = BTreeMap::new();
    for talk in event.talks() {
        let place = talk.format.map(|format| order.iter().position(|f| *f == format));
        *lengths.entry((place, talk.format, talk.minutes)).or_default() += 1;
    }
    let formats = lengths.into_iter().map(|((_, format, minutes), count)| {
        let name = format.map_or_else(|| "without a format".to_owned(), |f| one_line(event.format_id(f).as_str()));
        format!("{name} {count} ({})", length(minutes))
    });
    let formats: Vec<_> = formats.collect();
    if formats.is_empty() { vec![line] } else { vec![format!("{line}: {}", formats.join(", "))] }
}

fn days(event: &CheckedEvent) -> Vec<String> {
    let slots = event.slots().iter().map(|slot| slot.span);
    let openings = event.openings().iter().map(|opening| opening.span);
    let mut days: BTreeMap<Date, (Minute, Minute)> = BTreeMap::new();
    for span in slots.chain(openings) {
        let day = days.entry(event.date(span.start)).or_insert((span.start, span.end));
        *day = (day.0.min(span.start), day.1.max(span.end));
    }
    let mut lines: Vec<String> = days
        .into_iter()
        .map(|(date, (start, end))| {
            let date = date.strftime("%A %-d %B %Y");
            format!("{date}, {} to {} ({})", event.clock(start), event.clock(end), event.event().timezone)
        })
        .collect();
    let places: usize = event.slots().iter().map(|slot| slot.rooms.len()).sum();
    let mut offers = Vec::new();
    if places > 0 {
        offers.push(format!("{} with {}", some(event.slots().len(), "slot"), some(places, "place")));
    }
    if !event.openings().is_empty() {
        offers.push(some(event.openings().len(), "opening"));
    }
    if offers.is_empty() {
        offers.push("no slot and no opening: nothing can be placed".to_owned());
    }
    lines.push(offers.join(", "));
    lines
}

fn rooms(event: &CheckedEvent) -> Vec<String> {
    let rooms = event.event().rooms.iter().map(|room| {
        let seats = room.capacity.map(|seats| format!(" ({seats} seats)")).unwrap_or_default();
        one_line(room.id.as_str()) + &seats
    });
    let shown: Vec<_> = rooms.take(12).collect();
    let more = if event.rooms().len() > shown.len() { ", ..." } else { "" };
    let count = some(event.rooms().len(), "room");
    vec![if shown.is_empty() { count } else { format!("{count}: {}{more}", shown.join(", ")) }]
}

/// What became of the committee's marks.
fn marks(event: &CheckedEvent) -> Vec<String> {
    let (calibration, written) = (event.calibration(), event.event());
    let own = written.talks.iter().filter(|talk| talk.merit.is_some()).count();
    let mut lines = Vec::new();
    if own > 0 {
        lines.push(format!("{} with a merit that the event gives", some(own, "talk")));
    }
    if written.reviews.is_empty() {
        if own == 0 {
            lines.push("neither marks nor merits: all talks are worth 0".to_owned());
        }
        return lines;
    }
    let reviewers = (0..written.reviewers.len() as u32).filter_map(|r| calibration.reviewer(ReviewerIx(r)));
    let counted: u32 = reviewers.map(|r| r.counted).sum();
    let mut why: BTreeMap<String, usize> = BTreeMap::new();
    for (_, reason) in calibration.set_aside() {
        *why.entry(reason.to_string()).or_default() += 1;
    }
    let aside: usize = why.values().sum();
    lines.push(format!(
        "{} by {}: {counted} count, {aside} set aside",
        some(written.reviews.len(), "review"),
        some(written.reviewers.len(), "reviewer")
    ));
    lines.extend(why.into_iter().map(|(reason, count)| format!("  {count} set aside: {reason}")));
    if let (Some(mean), Some(variety), Some(disparity), Some(noise)) =
        (calibration.mean(), calibration.variety(), calibration.disparity(), calibration.noise())
    {
        lines.push(format!(
            "mean mark {mean:.2}; talks differ by {variety:.2}, reviewers' severity by {disparity:.2}, chance by {noise:.2}"
        ));
    }
    let unmarked =
        event.talk_indices().filter_map(|t| calibration.talk(t)).filter(|t| t.counted == 0 && t.own.is_none());
    match unmarked.count() {
        0 => {}
        count => lines.push(format!("{} without any mark that counts: taken as average", some(count, "talk"))),
    }
    lines
}

fn rules(event: &CheckedEvent) -> String {
    let required = event.scopes().filter(Scope::required).count();
    let mut text = format!("  {}", some(event.rule_count(), "rule"));
    if event.rule_count() > 0 {
        let _ = write!(text, ", {required} of them required");
    }
    text.push('\n');
    if event.rule_count() > MOST_RULES {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for scope in event.scopes() {
            *kinds.entry(scope.kind().kind()).or_default() += 1;
        }
        let kinds: Vec<_> = kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let _ = writeln!(text, "    {}", kinds.join(", "));
        return text;
    }
    for (scope, name) in event.scopes().zip(rule_names(event)) {
        let strength = match scope.strength() {
            Strength::Required => "required".to_owned(),
            Strength::Weighted { weight, priority: 1 } => format!("weight {weight}"),
            Strength::Weighted { weight, priority } => format!("weight {weight}, priority {priority}"),
            _ => "of another strength".to_owned(),
        };
        let talks = match scope.talks().len() {
            0 => ", of no talk at all".to_owned(),
            all if all == event.talks().len() => String::new(),
            count => format!(", of {}", some(count, "talk")),
        };
        let _ = writeln!(text, "    {name}: {strength}{talks}");
    }
    text
}
