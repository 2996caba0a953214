//! What there is: channels, outcomes, spend by week.

use serde::Serialize;
use tandem_models::domain::panel::{ChannelKind, KpiKind};
use tandem_models::domain::period::Day;
use tandem_store::{Channel, Kpi, PanelRequest, Store};
use utoipa::ToSchema;

use super::amount::Amount;
use super::error::{AnalysisError, Result};
use super::meta::{Meta, Period, Tabular};
use super::request::day;
use crate::export::{Kind, Table};

/// All channels.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Channels {
    /// By dataset and name.
    pub data: Vec<ChannelRow>,
    /// What the figures share.
    pub meta: Meta,
}

/// One channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelRow {
    /// Name.
    pub channel: String,
    /// Dataset it belongs to.
    pub dataset: String,
    /// `paid` or `organic`.
    pub kind: &'static str,
    /// Spend over all time.
    pub spend: Amount,
    /// Currency of the spend; absent where rows disagree or do not say.
    pub currency: Option<String>,
    /// Impressions, where imported.
    pub impressions: Option<i64>,
    /// Clicks, where imported.
    pub clicks: Option<i64>,
    /// Touches on it.
    pub touches: i64,
    /// First day with spend, exposure or a touch.
    pub first: Option<String>,
    /// Last such day.
    pub last: Option<String>,
}

fn channel(c: Channel) -> ChannelRow {
    ChannelRow {
        channel: c.name,
        dataset: c.dataset,
        kind: if c.kind == ChannelKind::Paid { "paid" } else { "organic" },
        spend: Amount(c.spend.0),
        currency: c.currency,
        impressions: c.impressions,
        clicks: c.clicks,
        touches: c.touches,
        first: c.first.map(|d| d.to_string()),
        last: c.last.map(|d| d.to_string()),
    }
}

/// All channels of the store.
///
/// # Errors
/// Those of the store.
pub fn channels(store: &Store) -> Result<Channels> {
    let meta = Meta { data_version: store.data_version(), ..Meta::default() };
    Ok(Channels { data: store.channels()?.into_iter().map(channel).collect(), meta })
}

