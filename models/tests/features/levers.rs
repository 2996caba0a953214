//! Levers: a planted price effect is found with its sign, and a column that does nothing is not.

use tandem_models::domain::panel::ControlSeries;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::levers::{LeverAnswer, levers};

use crate::data;
use crate::fit::{contribution, fitted};
use crate::tally::{SEEDS, Tally};

/// A world with a price that costs 8 of the outcome a unit, and a column that does nothing; both in steps.
fn world(seed: u64) -> data::World {
    let mut world = data::world(104, &[200.0, 90.0], 20.0, seed);
    let price: Vec<f64> = (0..104).map(|t| 100.0 + 6.0 * f64::from((t / 9 * 7 % 5) as u8)).collect();
    let idle: Vec<f64> = (0..104).map(|t| f64::from((t / 7 * 3 % 4) as u8)).collect();
    for (t, p) in price.iter().enumerate() {
        world.panel.outcome[(0, t)] -= 8.0 * (p - 100.0);
    }
    let row = |v: Vec<f64>| ndarray::Array2::from_shape_vec((1, 104), v).unwrap();
    world.panel.controls = vec![
        ControlSeries { name: "price".into(), values: row(price) },
        ControlSeries { name: "idle".into(), values: row(idle) },
    ];
    world
}

fn told(seed: u64, spec: &str) -> Vec<LeverAnswer> {
    let sampled = fitted(&world(seed).panel, spec);
    levers(&sampled.posterior, Window::all(&sampled.posterior))
}

#[test]
fn a_planted_price_effect_is_found_and_an_idle_column_is_not() {
    for sign in ["negative", "free"] {
        let (mut found, mut nothing) = (Tally::default(), Tally::default());
        for seed in SEEDS {
            let told = told(seed, &format!("[[lever]]\nname = 'price'\nsign = '{sign}'\n[[lever]]\nname = 'idle'"));
            let (price, idle) = (&told[0], &told[1]);
            found.add(&price.per_unit, -8.0);
            assert!(price.per_unit.p95 < -5.0 && price.probability_negative > 0.99, "{sign}, {seed}: {price:?}");
            let tenth = price.per_unit.mean * 0.1 * price.level / (world(seed).panel.outcome.sum() / 104.0);
            assert!((price.per_tenth.mean - tenth).abs() < 1e-9);
            nothing.add(&idle.per_unit, 0.0);
        }
        assert!(found.covers() && found.error() < 0.05, "{sign}: {found:?}");
        assert!(nothing.covers(), "negative control: {nothing:?}");
    }
}

#[test]
fn a_sign_holds_against_the_data() {
    for seed in SEEDS {
        let told = told(seed, "[[lever]]\nname = 'price'\nsign = 'positive'");
        assert!(told[0].per_unit.p05 >= 0.0 && told[0].per_unit.p50 < 1.0, "{:?}", told[0]);
    }
}

#[test]
fn media_are_covered_with_the_price_in_the_model() {
    let spec = "saturation = { kind = 'michaelis_menten' }\n[[lever]]\nname = 'price'\nsign = 'negative'";
    let mut media = Tally::default();
    for seed in SEEDS {
        let world = world(seed);
        let sampled = fitted(&world.panel, spec);
        for c in 0..2 {
            media.add(&contribution(&sampled, c), world.truth[c]);
        }
    }
    assert!(media.covers() && media.error() < 0.2, "{media:?}");
}
