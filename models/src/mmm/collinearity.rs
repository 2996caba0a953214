//! How much of a channel's movement is its own: variance inflation against the other channels and the baseline.

use linfa_linalg::cholesky::InverseC;
use ndarray::{Array2, Axis, concatenate};

use super::posterior::Posterior;
use super::ridge::folds::{linear_columns, linear_penalty};

/// Variance inflation of each channel's transformed media, `>= 1`, averaged over a few draws: its sum of squares around its
/// geo means over what is left of it when the other channels and the linear block are regressed out. Infinite where
/// nothing is left.
#[must_use]
pub fn inflation(posterior: &Posterior) -> Vec<f64> {
    let design = &posterior.design;
    let (channels, geos, periods, _) = design.dims();
    let z = linear_columns(design);
    let penalty = linear_penalty(design);
    let draws = posterior.thin(9);
    let mut sum = vec![0.0; channels];
    for &d in &draws {
        let mut x = Array2::zeros((geos * periods, channels));
        let mut h = vec![0.0; periods];
        for c in 0..channels {
            let weights = posterior.weights(d, c);
            for g in 0..geos {
                let media = design.media.slice(ndarray::s![c, g, ..]).to_vec();
                posterior.transform(d, c, &weights, &media, design.before[(c, g)], &mut h);
                let mean = h.iter().sum::<f64>() / periods as f64;
                h.iter().enumerate().for_each(|(t, v)| x[(t * geos + g, c)] = v - mean);
            }
        }
        for mut column in x.columns_mut() {
            let length = column.dot(&column).sqrt();
            column /= length.max(1e-300);
        }
        let all = concatenate![Axis(1), x, z];
        let mut gram = all.t().dot(&all);
        for (i, v) in gram.diag_mut().iter_mut().enumerate() {
            // Columns have length 1, so this caps inflation near 1e6 where two channels are the same.
            *v += if i < channels { 1e-6 } else { penalty[i - channels] };
        }
        match gram.invc() {
            Ok(inverse) => (0..channels).for_each(|c| sum[c] += inverse[(c, c)].max(1.0)),
            Err(_) => sum.fill(f64::INFINITY),
        }
    }
    sum.iter().map(|s| s / draws.len().max(1) as f64).collect()
}
