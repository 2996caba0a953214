//! What a child says on its standard output: a tag, a length, and so many bytes. Nothing the child claims is believed
//! beyond a cap, because the file may have taken the child over.

use std::io::{self, ErrorKind, Read, Write};

use csv::ByteRecord;
use serde::{Deserialize, Serialize};

use crate::import::trouble::Why;

/// Largest frame, and with it the largest row, 32 MiB.
const MOST: usize = 32 << 20;

/// One thing a child says; the cells of a row come beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Frame {
    /// A Parquet file was opened.
    Columns {
        /// Their names.
        columns: Vec<String>,
        /// Rows that follow.
        rows: u64,
    },
    /// A sheet with cells was found.
    Sheet {
        /// Its name.
        sheet: String,
        /// Names of the sheets that are not read.
        others: Vec<String>,
    },
    /// A row.
    Row,
    /// A row that cannot be taken.
    Bad(Why),
    /// The file is refused.
    Refused(Why),
    /// Nothing follows.
    End,
}

/// Writes frames.
pub(super) struct FrameWriter<W: Write> {
    out: W,
    row: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    pub fn new(out: W) -> Self {
        Self { out, row: Vec::new() }
    }

    /// A row by its cells; one that is too large fails with `InvalidData`.
    pub fn row<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>) -> io::Result<()> {
        self.row.clear();
        for cell in cells {
            let length = u32::try_from(cell.len()).map_err(|_| ErrorKind::InvalidData)?;
            self.row.extend_from_slice(&length.to_le_bytes());
            self.row.extend_from_slice(cell);
        }
        if self.row.len() > MOST {
            return Err(ErrorKind::InvalidData.into());
        }
        self.out.write_all(b"R")?;
        self.out.write_all(&(self.row.len() as u32).to_le_bytes())?;
        self.out.write_all(&self.row)
    }

    /// Anything but a row.
    pub fn say(&mut self, frame: &Frame) -> io::Result<()> {
        let text = serde_json::to_vec(frame)?;
        self.out.write_all(b"J")?;
        self.out.write_all(&(text.len() as u32).to_le_bytes())?;
        self.out.write_all(&text)
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads frames.
pub(super) struct FrameReader<R: Read> {
    input: R,
    bytes: Vec<u8>,
}

impl<R: Read> FrameReader<R> {
    pub fn new(input: R) -> Self {
        Self { input, bytes: Vec::new() }
    }

    /// The next frame; a row's cells go into `cells`. What makes no sense fails with `InvalidData`.
    pub fn next(&mut self, cells: &mut ByteRecord) -> io::Result<Frame> {
        let mut head = [0u8; 5];
        self.input.read_exact(&mut head)?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > MOST || !matches!(head[0], b'R' | b'J') {
            return Err(ErrorKind::InvalidData.into());
        }
        self.bytes.resize(length, 0);
        self.input.read_exact(&mut self.bytes)?;
        if head[0] == b'J' {
            return serde_json::from_slice(&self.bytes).map_err(|_| ErrorKind::InvalidData.into());
        }
        cells.clear();
        let mut rest = self.bytes.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_le_bytes(*length) as usize;
            let (cell, after) = after.split_at_checked(length).ok_or(ErrorKind::InvalidData)?;
            cells.push_field(cell);
            rest = after;
        }
        if rest.is_empty() { Ok(Frame::Row) } else { Err(ErrorKind::InvalidData.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::trouble::Code;

    #[test]
    fn what_is_written_is_read_and_a_cut_or_a_claim_is_not_believed() {
        let mut out = FrameWriter::new(Vec::new());
        let columns = Frame::Columns { columns: vec!["a".into(), String::new()], rows: 2 };
        let bad = Frame::Bad(Why::new(Code::CellTooLarge, "too large", "less"));
        out.say(&columns).expect("memory");
        out.row([b"x".as_slice(), b"", "ü\n".as_bytes()].into_iter()).expect("memory");
        out.say(&bad).expect("memory");
        out.say(&Frame::End).expect("memory");
        let bytes = out.out;
        let mut reader = FrameReader::new(bytes.as_slice());
        let mut cells = ByteRecord::new();
        assert_eq!(reader.next(&mut cells).ok(), Some(columns));
        assert_eq!(reader.next(&mut cells).ok(), Some(Frame::Row));
        assert_eq!(cells, ByteRecord::from(vec![b"x".as_slice(), b"", "ü\n".as_bytes()]));
        assert_eq!(reader.next(&mut cells).ok(), Some(bad));
        assert_eq!(reader.next(&mut cells).ok(), Some(Frame::End));
        let kind = |bytes: &[u8]| FrameReader::new(bytes).next(&mut ByteRecord::new()).map_err(|e| e.kind());
        assert_eq!(kind(&bytes[..9]), Err(ErrorKind::UnexpectedEof));
        for nonsense in [b"R\xff\xff\xff\xff".as_slice(), b"Z\0\0\0\0", b"J\x01\0\0\0{", b"R\x05\0\0\0\xff\0\0\0x"] {
            assert_eq!(kind(nonsense), Err(ErrorKind::InvalidData), "{nonsense:?}");
        }
    }
}
