//! The outcome of a panel computed from CRM tables: a week without a win is a true zero.

use std::collections::{BTreeMap, BTreeSet};

use tandem_models::domain::panel::KpiKind;
use tandem_models::domain::period::Day;

use super::grid::{Grid, Step};
use super::{Context, Outcome, geo_of};
use crate::engine::some;
use crate::error::Result;
use crate::queries::text;
use crate::schema::NATIONAL;

/// Deals of one region and day, money in minor units.
struct Deals {
    geo: String,
    day: Day,
    won: i64,
    won_deals: i64,
    margin: i64,
    margin_base: i64,
    pipeline: i64,
}

pub(super) fn outcome(cx: &mut Context<'_>, kpi: &str) -> Result<Outcome> {
    let deals = deals(cx)?;
    let grid = spend_weeks(cx)?;
    let inside: Vec<&Deals> = deals.iter().filter(|d| grid.index(d.day).is_some()).collect();
    let sum = |f: fn(&Deals) -> i64| inside.iter().map(|d| f(d)).sum::<i64>() as f64;
    let (won, won_deals, pipeline) = (sum(|d| d.won) / 100.0, sum(|d| d.won_deals), sum(|d| d.pipeline) / 100.0);
    let margin_base = sum(|d| d.margin_base);
    let margin = (margin_base > 0.0).then(|| (sum(|d| d.margin) / margin_base).clamp(0.0, 1.0));

    let mut cells: Vec<(String, Day, f64)> = Vec::new();
    let of_deals = |f: fn(&Deals) -> f64| inside.iter().map(|d| (d.geo.clone(), d.day, f(d))).collect::<Vec<_>>();
    let (kind, total) = match kpi {
        "won_revenue" => {
            cells.extend(of_deals(|d| d.won as f64 / 100.0));
            (KpiKind::Revenue, won)
        }
        "pipeline" => {
            cells.extend(of_deals(|d| d.pipeline as f64 / 100.0));
            (KpiKind::Revenue, pipeline)
        }
        "won_deals" => {
            cells.extend(of_deals(|d| d.won_deals as f64));
            (KpiKind::Count, won_deals)
        }
        stage => {
            cells = entries(cx, stage, grid)?;
            (KpiKind::Count, cells.iter().map(|c| c.2).sum())
        }
    };
    if total <= 0.0 {
        return cx.refuse("there is none in the weeks with spend");
    }
    let geos: Vec<String> = match cx.by_geo {
        false => vec![NATIONAL.to_owned()],
        true => cells.iter().map(|c| c.0.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
    };
    let index: BTreeMap<&str, usize> = geos.iter().enumerate().map(|(i, g)| (g.as_str(), i)).collect();
    let mut value = vec![0.0; geos.len() * grid.len()];
    for (geo, day, amount) in &cells {
        if let Some(t) = grid.index(*day) {
            value[index[geo_of(cx, geo)] * grid.len() + t] += amount;
        }
    }
    // Early stages are worth what they became over the same weeks, so that ROI is always on won revenue.
    let worth = (kpi != "won_revenue" && won > 0.0).then(|| won / total);
    if let Some(worth) = worth {
        cx.note(format!(
            "One unit of `{kpi}` is valued at {worth:.2}, the won revenue per unit over the panel's weeks."
        ));
    }
    let n = value.len();
    Ok(Outcome { kind, grid, geos, value, value_per_unit: worth.map(|w| vec![w; n]), margin })
}

fn deals(cx: &Context<'_>) -> Result<Vec<Deals>> {
    let mut all = Vec::new();
    cx.ask.each(&text::CRM_DEALS, &cx.params(), |c, i| {
        let (day, currency) = (Day(c.int("date_day")?.value(i)), some(c.text("currency")?, i));
        let big = |name: &str| c.big(name).map(|a| a.value(i));
        let money = |name: &str| big(name).map(|minor| cx.fx.minor(minor, currency, day));
        all.push(Deals {
            geo: c.text("geo")?.value(i).to_owned(),
            day,
            won: money("won_minor")?,
            won_deals: big("won_deals")?,
            margin: money("margin_minor")?,
            margin_base: money("margin_base_minor")?,
            pipeline: money("pipeline_minor")?,
        });
        Ok(())
    })?;
    Ok(all)
}

fn entries(cx: &Context<'_>, stage: &str, grid: Grid) -> Result<Vec<(String, Day, f64)>> {
    let mut all = Vec::new();
    cx.ask.each(&text::CRM_STAGES, &cx.params().text("stage", stage), |c, i| {
        let day = Day(c.int("date_day")?.value(i));
        if grid.index(day).is_some() {
            all.push((c.text("geo")?.value(i).to_owned(), day, c.big("entered")?.value(i) as f64));
        }
        Ok(())
    })?;
    Ok(all)
}

/// The weeks in which spend was recorded: outside of them nobody knows whether there was none.
fn spend_weeks(cx: &Context<'_>) -> Result<Grid> {
    let mut extent: Option<(Day, Day)> = None;
    let mut weekdays = BTreeSet::new();
    cx.ask.each(&text::PANEL_SPEND, &cx.params(), |c, i| {
        let day = Day(c.int("date_day")?.value(i));
        weekdays.insert((day.0 + 3).rem_euclid(7));
        extent = Some(extent.map_or((day, day), |(a, b)| (a.min(day), b.max(day))));
        Ok(())
    })?;
    let Some((first, last)) = extent else {
        return cx.refuse("there is no spend in dataset `main`; import a `spend` table beside the CRM tables");
    };
    // Daily spend covers its first and last week only in part unless it begins on a Monday and ends on a Sunday.
    let (mut from, mut to) = (cx.from, cx.to);
    if weekdays.len() > 1 {
        from = Some(from.map_or(first, |d| d.max(first)));
        to = Some(to.map_or(last, |d| d.min(last)));
    }
    match Grid::over(Step::Week, first, last, from, to) {
        Some(grid) => Ok(grid),
        None => cx.refuse("no whole week lies between `from` and `to`; widen them"),
    }
}
