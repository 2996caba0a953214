//! An early stage valued by what its leads are eventually won with, instead of by the revenue of the same weeks.

use ndarray::Array2;
use tandem_models::domain::period::Day;
use tandem_models::mmm::staged::{LeadValue, lead_value};
use tandem_store::schema::STAGES;
use tandem_store::{AsOf, PanelAnswer, Store};

use super::error::{AnalysisError, Result};

/// Resamplings of accounts behind a value.
const DRAWS: usize = 1000;

/// Values the panel's units, in place of what the store assumed, and says so in `notes`.
///
/// # Errors
/// `Rejected` for an outcome that is no stage of the CRM, or where too little was won to tell.
pub(super) fn value(store: &Store, answer: &mut PanelAnswer, seed: u64, notes: &mut Vec<String>) -> Result<LeadValue> {
    let refuse = |what: String| Err(AnalysisError::rejected("spec.staged", what));
    let panel = &mut answer.panel;
    let stage = panel.kpi.as_str();
    if !STAGES.contains(&stage) || matches!(stage, "won" | "lost") {
        return refuse(format!(
            "`{stage}` is no stage of the CRM; accepted: false, or a KPI such as `inquiry`, `mql` or `sql`"
        ));
    }
    let Some(last) = panel.periods.last().map(|p| Day(p.0 + panel.period_days as i32 - 1)) else {
        return refuse("the panel is empty".into());
    };
    let stages = store.stages(&answer.dataset, stage, last, AsOf::Latest)?;
    let Some(value) = lead_value(&stages, DRAWS, seed) else {
        return refuse("fewer than ten deals were won, too few to tell what a lead is worth; accepted: false".into());
    };
    panel.value_per_unit = Some(Array2::from_elem(panel.outcome.dim(), value.value.mean));
    // The store's own sentence on what a unit is worth no longer holds.
    notes.retain(|n| !n.starts_with("One unit of"));
    let currency = &panel.currency;
    notes.push(format!(
        "One unit of `{stage}` is eventually worth {:.0} {currency} (90%: {:.0} to {:.0}): {:.3} deals a lead, {:.1}% of them won, {:.0} {currency} a won deal; leads and deals too young to be decided are not counted as lost, and the interval is part of ROI.",
        value.value.mean,
        value.value.p05,
        value.value.p95,
        value.deals_per_lead.mean,
        100.0 * value.win_rate.mean,
        value.deal_size.mean,
    ));
    Ok(value)
}
