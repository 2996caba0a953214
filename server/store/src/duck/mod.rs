//! The DuckDB projection of the lake: typed tables that answer fast and can be thrown away and rebuilt at any time.
//!
//! Every table carries `batch_seq` (the batch a row came from) and `superseded_seq` (the batch whose row with the same key
//! replaced it, [`LIVE`] while none did). A row is seen as of batch `s` when `batch_seq <= s < superseded_seq`, so the
//! latest version and every earlier one are the same cheap filter.

mod apply;
mod check;
mod engine;
mod fault;
mod open;
mod pool;
mod tables;
mod watchdog;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use duckdb::Connection;

use crate::error::{Error, Result};
use crate::lake::{Lake, Manifest};
use crate::settings::Settings;
use pool::Pool;
use watchdog::Watchdog;

/// `superseded_seq` of a row that nothing has replaced.
pub(crate) const LIVE: u32 = i32::MAX as u32;

const FILE: &str = "tandem.duckdb";

/// Progress of a rebuild: batches done, batches in all, and the name of the one being loaded.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize, &str);

/// An open projection: one writer connection and a pool of readers of one database.
pub(crate) struct Projection {
    writer: Mutex<Connection>,
    pool: Pool,
    watchdog: Arc<Watchdog>,
    settings: Settings,
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projection").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Projection {
    /// Opens the projection in `dir` and brings it up to date with the lake; rebuilds it where it is missing, will not
    /// open, or disagrees with the manifests.
    pub fn open(dir: &Path, lake: &Lake, settings: &Settings) -> Result<Self> {
        let manifests = lake.manifests();
        match Self::open_existing(dir, lake, settings, &manifests) {
            Ok(projection) => Ok(projection),
            Err(e @ (Error::DamagedLake { .. } | Error::Io { .. })) => Err(e),
            Err(reason) => {
                tracing::warn!(%reason, "rebuilding the projection from the lake");
                Self::rebuild(dir, lake, settings, &mut |_, _, _| {})
            }
        }
    }

    fn open_existing(dir: &Path, lake: &Lake, settings: &Settings, manifests: &[Manifest]) -> Result<Self> {
        if !dir.join(FILE).exists() {
            return Err(Error::DamagedProjection("there is none yet".into()));
        }
        let projection = Self::connect(dir, lake, settings)?;
        let missing = {
            let writer = projection.writer.lock().unwrap_or_else(PoisonError::into_inner);
            check::missing(&writer, manifests)?
        };
        for manifest in missing {
            projection.apply(lake, manifest)?;
        }
        Ok(projection)
    }

    /// Builds the projection anew from every batch of the lake. Nothing else may have it open.
    pub fn rebuild(dir: &Path, lake: &Lake, settings: &Settings, progress: Progress<'_>) -> Result<Self> {
        remove_files(dir)?;
        let projection = Self::connect(dir, lake, settings)?;
        let manifests = lake.manifests();
        for (done, manifest) in manifests.iter().enumerate() {
            progress(done, manifests.len(), &manifest.source.name);
            projection.apply(lake, manifest)?;
        }
        progress(manifests.len(), manifests.len(), "");
        projection.checkpoint()?;
        Ok(projection)
    }

    fn connect(dir: &Path, lake: &Lake, settings: &Settings) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(Error::io("creating", dir))?;
        let writer = open::connect(&dir.join(FILE), &dir.join("tmp"), &lake.dir().join("batches"), settings)?;
        tables::create(&writer)?;
        let readers = (0..settings.readers.max(1)).map(|_| writer.try_clone()).collect::<duckdb::Result<Vec<_>>>()?;
        Ok(Self {
            writer: Mutex::new(writer),
            pool: Pool::new(readers),
            watchdog: Watchdog::start(),
            settings: settings.clone(),
        })
    }

    /// Loads one batch, in one transaction: afterwards it is there whole, or not at all.
    pub fn apply(&self, lake: &Lake, manifest: &Manifest) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        apply::batch(&mut writer, &lake.batch_dir(manifest), manifest)
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
}

fn remove_files(dir: &Path) -> Result<()> {
    let files: [PathBuf; 3] = [dir.join(FILE), dir.join(format!("{FILE}.wal")), dir.join("tmp")];
    for path in files {
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match removed {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("removing", &path)(e)),
            _ => {}
        }
    }
    Ok(())
}
