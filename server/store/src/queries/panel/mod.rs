//! The panel a marketing-mix model is fitted on, put together from imported series or from CRM tables.

mod controls;
mod crm;
mod grid;
mod imported;
mod media;

use serde::{Deserialize, Serialize};
use tandem_models::domain::panel::Panel;
use tandem_models::domain::period::Day;

use super::{Asker, Fx, catalog};
use crate::engine::some;
use crate::error::{Error, Result};
use crate::lake::AsOf;
use crate::queries::text;
use crate::schema::NATIONAL;
use grid::Grid;

/// Whether a panel keeps its geos apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// By geo where the KPI was imported by geo, or counts leads of accounts in several regions; national otherwise.
    #[default]
    Auto,
    /// All geos added up.
    National,
    /// One series a geo.
    Geo,
}

/// What panel is wanted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelRequest {
    /// KPI name, plain or `dataset.kpi`.
    pub kpi: String,
    /// First day; periods that begin before it are left out.
    pub from: Option<Day>,
    /// Last day; periods that end after it are left out.
    pub to: Option<Day>,
    /// Geos apart or together.
    pub level: Level,
    /// Which batches are seen.
    pub as_of: AsOf,
}

/// A panel with what the reader should know about how it was made.
#[derive(Debug, Clone)]
pub struct PanelAnswer {
    /// The panel.
    pub panel: Panel,
    /// Sentences on what was left out, filled or assumed.
    pub notes: Vec<String>,
    /// Dataset it was made from.
    pub dataset: String,
    /// Version of the data it was made from.
    pub data_version: String,
}

/// The outcome on its grid, `geos x periods` in row order.
struct Outcome {
    kind: tandem_models::domain::panel::KpiKind,
    grid: Grid,
    geos: Vec<String>,
    value: Vec<f64>,
    value_per_unit: Option<Vec<f64>>,
    margin: Option<f64>,
}

/// What the parts of a panel share while it is made.
struct Context<'a> {
    ask: &'a Asker<'a>,
    kpi: String,
    dataset: String,
    from: Option<Day>,
    to: Option<Day>,
    by_geo: bool,
    fx: Fx,
    notes: Vec<String>,
}

impl Context<'_> {
    fn params(&self) -> crate::engine::Params {
        self.ask.params().text("dataset", self.dataset.as_str())
    }

    fn refuse<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Error::Panel { kpi: self.kpi.clone(), message: message.into() })
    }

    fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }
}

/// Makes the panel; `currency` is assumed where no amount states one.
pub(crate) fn panel(ask: &Asker<'_>, request: &PanelRequest, currency: &str) -> Result<(Panel, Vec<String>, String)> {
    let kpi = catalog::find(&catalog::kpis(ask)?, &request.kpi)?;
    let by_geo = match request.level {
        Level::National => false,
        Level::Geo => true,
        // Deals are too few a region and week to be modelled so; leads are not, and regions tell channels apart.
        Level::Auto => kpi.geos > 1 && (!kpi.derived || ["inquiry", "mql", "sql"].contains(&kpi.kpi.as_str())),
    };
    let fx = Fx::of(ask, &kpi.dataset, currency)?;
    let mut cx = Context {
        ask,
        kpi: kpi.name.clone(),
        dataset: kpi.dataset.clone(),
        from: request.from,
        to: request.to,
        by_geo,
        fx,
        notes: Vec::new(),
    };
    let outcome = if kpi.derived { crm::outcome(&mut cx, &kpi.kpi)? } else { imported::outcome(&mut cx, &kpi.kpi)? };
    let population = population(&cx, &outcome.geos)?;
    let channels = media::channels(&mut cx, &outcome, population.as_deref())?;
    let controls = controls::controls(&mut cx, &outcome)?;

    let shape = (outcome.geos.len(), outcome.grid.len());
    let panel = Panel {
        kpi: kpi.kpi,
        kpi_kind: outcome.kind,
        currency: cx.fx.base().to_owned(),
        periods: (0..outcome.grid.len()).map(|t| outcome.grid.start(t)).collect(),
        period_days: outcome.grid.period_days(),
        geos: outcome.geos,
        population,
        outcome: matrix(shape, outcome.value)?,
        value_per_unit: outcome.value_per_unit.map(|v| matrix(shape, v)).transpose()?,
        margin: outcome.margin,
        channels,
        controls,
    };
    Ok((panel, cx.notes, cx.dataset))
}

/// People per geo, where every geo of the panel has them.
fn population(cx: &Context<'_>, geos: &[String]) -> Result<Option<Vec<f64>>> {
    let mut known = std::collections::BTreeMap::new();
    cx.ask.each(&text::PANEL_GEOS, &cx.params(), |c, i| {
        known.insert(c.text("geo")?.value(i).to_owned(), some(c.number("population")?, i).unwrap_or(0.0));
        Ok(())
    })?;
    if !cx.by_geo {
        let total: f64 = known.values().sum();
        return Ok((total > 0.0).then(|| vec![total]));
    }
    let people: Option<Vec<f64>> = geos.iter().map(|g| known.get(g).copied().filter(|p| *p > 0.0)).collect();
    Ok(people)
}

/// Name of the geo a row counts for.
fn geo_of<'a>(cx: &Context<'_>, geo: &'a str) -> &'a str {
    if cx.by_geo { geo } else { NATIONAL }
}

fn matrix(shape: (usize, usize), values: Vec<f64>) -> Result<ndarray::Array2<f64>> {
    ndarray::Array2::from_shape_vec(shape, values)
        .map_err(|e| Error::Panel { kpi: String::new(), message: format!("the grid does not fit: {e}") })
}
