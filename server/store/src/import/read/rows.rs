//! Rows of a delimited text file, with exact line numbers, capped cells and recovery behind an unclosed quote.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::sniff::Shape;
use super::text::TextFile;
use super::{Row, Rows, Step};
use crate::import::caps::Caps;
use crate::import::trouble::{Code, Why};

const BUFFER: usize = 256 << 10;
/// Recoveries behind an unclosed quote cost a seek each; beyond this many, broken records are rejected whole.
const RECOVERIES: u32 = 1_000;

/// The rows below the header of a text file.
pub struct TextRows<'a> {
    file: &'a TextFile,
    width: usize,
    delimiter: u8,
    header: Vec<String>,
    caps: Caps,
    reader: csv::Reader<Metered>,
    meter: Rc<Cell<u64>>,
    /// Byte and line at which `reader` was opened.
    base: (u64, u64),
    recoveries: u32,
    rows: u64,
}

/// Counts bytes handed out since the last reset and stops beyond `cap`, so that one record cannot fill the memory.
struct Metered {
    inner: std::io::Take<File>,
    used: Rc<Cell<u64>>,
    cap: u64,
}

impl Read for Metered {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.used.get() > self.cap {
            return Err(std::io::Error::other(TooBig));
        }
        let n = self.inner.read(out)?;
        self.used.set(self.used.get() + n as u64);
        Ok(n)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("record too large")]
struct TooBig;

impl<'a> TextRows<'a> {
    /// Opens `file` below its header.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(file: &'a TextFile, shape: &Shape, caps: &Caps) -> Result<Self, Why> {
        let meter = Rc::new(Cell::new(0));
        let base = (shape.rows_at, shape.rows_line);
        let reader = open_at(file, shape.delimiter, base.0, caps, &meter)?;
        let (delimiter, header) = (shape.delimiter, shape.header.clone());
        Ok(Self {
            file,
            width: header.len(),
            delimiter,
            header,
            caps: *caps,
            reader,
            meter,
            base,
            recoveries: 0,
            rows: 0,
        })
    }

    /// Absolute byte and line that the reader stands at.
    fn here(&self) -> (u64, u64) {
        let at = self.reader.position();
        (self.base.0 + at.byte(), self.base.1 + at.line() - 1)
    }

    /// Goes on at the line below the one that begins at byte `start`; `line` is its number.
    fn skip_line(&mut self, start: u64, line: u64) -> Result<(), Why> {
        let mut file = BufReader::with_capacity(BUFFER, open_file(self.file, start)?);
        let mut at = start;
        loop {
            let chunk = file.fill_buf().map_err(io)?;
            if chunk.is_empty() {
                break;
            }
            if let Some(i) = chunk.iter().position(|b| *b == b'\n') {
                at += i as u64 + 1;
                break;
            }
            let n = chunk.len();
            at += n as u64;
            file.consume(n);
        }
        self.recoveries += 1;
        self.base = (at, line + 1);
        self.meter.set(0);
        self.reader = open_at(self.file, self.delimiter, at, &self.caps, &self.meter)?;
        Ok(())
    }

    /// How the quotes between two bytes of the file stand.
    fn quotes(&self, from: u64, to: u64) -> Result<Quotes, Why> {
        let mut bytes = Vec::new();
        open_file(self.file, from)?.take(to - from).read_to_end(&mut bytes).map_err(io)?;
        Ok(quotes(&bytes, self.delimiter))
    }

    fn check_cells(&self, cells: &ByteRecord) -> Option<Why> {
        let name = |i: usize| self.header.get(i).map_or_else(|| (i + 1).to_string(), Clone::clone);
        let large = |c: &[u8]| c.len() > self.caps.cell_bytes;
        let first_large = if large(cells.as_slice()) { cells.iter().position(large) } else { None };
        if let Some(i) = first_large {
            return Some(too_large(&format!("the cell in column `{}`", name(i)), &self.caps));
        }
        if self.file.nul && cells.as_slice().contains(&0) {
            let i = cells.iter().position(|c| c.contains(&0)).unwrap_or(0);
            let reason = format!("the cell in column `{}` holds a NUL byte", name(i));
            return Some(Why::new(Code::NulByte, reason, "text without NUL bytes; export the file again"));
        }
        None
    }
}

