//! Noise other than normal: what was planted is found, and the other likelihood would not have found it.
#![allow(clippy::unwrap_used)]

#[path = "mmm/data.rs"]
#[allow(dead_code)]
mod data;

use ndarray::Axis;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, Poisson, StandardNormal, StudentT};
use tandem_models::domain::panel::{KpiKind, Panel};
use tandem_models::mmm::diagnostics::diagnose;
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::sample::{Cancel, Sampled, fit};
use tandem_models::mmm::spec::Spec;

const EFFECTS: [f64; 2] = [300.0, 260.0];

fn fitted(panel: &Panel, likelihood: &str) -> Sampled {
    let spec: Spec = toml::from_str(&format!(
        "likelihood = '{likelihood}'\n[saturation]\nkind = 'michaelis_menten'\n[priors]\n\
         effect = {{ on = 'share', dist = 'beta', a = 1.0, b = 4.0 }}\n[sampler]\ntune = 400\ndraws = 500"
    ))
    .unwrap();
    fit(panel, &spec.validate(panel).unwrap(), 1, &|_| {}, &Cancel::new()).unwrap()
}

fn totals(sampled: &Sampled, c: usize) -> Interval {
    let p = &sampled.posterior;
    Interval::from_draws(p.thin(500).iter().map(|&d| p.expand(d).media.index_axis(Axis(0), c).sum()))
}

fn dispersion(sampled: &Sampled) -> Interval {
    Interval::from_draws(sampled.posterior.draws.dispersion.iter().copied())
}

fn converged(sampled: &Sampled) {
    let chains = diagnose(sampled).chains.unwrap();
    assert!(chains.rhat < 1.02, "R-hat {} ({}), ESS {}", chains.rhat, chains.worst, chains.ess_bulk);
}

fn covered(told: &Interval, truth: f64) -> bool {
    told.p05 <= truth && truth <= told.p95
}

/// A world without noise, and a copy with what `noise(mean)` makes of each week.
fn world(noise: &mut dyn FnMut(f64) -> f64) -> (Panel, Vec<f64>) {
    let world = data::world(156, &EFFECTS, 0.0, 21);
    let mut panel = world.panel;
    panel.outcome.mapv_inplace(noise);
    (panel, world.truth)
}

#[test]
fn effects_and_tails_are_found_under_heavy_tailed_noise() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let heavy = StudentT::new(2.0).unwrap();
    let (panel, truth) = world(&mut |m| m + 25.0 * heavy.sample(&mut rng));
    let told = fitted(&panel, "student_t");
    converged(&told);
    for (c, truth) in truth.iter().enumerate() {
        assert!(covered(&totals(&told, c), *truth), "{truth} {:?}", totals(&told, c));
    }
    assert!(covered(&dispersion(&told), 2.0), "{:?}", dispersion(&told));
    // negative controls: normal noise is less sure of the same effects, and normal data have no heavy tails
    let plain = fitted(&panel, "normal");
    let width = |s: &Sampled| (0..2).map(|c| totals(s, c).p95 - totals(s, c).p05).sum::<f64>();
    assert!(width(&plain) > 1.15 * width(&told), "{} {}", width(&plain), width(&told));
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (normal, _) = world(&mut |m| m + 25.0 * rng.sample::<f64, _>(StandardNormal));
    assert!(dispersion(&fitted(&normal, "student_t")).p05 > 4.0);
}

#[test]
fn effects_and_size_are_found_in_counts() {
    // about 400 a week, scattered more than Poisson: size 60
    let scale = 0.3;
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let mut count = |m: f64, size: f64| -> f64 {
        let rate = Gamma::new(size, m * scale / size).unwrap().sample(&mut rng);
        Poisson::new(rate).unwrap().sample(&mut rng)
    };
    let (mut panel, truth) = world(&mut |m| count(m, 60.0));
    panel.kpi_kind = KpiKind::Count;
    let told = fitted(&panel, "negative_binomial");
    converged(&told);
    for (c, truth) in truth.iter().enumerate() {
        assert!(covered(&totals(&told, c), truth * scale), "{} {:?}", truth * scale, totals(&told, c));
    }
    assert!(covered(&dispersion(&told), 60.0), "{:?}", dispersion(&told));
    // negative control: counts that scatter no more than Poisson have a far larger size
    let (mut poisson, _) = world(&mut |m| count(m, 1e6));
    poisson.kpi_kind = KpiKind::Count;
    assert!(dispersion(&fitted(&poisson, "negative_binomial")).p05 > 150.0);
}
