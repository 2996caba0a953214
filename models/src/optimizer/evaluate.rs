//! What a plan is expected to return, beside the current one; quick enough for a slider.

use serde::Serialize;

use crate::mmm::interval::Interval;
use crate::response::CurveSet;

/// Outcome of a plan less that of the current one, over draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Gain {
    /// Mean.
    pub mean: f64,
    /// 5% quantile.
    pub p05: f64,
    /// 95% quantile.
    pub p95: f64,
    /// Share of draws in which the plan returns more; one half where both are the same plan.
    pub probability_positive: f64,
}

/// A plan told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Spend of all channels.
    pub spend: f64,
    /// Outcome caused by all channels, in the unit of the curves.
    pub outcome: Interval,
    /// Outcome of each channel, mean.
    pub channels: Vec<f64>,
    /// Outcome of the next unit of spend on each channel, mean.
    pub marginal: Vec<f64>,
    /// Against the current plan.
    pub gain: Gain,
    /// Channels whose spend leaves the rates that were observed.
    pub extrapolated: Vec<String>,
}

/// Evaluates `plan`, spend by channel over the window in the order of `curves`.
///
/// # Panics
/// Never for a plan as long as the curves are many; a shorter one is read as 0 for the rest.
#[must_use]
pub fn evaluate(curves: &CurveSet, plan: &[f64]) -> Evaluation {
    let mut outcome = vec![0.0; curves.draws()];
    let mut gain = vec![0.0; curves.draws()];
    let mut channels = Vec::with_capacity(plan.len());
    let mut marginal = Vec::with_capacity(plan.len());
    let mut extrapolated = Vec::new();
    for (i, curve) in curves.curves.iter().enumerate() {
        let spend = plan.get(i).copied().unwrap_or(0.0).max(0.0);
        curve.add_draws(spend, 1.0, &mut outcome);
        // A channel left as it is adds exactly nothing, so that a small change elsewhere is not drowned by rounding.
        if spend != curve.current {
            curve.add_draws(spend, 1.0, &mut gain);
            curve.add_draws(curve.current, -1.0, &mut gain);
        }
        let (value, slope) = curve.mean_at(spend);
        channels.push(value);
        marginal.push(slope);
        if curve.outside(spend) {
            extrapolated.push(curve.channel.clone());
        }
    }
    Evaluation {
        spend: plan.iter().sum(),
        outcome: Interval::of(&mut outcome),
        channels,
        marginal,
        gain: Gain::of(&mut gain),
        extrapolated,
    }
}

impl Gain {
    fn of(draws: &mut [f64]) -> Self {
        let n = draws.len().max(1) as f64;
        let above = draws.iter().filter(|g| **g > 0.0).count() as f64;
        let same = draws.iter().filter(|g| **g == 0.0).count() as f64;
        let interval = Interval::of(draws);
        Self {
            mean: interval.mean,
            p05: interval.p05,
            p95: interval.p95,
            probability_positive: (above + 0.5 * same) / n,
        }
    }
}
