//! Which run a figure is read from.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::analysis::{Result, runs};
use crate::app::App;

/// Parameters of figures that come from a run.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RunQuery {
    /// A run's id; the promoted run, or the newest, unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
    /// Only this channel, where the figure is by channel.
    pub channel: Option<String>,
}

impl RunQuery {
    /// The run's id.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `NoData` where nothing was fitted yet.
    pub fn resolve(&self, app: &App) -> Result<String> {
        Ok(runs::resolve(&app.store, self.run.as_deref(), self.kpi.as_deref())?.id)
    }
}
