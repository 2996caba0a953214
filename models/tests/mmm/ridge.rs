//! Ridge: right on planted truth, quick on real data, the same bits on any number of threads.

use linfa::prelude::{Fit, ParamGuard};
use ndarray::{Array1, Array2};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tandem_models::domain::panel::Panel;
use tandem_models::health::{Check, Status};
use tandem_models::mmm::answers::answers;
use tandem_models::mmm::contributions::contributions;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::ridge::{self, RidgeError, RidgeFit, solve};
use tandem_models::mmm::spec::Spec;
use tandem_models::mmm::verdict::Decision;

use crate::data;

fn fit(panel: &Panel, spec: &Spec) -> RidgeFit {
    let checked = spec.clone().for_ridge().validate(panel).expect("a spec that fits");
    ridge::fit(&Arc::new(Design::new(panel, &checked, None)), &|_| true).expect("a fit")
}

/// Total contribution of each channel.
fn totals(fit: &RidgeFit) -> Vec<Interval> {
    contributions(&fit.posterior).channels.iter().map(|c| c.total).collect()
}

/// Totals of `x1` and `x2` that generated `pymc_mmm_example.csv`, from its README.
const PYMC_TRUTH: [f64; 2] = [274_848.0, 65_906.0];

#[test]
fn the_published_example_is_recovered_by_the_default_spec() {
    let Some(panel) = data::pymc() else { return };
    for (t, truth) in totals(&fit(&panel, &Spec::default())).iter().zip(PYMC_TRUTH) {
        assert!((t.mean / truth - 1.0).abs() < 0.15, "{t:?} for {truth}");
        assert!(t.p05 < truth && truth < t.p95, "{t:?} for {truth}");
    }
}

#[test]
fn the_published_example_is_recovered_by_the_example_spec_and_tells_its_shapes() {
    let Some(panel) = data::pymc() else { return };
    let path = "../docs/examples/pymc_mmm_spec.toml";
    let spec: Spec = toml::from_str(&std::fs::read_to_string(path).expect("example")).expect("toml");
    let fitted = fit(&panel, &spec);
    for (t, truth) in totals(&fitted).iter().zip(PYMC_TRUTH) {
        assert!((t.mean / truth - 1.0).abs() < 0.10, "{t:?} for {truth}");
        assert!(t.p05 < truth && truth < t.p95, "{t:?} for {truth}");
    }
    // Planted carry-over: 0.4 and 0.2.
    for (c, truth) in [(0, 0.4), (1, 0.2)] {
        let alpha = fitted.posterior.draws.adstock.slice(ndarray::s![.., c, 0]).mean().expect("draws");
        assert!((alpha - truth).abs() < 0.1, "alpha of x{} is {alpha}", c + 1);
    }
}

#[test]
fn the_answer_on_the_published_example_stays_where_it_was() {
    // Guards against unintended changes; tolerance 1%. Change it knowingly, with the reason in the commit message.
    let Some(panel) = data::pymc() else { return };
    for (t, golden) in totals(&fit(&panel, &Spec::default())).iter().zip([279_780.0, 68_433.0]) {
        assert!((t.mean / golden - 1.0).abs() < 0.01, "{t:?} for {golden}");
    }
}

#[test]
fn intervals_cover_the_planted_truth_and_point_at_it() {
    let (mut covered, mut all, mut error) = (0, 0, 0.0);
    let spec: Spec = toml::from_str("saturation = { kind = \"michaelis_menten\" }").expect("toml");
    for seed in 0..15 {
        let w = data::world(156, &[300.0, 150.0, 80.0], 40.0, seed);
        for (t, truth) in totals(&fit(&w.panel, &spec)).iter().zip(&w.truth) {
            all += 1;
            covered += usize::from(t.p05 <= *truth && *truth <= t.p95);
            error += (t.mean / truth - 1.0) / 45.0;
        }
    }
    // 90% intervals: fewer than 35 of 45 would happen once in 200 runs of honest ones.
    assert!(covered >= 35, "{covered} of {all} covered");
    assert!(error.abs() < 0.35, "mean relative error {error}");
    assert!(covered < all, "negative control: intervals that always cover are too wide to use");
}

