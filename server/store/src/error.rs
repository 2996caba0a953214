//! What can go wrong in the store, each kind with what a caller needs to answer it.

use std::path::{Path, PathBuf};

/// A result of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{action} {path}: {source}", path = .path.display())]
    Io {
        /// What was being done, for example `writing`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process has this data directory open.
    #[error("data directory {path} is in use by another tandem process; stop it, or use its HTTP API", path = .path.display())]
    Busy {
        /// The data directory.
        path: PathBuf,
    },
    /// The lake itself is damaged; only a backup can help, so nothing is guessed.
    #[error("the lake is damaged: {path}: {reason}; restore this batch from a backup", path = .path.display())]
    DamagedLake {
        /// The batch folder or file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The projection is unreadable; the store rebuilds it.
    #[error("the projection is damaged: {0}")]
    DamagedProjection(String),
    /// The projection is being rebuilt by another request.
    #[error("the analytical tables are being rebuilt from the lake; try again in a minute")]
    Rebuilding,
    /// A batch handed to the writer does not have its table's columns.
    #[error("a batch for table `{table}` has columns {found}; expected {expected}")]
    Schema {
        /// The table.
        table: &'static str,
        /// Columns found.
        found: String,
        /// Columns expected.
        expected: String,
    },
    /// A query ran into its deadline.
    #[error(
        "the query `{query}` did not finish within {seconds} s and was stopped; narrow the period or raise `store.query_seconds`"
    )]
    Deadline {
        /// Name of the query.
        query: &'static str,
        /// The deadline, in seconds.
        seconds: u64,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// No reader connection came free in time.
    #[error("all {readers} readers are busy; try again in a few seconds")]
    Overloaded {
        /// Size of the pool.
        readers: usize,
    },
    /// A query returned more rows than its cap.
    #[error("the query `{query}` gives more than {cap} rows; narrow the period")]
    TooManyRows {
        /// Name of the query.
        query: &'static str,
        /// The cap.
        cap: u64,
    },
    /// A named thing does not exist.
    #[error("no {what} `{name}`{hint}")]
    NotFound {
        /// Kind of thing, for example `kpi`.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What there is, as the end of the sentence; may be empty.
        hint: String,
    },
    /// A request's field is wrong.
    #[error("{field}: {message}")]
    Invalid {
        /// The field at fault.
        field: &'static str,
        /// What would be accepted.
        message: String,
    },
    /// The imported data cannot make a panel; the message names the weeks.
    #[error("kpi `{kpi}`: {message}")]
    Panel {
        /// The KPI asked for.
        kpi: String,
        /// What is wrong, with the periods named.
        message: String,
    },
    /// The thing was changed by someone else, or is in a state that forbids the change.
    #[error("{0}")]
    Conflict(String),
    /// The stored state is of a later release.
    #[error("the data directory was written by a later release of tandem ({0}); upgrade, or restore a backup")]
    TooNew(String),
    /// The analytical engine refused.
    #[error("engine: {0}")]
    Engine(#[from] duckdb::Error),
    /// Application state could not be read or written.
    #[error("application state: {0}")]
    State(#[from] rusqlite::Error),
    /// Application state could not be migrated.
    #[error("application state: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// A Parquet file could not be read or written.
    #[error("parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Arrow data has an unexpected shape.
    #[error("arrow: {0}")]
    Arrow(#[from] duckdb::arrow::error::ArrowError),
    /// JSON could not be read or written.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Wraps an I/O error with what was done to which path.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.as_ref().to_owned();
        move |source| Error::Io { action, path, source }
    }

    /// Whether the disk is full: the server answers 507.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        match self {
            Error::Io { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            Error::Parquet(e) => e.to_string().contains("No space left"),
            Error::Engine(e) => e.to_string().contains("No space left"),
            Error::State(rusqlite::Error::SqliteFailure(e, _)) => e.code == rusqlite::ErrorCode::DiskFull,
            _ => false,
        }
    }
}
