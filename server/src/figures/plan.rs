//! Budget before and after.

use tandem_charts::figures::budget::{Budget, BudgetRow};
use tandem_charts::{Estimate, Unit};

use super::caption::{name, of_run, per, words};
use crate::analysis::plan::PlanAnswer;
use crate::analysis::summary::Summary;

/// Spend a period by channel, today and under the plan.
#[must_use]
pub fn budget(run: &Summary, plan: &PlanAnswer) -> Budget {
    let periods = run.periods.len().max(1) as f64;
    let rows = plan.channels.iter().map(|c| BudgetRow {
        channel: name(&c.channel),
        color: run.channels.iter().position(|x| x.channel == c.channel).unwrap_or(0),
        current: c.current / periods,
        recommended: c.recommended / periods,
        lower: Some(c.lower / periods),
        upper: Some(c.upper / periods),
        locked: c.locked,
        extrapolated: c.extrapolated,
    });
    let money = plan.unit == plan.currency;
    let g = &plan.gain;
    Budget {
        caption: of_run(run),
        currency: plan.currency.clone(),
        per: per(run.period_days),
        rows: rows.collect(),
        outcome: if money && run.unit != run.currency {
            "incremental revenue".into()
        } else {
            format!("incremental {}", words(&run.kpi))
        },
        gain_unit: if money { Unit::money(&plan.currency) } else { Unit::count(words(&run.kpi)) },
        gain: Some(Estimate::new(g.p05 / periods, g.mean / periods, g.p95 / periods)),
    }
}
