//! Attribution reports: journeys from the store, or a path table from a file, through the models.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;
use tandem_models::attribution::path_table::PathTableReader;
use tandem_models::attribution::report::{Attribution, AttributionError, JourneyCounts, Report};
use tandem_models::attribution::{Credit, ModelKind, Note, Settings};
use utoipa::ToSchema;

use super::amount::Amount;
use super::error::{AnalysisError, Result};
use super::meta::{Meta, Tabular};
use crate::export::{Kind, Table};

/// Models shown unless told.
pub const USUAL: [ModelKind; 5] =
    [ModelKind::First, ModelKind::Last, ModelKind::Linear, ModelKind::TimeDecay, ModelKind::Markov];

/// A report.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttributionAnswer {
    /// One entry a model, in the order asked for.
    pub models: Vec<ModelCredit>,
    /// What was read.
    #[schema(value_type = Object)]
    pub journeys: JourneyCounts,
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

/// Reads a list of model ids, comma-separated.
///
/// # Errors
/// Names the id that is none.
pub fn models(list: Option<&str>) -> Result<Vec<ModelKind>> {
    let Some(list) = list.filter(|l| !l.trim().is_empty()) else { return Ok(USUAL.to_vec()) };
    let mut kinds: Vec<ModelKind> = Vec::new();
    for id in list.split(',') {
        let kind = id.parse().map_err(|e: String| AnalysisError::rejected("model", e))?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

/// Credit over the rows of a path table.
///
/// # Errors
/// A file that is not there or no path table, or a model that needs more than the order of touches.
pub fn of_paths(path: &Path, kinds: &[ModelKind], settings: &Settings) -> Result<(AttributionAnswer, Vec<String>)> {
    let mut file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => AnalysisError::NotFound(format!("there is no file {}", path.display())),
        _ => e.into(),
    })?;
    let mut reader = PathTableReader::new();
    let mut block = vec![0; 8 << 20];
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            break;
        }
        reader.block(&block[..n]).map_err(|e| wrong_file(path, &e))?;
    }
    let table = reader.finish().map_err(|e| wrong_file(path, &e))?;
    let mut notes: Vec<String> = table.rejects.iter().map(|r| format!("line {}: {}", r.line, r.reason)).collect();
    if table.rejected > notes.len() as u64 {
        notes.push(format!("{} rows were left out in all", table.rejected));
    }
    if table.rounded_values > 0 {
        notes.push(format!("{} values had more than two places and were rounded", table.rounded_values));
    }
    let mut attribution = Attribution::new(kinds, settings, table.channels.names()).map_err(refused)?;
    attribution.add_table(&table).map_err(refused)?;
    let report = attribution.finish().map_err(refused)?;
    Ok((answer(report, Meta::default()), notes))
}

fn wrong_file(path: &Path, error: &dyn std::fmt::Display) -> AnalysisError {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    AnalysisError::rejected("paths", format!("{name}: {error}"))
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
pub(super) fn answer(report: Report, meta: Meta) -> AttributionAnswer {
    let models = report.models.into_iter().map(credit).collect();
    AttributionAnswer { models, journeys: report.journeys, meta }
}

fn credit(c: Credit) -> ModelCredit {
    let sum = |a: tandem_models::attribution::Amount| Sum { conversions: a.conversions, value: Amount(a.value_minor) };
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
        unattributed: sum(c.unattributed),
        total: sum(c.total),
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
            for c in &m.channels {
                table.push(vec![
                    m.model.as_str().into(),
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
            for (name, sum) in [("unattributed", m.unattributed), ("total", m.total)] {
                table.push(vec![
                    m.model.as_str().into(),
                    name.into(),
                    sum.conversions.into(),
                    sum.value.cents().into(),
                ]);
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}
