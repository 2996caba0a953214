//! The sampled posterior on public data with known or published figures.
#![allow(clippy::unwrap_used)]

#[path = "mmm/data.rs"]
#[allow(dead_code)]
mod data;

/// CPU seconds of this process so far.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let rest: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (rest[11].parse::<f64>().unwrap() + rest[12].parse::<f64>().unwrap()) / 100.0
}

use tandem_models::domain::panel::Panel;
use tandem_models::mmm::diagnostics::{Check, Status, diagnose};
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::sample::{Cancel, SampleError, Sampled, Settled, Step, fit};
use tandem_models::mmm::spec::Spec;
use tandem_models::mmm::validation::rolling_origin;
use tandem_models::mmm::verdict::{Decision, Verdicts, regressed, verdicts};

/// Totals of channel `c` over a thinned posterior, ascending.
fn totals(sampled: &Sampled, c: usize) -> Vec<f64> {
    let p = &sampled.posterior;
    let mut out: Vec<f64> =
        p.thin(1000).iter().map(|&d| p.expand(d).media.index_axis(ndarray::Axis(0), c).sum()).collect();
    out.sort_by(f64::total_cmp);
    out
}

const PYMC_SPEC: &str = "[adstock]\nmax_lag = 8\n[saturation]\nkind = 'logistic'\n\
    [priors]\neffect = { on = 'share', dist = 'beta', a = 1.0, b = 4.0 }";

#[test]
fn planted_contributions_are_found_and_covered() {
    let Some(panel) = data::pymc() else { return };
    let spec: Spec = toml::from_str(PYMC_SPEC).unwrap();
    let checked = spec.validate(&panel).unwrap();
    let (clock, before) = (std::time::Instant::now(), cpu());
    let sampled = fit(&panel, &checked, 1, &|_| {}, &Cancel::new()).unwrap();
    eprintln!("{:?}, {:.2} CPU s, {} gradients", clock.elapsed(), cpu() - before, sampled.gradients());
    let chains = diagnose(&sampled).chains.unwrap();
    eprintln!("R-hat {:.4} ({}), min ESS {:.0}", chains.rhat, chains.worst, chains.ess_bulk);
    assert!(sampled.divergences() == 0 && chains.rhat < 1.01, "{}", chains.rhat);
    // the truth is in the data folder's README
    for (c, truth) in [(0, 274_848.0), (1, 65_906.0)] {
        let totals = totals(&sampled, c);
        let mean = totals.iter().sum::<f64>() / totals.len() as f64;
        assert!((mean / truth - 1.0).abs() < 0.1, "channel {c}: {mean}");
        assert!(totals[50] < truth && truth < totals[950], "channel {c}: {} {}", totals[50], totals[950]);
    }
}

fn fitted(panel: &Panel, spec: &str) -> Sampled {
    let spec: Spec = toml::from_str(spec).unwrap();
    let checked = spec.validate(panel).unwrap();
    fit(panel, &checked, 1, &|_| {}, &Cancel::new()).unwrap()
}

/// Prints time, CPU time and effective sample sizes; returns the smallest bulk ESS.
fn told(name: &str, panel: &Panel, spec: &str) -> f64 {
    let spec: Spec = toml::from_str(spec).unwrap();
    let checked = spec.validate(panel).unwrap();
    let (clock, before) = (std::time::Instant::now(), cpu());
    let sampled = fit(panel, &checked, 1, &|_| {}, &Cancel::new()).unwrap();
    let (wall, cpu) = (clock.elapsed().as_secs_f64(), cpu() - before);
    let told = diagnose(&sampled);
    let all = clock.elapsed().as_secs_f64();
    let chains = told.chains.as_ref().unwrap();
    let (least, rhat, worst) = (chains.ess_bulk, chains.rhat, &chains.worst);
    eprintln!(
        "{name}: {wall:.2} s wall ({all:.2} with diagnostics), {cpu:.2} s CPU, {} gradients ({:.1} us each), {} parameters, {} draws, min ESS {least:.0}, \
         R-hat {rhat:.4} ({worst}), {} divergences, {} at full depth, step {:.3}",
        sampled.gradients(),
        cpu * 1e6 / sampled.gradients() as f64,
        chains.scalars.len(),
        sampled.posterior.len(),
        sampled.divergences(),
        sampled.at_max_depth(),
        sampled.chains[0].step_size,
    );
    eprintln!("{:#?}", told.health);
    least
}

#[test]
fn ten_channels_over_three_years_give_enough_independent_draws() {
    let effects: Vec<f64> = (0..10).map(|c| 40.0 + 12.0 * c as f64).collect();
    let world = data::world(156, &effects, 30.0, 4);
    let least = told("156 x 10", &world.panel, "[sampler]\ntune = 400");
    assert!(least > 400.0);
}

