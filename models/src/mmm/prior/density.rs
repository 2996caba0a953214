//! Densities of priors with their slopes, on their support and on the whole line.

use statrs::function::{erf::erf, gamma::ln_gamma};

use super::{Constrained, Prior, Support};

const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_7;

impl Prior {
    /// Normal mass inside the ends of a truncated normal.
    pub(super) fn mass(&self) -> f64 {
        let Prior::TruncNormal { mean, sd, low, high } = *self else { return 1.0 };
        let phi = |x: f64| 0.5 * (1.0 + erf((x - mean) / (sd * std::f64::consts::SQRT_2)));
        let high = if high.is_finite() { phi(high) } else { 1.0 };
        high - phi(low)
    }

    /// `(ln p(x), d ln p / dx)` with all constants, `-inf` outside the support.
    #[must_use]
    pub fn log_density(&self, x: f64) -> (f64, f64) {
        let outside = (f64::NEG_INFINITY, 0.0);
        match *self {
            Prior::Normal { mean, sd } => {
                let z = (x - mean) / sd;
                (-0.5 * z * z - sd.ln() - LN_SQRT_2PI, -z / sd)
            }
            Prior::LogNormal { mu, sigma } => {
                if x <= 0.0 {
                    return outside;
                }
                let l = x.ln();
                let z = (l - mu) / sigma;
                (-0.5 * z * z - l - sigma.ln() - LN_SQRT_2PI, -(z / sigma + 1.0) / x)
            }
            Prior::HalfNormal { sd } => {
                if x < 0.0 {
                    return outside;
                }
                let z = x / sd;
                (-0.5 * z * z - sd.ln() - LN_SQRT_2PI + std::f64::consts::LN_2, -z / sd)
            }
            Prior::TruncNormal { mean, sd, low, high } => {
                if x < low || x > high {
                    return outside;
                }
                let z = (x - mean) / sd;
                (-0.5 * z * z - sd.ln() - LN_SQRT_2PI - self.mass().ln(), -z / sd)
            }
            Prior::Beta { a, b } => {
                if !(0.0..=1.0).contains(&x) {
                    return outside;
                }
                let norm = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
                // 0 * ln 0 = 0, so that a flat side stays finite at its end
                let term = |s: f64, v: f64| if s == 1.0 { (0.0, 0.0) } else { ((s - 1.0) * v.ln(), (s - 1.0) / v) };
                let ((l1, d1), (l2, d2)) = (term(a, x), term(b, 1.0 - x));
                (norm + l1 + l2, d1 - d2)
            }
            Prior::Gamma { shape, rate } => {
                if x <= 0.0 {
                    return outside;
                }
                (shape * rate.ln() - ln_gamma(shape) + (shape - 1.0) * x.ln() - rate * x, (shape - 1.0) / x - rate)
            }
            Prior::Uniform { low, high } => {
                if x < low || x > high {
                    return outside;
                }
                (-(high - low).ln(), 0.0)
            }
        }
    }

    /// `(value, ln p of z, d/dz)` of the unconstrained `z`, Jacobian included.
    #[must_use]
    pub fn log_density_unconstrained(&self, z: f64) -> (Constrained, f64, f64) {
        self.log_density_on(self.support(), z)
    }

    /// The same with `z` mapped onto a narrower support; the mass that lies outside is not divided out.
    #[must_use]
    pub fn log_density_on(&self, support: Support, z: f64) -> (Constrained, f64, f64) {
        let c = support.constrain(z);
        let (lp, slope) = self.log_density(c.value);
        (c, lp + c.log_jacobian, slope * c.slope + c.log_jacobian_slope)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ALL;

    #[test]
    fn densities_integrate_to_one_over_the_unconstrained_line() {
        for prior in ALL {
            let n = 40_000;
            let (a, b) = (-30.0, 30.0);
            let h = (b - a) / f64::from(n);
            let total: f64 =
                (0..n).map(|i| prior.log_density_unconstrained(a + (f64::from(i) + 0.5) * h).1.exp() * h).sum();
            assert!((total - 1.0).abs() < 1e-6, "{prior:?}: {total}");
        }
    }

    #[test]
    fn slopes_match_finite_differences() {
        for prior in ALL {
            for z in [-3.0, -0.7, 0.2, 1.9] {
                let h = 1e-6;
                let f = |z: f64| prior.log_density_unconstrained(z).1;
                let numeric = (f(z + h) - f(z - h)) / (2.0 * h);
                let (_, _, slope) = prior.log_density_unconstrained(z);
                assert!((numeric - slope).abs() < 1e-5 * (1.0 + slope.abs()), "{prior:?} at {z}: {numeric} {slope}");
            }
        }
    }
}
