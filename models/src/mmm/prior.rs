//! Prior distributions of scalar parameters: density, slope, draws, and the map from the whole line onto their support.

use rand::Rng;
use rand_distr::Distribution;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal as StatNormal};
use statrs::function::{erf::erf, gamma::ln_gamma};

const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_7;

/// A prior on one scalar. Written in a spec as `{ dist = "log_normal", mu = 0.2, sigma = 0.9 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "dist", rename_all = "snake_case", deny_unknown_fields)]
pub enum Prior {
    /// `Normal(mean, sd)` on the whole line, `sd > 0`.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// `ln x ~ Normal(mu, sigma)`, `sigma > 0`.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// `|Normal(0, sd)|`, `sd > 0`.
    HalfNormal {
        /// Scale.
        sd: f64,
    },
    /// `Normal(mean, sd)` cut to `low..high`; `high` may be left out for no high end.
    TruncNormal {
        /// Mean before cutting.
        mean: f64,
        /// Standard deviation before cutting.
        sd: f64,
        /// Lower end.
        low: f64,
        /// Upper end; infinite where absent.
        #[serde(default = "infinity", skip_serializing_if = "is_infinite")]
        high: f64,
    },
    /// `Beta(a, b)` on `0..1`.
    Beta {
        /// First shape.
        a: f64,
        /// Second shape.
        b: f64,
    },
    /// `Gamma(shape, rate)`, mean `shape / rate`.
    Gamma {
        /// Shape.
        shape: f64,
        /// Rate (inverse scale).
        rate: f64,
    },
    /// Flat on `low..high`, both finite.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

fn infinity() -> f64 {
    f64::INFINITY
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_infinite(x: &f64) -> bool {
    x.is_infinite()
}

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

impl Prior {
    /// `Ok` where every parameter is finite and in range; otherwise what is wrong, in words that follow the key's name.
    pub fn check(&self) -> Result<(), String> {
        let positive = |name: &str, v: f64| {
            if v.is_finite() && v > 0.0 { Ok(()) } else { Err(format!("`{name}` must be above 0, but is {v}")) }
        };
        let finite = |name: &str, v: f64| {
            if v.is_finite() { Ok(()) } else { Err(format!("`{name}` must be a finite number, but is {v}")) }
        };
        match *self {
            Prior::Normal { mean, sd } => finite("mean", mean).and(positive("sd", sd)),
            Prior::LogNormal { mu, sigma } => finite("mu", mu).and(positive("sigma", sigma)),
            Prior::HalfNormal { sd } => positive("sd", sd),
            Prior::TruncNormal { mean, sd, low, high } => {
                finite("mean", mean).and(positive("sd", sd)).and(finite("low", low))?;
                if high.is_nan() || high <= low {
                    return Err(format!("`high` ({high}) must be above `low` ({low})"));
                }
                if self.mass() < 1e-12 {
                    return Err(format!(
                        "no part of Normal({mean}, {sd}) lies in {low}..{high}; widen `sd` or move the ends"
                    ));
                }
                Ok(())
            }
            Prior::Beta { a, b } => positive("a", a).and(positive("b", b)),
            Prior::Gamma { shape, rate } => positive("shape", shape).and(positive("rate", rate)),
            Prior::Uniform { low, high } => {
                finite("low", low).and(finite("high", high))?;
                if high > low { Ok(()) } else { Err(format!("`high` ({high}) must be above `low` ({low})")) }
            }
        }
    }

    /// The distribution of `factor * x`, `factor > 0`; `None` for a beta, which is tied to `0..1`.
    #[must_use]
    pub fn times(self, factor: f64) -> Option<Prior> {
        Some(match self {
            Prior::Normal { mean, sd } => Prior::Normal { mean: mean * factor, sd: sd * factor },
            Prior::LogNormal { mu, sigma } => Prior::LogNormal { mu: mu + factor.ln(), sigma },
            Prior::HalfNormal { sd } => Prior::HalfNormal { sd: sd * factor },
            Prior::TruncNormal { mean, sd, low, high } => {
                Prior::TruncNormal { mean: mean * factor, sd: sd * factor, low: low * factor, high: high * factor }
            }
            Prior::Gamma { shape, rate } => Prior::Gamma { shape, rate: rate / factor },
            Prior::Uniform { low, high } => Prior::Uniform { low: low * factor, high: high * factor },
            Prior::Beta { .. } => return None,
        })
    }

    /// Where the prior has mass, as the map that the sampler uses.
    #[must_use]
    pub fn support(&self) -> Support {
        match *self {
            Prior::Normal { .. } => Support::Whole,
            Prior::LogNormal { .. } | Prior::Gamma { .. } => Support::Above(0.0),
            Prior::HalfNormal { sd } => Support::From(0.0, sd),
            Prior::TruncNormal { low, high, .. } if high.is_finite() => Support::Between(low, high),
            Prior::TruncNormal { low, sd, .. } => Support::From(low, sd),
            Prior::Beta { .. } => Support::Between(0.0, 1.0),
            Prior::Uniform { low, high } => Support::Between(low, high),
        }
    }

    /// Normal mass inside the ends of a truncated normal.
    fn mass(&self) -> f64 {
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

    /// One draw.
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let normal = |rng: &mut R| -> f64 { rand_distr::StandardNormal.sample(rng) };
        match *self {
            Prior::Normal { mean, sd } => mean + sd * normal(rng),
            Prior::LogNormal { mu, sigma } => (mu + sigma * normal(rng)).exp(),
            Prior::HalfNormal { sd } => (sd * normal(rng)).abs(),
            Prior::TruncNormal { .. } => {
                let u: f64 = rand_distr::StandardUniform.sample(rng);
                self.quantile(u)
            }
            Prior::Beta { a, b } => {
                let (x, y) = (gamma_draw(a, rng), gamma_draw(b, rng));
                x / (x + y)
            }
            Prior::Gamma { shape, rate } => gamma_draw(shape, rng) / rate,
            Prior::Uniform { low, high } => {
                let u: f64 = rand_distr::StandardUniform.sample(rng);
                low + (high - low) * u
            }
        }
    }

    /// The `p` quantile, `0 < p < 1`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let p = p.clamp(1e-12, 1.0 - 1e-12);
        let standard = |p: f64| StatNormal::standard().inverse_cdf(p);
        match *self {
            Prior::Normal { mean, sd } => mean + sd * standard(p),
            Prior::LogNormal { mu, sigma } => (mu + sigma * standard(p)).exp(),
            Prior::HalfNormal { sd } => sd * standard(0.5 + 0.5 * p),
            Prior::TruncNormal { mean, sd, low, high } => {
                let phi = |x: f64| 0.5 * (1.0 + erf((x - mean) / (sd * std::f64::consts::SQRT_2)));
                let (a, b) = (phi(low), if high.is_finite() { phi(high) } else { 1.0 });
                (mean + sd * standard((a + p * (b - a)).clamp(1e-15, 1.0 - 1e-15))).clamp(low, high)
            }
            Prior::Beta { a, b } => statrs::distribution::Beta::new(a, b).map_or(f64::NAN, |d| d.inverse_cdf(p)),
            Prior::Gamma { shape, rate } => {
                statrs::distribution::Gamma::new(shape, rate).map_or(f64::NAN, |d| d.inverse_cdf(p))
            }
            Prior::Uniform { low, high } => low + (high - low) * p,
        }
    }
}

/// `Gamma(shape, 1)`; the shape was checked to be positive.
fn gamma_draw<R: Rng + ?Sized>(shape: f64, rng: &mut R) -> f64 {
    rand_distr::Gamma::new(shape, 1.0).map_or(f64::NAN, |g| g.sample(rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    const ALL: [Prior; 8] = [
        Prior::Normal { mean: 0.4, sd: 1.3 },
        Prior::LogNormal { mu: 0.2, sigma: 0.9 },
        Prior::HalfNormal { sd: 2.0 },
        Prior::TruncNormal { mean: 0.8, sd: 0.8, low: 0.1, high: 10.0 },
        Prior::TruncNormal { mean: 1.0, sd: 0.5, low: 0.0, high: f64::INFINITY },
        Prior::Beta { a: 1.0, b: 3.0 },
        Prior::Gamma { shape: 3.0, rate: 1.5 },
        Prior::Uniform { low: -1.0, high: 2.5 },
    ];

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

    #[test]
    fn draws_follow_the_quantiles() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for prior in ALL {
            let mut draws: Vec<f64> = (0..20_000).map(|_| prior.draw(&mut rng)).collect();
            draws.sort_by(f64::total_cmp);
            for p in [0.1, 0.5, 0.9] {
                let q = prior.quantile(p);
                let share = draws.partition_point(|d| *d <= q) as f64 / draws.len() as f64;
                assert!((share - p).abs() < 0.015, "{prior:?} p {p}: {share}");
            }
        }
    }

    #[test]
    fn impossible_priors_say_what_is_wrong() {
        let wrong = Prior::TruncNormal { mean: 0.0, sd: 0.1, low: 50.0, high: 60.0 };
        assert!(wrong.check().is_err_and(|e| e.contains("no part of")));
        assert!(Prior::Normal { mean: 0.0, sd: -1.0 }.check().is_err_and(|e| e.contains("`sd`")));
        assert!(ALL.iter().all(|p| p.check().is_ok()));
    }

    #[test]
    fn a_spec_with_an_unknown_key_is_refused() {
        assert!(toml::from_str::<Prior>("dist = 'half_normal'\nsd = 1.0").is_ok());
        assert!(toml::from_str::<Prior>("dist = 'half_normal'\nsd = 1.0\nmu = 3.0").is_err());
    }
}
