//! What the sampler gives for its CPU seconds: `cargo run --release --example sampler [-- NAME...]`.
//!
//! Posteriors of many shapes (national, geo, public data, levers, drift, brand stock, other likelihoods), each fitted by
//! itself; smallest bulk ESS over every sampled and drawn scalar beside CPU seconds and gradients. `SEEDS=3` fits each so
//! often, `WORST=1` names the scalars that are worth least, `TANDEM_WEEKLY_CSV` is a wide file to fit instead of the first.
#![allow(clippy::unwrap_used)]

#[path = "../../models/tests/mmm/data.rs"]
#[allow(dead_code)]
mod data;

use std::sync::Arc;

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use tandem_models::domain::panel::{ControlSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::convergence;
use tandem_models::mmm::sample::{Cancel, fit_design};
use tandem_models::mmm::spec::Spec;

/// The file that `benches/peers/pymc_marketing.py` fits, its random numbers apart: 156 weeks x 10 channels.
fn ten_channels() -> Panel {
    if let Some(path) = std::env::var_os("TANDEM_WEEKLY_CSV") {
        return weekly(&path);
    }
    let effects: Vec<f64> = (0..10).map(|c| 40.0 + 12.0 * f64::from(c)).collect();
    data::world(156, &effects, 30.0, 4).panel
}

/// A wide file: `date`, channels `c0..`, `y`.
fn weekly(path: &std::ffi::OsStr) -> Panel {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    let column = |name: &str| -> Vec<f64> {
        let at = names.iter().position(|n| n == name).unwrap();
        rows.iter().map(|r| r[at].parse().unwrap()).collect()
    };
    let dates: Vec<Day> = rows.iter().map(|r| r[0].parse().unwrap()).collect();
    let mut panel = data::national("revenue", dates, column("y"));
    panel.channels = names[1..names.len() - 1]
        .iter()
        .map(|c| data::paid(c, Array2::from_shape_vec((1, rows.len()), column(c)).unwrap(), None))
        .collect();
    panel
}

/// Weekly counts whose variance is the mean plus its square over 20.
fn counts() -> Panel {
    let mut panel = data::world(156, &[300.0, 260.0, 0.0], 1e-9, 4).panel;
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    panel.kpi_kind = KpiKind::Count;
    panel.outcome.mapv_inplace(|m| {
        let spread = (m / 5.0 + (m / 5.0) * (m / 5.0) / 60.0).sqrt();
        (m / 5.0 + spread * rng.sample::<f64, _>(StandardNormal)).max(0.0).round()
    });
    panel
}

/// A price beside three channels.
fn levers() -> Panel {
    let mut panel = data::world(156, &[300.0, 200.0, 60.0], 25.0, 9).panel;
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let price = Array2::from_shape_simple_fn((1, 156), || 10.0 + rng.sample::<f64, _>(StandardNormal));
    panel.outcome.zip_mut_with(&price, |y, p| *y -= 20.0 * p);
    panel.controls.push(ControlSeries { name: "price".into(), values: price });
    panel
}

fn cases() -> Vec<(&'static str, Option<Panel>, &'static str)> {
    let share = "effect = { on = 'share', dist = 'beta', a = 1.0, b = 4.0 }";
    let hill = "saturation = { kind = 'hill', slope = 'free' }";
    let logistic = "saturation = { kind = 'logistic' }";
    let geo = "media = 'exposure'\n[baseline]\nknots = 16\n[sampler]\ntune = 500\ndraws = 500\n[priors]\n\
               effect = { on = 'roi', dist = 'log_normal', mu = 0.2, sigma = 0.9 }\n";
    let with = |base: &str, own: &str| -> &'static str { String::leak(format!("{own}\n{base}")) };
    let pymc = format!("[adstock]\nmax_lag = 8\n[priors]\n{share}");
    let heavy: &'static str = String::leak(format!(
        "likelihood = 'student_t'\n[saturation]\nkind = 'michaelis_menten'\n[priors]\n{share}\n[sampler]\ntune = 500"
    ));
    let negative: &'static str = String::leak(format!(
        "likelihood = 'negative_binomial'\n[saturation]\nkind = 'michaelis_menten'\n[priors]\n{share}\n[sampler]\ntune = 500"
    ));
    let three = || Some(data::world(156, &[300.0, 150.0, 60.0], 15.0, 12).panel);
    vec![
        ("national 156 x 10, logistic", Some(ten_channels()), logistic),
        ("national 156 x 10, Hill", Some(ten_channels()), hill),
        ("pymc_mmm_example, logistic", data::pymc(), with(&pymc, logistic)),
        ("pymc_mmm_example, Hill", data::pymc(), with(&pymc, hill)),
        ("robyn_weekly, logistic", data::robyn(), logistic),
        ("robyn_weekly, Hill", data::robyn(), hill),
        ("delayed", three(), "adstock = { kind = 'delayed' }"),
        ("weibull pdf", three(), "adstock = { kind = 'weibull_pdf' }"),
        ("drift", three(), "[[channel]]\nname = 'c0'\ndrift = { knots = 4, sd = 0.5 }"),
        ("brand stock", three(), "[[channel]]\nname = 'c0'\nbrand = true"),
        ("lever", Some(levers()), "[[lever]]\nname = 'price'\nsign = 'negative'"),
        ("student t", three(), heavy),
        ("negative binomial", Some(counts()), negative),
        ("geo 20 x 4, logistic", data::meridian_geo(), with(geo, logistic)),
        ("geo 20 x 4, Hill", data::meridian_geo(), with(geo, hill)),
    ]
}

/// CPU seconds of this process so far.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let rest: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (rest[11].parse::<f64>().unwrap() + rest[12].parse::<f64>().unwrap()) / 100.0
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let seeds: u64 = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    println!(
        "| posterior | parameters | CPU s | gradients | us each | draws | min bulk ESS | ESS a CPU s | R-hat | divergences | step |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for (name, panel, spec) in cases() {
        let Some(panel) = panel.filter(|_| wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str())))
        else {
            continue;
        };
        let spec: Spec = toml::from_str(spec).unwrap();
        let checked = spec.validate(&panel).unwrap();
        for seed in 1..=seeds {
            let design = Arc::new(Design::new(&panel, &checked, None));
            let before = cpu();
            let fit = fit_design(design, seed, &|_| {}, &Cancel::new()).unwrap();
            let spent = cpu() - before;
            let mut all: Vec<(String, f64, f64)> = fit
                .scalars()
                .into_iter()
                .map(|(name, chains)| {
                    let c = convergence(&chains);
                    (name, c.ess_bulk, c.rhat)
                })
                .collect();
            all.sort_by(|a, b| a.1.total_cmp(&b.1));
            let rhat = all.iter().map(|a| a.2).fold(1.0, f64::max);
            println!(
                "| {name} | {} | {spent:.2} | {} | {:.1} | {} | {:.0} | {:.0} | {rhat:.4} | {} | {:.2} |",
                fit.problem.slots.len,
                fit.gradients(),
                1e6 * spent / fit.gradients() as f64,
                fit.posterior.len(),
                all[0].1,
                all[0].1 / spent,
                fit.divergences(),
                fit.chains[0].step_size,
            );
            if std::env::var_os("WORST").is_some() {
                let told: Vec<String> = all.iter().take(8).map(|a| format!("{} {:.0}", a.0, a.1)).collect();
                println!("    {}; median {:.0}", told.join(", "), all[all.len() / 2].1);
            }
        }
    }
}
