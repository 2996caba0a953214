//! The sampler's driver: chains over threads, one seed each, progress, and a stop within milliseconds.
//!
//! `nuts-rs` moves the chains; its own sampler is not used, so that a fit can be stopped inside a trajectory, tells how far
//! it is, and gives the same bits on one thread as on many: a chain's random numbers depend on seed and chain alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nuts_rs::{Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::density::{Density, Reject};
use super::error::SampleError;
use super::problem::Problem;

/// A flag that stops a fit from another thread.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag not yet raised.
    #[must_use]
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Asks every fit holding this flag to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was raised.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a fit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Draws done over all chains, tuning included.
    pub done: usize,
    /// Draws to do.
    pub total: usize,
    /// Divergences after tuning so far.
    pub divergences: usize,
}

/// Called from the sampling threads, about a hundred times a fit.
pub type Progress<'a> = dyn Fn(Step) + Sync + 'a;

/// Settings of the sampler.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settled {
    /// Chains.
    pub chains: usize,
    /// Tuning draws a chain.
    pub tune: usize,
    /// Kept draws a chain.
    pub draws: usize,
    /// Target acceptance rate.
    pub target_accept: f64,
    /// Deepest trajectory.
    pub max_depth: u64,
    /// Threads; chains are shared out over them. No draw depends on it.
    pub threads: usize,
}

/// What one chain left.
#[derive(Debug, Clone, Default)]
pub struct ChainDraws {
    /// Unconstrained draws, one after another, `draws x dim`.
    pub values: Vec<f64>,
    /// By draw, whether its trajectory diverged.
    pub diverged: Vec<bool>,
    /// Trajectories after tuning that reached the depth limit.
    pub at_max_depth: usize,
    /// Gradients computed, tuning included.
    pub gradients: u64,
    /// Step size after tuning.
    pub step_size: f64,
}

/// The density as `nuts-rs` wants it.
struct Logp {
    density: Density,
    cancel: Cancel,
}

impl std::fmt::Debug for Logp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logp").field("dim", &self.density.dim()).finish()
    }
}

impl LogpError for Reject {
    fn is_recoverable(&self) -> bool {
        *self == Reject::NotFinite
    }
}

impl HasDims for Logp {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([("unconstrained_parameter".to_owned(), self.density.dim() as u64)])
    }
}

impl CpuLogpFunc for Logp {
    type LogpError = Reject;
    type ExpandedVector = Vec<f64>;
    type FlowParameters = ();

    fn dim(&self) -> usize {
        self.density.dim()
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> Result<f64, Reject> {
        if self.cancel.is_cancelled() {
            return Err(Reject::Cancelled);
        }
        self.density.evaluate(position, gradient)
    }

    fn expand_vector<R: rand::Rng + ?Sized>(&mut self, _: &mut R, position: &[f64]) -> Result<Vec<f64>, CpuMathError> {
        Ok(position.to_vec())
    }
}

/// Samples `problem`, from `start` jittered anew for each chain. Chains come back in order.
///
/// # Errors
/// [`SampleError::Cancelled`], or what stopped the first chain that failed.
pub fn sample(
    problem: &Arc<Problem>,
    settings: Settled,
    seed: u64,
    start: &[f64],
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<Vec<ChainDraws>, SampleError> {
    let shared = Shared {
        done: AtomicUsize::new(0),
        divergences: AtomicUsize::new(0),
        total: settings.chains * (settings.tune + settings.draws),
        progress,
    };
    let next = AtomicUsize::new(0);
    let threads = settings.threads.clamp(1, settings.chains.max(1));
    let mut results: Vec<(usize, Result<ChainDraws, SampleError>)> = std::thread::scope(|scope| {
        let work = || {
            let mut out = Vec::new();
            loop {
                let chain = next.fetch_add(1, Ordering::Relaxed);
                if chain >= settings.chains {
                    return out;
                }
                out.push((chain, run_chain(problem, settings, seed, chain, start, &shared, cancel)));
            }
        };
        let handles: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for handle in handles {
            match handle.join() {
                Ok(part) => all.extend(part),
                // a bug, not a state of the data: hand the panic on instead of hiding it
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    results.sort_by_key(|(chain, _)| *chain);
    results.into_iter().map(|(_, result)| result).collect()
}

struct Shared<'a> {
    done: AtomicUsize,
    divergences: AtomicUsize,
    total: usize,
    progress: &'a Progress<'a>,
}

impl Shared<'_> {
    fn drawn(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of((self.total / 100).max(1)) || done == self.total {
            let divergences = self.divergences.load(Ordering::Relaxed);
            (self.progress)(Step { done, total: self.total, divergences });
        }
    }
}

/// Starting points tried before a chain gives up; each is drawn closer to the given start.
const STARTS: usize = 40;

fn run_chain(
    problem: &Arc<Problem>,
    settings: Settled,
    seed: u64,
    chain: usize,
    start: &[f64],
    shared: &Shared<'_>,
    cancel: &Cancel,
) -> Result<ChainDraws, SampleError> {
    let mut nuts = DiagNutsSettings {
        num_tune: settings.tune as u64,
        num_draws: settings.draws as u64,
        maxdepth: settings.max_depth,
        ..DiagNutsSettings::default()
    };
    nuts.adapt_options.step_size_settings.target_accept = settings.target_accept;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(chain as u64 + 1);
    let math = CpuMath::new(Logp { density: Density::new(problem.clone()), cancel: cancel.clone() });
    let failed = |detail: String| {
        if cancel.is_cancelled() { SampleError::Cancelled } else { SampleError::Sampler { chain, detail } }
    };
    let mut sampler = nuts.new_chain(chain as u64, math, &mut rng).map_err(|e| failed(e.to_string()))?;

    let mut detail = String::new();
    let placed = (0..STARTS).any(|attempt| {
        let width = 0.3 * 0.9f64.powi(attempt as i32);
        let position: Vec<f64> = start
            .iter()
            .map(|s| {
                let n: f64 = StandardNormal.sample(&mut rng);
                s + width * n
            })
            .collect();
        sampler.set_position(&position).map_err(|e| detail = e.to_string()).is_ok()
    });
    if cancel.is_cancelled() {
        return Err(SampleError::Cancelled);
    }
    if !placed {
        return Err(SampleError::NoStart { chain, detail });
    }

    let mut out = ChainDraws::default();
    out.values.reserve(settings.draws * start.len());
    let full = (1u64 << settings.max_depth) - 1;
    for draw in 0..settings.tune + settings.draws {
        let (position, step) = sampler.draw().map_err(|e| failed(e.to_string()))?;
        out.gradients += step.num_gradients;
        if draw >= settings.tune {
            out.values.extend_from_slice(&position);
            out.diverged.push(step.diverging);
            out.at_max_depth += usize::from(step.num_steps >= full);
            shared.divergences.fetch_add(usize::from(step.diverging), Ordering::Relaxed);
            out.step_size = step.step_size;
        }
        shared.drawn();
    }
    Ok(out)
}
