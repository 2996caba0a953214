//! Keys of levers: columns such as price or promotion that the company sets and that act on the outcome without being media.

use serde::{Deserialize, Serialize};

use crate::mmm::prior::Prior;

/// Which way a lever may act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Either way.
    #[default]
    Free,
    /// More of it never lowers the outcome (a promotion).
    Positive,
    /// More of it never raises the outcome (a price).
    Negative,
}

impl Sign {
    /// What a coefficient's size is multiplied by.
    #[must_use]
    pub fn factor(self) -> f64 {
        if self == Sign::Negative { -1.0 } else { 1.0 }
    }
}

/// `[[lever]]`: a control of the panel with a prior of its own, answered as "what a change of it does".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeverSpec {
    /// Name of a control of the panel; it need not be listed in `controls`.
    pub name: String,
    /// `free` (default), `positive` or `negative`.
    #[serde(default)]
    pub sign: Sign,
    /// Prior of the size of its effect: scaled outcome per standard deviation of the column. With `positive` and
    /// `negative` its support must lie above 0. Default normal(0, 1), or half-normal(1) where the sign is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<Prior>,
}

impl LeverSpec {
    /// The prior in effect, of the coefficient before its sign.
    #[must_use]
    pub fn effective(&self) -> Prior {
        self.prior.unwrap_or(match self.sign {
            Sign::Free => Prior::Normal { mean: 0.0, sd: 1.0 },
            _ => Prior::HalfNormal { sd: 1.0 },
        })
    }
}
