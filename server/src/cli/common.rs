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
    open_with(dir, settings(ParserLimits::default()))
}

fn open_with(dir: &Path, settings: Settings) -> Result<Store, Failure> {
    if dir.is_file() {
        return Err(Failure::usage(format!("{} is a file; --data names a folder", dir.display())));
    }
    Store::open(dir, settings).map_err(store)
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
    open_with(dir, settings)
}

/// Opens or creates the data folder with the deadline of the settings.
pub(super) fn open_for_serving(dir: &Path, limits: &Limits) -> Result<Store, Failure> {
    let parser = ParserLimits { memory_mib: limits.parser_memory_mib, seconds: limits.parser_seconds };
    let settings = Settings { query_deadline: Duration::from_secs(limits.query_seconds), ..settings(parser) };
    open_with(dir, settings)
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

/// The text of a file that an option names.
pub(super) fn read_text(option: &str, path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Failure::not_found(format!("{option}: there is no file {}", path.display())),
        _ if path.is_dir() => Failure::usage(format!("{option}: {} is a folder; a file is needed", path.display())),
        std::io::ErrorKind::InvalidData => Failure::rejected(format!("{option}: {} is not UTF-8 text", path.display())),
        _ => Failure::failed(format!("{option}: {}: {e}", path.display())),
    })
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
