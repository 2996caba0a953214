//! A small part of the truth laboratory (`make truth`) with assertions: four worlds, a few seeds.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

#[path = "../../benches/truth/lab.rs"]
mod lab;
#[path = "../../benches/truth/regret.rs"]
#[allow(dead_code)]
mod regret;
#[path = "../../benches/truth/score.rs"]
#[allow(dead_code)]
mod score;
#[path = "../../benches/truth/worlds.rs"]
#[allow(dead_code)]
mod worlds;

use regret::Regret;
use score::Score;
use worlds::Kind;

fn scored(kind: Kind, seeds: u64, spec: &str) -> (Score, Vec<Regret>) {
    let (outcomes, regrets): (Vec<_>, Vec<_>) =
        (0..seeds).map(|seed| lab::run(kind, seed, &toml::from_str(spec).unwrap())).unzip();
    let regrets: Vec<Regret> = regrets.into_iter().flatten().collect();
    let score = Score::of(&outcomes.concat(), regrets.clone());
    eprintln!("{}\n{}", Score::heading(), score.line(kind.name()));
    (score, regrets)
}

#[test]
fn concave_and_s_shaped_curves_are_covered_and_a_curve_that_cannot_bend_so_is_noticed() {
    let (clean, advised) = scored(Kind::Clean, 4, "");
    let (bent, _) = scored(Kind::WrongSaturation, 4, "");
    let (wrong, _) = scored(Kind::WrongSaturation, 4, "saturation = { kind = 'michaelis_menten' }");
    assert!(clean.covered >= 16 && clean.decidable >= 8 && clean.silent == 0 && clean.failed == 0, "{clean:?}");
    assert!(advised.iter().any(|r| r.advised < r.unchanged), "a plan is followed: {advised:?}");
    assert!(bent.covered >= 16 && bent.decidable >= 8 && bent.silent == 0, "{bent:?}");
    // where the curve is wrong the posterior is off, the interval over assumptions less so, and hardly any is decidable
    assert!(wrong.covered_alone < bent.covered_alone && wrong.covered > wrong.covered_alone, "{wrong:?}");
    assert!(wrong.decidable <= bent.decidable / 2 && wrong.silent == 0, "{wrong:?}");
}

#[test]
fn a_level_that_steps_fails_the_fit_and_holds_its_plan_back() {
    let (step, advised) = scored(Kind::TrendBreak, 3, "");
    assert!(step.failed == 15 && step.decidable == 0, "{step:?}");
    assert!(advised.iter().all(|r| r.advised == r.unchanged), "{advised:?}");
}

#[test]
fn harm_that_a_prior_forbids_leaves_nothing_decided() {
    let (harm, _) = scored(Kind::NegativeEffect, 3, "");
    assert!(harm.decidable <= 1 && harm.silent == 0, "{harm:?}");
}
