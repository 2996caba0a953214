//! Whether chains agree and how many independent draws they are worth: rank-normalised split R-hat, bulk and tail ESS.
//!
//! Source: Vehtari, Gelman, Simpson, Carpenter, Buerkner (2021), "Rank-normalization, folding, and localization: an improved
//! R-hat". All three are unchanged by any increasing transformation of the parameter (up to ties).

use std::sync::{Arc, Mutex, PoisonError};

use crate::mmm::interval::{key, quantiles};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// Convergence of one scalar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// 1 where chains agree; below 1.01 is good.
    pub rhat: f64,
    /// Independent draws that the middle of the distribution is worth.
    pub ess_bulk: f64,
    /// The same for its 5% and 95% ends, the smaller.
    pub ess_tail: f64,
}

/// Of draws by chain, all chains equally long and at least four draws. A constant has R-hat 1 and the full sample size.
#[must_use]
pub fn convergence(chains: &[Vec<f64>]) -> Convergence {
    let all: Vec<f64> = chains.iter().flatten().copied().collect();
    let full = all.len() as f64;
    if all.iter().any(|x| !x.is_finite()) {
        return Convergence { rhat: f64::NAN, ess_bulk: f64::NAN, ess_tail: f64::NAN };
    }
    if all.iter().all(|x| *x == all[0]) {
        return Convergence { rhat: 1.0, ess_bulk: full, ess_tail: full };
    }
    let halves = split(chains);
    let in_halves: Vec<f64> = halves.iter().flatten().copied().collect();
    let [middle] = quantiles(&mut in_halves.clone(), [0.5]);
    let folded: Vec<f64> = in_halves.iter().map(|x| (x - middle).abs()).collect();
    let cuts = quantiles(&mut all.clone(), [0.05, 0.95]);
    let tail = |cut: f64| {
        let below: Vec<Vec<f64>> =
            chains.iter().map(|c| c.iter().map(|x| f64::from(u8::from(*x <= cut))).collect()).collect();
        ess(&split(&below))
    };
    let scores = Scores::of(in_halves.len());
    let (ranked, folded) = (scores.ranked(&in_halves, halves[0].len()), scores.ranked(&folded, halves[0].len()));
    Convergence {
        rhat: rhat(&ranked).max(rhat(&folded)),
        ess_bulk: ess(&ranked),
        ess_tail: tail(cuts[0]).min(tail(cuts[1])),
    }
}

/// Each chain as its first and last half; the middle draw of an odd number is left out.
fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    chains
        .iter()
        .flat_map(|c| {
            let half = c.len() / 2;
            [c[..half].to_vec(), c[c.len() - half..].to_vec()]
        })
        .collect()
}

/// Normal quantiles of ranks, Blom's offsets: the same for every scalar with as many draws, so made once a sample size.
#[derive(Clone)]
struct Scores(Arc<Vec<f64>>);

impl Scores {
    /// Of ranks `1..=n`.
    fn of(n: usize) -> Scores {
        static LAST: Mutex<Option<Scores>> = Mutex::new(None);
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(scores) if scores.0.len() == n => scores.clone(),
            _ => {
                let made = Scores(Arc::new((1..=n).map(|rank| score(rank as f64, n)).collect()));
                *last = Some(made.clone());
                made
            }
        }
    }

    /// Scores of `draws` in their order, in chains of `n`; ties share the score of their mean rank.
    fn ranked(&self, draws: &[f64], n: usize) -> Vec<Vec<f64>> {
        // 0 of either sign is one tie
        let mut keys: Vec<(i64, u32)> = draws.iter().enumerate().map(|(i, x)| (key(*x + 0.0), i as u32)).collect();
        keys.sort_unstable();
        let mut scores = vec![0.0; keys.len()];
        let mut i = 0;
        while i < keys.len() {
            let ties = keys[i..].iter().take_while(|k| k.0 == keys[i].0).count();
            let own = if ties == 1 { self.0[i] } else { score((2 * i + 1 + ties) as f64 / 2.0, keys.len()) };
            keys[i..i + ties].iter().for_each(|k| scores[k.1 as usize] = own);
            i += ties;
        }
        scores.chunks_exact(n).map(<[f64]>::to_vec).collect()
    }
}

