//! What a plan is asked for: budget, bounds, locks.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// Money to distribute over the run's period.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Budget {
    /// As much as was spent.
    #[default]
    Current,
    /// An amount in the currency, above 0.
    Amount(f64),
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("current") {
            return Ok(Budget::Current);
        }
        match text.parse::<f64>() {
            Ok(amount) if amount.is_finite() && amount > 0.0 => Ok(Budget::Amount(amount)),
            _ => Err(format!("`{text}` is not a budget; write an amount above 0, for example 250000, or `current`")),
        }
    }
}

impl Serialize for Budget {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Budget::Current => s.serialize_str("current"),
            Budget::Amount(amount) => s.serialize_f64(*amount),
        }
    }
}

impl<'de> Deserialize<'de> for Budget {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(f64),
            Text(String),
        }
        let text = match Either::deserialize(d)? {
            Either::Number(amount) => amount.to_string(),
            Either::Text(text) => text,
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Least and most spend of a channel, as multiples of its current spend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// At least this share of the current spend, `>= 0`.
    pub low: f64,
    /// At most this share, `>= low`.
    pub high: f64,
}

impl Default for Bound {
    fn default() -> Self {
        Bound { low: 0.5, high: 1.5 }
    }
}

impl FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || format!("`{text}` are no bounds; write LO..HI as multiples of current spend, for example 0.5..1.5");
        let (low, high) = text.split_once("..").ok_or_else(wrong)?;
        let parse = |t: &str| t.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0).ok_or_else(wrong);
        let bound = Bound { low: parse(low)?, high: parse(high)? };
        if bound.low <= bound.high { Ok(bound) } else { Err(wrong()) }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.low, self.high)
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A plan to be found, or (with `spend`) to be judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlanRequest {
    /// A run's id; the promoted run, or the newest, unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The promoted or newest run of this outcome, where `run` is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kpi: Option<String>,
    /// Money to distribute: an amount, or `"current"`.
    #[schema(value_type = String, example = "current")]
    pub budget: Budget,
    /// Bounds of every channel.
    #[schema(value_type = String, example = "0.5..1.5")]
    pub bounds: Bound,
    /// Other bounds for single channels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub channels: BTreeMap<String, Bound>,
    /// Channels that stay as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lock: Vec<String>,
    /// Spend by channel over the period, in the currency: the plan to judge. Channels left out stay as they are.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spend: BTreeMap<String, f64>,
    /// Searches for a plan even where the fit's health is FAIL; today's mix is kept there otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub anyway: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_and_bounds_are_read_as_written_and_nonsense_is_not() {
        assert_eq!("current".parse(), Ok(Budget::Current));
        assert_eq!("250000".parse(), Ok(Budget::Amount(250_000.0)));
        assert_eq!("0.5..1.5".parse(), Ok(Bound { low: 0.5, high: 1.5 }));
        for wrong in ["0", "-5", "NaN", "inf", "lots"] {
            assert!(wrong.parse::<Budget>().is_err(), "{wrong}");
        }
        for wrong in ["1.5..0.5", "0.5", "-1..1", "a..b", "0..inf"] {
            assert!(wrong.parse::<Bound>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_request_comes_back_from_json_as_it_went() {
        let request: PlanRequest =
            serde_json::from_str(r#"{"budget": 5000, "bounds": "0..2", "channels": {"tv": "0.8..1.2"}}"#)
                .expect("reads");
        assert_eq!(request.budget, Budget::Amount(5000.0));
        let again =
            serde_json::to_string(&request).and_then(|t| serde_json::from_str::<PlanRequest>(&t)).expect("again");
        assert_eq!(again, request);
        assert!(serde_json::from_str::<PlanRequest>(r#"{"budgets": 1}"#).is_err());
    }
}
