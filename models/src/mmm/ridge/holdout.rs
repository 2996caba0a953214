//! Error of prediction over the last periods, by a model that has not seen them.

use ndarray::Array2;

use super::folds::Folds;
use super::library::Library;
use super::search::{PENALTIES, Scratch, search};
use crate::mmm::design::Design;

/// Predicted against actual over the periods held out, summed over geos, in KPI units.
#[derive(Debug, Clone, PartialEq)]
pub struct Holdout {
    /// First period held out.
    pub from: usize,
    /// Outcome, one a period.
    pub actual: Vec<f64>,
    /// Prediction, one a period.
    pub predicted: Vec<f64>,
}

impl Holdout {
    /// Mean of `|actual - predicted| / |actual|` over periods with an outcome; `None` where there is none.
    #[must_use]
    pub fn mape(&self) -> Option<f64> {
        mape(&self.actual, &self.predicted)
    }
}

/// Mean absolute percentage error over the entries with an actual value other than 0.
#[must_use]
pub fn mape(actual: &[f64], predicted: &[f64]) -> Option<f64> {
    let errors: Vec<f64> =
        actual.iter().zip(predicted).filter(|(a, _)| **a != 0.0).map(|(a, p)| ((a - p) / a).abs()).collect();
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

/// Searches and fits on all but the last `periods` and predicts those from their media and controls.
#[must_use]
pub fn holdout(
    design: &Design,
    z: &Array2<f64>,
    y: &[f64],
    library: &Library,
    fitted: &Folds,
    periods: usize,
) -> Option<Holdout> {
    let (_, geos, all, _) = design.dims();
    let ridge = design.spec.spec().ridge;
    let found = search(fitted, library, (ridge.starts / 2).max(2), design.spec.spec().seed);
    let best = found.first()?;
    let columns: Vec<usize> = best.shapes.iter().zip(&library.starts).map(|(s, start)| s + start).collect();
    let gram = &fitted.all.gram;
    let last = gram.ncols() - 1;
    let mut scratch = Scratch::default();
    scratch.fit(gram.view(), |j| gram[(j, last)], &columns, PENALTIES[best.penalty], &library.floor);
    let mut linear = fitted.all.project.column(last).to_owned();
    columns.iter().zip(&scratch.beta).for_each(|(&j, b)| linear.scaled_add(-b, &fitted.all.project.column(j)));
    let from = all - periods;
    let mut out = Holdout { from, actual: vec![0.0; periods], predicted: vec![0.0; periods] };
    for t in from..all {
        for g in 0..geos {
            let row = t * geos + g;
            let media: f64 = columns.iter().zip(&scratch.beta).map(|(&j, b)| library.columns[(row, j)] * b).sum();
            let scaled = z.row(row).dot(&linear) + media;
            let unscale = |v: f64| design.scales.geo_size[g] * design.scales.outcome_center + design.kpi_scale(g) * v;
            out.actual[t - from] += unscale(y[row]);
            out.predicted[t - from] += unscale(scaled);
        }
    }
    Some(out)
}
