//! The parent's side: starts a child for a file, reads what it says, and survives whatever becomes of it.

use std::io::{self, BufReader, ErrorKind, Read};
use std::os::fd::AsRawFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use csv::ByteRecord;

use super::frames::{Frame, FrameReader};
use super::{COMMAND, Job, Kind, ParserLimits};
use crate::import::caps::Caps;
use crate::import::read::sheet::{Copied, CsvCopy, SheetSink};
use crate::import::read::{Row, Rows, Step};
use crate::import::trouble::{Code, Why};

/// Copies the first sheet that has cells, read by a child.
///
/// # Errors
/// What the child says against the file, and the child's own end.
pub fn sheet(program: &Path, limits: ParserLimits, file: &Path, bytes: u64, caps: &Caps) -> Result<Copied, Why> {
    let mut child = Reader::start(program, limits.of_file(bytes), Kind::Xlsx, file, caps)?;
    let (mut copy, mut cells, mut begun, mut rows) = (CsvCopy::new(caps), ByteRecord::new(), false, 0u64);
    loop {
        match child.next(&mut cells)? {
            Frame::Sheet { sheet, others } if !begun => {
                copy.begin(&sheet, &others)?;
                begun = true;
            }
            Frame::Row if begun && rows <= caps.rows => {
                let text = csv::StringRecord::from_byte_record(cells.clone()).map_err(|_| nonsense())?;
                copy.row(&text)?;
                rows += 1;
            }
            Frame::End => return copy.finish(),
            _ => return Err(nonsense()),
        }
    }
}

/// The rows of a Parquet file, read by a child.
pub struct ParquetFrames {
    child: Reader,
    read: u64,
    width: usize,
}

impl ParquetFrames {
    /// Opens a file; gives its column names and number of rows too.
    ///
    /// # Errors
    /// What the child says against the file, and the child's own end.
    pub fn open(
        program: &Path,
        limits: ParserLimits,
        file: &Path,
        bytes: u64,
        caps: &Caps,
    ) -> Result<(Self, Vec<String>, u64), Why> {
        let mut child = Reader::start(program, limits.of_file(bytes), Kind::Parquet, file, caps)?;
        match child.next(&mut ByteRecord::new())? {
            Frame::Columns { columns, rows } if columns.len() <= caps.columns && rows <= caps.rows => {
                Ok((Self { child, read: 0, width: columns.len() }, columns, rows))
            }
            _ => Err(nonsense()),
        }
    }
}

impl Rows for ParquetFrames {
    fn next(&mut self, row: &mut Row) -> Result<Step, Why> {
        let step = match self.child.next(&mut row.cells)? {
            Frame::Row if row.cells.len() == self.width => Step::Row,
            Frame::Bad(why) => Step::Bad(why),
            Frame::End => return Ok(Step::End),
            _ => return Err(nonsense()),
        };
        self.read += 1;
        // Row 1 stands for the header, as in a CSV file.
        row.line = self.read + 1;
        Ok(step)
    }

    fn position(&self) -> u64 {
        self.read
    }
}

const ACCEPTED: &str = "the table saved as CSV, or the file written anew by the program it comes from";

fn nonsense() -> Why {
    Why::new(Code::Unreadable, "the file confused the process that read it", ACCEPTED)
}

/// A running child.
struct Reader {
    process: Child,
    frames: FrameReader<BufReader<Patient>>,
    limits: ParserLimits,
}

