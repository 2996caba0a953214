//! What changed between two windows: channels and parts of the baseline whose changes add up to the change in outcome.

use ndarray::{Axis, s};
use rayon::prelude::*;
use serde::Serialize;

use super::answers::MOST_DRAWS;
use super::features::Part;
use super::incremental::Window;
use super::interval::Interval;
use super::posterior::Posterior;

/// Which side of the model a step of the waterfall is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A channel.
    Channel,
    /// A part of the baseline.
    Baseline,
    /// What the model does not explain.
    Unexplained,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Channel, `level and trend`, `season`, an event or a control by name, or `unexplained`.
    pub name: String,
    /// Side of the model.
    pub kind: StepKind,
    /// Change from the first window to the second, KPI units.
    pub change: Interval,
}

/// A waterfall: `to - from = sum of the means of steps`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Outcome of the first window.
    pub from: f64,
    /// Outcome of the second window.
    pub to: f64,
    /// Steps in model order: channels, baseline, unexplained.
    pub steps: Vec<Step>,
}

/// The change from window `from` to window `to`. Windows of different length are compared as they are, not per period.
#[must_use]
pub fn change(posterior: &Posterior, from: Window, to: Window) -> Change {
    let design = &posterior.design;
    let (channels, ..) = design.dims();
    let parts = baseline_parts(posterior);
    let sums: Vec<Vec<f64>> = posterior
        .thin(MOST_DRAWS)
        .par_iter()
        .map(|&d| {
            let media = posterior.expand(d).media.sum_axis(Axis(1));
            let over = |c: usize, w: Window| media.slice(s![c, w.from..w.to]).sum();
            let mut out: Vec<f64> = (0..channels).map(|c| over(c, to) - over(c, from)).collect();
            out.extend(
                parts.iter().map(|(_, columns)| part(posterior, d, columns, to) - part(posterior, d, columns, from)),
            );
            out
        })
        .collect();
    let outcome = |w: Window| design.panel.outcome.slice(s![.., w.from..w.to]).sum();
    let names = design.channels().iter().map(|c| (c.name.clone(), StepKind::Channel));
    let names = names.chain(parts.iter().map(|(name, _)| (name.clone(), StepKind::Baseline)));
    let mut steps: Vec<Step> = names
        .enumerate()
        .map(|(i, (name, kind))| Step { name, kind, change: Interval::from_draws(sums.iter().map(|s| s[i])) })
        .collect();
    let explained = Interval::from_draws(sums.iter().map(|s| s.iter().sum()));
    let (a, b): (f64, f64) = (outcome(from), outcome(to));
    let rest = |explained: f64| b - a - explained;
    // The mean is taken from the means of the steps, so that the bars meet the total exactly.
    let mean = rest(steps.iter().map(|s| s.change.mean).sum());
    let (p05, p25, p50) = (rest(explained.p95), rest(explained.p75), rest(explained.p50));
    let unexplained = Interval { mean, p05, p25, p50, p75: rest(explained.p25), p95: rest(explained.p05) };
    steps.push(Step { name: "unexplained".into(), kind: StepKind::Unexplained, change: unexplained });
    Change { from: a, to: b, steps }
}

/// Parts of the baseline by name, with the columns of the linear block in each; the levels are in the first.
fn baseline_parts(posterior: &Posterior) -> Vec<(String, Vec<Option<usize>>)> {
    let mut parts: Vec<(String, Vec<Option<usize>>)> = vec![("level and trend".into(), vec![None])];
    for (k, feature) in posterior.design.features.iter().enumerate() {
        let name = match feature.part {
            Part::Trend | Part::Knot => "level and trend",
            Part::Season => "season",
            Part::Event | Part::Control | Part::Lever => feature.name.split_once('.').map_or("", |(_, name)| name),
        };
        match parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, columns)) => columns.push(Some(k)),
            None => parts.push((name.to_owned(), vec![Some(k)])),
        }
    }
    parts
}

/// Sum over `window` and geos of the given columns in draw `d`, KPI units; `None` is the level.
fn part(posterior: &Posterior, d: usize, columns: &[Option<usize>], window: Window) -> f64 {
    let design = &posterior.design;
    let mut sum = 0.0;
    for g in 0..design.dims().1 {
        for column in columns {
            sum += match column {
                None => {
                    let level = posterior.draws.intercept[(d, g)] * design.kpi_scale(g);
                    (level + design.scales.geo_size[g] * design.scales.outcome_center) * window.len() as f64
                }
                Some(k) => {
                    let z: f64 = design.z.slice(s![*k, g, window.from..window.to]).sum();
                    posterior.coefficient(d, g, *k) * z * design.kpi_scale(g)
                }
            };
        }
    }
    sum
}
