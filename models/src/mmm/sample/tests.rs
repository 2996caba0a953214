//! The kernel against finite differences and against a plain dense computation.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::build;
use super::density::Density;
use super::testbed::{design, panel};

/// The worst disagreement of the gradient with central differences at random points, relative to its size.
fn worst_slope(spec: &str, geos: usize) -> f64 {
    let panel = panel(geos, 40, 3, 5);
    let problem = build::problem(&design(&panel, spec)).expect("the problem builds");
    let mut density = Density::new(Arc::new(problem));
    let n = density.dim();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut grad, mut scratch) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = 0.0f64;
    for _ in 0..3 {
        let z: Vec<f64> = (0..n).map(|_| 1.6 * (rng.random::<f64>() - 0.5)).collect();
        density.evaluate(&z, &mut grad).expect("a finite density");
        for i in 0..n {
            let h = 1e-3;
            let mut at = |d: f64| {
                let mut z = z.clone();
                z[i] += d;
                density.evaluate(&z, &mut scratch).expect("a finite density")
            };
            // fourth-order differences: the density is large, and a marginal return a small part of it, so a small step would
            // drown in rounding
            let numeric = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
            let off = (numeric - grad[i]).abs() / (1.0 + numeric.abs().max(grad[i].abs()));
            if off > 1e-5 {
                eprintln!("parameter {i}: numeric {numeric}, derived {}", grad[i]);
            }
            worst = worst.max(off);
        }
    }
    worst
}

#[test]
fn no_bit_depends_on_what_is_kept_for_the_way_back() {
    for saturation in
        ["kind = 'hill'\nslope = 'free'", "kind = 'hill'\nslope = 'fixed'", "kind = 'tanh'", "kind = 'none'"]
    {
        for (geos, adstock) in [(1, "geometric"), (11, "geometric"), (3, "delayed")] {
            let spec = format!("[adstock]\nkind = '{adstock}'\nmax_lag = 6\n[saturation]\n{saturation}\n{EXPERIMENT}");
            let problem = Arc::new(build::problem(&design(&panel(geos, 40, 3, 5), &spec)).expect("the problem builds"));
            let told = |at_most: usize, scale: f64| {
                let mut density = Density::keeping(problem.clone(), at_most);
                let n = density.dim();
                let (mut first, mut second) = (vec![0.0; n], vec![0.0; n]);
                let z: Vec<f64> = (0..n).map(|i| scale * (i as f64 * 1.3).sin()).collect();
                let value = density.evaluate(&z, &mut first).expect("a finite density");
                // what a point leaves behind must not reach the next
                let other: Vec<f64> = z.iter().map(|z| 0.5 * z).collect();
                density.evaluate(&other, &mut second).expect("a finite density");
                assert_eq!(density.evaluate(&z, &mut second), Ok(value));
                assert_eq!(first, second);
                (value, first)
            };
            assert_eq!(told(usize::MAX, 0.4), told(0, 0.4), "{geos} {spec}");
            // negative control: another point tells something else
            assert_ne!(told(0, 0.4), told(0, 0.3));
        }
    }
}

const EXPERIMENT: &str = r#"
[[experiment]]
channel = "c1"
from = "2022-03-01"
to = "2022-04-15"
lift = 900.0
lift_se = 300.0
unit = "revenue"
[[experiment]]
channel = "c0"
from = "2022-05-02"
to = "2022-06-12"
read_to = "2022-07-03"
geos = ["g0"]
lift = -90.0
lift_se = 40.0
counterfactual_spend = 700.0
unit = "kpi"
"#;

