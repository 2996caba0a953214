//! What a channel's media over a window caused, carry-out included: the one counterfactual behind ROI, curves and budgets.

use ndarray::{Array2, ArrayView2, s};
use serde::{Deserialize, Serialize};

use super::adstock::carry;
use super::posterior::Posterior;

/// Periods `from..to` of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First period.
    pub from: usize,
    /// One past the last period.
    pub to: usize,
}

impl Window {
    /// All periods of the panel.
    #[must_use]
    pub fn all(posterior: &Posterior) -> Self {
        Self { from: 0, to: posterior.design.dims().2 }
    }

    /// The last `n` periods, or all where there are fewer.
    #[must_use]
    pub fn last(posterior: &Posterior, n: usize) -> Self {
        let to = posterior.design.dims().2;
        Self { from: to.saturating_sub(n), to }
    }

    /// Number of periods.
    #[must_use]
    pub fn len(&self) -> usize {
        self.to - self.from
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to <= self.from
    }
}

/// Outcome caused by the media of a window at a multiple of what it was; outside the window everything is as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Caused {
    /// In KPI units, up to the end of the carry-out.
    pub kpi: f64,
    /// The part of `kpi` that falls inside the window.
    pub inside: f64,
    /// In money (KPI units where no value is known).
    pub money: f64,
    /// Derivative of `kpi` by the multiple.
    pub kpi_slope: f64,
    /// Derivative of `money` by the multiple.
    pub money_slope: f64,
}

impl Posterior {
    /// Caused by channel `c` in draw `d` at each of `multiples` (`>= 0`) of its media over `window`.
    #[must_use]
    pub fn caused(&self, d: usize, c: usize, window: Window, multiples: &[f64]) -> Vec<Caused> {
        let own = self.design.media.slice(s![c, .., window.from..window.to]);
        self.caused_by(d, c, window, own, multiples)
    }

    /// The same for any `path` of scaled media over the window, `G x window`, instead of what was run.
    ///
    /// After the panel no media is assumed, and a KPI unit is worth what it was on average over the last 13 periods.
    #[must_use]
    pub fn caused_by(
        &self,
        d: usize,
        c: usize,
        window: Window,
        path: ArrayView2<'_, f64>,
        multiples: &[f64],
    ) -> Vec<Caused> {
        let design = &self.design;
        let (_, geos, periods, _) = design.dims();
        let channel = &design.channels()[c];
        let weights = self.weights(d, c);
        let p = [self.draws.saturation[(d, c, 0)], self.draws.saturation[(d, c, 1)]];
        let end = window.to + weights.len() - 1;
        let mut out = vec![Caused::default(); multiples.len()];
        let (mut own, mut rest) = (vec![0.0; end], vec![0.0; end]);
        for g in 0..geos {
            let units: Vec<f64> = (0..end).map(|t| self.effect(d, c, g, t) * design.kpi_scale(g)).collect();
            let late = periods.saturating_sub(13)..periods;
            let after = late.clone().map(|t| design.panel.value_at(g, t)).sum::<f64>() / late.len() as f64;
            let worth = self.worth(d);
            let value = |t: usize| worth * if t < periods { design.panel.value_at(g, t) } else { after };
            let x: Vec<f64> = design.media.slice(s![c, g, ..]).to_vec();
            let mut add = |i: usize, t: usize, effect: f64, slope: f64| {
                let (o, unit) = (&mut out[i], units[t]);
                o.kpi += unit * effect;
                o.inside += if t < window.to { unit * effect } else { 0.0 };
                o.money += unit * effect * value(t);
                o.kpi_slope += unit * slope;
                o.money_slope += unit * slope * value(t);
            };
            if design.spec.adstock_first() {
                let mut inside = vec![0.0; window.to];
                inside[window.from..].iter_mut().zip(path.row(g)).for_each(|(i, p)| *i = *p);
                let mut outside = x;
                outside[window.from..window.to].fill(0.0);
                carry(&weights, &inside, 0.0, &mut own);
                // Media after the window works together with what the window carries out.
                rest.fill(0.0);
                let seen = outside.len().min(end);
                carry(&weights, &outside[..seen], design.before[(c, g)], &mut rest);
                for t in window.from..end {
                    let (u, v) = (own[t], rest[t]);
                    if u > 0.0 {
                        let without = channel.saturation.value(p, v);
                        for (i, m) in multiples.iter().enumerate() {
                            let (effect, slope) = channel.saturation.value_and_slope(p, m * u + v);
                            add(i, t, effect - without, slope * u);
                        }
                    }
                }
            } else {
                for t in window.from..window.to {
                    for (i, m) in multiples.iter().enumerate() {
                        let x = path[(g, t - window.from)];
                        let (effect, slope) = channel.saturation.value_and_slope(p, m * x);
                        for (l, w) in weights.iter().enumerate() {
                            add(i, t + l, w * effect, w * slope * x);
                        }
                    }
                }
            }
        }
        out
    }
}

/// Scaled media of channel `c` that stands for its usual spend over `window`, `G x window`, and that spend: what was run,
/// or, where nothing was, an even flight at the panel's mean rate with the panel's split over geos.
#[must_use]
pub fn usual_path(posterior: &Posterior, c: usize, window: Window) -> (Array2<f64>, f64) {
    let design = &posterior.design;
    let spend = design.spend(c).slice(s![.., window.from..window.to]).sum();
    let own = design.media.slice(s![c, .., window.from..window.to]);
    if spend > 0.0 && own.sum() > 0.0 {
        return (own.to_owned(), spend);
    }
    let (_, geos, periods, _) = design.dims();
    let mean = |g: usize| design.media.slice(s![c, g, ..]).sum() / periods as f64;
    let path = Array2::from_shape_fn((geos, window.len()), |(g, _)| mean(g));
    (path, design.spend(c).sum() * window.len() as f64 / periods as f64)
}
