//! Offsets from UTC: which of two times it is, where the clocks show one twice.

use jiff::tz::Offset;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

/// How far clocks are ahead of UTC: `+01:00`.
///
/// In the night in which the clocks of Paris go back, they show 02:30 at `+02:00`, and an hour later again at `+01:00`.
/// Beside a [`CivilTime`](super::CivilTime), an offset says which of the two is meant.
///
/// ```
/// use slotwise::UtcOffset;
/// let winter: UtcOffset = "+01:00".parse()?;
/// assert_eq!(winter.seconds(), 3600);
/// assert_eq!(winter.to_string(), "+01:00");
/// assert!("1h".parse::<UtcOffset>().is_err());
/// # Ok::<(), slotwise::NotAnOffset>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcOffset(Offset);

/// A text that is not an offset from UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found {found:?}; an offset from UTC, such as \"+01:00\", is wanted")]
pub struct NotAnOffset {
    found: String,
}

impl UtcOffset {
    /// The seconds that clocks are ahead of UTC; negative where they are behind.
    pub fn seconds(self) -> i32 {
        self.0.seconds()
    }
}

impl From<Offset> for UtcOffset {
    fn from(offset: Offset) -> Self {
        Self(offset)
    }
}

impl FromStr for UtcOffset {
    type Err = NotAnOffset;

    fn from_str(text: &str) -> Result<Self, NotAnOffset> {
        let digits = |pair: &[u8]| -> Option<i32> {
            let digit = |d: u8| d.is_ascii_digit().then(|| i32::from(d - b'0'));
            Some(10 * digit(pair[0])? + digit(pair[1])?)
        };
        let read = || {
            // Zones had seconds before there was a standard time.
            let bytes = text.as_bytes();
            let (hours, minutes, seconds) = match bytes {
                [_, _, _, b':', _, _] => (digits(&bytes[1..3])?, digits(&bytes[4..6])?, 0),
                [_, _, _, b':', _, _, b':', _, _] => {
                    (digits(&bytes[1..3])?, digits(&bytes[4..6])?, digits(&bytes[7..9])?)
                }
                _ => return None,
            };
            let sign = match bytes[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let seconds = (minutes < 60 && seconds < 60).then_some(3600 * hours + 60 * minutes + seconds)?;
            Offset::from_seconds(sign * seconds).ok()
        };
        read().map(Self).ok_or_else(|| NotAnOffset { found: text.to_owned() })
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let seconds = seconds.abs();
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
    }
}

impl Serialize for UtcOffset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcOffset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = UtcOffset;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an offset from UTC in double quotes, such as \"+01:00\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<UtcOffset, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

impl JsonSchema for UtcOffset {
    fn schema_name() -> Cow<'static, str> {
        "UtcOffset".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "How far clocks are ahead of UTC: which of two times it is, where they show one twice.",
            "pattern": r"^[+-]\d{2}:\d{2}(:\d{2})?$",
            "examples": ["+01:00"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_reads_as_it_is_written() {
        for text in ["+00:00", "+01:00", "-03:30", "+13:45", "+00:09:21"] {
            assert_eq!(text.parse::<UtcOffset>().map(|offset| offset.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_offset_is_refused() {
        for text in ["", "Z", "01:00", "+1:00", "+0100", "+01:60", "+01:00:60", "+99:00", "+01:00 ", "+é:00"] {
            assert!(text.parse::<UtcOffset>().is_err(), "{text:?}");
        }
    }
}
