//! What changed: a waterfall from one window to the next.

use tandem_charts::Day;
use tandem_charts::figures::waterfall::{Against, Cause, Total, Waterfall};

use super::caption::{name, of_run, span, unit, words};
use crate::analysis::summary::Summary;
use crate::analysis::variance::{Variance, WindowTotal};

/// Causes of the change between two windows.
#[must_use]
pub fn waterfall(run: &Summary, v: &Variance) -> Waterfall {
    let dates: Vec<Day> = run.periods.iter().filter_map(|p| p.parse().ok()).collect();
    let step = tandem_charts::date::step_name(&dates);
    let label = |w: &WindowTotal| {
        let last: Option<Day> = w.period.to.parse().ok();
        let last = last
            .map_or_else(|| w.period.to.clone(), |d| format!("{} {}", d.to_civil().2, tandem_charts::date::month(d)));
        format!("{} {step}s to {last}", w.periods)
    };
    let mut caption = of_run(run);
    caption.period = span(&v.after.period);
    // The model's own remainder is drawn by the figure itself.
    let causes = v.data.iter().filter(|c| c.kind != "unexplained").map(|c| Cause {
        label: name(&c.name),
        value: c.change.mean,
        interval: Some((c.change.p05, c.change.p95)),
        because: None,
    });
    let mut outcome = words(&run.kpi);
    if let Some(first) = outcome.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    Waterfall {
        caption,
        unit: unit(run),
        outcome,
        against: Against::Period,
        from: Total { label: label(&v.before), value: v.before.actual },
        to: Total { label: label(&v.after), value: v.after.actual },
        causes: causes.collect(),
        most: 7,
    }
}
