//! Finished experiments as they were imported: what was changed, for how long, and what it brought.

use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::engine::some;
use crate::error::Result;

/// A row of `experiments`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// Id, unique in its dataset.
    pub id: String,
    /// Channel tested.
    pub channel: String,
    /// `holdout`, `scale` or `switchback`.
    pub kind: String,
    /// First day of the test.
    pub from: Day,
    /// Last day of the test.
    pub to: Day,
    /// Geos it ran in; empty: all.
    pub geos: Vec<String>,
    /// Outcome with more spend less outcome with less, whichever of the two was the test, in `unit`.
    pub lift: f64,
    /// Its standard error.
    pub lift_se: f64,
    /// What the lift is counted in: a KPI's name, `kpi`, or `revenue`.
    pub unit: String,
    /// Spend in the test over spend without it.
    pub factor: Option<f64>,
    /// Spend over window and geos had there been no test, minor units.
    pub usual_spend: Option<i64>,
    /// Last day whose outcome was counted.
    pub read_until: Option<Day>,
}

/// All of a dataset, earliest first.
pub(crate) fn experiments(ask: &Asker<'_>, dataset: &str) -> Result<Vec<Experiment>> {
    let mut all = Vec::new();
    ask.each(&text::EXPERIMENTS, &ask.params().text("dataset", dataset), |c, i| {
        let word = |name: &str| c.text(name).map(|a| a.value(i).to_owned());
        let day = |name: &str| c.int(name).map(|a| Day(a.value(i)));
        let geos = some(c.text("geos")?, i).unwrap_or_default();
        all.push(Experiment {
            id: word("experiment_id")?,
            channel: word("channel")?,
            kind: word("kind")?,
            from: day("starts_on_day")?,
            to: day("ends_on_day")?,
            geos: geos.split(';').map(str::trim).filter(|g| !g.is_empty()).map(str::to_owned).collect(),
            lift: c.number("lift")?.value(i),
            lift_se: c.number("lift_se")?.value(i),
            unit: word("unit")?,
            factor: some(c.number("factor")?, i),
            usual_spend: some(c.big("usual_spend_minor")?, i),
            read_until: some(c.int("read_until_day")?, i).map(Day),
        });
        Ok(())
    })?;
    Ok(all)
}
