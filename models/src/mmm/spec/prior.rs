//! Priors: a small closed set of distributions, and the business terms a channel's prior may be put on.

use serde::{Deserialize, Serialize};

/// A univariate prior, written as `{ dist = "beta", a = 1.0, b = 3.0 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "dist", rename_all = "snake_case", deny_unknown_fields)]
pub enum Prior {
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, `> 0`.
        sd: f64,
    },
    /// Normal restricted to `lower..upper`.
    TruncatedNormal {
        /// Mean before truncation.
        mean: f64,
        /// Standard deviation before truncation, `> 0`.
        sd: f64,
        /// Lower end.
        lower: f64,
        /// Upper end, above `lower`.
        upper: f64,
    },
    /// `exp(Normal(mu, sigma))`.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm, `> 0`.
        sigma: f64,
    },
    /// `|Normal(0, sd)|`.
    HalfNormal {
        /// Scale, `> 0`.
        sd: f64,
    },
    /// Beta on `0..1`.
    Beta {
        /// First shape, `> 0`.
        a: f64,
        /// Second shape, `> 0`.
        b: f64,
    },
    /// Gamma with mean `shape / rate`.
    Gamma {
        /// Shape, `> 0`.
        shape: f64,
        /// Rate, `> 0`.
        rate: f64,
    },
    /// Uniform on `lower..upper`.
    Uniform {
        /// Lower end.
        lower: f64,
        /// Upper end, above `lower`.
        upper: f64,
    },
}

impl Prior {
    /// What is wrong with the parameters, if anything.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let good = match *self {
            Prior::Normal { mean, sd } => mean.is_finite() && positive(sd),
            Prior::TruncatedNormal { mean, sd, lower, upper } => mean.is_finite() && positive(sd) && lower < upper,
            Prior::LogNormal { mu, sigma } => mu.is_finite() && positive(sigma),
            Prior::HalfNormal { sd } => positive(sd),
            Prior::Beta { a, b } => positive(a) && positive(b),
            Prior::Gamma { shape, rate } => positive(shape) && positive(rate),
            Prior::Uniform { lower, upper } => lower.is_finite() && upper.is_finite() && lower < upper,
        };
        (!good).then_some("finite parameters, sd, sigma, a, b, shape and rate above 0, lower below upper")
    }

    /// Lowest and highest value with positive density.
    #[must_use]
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Prior::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Prior::TruncatedNormal { lower, upper, .. } | Prior::Uniform { lower, upper } => (lower, upper),
            Prior::LogNormal { .. } | Prior::HalfNormal { .. } | Prior::Gamma { .. } => (0.0, f64::INFINITY),
            Prior::Beta { .. } => (0.0, 1.0),
        }
    }
}

fn positive(x: f64) -> bool {
    x.is_finite() && x > 0.0
}

/// The business term a channel's prior is put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriorTarget {
    /// Incremental revenue per unit of spend over the panel, carry-out included (what is called ROAS in answers; the
    /// word follows Meridian's `roi`). Paid channels with a money value only.
    Roi,
    /// The same for the next unit of spend. Paid channels with a money value only.
    Mroi,
    /// Share of the total outcome, `0..1`.
    Share,
    /// The coefficient on scaled, transformed media in scaled outcome units.
    Coefficient,
}

/// `prior = { on = "roi", dist = "log_normal", mu = 0.2, sigma = 0.9 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChannelPrior {
    /// What the distribution is of: `roi`, `mroi`, `share` or `coefficient`.
    pub on: PriorTarget,
    /// The distribution.
    #[serde(flatten)]
    pub dist: Prior,
}

/// `[priors]`: of all channels. Bayes samples under them; ridge regularises its search of shapes with the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Priors {
    /// Size of effect of paid channels. Default on ROI, log-normal(0.2, 0.9), as in Meridian; where the outcome has no
    /// money value, and for organic channels, `organic` is used.
    pub effect: ChannelPrior,
    /// Size of effect where no ROI is defined. Default on share, beta(1, 9).
    pub organic: ChannelPrior,
    /// Carry-over share of geometric and delayed adstock, within `0..1`. Default beta(1, 3).
    pub alpha: Prior,
    /// Peak of delayed adstock in periods. Default half-normal(2).
    pub delay: Prior,
    /// Weibull shape. Default log-normal(0.4, 0.6).
    pub weibull_shape: Prior,
    /// Weibull scale in periods. Default log-normal(1, 0.7).
    pub weibull_scale: Prior,
    /// Half-life of brand channels in periods, kept within 8 to 52. Default log-normal(3.0, 0.5): around 20 periods.
    pub brand_half_life: Prior,
    /// Media at which half of the maximum is reached, in medians of the weeks with media. Default truncated
    /// normal(0.8, 0.8) on 0.1..10, as in Meridian.
    pub half_saturation: Prior,
    /// Hill slope where free. Default log-normal(0.3, 0.4).
    pub slope: Prior,
    /// Coefficients of trend, season, events and standardised controls, in scaled outcome. Default normal(0, 2).
    pub linear: Prior,
    /// Noise scale in scaled outcome. Default half-normal(1).
    pub sigma: Prior,
}

impl Default for Priors {
    fn default() -> Self {
        Self {
            effect: ChannelPrior { on: PriorTarget::Roi, dist: Prior::LogNormal { mu: 0.2, sigma: 0.9 } },
            organic: ChannelPrior { on: PriorTarget::Share, dist: Prior::Beta { a: 1.0, b: 9.0 } },
            alpha: Prior::Beta { a: 1.0, b: 3.0 },
            delay: Prior::HalfNormal { sd: 2.0 },
            weibull_shape: Prior::LogNormal { mu: 0.4, sigma: 0.6 },
            weibull_scale: Prior::LogNormal { mu: 1.0, sigma: 0.7 },
            brand_half_life: Prior::LogNormal { mu: 3.0, sigma: 0.5 },
            half_saturation: Prior::TruncatedNormal { mean: 0.8, sd: 0.8, lower: 0.1, upper: 10.0 },
            slope: Prior::LogNormal { mu: 0.3, sigma: 0.4 },
            linear: Prior::Normal { mean: 0.0, sd: 2.0 },
            sigma: Prior::HalfNormal { sd: 1.0 },
        }
    }
}
