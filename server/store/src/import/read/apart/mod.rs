//! Spreadsheets and Parquet files are taken apart in a process of their own, under limits of memory and time: whatever
//! such a file does to the library that reads it, the process that holds the data goes on.

mod child;
mod frames;
mod limits;
mod parent;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::super::caps::Caps;
pub use child::parse_upload;
pub use limits::ParserLimits;
pub(super) use parent::{ParquetFrames, sheet};

/// The hidden command by which a program reads one file: `PROGRAM parse-upload JOB FILE`.
pub const COMMAND: &str = "parse-upload";

/// Where binary files are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ParserProcess {
    /// In this process, under [`Caps`] alone: for tools and tests that have no program to start.
    #[default]
    InProcess,
    /// In a process of this program, which answers to [`COMMAND`] with [`parse_upload`].
    Program {
        /// The program, usually the one that runs.
        path: PathBuf,
        /// What each file may take.
        limits: ParserLimits,
    },
}

/// Kinds of binary files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Xlsx,
    Parquet,
}

/// What a child is asked to do, beside the path of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Job {
    kind: Kind,
    caps: Caps,
    limits: ParserLimits,
}
