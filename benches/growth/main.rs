//! How a geo fit grows with geos and channels: `cargo run --release --example growth`.
//!
//! A planted panel of 156 weeks, fitted by two chains; cost of a gradient and of an effective draw beside the number of series.
//! `-- 200x20` runs one size alone.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use tandem_models::domain::panel::{ChannelKind, ChannelSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::convergence;
use tandem_models::mmm::sample::{Cancel, Settled, fit_settled};
use tandem_models::mmm::spec::Spec;

const WEEKS: usize = 156;

/// Two chains of 500 + 500; `DRAWS=100` and `TUNE=100` for less.
fn settled() -> Settled {
    let of = |name: &str| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(500);
    Settled { chains: 2, tune: of("TUNE"), draws: of("DRAWS"), target_accept: 0.8, max_depth: 10, threads: 2 }
}

fn panel(geos: usize, channels: usize) -> Panel {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let spends: Vec<Array2<f64>> = (0..channels)
        .map(|_| {
            Array2::from_shape_simple_fn((geos, WEEKS), || {
                if rng.random_bool(0.2) { 0.0 } else { 100.0 * (0.6 * rng.sample::<f64, _>(StandardNormal)).exp() }
            })
        })
        .collect();
    let outcome = Array2::from_shape_fn((geos, WEEKS), |(g, t)| {
        let media: f64 = spends.iter().map(|s| 40.0 * s[(g, t)] / (s[(g, t)] + 100.0)).sum();
        1000.0
            + 60.0 * (std::f64::consts::TAU * t as f64 / 52.18).sin()
            + media
            + 30.0 * rng.sample::<f64, _>(StandardNormal)
    });
    let monday = Day::from_civil(2023, 1, 2);
    Panel {
        kpi: "revenue".into(),
        kpi_kind: KpiKind::Revenue,
        currency: "EUR".into(),
        periods: (0..WEEKS as i32).map(|t| Day(monday.0 + 7 * t)).collect(),
        period_days: 7,
        geos: (0..geos).map(|g| format!("geo_{g}")).collect(),
        population: None,
        outcome,
        value_per_unit: None,
        margin: None,
        channels: spends
            .into_iter()
            .enumerate()
            .map(|(c, spend)| ChannelSeries { name: format!("c{c}"), kind: ChannelKind::Paid, spend, exposure: None })
            .collect(),
        controls: Vec::new(),
    }
}

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let rest: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (rest[11].parse::<f64>().unwrap() + rest[12].parse::<f64>().unwrap()) / 100.0
}

fn main() {
    let settled = settled();
    println!(
        "| geos x channels | series | CPU s | us a gradient | ns a gradient and series | gradients a draw | min bulk ESS of {} | R-hat | CPU ms an effective draw | the same and 100 series | peak MiB so far |",
        settled.chains * settled.draws
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for (geos, channels) in [(20, 4), (50, 4), (100, 4), (200, 4), (20, 20), (100, 10), (200, 20)] {
        let name = format!("{geos} x {channels}");
        if !wanted.is_empty() && !wanted.contains(&name.replace(' ', "")) {
            continue;
        }
        let panel = panel(geos, channels);
        let spec: Spec = toml::from_str("[baseline]\nknots = 16").unwrap();
        let checked = spec.validate(&panel).unwrap();
        let before = cpu();
        let fit =
            fit_settled(Arc::new(Design::new(&panel, &checked, None)), settled, 1, &|_| {}, &Cancel::new()).unwrap();
        let (spent, gradients) = (cpu() - before, fit.gradients() as f64);
        let told: Vec<_> = fit.scalars().into_iter().map(|(name, chains)| (name, convergence(&chains))).collect();
        let least = told.iter().min_by(|a, b| a.1.ess_bulk.total_cmp(&b.1.ess_bulk)).unwrap();
        let rhat = told.iter().map(|t| t.1.rhat).fold(1.0, f64::max);
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak: f64 = status
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:"))
            .and_then(|l| l.split_whitespace().next())
            .map_or(0.0, |kib| kib.parse::<f64>().unwrap() / 1024.0);
        let (series, each) = ((geos * channels) as f64, 1e3 * spent / least.1.ess_bulk);
        println!(
            "| {name} | {series} | {spent:.1} | {:.0} | {:.0} | {:.0} | {:.0} ({}) | {rhat:.3} | {each:.1} | {:.1} | {peak:.0} |",
            1e6 * spent / gradients,
            1e9 * spent / gradients / series,
            gradients / (settled.chains * (settled.tune + settled.draws)) as f64,
            least.1.ess_bulk,
            least.0,
            each / series * 100.0,
        );
    }
}
