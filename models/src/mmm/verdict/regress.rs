//! What plain regression says when the shapes are those of the fit but effects are free: does each channel keep its effect
//! without its prior, and does spend that has not happened yet explain today?
//!
//! Over draws of the shapes, the outcome is regressed on the baseline's columns (their priors kept), on each channel's
//! contribution as the draw has it (so that a coefficient of 1 agrees with the draw, 0 is no effect, below 0 is harm),
//! and for the placebo on media of the coming periods. Standard errors allow for residuals that run on (Newey and West
//! 1987), and are never below the usual ones. Results of draws are pooled by Rubin's rules.

use linfa_linalg::cholesky::InverseC;
use ndarray::{Array2, s};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::probe::{self, Probe};
use crate::mmm::features::Part;
use crate::mmm::posterior::Posterior;
use crate::mmm::prior::Prior;

/// Periods ahead that the placebo looks.
pub const LEAD: usize = 4;
/// Lags over which residuals may run on.
const LAGS: usize = 4;
/// Multiplications spent at most.
const WORK: usize = 150_000_000;

/// A regression coefficient.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Estimate.
    pub value: f64,
    /// Standard error.
    pub se: f64,
}

impl Coefficient {
    /// Distance from `to` in standard errors.
    #[must_use]
    pub fn z(&self, to: f64) -> f64 {
        (self.value - to) / self.se.max(1e-300)
    }
}

/// What regression says of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Regressed {
    /// Multiple of the fit's own contribution that the data would choose without the effect's prior: 1 agrees.
    pub free: Coefficient,
    /// Coefficient of the next [`LEAD`] periods' media, standardised, in scaled outcome: 0 without foresight.
    pub placebo: Coefficient,
    /// The same of the next period alone: spend that follows the outcome by a week is seen here first.
    #[serde(default)]
    pub next: Coefficient,
    /// Whether the channel's curve bends as assumed: the direction of a steeper (above 0) or flatter one. 0 agrees.
    #[serde(default)]
    pub curve: Coefficient,
    /// Effect in standard errors where the channel is given plain curves instead of those fitted with it: far below 0 is harm.
    #[serde(default)]
    pub plain: f64,
}

impl Regressed {
    /// The placebo that speaks louder, in standard errors.
    #[must_use]
    pub fn foresight(&self) -> f64 {
        let (far, near) = (self.placebo.z(0.0), self.next.z(0.0));
        if near.abs() > far.abs() { near } else { far }
    }
}

/// What one draw says.
struct Told {
    free: Vec<Coefficient>,
    leads: Vec<Coefficient>,
}

/// Of every channel.
#[must_use]
pub fn regressed(posterior: &Posterior) -> Vec<Regressed> {
    let (channels, geos, periods, k) = posterior.design.dims();
    let wide = k + 2 * channels;
    let most = (WORK / (geos * periods * wide * wide).max(1)).clamp(3, 40);
    let by_draw: Vec<Told> = posterior.thin(most).par_iter().map(|&d| told(posterior, d)).collect();
    let probes: Vec<Probe> = posterior.thin(probe::DRAWS).par_iter().map(|&d| probe::probe(posterior, d)).collect();
    (0..channels)
        .map(|c| Regressed {
            free: pooled(by_draw.iter().map(|d| d.free[c])),
            placebo: pooled(by_draw.iter().map(|d| d.leads[c])),
            next: pooled(probes.iter().map(|p| p.next[c])),
            curve: pooled(probes.iter().map(|p| p.curve[c])),
            plain: probes.iter().map(|p| p.plain[c]).sum::<f64>() / probes.len().max(1) as f64,
        })
        .collect()
}

fn pooled(of: impl Iterator<Item = Coefficient> + Clone) -> Coefficient {
    let n = of.clone().count().max(1) as f64;
    let value = of.clone().map(|c| c.value).sum::<f64>() / n;
    let within = of.clone().map(|c| c.se * c.se).sum::<f64>() / n;
    let between = of.map(|c| (c.value - value).powi(2)).sum::<f64>() / n;
    Coefficient { value, se: (within + between).sqrt() }
}

/// Contributions of draw `d` in scaled outcome, one column a channel, geo after geo.
pub(super) fn media(posterior: &Posterior, d: usize) -> Vec<Vec<f64>> {
    let design = &posterior.design;
    let (_, geos, periods, _) = design.dims();
    let told = posterior.expand(d).media;
    told.outer_iter()
        .map(|plane| {
            (0..geos * periods).map(|i| plane[(i / periods, i % periods)] / design.kpi_scale(i / periods)).collect()
        })
        .collect()
}

fn told(posterior: &Posterior, d: usize) -> Told {
    let (channels, _, periods, _) = posterior.design.dims();
    let columns = media(posterior, d);
    let leads = leads(posterior, d, columns.clone());
    let free = match Regression::new(posterior, d, columns, periods).solved() {
        Some(fit) => (0..channels).map(|c| fit.coefficient(c)).collect(),
        None => vec![Coefficient { value: 1.0, se: 1e6 }; channels],
    };
    Told { free, leads }
}

