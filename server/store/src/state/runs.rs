//! The registry of model runs. A run is immutable: it names what it was asked, and its answer never changes.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::{INTERRUPTED, State, Status, json_or_none, no_such, time, time_or_none, us};
use crate::error::{Error, Result};

/// What a run is asked; fixed for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRun {
    /// Id, unique, chosen by the caller; also the name of the folder of its draws ([`crate::Store::run_dir`]).
    pub id: String,
    /// KPI it explains.
    pub kpi: String,
    /// Estimator, for example `ridge`.
    pub estimator: String,
    /// Version of the data it reads.
    pub data_version: String,
    /// The whole spec as TOML.
    pub spec_toml: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Version of the program.
    pub code_version: String,
    /// Who asked.
    pub actor: String,
}

/// A run as registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What it was asked.
    #[serde(flatten)]
    pub request: NewRun,
    /// Where it stands.
    pub status: Status,
    /// Why it failed or was cut off.
    pub error: Option<String>,
    /// Its figures, as the application writes them.
    pub summary: Option<serde_json::Value>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// The runs of a state.
pub struct Runs<'a>(pub(super) &'a State);

impl Runs<'_> {
    /// Registers a run as queued.
    pub fn insert(&self, run: &NewRun) -> Result<Run> {
        let sql = "INSERT INTO runs (id, kpi, estimator, data_version, spec_toml, seed, code_version, actor, status, created_at)
                   VALUES (:id, :kpi, :estimator, :version, :spec, :seed, :code, :actor, :status, :at)";
        let at = us(Timestamp::now());
        let added = self.0.lock().execute(
            sql,
            // SQLite has signed integers; the bits are kept.
            named_params! { ":id": run.id, ":kpi": run.kpi, ":estimator": run.estimator, ":version": run.data_version,
            ":spec": run.spec_toml, ":seed": run.seed as i64, ":code": run.code_version, ":actor": run.actor,
            ":status": Status::Queued, ":at": at },
        );
        match added {
            Err(rusqlite::Error::SqliteFailure(e, _)) if e.code == rusqlite::ErrorCode::ConstraintViolation => {
                Err(Error::Conflict(format!("there is a run `{}` already", run.id)))
            }
            other => other.map_err(Error::from).and_then(|_| self.get(&run.id)),
        }
    }

    /// Marks a queued run as running.
    pub fn start(&self, id: &str) -> Result<()> {
        self.change(
            id,
            "UPDATE runs SET status = 'running', started_at = :at WHERE id = :id AND status = 'queued'",
            None,
            None,
        )
    }

    /// Ends a run well, with its figures.
    pub fn finish(&self, id: &str, summary: &serde_json::Value) -> Result<()> {
        let sql = "UPDATE runs SET status = 'done', summary = :summary, finished_at = :at, started_at = COALESCE(started_at, :at)
                   WHERE id = :id AND finished_at IS NULL";
        self.change(id, sql, Some(summary.to_string()), None)
    }

    /// Ends a run as failed, cancelled or interrupted, with the reason.
    pub fn end(&self, id: &str, status: Status, error: Option<&str>) -> Result<()> {
        let sql = match status {
            Status::Failed => {
                "UPDATE runs SET status = 'failed', error = :error, finished_at = :at WHERE id = :id AND finished_at IS NULL"
            }
            Status::Cancelled => {
                "UPDATE runs SET status = 'cancelled', error = :error, finished_at = :at WHERE id = :id AND finished_at IS NULL"
            }
            Status::Interrupted => {
                "UPDATE runs SET status = 'interrupted', error = :error, finished_at = :at WHERE id = :id AND finished_at IS NULL"
            }
            Status::Queued | Status::Running | Status::Done => {
                return Err(Error::Conflict(format!("a run cannot end as `{}`", status.as_str())));
            }
        };
        self.change(id, sql, None, error.map(str::to_owned))
    }

    /// One run.
    pub fn get(&self, id: &str) -> Result<Run> {
        let found = self.0.lock().query_row("SELECT * FROM runs WHERE id = ?", [id], read).optional()?;
        found.ok_or_else(|| no_such("run", id))
    }

    /// All runs, newest first.
    pub fn all(&self) -> Result<Vec<Run>> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached("SELECT * FROM runs ORDER BY created_at DESC, id DESC")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The newest run of a KPI that ended well.
    pub fn latest(&self, kpi: &str) -> Result<Option<Run>> {
        let sql = "SELECT * FROM runs WHERE kpi = ? AND status = 'done' ORDER BY created_at DESC, id DESC LIMIT 1";
        Ok(self.0.lock().query_row(sql, [kpi], read).optional()?)
    }

    pub(super) fn interrupt_running(&self) -> Result<()> {
        let sql = "UPDATE runs SET status = 'interrupted', error = ?, finished_at = ? WHERE status = 'running'";
        self.0.lock().execute(sql, rusqlite::params![INTERRUPTED, us(Timestamp::now())])?;
        Ok(())
    }

    fn change(&self, id: &str, sql: &str, summary: Option<String>, error: Option<String>) -> Result<()> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(sql)?;
        let at = us(Timestamp::now());
        for (name, value) in
            [(":id", &id as &dyn rusqlite::ToSql), (":at", &at), (":summary", &summary), (":error", &error)]
        {
            if let Some(index) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(index, value)?;
            }
        }
        let changed = statement.raw_execute()?;
        drop(statement);
        drop(connection);
        if changed == 1 {
            return Ok(());
        }
        let status = self.get(id)?.status.as_str();
        Err(Error::Conflict(format!("run `{id}` is {status} and cannot change that way")))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    let request = NewRun {
        id: row.get("id")?,
        kpi: row.get("kpi")?,
        estimator: row.get("estimator")?,
        data_version: row.get("data_version")?,
        spec_toml: row.get("spec_toml")?,
        seed: row.get::<_, i64>("seed")? as u64,
        code_version: row.get("code_version")?,
        actor: row.get("actor")?,
    };
    Ok(Run {
        request,
        status: row.get("status")?,
        error: row.get("error")?,
        summary: json_or_none(row, "summary")?,
        created_at: time(row, "created_at")?,
        started_at: time_or_none(row, "started_at")?,
        finished_at: time_or_none(row, "finished_at")?,
    })
}
