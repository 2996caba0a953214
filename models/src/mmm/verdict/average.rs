//! One answer over all assumptions: each is weighed by how well it would have predicted, and none knows a curve below
//! anything that was ever spent.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Exp1};

use super::told::Told;
use crate::mmm::interval::{Interval, quantile};

/// Resamplings of the observations behind the weights.
const RESAMPLES: usize = 200;
/// Values that stand for an answer.
const VALUES: usize = 2000;
/// Multiples of the golden ratio fall evenly into `0..1`, in an order that has nothing to do with the values'.
const GOLDEN: f64 = 0.618_033_988_749_895;

/// Weights that sum to 1: the mean over Bayesian bootstraps of the observations of each assumption's share of the predictive
/// density (pseudo-BMA+ of Yao, Vehtari, Simpson and Gelman 2018), so that a lead that hangs on few weeks counts little.
pub(super) fn weights(of: &[&Told], seed: u64) -> Vec<f64> {
    let n = of.first().map_or(0, |t| t.pointwise.len());
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5851_F42D_4C95_7F2D);
    let mut out = vec![0.0; of.len()];
    let mut draw = vec![0.0; n];
    for _ in 0..RESAMPLES {
        draw.iter_mut().for_each(|d| *d = Exp1.sample(&mut rng));
        let unit = n as f64 / draw.iter().sum::<f64>();
        let elpd: Vec<f64> =
            of.iter().map(|t| unit * t.pointwise.iter().zip(&draw).map(|(p, d)| p * d).sum::<f64>()).collect();
        let top = elpd.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = elpd.iter().map(|e| (e - top).exp()).sum();
        out.iter_mut().zip(&elpd).for_each(|(w, e)| *w += (e - top).exp() / total / RESAMPLES as f64);
    }
    out
}

/// The answer for channel `c`, and the share of it that lies outside `own`'s 90% interval (10% where all agree).
///
/// `unseen` is the share of the channel that rests on its curve below its weakest weeks. No week tells how much of it there
/// is; the interval has it from nothing to twice what the curves give, all alike.
pub(super) fn answer(of: &[&Told], weights: &[f64], c: usize, own: &Interval, unseen: f64) -> (Interval, f64) {
    // equally spaced quantiles of each, as many as its weight deserves
    let mut values: Vec<f64> = of
        .iter()
        .zip(weights)
        .flat_map(|(told, weight)| {
            let count = (weight * VALUES as f64).round() as usize;
            let sorted = &told.totals[c];
            (0..count).map(move |i| quantile(sorted, (i as f64 + 0.5) / count as f64))
        })
        .collect();
    let outside = values.iter().filter(|v| **v < own.p05 || **v > own.p95).count() as f64 / values.len().max(1) as f64;
    let whole = Interval::of(&mut values);
    for (i, value) in values.iter_mut().enumerate() {
        *value *= 1.0 + unseen * (2.0 * (i as f64 * GOLDEN).fract() - 1.0);
    }
    let parts = Interval::of(&mut values);
    (Interval { p05: whole.p05.min(parts.p05), p95: whole.p95.max(parts.p95), ..whole }, outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(level: f64, density: f64) -> Told {
        let total = (0..101).map(|i| level + f64::from(i)).collect();
        let pointwise = (0..100).map(|i| density + 0.01 * f64::from(i % 7)).collect();
        Told { contributions: Vec::new(), totals: vec![total], pointwise }
    }

    #[test]
    fn equal_predictions_share_the_answer_and_a_far_worse_one_has_no_say() {
        let (own, other, bad) = (told(0.0, 0.0), told(1000.0, 0.0), told(5000.0, -1.0));
        let interval = Interval::from_draws(own.totals[0].iter().copied());
        let of = [&own, &other, &bad];
        let w = weights(&of, 1);
        assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((w[0] - 0.5).abs() < 1e-9 && w[2] < 1e-12, "{w:?}");
        let (answer, outside) = answer(&of, &w, 0, &interval, 0.0);
        assert!((answer.mean - 550.0).abs() < 1.0 && answer.p95 > 1080.0 && answer.p05 < 20.0, "{answer:?}");
        assert!((outside - 0.55).abs() < 0.01, "{outside}");
    }

    #[test]
    fn where_all_agree_the_answer_is_the_own_one() {
        let (own, same) = (told(0.0, 0.0), told(0.0, 0.0));
        let interval = Interval::from_draws(own.totals[0].iter().copied());
        let of = [&own, &same];
        let (answer, outside) = answer(&of, &weights(&of, 3), 0, &interval, 0.0);
        assert!((answer.p05 - interval.p05).abs() < 0.5 && (answer.p95 - interval.p95).abs() < 0.5);
        assert!((outside - 0.1).abs() < 0.01, "{outside}");
    }

    #[test]
    fn what_lies_below_anything_spent_widens_the_interval_and_says_nothing_of_assumptions() {
        let own = told(1000.0, 0.0);
        let interval = Interval::from_draws(own.totals[0].iter().copied());
        let of = [&own];
        let (seen, apart) = answer(&of, &[1.0], 0, &interval, 0.0);
        let (unseen, same) = answer(&of, &[1.0], 0, &interval, 0.5);
        // a half of it unseen: from 0.5 to 1.5 times the answer alike
        let near = |value: f64, share: f64| (value - share * seen.mean).abs() < 30.0;
        assert!(near(unseen.p05, 0.55) && near(unseen.p95, 1.45), "{unseen:?}");
        assert!(unseen.mean == seen.mean && apart == same);
    }
}
