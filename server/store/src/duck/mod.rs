//! The DuckDB projection of the lake: typed tables that answer fast and can be thrown away and rebuilt at any time.
//!
//! Every table carries `batch_seq` (the batch a row came from) and `superseded_seq` (the batch whose row with the same key
//! replaced it, [`LIVE`] while none did). A row is seen as of batch `s` when `batch_seq <= s < superseded_seq`, so the
//! latest version and every earlier one are the same cheap filter.

mod apply;
mod check;
mod engine;
mod fault;
mod files;
mod open;
mod pool;
mod tables;
mod watchdog;

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use duckdb::Connection;

use crate::error::{Error, Result};
use crate::lake::{Lake, Manifest};
use crate::settings::Settings;
use files::Files;
use pool::Pool;
use watchdog::Watchdog;

/// `superseded_seq` of a row that nothing has replaced.
pub(crate) const LIVE: u32 = i32::MAX as u32;

/// Progress of a rebuild: batches done, batches in all, and the name of the one being loaded.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize, &str);

/// An open projection: one writer connection and a pool of readers of one database.
pub(crate) struct Projection {
    writer: Mutex<Connection>,
    pool: Pool,
    watchdog: Arc<Watchdog>,
    applied: AtomicU32,
    // Last: files of a retired projection are removed after its connections are closed.
    files: Files,
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projection").field("files", &self.files).field("applied", &self.applied).finish_non_exhaustive()
    }
}

impl Projection {
    /// Opens the projection in `dir` and brings it up to date with the lake; rebuilds it where it is missing, will not
    /// open, or disagrees with the manifests.
    pub fn open(dir: &Path, lake: &Lake, settings: &Settings) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(Error::io("creating", dir))?;
        let manifests = lake.manifests();
        // The newest first: an older one is there only where a rebuild was cut off before it could be removed.
        for files in Files::all(dir)? {
            match Self::open_existing(files.clone(), lake, settings, &manifests) {
                Ok(projection) => {
                    files.remove_others()?;
                    return Ok(projection);
                }
                Err(e @ (Error::DamagedLake { .. } | Error::Io { .. })) => return Err(e),
                Err(reason) => {
                    tracing::warn!(%reason, "the projection cannot be used");
                    // Removed before the next is built, so that a rebuild needs no room for two.
                    files.retire();
                }
            }
        }
        tracing::info!("building the projection from the lake");
        Self::rebuild(dir, lake, settings, &mut |_, _, _| {})
    }

    fn open_existing(files: Files, lake: &Lake, settings: &Settings, manifests: &[Manifest]) -> Result<Self> {
        let projection = Self::connect(files, lake, settings)?;
        let missing = {
            let writer = projection.writer.lock().unwrap_or_else(PoisonError::into_inner);
            check::missing(&writer, manifests)?
        };
        let loaded = manifests.len() - missing.len();
        projection.applied.store(manifests[..loaded].last().map_or(0, |m| m.seq), Ordering::SeqCst);
        for manifest in missing {
            projection.apply(lake, manifest)?;
        }
        Ok(projection)
    }

    /// Builds a new projection from every batch of the lake, beside the one that may still be answering.
    pub fn rebuild(dir: &Path, lake: &Lake, settings: &Settings, progress: Progress<'_>) -> Result<Self> {
        let files = Files::next(dir)?;
        let built = Self::connect(files.clone(), lake, settings).and_then(|projection| {
            projection.load_all(lake, progress)?;
            Ok(projection)
        });
        match &built {
            Ok(_) => files.remove_others()?,
            Err(_) => files.retire(),
        }
        built
    }

    fn load_all(&self, lake: &Lake, progress: Progress<'_>) -> Result<()> {
        let manifests = lake.manifests();
        for (done, manifest) in manifests.iter().enumerate() {
            progress(done, manifests.len(), &manifest.source.name);
            self.apply(lake, manifest)?;
        }
        progress(manifests.len(), manifests.len(), "");
        self.checkpoint()
    }

    fn connect(files: Files, lake: &Lake, settings: &Settings) -> Result<Self> {
        let writer = open::connect(&files.database(), &files.temp(), &lake.dir().join("batches"), settings)?;
        tables::create(&writer)?;
        let readers = (0..settings.readers.max(1)).map(|_| writer.try_clone()).collect::<duckdb::Result<Vec<_>>>()?;
        Ok(Self {
            writer: Mutex::new(writer),
            pool: Pool::new(readers),
            watchdog: Watchdog::start(),
            applied: AtomicU32::new(0),
            files,
        })
    }

    /// Number of the last batch loaded: what answers look up to.
    pub fn applied(&self) -> u32 {
        self.applied.load(Ordering::SeqCst)
    }

    /// Loads one batch, in one transaction: afterwards it is there whole, or not at all.
    pub fn apply(&self, lake: &Lake, manifest: &Manifest) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        apply::batch(&mut writer, &lake.batch_dir(manifest), manifest)?;
        self.applied.store(manifest.seq, Ordering::SeqCst);
        Ok(())
    }

    /// Folds the write-ahead log into the file.
    pub fn checkpoint(&self) -> Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.execute_batch("CHECKPOINT").map_err(fault::classify)
    }

    /// Reads every row of every table, so that a damaged block is met here and not in an answer.
    pub fn verify(&self, manifests: &[Manifest]) -> Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match check::missing(&writer, manifests)?.first() {
            None => check::read_everything(&writer),
            Some(m) => Err(Error::DamagedProjection(format!("batch {} is not in it", m.batch_id))),
        }
    }

    /// Removes its files once the last question that uses it is answered.
    pub fn retire(&self) {
        self.files.retire();
    }
}
