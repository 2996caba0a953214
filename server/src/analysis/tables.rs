//! Answers that a run's summary gives: ROI, contributions, response curves, fitted outcome. Each has a flat table.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::meta::{Estimate, Meta, Tabular};
use super::summary::{Band, ChannelSummary, Curve, CurvePoint, FitErrors, FittedPoint, Summary, Verdict};
use crate::export::{Cell, Kind, Table};

/// Decimals of amounts and KPI units in flat tables.
const UNITS: Kind = Kind::Number(2);
/// Decimals of ratios and shares in flat tables.
const RATIO: Kind = Kind::Number(4);

/// ROI by channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Roi {
    /// A row a channel, in the panel's order.
    pub data: Vec<RoiRow>,
    /// All paid channels together.
    pub total: RoiTotal,
    /// What the figures share.
    pub meta: Meta,
}

/// One channel's return.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoiRow {
    /// Name.
    pub channel: String,
    /// `paid` or `organic`.
    pub kind: String,
    /// Spend, in the currency.
    pub spend: f64,
    /// Share of all spend.
    pub spend_share: f64,
    /// Share of the effect of all channels.
    pub effect_share: f64,
    /// Outcome added, in KPI units.
    pub contribution: Estimate,
    /// Incremental revenue / spend.
    pub roas: Option<Estimate>,
    /// (incremental margin - spend) / spend.
    pub roi: Option<Estimate>,
    /// Return of the next unit of spend.
    pub mroi: Option<Estimate>,
    /// Share of draws in which ROI is above 0.
    pub probability_profitable: Option<f64>,
    /// What may be said of it; absent where the estimator gives none yet.
    pub verdict: Option<Verdict>,
}

/// Sums over channels.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoiTotal {
    /// Spend of all channels.
    pub spend: f64,
    /// Mean contribution of all channels.
    pub contribution: f64,
    /// Mean baseline.
    pub baseline: f64,
    /// Mean fitted outcome: contribution and baseline.
    pub fitted: f64,
    /// Outcome that happened.
    pub actual: f64,
}

impl From<&ChannelSummary> for RoiRow {
    fn from(c: &ChannelSummary) -> Self {
        RoiRow {
            channel: c.channel.clone(),
            kind: c.kind.clone(),
            spend: c.spend,
            spend_share: c.spend_share,
            effect_share: c.effect_share,
            contribution: c.contribution,
            roas: c.roas,
            roi: c.roi,
            mroi: c.mroi,
            probability_profitable: c.probability_profitable,
            verdict: c.verdict.clone(),
        }
    }
}

/// ROI of all channels of a run.
#[must_use]
pub fn roi(run: &Summary, now: &str) -> Roi {
    let total = RoiTotal {
        spend: run.channels.iter().map(|c| c.spend).sum(),
        contribution: run.channels.iter().map(|c| c.contribution.mean).sum(),
        baseline: run.baseline.mean,
        fitted: run.fitted_total,
        actual: run.actual_total,
    };
    Roi { data: run.channels.iter().map(RoiRow::from).collect(), total, meta: run.meta(now) }
}

fn spread(name: &str, kind: Kind) -> [(String, Kind); 4] {
    ["mean", "p05", "p50", "p95"].map(|part| (format!("{name}_{part}"), kind))
}

fn four(estimate: Option<Estimate>) -> [Cell; 4] {
    match estimate {
        Some(e) => [e.mean.into(), e.p05.into(), e.p50.into(), e.p95.into()],
        None => [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
    }
}

impl Tabular for Roi {
    fn table(&self) -> Table {
        let mut columns = vec![
            ("channel".to_owned(), Kind::Text),
            ("kind".to_owned(), Kind::Text),
            ("spend".to_owned(), UNITS),
            ("spend_share".to_owned(), RATIO),
            ("effect_share".to_owned(), RATIO),
        ];
        for (name, kind) in [("contribution", UNITS), ("roas", RATIO), ("roi", RATIO), ("mroi", RATIO)] {
            columns.extend(spread(name, kind));
        }
        columns.push(("probability_profitable".to_owned(), RATIO));
        columns.push(("verdict".to_owned(), Kind::Text));
        let named: Vec<(&str, Kind)> = columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let mut table = Table::new("roi", &named);
        for r in &self.data {
            let mut row: Vec<Cell> = vec![
                r.channel.as_str().into(),
                r.kind.as_str().into(),
                r.spend.into(),
                r.spend_share.into(),
                r.effect_share.into(),
            ];
            for estimate in [Some(r.contribution), r.roas, r.roi, r.mroi] {
                row.extend(four(estimate));
            }
            row.push(r.probability_profitable.into());
            row.push(r.verdict.as_ref().map(|v| v.verdict.as_str()).into());
            table.push(row);
        }
        self.meta.put_on(&mut table);
        table
    }
}

/// Contributions by period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contributions {
    /// First day of each period.
    pub periods: Vec<String>,
    /// A series a channel, and `baseline`.
    pub data: Vec<Series>,
    /// What the figures share.
    pub meta: Meta,
}

