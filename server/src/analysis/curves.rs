//! Response curves per period of steady spend, for charts and tables: the optimizer's curves over the run's whole period,
//! divided by its periods.

use std::sync::Arc;

use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::posterior::Posterior;
use tandem_models::response::{CurveSet, Unit};

use tandem_store::Store;

use super::error::Result;
use super::meta::Estimate;
use super::summary::{Curve, CurvePoint, Summary};
use super::{derived, saved};

/// How far beyond today's spend a curve is drawn.
const REACH: f64 = 2.5;
/// Points of a drawn curve.
const POINTS: usize = 41;

/// How far the curves of a plan reach at least, so that most requests share one set.
pub const USUAL_REACH: f64 = 3.0;

/// Curves of a run over its whole period; bounds of a plan may reach as far as `reach` times today's spend.
#[must_use]
pub fn set(posterior: &Posterior, reach: f64) -> CurveSet {
    CurveSet::new(posterior, Window::all(posterior), reach)
}

/// The same of a finished run: those of the usual reach were kept by the fit, because they take most of a second to make.
///
/// # Errors
/// Those of reading the posterior, which `posterior` does where it is needed.
pub fn of_run(
    store: &Store,
    run: &str,
    reach: f64,
    posterior: impl FnOnce() -> Result<Arc<Posterior>>,
) -> Result<CurveSet> {
    if reach > USUAL_REACH {
        return Ok(set(&*posterior()?, reach));
    }
    if let Ok(kept) = saved::curves::read(&file(store, run)) {
        return Ok(kept);
    }
    let made = set(&*posterior()?, USUAL_REACH);
    keep(store, run, &made);
    Ok(made)
}

/// Keeps the curves of usual reach for plans.
pub fn keep(store: &Store, run: &str, set: &CurveSet) {
    derived::keep(&file(store, run), |draft| saved::curves::write(draft, set).map_err(std::io::Error::other));
}

fn file(store: &Store, run: &str) -> std::path::PathBuf {
    derived::file(store, run, "curves", "parquet")
}

/// Puts curves of usual reach into a summary.
pub fn fill(posterior: &Posterior, set: &CurveSet, summary: &mut Summary) {
    let periods = posterior.design.dims().2 as f64;
    summary.outcome_unit = unit(set, summary);
    for curve in &set.curves {
        let far = curve.reach() * REACH / USUAL_REACH;
        let points = (0..POINTS).map(|i| curve.point(far * i as f64 / (POINTS - 1) as f64)).map(|p| CurvePoint {
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
