//! What is said of a plan: outcome now and under the plan, gain, spend by channel.

use serde::Serialize;
use utoipa::ToSchema;

use crate::analysis::meta::{Estimate, Meta, Tabular};
use crate::export::{Kind, Table};

/// A plan beside what is done today.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanAnswer {
    /// Run whose curves were used.
    pub run: String,
    /// Outcome.
    pub kpi: String,
    /// Unit of the outcome.
    pub unit: String,
    /// Currency of spend.
    pub currency: String,
    /// Money in the plan, over the run's period.
    pub budget: f64,
    /// What today's plan is expected to add.
    pub current: Outcome,
    /// What the plan is expected to add.
    pub recommended: Outcome,
    /// The difference.
    pub gain: Gain,
    /// Spend by channel.
    pub channels: Vec<PlanChannel>,
    /// Limits that hold the plan back, in words.
    pub binding: Vec<String>,
    /// Why no change is advised, where the fit's health is FAIL: today's mix is kept. `anyway` in the request asks for the
    /// plan nevertheless.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_back: Option<String>,
    /// Outcome of one more unit of budget; for plans that were searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow_price: Option<f64>,
    /// No plan within budget and limits is expected to return more than this; for plans that were searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_bound: Option<f64>,
    /// How far the plan is from that bound, as a share of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// What the figures share.
    pub meta: Meta,
}

/// Incremental outcome of a plan over the period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Outcome {
    /// In KPI units.
    pub outcome: Estimate,
}

/// Gain over today.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Gain {
    /// Mean over draws, in KPI units.
    pub mean: f64,
    /// 5th percentile.
    pub p05: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Share of draws in which the plan is better.
    pub probability_positive: f64,
}

impl From<tandem_models::optimizer::Gain> for Gain {
    fn from(g: tandem_models::optimizer::Gain) -> Self {
        Gain { mean: g.mean, p05: g.p05, p95: g.p95, probability_positive: g.probability_positive }
    }
}

/// A channel in the plan, spend over the period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanChannel {
    /// Name.
    pub channel: String,
    /// Today's spend.
    pub current: f64,
    /// Spend in the plan.
    pub recommended: f64,
    /// Least that was allowed.
    pub lower: f64,
    /// Most that was allowed.
    pub upper: f64,
    /// Outcome of the next unit of spend under the plan, mean.
    pub marginal: f64,
    /// Whether it was locked.
    pub locked: bool,
    /// Whether the plan leaves the spend that was observed.
    pub extrapolated: bool,
}

impl Tabular for PlanAnswer {
    fn table(&self) -> Table {
        let n = Kind::Number(2);
        let columns = [
            ("channel", Kind::Text),
            ("current", n),
            ("recommended", n),
            ("lower", n),
            ("upper", n),
            ("marginal", Kind::Number(4)),
            ("locked", Kind::Bool),
            ("extrapolated", Kind::Bool),
        ];
        let mut table = Table::new("plan", &columns);
        for c in &self.channels {
            table.push(vec![
                c.channel.as_str().into(),
                c.current.into(),
                c.recommended.into(),
                c.lower.into(),
                c.upper.into(),
                c.marginal.into(),
                c.locked.into(),
                c.extrapolated.into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
