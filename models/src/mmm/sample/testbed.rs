//! Small panels for the tests of the sampling kernel.

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::domain::panel::{ChannelKind, ChannelSeries, ControlSeries, KpiKind, Panel};
use crate::domain::period::Day;
use crate::mmm::design::Design;
use crate::mmm::spec::Spec;

/// A panel with `channels` channels (bursts of spend, some weeks dark), two controls and a season; the outcome is
/// positive and depends on the media.
pub fn panel(geos: usize, periods: usize, channels: usize, seed: u64) -> Panel {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = move || -> f64 { rng.random::<f64>() };
    let mut outcome =
        Array2::from_shape_fn((geos, periods), |(g, t)| 500.0 + 40.0 * g as f64 + 60.0 * (t as f64 / 8.0).sin());
    let mut series = Vec::new();
    for c in 0..channels {
        let mut spend = Array2::zeros((geos, periods));
        for g in 0..geos {
            let mut carried = 0.0;
            for t in 0..periods {
                let x = if uniform() < 0.3 { 0.0 } else { 100.0 * (0.2 + uniform()) * (1.0 + c as f64) };
                spend[(g, t)] = x;
                carried = 0.5 * carried + x / (100.0 * (1.0 + c as f64));
                outcome[(g, t)] += 60.0 * carried / (1.0 + carried) + 10.0 * (uniform() - 0.5);
            }
        }
        series.push(ChannelSeries { name: format!("c{c}"), kind: ChannelKind::Paid, spend, exposure: None });
    }
    let controls = (0..2)
        .map(|k| ControlSeries {
            name: format!("k{k}"),
            values: Array2::from_shape_fn((geos, periods), |_| uniform() - 0.5),
        })
        .collect();
    Panel {
        kpi: "leads".into(),
        kpi_kind: KpiKind::Count,
        currency: "EUR".into(),
        periods: (0..periods).map(|t| Day(19_000 + 7 * t as i32)).collect(),
        period_days: 7,
        geos: (0..geos).map(|g| format!("g{g}")).collect(),
        population: (geos > 1).then(|| (0..geos).map(|g| 1e5 * (1.0 + g as f64)).collect()),
        outcome: outcome.mapv(f64::round),
        value_per_unit: Some(Array2::from_shape_fn((geos, periods), |(_, t)| 3.0 + 0.01 * t as f64)),
        margin: None,
        channels: series,
        controls,
    }
}

/// The design of `spec` (TOML) on `panel`.
pub fn design(panel: &Panel, spec: &str) -> Design {
    let spec: Spec = toml::from_str(spec).expect("the test's spec parses");
    let checked = spec.validate(panel).expect("the test's spec fits its panel");
    Design::new(panel, &checked, None)
}
