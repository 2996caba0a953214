//! Correlations of few draws: as much of them as the draws can know.
//!
//! With a hundred parameters and a few hundred dependent draws most of a sample's correlations are noise, and a frame built on it
//! is worse than none. What is real shows in both halves of the draws (they come chain by chain, so chains that do not agree
//! count as noise): the share of squares that the halves have in common is kept, one share for parameters of one channel
//! and one for all others, and beyond it whatever stands far out of the noise.

use super::square::Square;

/// Pairs of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Kind {
    pairs: f64,
    common: f64,
    all: f64,
}

impl Kind {
    /// Share of the squares that both halves have.
    fn share(self) -> f64 {
        if self.all > 0.0 { (self.common / self.all).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The part of a correlation of square `square` that is kept at least, as it cannot be noise of so many pairs.
    fn stands_out(self, square: f64) -> f64 {
        let noise = (1.0 - self.share()) * self.all / self.pairs.max(1.0);
        1.0 - 2.0 * (self.pairs + 1.0).ln() * noise / square.max(1e-300)
    }
}

/// Diagonal beyond that of the draws, so that rounding leaves a factor.
const RIDGE: f64 = 1e-6;

/// Covariance of `draws` about 0, correlations shrunk; `close` says which parameters belong together.
#[must_use]
pub fn covariance(draws: &[Vec<f64>], close: impl Fn(usize, usize) -> bool) -> Square {
    let k = draws.first().map_or(0, Vec::len);
    let raw = moments(draws, None);
    let (first, second) = draws.split_at(draws.len() / 2);
    let halves = [first, second].map(|half| moments(half, Some(&means(half, k))));
    let correlation = |m: &Square, i: usize, j: usize| m.at(i, j) / (m.at(i, i) * m.at(j, j)).sqrt().max(1e-300);
    let mut kinds = [Kind::default(); 2];
    for i in 0..k {
        for j in 0..i {
            let kind = &mut kinds[usize::from(close(i, j))];
            kind.pairs += 1.0;
            kind.common += correlation(&halves[0], i, j) * correlation(&halves[1], i, j);
            kind.all += correlation(&raw, i, j).powi(2);
        }
    }
    let far = kinds[0].share();
    let shares = [far, kinds[1].share().max(far)];
    let shrunk = |outstanding: bool| {
        let mut out = Square::zeros(k);
        for i in 0..k {
            for j in 0..i {
                let at = usize::from(close(i, j));
                let stands = if outstanding { kinds[at].stands_out(correlation(&raw, i, j).powi(2)) } else { 0.0 };
                out.add(i, j, raw.at(i, j) * shares[at].max(stands));
            }
            out.add(i, i, raw.at(i, i) * (1.0 + RIDGE));
        }
        out
    };
    // shares alone mix the sample's matrix, its blocks and its diagonal: that always has a factor
    let all = shrunk(true);
    if all.cholesky().is_some() { all } else { shrunk(false) }
}

fn means(draws: &[Vec<f64>], k: usize) -> Vec<f64> {
    (0..k).map(|i| draws.iter().map(|d| d[i]).sum::<f64>() / draws.len().max(1) as f64).collect()
}

/// Mean products about `centre`, or about 0.
fn moments(draws: &[Vec<f64>], centre: Option<&[f64]>) -> Square {
    let k = draws.first().map_or(0, Vec::len);
    let mut out = Square::zeros(k);
    let n = draws.len().max(1) as f64;
    let at = |d: &[f64], i: usize| d[i] - centre.map_or(0.0, |c| c[i]);
    for d in draws {
        for i in 0..k {
            for j in 0..=i {
                out.add(i, j, at(d, i) * at(d, j) / n);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::StandardNormal;

    /// Sixty parameters, of which 1 follows 0 and 31 follows 30; the others are independent.
    fn draws(n: usize) -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        (0..n)
            .map(|_| {
                let mut d: Vec<f64> = (0..60).map(|_| rng.sample(StandardNormal)).collect();
                d[1] = 0.8 * d[0] + 0.6 * d[1];
                d[31] = -0.9 * d[30] + 0.43 * d[31];
                d
            })
            .collect()
    }

    fn squares(m: &Square) -> f64 {
        let pairs = (0..60).flat_map(|i| (0..i).map(move |j| (i, j)));
        pairs.filter(|p| ![(1, 0), (31, 30)].contains(p)).map(|(i, j)| m.at(i, j).powi(2)).sum()
    }

    #[test]
    fn noise_is_dropped_and_what_stands_out_stays() {
        let few = draws(80);
        let shrunk = covariance(&few, |i, j| i / 10 == j / 10);
        assert!(shrunk.cholesky().is_some());
        assert!(shrunk.at(1, 0) > 0.5 && shrunk.at(31, 30) < -0.7, "{} {}", shrunk.at(1, 0), shrunk.at(31, 30));
        // negative control: the sample's own matrix is full of noise
        let (left, noise) = (squares(&shrunk), squares(&moments(&few, None)));
        assert!(noise > 15.0 && left < 0.1 * noise, "{left} of {noise}");
    }

    #[test]
    fn many_draws_keep_what_they_know() {
        let mut common = draws(4000);
        for d in &mut common {
            let all = d[59];
            d.iter_mut().for_each(|x| *x = 0.9 * *x + 0.435 * all);
        }
        let (shrunk, own) = (covariance(&common, |_, _| false), moments(&common, None));
        assert!((shrunk.at(20, 5) / own.at(20, 5) - 1.0).abs() < 0.05);
    }
}
