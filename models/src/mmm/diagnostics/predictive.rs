//! Whether the fitted model could have produced the data: fit, predictive p-values, coverage, influence of single periods.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{ChiSquared, Distribution, Gamma, Poisson, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use statrs::function::gamma::ln_gamma;

use super::psis::smooth;
use crate::mmm::interval::quantiles;
use crate::mmm::posterior::Posterior;
use crate::mmm::spec::Likelihood;

/// A summary of the data beside the same summary of data the model would produce.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictiveCheck {
    /// What is compared: `mean`, `spread`, `largest`, `smallest` or `autocorrelation` (of residuals, lag 1).
    pub statistic: String,
    /// Of the data; for residual statistics its mean over draws.
    pub observed: f64,
    /// Share of replicated data sets with a larger value: near 0 or 1 the model cannot produce what was seen.
    pub p: f64,
}

/// How well the model describes the data it was fitted on, and how much hangs on single periods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Predictive {
    /// Share of the outcome's variance (summed over geos) that the mean prediction explains.
    pub r2: f64,
    /// Mean absolute error over mean absolute outcome, geos and periods weighted by outcome.
    pub wmape: f64,
    /// Mean absolute relative error of periods with an outcome, geos summed.
    pub mape: f64,
    /// Share of observations inside their 90% predictive interval.
    pub coverage90: f64,
    /// Predictive checks.
    pub checks: Vec<PredictiveCheck>,
    /// Expected log density of an observation left out, summed; KPI units.
    pub elpd_loo: f64,
    /// Its standard error.
    pub elpd_se: f64,
    /// Pareto k of each observation, `G` of `T`: above 0.7 the fit hangs on it.
    pub pareto_k: Vec<Vec<f64>>,
}

/// Replications behind a predictive p-value, and predictions behind a coverage.
const MOST_DRAWS: usize = 1000;
/// Observations times draws held in memory at once.
const MOST_CELLS: usize = 1_000_000;

/// One draw's view of the data.
struct Replica {
    mean: Vec<f64>,
    density: Vec<f64>,
    drawn: Vec<f64>,
    statistics: [f64; 4],
    /// Lag-1 autocorrelation of residuals: of the data and of the replicate.
    rhos: (f64, f64),
}