/// One series.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Series {
    /// Channel, or `baseline`.
    pub name: String,
    /// One value a period, in KPI units.
    pub values: Vec<Band>,
}

/// Contributions of a run; `channel` keeps one of them.
///
/// # Errors
/// `NotFound` for a channel that the run does not have.
pub fn contributions(run: &Summary, channel: Option<&str>, now: &str) -> Result<Contributions> {
    let one = |c: &ChannelSummary| Series { name: c.channel.clone(), values: c.series.clone() };
    let data = match channel {
        Some(name) => vec![one(find(run, name)?)],
        None => {
            let baseline = Series { name: "baseline".into(), values: run.baseline_series.clone() };
            run.channels.iter().map(one).chain([baseline]).collect()
        }
    };
    Ok(Contributions { periods: run.periods.clone(), data, meta: run.meta(now) })
}

fn find<'a>(run: &'a Summary, name: &str) -> Result<&'a ChannelSummary> {
    run.channel(name).ok_or_else(|| {
        let names: Vec<&str> = run.channels.iter().map(|c| c.channel.as_str()).collect();
        AnalysisError::NotFound(format!("run `{}` has no channel `{name}`; it has {}", run.run, names.join(", ")))
    })
}

impl Tabular for Contributions {
    fn table(&self) -> Table {
        let columns = [("period", Kind::Date), ("series", Kind::Text), ("mean", UNITS), ("p05", UNITS), ("p95", UNITS)];
        let mut table = Table::new("contributions", &columns);
        for series in &self.data {
            for (period, v) in self.periods.iter().zip(&series.values) {
                table.push(vec![date(period), series.name.as_str().into(), v.mean.into(), v.p05.into(), v.p95.into()]);
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}

/// A day that was written by us; words where it is none.
pub(super) fn date(text: &str) -> Cell {
    text.parse().map_or_else(|_| Cell::from(text), Cell::Date)
}

/// Response curves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Curves {
    /// A curve a paid channel.
    pub data: Vec<ChannelCurve>,
    /// What the figures share.
    pub meta: Meta,
}

/// One channel's curve.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelCurve {
    /// Name.
    pub channel: String,
    /// Outcome against spend, per period.
    #[serde(flatten)]
    pub curve: Curve,
}

/// Curves of a run; `channel` keeps one of them.
///
/// # Errors
/// `NotFound` for a channel that the run does not have.
pub fn curves(run: &Summary, channel: Option<&str>, now: &str) -> Result<Curves> {
    let chosen: Vec<&ChannelSummary> = match channel {
        Some(name) => vec![find(run, name)?],
        None => run.channels.iter().collect(),
    };
    let data = chosen
        .into_iter()
        .filter_map(|c| c.curve.clone().map(|curve| ChannelCurve { channel: c.channel.clone(), curve }))
        .collect();
    // Curves are in money where an outcome has a value, also when the KPI is a count.
    Ok(Curves { data, meta: Meta { unit: Some(run.outcome_unit.clone()), ..run.meta(now) } })
}

impl Tabular for Curves {
    fn table(&self) -> Table {
        let mut columns = vec![("channel".to_owned(), Kind::Text), ("spend".to_owned(), UNITS)];
        columns.extend(spread("outcome", UNITS));
        columns.extend([("marginal".to_owned(), RATIO), ("extrapolated".to_owned(), Kind::Bool)]);
        let named: Vec<(&str, Kind)> = columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let mut table = Table::new("response-curves", &named);
        for c in &self.data {
            for CurvePoint { spend, outcome, marginal, extrapolated } in &c.curve.points {
                let mut row: Vec<Cell> = vec![c.channel.as_str().into(), (*spend).into()];
                row.extend(four(Some(*outcome)));
                row.extend([(*marginal).into(), (*extrapolated).into()]);
                table.push(row);
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}

/// Fitted against actual outcome.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Fitted {
    /// A point a period.
    pub data: Vec<FittedPoint>,
    /// Errors of the fit.
    pub fit: FitErrors,
    /// What the figures share.
    pub meta: Meta,
}

/// Fitted outcome of a run.
#[must_use]
pub fn fitted(run: &Summary, now: &str) -> Fitted {
    Fitted { data: run.fitted.clone(), fit: run.fit, meta: run.meta(now) }
}

impl Tabular for Fitted {
    fn table(&self) -> Table {
        let columns = [
            ("period", Kind::Date),
            ("actual", UNITS),
            ("fitted_mean", UNITS),
            ("fitted_p05", UNITS),
            ("fitted_p95", UNITS),
        ];
        let mut table = Table::new("fit", &columns);
        for p in &self.data {
            let f = p.fitted;
            table.push(vec![date(&p.period), p.actual.into(), f.mean.into(), f.p05.into(), f.p95.into()]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
