//! The open store: one handle, cheap to clone, that the server and the command line share.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use duckdb::arrow::record_batch::RecordBatch;
use tandem_models::domain::journey::JourneySink;
use tandem_models::domain::panel::Panel;
use tandem_models::domain::period::Day;

use crate::dir::DataDir;
use crate::duck::{Progress, Projection};
use crate::engine::{Cancel, EventEngine, Limits, Probe};
use crate::error::{Error, Result};
use crate::lake::{AsOf, BatchSource, BatchWriter, Lake, Manifest, Receipt};
use crate::queries::catalog::{self, Channel, Kpi};
use crate::queries::freshness::Freshness;
use crate::queries::funnel::{FunnelCohort, FunnelRequest};
use crate::queries::journeys::{JourneyReport, JourneyRequest, TouchNames};
use crate::queries::overview::WeeklyTotal;
use crate::queries::panel::{self, PanelAnswer, PanelRequest};
use crate::queries::reconciliation::ReconciledMonth;
use crate::queries::{Asker, freshness, funnel, journeys, overview, reconciliation};
use crate::schema::Table;
use crate::settings::Settings;
use crate::state::State;

/// An open data directory.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `None` only while the projection is being rebuilt.
    projection: RwLock<Option<Arc<Projection>>>,
    /// Last batch the projection has: what answers look up to.
    visible: AtomicU32,
    /// Held while the projection changes: applying a batch, repairing, rebuilding.
    changing: Mutex<()>,
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
        let visible = AtomicU32::new(lake.seq_at(AsOf::Latest));
        let projection = RwLock::new(Some(Arc::new(projection)));
        let state = State::open(&dir.state())?;
        Ok(Store(Arc::new(Inner { projection, visible, changing: Mutex::new(()), lake, state, settings, dir })))
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
        self.0.lake.data_version(AsOf::Batch(self.seq(as_of)))
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

    /// Throws the projection away and builds it anew from the lake. Questions asked meanwhile wait.
    pub fn rebuild(&self, progress: Progress<'_>) -> Result<()> {
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.replace_projection(progress)
    }

    /// Compares every file of the lake with its manifest and reads every row of the projection; returns files checked.
    pub fn check(&self) -> Result<usize> {
        let files = self.0.lake.verify()?;
        let manifests: Vec<Manifest> = self.imports().into_iter().filter(|m| m.seq <= self.seq(AsOf::Latest)).collect();
        self.projection()?.verify(&manifests)?;
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

    /// Channels of all datasets with their spend, exposure and extent.
    pub fn channels(&self) -> Result<Vec<Channel>> {
        self.ask(AsOf::Latest, catalog::channels)
    }

    /// KPIs a panel can be asked for.
    pub fn kpis(&self) -> Result<Vec<Kpi>> {
        self.ask(AsOf::Latest, catalog::kpis)
    }

    /// The panel of a KPI; see [`Store::panel_with_notes`] for what was left out or assumed.
    pub fn panel(&self, request: &PanelRequest) -> Result<Panel> {
        Ok(self.panel_with_notes(request)?.panel)
    }

    /// The panel of a KPI with notes and data version.
    pub fn panel_with_notes(&self, request: &PanelRequest) -> Result<PanelAnswer> {
        self.ask(request.as_of, |ask| {
            let (panel, notes, dataset) = panel::panel(ask, request, &self.0.settings.currency)?;
            let data_version = self.0.lake.data_version(AsOf::Batch(ask.as_of));
            Ok(PanelAnswer { panel, notes, dataset, data_version })
        })
    }

    /// Channels and campaigns of touches, numbered by name: what the indexes in journeys stand for.
    pub fn touch_names(&self, request: &JourneyRequest) -> Result<TouchNames> {
        self.ask(request.as_of, |ask| journeys::touch_names(ask, &request.dataset))
    }

    /// Streams journeys into `sink` and says what was streamed. Get `names` from [`Store::touch_names`] first where the
    /// sink must know all channels beforehand; an empty one is filled on the way.
    ///
    /// Not repeated by itself after damage, because the sink has seen a part: on an error throw away what it holds.
    pub fn journeys(
        &self,
        request: &JourneyRequest,
        names: &mut TouchNames,
        sink: &mut dyn JourneySink,
        cancel: Cancel,
    ) -> Result<JourneyReport> {
        let limits = Limits { row_cap: None, ..self.limits(cancel) };
        let projection = self.projection()?;
        let ask = Asker { engine: &*projection, limits: &limits, as_of: self.seq(request.as_of) };
        match journeys::journeys(&ask, request, names, sink) {
            Ok(mut report) => {
                report.data_version = self.0.lake.data_version(AsOf::Batch(ask.as_of));
                Ok(report)
            }
            Err(Error::DamagedProjection(reason)) => {
                tracing::error!(%reason, "the projection is damaged; rebuilding it");
                self.repair(projection)?;
                Err(Error::DamagedProjection("it was rebuilt; ask again".into()))
            }
            Err(other) => Err(other),
        }
    }

    /// The stage funnel by cohort.
    pub fn funnel(&self, request: &FunnelRequest) -> Result<Vec<FunnelCohort>> {
        self.ask(request.as_of, |ask| funnel::funnel(ask, request))
    }

    /// Weekly totals of a dataset: spend, won revenue, deals, pipeline, touches, stage entries.
    pub fn weekly_totals(&self, dataset: &str, as_of: AsOf) -> Result<Vec<WeeklyTotal>> {
        self.ask(as_of, |ask| overview::weekly(ask, dataset))
    }

    /// Extent and gaps of every dated table.
    pub fn freshness(&self) -> Result<Vec<Freshness>> {
        self.ask(AsOf::Latest, freshness::freshness)
    }

    /// Won revenue of the CRM beside the ledger, by month and currency.
    pub fn reconciliation(
        &self,
        dataset: &str,
        from: Option<Day>,
        to: Option<Day>,
        as_of: AsOf,
    ) -> Result<Vec<ReconciledMonth>> {
        self.ask(as_of, |ask| reconciliation::months(ask, dataset, from, to))
    }

    /// Asks as of a batch, under the store's own limits.
    pub(crate) fn ask<T>(&self, as_of: AsOf, question: impl Fn(&Asker<'_>) -> Result<T>) -> Result<T> {
        self.ask_under(as_of, &self.limits(Cancel::new()), question)
    }

    /// Limits as configured, under a token of the caller.
    #[must_use]
    pub fn limits(&self, cancel: Cancel) -> Limits {
        Limits { deadline: self.0.settings.query_deadline, row_cap: Some(self.0.settings.row_cap), cancel }
    }

    /// Asks under given limits. A damaged projection is repaired once and asked again.
    pub(crate) fn ask_under<T>(
        &self,
        as_of: AsOf,
        limits: &Limits,
        question: impl Fn(&Asker<'_>) -> Result<T>,
    ) -> Result<T> {
        let once = |projection: &Projection| question(&Asker { engine: projection, limits, as_of: self.seq(as_of) });
        let projection = self.projection()?;
        match once(&projection) {
            Err(Error::DamagedProjection(reason)) => {
                tracing::error!(%reason, "the projection is damaged; rebuilding it");
                self.repair(projection)?;
                once(&*self.projection()?)
            }
            answer => answer,
        }
    }

    fn seq(&self, as_of: AsOf) -> u32 {
        self.0.lake.seq_at(as_of).min(self.0.visible.load(Ordering::SeqCst))
    }

    fn projection(&self) -> Result<Arc<Projection>> {
        let now = || self.0.projection.read().unwrap_or_else(PoisonError::into_inner).clone();
        now().ok_or_else(|| Error::DamagedProjection("it could not be rebuilt; see the log".into()))
    }

    /// Rebuilds, unless another thread has done so since `damaged` was taken.
    fn repair(&self, damaged: Arc<Projection>) -> Result<()> {
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&self.projection()?, &damaged) {
            return Ok(());
        }
        drop(damaged);
        self.replace_projection(&mut |_, _, _| {})
    }

    fn replace_projection(&self, progress: Progress<'_>) -> Result<()> {
        let mut slot = self.0.projection.write().unwrap_or_else(PoisonError::into_inner);
        *slot = None;
        let projection = Projection::rebuild(&self.0.dir.projection(), &self.0.lake, &self.0.settings, progress)?;
        *slot = Some(Arc::new(projection));
        self.0.visible.store(self.0.lake.seq_at(AsOf::Latest), Ordering::SeqCst);
        Ok(())
    }

    /// Brings the projection up to the lake. The lake's truth is safe already, so trouble here is repaired, not returned.
    fn catch_up(&self) -> Result<()> {
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.0.visible.load(Ordering::SeqCst);
        for manifest in self.imports().iter().filter(|m| m.seq > seen) {
            if let Err(reason) = self.projection().and_then(|p| p.apply(&self.0.lake, manifest)) {
                tracing::error!(%reason, batch = manifest.batch_id, "a batch could not be projected; rebuilding");
                return self.replace_projection(&mut |_, _, _| {});
            }
            self.0.visible.store(manifest.seq, Ordering::SeqCst);
        }
        Ok(())
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
