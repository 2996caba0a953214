//! A report as it is sent: credit by model and channel, to the cent, with what must be said beside it.

use serde::Serialize;
use tandem_models::attribution::markov::Edge;
use tandem_models::attribution::markov::order::OrderScore;
use tandem_models::attribution::report::{AttributionError, JourneyCounts, Report};
use tandem_models::attribution::shapley::PositionCredit;
use tandem_models::attribution::{Credit, ModelKind, Note};
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::error::AnalysisError;
use super::super::meta::{Meta, Tabular};
use crate::export::{Cell, Kind, Table};

/// A report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttributionAnswer {
    /// One entry a model, in the order asked for.
    pub models: Vec<ModelCredit>,
    /// What was read.
    #[schema(value_type = Object)]
    pub journeys: JourneyCounts,
    /// Out-of-sample AUC of the paths by order, 1 to 4: how well they predict who converts. Empty without `markov`.
    #[schema(value_type = Vec<Object>)]
    pub orders: Vec<OrderScore>,
    /// Transitions of the Markov chain; empty without `markov`, and above order 1 where there are over 20,000.
    #[schema(value_type = Vec<Object>)]
    pub transitions: Vec<Edge>,
    /// Ordered Shapley credit by position; empty without `shapley_ordered`.
    #[schema(value_type = Vec<Object>)]
    pub positions: Vec<PositionCredit>,
    /// What the figures share.
    pub meta: Meta,
}

/// One model's credit: `channels + unattributed = total`, to the cent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelCredit {
    /// Id.
    pub model: String,
    /// Name as shown.
    pub label: String,
    /// Every channel.
    pub channels: Vec<ChannelCredit>,
    /// Outcomes without an eligible touch.
    pub unattributed: Sum,
    /// All outcomes.
    pub total: Sum,
    /// What must be said beside the numbers.
    #[schema(value_type = Vec<Object>)]
    pub notes: Vec<Note>,
}

/// Outcomes and their value.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Sum {
    /// Outcomes.
    pub conversions: f64,
    /// Their value.
    pub value: Amount,
}

impl From<tandem_models::attribution::Amount> for Sum {
    fn from(a: tandem_models::attribution::Amount) -> Self {
        Sum { conversions: a.conversions, value: Amount(a.value_minor) }
    }
}

/// One channel's credit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelCredit {
    /// Name.
    pub channel: String,
    /// Attributed outcomes.
    pub conversions: f64,
    /// Attributed value.
    pub value: Amount,
    /// 90% interval of the outcomes, for data-driven models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversions_interval: Option<[f64; 2]>,
    /// 90% interval of the value, for data-driven models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_interval: Option<[f64; 2]>,
    /// Removal effect, for the Markov model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removal_effect: Option<f64>,
    /// Rank by outcomes; absent where the data do not rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
}

/// A model's refusal.
pub(super) fn refused(error: AttributionError) -> AnalysisError {
    match error {
        AttributionError::Settings(e) => {
            AnalysisError::rejected(e.field, format!("is out of range; {} is accepted", e.accepts))
        }
        other => AnalysisError::Model(other.to_string()),
    }
}

/// The report as it is sent.
pub(super) fn answer(mut report: Report, meta: Meta) -> AttributionAnswer {
    let models = std::mem::take(&mut report.models).into_iter().map(credit).collect();
    let Report { journeys, orders, transitions, positions, .. } = report;
    AttributionAnswer { models, journeys, orders, transitions, positions, meta }
}

fn credit(c: Credit) -> ModelCredit {
    let label = c.model.parse::<ModelKind>().map_or_else(|_| c.model.clone(), |k| k.label().to_owned());
    let channels = c.channels.into_iter().map(|x| ChannelCredit {
        channel: x.channel,
        conversions: x.conversions,
        value: Amount(x.value_minor),
        conversions_interval: x.conversions_interval.map(|i| [i.p05, i.p95]),
        value_interval: x.value_interval.map(|i| [i.p05 / 100.0, i.p95 / 100.0]),
        removal_effect: x.removal_effect,
        rank: x.rank,
    });
    ModelCredit {
        label,
        model: c.model,
        channels: channels.collect(),
        unattributed: c.unattributed.into(),
        total: c.total.into(),
        notes: c.notes,
    }
}

impl Tabular for AttributionAnswer {
    fn table(&self) -> Table {
        let n = Kind::Number(4);
        let columns = [
            ("model", Kind::Text),
            ("channel", Kind::Text),
            ("conversions", n),
            ("value", Kind::Money),
            ("conversions_p05", n),
            ("conversions_p95", n),
            ("value_p05", Kind::Number(2)),
            ("value_p95", Kind::Number(2)),
            ("removal_effect", n),
        ];
        let mut table = Table::new("attribution", &columns);
        for m in &self.models {
            m.rows(|row| table.push(row));
        }
        self.meta.put_on(&mut table);
        table
    }
}

impl ModelCredit {
    /// Rows of a flat table: model, channel, conversions, value, intervals, removal effect; the last two are
    /// `unattributed` and `total`.
    pub fn rows(&self, mut push: impl FnMut(Vec<Cell>)) {
        for c in &self.channels {
            push(vec![
                self.model.as_str().into(),
                c.channel.as_str().into(),
                c.conversions.into(),
                c.value.cents().into(),
                c.conversions_interval.map(|i| i[0]).into(),
                c.conversions_interval.map(|i| i[1]).into(),
                c.value_interval.map(|i| i[0]).into(),
                c.value_interval.map(|i| i[1]).into(),
                c.removal_effect.into(),
            ]);
        }
        for (name, sum) in [("unattributed", self.unattributed), ("total", self.total)] {
            push(vec![self.model.as_str().into(), name.into(), sum.conversions.into(), sum.value.cents().into()]);
        }
    }
}
