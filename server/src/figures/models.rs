//! Attribution models side by side.

use tandem_charts::Unit;
use tandem_charts::estimate::{Caption, Source};
use tandem_charts::figures::models::{ModelRow, Models};

use super::caption::{name, span};
use crate::analysis::attribution::AttributionAnswer;

/// One row a channel, one mark a model: value where outcomes are worth money, otherwise counts.
#[must_use]
pub fn models(answer: &AttributionAnswer) -> Models {
    let money = answer.models.iter().any(|m| m.total.value.0 != 0);
    let channels: Vec<&str> =
        answer.models.first().map(|m| m.channels.iter().map(|c| c.channel.as_str()).collect()).unwrap_or_default();
    let rows = channels.iter().enumerate().map(|(color, id)| ModelRow {
        channel: name(id),
        color,
        values: answer
            .models
            .iter()
            .map(|m| m.channels.iter().find(|c| c.channel == *id))
            .map(|c| c.map(|c| if money { c.value.to_f64() } else { c.conversions }))
            .collect(),
        intervals: answer
            .models
            .iter()
            .map(|m| {
                let c = m.channels.iter().find(|c| c.channel == *id)?;
                if money { c.value_interval } else { c.conversions_interval }.map(|[a, b]| (a, b))
            })
            .collect(),
        incremental: None,
    });
    let currency = answer.meta.currency.clone().unwrap_or_else(|| "EUR".into());
    Models {
        caption: Caption {
            title: None,
            period: answer.meta.period.as_ref().and_then(span),
            source: Source { data_version: Some(answer.meta.data_version.clone()), ..Source::default() },
        },
        unit: if money { Unit::money(currency) } else { Unit::count("accounts") },
        outcome: if money { "won revenue".into() } else { "outcomes".into() },
        models: answer.models.iter().map(|m| m.label.clone()).collect(),
        rows: rows.collect(),
    }
}
