//! Figures that a run's summary gives: ROI, contributions over time, response curve.

use tandem_charts::estimate::Verdict;
use tandem_charts::figures::channel::ChannelPast;
use tandem_charts::figures::contributions::{Contributions, Series};
use tandem_charts::figures::fit::Fit;
use tandem_charts::figures::response_curve::{CurvePoint, PlanPoint, ResponseCurve};
use tandem_charts::figures::roi::{Basis, Return, Roi, RoiRow};
use tandem_charts::figures::share::{Share, ShareRow};
use tandem_models::domain::period::Day;

use super::caption::{estimate, name, of_run, per, unit, words};
use crate::analysis::summary::{ChannelSummary, Summary};
use crate::analysis::{AnalysisError, Estimate, Result};

/// Return of all paid channels: ROI where spend can be earned back, in the basis of the run.
#[must_use]
pub fn roi(run: &Summary, measure: Return) -> Roi {
    let rows = run
        .channels
        .iter()
        .enumerate()
        .filter_map(|(color, c)| {
            let value = match measure {
                Return::Roi => c.roi,
                Return::Roas => c.roas,
                Return::Mroi => c.mroi,
            }?;
            let verdict = told_verdict(c).unwrap_or_else(|| verdict(&value, measure.break_even()));
            Some(RoiRow { channel: name(&c.channel), color, value: estimate(&value), verdict })
        })
        .collect();
    let basis = match (run.basis == "gross_margin", run.staged()) {
        (true, true) => Basis::EventualMargin,
        (true, false) => Basis::GrossMargin,
        (false, true) => Basis::EventualRevenue,
        (false, false) => Basis::Revenue,
    };
    Roi { caption: of_run(run), measure, currency: run.currency.clone(), basis, break_even: None, rows }
}

/// What the fit itself says of the channel.
fn told_verdict(c: &ChannelSummary) -> Option<Verdict> {
    match c.verdict.as_ref()?.verdict.as_str() {
        "decidable" => Some(Verdict::Decidable),
        "leaning" => Some(Verdict::Leaning),
        "not_decidable" => Some(Verdict::NotDecidable),
        _ => None,
    }
}

/// What the interval alone can carry: decidable where it lies on one side of break-even, leaning where its half does.
#[must_use]
pub fn verdict(value: &Estimate, break_even: f64) -> Verdict {
    if value.p05 > break_even || value.p95 < break_even {
        Verdict::Decidable
    } else if value.p25 > break_even || value.p75 < break_even {
        Verdict::Leaning
    } else {
        Verdict::NotDecidable
    }
}

/// Contributions over time.
#[must_use]
pub fn contributions(run: &Summary) -> Contributions {
    let channels = run.channels.iter().enumerate().map(|(color, c)| Series {
        channel: name(&c.channel),
        color,
        values: c.series.iter().map(|b| b.mean).collect(),
    });
    Contributions {
        caption: of_run(run),
        unit: unit(run),
        outcome: words(&run.kpi),
        dates: days(run),
        baseline: run.baseline_series.iter().map(|b| b.mean).collect(),
        channels: channels.collect(),
        events: Vec::new(),
    }
}

/// What one channel brought over time; its spend beside it where both are money.
///
/// # Errors
/// `NotFound` for a channel that the run does not have.
pub fn channel(run: &Summary, channel: &str) -> Result<ChannelPast> {
    let color = run
        .channels
        .iter()
        .position(|c| c.channel == channel)
        .ok_or_else(|| AnalysisError::NotFound(format!("run `{}` has no channel `{channel}`", run.run)))?;
    let c = &run.channels[color];
    let money = run.unit == run.currency && c.kind == "paid";
    let total = &c.contribution;
    Ok(ChannelPast {
        caption: of_run(run),
        channel: name(&c.channel),
        color,
        unit: unit(run),
        outcome: words(&run.kpi),
        dates: days(run),
        values: c.series.iter().map(|b| tandem_charts::Estimate::new(b.p05, b.mean, b.p95)).collect(),
        spend: if money { c.spend_series.clone() } else { Vec::new() },
        total: tandem_charts::Estimate::new(total.p05, total.mean, total.p95),
        share: if run.fitted_total > 0.0 { total.mean / run.fitted_total } else { 0.0 },
    })
}

