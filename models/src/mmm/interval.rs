//! A quantity with its uncertainty: the mean and five quantiles of its draws.

use serde::{Deserialize, Serialize};

/// Mean and quantiles over draws, in the unit of the draws. `p05..p95` is the 90% interval, `p25..p75` the 50% one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Mean; the only one of the six that adds up over channels and periods.
    pub mean: f64,
    /// 5% quantile.
    pub p05: f64,
    /// 25% quantile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75% quantile.
    pub p75: f64,
    /// 95% quantile.
    pub p95: f64,
}

impl Interval {
    /// Of `draws`, whose order is changed. All zeros for none.
    #[must_use]
    pub fn of(draws: &mut [f64]) -> Self {
        if draws.is_empty() {
            return Self::default();
        }
        // Summed before sorting, so that means of sums are sums of means to the last bits.
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        draws.sort_unstable_by(f64::total_cmp);
        let at = |p: f64| quantile(draws, p);
        Self { mean, p05: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) }
    }

    /// Of an iterator over draws.
    #[must_use]
    pub fn from_draws(draws: impl IntoIterator<Item = f64>) -> Self {
        Self::of(&mut draws.into_iter().collect::<Vec<f64>>())
    }
}

/// The `p` quantile of sorted values by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (low, share) = (at.floor() as usize, at.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + share * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ladder_are_its_rungs() {
        let i = Interval::from_draws((0..=100).rev().map(f64::from));
        assert_eq!((i.mean, i.p05, i.p25, i.p50, i.p75, i.p95), (50.0, 5.0, 25.0, 50.0, 75.0, 95.0));
    }
}
