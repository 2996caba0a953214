//! Experiments as the model uses them: over the true window, with carry-over, not through a steady-state curve.

use super::design::Design;
use super::spec::ExperimentUnit;

/// An experiment with names and dates resolved.
///
/// Its likelihood is `lift ~ Normal(coefficient * sum over geos and periods from the window's start on of (effect of the
/// media that ran - effect of the media as they would have run), se)`: carry-in cancels, and carry-over is counted until it
/// has died away, also past the end of the panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Channel of the model.
    pub channel: usize,
    /// Geos it ran in.
    pub geos: Vec<usize>,
    /// First period of the window.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    /// Media in the window as a multiple of what ran, had there been no test.
    pub counterfactual: f64,
    /// Whether the lift is money rather than KPI units.
    pub money: bool,
    /// Measured lift.
    pub lift: f64,
    /// Its standard error.
    pub se: f64,
}

/// The spec's experiments on channels of the model; those on excluded channels are left out.
#[must_use]
pub fn experiments(design: &Design) -> Vec<Experiment> {
    let panel = &design.panel;
    let day = |text: &str| text.parse::<crate::domain::period::Day>().ok();
    let mut out = Vec::new();
    for e in &design.spec.spec().experiments {
        let Some(channel) = design.channels().iter().position(|c| c.name == e.channel) else { continue };
        let (Some(first), Some(last)) = (day(&e.from), day(&e.to)) else { continue };
        // a period belongs to the window where its middle day does
        let middle = |t: usize| panel.periods[t].0 + panel.period_days as i32 / 2;
        let inside: Vec<usize> = (0..panel.n_periods()).filter(|&t| (first.0..=last.0).contains(&middle(t))).collect();
        let (Some(&from), Some(&to)) = (inside.first(), inside.last()) else { continue };
        let geos = if e.geos.is_empty() {
            (0..panel.n_geos()).collect()
        } else {
            (0..panel.n_geos()).filter(|&g| e.geos.contains(&panel.geos[g])).collect()
        };
        out.push(Experiment {
            channel,
            geos,
            from,
            to: to + 1,
            counterfactual: e.counterfactual,
            money: e.unit == ExperimentUnit::Revenue,
            lift: e.lift,
            se: e.lift_se,
        });
    }
    out
}
