//! A refresh: a fit that takes outcome, estimator, spec, first day and scales from an earlier run, and the data as they are now.

use tandem_models::mmm::design::Design;
use tandem_models::mmm::spec::Spec;
use tandem_store::Store;

use super::error::{AnalysisError, Result};
use super::request::{Estimator, FitRequest};
use super::{runs, saved};

/// A fit with everything settled that an earlier run gives.
pub(super) struct Settled {
    pub(super) request: FitRequest,
    /// With the seed in it.
    pub(super) spec: Spec,
    /// What the earlier run was fitted on, whose scales are kept.
    pub(super) earlier: Option<Design>,
}

/// Settles a request.
///
/// # Errors
/// Those of the spec; `Rejected` for a fit of nothing or of another outcome than the run it refreshes; `NotFound`.
pub(super) fn settle(store: &Store, request: &FitRequest) -> Result<Settled> {
    let Some(id) = &request.refresh_of else {
        if request.kpi.is_empty() {
            return Err(AnalysisError::rejected("kpi", "is needed; name an outcome, or a run in `refresh_of`"));
        }
        return Ok(Settled { request: request.clone(), spec: request.spec()?, earlier: None });
    };
    let run = runs::resolve(store, Some(id), None)?;
    let mut request = request.clone();
    if request.kpi.is_empty() {
        request.kpi = run.kpi.clone();
    } else if request.kpi.rsplit('.').next() != run.kpi.rsplit('.').next() {
        let what = format!("`{}` is not what run `{id}` explains; leave it out, or name `{}`", request.kpi, run.kpi);
        return Err(AnalysisError::rejected("kpi", what));
    }
    request.estimator = if run.estimator == Estimator::Bayes.as_str() { Estimator::Bayes } else { Estimator::Ridge };
    let design = saved::design(&store.run_dir(id))?;
    let spec = match &request.spec {
        Some(_) => request.spec()?,
        None => {
            let mut spec = design.spec.spec().clone();
            // Experiments with an id came from the store, which may know better by now; the fit adds them again.
            spec.experiments.retain(|e| e.id.is_none());
            spec.seed = request.seed.unwrap_or(spec.seed);
            spec
        }
    };
    if request.from.is_none() {
        request.from = design.panel.periods.first().map(ToString::to_string);
    }
    Ok(Settled { request, spec, earlier: Some(design) })
}