/// Checks `posterior` against its own data.
#[must_use]
pub fn predictive(posterior: &Posterior, seed: u64) -> Predictive {
    let design = &posterior.design;
    let periods = design.dims().2;
    let y: Vec<f64> = design.panel.outcome.iter().copied().collect();
    let draws = posterior.thin(MOST_DRAWS.min((MOST_CELLS / y.len()).max(100)));
    let replicas: Vec<Replica> = draws.par_iter().map(|&d| replica(posterior, d, &y, seed)).collect();
    let count = replicas.len() as f64;
    let mean: Vec<f64> = (0..y.len()).map(|i| replicas.iter().map(|r| r.mean[i]).sum::<f64>() / count).collect();

    let observed = statistics(&y, periods);
    let mut checks: Vec<PredictiveCheck> = ["mean", "spread", "largest", "smallest"]
        .iter()
        .enumerate()
        .map(|(i, name)| PredictiveCheck {
            statistic: (*name).to_owned(),
            observed: observed[i],
            p: replicas.iter().filter(|r| r.statistics[i] > observed[i]).count() as f64 / count,
        })
        .collect();
    checks.push(PredictiveCheck {
        statistic: "autocorrelation".into(),
        observed: replicas.iter().map(|r| r.rhos.0).sum::<f64>() / count,
        p: replicas.iter().filter(|r| r.rhos.1 > r.rhos.0).count() as f64 / count,
    });

    let pointwise: Vec<(f64, f64, bool)> = (0..y.len())
        .into_par_iter()
        .map(|i| {
            let density: Vec<f64> = replicas.iter().map(|r| r.density[i]).collect();
            let ratios: Vec<f64> = density.iter().map(|l| -l).collect();
            let smoothed = smooth(&ratios);
            let terms: Vec<f64> = smoothed.log_weights.iter().zip(&density).map(|(w, l)| w + l).collect();
            let mut drawn: Vec<f64> = replicas.iter().map(|r| r.drawn[i]).collect();
            let [low, high] = quantiles(&mut drawn, [0.05, 0.95]);
            (log_sum(terms.iter().copied()), smoothed.k, low <= y[i] && y[i] <= high)
        })
        .collect();
    let elpd: f64 = pointwise.iter().map(|p| p.0).sum();
    let n = y.len() as f64;
    let spread = pointwise.iter().map(|p| (p.0 - elpd / n).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);

    let by_period = |v: &[f64]| -> Vec<f64> { (0..periods).map(|t| v.iter().skip(t).step_by(periods).sum()).collect() };
    let (total, fitted) = (by_period(&y), by_period(&mean));
    let level = total.iter().sum::<f64>() / periods as f64;
    let unexplained: f64 = total.iter().zip(&fitted).map(|(a, b)| (a - b).powi(2)).sum();
    let variance: f64 = total.iter().map(|a| (a - level).powi(2)).sum();
    let relative: Vec<f64> =
        total.iter().zip(&fitted).filter(|(a, _)| **a != 0.0).map(|(a, b)| ((a - b) / a).abs()).collect();
    let off: f64 = y.iter().zip(&mean).map(|(a, b)| (a - b).abs()).sum();
    Predictive {
        r2: 1.0 - unexplained / variance,
        wmape: off / y.iter().map(|v| v.abs()).sum::<f64>(),
        mape: relative.iter().sum::<f64>() / relative.len().max(1) as f64,
        coverage90: pointwise.iter().filter(|p| p.2).count() as f64 / n,
        checks,
        elpd_loo: elpd,
        elpd_se: (n * spread).sqrt(),
        pareto_k: pointwise.chunks_exact(periods).map(|geo| geo.iter().map(|p| p.1).collect()).collect(),
    }
}

/// `ln sum exp x`, without overflow.
pub(crate) fn log_sum(x: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = x.clone().fold(f64::NEG_INFINITY, f64::max);
    top + x.map(|v| (v - top).exp()).sum::<f64>().ln()
}

fn replica(posterior: &Posterior, d: usize, y: &[f64], seed: u64) -> Replica {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x9E37_79B9_7F4A_7C15);
    rng.set_stream(d as u64);
    let (_, _, periods, _) = posterior.design.dims();
    let expanded = posterior.expand(d);
    let mean: Vec<f64> = (expanded.media.sum_axis(ndarray::Axis(0)) + &expanded.baseline).into_iter().collect();
    let noise = OutcomeNoise::of(posterior, d);
    let mut drawn = Vec::with_capacity(y.len());
    let mut density = Vec::with_capacity(y.len());
    for (i, (m, y)) in mean.iter().zip(y).enumerate() {
        drawn.push(noise.draw(i / periods, *m, &mut rng));
        density.push(noise.log_density(i / periods, *m, *y));
    }
    let rhos = (autocorrelation(y, &mean, periods), autocorrelation(&drawn, &mean, periods));
    Replica { statistics: statistics(&drawn, periods), mean, density, drawn, rhos }
}

/// Mean, standard deviation, largest and smallest period total.
fn statistics(y: &[f64], periods: usize) -> [f64; 4] {
    let total: Vec<f64> = (0..periods).map(|t| y.iter().skip(t).step_by(periods).sum()).collect();
    let mean = total.iter().sum::<f64>() / periods as f64;
    let var = total.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / periods as f64;
    let largest = total.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [mean, var.sqrt(), largest, total.iter().copied().fold(f64::INFINITY, f64::min)]
}

