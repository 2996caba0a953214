//! How much of a number is prior: the channel's effect before and after the data.

use serde::{Deserialize, Serialize};

use crate::mmm::interval::quantile;
use crate::mmm::prior::Prior;
use crate::mmm::sample::Sampled;
use crate::mmm::spec::PriorTarget;

/// A channel's effect, on the term its prior was put on, before and after the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorShift {
    /// Channel.
    pub channel: String,
    /// The term: ROI (revenue per unit of spend), mROI, share or coefficient.
    pub on: PriorTarget,
    /// 5%, 50% and 95% of the prior.
    pub prior: [f64; 3],
    /// The same of the posterior.
    pub posterior: [f64; 3],
    /// How far the middle moved, in prior standard deviations (on the log scale where the effect cannot be negative).
    pub shift: f64,
    /// Posterior variance over prior variance on that scale, at most 1: the part of the answer that is prior.
    pub prior_weight: f64,
}

/// Of every channel of a sampled fit.
#[must_use]
pub fn prior_shifts(sampled: &Sampled) -> Vec<PriorShift> {
    let channels = sampled.posterior.design.channels();
    sampled
        .effects
        .iter()
        .cloned()
        .enumerate()
        .map(|(c, mut draws)| {
            let prior: &Prior = &sampled.problem.channels[c].effect;
            let scale = prior.support();
            let before: Vec<f64> = (1..400).map(|i| scale.unconstrain(prior.quantile(f64::from(i) / 400.0))).collect();
            let after: Vec<f64> = draws.iter().map(|q| scale.unconstrain(*q)).collect();
            let ((m0, v0), (m1, v1)) = (moments(&before), moments(&after));
            draws.sort_unstable_by(f64::total_cmp);
            let at = |p: f64| quantile(&draws, p);
            PriorShift {
                channel: channels[c].name.clone(),
                on: channels[c].effect.on,
                prior: [0.05, 0.5, 0.95].map(|p| prior.quantile(p)),
                posterior: [at(0.05), at(0.5), at(0.95)],
                shift: (m1 - m0) / v0.sqrt(),
                prior_weight: (v1 / v0).min(1.0),
            }
        })
        .collect()
}

fn moments(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let m = x.iter().sum::<f64>() / n;
    (m, x.iter().map(|v| (v - m).powi(2)).sum::<f64>() / n)
}
