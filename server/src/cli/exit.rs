//! Exit codes, so that scripts can tell what happened.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All done.
    Done = 0,
    /// A fault: disk, database, network.
    Failed = 1,
    /// The command line or a settings file is wrong.
    Usage = 2,
    /// The data, the spec or the plan was rejected; standard error says why.
    Rejected = 3,
    /// What was named does not exist.
    NotFound = 4,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Shown by `tandem --help`.
pub const HELP: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 data, spec or plan rejected, \
4 not found, 130 interrupted.";

/// A command's error with the code it ends in.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// The sentence on standard error.
    pub message: String,
}

impl Failure {
    /// An error that ends in `exit`.
    pub fn new(exit: Exit, message: impl std::fmt::Display) -> Self {
        Self { exit, message: message.to_string() }
    }

    /// A fault.
    pub fn failed(message: impl std::fmt::Display) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Wrong usage.
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Rejected data, spec or plan.
    pub fn rejected(message: impl std::fmt::Display) -> Self {
        Self::new(Exit::Rejected, message)
    }

    /// Something named does not exist.
    pub fn not_found(message: impl std::fmt::Display) -> Self {
        Self::new(Exit::NotFound, message)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error)
    }
}
