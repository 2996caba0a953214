//! The map from the whole line, which a sampler walks, onto a prior's support.

const NEAR: f64 = 1.5976;
const BEND: f64 = 0.070_56;

/// The map from an unconstrained number onto a prior's support.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Support {
    /// The whole line; the identity.
    Whole,
    /// `low + exp(z)`.
    Above(f64),
    /// `low + scale * ln(1 + exp(NEAR z + BEND z^3))`, for a density that does not vanish at `low`: its lower tail in `z` is as
    /// light as a normal's, where the logarithm of the value would have an exponential one.
    From(f64, f64),
    /// `low + (high - low) * logistic(NEAR z + BEND z^3)`: the normal distribution function to 2e-4 (Page 1977), so that a
    /// density which does not vanish at an end has light tails in `z`, which a sampler crosses in a few steps.
    Between(f64, f64),
}

/// A constrained value with what a change of variables needs.
#[derive(Debug, Clone, Copy)]
pub struct Constrained {
    /// The value on its support.
    pub value: f64,
    /// `dx/dz`.
    pub slope: f64,
    /// `ln |dx/dz|`.
    pub log_jacobian: f64,
    /// `d ln|dx/dz| / dz`.
    pub log_jacobian_slope: f64,
}

impl Support {
    /// Value and Jacobian at the unconstrained `z`.
    #[must_use]
    pub fn constrain(self, z: f64) -> Constrained {
        match self {
            Support::Whole => Constrained { value: z, slope: 1.0, log_jacobian: 0.0, log_jacobian_slope: 0.0 },
            Support::Above(low) => {
                let e = z.exp();
                Constrained { value: low + e, slope: e, log_jacobian: z, log_jacobian_slope: 1.0 }
            }
            Support::From(low, scale) => {
                let (w, dw, ddw) = Support::bent(z);
                let e = (-w.abs()).exp();
                let p = if w >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
                Constrained {
                    value: low + scale * (w.max(0.0) + e.ln_1p()),
                    slope: scale * p * dw,
                    log_jacobian: (scale * dw).ln() + w.min(0.0) - e.ln_1p(),
                    log_jacobian_slope: (1.0 - p) * dw + ddw / dw,
                }
            }
            Support::Between(low, high) => {
                let width = high - low;
                let (w, dw, ddw) = Support::bent(z);
                let e = (-w.abs()).exp();
                // logistic without overflow in either tail; p and q = 1 - p both keep full precision
                let (p, q) = if w >= 0.0 { (1.0 / (1.0 + e), e / (1.0 + e)) } else { (e / (1.0 + e), 1.0 / (1.0 + e)) };
                Constrained {
                    value: low + width * p,
                    slope: width * p * q * dw,
                    log_jacobian: (width * dw).ln() - w.abs() - 2.0 * e.ln_1p(),
                    log_jacobian_slope: (q - p) * dw + ddw / dw,
                }
            }
        }
    }

    /// What [`Support::Between`] takes the logistic of, with its first and second derivative.
    #[inline(always)]
    pub(crate) fn bent(z: f64) -> (f64, f64, f64) {
        (z * (NEAR + BEND * z * z), NEAR + 3.0 * BEND * z * z, 6.0 * BEND * z)
    }

    /// The one real root of `BEND z^3 + NEAR z = w`.
    fn unbent(w: f64) -> f64 {
        let third = (NEAR / (3.0 * BEND)).sqrt();
        2.0 * third * ((w / (2.0 * BEND * third.powi(3))).asinh() / 3.0).sinh()
    }

    /// Whether `x` lies inside.
    #[must_use]
    pub fn contains(self, x: f64) -> bool {
        match self {
            Support::Whole => x.is_finite(),
            Support::Above(low) | Support::From(low, _) => x > low,
            Support::Between(low, high) => x > low && x < high,
        }
    }

    /// The unconstrained number that maps to `x`; `x` at or beyond an end is moved a hair inside.
    #[must_use]
    pub fn unconstrain(self, x: f64) -> f64 {
        match self {
            Support::Whole => x,
            Support::Above(low) => (x - low).max(1e-12).ln(),
            Support::From(low, scale) => {
                let u = ((x - low) / scale).max(1e-12);
                // ln(e^u - 1), which does not overflow
                Support::unbent(u + (-(-u).exp_m1()).ln())
            }
            Support::Between(low, high) => {
                let p = ((x - low) / (high - low)).clamp(1e-9, 1.0 - 1e-9);
                Support::unbent((p / (1.0 - p)).ln())
            }
        }
    }
}
