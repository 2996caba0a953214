//! The registry of runs: immutable records of what was fitted, and which of them is promoted for its KPI.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::summary::{FitErrors, Summary};
use super::{records, saved};

/// A run as the registry knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// Id, ordered by time.
    pub id: String,
    /// Outcome explained.
    pub kpi: String,
    /// `ridge` or `bayes`.
    pub estimator: String,
    /// Seed.
    pub seed: u64,
    /// Hash of the batches it was fitted on.
    pub data_version: String,
    /// Version of the program.
    pub code_version: String,
    /// Wall time of the fit.
    pub seconds: f64,
    /// Errors of the fit.
    pub fit: FitErrors,
    /// Who asked for it.
    pub by: String,
    /// When it was saved.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Whether figures of its KPI are read from it unless told otherwise.
    pub promoted: bool,
}

const RUN: &str = "run";
const PROMOTED: &str = "promoted";

/// Registers a run whose folder is written.
///
/// # Errors
/// Faults of the state.
pub fn register(store: &Store, s: &Summary, by: &str) -> Result<()> {
    let run = Run {
        id: s.run.clone(),
        kpi: s.kpi.clone(),
        estimator: s.estimator.clone(),
        seed: s.seed,
        data_version: s.data_version.clone(),
        code_version: s.code_version.clone(),
        seconds: s.seconds,
        fit: s.fit,
        by: by.to_owned(),
        created_at: Timestamp::now(),
        promoted: false,
    };
    records::put(store, RUN, &run.id, &run)
}

/// All runs, newest first.
///
/// # Errors
/// Faults of the state.
pub fn all(store: &Store) -> Result<Vec<Run>> {
    let mut runs: Vec<Run> = records::list(store, RUN)?;
    for run in &mut runs {
        run.promoted = promoted(store, &run.kpi)?.as_deref() == Some(&run.id);
    }
    Ok(runs)
}

/// One run.
///
/// # Errors
/// `NotFound`.
pub fn get(store: &Store, id: &str) -> Result<Run> {
    let mut run: Run = records::get(store, RUN, id)?
        .ok_or_else(|| AnalysisError::NotFound(format!("there is no model run `{id}`")))?;
    run.promoted = promoted(store, &run.kpi)?.as_deref() == Some(&run.id);
    Ok(run)
}

/// Promotes a run: figures of its KPI are read from it.
///
/// # Errors
/// `NotFound`.
pub fn promote(store: &Store, id: &str, _by: &str) -> Result<Run> {
    let run = get(store, id)?;
    records::put(store, PROMOTED, &run.kpi, &run.id)?;
    get(store, id)
}

fn promoted(store: &Store, kpi: &str) -> Result<Option<String>> {
    records::get(store, PROMOTED, kpi)
}

/// The run asked for; otherwise the promoted one (of `kpi`, where told), otherwise the newest.
///
/// # Errors
/// `NotFound` for an unknown run, `NoData` where nothing was fitted yet.
pub fn resolve(store: &Store, run: Option<&str>, kpi: Option<&str>) -> Result<Run> {
    if let Some(id) = run {
        return get(store, id);
    }
    let mut runs = all(store)?;
    runs.retain(|r| kpi.is_none_or(|kpi| r.kpi == kpi));
    let chosen = runs.iter().position(|r| r.promoted).unwrap_or(0);
    if runs.is_empty() {
        let of = kpi.map(|k| format!(" of `{k}`")).unwrap_or_default();
        return Err(AnalysisError::NoData(format!(
            "no model was fitted yet{of}; import data, then run `tandem fit` or POST /api/v1/model-runs"
        )));
    }
    Ok(runs.swap_remove(chosen))
}

/// The figures of a run.
///
/// # Errors
/// `NotFound` where the folder is not there.
pub fn summary(store: &Store, id: &str) -> Result<Summary> {
    saved::summary(&store.run_dir(id))
}
