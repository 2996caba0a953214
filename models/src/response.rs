//! Response curves: what each paid channel's spend over a window causes, draw by draw; all that the optimizer sees.

use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::mmm::incremental::{Caused, Flight, Scratch, Window, usual_path};
use crate::mmm::interval::Interval;
use crate::mmm::posterior::Posterior;

/// What a curve's outcome is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Money in the panel's currency.
    Money,
    /// KPI units: no money value is known.
    Kpi,
}

/// One channel's curve. `P` points of spend, `D` draws.
///
/// Spend is that over the whole window, spread over periods and geos as it was (or evenly where there was none); media
/// measured by exposure follows spend at the cost seen. Outcome counts the carry-out after the window.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Channel name.
    pub channel: String,
    /// Spend over the window as it was.
    pub current: f64,
    /// Spend over the window at the lowest and the highest rate that any four periods in a row of the panel have seen.
    pub observed: (f64, f64),
    /// Points of spend, ascending from 0, `P`.
    pub spend: Vec<f64>,
    /// Outcome at each point, `D x P`.
    pub outcome: Array2<f64>,
    /// Derivative of outcome by spend at each point, `D x P`.
    pub slope: Array2<f64>,
    mean_outcome: Vec<f64>,
    mean_slope: Vec<f64>,
}

/// Curves of all paid channels over one window, from one set of draws.
#[derive(Debug, Clone)]
pub struct CurveSet {
    /// What outcomes are counted in.
    pub unit: Unit,
    /// The window that spend and outcome are over.
    pub window: Window,
    /// Gross margin as a share of revenue, where known.
    pub margin: Option<f64>,
    /// One a paid channel, in model order.
    pub curves: Vec<Curve>,
}

/// A point of a curve as charts show it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Spend over the window.
    pub spend: f64,
    /// Outcome caused.
    pub outcome: Interval,
    /// Outcome of the next unit of spend, mean.
    pub marginal: f64,
    /// Whether the spend lies outside what was observed.
    pub extrapolated: bool,
}

/// Points of a curve; between them a cubic through values and slopes is exact to 1e-4 of the maximum (tested).
const POINTS: usize = 33;

/// Most draws behind curves; fewer where geos and channels are many, so that curves stay a matter of a second.
const MOST_DRAWS: usize = 1000;

impl CurveSet {
    /// Curves over `window` from 0 to `reach` times the current spend (`reach > 0`; 2.5 is usual).
    #[must_use]
    pub fn new(posterior: &Posterior, window: Window, reach: f64) -> Self {
        let design = &posterior.design;
        let (channels, geos, ..) = design.dims();
        let paid: Vec<usize> = (0..channels).filter(|&c| design.paid(c)).collect();
        let cells = paid.len() * POINTS * geos * (window.len() + 13);
        let draws = posterior.thin((20_000_000 / cells.max(1)).clamp(200, MOST_DRAWS));
        let unit = if design.has_money() { Unit::Money } else { Unit::Kpi };
        // Denser near 0, where curves bend most.
        let multiples: Vec<f64> = (0..POINTS).map(|i| reach * (i as f64 / (POINTS - 1) as f64).powf(1.5)).collect();
        let curves = paid
            .iter()
            .map(|&c| {
                let (path, base) = usual_path(posterior, c, window);
                let flight = Flight::new(posterior, c, window, path.view());
                let rows: Vec<[Vec<f64>; 2]> = draws
                    .par_iter()
                    .map_init(Scratch::default, |scratch, &d| {
                        let mut caused = [Caused::default(); POINTS];
                        flight.caused_in(scratch, d, &multiples, &mut caused);
                        match unit {
                            Unit::Money => caused
                                .iter()
                                .map(|k| (k.money, k.money_slope / base))
                                .unzip::<_, _, Vec<_>, Vec<_>>()
                                .into(),
                            Unit::Kpi => caused
                                .iter()
                                .map(|k| (k.kpi, k.kpi_slope / base))
                                .unzip::<_, _, Vec<_>, Vec<_>>()
                                .into(),
                        }
                    })
                    .collect();
                let grid = |which: usize| Array2::from_shape_fn((rows.len(), POINTS), |(d, i)| rows[d][which][i]);
                let name = design.channels()[c].name.clone();
                let current = design.spend(c).slice(ndarray::s![.., window.from..window.to]).sum();
                let spend = multiples.iter().map(|m| m * base).collect();
                let mut curve = Curve::new(name, current, spend, grid(0), grid(1));
                curve.observed = observed(&design.spend(c).sum_axis(ndarray::Axis(0)).to_vec(), window.len());
                curve
            })
            .collect();
        Self { unit, window, margin: design.panel.margin, curves }
    }

    /// Number of draws behind each curve.
    #[must_use]
    pub fn draws(&self) -> usize {
        self.curves.first().map_or(0, |c| c.outcome.nrows())
    }

