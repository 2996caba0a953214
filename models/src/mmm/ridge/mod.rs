//! Ridge: penalised least squares on transformed media, a search over shapes, and bootstrap draws; a first answer in a second.
//!
//! Objective, in scaled units with the linear block `Z` regressed out: `|y - X(s) b|^2 + lambda sum_j |x_j|^2 b_j^2`, `b >= 0`.
//! Shapes `s` and `lambda` are those of least error over contiguous blocks left out in turn.

mod bootstrap;
pub(crate) mod folds;
mod health;
mod holdout;
mod library;
mod search;
pub mod solve;
mod verdict;

pub use health::health;
pub use holdout::{Holdout, mape};
pub use library::Shape;
pub use verdict::{RidgeVerdict, verdicts};

use rayon::prelude::*;
use std::sync::Arc;

use super::design::Design;
use super::posterior::Posterior;
use super::saturation::Saturation;
use super::spec::{RidgeSpec, SaturationSpec, Slope};

/// A fit and what its search says of it.
#[derive(Debug, Clone)]
pub struct RidgeFit {
    /// Draws of parameters.
    pub posterior: Posterior,
    /// Penalty of the best candidate, as a share of each column's sum of squares.
    pub penalty: f64,
    /// Root mean squared error over the blocks left out, in KPI units of the mean geo.
    pub cv_rmse: f64,
    /// Candidates that cross-validation cannot tell from the best.
    pub near_best: usize,
    /// Candidate columns tried over all channels.
    pub columns: usize,
    /// Prediction of the last periods; `None` where the panel is too short or the spec asks for none.
    pub holdout: Option<Holdout>,
    /// The same panel under the other common saturation: how much of each answer is the choice of a curve.
    pub alternative: Option<Alternative>,
}

/// Contributions under another saturation.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The other saturation: `hill` (slope 1) for curves of the logistic family and for none, else `logistic`.
    pub saturation: Saturation,
    /// Mean total contribution of each channel, KPI units.
    pub contribution: Vec<f64>,
    /// Root mean squared error over the blocks left out, in KPI units of the mean geo.
    pub cv_rmse: f64,
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RidgeError {
    /// The caller asked to stop; nothing was kept.
    #[error("the fit was cancelled")]
    Cancelled,
    /// The numbers could not be carried, for instance values of 1e200.
    #[error(
        "panel.outcome: the least-squares problem has no finite solution; accepted: outcomes and media of ordinary size"
    )]
    NotFinite,
}

/// Most candidate columns in all; beyond it the cross-products take longer than the search.
const MOST_COLUMNS: usize = 400;

/// Fits `design`. `progress` is told the share done (0..=1) and answers whether to go on.
///
/// The same design gives the same bits whatever the number of threads.
///
/// # Errors
/// [`RidgeError::Cancelled`] when `progress` answers false; [`RidgeError::NotFinite`] where numbers overflow.
pub fn fit(design: &Arc<Design>, progress: &(dyn Fn(f64) -> bool + Sync)) -> Result<RidgeFit, RidgeError> {
    let mut fit = fit_one(design, &|share| progress(0.85 * share))?;
    fit.alternative = alternative(design, &|share| progress(0.85 + 0.15 * share))?;
    Ok(fit)
}

