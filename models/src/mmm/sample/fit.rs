//! One call from a design to draws: build, start, sample, expand.

use std::sync::Arc;

use super::build;
use super::driver::{self, Cancel, ChainDraws, Progress, Settled};
use super::error::SampleError;
use super::expand;
use super::frame::Frame;
use super::problem::{Noise, Problem};
use crate::domain::panel::Panel;
use crate::mmm::design::Design;
use crate::mmm::posterior::Posterior;
use crate::mmm::spec::CheckedSpec;

/// A fit by sampling.
#[derive(Debug, Clone)]
pub struct Sampled {
    /// Draws in the shape that every answer reads.
    pub posterior: Posterior,
    /// By channel, draws of the quantity its prior is on (ROI, mROI, share or coefficient).
    pub effects: Vec<Vec<f64>>,
    /// What the sampler moved, chain by chain.
    pub chains: Vec<ChainDraws>,
    /// What was sampled.
    pub problem: Arc<Problem>,
    /// Seed the draws came from.
    pub seed: u64,
    /// Centre, scales and correlations of the draws, where refits start.
    pub frame: Frame,
}

impl Sampled {
    /// Divergent trajectories after tuning, over all chains.
    #[must_use]
    pub fn divergences(&self) -> usize {
        self.chains.iter().flat_map(|c| &c.diverged).filter(|d| **d).count()
    }

    /// Draws whose trajectory reached the depth limit.
    #[must_use]
    pub fn at_max_depth(&self) -> usize {
        self.chains.iter().map(|c| c.at_max_depth).sum()
    }

    /// Gradients computed, tuning included.
    #[must_use]
    pub fn gradients(&self) -> u64 {
        self.chains.iter().map(|c| c.gradients).sum()
    }

    /// Every scalar that was sampled or drawn, by name, chain by chain; sampled ones on the unconstrained scale, on which
    /// convergence is the same as on their own.
    #[must_use]
    pub fn scalars(&self) -> Vec<(String, Vec<Vec<f64>>)> {
        let design = &self.posterior.design;
        let draws = &self.posterior.draws;
        let mut names: Vec<(String, usize)> = Vec::new();
        for ((channel, slots), priors) in
            design.channels().iter().zip(&self.problem.slots.channels).zip(&self.problem.channels)
        {
            let mut add =
                |what: &str, slot: Option<usize>| names.extend(slot.map(|s| (format!("{}.{what}", channel.name), s)));
            add("effect", Some(slots.effect));
            for (i, what) in channel.adstock.names().iter().take(priors.carry.len()).enumerate() {
                add(what, Some(slots.carry + i));
            }
            add("half_saturation", slots.half);
            add("slope", slots.slope);
            for k in 0..priors.drift.as_ref().map_or(0, Vec::len) {
                add(&format!("drift_{}", k + 1), slots.drift.map(|first| first + k));
            }
            add("geo_spread", slots.spread);
            for (g, geo) in design.panel.geos.iter().enumerate() {
                add(&format!("geo.{geo}"), slots.deviations.map(|first| first + g));
            }
        }
        names.extend(self.problem.slots.sigma.map(|s| ("sigma".to_owned(), s)));
        names.extend(self.problem.slots.dispersion.map(|s| ("dispersion".to_owned(), s)));
        let mut out: Vec<(String, Vec<Vec<f64>>)> =
            names.into_iter().map(|(name, slot)| (name, self.coordinate(slot))).collect();
        let per = draws.intercept.nrows() / self.chains.len().max(1);
        let column = |values: ndarray::ArrayView1<'_, f64>| -> Vec<Vec<f64>> {
            values.to_vec().chunks_exact(per.max(1)).map(<[f64]>::to_vec).collect()
        };
        for (g, geo) in design.panel.geos.iter().enumerate() {
            out.push((format!("intercept.{geo}"), column(draws.intercept.column(g))));
        }
        for (k, feature) in design.features.iter().enumerate() {
            out.push((feature.name.clone(), column(draws.linear.column(k))));
        }
        out
    }

    /// Draws of unconstrained coordinate `i`, chain by chain.
    #[must_use]
    pub fn coordinate(&self, i: usize) -> Vec<Vec<f64>> {
        let dim = self.problem.slots.len;
        self.chains.iter().map(|c| c.values.iter().skip(i).step_by(dim).copied().collect()).collect()
    }
}

