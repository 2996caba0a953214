//! A set of response curves as a long table, a row a draw and point, exact to the bit.

use std::path::Path;

use ndarray::Array2;
use tandem_models::mmm::incremental::Window;
use tandem_models::response::{Curve, CurveSet, Unit};

use super::columns::{self, Values};
use crate::analysis::error::{AnalysisError, Result};

/// Writes a set; its curves have equally many draws and points.
///
/// # Errors
/// Disk faults.
pub fn write(path: &Path, set: &CurveSet) -> Result<()> {
    let rows = set.curves.first().map_or(1, |c| c.outcome.len());
    let mut out: Vec<(String, Values)> = Vec::new();
    let mut put = |name: String, values: Vec<f64>| out.push((name, Values::Float(values)));
    for (name, value) in [
        ("money", f64::from(u8::from(set.unit == Unit::Money))),
        ("margin", set.margin.unwrap_or(f64::NAN)),
        ("from", set.window.from as f64),
        ("to", set.window.to as f64),
    ] {
        put(name.into(), vec![value; rows]);
    }
    for (at, c) in set.curves.iter().enumerate() {
        let draws = c.outcome.nrows();
        put(format!("spend[{at}]{}", c.channel), c.spend.repeat(draws));
        put(format!("outcome[{at}]"), c.outcome.iter().copied().collect());
        put(format!("slope[{at}]"), c.slope.iter().copied().collect());
        put(format!("current[{at}]"), vec![c.current; rows]);
        put(format!("least[{at}]"), vec![c.observed.0; rows]);
        put(format!("most[{at}]"), vec![c.observed.1; rows]);
    }
    columns::write(path, out)
}

/// Reads a set back.
///
/// # Errors
/// `NotFound` where the file is not there, faults where it is not what [`write`] wrote.
pub fn read(path: &Path) -> Result<CurveSet> {
    let mut all = columns::read(path)?;
    let broken = || AnalysisError::fault("the kept curves are damaged");
    let mut one = |name: &str| all.remove(name).and_then(|v| v.first().copied()).ok_or_else(broken);
    let (money, margin) = (one("money")?, one("margin")?);
    let window = Window { from: one("from")? as usize, to: one("to")? as usize };
    let mut curves = Vec::new();
    loop {
        let prefix = format!("spend[{}]", curves.len());
        let Some(label) = all.keys().find(|k| k.starts_with(&prefix)).cloned() else { break };
        let spend = all.remove(&label).unwrap_or_default();
        // One draw's points: spend rises until the next draw begins at 0 again.
        let points = spend.windows(2).position(|w| w[1] <= w[0]).map_or(spend.len(), |last| last + 1);
        let mut take = |name: &str| all.remove(&format!("{name}[{}]", curves.len())).ok_or_else(broken);
        let grid = |values: Vec<f64>| {
            Array2::from_shape_vec((values.len() / points.max(1), points), values).map_err(|_| broken())
        };
        let (outcome, slope) = (grid(take("outcome")?)?, grid(take("slope")?)?);
        let mut first = |name: &str| take(name)?.first().copied().ok_or_else(broken);
        let (current, observed) = (first("current")?, (first("least")?, first("most")?));
        let mut curve = Curve::new(label[prefix.len()..].to_owned(), current, spend[..points].to_vec(), outcome, slope);
        curve.observed = observed;
        curves.push(curve);
    }
    let unit = if money > 0.0 { Unit::Money } else { Unit::Kpi };
    Ok(CurveSet { unit, window, margin: (!margin.is_nan()).then_some(margin), curves })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_read_back_to_the_bit() {
        let curve = |name: &str, scale: f64| {
            let grid =
                |k: f64| Array2::from_shape_fn((3, 4), |(d, p)| scale * (0.1 + d as f64).powf(0.3) * p as f64 / k);
            let mut curve = Curve::new(
                name.into(),
                7.0 * scale,
                (0..4).map(|p| f64::from(p) / 3.0).collect(),
                grid(3.0),
                grid(7.0),
            );
            curve.observed = (0.1 * scale, 0.3);
            curve
        };
        let set = CurveSet {
            unit: Unit::Money,
            window: Window { from: 2, to: 9 },
            margin: None,
            curves: vec![curve("tv [1]", 1.0), curve("a", 1.0 / 3.0)],
        };
        let folder = tempfile::tempdir().expect("temp dir");
        let path = folder.path().join("c.parquet");
        write(&path, &set).expect("writes");
        let again = read(&path).expect("reads");
        assert_eq!((again.unit, again.window, again.margin), (set.unit, set.window, set.margin));
        for (a, b) in again.curves.iter().zip(&set.curves) {
            assert_eq!((&a.channel, a.current, a.observed, &a.spend), (&b.channel, b.current, b.observed, &b.spend));
            assert_eq!((&a.outcome, &a.slope), (&b.outcome, &b.slope));
        }
        assert_eq!(again.curves.len(), 2);
        let none = CurveSet { margin: Some(0.25), curves: Vec::new(), ..set };
        write(&path, &none).expect("writes");
        let again = read(&path).expect("reads");
        assert_eq!((again.margin, again.curves.len()), (Some(0.25), 0));
    }
}