#[test]
fn a_channel_without_effect_is_not_credited_and_one_with_effect_is() {
    for seed in 0..4 {
        let idle = data::world(156, &[300.0, 0.0], 30.0, seed);
        let busy = data::world(156, &[300.0, 300.0], 30.0, seed);
        let (none, some) = (fit(&idle.panel, &Spec::default()), fit(&busy.panel, &Spec::default()));
        let sum = idle.panel.outcome.sum();
        assert!(totals(&none)[1].p05 < 0.005 * sum, "{:?}", totals(&none)[1]);
        assert!(totals(&none)[1].mean < 0.03 * sum, "{:?} of {sum}", totals(&none)[1]);
        let told = answers(&none.posterior, Window::all(&none.posterior));
        assert_ne!(ridge::verdicts(&none, &told)[1].decision, Decision::Decidable);
        // Negative control: the same channel is credited where it has an effect.
        assert!(totals(&some)[1].p05 > 0.05 * busy.panel.outcome.sum(), "{:?}", totals(&some)[1]);
    }
}

#[test]
fn shuffled_spend_loses_its_credit() {
    let mut credited = 0.0;
    for seed in 0..4 {
        let w = data::world(156, &[300.0, 150.0], 30.0, seed);
        let mut shuffled = w.panel.clone();
        let spend = &mut shuffled.channels[0].spend;
        let mut rng = ChaCha8Rng::seed_from_u64(seed + 100);
        for t in (1..156).rev() {
            spend.swap((0, t), (0, rng.random_range(0..=t)));
        }
        let (right, wrong) =
            (totals(&fit(&w.panel, &Spec::default()))[0], totals(&fit(&shuffled, &Spec::default()))[0]);
        assert!(wrong.p05 <= 0.0, "no certainty of an effect: {wrong:?}");
        assert!(right.p05 > 0.5 * w.truth[0], "negative control: {right:?} of {}", w.truth[0]);
        credited += wrong.mean / right.mean / 4.0;
    }
    assert!(credited < 0.5, "shuffled spend keeps {credited} of its credit");
}

#[test]
fn weekly_revenue_of_five_channels_takes_under_two_seconds() {
    let Some(panel) = data::robyn() else { return };
    let start = Instant::now();
    let fitted = fit(&panel, &Spec::default());
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("robyn_weekly: {seconds:.2} s");
    assert!(seconds < 10.0, "{seconds} s even on a busy machine");
    let told = contributions(&fitted.posterior);
    assert!(told.r2 > 0.8 && fitted.holdout.as_ref().and_then(|h| h.mape()).expect("holdout") < 0.2, "{}", told.r2);
    let health = ridge::health(&fitted, &told, &answers(&fitted.posterior, Window::all(&fitted.posterior)));
    assert!(health.status < Status::Fail, "{health:?}");
}