#[test]
fn gradient_matches_finite_differences_for_every_shape_order_and_noise() {
    for geos in [1, 3] {
        for adstock in ["geometric", "delayed", "weibull_pdf", "weibull_cdf"] {
            for (saturation, slope) in [
                ("hill", "fixed"),
                ("hill", "free"),
                ("logistic", "fixed"),
                ("michaelis_menten", "fixed"),
                ("tanh", "fixed"),
                ("none", "fixed"),
            ] {
                for order in ["adstock_first", "saturation_first"] {
                    for likelihood in ["normal", "student_t", "negative_binomial"] {
                        let spec = format!(
                            "order = '{order}'\nlikelihood = '{likelihood}'\n[adstock]\nkind = '{adstock}'\nmax_lag = 6\n\
                             [saturation]\nkind = '{saturation}'\nslope = '{slope}'\n"
                        );
                        let worst = worst_slope(&spec, geos);
                        assert!(worst < 1e-5, "{geos} geos, {spec}: {worst}");
                    }
                }
            }
        }
    }
}

#[test]
fn gradient_matches_finite_differences_for_every_prior_target_with_experiments_and_carry_in() {
    for geos in [1, 3, 11] {
        for (on, dist) in [
            ("roi", "dist = 'log_normal', mu = 0.2, sigma = 0.9"),
            ("roi", "dist = 'normal', mean = 1.0, sd = 2.0"),
            ("roi", "dist = 'half_normal', sd = 2.0"),
            ("mroi", "dist = 'log_normal', mu = 0.0, sigma = 0.9"),
            ("mroi", "dist = 'gamma', shape = 2.0, rate = 2.0"),
            ("share", "dist = 'beta', a = 1.0, b = 9.0"),
            ("share", "dist = 'uniform', low = 0.0, high = 0.8"),
            ("coefficient", "dist = 'half_normal', sd = 2.0"),
            ("coefficient", "dist = 'normal', mean = 0.0, sd = 2.0"),
        ] {
            let spec = format!(
                "carry_in = 'mean'\n[adstock]\nmax_lag = 5\n[priors]\neffect = {{ on = '{on}', {dist} }}\n\
                 [baseline]\nknots = 4\n[geo]\ncontrol_sd = 0.4\n[[channel]]\nname = 'c2'\nbrand = true\nbrand_window = 30\n{EXPERIMENT}"
            );
            let worst = worst_slope(&spec, geos);
            assert!(worst < 1e-5, "{geos} geos, {on} {dist}: {worst}");
        }
    }
}

#[test]
fn gradient_matches_finite_differences_for_levers_and_effects_that_move() {
    for geos in [1, 3, 11] {
        for (likelihood, order) in
            [("normal", "adstock_first"), ("student_t", "saturation_first"), ("negative_binomial", "adstock_first")]
        {
            for saturation in ["logistic", "michaelis_menten", "none"] {
                let spec = format!(
                    "likelihood = '{likelihood}'\norder = '{order}'\ncarry_in = 'mean'\n[adstock]\nmax_lag = 5\n\
                     [saturation]\nkind = '{saturation}'\n[[lever]]\nname = 'k0'\nsign = 'negative'\n\
                     [[lever]]\nname = 'k1'\n[[channel]]\nname = 'c1'\ndrift = {{ knots = 3, sd = 0.4 }}\n\
                     [[channel]]\nname = 'c2'\nprior = {{ on = 'mroi', dist = 'log_normal', mu = 0.0, sigma = 0.9 }}\n\
                     drift = {{ knots = 2, sd = 0.2 }}\n{EXPERIMENT}"
                );
                let worst = worst_slope(&spec, geos);
                assert!(worst < 1e-5, "{geos} geos, {likelihood} {order} {saturation}: {worst}");
            }
        }
    }
}

