//! The command line: a file a command, one table of exit codes, results on standard output.

mod attribute;
mod check;
mod common;
mod completions;
mod demo;
pub mod exit;
mod export;
mod fit;
mod import;
mod interrupt;
mod keys;
mod optimize;
pub mod out;
mod parse_upload;
mod prior;
mod rebuild;
mod serve;
mod simulate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use exit::{Exit, Failure};

/// Campaign ROI and budget optimization for marketing and sales.
#[derive(Debug, Parser)]
#[command(name = "tandem", version = crate::VERSION, after_help = exit::HELP, arg_required_else_help = true)]
pub struct Cli {
    /// Folder that holds everything: the lake, its projection, runs and state.
    /// `data` unless told; for `demo` a folder of its own.
    #[arg(long = "data", global = true, env = "TANDEM_DATA", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Settings file; `DIR/tandem.toml` where it exists, otherwise the defaults.
    #[arg(long, global = true, env = "TANDEM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| PathBuf::from("data"))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulates a company, imports and fits it, and serves its pages: needs no file, key or network.
    Demo(demo::Args),
    /// Serves the API and the pages.
    Serve(serve::Args),
    /// Imports files: wide weekly tables, canonical tables, or anything described by a mapping.
    Import(import::Args),
    /// Writes a simulated company with its planted truth.
    Simulate(simulate::Args),
    /// Fits a marketing-mix model and saves the run.
    Fit(fit::Args),
    /// Shares credit for outcomes that happened over the touches before them.
    Attribute(attribute::Args),
    /// Recommends a budget from the response curves of a run.
    Optimize(optimize::Args),
    /// Writes a table as CSV, XLSX, Parquet, Arrow or JSON.
    Export(export::Args),
    /// Builds the projection anew from the lake.
    Rebuild(rebuild::Args),
    /// Looks whether the data folder is whole, and says what is in it.
    Check(check::Args),
    /// Makes, lists and revokes API keys.
    Keys(keys::Args),
    /// Prints a completion script for a shell.
    Completions(completions::Args),
    /// Reads one binary upload in a process of its own; the program calls itself so.
    #[command(name = tandem_store::import::PARSE_COMMAND, hide = true)]
    ParseUpload(parse_upload::Args),
}

/// Parses the command line and runs the command.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(exit) => exit,
        Err(failure) => {
            eprintln!("tandem: {failure}");
            failure.exit.into()
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let exit = match &cli.command {
        Command::Demo(args) => demo::run(cli, args),
        Command::Serve(args) => serve::run(cli, args),
        Command::Import(args) => import::run(cli, args),
        Command::Simulate(args) => simulate::run(args),
        Command::Fit(args) => fit::run(cli, args),
        Command::Attribute(args) => attribute::run(cli, args),
        Command::Optimize(args) => optimize::run(cli, args),
        Command::Export(args) => export::run(cli, args),
        Command::Rebuild(args) => rebuild::run(cli, args),
        Command::Check(args) => check::run(cli, args),
        Command::Keys(args) => keys::run(cli, args),
        Command::Completions(args) => completions::run(args),
        Command::ParseUpload(args) => return Ok(parse_upload::run(args)),
    }?;
    Ok(exit.into())
}
