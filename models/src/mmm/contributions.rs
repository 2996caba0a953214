//! Contributions over time, with fitted and actual outcome beside them; means add up period by period.

use ndarray::{Array2, Axis};
use rayon::prelude::*;
use serde::Serialize;

use super::answers::MOST_DRAWS;
use super::interval::Interval;
use super::posterior::Posterior;
use super::ridge::mape;

/// One named series over the periods of the panel, summed over geos, in KPI units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// Channel name, or `baseline`, or `fitted`.
    pub name: String,
    /// One a period, `T`.
    pub over_time: Vec<Interval>,
    /// Sum over all periods; its mean is the sum of the means of `over_time`.
    pub total: Interval,
}

/// Everything behind the contribution chart and the fit chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contributions {
    /// First day of each period, ISO 8601.
    pub periods: Vec<String>,
    /// One a channel, in model order.
    pub channels: Vec<Series>,
    /// Everything that no channel caused.
    pub baseline: Series,
    /// Channels and baseline together.
    pub fitted: Series,
    /// The outcome as it was.
    pub actual: Vec<f64>,
    /// Share of the variance of `actual` that the mean of `fitted` explains.
    pub r2: f64,
    /// Mean absolute percentage error of the mean of `fitted`, periods without an outcome left out; `None` if all are.
    pub mape: Option<f64>,
    /// Share of periods and draws in which the baseline is below zero; high means the model gives media too much.
    pub negative_baseline: f64,
}

/// Draws told over time, geos summed: what answers over windows and contributions over time are both made of.
#[derive(Debug, Clone)]
pub struct OverTime {
    /// Which draws.
    pub draws: Vec<usize>,
    /// By draw, channels in model order, then the baseline, then all together as rows over periods.
    pub rows: Vec<Array2<f64>>,
}

impl OverTime {
    /// Of at most [`MOST_DRAWS`] draws.
    #[must_use]
    pub fn of(posterior: &Posterior) -> Self {
        let (channels, _, periods, _) = posterior.design.dims();
        let draws = posterior.thin(MOST_DRAWS);
        let rows = draws
            .par_iter()
            .map(|&d| {
                let expanded = posterior.expand(d);
                let mut out = Array2::zeros((channels + 2, periods));
                for (c, plane) in expanded.media.outer_iter().enumerate() {
                    plane.rows().into_iter().for_each(|geo| out.row_mut(c).zip_mut_with(&geo, |o, v| *o += v));
                }
                let geos = expanded.baseline.rows();
                geos.into_iter().for_each(|geo| out.row_mut(channels).zip_mut_with(&geo, |o, v| *o += v));
                let fitted = out.sum_axis(Axis(0));
                out.row_mut(channels + 1).assign(&fitted);
                out
            })
            .collect();
        Self { draws, rows }
    }
}

/// Contributions over all periods.
#[must_use]
pub fn contributions(posterior: &Posterior) -> Contributions {
    contributions_of(posterior, &OverTime::of(posterior))
}

/// The same from draws that were told already.
#[must_use]
pub fn contributions_of(posterior: &Posterior, told: &OverTime) -> Contributions {
    let design = &posterior.design;
    let (channels, _, periods, _) = design.dims();
    let rows = &told.rows;
    let series = |row: usize, name: &str| Series {
        name: name.to_owned(),
        over_time: over_time(rows, row),
        total: Interval::from_draws(rows.iter().map(|r| r.row(row).sum())),
    };
    let actual: Vec<f64> = design.panel.outcome.sum_axis(Axis(0)).to_vec();
    let fitted = series(channels + 1, "fitted");
    let predicted: Vec<f64> = fitted.over_time.iter().map(|i| i.mean).collect();
    let negative = rows.iter().flat_map(|r| r.row(channels).to_vec()).filter(|b| *b < 0.0).count();
    Contributions {
        periods: design.panel.periods.iter().map(ToString::to_string).collect(),
        channels: (0..channels).map(|c| series(c, &design.channels()[c].name)).collect(),
        baseline: series(channels, "baseline"),
        r2: r2(&actual, &predicted),
        mape: mape(&actual, &predicted),
        negative_baseline: negative as f64 / (rows.len() * periods) as f64,
        fitted,
        actual,
    }
}

/// Periods read from every draw at once: those that lie in one line of the cache.
const AT_ONCE: usize = 8;

/// Intervals over draws of row `row`, one a period.
fn over_time(draws: &[Array2<f64>], row: usize) -> Vec<Interval> {
    let periods = draws.first().map_or(0, Array2::ncols);
    let spans: Vec<usize> = (0..periods).step_by(AT_ONCE).collect();
    let told: Vec<Vec<Interval>> = spans
        .into_par_iter()
        .map(|from| {
            let mut at = vec![Vec::with_capacity(draws.len()); AT_ONCE.min(periods - from)];
            for draw in draws {
                let row = draw.row(row);
                at.iter_mut().zip(row.iter().skip(from)).for_each(|(at, v)| at.push(*v));
            }
            at.iter_mut().map(|at| Interval::of(at)).collect()
        })
        .collect();
    told.concat()
}

/// `1 - residual sum of squares / total sum of squares`.
#[must_use]
pub fn r2(actual: &[f64], predicted: &[f64]) -> f64 {
    let mean = actual.iter().sum::<f64>() / actual.len() as f64;
    let total: f64 = actual.iter().map(|a| (a - mean).powi(2)).sum();
    let rest: f64 = actual.iter().zip(predicted).map(|(a, p)| (a - p).powi(2)).sum();
    1.0 - rest / total
}
