//! The log density of everything sampled and its gradient, derived by hand.
//!
//! One evaluation: media through carry-over and saturation (forward), totals and coefficients, the mean, the likelihood
//! with the linear block integrated out, then the same way back (adjoint). See `docs/` for the derivation in words; the
//! tests hold it against finite differences for every combination of options.

use std::sync::Arc;

use super::block::{Block, BlockState, Lane, Role, Scratch};
use super::fused::{ByGeo, ByTime, Slopes};
use super::lanes::{F8, LANES, as_they_lie, exp, flat};
use super::linear::{LinearState, Marginal};
use super::noise;
use super::problem::{FunctionalKind, MARGINAL_STEP, Noise, Problem, Target};
use super::ready::Ready;
use super::rows::Layout;
use super::runs::{Run, runs};
use crate::mmm::prior::Prior;

/// Why a point has no density. All are recoverable: the sampler turns back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// Outside the support of a prior, or not a number.
    #[error("the density is not finite here")]
    NotFinite,
    /// The caller asked to stop. Not recoverable.
    #[error("cancelled")]
    Cancelled,
}

/// A parameter on its own scale, with the slopes that lead back to the unconstrained one.
#[derive(Debug, Clone, Copy, Default)]
struct Scalar {
    value: f64,
    slope: f64,
}

/// One channel at the current point.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChannelPoint {
    /// Carry-over parameters as [`crate::mmm::adstock::Adstock`] names them.
    pub carry: [f64; 2],
    /// Half-saturation.
    pub half: f64,
    /// Hill slope.
    pub hill: f64,
    /// Coefficient before geo deviations.
    pub beta: f64,
    /// The quantity the total stands for (ROI, share, or coefficient * `H`).
    pub total: f64,
    /// What the effect prior is on: the total, the coefficient or the marginal return.
    pub quantity: f64,
    /// Spread of geos' log effects.
    pub spread: f64,
    carry_slope: [f64; 2],
    half_slope: f64,
    hill_slope: f64,
    spread_slope: f64,
    total_slope: f64,
    h: f64,
    by_h: f64,
    by_beta: f64,
}

/// The density with the working memory of one chain.
#[derive(Debug, Clone)]
pub struct Density {
    /// What is sampled.
    pub problem: Arc<Problem>,
    states: Vec<BlockState>,
    scratch: Scratch,
    runs: Arc<Vec<Run>>,
    /// `sum value * effect` by block and lane.
    sums: Vec<F8>,
    weights: Vec<F8>,
    by_sum: Vec<F8>,
    by_weight: Vec<F8>,
    functionals: Vec<f64>,
    by_functional: Vec<f64>,
    /// At the last point evaluated.
    pub channels: Vec<ChannelPoint>,
    /// Coefficient of each lever and its slope by the unconstrained one.
    pub levers: Vec<(f64, f64)>,
    /// `y - media` going in, slopes by the mean coming out.
    rows: Vec<F8>,
    linear: LinearState,
    ready: Vec<ChannelReady>,
    ready_levers: Vec<Ready>,
    ready_sigma: Ready,
}

/// A channel's priors made ready, as [`crate::mmm::sample::problem::ChannelPriors`] has them.
#[derive(Debug, Clone)]
struct ChannelReady {
    carry: Vec<Ready>,
    half: Option<Ready>,
    slope: Option<Ready>,
    spread: Option<Ready>,
    effect: Ready,
}

impl Density {
    /// Working memory for `problem`.
    #[must_use]
    pub fn new(problem: Arc<Problem>) -> Density {
        Density::keeping(problem, KEPT_AT_MOST)
    }

