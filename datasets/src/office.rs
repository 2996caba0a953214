//! Tables that no account owns: campaigns, spend, controls, geos and targets.

use crate::calendar::{WEEKS, civil, slot};
use crate::emit::exposure::{CAMPAIGN_WEEKS, CAMPAIGNS, campaign_number};
use crate::market::Market;
use crate::season;
use crate::stream::{Purpose, Stream};
use crate::table::{Rows, Table};
use crate::tally::Totals;

/// Campaigns: one a channel, region and quarter, with its planned budget.
pub(crate) fn campaigns(market: &Market) -> Rows {
    let company = &market.company;
    let mut rows = Rows::new(Table::Campaigns);
    for (c, channel) in company.channels.iter().enumerate() {
        for (r, region) in company.regions.iter().enumerate() {
            let mut s = Stream::new(company.seed, Purpose::Office, c as u64, r as u64);
            for quarter in 0..CAMPAIGNS {
                let (from, until) = (quarter * CAMPAIGN_WEEKS, (quarter + 1) * CAMPAIGN_WEEKS);
                let spent: i64 = market.plan.series(c, r)[slot(from)..slot(until)].iter().sum();
                // Plans are round numbers and are rarely met.
                let budget = (spent as f64 * (0.08 * s.normal()).exp() / 100_000.0).round() as i64 * 100_000;
                let first = civil(from * 7);
                let name = format!(
                    "{} {} {} Q{}",
                    region.name.to_uppercase(),
                    channel.label,
                    first.year(),
                    (first.month() + 2) / 3
                );
                rows.id("k", campaign_number(c, r, company.regions.len(), quarter), 4);
                rows.text(&name).text(channel.name).text(region.name).day(from * 7).day(until * 7 - 1);
                rows.amount(budget).text("EUR");
            }
        }
    }
    rows
}

/// Weekly spend by channel and region with impressions and clicks; the week's Monday is its date.
pub(crate) fn spend(market: &Market) -> Rows {
    let company = &market.company;
    let mut rows = Rows::new(Table::Spend);
    for (c, channel) in company.channels.iter().enumerate() {
        for (r, region) in company.regions.iter().enumerate() {
            let mut s = Stream::new(company.seed, Purpose::Office, c as u64, 1_000 + r as u64);
            for week in 0..WEEKS {
                let cents = market.plan.at(c, r, week);
                let euros = cents as f64 / 100.0;
                let seen = euros / channel.cpm * 1_000.0 * (0.10 * s.normal()).exp();
                let clicks = euros / channel.cpc * (0.10 * s.normal()).exp();
                rows.day(week * 7).text(channel.name);
                rows.id("k", campaign_number(c, r, company.regions.len(), week / CAMPAIGN_WEEKS), 4);
                rows.text(region.name).amount(cents).text("EUR");
                rows.count(seen.round() as i64).count(clicks.min(seen).round() as i64);
            }
        }
    }
    rows
}

/// Competitor pressure and holidays by week and region.
pub(crate) fn controls(market: &Market) -> Rows {
    let mut rows = Rows::new(Table::Controls);
    for (r, region) in market.company.regions.iter().enumerate() {
        for week in 0..WEEKS {
            let pressure = (market.competitors[r][slot(week)] * 1e4).round() / 1e4;
            rows.day(week * 7).text("competitor_pressure").text(region.name).number(pressure);
        }
        for week in 0..WEEKS {
            rows.day(week * 7).text("holidays").text(region.name).number(season::holidays(week));
        }
    }
    rows
}

/// Population of each region.
pub(crate) fn geos(market: &Market) -> Rows {
    let mut rows = Rows::new(Table::Geos);
    for region in &market.company.regions {
        rows.text(region.name).count(i64::from(region.population));
    }
    rows
}

/// Yearly targets of both teams: what was reached, give or take what planning misses.
pub(crate) fn targets(market: &Market, years: &[Totals]) -> Rows {
    let mut rows = Rows::new(Table::Targets);
    let mut s = Stream::new(market.company.seed, Purpose::Office, 0, 5_000);
    let mut number = 0;
    for (y, year) in years.iter().enumerate() {
        let reached = [
            ("marketing", "mql", year.mqls as f64, "count", 10.0),
            ("marketing", "pipeline", year.pipeline as f64 / 100.0, "revenue", 10_000.0),
            ("sales", "sql", year.sqls as f64, "count", 10.0),
            ("sales", "won_deals", year.deals as f64, "count", 5.0),
            ("shared", "won_revenue", year.revenue as f64 / 100.0, "revenue", 100_000.0),
        ];
        for (team, kpi, value, unit, step) in reached {
            let aim = (value * (0.05 + 0.10 * s.normal()).exp() / step).round().max(1.0) * step;
            rows.id("g", number, 3).text(team).text(kpi).day(y as i32 * 364).day((y as i32 + 1) * 364 - 1);
            rows.number(aim).text(unit);
            number += 1;
        }
    }
    rows
}
