//! What can go wrong while simulating.

/// Why a simulation did not start or finish.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A field of the company is out of range.
    #[error("company field `{field}` must be {accepted}")]
    Field {
        /// Field at fault.
        field: &'static str,
        /// What would be accepted.
        accepted: &'static str,
    },
    /// A name that is not one of a closed set.
    #[error("{field} `{given}` is not known; choose one of: {accepted}")]
    Choice {
        /// What was chosen.
        field: &'static str,
        /// The text given.
        given: String,
        /// What would be accepted.
        accepted: &'static str,
    },
    /// The output folder or a file in it could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// File or folder.
        path: std::path::PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Encoding of rows failed.
    #[error("cannot encode {table}: {source}")]
    Encode {
        /// Table at fault.
        table: &'static str,
        /// Cause.
        source: parquet::errors::ParquetError,
    },
}
