//! Parquet files, read batch by batch and handed on as text cells, so that every check of CSV holds for them too.

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use duckdb::arrow::array::{Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{Row, Rows, Step};
use crate::import::caps::Caps;
use crate::import::trouble::{Code, Why};

const BATCH: usize = 8_192;

/// The rows of a Parquet file with flat columns.
pub struct ParquetRows {
    reader: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    at: usize,
    read: u64,
    caps: Caps,
    text: String,
}

fn unreadable(what: &str) -> Why {
    Why::new(Code::Unreadable, format!("not a readable Parquet file: {what}"), "Parquet with flat columns, or CSV")
}

/// Runs code of the Parquet reader, which may panic on damaged files.
fn guarded<T>(run: impl FnOnce() -> Result<T, Why>) -> Result<T, Why> {
    std::panic::catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(unreadable("its parts contradict each other")))
}

impl ParquetRows {
    /// Opens a file; gives its column names and number of rows too.
    ///
    /// # Errors
    /// Damaged files, nested columns, and files beyond the caps.
    pub fn open(path: &Path, caps: &Caps) -> Result<(Self, Vec<String>, u64), Why> {
        guarded(|| {
            let file = File::open(path).map_err(|e| unreadable(&e.to_string()))?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| unreadable(&e.to_string()))?;
            let fields = builder.schema().fields();
            if fields.len() > caps.columns {
                let reason = format!("the file has {} columns", fields.len());
                return Err(Why::new(Code::TooManyColumns, reason, format!("at most {} columns", caps.columns)));
            }
            if let Some(nested) = fields.iter().find(|f| f.data_type().is_nested()) {
                return Err(unreadable(&format!("column `{}` is nested", nested.name())));
            }
            let rows = builder.metadata().file_metadata().num_rows();
            let rows = u64::try_from(rows).map_err(|_| unreadable("its number of rows is negative"))?;
            if rows > caps.rows {
                let reason = format!("the file has {rows} rows");
                return Err(Why::new(Code::TooManyRows, reason, format!("at most {} rows a file", caps.rows)));
            }
            // Sizes in the footer are claims, but they are what the reader would reserve memory by.
            let largest = builder.metadata().row_groups().iter().map(|g| g.total_byte_size()).max().unwrap_or(0);
            if u64::try_from(largest).unwrap_or(u64::MAX) > caps.unpacked_bytes {
                let limit = caps.unpacked_bytes >> 20;
                let reason = format!("a row group unpacks to more than {limit} MiB");
                return Err(Why::new(Code::TooLarge, reason, format!("row groups of at most {limit} MiB")));
            }
            let names = fields.iter().map(|f| f.name().clone()).collect();
            let reader = builder.with_batch_size(BATCH).build().map_err(|e| unreadable(&e.to_string()))?;
            Ok((Self { reader, batch: None, at: 0, read: 0, caps: *caps, text: String::new() }, names, rows))
        })
    }

    fn fill(&mut self) -> Result<bool, Why> {
        while self.batch.as_ref().is_none_or(|b| self.at >= b.num_rows()) {
            let next = guarded(|| self.reader.next().transpose().map_err(|e| unreadable(&e.to_string())))?;
            let Some(batch) = next else { return Ok(false) };
            (self.batch, self.at) = (Some(batch), 0);
        }
        Ok(true)
    }
}

impl Rows for ParquetRows {
    fn next(&mut self, row: &mut Row) -> Result<Step, Why> {
        if !self.fill()? {
            return Ok(Step::End);
        }
        let Some(batch) = &self.batch else { return Ok(Step::End) };
        row.cells.clear();
        self.read += 1;
        // Row 1 stands for the header, as in a CSV file.
        row.line = self.read + 1;
        for column in batch.columns() {
            self.text.clear();
            write_cell(column.as_ref(), self.at, &mut self.text)?;
            if self.text.len() > self.caps.cell_bytes {
                self.at += 1;
                let limit = self.caps.cell_bytes >> 10;
                let reason = format!("a cell of this row is larger than {limit} KiB");
                return Ok(Step::Bad(Why::new(Code::CellTooLarge, reason, format!("cells of at most {limit} KiB"))));
            }
            row.cells.push_field(self.text.as_bytes());
        }
        self.at += 1;
        Ok(Step::Row)
    }

    fn position(&self) -> u64 {
        self.read
    }
}

fn write_cell(column: &dyn Array, at: usize, out: &mut String) -> Result<(), Why> {
    use duckdb::arrow::array::AsArray;
    use duckdb::arrow::datatypes::{Float64Type, Int64Type};
    use std::fmt::Write;
    if column.is_null(at) {
        return Ok(());
    }
    let written = match column.data_type() {
        DataType::Utf8 => {
            out.push_str(column.as_string::<i32>().value(at));
            Ok(())
        }
        DataType::Int64 => write!(out, "{}", column.as_primitive::<Int64Type>().value(at)),
        DataType::Float64 => write!(out, "{}", column.as_primitive::<Float64Type>().value(at)),
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(column, &options).map_err(|e| unreadable(&e.to_string()))?;
            write!(out, "{}", formatter.value(at))
        }
    };
    written.map_err(|_| unreadable("a cell has no text form"))
}
