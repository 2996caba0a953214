//! Keys of priors, and the business terms a channel's prior may be put on.

use serde::{Deserialize, Serialize};

use crate::domain::panel::KpiKind;
use crate::mmm::prior::Prior;

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
    /// Share of the total outcome over the channel's share of the model's paid spend: at 1 all paid channels together bring
    /// the whole outcome, each in proportion to what it costs. Paid channels only; any distribution but beta.
    PerSpendShare,
    /// Spend per unit of the outcome caused, in the panel's currency. Paid channels of a count only, log-normal only.
    CostPerUnit,
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
    /// Size of effect of paid channels. Left out: for revenue on ROI, log-normal(0.2, 0.9), as in Meridian; for counts on
    /// the share of the outcome per share of spend, log-normal(-0.9, 1). Where the one given needs money and the outcome
    /// has no money value, and for organic channels, `organic` is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<ChannelPrior>,
    /// Size of effect where no ROI is defined. Default on share, beta(1, 9).
    pub organic: ChannelPrior,
    /// Carry-over share of geometric and delayed adstock, within `0..1`. Default beta(1, 2).
    pub alpha: Prior,
    /// Peak of delayed adstock in periods. Default half-normal(2).
    pub delay: Prior,
    /// Weibull shape. Default log-normal(0.4, 0.6).
    pub weibull_shape: Prior,
    /// Weibull scale in periods. Default log-normal(1, 0.7).
    pub weibull_scale: Prior,
    /// Half-life of brand channels in periods, kept within 8 to 52. Default log-normal(3.0, 0.5): around 20 periods.
    pub brand_half_life: Prior,
    /// Media at which half of the maximum is reached, in medians of the weeks with media. Default cut
    /// normal(0.8, 0.8) on 0.1..10 (`trunc_normal`), as in Meridian.
    pub half_saturation: Prior,
    /// Hill slope where free. Default log-normal(0.5, 0.5): from 0.7 to 3.8 (90%), about what Robyn searches.
    pub slope: Prior,
    /// Coefficients of trend, season, events and standardised controls, in scaled outcome. Default normal(0, 2).
    pub linear: Prior,
    /// Noise scale in scaled outcome. Default half-normal(1).
    pub sigma: Prior,
}

impl Priors {
    /// The prior of paid channels where the spec names none.
    ///
    /// A return has a natural scale: it is around break-even, or the spend would not go on. A lead has none: what one may
    /// cost differs a hundredfold between companies, and its average value is no guide, since leads that spend brings are
    /// worth less than the average one. The company's own outcome and spend are a scale that every data set has: 0.41 at
    /// the median says that paid channels together bring about half of the outcome, and sigma 1 that a channel's cost per
    /// unit may lie between a fifth and five times (90%) that of the others.
    #[must_use]
    pub fn usual(kind: KpiKind) -> ChannelPrior {
        match kind {
            KpiKind::Revenue => ChannelPrior { on: PriorTarget::Roi, dist: Prior::LogNormal { mu: 0.2, sigma: 0.9 } },
            KpiKind::Count => {
                ChannelPrior { on: PriorTarget::PerSpendShare, dist: Prior::LogNormal { mu: -0.9, sigma: 1.0 } }
            }
        }
    }
}

impl Default for Priors {
    fn default() -> Self {
        Self {
            effect: None,
            organic: ChannelPrior { on: PriorTarget::Share, dist: Prior::Beta { a: 1.0, b: 9.0 } },
            alpha: Prior::Beta { a: 1.0, b: 2.0 },
            delay: Prior::HalfNormal { sd: 2.0 },
            weibull_shape: Prior::LogNormal { mu: 0.4, sigma: 0.6 },
            weibull_scale: Prior::LogNormal { mu: 1.0, sigma: 0.7 },
            brand_half_life: Prior::LogNormal { mu: 3.0, sigma: 0.5 },
            half_saturation: Prior::TruncNormal { mean: 0.8, sd: 0.8, low: 0.1, high: 10.0 },
            slope: Prior::LogNormal { mu: 0.5, sigma: 0.5 },
            linear: Prior::Normal { mean: 0.0, sd: 2.0 },
            sigma: Prior::HalfNormal { sd: 1.0 },
        }
    }
}
