//! An effect that moves is found where it moves, and stays still where it does not.

use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::sample::Sampled;

use crate::data;
use crate::fit::fitted;

const SPEC: &str =
    "saturation = { kind = 'michaelis_menten' }\n[[channel]]\nname = 'c0'\ndrift = { knots = 4, sd = 0.5 }";

/// A world whose first channel loses three quarters of its effect over the panel, or keeps it.
fn world(fades: bool) -> data::World {
    let mut world = data::world(156, &[300.0, 150.0], 15.0, 12);
    let periods = world.panel.n_periods();
    let spend = world.panel.channels[0].spend.row(0).to_vec();
    let mut carried = 0.0;
    for (t, x) in spend.iter().enumerate() {
        carried = 0.4 * carried + 0.6 * x;
        let now = 300.0 * carried / (carried + 100.0);
        let keeps = if fades { 1.0 - 0.75 * t as f64 / periods as f64 } else { 1.0 };
        world.panel.outcome[(0, t)] -= (1.0 - keeps) * now;
        world.truth[0] -= (1.0 - keeps) * now;
    }
    world
}

/// The effect of the last quarter over that of the first.
fn last_over_first(sampled: &Sampled) -> Interval {
    let p = &sampled.posterior;
    let mean = |d: usize, from: usize| (from..from + 39).map(|t| p.drift(d, 0, t)).sum::<f64>() / 39.0;
    Interval::from_draws((0..p.len()).map(|d| mean(d, 117) / mean(d, 0)))
}

#[test]
fn an_effect_that_fades_is_seen_to_fade_and_a_steady_one_is_not() {
    let faded = world(true);
    let told = last_over_first(&fitted(&faded.panel, SPEC));
    // planted: means of 1 - 0.75 u over the last and the first quarter
    let truth = (1.0 - 0.75 * 0.875) / (1.0 - 0.75 * 0.125);
    assert!(told.p05 < truth && truth < told.p95 && told.p95 < 0.8, "{truth} {told:?}");
    let steady = last_over_first(&fitted(&world(false).panel, SPEC));
    assert!(steady.p05 < 1.0 && 1.0 < steady.p95, "negative control: {steady:?}");
}

#[test]
fn a_fading_channel_is_covered_with_a_drift_and_its_path_is_missed_without() {
    let faded = world(true);
    let late = |sampled: &Sampled| {
        let p = &sampled.posterior;
        Interval::from_draws((0..p.len()).map(|d| p.expand(d).media.slice(ndarray::s![0, 0, 117..]).sum()))
    };
    let spend = faded.panel.channels[0].spend.row(0).to_vec();
    let mut carried = 0.0;
    let truth: f64 = spend
        .iter()
        .enumerate()
        .map(|(t, x)| {
            carried = 0.4 * carried + 0.6 * x;
            let now = 300.0 * carried / (carried + 100.0) * (1.0 - 0.75 * t as f64 / 156.0);
            if t >= 117 { now } else { 0.0 }
        })
        .sum();
    let with = late(&fitted(&faded.panel, SPEC));
    assert!(with.p05 < truth && truth < with.p95, "{truth} {with:?}");
    let without = late(&fitted(&faded.panel, "saturation = { kind = 'michaelis_menten' }"));
    assert!(without.p05 > truth, "without it the last year is overstated: {truth} {without:?}");
}