#[test]
fn a_wrong_gradient_would_be_noticed() {
    // negative control of the two tests above: shift one slope by a thousandth and the measure must exceed their limit
    let panel = panel(1, 40, 3, 5);
    let problem = build::problem(&design(&panel, "")).expect("the problem builds");
    let mut density = Density::new(Arc::new(problem));
    let n = density.dim();
    let (z, mut grad, mut scratch) = (vec![0.1; n], vec![0.0; n], vec![0.0; n]);
    density.evaluate(&z, &mut grad).expect("a finite density");
    let mut at = |d: f64| {
        let mut z = z.clone();
        z[0] += d;
        density.evaluate(&z, &mut scratch).expect("a finite density")
    };
    let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
    assert!((numeric - grad[0]).abs() / (1.0 + grad[0].abs()) < 1e-5);
    assert!((numeric - grad[0] * 1.001).abs() / (1.0 + grad[0].abs()) > 1e-5);
}

/// `ln N(r; 0, s2 I + Z S Z')` by a plain Cholesky factorisation.
fn dense_log_density(z: &ndarray::Array3<f64>, sd: &[f64], r: &[f64], sigma: f64) -> f64 {
    let n = r.len();
    let mut a = vec![vec![0.0; n]; n];
    for (i, row) in a.iter_mut().enumerate() {
        row[i] = sigma * sigma;
    }
    for (plane, sd) in z.outer_iter().zip(sd) {
        let column: Vec<f64> = plane.iter().map(|v| v * sd).collect();
        for i in 0..n {
            for j in 0..n {
                a[i][j] += column[i] * column[j];
            }
        }
    }
    let (mut lp, mut w) = (-0.5 * n as f64 * std::f64::consts::TAU.ln(), r.to_vec());
    for i in 0..n {
        for j in 0..i {
            let below: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] = (a[i][j] - below) / a[j][j];
        }
        let below: f64 = (0..i).map(|k| a[i][k] * a[i][k]).sum();
        a[i][i] = (a[i][i] - below).sqrt();
        let done: f64 = (0..i).map(|k| a[i][k] * w[k]).sum();
        w[i] = (w[i] - done) / a[i][i];
        lp -= a[i][i].ln() + 0.5 * w[i] * w[i];
    }
    lp
}

#[test]
fn integrating_out_equals_the_dense_normal_density() {
    use super::linear::{Columns, Linear};
    use super::rows::Layout;
    for geos in [1, 2, 11] {
        let periods = 19;
        let layout = Layout::of(geos, periods);
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let columns = geos + 7;
        // intercepts by geo, three shared series, two that vary everywhere, two that live in one geo
        let mut z = ndarray::Array3::from_shape_fn((columns, geos, periods), |(p, g, t)| match p {
            p if p < geos => f64::from(u8::from(p == g)),
            p if p < geos + 3 => ((t * (p - geos + 1)) as f64 * 0.3).sin(),
            _ => rng.random::<f64>() - 0.5,
        });
        for p in geos + 5..columns {
            for g in 0..geos {
                if g != p % geos {
                    z.slice_mut(ndarray::s![p, g, ..]).fill(0.0);
                }
            }
        }
        let sd: Vec<f64> = (0..columns).map(|p| 0.5 + p as f64 * 0.2).collect();
        let y = ndarray::Array2::from_shape_fn((geos, periods), |_| rng.random::<f64>());
        let linear = Linear::new(&Columns { z: z.clone(), sd: sd.clone() }, layout).expect("it decomposes");
        for sigma in [0.02f64, 0.7, 3.0] {
            let mut rows = layout.pack(|g, t| y[(g, t)]);
            let got = linear.marginal(&mut rows, sigma.ln(), &mut linear.state()).log_density;
            let want = dense_log_density(&z, &sd, y.as_slice().expect("contiguous"), sigma);
            assert!((got - want).abs() < 1e-8 * want.abs(), "{geos} geos, sigma {sigma}: {got} {want}");
        }
    }
}

