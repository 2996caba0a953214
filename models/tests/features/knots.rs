//! Advice on knots: given where the weeks ask for them, withdrawn where the model forecasts badly with those it has.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use tandem_models::domain::panel::Panel;
use tandem_models::mmm::diagnostics::diagnose;
use tandem_models::mmm::sample::Cancel;
use tandem_models::mmm::verdict::verdicts;

use crate::data;
use crate::fit::fitted;

/// Ways to say that knots should be raised.
const RAISE: [&str; 4] =
    ["raise `baseline.knots`", "Raise `baseline.knots`", "Try `baseline.knots`", "Add `baseline.knots`"];

/// A world whose baseline wanders as no column tells: more knots follow it better, and foresee nothing.
/// This company's last quarter leaves the course of the weeks before, far outside what twelve knots expect.
fn wandering() -> Panel {
    let mut panel = data::world(156, &[150.0, 90.0], 15.0, 4).panel;
    let mut rng = ChaCha8Rng::seed_from_u64(31);
    let mut level = 0.0;
    for y in panel.outcome.iter_mut() {
        level += 30.0 * rng.sample::<f64, _>(StandardNormal);
        *y += level;
    }
    panel
}

/// What health says under so many knots, before and after the refits, and whether the last quarter was missed.
fn told(panel: &Panel, knots: usize) -> (String, String, bool) {
    let spec = format!("saturation = {{ kind = 'michaelis_menten' }}\n[baseline]\nknots = {knots}\n");
    let sampled = fitted(panel, &spec);
    let seen = diagnose(&sampled);
    let judged = verdicts(&sampled, &seen, true, 1, &|_| {}, &Cancel::new()).unwrap();
    let all = judged.health(&seen, &sampled.posterior.design);
    let reasons = judged.channels.iter().flat_map(|c| c.reasons.clone());
    let text = |h: &tandem_models::health::Health| h.findings.iter().map(|f| f.message.clone()).collect::<Vec<_>>();
    let after = text(&all).into_iter().chain(reasons).collect::<Vec<_>>().join("\n");
    (text(&seen.health).join("\n"), after, judged.holdout.is_some_and(|h| h.misses()))
}

fn raises(text: &str) -> bool {
    RAISE.iter().any(|r| text.contains(r))
}

#[test]
fn more_knots_are_not_advised_to_a_model_that_forecasts_badly_with_those_it_has() {
    let panel = wandering();
    let (before, after, missed) = told(&panel, 12);
    assert!(missed && raises(&before), "the weeks seen ask for knots: {before}");
    assert!(!raises(&after) && after.contains("With 12 `baseline.knots` it follows"), "{after}");
    // negative control: without any, the same weeks ask for them
    let (_, after, _) = told(&panel, 0);
    assert!(raises(&after) && !after.contains("are not advised"), "{after}");
}

#[test]
fn the_public_geo_example_is_told_which_of_its_checks_disagree() {
    let Some(panel) = data::meridian_geo() else { return };
    let (before, after, missed) = told(&panel, 16);
    assert!(
        missed && raises(&before) && !raises(&after) && after.contains("with the 16 it has"),
        "{before}\n\n{after}"
    );
    let (_, after, missed) = told(&panel, 2);
    assert!(!missed && raises(&after), "negative control: two knots forecast well: {after}");
}
