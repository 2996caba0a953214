//! Figures that follow from a run alone: made once, kept beside the data, because a run never changes.

use std::fs;
use std::sync::Arc;

use tandem_charts::AnyFigure;

use crate::analysis::{Result, runs};
use crate::app::App;
use crate::figures::{self, Ask};

/// Those of the first page that need the draws of the run.
pub const COSTLY: [&str; 2] = ["waterfall", "budget"];

/// A figure of a run, as it was made the first time by this version of the program.
///
/// # Errors
/// Those of the figure.
pub fn figure(app: &App, name: &str, run: &str) -> Result<Arc<AnyFigure>> {
    app.cache.get(&format!("figure\n{name}\n{run}"), || {
        let folder = app.store.path().join("derived").join(run);
        let file = folder.join(format!("{name}-{}.json", crate::VERSION));
        if let Some(kept) = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(kept);
        }
        let made = figures::make(app, name, &Ask { run: Some(run.to_owned()), ..Ask::default() }, Some(run))?;
        // What cannot be kept is made again next time; half a file is never read, because it takes its name when whole.
        let draft = folder.join(format!("{name}-{}.tmp", std::process::id()));
        let written = serde_json::to_vec(&made).map_err(std::io::Error::from).and_then(|text| {
            fs::create_dir_all(&folder)?;
            fs::write(&draft, text)?;
            fs::rename(&draft, &file)
        });
        if let Err(error) = written {
            tracing::debug!(%error, "a figure was not kept");
        }
        Ok(made)
    })
}

/// Makes the costly figures of the run that the first page opens on, before anyone asks.
pub fn warm(app: &App) {
    let Ok(run) = runs::resolve(&app.store, None, None) else { return };
    for name in COSTLY {
        if let Err(error) = figure(app, name, &run.id) {
            tracing::debug!(name, %error, "a figure could not be made ahead");
        }
    }
}
