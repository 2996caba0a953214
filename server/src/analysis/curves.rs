//! Response curves per period of steady spend, for charts and tables: the optimizer's curves over the run's whole period,
//! divided by its periods.

use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::posterior::Posterior;
use tandem_models::response::{CurveSet, Unit};

use super::meta::Estimate;
use super::summary::{Curve, CurvePoint, Summary};

/// How far beyond today's spend a curve is drawn.
const REACH: f64 = 2.5;
/// Points of a drawn curve.
const POINTS: usize = 41;

/// Curves of a run over its whole period; bounds of a plan may reach as far as `reach` times today's spend.
#[must_use]
pub fn set(posterior: &Posterior, reach: f64) -> CurveSet {
    CurveSet::new(posterior, Window::all(posterior), reach)
}

/// Puts the curves into a summary.
pub fn fill(posterior: &Posterior, summary: &mut Summary) {
    let set = set(posterior, REACH);
    let periods = posterior.design.dims().2 as f64;
    summary.outcome_unit = unit(&set, summary);
    for curve in &set.curves {
        let points = curve.points(POINTS).into_iter().map(|p| CurvePoint {
            spend: p.spend / periods,
            outcome: Estimate::from(p.outcome).map(|x| x / periods),
            marginal: p.marginal,
            extrapolated: p.extrapolated,
        });
        let filled = Curve {
            current_spend: curve.current / periods,
            observed_min: curve.observed.0 / periods,
            observed_max: curve.observed.1 / periods,
            points: points.collect(),
        };
        if let Some(channel) = summary.channels.iter_mut().find(|c| c.channel == curve.channel) {
            channel.curve = Some(filled);
        }
    }
}

/// What outcomes of curves and plans are counted in: the currency where a KPI unit has a money value.
#[must_use]
pub fn unit(set: &CurveSet, summary: &Summary) -> String {
    match set.unit {
        Unit::Money => summary.currency.clone(),
        Unit::Kpi => summary.unit.clone(),
    }
}
