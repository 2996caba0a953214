//! What an import says: what was understood, what went in, what was left out and why, and what to do next.

use std::collections::BTreeMap;

use serde::Serialize;

use super::trouble::{Code, Note, Reject, Why, shown};
use crate::schema::Table;

/// The report of one import; the same for a dry run, which writes nothing.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// One entry a file, in the order given.
    pub files: Vec<FileReport>,
    /// The data version behind it.
    pub data_version: String,
    /// What to do next, one sentence.
    pub next: String,
}

impl ImportReport {
    /// Whether any file was refused as a whole.
    #[must_use]
    pub fn any_refused(&self) -> bool {
        self.files.iter().any(|f| f.status == Status::Refused)
    }

    /// Rows left out, over all files.
    #[must_use]
    pub fn rows_rejected(&self) -> u64 {
        self.files.iter().map(|f| f.rows_rejected).sum()
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its good rows are in the lake.
    Imported,
    /// Nothing was written because it was a dry run.
    DryRun,
    /// The same file had been imported in the same way before; nothing was written.
    AlreadyImported,
    /// Nothing was written; `problem` says why.
    Refused,
}

/// A column and what it was understood as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// Name in the file's header.
    pub column: String,
    /// What it means.
    pub meaning: String,
}

/// Why a file was refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The kind.
    pub code: Code,
    /// What is wrong.
    pub reason: String,
    /// What would be accepted.
    pub accepted: String,
}

impl From<Why> for Problem {
    fn from(why: Why) -> Self {
        Self { code: why.code, reason: why.reason, accepted: why.accepted }
    }
}

/// The report of one file.
#[derive(Debug, Clone, Serialize)]
pub struct FileReport {
    /// Name as the user gave it, without folder.
    pub file: String,
    /// What became of it.
    pub status: Status,
    /// Why it was refused, where it was.
    pub problem: Option<Problem>,
    /// `csv`, `xlsx` or `parquet`; empty where it could not be told.
    pub format: &'static str,
    /// Encoding and delimiter, or sheet.
    pub details: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// `robyn`, `meridian`, `canonical:<table>` or `mapping`.
    pub layout: String,
    /// Dataset of its rows; several are joined by a comma.
    pub dataset: String,
    /// Columns and what they were understood as.
    pub understood: Vec<Meaning>,
    /// Columns kept out.
    pub ignored: Vec<String>,
    /// Rows below the header.
    pub rows_read: u64,
    /// Rows that went in.
    pub rows_accepted: u64,
    /// Rows left out; the rest of `rows_read` were totals lines.
    pub rows_rejected: u64,
    /// Rows written by table.
    pub records: BTreeMap<Table, u64>,
    /// How many records of earlier imports they replace; `None` where nothing was written.
    pub superseding: Option<u64>,
    /// First and last day.
    pub dates: Option<(String, String)>,
    /// Number of geos, for wide tables.
    pub geos: u64,
    /// Channels, at most 100.
    pub channels: Vec<String>,
    /// KPIs.
    pub kpis: Vec<String>,
    /// Currencies met or assumed.
    pub currencies: Vec<String>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
    /// First rejects; the downloadable list has all of them.
    pub rejects: Vec<Reject>,
    /// Batch that holds the rows.
    pub batch_id: Option<String>,
}

impl FileReport {
    pub(super) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            status: Status::DryRun,
            problem: None,
            format: "",
            details: String::new(),
            bytes: 0,
            sha256: String::new(),
            layout: String::new(),
            dataset: String::new(),
            understood: Vec::new(),
            ignored: Vec::new(),
            rows_read: 0,
            rows_accepted: 0,
            rows_rejected: 0,
            records: BTreeMap::new(),
            superseding: None,
            dates: None,
            geos: 0,
            channels: Vec::new(),
            kpis: Vec::new(),
            currencies: Vec::new(),
            notes: Vec::new(),
            rejects: Vec::new(),
            batch_id: None,
        }
    }

    pub(super) fn refuse(&mut self, why: Why) {
        self.status = Status::Refused;
        self.problem = Some(why.into());
    }
}

/// Makes the reject of a row.
pub(super) fn reject(file: &str, line: u64, column: Option<(&str, &str)>, why: Why) -> Reject {
    // The reason of a wrong address never repeats it, and neither does the cell.
    let hidden = why.code == Code::NotAnEmail;
    Reject {
        file: file.to_owned(),
        line,
        column: column.map(|(name, _)| name.to_owned()),
        value: column.filter(|_| !hidden).map(|(_, cell)| shown(cell)),
        code: why.code,
        reason: why.reason,
        accepted: why.accepted,
    }
}
