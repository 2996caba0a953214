//! The stage funnel.

use tandem_charts::estimate::{Caption, Source};
use tandem_charts::figures::funnel::{Funnel, Stage, Step};

use super::caption::span;
use crate::analysis::funnel::FunnelAnswer;

/// The first cohort of an answer, which holds everyone where all are together.
#[must_use]
pub fn funnel(answer: &FunnelAnswer) -> Funnel {
    let stages = answer.data.first().map(|c| c.stages.as_slice()).unwrap_or_default();
    let name = |stage: &str| match stage {
        "mql" | "sal" | "sql" => stage.to_uppercase(),
        other => {
            let mut text = other.to_owned();
            if let Some(first) = text.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            text
        }
    };
    Funnel {
        caption: Caption {
            title: None,
            period: answer.meta.period.as_ref().and_then(span),
            source: Source { data_version: Some(answer.meta.data_version.clone()), ..Source::default() },
        },
        noun: answer.meta.unit.clone().unwrap_or_else(|| "leads".into()),
        stages: stages.iter().map(|s| Stage { name: name(s.stage), count: s.reached as f64 }).collect(),
        steps: stages
            .iter()
            .skip(1)
            .map(|s| Step {
                rate: s.rate.unwrap_or(0.0),
                interval: s.rate_interval.map(|i| (i[0], i[1])),
                median_days: s.median_days,
            })
            .collect(),
    }
}