/// Mean 0 and variance 1.
pub(super) fn standardised(mut v: Vec<f64>) -> Vec<f64> {
    let (mean, sd) = crate::mmm::scales::mean_sd(v.iter().copied());
    v.iter_mut().for_each(|v| *v = (*v - mean) / sd.max(1e-12));
    v
}

fn leads(posterior: &Posterior, d: usize, mut columns: Vec<Vec<f64>>) -> Vec<Coefficient> {
    let design = &posterior.design;
    let (channels, geos, periods, _) = design.dims();
    let n = periods.saturating_sub(LEAD);
    for c in 0..channels {
        let mut lead = vec![0.0; geos * periods];
        for g in 0..geos {
            for t in 0..n {
                // compressed, so that one large purchase does not make the column
                let coming = design.media.slice(s![c, g, t + 1..=t + LEAD]);
                lead[g * periods + t] = coming.iter().map(|x| x.max(0.0).ln_1p()).sum::<f64>();
            }
        }
        columns.push(standardised(lead));
    }
    match Regression::new(posterior, d, columns, n).solved() {
        Some(fit) => (channels..2 * channels).map(|c| fit.coefficient(c)).collect(),
        None => vec![Coefficient { value: 0.0, se: 1e6 }; channels],
    }
}

/// Weighted least squares over the first `n` periods, geo levels taken out.
pub(super) struct Regression {
    /// Columns by observation, period by period within geo.
    x: Array2<f64>,
    y: Vec<f64>,
    weights: Vec<f64>,
    /// Prior precision of each column relative to the noise.
    penalty: Vec<f64>,
    levels: usize,
    periods: usize,
}

impl Regression {
    /// `own` columns come first, those of the baseline after them.
    pub(super) fn new(posterior: &Posterior, d: usize, own: Vec<Vec<f64>>, n: usize) -> Regression {
        let design = &posterior.design;
        let (_, geos, periods, k) = design.dims();
        let sigma2 = posterior.draws.sigma[(d, 0)].powi(2).max(1e-12);
        let linear_sd = match design.spec.spec().priors.linear {
            Prior::Normal { sd, .. } => sd,
            _ => 2.0,
        };
        let mut penalty = vec![0.0; own.len()];
        let mut x = Array2::zeros((own.len() + k, geos * n));
        for (row, column) in x.rows_mut().into_iter().zip(&own) {
            for (i, v) in row.into_iter().enumerate() {
                *v = column[(i / n) * periods + i % n];
            }
        }
        for (j, feature) in design.features.iter().enumerate() {
            let sd = if feature.part == Part::Knot { design.spec.spec().baseline.knot_sd } else { linear_sd };
            penalty.push(sigma2 / (sd * sd));
            for (i, v) in x.row_mut(own.len() + j).iter_mut().enumerate() {
                *v = design.z[(j, i / n, i % n)];
            }
        }
        let mut y: Vec<f64> = (0..geos * n).map(|i| design.outcome[(i / n, i % n)]).collect();
        let weights = weights(posterior, d, n);
        for g in 0..geos {
            let span = g * n..(g + 1) * n;
            let own = &weights[span.clone()];
            centre(&mut y[span.clone()], own);
            for mut row in x.rows_mut() {
                if let Some(row) = row.as_slice_mut() {
                    centre(&mut row[span.clone()], own);
                }
            }
        }
        Regression { x, y, weights, penalty, levels: geos, periods: n }
    }

    /// The fit, or `None` where its normal equations cannot be solved.
    pub(super) fn solved(self) -> Option<Solved> {
        let weighted = &self.x * &ndarray::ArrayView1::from(&self.weights[..]);
        let mut gram = weighted.dot(&self.x.t());
        let rhs = weighted.dot(&ndarray::ArrayView1::from(&self.y[..]));
        for (j, penalty) in self.penalty.iter().enumerate() {
            // a channel that never moves has nothing to say: a large variance, not a division by 0
            gram[(j, j)] += penalty + 1e-9 * (1.0 + gram[(j, j)]);
        }
        let inverse = gram.invc().ok().filter(|i| i.iter().all(|v| v.is_finite()))?;
        let b = inverse.dot(&rhs);
        let fitted = b.dot(&self.x);
        let residual = self.y.iter().zip(&fitted).map(|(y, f)| y - f).collect();
        Some(Solved { of: self, weighted, inverse, b: b.to_vec(), residual })
    }
}

/// A regression with its solution.
pub(super) struct Solved {
    of: Regression,
    /// Columns times weights.
    weighted: Array2<f64>,
    inverse: Array2<f64>,
    b: Vec<f64>,
    residual: Vec<f64>,
}

impl Solved {
    /// Of column `j`.
    pub(super) fn coefficient(&self, j: usize) -> Coefficient {
        let direction = self.inverse.row(j).dot(&self.weighted).to_vec();
        Coefficient { value: self.b[j], se: self.se(self.inverse[(j, j)], &direction, &self.residual) }
    }

