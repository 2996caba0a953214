//! Experiments enter as likelihood over their window: they narrow and move their own channel, and no other.

use tandem_models::mmm::calibration::{Experiment, agreement, experiments, lift as lift_by_model};
use tandem_models::mmm::diagnostics::{Check, diagnose};

use crate::data;
use crate::fit::{contribution, fitted, width};
use crate::tally::{SEEDS, Tally};

/// Noisy enough that the weekly data alone leave the first channel open.
fn world(seed: u64) -> data::World {
    data::world(104, &[150.0, 150.0], 120.0, seed)
}

/// The truth of a test in weeks 40 to 51, in which `usual` a week would have been spent on `channel` without it: what the
/// media that ran brought on top, by the world's own rules.
fn lift(world: &data::World, channel: usize, usual: f64) -> f64 {
    let spend = world.panel.channels[channel].spend.row(0).to_vec();
    let effect = |spend: &[f64]| {
        let mut carried = 0.0;
        let each = spend.iter().map(|x| {
            carried = 0.4 * carried + 0.6 * x;
            150.0 * carried / (carried + 100.0)
        });
        each.sum::<f64>()
    };
    let mut instead = spend.clone();
    instead[40..52].fill(usual);
    effect(&spend) - effect(&instead)
}

/// The planted curve, and carry-over as short as the planted one.
const SPEC: &str = "saturation = { kind = 'michaelis_menten' }\nadstock = { max_lag = 13 }\n\
                    priors = { alpha = { dist = 'beta', a = 1.0, b = 3.0 } }\n";

fn experiment(world: &data::World, channel: usize, lift: f64, usual: f64) -> String {
    let day = |t: usize| world.panel.periods[t].to_string();
    format!(
        "{SPEC}[[experiment]]\nchannel = 'c{channel}'\nfrom = '{}'\nto = '{}'\n\
         lift = {lift:.3}\nlift_se = 60.0\ncounterfactual_spend = {:.3}\nunit = 'kpi'\n",
        day(40),
        day(51),
        12.0 * usual
    )
}

#[test]
fn an_experiment_narrows_and_moves_its_own_channel_and_no_other() {
    let (mut before, mut after) = (Tally::default(), Tally::default());
    let (mut narrowed, mut beside, mut moved) = (Vec::new(), Vec::new(), Vec::new());
    for seed in SEEDS {
        let world = world(seed);
        let tested = |channel: usize| {
            let spec = experiment(&world, channel, lift(&world, channel, 0.0), 0.0);
            contribution(&fitted(&world.panel, &spec), 0)
        };
        let alone = contribution(&fitted(&world.panel, SPEC), 0);
        // negative control: an experiment on the other channel leaves this one about as it was
        let (own, other) = (tested(0), tested(1));
        before.add(&alone, world.truth[0]);
        after.add(&own, world.truth[0]);
        narrowed.push(width(&own) / width(&alone));
        beside.push(width(&other) / width(&alone));
        moved.push((other.mean - alone.mean).abs() / width(&alone));
    }
    assert!(narrowed.iter().all(|n| *n < 0.75), "{narrowed:?}");
    assert!(after.covers() && after.error() < before.error(), "{before:?} {after:?}");
    assert!(beside.iter().all(|w| (w - 1.0).abs() < 0.2), "{beside:?}");
    assert!(moved.iter().all(|m| *m < 0.25), "{moved:?}");
}

#[test]
fn the_models_own_lift_is_the_one_the_likelihood_saw() {
    // a measurement far more exact than the weeks: the posterior must reproduce it
    let world = world(8);
    let text = experiment(&world, 0, lift(&world, 0, 300.0), 300.0).replace("lift_se = 60.0", "lift_se = 1.0");
    let told = agreement(&fitted(&world.panel, &text).posterior);
    let [a] = &told[..] else { panic!("{told:?}") };
    assert!((a.model.mean - a.lift).abs() < 3.0, "{a:?}");
    // negative control: counted to the end of the window only, the same draws give less, because the carry-over is cut off
    let posterior = &fitted(&world.panel, &text).posterior;
    let whole = experiments(&posterior.design)[0].clone();
    let cut = Experiment { read_to: whole.to, ..whole.clone() };
    let mean = |e: &Experiment| (0..200).map(|d| lift_by_model(posterior, d, e)).sum::<f64>() / 200.0;
    assert!(mean(&cut).abs() < 0.99 * mean(&whole).abs(), "{} {}", mean(&cut), mean(&whole));
}

#[test]
fn an_experiment_that_the_weeks_contradict_is_named() {
    for seed in SEEDS {
        let world = data::world(104, &[250.0, 150.0], 15.0, seed);
        let truth = lift(&world, 0, 300.0) * 250.0 / 150.0;
        let finds = |lift: f64| {
            let told = diagnose(&fitted(&world.panel, &experiment(&world, 0, lift, 300.0)));
            told.health.findings.iter().any(|f| f.check == Check::Experiment && f.channels == ["c0"])
        };
        assert!(finds(-truth), "seed {seed}");
        assert!(!finds(truth), "negative control: a true experiment raises nothing, seed {seed}");
    }
}
