//! A job's record: what was asked, how far it is, how it ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use tandem_store::state::{Job as Record, Status};
use utoipa::ToSchema;

use crate::analysis::request::FitRequest;
use crate::analysis::{AnalysisError, Result};

/// What kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A model fit.
    Fit,
    /// What made the difference between two runs: `run` is the later one, `request.refresh_of` the earlier.
    Bridge,
}

impl Kind {
    /// As written in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Fit => "fit",
            Kind::Bridge => "bridge",
        }
    }
}

/// The record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Id, ordered by time.
    pub id: String,
    /// Kind of work.
    pub kind: Kind,
    /// Where it stands: `queued`, `running`, `done`, `failed`, `cancelled` or `interrupted`.
    #[schema(value_type = String)]
    pub status: Status,
    /// Share done, 0 to 1.
    pub progress: f64,
    /// What it is doing.
    pub message: String,
    /// What was asked.
    pub request: FitRequest,
    /// Id of the run that it makes, which exists once the job is done; of a bridge, the later run.
    pub run: String,
    /// Who asked.
    pub by: String,
    /// Why it failed or was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

impl Job {
    /// A fit, queued; its spec is read first, so that a wrong one is refused now and not later.
    ///
    /// # Errors
    /// Those of the spec and the days.
    pub fn fit(request: &FitRequest, by: &str) -> Result<Job> {
        request.spec()?;
        request.days()?;
        Ok(Job::queued(Kind::Fit, request.clone(), crate::analysis::ids::run(), by))
    }

    /// The bridge from run `from` to run `to`, both of `kpi`, queued.
    #[must_use]
    pub fn bridge(from: &str, to: &str, kpi: &str, by: &str) -> Job {
        let request = FitRequest { kpi: kpi.to_owned(), refresh_of: Some(from.to_owned()), ..FitRequest::default() };
        Job::queued(Kind::Bridge, request, to.to_owned(), by)
    }

    fn queued(kind: Kind, request: FitRequest, run: String, by: &str) -> Job {
        Job {
            id: crate::analysis::ids::job(),
            kind,
            status: Status::Queued,
            progress: 0.0,
            message: String::new(),
            request,
            run,
            by: by.to_owned(),
            error: None,
            created_at: Timestamp::now(),
            started_at: None,
            ended_at: None,
        }
    }

    /// Marks the start.
    pub fn begin(&mut self) {
        self.status = Status::Running;
        self.started_at = Some(Timestamp::now());
    }

    /// Marks the end.
    pub fn end(&mut self, status: Status, error: Option<String>) {
        self.status = status;
        if status == Status::Done {
            self.progress = 1.0;
        }
        self.error = error;
        self.ended_at = Some(Timestamp::now());
    }
}

impl TryFrom<Record> for Job {
    type Error = AnalysisError;

    fn try_from(r: Record) -> Result<Job> {
        Ok(Job {
            id: r.id,
            kind: if r.kind == Kind::Bridge.as_str() { Kind::Bridge } else { Kind::Fit },
            status: r.status,
            progress: r.progress,
            message: r.message,
            request: serde_json::from_value(r.request).map_err(AnalysisError::fault)?,
            run: r.run.unwrap_or_default(),
            by: r.actor,
            error: r.error,
            created_at: r.created_at,
            started_at: r.started_at,
            ended_at: r.finished_at,
        })
    }
}

/// Keeps a record, new or changed; one that ended stays as it ended.
pub(super) fn save(store: &Store, job: &Job) -> Result<()> {
    let record = Record {
        status: job.status,
        progress: job.progress,
        message: job.message.clone(),
        run: Some(job.run.clone()),
        error: job.error.clone(),
        created_at: job.created_at,
        started_at: job.started_at,
        finished_at: job.ended_at,
        ..Record::new(
            job.id.as_str(),
            job.kind.as_str(),
            serde_json::to_value(&job.request).map_err(AnalysisError::fault)?,
            job.by.as_str(),
        )
    };
    Ok(store.state().jobs().save(&record)?)
}

/// One record.
pub(super) fn get(store: &Store, id: &str) -> Result<Job> {
    store.state().jobs().get(id)?.try_into()
}

/// All records, newest first.
pub(super) fn all(store: &Store) -> Result<Vec<Job>> {
    store.state().jobs().all()?.into_iter().map(Job::try_from).collect()
}

/// Records that wait for a worker, oldest first; what ran when the process ended was marked as interrupted at opening.
pub(super) fn waiting(store: &Store) -> Result<Vec<Job>> {
    let left = store.state().jobs().unfinished()?;
    left.into_iter().filter(|r| r.status == Status::Queued).map(Job::try_from).collect()
}
