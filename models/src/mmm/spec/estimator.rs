//! Settings of the two estimators, and of the hierarchy over geos.

use serde::{Deserialize, Serialize};

/// `[geo]`: how geos share what they have in common. Read only where the panel has two geos or more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeoSpec {
    /// Whether media effects may differ by geo around a common mean. Default true. Ridge fits the common effect per
    /// head and says so.
    pub hierarchy: bool,
    /// Prior scale of a geo's deviation in log effect, `> 0`, default 0.3.
    pub effect_sd: f64,
    /// Prior scale of a geo's deviation in control coefficients, scaled outcome, `>= 0`; 0 shares them. Default 0.
    pub control_sd: f64,
}

impl Default for GeoSpec {
    fn default() -> Self {
        Self { hierarchy: true, effect_sd: 0.3, control_sd: 0.0 }
    }
}

/// `[sampler]`: NUTS.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SamplerSpec {
    /// Chains, `1..=64`, default 4. R-hat needs two or more.
    pub chains: usize,
    /// Tuning draws a chain, thrown away, `50..=100000`, default 500.
    pub tune: usize,
    /// Kept draws a chain, `50..=100000`, default 1000.
    pub draws: usize,
    /// Acceptance rate that the step size is tuned for, `0.5..0.999`, default 0.9: where slopes are free, 0.8 leaves a few
    /// trajectories of a fit diverging, and as much is learned a second. Draws of models with effects by geo let 2.5 times as
    /// many be rejected, down to 0.65 accepted.
    pub target_accept: f64,
    /// Deepest trajectory, `2^max_depth` steps, `4..=15`, default 10.
    pub max_depth: u64,
}

impl Default for SamplerSpec {
    fn default() -> Self {
        Self { chains: 4, tune: 500, draws: 1000, target_accept: 0.9, max_depth: 10 }
    }
}

/// `[verdict]`: what a posterior's verdict on each channel rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VerdictSpec {
    /// Whether the model is fitted again under other assumptions, on simulated worlds and without the last quarter.
    /// Default true; about half the time of a fit. False: no channel is called decidable and no holdout error is told.
    pub refits: bool,
}

impl Default for VerdictSpec {
    fn default() -> Self {
        Self { refits: true }
    }
}

/// `[ridge]`: penalised least squares with a search over shapes and block-bootstrap draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RidgeSpec {
    /// Rounds of the search: random starting points, each followed by a local search, `1..=256`, default 8.
    pub starts: usize,
    /// Shapes a channel is tried with, `4..=400`, default 40. Fewer where many channels would make too many columns.
    pub shapes: usize,
    /// Contiguous blocks that cross-validation leaves out in turn, `2..=20`, default 5.
    pub folds: usize,
    /// Bootstrap draws, `50..=20000`, default 400.
    pub draws: usize,
    /// Length of bootstrap blocks in periods, `1..=T/2`, default 8.
    pub block: usize,
    /// Last periods held out to report the error of prediction, `0..=T/3`, default 13. Too short a panel gives less.
    pub holdout: usize,
}

impl Default for RidgeSpec {
    fn default() -> Self {
        Self { starts: 8, shapes: 40, folds: 5, draws: 400, block: 8, holdout: 13 }
    }
}
