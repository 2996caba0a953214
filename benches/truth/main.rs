//! The truth laboratory: the Bayesian model against 16 worlds whose truth is planted, `make truth`.
//!
//! `truth [SEEDS] [WORLD ...]`: `SEEDS` seeds a world (default 20), all worlds or those named. Prints one line a world as
//! Markdown; `docs/benchmarks.md` holds the last full run.
#![allow(clippy::unwrap_used)]

mod score;
mod worlds;

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::{Diagnostics, diagnose};
use tandem_models::mmm::sample::{Cancel, Settled, fit_settled};
use tandem_models::mmm::saturation::Saturation;
use tandem_models::mmm::spec::Spec;
use tandem_models::mmm::verdict::{Verdicts, verdicts};

use score::{Outcome, Score};
use worlds::{Kind, World};

/// The fit's own chains.
const FIT: Settled = Settled { chains: 4, tune: 300, draws: 500, target_accept: 0.8, max_depth: 10, threads: 1 };

fn main() {
    // `cargo bench` adds --bench
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let seeds: u64 = arguments.next().map_or(20, |n| n.parse().expect("SEEDS is a number"));
    let only: Vec<String> = arguments.collect();
    let chosen: Vec<Kind> =
        Kind::ALL.into_iter().filter(|k| only.is_empty() || only.iter().any(|o| o == k.name())).collect();
    println!("{}", Score::heading());
    let clock = Instant::now();
    let mut all = Score::default();
    for kind in chosen {
        let outcomes: Vec<Vec<Outcome>> = (0..seeds).into_par_iter().map(|seed| run(kind, seed)).collect();
        let score = Score::of(&outcomes.concat());
        println!("{}", score.line(kind.name()));
        all = all.and(&score);
    }
    println!("{}", all.line("all"));
    eprintln!("{seeds} seeds a world, {:.0} s", clock.elapsed().as_secs_f64());
}

/// Fits one world as a user would, and holds what was said of each channel against the truth.
fn run(kind: Kind, seed: u64) -> Vec<Outcome> {
    let World { panel, truth } = worlds::world(kind, seed);
    let mut spec = Spec::default();
    // the curve that the clean world has; the other worlds break it or something else
    spec.saturation.kind = Saturation::MichaelisMenten;
    let checked = spec.validate(&panel).unwrap();
    let design = Arc::new(Design::new(&panel, &checked, None));
    let sampled = fit_settled(design, FIT, seed, &|_| {}, &Cancel::new()).unwrap();
    let told = diagnose(&sampled);
    let judged = verdicts(&sampled, &told, true, seed, &|_| {}, &Cancel::new()).unwrap();
    dump(kind, seed, &truth, &told, &judged);
    let p = &sampled.posterior;
    let mut totals: Vec<Vec<f64>> = vec![Vec::new(); truth.len()];
    for d in p.thin(500) {
        for (total, plane) in totals.iter_mut().zip(p.expand(d).media.outer_iter()) {
            total.push(plane.sum());
        }
    }
    truth
        .iter()
        .zip(totals)
        .zip(judged.channels)
        .map(|((truth, totals), verdict)| Outcome::new(*truth, totals, &verdict, &told.health))
        .collect()
}

/// Everything behind the scores as JSON lines into the file `TRUTH_DUMP` names, for work on the rule.
fn dump(kind: Kind, seed: u64, truth: &[f64], told: &Diagnostics, judged: &Verdicts) {
    let Some(path) = std::env::var_os("TRUTH_DUMP") else { return };
    let line = serde_json::json!({
        "world": kind.name(), "seed": seed, "truth": truth, "health": told.health, "verdicts": judged,
        "inflation": told.inflation, "shifts": told.prior_shifts, "checks": told.predictive.checks,
    });
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    // one write, as seeds run side by side
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
