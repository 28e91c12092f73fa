//! Amounts: numbers that the arithmetic of a proof can be exact about.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt};

/// A number of at least 0 with at most three decimals: a weight, a merit.
///
/// Kept as a whole number of thousandths, so that what the solver proves and what the audit adds up agree to the
/// last unit.
///
/// ```
/// use slotwise::Amount;
/// assert_eq!(Amount::new(2.5)?.thousandths(), 2500);
/// assert!(Amount::new(-1.0).is_err());
/// assert!(Amount::new(0.0001).is_err());
/// # Ok::<(), slotwise::NotAnAmount>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// A number that no [`Amount`] can hold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("found {found:?}; {} is wanted", self.wanted())]
pub struct NotAnAmount {
    found: f64,
}

impl NotAnAmount {
    /// The text that says what would be right; for a number that is only too large, how to do without it.
    fn wanted(&self) -> &'static str {
        if self.found > Amount::MAX.as_f64() && self.found.is_finite() {
            "a number up to 1000000, with all weights or merits scaled down alike, as only their proportions count,"
        } else {
            "a number from 0 to 1000000 with at most three decimals"
        }
    }
}

impl Amount {
    /// The largest amount: a million.
    pub const MAX: Self = Self(1_000_000_000);
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1000);

    /// A whole number; what is above a million becomes a million.
    pub fn whole(whole: u32) -> Self {
        Self::from_thousandths(i64::from(whole) * 1000)
    }

    /// The amount of that size.
    ///
    /// # Errors
    ///
    /// When the number is negative, above a million, not finite, or has more than three decimals.
    pub fn new(number: f64) -> Result<Self, NotAnAmount> {
        let thousandths = (number * 1000.0).round();
        let exact = (number * 1000.0 - thousandths).abs() <= 1e-6 * thousandths.max(1.0);
        if !number.is_finite() || number < 0.0 || number > Self::MAX.as_f64() || !exact {
            return Err(NotAnAmount { found: number });
        }
        Ok(Self(thousandths as i64))
    }

    /// So many thousandths; what is outside 0 to a million is moved to the nearer end.
    pub fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths.clamp(0, Self::MAX.0))
    }

    /// The amount, counted in thousandths.
    pub fn thousandths(self) -> i64 {
        self.0
    }

    /// The amount as a floating-point number.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_f64().fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number from 0 to 1000000 with at most three decimals")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
                self.visit_f64(number as f64)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
                self.visit_f64(number as f64)
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
                Amount::new(number).map_err(E::custom)
            }
        }
        deserializer.deserialize_f64(Visitor)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "number",
            "description": "A number with at most three decimals.",
            "minimum": 0,
            "maximum": 1_000_000,
            "multipleOf": 0.001
        })
    }
}
