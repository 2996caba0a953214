//! What a channel's leads are worth over the average lead: not known from counts of leads, so a prior that is carried along.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// `staged_quality = { sd = 0.4 }`: the logarithm of a channel's lead value over the average one's, normal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Mean worth over the average lead's, above 0.
    #[serde(default = "average")]
    pub mean: f64,
    /// Spread on the log scale, `0..=2`; 0 takes the mean as known.
    pub sd: f64,
}

fn average() -> f64 {
    1.0
}

impl Default for Quality {
    /// Leads of a channel as good as the average one's within a factor of two (90%).
    fn default() -> Self {
        Self { mean: 1.0, sd: 0.4 }
    }
}

/// Draws of worth over the average lead's, `draws x channels`, independent of each other; the mean over draws is each mean.
#[must_use]
pub fn qualities(of: &[Quality], draws: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5717_ED00);
    let mut one = |q: &Quality| {
        let z: f64 = StandardNormal.sample(&mut rng);
        q.mean * (q.sd * z - 0.5 * q.sd * q.sd).exp()
    };
    (0..draws).map(|_| of.iter().map(&mut one).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worth_is_the_mean_on_average_and_as_wide_as_was_said() {
        let of = [Quality::default(), Quality { mean: 0.4, sd: 0.0 }];
        let drawn = qualities(&of, 20_000, 3);
        let mean = |c: usize| drawn.iter().map(|d| d[c]).sum::<f64>() / 20_000.0;
        assert!((mean(0) - 1.0).abs() < 0.02 && (mean(1) - 0.4).abs() < 1e-12);
        let mut first: Vec<f64> = drawn.iter().map(|d| d[0]).collect();
        first.sort_by(f64::total_cmp);
        assert!((first[19_000] / first[1_000]).ln() > 1.2, "{} {}", first[1_000], first[19_000]);
    }
}
