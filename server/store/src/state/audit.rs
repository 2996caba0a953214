//! Who did what. Entries can be added, and neither changed nor removed: the database itself refuses.

use jiff::Timestamp;
use rusqlite::params;
use serde::Serialize;

use super::{State, json, time, us};
use crate::error::Result;

/// One thing that someone did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Position, ascending.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: a key's prefix, or `local`.
    pub actor: String,
    /// What, for example `run.promote`.
    pub action: String,
    /// On what.
    pub subject: String,
    /// Anything more.
    pub detail: serde_json::Value,
}

/// The audit of a state.
pub struct Audit<'a>(pub(super) &'a State);

impl Audit<'_> {
    /// Adds an entry.
    pub fn add(&self, actor: &str, action: &str, subject: &str, detail: &serde_json::Value) -> Result<()> {
        let sql = "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)";
        self.0.lock().execute(sql, params![us(Timestamp::now()), actor, action, subject, detail.to_string()])?;
        Ok(())
    }

    /// At most `most` entries before the entry `before` (the newest where `None`), newest first.
    pub fn page(&self, before: Option<i64>, most: u32) -> Result<Vec<AuditEntry>> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached("SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(AuditEntry {
                id: row.get("id")?,
                at: time(row, "at")?,
                actor: row.get("actor")?,
                action: row.get("action")?,
                subject: row.get("subject")?,
                detail: json(row, "detail")?,
            })
        };
        let entries = statement.query_map(params![before.unwrap_or(i64::MAX), most], read)?;
        Ok(entries.collect::<rusqlite::Result<_>>()?)
    }
}
