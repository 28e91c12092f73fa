//! Amounts: numbers that the arithmetic of a proof can be exact about.

use crate::text::quoted;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};

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
/// assert_eq!("2.5".parse::<Amount>()?, Amount::try_from(2.5)?);
/// assert_eq!(Amount::from(2), Amount::whole(2));
/// # Ok::<(), slotwise::NotAnAmount>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// A number that no [`Amount`] can hold, or a text that is not a number.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("found {found}; {} is wanted", self.wanted())]
pub struct NotAnAmount {
    found: Found,
}

/// What was found in place of an amount.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    Number(f64),
    Text(String),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Not `Display`, which writes 1e300 with three hundred zeros.
            Self::Number(number) => write!(f, "{number:?}"),
            Self::Text(text) => f.write_str(&quoted(text)),
        }
    }
}

impl NotAnAmount {
    /// The text that says what would be right; for a number that is only too large, how to do without it.
    fn wanted(&self) -> &'static str {
        let number = match &self.found {
            Found::Number(number) => *number,
            Found::Text(text) => text.parse().unwrap_or(f64::NAN),
        };
        if number > Amount::MAX.as_f64() && number.is_finite() {
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
            return Err(NotAnAmount { found: Found::Number(number) });
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

impl From<u32> for Amount {
    /// A whole number; what is above a million becomes a million, as [`Amount::whole`] has it.
    fn from(whole: u32) -> Self {
        Self::whole(whole)
    }
}

impl TryFrom<f64> for Amount {
    type Error = NotAnAmount;

    /// The amount of that size, as [`Amount::new`] has it.
    fn try_from(number: f64) -> Result<Self, NotAnAmount> {
        Self::new(number)
    }
}

impl FromStr for Amount {
    type Err = NotAnAmount;

    /// Reads digits and at most three decimals: `12`, `2.5`. The text is read exactly, without a detour over binary
    /// fractions; signs, exponents and spaces are refused.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let thousandths = || {
            let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
            let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            // Zeros at the end say nothing.
            let decimals = Some(decimals).filter(|decimals| is_number(decimals))?.trim_end_matches('0');
            if !is_number(whole) || decimals.len() > 3 {
                return None;
            }
            let thousandths = format!("{whole}{decimals:0<3}").parse().ok()?;
            Some(Self(thousandths)).filter(|amount| *amount <= Self::MAX)
        };
        thousandths().ok_or_else(|| NotAnAmount { found: Found::Text(text.to_owned()) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_exactly_to_the_thousandth() {
        for (text, thousandths) in
            [("0", 0), ("12", 12_000), ("2.5", 2500), ("0.001", 1), ("007.1000", 7100), ("1000000", 1_000_000_000)]
        {
            assert_eq!(text.parse(), Ok(Amount(thousandths)), "{text}");
        }
        for amount in [Amount::ZERO, Amount(1), Amount(999_999_999), Amount::MAX] {
            assert_eq!(amount.to_string().parse(), Ok(amount));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_and_told() {
        for text in
            ["", ".", ".5", "5.", "-1", "+1", "1e3", " 1", "1,5", "0.0001", "1000000.001", "NaN", "inf", "1.2.3"]
        {
            assert!(text.parse::<Amount>().is_err(), "{text:?}");
        }
        let told = |text: &str| text.parse::<Amount>().map_err(|error| error.to_string());
        assert_eq!(
            told("1,5"),
            Err("found \"1,5\"; a number from 0 to 1000000 with at most three decimals is wanted".to_owned())
        );
        let too_large = told(&"9".repeat(400)).expect_err("far too large");
        assert!(too_large.chars().count() < 300, "{too_large}");
        assert!(told("2000000").is_err_and(|said| said.contains("scaled down alike")));
    }
}
