//! The slow brand stock: media that work for quarters are told as such, and are missed by a short window.

use crate::data;
use crate::fit::{contribution, fitted};
use crate::tally::{SEEDS, Tally};

/// One channel whose media work with a half-life of 20 weeks, beside a quick one.
fn world(seed: u64) -> data::World {
    let mut world = data::world(208, &[0.0, 120.0], 10.0, seed);
    // bursts a quarter or two apart, so that the slow rise and fall is to be seen
    let spend: Vec<f64> =
        (0..208).map(|t| if t % 61 < 14 { 200.0 + 40.0 * f64::from((t % 5) as u8) } else { 0.0 }).collect();
    let keep = 0.5f64.powf(1.0 / 20.0);
    let (mut stock, mut truth) = (0.0, 0.0);
    for (t, x) in spend.iter().enumerate() {
        stock = keep * stock + (1.0 - keep) * x;
        let v = 400.0 * stock / (stock + 100.0);
        world.panel.outcome[(0, t)] += v;
        truth += v;
    }
    world.panel.channels[0].spend = ndarray::Array2::from_shape_vec((1, 208), spend).unwrap();
    world.truth[0] = truth;
    world
}

const COMMON: &str = "saturation = { kind = 'michaelis_menten' }\n";

#[test]
fn a_brand_stock_is_recovered_and_a_short_window_misses_it() {
    let (mut brand, mut quick, mut lives) = (Tally::default(), Tally::default(), Vec::new());
    for seed in SEEDS {
        let world = world(seed);
        let slow = fitted(&world.panel, &format!("{COMMON}[[channel]]\nname = 'c0'\nbrand = true"));
        brand.add(&contribution(&slow, 0), world.truth[0]);
        // half-life back from the weekly share kept
        let draws = (0..slow.posterior.len()).map(|d| -2f64.ln() / slow.posterior.draws.adstock[(d, 0, 0)].ln());
        lives.push(draws.sum::<f64>() / slow.posterior.len() as f64);
        // negative control: carry-over of a quarter cannot see it
        let told = contribution(&fitted(&world.panel, COMMON), 0);
        assert!(told.p95 < world.truth[0], "{} {told:?}", world.truth[0]);
        quick.add(&told, world.truth[0]);
    }
    assert!(brand.covers() && brand.error() < 0.1, "{brand:?}");
    assert!(lives.iter().all(|l| (12.0..32.0).contains(l)), "20 weeks are planted: {lives:?}");
    assert!(quick.error() > 2.0 * brand.error(), "{quick:?} {brand:?}");
}
