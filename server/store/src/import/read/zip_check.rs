//! Refuses a zip archive that would unpack to far too much, by unpacking it into nothing before anyone else opens it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::import::caps::Caps;
use crate::import::trouble::{Code, Why};

/// Parts above this size are held to the ratio; small ones may be as repetitive as they like.
const FREE: u64 = 16 << 20;
const ENTRIES: usize = 10_000;

/// Walks the central directory and inflates every part, counting; declared sizes are not believed.
///
/// # Errors
/// What is no zip archive, is encrypted, or exceeds [`Caps::unpacked_bytes`] or [`Caps::unpack_ratio`].
pub fn check(path: &Path, caps: &Caps) -> Result<(), Why> {
    let mut file = File::open(path).map_err(|_| damaged("it cannot be opened"))?;
    let mut total = 0u64;
    for entry in directory(&mut file)? {
        let size = unpacked(&mut file, &entry, caps.unpacked_bytes - total)?;
        let bomb = |reason: String| {
            let accepted = format!(
                "a workbook that unpacks to at most {} MiB, or the sheet saved as CSV",
                caps.unpacked_bytes >> 20
            );
            Why::new(Code::ZipBomb, reason, accepted)
        };
        match size {
            None => return Err(bomb(format!("the workbook unpacks to more than {} MiB", caps.unpacked_bytes >> 20))),
            Some(n) if n > FREE && n / entry.packed.max(1) > caps.unpack_ratio => {
                let times = n / entry.packed.max(1);
                return Err(bomb(format!("a part of the workbook unpacks to {times} times its size")));
            }
            Some(n) => total += n,
        }
    }
    Ok(())
}

struct Entry {
    method: u16,
    packed: u64,
    header_at: u64,
}

fn damaged(what: &str) -> Why {
    let reason = format!("not a readable workbook: {what}");
    Why::new(Code::Unreadable, reason, "an .xlsx file as Excel writes it, without password, or the sheet saved as CSV")
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn directory(file: &mut File) -> Result<Vec<Entry>, Why> {
    let len = file.seek(SeekFrom::End(0)).map_err(|_| damaged("it cannot be read"))?;
    let tail_at = len.saturating_sub(65_557);
    let tail = read_at(file, tail_at, len - tail_at)?;
    let end = (0..tail.len().saturating_sub(21)).rev().find(|&i| tail[i..].starts_with(b"PK\x05\x06"));
    let end = end.ok_or_else(|| damaged("it is no zip archive"))?;
    let field = |at| u32_at(&tail, end + at).ok_or_else(|| damaged("its directory is cut off"));
    let (size, at) = (u64::from(field(12)?), u64::from(field(16)?));
    if size > 64 << 20 || at + size > len {
        return Err(damaged("its directory is damaged"));
    }
    let bytes = read_at(file, at, size)?;
    let (mut entries, mut i) = (Vec::new(), 0usize);
    while bytes.get(i..i + 4) == Some(b"PK\x01\x02") {
        let cut = || damaged("its directory is cut off");
        let flags = u16_at(&bytes, i + 8).ok_or_else(cut)?;
        if flags & 1 == 1 {
            return Err(damaged("it is encrypted"));
        }
        entries.push(Entry {
            method: u16_at(&bytes, i + 10).ok_or_else(cut)?,
            packed: u32_at(&bytes, i + 20).ok_or_else(cut)?.into(),
            header_at: u32_at(&bytes, i + 42).ok_or_else(cut)?.into(),
        });
        if entries.len() > ENTRIES {
            return Err(damaged("it has more than 10,000 parts"));
        }
        let lengths = [28, 30, 32].map(|at| u16_at(&bytes, i + at).map_or(0, usize::from));
        i += 46 + lengths.iter().sum::<usize>();
    }
    if entries.is_empty() { Err(damaged("it is an empty archive")) } else { Ok(entries) }
}

/// Unpacked size of a part, or `None` where it exceeds `cap`.
fn unpacked(file: &mut File, entry: &Entry, cap: u64) -> Result<Option<u64>, Why> {
    let header = read_at(file, entry.header_at, 30)?;
    if !header.starts_with(b"PK\x03\x04") {
        return Err(damaged("a part is not where its directory says"));
    }
    let skip = u64::from(u16_at(&header, 26).unwrap_or(0)) + u64::from(u16_at(&header, 28).unwrap_or(0));
    file.seek(SeekFrom::Start(entry.header_at + 30 + skip)).map_err(|_| damaged("it is cut off"))?;
    let packed = file.take(entry.packed);
    match entry.method {
        0 => Ok((entry.packed <= cap).then_some(entry.packed)),
        8 => {
            let mut reader = flate2::read::DeflateDecoder::new(packed).take(cap + 1);
            let n = std::io::copy(&mut reader, &mut std::io::sink()).map_err(|_| damaged("a part does not unpack"))?;
            Ok((n <= cap).then_some(n))
        }
        _ => Err(damaged("a part is packed in a way that workbooks do not use")),
    }
}

fn read_at(file: &mut File, at: u64, len: u64) -> Result<Vec<u8>, Why> {
    let mut out = Vec::new();
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.take(len).read_to_end(&mut out))
        .map_err(|_| damaged("it cannot be read"))?;
    if out.len() as u64 == len { Ok(out) } else { Err(damaged("it is cut off")) }
}
