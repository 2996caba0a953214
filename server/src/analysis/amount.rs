//! Money in answers: a JSON number with at most two decimals, exact because it is written from minor units.

use serde::{Serialize, Serializer};
use tandem_models::domain::money::Cents;
use utoipa::ToSchema;

/// An amount of the answer's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64, example = 1234.56, multiple_of = 0.01)]
pub struct Amount(pub i64);

impl Amount {
    /// Minor units.
    #[must_use]
    pub fn cents(self) -> Cents {
        Cents(self.0)
    }

    /// Major units, for drawing.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        Cents(self.0).to_f64()
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        // The quotient is the double nearest to the decimal, and the shortest text of that double is the decimal itself
        // up to 2^53 minor units, 90 trillion.
        s.serialize_f64(self.0 as f64 / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_written_as_their_decimals() {
        for (minor, text) in
            [(123_456, "1234.56"), (-1, "-0.01"), (10, "0.1"), (900_719_925_474_099, "9007199254740.99")]
        {
            assert_eq!(serde_json::to_string(&Amount(minor)).ok().as_deref(), Some(text));
        }
    }
}