/// A small fit under the other saturation; `None` where the spec does not allow one.
fn alternative(
    design: &Arc<Design>,
    progress: &(dyn Fn(f64) -> bool + Sync),
) -> Result<Option<Alternative>, RidgeError> {
    let mut spec = design.spec.spec().clone();
    let other = match spec.saturation.unwrap_or(SaturationSpec::RIDGE).kind {
        Saturation::Hill | Saturation::MichaelisMenten => Saturation::Logistic,
        Saturation::Logistic | Saturation::Tanh | Saturation::None => Saturation::Hill,
    };
    let swapped = SaturationSpec { kind: other, slope: Slope::Fixed };
    spec.saturation = Some(swapped);
    spec.channels.iter_mut().for_each(|c| c.saturation = c.saturation.map(|_| swapped));
    spec.ridge = RidgeSpec { holdout: 0, draws: 60, starts: spec.ridge.starts.min(4), ..spec.ridge };
    let Ok(checked) = spec.validate(&design.panel) else { return Ok(None) };
    let design = Arc::new(Design::new(&design.panel, &checked, Some(&design.scales)));
    let fit = fit_one(&design, progress)?;
    let draws: Vec<Vec<f64>> = (0..fit.posterior.len())
        .into_par_iter()
        .map(|d| fit.posterior.expand(d).media.outer_iter().map(|m| m.sum()).collect())
        .collect();
    let mean = |c: usize| draws.iter().map(|d| d[c]).sum::<f64>() / draws.len() as f64;
    let contribution = (0..design.channels().len()).map(mean).collect();
    Ok(Some(Alternative { saturation: other, contribution, cv_rmse: fit.cv_rmse }))
}

/// One search with its draws.
fn fit_one(design: &Arc<Design>, progress: &(dyn Fn(f64) -> bool + Sync)) -> Result<RidgeFit, RidgeError> {
    let step = |share: f64| if progress(share) { Ok(()) } else { Err(RidgeError::Cancelled) };
    let (channels, geos, periods, _) = design.dims();
    let spec = design.spec.spec();
    let ridge = spec.ridge;
    step(0.0)?;
    let per = ridge.shapes.min((MOST_COLUMNS / channels).max(6));
    let z = folds::linear_columns(design);
    let penalty = folds::linear_penalty(design);
    let y: Vec<f64> = (0..periods * geos).map(|i| design.outcome[(i % geos, i / geos)]).collect();
    let mut spread = library::Library::spread(design, per, spec.seed);
    step(0.1)?;

    let held = ridge.holdout.min(periods / 5);
    let folds_of =
        |x: &library::Library, n: usize| folds::Folds::new(&z, &x.columns, &y, &penalty, geos, n, ridge.folds);
    let coarse = folds_of(&spread, periods);
    // Before anything is fitted, what the linear block leaves is the best guess at the noise, and no less than it.
    let last = coarse.all.gram.ncols() - 1;
    spread.set_noise(coarse.all.gram[(last, last)] / coarse.rows as f64);
    let holdout = if held == 0 {
        None
    } else {
        let early = folds_of(&spread, periods - held);
        holdout::holdout(design, &z, &y, &spread, &early, held)
    };
    step(0.3)?;

    let found = search::search(&coarse, &spread, ridge.starts, spec.seed);
    let first = found.first().filter(|c| c.error().is_finite()).ok_or(RidgeError::NotFinite)?;
    step(0.45)?;
    let mut library = spread.refined(design, &first.shapes, per / 2, 0.12);
    library.set_noise(first.error());
    let folds = folds_of(&library, periods);
    let found = search::improve(&folds, &library, &found, ridge.starts.min(8));
    let near = search::near_best(&folds, &library, &found);
    let best = found.first().ok_or(RidgeError::NotFinite)?.clone();
    step(0.6)?;

    let mut from = vec![best.clone()];
    from.extend(near.iter().filter(|c| **c != best).cloned());
    let base = bootstrap::Base { design, z: &z, y: &y, library: &library, folds: &folds, near: &from };
    let draws =
        base.draws(ridge.draws, ridge.block.min(periods), spec.seed, &|| progress(0.6)).ok_or(RidgeError::Cancelled)?;
    step(1.0)?;
    Ok(RidgeFit {
        posterior: Posterior { design: Arc::clone(design), draws },
        penalty: search::PENALTIES[best.penalty],
        cv_rmse: best.error().max(0.0).sqrt() * design.scales.outcome_scale,
        near_best: from.len(),
        columns: library.columns.ncols(),
        holdout,
        alternative: None,
    })
}
