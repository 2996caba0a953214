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

/// Copies the first sheet that has cells.
///
/// # Errors
/// Zip bombs, workbooks that cannot be read, and sheets beyond the caps.
pub fn copy(path: &Path, caps: &Caps) -> Result<Copied, Why> {
    zip_check::check(path, caps)?;
    // The reader is made for well-meant files: whatever it trips over becomes a message.
    std::panic::catch_unwind(AssertUnwindSafe(|| copy_checked(path, caps)))
        .unwrap_or_else(|_| Err(unreadable("its parts contradict each other")))
}

fn unreadable(what: &str) -> Why {
    Why::new(Code::Unreadable, format!("not a readable workbook: {what}"), "an .xlsx file, or the sheet saved as CSV")
}

fn copy_checked(path: &Path, caps: &Caps) -> Result<Copied, Why> {
    let input = std::fs::File::open(path).map_err(|e| unreadable(&e.to_string()))?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(input)).map_err(|e| unreadable(&e.to_string()))?;
    let sheets = book.sheet_names();
    for sheet in &sheets {
        let file = tempfile::NamedTempFile::new().map_err(|e| unreadable(&e.to_string()))?;
        if copy_sheet(&mut book, sheet, &file, caps)? {
            let others = sheets.iter().filter(|s| *s != sheet).cloned().collect();
            return Ok(Copied { file, sheet: sheet.clone(), others });
        }
    }
    Err(Why::new(Code::Empty, "the workbook holds no cells", "a sheet with a header row and rows below it"))
}

/// Writes a sheet row by row; false where it has no cells.
fn copy_sheet<R: std::io::Read + std::io::Seek>(
    book: &mut Xlsx<R>,
    sheet: &str,
    file: &tempfile::NamedTempFile,
    caps: &Caps,
) -> Result<bool, Why> {
    let failed = |e: &dyn std::fmt::Display| unreadable(&e.to_string());
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|e| failed(&e))?;
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(file.as_file());
    let (mut row, mut at, mut any) = (csv::StringRecord::new(), 0u32, false);
    let mut put = |row: &csv::StringRecord| -> Result<(), Why> {
        // An empty line would be skipped by every CSV reader and shift the row numbers.
        let done = if row.is_empty() { out.write_record([""]) } else { out.write_record(row) };
        done.map_err(|e| failed(&e))
    };
    while let Some(cell) = cells.next_cell().map_err(|e| failed(&e))? {
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
        while at < r {
            put(&row)?;
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
        any = true;
    }
    put(&row)?;
    out.flush().map_err(|e| failed(&e))?;
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
