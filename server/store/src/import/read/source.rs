//! A file opened for import: what it is, its header, a sample, and its rows as often as they are needed.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use tempfile::TempPath;

use super::apart::{self, ParquetFrames, ParserProcess};
use super::columnar::ParquetRows;
use super::rows::TextRows;
use super::sheet;
use super::sniff::Shape;
use super::text::{Facts, TextFile};
use super::{Row, Rows, Step};
use crate::import::caps::Caps;
use crate::import::trouble::{Code, Note, Why};

/// A file opened for import.
#[derive(Debug)]
pub struct Source {
    /// `csv`, `xlsx` or `parquet`.
    pub format: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Column names.
    pub header: Vec<String>,
    /// Encoding and delimiter, or sheet, in words.
    pub details: String,
    /// What was met on opening.
    pub notes: Vec<Note>,
    /// What [`Rows::position`] reaches at the end.
    pub end: u64,
    parser: ParserProcess,
    inside: Inside,
}

#[derive(Debug)]
enum Inside {
    Text(TextFile, Shape),
    /// With the copy that the text is read from; it goes when this goes.
    #[expect(dead_code, reason = "the path is kept for the file that its drop deletes")]
    Sheet(TextFile, Shape, TempPath),
    Parquet(PathBuf),
}

impl Source {
    /// Opens a file, whatever it is; binary ones are read where `parser` says.
    ///
    /// # Errors
    /// Unreadable and empty files, and files beyond the caps.
    pub fn open(
        path: &Path,
        caps: &Caps,
        parser: &ParserProcess,
        is_header: &dyn Fn(&[String]) -> bool,
    ) -> Result<Self, Why> {
        let io = |e: std::io::Error| Why::new(Code::Unreadable, format!("cannot be read: {e}"), "a readable file");
        let mut magic = [0u8; 4];
        let read = std::fs::File::open(path).and_then(|mut f| f.read(&mut magic)).map_err(io)?;
        let facts = Facts::of(path).map_err(io)?;
        if facts.bytes > caps.file_bytes {
            let limit = caps.file_bytes >> 20;
            let reason = format!("the file has {} MiB", facts.bytes >> 20);
            return Err(Why::new(Code::TooLarge, reason, format!("files of at most {limit} MiB")));
        }
        match &magic[..read] {
            [] => Err(Why::new(Code::Empty, "the file is empty", "a header line and rows below it")),
            b"PK\x03\x04" => Self::sheet(path, facts, caps, parser, is_header),
            b"PAR1" => Self::parquet(path, facts, caps, parser),
            [0x1f, 0x8b, ..] => Err(packed("gzip")),
            [0xd0, 0xcf, 0x11, 0xe0] => Err(packed("an old .xls or password-protected workbook")),
            _ => Self::text(path, facts, caps, is_header),
        }
    }

    fn text(path: &Path, facts: Facts, caps: &Caps, is_header: &dyn Fn(&[String]) -> bool) -> Result<Self, Why> {
        let io = |e: std::io::Error| Why::new(Code::Unreadable, format!("cannot be read: {e}"), "a readable file");
        let file = TextFile::open(path, &facts).map_err(io)?;
        let shape = Shape::of(&file, caps, is_header)?;
        let mut notes = text_notes(&facts);
        notes.extend(preamble(&shape));
        let details = format!("{}, {}", facts.encoding.name(), shape.delimiter_name());
        Ok(Self {
            format: "csv",
            bytes: facts.bytes,
            sha256: facts.sha256,
            header: shape.header.clone(),
            details,
            notes,
            end: file.end,
            parser: ParserProcess::InProcess,
            inside: Inside::Text(file, shape),
        })
    }

    fn sheet(
        path: &Path,
        facts: Facts,
        caps: &Caps,
        parser: &ParserProcess,
        is_header: &dyn Fn(&[String]) -> bool,
    ) -> Result<Self, Why> {
        let copied = match parser {
            ParserProcess::InProcess => sheet::copy(path, caps)?,
            ParserProcess::Program { path: program, limits } => {
                apart::sheet(program, *limits, path, facts.bytes, caps)?
            }
        };
        let io = |e: std::io::Error| Why::new(Code::Unreadable, format!("cannot be read: {e}"), "a readable file");
        let inner = Facts::of(copied.file.path()).map_err(io)?;
        let file = TextFile::open(copied.file.path(), &inner).map_err(io)?;
        let shape = Shape::of(&file, caps, is_header)?;
        let others = if copied.others.is_empty() {
            String::new()
        } else {
            format!(", other sheets not read: {}", copied.others.join(", "))
        };
        Ok(Self {
            format: "xlsx",
            bytes: facts.bytes,
            sha256: facts.sha256,
            header: shape.header.clone(),
            details: format!("sheet `{}`{others}", copied.sheet),
            notes: preamble(&shape).into_iter().collect(),
            end: file.end,
            parser: ParserProcess::InProcess,
            inside: Inside::Sheet(file, shape, copied.file.into_temp_path()),
        })
    }

