//! Civil times: what the clock on the wall of the conference shows.

use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

/// A civil time in the event's zone, to the minute: `2026-10-30T09:15`.
///
/// Where the clocks go back, they show an hour twice: the first of the two is meant, unless an
/// [offset](super::UtcOffset) beside it says that it is the second. Slots, openings, blocks and windows have no offsets:
/// each that starts or ends in such an hour does so in its first pass; an opening that goes on beyond it has the second
/// pass too. A time that the clocks skip where they go forward is an error.
///
/// ```
/// use slotwise::{CivilTime, civil::date};
/// let written: CivilTime = "2026-10-30T09:15".parse()?;
/// assert_eq!(written, CivilTime::from(date(2026, 10, 30).at(9, 15, 0, 0)));
/// assert!("2026-10-30T09:15:30".parse::<CivilTime>().is_err());
/// # Ok::<(), slotwise::NotATime>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilTime(civil::DateTime);

/// A text that is not a civil time to the minute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}; {wanted} is wanted")]
pub struct NotATime {
    found: String,
    wanted: &'static str,
}

impl CivilTime {
    /// How many bytes it is as text.
    pub(crate) const LENGTH: usize = "2026-10-30T09:15".len();

    /// The time as jiff knows it.
    pub fn datetime(self) -> civil::DateTime {
        self.0
    }

    /// The day it falls on.
    pub fn date(self) -> civil::Date {
        self.0.date()
    }
}

impl From<civil::DateTime> for CivilTime {
    /// Cuts seconds off: conferences are planned in minutes.
    fn from(time: civil::DateTime) -> Self {
        Self(time.date().at(time.hour(), time.minute(), 0, 0))
    }
}

impl FromStr for CivilTime {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        // jiff also reads a bare date, offsets and zones; none of them is a civil time to the minute.
        let shaped = match text.as_bytes() {
            [date @ .., b'T', h, i, b':', m, n] | [date @ .., b'T', h, i, b':', m, n, b':', b'0', b'0'] => {
                date.len() == 10 && [h, i, m, n].iter().all(|digit| digit.is_ascii_digit())
            }
            _ => false,
        };
        let wanted = if shaped {
            "a day that the calendar has and a time from 00:00 to 23:59"
        } else {
            "a day and a time without seconds, offset or zone, such as \"2026-10-30T09:15\","
        };
        let time = text.parse::<civil::DateTime>().ok().filter(|_| shaped);
        let time = time.ok_or_else(|| NotATime { found: text.to_owned(), wanted })?;
        Ok(Self(time))
    }
}

impl fmt::Display for CivilTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.0;
        write!(f, "{}T{:02}:{:02}", t.date(), t.hour(), t.minute())
    }
}

impl Serialize for CivilTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CivilTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = CivilTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day and a time in double quotes, such as \"2026-10-30T09:15\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<CivilTime, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

impl JsonSchema for CivilTime {
    fn schema_name() -> Cow<'static, str> {
        "CivilTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A civil time in the event's zone, to the minute.",
            "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00)?$",
            "examples": ["2026-10-30T09:15"]
        })
    }
}

/// A stretch of civil time, from `start` up to, but without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first minute in it.
    pub start: CivilTime,
    /// The first minute after it.
    pub end: CivilTime,
}

impl Window {
    /// The stretch from `start` up to `end`.
    pub fn new(start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        Self { start: start.into(), end: end.into() }
    }
}