/// First days of the periods.
#[must_use]
pub fn days(run: &Summary) -> Vec<Day> {
    run.periods.iter().filter_map(|p| p.parse().ok()).collect()
}

/// Response curve of a channel, with a plan's spend a period where there is one.
///
/// # Errors
/// `NotFound` for a channel that the run does not have, or that has no spend.
pub fn response_curve(run: &Summary, channel: &str, recommended: Option<f64>) -> Result<ResponseCurve> {
    let color = run
        .channels
        .iter()
        .position(|c| c.channel == channel)
        .ok_or_else(|| AnalysisError::NotFound(format!("run `{}` has no channel `{channel}`", run.run)))?;
    let c = &run.channels[color];
    let curve = c
        .curve
        .as_ref()
        .ok_or_else(|| AnalysisError::NotFound(format!("`{channel}` has no spend, so no response curve")))?;
    Ok(ResponseCurve {
        caption: of_run(run),
        channel: name(channel),
        color,
        currency: run.currency.clone(),
        unit: unit(run),
        outcome: format!("incremental {}", words(&run.kpi)),
        per: per(run.period_days),
        points: curve.points.iter().map(|p| CurvePoint { spend: p.spend, outcome: estimate(&p.outcome) }).collect(),
        observed: (curve.observed_min, curve.observed_max),
        // The slope of the curve: what the next unit returns before that unit is taken off.
        current: Some(PlanPoint {
            spend: curve.current_spend,
            next: c.mroi.map(|m| estimate(&m.map(|net| net + 1.0))),
        }),
        recommended: recommended.map(|spend| PlanPoint { spend, next: None }),
    })
}

/// Share of spend beside share of effect.
#[must_use]
pub fn share(run: &Summary) -> Share {
    let whole: f64 = run.channels.iter().map(|c| c.contribution.mean).sum();
    let part = |x: f64| if whole > 0.0 { x / whole } else { 0.0 };
    let rows = run.channels.iter().enumerate().map(|(color, c)| ShareRow {
        channel: name(&c.channel),
        color,
        spend_share: c.spend_share,
        effect_share: c.effect_share,
        effect_interval: Some((part(c.contribution.p05), part(c.contribution.p95))),
    });
    Share { caption: of_run(run), effect: format!("incremental {}", words(&run.kpi)), rows: rows.collect() }
}

/// Fitted against actual outcome.
#[must_use]
pub fn fit(run: &Summary) -> Fit {
    Fit {
        caption: of_run(run),
        unit: unit(run),
        outcome: words(&run.kpi),
        dates: days(run),
        actual: run.fitted.iter().map(|p| Some(p.actual)).collect(),
        fitted: predictive(run),
        holdout_from: None,
        r2: Some(run.fit.r2),
        mape: run.fit.mape,
        holdout_mape: run.fit.holdout_mape,
    }
}

/// Half the width of a 90% interval of a Normal, in standard deviations.
const HALF: f64 = 1.644_853_626_951_472;

/// Where single periods may lie: the interval of the expected outcome widened by the scatter of the misses.
fn predictive(run: &Summary) -> Vec<tandem_charts::Estimate> {
    let n = run.fitted.len().max(1) as f64;
    let scatter = run.fitted.iter().map(|p| (p.actual - p.fitted.mean).powi(2)).sum::<f64>() / n;
    let wide = |half: f64| (half * half + HALF * HALF * scatter).sqrt();
    let one = |f: &crate::analysis::summary::Band| {
        tandem_charts::Estimate::new(f.mean - wide(f.mean - f.p05), f.mean, f.mean + wide(f.p95 - f.mean))
    };
    run.fitted.iter().map(|p| one(&p.fitted)).collect()
}
