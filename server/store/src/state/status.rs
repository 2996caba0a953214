//! Where a run or a job stands.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// Where work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits its turn; still does so after a restart.
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
    /// All of them.
    pub const ALL: [Status; 6] =
        [Status::Queued, Status::Running, Status::Done, Status::Failed, Status::Cancelled, Status::Interrupted];

    /// As stored and written in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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
    pub const fn is_final(self) -> bool {
        !matches!(self, Status::Queued | Status::Running)
    }
}

impl ToSql for Status {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Status {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        Status::ALL.into_iter().find(|s| s.as_str() == text).ok_or(FromSqlError::InvalidType)
    }
}
