//! What a number counts, and how it is written.

use crate::number::{self, Scale};
use serde::{Deserialize, Serialize};

/// What a number counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unit {
    /// Major units of a currency.
    Money {
        /// ISO 4217 code.
        currency: String,
    },
    /// Things, named in the plural: `deals`, `MQLs`.
    Count {
        /// The plural noun.
        noun: String,
    },
    /// A ratio, written `1.8x`.
    Ratio,
    /// A share 0..=1, written `12.4%`.
    Share,
    /// A number whose unit is not known (a KPI column of a table).
    Plain,
}

/// The narrowest interval that lets a count be written in ones, never in tenths.
const LEAST_COUNT: f64 = 11.7;

impl Unit {
    /// Money of a currency.
    #[must_use]
    pub fn money(currency: impl Into<String>) -> Unit {
        Unit::Money { currency: currency.into() }
    }

    /// A count of things.
    #[must_use]
    pub fn count(noun: impl Into<String>) -> Unit {
        Unit::Count { noun: noun.into() }
    }

    /// The word after a number: `EUR`, `deals`, or nothing.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Unit::Money { currency } => currency,
            Unit::Count { noun } => noun,
            Unit::Ratio | Unit::Share | Unit::Plain => "",
        }
    }

    /// `1.3 M EUR`, `1,240 deals`, `1.8x`, `12.4%`; `spread` is the width of the 90% interval.
    #[must_use]
    pub fn write(&self, value: f64, spread: Option<f64>) -> String {
        let worded = |number: String| if self.word().is_empty() { number } else { format!("{number} {}", self.word()) };
        match self {
            Unit::Money { .. } | Unit::Plain => worded(number::amount(value, spread)),
            Unit::Count { .. } if spread.is_none() => worded(number::count(value)),
            Unit::Count { .. } => worded(number::amount(value, spread.map(|s| s.max(LEAST_COUNT)))),
            Unit::Ratio => number::ratio(value, spread),
            Unit::Share => number::percent(value, spread),
        }
    }

    /// With its sign: `+1.3 M EUR`, `−20 k EUR`.
    #[must_use]
    pub fn signed(&self, value: f64, spread: Option<f64>) -> String {
        let text = self.write(value, spread);
        if value > 0.0 { format!("+{text}") } else { text }
    }

    /// `1.1 to 1.6 M EUR`: both ends in one scale, with the digits that the width supports.
    #[must_use]
    pub fn range(&self, low: f64, high: f64) -> String {
        let spread = Some((high - low).abs());
        match self {
            Unit::Share => {
                let (low, high) = (number::percent(low, spread), number::percent(high, spread));
                format!("{} to {high}", low.trim_end_matches('%'))
            }
            Unit::Ratio => format!("{} to {}", number::plain_ratio(low, spread), number::ratio(high, spread)),
            _ => {
                let scale = Scale::of(low.abs().max(high.abs()));
                let floor =
                    if matches!(self, Unit::Count { .. }) { spread.map(|s| s.max(LEAST_COUNT)) } else { spread };
                let end = number::scaled(high, scale, floor);
                let word = if self.word().is_empty() { String::new() } else { format!(" {}", self.word()) };
                format!("{} to {end}{word}", number::unlettered(low, scale, floor))
            }
        }
    }

    /// The scale and caption of an axis up to `largest`: `M EUR`, `k deals`, `%`.
    #[must_use]
    pub fn axis(&self, largest: f64) -> (Scale, String) {
        match self {
            Unit::Share => (Scale { divisor: 0.01, letter: "%" }, String::new()),
            Unit::Ratio => (Scale { divisor: 1.0, letter: "x" }, String::new()),
            _ => {
                let scale = Scale::of(largest);
                (scale, format!("{} {}", scale.letter, self.word()).trim().to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_share_scale_and_digits() {
        assert_eq!(Unit::money("EUR").range(1_100_000.0, 1_640_000.0), "1.1 to 1.6 M EUR");
        assert_eq!(Unit::money("EUR").range(-120_000.0, 640_000.0), "−120 to 640 k EUR");
        assert_eq!(Unit::Share.range(0.082, 0.284), "8 to 28%");
        assert_eq!(Unit::Ratio.range(1.4, 3.0), "1.4 to 3.0x");
        assert_eq!(Unit::count("deals").range(12.0, 15.0), "12 to 15 deals");
    }

    #[test]
    fn a_value_carries_its_word_once() {
        assert_eq!(Unit::money("EUR").write(1_300_000.0, None), "1.3 M EUR");
        assert_eq!(Unit::count("deals").write(1_240.0, None), "1,240 deals");
        assert_eq!(Unit::money("EUR").signed(-20_000.0, None), "−20 k EUR");
        assert_eq!(Unit::Plain.write(12.0, None), "12.0");
    }
}
