//! Path tables in ChannelAttribution's form: `path;total_conversions;total_conversion_value;total_null`.
//!
//! One row a distinct path, touches split by ` > `. The separator of columns (`;`, `,` or tab) and the order of columns
//! come from the header; value and null columns may be absent. Bytes are given in blocks of any size, parsed on all
//! threads, and channels are numbered by first appearance in the file whatever the number of threads.

mod columns;
mod line;

use rayon::prelude::*;

pub use columns::{Column, HeaderError};
pub use line::{Reject, RejectReason};

use super::paths::Paths;
use crate::domain::journey::Interner;
use columns::Columns;
use line::Piece;

/// Bytes that one thread parses at a time: large enough that setting up costs nothing, small enough to stay in cache.
const PIECE: usize = 1 << 20;

/// Rejects kept with their reason; further ones are only counted.
const KEPT_REJECTS: usize = 1000;

/// A parsed path table.
#[derive(Debug, Clone, Default)]
pub struct PathTable {
    /// Channels by index, as first seen in the file.
    pub channels: Interner,
    /// Rows with at least one touch.
    pub paths: Paths,
    /// Conversions of rows with an empty path: credit to no channel.
    pub unattributed_conversions: u64,
    /// Their value, minor units.
    pub unattributed_value_minor: i64,
    /// Nulls of rows with an empty path: journeys without a touch, which no model reads.
    pub nulls_without_touch: u64,
    /// Rows whose value had more than two places and was rounded, half away from zero.
    pub rounded_values: u64,
    /// Rows left out, first ones with line and reason, in file order.
    pub rejects: Vec<Reject>,
    /// All rows left out.
    pub rejected: u64,
}

/// Why a path table cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathTableError {
    /// The first line is not a header this form knows.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The header was never ended by a line break, or the file is empty.
    #[error(
        "the file holds no header line; it should start with `path;total_conversions;total_conversion_value;total_null`"
    )]
    Empty,
    /// A line grew beyond the limit without a line break.
    #[error("line {line} is longer than {limit} bytes; is the line break missing?")]
    LineTooLong {
        /// Line number, 1 = header.
        line: u64,
        /// Most bytes a line may have.
        limit: usize,
    },
}

/// Most room made ahead, as a multiple of what was read: of 8 MB blocks, a file of 8 GB.
const MOST_ROOM: f64 = 1000.0;

/// Longest line accepted: a path of a million touches with long names fits.
const MAX_LINE: usize = 256 << 20;

/// Reads a path table from blocks of bytes.
#[derive(Debug, Default)]
pub struct PathTableReader {
    table: PathTable,
    columns: Option<Columns>,
    /// The unfinished last line of the previous block.
    tail: Vec<u8>,
    lines: u64,
    /// Bytes of the file where they are known and room was not made yet.
    size: Option<u64>,
}

impl PathTableReader {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing read yet of a file of `bytes`: room for all of it is made after its first block.
    #[must_use]
    pub fn sized(bytes: u64) -> Self {
        PathTableReader { size: Some(bytes), ..Self::default() }
    }

    /// Takes the next block; blocks of 4 to 16 MB keep all threads busy in bounded memory.
    ///
    /// # Errors
    /// A header that is not understood or a line without end. Wrong rows are not errors: they are in `rejects`.
    pub fn block(&mut self, bytes: &[u8]) -> Result<(), PathTableError> {
        let Some(end) = bytes.iter().rposition(|&b| b == b'\n') else {
            self.tail.extend_from_slice(bytes);
            return self.check_tail();
        };
        let (mut whole, rest) = bytes.split_at(end + 1);
        if !self.tail.is_empty() {
            let first = whole.iter().position(|&b| b == b'\n').map_or(whole.len(), |n| n + 1);
            self.tail.extend_from_slice(&whole[..first]);
            whole = &whole[first..];
            let line = std::mem::take(&mut self.tail);
            self.lines(&line)?;
        }
        self.lines(whole)?;
        self.tail.extend_from_slice(rest);
        self.check_tail()
    }

    /// Ends the file; a last line without a line break counts.
    ///
    /// # Errors
    /// As [`PathTableReader::block`], and an empty file.
    pub fn finish(mut self) -> Result<PathTable, PathTableError> {
        let line = std::mem::take(&mut self.tail);
        self.lines(&line)?;
        if self.columns.is_none() { Err(PathTableError::Empty) } else { Ok(self.table) }
    }

    fn check_tail(&self) -> Result<(), PathTableError> {
        if self.tail.len() > MAX_LINE {
            return Err(PathTableError::LineTooLong { line: self.lines + 1, limit: MAX_LINE });
        }
        Ok(())
    }

    /// Takes whole lines.
    fn lines(&mut self, mut bytes: &[u8]) -> Result<(), PathTableError> {
        let columns = match self.columns {
            Some(columns) => columns,
            None => {
                if bytes.is_empty() {
                    return Ok(());
                }
                let end = bytes.iter().position(|&b| b == b'\n').unwrap_or(bytes.len());
                let columns = Columns::of_header(&bytes[..end])?;
                bytes = &bytes[(end + 1).min(bytes.len())..];
                self.lines += 1;
                *self.columns.insert(columns)
            }
        };
        let pieces: Vec<Piece<'_>> = cut(bytes).into_par_iter().map(|piece| Piece::parse(piece, columns)).collect();
        pieces.into_iter().for_each(|piece| self.take(piece));
        if let Some(size) = self.size.take_if(|_| !bytes.is_empty()) {
            // Lines are about alike; a little too much is never touched, and a wrong size costs no more than that.
            let rest = size.saturating_sub(bytes.len() as u64) as f64 / bytes.len() as f64;
            self.table.paths.reserve_times((1.02 * rest).min(MOST_ROOM));
        }
        Ok(())
    }

    fn take(&mut self, piece: Piece<'_>) {
        let table = &mut self.table;
        let to: Vec<u32> = piece.names.iter().map(|name| table.channels.intern(name)).collect();
        table.paths.append_renumbered(&piece.paths, &to);
        table.unattributed_conversions += piece.unattributed_conversions;
        table.unattributed_value_minor += piece.unattributed_value_minor;
        table.nulls_without_touch += piece.nulls_without_touch;
        table.rounded_values += piece.rounded_values;
        table.rejected += piece.rejects.len() as u64;
        let room = KEPT_REJECTS.saturating_sub(table.rejects.len());
        let at = |r: Reject| Reject { line: r.line + self.lines, ..r };
        table.rejects.extend(piece.rejects.into_iter().take(room).map(at));
        self.lines += piece.lines;
    }
}

/// Parses a whole table held in memory; see [`PathTableReader`] for files.
///
/// # Errors
/// As [`PathTableReader::block`].
pub fn parse(bytes: &[u8]) -> Result<PathTable, PathTableError> {
    let mut reader = PathTableReader::new();
    reader.block(bytes)?;
    reader.finish()
}

/// Cuts at line breaks into pieces of about [`PIECE`] bytes.
fn cut(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::with_capacity(bytes.len() / PIECE + 1);
    while bytes.len() > PIECE {
        let end = bytes[PIECE..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |n| PIECE + n + 1);
        let (piece, rest) = bytes.split_at(end);
        pieces.push(piece);
        bytes = rest;
    }
    if !bytes.is_empty() {
        pieces.push(bytes);
    }
    pieces
}

#[cfg(test)]
mod tests;