/// Lag-1 autocorrelation of `y - mean`, geos pooled.
fn autocorrelation(y: &[f64], mean: &[f64], periods: usize) -> f64 {
    let r: Vec<f64> = y.iter().zip(mean).map(|(a, b)| a - b).collect();
    let (mut over, mut under) = (0.0, 0.0);
    for geo in r.chunks_exact(periods) {
        over += geo.windows(2).map(|w| w[0] * w[1]).sum::<f64>();
        under += geo.iter().map(|v| v * v).sum::<f64>();
    }
    if under > 0.0 { over / under } else { 0.0 }
}

/// The outcome's distribution around a mean in KPI units, for one draw of parameters.
pub(crate) struct OutcomeNoise {
    kind: Likelihood,
    /// Noise scale by geo, KPI units.
    scale: Vec<f64>,
    /// What a log density at a geo holds whatever the outcome; of counts, what does not hold the mean.
    constant: Vec<f64>,
    dispersion: f64,
}

impl OutcomeNoise {
    /// Of draw `d`.
    pub(crate) fn of(posterior: &Posterior, d: usize) -> Self {
        let design = &posterior.design;
        let has_own = !posterior.draws.dispersion.is_empty();
        // ridge fits counts by least squares and has no dispersion: its noise is normal whatever the spec says
        let kind = if has_own { design.spec.spec().likelihood } else { Likelihood::Normal };
        let dispersion = if has_own { posterior.draws.dispersion[d] } else { 0.0 };
        let scale: Vec<f64> =
            (0..design.dims().1).map(|g| posterior.draws.sigma[(d, g)] * design.kpi_scale(g)).collect();
        let shape = match kind {
            Likelihood::Normal => -0.5 * std::f64::consts::TAU.ln(),
            Likelihood::StudentT => {
                let nu = dispersion;
                ln_gamma((nu + 1.0) / 2.0) - ln_gamma(nu / 2.0) - 0.5 * (nu * std::f64::consts::PI).ln()
            }
            Likelihood::NegativeBinomial => -ln_gamma(dispersion),
        };
        let size = |s: &f64| if kind == Likelihood::NegativeBinomial { 0.0 } else { s.ln() };
        let constant = scale.iter().map(|s| shape - size(s)).collect();
        Self { kind, scale, constant, dispersion }
    }

    /// `ln p(y | mean)` at geo `g`.
    pub(crate) fn log_density(&self, g: usize, mean: f64, y: f64) -> f64 {
        let s = self.scale[g];
        match self.kind {
            Likelihood::Normal => self.constant[g] - 0.5 * ((y - mean) / s).powi(2),
            Likelihood::StudentT => {
                let nu = self.dispersion;
                self.constant[g] - (nu + 1.0) / 2.0 * (((y - mean) / s).powi(2) / nu).ln_1p()
            }
            Likelihood::NegativeBinomial => {
                let (m, phi) = (mean.max(1e-9), self.dispersion);
                ln_gamma(y + phi) + self.constant[g] - ln_gamma(y + 1.0)
                    + phi * (phi / (phi + m)).ln()
                    + y * (m / (phi + m)).ln()
            }
        }
    }

    /// One outcome.
    pub(crate) fn draw(&self, g: usize, mean: f64, rng: &mut ChaCha8Rng) -> f64 {
        let normal: f64 = StandardNormal.sample(rng);
        match self.kind {
            Likelihood::Normal => mean + self.scale[g] * normal,
            Likelihood::StudentT => {
                let chi = ChiSquared::new(self.dispersion).map_or(self.dispersion, |c| c.sample(rng));
                mean + self.scale[g] * normal / (chi / self.dispersion).sqrt()
            }
            Likelihood::NegativeBinomial => {
                let m = mean.max(1e-9);
                let rate = Gamma::new(self.dispersion, m / self.dispersion).map_or(m, |g| g.sample(rng));
                Poisson::new(rate.max(1e-12)).map_or(m, |p| p.sample(rng))
            }
        }
    }
}
