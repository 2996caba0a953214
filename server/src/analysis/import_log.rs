//! Notes of every try to import a file, refused ones included: who, when, what came of it.

use jiff::Timestamp;
use tandem_store::Store;
use tandem_store::import::{ImportReport, Status};
use tandem_store::state::ImportEntry;

use super::error::{AnalysisError, Result};

/// Notes each file of a report. A dry run is noted too: it says who looked at what.
///
/// # Errors
/// Faults of the state.
pub fn note(store: &Store, report: &ImportReport, by: &str) -> Result<()> {
    for file in &report.files {
        let outcome = match file.status {
            Status::Imported => "imported",
            Status::DryRun => "dry_run",
            Status::AlreadyImported => "unchanged",
            Status::Refused => "refused",
        };
        store.state().imports().add(&ImportEntry {
            id: super::ids::import(),
            at: Timestamp::now(),
            actor: by.to_owned(),
            source: file.file.clone(),
            layout: file.layout.clone(),
            outcome: outcome.to_owned(),
            batch_id: file.batch_id.clone(),
            row_count: file.rows_accepted,
            rejected: file.rows_rejected,
            report: serde_json::to_value(file).map_err(AnalysisError::fault)?,
        })?;
    }
    Ok(())
}
