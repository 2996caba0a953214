//! A small part of the truth laboratory (`make truth`) with assertions: two worlds, a few seeds.
#![allow(clippy::unwrap_used)]

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

use score::Score;
use worlds::Kind;

fn scored(kind: Kind, seeds: u64) -> Score {
    let (outcomes, regrets): (Vec<_>, Vec<_>) = (0..seeds).map(|seed| lab::run(kind, seed)).unzip();
    Score::of(&outcomes.concat(), regrets.into_iter().flatten().collect())
}

#[test]
fn a_clean_world_is_decided_and_covered_and_a_wrong_curve_is_noticed() {
    let clean = scored(Kind::Clean, 4);
    let wrong = scored(Kind::WrongSaturation, 4);
    eprintln!("{}\n{}\n{}", Score::heading(), clean.line("clean"), wrong.line("wrong_saturation"));
    assert!(clean.covered >= 16 && clean.decidable >= 8 && clean.silent == 0, "{clean:?}");
    // the curve is wrong by design: its numbers are off, and hardly any is called decidable
    assert!(wrong.covered < clean.covered && wrong.decidable <= clean.decidable / 2 && wrong.silent == 0, "{wrong:?}");
}
