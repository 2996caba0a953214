//! Attribution over the journeys of the store.

use serde::{Deserialize, Serialize};
use tandem_models::attribution::report::Attribution;
use tandem_models::attribution::{ModelKind, Settings};
use tandem_models::domain::panel::ChannelKind;
use tandem_store::{Cancel, JourneyOutcome, JourneyRequest, Store};
use utoipa::ToSchema;

use super::attribution::{self, AttributionAnswer};
use super::error::{AnalysisError, Result};
use super::meta::{Meta, Period};

/// What counts as an outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeStage {
    /// Deals won, worth their amounts.
    #[default]
    Won,
    /// Accounts that became sales-qualified, counted.
    Sql,
    /// Accounts that became marketing-qualified, counted.
    Mql,
}

impl OutcomeStage {
    fn journeys(self) -> JourneyOutcome {
        match self {
            OutcomeStage::Won => JourneyOutcome::Won,
            OutcomeStage::Sql => JourneyOutcome::Sql,
            OutcomeStage::Mql => JourneyOutcome::Mql,
        }
    }
}

/// Credit of each model over the journeys of dataset `main`.
///
/// # Errors
/// `NoData` without touches and deals, otherwise those of models and store.
pub fn attribute(
    store: &Store,
    outcome: OutcomeStage,
    kinds: &[ModelKind],
    settings: &Settings,
) -> Result<AttributionAnswer> {
    let request = JourneyRequest {
        outcome: outcome.journeys(),
        // Rules read winners only, and are several times quicker without the rest.
        everyone: kinds.iter().any(|k| k.data_driven()),
        lookback_days: settings.policy.lookback_days,
        mapping: settings.policy.mapping,
        reentry: settings.policy.reentry,
        ..JourneyRequest::default()
    };
    let mut names = store.touch_names(&request)?;
    if names.channels.is_empty() {
        return Err(AnalysisError::NoData(
            "there are no touches yet; import `touches`, `contacts`, `opportunities` and `stage_events` first".into(),
        ));
    }
    let mut sink = Attribution::new(kinds, settings, names.channels.names()).map_err(attribution::refused)?;
    let streamed = store.journeys(&request, &mut names, &mut sink, Cancel::new())?;
    let report = sink.finish().map_err(attribution::refused)?;
    let meta = Meta {
        data_version: streamed.data_version,
        kpi: Some(if outcome == OutcomeStage::Won { "won_revenue".into() } else { outcome.journeys().as_str().into() }),
        currency: (outcome == OutcomeStage::Won).then(|| currency(store)).transpose()?.flatten(),
        period: period(store)?,
        interval: kinds.iter().any(|k| k.data_driven()).then_some(super::meta::INTERVAL),
        ..Meta::default()
    };
    Ok(attribution::answer(report, meta))
}

/// Currency that won revenue is told in.
fn currency(store: &Store) -> Result<Option<String>> {
    let won = store.kpis()?.into_iter().find(|k| k.derived && k.kpi == "won_revenue");
    Ok(won.and_then(|k| k.currency))
}

/// First to last day with a touch.
fn period(store: &Store) -> Result<Option<Period>> {
    let channels = store.channels()?;
    let touched = || channels.iter().filter(|c| c.touches > 0 || c.kind == ChannelKind::Organic);
    let (first, last) = (touched().filter_map(|c| c.first).min(), touched().filter_map(|c| c.last).max());
    Ok(first.zip(last).map(|(a, b)| Period::new(a, b)))
}
