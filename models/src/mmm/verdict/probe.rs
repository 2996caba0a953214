//! Questions to what a fit leaves over, each by a regression on the fit's own shapes: a level that steps, a curve that bends
//! otherwise, spend that answers to the outcome, effects that would be harm under plain curves.
//!
//! The fit has its parameters where they serve it best, so a test that would show another family of curves must first take
//! out what moving the parameters of its own family could do (Rao's score test): the columns of those movements are in the
//! regression when the one in question is added.

use ndarray::{ArrayView2, Axis, s};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::regress::{Coefficient, Regression, Solved, media, standardised};
use crate::domain::period::Day;
use crate::mmm::adstock::carry;
use crate::mmm::posterior::Posterior;
use crate::mmm::saturation::Saturation;

/// Draws asked.
pub(super) const DRAWS: usize = 3;
/// Draws behind what a channel brings in its weakest weeks, which few draws tell badly where a slope is free.
const UNSEEN_DRAWS: usize = 200;
/// Multiplications spent on plain curves at most.
const WORK: usize = 60_000_000;
/// Carry-over shares of the plain curves.
const PLAIN: [f64; 3] = [0.1, 0.5, 0.8];
/// Half-saturation of the plain curves, the middle of the default prior.
const HALF: f64 = 0.8;
/// Share of the panel at either end where no step is looked for, and periods between two places where one is.
const EDGE: f64 = 0.15;
const STRIDE: usize = 3;

/// What one draw says of each channel.
pub(super) struct Probe {
    pub(super) next: Vec<Coefficient>,
    pub(super) curve: Vec<Coefficient>,
    pub(super) plain: Vec<f64>,
}

/// Of draw `d`.
pub(super) fn probe(posterior: &Posterior, d: usize) -> Probe {
    let (channels, _, periods, _) = posterior.design.dims();
    let own = media(posterior, d);
    let silent = || vec![Coefficient { value: 0.0, se: 1e6 }; channels];
    let next = match Regression::new(posterior, d, own.clone(), periods - 1).solved() {
        Some(fit) => (0..channels).map(|c| fit.added(&next(posterior, c))).collect(),
        None => silent(),
    };
    Probe { next, curve: curves(posterior, d, &own).unwrap_or_else(silent), plain: plain(posterior, d, own) }
}

/// Media of the next period, compressed.
fn next(posterior: &Posterior, c: usize) -> Vec<f64> {
    let (_, geos, periods, _) = posterior.design.dims();
    let at = |g: usize, t: usize| posterior.design.media.get((c, g, t + 1)).map_or(0.0, |x| x.max(0.0).ln_1p());
    standardised((0..geos * periods).map(|i| at(i / periods, i % periods)).collect())
}

/// Each channel's test of its curve: media raised to a power a little above 1, beside what its half-saturation and
/// carry-over could do. `None` where there are too few periods for so many columns.
fn curves(posterior: &Posterior, d: usize, own: &[Vec<f64>]) -> Option<Vec<Coefficient>> {
    let (channels, geos, periods, k) = posterior.design.dims();
    let mut columns = own.to_vec();
    for c in 0..channels {
        columns.push(bent(posterior, d, c, |x, slope, _| x * slope));
        columns.push(slower(posterior, d, c));
    }
    if 2 * (columns.len() + k) > geos * periods {
        return None;
    }
    let fit: Solved = Regression::new(posterior, d, columns, periods).solved()?;
    let test = |c: usize| {
        fit.added(&bent(
            posterior,
            d,
            c,
            |x, slope, half| {
                if x > 0.0 { x * slope * (x / half).max(1e-3).ln() } else { 0.0 }
            },
        ))
    };
    Some((0..channels).map(test).collect())
}

/// A function of media, slope of the curve there and half-saturation, carried over in the order of the spec.
fn bent(posterior: &Posterior, d: usize, c: usize, of: impl Fn(f64, f64, f64) -> f64) -> Vec<f64> {
    let design = &posterior.design;
    let (bend, kind) = (posterior.bend(d, c), design.channels()[c].saturation);
    let at = |x: f64| of(x.max(0.0), kind.value_and_slope(bend, x).1, bend[0]);
    carried(posterior, c, &posterior.weights(d, c), design.spec.adstock_first(), &at)
}

