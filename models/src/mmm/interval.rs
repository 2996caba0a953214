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
        // Summed before they are moved, so that means of sums are sums of means to the last bits.
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let [p05, p25, p50, p75, p95] = quantiles(draws, [0.05, 0.25, 0.5, 0.75, 0.95]);
        Self { mean, p05, p25, p50, p75, p95 }
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

/// The quantiles at ascending `p` of `draws`, which are not empty and whose order is changed: as [`quantile`] of the sorted
/// draws, by selection of the few order statistics needed.
#[must_use]
pub fn quantiles<const N: usize>(draws: &mut [f64], p: [f64; N]) -> [f64; N] {
    let mut ranks: Vec<usize> = p.iter().flat_map(|p| around(draws.len(), *p)).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let mut keys: Vec<i64> = draws.iter().map(|x| key(*x)).collect();
    select(&mut keys, 0, &ranks);
    draws.iter_mut().zip(&keys).for_each(|(x, k)| *x = f64::from_bits(ordered(*k) as u64));
    p.map(|p| quantile(draws, p))
}

/// A whole number in the order of the numbers, which compares faster than they do.
pub(crate) fn key(x: f64) -> i64 {
    ordered(x.to_bits() as i64)
}

/// Turns the bits of a number into its key, and back.
fn ordered(bits: i64) -> i64 {
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The two ranks that the `p` quantile of `n` values lies between.
fn around(n: usize, p: f64) -> [usize; 2] {
    let low = (p.clamp(0.0, 1.0) * (n - 1) as f64).floor() as usize;
    [low, (low + 1).min(n - 1)]
}

/// Puts the order statistics of `ranks` (ascending) where a sort would; `draws` begin at rank `first`.
fn select(draws: &mut [i64], first: usize, ranks: &[usize]) {
    let Some(&middle) = ranks.get(ranks.len() / 2) else { return };
    let (below, _, above) = draws.select_nth_unstable(middle - first);
    select(below, first, &ranks[..ranks.len() / 2]);
    select(above, middle + 1, &ranks[ranks.len() / 2 + 1..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ladder_are_its_rungs() {
        let i = Interval::from_draws((0..=100).rev().map(f64::from));
        assert_eq!((i.mean, i.p05, i.p25, i.p50, i.p75, i.p95), (50.0, 5.0, 25.0, 50.0, 75.0, 95.0));
    }

    #[test]
    fn selected_quantiles_are_those_of_the_sorted_draws() {
        for n in [1usize, 2, 3, 7, 100, 1001] {
            let draws: Vec<f64> = (0..n).map(|i| ((i * 7919) % 1009) as f64 * 0.37 - 50.0).collect();
            let mut sorted = draws.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let p = [0.0, 0.05, 0.051, 0.5, 0.95, 1.0];
            assert_eq!(quantiles(&mut draws.clone(), p), p.map(|p| quantile(&sorted, p)), "{n}");
        }
    }
}
