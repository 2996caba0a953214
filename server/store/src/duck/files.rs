//! Files of a projection. Each rebuild takes new names, so that the old database can answer until the new one is whole,
//! and closing the old one cannot touch the new one's log.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// The files of one projection, named by its generation.
#[derive(Debug, Clone)]
pub(super) struct Files(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    generation: u32,
    retired: AtomicBool,
}

impl Files {
    fn of(dir: &Path, generation: u32) -> Self {
        Files(Arc::new(Inner { dir: dir.to_owned(), generation, retired: AtomicBool::new(false) }))
    }

    /// All generations in a folder, newest first.
    pub fn all(dir: &Path) -> Result<Vec<Files>> {
        let mut found: Vec<u32> = list(dir)?
            .iter()
            .filter(|p| p.extension().is_some_and(|e| e == "duckdb"))
            .filter_map(|p| number(p))
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found.into_iter().map(|g| Files::of(dir, g)).collect())
    }

    /// Names that no projection has used yet.
    pub fn next(dir: &Path) -> Result<Files> {
        let last = list(dir)?.iter().filter_map(|p| number(p)).max().unwrap_or(0);
        Ok(Files::of(dir, last + 1))
    }

    pub fn database(&self) -> PathBuf {
        self.0.dir.join(format!("{:06}.duckdb", self.0.generation))
    }

    pub fn temp(&self) -> PathBuf {
        self.0.dir.join(format!("{:06}.tmp", self.0.generation))
    }

    /// Removes every other generation's files. One that is still open goes on: its names are gone, its data is not.
    pub fn remove_others(&self) -> Result<()> {
        for path in list(&self.0.dir)? {
            if number(&path).is_some_and(|g| g != self.0.generation) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Has the files removed when the last holder lets go.
    pub fn retire(&self) {
        self.0.retired.store(true, Ordering::SeqCst);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if *self.retired.get_mut() {
            for path in list(&self.dir).unwrap_or_default() {
                if number(&path) == Some(self.generation) {
                    // What cannot be removed now is removed by the next rebuild or opening.
                    let _ = remove(&path);
                }
            }
        }
    }
}

fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(Error::io("listing", dir))?;
    entries.map(|e| e.map(|e| e.path()).map_err(Error::io("listing", dir))).collect()
}

/// Generation in a file's name; the log is named after its database.
fn number(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.split_once('.')?.0.parse().ok()
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("removing", path)(e)),
        _ => Ok(()),
    }
}
