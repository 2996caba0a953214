//! The lake is the truth: immutable Parquet batches with manifests, durable before they are acknowledged.
//!
//! ```text
//! lake/batches/000001-4f1c.../manifest.json, touches.parquet, ...
//! lake/tmp/                  batches being written; emptied when the lake opens
//! ```
//! A batch is written in `tmp`, every file and the folder fsynced, and then renamed into `batches`: the rename is the
//! commit point, so a batch is there whole or not at all.

mod files;
mod manifest;
mod version;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use jiff::Timestamp;

use crate::error::{Error, Result};
pub use manifest::{BatchSource, Manifest, TableFile};
pub use version::AsOf;
pub use writer::{BatchWriter, Receipt};

/// An open lake. All methods take `&self`; commits are serialised inside.
#[derive(Debug)]
pub struct Lake {
    dir: PathBuf,
    batches: RwLock<Vec<Manifest>>,
    commit: Mutex<()>,
}

impl Lake {
    /// Opens or creates the lake in `dir`, removes what a crash left half-written, and reads every manifest.
    ///
    /// The caller holds the data directory's lock. Fails with [`Error::DamagedLake`] where a manifest cannot be read or
    /// a file of a batch is missing or has another size than its manifest says.
    pub fn open(dir: &Path) -> Result<Lake> {
        for part in ["batches", "tmp"] {
            let path = dir.join(part);
            std::fs::create_dir_all(&path).map_err(Error::io("creating", &path))?;
        }
        files::sync_dir(dir)?;
        files::empty_dir(&dir.join("tmp"))?;
        let batches = manifest::read_all(&dir.join("batches"))?;
        Ok(Lake { dir: dir.to_owned(), batches: RwLock::new(batches), commit: Mutex::new(()) })
    }

    /// The folder of the lake.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// All committed batches, oldest first.
    #[must_use]
    pub fn manifests(&self) -> Vec<Manifest> {
        self.batches.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The batch that was made from exactly this source (same bytes, same layout and mapping), if there is one.
    #[must_use]
    pub fn find(&self, source: &BatchSource) -> Option<Manifest> {
        let batches = self.batches.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        batches.iter().find(|m| m.source.identity() == source.identity()).cloned()
    }

    /// Folder of a batch.
    #[must_use]
    pub fn batch_dir(&self, manifest: &Manifest) -> PathBuf {
        self.dir.join("batches").join(manifest.folder())
    }

    /// Starts a batch in a temporary folder. Dropping the writer without committing leaves no trace.
    pub fn begin(self: &Arc<Self>, source: BatchSource) -> Result<BatchWriter> {
        BatchWriter::begin(Arc::clone(self), source)
    }

    /// Number of the last batch that `as_of` lets one see; 0 where none.
    #[must_use]
    pub fn seq_at(&self, as_of: AsOf) -> u32 {
        version::seq_at(&self.batches.read().unwrap_or_else(std::sync::PoisonError::into_inner), as_of)
    }

    /// The data version seen at `as_of`: the hash of the ordered list of batch ids.
    #[must_use]
    pub fn data_version(&self, as_of: AsOf) -> String {
        let batches = self.batches.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seq = version::seq_at(&batches, as_of);
        version::hash(batches.iter().filter(|m| m.seq <= seq).map(|m| m.batch_id.as_str()))
    }

    /// Reads every file of every batch and compares its SHA-256 with the manifest; returns how many files were checked.
    pub fn verify(&self) -> Result<usize> {
        let mut checked = 0;
        for manifest in self.manifests() {
            for file in &manifest.tables {
                let path = self.batch_dir(&manifest).join(&file.file);
                let (sha256, bytes) = files::sha256_of(&path)?;
                if sha256 != file.sha256 || bytes != file.bytes {
                    return Err(Error::DamagedLake { path, reason: "its SHA-256 differs from the manifest's".into() });
                }
                checked += 1;
            }
        }
        Ok(checked)
    }

    fn now_after(last: Option<&Manifest>) -> Timestamp {
        // "As of" looks batches up by time, so times must not run backwards even where the clock does.
        let now = Timestamp::now();
        last.map_or(now, |m| m.created_at.max(now))
    }
}
