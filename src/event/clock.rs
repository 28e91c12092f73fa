//! Clocks: civil times to minutes and back, in a zone.

use super::{CivilTime, Minute, UtcOffset};
use jiff::{
    Timestamp,
    tz::{AmbiguousOffset, TimeZone},
};

/// The years in which an event may be. Times far outside are slips of the keyboard, and near the ends of the calendar
/// (years -9999 and 9999) civil times exist that no zone's clocks can show.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

/// Every minute at which clocks in the zone show that time, with their offset then: none where they skip it, two where
/// they go back and show it twice.
pub(super) fn minutes_in(zone: &TimeZone, time: CivilTime) -> Vec<(Minute, UtcOffset)> {
    if !YEARS.contains(&time.date().year()) {
        return Vec::new();
    }
    let offsets = match zone.to_ambiguous_timestamp(time.datetime()).offset() {
        AmbiguousOffset::Gap { .. } => Vec::new(),
        AmbiguousOffset::Unambiguous { offset } => vec![offset],
        AmbiguousOffset::Fold { before, after } => vec![before, after],
    };
    let minute = |offset: jiff::tz::Offset| {
        let stamp = offset.to_timestamp(time.datetime()).ok()?;
        Some((stamp.as_second().div_euclid(60), UtcOffset::from(offset)))
    };
    offsets.into_iter().filter_map(minute).collect()
}

/// The minute at which clocks in the zone show that time; the first, where they show it twice.
pub(super) fn minute_in(zone: &TimeZone, time: CivilTime) -> Option<Minute> {
    minutes_in(zone, time).first().map(|(minute, _)| *minute)
}

/// What to say of a time that [`minute_in`] has no minute for: what was found, and what would be right.
pub(crate) fn not_shown(zone: &str, time: CivilTime) -> (String, String) {
    if YEARS.contains(&time.date().year()) {
        (format!("{time}, which the change of the clocks skips"), format!("a time that clocks in {zone} show"))
    } else {
        (time.to_string(), format!("a year from {} to {}", YEARS.start(), YEARS.end()))
    }
}

/// What to wish for in place of an offset that clocks do not have when they show that time; none where it is right, or
/// where there is no such time.
pub(super) fn wanted_offset(time: CivilTime, offset: UtcOffset, minutes: &[(Minute, UtcOffset)]) -> Option<String> {
    if minutes.is_empty() || minutes.iter().any(|(_, known)| *known == offset) {
        return None;
    }
    let offsets: Vec<String> = minutes.iter().map(|(_, offset)| format!("\"{offset}\"")).collect();
    Some(format!("{}, as clocks have it at {time}", offsets.join(" or ")))
}

pub(super) fn civil_in(zone: &TimeZone, minute: Minute) -> CivilTime {
    CivilTime::from(zone.to_datetime(stamp(minute)))
}

/// How far clocks in the zone are ahead of UTC at that minute.
pub(super) fn offset_in(zone: &TimeZone, minute: Minute) -> UtcOffset {
    zone.to_offset(stamp(minute)).into()
}

fn stamp(minute: Minute) -> Timestamp {
    // Minutes come from civil times that jiff holds, so they are in its range.
    Timestamp::from_second(minute.saturating_mul(60)).unwrap_or(Timestamp::MAX)
}
