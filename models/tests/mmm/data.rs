//! Panels for the tests: the public data sets where the folder is there, and worlds with planted truth.

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tandem_models::domain::panel::{ChannelKind, ChannelSeries, ControlSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;

/// Columns of a public data set by name, or `None` (said on stderr) where the folder is absent.
pub fn csv(name: &str) -> Option<BTreeMap<String, Vec<String>>> {
    // asked while running: a build folder outlives the checkout that filled it
    let package = || PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder =
        std::env::var_os("TANDEM_SHARED_DATA").map_or_else(|| package().join("../../shared/data"), PathBuf::from);
    let Ok(mut reader) = csv::Reader::from_path(folder.join(name)) else {
        eprintln!("skipped: {name} is not in {}", folder.display());
        return None;
    };
    let header: Vec<String> = reader.headers().expect("header").iter().map(str::to_owned).collect();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); header.len()];
    for row in reader.records() {
        row.expect("row").iter().zip(&mut columns).for_each(|(v, c)| c.push(v.to_owned()));
    }
    Some(header.into_iter().zip(columns).collect())
}

fn numbers(table: &BTreeMap<String, Vec<String>>, name: &str, geos: usize) -> Array2<f64> {
    let v: Vec<f64> = table[name].iter().map(|x| x.parse().expect("number")).collect();
    let n = v.len() / geos;
    Array2::from_shape_vec((geos, n), v).expect("geo-major rows")
}

fn days(table: &BTreeMap<String, Vec<String>>, name: &str, n: usize) -> Vec<Day> {
    table[name][..n].iter().map(|d| d.parse().expect("date")).collect()
}

pub fn paid(name: &str, spend: Array2<f64>, exposure: Option<Array2<f64>>) -> ChannelSeries {
    ChannelSeries { name: name.into(), kind: ChannelKind::Paid, spend, exposure }
}

pub fn national(kpi: &str, periods: Vec<Day>, outcome: Vec<f64>) -> Panel {
    let n = outcome.len();
    Panel {
        kpi: kpi.into(),
        kpi_kind: KpiKind::Revenue,
        currency: "EUR".into(),
        periods,
        period_days: 7,
        geos: vec!["national".into()],
        population: None,
        outcome: Array2::from_shape_vec((1, n), outcome).expect("one row"),
        value_per_unit: None,
        margin: None,
        channels: Vec::new(),
        controls: Vec::new(),
    }
}

/// `pymc_mmm_example.csv`: two channels, two events as controls.
pub fn pymc() -> Option<Panel> {
    let t = csv("pymc_mmm_example.csv")?;
    let y = numbers(&t, "y", 1);
    let mut panel = national("y", days(&t, "date_week", y.ncols()), y.row(0).to_vec());
    panel.channels = ["x1", "x2"].map(|c| paid(c, numbers(&t, c, 1), None)).into();
    panel.controls = ["event_1", "event_2"].map(|c| ControlSeries { name: c.into(), values: numbers(&t, c, 1) }).into();
    Some(panel)
}

/// `robyn_weekly.csv`: five paid channels, a newsletter, competitor sales and two events.
pub fn robyn() -> Option<Panel> {
    let t = csv("robyn_weekly.csv")?;
    let y = numbers(&t, "revenue", 1);
    let n = y.ncols();
    let mut panel = national("revenue", days(&t, "DATE", n), y.row(0).to_vec());
    panel.channels =
        ["tv", "ooh", "print", "facebook", "search"].map(|c| paid(c, numbers(&t, &format!("{c}_S"), 1), None)).into();
    panel.channels.push(ChannelSeries {
        name: "newsletter".into(),
        kind: ChannelKind::Organic,
        spend: Array2::zeros((1, n)),
        exposure: Some(numbers(&t, "newsletter", 1)),
    });
    panel.controls =
        vec![ControlSeries { name: "competitor_sales".into(), values: numbers(&t, "competitor_sales_B", 1) }];
    for event in ["event1", "event2"] {
        let hit = t["events"].iter().map(|e| f64::from(u8::from(e == event))).collect();
        panel
            .controls
            .push(ControlSeries { name: event.into(), values: Array2::from_shape_vec((1, n), hit).expect("row") });
    }
    Some(panel)
}

/// `meridian_geo_media.csv`: 20 geos, 4 channels, 2 controls, conversions worth money.
pub fn meridian_geo() -> Option<Panel> {
    let t = csv("meridian_geo_media.csv")?;
    let mut geos: Vec<String> = t["geo"].clone();
    geos.dedup();
    let g = geos.len();
    let outcome = numbers(&t, "conversions", g);
    let n = outcome.ncols();
    let population = numbers(&t, "population", g).column(0).to_vec();
    let mut panel = national("conversions", days(&t, "time", n), vec![0.0; n]);
    panel.kpi_kind = KpiKind::Count;
    panel.outcome = outcome;
    panel.geos = geos;
    panel.population = Some(population);
    panel.value_per_unit = Some(numbers(&t, "revenue_per_conversion", g));
    panel.channels = (0..4)
        .map(|c| {
            let exposure = numbers(&t, &format!("Channel{c}_impression"), g);
            paid(&format!("Channel{c}"), numbers(&t, &format!("Channel{c}_spend"), g), Some(exposure))
        })
        .collect();
    panel.controls = ["competitor_activity_score_control", "sentiment_score_control"]
        .map(|c| ControlSeries { name: c.into(), values: numbers(&t, c, g) })
        .into();
    Some(panel)
}

/// A planted national world and the total that each channel truly caused.
pub struct World {
    pub panel: Panel,
    pub truth: Vec<f64>,
}

/// `periods` weeks of `effects.len()` channels: spend in flights, geometric carry-over 0.4, Michaelis-Menten saturation at
/// the median, a season, a slow trend and normal noise. `effects[c]` is the maximum weekly effect; 0 plants a channel
/// that does nothing.
pub fn world(periods: usize, effects: &[f64], noise: f64, seed: u64) -> World {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let monday = Day::from_civil(2023, 1, 2);
    let dates = (0..periods as i32).map(|i| Day(monday.0 + 7 * i)).collect();
    let mut y: Vec<f64> = (0..periods)
        .map(|t| {
            let u = t as f64;
            1000.0
                + 0.5 * u
                + 60.0 * (std::f64::consts::TAU * u / 52.18).sin()
                + noise * rng.sample::<f64, _>(StandardNormal)
        })
        .collect();
    let mut truth = Vec::new();
    let mut channels = Vec::new();
    for (c, effect) in effects.iter().enumerate() {
        let mut level = 100.0;
        let spend: Vec<f64> = (0..periods)
            .map(|t| {
                if t % (5 + c) == 0 {
                    level = 100.0 * (0.8 * rng.sample::<f64, _>(StandardNormal)).exp();
                }
                if rng.random_bool(0.2) { 0.0 } else { level * rng.random_range(0.7..1.3) }
            })
            .collect();
        let mut carried = 0.0;
        let mut total = 0.0;
        for t in 0..periods {
            carried = 0.4 * carried + 0.6 * spend[t];
            let v = effect * carried / (carried + 100.0);
            y[t] += v;
            total += v;
        }
        truth.push(total);
        channels.push(paid(&format!("c{c}"), Array2::from_shape_vec((1, periods), spend).expect("row"), None));
    }
    let mut panel = national("revenue", dates, y);
    panel.channels = channels;
    World { panel, truth }
}
