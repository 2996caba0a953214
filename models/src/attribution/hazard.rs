//! Additive hazard with exponential decay (Zhang, Wei, Ren 2014): handles open journeys as censored.
//!
//! # Model
//! `lambda_u(t) = sum_i beta_a w_a exp(-w_a (t - t_i))` over the touches `i` of journey `u` on channels `a`. EM:
//! `p_i ~ beta w exp(-w (T - t_i))` for conversions; `beta_a = sum p_i / sum over all journeys (1 - exp(-w D_i))`;
//! `w_a = sum p_i / sum (p_i D_i + beta_a D_i exp(-w D_i))`, `D_i = T_u - t_i` in days, `T_u` conversion or censoring time.
//! A conversion's credit to a touch is its `p_i`.
//!
//! The sums over all journeys need only how many touches of a channel have which `D`: they are kept in [`BINS`] bins of
//! 3.6% width with the mean `D` of each bin, so memory does not grow with touches that did not convert; the relative
//! error is below `0.036^2 / 24`.

use rayon::prelude::*;

use super::poisson::{Draws, LANES, Weights};
use super::policy::Eligible;
use super::settings::Bootstrap;
use crate::domain::journey::{DAY_US, Journey, Outcome};

/// Bins of elapsed days between [`SHORTEST`] and some 20 years.
const BINS: usize = 512;

/// Upper end of the first bin: a minute and a half, in days.
const SHORTEST: f64 = 1e-3;

/// Width of a bin, relative.
const RATIO: f64 = 1.036;

/// Decay rates are kept between once in 30 years and once in ten minutes, per day.
const RATES: (f64, f64) = (1e-4, 144.0);

/// When to stop: most iterations, and the largest move of a channel's credit relative to all conversions.
#[derive(Debug, Clone, Copy)]
struct Stop {
    iterations: usize,
    moved: f64,
}

/// Of the first fit.
const FIT: Stop = Stop { iterations: 2000, moved: 1e-6 };

/// Of each resample, which starts from the first fit's answer: well below sampling noise.
const RESAMPLE: Stop = Stop { iterations: 40, moved: 1e-4 };

fn bin(days: f64) -> usize {
    if days <= SHORTEST { 0 } else { (((days / SHORTEST).ln() / RATIO.ln()).ceil() as usize).min(BINS - 1) }
}

/// Parameters with the credit they give.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Expected conversions a touch brings eventually, by channel, `>= 0`.
    pub beta: Vec<f64>,
    /// Rate of decay a day by channel; half-life is `ln 2 / w`.
    pub decay: Vec<f64>,
    /// Conversions by channel, summing to the conversions with a touch.
    pub conversions: Vec<f64>,
    /// Value by channel, minor units, before rounding.
    pub value: Vec<f64>,
    /// Iterations done.
    pub iterations: usize,
    /// Whether credit stopped moving (by a millionth of all conversions).
    pub converged: bool,
}

/// What the model needs of all journeys.
#[derive(Debug)]
pub struct Hazard {
    channels: usize,
    bootstrap: Bootstrap,
    /// Touches of conversions: channel and elapsed days; `ends` closes each.
    touches: Vec<(u32, f32)>,
    ends: Vec<usize>,
    value_minor: Vec<i64>,
    units: Vec<u64>,
    /// By channel * [`BINS`] + bin: touches and their summed days.
    exposure: Vec<(f64, f64)>,
    groups: Vec<Vec<Weights>>,
    pending: Vec<(u64, Vec<u32>)>,
}

/// Journeys whose resampling weights are added at a time.
const BLOCK: usize = 1 << 14;

impl Hazard {
    /// For channels `0..channels`.
    #[must_use]
    pub fn new(channels: usize, bootstrap: Bootstrap) -> Self {
        Hazard {
            channels,
            bootstrap,
            touches: Vec::new(),
            ends: Vec::new(),
            value_minor: Vec::new(),
            units: Vec::new(),
            exposure: vec![(0.0, 0.0); channels * BINS],
            groups: vec![vec![[0; LANES]; channels * BINS]; bootstrap.resamples.div_ceil(LANES)],
            pending: Vec::new(),
        }
    }

    /// Adds a journey with its eligible touches, whose channels are below the number given to [`Hazard::new`].
    pub fn add(&mut self, journey: &Journey, path: &[Eligible]) {
        if path.is_empty() {
            return;
        }
        let days = |e: &Eligible| (journey.end_us - e.touch.at_us) as f64 / DAY_US as f64;
        let mut cells = Vec::new();
        for e in path {
            let (d, n) = (days(e), f64::from(e.count));
            let cell = e.touch.channel as usize * BINS + bin(d);
            self.exposure[cell].0 += n;
            self.exposure[cell].1 += n * d;
            if self.bootstrap.resamples > 0 {
                cells.extend(std::iter::repeat_n(cell as u32, e.count as usize));
            }
        }
        if let Outcome::Won { value_minor } = journey.outcome {
            let all =
                path.iter().flat_map(|e| std::iter::repeat_n((e.touch.channel, days(e) as f32), e.count as usize));
            self.touches.extend(all);
            self.ends.push(self.touches.len());
            self.value_minor.push(value_minor);
            self.units.push(journey.unit);
        }
        if self.bootstrap.resamples > 0 {
            self.pending.push((journey.unit, cells));
            if self.pending.len() >= BLOCK {
                self.flush();
            }
        }
    }

    /// Conversions with a touch, and their value.
    #[must_use]
    pub fn totals(&self) -> (u64, i64) {
        (self.ends.len() as u64, self.value_minor.iter().sum())
    }

