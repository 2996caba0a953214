//! A prior made ready for the kernel: its constants computed once, and the kernel's own `exp` and `ln`, which are inlined.

use super::lanes::{exp, ln};
use crate::mmm::prior::{Constrained, Prior, Support};

/// A prior on a support, as fast as it can be told.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    prior: Prior,
    support: Support,
    /// What the log density has beside the terms that depend on the value.
    constant: f64,
}

impl Ready {
    /// `prior` with its parameter mapped onto `support`.
    #[must_use]
    pub fn new(prior: Prior, support: Support) -> Ready {
        // the constant is what is left at any one point where the density is told in full
        let x = support.constrain(0.0).value;
        let bare = Ready { prior, support, constant: 0.0 };
        Ready { constant: prior.log_density(x).0 - bare.density(x).0, ..bare }
    }

    /// Value and Jacobian at the unconstrained `z`, as [`Support::constrain`] has them.
    #[inline(always)]
    #[must_use]
    pub fn constrain(&self, z: f64) -> Constrained {
        match self.support {
            Support::Whole => Constrained { value: z, slope: 1.0, log_jacobian: 0.0, log_jacobian_slope: 0.0 },
            Support::Above(low) => {
                let e = exp(z);
                Constrained { value: low + e, slope: e, log_jacobian: z, log_jacobian_slope: 1.0 }
            }
            Support::From(low, scale) => {
                let (w, dw, ddw) = Support::bent(z);
                let e = exp(-w.abs());
                let inv = 1.0 / (1.0 + e);
                let p = if w >= 0.0 { inv } else { e * inv };
                // ln(1 + e) loses what e is below 1e-16, and with it a value of nothing: there it is e
                let log = if e > 1e-5 { ln(1.0 + e) } else { e * (1.0 - e * (0.5 - e / 3.0)) };
                Constrained {
                    value: low + scale * (w.max(0.0) + log),
                    slope: scale * p * dw,
                    log_jacobian: ln(scale * dw) + w.min(0.0) - log,
                    log_jacobian_slope: (1.0 - p) * dw + ddw / dw,
                }
            }
            Support::Between(low, high) => {
                let (w, dw, ddw) = Support::bent(z);
                let e = exp(-w.abs());
                let inv = 1.0 / (1.0 + e);
                let (p, q) = if w >= 0.0 { (inv, e * inv) } else { (e * inv, inv) };
                let width = high - low;
                let slope = width * p * q * dw;
                Constrained {
                    value: low + width * p,
                    slope,
                    // further out the logarithm would be of nothing
                    log_jacobian: if w.abs() < 600.0 { ln(slope) } else { self.support.constrain(z).log_jacobian },
                    log_jacobian_slope: (q - p) * dw + ddw / dw,
                }
            }
        }
    }

    /// Log density of the value `x` and its slope; `-inf` outside the prior's support.
    #[inline(always)]
    #[must_use]
    pub fn density(&self, x: f64) -> (f64, f64) {
        let outside = (f64::NEG_INFINITY, 0.0);
        // terms of a flat side stay finite at its end
        let power = |s: f64, v: f64| if s == 1.0 { (0.0, 0.0) } else { ((s - 1.0) * ln(v), (s - 1.0) / v) };
        let normal = |z: f64, sd: f64| (-0.5 * z * z, -z / sd);
        let (terms, slope) = match self.prior {
            Prior::Normal { mean, sd } => normal((x - mean) / sd, sd),
            Prior::LogNormal { .. } | Prior::Gamma { .. } if x < 1e-300 => return outside,
            Prior::LogNormal { mu, sigma } => {
                let l = ln(x);
                let z = (l - mu) / sigma;
                (-0.5 * z * z - l, -(z / sigma + 1.0) / x)
            }
            Prior::HalfNormal { .. } if x < 0.0 => return outside,
            Prior::HalfNormal { sd } => normal(x / sd, sd),
            Prior::TruncNormal { low, high, .. } | Prior::Uniform { low, high } if x < low || x > high => {
                return outside;
            }
            Prior::TruncNormal { mean, sd, .. } => normal((x - mean) / sd, sd),
            Prior::Beta { a, b } => {
                if x < 1e-300 || 1.0 - x < 1e-300 {
                    return self.prior.log_density(x);
                }
                let ((l1, d1), (l2, d2)) = (power(a, x), power(b, 1.0 - x));
                (l1 + l2, d1 - d2)
            }
            Prior::Gamma { shape, rate } => {
                let (l, d) = power(shape, x);
                (l - rate * x, d - rate)
            }
            Prior::Uniform { .. } => (0.0, 0.0),
        };
        (terms + self.constant, slope)
    }

    /// `(value, ln p of z, d/dz)`, as [`Prior::log_density_on`] has them.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, z: f64) -> (Constrained, f64, f64) {
        let c = self.constrain(z);
        let (lp, slope) = self.density(c.value);
        (c, lp + c.log_jacobian, slope * c.slope + c.log_jacobian_slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_the_prior_tells() {
        let priors = [
            Prior::Normal { mean: 0.4, sd: 1.3 },
            Prior::LogNormal { mu: 0.2, sigma: 0.9 },
            Prior::HalfNormal { sd: 2.0 },
            Prior::TruncNormal { mean: 0.8, sd: 0.8, low: 0.1, high: 10.0 },
            Prior::TruncNormal { mean: 1.0, sd: 0.5, low: 0.0, high: f64::INFINITY },
            Prior::Beta { a: 1.0, b: 3.0 },
            Prior::Beta { a: 2.0, b: 1.0 },
            Prior::Gamma { shape: 3.0, rate: 1.5 },
            Prior::Uniform { low: -1.0, high: 2.5 },
        ];
        let supports = priors.iter().map(|p| (*p, p.support()));
        let narrower = (Prior::LogNormal { mu: 3.0, sigma: 0.5 }, Support::Between(8.0, 52.0));
        for (prior, support) in supports.chain([narrower]) {
            let ready = Ready::new(prior, support);
            for z in [-6.0, -3.0, -0.7, 0.0, 0.2, 1.9, 5.0] {
                let ((a, l, d), (b, m, e)) = (ready.at(z), prior.log_density_on(support, z));
                let near = |x: f64, y: f64| (x - y).abs() < 1e-9 * (1.0 + y.abs());
                assert!(near(a.value, b.value) && near(a.slope, b.slope), "{prior:?} at {z}");
                assert!(near(l, m) && near(d, e), "{prior:?} at {z}: {l} {m}, {d} {e}");
            }
        }
        assert_eq!(Ready::new(priors[2], Support::Whole).density(-1.0).0, f64::NEG_INFINITY);
    }
}
