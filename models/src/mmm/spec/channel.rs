//! Keys of single channels, and experiments that were run on them.

use serde::{Deserialize, Serialize};

use super::{AdstockSpec, ChannelPrior, Media, SaturationSpec};
use crate::mmm::prior::Prior;
use crate::mmm::staged::Quality;

/// `drift = { knots = 4, sd = 0.3 }`: an effect that changes over the panel, as a random walk of its logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftSpec {
    /// Stretches of equal length between which the walk bends, `1..=12`, default 4.
    pub knots: usize,
    /// Prior scale of the change of the log effect over one stretch, `0.001..=2`, default 0.3: about 30%.
    pub sd: f64,
}

impl Default for DriftSpec {
    fn default() -> Self {
        Self { knots: 4, sd: 0.3 }
    }
}

/// `[[channel]]`: what differs for one channel. Only `name` is needed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelSpec {
    /// Name of a channel of the panel.
    pub name: String,
    /// A brand channel works for quarters: its carry-over is geometric over `brand_window` with a half-life of
    /// 8 to 52 periods. Default false.
    pub brand: bool,
    /// Window of a brand channel in periods, `26..=260`, default 104. Only read where `brand = true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_window: Option<usize>,
    /// `spend` or `exposure`; default as the spec's `media`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// Carry-over of this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adstock: Option<AdstockSpec>,
    /// Saturation of this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saturation: Option<SaturationSpec>,
    /// Lets the effect change over time; left out: it is the same all along. Ridge keeps it the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftSpec>,
    /// Prior of this channel's size of effect; default `priors.effect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior: Option<ChannelPrior>,
    /// What this channel's leads are worth over the average lead, where `staged`; default the spec's `lead_quality`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_quality: Option<Quality>,
    /// Prior of this channel's carry-over share `alpha`; default `priors.alpha`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<Prior>,
    /// Prior of this channel's half-saturation; default `priors.half_saturation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_saturation: Option<Prior>,
}

/// What an experiment measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExperimentUnit {
    /// Incremental outcome in KPI units.
    Kpi,
    /// Incremental revenue in the panel's currency.
    Revenue,
}

/// `[[experiment]]`: the incremental outcome of a channel's media over a window, measured apart from the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentSpec {
    /// Its id among the store's experiments; one that stands here replaces the stored one of the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of a channel of the panel.
    pub channel: String,
    /// First day, `YYYY-MM-DD`, inside the panel.
    pub from: String,
    /// Last day, inclusive, `YYYY-MM-DD`, inside the panel.
    pub to: String,
    /// Geos it ran in; left out: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub geos: Vec<String>,
    /// Last day whose outcome was counted, `YYYY-MM-DD`, `to` or later; left out: until the carry-over has died away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_to: Option<String>,
    /// Outcome with the media that ran less outcome without the test, in `unit`: below 0 where a working channel was paused.
    pub lift: f64,
    /// Its standard error, `> 0`.
    pub lift_se: f64,
    /// Media over the window as a multiple of what ran, had there been no test, `0..=100`; default 0. Media that ran against
    /// none is 0, media doubled for the test is 0.5.
    #[serde(default)]
    pub counterfactual: f64,
    /// Spend over the window and geos had there been no test, `>= 0`, in the panel's currency; replaces `counterfactual`,
    /// which cannot say what a paused channel would have spent. Spread evenly over the window, over geos as the panel's spend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterfactual_spend: Option<f64>,
    /// `kpi` or `revenue`.
    pub unit: ExperimentUnit,
}
