//! What a marketing-mix model is asked to be: every key of `SPEC.toml`, its range and its default, for ridge and Bayes alike.

mod baseline;
mod channel;
mod check;
mod check_experiments;
mod check_keys;
mod check_panel;
mod check_priors;
mod estimator;
mod event;
mod lever;
mod on_panel;
mod prior;
mod problem;
mod transform;

pub use baseline::{BaselineSpec, Trend};
pub use channel::{ChannelSpec, DriftSpec, ExperimentSpec, ExperimentUnit};
pub use check::{CheckedChannel, CheckedEvent, CheckedLever, CheckedSpec};
pub use estimator::{GeoSpec, RidgeSpec, SamplerSpec, VerdictSpec};
pub use event::{EventSpec, Every};
pub use lever::{LeverSpec, Sign};
pub use prior::{ChannelPrior, PriorTarget, Priors};
pub use problem::SpecProblem;
pub use transform::{AdstockSpec, CarryIn, Likelihood, Media, Order, SaturationSpec, Slope};

use serde::{Deserialize, Serialize};

use crate::mmm::staged::Quality;

/// The whole of `SPEC.toml`. Every key may be left out; unknown keys are refused.
///
/// A spec is only words until [`Spec::validate`] has held it against a panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// Seed of everything random, `0..=2^63-1`; the same seed gives the same bits. Default 1. `--seed` overrides it.
    pub seed: u64,
    /// Distribution of the outcome around its mean. Default `normal`. Ridge is least squares whatever it says.
    pub likelihood: Likelihood,
    /// Whether spend is carried over before it saturates. Default `adstock_first`.
    pub order: Order,
    /// What paid channels are measured by. Default `spend`; organic channels always use exposure.
    pub media: Media,
    /// What is assumed about media before the first period. Default `zero`.
    pub carry_in: CarryIn,
    /// Names of the controls to use; left out: all the panel has. `[]`: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controls: Option<Vec<String>>,
    /// Values a unit of an early CRM stage (`inquiry`, `mql`, `sql`) by the revenue it is eventually won with, young leads and deals
    /// censored, and carries that value's uncertainty into ROI. Default false: won revenue per unit over the panel's weeks.
    pub staged: bool,
    /// What a channel's leads are worth over the average lead, where `staged`; a prior that counts of leads cannot update.
    /// Default mean 1 with a spread of 0.4 on the log scale: within a factor of two (90%).
    pub lead_quality: Quality,
    /// Channels of the panel to leave out of the model. Default none.
    pub exclude: Vec<String>,
    /// Carry-over of all channels, unless a channel says otherwise.
    pub adstock: AdstockSpec,
    /// Diminishing returns of all channels, unless a channel says otherwise. Default `hill` with a free slope; for ridge
    /// `logistic` ([`Spec::for_ridge`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saturation: Option<SaturationSpec>,
    /// Everything that would have happened without media.
    pub baseline: BaselineSpec,
    /// How geos share what they have in common.
    pub geo: GeoSpec,
    /// Priors of all channels, unless a channel says otherwise.
    pub priors: Priors,
    /// Settings of `--estimator bayes`.
    pub sampler: SamplerSpec,
    /// What verdicts of `--estimator bayes` rest on.
    pub verdict: VerdictSpec,
    /// Settings of `--estimator ridge`.
    pub ridge: RidgeSpec,
    /// Prices, promotions and other columns that the company sets. Ridge takes them as controls and minds no sign.
    #[serde(rename = "lever", skip_serializing_if = "Vec::is_empty")]
    pub levers: Vec<LeverSpec>,
    /// Overrides for single channels.
    #[serde(rename = "channel", skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelSpec>,
    /// Experiments that were run; Bayes uses them as likelihood, ridge says that it does not.
    #[serde(rename = "experiment", skip_serializing_if = "Vec::is_empty")]
    pub experiments: Vec<ExperimentSpec>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            seed: 1,
            likelihood: Likelihood::default(),
            order: Order::default(),
            media: Media::default(),
            carry_in: CarryIn::default(),
            controls: None,
            staged: false,
            lead_quality: Quality::default(),
            exclude: Vec::new(),
            adstock: AdstockSpec::default(),
            saturation: None,
            baseline: BaselineSpec::default(),
            geo: GeoSpec::default(),
            priors: Priors::default(),
            sampler: SamplerSpec::default(),
            verdict: VerdictSpec::default(),
            ridge: RidgeSpec::default(),
            levers: Vec::new(),
            channels: Vec::new(),
            experiments: Vec::new(),
        }
    }
}

impl Spec {
    /// The spec with what ridge takes where it says nothing and Bayes would take something else.
    #[must_use]
    pub fn for_ridge(mut self) -> Spec {
        self.saturation.get_or_insert(SaturationSpec::RIDGE);
        self
    }
}
