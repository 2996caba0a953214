//! The fit under noise with heavy tails, from the draws of the fit under normal noise: importance resampling, where the two
//! are near enough for it.
//!
//! A draw of media and baseline is weighed by its likelihood under Student-t noise over that under normal noise, noise scale
//! and degrees of freedom summed out of both: their priors are those that the sampler has. Weights are smoothed (Vehtari et
//! al. 2024); where their tail shape says that a few draws carry all, there is no answer and the model has to be sampled.

use std::sync::Arc;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use crate::mmm::design::Design;
use crate::mmm::diagnostics::{log_sum, smooth};
use crate::mmm::posterior::{Draws, Posterior};
use crate::mmm::prior::Prior;
use crate::mmm::sample::lanes::F8;
use crate::mmm::sample::{FREEDOM_RATE, Sampled};
use crate::mmm::series;
use crate::mmm::spec::Likelihood;
use statrs::function::gamma::ln_gamma;

/// Draws weighed.
const WEIGHED: usize = 1000;
/// Observations times draws looked at, at most, so that large panels cost no more than a refit.
const CELLS: usize = 4_000_000;
/// Draws that the answer is told from.
const KEPT: usize = 300;
/// Shape of the weights' tail beyond which they are not relied on.
const RELIABLE: f64 = 0.7;
/// Independent draws that the weighted ones must be worth.
const WORTH: f64 = 80.0;
/// Degrees of freedom less 1 that are summed over: each the former times [`STEP`].
const FIRST: f64 = 0.6;
const STEP: f64 = 1.8;
const FREEDOMS: usize = 9;
/// Noise scales summed over around the likeliest, in posterior standard deviations.
const SCALES: [f64; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

/// One pair of noise scale and degrees of freedom.
#[derive(Debug, Clone, Copy)]
struct Cell {
    sigma: f64,
    freedom: f64,
    /// Log of likelihood, priors and the width that the cell stands for.
    log_mass: f64,
}

/// Draws under `design`, which differs from the fit's own in nothing but Student-t noise; `None` where the fit's draws
/// cannot tell.
pub(super) fn heavier(sampled: &Sampled, design: &Arc<Design>, seed: u64) -> Option<Posterior> {
    let posterior = &sampled.posterior;
    let own = posterior.design.spec.spec().likelihood;
    if own != Likelihood::Normal || design.spec.spec().likelihood != Likelihood::StudentT {
        return None;
    }
    let (_, geos, periods, _) = design.dims();
    let draws = posterior.thin((CELLS / (geos * periods).max(1)).clamp(200, WEIGHED));
    let prior = sampled.problem.sigma;
    let middle = squares(posterior, draws[draws.len() / 2]);
    let shapes: Vec<(f64, f64)> = (0..FREEDOMS)
        .map(|i| 1.0 + FIRST * STEP.powi(i as i32))
        .map(|freedom| (freedom, likeliest(&middle, geos * periods, freedom)))
        .collect();
    let told: Vec<(f64, Vec<Cell>)> = draws
        .par_iter()
        .map(|&d| {
            let squares = squares(posterior, d);
            let cells = cells(&squares, geos * periods, &shapes, &prior);
            let heavy = log_sum(cells.iter().map(|c| c.log_mass));
            (heavy - normal(&squares, geos * periods, &prior), cells)
        })
        .collect();
    let smoothed = smooth(&told.iter().map(|t| t.0).collect::<Vec<f64>>());
    let worth = 1.0 / smoothed.log_weights.iter().map(|w| (2.0 * w).exp()).sum::<f64>();
    if !(smoothed.k < RELIABLE && worth >= WORTH) {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let chosen = systematic(&smoothed.log_weights, KEPT.min(draws.len()), rng.random());
    let noise: Vec<Cell> = chosen.iter().filter_map(|&i| one_of(&told[i].1, rng.random())).collect();
    let chosen: Vec<usize> = chosen.into_iter().map(|i| draws[i]).collect();
    (noise.len() == chosen.len())
        .then(|| Posterior { design: design.clone(), draws: picked(&posterior.draws, &chosen, &noise) })
}

/// Squared residuals of draw `d` in scaled outcome, zeros behind them.
fn squares(posterior: &Posterior, d: usize) -> Vec<F8> {
    let design = &posterior.design;
    let (_, geos, periods, _) = design.dims();
    let told = posterior.expand(d);
    let mean = told.media.sum_axis(ndarray::Axis(0)) + &told.baseline;
    series::pack(geos * periods, |i| {
        let at = (i / periods, i % periods);
        ((design.panel.outcome[at] - mean[at]) / design.kpi_scale(at.0)).powi(2)
    })
}

/// The likeliest noise scale under `freedom` degrees of freedom over the root mean square of `n` residuals, by expectation
/// and maximisation.
fn likeliest(squares: &[F8], n: usize, freedom: f64) -> f64 {
    let all = || squares.iter().flat_map(|s| s.0).take(n);
    let mean = all().sum::<f64>() / n as f64;
    let mut variance = mean;
    for _ in 0..30 {
        variance = all().map(|s| (freedom + 1.0) * s / (freedom + s / variance)).sum::<f64>() / n as f64;
    }
    (variance / mean).sqrt()
}

/// Masses over noise scales and degrees of freedom, given the residuals of one draw.
fn cells(squares: &[F8], n: usize, shapes: &[(f64, f64)], prior: &Prior) -> Vec<Cell> {
    let count = n as f64;
    let root = (squares.iter().map(|s| s.sum()).sum::<f64>() / count).sqrt();
    let mut out = Vec::with_capacity(shapes.len() * SCALES.len());
    for &(freedom, ratio) in shapes {
        let width = ((freedom + 3.0) / (2.0 * count * freedom)).sqrt();
        let sigmas = SCALES.map(|off| root * ratio * (off * width).exp());
        let mut logs = [0.0; SCALES.len()];
        series::log_sums(squares, &sigmas.map(|s| 1.0 / (freedom * s * s)), &mut logs);
        let shape =
            ln_gamma((freedom + 1.0) / 2.0) - ln_gamma(freedom / 2.0) - 0.5 * (freedom * std::f64::consts::PI).ln();
        for (sigma, logs) in sigmas.into_iter().zip(logs) {
            let likelihood = count * (shape - sigma.ln()) - (freedom + 1.0) / 2.0 * logs;
            // Gamma(2, rate) of freedom less 1, both grids even on the log scale
            let above = freedom - 1.0;
            let priors = 2.0 * above.ln() - FREEDOM_RATE * above + 2.0 * FREEDOM_RATE.ln() + prior.log_density(sigma).0;
            let log_mass = likelihood + priors + sigma.ln() + width.ln() + STEP.ln().ln();
            out.push(Cell { sigma, freedom, log_mass });
        }
    }
    out
}

/// Log likelihood under normal noise, its scale summed out.
fn normal(squares: &[F8], n: usize, prior: &Prior) -> f64 {
    let count = n as f64;
    let sum = squares.iter().map(|s| s.sum()).sum::<f64>();
    let (root, width) = ((sum / count).sqrt(), (0.5 / count).sqrt());
    let at = |i: i32| {
        let sigma = root * (0.5 * f64::from(i) * width).exp();
        let likelihood = -count * (sigma.ln() + 0.5 * std::f64::consts::TAU.ln()) - 0.5 * sum / (sigma * sigma);
        likelihood + prior.log_density(sigma).0 + sigma.ln() + (0.5 * width).ln()
    };
    log_sum((-12..=12).map(at))
}

/// `n` places drawn by weight at even steps from `start`, `0..1`: each comes within one of its share.
fn systematic(log_weights: &[f64], n: usize, start: f64) -> Vec<usize> {
    let mut out = Vec::with_capacity(n);
    let mut below = 0.0;
    for (i, w) in log_weights.iter().enumerate() {
        below += w.exp();
        while out.len() < n && (out.len() as f64 + start) / (n as f64) < below {
            out.push(i);
        }
    }
    while out.len() < n {
        out.push(log_weights.len() - 1); // what rounding left over
    }
    out
}

/// The cell that `at`, `0..1`, falls on.
fn one_of(cells: &[Cell], at: f64) -> Option<Cell> {
    let all = log_sum(cells.iter().map(|c| c.log_mass));
    let mut below = 0.0;
    let hit = cells.iter().find(|c| {
        below += (c.log_mass - all).exp();
        at < below
    });
    hit.or(cells.last()).copied()
}

/// Draws at `chosen`, with the noise of the cells.
fn picked(draws: &Draws, chosen: &[usize], noise: &[Cell]) -> Draws {
    let (first, cube) = (ndarray::Axis(0), |a: &ndarray::Array3<f64>| match a.is_empty() {
        true => a.clone(),
        false => a.select(ndarray::Axis(0), chosen),
    });
    let mut sigma = draws.sigma.select(first, chosen);
    for (mut row, cell) in sigma.rows_mut().into_iter().zip(noise) {
        row.fill(cell.sigma);
    }
    Draws {
        chains: 1,
        adstock: cube(&draws.adstock),
        saturation: cube(&draws.saturation),
        beta: cube(&draws.beta),
        drift: cube(&draws.drift),
        intercept: draws.intercept.select(first, chosen),
        linear: draws.linear.select(first, chosen),
        geo_linear: cube(&draws.geo_linear),
        sigma,
        worth: match draws.worth.is_empty() {
            true => draws.worth.clone(),
            false => draws.worth.select(first, chosen),
        },
        dispersion: noise.iter().map(|c| c.freedom).collect(),
    }
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, StandardNormal};

    use super::*;
    use crate::mmm::interval::Interval;
    use crate::mmm::sample::testbed::{design, panel};
    use crate::mmm::sample::{Cancel, Settled, fit_settled};

    const SETTLED: Settled =
        Settled { chains: 2, tune: 200, draws: 2000, target_accept: 0.8, max_depth: 8, threads: 2 };

    fn totals(p: &Posterior) -> Vec<Interval> {
        let totals: Vec<Vec<f64>> =
            (0..p.len()).map(|d| p.media(d).outer_iter().map(|plane| plane.sum()).collect()).collect();
        (0..p.design.channels().len()).map(|c| Interval::from_draws(totals.iter().map(|t| t[c]))).collect()
    }

    fn fitted(spread: impl Fn(usize, f64) -> f64) -> (Sampled, Arc<Design>) {
        let mut panel = panel(1, 104, 2, 3);
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        for (t, y) in panel.outcome.iter_mut().enumerate() {
            let z: f64 = StandardNormal.sample(&mut rng);
            *y += spread(t, z);
        }
        let normal = Arc::new(design(&panel, "likelihood = 'normal'"));
        let heavy = Arc::new(design(&panel, "likelihood = 'student_t'"));
        let fit = |d: &Arc<Design>| fit_settled(d.clone(), SETTLED, 1, &|_| {}, &Cancel::new()).expect("a fit");
        (fit(&normal), heavy)
    }

    #[test]
    fn weighed_draws_tell_what_a_sampled_fit_tells() {
        let (own, heavy) = fitted(|_, z| 15.0 * z);
        let weighed = heavier(&own, &heavy, 1).expect("normal noise is near enough to Student-t");
        let sampled = fit_settled(heavy, SETTLED, 2, &|_| {}, &Cancel::new()).expect("a fit").posterior;
        for (a, b) in totals(&weighed).iter().zip(totals(&sampled)) {
            let sd = (b.p95 - b.p05) / 3.29;
            assert!((a.mean - b.mean).abs() < 0.3 * sd, "{a:?} {b:?}");
            assert!(((a.p95 - a.p05) / (b.p95 - b.p05)).ln().abs() < 0.3, "{a:?} {b:?}");
        }
        let freedom = |p: &Posterior| Interval::from_draws(p.draws.dispersion.iter().copied());
        assert!((freedom(&weighed).p50 / freedom(&sampled).p50).ln().abs() < 0.5);
    }

    #[test]
    fn draws_that_outliers_have_moved_are_not_weighed() {
        let (own, heavy) = fitted(|t, z| if t % 9 == 4 { 400.0 * z } else { 5.0 * z });
        assert!(heavier(&own, &heavy, 1).is_none());
    }

    #[test]
    fn places_come_by_their_weight() {
        let weights = [0.5f64, 0.25, 0.25].map(f64::ln);
        assert_eq!(systematic(&weights, 4, 0.5), vec![0, 0, 1, 2]);
    }
}
