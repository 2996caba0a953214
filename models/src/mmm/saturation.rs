//! Diminishing returns: curves from scaled media to effect, all told by the media at which half is reached.

use serde::{Deserialize, Serialize};

/// Shape of the saturation. A draw holds two parameters a channel: `p[0]` = half-saturation `h > 0` in scaled media,
/// the media at which half of the maximum 1 is reached; `p[1]` = Hill slope `s > 0`, 1 where fixed or not Hill.
///
/// | kind | effect of `x >= 0` | usual form |
/// |---|---|---|
/// | hill | `x^s / (x^s + h^s)` | `k = h` |
/// | logistic | `(1 - e^(-kx)) / (1 + e^(-kx)) = tanh(kx/2)` | `k = ln 3 / h` |
/// | michaelis_menten | `x / (x + h)` | `k = h` |
/// | tanh | `tanh(x / k)` | `k = h / atanh(1/2)` |
/// | none | `x` | no maximum, `h` is not used |
///
/// One meaning of `h` for all kinds lets one prior and one search range serve them. Logistic and tanh are one family of
/// curves under two names; both are offered because users know them by either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saturation {
    /// Hill; S-shaped for slopes above 1.
    Hill,
    /// Logistic, as in PyMC-Marketing.
    Logistic,
    /// Michaelis-Menten: Hill with slope 1.
    MichaelisMenten,
    /// Hyperbolic tangent.
    Tanh,
    /// Proportional.
    None,
}

/// `ln 3 / 2 = atanh(1/2)`: the argument at which tanh is one half.
pub(crate) const ATANH_HALF: f64 = 0.549_306_144_334_054_8;

impl Saturation {
    /// Effect of scaled media `x`; negative media (a net credit) counts as 0.
    #[must_use]
    #[inline]
    pub fn value(self, p: [f64; 2], x: f64) -> f64 {
        let x = x.max(0.0);
        match self {
            Saturation::Hill if p[1] == 1.0 => x / (x + p[0]),
            Saturation::Hill => {
                let r = (x / p[0]).powf(p[1]);
                if r.is_finite() { r / (1.0 + r) } else { 1.0 }
            }
            Saturation::MichaelisMenten => x / (x + p[0]),
            Saturation::Logistic | Saturation::Tanh => (ATANH_HALF * x / p[0]).tanh(),
            Saturation::None => x,
        }
    }

    /// Derivative of [`Saturation::value`] by `x`, for `x >= 0`. At 0 a Hill slope below 1 has none; 0 is returned there.
    #[must_use]
    #[inline]
    pub fn slope(self, p: [f64; 2], x: f64) -> f64 {
        let x = x.max(0.0);
        match self {
            Saturation::Hill if p[1] == 1.0 => p[0] / (x + p[0]).powi(2),
            Saturation::Hill => {
                if x == 0.0 {
                    return 0.0;
                }
                let v = self.value(p, x);
                p[1] * v * (1.0 - v) / x
            }
            Saturation::MichaelisMenten => p[0] / (x + p[0]).powi(2),
            Saturation::Logistic | Saturation::Tanh => {
                let t = (ATANH_HALF * x / p[0]).tanh();
                ATANH_HALF / p[0] * (1.0 - t * t)
            }
            Saturation::None => 1.0,
        }
    }

    /// [`Saturation::value`] and [`Saturation::slope`] for the price of one.
    #[must_use]
    #[inline]
    pub fn value_and_slope(self, p: [f64; 2], x: f64) -> (f64, f64) {
        let x = x.max(0.0);
        match self {
            Saturation::Logistic | Saturation::Tanh => {
                let k = ATANH_HALF / p[0];
                let t = (k * x).tanh();
                (t, k * (1.0 - t * t))
            }
            Saturation::Hill if p[1] != 1.0 => {
                let v = self.value(p, x);
                (v, if x == 0.0 { 0.0 } else { p[1] * v * (1.0 - v) / x })
            }
            _ => (self.value(p, x), self.slope(p, x)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [Saturation; 5] =
        [Saturation::Hill, Saturation::Logistic, Saturation::MichaelisMenten, Saturation::Tanh, Saturation::None];

    proptest! {
        #[test]
        fn curves_rise_from_zero_and_stay_below_one(k in 0usize..5, h in 0.05f64..10.0, s in 0.3f64..4.0, x in 0.0f64..50.0, d in 0.01f64..5.0) {
            let s = if k == 0 { s } else { 1.0 };
            let f = |x| KINDS[k].value([h, s], x);
            prop_assert_eq!(f(0.0), 0.0);
            prop_assert!(f(x + d) >= f(x));
            prop_assert!(k == 4 || f(x) <= 1.0);
        }

        #[test]
        fn slope_is_the_derivative(k in 0usize..5, h in 0.1f64..5.0, s in 0.5f64..3.0, x in 0.05f64..10.0) {
            let p = [h, if k == 0 { s } else { 1.0 }];
            let e = 1e-6;
            let numeric = (KINDS[k].value(p, x + e) - KINDS[k].value(p, x - e)) / (2.0 * e);
            prop_assert!((numeric - KINDS[k].slope(p, x)).abs() < 1e-6 * (1.0 + numeric.abs()));
        }
    }

    #[test]
    fn half_is_reached_at_the_half_saturation_whatever_the_kind() {
        for kind in &KINDS[..4] {
            assert!((kind.value([0.7, 1.0], 0.7) - 0.5).abs() < 1e-12, "{kind:?}");
        }
        assert!((Saturation::Hill.value([0.7, 2.5], 0.7) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn logistic_is_the_published_formula() {
        let (k, x) = (4.0f64, 0.3f64);
        let want = (1.0 - (-k * x).exp()) / (1.0 + (-k * x).exp());
        assert!((Saturation::Logistic.value([3f64.ln() / k, 1.0], x) - want).abs() < 1e-12);
    }
}
