//! Answers of levers: what a change of a price, a promotion or another column of the company's own does to the outcome.

use serde::Serialize;

use super::answers::MOST_DRAWS;
use super::incremental::Window;
use super::interval::Interval;
use super::posterior::Posterior;
use super::spec::Sign;

/// One lever over a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeverAnswer {
    /// Name of the column.
    pub lever: String,
    /// Which way it was allowed to act.
    pub sign: Sign,
    /// Mean of the column over the window.
    pub level: f64,
    /// Outcome gained or lost in a period, all geos together, were the column one unit higher in all of them, KPI units.
    pub per_unit: Interval,
    /// The same were it 10% of its level higher, as a share of the outcome of the window: -0.04 is 4% less.
    pub per_tenth: Interval,
    /// Probability that more of it lowers the outcome.
    pub probability_negative: f64,
}

/// Answers of all levers of the spec over `window`.
#[must_use]
pub fn levers(posterior: &Posterior, window: Window) -> Vec<LeverAnswer> {
    let design = &posterior.design;
    let geos = design.dims().1;
    let outcome = design.panel.outcome.slice(ndarray::s![.., window.from..window.to]).sum() / window.len() as f64;
    let draws = posterior.thin(MOST_DRAWS);
    let size: f64 = (0..geos).map(|g| design.kpi_scale(g)).sum();
    let one = |(lever, &feature): (&crate::mmm::spec::CheckedLever, &usize)| {
        let control = &design.panel.controls[design.spec.controls()[lever.control]];
        let level = control.values.slice(ndarray::s![.., window.from..window.to]).mean().unwrap_or(0.0);
        let sd = design.scales.control_sd[lever.control];
        let units: Vec<f64> = draws.iter().map(|&d| posterior.draws.linear[(d, feature)] / sd * size).collect();
        LeverAnswer {
            lever: control.name.clone(),
            sign: lever.sign,
            level,
            per_unit: Interval::from_draws(units.iter().copied()),
            per_tenth: Interval::from_draws(units.iter().map(|u| 0.1 * level * u / outcome)),
            probability_negative: units.iter().filter(|u| **u < 0.0).count() as f64 / units.len().max(1) as f64,
        }
    };
    design.spec.levers().iter().zip(&design.lever_features()).map(one).collect()
}
