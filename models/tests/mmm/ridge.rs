//! Ridge: right on planted truth, quick on real data, the same bits on any number of threads.

use std::sync::Arc;
use std::time::Instant;
use tandem_models::domain::panel::Panel;
use tandem_models::mmm::{design::Design, ridge, ridge::RidgeFit, spec::Spec};

use crate::data;

fn fit(panel: &Panel, spec: &Spec) -> RidgeFit {
    let checked = spec.validate(panel).expect("a spec that fits");
    ridge::fit(&Arc::new(Design::new(panel, &checked, None)), &|_| true).expect("a fit")
}

/// Mean, 5% and 95% of each channel's total contribution.
fn totals(fit: &RidgeFit) -> Vec<[f64; 3]> {
    let p = &fit.posterior;
    let channels = p.design.channels().len();
    let all: Vec<Vec<f64>> = (0..p.len()).map(|d| p.expand(d).media.outer_iter().map(|m| m.sum()).collect()).collect();
    (0..channels)
        .map(|c| {
            let mut v: Vec<f64> = all.iter().map(|d| d[c]).collect();
            v.sort_by(f64::total_cmp);
            let n = v.len();
            [v.iter().sum::<f64>() / n as f64, v[n / 20], v[n - 1 - n / 20]]
        })
        .collect()
}

#[test]
#[ignore = "prints, for a look"]
fn look() {
    for (name, panel) in [("pymc", data::pymc()), ("robyn", data::robyn()), ("meridian", data::meridian_geo())] {
        let Some(panel) = panel else { continue };
        let spec = std::env::var("SPEC").map_or_else(|_| Spec::default(), |s| toml::from_str(&s).expect("spec"));
        let start = Instant::now();
        let fit = fit(&panel, &spec);
        println!(
            "{name} {:?} sum {:.4e} near {} cols {} penalty {} cv {:.4e} holdout {:?}",
            start.elapsed(),
            panel.outcome.sum(),
            fit.near_best,
            fit.columns,
            fit.penalty,
            fit.cv_rmse,
            fit.holdout.as_ref().and_then(|h| h.mape())
        );
        for (c, t) in totals(&fit).iter().enumerate() {
            let d = &fit.posterior.draws;
            let col = |a: &ndarray::Array3<f64>, i| a.slice(ndarray::s![.., c, i]).mean().unwrap_or(0.0);
            println!(
                "  {:12} {:.4e} [{:.4e} {:.4e}] a {:.2} {:.2} h {:.2} s {:.2}",
                fit.posterior.design.channels()[c].name,
                t[0],
                t[1],
                t[2],
                col(&d.adstock, 0),
                col(&d.adstock, 1),
                col(&d.saturation, 0),
                col(&d.saturation, 1)
            );
        }
    }
}

#[test]
#[ignore = "prints, for a look"]
fn coverage() {
    for truth in ["mm", "logistic"] {
        for spec in ["", "saturation.kind=\"logistic\"", "saturation.slope=\"free\""] {
            let spec: Spec = toml::from_str(spec).expect("spec");
            let mut hit = [0; 4];
            let mut error = [[0.0; 2]; 4];
            let n = 30;
            for seed in 0..n {
                let w = data::world_of(156, &[300.0, 150.0, 80.0, 0.0], 40.0, seed, truth == "logistic");
                let t = totals(&fit(&w.panel, &spec));
                for c in 0..4 {
                    hit[c] += u64::from(t[c][1] <= w.truth[c] && w.truth[c] <= t[c][2]);
                    error[c][0] += (t[c][0] - w.truth[c]) / w.truth[c].max(1.0) / n as f64;
                    error[c][1] += ((t[c][0] - w.truth[c]) / w.truth[c].max(1.0)).abs() / n as f64;
                }
            }
            println!(
                "truth {truth} fitted {:?} {:?}: covered {hit:?} of {n}, rel bias, abs {error:.3?}",
                spec.saturation.kind, spec.saturation.slope
            );
        }
    }
}
