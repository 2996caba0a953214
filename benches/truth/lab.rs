//! One world from its spend to the score of what was said of it.

use std::io::Write;
use std::sync::Arc;

use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::{Diagnostics, diagnose};
use tandem_models::mmm::sample::{Cancel, Settled, fit_settled};
use tandem_models::mmm::spec::Spec;
use tandem_models::mmm::verdict::{Verdicts, verdicts};

use super::regret::{Regret, regret};
use super::score::Outcome;
use super::worlds::{self, Kind, World};

/// Chains as the spec has them; seeds run side by side, so a fit has one thread.
fn settled(spec: &Spec) -> Settled {
    let s = spec.sampler;
    Settled {
        chains: s.chains,
        tune: s.tune,
        draws: s.draws,
        target_accept: s.target_accept,
        max_depth: s.max_depth,
        threads: 1,
    }
}

/// Fits one world as a user would, and holds what was said of each channel against the truth.
pub fn run(kind: Kind, seed: u64, spec: &Spec) -> (Vec<Outcome>, Option<Regret>) {
    let world = worlds::world(kind, seed);
    let World { panel, truth, .. } = &world;
    let checked = spec.validate(panel).unwrap();
    let design = Arc::new(Design::new(panel, &checked, None));
    let sampled = fit_settled(design, settled(spec), seed, &|_| {}, &Cancel::new()).unwrap();
    let mut told = diagnose(&sampled);
    let judged = verdicts(&sampled, &told, true, seed, &|_| {}, &Cancel::new()).unwrap();
    told.health = judged.health(&told, &sampled.posterior.design);
    // where the product holds a plan back, nothing is changed
    let followed = told.health.holds_back().is_none();
    let regret = regret(&sampled.posterior, &world, followed);
    dump((kind, seed), &world, &told, &judged, regret);
    let outcomes = truth
        .iter()
        .zip(&judged.channels)
        .map(|(truth, verdict)| Outcome::new(*truth, verdict, &told.health))
        .collect();
    (outcomes, regret)
}

/// Everything behind the scores as JSON lines into the file `TRUTH_DUMP` names, for work on the rule.
fn dump((kind, seed): (Kind, u64), world: &World, told: &Diagnostics, judged: &Verdicts, regret: Option<Regret>) {
    let Some(path) = std::env::var_os("TRUTH_DUMP") else { return };
    let line = serde_json::json!({
        "world": kind.name(), "seed": seed, "truth": world.truth, "carry_over": world.carry_over(), "health": told.health, "verdicts": judged,
        "inflation": told.inflation, "shifts": told.prior_shifts, "checks": told.predictive.checks,
        "regret": regret.map(|r| [r.advised, r.unchanged]),
    });
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    // one write, as seeds run side by side
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
