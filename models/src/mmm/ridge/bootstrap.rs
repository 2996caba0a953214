//! Draws: the outcome is perturbed by blocks of its own residuals and everything, shapes included, is fitted again.
//!
//! Each draw minimises the penalised sum of squares of a perturbed outcome under a perturbed penalty, from a candidate
//! drawn among those that cross-validation cannot tell apart: randomised maximum likelihood (Oliver, He and Reynolds
//! 1996) with block-bootstrap noise (Kuensch 1989), so that autocorrelation and the choice of shapes widen the intervals.

use ndarray::{Array1, Array2, s};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use rayon::prelude::*;

use super::folds::Folds;
use super::library::Library;
use super::search::{Candidate, PENALTIES, Scratch};
use crate::mmm::design::Design;
use crate::mmm::posterior::Draws;

/// What all draws start from.
#[derive(Debug)]
pub struct Base<'a> {
    /// The fixed side.
    pub design: &'a Design,
    /// Linear block, `(T * G) x (G + K)`.
    pub z: &'a Array2<f64>,
    /// Scaled outcome, rows `t * G + g`.
    pub y: &'a [f64],
    /// Candidate shapes.
    pub library: &'a Library,
    /// Cross-products over all rows.
    pub folds: &'a Folds,
    /// Candidates that cannot be told from the best, which comes first.
    pub near: &'a [Candidate],
}

/// Coefficients of one fit.
struct Fit {
    shapes: Vec<usize>,
    beta: Vec<f64>,
    linear: Array1<f64>,
}

/// How often the prior of a draw is tightened at the most; each time halves its scale, so that the last leaves nothing.
const MOST_TIGHTENED: usize = 12;

