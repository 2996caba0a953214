//! Money in integer minor units, and the one way to split an amount so that the parts add up to the cent.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount in minor units (cents) of one currency; which currency is said by the table or answer that holds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// As a decimal with two places.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// As a floating number of major units, for models only.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

/// Splits `total` minor units in proportion to `weights` by largest remainder, so that the parts sum to `total` exactly.
///
/// Ties go to the earlier part. Weights must be finite and at least 0; when they sum to 0 all parts are 0 except that
/// nothing is lost: the caller keeps `total` as unattributed, and the answer is `None`.
#[must_use]
pub fn split(total: i64, weights: &[f64]) -> Option<Vec<i64>> {
    let sum: f64 = weights.iter().sum();
    if !(sum.is_finite() && sum > 0.0) || weights.iter().any(|w| *w < 0.0) {
        return None;
    }
    let exact: Vec<f64> = weights.iter().map(|w| total as f64 * (w / sum)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|x| x.floor() as i64).collect();
    let mut left = total - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0.0).collect();
    order.sort_by(|&a, &b| (exact[b] - exact[b].floor()).total_cmp(&(exact[a] - exact[a].floor())).then(a.cmp(&b)));
    // Rounding of `exact` may leave more than one unit a part for very large totals, so go round until nothing is left.
    let step = left.signum();
    let mut at = 0;
    while left != 0 {
        parts[order[at % order.len()]] += step;
        left -= step;
        at += 1;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_sum_to_the_total(total in -1_000_000_000_000i64..1_000_000_000_000, w in prop::collection::vec(0.0f64..10.0, 1..30)) {
            match split(total, &w) {
                Some(parts) => prop_assert_eq!(parts.iter().sum::<i64>(), total),
                None => prop_assert!(w.iter().sum::<f64>() <= 0.0),
            }
        }
    }

    #[test]
    fn thirds_of_a_euro() {
        assert_eq!(split(100, &[1.0, 1.0, 1.0]), Some(vec![34, 33, 33]));
        assert_eq!(split(100, &[0.0, 0.0]), None);
    }
}
