//! The open store: one handle, cheap to clone, that the server and the command line share.

mod questions;
mod repair;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use duckdb::arrow::record_batch::RecordBatch;

use crate::dir::DataDir;
use crate::duck::{Progress, Projection};
use crate::engine::{EventEngine, Probe};
use crate::error::Result;
use crate::lake::{AsOf, BatchSource, BatchWriter, Lake, Manifest, Receipt};
use crate::schema::Table;
use crate::settings::Settings;
use crate::state::State;

/// An open data directory.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `None` only while it is repaired: the damaged one is closed before its file is opened again.
    projection: RwLock<Option<Arc<Projection>>>,
    /// Held while the projection changes: applying a batch, repairing, rebuilding. Says when a question last tried to repair in vain.
    changing: Mutex<Option<Instant>>,
    lake: Arc<Lake>,
    state: State,
    settings: Settings,
    // Last, so that everything above is closed before another process may come in.
    dir: DataDir,
}

impl Store {
    /// Opens or creates the data directory `dir`; repairs what a crash left behind.
    pub fn open(dir: impl AsRef<Path>, settings: Settings) -> Result<Store> {
        let dir = DataDir::open(dir.as_ref())?;
        let lake = Arc::new(Lake::open(&dir.lake())?);
        let projection = Projection::open(&dir.projection(), &lake, &settings)?;
        let projection = RwLock::new(Some(Arc::new(projection)));
        let state = State::open(&dir.state())?;
        Ok(Store(Arc::new(Inner { projection, changing: Mutex::new(None), lake, state, settings, dir })))
    }

    /// The data directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.dir.path()
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The version of everything imported so far: the hash of the ordered list of batch ids.
    #[must_use]
    pub fn data_version(&self) -> String {
        self.data_version_at(AsOf::Latest)
    }

    /// The version of what `as_of` lets one see.
    #[must_use]
    pub fn data_version_at(&self, as_of: AsOf) -> String {
        let seen = self.projection().map_or(as_of, |p| AsOf::Batch(self.seq(&p, as_of)));
        self.0.lake.data_version(seen)
    }

    /// The moment at which the data had this version; `None` where they never had, or no longer can.
    #[must_use]
    pub fn as_of(&self, data_version: &str) -> Option<AsOf> {
        let mut batches = self.imports().into_iter().map(|m| AsOf::Batch(m.seq)).rev();
        batches.find(|as_of| self.0.lake.data_version(*as_of) == data_version)
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
        Ok(Writer { batch: self.0.lake.begin(source)?, store: self.clone() })
    }

    /// Folder of a batch in the lake.
    #[must_use]
    pub fn batch_dir(&self, manifest: &Manifest) -> PathBuf {
        self.0.lake.batch_dir(manifest)
    }

    /// Folder of a model run's draws and other large results.
    #[must_use]
    pub fn run_dir(&self, run_id: &str) -> PathBuf {
        self.0.dir.run(run_id)
    }

    /// The application's own state: runs, jobs, keys, scenarios, settings, audit.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.0.state
    }

    /// Builds the projection anew from the lake. Questions asked meanwhile are answered from the old one.
    pub fn rebuild(&self, progress: Progress<'_>) -> Result<()> {
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.replace_projection(progress)
    }

    /// Compares every file of the lake with its manifest and reads every row of the projection; returns files checked.
    pub fn check(&self) -> Result<usize> {
        let files = self.0.lake.verify()?;
        let projection = self.projection()?;
        let manifests: Vec<Manifest> = self.imports().into_iter().filter(|m| m.seq <= projection.applied()).collect();
        projection.verify(&manifests)?;
        Ok(files)
    }

    /// The engine behind the named queries, for benches and tools of the program itself; users get no SQL.
    pub fn engine(&self) -> Result<Arc<dyn EventEngine>> {
        Ok(self.projection()?)
    }

    /// Whether the engine answers.
    pub fn probe(&self) -> Result<Probe> {
        self.projection()?.probe()
    }
}

/// A batch being imported; dropped without `commit`, nothing happened.
pub struct Writer {
    batch: BatchWriter,
    store: Store,
}

impl Writer {
    /// Adds rows of a table in its storage columns ([`Table::arrow_schema`]).
    pub fn append(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        self.batch.append(table, rows)
    }

    /// Says that no key occurs twice among the rows of `table`, as proven by the caller: loading it is cheaper then.
    pub fn keys_are_unique(&mut self, table: Table) {
        self.batch.keys_are_unique(table);
    }

    /// Copies a file into the batch's folder, beside its tables, under `name`.
    pub fn attach(&mut self, name: &str, file: &Path) -> Result<()> {
        self.batch.attach(name, file)
    }

    /// Rows appended so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.batch.rows()
    }

    /// Makes the batch durable (fsynced), then brings the projection up to date.
    ///
    /// An error after the batch became durable is logged, not returned: the import did happen.
    pub fn commit(self) -> Result<Receipt> {
        let receipt = self.batch.commit()?;
        if let Err(reason) = self.store.catch_up() {
            tracing::error!(%reason, "imported, but not yet visible; `tandem rebuild` will show it");
        }
        Ok(receipt)
    }
}
