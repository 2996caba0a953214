//! What a refit is asked for: each channel's total, and how well it predicts each observation.

use ndarray::Axis;
use rayon::prelude::*;

use super::regress::Coefficient;
use crate::mmm::diagnostics::OutcomeNoise;
use crate::mmm::interval::Interval;
use crate::mmm::posterior::Posterior;

/// Most draws read, and most observations times draws held at once. Densities of fewer draws move by more than the 2 that
/// an assumption must be better by.
const DRAWS: usize = 1000;
const CELLS: usize = 2_000_000;

/// Of one fit.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Total contribution by channel, KPI units.
    pub contributions: Vec<Interval>,
    /// The draws of these totals, each channel's sorted.
    pub totals: Vec<Vec<f64>>,
    /// Expected log density of each observation left out, by WAIC (Watanabe 2010).
    pub pointwise: Vec<f64>,
}

impl Told {
    /// Reads `posterior`.
    pub(super) fn of(posterior: &Posterior) -> Told {
        let panel = &posterior.design.panel.outcome;
        let (geos, periods) = panel.dim();
        let read: Vec<(Vec<f64>, Vec<f64>)> = posterior
            .thin((CELLS / (geos * periods).max(1)).clamp(120, DRAWS))
            .par_iter()
            .map(|&d| {
                let told = posterior.expand(d);
                let totals = told.media.outer_iter().map(|plane| plane.sum()).collect();
                let mean = told.media.sum_axis(Axis(0)) + &told.baseline;
                let noise = OutcomeNoise::of(posterior, d);
                let density = (0..geos * periods)
                    .map(|i| (i / periods, i % periods))
                    .map(|at| noise.log_density(at.0, mean[at], panel[at]))
                    .collect();
                (totals, density)
            })
            .collect();
        let n = read.len() as f64;
        let pointwise = (0..geos * periods)
            .map(|i| {
                let at = read.iter().map(|r| r.1[i]);
                let top = at.clone().fold(f64::NEG_INFINITY, f64::max);
                let mean = at.clone().sum::<f64>() / n;
                let spread = at.clone().map(|l| (l - mean).powi(2)).sum::<f64>() / n;
                top + (at.map(|l| (l - top).exp()).sum::<f64>() / n).ln() - spread
            })
            .collect();
        let channels = posterior.design.channels().len();
        let contributions = (0..channels).map(|c| Interval::from_draws(read.iter().map(|r| r.0[c]))).collect();
        let totals = (0..channels)
            .map(|c| {
                let mut own: Vec<f64> = read.iter().map(|r| r.0[c]).collect();
                own.sort_unstable_by(f64::total_cmp);
                own
            })
            .collect();
        Told { contributions, totals, pointwise }
    }

    /// How much better than `own` it predicts.
    pub(super) fn better_than(&self, own: &Told) -> Coefficient {
        let off: Vec<f64> = self.pointwise.iter().zip(&own.pointwise).map(|(a, b)| a - b).collect();
        let n = off.len() as f64;
        let (_, sd) = crate::mmm::scales::mean_sd(off.iter().copied());
        Coefficient { value: off.iter().sum(), se: sd * n.sqrt() }
    }
}
