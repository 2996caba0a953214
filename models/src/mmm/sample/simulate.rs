//! Draws from the prior, in the same shape as a fit: what the spec assumes before it sees an outcome.

use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, StandardNormal};
use rayon::prelude::*;

use super::build;
use super::density::Density;
use super::error::SampleError;
use super::expand;
use super::problem::{Noise, Problem};
use crate::mmm::design::Design;
use crate::mmm::posterior::Posterior;

/// Streams of random numbers of prior draws: apart from those of chains and of posterior draws.
const PRIOR_STREAMS: u64 = 1 << 48;

/// Points tried before a prior is given up as having no density anywhere.
const TRIES: usize = 200;

/// `n` draws from the prior of `design`. Its outcome is used for nothing but the scales and, for priors on shares, its total.
///
/// # Errors
/// [`SampleError::NoStart`] where the prior gives no finite model, and as [`super::fit`].
pub fn prior(design: Arc<Design>, n: usize, seed: u64) -> Result<Posterior, SampleError> {
    let problem = Arc::new(build::problem(&design)?);
    let point = |density: &mut Density, index: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(PRIOR_STREAMS + index as u64);
        let mut placed = None;
        for _ in 0..TRIES {
            let (z, quantities) = vector(&problem, &mut rng);
            if let Some(z) = density.with_quantities(z, &quantities) {
                placed = Some(z);
                break;
            }
        }
        let Some(z) = placed else {
            return Err(SampleError::NoStart { chain: 0, detail: "the prior draws no finite media effect".into() });
        };
        let basis: Vec<f64> = (0..problem.linear.columns()).map(|_| StandardNormal.sample(&mut rng)).collect();
        expand::at(&problem, density, &z, problem.linear.coefficients(&basis))
    };
    let points: Result<Vec<_>, SampleError> =
        (0..n).into_par_iter().map_init(|| Density::new(problem.clone()), point).collect();
    let points = points?;
    let draws = expand::fill(&problem, &design, &points);
    Ok(Posterior { design, draws })
}

/// Shape parameters, deviations and noise from their priors, and the quantity each effect prior is on.
fn vector(p: &Problem, rng: &mut ChaCha8Rng) -> (Vec<f64>, Vec<f64>) {
    let mut z = vec![0.0; p.slots.len];
    let mut quantities = Vec::with_capacity(p.channels.len());
    for (channel, slots) in p.channels.iter().zip(&p.slots.channels) {
        for (i, (prior, support)) in channel.carry.iter().enumerate() {
            // a support narrower than the prior's own: draw until inside
            let value = (0..TRIES)
                .map(|_| prior.draw(rng))
                .find(|v| support.contains(*v))
                .unwrap_or_else(|| support.constrain(0.0).value);
            z[slots.carry + i] = support.unconstrain(value);
        }
        for (slot, prior) in [(slots.half, channel.half), (slots.slope, channel.slope), (slots.spread, channel.spread)]
        {
            if let (Some(slot), Some(prior)) = (slot, prior) {
                z[slot] = prior.support().unconstrain(prior.draw(rng));
            }
        }
        if let (Some(first), Some(basis)) = (slots.drift, &channel.drift) {
            z[first..first + basis.len()].iter_mut().for_each(|z| *z = StandardNormal.sample(rng));
        }
        if let Some(first) = slots.deviations {
            z[first..first + p.geos].iter_mut().for_each(|z| *z = StandardNormal.sample(rng));
        }
        quantities.push(channel.effect.draw(rng));
    }
    for (lever, &slot) in p.levers.iter().zip(&p.slots.levers) {
        z[slot] = lever.prior.support().unconstrain(lever.prior.draw(rng));
    }
    if let Some(slot) = p.slots.sigma {
        z[slot] = p.sigma.support().unconstrain(p.sigma.draw(rng));
    }
    if let Some(slot) = p.slots.dispersion {
        z[slot] = match p.noise {
            // as in `noise`: degrees of freedom above 1 are Gamma(2, 0.1), the inverse root of the size is half-normal(1)
            Noise::StudentT => Gamma::new(2.0, 10.0).map_or(20.0f64, |g| g.sample(rng)).ln(),
            _ => {
                let root: f64 = StandardNormal.sample(rng);
                root.abs().max(1e-6).ln()
            }
        };
    }
    (z, quantities)
}
