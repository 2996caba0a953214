//! The Bayesian estimator as `fit` calls it: progress and stop in its terms, diagnostics in ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tandem_models::mmm::design::Design;
use tandem_models::mmm::sample::{self, Cancel, SampleError, Step};

use super::error::{AnalysisError, Result};
use super::mmm::{Estimated, Progress};

/// Samples the posterior.
///
/// # Errors
/// Those of the sampler; `Cancelled` when `stop` was raised.
pub(super) fn estimate(design: &Arc<Design>, progress: &Progress<'_>, stop: &AtomicBool) -> Result<Estimated> {
    let cancel = Cancel::new();
    let told = |step: Step| {
        progress(0.05 + 0.85 * step.done as f64 / step.total.max(1) as f64, "sampling");
        if stop.load(Ordering::Relaxed) {
            cancel.cancel();
        }
    };
    let seed = design.spec.spec().seed;
    let sampled = sample::fit_design(design.clone(), seed, &told, &cancel).map_err(|e| match e {
        SampleError::Cancelled => AnalysisError::Cancelled,
        SampleError::Spec { key, problem, accepted } => {
            AnalysisError::rejected(format!("spec.{key}"), format!("{problem}; accepted: {accepted}"))
        }
        other => AnalysisError::Model(other.to_string()),
    })?;
    Ok(Estimated {
        diagnostics: serde_json::json!({
            "chains": sampled.chains.len(),
            "draws": sampled.posterior.len(),
            "divergences": sampled.divergences(),
            "at_max_depth": sampled.at_max_depth(),
            "gradients": sampled.gradients(),
        }),
        holdout_mape: None,
        posterior: sampled.posterior,
    })
}
