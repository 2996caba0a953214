//! Levers: a planted price effect is found with its sign, and a column that does nothing is not.

use tandem_models::domain::panel::ControlSeries;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::levers::{LeverAnswer, levers};

use crate::data;
use crate::fit::fitted;

/// A world with a price that costs 8 of the outcome a unit, and a column that does nothing; both in steps.
fn world() -> data::World {
    let mut world = data::world(104, &[200.0, 90.0], 20.0, 5);
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

fn told(spec: &str) -> Vec<LeverAnswer> {
    let sampled = fitted(&world().panel, spec);
    levers(&sampled.posterior, Window::all(&sampled.posterior))
}

#[test]
fn a_planted_price_effect_is_found_and_an_idle_column_is_not() {
    for sign in ["negative", "free"] {
        let told = told(&format!("[[lever]]\nname = 'price'\nsign = '{sign}'\n[[lever]]\nname = 'idle'"));
        let (price, idle) = (&told[0], &told[1]);
        assert!(
            price.per_unit.p05 < -8.0 && -8.0 < price.per_unit.p95 && price.per_unit.p95 < -5.0,
            "{sign}: {price:?}"
        );
        let tenth = price.per_unit.mean * 0.1 * price.level / (world().panel.outcome.sum() / 104.0);
        assert!((price.per_tenth.mean - tenth).abs() < 1e-9);
        assert!(price.probability_negative > 0.99);
        assert!(idle.per_unit.p05 < 0.0 && 0.0 < idle.per_unit.p95, "negative control: {idle:?}");
    }
}

#[test]
fn a_sign_holds_against_the_data() {
    let told = told("[[lever]]\nname = 'price'\nsign = 'positive'");
    assert!(told[0].per_unit.p05 >= 0.0 && told[0].per_unit.p50 < 1.0, "{:?}", told[0]);
}

#[test]
fn media_are_covered_with_the_price_in_the_model() {
    let world = world();
    let sampled = fitted(
        &world.panel,
        "saturation = { kind = 'michaelis_menten' }\n[[lever]]\nname = 'price'\nsign = 'negative'",
    );
    let c = crate::fit::contribution(&sampled, 0);
    assert!(c.p05 < world.truth[0] && world.truth[0] < c.p95, "{} {c:?}", world.truth[0]);
}
