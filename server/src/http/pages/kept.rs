//! What the first page waits for longest, made before anyone asks and kept.

use std::fs;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tandem_charts::AnyFigure;

use super::scope::Scope;
use super::{overview, show};
use crate::analysis::{Result, derived};
use crate::app::App;
use crate::figures::{self, Ask};

/// Those of the first page that need the draws of the run.
pub const COSTLY: [&str; 2] = ["waterfall", "budget"];
/// How often it is looked whether the first page has changed.
const LOOK: Duration = Duration::from_secs(1);

/// A figure of a run, as it was made the first time by this version of the program.
///
/// # Errors
/// Those of the figure.
pub fn figure(app: &App, name: &str, run: &str) -> Result<Arc<AnyFigure>> {
    app.cache.get(&format!("figure\n{name}\n{run}"), || {
        let file = derived::file(&app.store, run, name, "json");
        if let Some(kept) = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(kept);
        }
        let made = figures::make(app, name, &Ask { run: Some(run.to_owned()), ..Ask::default() }, Some(run))?;
        derived::keep(&file, |draft| fs::write(draft, serde_json::to_vec(&made)?));
        Ok(made)
    })
}

/// Makes the first page ahead, at once and whenever data or runs change, for as long as the process holds `app`: who
/// opens it after an import or a fit waits for nothing.
pub fn keep_ready(app: &Weak<App>) {
    let mut seen = None;
    while let Some(app) = app.upgrade() {
        let scope = Scope::default();
        let run = scope.run(&app).ok().flatten();
        let now = (app.store.data_version(), run.map(|run| run.id));
        if seen.as_ref() != Some(&now) {
            if let Err(error) = show::ahead(&app, "/", &scope, overview::made) {
                tracing::debug!(%error, "the first page could not be made ahead");
            }
            seen = Some(now);
        }
        drop(app);
        std::thread::sleep(LOOK);
    }
}
