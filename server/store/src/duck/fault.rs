//! Telling an engine that is broken from a statement that is wrong.

use crate::error::Error;

/// Words the engine uses when its file or its instance is beyond use. Matched at the start or as whole phrases, because
/// user text may appear inside messages.
const BROKEN: &[&str] = &[
    "FATAL Error",
    "INTERNAL Error",
    "IO Error",
    "Serialization Error",
    "database has been invalidated",
    "Corrupt",
    "checksum",
    "Failure while replaying WAL",
];

/// Sorts an engine error into `DamagedProjection` (the store reopens or rebuilds) or `Engine`.
pub(super) fn classify(error: duckdb::Error) -> Error {
    let text = error.to_string();
    // A full disk is no damage, but the instance that met it is beyond use even after there is room again.
    let full = text.contains("No space left") && !text.contains("has been invalidated");
    if !full && BROKEN.iter().any(|word| text.contains(word)) {
        Error::DamagedProjection(text)
    } else {
        Error::Engine(error)
    }
}

/// Whether the engine stopped because it was interrupted.
pub(super) fn interrupted(error: &duckdb::Error) -> bool {
    error.to_string().contains("INTERRUPT Error")
}