    fn parquet(path: &Path, facts: Facts, caps: &Caps, parser: &ParserProcess) -> Result<Self, Why> {
        let (_, header, rows) = parquet_rows(path, facts.bytes, caps, parser)?;
        Ok(Self {
            format: "parquet",
            bytes: facts.bytes,
            sha256: facts.sha256,
            header,
            details: format!("{rows} rows"),
            notes: Vec::new(),
            end: rows,
            parser: parser.clone(),
            inside: Inside::Parquet(path.into()),
        })
    }

    /// Whether numbers and dates come typed.
    #[must_use]
    pub fn typed(&self) -> bool {
        !matches!(self.inside, Inside::Text(..))
    }

    /// The rows, from the first.
    ///
    /// # Errors
    /// Those of opening.
    pub fn rows<'a>(&'a self, caps: &Caps) -> Result<Box<dyn Rows + 'a>, Why> {
        Ok(match &self.inside {
            Inside::Text(file, shape) | Inside::Sheet(file, shape, _) => Box::new(TextRows::open(file, shape, caps)?),
            Inside::Parquet(path) => parquet_rows(path, self.bytes, caps, &self.parser)?.0,
        })
    }

    /// The first `n` rows that can be taken apart.
    ///
    /// # Errors
    /// Those of reading.
    pub fn sample(&self, n: usize, caps: &Caps) -> Result<Vec<ByteRecord>, Why> {
        let (mut rows, mut out, mut row, mut bad) = (self.rows(caps)?, Vec::new(), Row::default(), 0);
        while out.len() < n && bad < n {
            match rows.next(&mut row)? {
                Step::Row => out.push(row.cells.clone()),
                Step::Bad(_) => bad += 1,
                Step::End => break,
            }
        }
        Ok(out)
    }
}

/// The rows of a Parquet file, its columns and how many rows it says it has.
type ParquetFile = (Box<dyn Rows>, Vec<String>, u64);

fn parquet_rows(path: &Path, bytes: u64, caps: &Caps, parser: &ParserProcess) -> Result<ParquetFile, Why> {
    Ok(match parser {
        ParserProcess::InProcess => {
            let (rows, columns, count) = ParquetRows::open(path, caps)?;
            (Box::new(rows), columns, count)
        }
        ParserProcess::Program { path: program, limits } => {
            let (rows, columns, count) = ParquetFrames::open(program, *limits, path, bytes, caps)?;
            (Box::new(rows), columns, count)
        }
    })
}

fn packed(what: &str) -> Why {
    let accepted = "CSV, XLSX or Parquet; unpack the file or save it as one of these";
    Why::new(Code::Unreadable, format!("the file is {what}"), accepted)
}

fn preamble(shape: &Shape) -> Option<Note> {
    (shape.preamble > 0).then(|| Note {
        code: Code::Preamble,
        count: shape.preamble,
        lines: Vec::new(),
        text: format!("{} lines above the header (line {}) were left out", shape.preamble, shape.header_line),
    })
}

fn text_notes(facts: &Facts) -> Vec<Note> {
    let note = |code, text| Note { code, count: 1, lines: Vec::new(), text };
    let mut out = Vec::new();
    if facts.bom > 0 {
        let name = facts.encoding.name();
        out.push(note(
            Code::ByteOrderMark,
            format!("the file starts with a byte-order mark ({name}), which was taken off"),
        ));
    }
    if facts.encoding != encoding_rs::UTF_8 {
        let text = format!("the file is {}; its text was converted to UTF-8", facts.encoding.name());
        out.push(note(Code::Converted, text));
    }
    if facts.mixed_line_ends() && facts.encoding == encoding_rs::UTF_8 {
        let text = format!(
            "line ends are mixed: {} LF, {} CR LF, {} CR; each was taken as a line end",
            facts.lf, facts.crlf, facts.cr
        );
        out.push(note(Code::MixedLineEnds, text));
    }
    out
}
