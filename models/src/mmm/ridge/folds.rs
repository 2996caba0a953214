//! Cross-products of all candidate columns by block of periods, so that any fit or validation error is small algebra.

use linfa_linalg::cholesky::InverseC;
use ndarray::{Array1, Array2, ArrayView2, s};
use rayon::prelude::*;

use crate::mmm::design::Design;
use crate::mmm::features::Part;

/// The linear block with geo levels in front, `(T * G) x (G + K)`, rows `t * G + g`.
#[must_use]
pub fn linear_columns(design: &Design) -> Array2<f64> {
    let (_, geos, periods, k) = design.dims();
    let mut z = Array2::zeros((geos * periods, geos + k));
    for t in 0..periods {
        for g in 0..geos {
            z[(t * geos + g, g)] = 1.0;
            for j in 0..k {
                z[(t * geos + g, geos + j)] = design.z[(j, g, t)];
            }
        }
    }
    z
}

/// Penalties of the linear block: none on levels, next to none on trend, season, events and controls (enough to leave a
/// column alone that is all zero in a fold), on knots that of a normal prior of scale `knot_sd` at a noise of half a
/// robust standard deviation.
#[must_use]
pub fn linear_penalty(design: &Design) -> Array1<f64> {
    let knot = 0.25 / design.spec.spec().baseline.knot_sd.powi(2);
    let levels = (0..design.dims().1).map(|_| 1e-9);
    levels.chain(design.features.iter().map(|f| if f.part == Part::Knot { knot } else { 1e-3 })).collect()
}

/// Cross-products after the linear block has been regressed out: of candidate columns, and in the last place the outcome.
#[derive(Debug)]
pub struct Reduced {
    /// `(columns + 1)` squared.
    pub gram: Array2<f64>,
    /// Coefficients of the linear block for each column and the outcome, `(G + K) x (columns + 1)`.
    pub project: Array2<f64>,
    /// Inverse of the linear block's penalised cross-products, `(G + K)` squared.
    pub inverse: Array2<f64>,
}

/// One fold: what is fitted on, and what it is judged by.
#[derive(Debug)]
pub struct Fold {
    /// Cross-products over the periods fitted on.
    pub train: Array2<f64>,
    /// The same over the periods left out, of errors of prediction.
    pub test: Array2<f64>,
}

/// Folds over contiguous blocks of `rows`, and the reduction over all of them.
#[derive(Debug)]
pub struct Folds {
    /// One a block.
    pub folds: Vec<Fold>,
    /// Over all rows.
    pub all: Reduced,
    /// Number of rows.
    pub rows: usize,
}

impl Folds {
    /// Cross-products of `z` (linear block), `x` (candidates) and `y` over the first `periods` of `geos` rows each.
    #[must_use]
    pub fn new(
        z: &Array2<f64>,
        x: &Array2<f64>,
        y: &[f64],
        penalty: &Array1<f64>,
        geos: usize,
        periods: usize,
        folds: usize,
    ) -> Self {
        let edge = |f: usize| f * periods / folds * geos;
        let blocks: Vec<Array2<f64>> = (0..folds)
            .into_par_iter()
            .map(|f| {
                let rows = edge(f)..edge(f + 1);
                let outcome = Array1::from(y[rows.clone()].to_vec()).insert_axis(ndarray::Axis(1));
                let all = ndarray::concatenate![
                    ndarray::Axis(1),
                    z.slice(s![rows.clone(), ..]),
                    x.slice(s![rows, ..]),
                    outcome
                ];
                all.t().dot(&all)
            })
            .collect();
        let mut total = blocks[0].clone();
        blocks[1..].iter().for_each(|b| total += b);
        let p = z.ncols();
        let folds = blocks
            .par_iter()
            .map(|block| {
                let train = &total - block;
                let reduced = reduce(train.view(), p, penalty);
                Fold { test: errors(block.view(), p, &reduced.project), train: reduced.gram }
            })
            .collect();
        Self { folds, all: reduce(total.view(), p, penalty), rows: periods * geos }
    }
}

/// Regresses the first `p` columns out of the rest.
fn reduce(cross: ArrayView2<'_, f64>, p: usize, penalty: &Array1<f64>) -> Reduced {
    let mut zz = cross.slice(s![..p, ..p]).to_owned();
    zz.diag_mut().zip_mut_with(penalty, |d, v| *d += v);
    // Penalties keep the block positive definite, so this fails only on values that are not finite, which `validate`
    // has refused; the candidates then stay unprojected and lose the search.
    let inverse = zz.invc().unwrap_or_else(|_| Array2::zeros((p, p)));
    let zx = cross.slice(s![..p, p..]);
    let project = inverse.dot(&zx);
    let gram = &cross.slice(s![p.., p..]) - &zx.t().dot(&project);
    Reduced { gram, project, inverse }
}

/// Cross-products of `[x, y] - z project` over a block.
fn errors(cross: ArrayView2<'_, f64>, p: usize, project: &Array2<f64>) -> Array2<f64> {
    let zx = cross.slice(s![..p, p..]);
    let half = &zx - &(cross.slice(s![..p, ..p]).dot(project) * 0.5);
    let product = half.t().dot(project);
    &cross.slice(s![p.., p..]) - &product - product.t()
}
