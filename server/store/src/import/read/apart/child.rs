//! What the child does: binds itself, reads the file, says what is in it on standard output.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use super::frames::{Frame, FrameWriter};
use super::{Job, Kind};
use crate::import::caps::Caps;
use crate::import::read::columnar::ParquetRows;
use crate::import::read::sheet::{self, SheetSink};
use crate::import::read::{Row, Rows, Step};
use crate::import::trouble::{Code, Why};

/// Answers to [`super::COMMAND`]: reads `file` as `job` says, under its limits. Nothing else may run in this process.
#[must_use]
pub fn parse_upload(job: &str, file: &Path) -> ExitCode {
    let Ok(job) = serde_json::from_str::<Job>(job) else {
        eprintln!("this command is for the program itself; import a file with `tandem import FILE`");
        return ExitCode::from(2);
    };
    if let Err(error) = job.limits.bind() {
        eprintln!("limits: {error}");
        return ExitCode::FAILURE;
    }
    let mut out = FrameWriter::new(BufWriter::with_capacity(256 << 10, io::stdout().lock()));
    let read = match job.kind {
        Kind::Parquet => parquet(file, &job.caps, &mut out),
        Kind::Xlsx => sheet::read(file, &job.caps, &mut Told(&mut out)),
    };
    let last = read.map_or_else(Frame::Refused, |()| Frame::End);
    // Where nobody listens any more there is nobody to tell.
    match out.say(&last).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn parquet(file: &Path, caps: &Caps, out: &mut FrameWriter<impl Write>) -> Result<(), Why> {
    let (mut rows, columns, count) = ParquetRows::open(file, caps)?;
    out.say(&Frame::Columns { columns, rows: count }).map_err(unheard)?;
    // Whoever wants the names alone reads no further, and need not wait for a buffer to fill.
    out.flush().map_err(unheard)?;
    let mut row = Row::default();
    loop {
        match rows.next(&mut row)? {
            Step::Row => out.row(row.cells.iter()).map_err(unheard)?,
            Step::Bad(why) => out.say(&Frame::Bad(why)).map_err(unheard)?,
            Step::End => return Ok(()),
        }
    }
}

/// A sheet told in frames.
struct Told<'a, W: Write>(&'a mut FrameWriter<W>);

impl<W: Write> SheetSink for Told<'_, W> {
    fn begin(&mut self, sheet: &str, others: &[String]) -> Result<(), Why> {
        self.0.say(&Frame::Sheet { sheet: sheet.to_owned(), others: others.to_vec() }).map_err(unheard)
    }

    fn row(&mut self, cells: &csv::StringRecord) -> Result<(), Why> {
        self.0.row(cells.iter().map(str::as_bytes)).map_err(unheard)
    }
}

fn unheard(error: io::Error) -> Why {
    if error.kind() == io::ErrorKind::InvalidData {
        return Why::new(Code::CellTooLarge, "a row is larger than 32 MiB", "rows of at most 32 MiB");
    }
    Why::new(Code::Unreadable, format!("its rows could not be handed on: {error}"), "the file once more")
}
