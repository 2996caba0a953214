//! Error on periods that the model has not seen: exact refits from a rolling origin, one to several periods ahead.

use std::sync::Arc;

use ndarray::{Array2, s};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::diagnostics::{OutcomeNoise, log_sum};
use super::interval::quantile;
use super::posterior::Posterior;
use super::sample::{Cancel, Progress, SampleError, Sampled, Settled, fit_settled, refit};
use super::scales::Scales;
use super::spec::{CheckedSpec, Spec};
use crate::domain::panel::Panel;

/// One period forecast from data that end `ahead` periods before it; geos summed unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Period of the panel.
    pub period: usize,
    /// How many periods after the last one seen, from 1.
    pub ahead: usize,
    /// Outcome, KPI units.
    pub actual: f64,
    /// Mean forecast.
    pub mean: f64,
    /// 5% and 95% of the forecast.
    pub interval: (f64, f64),
    /// Log density of the outcome under the forecast, summed over geos; KPI units.
    pub log_density: f64,
    /// Continuous ranked probability score, KPI units.
    pub crps: f64,
}

/// Forecasts and their errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollingOrigin {
    /// All forecasts, by origin and then by period.
    pub forecasts: Vec<Forecast>,
    /// Sum of log densities.
    pub elpd: f64,
    /// Mean CRPS.
    pub crps: f64,
    /// Sum of absolute errors over sum of absolute outcomes.
    pub wmape: f64,
    /// Mean absolute relative error.
    pub mape: f64,
    /// Share of outcomes inside their 90% interval.
    pub coverage90: f64,
}

impl RollingOrigin {
    /// Whether most of what came lies outside the 90% intervals: something moves the outcome that the model does not know.
    #[must_use]
    pub fn misses(&self) -> bool {
        self.coverage90 < 0.5
    }
}

/// Fits the first `n` periods for each `n` of `origins` and forecasts the next `horizon` from their media and controls.
///
/// Scales come from the periods fitted. A control that does not vary up to the forecast's end is left out; one that does not
/// vary before the origin (an event to come) keeps its prior.
///
/// # Errors
/// As [`super::sample::fit`]; [`SampleError::Spec`] where the spec does not fit a shortened panel.
pub fn rolling_origin(
    panel: &Panel,
    spec: &Spec,
    origins: &[usize],
    horizon: usize,
    settled: Settled,
    seed: u64,
    cancel: &Cancel,
) -> Result<RollingOrigin, SampleError> {
    let mut forecasts = Vec::new();
    for &n in origins {
        let end = (n + horizon).min(panel.n_periods());
        let shortened = first_periods(panel, end);
        let checked = checked(&shortened, spec)?;
        let whole = Design::new(&shortened, &checked, Some(&scales(&shortened, &checked, n)));
        let seen = Arc::new(first_periods_of(&whole, n));
        let sampled = fit_settled(seen, settled, seed, &|_| {}, cancel)?;
        let posterior = Posterior { design: Arc::new(whole), draws: sampled.posterior.draws };
        forecasts.extend((n..end).map(|t| forecast(&posterior, t, n, seed)));
    }
    Ok(summed(forecasts))
}

/// Fits all but the last `n` periods, starting from what `known` says, and forecasts these from their media and controls.
///
/// # Errors
/// As [`super::sample::fit`].
pub fn last_periods(
    known: &Sampled,
    n: usize,
    settled: Settled,
    seed: u64,
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<RollingOrigin, SampleError> {
    let design = &known.posterior.design;
    let periods = design.dims().2;
    let first = periods - n;
    let seen = Arc::new(first_periods_of(design, first));
    let sampled = refit(known, seen, settled, seed, progress, cancel)?;
    let posterior = Posterior { design: design.clone(), draws: sampled.posterior.draws };
    Ok(summed((first..periods).map(|t| forecast(&posterior, t, first, seed)).collect()))
}

fn summed(forecasts: Vec<Forecast>) -> RollingOrigin {
    let n = forecasts.len().max(1) as f64;
    let sum = |f: &dyn Fn(&Forecast) -> f64| forecasts.iter().map(f).sum::<f64>();
    RollingOrigin {
        elpd: sum(&|f| f.log_density),
        crps: sum(&|f| f.crps) / n,
        wmape: sum(&|f| (f.actual - f.mean).abs()) / sum(&|f| f.actual.abs()),
        mape: sum(&|f| if f.actual == 0.0 { 0.0 } else { ((f.actual - f.mean) / f.actual).abs() }) / n,
        coverage90: sum(&|f| f64::from(u8::from(f.interval.0 <= f.actual && f.actual <= f.interval.1))) / n,
        forecasts,
    }
}

fn forecast(posterior: &Posterior, t: usize, origin: usize, seed: u64) -> Forecast {
    let design = &posterior.design;
    let geos = design.dims().1;
    let actual: Vec<f64> = design.panel.outcome.column(t).to_vec();
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5851_F42D_4C95_7F2D);
    rng.set_stream(t as u64);
    let (mut densities, mut totals, mut means) = (Vec::new(), Vec::new(), Vec::new());
    for d in 0..posterior.len() {
        let mean = posterior.mean_at(d, t);
        let noise = OutcomeNoise::of(posterior, d);
        densities.push((0..geos).map(|g| noise.log_density(g, mean[g], actual[g])).sum::<f64>());
        totals.push((0..geos).map(|g| noise.draw(g, mean[g], &mut rng)).sum::<f64>());
        means.push(mean.iter().sum::<f64>());
    }
    let count = means.len() as f64;
    let log_density = log_sum(densities.iter().copied()) - count.ln();
    totals.sort_unstable_by(f64::total_cmp);
    let total: f64 = actual.iter().sum();
    Forecast {
        period: t,
        ahead: t + 1 - origin,
        actual: total,
        mean: means.iter().sum::<f64>() / count,
        interval: (quantile(&totals, 0.05), quantile(&totals, 0.95)),
        log_density,
        crps: crps(&totals, total),
    }
}

