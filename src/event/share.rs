//! Shares: parts of a whole, exact where they are written as fractions.

use super::Amount;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, cmp::Ordering, fmt};

/// A part of a whole, from none of it (0) to all of it (1).
///
/// A decimal with at most three digits, or a fraction of whole numbers up to 1000. A third is no decimal: "at most a
/// third" of three talks is one talk, while 0.333 of three is less than one. In JSON the fraction is a text, `"1/3"`, and
/// the decimal is a number, `0.25`.
///
/// ```
/// use slotwise::{Amount, Share};
/// let third = Share::ratio(1, 3);
/// assert_eq!(serde_json::from_str::<Share>("\"1/3\"")?, third);
/// assert_eq!(serde_json::to_string(&third)?, "\"1/3\"");
/// assert!(third > Share::from(Amount::from_thousandths(333)));
/// assert_eq!(Share::ratio(1, 2), Share::from(Amount::from_thousandths(500)));
/// assert!(serde_json::from_str::<Share>("\"4/3\"").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Share(Written);

/// A share as it was written, so that it is written back in the same way.
#[derive(Clone, Copy, Debug)]
enum Written {
    Decimal(Amount),
    Fraction { part: u32, whole: u32 },
}

impl Share {
    /// None of the whole.
    pub const NONE: Self = Self(Written::Decimal(Amount::ZERO));
    /// All of the whole.
    pub const ALL: Self = Self(Written::Decimal(Amount::ONE));

    /// What is wanted where something else was found.
    pub(crate) const WANTED: &str = "a share: a fraction such as \"1/3\", of whole numbers up to 1000, or a number from 0 to 1 with at most three decimals";
    /// The largest number in a fraction. With it, a share is no finer than a thousandth, as a decimal is no finer: sums of
    /// shares of minutes and people stay far from where integers end.
    const LARGEST: u32 = 1000;

    /// That many parts of a whole that has so many.
    ///
    /// A rule whose share is more than the whole, is of nothing, or has a number above 1000 is refused by
    /// [`Event::check`](crate::Event::check).
    pub const fn ratio(part: u32, whole: u32) -> Self {
        Self(Written::Fraction { part, whole })
    }

    /// Whether it is from 0 to 1, with numbers in range.
    pub fn is_valid(self) -> bool {
        match self.0 {
            Written::Decimal(amount) => amount <= Amount::ONE,
            Written::Fraction { part, whole } => part <= whole && (1..=Self::LARGEST).contains(&whole),
        }
    }

    /// The fraction in lowest terms. Of a share that is not valid, some fraction.
    pub(crate) fn terms(self) -> (i64, i64) {
        let (part, whole) = match self.0 {
            Written::Decimal(amount) => (amount.thousandths(), 1000),
            Written::Fraction { part, whole } => (i64::from(part), i64::from(whole.max(1))),
        };
        let divisor = gcd(part, whole);
        (part / divisor, whole / divisor)
    }

    /// The least whole number that is this share of the total or more.
    ///
    /// The total is below 2^50: it is measured in talks, people or minutes, of which an event has at most a million a talk.
    pub(crate) fn least_of(self, total: i64) -> i64 {
        let (part, whole) = self.terms();
        (part * total + whole - 1).div_euclid(whole)
    }

    /// The largest whole number that is this share of the total or less. The total is below 2^50, as in `least_of`.
    pub(crate) fn most_of(self, total: i64) -> i64 {
        let (part, whole) = self.terms();
        (part * total).div_euclid(whole)
    }

    /// The share as a floating-point number.
    pub fn as_f64(self) -> f64 {
        let (part, whole) = self.terms();
        part as f64 / whole as f64
    }

    /// Reads `1/3`.
    fn fraction(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            let digits = digits.trim();
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()
        };
        let (part, whole) = text.split_once('/')?;
        Some(Self::ratio(number(part)?, number(whole)?)).filter(|share| share.is_valid())
    }
}

/// The greatest common divisor of two numbers of which the second is at least 1.
fn gcd(a: i64, b: i64) -> i64 {
    if a == 0 { b } else { gcd(b % a, a) }
}

