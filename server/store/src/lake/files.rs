//! Durable file operations: hash while writing, fsync files and folders, empty a folder.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// A file that knows its SHA-256 and length when it is finished.
#[derive(Debug)]
pub struct HashingFile {
    path: PathBuf,
    out: BufWriter<File>,
    sha: Sha256,
    bytes: u64,
}

impl HashingFile {
    /// Creates a file that must not exist yet.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create_new(path).map_err(Error::io("creating", path))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::with_capacity(1 << 18, file), sha: Sha256::new(), bytes: 0 })
    }

    /// Flushes and fsyncs; returns the SHA-256 in hexadecimal and the length in bytes.
    pub fn finish(self) -> Result<(String, u64)> {
        let file = self.out.into_inner().map_err(|e| Error::io("writing", &self.path)(e.into_error()))?;
        file.sync_all().map_err(Error::io("syncing", &self.path))?;
        Ok((hex::encode(self.sha.finalize()), self.bytes))
    }
}

impl Write for HashingFile {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let n = self.out.write(buf)?;
        self.sha.update(&buf[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// SHA-256 (hexadecimal) and length of a file.
pub fn sha256_of(path: &Path) -> Result<(String, u64)> {
    let mut file = File::open(path).map_err(Error::io("opening", path))?;
    let (mut sha, mut bytes, mut buf) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let n = file.read(&mut buf).map_err(Error::io("reading", path))?;
        if n == 0 {
            return Ok((hex::encode(sha.finalize()), bytes));
        }
        sha.update(&buf[..n]);
        bytes += n as u64;
    }
}

/// Makes renames and creations in a folder durable.
pub fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(Error::io("syncing", dir))
}

/// Removes everything inside a folder.
pub fn empty_dir(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).map_err(Error::io("listing", dir))? {
        let path = entry.map_err(Error::io("listing", dir))?.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(Error::io("removing", &path))?;
    }
    Ok(())
}
