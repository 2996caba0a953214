//! The open store: one handle, cheap to clone, that the server and the command line share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use duckdb::arrow::record_batch::RecordBatch;

use crate::dir::DataDir;
use crate::error::Result;
use crate::lake::{AsOf, BatchSource, BatchWriter, Lake, Manifest, Receipt};
use crate::schema::Table;
use crate::settings::Settings;

/// An open data directory.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lake: Arc<Lake>,
    #[expect(dead_code, reason = "read by the projection")]
    settings: Settings,
    // Last, so that everything above is closed before another process may come in.
    dir: DataDir,
}

impl Store {
    /// Opens or creates the data directory `dir`; repairs what a crash left behind.
    pub fn open(dir: impl AsRef<Path>, settings: Settings) -> Result<Store> {
        let dir = DataDir::open(dir.as_ref())?;
        let lake = Arc::new(Lake::open(&dir.lake())?);
        Ok(Store(Arc::new(Inner { lake, settings, dir })))
    }

    /// The data directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.dir.path()
    }

    /// The version of everything imported so far: the hash of the ordered list of batch ids.
    #[must_use]
    pub fn data_version(&self) -> String {
        self.0.lake.data_version(AsOf::Latest)
    }

    /// The version of what `as_of` lets one see.
    #[must_use]
    pub fn data_version_at(&self, as_of: AsOf) -> String {
        self.0.lake.data_version(as_of)
    }

    /// Manifests of all batches, oldest first.
    #[must_use]
    pub fn imports(&self) -> Vec<Manifest> {
        self.0.lake.manifests()
    }

    /// The receipt of an earlier import of exactly this source, if there was one.
    #[must_use]
    pub fn already_imported(&self, source: &BatchSource) -> Option<Receipt> {
        self.0.lake.find(source).map(|m| Receipt::of(&m, true, self.data_version()))
    }

    /// Starts a batch.
    pub fn begin_batch(&self, source: BatchSource) -> Result<Writer> {
        Ok(Writer { batch: self.0.lake.begin(source)?, _store: self.clone() })
    }

    /// Folder of a model run's draws and other large results.
    #[must_use]
    pub fn run_dir(&self, run_id: &str) -> PathBuf {
        self.0.dir.run(run_id)
    }
}

/// A batch being imported; dropped without `commit`, nothing happened.
pub struct Writer {
    batch: BatchWriter,
    _store: Store,
}

impl Writer {
    /// Adds rows of a table in its storage columns ([`Table::arrow_schema`]).
    pub fn append(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        self.batch.append(table, rows)
    }

    /// Rows appended so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.batch.rows()
    }

    /// Makes the batch durable (fsynced) and visible, and brings the projection up to date.
    pub fn commit(self) -> Result<Receipt> {
        self.batch.commit()
    }
}
