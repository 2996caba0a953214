//! Distributions kept with a run for its charts: by channel what was assumed and what was learned, and the draws of ROI.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tandem_models::mmm::interval::quantile;
use tandem_models::mmm::posterior::Posterior;
use tandem_models::mmm::prior::Prior;

/// One channel's distributions, each as [`POINTS`] evenly spaced quantiles, ascending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelShape {
    /// Name.
    pub channel: String,
    /// What its prior is on: `roi` (revenue per unit of spend), `mroi`, `share` or `coefficient`; empty for ridge.
    pub on: String,
    /// Of that quantity before the data; empty for ridge.
    pub prior: Vec<f64>,
    /// Of that quantity after the data; empty for ridge.
    pub posterior: Vec<f64>,
    /// Of ROI; empty where none is defined.
    pub roi: Vec<f64>,
}

/// Quantiles kept of each distribution.
pub const POINTS: usize = 201;
/// Of every channel; `effects` are draws of what each channel's prior is on, none for ridge, and `roi` those of ROI by
/// channel, none where it is not defined.
#[must_use]
pub fn shapes(posterior: &Posterior, effects: &[Vec<f64>], roi: Vec<Vec<f64>>) -> Vec<ChannelShape> {
    let design = &posterior.design;
    let one = |((c, channel), roi): ((usize, &tandem_models::mmm::spec::CheckedChannel), Vec<f64>)| {
        let effect = effects.get(c);
        let on = serde_json::to_value(channel.effect.on).ok().and_then(|v| v.as_str().map(str::to_owned));
        ChannelShape {
            channel: channel.name.clone(),
            on: effect.and(on).unwrap_or_default(),
            prior: effect.map_or_else(Vec::new, |_| of_prior(&channel.effect.dist)),
            posterior: effect.map_or_else(Vec::new, |draws| quantiles(draws.clone())),
            roi: quantiles(roi),
        }
    };
    let channels: Vec<_> = design.channels().iter().enumerate().zip(roi).collect();
    channels.into_par_iter().map(one).collect()
}

fn of_prior(prior: &Prior) -> Vec<f64> {
    (0..POINTS).map(|i| prior.quantile((i as f64 + 0.5) / POINTS as f64)).collect()
}

fn quantiles(mut draws: Vec<f64>) -> Vec<f64> {
    draws.sort_by(f64::total_cmp);
    if draws.is_empty() {
        return draws;
    }
    (0..POINTS).map(|i| quantile(&draws, (i as f64 + 0.5) / POINTS as f64)).collect()
}
