//! Streams encoded rows into one file a table, so that memory does not grow with the company.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::{Format, Table, parquet_batch};
use crate::error::SimulateError;

/// Rows ready to be written.
#[derive(Debug)]
pub(crate) enum Encoded {
    Csv(Vec<u8>),
    Batch(RecordBatch),
}

enum Sink {
    Csv(BufWriter<File>),
    Parquet(Box<ArrowWriter<File>>),
}

/// Writer of one table's file.
pub(crate) struct TableWriter {
    table: Table,
    path: PathBuf,
    sink: Sink,
    /// Rows written so far.
    pub(crate) rows: u64,
}

/// Rows of a row group: small enough to keep memory low, large enough to compress.
const ROW_GROUP: usize = 512 * 1024;

impl TableWriter {
    /// Creates `DIR/<table>.<format>`, replacing an older file.
    ///
    /// # Errors
    /// Where the file cannot be created.
    pub(crate) fn create(dir: &Path, table: Table, format: Format) -> Result<Self, SimulateError> {
        let path = dir.join(format!("{}.{}", table.name(), format.extension()));
        let failed = |source| SimulateError::Write { path: path.clone(), source };
        let file = File::create(&path).map_err(failed)?;
        let sink = match format {
            Format::Csv => {
                let mut out = BufWriter::with_capacity(1 << 20, file);
                let header: Vec<&str> = table.columns().iter().map(|(name, _)| *name).collect();
                writeln!(out, "{}", header.join(",")).map_err(failed)?;
                Sink::Csv(out)
            }
            Format::Parquet => {
                let mut properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(ROW_GROUP))
                    .set_created_by("tandem-datasets".to_owned());
                // Ids and times hardly repeat: a dictionary costs time and gives nothing.
                for unique in ["touch_id", "event_id", "touched_at", "entered_at"] {
                    properties = properties.set_column_dictionary_enabled(ColumnPath::from(unique), false);
                }
                let writer = ArrowWriter::try_new(file, parquet_batch::schema(table), Some(properties.build()));
                Sink::Parquet(Box::new(writer.map_err(|source| SimulateError::Encode { table: table.name(), source })?))
            }
        };
        Ok(Self { table, path, sink, rows: 0 })
    }

    /// The table written.
    pub(crate) fn table(&self) -> Table {
        self.table
    }

    /// Appends rows.
    ///
    /// # Errors
    /// Where the disk or the encoder refuses them.
    pub(crate) fn write(&mut self, rows: &Encoded, count: usize) -> Result<(), SimulateError> {
        self.rows += count as u64;
        match (&mut self.sink, rows) {
            (Sink::Csv(out), Encoded::Csv(text)) => {
                out.write_all(text).map_err(|source| SimulateError::Write { path: self.path.clone(), source })
            }
            (Sink::Parquet(writer), Encoded::Batch(batch)) => {
                writer.write(batch).map_err(|source| SimulateError::Encode { table: self.table.name(), source })
            }
            _ => Err(SimulateError::Field { field: "format", accepted: "one and the same for all rows of a table" }),
        }
    }

    /// Closes the file and says how many rows it holds.
    ///
    /// # Errors
    /// As [`TableWriter::write`].
    pub(crate) fn finish(self) -> Result<(Table, u64), SimulateError> {
        match self.sink {
            Sink::Csv(mut out) => {
                out.flush().map_err(|source| SimulateError::Write { path: self.path, source })?;
            }
            Sink::Parquet(writer) => {
                writer.close().map_err(|source| SimulateError::Encode { table: self.table.name(), source })?;
            }
        }
        Ok((self.table, self.rows))
    }
}