impl Tabular for Channels {
    fn table(&self) -> Table {
        let columns = [
            ("channel", Kind::Text),
            ("dataset", Kind::Text),
            ("kind", Kind::Text),
            ("spend", Kind::Money),
            ("currency", Kind::Text),
            ("impressions", Kind::Int),
            ("clicks", Kind::Int),
            ("touches", Kind::Int),
            ("first", Kind::Date),
            ("last", Kind::Date),
        ];
        let mut table = Table::new("channels", &columns);
        for c in &self.data {
            table.push(vec![
                c.channel.as_str().into(),
                c.dataset.as_str().into(),
                c.kind.into(),
                c.spend.cents().into(),
                c.currency.as_deref().into(),
                c.impressions.into(),
                c.clicks.into(),
                c.touches.into(),
                c.first.as_deref().map(super::tables::date).into(),
                c.last.as_deref().map(super::tables::date).into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}

/// All outcomes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Kpis {
    /// Imported series first, then those computed from CRM tables.
    pub data: Vec<KpiRow>,
    /// What the figures share.
    pub meta: Meta,
}

/// One outcome.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KpiRow {
    /// Name to fit with.
    pub name: String,
    /// Dataset it belongs to.
    pub dataset: String,
    /// `revenue` or `count`.
    pub kind: &'static str,
    /// Whether it is computed from CRM tables.
    pub derived: bool,
    /// Currency, where stated.
    pub currency: Option<String>,
    /// Geos.
    pub geos: u32,
    /// Dates.
    pub periods: u32,
    /// First date.
    pub first: Option<String>,
    /// Last date.
    pub last: Option<String>,
    /// Sum over all time and geos.
    pub total: f64,
}

fn kpi(k: Kpi) -> KpiRow {
    KpiRow {
        name: k.name,
        dataset: k.dataset,
        kind: if k.kind == KpiKind::Revenue { "revenue" } else { "count" },
        derived: k.derived,
        currency: k.currency,
        geos: k.geos,
        periods: k.periods,
        first: k.first.map(|d| d.to_string()),
        last: k.last.map(|d| d.to_string()),
        total: k.total,
    }
}

/// All outcomes of the store.
///
/// # Errors
/// Those of the store.
pub fn kpis(store: &Store) -> Result<Kpis> {
    let meta = Meta { data_version: store.data_version(), ..Meta::default() };
    Ok(Kpis { data: store.kpis()?.into_iter().map(kpi).collect(), meta })
}

impl Tabular for Kpis {
    fn table(&self) -> Table {
        let columns = [
            ("name", Kind::Text),
            ("dataset", Kind::Text),
            ("kind", Kind::Text),
            ("derived", Kind::Bool),
            ("currency", Kind::Text),
            ("geos", Kind::Int),
            ("periods", Kind::Int),
            ("first", Kind::Date),
            ("last", Kind::Date),
            ("total", Kind::Number(2)),
        ];
        let mut table = Table::new("kpis", &columns);
        for k in &self.data {
            table.push(vec![
                k.name.as_str().into(),
                k.dataset.as_str().into(),
                k.kind.into(),
                k.derived.into(),
                k.currency.as_deref().into(),
                i64::from(k.geos).into(),
                i64::from(k.periods).into(),
                k.first.as_deref().map(super::tables::date).into(),
                k.last.as_deref().map(super::tables::date).into(),
                k.total.into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}

/// Which spend.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct SpendAsk {
    /// Outcome whose panel the spend is read from; the first there is unless told.
    pub kpi: Option<String>,
    /// First day.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
}

/// Spend by channel and period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Spend {
    /// A row a channel and period.
    pub data: Vec<SpendRow>,
    /// What the figures share.
    pub meta: Meta,
}

/// Spend of one channel in one period, all geos together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpendRow {
    /// First day of the period.
    pub period: String,
    /// Channel.
    pub channel: String,
    /// Amount.
    pub spend: Amount,
    /// Impressions, clicks or sends, where known.
    pub exposure: Option<f64>,
}

/// Spend as a panel holds it: by channel and period, all geos together.
///
/// # Errors
/// `NoData` before the first import, otherwise those of the panel.
pub fn spend(store: &Store, ask: &SpendAsk) -> Result<Spend> {
    let first = || {
        let all = store.kpis()?;
        all.into_iter().next().map(|k| k.name).ok_or_else(|| AnalysisError::NoData("nothing was imported yet".into()))
    };
    let kpi = match &ask.kpi {
        Some(kpi) => kpi.clone(),
        None => first()?,
    };
    let (from, to) = (day("from", ask.from.as_deref())?, day("to", ask.to.as_deref())?);
    let answer = store.panel_with_notes(&PanelRequest { kpi, from, to, ..PanelRequest::default() })?;
    let panel = &answer.panel;
    let mut data = Vec::new();
    for c in &panel.channels {
        for (t, period) in panel.periods.iter().enumerate() {
            data.push(SpendRow {
                period: period.to_string(),
                channel: c.name.clone(),
                spend: Amount((c.spend.column(t).sum() * 100.0).round() as i64),
                exposure: c.exposure.as_ref().map(|e| e.column(t).sum()),
            });
        }
    }
    let last = panel.periods.last().map(|d| Day(d.0 + panel.period_days as i32 - 1));
    let meta = Meta {
        data_version: answer.data_version,
        currency: Some(panel.currency.clone()),
        unit: Some(panel.currency.clone()),
        period: panel.periods.first().copied().zip(last).map(|(a, b)| Period::new(a, b)),
        ..Meta::default()
    };
    Ok(Spend { data, meta })
}

impl Tabular for Spend {
    fn table(&self) -> Table {
        let columns =
            [("period", Kind::Date), ("channel", Kind::Text), ("spend", Kind::Money), ("exposure", Kind::Number(2))];
        let mut table = Table::new("spend", &columns);
        for r in &self.data {
            table.push(vec![
                super::tables::date(&r.period),
                r.channel.as_str().into(),
                r.spend.cents().into(),
                r.exposure.into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
