//! From bytes on disk to a UTF-8 text file with plain line ends, and what was met on the way.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};

const CHUNK: usize = 256 << 10;

/// What one pass over the bytes of a file says.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Bytes of the byte-order mark, 0 where there is none.
    pub bom: usize,
    /// The encoding found.
    pub encoding: &'static Encoding,
    /// Whether a NUL character occurs in the text.
    pub nul: bool,
    /// Lines ended by LF alone.
    pub lf: u64,
    /// Lines ended by CR LF.
    pub crlf: u64,
    /// Lines ended by CR alone.
    pub cr: u64,
}

impl Facts {
    /// Reads the file once.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let (mut hash, mut buffer) = (Sha256::new(), vec![0u8; CHUNK]);
        let mut facts =
            Self { bytes: 0, sha256: String::new(), bom: 0, encoding: UTF_8, nul: false, lf: 0, crlf: 0, cr: 0 };
        let (mut head, mut utf8, mut zeros) = (Vec::new(), Utf8Check::default(), [0u64; 2]);
        let mut lines = LineEnds::default();
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                break;
            }
            let part = &buffer[..n];
            hash.update(part);
            if head.len() < 4 {
                head.extend_from_slice(&part[..n.min(4)]);
            }
            utf8.push(part);
            if part.contains(&0) {
                for (i, _) in part.iter().enumerate().filter(|(_, b)| **b == 0) {
                    zeros[((facts.bytes as usize) + i) % 2] += 1;
                }
            }
            lines.push(part);
            facts.bytes += n as u64;
        }
        lines.finish();
        (facts.lf, facts.crlf, facts.cr) = (lines.lf, lines.crlf, lines.cr);
        facts.sha256 = hex::encode(hash.finalize());
        (facts.encoding, facts.bom) = match Encoding::for_bom(&head) {
            Some(found) => found,
            // UTF-16 text of Western languages has every second byte zero: demand it of a third of the pairs.
            None if zeros[1] * 6 > facts.bytes && zeros[0] * 8 < zeros[1] => (UTF_16LE, 0),
            None if zeros[0] * 6 > facts.bytes && zeros[1] * 8 < zeros[0] => (UTF_16BE, 0),
            None if utf8.finish() => (UTF_8, 0),
            None => (WINDOWS_1252, 0),
        };
        facts.nul = zeros[0] + zeros[1] > 0;
        // A mark of UTF-8 on a file that is not UTF-8 is a lie: read it as what most such exports are.
        if facts.encoding == UTF_8 && !utf8.finish() {
            facts.encoding = WINDOWS_1252;
        }
        Ok(facts)
    }

    /// Whether more than one way of ending lines occurs.
    #[must_use]
    pub fn mixed_line_ends(&self) -> bool {
        [self.lf, self.crlf, self.cr].iter().filter(|n| **n > 0).count() > 1
    }
}

/// A UTF-8 text file without byte-order mark and without lone CRs; a converted copy lives as long as this value.
#[derive(Debug)]
pub struct TextFile {
    /// Where to read.
    pub path: PathBuf,
    /// First byte of the text.
    pub start: u64,
    /// Byte behind the last.
    pub end: u64,
    /// Whether NUL characters may occur.
    pub nul: bool,
    _copy: Option<tempfile::NamedTempFile>,
}

impl TextFile {
    /// The file itself where it is UTF-8, else a converted copy in the folder for temporary files.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(path: &Path, facts: &Facts) -> std::io::Result<Self> {
        if facts.encoding == UTF_8 && facts.cr == 0 {
            let start = facts.bom as u64;
            return Ok(Self { path: path.into(), start, end: facts.bytes, nul: facts.nul, _copy: None });
        }
        let mut input = File::open(path)?;
        input.seek(SeekFrom::Start(facts.bom as u64))?;
        let copy = tempfile::NamedTempFile::new()?;
        let mut out = BufWriter::with_capacity(CHUNK, copy.as_file());
        let mut decoder = facts.encoding.new_decoder_without_bom_handling();
        let (mut raw, mut text, mut last_was_cr) = (vec![0u8; CHUNK], String::with_capacity(CHUNK * 3 + 16), false);
        let (mut nul, mut end) = (false, 0u64);
        loop {
            let n = input.read(&mut raw)?;
            text.clear();
            let (_, read, _) = decoder.decode_to_string(&raw[..n], &mut text, n == 0);
            debug_assert_eq!(read, n, "the buffer holds three times the input");
            nul |= text.contains('\0');
            end += plain_line_ends(text.as_bytes(), &mut last_was_cr, &mut out)?;
            if n == 0 {
                break;
            }
        }
        out.flush()?;
        drop(out);
        Ok(Self { path: copy.path().into(), start: 0, end, nul, _copy: Some(copy) })
    }
}