/// Fits `panel` as `spec` says, on all threads of the current rayon pool. The same seed gives the same bits on any number.
///
/// # Errors
/// [`SampleError`]: cancelled, a prior the sampler cannot use, or no finite start.
pub fn fit(
    panel: &Panel,
    spec: &CheckedSpec,
    seed: u64,
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<Sampled, SampleError> {
    fit_design(Arc::new(Design::new(panel, spec, None)), seed, progress, cancel)
}

/// The same for a design at hand (a refresh with stored scales, or a simulated outcome).
///
/// # Errors
/// As [`fit`].
pub fn fit_design(
    design: Arc<Design>,
    seed: u64,
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<Sampled, SampleError> {
    let s = design.spec.spec().sampler;
    let settled = Settled {
        chains: s.chains,
        tune: s.tune,
        draws: s.draws,
        target_accept: s.target_accept,
        max_depth: s.max_depth,
        threads: rayon::current_num_threads(),
    };
    fit_settled(design, settled, seed, progress, cancel)
}

/// The same with sampler settings of one's own.
///
/// # Errors
/// As [`fit`].
pub fn fit_settled(
    design: Arc<Design>,
    settled: Settled,
    seed: u64,
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<Sampled, SampleError> {
    let problem = Arc::new(build::problem(&design)?);
    let (chains, frame) = driver::sample(&problem, settled, seed, &start(&problem), progress, cancel)?;
    expanded(design, problem, chains, frame, seed, cancel)
}

/// Fits a design that is much like one fitted already (another assumption, a simulated outcome, fewer weeks), from what
/// `known` says of the posterior: a short tuning is enough.
///
/// # Errors
/// As [`fit`].
pub fn refit(
    known: &Sampled,
    design: Arc<Design>,
    settled: Settled,
    seed: u64,
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<Sampled, SampleError> {
    let problem = Arc::new(build::problem(&design)?);
    let frame = known.frame.carried_to(&problem, &start(&problem));
    let chains = driver::resample(&problem, settled, seed, frame.clone(), progress, cancel)?;
    expanded(design, problem, chains, frame, seed, cancel)
}

fn expanded(
    design: Arc<Design>,
    problem: Arc<Problem>,
    chains: Vec<ChainDraws>,
    frame: Frame,
    seed: u64,
    cancel: &Cancel,
) -> Result<Sampled, SampleError> {
    if cancel.is_cancelled() {
        return Err(SampleError::Cancelled);
    }
    let (draws, effects) = expand::expand(&problem, &design, &chains, seed)?;
    Ok(Sampled { posterior: Posterior { design, draws }, effects, chains, problem, seed, frame })
}

/// The centre of the chains' starting points: prior medians, the noise near the outcome's own spread.
#[must_use]
pub fn start(p: &Problem) -> Vec<f64> {
    let mut z = vec![0.0; p.slots.len];
    for (channel, slots) in p.channels.iter().zip(&p.slots.channels) {
        z[slots.effect] = channel.effect.support().unconstrain(channel.effect.quantile(0.5));
        for (i, (prior, support)) in channel.carry.iter().enumerate() {
            z[slots.carry + i] = support.unconstrain(prior.quantile(0.5));
        }
        for (slot, prior) in [(slots.half, channel.half), (slots.slope, channel.slope), (slots.spread, channel.spread)]
        {
            if let (Some(slot), Some(prior)) = (slot, prior) {
                z[slot] = prior.support().unconstrain(prior.quantile(0.5));
            }
        }
    }
    for (lever, &slot) in p.levers.iter().zip(&p.slots.levers) {
        z[slot] = lever.prior.support().unconstrain(lever.prior.quantile(0.5));
    }
    if let Some(slot) = p.slots.sigma {
        z[slot] = p.sigma.support().unconstrain(0.7);
    }
    if let Some(slot) = p.slots.dispersion {
        z[slot] = if p.noise == Noise::StudentT { 2.0 } else { -1.0 };
    }
    z
}
