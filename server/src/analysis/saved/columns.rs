//! Named columns of numbers in a Parquet file, exact to the bit.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, Int64Array};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::analysis::error::{AnalysisError, Result};

/// One column.
pub(super) enum Values {
    /// Whole numbers.
    Int(Vec<i64>),
    /// Floating numbers.
    Float(Vec<f64>),
}

/// Writes columns of equal length. It lasts through a crash once whoever asked for it has synced it.
pub(super) fn write(path: &Path, columns: Vec<(String, Values)>) -> Result<()> {
    let arrays = columns.into_iter().map(|(name, values)| {
        let array: ArrayRef = match values {
            Values::Int(values) => Arc::new(Int64Array::from(values)),
            Values::Float(values) => Arc::new(Float64Array::from(values)),
        };
        (name, array)
    });
    let batch = RecordBatch::try_from_iter(arrays).map_err(AnalysisError::fault)?;
    // Hardly a number of a draw comes twice, so a dictionary would only be tried and given up.
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_dictionary_enabled(false).build();
    let mut writer =
        ArrowWriter::try_new(File::create(path)?, batch.schema(), Some(properties)).map_err(AnalysisError::fault)?;
    writer.write(&batch).map_err(AnalysisError::fault)?;
    writer.close().map_err(AnalysisError::fault)?;
    Ok(())
}

/// All columns by name; whole numbers come as floating ones.
pub(super) fn read(path: &Path) -> Result<HashMap<String, Vec<f64>>> {
    let file = File::open(path).map_err(|e| super::missing(e, path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(AnalysisError::fault)?;
    let mut out: HashMap<String, Vec<f64>> = HashMap::new();
    for batch in reader {
        let batch = batch.map_err(AnalysisError::fault)?;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            let into = out.entry(field.name().clone()).or_default();
            let column = column.as_any();
            if let Some(floats) = column.downcast_ref::<Float64Array>() {
                into.extend_from_slice(floats.values());
            } else if let Some(ints) = column.downcast_ref::<Int64Array>() {
                into.extend(ints.values().iter().map(|n| *n as f64));
            }
        }
    }
    Ok(out)
}

/// Takes a column out.
pub(super) fn take(columns: &mut HashMap<String, Vec<f64>>, name: &str, rows: usize) -> Result<Vec<f64>> {
    match columns.remove(name) {
        Some(values) if values.len() == rows => Ok(values),
        Some(values) => {
            Err(AnalysisError::fault(format!("column `{name}` has {} rows where {rows} are expected", values.len())))
        }
        None => Err(AnalysisError::fault(format!("column `{name}` is missing"))),
    }
}
