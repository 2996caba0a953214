//! Experiments as the model uses them: over the true window, with carry-over, not through a steady-state curve.

use serde::{Deserialize, Serialize};

use super::design::Design;
use super::interval::Interval;
use super::posterior::Posterior;
use super::spec::ExperimentUnit;

/// Media as it would have run without a test.
#[derive(Debug, Clone, PartialEq)]
pub enum Instead {
    /// A multiple of what ran.
    Multiple(f64),
    /// A level of scaled media for each geo of the experiment, the same in every period of the window.
    Level(Vec<f64>),
}

/// An experiment with names and dates resolved.
///
/// Its likelihood is `lift ~ Normal(coefficient * sum over geos and periods from the window's start on of (effect of the
/// media that ran - effect of the media as they would have run), se)`: carry-in cancels, and carry-over is counted to the
/// end of the reading, or until it has died away, also past the end of the panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Its place among the spec's experiments.
    pub entry: usize,
    /// Channel of the model.
    pub channel: usize,
    /// Geos it ran in.
    pub geos: Vec<usize>,
    /// First period of the window.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    /// One past the last period whose outcome was counted; [`usize::MAX`]: all that follow.
    pub read_to: usize,
    /// Media in the window had there been no test.
    pub instead: Instead,
    /// Whether the lift is money rather than KPI units.
    pub money: bool,
    /// Measured lift.
    pub lift: f64,
    /// Its standard error.
    pub se: f64,
}

impl Experiment {
    /// Scaled media at the `i`th of its geos and period `t`, had there been no test; `ran` is what ran.
    #[must_use]
    pub fn media(&self, i: usize, t: usize, ran: f64) -> f64 {
        match &self.instead {
            _ if !(self.from..self.to).contains(&t) => ran,
            Instead::Multiple(factor) => ran * factor,
            Instead::Level(levels) => levels[i],
        }
    }

    /// Whether the outcome of period `t` counts.
    #[must_use]
    pub fn counts(&self, t: usize) -> bool {
        (self.from..self.read_to).contains(&t)
    }
}

/// The spec's experiments on channels of the model; those on excluded channels are left out.
#[must_use]
pub fn experiments(design: &Design) -> Vec<Experiment> {
    let panel = &design.panel;
    let day = |text: &str| text.parse::<crate::domain::period::Day>().ok();
    let mut out = Vec::new();
    for (entry, e) in design.spec.spec().experiments.iter().enumerate() {
        let Some(channel) = design.channels().iter().position(|c| c.name == e.channel) else { continue };
        let (Some(first), Some(last)) = (day(&e.from), day(&e.to)) else { continue };
        // a period belongs to the window where its middle day does
        let middle = |t: usize| panel.periods[t].0 + panel.period_days as i32 / 2;
        let inside: Vec<usize> = (0..panel.n_periods()).filter(|&t| (first.0..=last.0).contains(&middle(t))).collect();
        let (Some(&from), Some(&to)) = (inside.first(), inside.last()) else { continue };
        let read = e.read_to.as_deref().and_then(day);
        let read_to = match read.map(|d| (0..panel.n_periods()).filter(|&t| middle(t) <= d.0).count()) {
            Some(n) if n < panel.n_periods() => n.max(to + 1),
            // read to the panel's last day or later: what is carried out of the panel belongs to it
            _ => usize::MAX,
        };
        let geos: Vec<usize> = if e.geos.is_empty() {
            (0..panel.n_geos()).collect()
        } else {
            (0..panel.n_geos()).filter(|&g| e.geos.contains(&panel.geos[g])).collect()
        };
        let instead = match e.counterfactual_spend {
            Some(spend) => Instead::Level(level(design, channel, &geos, spend / (to + 1 - from) as f64)),
            None => Instead::Multiple(e.counterfactual),
        };
        let money = e.unit == ExperimentUnit::Revenue;
        let (lift, se) = (e.lift, e.lift_se);
        out.push(Experiment { entry, channel, geos, from, to: to + 1, read_to, instead, money, lift, se });
    }
    out
}

/// Scaled media by geo of `spend` a period, split as the panel's spend; exposure at the cost seen in the panel.
fn level(design: &Design, channel: usize, geos: &[usize], spend: f64) -> Vec<f64> {
    let (raw, cost) = (design.raw_media(channel), design.spend(channel));
    let total: f64 = geos.iter().map(|&g| cost.row(g).sum()).sum();
    let scale = |g: usize| design.scales.media[channel] * design.scales.geo_size[g];
    // the geo's media per unit of all spend in these geos holds both its share and its cost
    geos.iter().map(|&g| if total > 0.0 { spend * raw.row(g).sum() / total / scale(g) } else { 0.0 }).collect()
}

/// What the model says of an experiment beside what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Its id where it has one.
    pub id: Option<String>,
    /// Channel.
    pub channel: String,
    /// First and last day of the window.
    pub window: [String; 2],
    /// Measured lift, in `unit` of the experiment.
    pub lift: f64,
    /// Its standard error.
    pub lift_se: f64,
    /// The same lift by the model, after the data and all experiments.
    pub model: Interval,
    /// (model - measured) / standard error of the difference, as if the two were independent.
    pub z: f64,
}

/// The model's lift of every experiment in use, from at most 1,000 draws.
#[must_use]
pub fn agreement(posterior: &Posterior) -> Vec<Agreement> {
    let design = &posterior.design;
    let draws = posterior.thin(1000);
    let told = |e: &Experiment| {
        let spec = &design.spec.spec().experiments[e.entry];
        let lifts: Vec<f64> = draws.iter().map(|&d| lift(posterior, d, e)).collect();
        let model = Interval::from_draws(lifts.iter().copied());
        let variance = lifts.iter().map(|l| (l - model.mean).powi(2)).sum::<f64>() / lifts.len().max(1) as f64;
        Agreement {
            id: spec.id.clone(),
            channel: spec.channel.clone(),
            window: [spec.from.clone(), spec.to.clone()],
            lift: e.lift,
            lift_se: e.se,
            z: (model.mean - e.lift) / (variance + e.se * e.se).sqrt(),
            model,
        }
    };
    experiments(design).iter().map(told).collect()
}

/// Outcome with the media that ran less outcome without the test in draw `d`, as the likelihood counts it.
#[must_use]
pub fn lift(posterior: &Posterior, d: usize, e: &Experiment) -> f64 {
    let design = &posterior.design;
    let periods = design.dims().2;
    let weights = posterior.weights(d, e.channel);
    let mut sum = 0.0;
    for (i, &g) in e.geos.iter().enumerate() {
        let ran: Vec<f64> = design.media.slice(ndarray::s![e.channel, g, ..]).to_vec();
        let instead: Vec<f64> = ran.iter().enumerate().map(|(t, x)| e.media(i, t, *x).max(0.0)).collect();
        let n = periods + weights.len() - 1;
        let (mut with, mut without) = (vec![0.0; n], vec![0.0; n]);
        posterior.transform(d, e.channel, &weights, &ran, design.before[(e.channel, g)], &mut with);
        posterior.transform(d, e.channel, &weights, &instead, design.before[(e.channel, g)], &mut without);
        let worth = |t: usize| if e.money { design.value_after(g, t) * posterior.worth(d, e.channel) } else { 1.0 };
        let of = |t: usize| (with[t] - without[t]) * worth(t) * posterior.effect(d, e.channel, g, t);
        sum += design.kpi_scale(g) * (0..n).filter(|&t| e.counts(t)).map(of).sum::<f64>();
    }
    sum
}
