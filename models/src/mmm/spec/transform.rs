//! Keys that say how media turns into effect: carry-over, saturation, their order, and the outcome's noise.

use serde::{Deserialize, Serialize};

use crate::mmm::{adstock::Adstock, saturation::Saturation};

/// Distribution of the outcome around its mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Gaussian noise, one scale a geo.
    #[default]
    Normal,
    /// Heavy tails: single outlying weeks pull less.
    StudentT,
    /// Counts of early stages.
    NegativeBinomial,
}

/// Which comes first, carry-over or saturation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// `sat(adstock(x))`: what is carried over saturates together with this week's media.
    #[default]
    AdstockFirst,
    /// `adstock(sat(x))`: each week saturates by itself, its effect is then spread out.
    SaturationFirst,
}

/// What a paid channel is measured by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// Money spent.
    #[default]
    Spend,
    /// Impressions, clicks or sends; money is mapped to exposure at the cost seen in the data.
    Exposure,
}

/// What is assumed about media before the first period of the panel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryIn {
    /// There was none.
    #[default]
    Zero,
    /// It ran at the mean of its first `max_lag` periods.
    Mean,
}

/// `[adstock]`: how long media works.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdstockSpec {
    /// `geometric` (default), `delayed`, `weibull_pdf` or `weibull_cdf`.
    pub kind: Adstock,
    /// Window in periods, this one included; weights over it sum to 1. `1..=104`, default 26 (half a year of weeks).
    pub max_lag: usize,
}

impl Default for AdstockSpec {
    fn default() -> Self {
        Self { kind: Adstock::Geometric, max_lag: 26 }
    }
}

/// Whether the Hill slope is estimated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slope {
    /// Slope 1, as `michaelis_menten`.
    Fixed,
    /// Slope estimated; S-shapes are possible. Two years of weekly data hardly identify a slope (Jin et al. 2017): what they
    /// leave open is then part of every interval, where a fixed slope would have decided it.
    #[default]
    Free,
}

/// `[saturation]`: diminishing returns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SaturationSpec {
    /// `hill` (default), `logistic`, `michaelis_menten`, `tanh` or `none`.
    pub kind: Saturation,
    /// `free` (default) or `fixed` at 1; only `hill` has a slope.
    pub slope: Slope,
}

impl Default for SaturationSpec {
    fn default() -> Self {
        Self { kind: Saturation::Hill, slope: Slope::Free }
    }
}

impl SaturationSpec {
    /// What ridge is given where the spec says nothing: one least-squares fit has no room for a curve that data leave open, and
    /// curves that are steepest at 0 credit a channel with what no week shows.
    pub const RIDGE: SaturationSpec = SaturationSpec { kind: Saturation::Logistic, slope: Slope::Fixed };
}
