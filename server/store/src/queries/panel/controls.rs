//! The controls of a panel. One that does not cover every period is left out with a note: a guess would act as data.

use std::collections::BTreeMap;

use tandem_models::domain::panel::ControlSeries;
use tandem_models::domain::period::Day;

use super::{Context, Outcome, matrix};
use crate::error::Result;
use crate::queries::text;
use crate::schema::NATIONAL;

/// Sum and count of a control by geo and period.
type Sums = BTreeMap<(String, usize), (f64, u32)>;

/// Controls in order of name; means over the days of a period; national values hold for every geo.
pub(super) fn controls(cx: &mut Context<'_>, outcome: &Outcome) -> Result<Vec<ControlSeries>> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    cx.ask.each(&text::PANEL_CONTROLS, &cx.params(), |c, i| {
        let sums = all.entry(c.text("name")?.value(i).to_owned()).or_default();
        if let Some(t) = outcome.grid.index(Day(c.int("date_day")?.value(i))) {
            let cell = sums.entry((c.text("geo")?.value(i).to_owned(), t)).or_default();
            *cell = (cell.0 + c.number("value")?.value(i), cell.1 + 1);
        }
        Ok(())
    })?;
    let mut series = Vec::new();
    for (name, sums) in all {
        series.extend(control(cx, outcome, name, &sums)?);
    }
    Ok(series)
}

fn control(cx: &mut Context<'_>, outcome: &Outcome, name: String, sums: &Sums) -> Result<Option<ControlSeries>> {
    let shape = (outcome.geos.len(), outcome.grid.len());
    let at = |geo: &str, t: usize| sums.get(&(geo.to_owned(), t)).map(|(sum, n)| sum / f64::from(*n));
    let sources: Vec<&str> = {
        let mut geos: Vec<&str> = sums.keys().map(|(geo, _)| geo.as_str()).collect();
        geos.sort_unstable();
        geos.dedup();
        geos
    };
    let national = |t: usize| {
        // One value for all: the national row, else the mean over the geos that state one.
        at(NATIONAL, t).or_else(|| {
            let stated: Vec<f64> = sources.iter().filter_map(|g| at(g, t)).collect();
            (!stated.is_empty()).then(|| stated.iter().sum::<f64>() / stated.len() as f64)
        })
    };
    let value = |g: usize, t: usize| match cx.by_geo {
        true => at(&outcome.geos[g], t).or_else(|| at(NATIONAL, t)),
        false => national(t),
    };
    let cells: Vec<Option<f64>> =
        (0..shape.0).flat_map(|g| (0..shape.1).map(move |t| (g, t))).map(|(g, t)| value(g, t)).collect();
    let mut missing: Vec<i32> =
        (0..cells.len()).filter(|i| cells[*i].is_none()).map(|i| outcome.grid.first + (i % shape.1) as i32).collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        cx.note(format!("Control `{name}` was left out: it has no value for {}.", outcome.grid.step.names(&missing)));
        return Ok(None);
    }
    let values: Vec<f64> = cells.into_iter().flatten().collect();
    if values.iter().all(|v| *v == values[0]) {
        cx.note(format!("Control `{name}` was left out: it does not change in these periods."));
        return Ok(None);
    }
    Ok(Some(ControlSeries { name, values: matrix(shape, values)? }))
}
