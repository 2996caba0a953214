//! Simulation-based calibration (Talts et al. 2018): over worlds drawn from the prior, the truth's rank among posterior draws is
//! uniform. 300 worlds of 104 weeks x 4 channels.
#![allow(clippy::unwrap_used)]

#[path = "mmm/data.rs"]
#[allow(dead_code)]
mod data;

use std::sync::Arc;

use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use tandem_models::mmm::design::Design;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::posterior::Posterior;
use tandem_models::mmm::sample::{Cancel, Settled, fit_settled, prior};
use tandem_models::mmm::spec::Spec;

const WORLDS: usize = 300;
/// Thinned posterior draws a rank is taken among; ranks are `0..=KEPT`.
const KEPT: usize = 19;

/// Scalars that must be calibrated, of draw `d`.
fn scalars(p: &Posterior, d: usize) -> Vec<(String, f64)> {
    let w = &p.draws;
    let mut out = vec![("sigma".to_owned(), w.sigma[(d, 0)]), ("intercept".to_owned(), w.intercept[(d, 0)])];
    for (k, feature) in p.design.features.iter().enumerate() {
        out.push((feature.name.clone(), w.linear[(d, k)]));
    }
    for (c, channel) in p.design.channels().iter().enumerate() {
        out.push((format!("{}.alpha", channel.name), w.adstock[(d, c, 0)]));
        out.push((format!("{}.half", channel.name), w.saturation[(d, c, 0)]));
        out.push((format!("{}.slope", channel.name), w.saturation[(d, c, 1)]));
        out.push((format!("{}.beta", channel.name), w.beta[(d, c, 0)]));
        let spend = p.design.spend(c).sum();
        out.push((format!("{}.roi", channel.name), p.caused(d, c, Window::all(p), &[1.0])[0].money / spend));
    }
    out
}

/// p-value of uniform ranks by chi-square.
fn uniform(ranks: &[usize]) -> f64 {
    let mut bins = [0.0; KEPT + 1];
    ranks.iter().for_each(|r| bins[*r] += 1.0);
    let want = ranks.len() as f64 / bins.len() as f64;
    let chi: f64 = bins.iter().map(|b| (b - want).powi(2) / want).sum();
    1.0 - ChiSquared::new(KEPT as f64).unwrap().cdf(chi)
}

/// Ranks of every scalar's truth by world: outcomes simulated from the prior with `noise` times the noise that was drawn,
/// fitted as if it were the noise drawn.
fn ranks(worlds: usize, noise: f64) -> Vec<Vec<(String, usize)>> {
    let world = data::world(104, &[120.0, 200.0, 80.0, 160.0], 30.0, 12);
    let spec: Spec = toml::from_str("[adstock]\nmax_lag = 8\n[baseline]\nfourier = 1").unwrap();
    let base = Arc::new(Design::new(&world.panel, &spec.validate(&world.panel).unwrap(), None));
    let truth = prior(base.clone(), worlds, 5).unwrap();
    let settled = Settled { chains: 2, tune: 400, draws: 760, target_accept: 0.9, max_depth: 10, threads: 1 };
    (0..worlds)
        .into_par_iter()
        .map(|d| {
            let mut rng = ChaCha8Rng::seed_from_u64(77);
            rng.set_stream(d as u64);
            let told = truth.expand(d);
            let mean: Array2<f64> = told.media.sum_axis(Axis(0)) + &told.baseline;
            let sigma = noise * truth.draws.sigma[(d, 0)] * base.kpi_scale(0);
            let mut panel = base.panel.clone();
            panel.outcome = mean.mapv(|m| m + sigma * rng.sample::<f64, _>(StandardNormal));
            let design = Arc::new(Design::new(&panel, &base.spec, Some(&base.scales)));
            let fit = fit_settled(design, settled, d as u64, &|_| {}, &Cancel::new()).unwrap().posterior;
            let kept: Vec<Vec<(String, f64)>> = (0..KEPT).map(|i| scalars(&fit, i * fit.len() / KEPT)).collect();
            scalars(&truth, d)
                .into_iter()
                .enumerate()
                .map(|(i, (name, value))| (name, kept.iter().filter(|k| k[i].1 < value).count()))
                .collect()
        })
        .collect()
}

/// p-value of uniform ranks by scalar.
fn tested(ranks: &[Vec<(String, usize)>]) -> Vec<(String, f64)> {
    let own = |i: usize| ranks.iter().map(|r| r[i].1).collect::<Vec<usize>>();
    ranks[0].iter().enumerate().map(|(i, (name, _))| (name.clone(), uniform(&own(i)))).collect()
}

#[test]
fn ranks_of_parameters_and_roi_are_uniform() {
    let told = tested(&ranks(WORLDS, 1.0));
    told.iter().for_each(|(name, p)| eprintln!("{name}: p {p:.4}"));
    // 0.01 each after Bonferroni's correction
    let failed: Vec<_> = told.iter().filter(|(_, p)| *p < 0.01 / told.len() as f64).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn a_wrong_noise_would_be_noticed() {
    // negative control, a fifth of the worlds: outcomes that scatter 1.4 times as much as the model was told
    let told = tested(&ranks(WORLDS / 5, 1.4));
    let sigma = told.iter().find(|(name, _)| name == "sigma").unwrap().1;
    assert!(sigma < 0.01 / told.len() as f64, "{sigma}");
}
