//! Columns of the linear block: trend, season, knots, events and controls, each told to which part of the baseline it belongs.

use ndarray::Array3;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

use super::scales::Scales;
use super::spec::{CheckedSpec, Trend};
use crate::domain::panel::Panel;

/// The part of the baseline a column belongs to; what decompositions are told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Straight line.
    Trend,
    /// Yearly sine or cosine.
    Season,
    /// Change of slope at a knot.
    Knot,
    /// Event.
    Event,
    /// Control.
    Control,
    /// Price, promotion or another column that the company sets.
    Lever,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Name, unique in the block: `trend`, `season_sin_1`, `knot_3`, `event.NAME`, `control.NAME`, `lever.NAME`.
    pub name: String,
    /// What it is part of.
    pub part: Part,
}

/// Value of a column at a geo and period.
type Column<'a> = Box<dyn Fn(usize, usize) -> f64 + 'a>;

/// All columns of the linear block but the intercepts: names (`K`) and values (`K x G x T`).
///
/// - trend: from -0.5 at the first period to 0.5 at the last
/// - season: `sin` and `cos` of `k` turns a year (365.25 days) at the middle day of the period
/// - knot `k`: `max(0, u - u_k) * (knots + 1)`, `u` in 0..1 over the panel: its coefficient is a slope change per stretch
/// - event: share of the period's days it covers
/// - control: standardised
#[must_use]
pub fn linear_block(panel: &Panel, spec: &CheckedSpec, scales: &Scales) -> (Vec<Feature>, Array3<f64>) {
    let (geos, periods) = (panel.n_geos(), panel.n_periods());
    let b = &spec.spec().baseline;
    let mut columns: Vec<(Feature, Column<'_>)> = Vec::new();
    let u = move |t: usize| t as f64 / (periods - 1) as f64;
    if b.trend == Trend::Linear {
        columns.push((Feature { name: "trend".into(), part: Part::Trend }, Box::new(move |_, t| u(t) - 0.5)));
    }
    let middle = panel.period_days as i32 / 2;
    for k in 1..=b.fourier {
        let angle = move |t: usize| {
            let mut day = panel.periods[t];
            day.0 += middle;
            TAU * k as f64 * f64::from(day.day_of_year()) / 365.25
        };
        columns.push((
            Feature { name: format!("season_sin_{k}"), part: Part::Season },
            Box::new(move |_, t| angle(t).sin()),
        ));
        columns.push((
            Feature { name: format!("season_cos_{k}"), part: Part::Season },
            Box::new(move |_, t| angle(t).cos()),
        ));
    }
    for k in 1..=b.knots {
        let stretches = (b.knots + 1) as f64;
        let at = k as f64 / stretches;
        columns.push((
            Feature { name: format!("knot_{k}"), part: Part::Knot },
            Box::new(move |_, t| (u(t) - at).max(0.0) * stretches),
        ));
    }
    for event in spec.events() {
        let share = move |_: usize, t: usize| {
            let (open, n) = (panel.periods[t].0, panel.period_days as i32);
            let covered: i32 = event.days.iter().map(|(a, z)| ((open + n).min(z.0 + 1) - open.max(a.0)).max(0)).sum();
            f64::from(covered) / f64::from(n)
        };
        columns.push((Feature { name: format!("event.{}", event.name), part: Part::Event }, Box::new(share)));
    }
    for (j, &i) in spec.controls().iter().enumerate() {
        let control = &panel.controls[i];
        let (mean, sd) = (scales.control_mean[j], scales.control_sd[j]);
        let lever = spec.levers().iter().any(|l| l.control == j);
        let (kind, part) = if lever { ("lever", Part::Lever) } else { ("control", Part::Control) };
        columns.push((
            Feature { name: format!("{kind}.{}", control.name), part },
            Box::new(move |g, t| (control.values[(g, t)] - mean) / sd),
        ));
    }
    let mut z = Array3::zeros((columns.len(), geos, periods));
    for (mut plane, (_, value)) in z.outer_iter_mut().zip(&columns) {
        plane.indexed_iter_mut().for_each(|((g, t), v)| *v = value(g, t));
    }
    (columns.into_iter().map(|(feature, _)| feature).collect(), z)
}
