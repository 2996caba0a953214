//! Long work: what was asked, how far it is, how it ended. Queued jobs outlive a restart.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::{INTERRUPTED, State, Status, json, json_or_none, no_such, time, time_or_none, us};
use crate::error::{Error, Result};

/// A job's record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Id, unique, chosen by the caller; ids that sort by time list well.
    pub id: String,
    /// Kind of work, for example `fit`.
    pub kind: String,
    /// Where it stands.
    pub status: Status,
    /// How far it is, 0 to 1.
    pub progress: f64,
    /// What it is doing.
    pub message: String,
    /// What was asked.
    pub request: serde_json::Value,
    /// Run it makes.
    pub run: Option<String>,
    /// Who asked.
    pub actor: String,
    /// Why it failed or was cut off.
    pub error: Option<String>,
    /// What it gave, where that is small.
    pub result: Option<serde_json::Value>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Job {
    /// A job to be queued.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        kind: impl Into<String>,
        request: serde_json::Value,
        actor: impl Into<String>,
    ) -> Job {
        Job {
            id: id.into(),
            kind: kind.into(),
            status: Status::Queued,
            progress: 0.0,
            message: String::new(),
            request,
            run: None,
            actor: actor.into(),
            error: None,
            result: None,
            created_at: Timestamp::now(),
            started_at: None,
            finished_at: None,
        }
    }
}

/// The jobs of a state.
pub struct Jobs<'a>(pub(super) &'a State);

impl Jobs<'_> {
    /// Writes a job's record, new or changed. A job that ended stays as it ended.
    pub fn save(&self, job: &Job) -> Result<()> {
        let sql = "INSERT INTO jobs (id, kind, status, progress, message, request, run, actor, error, result, created_at, started_at, finished_at)
             VALUES (:id, :kind, :status, :progress, :message, :request, :run, :actor, :error, :result, :created, :started, :finished)
             ON CONFLICT (id) DO UPDATE SET status = :status, progress = :progress, message = :message, run = :run, error = :error,
               result = :result, started_at = :started, finished_at = :finished WHERE finished_at IS NULL";
        let changed = self.0.lock().execute(
            sql,
            named_params! { ":id": job.id, ":kind": job.kind, ":status": job.status, ":progress": job.progress,
            ":message": job.message, ":request": job.request.to_string(), ":run": job.run, ":actor": job.actor,
            ":error": job.error, ":result": job.result.as_ref().map(ToString::to_string),
            ":created": us(job.created_at), ":started": job.started_at.map(us), ":finished": job.finished_at.map(us) },
        )?;
        if changed == 0 { Err(Error::Conflict(format!("job `{}` has ended", job.id))) } else { Ok(()) }
    }

    /// Notes how far a running job is.
    pub fn progress(&self, id: &str, progress: f64, message: &str) -> Result<()> {
        let sql = "UPDATE jobs SET progress = ?, message = ? WHERE id = ? AND status = 'running'";
        self.0.lock().execute(sql, rusqlite::params![progress.clamp(0.0, 1.0), message, id])?;
        Ok(())
    }

    /// One job.
    pub fn get(&self, id: &str) -> Result<Job> {
        let found = self.0.lock().query_row("SELECT * FROM jobs WHERE id = ?", [id], read).optional()?;
        found.ok_or_else(|| no_such("job", id))
    }

    /// All jobs, newest first.
    pub fn all(&self) -> Result<Vec<Job>> {
        self.list("SELECT * FROM jobs ORDER BY created_at DESC, id DESC")
    }

    /// Jobs that have not ended, oldest first: what a worker takes up when it starts.
    pub fn unfinished(&self) -> Result<Vec<Job>> {
        self.list("SELECT * FROM jobs WHERE status IN ('queued', 'running') ORDER BY created_at, id")
    }

    fn list(&self, sql: &str) -> Result<Vec<Job>> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn interrupt_running(&self) -> Result<()> {
        let sql = "UPDATE jobs SET status = 'interrupted', error = ?, finished_at = ? WHERE status = 'running'";
        self.0.lock().execute(sql, rusqlite::params![INTERRUPTED, us(Timestamp::now())])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: row.get("id")?,
        kind: row.get("kind")?,
        status: row.get("status")?,
        progress: row.get("progress")?,
        message: row.get("message")?,
        request: json(row, "request")?,
        run: row.get("run")?,
        actor: row.get("actor")?,
        error: row.get("error")?,
        result: json_or_none(row, "result")?,
        created_at: time(row, "created_at")?,
        started_at: time_or_none(row, "started_at")?,
        finished_at: time_or_none(row, "finished_at")?,
    })
}
