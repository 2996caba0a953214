//! What there is to ask about: channels and KPIs with their extent.

use serde::Serialize;
use tandem_models::domain::money::Cents;
use tandem_models::domain::panel::{ChannelKind, KpiKind};
use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::engine::Columns;
use crate::engine::some;
use crate::error::{Error, Result};
use crate::schema::MAIN;

/// A channel as imported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Channel {
    /// Dataset it belongs to.
    pub dataset: String,
    /// Its name.
    pub name: String,
    /// Organic where it has exposure and no spend.
    pub kind: ChannelKind,
    /// Currency of the spend; `None` where it is not stated, or not the same in all rows.
    pub currency: Option<String>,
    /// Whether the spend is in several currencies, so that `spend` adds unlike things.
    pub mixed_currencies: bool,
    /// Spend over all time, minor units.
    pub spend: Cents,
    /// Exposure, where imported.
    pub exposure: Option<f64>,
    /// Impressions, where imported.
    pub impressions: Option<i64>,
    /// Clicks, where imported.
    pub clicks: Option<i64>,
    /// Touches on this channel.
    pub touches: i64,
    /// First day with spend, exposure or a touch.
    pub first: Option<Day>,
    /// Last such day.
    pub last: Option<Day>,
}

/// A KPI that a panel can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kpi {
    /// Name to ask with; qualified as `dataset.kpi` where several datasets have it.
    pub name: String,
    /// Dataset.
    pub dataset: String,
    /// Name inside its dataset.
    pub kpi: String,
    /// Money or a count.
    pub kind: KpiKind,
    /// Whether it is computed from CRM tables instead of imported as a series.
    pub derived: bool,
    /// Whether a count comes with revenue per unit.
    pub valued: bool,
    /// Currency, where stated.
    pub currency: Option<String>,
    /// Geos, at least 1.
    pub geos: u32,
    /// Distinct dates (weeks, for derived KPIs).
    pub periods: u32,
    /// First date.
    pub first: Option<Day>,
    /// Last date.
    pub last: Option<Day>,
    /// Sum over all time and geos.
    pub total: f64,
}

/// KPIs computed from the CRM tables of dataset `main`.
pub const DERIVED: &[&str] = &["won_revenue", "won_deals", "pipeline", "sql", "mql", "inquiry"];

/// All channels, by dataset and name.
pub(crate) fn channels(ask: &Asker<'_>) -> Result<Vec<Channel>> {
    let mut all = Vec::new();
    ask.each(&text::CHANNELS, &ask.params(), |c, i| {
        let spend = c.big("spend_minor")?.value(i);
        let (exposure, impressions) = (some(c.number("exposure")?, i), some(c.big("impressions")?, i));
        let exposed = exposure.is_some_and(|e| e > 0.0) || impressions.is_some_and(|n| n > 0);
        all.push(Channel {
            dataset: c.text("dataset")?.value(i).to_owned(),
            name: c.text("channel")?.value(i).to_owned(),
            kind: if spend == 0 && exposed { ChannelKind::Organic } else { ChannelKind::Paid },
            currency: some(c.text("currency")?, i).map(str::to_owned),
            mixed_currencies: c.big("currencies")?.value(i) > 1,
            spend: Cents(spend),
            exposure,
            impressions,
            clicks: some(c.big("clicks")?, i),
            touches: c.big("touches")?.value(i),
            first: some(c.int("first_day")?, i).map(Day),
            last: some(c.int("last_day")?, i).map(Day),
        });
        Ok(())
    })?;
    Ok(all)
}

/// All KPIs, imported series first.
pub(crate) fn kpis(ask: &Asker<'_>) -> Result<Vec<Kpi>> {
    let mut all = Vec::new();
    ask.each(&text::KPIS, &ask.params(), |c, i| {
        let revenue = c.text("unit")?.value(i) == "revenue";
        let dataset = c.text("dataset")?.value(i).to_owned();
        let kind = if revenue { KpiKind::Revenue } else { KpiKind::Count };
        all.push(Kpi { valued: revenue || c.big("valued")?.value(i) > 0, ..row(c, i, dataset, kind)? });
        Ok(())
    })?;
    ask.each(&text::CRM_EXTENT, &ask.params().text("dataset", MAIN), |c, i| {
        if c.number("total")?.value(i) > 0.0 {
            let money = matches!(c.text("kpi")?.value(i), "won_revenue" | "pipeline");
            let kind = if money { KpiKind::Revenue } else { KpiKind::Count };
            all.push(Kpi { derived: true, valued: true, ..row(c, i, MAIN.to_owned(), kind)? });
        }
        Ok(())
    })?;
    for i in 0..all.len() {
        if all.iter().filter(|k| k.kpi == all[i].kpi).count() > 1 {
            all[i].name = format!("{}.{}", all[i].dataset, all[i].kpi);
        }
    }
    Ok(all)
}

fn row(c: Columns<'_>, i: usize, dataset: String, kind: KpiKind) -> Result<Kpi> {
    let kpi = c.text("kpi")?.value(i).to_owned();
    let count = |name: &str| Ok::<_, Error>(u32::try_from(c.big(name)?.value(i)).unwrap_or(u32::MAX));
    Ok(Kpi {
        name: kpi.clone(),
        dataset,
        kpi,
        kind,
        derived: false,
        valued: false,
        currency: some(c.text("currency")?, i).map(str::to_owned),
        geos: count("geos")?.max(1),
        periods: count("periods")?,
        first: some(c.int("first_day")?, i).map(Day),
        last: some(c.int("last_day")?, i).map(Day),
        total: c.number("total")?.value(i),
    })
}

/// Finds a KPI by its plain or qualified name.
pub(crate) fn find(all: &[Kpi], name: &str) -> Result<Kpi> {
    let qualified = |k: &Kpi| format!("{}.{}", k.dataset, k.kpi);
    if let Some(kpi) = all.iter().find(|k| k.name == name || qualified(k) == name) {
        return Ok(kpi.clone());
    }
    let hint = match all {
        [] => "; nothing has been imported yet".to_owned(),
        _ => format!("; there are {}", all.iter().map(|k| k.name.as_str()).collect::<Vec<_>>().join(", ")),
    };
    Err(Error::NotFound { what: "kpi", name: name.to_owned(), hint })
}
