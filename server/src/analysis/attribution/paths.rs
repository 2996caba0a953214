//! Credit over the rows of a path table in ChannelAttribution's form, as CSV or JSON; the table is read piece by piece.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use tandem_models::attribution::path_table::{PathTable, PathTableReader};
use tandem_models::attribution::report::Attribution;
use tandem_models::attribution::{ModelKind, Settings};
use utoipa::ToSchema;

use super::super::error::{AnalysisError, Result};
use super::super::meta::Meta;
use super::answer::{self, AttributionAnswer};

/// Models shown over a path table unless told: those that need only the order of touches.
pub const USUAL: &str = "first,last,linear,markov";

/// Bytes handed to the reader at a time.
const BLOCK: usize = 8 << 20;

/// A path table as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PathRows {
    /// One entry a distinct path.
    pub paths: Vec<PathRow>,
}

/// One path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PathRow {
    /// Channels in order, split by ` > `; empty for outcomes without a touch.
    pub path: String,
    /// How often it ended in a conversion.
    #[serde(alias = "conversions")]
    pub total_conversions: f64,
    /// Value of those conversions.
    #[serde(default, alias = "value")]
    pub total_conversion_value: f64,
    /// How often it ended without one.
    #[serde(default, alias = "null")]
    pub total_null: f64,
}

/// Credit over a table that was read, with a sentence for every row that was left out.
pub struct PathCredit {
    /// The report.
    pub answer: AttributionAnswer,
    /// Rows left out and values rounded, by line.
    pub notes: Vec<String>,
}

/// Credit over the file at `path`, CSV with a header.
///
/// # Errors
/// A file that is not there or no path table, or a model that needs more than the order of touches.
pub fn of_csv(path: &Path, kinds: &[ModelKind], settings: &Settings) -> Result<PathCredit> {
    let mut file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => AnalysisError::NotFound(format!("there is no file {}", path.display())),
        _ => e.into(),
    })?;
    let mut reader = PathTableReader::sized(file.metadata().map_or(0, |m| m.len()));
    let (mut block, mut next) = (vec![0; BLOCK], vec![0; BLOCK]);
    let mut n = file.read(&mut block)?;
    while n > 0 {
        // The next block is read while this one is parsed.
        let (parsed, read) = rayon::join(|| reader.block(&block[..n]), || file.read(&mut next));
        parsed.map_err(|e| wrong_file(path, &e))?;
        n = read?;
        std::mem::swap(&mut block, &mut next);
    }
    credit(&reader.finish().map_err(|e| wrong_file(path, &e))?, kinds, settings)
}

/// Credit over the file at `path`, JSON of the form [`PathRows`]; rows are checked as those of a CSV file.
///
/// # Errors
/// As [`of_csv`].
pub fn of_json(path: &Path, kinds: &[ModelKind], settings: &Settings) -> Result<PathCredit> {
    let rows: PathRows = serde_json::from_reader(BufReader::new(File::open(path)?))
        .map_err(|e| AnalysisError::rejected("paths", format!("the body is not the JSON that is expected: {e}")))?;
    let mut reader = PathTableReader::new();
    let mut block = String::from("path\ttotal_conversions\ttotal_conversion_value\ttotal_null\n");
    for (i, row) in rows.paths.iter().enumerate() {
        if row.path.contains(['\t', '\n', '\r', '"']) {
            return Err(AnalysisError::rejected(
                format!("paths[{i}].path"),
                "holds a tab, a line break or a quote; a channel name has none",
            ));
        }
        let PathRow { path, total_conversions: c, total_conversion_value: v, total_null: n } = row;
        block.push_str(&format!("{path}\t{c}\t{v}\t{n}\n"));
        if block.len() >= BLOCK {
            reader.block(block.as_bytes()).map_err(|e| wrong_file(Path::new("body"), &e))?;
            block.clear();
        }
    }
    reader.block(block.as_bytes()).map_err(|e| wrong_file(Path::new("body"), &e))?;
    credit(&reader.finish().map_err(|e| wrong_file(Path::new("body"), &e))?, kinds, settings)
}

fn credit(table: &PathTable, kinds: &[ModelKind], settings: &Settings) -> Result<PathCredit> {
    let mut notes: Vec<String> = table.rejects.iter().map(|r| format!("line {}: {}", r.line, r.reason)).collect();
    if table.rejected > notes.len() as u64 {
        notes.push(format!("{} rows were left out in all", table.rejected));
    }
    if table.rounded_values > 0 {
        notes.push(format!("{} values had more than two places and were rounded", table.rounded_values));
    }
    let mut attribution = Attribution::new(kinds, settings, table.channels.names()).map_err(answer::refused)?;
    attribution.add_table(table).map_err(answer::refused)?;
    let report = attribution.finish().map_err(answer::refused)?;
    Ok(PathCredit { answer: answer::answer(report, Meta::default()), notes })
}

fn wrong_file(path: &Path, error: &dyn std::fmt::Display) -> AnalysisError {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    AnalysisError::rejected("paths", format!("{name}: {error}"))
}
