//! Smooth densities of draws.

use serde::{Deserialize, Serialize};

/// A distribution, as draws or as a curve already computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Draws; smoothed here.
    Draws(Vec<f64>),
    /// Points `(value, density)`, values ascending; the height is relative.
    Curve(Vec<(f64, f64)>),
}

impl Shape {
    /// The curve over `low..=high` in `points` steps, highest point 1; empty for no finite draw.
    #[must_use]
    pub fn curve(&self, low: f64, high: f64, points: usize) -> Vec<(f64, f64)> {
        let raw = match self {
            Shape::Draws(draws) => smooth(draws, low, high, points),
            Shape::Curve(curve) => {
                curve.iter().copied().filter(|(x, y)| *x >= low && *x <= high && y.is_finite()).collect()
            }
        };
        let top = raw.iter().map(|p| p.1).fold(0.0, f64::max);
        if top > 0.0 { raw.into_iter().map(|(x, y)| (x, y / top)).collect() } else { Vec::new() }
    }

    /// Share of it above `line`; `None` when it is empty.
    #[must_use]
    pub fn share_above(&self, line: f64) -> Option<f64> {
        let weigh = |all: &mut dyn Iterator<Item = (f64, f64)>| {
            let (above, whole) = all.fold((0.0, 0.0), |(a, w), (x, y)| (if x > line { a + y } else { a }, w + y));
            (whole > 0.0).then(|| above / whole)
        };
        match self {
            Shape::Draws(draws) => weigh(&mut draws.iter().filter(|d| d.is_finite()).map(|d| (*d, 1.0))),
            Shape::Curve(curve) => weigh(&mut curve.iter().copied()),
        }
    }

    /// The values that hold 99% of it: from the 0.5% to the 99.5% quantile; `None` when it is empty.
    #[must_use]
    pub fn extent(&self) -> Option<(f64, f64)> {
        match self {
            Shape::Draws(draws) => {
                let mut sorted: Vec<f64> = draws.iter().copied().filter(|d| d.is_finite()).collect();
                sorted.sort_by(f64::total_cmp);
                let last = sorted.len().checked_sub(1)? as f64;
                Some((sorted[(last * 0.005).round() as usize], sorted[(last * 0.995).round() as usize]))
            }
            Shape::Curve(curve) => Some((curve.first()?.0, curve.last()?.0)),
        }
    }
}

/// Gaussian kernel density on an even grid with Silverman's bandwidth `0.9 min(sd, IQR/1.34) n^(-1/5)`.
///
/// Source: Silverman (1986), Density Estimation, eq. 3.31.
fn smooth(draws: &[f64], low: f64, high: f64, points: usize) -> Vec<(f64, f64)> {
    let mut sorted: Vec<f64> = draws.iter().copied().filter(|d| d.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if n == 0 || high <= low || points < 2 {
        return Vec::new();
    }
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let sd = (sorted.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n.max(2) as f64).sqrt();
    let quartile = |q: f64| sorted[((n - 1) as f64 * q).round() as usize];
    let iqr = (quartile(0.75) - quartile(0.25)) / 1.34;
    let width = if iqr > 0.0 { sd.min(iqr) } else { sd };
    let h = (0.9 * width * (n as f64).powf(-0.2)).max((high - low) / 200.0);
    // Draws are counted in bins a sixth of the bandwidth wide first: the curve is the same to the eye, and its cost no
    // longer grows with the number of draws.
    let bin = h / 6.0;
    let mut bins: Vec<(f64, f64)> = Vec::new();
    for draw in &sorted {
        match bins.last_mut() {
            Some(last) if draw - last.0 < bin => last.1 += 1.0,
            _ => bins.push((*draw, 1.0)),
        }
    }
    (0..points)
        .map(|i| {
            let x = low + (high - low) * i as f64 / (points - 1) as f64;
            let from = bins.partition_point(|b| b.0 < x - 4.0 * h);
            let near = bins[from..].iter().take_while(|b| b.0 <= x + 4.0 * h);
            (x, near.map(|b| b.1 * (-0.5 * ((x - b.0 - bin / 2.0) / h).powi(2)).exp()).sum())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_of_a_density_lies_where_the_draws_are() {
        let draws: Vec<f64> = (0..1000)
            .map(|i| 5.0 + ((f64::from(i) * 0.618_034).fract() + (f64::from(i) * 0.754_878).fract() - 1.0))
            .collect();
        let curve = Shape::Draws(draws).curve(0.0, 10.0, 101);
        let peak = curve.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|p| p.0);
        assert!(peak.is_some_and(|p| (p - 5.0).abs() < 0.3), "{peak:?}");
        assert!(curve[5].1 < 1e-3, "far from the draws there is nothing");
    }

    #[test]
    fn no_draws_give_no_curve() {
        assert!(Shape::Draws(vec![f64::NAN]).curve(0.0, 1.0, 10).is_empty());
        assert_eq!(Shape::Draws(vec![]).extent(), None);
    }
}
