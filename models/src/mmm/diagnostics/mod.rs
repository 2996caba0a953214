//! What a fit says about itself: convergence, fit, influence, and how much of each number is prior.

mod convergence;
mod health;
mod knots;
mod predictive;
mod prior_shift;
mod psis;
mod spend;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use convergence::{Convergence, convergence};
pub(crate) use knots::Knots;
pub(crate) use predictive::{OutcomeNoise, log_sum};
pub use predictive::{Predictive, PredictiveCheck, predictive};
pub use prior_shift::{PriorShift, prior_shifts};
pub use psis::{Smoothed, smooth};
pub use spend::{Collinear, Inflation, NegativeBaseline, collinear, inflation, negative_baseline};

pub use crate::health::{Check, Finding, Health, Status};

use super::calibration::{self, Agreement};
use super::design::Design;
use super::posterior::Posterior;
use super::sample::Sampled;
use super::validation::RollingOrigin;

/// Channels at or above this absolute correlation are called collinear.
pub const COLLINEAR: f64 = 0.85;

/// Convergence of one scalar by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scalar {
    /// Name: `CHANNEL.alpha`, `sigma`, `trend`, ...
    pub name: String,
    /// Its convergence.
    #[serde(flatten)]
    pub convergence: Convergence,
}

/// How the chains went; the worst over all scalars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chains {
    /// Largest R-hat.
    pub rhat: f64,
    /// The scalar it belongs to.
    pub worst: String,
    /// Smallest bulk effective sample size.
    pub ess_bulk: f64,
    /// Smallest tail effective sample size.
    pub ess_tail: f64,
    /// Divergent trajectories after tuning.
    pub divergences: usize,
    /// Trajectories that reached the depth limit.
    pub at_max_depth: usize,
    /// Chains.
    pub chains: usize,
    /// Draws over all chains.
    pub draws: usize,
    /// By scalar.
    pub scalars: Vec<Scalar>,
}

/// Everything a fit says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Convergence; `None` for ridge.
    pub chains: Option<Chains>,
    /// Fit and influence.
    pub predictive: Predictive,
    /// Baseline below 0.
    pub negative_baseline: NegativeBaseline,
    /// Pairs of channels that move together.
    pub collinear: Vec<Collinear>,
    /// Variance inflation by channel.
    pub inflation: Vec<Inflation>,
    /// Prior against posterior by channel; empty for ridge.
    pub prior_shifts: Vec<PriorShift>,
    /// What the model makes of each experiment it was given; empty for ridge, which cannot use them.
    #[serde(default)]
    pub experiments: Vec<Agreement>,
    /// The verdict.
    pub health: Health,
}

impl Diagnostics {
    /// Health by what was measured on the periods seen, advised in the light of a refit's forecasts of those it had not seen.
    #[must_use]
    pub fn judged(&self, design: &Design, holdout: Option<&RollingOrigin>) -> Health {
        let weeks: Vec<String> = design.panel.periods.iter().map(ToString::to_string).collect();
        health::judge(self, &weeks, &Knots::of(design, holdout))
    }
}

/// Of a sampled fit.
#[must_use]
pub fn diagnose(sampled: &Sampled) -> Diagnostics {
    let scalars: Vec<Scalar> = sampled
        .scalars()
        .into_par_iter()
        .map(|(name, draws)| Scalar { name, convergence: convergence(&draws) })
        .collect();
    // NaN is the worst of all
    let rank = |x: f64| if x.is_nan() { f64::INFINITY } else { x };
    let worst = scalars.iter().max_by(|a, b| rank(a.convergence.rhat).total_cmp(&rank(b.convergence.rhat)));
    let least = |of: fn(&Convergence) -> f64| {
        scalars.iter().map(|s| of(&s.convergence)).fold(f64::INFINITY, |a, b| if b.is_nan() { 0.0 } else { a.min(b) })
    };
    let chains = Chains {
        rhat: worst.map_or(1.0, |s| s.convergence.rhat),
        worst: worst.map_or_else(String::new, |s| s.name.clone()),
        ess_bulk: least(|c| c.ess_bulk),
        ess_tail: least(|c| c.ess_tail),
        divergences: sampled.divergences(),
        at_max_depth: sampled.at_max_depth(),
        chains: sampled.chains.len(),
        draws: sampled.posterior.len(),
        scalars,
    };
    of(&sampled.posterior, Some(chains), prior_shifts(sampled), sampled.seed)
}

/// Of draws that have no chains (ridge): everything but convergence and priors.
#[must_use]
pub fn diagnose_draws(posterior: &Posterior, seed: u64) -> Diagnostics {
    of(posterior, None, Vec::new(), seed)
}

fn of(posterior: &Posterior, chains: Option<Chains>, prior_shifts: Vec<PriorShift>, seed: u64) -> Diagnostics {
    let sampled = chains.is_some();
    let mut out = Diagnostics {
        chains,
        predictive: predictive(posterior, seed),
        negative_baseline: negative_baseline(posterior),
        collinear: collinear(&posterior.design, COLLINEAR),
        inflation: inflation(&posterior.design),
        prior_shifts,
        experiments: Vec::new(),
        health: Health::of(Vec::new()),
    };
    if sampled {
        out.experiments = calibration::agreement(posterior);
    }
    out.health = out.judged(&posterior.design, None);
    out
}
