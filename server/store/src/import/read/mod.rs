//! Readers: whatever the file is, out come a header and rows of text cells with their line numbers.

pub mod apart;
pub mod columnar;
pub mod rows;
pub mod sheet;
pub mod sniff;
pub mod source;
pub mod text;
pub mod zip_check;

use csv::ByteRecord;

use super::trouble::Why;

/// One row as it was read.
#[derive(Debug, Default)]
pub struct Row {
    /// Cells as text; UTF-8 except where a file lies about itself.
    pub cells: ByteRecord,
    /// Line in the file (row of a sheet or Parquet file), from 1.
    pub line: u64,
}

/// What reading one step further gave.
#[derive(Debug)]
pub enum Step {
    /// A row with as many cells as the header has.
    Row,
    /// A row that cannot be taken apart; reading goes on behind it.
    Bad(Why),
    /// Nothing is left.
    End,
}

/// A file being read, row by row.
pub trait Rows {
    /// Reads the next row into `row`.
    ///
    /// # Errors
    /// Only what makes going on impossible: the file system fails or a cap is hit.
    fn next(&mut self, row: &mut Row) -> Result<Step, Why>;

    /// Bytes (or, for columnar files, rows) read so far, for progress.
    fn position(&self) -> u64;
}
