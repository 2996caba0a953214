//! Facts of the first page: tiles over the last quarter and the one before, returns, shares, what changed.

use serde::Serialize;
use tandem_store::{AsOf, WeeklyTotal};
use utoipa::ToSchema;

use super::error::Result;
use super::meta::{Meta, Tabular};
use super::tables::{self, Roi};
use super::variance::{self, Variance, Windows};
use crate::app::App;
use crate::export::{Kind, Table};

/// Weeks that a tile sums up.
const WEEKS: usize = 13;

/// The overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Overview {
    /// Sums over the last 13 weeks beside the 13 before.
    pub tiles: Vec<Tile>,
    /// Return by channel.
    pub roi: Roi,
    /// What changed the outcome.
    pub variance: Option<Variance>,
    /// What the figures share.
    pub meta: Meta,
}

/// One tile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Tile {
    /// Metric, as in `/definitions`.
    pub metric: String,
    /// Unit: the currency, or `count`.
    pub unit: String,
    /// Monday of the first week summed.
    pub from: String,
    /// Sunday of the last week.
    pub to: String,
    /// Sum over these weeks.
    pub value: f64,
    /// Sum over as many weeks before.
    pub before: f64,
}

/// The overview of a run.
///
/// # Errors
/// Those of the figures in it.
pub fn of(app: &App, run: &str) -> Result<Overview> {
    let summary = app.summary(run)?;
    let now = app.store.data_version();
    let tiles = tiles(app, &summary.currency)?;
    // Two periods make no comparison.
    let variance =
        (summary.periods.len() >= 4).then(|| variance::between(app, run, &Windows::default())).transpose()?;
    Ok(Overview { tiles, roi: tables::roi(&summary, &now), variance, meta: summary.meta(&now) })
}

/// Sums over the last quarter and the one before; `currency` is that of amounts.
///
/// # Errors
/// Those of the store.
pub fn tiles(app: &App, currency: &str) -> Result<Vec<Tile>> {
    let totals = app.store.weekly_totals("main", AsOf::Latest)?;
    Ok(totals.iter().filter_map(|t| tile(t, currency)).collect())
}

/// The last whole quarter of a series of weeks, absent weeks counting as 0.
fn tile(total: &WeeklyTotal, currency: &str) -> Option<Tile> {
    let last = total.weeks.last()?.0;
    let sum = |skip: i32| {
        let to = last.0 - 7 * skip;
        let from = to - 7 * (WEEKS as i32 - 1);
        total.weeks.iter().filter(|(week, _)| (from..=to).contains(&week.0)).map(|(_, n)| *n).sum::<i64>()
    };
    let money = matches!(total.metric.as_str(), "spend" | "won_revenue" | "pipeline");
    let scale = if money { 100.0 } else { 1.0 };
    let day = |offset: i32| tandem_models::domain::period::Day(last.0 + offset).to_string();
    Some(Tile {
        metric: total.metric.clone(),
        unit: if money { currency.to_owned() } else { "count".into() },
        from: day(-7 * (WEEKS as i32 - 1)),
        to: day(6),
        value: sum(0) as f64 / scale,
        before: sum(WEEKS as i32) as f64 / scale,
    })
}

impl Tabular for Overview {
    fn table(&self) -> Table {
        let n = Kind::Number(2);
        let columns = [
            ("metric", Kind::Text),
            ("metric_unit", Kind::Text),
            ("from", Kind::Date),
            ("to", Kind::Date),
            ("value", n),
            ("before", n),
        ];
        let mut table = Table::new("overview", &columns);
        for t in &self.tiles {
            table.push(vec![
                t.metric.as_str().into(),
                t.unit.as_str().into(),
                tables::date(&t.from),
                tables::date(&t.to),
                t.value.into(),
                t.before.into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