#[test]
fn twenty_geos_take_under_ten_seconds_and_add_up() {
    let Some(panel) = data::meridian_geo() else { return };
    let start = Instant::now();
    let fitted = fit(&panel, &Spec::default());
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("meridian_geo_media: {seconds:.2} s");
    assert!(seconds < 30.0, "{seconds} s even on a busy machine");
    let told = contributions(&fitted.posterior);
    let sum = told.channels.iter().map(|c| c.total.mean).sum::<f64>() + told.baseline.total.mean;
    assert!((sum / told.fitted.total.mean - 1.0).abs() < 1e-9);
    assert!((told.fitted.total.mean / panel.outcome.sum() - 1.0).abs() < 0.02);
    // Weeks differ in ways that all geos share and no column tells; health must say so.
    assert!(told.r2 > 0.3, "{}", told.r2);
    let health = ridge::health(&fitted, &told, &answers(&fitted.posterior, Window::all(&fitted.posterior)));
    assert_eq!(health.findings.iter().find(|f| f.check == Check::Fit).expect("check").status, Status::Review);
    // Spend and impressions are the same series here up to a price, so the model must not care which it is given.
    let by_exposure: Spec = toml::from_str("media = \"exposure\"").expect("toml");
    for (a, b) in totals(&fit(&panel, &by_exposure)).iter().zip(totals(&fitted)) {
        assert!((a.mean / b.mean - 1.0).abs() < 0.15, "{a:?} {b:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let panel = data::world(104, &[200.0, 90.0, 40.0], 20.0, 3).panel;
    let on = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
        pool.install(|| fit(&panel, &Spec { seed, ..Spec::default() })).posterior.draws
    };
    let one = on(1, 1);
    assert!(one == on(3, 1));
    assert!(one != on(3, 2), "negative control: another seed draws otherwise");
}

#[test]
fn a_cancelled_fit_keeps_nothing() {
    let panel = data::world(104, &[200.0, 90.0], 20.0, 3).panel;
    let design = Arc::new(Design::new(&panel, &Spec::default().for_ridge().validate(&panel).expect("spec"), None));
    let calls = AtomicUsize::new(0);
    let stop = ridge::fit(&design, &|_| calls.fetch_add(1, Ordering::Relaxed) < 5);
    assert_eq!(stop.expect_err("cancelled"), RidgeError::Cancelled);
}

#[test]
fn twins_are_reported_as_tangled() {
    let mut panel = data::world(156, &[300.0, 150.0], 30.0, 2).panel;
    let health = |p: &Panel| {
        let f = fit(p, &Spec::default());
        let a = answers(&f.posterior, Window::all(&f.posterior));
        let verdict = ridge::verdicts(&f, &a)[1].decision;
        (ridge::health(&f, &contributions(&f.posterior), &a), verdict)
    };
    let found = |p: &Panel| health(p).0.findings.iter().find(|f| f.check == Check::Collinearity).expect("check").status;
    assert_eq!(found(&panel), Status::Pass, "negative control: independent flights");
    let twin = panel.channels[0].spend.mapv(|x| 0.5 * x);
    panel.channels[1].spend = twin;
    assert_eq!(found(&panel), Status::Review);
    assert_eq!(health(&panel).1, Decision::NotDecidable);
}

#[test]
fn ridge_without_bounds_is_linfas() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut x = Array2::from_shape_simple_fn((80, 6), || rng.random_range(-1.0..1.0));
    for mut column in x.columns_mut() {
        let mean = column.mean().expect("rows");
        column -= mean;
    }
    let b = Array1::from(vec![1.0, -2.0, 0.5, 0.0, 3.0, -0.2]);
    let mut y = x.dot(&b) + Array1::from_shape_simple_fn(80, || rng.random_range(-0.3..0.3));
    y -= y.mean().expect("rows");
    let params = linfa_elasticnet::ElasticNet::<f64>::params().l1_ratio(0.0).penalty(0.7).with_intercept(false);
    let params = params.tolerance(1e-14).max_iterations(1_000_000).check().expect("params");
    let theirs = params.fit(&linfa::Dataset::new(x.clone(), y.clone())).expect("fit");
    // linfa's objective is |y - Xb|^2 / (2 n) + penalty |b|^2 / 2.
    let ours = solve::ridge(&x, &y.to_vec(), 0.7 * 80.0, false);
    for (o, t) in ours.iter().zip(theirs.hyperplane()) {
        assert!((o - t).abs() < 1e-6, "{o} {t}");
    }
    // Negative control: with the bound the negative coefficients are gone.
    assert!(solve::ridge(&x, &y.to_vec(), 0.7 * 80.0, true).iter().all(|v| *v >= 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn bounded_ridge_meets_the_conditions_of_optimality(seed in any::<u64>(), n in 1usize..12, twin in any::<bool>(), penalty in 0.0f64..2.0) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut x = Array2::from_shape_simple_fn((30, n), || rng.random_range(-1.0..1.0f64));
        if twin && n > 1 {
            let first = x.column(0).to_owned();
            x.column_mut(n - 1).assign(&(first * 1.000_001));
        }
        let y: Vec<f64> = (0..30).map(|_| rng.random_range(-2.0..2.0)).collect();
        let penalty = penalty + 1e-6;
        let b = solve::ridge(&x, &y, penalty, true);
        let residual = Array1::from(y) - x.dot(&Array1::from(b.clone()));
        let gain = x.t().dot(&residual) - Array1::from(b.clone()) * penalty;
        for j in 0..n {
            prop_assert!(b[j] >= 0.0);
            // No gain left upwards; none either way where the coefficient is off its bound.
            prop_assert!(gain[j] <= 1e-6, "{} {}", gain[j], b[j]);
            prop_assert!(b[j] == 0.0 || gain[j].abs() <= 1e-6, "{} {}", gain[j], b[j]);
        }
    }
}
