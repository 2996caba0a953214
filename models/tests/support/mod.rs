//! Public data sets as panels; absent data is said and skipped.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::PathBuf;

use ndarray::Array2;
use tandem_models::domain::panel::{ChannelKind, ChannelSeries, ControlSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;

/// The data folder beside the project, or `TANDEM_SHARED_DATA`.
pub fn data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TANDEM_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here", path.display());
    None
}

struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(file: &str) -> Option<Table> {
        let mut reader = csv::Reader::from_path(data(file)?).unwrap();
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        Some(Table { names, rows })
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        let at = self.names.iter().position(|n| n == name).unwrap();
        self.rows.iter().map(|r| r[at].as_str()).collect()
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.texts(name).into_iter().map(|v| v.parse().unwrap()).collect()
    }
}

/// `pymc_mmm_example.csv`: 179 weeks, two channels, two events as controls.
pub fn pymc_example() -> Option<Panel> {
    let table = Table::read("pymc_mmm_example.csv")?;
    let t = table.rows.len();
    let row = |name: &str| Array2::from_shape_vec((1, t), table.numbers(name)).unwrap();
    Some(Panel {
        kpi: "y".into(),
        kpi_kind: KpiKind::Revenue,
        currency: "USD".into(),
        periods: table.texts("date_week").into_iter().map(|d| d.parse::<Day>().unwrap()).collect(),
        period_days: 7,
        geos: vec!["national".into()],
        population: None,
        outcome: row("y"),
        value_per_unit: None,
        margin: None,
        channels: ["x1", "x2"]
            .map(|name| ChannelSeries { name: name.into(), kind: ChannelKind::Paid, spend: row(name), exposure: None })
            .into(),
        controls: ["event_1", "event_2"].map(|name| ControlSeries { name: name.into(), values: row(name) }).into(),
    })
}

/// `meridian_geo_media.csv`: 20 geos x 156 weeks, four channels, two controls, conversions with a value.
pub fn meridian_geo() -> Option<Panel> {
    let table = Table::read("meridian_geo_media.csv")?;
    let (names, times) = (table.texts("geo"), table.texts("time"));
    let mut geos: Vec<String> = Vec::new();
    let mut periods: Vec<&str> = Vec::new();
    for (g, t) in names.iter().zip(&times) {
        if !geos.iter().any(|known| known == g) {
            geos.push((*g).to_owned());
        }
        if !periods.contains(t) {
            periods.push(t);
        }
    }
    periods.sort_unstable();
    let grid = |name: &str| {
        let mut out = Array2::zeros((geos.len(), periods.len()));
        for ((g, t), v) in names.iter().zip(&times).zip(table.numbers(name)) {
            let g = geos.iter().position(|known| known == g).unwrap();
            let t = periods.binary_search(t).unwrap();
            out[(g, t)] = v;
        }
        out
    };
    let population = grid("population");
    Some(Panel {
        kpi: "conversions".into(),
        kpi_kind: KpiKind::Count,
        currency: "USD".into(),
        periods: periods.iter().map(|d| d.parse::<Day>().unwrap()).collect(),
        period_days: 7,
        population: Some((0..geos.len()).map(|g| population[(g, 0)]).collect()),
        outcome: grid("conversions"),
        value_per_unit: Some(grid("revenue_per_conversion")),
        margin: None,
        channels: (0..4)
            .map(|c| ChannelSeries {
                name: format!("Channel{c}"),
                kind: ChannelKind::Paid,
                spend: grid(&format!("Channel{c}_spend")),
                exposure: Some(grid(&format!("Channel{c}_impression"))),
            })
            .collect(),
        controls: ["competitor_activity_score_control", "sentiment_score_control"]
            .map(|name| ControlSeries { name: name.into(), values: grid(name) })
            .into(),
        geos,
    })
}
