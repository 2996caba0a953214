//! The outcome of a panel from an imported KPI series. Gaps and doubled periods are refused, never filled.

use std::collections::{BTreeMap, BTreeSet};

use tandem_models::domain::panel::KpiKind;
use tandem_models::domain::period::Day;

use super::grid::{Grid, Rhythm};
use super::{Context, Outcome, geo_of};
use crate::engine::some;
use crate::error::Result;
use crate::queries::text;

struct Row {
    geo: String,
    day: Day,
    value: f64,
    value_per_unit: Option<f64>,
}

pub(super) fn outcome(cx: &mut Context<'_>, kpi: &str) -> Result<Outcome> {
    let mut rows = Vec::new();
    let mut units = BTreeSet::new();
    let fx = &cx.fx;
    cx.ask.each(&text::PANEL_OUTCOMES, &cx.params().text("kpi", kpi), |c, i| {
        units.insert(c.text("unit")?.value(i).to_owned());
        let (day, revenue) = (Day(c.int("date_day")?.value(i)), c.text("unit")?.value(i) == "revenue");
        let factor = fx.factor(some(c.text("currency")?, i), day);
        rows.push(Row {
            geo: c.text("geo")?.value(i).to_owned(),
            day,
            value: c.number("value")?.value(i) * if revenue { factor } else { 1.0 },
            value_per_unit: some(c.number("value_per_unit")?, i).map(|v| v * if revenue { 1.0 } else { factor }),
        });
        Ok(())
    })?;
    if units.len() > 1 {
        return cx.refuse("some rows count revenue and some a count; give the two series different names");
    }
    let days: Vec<Day> = rows.iter().map(|r| r.day).collect::<BTreeSet<_>>().into_iter().collect();
    let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return cx.refuse("it has no rows") };
    let rhythm = Rhythm::of(&days);
    let Some(grid) = whole_periods(cx, rhythm, first, last) else {
        return cx.refuse("no whole period lies between `from` and `to`; widen them");
    };
    let geos: Vec<String> = rows.iter().map(|r| r.geo.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    refuse_gaps(cx, &rows, &geos, rhythm, grid)?;

    let out: Vec<String> = if cx.by_geo { geos } else { vec![crate::schema::NATIONAL.to_owned()] };
    let index: BTreeMap<&str, usize> = out.iter().enumerate().map(|(i, g)| (g.as_str(), i)).collect();
    let n = out.len() * grid.len();
    let (mut value, mut worth, mut rates, mut rated) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0u32; n]);
    for row in &rows {
        let Some(t) = grid.index(row.day) else { continue };
        let at = index[geo_of(cx, &row.geo)] * grid.len() + t;
        value[at] += row.value;
        if let Some(rate) = row.value_per_unit {
            worth[at] += row.value * rate;
            rates[at] += rate;
            rated[at] += 1;
        }
    }
    // Units of several geos or days are worth their average, weighted by how many there were.
    let rate = |i: usize| if value[i] > 0.0 { worth[i] / value[i] } else { rates[i] / f64::from(rated[i].max(1)) };
    let valued = rated.iter().all(|n| *n > 0);
    if !valued && rated.iter().any(|n| *n > 0) {
        cx.note("The value per unit is missing in some periods, so the KPI is used as a count without a value.");
    }
    Ok(Outcome {
        kind: if units.contains("revenue") { KpiKind::Revenue } else { KpiKind::Count },
        value_per_unit: valued.then(|| (0..n).map(rate).collect()),
        grid,
        geos: out,
        value,
        margin: None,
    })
}

/// The grid between the series' ends; of daily series only whole weeks.
fn whole_periods(cx: &mut Context<'_>, rhythm: Rhythm, first: Day, last: Day) -> Option<Grid> {
    let (mut from, mut to) = (cx.from, cx.to);
    if rhythm == Rhythm::Daily {
        from = Some(from.map_or(first, |d| d.max(first)));
        to = Some(to.map_or(last, |d| d.min(last)));
        if Day::of_week(first.week()) != first || Day::of_week(last.week()).0 + 6 != last.0 {
            cx.note("The series is daily; weeks that it does not cover from Monday to Sunday were left out.");
        }
    }
    Grid::over(rhythm.step(), first, last, from, to)
}

fn refuse_gaps(cx: &Context<'_>, rows: &[Row], geos: &[String], rhythm: Rhythm, grid: Grid) -> Result<()> {
    let mut seen: BTreeMap<(&str, usize), u32> = BTreeMap::new();
    for row in rows {
        if let Some(t) = grid.index(row.day) {
            *seen.entry((row.geo.as_str(), t)).or_default() += 1;
        }
    }
    let wanted = if rhythm == Rhythm::Daily { 7 } else { 1 };
    let of = |geo: &str| if geos.len() > 1 { format!(" of geo `{geo}`") } else { String::new() };
    for geo in geos {
        let count = |t: usize| seen.get(&(geo.as_str(), t)).copied().unwrap_or(0);
        let list = |wrong: &dyn Fn(u32) -> bool| -> Vec<i32> {
            (0..grid.len()).filter(|t| wrong(count(*t))).map(|t| grid.first + t as i32).collect()
        };
        let missing = list(&|n| n < wanted);
        if !missing.is_empty() {
            let periods = grid.step.names(&missing);
            return cx.refuse(format!(
                "values{} are missing: {periods}; import them, or choose `from` and `to` without the gap",
                of(geo)
            ));
        }
        let doubled = list(&|n| n > wanted);
        if !doubled.is_empty() {
            let periods = grid.step.names(&doubled);
            return cx.refuse(format!(
                "several values{} fall in one period: {periods}; a series must be daily, weekly or monthly throughout",
                of(geo)
            ));
        }
    }
    Ok(())
}