#[test]
fn twenty_geos_give_enough_independent_draws() {
    let Some(panel) = data::meridian_geo() else { return };
    let least = told(
        "geo",
        &panel,
        "[baseline]\nknots = 16\n[priors]\neffect = { on = 'roi', dist = 'log_normal', mu = 0.2, sigma = 0.9 }\n\
         [sampler]\ntune = 400\ndraws = 500",
    );
    assert!(least > 200.0);
}

#[test]
fn the_same_seed_gives_the_same_bits_on_one_thread_and_two() {
    let Some(panel) = data::pymc() else { return };
    let spec: Spec = toml::from_str(&format!("{PYMC_SPEC}\n[sampler]\ntune = 60\ndraws = 60")).unwrap();
    let checked = spec.validate(&panel).unwrap();
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&panel, &checked, seed, &|_| {}, &Cancel::new()).unwrap().posterior.draws)
    };
    let one = run(1, 7);
    assert_eq!(one, run(2, 7));
    assert_ne!(one, run(1, 8), "another seed must give other draws, or the comparison says nothing");
}

#[test]
fn a_fit_stops_soon_after_it_is_cancelled() {
    let Some(panel) = data::meridian_geo() else { return };
    let spec = Spec::default();
    let checked = spec.validate(&panel).unwrap();
    let cancel = Cancel::new();
    let asked = std::sync::Mutex::new(None);
    let stop = |step: Step| {
        if step.done >= 2 && !cancel.is_cancelled() {
            *asked.lock().unwrap() = Some(std::time::Instant::now());
            cancel.cancel();
        }
    };
    let result = fit(&panel, &checked, 1, &stop, &cancel);
    assert!(matches!(result, Err(SampleError::Cancelled)));
    let waited = asked.lock().unwrap().unwrap().elapsed();
    assert!(waited.as_millis() < 200, "{waited:?}");
}

#[test]
fn a_healthy_fit_passes_and_a_starved_one_does_not() {
    let world = data::world(130, &[150.0, 250.0], 20.0, 4);
    let good = fitted(&world.panel, "");
    let told = diagnose(&good);
    let chains = told.chains.as_ref().unwrap();
    assert!(chains.rhat < 1.01 && chains.ess_bulk > 400.0 && chains.divergences == 0, "{chains:?}");
    assert!(told.predictive.r2 > 0.8 && (0.8..=1.0).contains(&told.predictive.coverage90), "{:?}", told.predictive);
    assert!(told.health.status < Status::Fail, "{:?}", told.health);
    // negative controls: too few draws, and a baseline that misses the season
    let short = diagnose(&fitted(&world.panel, "[sampler]\ntune = 50\ndraws = 50\nchains = 2"));
    assert!(short.health.findings.iter().any(|f| f.check == Check::Convergence), "{:?}", short.health);
    let flat = diagnose(&fitted(&world.panel, "[baseline]\nfourier = 0"));
    assert!(flat.health.findings.iter().any(|f| f.check == Check::Residuals), "{:?}", flat.health);
}

#[test]
fn one_wild_week_is_named() {
    let mut world = data::world(130, &[150.0, 250.0], 20.0, 4);
    world.panel.outcome[(0, 77)] += 1500.0;
    let told = diagnose(&fitted(&world.panel, ""));
    let week = world.panel.periods[77].to_string();
    let finding = told.health.findings.iter().find(|f| f.check == Check::Influence).unwrap();
    assert!(finding.message.contains(&week), "{}", finding.message);
}

#[test]
fn the_effect_a_prior_is_on_is_the_answer_told() {
    // ROI prior: the sampled quantity must be the ROAS that answers tell, carry-out included
    let world = data::world(120, &[150.0, 250.0], 20.0, 4);
    let sampled = fitted(&world.panel, "[sampler]\ntune = 100\ndraws = 100\nchains = 1");
    let p = &sampled.posterior;
    for d in [0, 50, 99] {
        for c in 0..2 {
            let told = p.caused(d, c, Window::all(p), &[1.0])[0].money / world.panel.total_spend(c);
            assert!((told / sampled.effects[c][d] - 1.0).abs() < 1e-9, "{told} {}", sampled.effects[c][d]);
        }
    }
}

#[test]
fn one_step_ahead_the_model_forecasts_as_well_as_its_peer() {
    let Some(panel) = data::pymc() else { return };
    let spec: Spec = toml::from_str(PYMC_SPEC).unwrap();
    let day = |text: &str| panel.periods.iter().position(|d| d.to_string() == text).unwrap();
    let (first, left_out) = (day("2020-03-30"), day("2020-09-14"));
    let origins: Vec<usize> = (first..first + 49).filter(|t| *t != left_out).collect();
    let settled = Settled { chains: 2, tune: 400, draws: 1000, target_accept: 0.8, max_depth: 10, threads: 2 };
    let (clock, before) = (std::time::Instant::now(), cpu());
    let told = rolling_origin(&panel, &spec, &origins, 1, settled, 3, &Cancel::new()).unwrap();
    let elpd = told.elpd + origins.len() as f64 * 8312.407544f64.ln();
    eprintln!(
        "{} weeks, elpd {elpd:.2}, CRPS {:.1}, wMAPE {:.4}, coverage {:.2}; {:?}, {:.1} CPU s",
        origins.len(),
        told.crps,
        told.wmape,
        told.coverage90,
        clock.elapsed(),
        cpu() - before
    );
    for f in &told.forecasts {
        eprintln!("{} {:.3}", panel.periods[f.period], f.log_density + 8312.407544f64.ln());
    }
    assert!(elpd >= 98.7, "{elpd}");
}