    fn flush(&mut self) {
        let (pending, seed) = (std::mem::take(&mut self.pending), self.bootstrap.seed);
        self.groups.par_iter_mut().enumerate().for_each(|(g, group)| {
            for (unit, cells) in &pending {
                let w = Draws::new(seed, *unit, g as u64).of_many(1);
                cells.iter().for_each(|&c| (0..LANES).for_each(|l| group[c as usize][l] += w[l]));
            }
        });
    }

    /// Fits all journeys, then each resample from there.
    #[must_use]
    pub fn fit(&mut self) -> (Fit, Vec<Fit>) {
        self.flush();
        let days: Vec<f64> = self.exposure.iter().map(|(n, d)| if *n > 0.0 { d / n } else { 0.0 }).collect();
        let counts: Vec<f64> = self.exposure.iter().map(|e| e.0).collect();
        let start = self.start(&counts, &days);
        let first = self.em(start, &counts, &days, &|_| 1.0, FIT);
        let resamples = (0..self.bootstrap.resamples)
            .into_par_iter()
            .map(|r| {
                let (g, l) = (r / LANES, r % LANES);
                let counts: Vec<f64> = self.groups[g].iter().map(|w| w[l] as f64).collect();
                let weight = |i: usize| Draws::new(self.bootstrap.seed, self.units[i], g as u64).of_many(1)[l] as f64;
                let weights: Vec<f64> = (0..self.ends.len()).map(weight).collect();
                let start = (first.beta.clone(), first.decay.clone());
                self.em(start, &counts, &days, &|i| weights[i], RESAMPLE)
            })
            .collect();
        (first, resamples)
    }

    /// Equal effects and, as decay, the inverse of the channel's mean elapsed time.
    fn start(&self, counts: &[f64], days: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let of = |c: usize| {
            let range = c * BINS..(c + 1) * BINS;
            let n: f64 = counts[range.clone()].iter().sum();
            let d: f64 = counts[range.clone()].iter().zip(&days[range]).map(|(n, d)| n * d).sum();
            if d > 0.0 { (n / d).clamp(RATES.0, RATES.1) } else { 1.0 }
        };
        let all: f64 = counts.iter().sum();
        let beta = (self.ends.len() as f64 / all.max(1.0)).max(1e-12);
        (vec![beta; self.channels], (0..self.channels).map(of).collect())
    }

    fn em(
        &self,
        (mut beta, mut decay): (Vec<f64>, Vec<f64>),
        counts: &[f64],
        days: &[f64],
        weight: &dyn Fn(usize) -> f64,
        stop: Stop,
    ) -> Fit {
        let mut before = vec![0.0; self.channels];
        let mut p = Vec::new();
        for iterations in 1..=stop.iterations {
            // E: responsibilities of each conversion's touches.
            let (mut sum, mut elapsed, mut value) =
                (vec![0.0; self.channels], vec![0.0; self.channels], vec![0.0; self.channels]);
            let heights: Vec<f64> = beta.iter().zip(&decay).map(|(b, w)| (b * w).ln()).collect();
            let mut from = 0;
            for (i, &to) in self.ends.iter().enumerate() {
                let touches = &self.touches[from..to];
                from = to;
                let wt = weight(i);
                if wt == 0.0 {
                    continue;
                }
                responsibilities(touches, &heights, &decay, &mut p);
                for (&(c, d), p) in touches.iter().zip(&p) {
                    sum[c as usize] += wt * p;
                    elapsed[c as usize] += wt * p * f64::from(d);
                    value[c as usize] += wt * p * self.value_minor[i] as f64;
                }
            }
            // M: effect given decay, then decay given effect.
            for c in 0..self.channels {
                let range = c * BINS..(c + 1) * BINS;
                let bins = || counts[range.clone()].iter().zip(&days[range.clone()]).filter(|(n, _)| **n > 0.0);
                let reached: f64 = bins().map(|(n, d)| n * -(-decay[c] * d).exp_m1()).sum();
                beta[c] = if reached > 0.0 { sum[c] / reached } else { 0.0 };
                let pull: f64 = bins().map(|(n, d)| n * beta[c] * d * (-decay[c] * d).exp()).sum();
                if sum[c] > 0.0 {
                    decay[c] = (sum[c] / (elapsed[c] + pull)).clamp(RATES.0, RATES.1);
                }
            }
            let total: f64 = sum.iter().sum();
            let moved = sum.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            let converged = moved <= stop.moved * total;
            if converged || iterations == stop.iterations {
                return Fit { beta, decay, conversions: sum, value, iterations, converged };
            }
            before = sum;
        }
        Fit { beta, decay, conversions: before.clone(), value: before, iterations: 0, converged: false }
    }
}

/// `p_i`, by the largest exponent first so that old touches do not underflow to 0 / 0; equal shares where no touch's
/// channel has an effect. `heights` is `ln(beta w)` by channel, minus infinity without effect.
fn responsibilities(touches: &[(u32, f32)], heights: &[f64], decay: &[f64], p: &mut Vec<f64>) {
    p.clear();
    p.extend(touches.iter().map(|&(c, d)| heights[c as usize] - decay[c as usize] * f64::from(d)));
    let top = p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    p.iter_mut().for_each(|x| *x = if top.is_finite() { (*x - top).exp() } else { 1.0 });
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|x| *x /= sum);
}

#[cfg(test)]
#[path = "hazard_tests.rs"]
mod tests;
