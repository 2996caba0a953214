//! What every figure carries: currency, unit, period, interval, run and data version; and the shape of an estimate.

use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;
use tandem_models::mmm::interval::Interval;
use utoipa::ToSchema;

use crate::export::Table;

/// First and last day that figures speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive.
    pub to: String,
}

impl Period {
    /// From the first day to the last.
    #[must_use]
    pub fn new(from: Day, to: Day) -> Self {
        Self { from: from.to_string(), to: to.to_string() }
    }
}

/// Share of draws inside the intervals of an answer: between `p05` and `p95`.
pub const INTERVAL: f64 = 0.9;

/// What all figures of an answer share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Meta {
    /// Hash of the imported batches that the figures come from.
    pub data_version: String,
    /// The model run, where one made them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Whether newer data were imported since that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<bool>,
    /// The outcome that was modelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kpi: Option<String>,
    /// Unit of the KPI: the currency, or `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// ISO 4217 code of amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Period of the figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Coverage of intervals, 0.9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<f64>,
    /// What returns are measured on: `revenue` or `gross_margin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

impl Meta {
    /// The same facts as columns of a flat table.
    pub fn put_on(&self, table: &mut Table) {
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                table.facts.push((name.to_owned(), value));
            }
        };
        put("kpi", self.kpi.clone());
        put("unit", self.unit.clone());
        put("currency", self.currency.clone());
        put("basis", self.basis.clone());
        put("period_from", self.period.as_ref().map(|p| p.from.clone()));
        put("period_to", self.period.as_ref().map(|p| p.to.clone()));
        put("interval", self.interval.map(|i| i.to_string()));
        put("run", self.run.clone());
        put("data_version", Some(self.data_version.clone()));
    }
}

/// A quantity over draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    /// Mean of the draws.
    pub mean: f64,
    /// 5th percentile.
    pub p05: f64,
    /// 25th percentile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75th percentile.
    pub p75: f64,
    /// 95th percentile.
    pub p95: f64,
}

impl From<Interval> for Estimate {
    fn from(i: Interval) -> Self {
        Self { mean: i.mean, p05: i.p05, p25: i.p25, p50: i.p50, p75: i.p75, p95: i.p95 }
    }
}

impl Estimate {
    /// Each number through `f`, which must be increasing.
    #[must_use]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let Self { mean, p05, p25, p50, p75, p95 } = self;
        Self { mean: f(mean), p05: f(p05), p25: f(p25), p50: f(p50), p75: f(p75), p95: f(p95) }
    }
}

/// An answer that has a flat table behind it.
pub trait Tabular {
    /// The table, with the shared facts on it.
    fn table(&self) -> Table;
}