/// What a slower carry-over adds and a quicker one takes away.
fn slower(posterior: &Posterior, d: usize, c: usize) -> Vec<f64> {
    let design = &posterior.design;
    let channel = &design.channels()[c];
    let p = [posterior.draws.adstock[(d, c, 0)], posterior.draws.adstock[(d, c, 1)]];
    let at = |factor: f64| {
        let weights = channel.adstock.weights([(p[0] + factor).clamp(1e-3, p[0].max(0.98)), p[1]], channel.window);
        let value = |x: f64| channel.saturation.value(posterior.bend(d, c), x);
        carried(posterior, c, &weights, design.spec.adstock_first(), &value)
    };
    standardised(at(0.02).iter().zip(at(-0.02)).map(|(a, b)| a - b).collect())
}

/// `of` media carried over, or of what is carried over, standardised.
fn carried(posterior: &Posterior, c: usize, weights: &[f64], adstock_first: bool, of: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let design = &posterior.design;
    let (_, geos, periods, _) = design.dims();
    let mut out = vec![0.0; geos * periods];
    for (g, out) in out.chunks_exact_mut(periods).enumerate() {
        let x = design.media.slice(s![c, g, ..]).to_vec();
        let before = design.before[(c, g)];
        if adstock_first {
            carry(weights, &x, before, out);
            out.iter_mut().for_each(|v| *v = of(*v));
        } else {
            carry(weights, &x.iter().map(|v| of(*v)).collect::<Vec<f64>>(), of(before), out);
        }
    }
    standardised(out)
}

/// Effects under plain curves in standard errors, each channel's own column exchanged in turn.
fn plain(posterior: &Posterior, d: usize, own: Vec<Vec<f64>>) -> Vec<f64> {
    let (channels, geos, periods, k) = posterior.design.dims();
    let mut out = vec![0.0; channels];
    if geos * periods * (channels + k).pow(2) * PLAIN.len() * channels > WORK {
        return out;
    }
    for (c, out) in out.iter_mut().enumerate() {
        let mut columns = own.clone();
        for alpha in PLAIN {
            let window = posterior.design.channels()[c].window;
            let weights = crate::mmm::adstock::Adstock::Geometric.weights([alpha, 0.0], window);
            let curve = |x: f64| Saturation::MichaelisMenten.value([HALF, 1.0], x);
            columns[c] = carried(posterior, c, &weights, true, &curve);
            let fit = Regression::new(posterior, d, columns.clone(), periods).solved();
            *out += fit.map_or(0.0, |fit| fit.coefficient(c).z(0.0)) / PLAIN.len() as f64;
        }
    }
    out
}

/// By channel, what it brings in its weakest weeks (the lowest twentieth) as a share of what it brings on average, geos
/// summed, mean over draws.
pub(super) fn unseen(posterior: &Posterior) -> Vec<f64> {
    let (channels, _, periods, _) = posterior.design.dims();
    let share = |plane: ArrayView2<'_, f64>| {
        let mut weeks = plane.sum_axis(Axis(0)).to_vec();
        let mean = weeks.iter().sum::<f64>() / periods as f64;
        let (_, weakest, _) = weeks.select_nth_unstable_by(periods / 20, f64::total_cmp);
        *weakest / mean.abs().max(1e-300)
    };
    let by_draw: Vec<Vec<f64>> = posterior
        .thin(UNSEEN_DRAWS)
        .par_iter()
        .map(|&d| posterior.media(d).outer_iter().map(share).collect())
        .collect();
    (0..channels).map(|c| by_draw.iter().map(|d| d[c]).sum::<f64>() / by_draw.len().max(1) as f64).collect()
}

/// The largest step of the outcome's level that the baseline does not know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// First day of the new level, to within a few periods.
    pub from: Day,
    /// Change, KPI units a period, geos summed.
    pub change: f64,
    /// The same in standard errors.
    pub z: f64,
}

/// Looks for a step in the middle of the panel, in what the middle draw leaves over (Andrews 1993). `None` on panels too short for one.
pub(super) fn level(posterior: &Posterior) -> Option<Level> {
    let (_, geos, periods, _) = posterior.design.dims();
    let d = posterior.thin(DRAWS).get(1).copied()?;
    let fit = Regression::new(posterior, d, media(posterior, d), periods).solved()?;
    let scale: f64 = (0..geos).map(|g| posterior.design.kpi_scale(g)).sum();
    let edge = (EDGE * periods as f64) as usize;
    (edge..periods - edge)
        .step_by(STRIDE)
        .map(|at| {
            let column: Vec<f64> = (0..geos * periods).map(|i| f64::from(u8::from(i % periods >= at))).collect();
            let c = fit.added(&column);
            Level { from: posterior.design.panel.periods[at], change: c.value * scale, z: c.z(0.0) }
        })
        .max_by(|a, b| a.z.abs().total_cmp(&b.z.abs()))
}
