//! The list of rejects: the first ones in memory, all of them in a CSV file that is kept beside the batch.

use std::path::Path;

use super::trouble::Reject;

/// Rejects of one file.
#[derive(Debug)]
pub struct RejectList {
    first: Vec<Reject>,
    shown: usize,
    count: u64,
    file: Option<csv::Writer<tempfile::NamedTempFile>>,
}

impl RejectList {
    /// Keeps `shown` of them in memory.
    #[must_use]
    pub fn new(shown: usize) -> Self {
        Self { first: Vec::new(), shown, count: 0, file: None }
    }

    /// Adds one. Where the temporary folder fails, the list ends there and the count goes on.
    pub fn push(&mut self, reject: Reject) {
        self.count += 1;
        if self.file.is_none() && self.count == 1 {
            self.file = tempfile::NamedTempFile::new().ok().map(csv::Writer::from_writer);
            if let Some(out) = &mut self.file {
                let _ = out.write_record(["file", "line", "column", "value", "code", "reason", "accepted"]);
            }
        }
        if let Some(out) = &mut self.file {
            let code = serde_json::to_value(reject.code).ok();
            let code = code.as_ref().and_then(|c| c.as_str()).unwrap_or_default();
            let (column, value) = (reject.column.as_deref().unwrap_or(""), reject.value.as_deref().unwrap_or(""));
            let _ = out.write_record([
                &harmless(&reject.file),
                &reject.line.to_string(),
                &harmless(column),
                &harmless(value),
                code,
                &harmless(&reject.reason),
                &harmless(&reject.accepted),
            ]);
        }
        if self.first.len() < self.shown {
            self.first.push(reject);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first of them.
    #[must_use]
    pub fn first(&self) -> &[Reject] {
        &self.first
    }

    /// Hands the CSV file over: to be read until this value goes.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn file(&mut self) -> std::io::Result<Option<&Path>> {
        match &mut self.file {
            Some(out) => {
                out.flush()?;
                Ok(self.file.as_ref().map(|f| f.get_ref().path()))
            }
            None => Ok(None),
        }
    }
}

/// Text that a spreadsheet will not take for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
