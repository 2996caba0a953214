//! The sampler's driver: chains over threads, one seed each, progress, and a stop within milliseconds.
//!
//! `nuts-rs` moves the chains; its own sampler is not used, so that a fit can be stopped inside a trajectory, tells how far
//! it is, and gives the same bits on one thread as on many: a chain's random numbers depend on seed and chain alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use nuts_rs::{
    Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, KineticEnergyKind, LogpError, Settings,
};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::density::{Density, Reject};
use super::error::SampleError;
use super::frame::{Frame, Placed};
use super::places::{Place, places};
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
    /// Tuning draws a chain; [`sample`] spends the first part of them on its frame.
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
    /// By draw, whether a trajectory on the way to it diverged.
    pub diverged: Vec<bool>,
    /// Draws with a trajectory that reached the depth limit.
    pub at_max_depth: usize,
    /// Gradients computed, tuning included.
    pub gradients: u64,
    /// Step size after tuning.
    pub step_size: f64,
}

/// The density as `nuts-rs` wants it, in the coordinates of a frame.
struct Logp {
    density: Density,
    frame: Arc<Frame>,
    z: Vec<f64>,
    placed: Placed,
    cancel: Cancel,
}

impl Logp {
    fn new(problem: &Arc<Problem>, frame: &Arc<Frame>, cancel: &Cancel) -> Logp {
        let n = frame.dim();
        Logp {
            density: Density::new(problem.clone()),
            frame: frame.clone(),
            z: vec![0.0; n],
            placed: Placed::default(),
            cancel: cancel.clone(),
        }
    }
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
        let volume = self.frame.place(position, &mut self.z, &mut self.placed);
        let value = self.density.evaluate(&self.z, gradient)?;
        self.frame.pull(gradient, &mut self.placed);
        Ok(value + volume)
    }

    fn expand_vector<R: rand::Rng + ?Sized>(&mut self, _: &mut R, position: &[f64]) -> Result<Vec<f64>, CpuMathError> {
        Ok(position.to_vec())
    }
}

/// Samples `problem` from `start`. Chains come back in order.
///
/// The chains tune twice: a first part finds where the posterior lies and how it leans, pooled over chains into one
/// [`Frame`]; in it they tune the rest and draw.
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
) -> Result<(Vec<ChainDraws>, Frame), SampleError> {
    let shared = Shared::new(settings.chains * (settings.tune + settings.draws), progress);
    let pilot = (PILOT * settings.tune as f64) as usize;
    let kept = (KEPT * pilot as f64) as usize;
    let first = Settled { tune: pilot - kept, draws: kept, ..settings };
    let plain = Arc::new(Frame::plain(problem, start));
    let found = chains(problem, first, (seed, Phase::Pilot), 1, &plain, &shared, cancel)?;
    let frame = Arc::new(of_chains(problem, &found));
    let second = Settled { tune: settings.tune - pilot, ..settings };
    let mut out = chains(problem, second, (seed, Phase::Draws), TRAJECTORIES, &frame, &shared, cancel)?;
    out.iter_mut().zip(&found).for_each(|(own, pilot)| own.gradients += pilot.gradients);
    let frame = of_chains(problem, &out);
    Ok((out, frame))
}

/// The frame of what chains left.
fn of_chains(problem: &Arc<Problem>, found: &[ChainDraws]) -> Frame {
    let dim = problem.slots.len;
    Frame::of(problem, found.iter().flat_map(|c| c.values.chunks_exact(dim)))
}

/// Slots of the deviations of geos.
fn deviations(problem: &Problem) -> Vec<usize> {
    let all = places(problem).into_iter().enumerate();
    all.filter(|(_, place)| matches!(place, Place::Deviation(..))).map(|(slot, _)| slot).collect()
}

/// Trajectories from one kept draw to the next of a full fit: a draw that is kept costs its expansion, its answers and its
/// place in the run's file, so it should be worth nearly an independent one.
const TRAJECTORIES: usize = 2;

/// Share of the tuning draws spent on the frame, and of these the part it is taken from.
const PILOT: f64 = 0.5;
const KEPT: f64 = 0.5;

/// What chains do in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Look for the posterior from the plain frame.
    Pilot,
    /// Draw in the posterior's own.
    Draws,
}

/// Samples `problem` in a frame that is known already, tuning little more than the step size.
///
/// # Errors
/// As [`sample`].
pub fn resample(
    problem: &Arc<Problem>,
    settings: Settled,
    seed: u64,
    frame: Frame,
    progress: &Progress<'_>,
    cancel: &Cancel,
) -> Result<Vec<ChainDraws>, SampleError> {
    let shared = Shared::new(settings.chains * (settings.tune + settings.draws), progress);
    chains(problem, settings, (seed, Phase::Draws), 1, &Arc::new(frame), &shared, cancel)
}

/// Runs chains in `frame` over threads, `apart` trajectories from one kept draw to the next; `(seed, phase)` and the chain's
/// number set its random numbers.
fn chains(
    problem: &Arc<Problem>,
    settings: Settled,
    seed: (u64, Phase),
    apart: usize,
    frame: &Arc<Frame>,
    shared: &Shared<'_>,
    cancel: &Cancel,
) -> Result<Vec<ChainDraws>, SampleError> {
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
                out.push((chain, run_chain(problem, settings, seed, (chain, apart), frame, shared, cancel)));
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

impl<'a> Shared<'a> {
    fn new(total: usize, progress: &'a Progress<'a>) -> Shared<'a> {
        Shared { done: AtomicUsize::new(0), divergences: AtomicUsize::new(0), total, progress }
    }

    fn drawn(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of((self.total / 100).max(1)) || done == self.total {
            let divergences = self.divergences.load(Ordering::Relaxed);
            (self.progress)(Step { done, total: self.total, divergences });
        }
    }
}

