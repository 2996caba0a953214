//! Attribution over the journeys of the store.

use tandem_models::attribution::report::Attribution;
use tandem_models::domain::journey::JourneySink;
use tandem_models::domain::panel::ChannelKind;
use tandem_store::{Cancel, JourneyReport, JourneyRequest, Store, TouchNames};

use super::super::error::{AnalysisError, Result};
use super::super::meta::{INTERVAL, Meta, Period};
use super::answer::{self, AttributionAnswer};
use super::ask::{Ask, OutcomeStage};
use super::kept;

/// Credit of each model over the journeys of dataset `main`. What journeys add up to is kept beside the data, so that a
/// new batch costs its own accounts and not all of them.
///
/// # Errors
/// `NoData` without touches and deals, otherwise those of models and store.
pub fn attribute(store: &Store, ask: &Ask) -> Result<AttributionAnswer> {
    let request = ask.journeys();
    let names = names(store, &request)?;
    let (sink, streamed) = kept::sums(store, ask, &request, names)?;
    let report = sink.finish().map_err(answer::refused)?;
    Ok(answer::answer(report, meta(store, ask, streamed)?))
}

/// The sink of `ask` with all journeys of `request` in it.
pub(super) fn count(
    store: &Store,
    ask: &Ask,
    request: &JourneyRequest,
    names: &mut TouchNames,
) -> Result<(Attribution, JourneyReport)> {
    let mut sink = Attribution::new(&ask.models, &ask.settings, names.channels.names()).map_err(answer::refused)?;
    let streamed = store.journeys(request, names, &mut sink, Cancel::new())?;
    Ok((sink, streamed))
}

/// Streams the journeys of `request` into any sink.
///
/// # Errors
/// As [`attribute`].
pub fn stream(
    store: &Store,
    request: &JourneyRequest,
    sink: &mut dyn JourneySink,
) -> Result<(TouchNames, JourneyReport)> {
    let mut names = names(store, request)?;
    let streamed = store.journeys(request, &mut names, sink, Cancel::new())?;
    Ok((names, streamed))
}

/// Channels and campaigns of touches.
///
/// # Errors
/// `NoData` where there is no touch.
pub(super) fn names(store: &Store, request: &JourneyRequest) -> Result<TouchNames> {
    let names = store.touch_names(request)?;
    if names.channels.is_empty() {
        return Err(AnalysisError::NoData(
            "there are no touches yet; import `touches`, `contacts`, `opportunities` and `stage_events` first".into(),
        ));
    }
    Ok(names)
}

/// What the figures of an answer share.
pub(super) fn meta(store: &Store, ask: &Ask, streamed: JourneyReport) -> Result<Meta> {
    let period = match (ask.from, ask.to, period(store)?) {
        (None, None, found) => found,
        (from, to, found) => {
            let of = |day: Option<tandem_models::domain::period::Day>, end: Option<String>| {
                day.map(|d| d.to_string()).or(end).unwrap_or_default()
            };
            let (first, last) = found.map(|p| (Some(p.from), Some(p.to))).unwrap_or_default();
            Some(Period { from: of(from, first), to: of(to, last) })
        }
    };
    let money = ask.outcome == OutcomeStage::Won;
    Ok(Meta {
        data_version: streamed.data_version,
        kpi: Some(ask.kpi().into()),
        unit: (!money).then(|| "count".into()),
        currency: money.then_some(streamed.currency),
        period,
        interval: ask.models.iter().any(|k| k.data_driven()).then_some(INTERVAL),
        ..Meta::default()
    })
}

/// First to last day with a touch.
fn period(store: &Store) -> Result<Option<Period>> {
    let channels = store.channels()?;
    let touched = || channels.iter().filter(|c| c.touches > 0 || c.kind == ChannelKind::Organic);
    let (first, last) = (touched().filter_map(|c| c.first).min(), touched().filter_map(|c| c.last).max());
    Ok(first.zip(last).map(|(a, b)| Period::new(a, b)))
}
