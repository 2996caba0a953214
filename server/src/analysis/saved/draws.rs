//! Draws as one column a parameter, with `chain` and `draw` in front as ArviZ and pandas expect them.

use std::path::Path;

use ndarray::{Array1, Array2, Array3};
use tandem_models::mmm::design::Design;
use tandem_models::mmm::posterior::{Draws, Posterior};

use super::columns::{self, Values};
use crate::analysis::error::Result;

pub(super) const FILE: &str = "draws.parquet";

/// Names of parameters by their array, in the order in which arrays are flattened behind the draw.
struct Names {
    channels: Vec<String>,
    geos: Vec<String>,
    features: Vec<String>,
}

impl Names {
    fn of(design: &Design) -> Self {
        Self {
            channels: design.channels().iter().map(|c| c.name.clone()).collect(),
            geos: design.panel.geos.clone(),
            // By place, because two features may share a label.
            features: (0..design.features.len()).map(|k| k.to_string()).collect(),
        }
    }

    fn pairs(name: &str, outer: &[String], inner: &[String]) -> Vec<String> {
        outer.iter().flat_map(|a| inner.iter().map(move |b| format!("{name}[{a},{b}]"))).collect()
    }

    fn single(name: &str, of: &[String]) -> Vec<String> {
        of.iter().map(|a| format!("{name}[{a}]")).collect()
    }
}

pub(super) fn write(path: &Path, posterior: &Posterior) -> Result<()> {
    let draws = &posterior.draws;
    let names = Names::of(&posterior.design);
    let rows = draws.intercept.nrows();
    let each = (rows / draws.chains.max(1)).max(1);
    let mut out: Vec<(String, Values)> = vec![
        ("chain".into(), Values::Int((0..rows).map(|d| (d / each) as i64).collect())),
        ("draw".into(), Values::Int((0..rows).map(|d| (d % each) as i64).collect())),
    ];
    let two = ["0".to_owned(), "1".to_owned()];
    let mut put = |labels: Vec<String>, values: Array2<f64>| {
        for (label, column) in labels.into_iter().zip(values.columns()) {
            out.push((label, Values::Float(column.to_vec())));
        }
    };
    put(Names::pairs("adstock", &names.channels, &two), flat(&draws.adstock));
    put(Names::pairs("saturation", &names.channels, &two), flat(&draws.saturation));
    put(Names::pairs("beta", &names.channels, &names.geos), flat(&draws.beta));
    if !draws.drift.is_empty() {
        put(Names::pairs("drift", &names.channels, &knots(draws.drift.dim().2)), flat(&draws.drift));
    }
    put(Names::single("intercept", &names.geos), draws.intercept.clone());
    put(Names::single("linear", &names.features), draws.linear.clone());
    if !draws.geo_linear.is_empty() {
        put(Names::pairs("geo_linear", &names.geos, &names.features), flat(&draws.geo_linear));
    }
    put(Names::single("sigma", &names.geos), draws.sigma.clone());
    if !draws.worth.is_empty() {
        put(Names::single("worth", &names.channels), draws.worth.clone());
    }
    if !draws.dispersion.is_empty() {
        out.push(("dispersion".into(), Values::Float(draws.dispersion.to_vec())));
    }
    columns::write(path, out)
}

pub(super) fn read(path: &Path, design: &Design) -> Result<Draws> {
    let names = Names::of(design);
    let mut columns = columns::read(path)?;
    let chain = columns.remove("chain").unwrap_or_default();
    let rows = chain.len();
    let (c, g, _, k) = design.dims();
    let two = ["0".to_owned(), "1".to_owned()];
    let shared = !columns.keys().any(|name| name.starts_with("geo_linear["));
    let moves = design.drift_knots();
    // One for all channels in runs of earlier versions.
    let common = columns.remove("worth");
    let own = columns.keys().any(|name| name.starts_with("worth["));
    let dispersion = columns.remove("dispersion").unwrap_or_default();
    let mut block = |labels: Vec<String>| -> Result<Array2<f64>> {
        let mut values = Array2::zeros((rows, labels.len()));
        for (label, mut column) in labels.iter().zip(values.columns_mut()) {
            column.assign(&Array1::from(columns::take(&mut columns, label, rows)?));
        }
        Ok(values)
    };
    Ok(Draws {
        chains: chain.last().map_or(1, |last| *last as usize + 1),
        adstock: cube(&block(Names::pairs("adstock", &names.channels, &two))?, (rows, c, 2)),
        saturation: cube(&block(Names::pairs("saturation", &names.channels, &two))?, (rows, c, 2)),
        beta: cube(&block(Names::pairs("beta", &names.channels, &names.geos))?, (rows, c, g)),
        drift: if moves == 0 {
            Array3::zeros((0, 0, 0))
        } else {
            cube(&block(Names::pairs("drift", &names.channels, &knots(moves)))?, (rows, c, moves))
        },
        intercept: block(Names::single("intercept", &names.geos))?,
        linear: block(Names::single("linear", &names.features))?,
        geo_linear: if shared {
            Array3::zeros((0, 0, 0))
        } else {
            cube(&block(Names::pairs("geo_linear", &names.geos, &names.features))?, (rows, g, k))
        },
        sigma: block(Names::single("sigma", &names.geos))?,
        worth: match common {
            Some(all) => Array2::from_shape_fn((rows, c), |(d, _)| all[d]),
            None if own => block(Names::single("worth", &names.channels))?,
            None => Array2::zeros((0, 0)),
        },
        dispersion: Array1::from(dispersion),
    })
}

/// Names of a drift's knots, by place.
fn knots(n: usize) -> Vec<String> {
    (0..n).map(|k| k.to_string()).collect()
}

fn flat(cube: &Array3<f64>) -> Array2<f64> {
    let (d, a, b) = cube.dim();
    Array2::from_shape_fn((d, a * b), |(i, j)| cube[(i, j / b, j % b)])
}

fn cube(flat: &Array2<f64>, (d, a, b): (usize, usize, usize)) -> Array3<f64> {
    Array3::from_shape_fn((d, a, b), |(i, j, k)| flat[(i, j * b + k)])
}