fn score(rank: f64, n: usize) -> f64 {
    Normal::standard().inverse_cdf((rank - 0.375) / (n as f64 + 0.25))
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// Sample variance, divisor `n - 1`.
fn variance(x: &[f64]) -> f64 {
    let m = mean(x);
    x.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (x.len() as f64 - 1.0)
}

fn rhat(chains: &[Vec<f64>]) -> f64 {
    let n = chains[0].len() as f64;
    let means: Vec<f64> = chains.iter().map(|c| mean(c)).collect();
    let between = n * variance(&means);
    let within = mean(&chains.iter().map(|c| variance(c)).collect::<Vec<f64>>());
    (((n - 1.0) / n * within + between / n) / within).sqrt()
}

/// Effective sample size by Geyer's initial monotone sequence; lags are computed only as far as they are needed.
fn ess(chains: &[Vec<f64>]) -> f64 {
    let (m, n) = (chains.len(), chains[0].len());
    let total = (m * n) as f64;
    let means: Vec<f64> = chains.iter().map(|c| mean(c)).collect();
    // mean over chains of the autocovariance at `lag`, divisor n
    let autocovariance = |lag: usize| {
        let sum: f64 = chains
            .iter()
            .zip(&means)
            .map(|(c, mu)| c[lag..].iter().zip(c).map(|(a, b)| (a - mu) * (b - mu)).sum::<f64>())
            .sum();
        sum / total
    };
    let n_f = n as f64;
    let within = autocovariance(0) * n_f / (n_f - 1.0);
    let mut plus = within * (n_f - 1.0) / n_f;
    if m > 1 {
        plus += variance(&means);
    }
    if plus <= 0.0 || !plus.is_finite() {
        return total;
    }
    let rho = |lag: usize| 1.0 - (within - autocovariance(lag)) / plus;
    let mut rhos = vec![1.0, rho(1)];
    let (mut even, mut odd) = (1.0, rhos[1]);
    let mut t = 1;
    while t + 3 < n && even + odd > 0.0 {
        even = rho(t + 1);
        odd = rho(t + 2);
        // a pair that goes below 0 stays 0: the sequence ends there
        let keep = even + odd >= 0.0;
        rhos.push(if keep { even } else { 0.0 });
        rhos.push(if keep { odd } else { 0.0 });
        t += 2;
    }
    let last = t as isize - 2;
    if even > 0.0 {
        rhos[(last + 1) as usize] = even;
    }
    let mut t = 1;
    while t <= last - 2 {
        let u = t as usize;
        if rhos[u + 1] + rhos[u + 2] > rhos[u - 1] + rhos[u] {
            rhos[u + 1] = (rhos[u - 1] + rhos[u]) / 2.0;
            rhos[u + 2] = rhos[u + 1];
        }
        t += 2;
    }
    let upto = (last + 1) as usize;
    let tau = -1.0 + 2.0 * rhos[..upto].iter().sum::<f64>() + rhos.get(upto).copied().unwrap_or(0.0);
    total / tau.max(1.0 / total.log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Case {
        name: String,
        draws: Vec<Vec<f64>>,
        rhat: f64,
        ess_bulk: f64,
        ess_tail: f64,
    }

    #[derive(Deserialize)]
    struct Goldens {
        chains: Vec<Case>,
    }

    #[test]
    fn results_match_arviz() {
        let text = include_str!("../../../tests/goldens/convergence.json");
        let goldens: Goldens = serde_json::from_str(text).expect("the goldens parse");
        for case in goldens.chains {
            let got = convergence(&case.draws);
            for (what, got, want) in [
                ("rhat", got.rhat, case.rhat),
                ("ess_bulk", got.ess_bulk, case.ess_bulk),
                ("ess_tail", got.ess_tail, case.ess_tail),
            ] {
                assert!((got / want - 1.0).abs() < 1e-7, "{} {what}: {got} {want}", case.name);
            }
        }
    }

    #[test]
    fn an_increasing_transformation_changes_nothing_that_is_ranked() {
        let chains: Vec<Vec<f64>> =
            (0..4).map(|c| (0..100).map(|t| f64::from((t * 37 + c * 11) % 101) / 25.0).collect()).collect();
        let bent: Vec<Vec<f64>> = chains.iter().map(|c| c.iter().map(|x| x.exp()).collect()).collect();
        assert!((convergence(&chains).ess_bulk - convergence(&bent).ess_bulk).abs() < 1e-9);
    }

    #[test]
    fn a_constant_has_converged_and_a_nan_has_not() {
        assert_eq!(convergence(&[vec![2.0; 10], vec![2.0; 10]]).rhat, 1.0);
        assert!(convergence(&[vec![f64::NAN; 10], vec![2.0; 10]]).rhat.is_nan());
    }
}
