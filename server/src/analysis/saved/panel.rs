//! The panel of a run: a header with names and units, and one row a geo and period.

use std::path::Path;

use ndarray::Array2;
use serde::{Deserialize, Serialize};
use tandem_models::domain::panel::{ChannelKind, ChannelSeries, ControlSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;

use super::columns::{self, Values};
use crate::analysis::error::{AnalysisError, Result};

const HEADER: &str = "panel.json";
const ROWS: &str = "panel.parquet";

#[derive(Serialize, Deserialize)]
struct Header {
    kpi: String,
    kpi_kind: KpiKind,
    currency: String,
    period_days: u32,
    periods: Vec<Day>,
    geos: Vec<String>,
    has_population: bool,
    has_value: bool,
    has_margin: bool,
    channels: Vec<Channel>,
    controls: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Channel {
    name: String,
    kind: ChannelKind,
    has_exposure: bool,
}

pub(super) fn write(dir: &Path, panel: &Panel) -> Result<()> {
    let header = Header {
        kpi: panel.kpi.clone(),
        kpi_kind: panel.kpi_kind,
        currency: panel.currency.clone(),
        period_days: panel.period_days,
        periods: panel.periods.clone(),
        geos: panel.geos.clone(),
        has_population: panel.population.is_some(),
        has_value: panel.value_per_unit.is_some(),
        has_margin: panel.margin.is_some(),
        channels: panel
            .channels
            .iter()
            .map(|c| Channel { name: c.name.clone(), kind: c.kind, has_exposure: c.exposure.is_some() })
            .collect(),
        controls: panel.controls.iter().map(|c| c.name.clone()).collect(),
    };
    std::fs::write(dir.join(HEADER), serde_json::to_vec(&header).map_err(AnalysisError::fault)?)?;
    let (geos, periods) = (panel.n_geos(), panel.n_periods());
    let series = |values: &Array2<f64>| Values::Float(values.iter().copied().collect());
    let per_geo =
        |values: &[f64]| Values::Float(values.iter().flat_map(|v| std::iter::repeat_n(*v, periods)).collect());
    let mut out = vec![
        ("geo".to_owned(), Values::Int((0..geos * periods).map(|i| (i / periods) as i64).collect())),
        ("day".to_owned(), Values::Int((0..geos * periods).map(|i| i64::from(panel.periods[i % periods].0)).collect())),
        ("outcome".to_owned(), series(&panel.outcome)),
    ];
    out.extend(panel.population.as_deref().map(|p| ("population".to_owned(), per_geo(p))));
    out.extend(panel.value_per_unit.as_ref().map(|v| ("value_per_unit".to_owned(), series(v))));
    out.extend(panel.margin.map(|m| ("margin".to_owned(), per_geo(&vec![m; geos]))));
    for (at, channel) in panel.channels.iter().enumerate() {
        out.push((format!("spend[{at}]"), series(&channel.spend)));
        out.extend(channel.exposure.as_ref().map(|e| (format!("exposure[{at}]"), series(e))));
    }
    for (at, control) in panel.controls.iter().enumerate() {
        out.push((format!("control[{at}]"), series(&control.values)));
    }
    columns::write(&dir.join(ROWS), out)
}

pub(super) fn read(dir: &Path) -> Result<Panel> {
    let header: Header = super::read_json(&dir.join(HEADER))?;
    let mut columns = columns::read(&dir.join(ROWS))?;
    let (geos, periods) = (header.geos.len(), header.periods.len());
    let mut take = |name: &str| columns::take(&mut columns, name, geos * periods);
    let shape = |values: Vec<f64>| Array2::from_shape_vec((geos, periods), values).map_err(AnalysisError::fault);
    let firsts = |values: Vec<f64>| values.into_iter().step_by(periods.max(1)).collect::<Vec<f64>>();
    let outcome = shape(take("outcome")?)?;
    let population = if header.has_population { Some(firsts(take("population")?)) } else { None };
    let value_per_unit = if header.has_value { Some(shape(take("value_per_unit")?)?) } else { None };
    let margin = if header.has_margin { take("margin")?.first().copied() } else { None };
    let mut channels = Vec::with_capacity(header.channels.len());
    for (at, channel) in header.channels.into_iter().enumerate() {
        let spend = shape(take(&format!("spend[{at}]"))?)?;
        let exposure = if channel.has_exposure { Some(shape(take(&format!("exposure[{at}]"))?)?) } else { None };
        channels.push(ChannelSeries { name: channel.name, kind: channel.kind, spend, exposure });
    }
    let mut controls = Vec::with_capacity(header.controls.len());
    for (at, name) in header.controls.into_iter().enumerate() {
        controls.push(ControlSeries { name, values: shape(take(&format!("control[{at}]"))?)? });
    }
    Ok(Panel {
        kpi: header.kpi,
        kpi_kind: header.kpi_kind,
        currency: header.currency,
        periods: header.periods,
        period_days: header.period_days,
        geos: header.geos,
        population,
        outcome,
        value_per_unit,
        margin,
        channels,
        controls,
    })
}