impl Rows for TextRows<'_> {
    fn next(&mut self, row: &mut Row) -> Result<Step, Why> {
        loop {
            self.meter.set(0);
            let (start, from_line) = self.here();
            match self.reader.read_byte_record(&mut row.cells) {
                Ok(true) => {}
                Ok(false) => return Ok(Step::End),
                Err(error) if is_too_big(&error) => {
                    row.line = from_line;
                    let first_line = first_line_open(self.file, start, self.delimiter, self.caps.record_bytes)?;
                    self.skip_line(start, from_line)?;
                    return Ok(Step::Bad(if first_line {
                        let reason = format!(
                            "a quote opened on line {from_line} is not closed within {} MiB",
                            self.caps.record_bytes >> 20
                        );
                        Why::new(Code::UnclosedQuote, reason, QUOTES)
                    } else {
                        too_large("a cell of this line", &self.caps)
                    }));
                }
                Err(error) => {
                    return Err(Why::new(Code::Unreadable, format!("cannot be read: {error}"), "a readable file"));
                }
            }
            let (end, to_line) = self.here();
            let inner = if to_line - from_line > 1 {
                row.cells.as_slice().iter().filter(|b| **b == b'\n').count() as u64
            } else {
                0
            };
            row.line = to_line.saturating_sub(1 + inner).max(from_line);
            if end >= self.file.end || inner > 0 {
                let found = self.quotes(start, end)?;
                if found != Quotes::Fine {
                    if self.recoveries < RECOVERIES {
                        self.skip_line(start, row.line)?;
                    }
                    let how = if found == Quotes::Open { "is never closed" } else { "runs into the next quoted cell" };
                    let reason = format!("the quote opened on line {} {how}", row.line);
                    return Ok(Step::Bad(Why::new(Code::UnclosedQuote, reason, QUOTES)));
                }
            }
            drop_return(&mut row.cells);
            if row.cells.iter().all(<[u8]>::is_empty) && row.cells.len() <= 1 {
                continue;
            }
            if let Some(why) = self.check_cells(&row.cells) {
                return Ok(Step::Bad(why));
            }
            if row.cells.len() != self.width && !fit(&mut row.cells, self.width) {
                let found = row.cells.len();
                if inner > 0 && self.recoveries < RECOVERIES {
                    let (first, line) = (start, row.line);
                    self.skip_line(first, line)?;
                    let reason =
                        format!("a quote opened on line {line} runs over {inner} line ends and breaks the record");
                    return Ok(Step::Bad(Why::new(Code::UnclosedQuote, reason, QUOTES)));
                }
                let reason = format!("the line has {found} fields, the header {}", self.width);
                let accepted = format!("{} fields a line; put text that holds the delimiter in quotes", self.width);
                return Ok(Step::Bad(Why::new(Code::FieldCount, reason, accepted)));
            }
            self.rows += 1;
            if self.rows > self.caps.rows {
                let reason = format!("the file has more than {} rows", self.caps.rows);
                return Err(Why::new(Code::TooManyRows, reason, "the file in several parts"));
            }
            return Ok(Step::Row);
        }
    }

    fn position(&self) -> u64 {
        self.here().0
    }
}

const QUOTES: &str = "a closing quote for every opening one, and quotes inside a cell doubled";

fn open_file(file: &TextFile, at: u64) -> Result<File, Why> {
    let mut f = File::open(&file.path).map_err(io)?;
    f.seek(SeekFrom::Start(at)).map_err(io)?;
    Ok(f)
}

fn open_at(
    file: &TextFile,
    delimiter: u8,
    at: u64,
    caps: &Caps,
    meter: &Rc<Cell<u64>>,
) -> Result<csv::Reader<Metered>, Why> {
    let inner = open_file(file, at)?.take(file.end.saturating_sub(at));
    let metered = Metered { inner, used: Rc::clone(meter), cap: caps.record_bytes };
    Ok(ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(BUFFER)
        .from_reader(metered))
}

fn io(error: std::io::Error) -> Why {
    Why::new(Code::Unreadable, format!("cannot be read: {error}"), "a readable file")
}

fn is_too_big(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(e) if e.get_ref().is_some_and(|inner| inner.is::<TooBig>()))
}

fn too_large(what: &str, caps: &Caps) -> Why {
    let limit = caps.cell_bytes >> 10;
    Why::new(Code::CellTooLarge, format!("{what} is larger than {limit} KiB"), format!("cells of at most {limit} KiB"))
}

/// Whether the line that begins at `start` ends inside a quote.
fn first_line_open(file: &TextFile, start: u64, delimiter: u8, cap: u64) -> Result<bool, Why> {
    let mut bytes = Vec::new();
    open_file(file, start)?.take(cap).read_to_end(&mut bytes).map_err(io)?;
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    Ok(line.len() < bytes.len() && quotes(line, delimiter) == Quotes::Open)
}

/// How the quotes of a stretch of text stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// Each is closed, and behind it the field ends.
    Fine,
    /// The last one is open.
    Open,
    /// Text follows a closing quote: it closes one that was meant to be closed earlier.
    Stray,
}

/// Follows the reader's own rules: a quote opens only at the start of a field, and a doubled one stays inside.
fn quotes(bytes: &[u8], delimiter: u8) -> Quotes {
    let (mut inside, mut at_start, mut i) = (false, true, 0);
    while i < bytes.len() {
        let b = bytes[i];
        if inside {
            if b == b'"' {
                match bytes.get(i + 1) {
                    Some(b'"') => i += 1,
                    Some(next) if *next != delimiter && !matches!(next, b'\r' | b'\n') => return Quotes::Stray,
                    _ => inside = false,
                }
            }
        } else if b == b'"' && at_start {
            (inside, at_start) = (true, false);
        } else {
            at_start = b == delimiter || b == b'\n';
        }
        i += 1;
    }
    if inside { Quotes::Open } else { Quotes::Fine }
}

/// Takes the CR of a CR LF line end off the last cell.
fn drop_return(cells: &mut ByteRecord) {
    let Some(last) = cells.len().checked_sub(1) else { return };
    if cells.get(last).is_some_and(|c| c.last() == Some(&b'\r')) {
        let short = cells.get(last).map(|c| c[..c.len() - 1].to_vec()).unwrap_or_default();
        cells.truncate(last);
        cells.push_field(&short);
    }
}

/// Cuts empty cells beyond the header off; says whether the width is right now.
fn fit(cells: &mut ByteRecord, width: usize) -> bool {
    if cells.len() > width && cells.iter().skip(width).all(<[u8]>::is_empty) {
        cells.truncate(width);
    }
    cells.len() == width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_open_only_where_the_reader_thinks_so() {
        assert_eq!(quotes(b"a,\"b\nc,d\n", b','), Quotes::Open);
        assert_eq!(quotes(b"a,\"b\"\"c\",d\n", b','), Quotes::Fine);
        assert_eq!(quotes(b"a,5\" disk\n", b','), Quotes::Fine, "a quote inside an unquoted cell is text");
        assert_eq!(quotes(b"a,\"b\"\"\n", b','), Quotes::Open);
        assert_eq!(quotes(b"\"a,1\n\"b\",2\n", b','), Quotes::Stray);
    }
}
