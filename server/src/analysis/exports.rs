//! Every flat table by name, for exports of the API and the command line alike.

use serde_json::{Map, Value};
use tandem_store::Store;

use super::error::Result;
use super::meta::Tabular;
use super::{attribution, definitions, funnel, listings, runs, tables};
use crate::export::{Cell, Table};

/// A table that can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Name {
    /// Return by channel.
    Roi,
    /// Contributions by period.
    Contributions,
    /// Response curves.
    ResponseCurves,
    /// Fitted and actual outcome by period.
    Fit,
    /// Attributed credit by model and channel.
    Attribution,
    /// Spend by channel and week.
    Spend,
    /// Channels with their extent.
    Channels,
    /// Outcomes with their extent.
    Kpis,
    /// Stage counts and rates.
    Funnel,
    /// Stage counts by cohort.
    Cohorts,
    /// Formulas of all metrics.
    Definitions,
}

impl Name {
    /// All of them, in the order of use.
    pub const ALL: [Name; 11] = [
        Name::Roi,
        Name::Contributions,
        Name::ResponseCurves,
        Name::Fit,
        Name::Attribution,
        Name::Spend,
        Name::Channels,
        Name::Kpis,
        Name::Funnel,
        Name::Cohorts,
        Name::Definitions,
    ];

    /// As in paths and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Name::Roi => "roi",
            Name::Contributions => "contributions",
            Name::ResponseCurves => "response-curves",
            Name::Fit => "fit",
            Name::Attribution => "attribution",
            Name::Spend => "spend",
            Name::Channels => "channels",
            Name::Kpis => "kpis",
            Name::Funnel => "funnel",
            Name::Cohorts => "cohorts",
            Name::Definitions => "definitions",
        }
    }

    /// What is in it.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Name::Roi => "spend, contribution, ROAS, ROI and marginal ROI by channel, with intervals",
            Name::Contributions => "contribution of each channel and the baseline by period",
            Name::ResponseCurves => "outcome against spend by channel",
            Name::Fit => "fitted and actual outcome by period",
            Name::Attribution => "won revenue shared over channels by each model, to the cent",
            Name::Spend => "spend and exposure by channel and week",
            Name::Channels => "channels with spend, touches and extent",
            Name::Kpis => "outcomes with extent and total",
            Name::Funnel => "stage counts, rates and days",
            Name::Cohorts => "stage counts by cohort",
            Name::Definitions => "every metric with its formula",
        }
    }

    /// Whether its figures come from a model run.
    #[must_use]
    pub fn needs_run(self) -> bool {
        matches!(self, Name::Roi | Name::Contributions | Name::ResponseCurves | Name::Fit)
    }
}

/// What a table is made from.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Run id; the promoted run, or the newest, unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
    /// Attribution models, comma-separated.
    pub models: Option<String>,
}

/// Makes a table.
///
/// # Errors
/// Those of the figures behind it.
pub fn table(store: &Store, name: Name, ask: &Ask) -> Result<Table> {
    let now = store.data_version();
    let summary = || {
        let run = runs::resolve(store, ask.run.as_deref(), ask.kpi.as_deref())?;
        runs::summary(store, &run.id)
    };
    Ok(match name {
        Name::Roi => tables::roi(&summary()?, &now).table(),
        Name::Contributions => tables::contributions(&summary()?, None, &now)?.table(),
        Name::ResponseCurves => tables::curves(&summary()?, None, &now)?.table(),
        Name::Fit => tables::fitted(&summary()?, &now).table(),
        Name::Attribution => {
            let models = attribution::models(ask.models.as_deref())?;
            attribution::attribute(store, &attribution::Ask { models, ..attribution::Ask::default() })?.table()
        }
        Name::Spend => listings::spend(store, &listings::SpendAsk::default())?.table(),
        Name::Channels => listings::channels(store)?.table(),
        Name::Kpis => listings::kpis(store)?.table(),
        Name::Funnel => funnel::stages(store, &funnel::FunnelAsk::default())?.table(),
        Name::Cohorts => funnel::cohorts(store, &funnel::FunnelAsk::default())?.table(),
        Name::Definitions => definitions::all(now).table(),
    })
}

/// The rows as JSON objects by column, the shared facts in each.
#[must_use]
pub fn objects(table: &Table) -> Vec<Value> {
    let facts: Map<String, Value> =
        table.facts.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let row = |cells: &Vec<Cell>| {
        let mut object: Map<String, Value> =
            table.columns.iter().zip(cells).map(|(column, cell)| (column.name.clone(), value(cell))).collect();
        object.extend(facts.clone());
        Value::Object(object)
    };
    table.rows.iter().map(row).collect()
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Int(n) => (*n).into(),
        Cell::Number(x) => (*x).into(),
        Cell::Money(amount) => amount.to_f64().into(),
        Cell::Date(day) => day.to_string().into(),
        Cell::Bool(yes) => (*yes).into(),
    }
}
