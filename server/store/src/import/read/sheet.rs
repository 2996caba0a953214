//! Spreadsheets: the first sheet with cells, streamed into a plain CSV copy, so that the rest has one path only.

use std::io::BufReader;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx};

use super::zip_check;
use crate::import::caps::Caps;
use crate::import::trouble::{Code, Why};

/// A CSV copy of a sheet; line n of it is row n of the sheet.
#[derive(Debug)]
pub struct Copied {
    /// The copy; deleted on drop.
    pub file: tempfile::NamedTempFile,
    /// Name of the sheet that was read.
    pub sheet: String,
    /// Names of the sheets that were not.
    pub others: Vec<String>,
}

/// Takes the rows of a sheet.
pub trait SheetSink {
    /// The sheet that is read, and the names of those that are not; called once, before its rows.
    ///
    /// # Errors
    /// Those of where the rows go.
    fn begin(&mut self, sheet: &str, others: &[String]) -> Result<(), Why>;

    /// A row of the sheet; those without cells too.
    ///
    /// # Errors
    /// Those of where the rows go.
    fn row(&mut self, cells: &csv::StringRecord) -> Result<(), Why>;
}

/// A CSV copy being written.
pub struct CsvCopy {
    /// Bytes that may still be written: a text that a sheet names a million times is held once by the workbook.
    left: u64,
    most: u64,
    out: Option<csv::Writer<tempfile::NamedTempFile>>,
    sheet: String,
    others: Vec<String>,
}

impl SheetSink for CsvCopy {
    fn begin(&mut self, sheet: &str, others: &[String]) -> Result<(), Why> {
        let file = tempfile::NamedTempFile::new().map_err(failed)?;
        self.out = Some(csv::WriterBuilder::new().flexible(true).from_writer(file));
        (self.sheet, self.others) = (sheet.to_owned(), others.to_vec());
        Ok(())
    }

    fn row(&mut self, cells: &csv::StringRecord) -> Result<(), Why> {
        let Some(out) = &mut self.out else { return Err(unreadable("it has rows without a sheet")) };
        let Some(left) = self.left.checked_sub(cells.as_slice().len() as u64 + cells.len() as u64 + 1) else {
            let limit = self.most >> 20;
            let reason = format!("the sheet holds more than {limit} MiB of text");
            return Err(Why::new(Code::TooLarge, reason, format!("at most {limit} MiB, or the sheet saved as CSV")));
        };
        self.left = left;
        // An empty line would be skipped by every CSV reader and shift the row numbers.
        let done = if cells.is_empty() { out.write_record([""]) } else { out.write_record(cells) };
        done.map_err(failed)
    }
}

impl CsvCopy {
    /// An empty copy that takes as much text as a workbook may unpack to.
    #[must_use]
    pub fn new(caps: &Caps) -> Self {
        let most = caps.unpacked_bytes;
        Self { left: most, most, out: None, sheet: String::new(), others: Vec::new() }
    }

    /// The copy, whole.
    ///
    /// # Errors
    /// A workbook without cells, and a full disk.
    pub fn finish(self) -> Result<Copied, Why> {
        let empty =
            || Why::new(Code::Empty, "the workbook holds no cells", "a sheet with a header row and rows below it");
        let file = self.out.ok_or_else(empty)?.into_inner().map_err(failed)?;
        Ok(Copied { file, sheet: self.sheet, others: self.others })
    }
}

/// Copies the first sheet that has cells.
///
/// # Errors
/// Zip bombs, workbooks that cannot be read, and sheets beyond the caps.
pub fn copy(path: &Path, caps: &Caps) -> Result<Copied, Why> {
    let mut copy = CsvCopy::new(caps);
    read(path, caps, &mut copy)?;
    copy.finish()
}

/// Reads the first sheet that has cells into `sink`, which hears nothing where none has.
///
/// # Errors
/// As [`copy`].
pub fn read(path: &Path, caps: &Caps, sink: &mut dyn SheetSink) -> Result<(), Why> {
    zip_check::check(path, caps)?;
    // The reader is made for well-meant files: whatever it trips over becomes a message.
    std::panic::catch_unwind(AssertUnwindSafe(|| read_checked(path, caps, sink)))
        .unwrap_or_else(|_| Err(unreadable("its parts contradict each other")))
}

fn unreadable(what: &str) -> Why {
    Why::new(Code::Unreadable, format!("not a readable workbook: {what}"), "an .xlsx file, or the sheet saved as CSV")
}

fn failed(error: impl std::fmt::Display) -> Why {
    unreadable(&error.to_string())
}

fn read_checked(path: &Path, caps: &Caps, sink: &mut dyn SheetSink) -> Result<(), Why> {
    let input = std::fs::File::open(path).map_err(failed)?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(input)).map_err(failed)?;
    let sheets = book.sheet_names();
    for sheet in &sheets {
        let others: Vec<String> = sheets.iter().filter(|s| *s != sheet).cloned().collect();
        if read_sheet(&mut book, sheet, &others, sink, caps)? {
            break;
        }
    }
    Ok(())
}

/// Hands a sheet on row by row; false where it has no cells.
fn read_sheet<R: std::io::Read + std::io::Seek>(
    book: &mut Xlsx<R>,
    sheet: &str,
    others: &[String],
    sink: &mut dyn SheetSink,
    caps: &Caps,
) -> Result<bool, Why> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(failed)?;
    let (mut row, mut at, mut any) = (csv::StringRecord::new(), 0u32, false);
    while let Some(cell) = cells.next_cell().map_err(failed)? {
        let (r, c) = cell.get_position();
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        if r < at {
            return Err(unreadable("its rows are out of order"));
        }
        if c as usize >= caps.columns {
            return Err(Why::new(
                Code::TooManyColumns,
                format!("the sheet uses column {} and beyond", c + 1),
                format!("at most {} columns; leave out those that are not needed", caps.columns),
            ));
        }
        if u64::from(r) > caps.rows.min(1 << 20) {
            return Err(Why::new(
                Code::TooManyRows,
                "the sheet has more than 1,048,576 rows",
                "at most 1,048,576 rows",
            ));
        }
        if !any {
            sink.begin(sheet, others)?;
            any = true;
        }
        while at < r {
            sink.row(&row)?;
            row.clear();
            at += 1;
        }
        while row.len() < c as usize {
            row.push_field("");
        }
        let text = text_of(cell.get_value());
        if text.len() > caps.cell_bytes {
            let limit = caps.cell_bytes >> 10;
            let reason = format!("the cell in row {}, column {} is larger than {limit} KiB", r + 1, c + 1);
            return Err(Why::new(Code::CellTooLarge, reason, format!("cells of at most {limit} KiB")));
        }
        row.push_field(&text);
    }
    if any {
        sink.row(&row)?;
    }
    Ok(any)
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(x) => x.to_string(),
        DataRef::String(s) => one_line(s),
        DataRef::SharedString(s) => one_line(s),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
        }
        DataRef::DateTime(when) => when.as_f64().to_string(),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => one_line(s),
        DataRef::Error(e) => format!("{e}"),
        DataRef::Empty => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