    /// The same, blocks keeping at most so many bytes for the way back beside effects; no bit of what is told depends on it.
    #[must_use]
    pub(super) fn keeping(problem: Arc<Problem>, at_most: usize) -> Density {
        let blocks = problem.blocks.len();
        let moves =
            |b: &Block| b.lanes.iter().any(|l| l.role != Role::Padding && problem.channels[l.channel].drift.is_some());
        let forgets = blocks * problem.axis.len() * KEPT_BY_PERIOD > at_most;
        let state = |b: &Block| {
            let mut state = BlockState::new(b);
            if moves(b) {
                state.let_drift();
            }
            if forgets {
                state.forget();
            }
            state
        };
        let own = |prior: Prior| Ready::new(prior, prior.support());
        Density {
            states: problem.blocks.iter().map(state).collect(),
            scratch: Scratch::new(problem.axis.len()),
            runs: Arc::new(runs(&problem.blocks, problem.channels.len())),
            levers: vec![(0.0, 0.0); problem.levers.len()],
            sums: vec![F8::ZERO; blocks],
            weights: vec![F8::ZERO; blocks],
            by_sum: vec![F8::ZERO; blocks],
            by_weight: vec![F8::ZERO; blocks],
            functionals: vec![0.0; problem.functionals.len()],
            by_functional: vec![0.0; problem.functionals.len()],
            channels: vec![ChannelPoint::default(); problem.channels.len()],
            rows: vec![F8::ZERO; problem.layout.len()],
            linear: problem.linear.state(),
            ready: problem
                .channels
                .iter()
                .map(|c| ChannelReady {
                    carry: c.carry.iter().map(|(prior, support)| Ready::new(*prior, *support)).collect(),
                    half: c.half.map(own),
                    slope: c.slope.map(own),
                    spread: c.spread.map(own),
                    effect: own(c.effect),
                })
                .collect(),
            ready_levers: problem.levers.iter().map(|l| own(l.prior)).collect(),
            ready_sigma: own(problem.sigma),
            problem,
        }
    }

