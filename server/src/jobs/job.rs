//! A job's record: what was asked, how far it is, how it ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use utoipa::ToSchema;

use crate::analysis::request::FitRequest;
use crate::analysis::{Result, records};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits its turn.
    Queued,
    /// Runs.
    Running,
    /// Ended well.
    Done,
    /// Ended in an error.
    Failed,
    /// Was stopped by a person.
    Cancelled,
    /// Was cut off by the end of the process.
    Interrupted,
}

impl Status {
    /// As written in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Running => "running",
            Status::Done => "done",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::Interrupted => "interrupted",
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Status::Queued | Status::Running)
    }
}

/// What kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A model fit.
    Fit,
}

/// The record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Id, ordered by time.
    pub id: String,
    /// Kind of work.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// What was asked.
    pub request: FitRequest,
    /// Id of the run that it makes; the run exists once the job is done.
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
        Ok(Job {
            id: crate::analysis::ids::job(),
            kind: Kind::Fit,
            status: Status::Queued,
            request: request.clone(),
            run: crate::analysis::ids::run(),
            by: by.to_owned(),
            error: None,
            created_at: Timestamp::now(),
            started_at: None,
            ended_at: None,
        })
    }

    /// Marks the start.
    pub fn begin(&mut self) {
        self.status = Status::Running;
        self.started_at = Some(Timestamp::now());
    }

    /// Marks the end.
    pub fn end(&mut self, status: Status, error: Option<String>) {
        self.status = status;
        self.error = error;
        self.ended_at = Some(Timestamp::now());
    }
}

const KIND: &str = "job";

/// Keeps a new record.
pub(super) fn insert(store: &Store, job: &Job) -> Result<()> {
    records::put(store, KIND, &job.id, job)
}

/// Keeps a changed record.
pub(super) fn save(store: &Store, job: &Job) -> Result<()> {
    records::put(store, KIND, &job.id, job)
}

/// One record.
pub(super) fn get(store: &Store, id: &str) -> Result<Option<Job>> {
    records::get(store, KIND, id)
}

/// All records, newest first.
pub(super) fn all(store: &Store) -> Result<Vec<Job>> {
    records::list(store, KIND)
}

/// Records that have not ended, oldest first.
pub(super) fn unfinished(store: &Store) -> Result<Vec<Job>> {
    let mut left: Vec<Job> = all(store)?.into_iter().filter(|job| !job.status.is_final()).collect();
    left.reverse();
    Ok(left)
}