#[test]
fn drawn_coefficients_have_the_exact_conditional_mean_and_covariance() {
    use super::linear::{Columns, Linear};
    use super::rows::Layout;
    let (periods, sigma) = (12, 0.4f64);
    let layout = Layout::of(1, periods);
    let z =
        ndarray::Array3::from_shape_fn((2, 1, periods), |(p, _, t)| if p == 0 { 1.0 } else { t as f64 / 6.0 - 1.0 });
    let y: Vec<f64> = (0..periods).map(|t| 2.0 + 0.3 * t as f64).collect();
    let linear = Linear::new(&Columns { z: z.clone(), sd: vec![3.0, 1.5] }, layout).expect("it decomposes");
    let rows = layout.pack(|_, t| y[t]);
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let mut state = linear.state();
    let mut normal = || -> f64 { rand_distr::Distribution::sample(&rand_distr::StandardNormal, &mut rng) };
    let draws: Vec<Vec<f64>> = (0..40_000).map(|_| linear.draw(&rows, sigma.ln(), &mut state, &mut normal)).collect();
    // the 2 x 2 posterior by hand
    let (mut a, mut b) = ([[1.0 / 9.0, 0.0], [0.0, 1.0 / 2.25]], [0.0; 2]);
    for t in 0..periods {
        let row = [z[(0, 0, t)], z[(1, 0, t)]];
        for i in 0..2 {
            b[i] += row[i] * y[t] / (sigma * sigma);
            for j in 0..2 {
                a[i][j] += row[i] * row[j] / (sigma * sigma);
            }
        }
    }
    let det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
    let cov = [[a[1][1] / det, -a[0][1] / det], [-a[1][0] / det, a[0][0] / det]];
    for i in 0..2 {
        let mean = draws.iter().map(|d| d[i]).sum::<f64>() / draws.len() as f64;
        let want = cov[i][0] * b[0] + cov[i][1] * b[1];
        assert!((mean - want).abs() < 4.0 * (cov[i][i] / draws.len() as f64).sqrt(), "mean {i}: {mean} {want}");
        let var = draws.iter().map(|d| (d[i] - want).powi(2)).sum::<f64>() / draws.len() as f64;
        assert!((var / cov[i][i] - 1.0).abs() < 0.05, "variance {i}: {var} {}", cov[i][i]);
    }
}

#[test]
fn the_kernel_and_the_posterior_tell_the_same_media_effect() {
    for (geos, spec) in [
        (1, "carry_in = 'mean'\n[adstock]\nmax_lag = 6"),
        (1, "order = 'saturation_first'\n[adstock]\nkind = 'weibull_pdf'\nmax_lag = 7\n[saturation]\nslope = 'free'"),
        (11, "[adstock]\nkind = 'delayed'\nmax_lag = 5\n[saturation]\nkind = 'logistic'"),
        (3, "[[channel]]\nname = 'c1'\nbrand = true\nbrand_window = 26"),
        (1, "[[channel]]\nname = 'c1'\ndrift = { knots = 3, sd = 0.8 }"),
        (11, "order = 'saturation_first'\n[[channel]]\nname = 'c0'\ndrift = { knots = 5 }"),
    ] {
        let panel = panel(geos, 40, 3, 9);
        let design = Arc::new(design(&panel, spec));
        let problem = Arc::new(build::problem(&design).expect("the problem builds"));
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let z: Vec<f64> = (0..problem.slots.len).map(|_| rng.random::<f64>() - 0.5).collect();
        let chain = super::ChainDraws { values: z.clone(), ..Default::default() };
        let (draws, _) = super::expand::expand(&problem, &design, &[chain], 1).expect("it expands");
        let posterior = crate::mmm::posterior::Posterior { design: design.clone(), draws };
        let told = posterior.expand(0).media.sum_axis(ndarray::Axis(0));
        let kernel = super::expand::kernel_media(&problem, &z);
        assert!(told.sum() > 1.0, "media must do something, or the comparison says nothing");
        for ((g, t), want) in told.indexed_iter() {
            let got = kernel[(g, t)] * design.kpi_scale(g);
            assert!((got - want).abs() < 1e-9 * (1.0 + want.abs()), "{geos} geos {spec}: {g} {t} {got} {want}");
        }
    }
}
