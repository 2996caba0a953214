//! The log of imports: every try, with its report. Which rows exist is the lake's to say, not this log's.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::{State, json, no_such, time, us};
use crate::error::Result;

/// One try to import one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportEntry {
    /// Id, unique, chosen by the caller.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// File name.
    pub source: String,
    /// Layout it was read as.
    pub layout: String,
    /// How it ended, for example `imported`, `unchanged`, `dry_run`, `refused`.
    pub outcome: String,
    /// Batch that holds its rows.
    pub batch_id: Option<String>,
    /// Rows taken.
    pub row_count: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// The report, as the importer writes it.
    pub report: serde_json::Value,
}

/// The import log of a state.
pub struct Imports<'a>(pub(super) &'a State);

impl Imports<'_> {
    /// Adds an entry.
    pub fn add(&self, entry: &ImportEntry) -> Result<()> {
        let sql = "INSERT INTO imports (id, at, actor, source, layout, outcome, batch_id, row_count, rejected, report)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let big = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let e = entry;
        self.0.lock().execute(
            sql,
            params![
                e.id,
                us(e.at),
                e.actor,
                e.source,
                e.layout,
                e.outcome,
                e.batch_id,
                big(e.row_count),
                big(e.rejected),
                e.report.to_string()
            ],
        )?;
        Ok(())
    }

    /// One entry.
    pub fn get(&self, id: &str) -> Result<ImportEntry> {
        let found = self.0.lock().query_row("SELECT * FROM imports WHERE id = ?", [id], read).optional()?;
        found.ok_or_else(|| no_such("import", id))
    }

    /// All entries, newest first.
    pub fn all(&self) -> Result<Vec<ImportEntry>> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached("SELECT * FROM imports ORDER BY at DESC, id DESC")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ImportEntry> {
    let count = |name: &str| row.get::<_, i64>(name).map(|n| n.unsigned_abs());
    Ok(ImportEntry {
        id: row.get("id")?,
        at: time(row, "at")?,
        actor: row.get("actor")?,
        source: row.get("source")?,
        layout: row.get("layout")?,
        outcome: row.get("outcome")?,
        batch_id: row.get("batch_id")?,
        row_count: count("row_count")?,
        rejected: count("rejected")?,
        report: json(row, "report")?,
    })
}
