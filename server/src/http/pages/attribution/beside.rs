//! Attributed credit beside what a run of the marketing-mix model holds for incremental, and where they disagree.

use tandem_charts::Unit;

use super::super::words;
use crate::analysis::Estimate as Interval;
use crate::analysis::attribution::AttributionAnswer;
use crate::analysis::summary::{ChannelSummary, Summary};

/// What a run holds for incremental, in the unit that is credited: its own outcome, or won revenue by way of returns.
pub(super) fn incremental(answer: &AttributionAnswer, s: &Summary, c: &ChannelSummary) -> Option<Interval> {
    // Stages are credited by account and modelled by lead: they are not the same count.
    if answer.meta.kpi.as_deref() != Some("won_revenue") {
        return None;
    }
    if words::bare(&s.kpi) == "won_revenue" {
        return Some(c.contribution);
    }
    // A count that is valued at won revenue gives won revenue by its return on spend.
    let valued = s.unit != s.currency && s.outcome_unit == s.currency;
    c.roas.filter(|_| valued).map(|roas| roas.map(|x| x * c.spend))
}

/// The run, where it can be held against what is credited.
pub(super) fn comparable<'a>(answer: &AttributionAnswer, s: Option<&'a Summary>) -> Option<&'a Summary> {
    s.filter(|s| s.channels.iter().any(|c| incremental(answer, s, c).is_some()))
}

/// Disagreements named, largest first.
const NAMED: usize = 4;

/// Channels whose credit under every model lies outside what the marketing-mix model holds possible.
pub(super) fn disagreements(answer: &AttributionAnswer, s: &Summary, unit: &Unit) -> Vec<String> {
    let money = matches!(unit, Unit::Money { .. });
    let mut found: Vec<(f64, String)> = Vec::new();
    for c in &s.channels {
        let values = || {
            let credits = answer.models.iter().flat_map(|m| m.channels.iter().filter(|x| x.channel == c.channel));
            credits.map(|x| if money { x.value.to_f64() } else { x.conversions })
        };
        let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        if !least.is_finite() || !most.is_finite() {
            continue;
        }
        let Some(e) = incremental(answer, s, c) else { continue };
        let name = words::name(&c.channel);
        let likely = unit.range(e.p05, e.p95);
        if most < e.p05 {
            let gap = e.p05 - most;
            let text = format!(
                "{name} is credited with {} at most, and the mix model holds {likely} for incremental: attribution understates it",
                unit.write(most, None)
            );
            found.push((gap, text));
        } else if least > e.p95 {
            let text = format!(
                "{name} is credited with {} at least, and the mix model holds only {likely} for incremental: it is often on the way to deals that would have closed without it",
                unit.write(least, None)
            );
            found.push((least - e.p95, text));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(NAMED).map(|(_, text)| text).collect()
}
