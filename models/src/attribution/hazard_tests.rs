//! The hazard model finds what was planted, and censoring matters.

use super::*;
use crate::attribution::policy::Eligible;
use crate::domain::journey::{NO_CAMPAIGN, Touch};

const NONE: Bootstrap = Bootstrap { resamples: 0, seed: 1 };

/// A uniform number in (0, 1).
fn uniform(draws: &mut Draws) -> f64 {
    (draws.fold(1 << 30) as f64 + 0.5) / f64::from(1 << 30)
}

/// Journeys drawn from the model: each touch brings a conversion with its channel's effect after an exponential time;
/// the earliest within 60 days of observation counts.
fn simulate(n: u64, beta: &[f64], decay: &[f64]) -> Vec<(Journey, Vec<Eligible>)> {
    let mut all = Vec::new();
    for unit in 0..n {
        let mut draws = Draws::new(23, unit, 0);
        let mut touches: Vec<(u32, f64)> =
            (0..1 + draws.fold(4)).map(|_| (draws.fold(beta.len()) as u32, 40.0 * uniform(&mut draws))).collect();
        touches.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut end = 60.0;
        let mut won = false;
        for &(c, at) in &touches {
            // The number of events of a touch is Poisson(beta), each after Exponential(decay).
            let mut left = uniform(&mut draws).ln().abs();
            while left < beta[c as usize] {
                let when = at - uniform(&mut draws).ln() / decay[c as usize];
                if when < end {
                    (end, won) = (when, true);
                }
                left += uniform(&mut draws).ln().abs();
            }
        }
        let us = |days: f64| (days * DAY_US as f64) as i64;
        let eligible: Vec<Eligible> = touches
            .iter()
            .filter(|t| t.1 <= end)
            .map(|&(channel, at)| Touch { channel, campaign: NO_CAMPAIGN, at_us: us(at), contact: 0 })
            .map(|touch| Eligible { touch, count: 1 })
            .collect();
        let outcome = if won { Outcome::Won { value_minor: 100 } } else { Outcome::Open };
        all.push((Journey { unit, outcome, end_us: us(end), ..Journey::empty() }, eligible));
    }
    all
}

fn fit(journeys: &[(Journey, Vec<Eligible>)], channels: usize, bootstrap: Bootstrap) -> (Fit, Vec<Fit>) {
    let mut hazard = Hazard::new(channels, bootstrap);
    journeys.iter().for_each(|(j, path)| hazard.add(j, path));
    hazard.fit()
}

#[test]
fn planted_effects_and_decays_are_found_again() {
    let (beta, decay) = ([0.30, 0.10, 0.02], [0.5, 0.1, 0.2]);
    let (found, _) = fit(&simulate(40_000, &beta, &decay), 3, NONE);
    assert!(found.converged);
    for c in 0..3 {
        assert!((found.beta[c] / beta[c] - 1.0).abs() < 0.12, "beta {:?}", found.beta);
        assert!((found.decay[c] / decay[c] - 1.0).abs() < 0.2, "decay {:?}", found.decay);
    }
}

#[test]
fn credit_sums_to_the_conversions_and_their_value() {
    let journeys = simulate(3000, &[0.3, 0.1], &[0.5, 0.1]);
    let won = journeys.iter().filter(|j| j.0.outcome != Outcome::Open).count() as f64;
    let (found, _) = fit(&journeys, 2, NONE);
    assert!((found.conversions.iter().sum::<f64>() - won).abs() < 1e-6 * won);
    assert!((found.value.iter().sum::<f64>() - 100.0 * won).abs() < 1e-4 * won);
}

#[test]
fn leaving_open_journeys_out_would_overstate_the_effects() {
    let (beta, decay) = ([0.10, 0.05], [0.2, 0.2]);
    let journeys = simulate(20_000, &beta, &decay);
    let won: Vec<_> = journeys.iter().filter(|j| j.0.outcome != Outcome::Open).cloned().collect();
    let (all, _) = fit(&journeys, 2, NONE);
    let (biased, _) = fit(&won, 2, NONE);
    assert!((all.beta[0] / beta[0] - 1.0).abs() < 0.15, "{:?}", all.beta);
    assert!(biased.beta[0] > 3.0 * beta[0], "{:?}", biased.beta);
}

#[test]
fn binned_exposure_agrees_with_exact_sums() {
    let journeys = simulate(4000, &[0.3, 0.1], &[0.5, 0.1]);
    let (found, _) = fit(&journeys, 2, NONE);
    // At the solution beta = conversions / sum (1 - exp(-w D)), the sum taken here touch by touch.
    let mut reached = [0.0; 2];
    for (j, path) in &journeys {
        for e in path {
            let d = (j.end_us - e.touch.at_us) as f64 / DAY_US as f64;
            reached[e.touch.channel as usize] += 1.0 - (-found.decay[e.touch.channel as usize] * d).exp();
        }
    }
    for c in 0..2 {
        assert!((found.conversions[c] / reached[c] / found.beta[c] - 1.0).abs() < 2e-4);
    }
}

#[test]
fn intervals_cover_and_resamples_repeat() {
    let journeys = simulate(4000, &[0.3, 0.1], &[0.5, 0.1]);
    let bootstrap = Bootstrap { resamples: 40, seed: 2 };
    let (found, resamples) = fit(&journeys, 2, bootstrap);
    assert_eq!(resamples, fit(&journeys, 2, bootstrap).1);
    let mut betas: Vec<f64> = resamples.iter().map(|f| f.beta[0]).collect();
    betas.sort_by(f64::total_cmp);
    assert!(betas[1] < found.beta[0] && found.beta[0] < betas[38], "{betas:?}");
    assert!(betas[38] - betas[1] < 0.2, "{betas:?}");
}

#[test]
fn a_channel_without_conversions_gets_none_and_nothing_is_nan() {
    let mut journeys = simulate(500, &[0.3], &[0.5]);
    let touch = Touch { channel: 1, campaign: NO_CAMPAIGN, at_us: 0, contact: 0 };
    let open = Journey { unit: 9999, end_us: 50 * DAY_US, ..Journey::empty() };
    journeys.push((open, vec![Eligible { touch, count: 1 }]));
    let (found, _) = fit(&journeys, 3, NONE);
    assert_eq!((found.conversions[1], found.conversions[2], found.beta[1]), (0.0, 0.0, 0.0));
    assert!(found.beta.iter().chain(&found.decay).all(|x| x.is_finite()));
    let (empty, _) = fit(&[], 3, NONE);
    assert!(empty.conversions.iter().all(|c| *c == 0.0));
}