fn judged(panel: &Panel) -> (Vec<Decision>, Verdicts) {
    let sampled = fitted(panel, "[saturation]\nkind = 'michaelis_menten'\n[sampler]\ndraws = 500");
    let (clock, before) = (std::time::Instant::now(), cpu());
    let told = verdicts(&sampled, &diagnose(&sampled), true, 3, &|_| {}, &Cancel::new()).unwrap();
    eprintln!("verdicts {:?}, {:.2} CPU s", clock.elapsed(), cpu() - before);
    (told.channels.iter().map(|c| c.decision).collect(), told)
}

#[test]
fn strong_channels_that_move_apart_are_decidable_and_twins_are_not() {
    let world = data::world(156, &[300.0, 260.0], 20.0, 4);
    let (apart, told) = judged(&world.panel);
    assert!(apart.contains(&Decision::Decidable), "{told:#?}");
    assert!(told.channels.iter().all(|c| c.trials.len() == 8 && c.alternatives.len() == 6), "{told:#?}");
    // negative control: the second channel's spend follows the first's
    let mut twins = world.panel.clone();
    let first = twins.channels[0].spend.clone();
    twins.channels[1].spend = ndarray::Array2::from_shape_fn(first.dim(), |(g, t)| {
        first[(g, t)] * (1.0 + 0.03 * ((t * 7919) % 13) as f64 / 13.0)
    });
    let (together, told) = judged(&twins);
    assert!(!together.contains(&Decision::Decidable), "{told:#?}");
    assert!(told.channels.iter().all(|c| c.would_decide.is_some()));
}

#[test]
fn without_refits_nothing_is_called_decidable_and_verdicts_do_not_depend_on_threads() {
    let world = data::world(130, &[300.0, 260.0], 20.0, 4);
    let sampled = fitted(&world.panel, "[saturation]\nkind = 'michaelis_menten'\n[sampler]\ntune = 200\ndraws = 200");
    let told = diagnose(&sampled);
    let plain = verdicts(&sampled, &told, false, 3, &|_| {}, &Cancel::new()).unwrap();
    assert!(plain.channels.iter().all(|c| c.decision != Decision::Decidable && c.trials.is_empty()));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| verdicts(&sampled, &told, true, 3, &|_| {}, &Cancel::new()).unwrap())
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn verdicts_stop_soon_after_they_are_cancelled() {
    let world = data::world(156, &[300.0, 260.0, 200.0, 150.0], 20.0, 4);
    let sampled = fitted(&world.panel, "[sampler]\ntune = 100\ndraws = 100");
    let (cancel, asked) = (Cancel::new(), std::sync::Mutex::new(None));
    let stop = |_: f64| {
        asked.lock().unwrap().get_or_insert_with(std::time::Instant::now);
        cancel.cancel();
    };
    let told = verdicts(&sampled, &diagnose(&sampled), true, 3, &stop, &cancel);
    assert!(matches!(told, Err(SampleError::Cancelled)));
    let waited = asked.lock().unwrap().unwrap().elapsed();
    assert!(waited.as_millis() < 100, "{waited:?}");
}

#[test]
fn spend_that_follows_demand_fails_the_placebo() {
    let mut world = data::world(156, &[200.0, 150.0], 20.0, 6);
    let placebo_of = |panel: &Panel| -> Vec<f64> {
        let sampled = fitted(panel, "[saturation]\nkind = 'michaelis_menten'\n[sampler]\ntune = 200\ndraws = 200");
        regressed(&sampled.posterior).iter().map(|r| r.placebo.z(0.0)).collect()
    };
    let clean = placebo_of(&world.panel);
    assert!(clean.iter().all(|z| z.abs() < 3.0), "{clean:?}");
    // what was sold over four weeks sets what the first channel spends in the next
    let y = world.panel.outcome.row(0).to_vec();
    let level = y.iter().sum::<f64>() / y.len() as f64;
    let spend = &mut world.panel.channels[0].spend;
    for t in 4..y.len() {
        let recent = y[t - 4..t].iter().sum::<f64>() / 4.0;
        spend[(0, t)] = 100.0 * (12.0 * (recent / level - 1.0)).exp();
    }
    let told = placebo_of(&world.panel);
    assert!(told[0] > 3.0, "{told:?}");
}
