//! The hidden command that reads one spreadsheet or Parquet file under limits, for the process that started it.

use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `parse-upload`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do, as JSON.
    job: String,
    /// The file.
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> ExitCode {
    tandem_store::import::parse_upload(&args.job, &args.file)
}
