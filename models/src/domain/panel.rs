//! The panel a marketing-mix model is fitted on: outcome, spend, exposure and controls by geo and period.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::period::Day;

/// What the outcome counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KpiKind {
    /// Money in the panel's currency.
    Revenue,
    /// A count (conversions, leads, deals); worth money only where `value_per_unit` says so.
    Count,
}

/// Whether money was paid for a channel's exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Has spend; ROI is defined.
    Paid,
    /// Exposure without spend (newsletter, organic posts); only a contribution is defined.
    Organic,
}

/// One channel's series; arrays are `geos x periods`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelSeries {
    /// Name as users know it, unique in the panel.
    pub name: String,
    /// Paid or organic.
    pub kind: ChannelKind,
    /// Spend in the panel's currency, `>= 0` after credits are netted; zeros for organic channels.
    pub spend: Array2<f64>,
    /// Impressions, clicks or sends, where known.
    pub exposure: Option<Array2<f64>>,
}

/// One control's series, `geos x periods`, in its own unit.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlSeries {
    /// Name as users know it.
    pub name: String,
    /// Values; standardised by the model, not here.
    pub values: Array2<f64>,
}

/// Outcome, media and controls on one regular grid of periods. No gaps, no duplicates: the store refuses them first.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Name of the KPI, for example `revenue`.
    pub kpi: String,
    /// What the KPI counts.
    pub kpi_kind: KpiKind,
    /// ISO 4217 code of spend and revenue.
    pub currency: String,
    /// First day of each period, ascending, `T` of them.
    pub periods: Vec<Day>,
    /// Days a period lasts: 7 for weekly data, about 30 for monthly.
    pub period_days: u32,
    /// Geo names, `G >= 1`; a national panel has one, `national`.
    pub geos: Vec<String>,
    /// People per geo, where known.
    pub population: Option<Vec<f64>>,
    /// The outcome in KPI units, `G x T`.
    pub outcome: Array2<f64>,
    /// Revenue per KPI unit, `G x T`, for counts.
    pub value_per_unit: Option<Array2<f64>>,
    /// Gross margin as a share of revenue, `0..=1`, where known; otherwise ROI is on revenue and says so.
    pub margin: Option<f64>,
    /// Channels in a stable order.
    pub channels: Vec<ChannelSeries>,
    /// Controls in a stable order.
    pub controls: Vec<ControlSeries>,
}

impl Panel {
    /// Number of periods, `T`.
    #[must_use]
    pub fn n_periods(&self) -> usize {
        self.periods.len()
    }

    /// Number of geos, `G`.
    #[must_use]
    pub fn n_geos(&self) -> usize {
        self.geos.len()
    }

    /// Revenue worth of one KPI unit at geo `g`, period `t`: 1 for revenue KPIs and for counts without a value.
    #[must_use]
    pub fn value_at(&self, g: usize, t: usize) -> f64 {
        self.value_per_unit.as_ref().map_or(1.0, |v| v[(g, t)])
    }

    /// Spend of channel `c` over all geos and periods, in the panel's currency.
    #[must_use]
    pub fn total_spend(&self, c: usize) -> f64 {
        self.channels[c].spend.sum()
    }
}