impl Base<'_> {
    /// `count` draws. The same `seed` gives the same bits whatever the number of threads. `None` when `alive` says stop.
    #[must_use]
    pub fn draws(&self, count: usize, block: usize, seed: u64, alive: &(dyn Fn() -> bool + Sync)) -> Option<Draws> {
        let (channels, geos, periods, _) = self.design.dims();
        let columns = &self.library.columns - &self.z.dot(&self.folds.all.project.slice(s![.., ..-1]));
        let first = &self.near[0];
        let (residuals, sd, freedom) = self.residuals(first);
        let chi = ChiSquared::new(freedom).ok()?;
        let blocks = periods.div_ceil(block);
        let (variance, persistence) = (mean_square(&sd), persistence(&residuals, geos, block));
        // Noise of all draws at once, so that its effect on every candidate column is one product of matrices.
        let noise: Vec<(f64, Array1<f64>)> = (0..count)
            .into_par_iter()
            .map(|d| {
                let mut rng = stream(seed, 2_000_000 + d as u64);
                let starts: Vec<usize> = (0..blocks).map(|_| rng.random_range(0..=periods - block)).collect();
                let flip: Vec<bool> = (0..blocks).map(|_| rng.random()).collect();
                let row = |i: usize| {
                    let (t, g) = (i / geos, i % geos);
                    let v = residuals[(starts[t / block] + t % block) * geos + g];
                    if flip[t / block] { -v } else { v }
                };
                let widen = (freedom / chi.sample(&mut rng)).sqrt();
                (widen, (0..periods * geos).map(row).collect())
            })
            .collect();
        let fits: Vec<Option<Fit>> = noise
            .par_iter()
            .enumerate()
            .map(|(d, (_, noise))| {
                alive().then(|| {
                    let mut rng = stream(seed, 3_000_000 + d as u64);
                    let start = &self.near[rng.random_range(0..self.near.len())];
                    self.refit(start, noise, &columns, variance, persistence, &mut rng)
                })
            })
            .collect();
        let mut draws = Draws::zeros(count, self.design);
        for (d, fit) in fits.into_iter().enumerate() {
            let fit = fit?;
            for c in 0..channels {
                let shape = &self.library.shapes[c][fit.shapes[c]];
                for i in 0..2 {
                    draws.adstock[(d, c, i)] = shape.adstock[i];
                    draws.saturation[(d, c, i)] = shape.saturation[i];
                }
                draws.beta.slice_mut(s![d, c, ..]).fill(fit.beta[c]);
            }
            draws.intercept.row_mut(d).assign(&fit.linear.slice(s![..geos]));
            draws.linear.row_mut(d).assign(&fit.linear.slice(s![geos..]));
            (0..geos).for_each(|g| draws.sigma[(d, g)] = sd[g] * noise[d].0);
        }
        Some(draws)
    }

    /// Centred, inflated residuals of the best candidate, their standard deviation by geo, and degrees of freedom.
    fn residuals(&self, best: &Candidate) -> (Vec<f64>, Vec<f64>, f64) {
        let (channels, geos, periods, k) = self.design.dims();
        let columns = self.columns_of(&best.shapes);
        let floor = &self.library.floor;
        let mut scratch = Scratch::default();
        let gram = &self.folds.all.gram;
        let last = gram.ncols() - 1;
        scratch.fit(gram.view(), |j| gram[(j, last)], &columns, PENALTIES[best.penalty], floor);
        let linear = self.linear(&columns, &scratch.beta, None);
        let fitted = self.z.dot(&linear);
        let mut residuals: Vec<f64> = (0..self.y.len())
            .map(|i| {
                let media: f64 =
                    columns.iter().zip(&scratch.beta).map(|(&j, b)| self.library.columns[(i, j)] * b).sum();
                self.y[i] - fitted[i] - media
            })
            .collect();
        let rows = residuals.len() as f64;
        let freedom = (rows - (geos + k + 3 * channels) as f64).max(rows / 4.0);
        let inflate = (rows / freedom).sqrt();
        let mut sd = vec![0.0; geos];
        for g in 0..geos {
            let mean = (0..periods).map(|t| residuals[t * geos + g]).sum::<f64>() / periods as f64;
            for t in 0..periods {
                let r = (residuals[t * geos + g] - mean) * inflate;
                residuals[t * geos + g] = r;
                sd[g] += r * r / periods as f64;
            }
            sd[g] = sd[g].sqrt();
        }
        (residuals, sd, freedom)
    }

    /// Fits the outcome plus `noise`, improving the shapes of `start` one channel at a time.
    fn refit(
        &self,
        start: &Candidate,
        noise: &Array1<f64>,
        reduced: &Array2<f64>,
        variance: f64,
        persistence: f64,
        rng: &mut ChaCha8Rng,
    ) -> Fit {
        let gram = &self.folds.all.gram;
        let last = gram.ncols() - 1;
        let lambda = PENALTIES[start.penalty];
        let mut rhs = reduced.t().dot(noise);
        rhs.iter_mut().enumerate().for_each(|(j, r)| *r += gram[(j, last)]);
        // The penalty is a normal prior around 0, cut off below it: drawing its centre keeps the width the penalty would
        // take away, so that a channel of which the data say nothing comes out as its prior and not as certainly nothing.
        let centre: Vec<f64> = start.shapes.iter().map(|_| rng.sample(StandardNormal)).collect();
        let least: Vec<f64> = centre.iter().map(|_| variance * persistence * (KEEP + 2.0 * logistic(rng))).collect();
        let mut floor = self.library.floor.clone();
        let pull = Pull { rhs: &rhs, centre: &centre, least: &least, variance, lambda };
        let mut fit = self.best_shapes(start, &pull, &floor);
        // A baseline below zero over the whole period means that media took what the level should have: draw again under
        // a prior that is tighter by half, until there is none.
        for _ in 0..MOST_TIGHTENED {
            if self.library.total_share(&self.columns_of(&fit.0), &fit.1) <= 1.0 {
                break;
            }
            floor.iter_mut().for_each(|f| *f *= 4.0);
            fit = self.best_shapes(start, &pull, &floor);
        }
        let (shapes, beta) = fit;
        let linear = self.linear(&self.columns_of(&shapes), &beta, Some(noise));
        Fit { shapes, beta, linear }
    }

    /// Shapes and coefficients of least penalised error against `rhs`, from the shapes of `start`, one channel at a time.
    /// Channels that explain too little stay out.
    fn best_shapes(&self, start: &Candidate, towards: &Pull<'_>, floor: &[f64]) -> (Vec<usize>, Vec<f64>) {
        let Pull { rhs, centre, least, variance, lambda } = *towards;
        let gram = &self.folds.all.gram;
        let mut shapes = start.shapes.clone();
        let mut columns = self.columns_of(&shapes);
        let mut scratch = Scratch::default();
        let channel_of = |j: usize| self.library.starts.partition_point(|s| *s <= j) - 1;
        let pull = |j: usize| rhs[j] + centre[channel_of(j)] * (variance * (lambda * gram[(j, j)] + floor[j])).sqrt();
        let mut best = scratch.fit(gram.view(), pull, &columns, lambda, floor);
        for _ in 0..3 {
            let before = best;
            for c in 0..shapes.len() {
                for s in 0..self.library.shapes[c].len() {
                    columns[c] = self.library.starts[c] + s;
                    let gain = scratch.fit(gram.view(), pull, &columns, lambda, floor);
                    if gain > best {
                        (best, shapes[c]) = (gain, s);
                    }
                }
                columns[c] = self.library.starts[c] + shapes[c];
            }
            if best - before <= 1e-9 * best.abs() {
                break;
            }
        }
        let beta = keep(&mut scratch, &columns, least, |scratch, columns| {
            scratch.fit(gram.view(), pull, columns, lambda, floor)
        });
        (shapes, beta)
    }

    /// Coefficients of the linear block given those of the media.
    fn linear(&self, columns: &[usize], beta: &[f64], noise: Option<&Array1<f64>>) -> Array1<f64> {
        let all = &self.folds.all;
        let mut linear = all.project.column(all.project.ncols() - 1).to_owned();
        columns.iter().zip(beta).for_each(|(&j, b)| linear.scaled_add(-b, &all.project.column(j)));
        if let Some(noise) = noise {
            linear += &all.inverse.dot(&self.z.t().dot(noise));
        }
        linear
    }

    fn columns_of(&self, shapes: &[usize]) -> Vec<usize> {
        shapes.iter().zip(&self.library.starts).map(|(s, start)| s + start).collect()
    }
}

