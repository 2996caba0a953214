//! Random streams keyed by what they are for, so that a changed plan re-uses the same numbers for every entity it leaves alone.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson, StandardNormal};

/// What a stream is used for; each purpose has numbers of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Weekly spend of a channel in a region.
    Plan = 1,
    /// Planned variations of spend.
    Variation,
    /// Competitor pressure of a region.
    Competitor,
    /// Size, segment and fit of an account.
    Account,
    /// Names, titles and other text.
    Text,
    /// Candidate inquiries of an account.
    Candidate,
    /// What becomes of one inquiry.
    Life,
    /// Touches of an account.
    Touch,
    /// Calls, mails and meetings of an account.
    Work,
    /// Targets and measured experiments.
    Office,
}

/// One entity's own stream of random numbers. Xoshiro256++ is named so that the bits stay the same over library versions.
#[derive(Debug, Clone)]
pub(crate) struct Stream(Xoshiro256PlusPlus);

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A seed for world number `replicate` of a company; replicate 0 is the company itself.
pub(crate) fn replicate_seed(seed: u64, replicate: u32) -> u64 {
    if replicate == 0 { seed } else { mix(seed ^ mix(0x7265_706c ^ u64::from(replicate))) }
}

impl Stream {
    /// The stream of entity `(a, b)` for `purpose` in the company seeded by `seed`.
    pub(crate) fn new(seed: u64, purpose: Purpose, a: u64, b: u64) -> Self {
        let golden = 0x9e37_79b9_7f4a_7c15u64;
        let key = mix(seed.wrapping_add(golden.wrapping_mul(purpose as u64)));
        let key = mix(key ^ a.wrapping_mul(golden).wrapping_add(1));
        Self(Xoshiro256PlusPlus::seed_from_u64(mix(key ^ b.wrapping_mul(golden).wrapping_add(2))))
    }

    /// Uniform in `[0, 1)`.
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Poisson count with the given mean; 0 for a mean of 0.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        Poisson::new(mean).map_or(0, |d| Distribution::<f64>::sample(&d, &mut self.0) as u32)
    }

    /// Uniform integer in `0..n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// An index drawn in proportion to `weights`.
    pub(crate) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (i, w) in weights.iter().enumerate() {
            left -= w;
            if left < 0.0 {
                return i;
            }
        }
        weights.iter().rposition(|w| *w > 0.0).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_every_part_of_its_key() {
        let first = |s, p, a, b| Stream::new(s, p, a, b).uniform();
        let base = first(1, Purpose::Life, 2, 3);
        assert_eq!(base, first(1, Purpose::Life, 2, 3));
        for other in [
            first(2, Purpose::Life, 2, 3),
            first(1, Purpose::Touch, 2, 3),
            first(1, Purpose::Life, 3, 2),
            first(1, Purpose::Life, 2, 4),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn neighbouring_keys_are_uncorrelated() {
        let mean = (0..20_000).map(|k| Stream::new(7, Purpose::Life, k, 0).uniform()).sum::<f64>() / 20_000.0;
        assert!((mean - 0.5).abs() < 0.01, "mean {mean}");
    }
}