/// CRPS of ascending draws: mean |x - y| - mean |x - x'| / 2.
fn crps(sorted: &[f64], y: f64) -> f64 {
    let n = sorted.len() as f64;
    let off = sorted.iter().map(|x| (x - y).abs()).sum::<f64>() / n;
    // sum over pairs of |x_i - x_j| from the order statistics
    let spread: f64 =
        sorted.iter().enumerate().map(|(i, x)| (2.0 * i as f64 + 1.0 - n) * x).sum::<f64>() * 2.0 / (n * n);
    off - spread / 2.0
}

impl Posterior {
    /// Mean outcome of draw `d` in period `t` by geo, KPI units.
    #[must_use]
    pub fn mean_at(&self, d: usize, t: usize) -> Vec<f64> {
        let design = &self.design;
        let (channels, geos, _, k) = design.dims();
        let weights: Vec<Vec<f64>> = (0..channels).map(|c| self.weights(d, c)).collect();
        let mut h = vec![0.0; t + 1];
        (0..geos)
            .map(|g| {
                let mut mu = self.draws.intercept[(d, g)];
                for j in 0..k {
                    mu += self.coefficient(d, g, j) * design.z[(j, g, t)];
                }
                for (c, weights) in weights.iter().enumerate() {
                    let from = (t + 1).saturating_sub(weights.len());
                    // only the window reaches t; earlier media enter through `before` where the window does
                    let before = if from == 0 { design.before[(c, g)] } else { 0.0 };
                    let x: Vec<f64> = design.media.slice(s![c, g, from..=t]).to_vec();
                    let out = &mut h[..x.len()];
                    self.transform(d, c, weights, &x, before, out);
                    mu += self.effect(d, c, g, t) * out[x.len() - 1];
                }
                design.scales.geo_size[g] * design.scales.outcome_center + design.kpi_scale(g) * mu
            })
            .collect()
    }
}

/// The first `n` periods of a panel.
#[must_use]
pub fn first_periods(panel: &Panel, n: usize) -> Panel {
    let cut = |a: &Array2<f64>| a.slice(s![.., ..n]).to_owned();
    let mut out = panel.clone();
    out.periods.truncate(n);
    out.outcome = cut(&panel.outcome);
    out.value_per_unit = panel.value_per_unit.as_ref().map(cut);
    for (own, all) in out.channels.iter_mut().zip(&panel.channels) {
        own.spend = cut(&all.spend);
        own.exposure = all.exposure.as_ref().map(cut);
    }
    for (own, all) in out.controls.iter_mut().zip(&panel.controls) {
        own.values = cut(&all.values);
    }
    out
}

/// The first `n` periods of a design, its columns as they were laid over the whole.
fn first_periods_of(design: &Design, n: usize) -> Design {
    let mut out = design.clone();
    out.panel = first_periods(&design.panel, n);
    out.media = design.media.slice(s![.., .., ..n]).to_owned();
    out.outcome = design.outcome.slice(s![.., ..n]).to_owned();
    out.z = design.z.slice(s![.., .., ..n]).to_owned();
    out
}

/// The spec held against a shortened panel, without the controls that do not vary in it.
fn checked(panel: &Panel, spec: &Spec) -> Result<CheckedSpec, SampleError> {
    let mut spec = spec.clone();
    let varies = |name: &str| {
        panel.controls.iter().any(|c| {
            let first = c.values.iter().next().copied().unwrap_or(0.0);
            c.name == name && c.values.iter().any(|v| *v != first)
        })
    };
    let asked: Vec<String> =
        spec.controls.clone().unwrap_or_else(|| panel.controls.iter().map(|c| c.name.clone()).collect());
    spec.controls = Some(asked.into_iter().filter(|name| varies(name)).collect());
    spec.validate(panel).map_err(|e| SampleError::Spec { key: e.key, problem: e.problem, accepted: e.accepted })
}

/// Scales of the first `n` periods; those of controls are of all, as their values are known ahead.
fn scales(panel: &Panel, spec: &CheckedSpec, n: usize) -> Scales {
    let all = Scales::of(panel, spec);
    let seen = Scales::of(&first_periods(panel, n), spec);
    Scales { control_mean: all.control_mean, control_sd: all.control_sd, ..seen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crps_of_a_point_is_the_absolute_error_and_of_a_normal_its_closed_form() {
        assert!((crps(&[3.0; 5], 5.0) - 2.0).abs() < 1e-12);
        // standard normal at its centre: (sqrt 2 - 1) / sqrt pi
        let n = 20_000;
        let normal = statrs::distribution::Normal::standard();
        let draws: Vec<f64> = (0..n)
            .map(|i| statrs::distribution::ContinuousCDF::inverse_cdf(&normal, (f64::from(i) + 0.5) / f64::from(n)))
            .collect();
        let want = (2f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt();
        assert!((crps(&draws, 0.0) - want).abs() < 1e-4);
    }
}