impl Reader {
    fn start(program: &Path, limits: ParserLimits, kind: Kind, file: &Path, caps: &Caps) -> Result<Self, Why> {
        let failed = |e: &dyn std::fmt::Display| {
            let accepted = "the table saved as CSV, which needs no process of its own";
            Why::new(Code::Unreadable, format!("the process that reads such files cannot be started: {e}"), accepted)
        };
        let job = serde_json::to_string(&Job { kind, caps: *caps, limits }).map_err(|e| failed(&e))?;
        let file = std::path::absolute(file).map_err(|e| failed(&e))?;
        let mut command = Command::new(program);
        command.arg(COMMAND).arg(job).arg(file).current_dir("/").env_clear();
        // Where the engine's library lies, for builds that do not name its folder.
        command.envs(std::env::var_os("LD_LIBRARY_PATH").map(|folders| ("LD_LIBRARY_PATH", folders)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|e| failed(&e))?;
        let Some(out) = process.stdout.take() else { return Err(failed(&"it has no output")) };
        let patient = Patient { out, left: Duration::from_secs(limits.seconds) };
        Ok(Self { process, frames: FrameReader::new(BufReader::with_capacity(256 << 10, patient)), limits })
    }

    /// What the child says next.
    fn next(&mut self, cells: &mut ByteRecord) -> Result<Frame, Why> {
        match self.frames.next(cells) {
            Ok(Frame::Refused(why)) => Err(why),
            Ok(frame) => Ok(frame),
            Err(error) => Err(self.obituary(&error)),
        }
    }

    /// Why a child stopped speaking.
    fn obituary(&mut self, error: &io::Error) -> Why {
        let ParserLimits { seconds, memory_mib } = self.limits;
        let too_long = || {
            let reason = format!("reading the file took longer than the {seconds} seconds it may take");
            Why::new(Code::TooLarge, reason, ACCEPTED)
        };
        match error.kind() {
            ErrorKind::TimedOut => return too_long(),
            ErrorKind::InvalidData => return nonsense(),
            _ => {}
        }
        let Some(status) = self.end() else { return nonsense() };
        let mut said = String::new();
        if let Some(errors) = self.process.stderr.take() {
            let mut bytes = Vec::new();
            // It has ended, so reading cannot hang; what it left is a few lines.
            let _ = errors.take(4_096).read_to_end(&mut bytes);
            said = String::from_utf8_lossy(&bytes).into_owned();
        }
        tracing::warn!(%status, said, "a reading process ended before its file did");
        match status.signal() {
            Some(libc::SIGXCPU) => too_long(),
            _ if said.contains("memory allocation of") || said.contains("capacity overflow") => {
                let reason = format!("reading the file takes more memory than the {memory_mib} MiB it may take");
                Why::new(Code::TooLarge, reason, ACCEPTED)
            }
            Some(libc::SIGKILL) => {
                let reason = "the system stopped the process that read the file, as it does where memory is short";
                Why::new(Code::TooLarge, reason, ACCEPTED)
            }
            Some(signal) => {
                let reason = format!("the file crashed the process that read it (signal {signal})");
                Why::new(Code::Unreadable, reason, ACCEPTED)
            }
            None => Why::new(Code::Unreadable, "the process that read the file ended before the file did", ACCEPTED),
        }
    }

    /// How the child ended; one that does not end within 2 seconds of falling silent is stopped.
    fn end(&mut self) -> Option<ExitStatus> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) {
            match self.process.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Err(_) => return None,
            }
        }
        None
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Not needed any more, or not to be trusted any more. One that has ended already cannot be killed: fine.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The child's output, waited for so long in all: time that this process spends on the rows does not count.
struct Patient {
    out: ChildStdout,
    left: Duration,
}

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let begun = Instant::now();
        loop {
            let left = self.left.saturating_sub(begun.elapsed());
            let millis = i32::try_from(left.as_millis()).unwrap_or(i32::MAX);
            let mut poll = libc::pollfd { fd: self.out.as_raw_fd(), events: libc::POLLIN, revents: 0 };
            // SAFETY: one structure that lives for the call.
            match unsafe { libc::poll(&raw mut poll, 1, millis) } {
                0 => return Err(ErrorKind::TimedOut.into()),
                1.. => break,
                _ if io::Error::last_os_error().kind() == ErrorKind::Interrupted => {}
                _ => return Err(io::Error::last_os_error()),
            }
        }
        let n = self.out.read(into);
        self.left = self.left.saturating_sub(begun.elapsed());
        n
    }
}
