//! Which delimiter a text file uses and which of its first lines is the header.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::text::TextFile;
use crate::import::caps::Caps;
use crate::import::trouble::{Code, Why};

/// Bytes looked at.
const WINDOW: u64 = 1 << 20;
/// Records looked at for the shape, and how far down a header may stand.
const SHAPE: usize = 200;
const HEADER_WITHIN: usize = 25;

/// Where the rows of a text file begin and how they are cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// `,`, `;`, tab or `|`.
    pub delimiter: u8,
    /// Column names, trimmed.
    pub header: Vec<String>,
    /// Line of the header, from 1.
    pub header_line: u64,
    /// Byte of the file at which the line below the header begins.
    pub rows_at: u64,
    /// Line that begins there.
    pub rows_line: u64,
    /// Non-empty lines above the header.
    pub preamble: u64,
}

impl Shape {
    /// Looks at the start of `file`. A line that `is_header` knows is taken before any that merely looks like one.
    ///
    /// # Errors
    /// A file without a header, and one with more columns than the cap.
    pub fn of(file: &TextFile, caps: &Caps, is_header: &dyn Fn(&[String]) -> bool) -> Result<Self, Why> {
        let mut window = Vec::new();
        File::open(&file.path)
            .and_then(|mut f| {
                f.seek(SeekFrom::Start(file.start))?;
                f.take(WINDOW.min(file.end - file.start)).read_to_end(&mut window)
            })
            .map_err(|e| Why::new(Code::Unreadable, format!("cannot be read: {e}"), "a readable file"))?;
        let complete = window.len() as u64 == file.end - file.start;
        let tries: Vec<(u8, Vec<Line>)> = b",;\t|".iter().map(|&d| (d, lines(&window, d, complete))).collect();
        let nothing = || {
            let accepted = "a header line with one name a column, and one line a record below it";
            Why::new(Code::Empty, "the file holds no header line", accepted)
        };
        for (delimiter, lines) in &tries {
            if let Some(i) = lines.iter().take(HEADER_WITHIN).position(|l| is_header(&l.cells)) {
                return Self::at(*delimiter, lines, i, file.start, caps);
            }
        }
        // Not known: the delimiter that cuts most lines into the same number of fields, weighted by that number.
        let (delimiter, lines, width) = tries
            .iter()
            .map(|(d, lines)| (d, lines, common_width(lines)))
            .max_by_key(|(d, lines, width)| {
                let same = lines.iter().filter(|l| l.cells.len() == *width).count();
                (usize::from(*width > 1) * same * 100 / lines.len().max(1), *width, u8::MAX - **d)
            })
            .ok_or_else(nothing)?;
        let i = lines.iter().take(HEADER_WITHIN).position(|l| l.cells.len() >= width.max(1)).ok_or_else(nothing)?;
        Self::at(*delimiter, lines, i, file.start, caps)
    }

    fn at(delimiter: u8, lines: &[Line], i: usize, start: u64, caps: &Caps) -> Result<Self, Why> {
        let line = &lines[i];
        let mut header: Vec<String> = line.cells.clone();
        while header.len() > 1 && header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        if header.len() > caps.columns {
            return Err(Why::new(
                Code::TooManyColumns,
                format!("the header has {} columns", header.len()),
                format!("at most {} columns; leave out those that are not needed", caps.columns),
            ));
        }
        let (rows_at, rows_line, preamble) = (start + line.end, line.end_line, i as u64);
        Ok(Self { delimiter, header, header_line: line.start_line, rows_at, rows_line, preamble })
    }

    /// The delimiter as a person would call it.
    #[must_use]
    pub fn delimiter_name(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "bar",
            _ => "comma",
        }
    }
}

struct Line {
    cells: Vec<String>,
    start_line: u64,
    end: u64,
    end_line: u64,
}

fn lines(window: &[u8], delimiter: u8, complete: bool) -> Vec<Line> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(window);
    let (mut out, mut record) = (Vec::new(), ByteRecord::new());
    while out.len() < SHAPE && matches!(reader.read_byte_record(&mut record), Ok(true)) {
        let (end, end_line) = (reader.position().byte(), reader.position().line());
        if !complete && end as usize == window.len() {
            break;
        }
        let inner = record.as_slice().iter().filter(|b| **b == b'\n').count() as u64;
        let cells: Vec<String> = record.iter().map(|c| String::from_utf8_lossy(c).trim().to_owned()).collect();
        if cells.iter().any(|c| !c.is_empty()) {
            out.push(Line { cells, start_line: end_line.saturating_sub(1 + inner).max(1), end, end_line });
        }
    }
    out
}

fn common_width(lines: &[Line]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    lines.iter().for_each(|l| *counts.entry(l.cells.len()).or_insert(0usize) += 1);
    counts.into_iter().max_by_key(|(width, n)| (*n, *width)).map_or(0, |(width, _)| width)
}