    /// Spend over the window as it was, one a channel.
    #[must_use]
    pub fn current(&self) -> Vec<f64> {
        self.curves.iter().map(|c| c.current).collect()
    }
}

impl Curve {
    /// A curve through `outcome` and `slope` (`D x P`) at `spend` (`P`, ascending); observed range is all of it.
    #[must_use]
    pub fn new(channel: String, current: f64, spend: Vec<f64>, outcome: Array2<f64>, slope: Array2<f64>) -> Self {
        let mean = |a: &Array2<f64>| a.mean_axis(ndarray::Axis(0)).map_or_else(Vec::new, |m| m.to_vec());
        let (mean_outcome, mean_slope) = (mean(&outcome), mean(&slope));
        let observed = (0.0, spend.last().copied().unwrap_or(0.0));
        Self { channel, current, observed, spend, outcome, slope, mean_outcome, mean_slope }
    }

    /// Highest spend the curve reaches; beyond it outcome is held level, which promises nothing that was not computed.
    #[must_use]
    pub fn reach(&self) -> f64 {
        self.spend.last().copied().unwrap_or(0.0)
    }

    /// Weights of the two values and two slopes around `spend` that give the value there, and those that give the slope.
    fn hermite(&self, spend: f64) -> (usize, [f64; 4], [f64; 4]) {
        let last = self.spend.len() - 1;
        if spend >= self.spend[last] {
            return (last - 1, [0.0, 1.0, 0.0, 0.0], [0.0; 4]);
        }
        let i = self.spend.partition_point(|s| *s <= spend).saturating_sub(1).min(last - 1);
        let h = self.spend[i + 1] - self.spend[i];
        let u = ((spend - self.spend[i]) / h).max(0.0);
        let (u2, u3) = (u * u, u * u * u);
        let value = [2.0 * u3 - 3.0 * u2 + 1.0, 3.0 * u2 - 2.0 * u3, h * (u3 - 2.0 * u2 + u), h * (u3 - u2)];
        let rise = 6.0 * (u - u2) / h;
        (i, value, [-rise, rise, 3.0 * u2 - 4.0 * u + 1.0, 3.0 * u2 - 2.0 * u])
    }

    /// Mean outcome at `spend` and its slope.
    #[must_use]
    pub fn mean_at(&self, spend: f64) -> (f64, f64) {
        let (i, value, slope) = self.hermite(spend);
        let knots = [self.mean_outcome[i], self.mean_outcome[i + 1], self.mean_slope[i], self.mean_slope[i + 1]];
        let dot = |w: [f64; 4]| w.iter().zip(knots).map(|(a, b)| a * b).sum();
        (dot(value), dot(slope))
    }

    /// Adds `sign` times the outcome at `spend` to each draw of `into`, `D` long.
    pub fn add_draws(&self, spend: f64, sign: f64, into: &mut [f64]) {
        let (i, w, _) = self.hermite(spend);
        for (d, v) in into.iter_mut().enumerate() {
            let (o, s) = (&self.outcome, &self.slope);
            *v += sign * (w[0] * o[(d, i)] + w[1] * o[(d, i + 1)] + w[2] * s[(d, i)] + w[3] * s[(d, i + 1)]);
        }
    }

    /// Outcome at `spend` in every draw.
    #[must_use]
    pub fn draws_at(&self, spend: f64) -> Vec<f64> {
        let mut out = vec![0.0; self.outcome.nrows()];
        self.add_draws(spend, 1.0, &mut out);
        out
    }

    /// The point at `spend`.
    #[must_use]
    pub fn point(&self, spend: f64) -> CurvePoint {
        CurvePoint {
            spend,
            outcome: Interval::of(&mut self.draws_at(spend)),
            marginal: self.mean_at(spend).1,
            extrapolated: self.outside(spend),
        }
    }

    /// `n >= 2` points evenly spaced from 0 to the reach.
    #[must_use]
    pub fn points(&self, n: usize) -> Vec<CurvePoint> {
        (0..n).map(|i| self.point(self.reach() * i as f64 / (n - 1) as f64)).collect()
    }

    /// Whether `spend` lies outside the observed rates, by more than rounding.
    #[must_use]
    pub fn outside(&self, spend: f64) -> bool {
        let (low, high) = self.observed;
        spend < low * (1.0 - 1e-9) || spend > high * (1.0 + 1e-9)
    }
}

/// Lowest and highest mean over four periods in a row, times `periods`.
fn observed(spend: &[f64], periods: usize) -> (f64, f64) {
    let span = 4.min(spend.len()).max(1);
    let rates = spend.windows(span).map(|w| w.iter().sum::<f64>() / span as f64);
    let (low, high) = rates.fold((f64::INFINITY, 0.0f64), |(l, h), r| (l.min(r), h.max(r)));
    (low * periods as f64, high * periods as f64)
}
