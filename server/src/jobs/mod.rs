//! Long work: a queue that survives a restart, one worker at lower priority, progress as events, cancel.

pub mod job;
pub mod live;
mod priority;
mod work;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde_json::json;
use tandem_store::Store;
use tandem_store::state::Status;

use crate::analysis::request::FitRequest;
use crate::analysis::{AnalysisError, Result, bridge, runs};
use job::{Job, Kind};
use live::Live;

/// The queue and its worker.
pub struct Jobs {
    store: Store,
    most: usize,
    inner: Mutex<Inner>,
    wake: Condvar,
    worker: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<String>,
    live: HashMap<String, Arc<Live>>,
    stopping: bool,
}

/// Finished jobs whose events are still told; older ones are told from their record.
const REMEMBERED: usize = 200;

impl Jobs {
    /// Queues what an earlier process had not begun, and starts the worker; what it left half done is marked as interrupted.
    ///
    /// # Errors
    /// When the state cannot be read or no thread can be started.
    pub fn start(store: Store, most: usize) -> Result<Arc<Jobs>> {
        let jobs =
            Arc::new(Jobs { store, most, inner: Mutex::default(), wake: Condvar::new(), worker: Mutex::default() });
        for left in job::waiting(&jobs.store)? {
            jobs.enlist(&left.id);
        }
        let worker = jobs.clone();
        let handle = std::thread::Builder::new()
            .name("jobs".into())
            .spawn(move || {
                priority::lower();
                worker.work();
            })
            .map_err(AnalysisError::fault)?;
        *jobs.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
        Ok(jobs)
    }

    /// Queues a fit.
    ///
    /// # Errors
    /// `Busy` when the queue is full; faults of the state.
    pub fn fit(&self, request: &FitRequest, by: &str) -> Result<Job> {
        self.has_room()?;
        self.queue(Job::fit(request, by)?)
    }

    /// Queues what made the difference between two runs; the same is not queued twice.
    ///
    /// # Errors
    /// `NotFound`; `Rejected` for runs of different outcomes; `Busy` when the queue is full; faults of the state.
    pub fn bridge(&self, from: &str, to: &str, by: &str) -> Result<Job> {
        bridge::comparable(&self.store, from, to)?;
        if let Some(job) = self.of_bridge(from, to)? {
            return Ok(job);
        }
        self.has_room()?;
        let kpi = runs::get(&self.store, to)?.kpi;
        self.queue(Job::bridge(from, to, &kpi, by))
    }

    /// The job that works out what lies between two runs, while it waits or runs.
    ///
    /// # Errors
    /// Faults of the state.
    pub fn of_bridge(&self, from: &str, to: &str) -> Result<Option<Job>> {
        let same =
            |job: &Job| job.kind == Kind::Bridge && job.run == to && job.request.refresh_of.as_deref() == Some(from);
        Ok(self.all()?.into_iter().find(|job| same(job) && !job.status.is_final()))
    }

    fn has_room(&self) -> Result<()> {
        if self.lock().waiting.len() >= self.most {
            return Err(AnalysisError::Busy("too many jobs are waiting; try again later".into()));
        }
        Ok(())
    }

    fn queue(&self, job: Job) -> Result<Job> {
        job::save(&self.store, &job)?;
        self.enlist(&job.id);
        Ok(job)
    }

    /// A job's record.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn get(&self, id: &str) -> Result<Job> {
        job::get(&self.store, id)
    }

    /// The job that makes a run.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn of_run(&self, run: &str) -> Result<Job> {
        let found = self.all()?.into_iter().find(|job| job.kind == Kind::Fit && job.run == run);
        found.ok_or_else(|| AnalysisError::NotFound(format!("no job makes run `{run}`")))
    }

    /// All records, newest first.
    ///
    /// # Errors
    /// Faults of the state.
    pub fn all(&self) -> Result<Vec<Job>> {
        job::all(&self.store)
    }

    /// What the job has said in this process.
    #[must_use]
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.lock().live.get(id).cloned()
    }

    /// Takes a waiting job out, or asks a running one to stop.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when it has ended.
    pub fn cancel(&self, id: &str) -> Result<Job> {
        let mut job = self.get(id)?;
        if job.status.is_final() {
            return Err(AnalysisError::Conflict(format!("job `{id}` has ended: {}", job.status.as_str())));
        }
        let was_waiting = {
            let mut inner = self.lock();
            let before = inner.waiting.len();
            inner.waiting.retain(|waiting| waiting != id);
            inner.waiting.len() < before
        };
        let live = self.live(id);
        if was_waiting {
            job.end(Status::Cancelled, None);
            job::save(&self.store, &job)?;
            if let Some(live) = live {
                live.say("state", json!({"status": "cancelled"}));
            }
        } else if let Some(live) = live {
            live.cancel();
        }
        Ok(job)
    }

    /// Stops taking jobs, stops the running one and waits for it; what waits stays queued for the next start.
    pub fn stop(&self) {
        {
            let mut inner = self.lock();
            inner.stopping = true;
            inner.live.values().for_each(|live| live.cancel());
        }
        self.wake.notify_all();
        let handle = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle
            && handle.thread().id() != std::thread::current().id()
        {
            let _ = handle.join();
        }
    }

    fn enlist(&self, id: &str) {
        let live = Arc::new(Live::default());
        live.say("state", json!({"status": "queued"}));
        let mut inner = self.lock();
        inner.live.insert(id.to_owned(), live);
        inner.waiting.push_back(id.to_owned());
        drop(inner);
        self.wake.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(String, Arc<Live>)> {
        let mut inner = self.lock();
        loop {
            if inner.stopping {
                return None;
            }
            if let Some(id) = inner.waiting.pop_front() {
                let live = inner.live.entry(id.clone()).or_default().clone();
                return Some((id, live));
            }
            inner = self.wake.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self) {
        while let Some((id, live)) = self.next() {
            if let Err(error) = self.run(&id, &live) {
                tracing::error!(job = id, %error, "a job's record could not be kept");
            }
            self.forget_oldest();
        }
    }

    fn run(&self, id: &str, live: &Live) -> Result<()> {
        let mut job = self.get(id)?;
        job.begin();
        job::save(&self.store, &job)?;
        live.say("state", json!({"status": "running"}));
        // A panic in a model ends its job, not the worker.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work::run(&self.store, &job, live)))
            .unwrap_or_else(|_| Err(AnalysisError::fault("the job failed inside; the log says where")));
        match outcome {
            Ok(()) => job.end(Status::Done, None),
            Err(AnalysisError::Cancelled) if self.lock().stopping => {
                job.end(Status::Interrupted, Some("the server stopped while this ran; start it again".into()));
            }
            Err(AnalysisError::Cancelled) => job.end(Status::Cancelled, None),
            Err(error) => {
                tracing::warn!(job = id, %error, "a job failed");
                job.end(Status::Failed, Some(error.to_string()));
            }
        }
        job::save(&self.store, &job)?;
        metrics::counter!("jobs_total", "status" => job.status.as_str()).increment(1);
        live.say("state", json!({"status": job.status.as_str(), "run": job.run, "error": job.error}));
        Ok(())
    }

    fn forget_oldest(&self) {
        let mut inner = self.lock();
        if inner.live.len() > REMEMBERED {
            let waiting = inner.waiting.clone();
            // Ids are time-ordered, so the least is the oldest.
            let oldest = inner.live.keys().filter(|id| !waiting.contains(id)).min().cloned();
            if let Some(oldest) = oldest {
                inner.live.remove(&oldest);
            }
        }
    }
}
