//! Keys of the baseline: trend, season, knots and events.

use serde::{Deserialize, Serialize};

use super::event::EventSpec;

/// Long-run movement of the baseline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// A straight line over the panel.
    #[default]
    Linear,
    /// A constant level.
    None,
}

/// `[baseline]`: what would have happened without media.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaselineSpec {
    /// `linear` (default) or `none`.
    pub trend: Trend,
    /// Pairs of yearly sine and cosine terms, `0..=26`, default 2. Needs a panel of half a year or more when above 0.
    pub fourier: usize,
    /// Inner knots of a piecewise-linear baseline, evenly spaced, `0..=T-2`, default 0. Slope changes are shrunk, not free.
    pub knots: usize,
    /// How far the slope may change at one knot before it is unlikely, in scaled outcome (robust standard deviations) per
    /// stretch between two knots, `> 0`, default 0.5. Smaller is smoother.
    pub knot_sd: f64,
    /// Holidays and one-off events as dates.
    #[serde(rename = "event", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventSpec>,
}

impl Default for BaselineSpec {
    fn default() -> Self {
        Self { trend: Trend::Linear, fourier: 2, knots: 0, knot_sd: 0.5, events: Vec::new() }
    }
}
