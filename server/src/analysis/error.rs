//! Why an analysis gave no answer, in kinds that the API and the command line can tell apart.

use tandem_store::Error as StoreError;

use crate::http::error::{Code, Problem};

/// What stopped it.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// What was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// A parameter is not acceptable.
    #[error("`{field}`: {message}")]
    Rejected {
        /// The parameter.
        field: String,
        /// What is wrong and what would be accepted.
        message: String,
    },
    /// There is nothing to answer from yet.
    #[error("{0}")]
    NoData(String),
    /// The model refuses these data or this spec.
    #[error("{0}")]
    Model(String),
    /// The caller gave up.
    #[error("stopped before it was done")]
    Cancelled,
    /// The query took longer than its deadline, or no reader was free.
    #[error("{0}")]
    Busy(String),
    /// The state of a record does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// No room.
    #[error("{0}")]
    DiskFull(String),
    /// A fault.
    #[error("{0}")]
    Fault(String),
}

/// Result of analyses.
pub type Result<T> = std::result::Result<T, AnalysisError>;

impl AnalysisError {
    /// A parameter that is not acceptable.
    pub fn rejected(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Rejected { field: field.into(), message: message.into() }
    }

    /// A fault with its cause.
    pub fn fault(cause: impl std::fmt::Display) -> Self {
        Self::Fault(cause.to_string())
    }
}

impl From<StoreError> for AnalysisError {
    fn from(error: StoreError) -> Self {
        if error.is_disk_full() {
            return Self::DiskFull(error.to_string());
        }
        let text = error.to_string();
        match error {
            StoreError::NotFound { .. } => Self::NotFound(text),
            StoreError::Invalid { field, message } => Self::rejected(field, message),
            StoreError::Panel { .. } | StoreError::TooManyRows { .. } => Self::Model(text),
            StoreError::Cancelled => Self::Cancelled,
            StoreError::Deadline { .. } | StoreError::Overloaded { .. } | StoreError::Rebuilding => Self::Busy(text),
            StoreError::Conflict(_) => Self::Conflict(text),
            _ => Self::Fault(text),
        }
    }
}

impl From<std::io::Error> for AnalysisError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull(error.to_string())
        } else {
            Self::fault(error)
        }
    }
}

impl From<AnalysisError> for Problem {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::NotFound(text) => Problem::new(Code::NotFound, text),
            AnalysisError::Rejected { field, message } => Problem::new(Code::Invalid, message).field(field),
            AnalysisError::NoData(text) => Problem::new(Code::NoData, text),
            AnalysisError::Model(text) => Problem::new(Code::ModelRefused, text),
            AnalysisError::Cancelled => Problem::new(Code::Busy, "this was stopped before it was done"),
            AnalysisError::Busy(text) => Problem::new(Code::Deadline, text),
            AnalysisError::Conflict(text) => Problem::new(Code::Conflict, text),
            AnalysisError::DiskFull(text) => Problem::new(Code::DiskFull, text),
            AnalysisError::Fault(cause) => Problem::internal(cause),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        AnalysisError::from(error).into()
    }
}
