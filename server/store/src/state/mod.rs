//! The application's own state in SQLite: what cannot be computed again from the lake.

mod audit;
mod idempotency;
mod imports;
mod jobs;
mod keys;
mod migrations;
mod runs;
mod scenarios;
mod settings;
mod status;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use crate::error::{Error, Result};
pub use audit::{Audit, AuditEntry};
pub use idempotency::{Begun, Idempotency, StoredAnswer};
pub use imports::{ImportEntry, Imports};
pub use jobs::{Job, Jobs};
pub use keys::{ApiKey, Keys};
pub use runs::{NewRun, Run, Runs};
pub use scenarios::{Scenario, Scenarios};
pub use settings::SettingsTable;
pub use status::Status;

/// What interrupted work says when the store opens again.
pub(crate) const INTERRUPTED: &str = "the process stopped while this ran; start it again";

/// The open state. One connection: writes are small, and SQLite has one writer anyway.
#[derive(Debug)]
pub struct State {
    connection: Mutex<Connection>,
}

impl State {
    /// Opens or creates the file, migrates it, and marks what was running when the process ended as interrupted.
    pub fn open(file: &Path) -> Result<State> {
        let mut connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        // FULL: what was acknowledged survives a power cut, not only a crash.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
        )?;
        migrations::run(&mut connection)?;
        let state = State { connection: Mutex::new(connection) };
        state.runs().interrupt_running()?;
        state.jobs().interrupt_running()?;
        Ok(state)
    }

    /// The registry of model runs.
    #[must_use]
    pub fn runs(&self) -> Runs<'_> {
        Runs(self)
    }

    /// Long work and how far it is.
    #[must_use]
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(self)
    }

    /// API keys.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys(self)
    }

    /// Budget scenarios.
    #[must_use]
    pub fn scenarios(&self) -> Scenarios<'_> {
        Scenarios(self)
    }

    /// Named settings.
    #[must_use]
    pub fn settings(&self) -> SettingsTable<'_> {
        SettingsTable(self)
    }

    /// Answers kept for repeated requests.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency<'_> {
        Idempotency(self)
    }

    /// The append-only log of who did what.
    #[must_use]
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }

    /// The log of imports, refused ones included.
    #[must_use]
    pub fn imports(&self) -> Imports<'_> {
        Imports(self)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Microseconds as stored.
fn us(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    let at: i64 = row.get(column)?;
    Timestamp::from_microsecond(at).map_err(|e| bad(Type::Integer, e))
}

fn time_or_none(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let at: Option<i64> = row.get(column)?;
    at.map(|at| Timestamp::from_microsecond(at).map_err(|e| bad(Type::Integer, e))).transpose()
}

fn json(row: &Row<'_>, column: &str) -> rusqlite::Result<serde_json::Value> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|e| bad(Type::Text, e))
}

fn json_or_none(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<serde_json::Value>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|e| bad(Type::Text, e))).transpose()
}

fn bad(kind: Type, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
}

fn no_such(what: &'static str, id: &str) -> Error {
    Error::NotFound { what, name: id.to_owned(), hint: String::new() }
}