    /// Length of the parameter vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.problem.slots.len
    }

    /// Log density at `z`, its gradient into `grad`.
    ///
    /// # Errors
    /// [`Reject::NotFinite`] where there is no density.
    pub fn evaluate(&mut self, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
        super::dispatch::evaluate(self, z, grad)
    }

    /// Runs the media of `z` and leaves `y - media` in the rows; the priors are not counted.
    pub fn residual(&mut self, z: &[f64]) -> Result<&[F8], Reject> {
        super::dispatch::residual(self, z)?;
        Ok(&self.rows)
    }

    /// [`Density::residual`], to be inlined into the kernels.
    #[inline(always)]
    pub(super) fn residual_inline(&mut self, z: &[f64]) -> Result<(), Reject> {
        let mut grad = vec![0.0; z.len()];
        let problem = self.problem.clone();
        self.unpack(&problem, z, &mut grad)?;
        self.effects(&problem, z, &mut grad)?;
        Ok(())
    }

    /// `z` with its effects set so that the quantities their priors are on take the given values; `None` where they cannot.
    pub fn with_quantities(&mut self, mut z: Vec<f64>, quantities: &[f64]) -> Option<Vec<f64>> {
        let mut grad = vec![0.0; z.len()];
        let problem = self.problem.clone();
        self.unpack(&problem, &z, &mut grad).ok()?;
        let runs = self.runs.clone();
        self.clear(&problem);
        runs.iter().try_for_each(|run| self.forward(&problem, &z, run)).ok()?;
        for (c, (channel, slots)) in problem.channels.iter().zip(&problem.slots.channels).enumerate() {
            let h = self.channels[c].h;
            let k = match channel.target {
                Target::Total => 1.0,
                Target::Coefficient => 1.0 / h,
                Target::Marginal { functional } => (self.functionals[functional] / h - 1.0) / MARGINAL_STEP,
            };
            let total = quantities[c] / k;
            if !total.is_finite() || !channel.effect.support().contains(total) {
                return None;
            }
            z[slots.effect] = channel.effect.support().unconstrain(total);
        }
        self.residual(&z).ok()?;
        Some(z)
    }

    /// Rows as they stand and the linear block's working memory, for drawing its coefficients.
    pub fn rows_and_linear(&mut self) -> (&[F8], &mut LinearState) {
        (&self.rows, &mut self.linear)
    }

    #[inline(always)]
    pub(super) fn evaluate_inline(&mut self, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
        let problem = self.problem.clone();
        let p = &*problem;
        let mut lp = self.unpack(p, z, grad)?;
        lp += self.effects(p, z, grad)?;
        lp += self.likelihood(p, z, grad)?;
        lp += self.experiments(p);
        self.backward(p, z, grad);
        let finite = lp.is_finite() && grad.iter().all(|g| g.is_finite());
        if finite { Ok(lp) } else { Err(Reject::NotFinite) }
    }

    /// Shape parameters and their priors; clears what is summed up later.
    #[inline(always)]
    fn unpack(&mut self, p: &Problem, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
        let mut lp = 0.0;
        let mut read = |slot: usize, prior: &Ready| {
            let (c, density, slope) = prior.at(z[slot]);
            lp += density;
            grad[slot] = slope;
            Scalar { value: c.value, slope: c.slope }
        };
        for (((channel, slots), point), ready) in
            p.channels.iter().zip(&p.slots.channels).zip(&mut self.channels).zip(&self.ready)
        {
            *point = ChannelPoint { half: 1.0, hill: 1.0, ..ChannelPoint::default() };
            for (i, prior) in ready.carry.iter().enumerate() {
                let s = read(slots.carry + i, prior);
                (point.carry[i], point.carry_slope[i]) = (s.value, s.slope);
            }
            if channel.half_life {
                let life = point.carry[0];
                let alpha = (-std::f64::consts::LN_2 / life).exp();
                point.carry[0] = alpha;
                point.carry_slope[0] *= alpha * std::f64::consts::LN_2 / (life * life);
            }
            if let (Some(slot), Some(prior)) = (slots.half, &ready.half) {
                let s = read(slot, prior);
                (point.half, point.half_slope) = (s.value, s.slope);
            }
            if let (Some(slot), Some(prior)) = (slots.slope, &ready.slope) {
                let s = read(slot, prior);
                (point.hill, point.hill_slope) = (s.value, s.slope);
            }
            if let (Some(slot), Some(prior)) = (slots.spread, &ready.spread) {
                let s = read(slot, prior);
                (point.spread, point.spread_slope) = (s.value, s.slope);
            }
        }
        for (((lever, &slot), out), prior) in
            p.levers.iter().zip(&p.slots.levers).zip(&mut self.levers).zip(&self.ready_levers)
        {
            let s = read(slot, prior);
            *out = (lever.sign * s.value, lever.sign * s.slope);
        }
        for (slots, channel) in p.slots.channels.iter().zip(&p.channels) {
            if let (Some(first), Some(basis)) = (slots.drift, &channel.drift) {
                for slot in first..first + basis.len() {
                    lp -= 0.5 * (z[slot] * z[slot] + std::f64::consts::TAU.ln());
                    grad[slot] = -z[slot];
                }
            }
            if let Some(first) = slots.deviations {
                for slot in first..first + p.geos {
                    lp -= 0.5 * z[slot] * z[slot];
                    grad[slot] = -z[slot];
                }
                lp -= 0.5 * p.geos as f64 * std::f64::consts::TAU.ln();
            }
        }
        self.by_functional.fill(0.0);
        if lp.is_finite() { Ok(lp) } else { Err(Reject::NotFinite) }
    }

    /// Effects, their priors, and `rows = y - media`, run by run.
    #[inline(always)]
    fn effects(&mut self, p: &Problem, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
        let mut lp = 0.0;
        let runs = self.runs.clone();
        self.clear(p);
        for run in runs.iter() {
            self.forward(p, z, run)?;
            lp += self.effect_priors(p, z, grad, run)?;
            self.mean(p, run);
        }
        Ok(lp)
    }

    /// Sums at 0, and rows as the outcome without levers.
    #[inline(always)]
    fn clear(&mut self, p: &Problem) {
        for point in &mut self.channels {
            (point.h, point.by_h, point.by_beta) = (0.0, 0.0, 0.0);
        }
        self.functionals.fill(0.0);
        self.rows.copy_from_slice(&p.y);
        for (lever, (coefficient, _)) in p.levers.iter().zip(&self.levers) {
            for (row, z) in self.rows.iter_mut().zip(&lever.z) {
                as_they_lie();
                *row = *row - *z * *coefficient;
            }
        }
    }

    /// A run's effects, totals and functionals.
    #[inline(always)]
    fn forward(&mut self, p: &Problem, z: &[f64], run: &Run) -> Result<(), Reject> {
        for &b in &run.blocks {
            let block = &p.blocks[b];
            let of = |f: &dyn Fn(&ChannelPoint) -> f64| lanes_of(&block.lanes, |l| f(&self.channels[l.channel]));
            let carry = [of(&|c| c.carry[0]), of(&|c| c.carry[1])];
            let (half, hill) = (of(&|c| c.half), of(&|c| c.hill));
            let weights = lanes_of(&block.lanes, |l| match p.slots.channels[l.channel].deviations {
                Some(first) => exp(self.channels[l.channel].spread * z[first + l.geo]),
                None => 1.0,
            });
            if !self.states[b].drift.is_empty() {
                drift_of(p, block, z, &mut self.states[b].drift);
            }
            let sums = self.states[b].forward(block, carry, half, hill, &mut self.scratch);
            self.sums[b] = sums;
            self.weights[b] = weights;
            for (lane, l) in block.lanes.iter().enumerate() {
                let amount = weights.0[lane] * sums.0[lane];
                match l.role {
                    Role::Padding => {}
                    Role::Media => self.channels[l.channel].h += amount,
                    Role::WhatIf { functional, sign } => self.functionals[functional] += sign * amount,
                }
            }
        }
        // a channel whose media vanish under these parameters has no coefficient
        let has_media = |c: &usize| self.channels[*c].h.is_finite() && self.channels[*c].h > 1e-290;
        if run.channels.iter().all(has_media) { Ok(()) } else { Err(Reject::NotFinite) }
    }

    /// A run's totals from the vector, coefficients from totals, and the priors of either.
    #[inline(always)]
    fn effect_priors(&mut self, p: &Problem, z: &[f64], grad: &mut [f64], run: &Run) -> Result<f64, Reject> {
        let mut lp = 0.0;
        for &c in &run.channels {
            let (channel, slots) = (&p.channels[c], &p.slots.channels[c]);
            let point = &mut self.channels[c];
            let effect = &self.ready[c].effect;
            let at = effect.constrain(z[slots.effect]);
            (point.total, point.total_slope) = (at.value, at.slope);
            point.beta = at.value / point.h;
            // q = total * k is what the prior is on; its density is carried over to the total by |k|
            let k = match channel.target {
                Target::Total => 1.0,
                Target::Coefficient => 1.0 / point.h,
                Target::Marginal { functional } => (self.functionals[functional] / point.h - 1.0) / MARGINAL_STEP,
            };
            let q = at.value * k;
            point.quantity = q;
            let (density, slope) = effect.density(q);
            if !density.is_finite() || k <= 0.0 {
                return Err(Reject::NotFinite);
            }
            lp += density + at.log_jacobian + if channel.target == Target::Total { 0.0 } else { k.ln() };
            grad[slots.effect] = slope * k * at.slope + at.log_jacobian_slope;
            let by_ln_k = slope * q + 1.0;
            match channel.target {
                Target::Total => {}
                Target::Coefficient => point.by_h -= by_ln_k / point.h,
                Target::Marginal { functional } => {
                    let over = self.functionals[functional] - point.h;
                    self.by_functional[functional] += by_ln_k / over;
                    point.by_h -= by_ln_k * (1.0 / over + 1.0 / point.h);
                }
            }
        }
        Ok(lp)
    }

    /// Takes a run's media from the rows.
    #[inline(always)]
    fn mean(&mut self, p: &Problem, run: &Run) {
        let window = p.axis.before..p.axis.before + p.axis.periods;
        for &b in &run.blocks {
            let block = &p.blocks[b];
            if !block.feeds_mean {
                continue;
            }
            let amount = self.weights[b] * media_lanes(block, |l| self.channels[l.channel].beta);
            let h = &self.states[b].effect()[window.clone()];
            match p.layout {
                Layout::National { .. } => {
                    for (row, h) in self.rows.iter_mut().zip(h.chunks(LANES)) {
                        for (r, h) in row.0.iter_mut().zip(h) {
                            as_they_lie();
                            *r -= (*h * amount).sum();
                        }
                    }
                }
                Layout::Geo { periods, .. } => {
                    let rows = &mut self.rows[block.rows * periods..(block.rows + 1) * periods];
                    for (row, h) in rows.iter_mut().zip(h) {
                        as_they_lie();
                        *row = *row - *h * amount;
                    }
                }
            }
        }
    }

    /// The likelihood; rows become slopes by the mean.
    #[inline(always)]
    fn likelihood(&mut self, p: &Problem, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
        let mut lp = 0.0;
        let mut sigma = None;
        if let Some(slot) = p.slots.sigma {
            let (c, density, slope) = self.ready_sigma.at(z[slot]);
            if c.value <= 1e-150 || !density.is_finite() {
                return Err(Reject::NotFinite);
            }
            lp += density;
            grad[slot] = slope;
            sigma = Some((slot, c));
        }
        if let (Noise::Normal, Some((slot, c))) = (&p.noise, sigma) {
            let Marginal { log_density, by_log_sigma } =
                p.linear.marginal(&mut self.rows, c.value.ln(), &mut self.linear);
            grad[slot] += by_log_sigma * c.slope / c.value;
            return Ok(lp + log_density);
        }
        let (Some(first), Some(slot)) = (p.slots.linear, p.slots.dispersion) else { return Err(Reject::NotFinite) };
        for (j, (centre, spread)) in p.linear_start.iter().enumerate() {
            let xi = centre + spread * z[first + j];
            self.linear.c[j / LANES].0[j % LANES] = xi;
            // prior of the diagonal basis is standard normal; the scaling is a constant but kept, so that it integrates
            lp += -0.5 * (xi * xi + std::f64::consts::TAU.ln()) + spread.ln();
            grad[first + j] = -xi * spread;
        }
        p.linear.subtract(&mut self.linear, &mut self.rows);
        let (density, by_dispersion, by_sigma) = match &p.noise {
            Noise::Counts { counts, unit, level } => {
                noise::counts(&mut self.rows, counts, unit, *level, p.layout, z[slot])
            }
            _ => noise::student(&mut self.rows, p.layout, sigma.map_or(1.0, |(_, c)| c.value), z[slot]),
        };
        grad[slot] = by_dispersion;
        if let Some((slot, c)) = sigma {
            grad[slot] += by_sigma * c.slope;
        }
        p.layout.clear_padding(&mut self.rows);
        p.linear.project(&self.rows, &mut self.linear);
        for (j, (_, spread)) in p.linear_start.iter().enumerate() {
            grad[first + j] += spread * self.linear.c[j / LANES].0[j % LANES];
        }
        Ok(lp + density)
    }

    /// Measured lifts.
    #[inline(always)]
    fn experiments(&mut self, p: &Problem) -> f64 {
        let mut lp = 0.0;
        for (f, functional) in p.functionals.iter().enumerate() {
            let FunctionalKind::Experiment { lift, se } = functional.kind else { continue };
            let point = &mut self.channels[functional.channel];
            let off = (point.beta * self.functionals[f] - lift) / se;
            lp -= 0.5 * (off * off + std::f64::consts::TAU.ln()) + se.ln();
            point.by_beta -= off / se * self.functionals[f];
            self.by_functional[f] -= off / se * point.beta;
        }
        lp
    }

    /// From slopes by the mean to slopes by parameters.
    #[inline(always)]
    fn backward(&mut self, p: &Problem, z: &[f64], grad: &mut [f64]) {
        for ((lever, &slot), (_, slope)) in p.levers.iter().zip(&p.slots.levers).zip(&self.levers) {
            grad[slot] += super::linear::dot(&self.rows, &lever.z) * slope;
        }
        let runs = self.runs.clone();
        for run in runs.iter() {
            self.back(p, z, grad, run);
        }
    }

    /// The same for a run.
    #[inline(always)]
    fn back(&mut self, p: &Problem, z: &[f64], grad: &mut [f64], run: &Run) {
        let window = p.axis.before..p.axis.before + p.axis.periods;
        for &b in &run.blocks {
            let block = &p.blocks[b];
            self.by_weight[b] = F8::ZERO;
            if !block.feeds_mean {
                continue;
            }
            let h = &self.states[b].effect()[window.clone()];
            let by_lane = match p.layout {
                Layout::National { .. } => super::linear::dot_scalars(h, flat(&self.rows)),
                Layout::Geo { periods, .. } => {
                    super::linear::dot_lanes(h, &self.rows[block.rows * periods..(block.rows + 1) * periods])
                }
            };
            for (lane, l) in block.lanes.iter().enumerate() {
                if l.role == Role::Media {
                    let point = &mut self.channels[l.channel];
                    point.by_beta += self.weights[b].0[lane] * by_lane.0[lane];
                    self.by_weight[b].0[lane] = point.beta * by_lane.0[lane];
                }
            }
        }
        for &c in &run.channels {
            let (slots, point) = (&p.slots.channels[c], &mut self.channels[c]);
            grad[slots.effect] += point.by_beta / point.h * point.total_slope;
            point.by_h -= point.by_beta * point.beta / point.h;
        }
        for &b in &run.blocks {
            let block = &p.blocks[b];
            self.by_sum[b] = lanes_of(&block.lanes, |l| match l.role {
                Role::Padding => 0.0,
                Role::Media => self.channels[l.channel].by_h,
                Role::WhatIf { functional, sign } => sign * self.by_functional[functional],
            });
            self.by_weight[b] = self.by_weight[b] + self.by_sum[b] * self.sums[b];
            let by_value = self.by_sum[b] * self.weights[b] * block.worth;
            let amount = self.weights[b] * media_lanes(block, |l| self.channels[l.channel].beta);
            let amount = if block.feeds_mean { amount } else { F8::ZERO };
            let slopes = Slopes { by_value, value: &block.value, amount, first: window.start, last: window.end };
            let scratch = &mut self.scratch;
            let slopes = match p.layout {
                Layout::National { .. } => self.states[b].backward(block, slopes, ByTime(flat(&self.rows)), scratch),
                Layout::Geo { periods, .. } => {
                    let rows = &self.rows[block.rows * periods..(block.rows + 1) * periods];
                    self.states[b].backward(block, slopes, ByGeo(rows), scratch)
                }
            };
            for (lane, l) in block.lanes.iter().enumerate() {
                if l.role == Role::Padding {
                    continue;
                }
                let (point, slots) = (&self.channels[l.channel], &p.slots.channels[l.channel]);
                for i in 0..p.channels[l.channel].carry.len() {
                    grad[slots.carry + i] += slopes.adstock[i].0[lane] * point.carry_slope[i];
                }
                if let (Some(first), Some(basis)) = (slots.drift, &p.channels[l.channel].drift) {
                    for (k, basis) in basis.iter().enumerate() {
                        let by_log = &self.states[b].by_log_drift;
                        grad[first + k] += by_log.iter().zip(basis).map(|(g, b)| g.0[lane] * b).sum::<f64>();
                    }
                }
                if let Some(slot) = slots.half {
                    grad[slot] += slopes.curve[0].0[lane] * point.half_slope;
                }
                if let Some(slot) = slots.slope {
                    grad[slot] += slopes.curve[1].0[lane] * point.hill_slope;
                }
                if let (Some(slot), Some(first)) = (slots.spread, slots.deviations) {
                    let by_log = self.by_weight[b].0[lane] * self.weights[b].0[lane];
                    grad[slot] += by_log * z[first + l.geo] * point.spread_slope;
                    grad[first + l.geo] += by_log * point.spread;
                }
            }
        }
    }
}

