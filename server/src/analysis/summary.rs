//! What is kept of a run beside its draws: every figure that pages, charts and exports show, computed once.

use serde::{Deserialize, Serialize};
use tandem_models::health::Health;
use utoipa::ToSchema;

use super::health::HealthShape;
use super::meta::{Estimate, INTERVAL, Meta, Period};

/// A run's figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// The run.
    pub run: String,
    /// Hash of the batches it was fitted on.
    pub data_version: String,
    /// Version of the program that fitted it.
    pub code_version: String,
    /// Outcome explained.
    pub kpi: String,
    /// Unit of the outcome: the currency, or `count`.
    pub unit: String,
    /// ISO 4217 code of spend and revenue.
    pub currency: String,
    /// Unit of curves and plans: the currency where an outcome has a money value, otherwise `count`.
    pub outcome_unit: String,
    /// What ROI is measured on: `revenue` or `gross_margin`.
    pub basis: String,
    /// `ridge` or `bayes`.
    pub estimator: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Days covered.
    pub period: Period,
    /// Days a period lasts.
    pub period_days: u32,
    /// First day of each period.
    pub periods: Vec<String>,
    /// Geos, one for a national panel.
    pub geos: Vec<String>,
    /// How many draws stand behind the intervals.
    pub draws: usize,
    /// Wall time of the fit, saving included.
    pub seconds: f64,
    /// Channels, in the panel's order.
    pub channels: Vec<ChannelSummary>,
    /// All paid channels together; absent where none is paid.
    pub total: Option<PaidTotal>,
    /// Outcome without any channel, over the whole period.
    pub baseline: Estimate,
    /// The same by period.
    pub baseline_series: Vec<Band>,
    /// Mean baseline / mean fitted outcome.
    pub baseline_share: f64,
    /// Mean fitted outcome: contributions and baseline add up to it.
    pub fitted_total: f64,
    /// Outcome that happened.
    pub actual_total: f64,
    /// Actual and fitted outcome by period.
    pub fitted: Vec<FittedPoint>,
    /// Errors of the fit.
    pub fit: FitErrors,
    /// Whether the fit may be shown, with reasons.
    #[schema(value_type = HealthShape)]
    pub health: Health,
    /// Prices, promotions and other levers of the spec: what a change of each does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levers: Vec<LeverSummary>,
    /// The run whose spec and scales it took over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_of: Option<String>,
    /// What the estimator says of itself.
    #[schema(value_type = Object)]
    pub diagnostics: serde_json::Value,
}

/// One channel's figures over the whole period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChannelSummary {
    /// Name.
    pub channel: String,
    /// Whether money was paid: `paid` or `organic`.
    pub kind: String,
    /// Spend, in the currency.
    pub spend: f64,
    /// Share of all spend.
    pub spend_share: f64,
    /// Outcome it added inside the period, in KPI units.
    pub contribution: Estimate,
    /// Mean contribution / mean contribution of all channels.
    pub effect_share: f64,
    /// Part of the contribution that media before the period caused, mean.
    pub carried_in: f64,
    /// What the period's media cause after its end, mean; part of ROAS and ROI, not of the contribution.
    pub carried_out: f64,
    /// Incremental revenue / spend; absent without spend or without a money value.
    pub roas: Option<Estimate>,
    /// (incremental margin - spend) / spend.
    pub roi: Option<Estimate>,
    /// Return of the next unit of spend, at today's spend, less that unit: 0 is break-even.
    pub mroi: Option<Estimate>,
    /// Spend per unit of a count KPI.
    pub cost_per_unit: Option<Estimate>,
    /// Share of draws in which ROI is above 0.
    pub probability_profitable: Option<f64>,
    /// Contribution by period.
    pub series: Vec<Band>,
    /// Spend by period.
    pub spend_series: Vec<f64>,
    /// Outcome against spend.
    pub curve: Option<Curve>,
    /// What may be said of it; absent where the estimator gives none yet.
    pub verdict: Option<Verdict>,
}

/// What a change of a lever does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeverSummary {
    /// Name of the column.
    pub lever: String,
    /// Mean of the column over the period.
    pub level: f64,
    /// Change of a period's outcome were it one unit higher, all geos together, in KPI units.
    pub per_unit: Estimate,
    /// The same were it 10% of its level higher, as a share of the outcome.
    pub per_tenth: Estimate,
    /// Share of draws in which more of it lowers the outcome.
    pub probability_negative: f64,
}

