//! An effect that moves is found where it moves, and stays still where it does not.

use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::sample::Sampled;

use crate::data;
use crate::fit::fitted;
use crate::tally::{SEEDS, Tally};

const SPEC: &str =
    "saturation = { kind = 'michaelis_menten' }\n[[channel]]\nname = 'c0'\ndrift = { knots = 4, sd = 0.5 }";

/// A world whose first channel loses three quarters of its effect over the panel, or keeps it.
fn world(fades: bool, seed: u64) -> data::World {
    let mut world = data::world(156, &[300.0, 150.0], 15.0, seed);
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
    // planted: means of 1 - 0.75 u over the last and the first quarter
    let truth = (1.0 - 0.75 * 0.875) / (1.0 - 0.75 * 0.125);
    let (mut fades, mut steady) = (Tally::default(), Tally::default());
    for seed in SEEDS {
        let told = last_over_first(&fitted(&world(true, seed).panel, SPEC));
        assert!(told.p95 < 0.8, "{told:?}");
        fades.add(&told, truth);
        steady.add(&last_over_first(&fitted(&world(false, seed).panel, SPEC)), 1.0);
    }
    assert!(fades.covers() && fades.error() < 0.2, "{fades:?}");
    assert!(steady.covers() && steady.error() < 0.15, "negative control: {steady:?}");
}

/// What the first channel of a faded world brought in the last year.
fn late_truth(faded: &data::World) -> f64 {
    let mut carried = 0.0;
    let spend = faded.panel.channels[0].spend.row(0).to_vec();
    let weeks = spend.iter().enumerate().map(|(t, x)| {
        carried = 0.4 * carried + 0.6 * x;
        let now = 300.0 * carried / (carried + 100.0) * (1.0 - 0.75 * t as f64 / 156.0);
        if t >= 117 { now } else { 0.0 }
    });
    weeks.sum()
}

#[test]
fn a_fading_channel_is_covered_with_a_drift_and_its_path_is_missed_without() {
    let late = |sampled: &Sampled| {
        let p = &sampled.posterior;
        Interval::from_draws((0..p.len()).map(|d| p.expand(d).media.slice(ndarray::s![0, 0, 117..]).sum()))
    };
    let mut with = Tally::default();
    for seed in SEEDS {
        let faded = world(true, seed);
        let truth = late_truth(&faded);
        with.add(&late(&fitted(&faded.panel, SPEC)), truth);
        let without = late(&fitted(&faded.panel, "saturation = { kind = 'michaelis_menten' }"));
        assert!(without.p05 > truth, "without it the last year is overstated: {truth} {without:?}");
    }
    assert!(with.covers() && with.error() < 0.2, "{with:?}");
}