/// Bytes a block keeps by period for the way back beside effects: a vector of stocks and one of logarithms.
const KEPT_BY_PERIOD: usize = 2 * size_of::<F8>();

/// Bytes a chain keeps so at most. What does not fit into the processor's cache takes longer to fetch than to compute again,
/// and what does is faster kept; a few chains share the cache.
const KEPT_AT_MOST: usize = 6 << 20;

#[inline(always)]
fn lanes_of(lanes: &[Lane; LANES], f: impl Fn(&Lane) -> f64) -> F8 {
    let mut out = F8::ZERO;
    for (o, l) in out.0.iter_mut().zip(lanes) {
        *o = f(l);
    }
    out
}

/// `f` on lanes that feed the mean, 0 elsewhere.
#[inline(always)]
fn media_lanes(block: &Block, f: impl Fn(&Lane) -> f64) -> F8 {
    lanes_of(&block.lanes, |l| if l.role == Role::Media { f(l) } else { 0.0 })
}

/// What lanes' effects are multiplied by over the axis at the point `z`.
#[inline(always)]
fn drift_of(p: &Problem, block: &Block, z: &[f64], out: &mut [F8]) {
    out.fill(F8::ZERO);
    for (lane, l) in block.lanes.iter().enumerate().filter(|(_, l)| l.role != Role::Padding) {
        if let (Some(first), Some(basis)) = (p.slots.channels[l.channel].drift, &p.channels[l.channel].drift) {
            for (k, basis) in basis.iter().enumerate() {
                for (o, b) in out.iter_mut().zip(basis) {
                    o.0[lane] += b * z[first + k];
                }
            }
        }
    }
    out.iter_mut().for_each(|o| *o = o.exp());
}
