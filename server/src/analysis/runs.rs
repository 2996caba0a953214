//! The registry of runs: immutable records of what was fitted, and which of them is promoted for its KPI.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use tandem_store::state::{NewRun, Run as Record, Status};
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::saved;
use super::summary::{FitErrors, Summary};

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
    /// Who asked for it.
    pub by: String,
    /// Where it stands: `queued`, `running`, `done`, `failed`, `cancelled` or `interrupted`.
    #[schema(value_type = String)]
    pub status: Status,
    /// Why it failed.
    pub error: Option<String>,
    /// Wall time of the fit, once done.
    pub seconds: Option<f64>,
    /// Errors of the fit, once done.
    pub fit: Option<FitErrors>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Whether figures of its KPI are read from it unless told otherwise.
    pub promoted: bool,
}

/// What the registry keeps of a run's figures; the rest is in its folder.
#[derive(Serialize, Deserialize)]
struct Figures {
    seconds: f64,
    fit: FitErrors,
}

impl Run {
    fn of(store: &Store, r: Record) -> Result<Run> {
        let figures: Option<Figures> =
            r.summary.map(serde_json::from_value).transpose().map_err(AnalysisError::fault)?;
        let promoted = promoted(store, &r.request.kpi)?.as_deref() == Some(&r.request.id);
        Ok(Run {
            id: r.request.id,
            kpi: r.request.kpi,
            estimator: r.request.estimator,
            seed: r.request.seed,
            data_version: r.request.data_version,
            code_version: r.request.code_version,
            by: r.request.actor,
            status: r.status,
            error: r.error,
            seconds: figures.as_ref().map(|f| f.seconds),
            fit: figures.map(|f| f.fit),
            created_at: r.created_at,
            promoted,
        })
    }
}

/// Registers a run that begins now.
///
/// # Errors
/// Faults of the state.
pub fn begin(store: &Store, run: &NewRun) -> Result<()> {
    store.state().runs().insert(run)?;
    Ok(store.state().runs().start(&run.id)?)
}

/// Ends a run well; its folder is written.
///
/// # Errors
/// Faults of the state.
pub fn finish(store: &Store, s: &Summary) -> Result<()> {
    let figures = serde_json::to_value(Figures { seconds: s.seconds, fit: s.fit }).map_err(AnalysisError::fault)?;
    Ok(store.state().runs().finish(&s.run, &figures)?)
}

/// Ends a run without figures.
pub fn fail(store: &Store, id: &str, error: &AnalysisError) {
    let status = if matches!(error, AnalysisError::Cancelled) { Status::Cancelled } else { Status::Failed };
    if let Err(fault) = store.state().runs().end(id, status, Some(&error.to_string())) {
        tracing::warn!(run = id, error = %fault, "the end of a run could not be noted");
    }
}

/// All runs, newest first.
///
/// # Errors
/// Faults of the state.
pub fn all(store: &Store) -> Result<Vec<Run>> {
    store.state().runs().all()?.into_iter().map(|r| Run::of(store, r)).collect()
}

/// One run.
///
/// # Errors
/// `NotFound`.
pub fn get(store: &Store, id: &str) -> Result<Run> {
    match store.state().runs().get(id) {
        Ok(run) => Run::of(store, run),
        Err(tandem_store::Error::NotFound { .. }) => {
            let newest: Vec<String> = store.state().runs().all()?.into_iter().take(3).map(|r| r.request.id).collect();
            let there = if newest.is_empty() { "nothing was fitted yet".into() } else { newest.join(", ") };
            Err(AnalysisError::NotFound(format!("no run `{id}`; the newest: {there}")))
        }
        Err(other) => Err(other.into()),
    }
}

/// Promotes a run: figures of its KPI are read from it.
///
/// # Errors
/// `NotFound`, or `Conflict` for a run that has no figures.
pub fn promote(store: &Store, id: &str, by: &str) -> Result<Run> {
    let run = get(store, id)?;
    if run.status != Status::Done {
        return Err(AnalysisError::Conflict(format!("run `{id}` is {} and has no figures", run.status.as_str())));
    }
    store.state().settings().set(&setting(&run.kpi), &run.id)?;
    store.state().audit().add(by, "run.promote", id, &serde_json::json!({"kpi": run.kpi}))?;
    get(store, id)
}

fn setting(kpi: &str) -> String {
    format!("promoted.{kpi}")
}

fn promoted(store: &Store, kpi: &str) -> Result<Option<String>> {
    Ok(store.state().settings().get(&setting(kpi))?)
}

/// The run asked for; otherwise the promoted one (of `kpi`, where told), otherwise the newest.
///
/// # Errors
/// `NotFound` for an unknown run, `NoData` where nothing was fitted yet.
pub fn resolve(store: &Store, run: Option<&str>, kpi: Option<&str>) -> Result<Run> {
    if let Some(id) = run {
        let run = get(store, id)?;
        return match run.status {
            Status::Done => Ok(run),
            other => Err(AnalysisError::Conflict(format!("run `{id}` is {} and has no figures", other.as_str()))),
        };
    }
    let mut runs = all(store)?;
    runs.retain(|r| r.status == Status::Done && kpi.is_none_or(|kpi| r.kpi == kpi));
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
