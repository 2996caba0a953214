//! What the process holds: store, settings, jobs, caches and the caps on heavy work.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web;
use tandem_models::mmm::posterior::Posterior;
use tandem_store::Store;
use tokio::sync::Semaphore;

use crate::analysis::cache::Cache;
use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, keys, runs, saved};
use crate::config::Config;
use crate::http::error::{Code, Problem};
use crate::http::ratelimit::Buckets;
use crate::http::roles::Role;
use crate::jobs::Jobs;

/// Longest a costly request waits for its turn before it is sent away.
const WAIT: Duration = Duration::from_secs(5);

/// The process, shared by all requests.
pub struct App {
    /// Settings.
    pub config: Config,
    /// The open data folder.
    pub store: Store,
    /// Requests a caller may make.
    pub buckets: Buckets,
    /// Long work.
    pub jobs: Arc<Jobs>,
    /// Costly answers.
    pub cache: Cache,
    /// When the process began.
    pub started: Instant,
    gate: Semaphore,
    loopback: bool,
}

/// A key as it is kept.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// Hex SHA-256 of the whole key.
    pub hash: String,
    /// What its holder may do.
    pub role: Role,
}

impl App {
    /// Puts the process together and takes up jobs that an earlier one left.
    ///
    /// # Errors
    /// When the state cannot be read or no thread can be started.
    pub fn new(config: Config, store: Store, bind: SocketAddr) -> Result<App, AnalysisError> {
        let jobs = Jobs::start(store.clone(), config.limits.queue)?;
        Ok(App {
            buckets: Buckets::new(&config.limits),
            jobs,
            cache: Cache::new(512),
            started: Instant::now(),
            gate: Semaphore::new(config.limits.heavy_at_once),
            loopback: bind.ip().is_loopback(),
            store,
            config,
        })
    }

    /// Whether requests without a key are let in: on loopback, while there is no key.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn is_open(&self) -> Result<bool, Problem> {
        Ok(self.loopback && self.config.auth.open_on_loopback && !keys_exist(&self.store)?)
    }

    /// The key with this prefix, if it is in force.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn key(&self, prefix: &str) -> Result<Option<KnownKey>, Problem> {
        Ok(keys::in_force(&self.store, prefix)?.map(|(hash, role)| KnownKey { hash, role }))
    }

    /// Whether the engine answers.
    ///
    /// # Errors
    /// What the engine says.
    pub fn probe(&self) -> Result<(), AnalysisError> {
        self.store.probe().map(|_| ()).map_err(Into::into)
    }

    /// The figures of a run, read from its folder once.
    ///
    /// # Errors
    /// `NotFound` where the folder is not there.
    pub fn summary(&self, run: &str) -> Result<Arc<Summary>, AnalysisError> {
        self.cache.get(&format!("summary\n{run}"), || runs::summary(&self.store, run))
    }

    /// The draws of a run, read from its folder once.
    ///
    /// # Errors
    /// `NotFound` where the folder is not there.
    pub fn posterior(&self, run: &str) -> Result<Arc<Posterior>, AnalysisError> {
        self.cache.get(&format!("posterior\n{run}"), || saved::posterior(&self.store.run_dir(run)))
    }
}

/// Work that takes long enough to be kept off the threads that answer requests.
pub trait Heavy {
    /// Runs `work` on the pool for blocking work, a few at once.
    fn heavy<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, Problem>>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static;
}

impl Heavy for web::Data<App> {
    async fn heavy<T, E, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let busy = || Problem::new(Code::Busy, "too many costly requests at this moment").retry_after(2);
        let _turn = tokio::time::timeout(WAIT, self.gate.acquire()).await.map_err(|_| busy())?.map_err(|_| busy())?;
        let app = self.clone();
        web::block(move || work(&app)).await.map_err(Problem::internal)?.map_err(Into::into)
    }
}

/// Whether anyone was given a key.
///
/// # Errors
/// When the state cannot be read.
pub fn keys_exist(store: &Store) -> Result<bool, AnalysisError> {
    keys::exist(store)
}
