//! The work of a job: the same analysis as the command line's, with progress told to listeners.

use std::sync::{Mutex, PoisonError};

use serde_json::json;
use tandem_store::Store;

use super::job::{Job, Kind};
use super::live::Live;
use super::priority;
use crate::analysis::{AnalysisError, Result, bridge, mmm};

pub(super) fn run(store: &Store, job: &Job, live: &Live) -> Result<()> {
    let stop = live.stop_flag();
    // Estimators report many times a second; listeners and the record hear of a new step, or of each whole percent.
    let told = Mutex::new((String::new(), -1));
    let progress = |done: f64, what: &str| {
        let percent = (done * 100.0) as i32;
        {
            let mut last = told.lock().unwrap_or_else(PoisonError::into_inner);
            if last.0 == what && last.1 == percent {
                return;
            }
            *last = (what.to_owned(), percent);
        }
        live.say("progress", json!({"done": done, "what": what}));
        // Polling clients read the record; a lost note of progress is no reason to lose the fit.
        let _ = store.state().jobs().progress(&job.id, done, what);
    };
    let pool = priority::pool().map_err(AnalysisError::fault)?;
    pool.install(|| match job.kind {
        Kind::Fit => mmm::fit(store, &job.request, &job.run, &job.by, &progress, &stop).map(|_| ()),
        Kind::Bridge => {
            let from = job.request.refresh_of.as_deref().unwrap_or_default();
            bridge::between(store, from, &job.run, &progress, &stop).map(|_| ())
        }
    })
}