/// Random numbers of the phases stay apart.
const PHASE_STREAMS: u64 = 1 << 24;

/// Starting points tried before a chain gives up; each is drawn closer to the given start.
const STARTS: usize = 40;

/// Deepest trajectory of the pilot with deviations of geos: while their scales are not known, the longest direction of thousands
/// would have chains walk a thousand steps.
const PILOT_DEPTH: u64 = 4;

/// About the time of the exact normal flow from one trajectory's end to its other: beyond half a turn it comes back.
const FLOW: f64 = 2.5;

/// Longest step of the exact normal flow.
const LONGEST: f64 = 1.0;

/// So many times the rejections that are asked for are let happen in that flow, and the least share accepted.
const REJECTED: f64 = 2.5;
const LEAST_ACCEPTED: f64 = 0.65;

/// How chains move.
///
/// With deviations of geos there are hundreds or thousands of parameters that their frame makes all but normal, and few hard
/// ones. There the flow that is exact for a normal takes steps as the hard ones allow, where a leapfrog's have to shrink
/// with the number of parameters; a trajectory is ended by its length, as turning back is told by the many easy ones;
/// and rejections are less to be feared, as they come of many small errors.
fn moves(settings: Settled, phase: Phase, frame: &Frame, deviations: bool) -> DiagNutsSettings {
    let mut nuts = DiagNutsSettings {
        num_tune: settings.tune as u64,
        num_draws: settings.draws as u64,
        maxdepth: settings.max_depth,
        ..DiagNutsSettings::default()
    };
    let step = &mut nuts.adapt_options.step_size_settings;
    step.target_accept = settings.target_accept;
    match phase {
        Phase::Pilot if deviations => nuts.maxdepth = settings.max_depth.min(PILOT_DEPTH),
        Phase::Draws if frame.frees_deviations() => {
            step.target_accept = (1.0 - REJECTED * (1.0 - settings.target_accept)).max(LEAST_ACCEPTED);
            step.adapt_options.dual_average.max_step_size = LONGEST;
            nuts.trajectory_kind = KineticEnergyKind::ExactNormal;
            nuts.target_integration_time = Some(FLOW);
            // the first three steps are less than half a turn
            nuts.mindepth = 2;
        }
        _ => {}
    }
    nuts
}

fn run_chain(
    problem: &Arc<Problem>,
    settings: Settled,
    (seed, phase): (u64, Phase),
    (chain, apart): (usize, usize),
    frame: &Arc<Frame>,
    shared: &Shared<'_>,
    cancel: &Cancel,
) -> Result<ChainDraws, SampleError> {
    let deviations = deviations(problem);
    let nuts = moves(settings, phase, frame, !deviations.is_empty());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(phase as u64 * PHASE_STREAMS + chain as u64 + 1);
    let dim = frame.dim();
    let math = CpuMath::new(Logp::new(problem, frame, cancel));
    let failed = |detail: String| {
        if cancel.is_cancelled() { SampleError::Cancelled } else { SampleError::Sampler { chain, detail } }
    };
    let mut sampler = nuts.new_chain(chain as u64, math, &mut rng).map_err(|e| failed(e.to_string()))?;

    let mut detail = String::new();
    let placed = (0..STARTS).any(|attempt| {
        // in a frame of its own posterior a start is a draw, around a prior's centre it is a guess
        let width = if phase == Phase::Pilot { 0.3 } else { 1.0 } * 0.9f64.powi(attempt as i32);
        let mut position: Vec<f64> = (0..dim)
            .map(|_| {
                let n: f64 = StandardNormal.sample(&mut rng);
                width * n
            })
            .collect();
        // scales are first guessed by the slope at the start, and of thousands of normal ones some are all but flat there: one
        // standard deviation off its centre none is
        for &slot in &deviations {
            position[slot] = 0.9f64.powi(attempt as i32).copysign(position[slot]);
        }
        sampler.set_position(&position).map_err(|e| detail = e.to_string()).is_ok()
    });
    if cancel.is_cancelled() {
        return Err(SampleError::Cancelled);
    }
    if !placed {
        return Err(SampleError::NoStart { chain, detail });
    }

    let mut out = ChainDraws::default();
    out.values.reserve(settings.draws * dim);
    let (mut z, mut placed) = (vec![0.0; dim], Placed::default());
    let full = (1u64 << settings.max_depth) - 1;
    for draw in 0..settings.tune + settings.draws {
        let kept = draw >= settings.tune;
        let (mut diverged, mut deepest) = (false, 0);
        for trajectory in 1..=if kept { apart } else { 1 } {
            let (position, step) = sampler.draw().map_err(|e| failed(e.to_string()))?;
            out.gradients += step.num_gradients;
            diverged |= step.diverging;
            deepest = deepest.max(step.num_steps);
            out.step_size = step.step_size;
            if kept && trajectory == apart {
                frame.place(&position, &mut z, &mut placed);
                out.values.extend_from_slice(&z);
            }
        }
        if kept {
            out.diverged.push(diverged);
            out.at_max_depth += usize::from(deepest >= full);
            shared.divergences.fetch_add(usize::from(diverged), Ordering::Relaxed);
        }
        shared.drawn();
    }
    Ok(out)
}