/// Writes `text` with CR LF and CR turned into LF; gives the number of bytes written.
fn plain_line_ends(text: &[u8], last_was_cr: &mut bool, out: &mut impl Write) -> std::io::Result<u64> {
    let mut written = 0;
    for line in text.split_inclusive(|b| *b == b'\r' || *b == b'\n') {
        let Some((&last, body)) = line.split_last() else { continue };
        let after_cr = std::mem::replace(last_was_cr, last == b'\r');
        if last == b'\n' && body.is_empty() && after_cr {
            continue;
        }
        if last == b'\r' || last == b'\n' {
            out.write_all(body)?;
            out.write_all(b"\n")?;
        } else {
            out.write_all(line)?;
        }
        written += line.len() as u64;
    }
    Ok(written)
}

/// Whether bytes that come in parts are UTF-8.
#[derive(Debug, Default)]
struct Utf8Check {
    tail: Vec<u8>,
    bad: bool,
}

impl Utf8Check {
    fn push(&mut self, part: &[u8]) {
        if self.bad {
            return;
        }
        let joined;
        let bytes = if self.tail.is_empty() {
            part
        } else {
            joined = [self.tail.as_slice(), part].concat();
            &joined
        };
        let rest = match std::str::from_utf8(bytes) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() => bytes[error.valid_up_to()..].to_vec(),
            Err(_) => {
                self.bad = true;
                Vec::new()
            }
        };
        self.tail = rest;
    }

    fn finish(&self) -> bool {
        !self.bad && self.tail.is_empty()
    }
}

/// Counts line ends over bytes that come in parts.
#[derive(Debug, Default)]
struct LineEnds {
    lf: u64,
    crlf: u64,
    cr: u64,
    open_cr: bool,
}

impl LineEnds {
    fn push(&mut self, part: &[u8]) {
        if self.open_cr && part.first() != Some(&b'\n') {
            self.cr += 1;
        }
        let opened = std::mem::replace(&mut self.open_cr, part.last() == Some(&b'\r'));
        let newlines = part.iter().filter(|b| **b == b'\n').count() as u64;
        if !opened && !part.contains(&b'\r') {
            self.lf += newlines;
            return;
        }
        let pairs =
            part.windows(2).filter(|w| w == b"\r\n").count() as u64 + u64::from(opened && part.first() == Some(&b'\n'));
        let returns = part.iter().filter(|b| **b == b'\r').count() as u64 - u64::from(self.open_cr);
        self.crlf += pairs;
        self.lf += newlines - pairs;
        self.cr += returns - (pairs - u64::from(opened && part.first() == Some(&b'\n')));
    }

    fn finish(&mut self) {
        self.cr += u64::from(self.open_cr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(parts: &[&[u8]]) -> (u64, u64, u64) {
        let mut lines = LineEnds::default();
        parts.iter().for_each(|p| lines.push(p));
        lines.finish();
        (lines.lf, lines.crlf, lines.cr)
    }

    #[test]
    fn line_ends_are_counted_across_parts() {
        assert_eq!(ends(&[b"a\nb\r\nc\rd"]), (1, 1, 1));
        assert_eq!(ends(&[b"a\r", b"\nb\r", b"c\r"]), (0, 1, 2));
        assert_eq!(ends(&[b"a\n\r\n", b"\n\n"]), (3, 1, 0));
    }

    #[test]
    fn utf8_is_judged_across_parts_and_latin1_is_not_utf8() {
        let mut good = Utf8Check::default();
        let euro = "a€b".as_bytes();
        good.push(&euro[..2]);
        good.push(&euro[2..]);
        assert!(good.finish());
        let mut bad = Utf8Check::default();
        bad.push(b"M\xfcnchen");
        assert!(!bad.finish());
    }

    #[test]
    fn line_ends_become_plain() -> std::io::Result<()> {
        let (mut out, mut cr) = (Vec::new(), false);
        for part in [b"a\r".as_slice(), b"\nb\rc", b"\n\nd"] {
            plain_line_ends(part, &mut cr, &mut out)?;
        }
        assert_eq!(out, b"a\nb\nc\n\nd");
        Ok(())
    }
}
