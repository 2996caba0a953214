//! What `tandem fit` says beside a fit: what the spec assumed, and what a refresh changed.

use super::{Failure, out};
use crate::analysis::bridge::Bridge;
use crate::analysis::mmm::PriorReport;
use crate::export::{Kind, Table};

/// The prior predictive check, for people.
pub(super) fn show(told: &PriorReport) -> Result<(), Failure> {
    let check = &told.check;
    let columns = [
        ("channel", Kind::Text),
        ("share_p05", Kind::Number(3)),
        ("share_p50", Kind::Number(3)),
        ("share_p95", Kind::Number(3)),
        ("roi_p05", Kind::Number(2)),
        ("roi_p50", Kind::Number(2)),
        ("roi_p95", Kind::Number(2)),
    ];
    let mut table = Table::new("prior", &columns);
    for c in &check.channels {
        table.push(vec![
            c.channel.as_str().into(),
            c.share.p05.into(),
            c.share.p50.into(),
            c.share.p95.into(),
            c.roi.map(|r| r.p05).into(),
            c.roi.map(|r| r.p50).into(),
            c.roi.map(|r| r.p95).into(),
        ]);
    }
    out::table(&table)?;
    out::line(&format!(
        "\nBefore the data, {} of a period lies between {:.0} and {:.0} (90%); {:.0} to {:.0} happened. {:.0}% of drawn periods are below 0; channels together bring {:.0}% of the outcome (90%: {:.0}% to {:.0}%).",
        told.kpi,
        check.outcome.p05,
        check.outcome.p95,
        check.observed[0],
        check.observed[2],
        100.0 * check.negative,
        100.0 * check.media_share.p50,
        100.0 * check.media_share.p05,
        100.0 * check.media_share.p95,
    ))?;
    for reason in &check.reasons {
        out::line(&format!("review: {reason}"))?;
    }
    let verdict = if check.reasons.is_empty() { "pass" } else { "review" };
    out::line(&format!("prior {verdict}, {} draws; nothing was fitted", check.draws))
}

/// What changed since the run that was refreshed: a column a step.
pub(super) fn show_bridge(bridge: &Bridge) -> Result<(), Failure> {
    out::line(&format!("\nROI since run {}, step by step; steps add up", bridge.from))?;
    let mut columns = vec![("channel", Kind::Text), ("before", Kind::Number(3))];
    columns.extend(bridge.steps.iter().map(|s| (s.as_str(), Kind::Number(3))));
    columns.push(("now", Kind::Number(3)));
    let mut table = Table::new("bridge", &columns);
    for c in &bridge.channels {
        let Some(roi) = &c.roi else { continue };
        let mut row = vec![c.channel.as_str().into(), roi.from.into()];
        row.extend(roi.changes.iter().map(|x| (*x).into()));
        row.push(roi.to.into());
        table.push(row);
    }
    out::table(&table)
}