/// What may be said of a channel.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// `decidable`, `leaning` or `not_decidable`.
    pub verdict: String,
    /// Why, and what would decide it.
    pub because: String,
    /// Half the 90% interval of the contribution over its mean.
    pub relative_width: f64,
    /// Variance inflation against the other channels; above 5 is tangled.
    pub inflation: f64,
    /// What would decide it, in words; absent where it is decided, and for ridge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_decide: Option<String>,
    /// Share (0 to 1) of what is left of both the outcome and the channel's media that an unrecorded confounder would have
    /// to explain to bring the effect to nothing; absent for ridge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<f64>,
    /// The same, to bring ROI to break-even from whichever side; absent where there is no ROI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness_break_even: Option<f64>,
    /// Placebo: media of the coming periods as an explanation of today's outcome, in standard errors; beyond 3 spend seems
    /// to follow demand. Absent for ridge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placebo: Option<f64>,
    /// The contribution by the fit's own posterior alone, where the interval that is reported is stretched to hold what other
    /// assumptions say that predict as well; absent for ridge and without refits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Estimate>,
}

/// All paid channels together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PaidTotal {
    /// Spend, in the currency.
    pub spend: f64,
    /// Outcome added, in KPI units.
    pub contribution: Estimate,
    /// Incremental revenue / spend.
    pub roas: Option<Estimate>,
    /// (incremental margin - spend) / spend.
    pub roi: Option<Estimate>,
    /// Return of the next unit of spend, spread as today's.
    pub mroi: Option<Estimate>,
}

/// A quantity of one period: mean and 90% interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Band {
    /// Mean of the draws.
    pub mean: f64,
    /// 5th percentile.
    pub p05: f64,
    /// 95th percentile.
    pub p95: f64,
}

/// Actual and fitted outcome of one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FittedPoint {
    /// First day of the period.
    pub period: String,
    /// What happened.
    pub actual: f64,
    /// What the model says.
    pub fitted: Band,
}

/// Errors of a fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FitErrors {
    /// 1 - residual / total sum of squares.
    pub r2: f64,
    /// Mean absolute relative error; absent where no period has an outcome.
    pub mape: Option<f64>,
    /// The same on weeks that a refit did not see; absent where the panel is too short.
    pub holdout_mape: Option<f64>,
}

/// Outcome against spend of one channel, per period of steady spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Curve {
    /// Today's spend a period.
    pub current_spend: f64,
    /// Lowest spend a period that was observed, weeks without any left out.
    pub observed_min: f64,
    /// Highest spend a period that was observed; beyond it the curve is extrapolated.
    pub observed_max: f64,
    /// Points by rising spend.
    pub points: Vec<CurvePoint>,
}

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CurvePoint {
    /// Spend a period.
    pub spend: f64,
    /// Outcome a period that this spend adds, in `outcome_unit`.
    pub outcome: Estimate,
    /// Outcome of the next unit of spend, mean.
    pub marginal: f64,
    /// Whether the spend lies beyond what was observed.
    pub extrapolated: bool,
}

impl Summary {
    /// What all figures of this run share; `now` is the data version of the store.
    #[must_use]
    pub fn meta(&self, now: &str) -> Meta {
        Meta {
            data_version: self.data_version.clone(),
            run: Some(self.run.clone()),
            stale: Some(self.data_version != now),
            kpi: Some(self.kpi.clone()),
            unit: Some(self.unit.clone()),
            currency: Some(self.currency.clone()),
            period: Some(self.period.clone()),
            interval: Some(INTERVAL),
            basis: Some(self.basis.clone()),
        }
    }

    /// Whether units of an early stage are valued by what their leads are eventually won with.
    #[must_use]
    pub fn staged(&self) -> bool {
        self.diagnostics.get("staged").is_some()
    }

    /// What returns are measured on, in words.
    #[must_use]
    pub fn measured_on(&self) -> &'static str {
        match (self.basis == "gross_margin", self.staged()) {
            (true, true) => "gross margin on eventual won revenue",
            (true, false) => "gross margin",
            (false, true) => "eventual won revenue",
            (false, false) => "revenue",
        }
    }

    /// A channel by name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&ChannelSummary> {
        self.channels.iter().find(|c| c.channel == name)
    }
}
