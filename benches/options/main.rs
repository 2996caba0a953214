//! Options of the Bayesian model against planted truth: coverage of the 90% interval with the option, and without it in the
//! same worlds.
//!
//! `options [SEEDS] [OPTION ...]`: `SEEDS` companies an option (default 20), all options or those named; one line an option
//! as Markdown. `docs/benchmarks.md` holds the last full run.
#![allow(clippy::unwrap_used)]

mod base;
mod kinds;

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::{Status, diagnose};
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::sample::{Cancel, Sampled, Settled, fit_settled};
use tandem_models::mmm::spec::Spec;

use base::World;
use kinds::Kind;

const FIT: Settled = Settled { chains: 2, tune: 300, draws: 500, target_accept: 0.8, max_depth: 10, threads: 1 };

/// What one fit said of the planted figures.
struct Told {
    covered: usize,
    errors: Vec<f64>,
    widths: Vec<f64>,
    failed: bool,
}

fn fitted(world: &World, spec: &str, seed: u64) -> Sampled {
    let text = format!("saturation = {{ kind = 'michaelis_menten' }}\n{spec}");
    let mut spec: Spec = toml::from_str(&text).unwrap();
    spec.priors.alpha = tandem_models::mmm::prior::Prior::Beta { a: 1.0, b: 1.0 };
    let checked = spec.validate(&world.panel).unwrap();
    let design = Arc::new(Design::new(&world.panel, &checked, None));
    fit_settled(design, FIT, seed, &|_| {}, &Cancel::new()).unwrap()
}

fn told(world: &World, spec: &str, seed: u64) -> Told {
    let sampled = fitted(world, spec, seed);
    let p = &sampled.posterior;
    let mut draws: Vec<Vec<f64>> = vec![Vec::new(); world.planted.len()];
    for d in p.thin(500) {
        let media = p.expand(d).media;
        for (draws, planted) in draws.iter_mut().zip(&world.planted) {
            draws.push(planted.read(&media));
        }
    }
    let intervals: Vec<Interval> = draws.into_iter().map(Interval::from_draws).collect();
    let pairs = || intervals.iter().zip(&world.planted);
    Told {
        covered: pairs().filter(|(i, w)| i.p05 <= w.truth && w.truth <= i.p95).count(),
        errors: pairs().map(|(i, w)| i.mean / w.truth - 1.0).collect(),
        widths: pairs().map(|(i, w)| (i.p95 - i.p05) / w.truth).collect(),
        failed: diagnose(&sampled).health.status == Status::Fail,
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn line(all: &[Told], of: usize) -> String {
    let covered: usize = all.iter().map(|t| t.covered).sum();
    let errors = || all.iter().flat_map(|t| t.errors.iter().copied());
    format!(
        "{:.0}% | {:+.0}% | {:.0}% | {:.0}% | {}",
        100.0 * covered as f64 / of as f64,
        100.0 * median(errors().collect()),
        100.0 * median(errors().map(f64::abs).collect()),
        100.0 * median(all.iter().flat_map(|t| t.widths.iter().copied()).collect()),
        all.iter().filter(|t| t.failed).count()
    )
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let seeds: u64 = arguments.next().map_or(20, |n| n.parse().expect("SEEDS is a number"));
    let only: Vec<String> = arguments.collect();
    let clock = Instant::now();
    println!(
        "| option | planted figures | | coverage of 90% | median bias | median error | median width | health FAIL |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for kind in Kind::ALL.into_iter().filter(|k| only.is_empty() || only.iter().any(|o| o == k.name())) {
        let worlds: Vec<World> = (0..seeds).map(|seed| kind.world(seed)).collect();
        let of: usize = worlds.iter().map(|w| w.planted.len()).sum();
        for (which, spec) in [("with", kind.with()), ("without", kind.without())] {
            let all: Vec<Told> = worlds.par_iter().enumerate().map(|(i, w)| told(w, spec, i as u64)).collect();
            println!("| {} | {of} | {which} | {} |", kind.name(), line(&all, of));
        }
    }
    eprintln!("{seeds} seeds an option, {:.0} s", clock.elapsed().as_secs_f64());
}