impl Default for Share {
    fn default() -> Self {
        Self::NONE
    }
}

impl From<Amount> for Share {
    fn from(amount: Amount) -> Self {
        Self(Written::Decimal(amount))
    }
}

/// Shares are equal where they are as large, however they are written.
impl PartialEq for Share {
    fn eq(&self, other: &Self) -> bool {
        self.terms() == other.terms()
    }
}

impl Eq for Share {}

impl PartialOrd for Share {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Share {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((part, whole), (other_part, other_whole)) = (self.terms(), other.terms());
        (i128::from(part) * i128::from(other_whole)).cmp(&(i128::from(other_part) * i128::from(whole)))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Written::Decimal(amount) => amount.fmt(f),
            Written::Fraction { part, whole } => write!(f, "{part}/{whole}"),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Written::Decimal(amount) => amount.serialize(serializer),
            Written::Fraction { .. } => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Share;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Share::WANTED)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Share, E> {
                self.visit_f64(number as f64)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Share, E> {
                self.visit_f64(number as f64)
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Share, E> {
                let share = Amount::new(number).ok().map(Share::from).filter(|share| share.is_valid());
                share.ok_or_else(|| E::invalid_value(de::Unexpected::Float(number), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Share, E> {
                Share::fraction(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Share {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A part of a whole: a number from 0 to 1 with at most three decimals, or a fraction such as \"1/3\".",
            "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.001 },
                { "type": "string", "pattern": "^\\s*[0-9]+\\s*/\\s*[0-9]+\\s*$" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Share, String> {
        serde_json::from_str(json).map_err(|e| e.to_string())
    }

    #[test]
    fn a_third_of_three_is_exactly_one() {
        assert_eq!((Share::ratio(1, 3).least_of(3), Share::ratio(1, 3).most_of(3)), (1, 1));
        assert_eq!((Share::ratio(1, 3).least_of(4), Share::ratio(1, 3).most_of(4)), (2, 1));
        let thousandths = Share::from(Amount::from_thousandths(333));
        assert_eq!((thousandths.least_of(3), thousandths.most_of(3)), (1, 0));
        assert_eq!((Share::NONE.least_of(9), Share::ALL.most_of(9), Share::ratio(0, 7).least_of(9)), (0, 9, 0));
    }

    #[test]
    fn a_share_is_written_as_it_was_read() {
        for json in ["\"1/3\"", "\"2/6\"", "\"0/5\"", "\"1000/1000\"", "0.25", "0", "1"] {
            let written = serde_json::to_string(&read(json).expect(json)).expect("a share can be written");
            assert_eq!(written, json);
        }
        assert_eq!(read("\" 1 / 3 \""), Ok(Share::ratio(1, 3)));
    }

    #[test]
    fn what_is_no_part_of_a_whole_is_refused() {
        for json in [
            "\"1/0\"",
            "\"0/0\"",
            "\"4/3\"",
            "\"x\"",
            "\"\"",
            "\"/\"",
            "\"1/\"",
            "\"/3\"",
            "\"1/3/5\"",
            "\"-1/3\"",
            "\"+1/3\"",
            "\"1/1001\"",
            "\"1/99999999999999999999\"",
            "\"0.5/1\"",
            "\"0.5\"",
            "\"33%\"",
            "-0.1",
            "1.001",
            "0.3333",
            "null",
            "true",
            "[1, 3]",
            "1e300",
        ] {
            assert!(read(json).is_err_and(|e| e.contains("a fraction such as")), "{json}");
        }
    }

    #[test]
    fn shares_compare_by_size_however_they_are_written() {
        assert_eq!(Share::ratio(2, 6), Share::ratio(1, 3));
        assert!(Share::ratio(1, 3) > Share::from(Amount::from_thousandths(333)));
        assert!(Share::ratio(u32::MAX, 1) > Share::ratio(1, u32::MAX));
        assert!(!Share::ratio(1, 0).is_valid() && !Share::ratio(4, 3).is_valid() && !Share::ratio(1, 1001).is_valid());
    }
}
