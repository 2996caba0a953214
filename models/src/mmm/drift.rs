//! Effects that change over time: a random walk of the log effect with few bends, as a fixed basis times standard normals.
//!
//! `ln m(t) = sum_k sd z_k (r_k(t) - mean of r_k)`, `r_k` rising from 0 to 1 over the `k`th stretch of the panel: centred, so
//! that the channel's size and its movement are told apart.

use ndarray::Array2;

use super::spec::DriftSpec;

/// The basis over `periods`, `knots x periods`, prior scale included.
#[must_use]
pub fn basis(drift: DriftSpec, periods: usize) -> Array2<f64> {
    let last = periods.saturating_sub(1).max(1) as f64;
    let mut out = Array2::from_shape_fn((drift.knots, periods), |(k, t)| {
        let at = t as f64 / last * drift.knots as f64;
        drift.sd * (at - k as f64).clamp(0.0, 1.0)
    });
    for mut row in out.rows_mut() {
        let mean = row.mean().unwrap_or(0.0);
        row -= mean;
    }
    out
}

/// `m(t)` for given `z`, one a period.
#[must_use]
pub fn multipliers(basis: &Array2<f64>, z: impl Fn(usize) -> f64) -> Vec<f64> {
    basis.columns().into_iter().map(|b| b.iter().enumerate().map(|(k, b)| b * z(k)).sum::<f64>().exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_moves_by_its_scale_and_averages_out() {
        let b = basis(DriftSpec { knots: 3, sd: 0.5 }, 31);
        let m = multipliers(&b, |k| if k == 1 { 1.0 } else { 0.0 });
        assert!((m[30].ln() - m[0].ln() - 0.5).abs() < 1e-12, "the second stretch rises by the scale");
        assert!((m[0] - m[10]).abs() < 1e-12, "and nothing moves before it");
        assert!(m.iter().map(|m| m.ln()).sum::<f64>().abs() < 1e-12);
        assert!(multipliers(&b, |_| 0.0).iter().all(|m| *m == 1.0));
    }
}
