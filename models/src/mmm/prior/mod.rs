//! Prior distributions of scalar parameters: what may be written in a spec, and where each has mass.

mod density;
mod draw;
mod support;

use serde::{Deserialize, Serialize};

pub use support::{Constrained, Support};

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
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind.
    pub(super) const ALL: [Prior; 8] = [
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
