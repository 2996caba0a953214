//! Poisson weights of a bootstrap, a few resamples side by side, from the unit's key alone.
//!
//! A unit's weight in a resample depends on seed, key and resample and on nothing else, so streams may come in any
//! order and be split over any number of threads.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

/// Resamples drawn side by side.
pub const LANES: usize = 8;

/// Weights of one unit in [`LANES`] resamples.
pub type Weights = [u64; LANES];

/// `P(X <= k) * 2^16` of Poisson(1), rounded so that the mean is exactly 1: the sum of `2^16 - t` is `2^16`.
const THRESHOLDS: [u16; 8] = [24_110, 48_219, 60_274, 64_291, 65_296, 65_497, 65_530, 65_535];

/// Up to this multiplicity a row's weight is a sum of single draws.
const SUMMED: u32 = 12;

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of draws for one unit and one group of [`LANES`] resamples.
#[derive(Debug, Clone)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// For unit `key` in resamples `group * LANES ..`.
    #[must_use]
    pub fn new(seed: u64, key: u64, group: u64) -> Self {
        Draws { state: mix(seed ^ mix(key ^ mix(group.wrapping_add(0x9E37_79B9_7F4A_7C15)))) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// Adds one Poisson(1) draw a lane.
    #[inline]
    fn add_one(&mut self, out: &mut [u16; LANES]) {
        let (a, b) = (self.next(), self.next());
        let mut u = [0u16; LANES];
        for l in 0..4 {
            u[l] = (a >> (16 * l)) as u16;
            u[l + 4] = (b >> (16 * l)) as u16;
        }
        for t in THRESHOLDS {
            (0..LANES).for_each(|l| out[l] += u16::from(u[l] >= t));
        }
    }

    /// The total weight of `n` units that are resampled each by itself: Poisson(n) a lane.
    #[inline]
    pub fn of_many(&mut self, n: u32) -> Weights {
        if n > SUMMED {
            return self.of_lots(n);
        }
        let mut sum = [0u16; LANES];
        (0..n).for_each(|_| self.add_one(&mut sum));
        sum.map(u64::from)
    }

    /// A fold out of `folds`, evenly.
    #[must_use]
    pub fn fold(&mut self, folds: usize) -> usize {
        (self.next() % folds as u64) as usize
    }

    #[cold]
    fn of_lots(&mut self, n: u32) -> Weights {
        let Ok(poisson) = Poisson::new(f64::from(n)) else { return [0; LANES] };
        let mut rng = ChaCha8Rng::seed_from_u64(self.next());
        std::array::from_fn(|_| poisson.sample(&mut rng) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(n: u32) -> (f64, f64) {
        let draws: Vec<f64> =
            (0..40_000u64).flat_map(|key| Draws::new(7, key, key % 3).of_many(n).map(|w| w as f64)).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        (mean, draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / draws.len() as f64)
    }

    #[test]
    fn weights_have_mean_and_variance_of_poisson() {
        for n in [1u32, 3, 12, 13, 500] {
            let (mean, variance) = moments(n);
            let n = f64::from(n);
            // 320,000 draws: four standard errors of mean and variance.
            assert!((mean - n).abs() < 4.0 * (n / 320_000.0).sqrt(), "{n}: mean {mean}");
            assert!(
                (variance / n - 1.0).abs() < 4.0 * ((2.0 + 1.0 / n) / 320_000.0).sqrt(),
                "{n}: variance {variance}"
            );
        }
    }

    #[test]
    fn thresholds_give_a_mean_of_exactly_one() {
        assert_eq!(THRESHOLDS.iter().map(|t| 65_536 - u32::from(*t)).sum::<u32>(), 65_536);
    }

    #[test]
    fn weights_depend_on_key_group_and_seed_and_repeat() {
        let w = |seed, key, group| Draws::new(seed, key, group).of_many(5);
        assert_eq!(w(1, 2, 3), w(1, 2, 3));
        assert!(w(1, 2, 3) != w(2, 2, 3) && w(1, 2, 3) != w(1, 3, 3) && w(1, 2, 3) != w(1, 2, 4));
    }
}
