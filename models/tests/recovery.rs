//! Noise other than normal: what was planted is found, and the other likelihood would not have found it.
#![allow(clippy::unwrap_used)]

#[path = "mmm/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "features/tally.rs"]
mod tally;

use ndarray::Axis;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, Poisson, StandardNormal, StudentT};
use tandem_models::domain::panel::{KpiKind, Panel};
use tandem_models::mmm::diagnostics::diagnose;
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::sample::{Cancel, Sampled, fit};
use tandem_models::mmm::spec::Spec;

use crate::tally::{SEEDS, Tally};

const EFFECTS: [f64; 2] = [300.0, 260.0];

fn fitted(panel: &Panel, likelihood: &str) -> Sampled {
    let spec: Spec = toml::from_str(&format!(
        "likelihood = '{likelihood}'\n[adstock]\nmax_lag = 13\n[saturation]\nkind = 'michaelis_menten'\n[priors]\n\
         alpha = {{ dist = 'beta', a = 1.0, b = 3.0 }}\neffect = {{ on = 'share', dist = 'beta', a = 1.0, b = 4.0 }}\n[sampler]\ntune = 400\ndraws = 500"
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

/// A world without noise, with what `noise(mean)` makes of each week.
fn world(seed: u64, noise: &mut dyn FnMut(f64) -> f64) -> (Panel, Vec<f64>) {
    let world = data::world(156, &EFFECTS, 0.0, 20 + seed);
    let mut panel = world.panel;
    panel.outcome.mapv_inplace(noise);
    (panel, world.truth)
}

/// Length of both channels' intervals.
fn width(sampled: &Sampled) -> f64 {
    (0..2).map(|c| totals(sampled, c).p95 - totals(sampled, c).p05).sum()
}

#[test]
fn effects_and_tails_are_found_under_heavy_tailed_noise() {
    let (mut effects, mut tails, mut widths) = (Tally::default(), Tally::default(), Vec::new());
    for seed in SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let heavy = StudentT::new(2.0).unwrap();
        let (panel, truth) = world(seed, &mut |m| m + 25.0 * heavy.sample(&mut rng));
        let told = fitted(&panel, "student_t");
        converged(&told);
        truth.iter().enumerate().for_each(|(c, truth)| effects.add(&totals(&told, c), *truth));
        tails.add(&dispersion(&told), 2.0);
        // negative controls: normal noise is less sure of the same effects, and normal data have no heavy tails
        widths.push(width(&fitted(&panel, "normal")) / width(&told));
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (normal, _) = world(seed, &mut |m| m + 25.0 * rng.sample::<f64, _>(StandardNormal));
        let light = dispersion(&fitted(&normal, "student_t"));
        assert!(light.p05 > 4.0, "seed {seed}: {light:?}");
    }
    assert!(effects.covers() && effects.error() < 0.2, "{effects:?}");
    assert!(tails.covers() && tails.error() < 0.5, "{tails:?}");
    widths.sort_by(f64::total_cmp);
    assert!(widths[0] > 1.0 && widths[widths.len() / 2] > 1.15, "{widths:?}");
}

#[test]
fn effects_and_size_are_found_in_counts() {
    // about 400 a week, scattered more than Poisson: size 60
    let scale = 0.3;
    let (mut effects, mut sizes) = (Tally::default(), Tally::default());
    for seed in SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut count = |m: f64, size: f64| -> f64 {
            let rate = Gamma::new(size, m * scale / size).unwrap().sample(&mut rng);
            Poisson::new(rate).unwrap().sample(&mut rng)
        };
        let (mut panel, truth) = world(seed, &mut |m| count(m, 60.0));
        panel.kpi_kind = KpiKind::Count;
        let told = fitted(&panel, "negative_binomial");
        converged(&told);
        truth.iter().enumerate().for_each(|(c, truth)| effects.add(&totals(&told, c), truth * scale));
        sizes.add(&dispersion(&told), 60.0);
        // negative control: counts that scatter no more than Poisson have a far larger size
        let (mut poisson, _) = world(seed, &mut |m| count(m, 1e6));
        poisson.kpi_kind = KpiKind::Count;
        let even = dispersion(&fitted(&poisson, "negative_binomial"));
        assert!(even.p05 > 150.0, "seed {seed}: {even:?}");
    }
    assert!(effects.covers() && effects.error() < 0.3, "{effects:?}");
    assert!(sizes.covers() && sizes.error() < 0.4, "{sizes:?}");
}
