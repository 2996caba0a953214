//! What the spend itself can and cannot tell: channels that move together, and a baseline that would have to be negative.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::mmm::design::Design;
use crate::mmm::posterior::Posterior;

/// Two channels whose media move together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Collinear {
    /// One channel.
    pub a: String,
    /// The other.
    pub b: String,
    /// Correlation of their scaled media over geos and periods, each geo's mean taken out.
    pub correlation: f64,
}

/// How a channel's media relate to everything else in the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inflation {
    /// Channel.
    pub channel: String,
    /// Variance inflation: 1 / (1 - R2) of its carried media on all other channels, trend, season and controls.
    pub factor: f64,
}

/// Pairs above `least` in absolute correlation, strongest first.
#[must_use]
pub fn collinear(design: &Design, least: f64) -> Vec<Collinear> {
    let series = media(design);
    let channels = design.channels();
    let mut out = Vec::new();
    for a in 0..series.len() {
        for b in a + 1..series.len() {
            let correlation = correlation(&series[a], &series[b]);
            if correlation.abs() >= least {
                out.push(Collinear { a: channels[a].name.clone(), b: channels[b].name.clone(), correlation });
            }
        }
    }
    out.sort_by(|x, y| y.correlation.abs().total_cmp(&x.correlation.abs()));
    out
}

/// Variance inflation of every channel.
#[must_use]
pub fn inflation(design: &Design) -> Vec<Inflation> {
    let mut columns = media(design);
    let channels = columns.len();
    columns.extend(design.z.outer_iter().map(|plane| centred(plane.rows().into_iter().map(|r| r.to_vec()))));
    (0..channels)
        .map(|c| Inflation { channel: design.channels()[c].name.clone(), factor: inflated(&columns, c) })
        .collect()
}

/// Sum of squares of column `c` over what is left of it after the others: sequential projection (modified Gram-Schmidt).
fn inflated(columns: &[Vec<f64>], c: usize) -> f64 {
    let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut left = columns[c].clone();
    let full = square(&left);
    for (_, column) in columns.iter().enumerate().filter(|(i, _)| *i != c) {
        let (mut v, before) = (column.clone(), square(column));
        for b in &basis {
            take_out(&mut v, b);
        }
        let norm = square(&v).sqrt();
        // a column that the others already span adds only rounding
        if norm * norm > 1e-10 * before {
            v.iter_mut().for_each(|x| *x /= norm);
            take_out(&mut left, &v);
            basis.push(v);
        }
    }
    (full / square(&left).max(1e-12 * full)).max(1.0)
}

fn take_out(v: &mut [f64], unit: &[f64]) {
    let along: f64 = v.iter().zip(unit).map(|(a, b)| a * b).sum();
    v.iter_mut().zip(unit).for_each(|(a, b)| *a -= along * b);
}

fn centred(rows: impl Iterator<Item = Vec<f64>>) -> Vec<f64> {
    rows.flat_map(|row| {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        row.into_iter().map(move |v| v - mean)
    })
    .collect()
}

fn media(design: &Design) -> Vec<Vec<f64>> {
    design.media.outer_iter().map(|plane| centred(plane.rows().into_iter().map(|r| r.to_vec()))).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(a, b)| a * b).sum::<f64>();
    let under = (dot(a, a) * dot(b, b)).sqrt();
    if under > 0.0 { dot(a, b) / under } else { 0.0 }
}

/// What the fit says of the baseline: a negative one means that media were given more than there was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NegativeBaseline {
    /// Mean over draws of the share of periods (geos summed) whose baseline is below 0.
    pub share_of_periods: f64,
    /// Probability that the baseline summed over all periods is below 0.
    pub probability_total: f64,
}

/// Of the draws of `posterior`.
#[must_use]
pub fn negative_baseline(posterior: &Posterior) -> NegativeBaseline {
    let draws = posterior.thin(1000);
    let told: Vec<(f64, f64)> = draws
        .par_iter()
        .map(|&d| {
            let by_period = posterior.baseline(d).sum_axis(ndarray::Axis(0));
            let below = by_period.iter().filter(|v| **v < 0.0).count() as f64;
            (below / by_period.len() as f64, f64::from(u8::from(by_period.sum() < 0.0)))
        })
        .collect();
    let (share, total) = told.iter().fold((0.0, 0.0), |(share, total), (s, t)| (share + s, total + t));
    NegativeBaseline { share_of_periods: share / draws.len() as f64, probability_total: total / draws.len() as f64 }
}
