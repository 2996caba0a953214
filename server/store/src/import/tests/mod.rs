//! Whole imports into a store of their own: layouts, traps, supersession, robustness.

mod apart;
mod canonical;
mod formats;
mod robust;
mod traps_rows;
mod traps_text;
mod wide;
mod workbook;

use super::{Code, FileReport, ImportFile, ImportOptions, Note, Status};
use crate::{Settings, Store};

/// 2026-06-01T00:00:00Z
const NOW: i64 = 1_780_272_000_000_000;

/// A store in a temporary folder, and files given to it.
struct Desk {
    store: Store,
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(dir.path().join("data"), Settings::default()).expect("a new store");
        Self { store, dir }
    }

    fn options() -> ImportOptions {
        ImportOptions { now_us: Some(NOW), ..ImportOptions::default() }
    }

    fn give(&self, name: &str, bytes: impl AsRef<[u8]>) -> FileReport {
        self.give_with(name, bytes, &Self::options())
    }

    fn give_with(&self, name: &str, bytes: impl AsRef<[u8]>, options: &ImportOptions) -> FileReport {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        self.take(path, options)
    }

    fn take(&self, path: std::path::PathBuf, options: &ImportOptions) -> FileReport {
        let report = self.store.import(&[ImportFile::from(path)], options, &mut |_| {}).expect("the store works");
        report.files.into_iter().next().expect("one file")
    }

    /// Values of a storage column over all batches, as text, in order of import.
    fn column(&self, table: crate::schema::Table, column: &str) -> Vec<String> {
        use duckdb::arrow::util::display::array_value_to_string;
        use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
        let mut out = Vec::new();
        for manifest in self.store.imports() {
            for file in manifest.tables.iter().filter(|t| t.table == table) {
                let path = self.store.batch_dir(&manifest).join(&file.file);
                let file = std::fs::File::open(path).expect("a batch file");
                let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|b| b.build()).expect("parquet");
                for batch in reader {
                    let batch = batch.expect("rows");
                    let array = batch.column_by_name(column).expect("a storage column");
                    out.extend((0..array.len()).map(|i| array_value_to_string(array, i).expect("text")));
                }
            }
        }
        out
    }
}

fn with_mapping(mapping: &str) -> ImportOptions {
    ImportOptions { mapping: Some(mapping.to_owned()), ..Desk::options() }
}

/// Accepted and rejected rows, where the file went in.
fn counts(report: &FileReport) -> (u64, u64) {
    assert!(report.problem.is_none(), "{:?}", report.problem);
    (report.rows_accepted, report.rows_rejected)
}

fn note(report: &FileReport, code: Code) -> Option<&Note> {
    report.notes.iter().find(|n| n.code == code)
}

fn problem(report: &FileReport) -> (Code, &str) {
    assert_eq!(report.status, Status::Refused);
    report.problem.as_ref().map(|p| (p.code, p.reason.as_str())).expect("a refused file says why")
}

/// The report without what differs between machines.
fn snapshot(report: &FileReport) -> serde_json::Value {
    let mut value = serde_json::to_value(report).expect("serialisable");
    for field in ["sha256", "batch_id"] {
        value[field] = serde_json::Value::Null;
    }
    value
}
