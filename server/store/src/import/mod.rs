//! Import: files of known layouts, or of any layout with a mapping, into batches of the lake, with a report.
//!
//! `read` opens files and gives rows of text; `plan` says what their columns mean; `value` parses cells; `convert`,
//! `table_rows` and `wide_rows` make rows of canonical tables; `checks` and `gather` look across rows.

mod build;
mod caps;
mod checks;
mod convert;
mod gather;
mod plan;
mod rates;
mod read;
mod rejects;
mod report;
mod run;
mod table_rows;
mod tally;
#[cfg(test)]
mod tests;
mod trouble;
mod value;
mod wide_rows;

use std::path::PathBuf;

pub use caps::Caps;
pub use plan::detect::As;
pub use plan::mapping::Mapping;
pub use read::apart::{COMMAND as PARSE_COMMAND, ParserLimits, ParserProcess, parse_upload};
pub use report::{FileReport, ImportReport, Meaning, Problem, Status};
pub use trouble::{Code, Note, Reject, Why};

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// A layout given instead of being recognised.
    pub as_: Option<As>,
    /// Text of a mapping file (TOML), for layouts that are not known.
    pub mapping: Option<String>,
    /// Read, check and report, but write nothing.
    pub dry_run: bool,
    /// Refuse a file of which any row is rejected, instead of importing its other rows.
    pub strict: bool,
    /// Dataset of all rows, instead of the file's name (wide tables) or the `dataset` column and `main` (canonical).
    pub dataset: Option<String>,
    /// Currency of wide tables that name none; that of the store's settings where absent.
    pub currency: Option<String>,
    /// Upper bounds on what is read.
    pub caps: Caps,
    /// Now, as UTC microseconds since 1970, for wins in the future; the clock where absent.
    pub now_us: Option<i64>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file being read.
    pub file: &'a str,
    /// Its place in the list, from 0.
    pub index: usize,
    /// How many files there are.
    pub files: usize,
    /// Share of this file read, 0..=1000 thousandths.
    pub permille: u16,
    /// Rows of this file read.
    pub rows: u64,
    /// Rows of this file left out.
    pub rejected: u64,
}

/// A file to import: where it lies, and what its user calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name in reports and in the lake; no folder.
    pub name: String,
}

impl From<PathBuf> for ImportFile {
    fn from(path: PathBuf) -> Self {
        let name = path.file_name().map_or_else(|| "file".into(), |n| n.to_string_lossy().into_owned());
        Self { path, name }
    }
}

impl crate::Store {
    /// Imports files, each as one batch that is in the lake whole or not at all.
    ///
    /// A file that is refused does not stop the others; its report says why. Files with `fx_rates` go first, whatever
    /// their place, because amounts of other files may need them. `progress` is called at least once a file.
    ///
    /// # Errors
    /// Only those of the store: the disk, the lake, the projection. What is wrong with a file is in the report.
    pub fn import(
        &self,
        files: &[ImportFile],
        options: &ImportOptions,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> crate::Result<ImportReport> {
        run::import(self, files, options, progress)
    }

    /// The complete list of rejects of a batch as a CSV file, where any row of it was left out.
    #[must_use]
    pub fn rejects_file(&self, batch_id: &str) -> Option<PathBuf> {
        let manifest = self.imports().into_iter().find(|m| m.batch_id == batch_id)?;
        Some(self.batch_dir(&manifest).join(run::REJECTS)).filter(|path| path.is_file())
    }
}
