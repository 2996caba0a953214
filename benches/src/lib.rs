//! What the benchmark suites share: a simulated company in a store. The suites are in `benches/`.

use std::path::PathBuf;

use tandem_datasets::{Company, Format, Preset, simulate};
use tandem_store::import::{ImportFile, ImportOptions};
use tandem_store::{Settings, Store};
use tempfile::TempDir;

/// The size of the company: `TANDEM_BENCH_PRESET`, `small` unless told.
///
/// # Panics
/// On a name that is no preset.
#[must_use]
pub fn preset() -> Preset {
    let wanted = std::env::var("TANDEM_BENCH_PRESET").unwrap_or_else(|_| "small".into());
    let all = [Preset::Tiny, Preset::Small, Preset::Demo, Preset::Medium, Preset::Large];
    all.into_iter().find(|p| p.name() == wanted).expect("TANDEM_BENCH_PRESET: tiny, small, demo, medium or large")
}

/// The files of the company, in order of name.
///
/// # Panics
/// Where they cannot be written.
#[must_use]
pub fn files(preset: Preset, format: Format, folder: &TempDir) -> Vec<PathBuf> {
    simulate(&Company::new(preset, 1), folder.path(), format, &|_, _| {}).expect("simulates");
    let entries = std::fs::read_dir(folder.path()).expect("lists");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "parquet" || e == "csv"));
    paths.sort();
    paths
}

/// A store with the company imported, and the folder that it lives in.
///
/// # Panics
/// Where anything of that fails.
#[must_use]
pub fn company() -> (Store, TempDir) {
    let (folder, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let store = Store::open(data.path(), Settings::default()).expect("opens");
    let sources: Vec<ImportFile> =
        files(preset(), Format::Parquet, &folder).into_iter().map(ImportFile::from).collect();
    let report = store.import(&sources, &ImportOptions::default(), &mut |_| {}).expect("imports");
    assert!(!report.any_refused(), "{report:?}");
    (store, data)
}
