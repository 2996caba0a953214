//! From sampled vectors to the one fitted shape, drawing the integrated-out coefficients back exactly.

use std::sync::Arc;

use ndarray::Array3;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::build;
use super::density::{ChannelPoint, Density};
use super::driver::ChainDraws;
use super::error::SampleError;
use super::noise;
use super::problem::{Noise, Problem};
use crate::mmm::design::Design;
use crate::mmm::features::Part;
use crate::mmm::posterior::Draws;
use crate::mmm::prior::Prior;

/// Streams of random numbers from here on belong to single draws; the chains use the ones below.
const DRAW_STREAMS: u64 = 1 << 32;

/// One draw on the parameters' own scales.
pub(super) struct Point {
    channels: Vec<ChannelPoint>,
    weights: Vec<f64>,
    coefficients: Vec<f64>,
    levers: Vec<f64>,
    /// By channel and knot, one after the other.
    drift: Vec<Vec<f64>>,
    sigma: f64,
    dispersion: f64,
}

/// Expands every draw of every chain; beside the draws, by channel the quantity its effect prior is on.
///
/// The same bits whatever the number of threads: each draw has its own random numbers.
pub fn expand(
    problem: &Arc<Problem>,
    design: &Design,
    chains: &[ChainDraws],
    seed: u64,
) -> Result<(Draws, Vec<Vec<f64>>), SampleError> {
    let dim = problem.slots.len;
    let vectors: Vec<&[f64]> = chains.iter().flat_map(|c| c.values.chunks_exact(dim)).collect();
    let points: Result<Vec<Point>, SampleError> = vectors
        .par_iter()
        .enumerate()
        .map_init(|| Density::new(problem.clone()), |density, (i, z)| point(problem, density, z, seed, i))
        .collect();
    let points = points?;
    let mut draws = fill(problem, design, &points);
    draws.chains = chains.len();
    let effects =
        (0..problem.channels.len()).map(|c| points.iter().map(|p| p.channels[c].quantity).collect()).collect();
    Ok((draws, effects))
}

fn point(p: &Problem, density: &mut Density, z: &[f64], seed: u64, index: usize) -> Result<Point, SampleError> {
    density.residual(z).map_err(refused)?;
    let coefficients = match p.slots.linear {
        None => {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(DRAW_STREAMS + index as u64);
            let (rows, state) = density.rows_and_linear();
            p.linear.draw(rows, sigma(p, z).ln(), state, || StandardNormal.sample(&mut rng))
        }
        Some(first) => {
            let basis: Vec<f64> =
                p.linear_start.iter().enumerate().map(|(j, (centre, spread))| centre + spread * z[first + j]).collect();
            p.linear.coefficients(&basis)
        }
    };
    Ok(taken(p, density, z, coefficients))
}

#[allow(clippy::needless_pass_by_value)] // the shape `map_err` wants
fn refused(e: super::density::Reject) -> SampleError {
    SampleError::Sampler { chain: 0, detail: e.to_string() }
}

fn sigma(p: &Problem, z: &[f64]) -> f64 {
    p.slots.sigma.map_or(0.0, |slot| p.sigma.support().constrain(z[slot]).value)
}

/// The point `z` with given linear coefficients.
pub(super) fn at(p: &Problem, density: &mut Density, z: &[f64], coefficients: Vec<f64>) -> Result<Point, SampleError> {
    density.residual(z).map_err(refused)?;
    Ok(taken(p, density, z, coefficients))
}

/// The point that `density` was last evaluated at, `z`.
fn taken(p: &Problem, density: &Density, z: &[f64], coefficients: Vec<f64>) -> Point {
    let channels = density.channels.clone();
    let weights = p
        .slots
        .channels
        .iter()
        .zip(&channels)
        .flat_map(|(slots, point)| {
            (0..p.geos).map(move |g| slots.deviations.map_or(1.0, |first| (point.spread * z[first + g]).exp()))
        })
        .collect();
    let dispersion = match (&p.noise, p.slots.dispersion) {
        (Noise::StudentT, Some(slot)) => noise::freedom(z[slot]),
        (Noise::Counts { .. }, Some(slot)) => noise::size(z[slot]),
        _ => 0.0,
    };
    let levers = density.levers.iter().map(|l| l.0).collect();
    let drift = p
        .slots
        .channels
        .iter()
        .zip(&p.channels)
        .map(|(slots, c)| match (slots.drift, &c.drift) {
            (Some(first), Some(basis)) => z[first..first + basis.len()].to_vec(),
            _ => Vec::new(),
        })
        .collect();
    Point { channels, weights, coefficients, levers, drift, sigma: sigma(p, z), dispersion }
}

/// The one fitted shape from points.
pub(super) fn fill(p: &Problem, design: &Design, points: &[Point]) -> Draws {
    let (channels, geos, _, k) = design.dims();
    let mut draws = Draws::zeros(points.len(), design);
    let own = build::geo_columns(design);
    if !own.is_empty() {
        draws.geo_linear = Array3::zeros((points.len(), geos, k));
    }
    if p.noise != Noise::Normal {
        draws.dispersion = points.iter().map(|point| point.dispersion).collect();
    }
    let mean = match design.spec.spec().priors.linear {
        Prior::Normal { mean, .. } => mean,
        _ => 0.0,
    };
    for (d, point) in points.iter().enumerate() {
        for (c, channel) in point.channels.iter().enumerate() {
            for i in 0..2 {
                draws.adstock[(d, c, i)] = channel.carry[i];
            }
            draws.saturation[(d, c, 0)] = channel.half;
            draws.saturation[(d, c, 1)] = channel.hill;
            for g in 0..geos {
                draws.beta[(d, c, g)] = channel.beta * point.weights[c * geos + g];
            }
        }
        for (c, knots) in point.drift.iter().enumerate() {
            for (k, z) in knots.iter().enumerate() {
                draws.drift[(d, c, k)] = *z;
            }
        }
        debug_assert_eq!(point.weights.len(), channels * geos);
        for g in 0..geos {
            draws.intercept[(d, g)] = point.coefficients[g];
            draws.sigma[(d, g)] = point.sigma;
        }
        for (j, feature) in design.features.iter().enumerate() {
            let centre = if feature.part == Part::Knot { 0.0 } else { mean };
            draws.linear[(d, j)] = centre + point.coefficients[geos + j];
        }
        for (lever, coefficient) in p.levers.iter().zip(&point.levers) {
            draws.linear[(d, lever.feature)] = *coefficient;
        }
        for (i, &j) in own.iter().enumerate() {
            for g in 0..geos {
                draws.geo_linear[(d, g, j)] = point.coefficients[geos + k + i * geos + g];
            }
        }
    }
    draws
}

/// Mean of the outcome by row, as the kernel sees it, for the tests.
#[cfg(test)]
pub fn kernel_media(problem: &Arc<Problem>, z: &[f64]) -> ndarray::Array2<f64> {
    let mut density = Density::new(problem.clone());
    let rows = density.residual(z).expect("a finite point").to_vec();
    ndarray::Array2::from_shape_fn((problem.geos, problem.axis.periods), |(g, t)| {
        let (v, l) = problem.layout.place(g, t);

        problem.y[v].0[l] - rows[v].0[l]
    })
}
