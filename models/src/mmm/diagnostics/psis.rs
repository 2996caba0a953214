//! Pareto-smoothed importance sampling: how much a single observation moves the posterior, and leaving it out for free.
//!
//! Source: Vehtari, Simpson, Gelman, Yao, Gabry (2024), "Pareto smoothed importance sampling"; the generalised Pareto fit
//! is Zhang and Stephens (2009).

/// Smoothed importance weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothed {
    /// Shape of the tail: below 0.7 the weights can be relied on; above, this observation dominates.
    pub k: f64,
    /// Normalised log weights, one a draw.
    pub log_weights: Vec<f64>,
}

/// Smooths `log_ratios`, at least 25 of them, taken as independent draws.
#[must_use]
pub fn smooth(log_ratios: &[f64]) -> Smoothed {
    let n = log_ratios.len();
    let top = log_ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut x: Vec<f64> = log_ratios.iter().map(|r| r - top).collect();
    let tail = (0.2 * n as f64).min(3.0 * (n as f64).sqrt()).ceil() as usize;
    let mut k = f64::INFINITY;
    if tail + 1 < n {
        let cut = *x.clone().select_nth_unstable_by(n - 1 - tail, f64::total_cmp).1;
        let cut = cut.max(f64::MIN_POSITIVE.ln());
        let mut members: Vec<usize> = (0..n).filter(|&i| x[i] > cut).collect();
        members.sort_unstable_by(|a, b| x[*a].total_cmp(&x[*b]).then(a.cmp(b)));
        if members.len() > 4 {
            let floor = cut.exp();
            let excess: Vec<f64> = members.iter().map(|&i| x[i].exp() - floor).collect();
            let (shape, scale) = fit(&excess);
            k = shape;
            if shape.is_finite() {
                let m = members.len() as f64;
                for (rank, &i) in members.iter().enumerate() {
                    let p = (rank as f64 + 0.5) / m;
                    let q = if shape.abs() < 1e-12 {
                        -scale * (-p).ln_1p()
                    } else {
                        scale * ((-shape * (-p).ln_1p()).exp_m1()) / shape
                    };
                    x[i] = (q + floor).ln().min(0.0);
                }
            }
        }
    }
    let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total = top + x.iter().map(|v| (v - top).exp()).sum::<f64>().ln();
    x.iter_mut().for_each(|v| *v -= total);
    Smoothed { k, log_weights: x }
}

/// Shape and scale of a generalised Pareto over ascending excesses, with the weak prior of the source on the shape.
fn fit(x: &[f64]) -> (f64, f64) {
    let n = x.len();
    let points = 30 + (n as f64).sqrt() as usize;
    let quarter = x[((n as f64 / 4.0 + 0.5) as usize).max(1) - 1];
    let b: Vec<f64> = (1..=points)
        .map(|i| (1.0 - (points as f64 / (i as f64 - 0.5)).sqrt()) / (3.0 * quarter) + 1.0 / x[n - 1])
        .collect();
    // one logarithm for a handful of factors; where their product leaves the numbers, one each
    let logs = |b: f64, part: &[f64]| {
        let product: f64 = part.iter().map(|v| 1.0 - b * v).product();
        if product.is_normal() { product.ln() } else { part.iter().map(|v| (-b * v).ln_1p()).sum() }
    };
    let shape_at = |b: f64| x.chunks(8).map(|part| logs(b, part)).sum::<f64>() / n as f64;
    let scores: Vec<f64> = b
        .iter()
        .map(|&b| {
            let k = shape_at(b);
            n as f64 * ((-(b / k)).ln() - k - 1.0)
        })
        .collect();
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = scores.iter().map(|s| (s - best).exp()).collect();
    let all: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= all);
    // points that carry no weight only bring rounding
    weights.iter_mut().filter(|w| **w < 10.0 * f64::EPSILON).for_each(|w| *w = 0.0);
    let total: f64 = weights.iter().sum();
    let b_post = b.iter().zip(&weights).map(|(b, w)| b * w / total).sum::<f64>();
    let k = shape_at(b_post);
    let scale = -k / b_post;
    ((n as f64 * k + 5.0) / (n as f64 + 10.0), scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Case {
        name: String,
        log_ratios: Vec<f64>,
        k: f64,
        log_weights: Vec<f64>,
    }

    #[derive(Deserialize)]
    struct Goldens {
        ratios: Vec<Case>,
    }

    #[test]
    fn results_match_arviz() {
        let text = include_str!("../../../tests/goldens/convergence.json");
        let goldens: Goldens = serde_json::from_str(text).expect("the goldens parse");
        for case in goldens.ratios {
            let got = smooth(&case.log_ratios);
            assert!((got.k - case.k).abs() < 1e-6, "{}: k {} {}", case.name, got.k, case.k);
            for (got, want) in got.log_weights.iter().zip(&case.log_weights) {
                assert!((got - want).abs() < 1e-6, "{}: {got} {want}", case.name);
            }
        }
    }
}