/// What a channel is expected to explain to stay in a draw, in noise variances: two a parameter (Akaike 1974), for its
/// coefficient and about one effective parameter of shape.
const KEEP: f64 = 4.0;

/// Standard logistic noise. A channel stays in a draw with its Akaike weight, `1 / (1 + exp(-(gain - KEEP) / 2))` (Burnham
/// and Anderson 2002, 2.9): a hard cut would report a channel that the data cannot see as certainly without effect.
fn logistic(rng: &mut ChaCha8Rng) -> f64 {
    let u: f64 = rng.random_range(1e-9..1.0 - 1e-9);
    (u / (1.0 - u)).ln()
}

/// What a draw is pulled towards, and what a channel must explain to be in it.
#[derive(Clone, Copy)]
struct Pull<'a> {
    rhs: &'a Array1<f64>,
    centre: &'a [f64],
    least: &'a [f64],
    variance: f64,
    lambda: f64,
}

/// Coefficients after channels that explain less than their `least` have left, the one that lacks most first.
fn keep(
    scratch: &mut Scratch,
    columns: &[usize],
    least: &[f64],
    fit: impl Fn(&mut Scratch, &[usize]) -> f64,
) -> Vec<f64> {
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    loop {
        let chosen = |skip: Option<usize>| -> Vec<usize> {
            kept.iter().filter(|c| Some(**c) != skip).map(|&c| columns[c]).collect()
        };
        let all = fit(scratch, &chosen(None));
        let mut out = vec![0.0; columns.len()];
        kept.iter().zip(&scratch.beta).for_each(|(&c, b)| out[c] = *b);
        let lacks: Vec<(usize, f64)> = kept
            .iter()
            .map(|&c| (c, least[c] - if out[c] > 0.0 { all - fit(scratch, &chosen(Some(c))) } else { 0.0 }))
            .collect();
        match lacks.into_iter().filter(|(_, lack)| *lack > 0.0).max_by(|a, b| a.1.total_cmp(&b.1)) {
            Some((weakest, _)) => kept.retain(|c| *c != weakest),
            None => return out,
        }
    }
}

/// How many times larger the variance of a long mean of residuals is than if they were independent over periods: Bartlett
/// weights up to lag `block` (Newey and West 1987), within 1 and 6. Slow noise looks like slow media by chance.
fn persistence(residuals: &[f64], geos: usize, block: usize) -> f64 {
    let rows = residuals.len();
    let at_lag = |lag: usize| (lag * geos..rows).map(|i| residuals[i] * residuals[i - lag * geos]).sum::<f64>();
    let own = at_lag(0).max(1e-300);
    let sum: f64 = (1..=block).map(|l| (1.0 - l as f64 / (block + 1) as f64) * at_lag(l) / own).sum();
    (1.0 + 2.0 * sum).clamp(1.0, 6.0)
}

fn mean_square(sd: &[f64]) -> f64 {
    sd.iter().map(|s| s * s).sum::<f64>() / sd.len() as f64
}

fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}