    /// Of one more column, given period by period within geo over all periods of the panel (Frisch and Waugh 1933).
    pub(super) fn added(&self, column: &[f64]) -> Coefficient {
        let (n, all) = (self.of.periods, column.len() / self.of.levels);
        let mut own: Vec<f64> = (0..self.residual.len()).map(|i| column[(i / n) * all + i % n]).collect();
        for g in 0..self.of.levels {
            centre(&mut own[g * n..(g + 1) * n], &self.of.weights[g * n..(g + 1) * n]);
        }
        let own = ndarray::Array1::from(own);
        let rest = &own - &self.inverse.dot(&self.weighted.dot(&own)).dot(&self.of.x);
        let weighted: Vec<f64> = own.iter().zip(&self.of.weights).map(|(c, w)| c * w).collect();
        let along = |v: &mut dyn Iterator<Item = &f64>| weighted.iter().zip(v).map(|(c, v)| c * v).sum::<f64>();
        let left = along(&mut rest.iter());
        if left <= 1e-6 * along(&mut own.iter()) {
            return Coefficient { value: 0.0, se: 1e6 };
        }
        let value = along(&mut self.residual.iter()) / left;
        let direction: Vec<f64> = rest.iter().zip(&self.of.weights).map(|(r, w)| r * w / left).collect();
        let residual: Vec<f64> = self.residual.iter().zip(&rest).map(|(e, r)| e - value * r).collect();
        Coefficient { value, se: self.se(1.0 / left, &direction, &residual) }
    }

    /// The largest of the usual standard error, that of residuals which run on, and that of what all geos share in a period;
    /// `direction` gives the coefficient from the outcome.
    ///
    /// The second hears only the periods that the coefficient rests on. Where these are few (a step between two knots), it
    /// is too sure of itself, so the third takes the size and the run of shared residuals from the whole panel.
    fn se(&self, variance: f64, direction: &[f64], residual: &[f64]) -> f64 {
        let (n, periods) = (residual.len() as f64, self.of.periods);
        let freedom = (n - (self.b.len() + self.of.levels) as f64).max(1.0);
        let square: f64 = residual.iter().zip(&self.of.weights).map(|(e, w)| w * e * e).sum();
        let usual = square / freedom * variance;
        // scores by period, geos summed: what they share counts once
        let by_period = |v: &mut dyn Iterator<Item = f64>| {
            let mut out = vec![0.0; periods];
            v.enumerate().for_each(|(i, v)| out[i % periods] += v);
            out
        };
        let score = by_period(&mut direction.iter().zip(residual).map(|(d, e)| d * e));
        // whitened, so that what a Student-t fit holds for outliers weighs as little here
        let roots = || self.of.weights.iter().map(|w| w.sqrt().max(1e-6));
        let pull = by_period(&mut direction.iter().zip(roots()).map(|(d, root)| d / root));
        let common = by_period(&mut residual.iter().zip(roots()).map(|(e, root)| e * root / self.of.levels as f64));
        let (mut running, mut shared) = (0.0, 0.0);
        for lag in 0..=LAGS.min(periods - 1) {
            let along = |v: &[f64]| v.iter().zip(&v[lag..]).map(|(a, b)| a * b).sum::<f64>();
            // both directions of a lag, weighed down linearly (Bartlett)
            let share = if lag == 0 { 1.0 } else { 2.0 - 2.0 * lag as f64 / (LAGS + 1) as f64 };
            running += share * along(&score);
            shared += share * along(&pull) * along(&common) / periods as f64;
        }
        usual.max(running.max(shared) * n / freedom).sqrt()
    }
}

/// Takes the weighted mean out.
fn centre(v: &mut [f64], weights: &[f64]) {
    let total: f64 = weights.iter().sum();
    let mean = v.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total.max(1e-300);
    v.iter_mut().for_each(|v| *v -= mean);
}

/// Weights of observations: 1, or less for those that a Student-t fit holds for outliers.
fn weights(posterior: &Posterior, d: usize, n: usize) -> Vec<f64> {
    let design = &posterior.design;
    let (_, geos, _, _) = design.dims();
    let mut out = vec![1.0; geos * n];
    if design.spec.spec().likelihood == crate::mmm::spec::Likelihood::StudentT && !posterior.draws.dispersion.is_empty()
    {
        let told = posterior.expand(d);
        let mean = told.media.sum_axis(ndarray::Axis(0)) + &told.baseline;
        let freedom = posterior.draws.dispersion[d];
        for (i, w) in out.iter_mut().enumerate() {
            let (g, t) = (i / n, i % n);
            let off =
                (design.panel.outcome[(g, t)] - mean[(g, t)]) / design.kpi_scale(g) / posterior.draws.sigma[(d, g)];
            *w = (freedom + 1.0) / (freedom + off * off);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_is_one() {
        let a = Array2::from_shape_fn((6, 6), |(i, j)| if i == j { 4.0 } else { 1.0 / (1.0 + i.abs_diff(j) as f64) });
        let product = a.invc().expect("positive definite").dot(&a);
        for ((i, j), v) in product.indexed_iter() {
            assert!((v - f64::from(u8::from(i == j))).abs() < 1e-12);
        }
        assert!((Array2::from_elem((2, 2), 1.0) - 3.0).invc().is_err(), "an indefinite matrix has none");
    }
}
