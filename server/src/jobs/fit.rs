//! A fit as a job: the same analysis as the command line's, with progress told to listeners.

use serde_json::json;
use tandem_store::Store;

use super::job::Job;
use super::live::Live;
use super::priority;
use crate::analysis::{AnalysisError, Result, mmm};

pub(super) fn run(store: &Store, job: &Job, live: &Live) -> Result<()> {
    let stop = live.stop_flag();
    let progress = |done: f64, what: &str| {
        live.say("progress", json!({"done": done, "what": what}));
        // Polling clients read the record; a lost note of progress is no reason to lose the fit.
        let _ = store.state().jobs().progress(&job.id, done, what);
    };
    let pool = priority::pool().map_err(AnalysisError::fault)?;
    pool.install(|| mmm::fit(store, &job.request, &job.run, &job.by, &progress, &stop)).map(|_| ())
}
