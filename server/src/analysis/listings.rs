//! What there is: channels, outcomes, spend by week.

use serde::Serialize;
use tandem_models::domain::panel::{ChannelKind, KpiKind};
use tandem_store::{Channel, Kpi, Store};
use utoipa::ToSchema;

use super::amount::Amount;
use super::error::Result;
use super::meta::{Meta, Tabular};
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
