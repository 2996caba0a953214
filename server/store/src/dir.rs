//! The data directory: its layout and the lock that keeps other processes out.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A data directory held by this process until it is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the directory where it is missing, and locks it. A crash releases the lock.
    pub fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(Error::io("creating", path))?;
        let file = path.join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file)
            .map_err(Error::io("opening", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(e)) => Err(Error::io("locking", &file)(e)),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn lake(&self) -> PathBuf {
        self.path.join("lake")
    }

    #[allow(dead_code)]
    pub fn projection(&self) -> PathBuf {
        self.path.join("projection")
    }

    #[allow(dead_code)]
    pub fn state(&self) -> PathBuf {
        self.path.join("state.sqlite")
    }

    pub fn run(&self, id: &str) -> PathBuf {
        self.path.join("runs").join(id)
    }
}
