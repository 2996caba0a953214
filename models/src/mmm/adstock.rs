//! Carry-over: weights over a window that sum to 1, and their convolution with a series.

use serde::{Deserialize, Serialize};

/// Shape of the carry-over. A draw holds two parameters a channel, named below; unused ones are 0.
///
/// | kind | `p[0]` | `p[1]` | weight of lag `l` before normalising |
/// |---|---|---|---|
/// | geometric | alpha, `0..1` | - | `alpha^l` |
/// | delayed | alpha, `0..1` | delay, `0..=L-1` periods | `alpha^((l - delay)^2)` |
/// | weibull_pdf | shape, `> 0` | scale, `> 0` periods | mass of `l..l+1`: `S(l) - S(l+1)`, `S(u) = exp(-(u/scale)^shape)` |
/// | weibull_cdf | shape, `> 0` | scale, `> 0` periods | `S(l)` |
///
/// The mass rather than the density is used for `weibull_pdf` because it stays finite for shapes below 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adstock {
    /// Constant share carried from period to period.
    Geometric,
    /// Peak after a delay.
    Delayed,
    /// Flexible peak.
    WeibullPdf,
    /// Flexible decay from the first period on.
    WeibullCdf,
}

impl Adstock {
    /// How many of the two parameters are in use.
    #[must_use]
    pub fn parameters(self) -> usize {
        if self == Adstock::Geometric { 1 } else { 2 }
    }

    /// Names of the parameters, for columns and tables.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Adstock::Geometric => &["alpha"],
            Adstock::Delayed => &["alpha", "delay"],
            Adstock::WeibullPdf | Adstock::WeibullCdf => &["weibull_shape", "weibull_scale"],
        }
    }

    /// Weights of lags `0..window`, normalised to sum 1. Where they all vanish in floating point, lag 0 gets it all.
    #[must_use]
    pub fn weights(self, p: [f64; 2], window: usize) -> Vec<f64> {
        let survival = |u: f64| (-(u / p[1]).powf(p[0])).exp();
        let mut power = 1.0;
        let mut w: Vec<f64> = (0..window.max(1))
            .map(|l| {
                let l = l as f64;
                match self {
                    Adstock::Geometric => {
                        let own = power;
                        power *= p[0];
                        own
                    }
                    Adstock::Delayed => p[0].powf((l - p[1]).powi(2)),
                    Adstock::WeibullPdf => survival(l) - survival(l + 1.0),
                    Adstock::WeibullCdf => survival(l),
                }
            })
            .collect();
        let sum: f64 = w.iter().sum();
        if sum.is_finite() && sum > 1e-300 {
            w.iter_mut().for_each(|x| *x /= sum);
        } else {
            w.fill(0.0);
            w[0] = 1.0;
        }
        w
    }
}

/// Writes `out[t] = sum_l w[l] x[t - l]`. Before the series stands the constant `before`; after it stand zeros, so an
/// `out` longer than `x` (at most by `w.len() - 1`) receives the carry-out.
pub fn carry(w: &[f64], x: &[f64], before: f64, out: &mut [f64]) {
    let n = x.len();
    out.fill(0.0);
    for (l, &weight) in w.iter().enumerate() {
        if weight == 0.0 {
            continue;
        }
        let end = (n + l).min(out.len());
        if l < end {
            for (o, v) in out[l..end].iter_mut().zip(x) {
                *o += weight * v;
            }
        }
        if before != 0.0 {
            out[..l.min(n)].iter_mut().for_each(|o| *o += weight * before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [Adstock; 4] = [Adstock::Geometric, Adstock::Delayed, Adstock::WeibullPdf, Adstock::WeibullCdf];

    proptest! {
        #[test]
        fn weights_sum_to_one_and_are_not_negative(k in 0usize..4, a in 0.01f64..0.99, b in 0.05f64..12.0, shape in 0.2f64..8.0, n in 1usize..60) {
            let p = if k < 2 { [a, b] } else { [shape, b] };
            let w = KINDS[k].weights(p, n);
            prop_assert_eq!(w.len(), n);
            prop_assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(w.iter().all(|x| *x >= 0.0));
        }

        #[test]
        fn nothing_is_lost_when_the_carry_out_is_counted(a in 0.0f64..0.99, x in prop::collection::vec(0.0f64..9.0, 1..40), n in 1usize..20) {
            let w = Adstock::Geometric.weights([a, 0.0], n);
            let mut out = vec![0.0; x.len() + n - 1];
            carry(&w, &x, 0.0, &mut out);
            prop_assert!((out.iter().sum::<f64>() - x.iter().sum::<f64>()).abs() < 1e-9);
        }
    }

    #[test]
    fn a_constant_that_always_ran_stays_itself() {
        let w = Adstock::Delayed.weights([0.6, 2.0], 9);
        let mut out = vec![0.0; 30];
        carry(&w, &[3.0; 30], 3.0, &mut out);
        assert!(out.iter().all(|v| (v - 3.0).abs() < 1e-12));
        // Negative control: without carry-in the first weeks fall short.
        carry(&w, &[3.0; 30], 0.0, &mut out);
        assert!(out[0] < 1.0 && (out[20] - 3.0).abs() < 1e-12);
    }

    #[test]
    fn geometric_weights_are_the_textbook_ones() {
        let w = Adstock::Geometric.weights([0.5, 0.0], 3);
        for (got, want) in w.iter().zip([4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0]) {
            assert!((got - want).abs() < 1e-15);
        }
        assert_eq!(Adstock::Geometric.weights([0.0, 0.0], 3), vec![1.0, 0.0, 0.0]);
    }
}
