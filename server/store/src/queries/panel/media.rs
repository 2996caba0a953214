//! The channels of a panel. A week without a row is a week without spend.

use std::collections::{BTreeMap, BTreeSet};

use tandem_models::domain::panel::{ChannelKind, ChannelSeries};
use tandem_models::domain::period::Day;

use super::{Context, Outcome, geo_of, matrix};
use crate::engine::some;
use crate::error::Result;
use crate::queries::text;
use crate::schema::NATIONAL;

/// The three ways a table may state exposure, in order of preference.
const MEASURES: [&str; 3] = ["exposure", "impressions", "clicks"];

#[derive(Default)]
struct Sums {
    /// Minor units, so that adding is exact.
    spend: BTreeMap<(String, usize), i64>,
    exposure: [BTreeMap<(String, usize), f64>; 3],
    /// Rows with spend that lack a measure.
    lacking: [u32; 3],
}

/// Channels in order of name. `people` weighs geos where spend is only national.
pub(super) fn channels(cx: &mut Context<'_>, outcome: &Outcome, people: Option<&[f64]>) -> Result<Vec<ChannelSeries>> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    let mut strange = BTreeSet::new();
    let known: BTreeSet<&str> = outcome.geos.iter().map(String::as_str).collect();
    let as_read = &*cx;
    cx.ask.each(&text::PANEL_SPEND, &cx.params(), |c, i| {
        let day = Day(c.int("date_day")?.value(i));
        let Some(t) = outcome.grid.index(day) else { return Ok(()) };
        let geo = geo_of(as_read, c.text("geo")?.value(i));
        if geo != NATIONAL && !known.contains(geo) {
            strange.insert(geo.to_owned());
            return Ok(());
        }
        let sums = all.entry(c.text("channel")?.value(i).to_owned()).or_default();
        let spend = as_read.fx.minor(c.big("spend_minor")?.value(i), some(c.text("currency")?, i), day);
        *sums.spend.entry((geo.to_owned(), t)).or_default() += spend;
        for (k, measure) in MEASURES.iter().enumerate() {
            match some(c.number(measure)?, i) {
                Some(value) => *sums.exposure[k].entry((geo.to_owned(), t)).or_default() += value,
                None if spend != 0 => sums.lacking[k] += 1,
                None => {}
            }
        }
        Ok(())
    })?;
    for geo in strange {
        cx.note(format!("Spend in geo `{geo}` was left out: the KPI has no such geo."));
    }
    let mut series = Vec::new();
    for (name, sums) in all {
        series.extend(channel(cx, outcome, people, name, &sums)?);
    }
    Ok(series)
}

fn channel(
    cx: &mut Context<'_>,
    outcome: &Outcome,
    people: Option<&[f64]>,
    name: String,
    sums: &Sums,
) -> Result<Option<ChannelSeries>> {
    let shape = (outcome.geos.len(), outcome.grid.len());
    let spread = cx.by_geo && sums.spend.keys().any(|(geo, _)| geo == NATIONAL) && outcome.geos != [NATIONAL];
    if spread {
        let how = if people.is_some() { "by population" } else { "evenly" };
        cx.note(format!("Spend on `{name}` is national in some weeks; it was spread over the geos {how}."));
    }
    let mut spend = vec![0.0; shape.0 * shape.1];
    for ((geo, t), minor) in &sums.spend {
        place(outcome, people, geo, *t, *minor as f64 / 100.0, &mut spend);
    }
    let credit: f64 = spend.iter().filter(|s| **s < 0.0).sum();
    if credit < 0.0 {
        cx.note(format!(
            "Credits on `{name}` exceed the spend of their period by {:.2}; those periods count as 0.",
            -credit
        ));
        spend.iter_mut().for_each(|s| *s = s.max(0.0));
    }
    let paid = spend.iter().any(|s| *s > 0.0);
    // A measure that only a part of the paid rows states would read as silence in the others.
    let chosen = (0..MEASURES.len()).find(|&k| sums.exposure[k].values().any(|v| *v > 0.0) && sums.lacking[k] == 0);
    let exposure = chosen.map(|k| {
        let mut values = vec![0.0; spend.len()];
        for ((geo, t), value) in &sums.exposure[k] {
            place(outcome, people, geo, *t, *value, &mut values);
        }
        values
    });
    if !paid && exposure.is_none() {
        cx.note(format!("Channel `{name}` was left out: it has neither spend nor exposure in these periods."));
        return Ok(None);
    }
    let kind = if paid { ChannelKind::Paid } else { ChannelKind::Organic };
    let exposure = exposure.map(|values| matrix(shape, values)).transpose()?;
    Ok(Some(ChannelSeries { name, kind, spend: matrix(shape, spend)?, exposure }))
}

/// Adds an amount to its geo, or spreads a national one over all geos.
fn place(outcome: &Outcome, people: Option<&[f64]>, geo: &str, t: usize, amount: f64, into: &mut [f64]) {
    let periods = outcome.grid.len();
    if let Some(g) = outcome.geos.iter().position(|known| known == geo) {
        into[g * periods + t] += amount;
        return;
    }
    let total: f64 = people.map_or(outcome.geos.len() as f64, |p| p.iter().sum());
    for g in 0..outcome.geos.len() {
        into[g * periods + t] += amount * people.map_or(1.0, |p| p[g]) / total;
    }
}
