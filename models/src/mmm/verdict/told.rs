//! What a refit is asked for: each channel's total, and how well it predicts each observation.

use ndarray::Axis;
use rayon::prelude::*;

use super::regress::Coefficient;
use crate::mmm::answers::MOST_DRAWS;
use crate::mmm::diagnostics::{OutcomeNoise, log_sum};
use crate::mmm::interval::Interval;
use crate::mmm::posterior::Posterior;

/// Most draws whose predictions are read, and most observations times draws held at once. Densities of fewer draws move by
/// more than the 2 that an assumption must be better by.
const DRAWS: usize = 1000;
const CELLS: usize = 2_000_000;

/// Of one fit.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Total contribution by channel, KPI units; of the fit's own draws the same as its answers tell.
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
        let totals_by_draw: Vec<Vec<f64>> = posterior
            .thin(MOST_DRAWS)
            .par_iter()
            .map(|&d| posterior.media(d).outer_iter().map(|plane| plane.sum()).collect())
            .collect();
        let densities: Vec<Vec<f64>> = posterior
            .thin((CELLS / (geos * periods).max(1)).clamp(120, DRAWS))
            .par_iter()
            .map(|&d| {
                let told = posterior.expand(d);
                let mean = told.media.sum_axis(Axis(0)) + &told.baseline;
                let noise = OutcomeNoise::of(posterior, d);
                (0..geos * periods)
                    .map(|i| (i / periods, i % periods))
                    .map(|at| noise.log_density(at.0, mean[at], panel[at]))
                    .collect()
            })
            .collect();
        let n = densities.len() as f64;
        let pointwise = (0..geos * periods)
            .map(|i| {
                let at = densities.iter().map(|d| d[i]);
                let mean = at.clone().sum::<f64>() / n;
                let spread = at.clone().map(|l| (l - mean).powi(2)).sum::<f64>() / n;
                log_sum(at) - n.ln() - spread
            })
            .collect();
        let channels = posterior.design.channels().len();
        let by_channel = |c: usize| totals_by_draw.iter().map(move |t| t[c]);
        let contributions = (0..channels).map(|c| Interval::from_draws(by_channel(c))).collect();
        let totals = (0..channels)
            .map(|c| {
                let mut own: Vec<f64> = by_channel(c).collect();
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::mmm::answers::answers;
    use crate::mmm::incremental::Window;
    use crate::mmm::sample::testbed::{design, panel};
    use crate::mmm::sample::{Cancel, Settled, fit_settled};

    #[test]
    fn a_verdict_tells_the_contributions_that_the_answers_tell() {
        // more draws than either reads
        let settled = Settled { chains: 2, tune: 100, draws: 1200, target_accept: 0.8, max_depth: 8, threads: 2 };
        let design = Arc::new(design(&panel(2, 40, 2, 3), ""));
        let fit = fit_settled(design, settled, 1, &|_| {}, &Cancel::new()).expect("a fit").posterior;
        let answers = answers(&fit, Window::all(&fit));
        for (told, answer) in Told::of(&fit).contributions.iter().zip(&answers.channels) {
            for (a, b) in [
                (told.mean, answer.contribution.mean),
                (told.p05, answer.contribution.p05),
                (told.p95, answer.contribution.p95),
            ] {
                assert!((a - b).abs() < 1e-9 * b.abs(), "{a} {b}");
            }
        }
    }
}
