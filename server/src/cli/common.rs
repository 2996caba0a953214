//! What most commands begin with: opening the data folder, and saying whose fault an error is.

use std::path::Path;
use std::time::Duration;

use tandem_store::import::{ParserLimits, ParserProcess};
use tandem_store::{Settings, Store};

use super::exit::{Exit, Failure};
use crate::analysis::AnalysisError;
use crate::config::Limits;

/// Opens or creates the data folder.
pub(super) fn open(dir: &Path) -> Result<Store, Failure> {
    Store::open(dir, settings(ParserLimits::default())).map_err(store)
}

/// The usual settings; binary files are read by this program in a process of their own.
fn settings(limits: ParserLimits) -> Settings {
    // By this name the running program is found even where its file was replaced by an upgrade.
    let own = Path::new("/proc/self/exe");
    let path = if own.exists() { Some(own.to_owned()) } else { std::env::current_exe().ok() };
    let parser = path.map_or(ParserProcess::InProcess, |path| ParserProcess::Program { path, limits });
    Settings { parser, ..Settings::default() }
}

/// Memory of the engine while the command line imports, MiB. More is not quicker, and what the engine holds adds to what
/// reading a file takes: 10 M touches and all tables of their company stay below 500 MB in all, restated ones too.
const IMPORT_MIB: u64 = 128;

/// Opens or creates the data folder for an import.
pub(super) fn open_for_import(dir: &Path) -> Result<Store, Failure> {
    let usual = settings(ParserLimits::default());
    let settings = Settings { memory_mib: Some(usual.engine_memory_mib().min(IMPORT_MIB)), ..usual };
    Store::open(dir, settings).map_err(store)
}

/// Opens or creates the data folder with the deadline of the settings.
pub(super) fn open_for_serving(dir: &Path, limits: &Limits) -> Result<Store, Failure> {
    let parser = ParserLimits { memory_mib: limits.parser_memory_mib, seconds: limits.parser_seconds };
    let settings = Settings { query_deadline: Duration::from_secs(limits.query_seconds), ..settings(parser) };
    Store::open(dir, settings).map_err(store)
}

/// Opens a data folder that must be there.
pub(super) fn open_existing(dir: &Path) -> Result<Store, Failure> {
    if dir.join("lake").is_dir() {
        open(dir)
    } else {
        Err(Failure::not_found(format!(
            "there are no data in `{}`; import a file first (tandem --data DIR import FILE), or name another folder",
            dir.display()
        )))
    }
}

/// A store error with its exit code.
pub(super) fn store(error: tandem_store::Error) -> Failure {
    Failure::from(AnalysisError::from(error))
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        let exit = match &error {
            AnalysisError::NotFound(_) => Exit::NotFound,
            AnalysisError::Rejected { .. } | AnalysisError::NoData(_) | AnalysisError::Model(_) => Exit::Rejected,
            AnalysisError::Cancelled => Exit::Interrupted,
            _ => Exit::Failed,
        };
        Failure::new(exit, error)
    }
}
