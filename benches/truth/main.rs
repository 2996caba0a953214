//! The truth laboratory: the Bayesian model against 16 worlds whose truth is planted, `make truth`.
//!
//! `truth [SEEDS] [WORLD ...]`: `SEEDS` seeds a world (default 20), all worlds or those named. Prints one line a world as
//! Markdown; `docs/benchmarks.md` holds the last full run. `TRUTH_FROM` is the first seed (default 0): the rule behind verdicts
//! was made on seeds from 1000 on, which are not reported. Fits have the product's default spec; `TRUTH_SPEC` is another one as TOML, `TRUTH_DUMP` a file for
//! everything behind the scores.
#![allow(clippy::unwrap_used)]

mod lab;
mod regret;
mod score;
mod worlds;

use std::time::Instant;

use rayon::prelude::*;
use tandem_models::mmm::spec::Spec;

use lab::run;
use regret::Regret;
use score::{Outcome, Score};
use worlds::Kind;

fn main() {
    // `cargo bench` adds --bench
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let seeds: u64 = arguments.next().map_or(20, |n| n.parse().expect("SEEDS is a number"));
    let from: u64 = std::env::var("TRUTH_FROM").map_or(0, |n| n.parse().expect("TRUTH_FROM is a number"));
    let spec: Spec = std::env::var("TRUTH_SPEC").map_or_else(|_| Spec::default(), |t| toml::from_str(&t).unwrap());
    let only: Vec<String> = arguments.collect();
    let chosen: Vec<Kind> =
        Kind::ALL.into_iter().filter(|k| only.is_empty() || only.iter().any(|o| o == k.name())).collect();
    println!("{}", Score::heading());
    let clock = Instant::now();
    let mut all = Score::default();
    for kind in chosen {
        let runs: Vec<(Vec<Outcome>, Option<Regret>)> =
            (from..from + seeds).into_par_iter().map(|seed| run(kind, seed, &spec)).collect();
        let (outcomes, regrets): (Vec<_>, Vec<_>) = runs.into_iter().unzip();
        let score = Score::of(&outcomes.concat(), regrets.into_iter().flatten().collect());
        println!("{}", score.line(kind.name()));
        all = all.and(&score);
    }
    println!("{}", all.line("all"));
    eprintln!("{seeds} seeds a world, {:.0} s", clock.elapsed().as_secs_f64());
}
