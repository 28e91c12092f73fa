//! Clocks: civil times to minutes and back, in a zone.

use super::{CivilTime, Minute};
use jiff::{
    Timestamp,
    tz::{AmbiguousOffset, TimeZone},
};

/// The years in which an event may be. Times far outside are slips of the keyboard, and near the ends of the calendar
/// (years -9999 and 9999) civil times exist that no zone's clocks can show.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

/// The minute at which clocks in the zone show that time; the first, where they show it twice.
pub(super) fn minute_in(zone: &TimeZone, time: CivilTime) -> Option<Minute> {
    if !YEARS.contains(&time.date().year()) {
        return None;
    }
    let ambiguous = zone.to_ambiguous_timestamp(time.datetime());
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return None;
    }
    ambiguous.earlier().ok().map(|t| t.as_second().div_euclid(60))
}

/// What to say of a time that [`minute_in`] has no minute for: what was found, and what would be right.
pub(crate) fn not_shown(zone: &str, time: CivilTime) -> (String, String) {
    if YEARS.contains(&time.date().year()) {
        (format!("{time}, which the change of the clocks skips"), format!("a time that clocks in {zone} show"))
    } else {
        (time.to_string(), format!("a year from {} to {}", YEARS.start(), YEARS.end()))
    }
}

pub(super) fn civil_in(zone: &TimeZone, minute: Minute) -> CivilTime {
    // Minutes come from civil times that jiff holds, so they are in its range.
    let stamp = Timestamp::from_second(minute.saturating_mul(60)).unwrap_or(Timestamp::MAX);
    CivilTime::from(zone.to_datetime(stamp))
}
