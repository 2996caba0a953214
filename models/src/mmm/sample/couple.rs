//! How the parameters of one channel bend and widen with each other, learned from draws.
//!
//! A channel that does little says little about its carry-over and saturation: their spread depends on the size of effect,
//! and their centre curves with it. `x_i = curve_i(t) + exp(spread_i . t) w_i`, where `t` are the channel's earlier
//! coordinates, held to a bounded range: triangular, so that the volume is a sum and the slopes come by one pass back.

use super::lanes::exp;
use super::square::{Square, solve};

/// Earlier coordinates are held within this many standard deviations: what lies beyond was not seen.
const HELD: f64 = 2.5;

/// Draws that the belief in no coupling is worth, a coefficient.
pub const DOUBT: f64 = 12.0;

/// One coordinate given the earlier ones of its group.
#[derive(Debug, Clone, PartialEq, Default)]
struct Given {
    /// Constant, then products `t_j t_k`, `j <= k`.
    curve: Vec<f64>,
    /// Constant, then one for each `t_j`.
    spread: Vec<f64>,
}

/// Coordinates that belong together, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The first of them.
    first: usize,
    given: Vec<Given>,
}

/// `w` held, and the slope of that.
#[inline(always)]
pub fn held(w: f64) -> (f64, f64) {
    let inv = 1.0 / (1.0 + (w / HELD) * (w / HELD)).sqrt();
    (w * inv, inv * inv * inv)
}

/// `sum_jk c_jk t_j t_k`, its slopes added by `slope(j, d)`.
#[inline(always)]
fn curve(c: &[f64], t: &[f64], mut slope: impl FnMut(usize, f64)) -> f64 {
    let mut out = c[0];
    let mut at = 1;
    for j in 0..t.len() {
        for k in j..t.len() {
            out += c[at] * t[j] * t[k];
            slope(j, c[at] * t[k]);
            slope(k, c[at] * t[j]);
            at += 1;
        }
    }
    out
}

/// `c_0 + sum_j c_j t_j`.
#[inline(always)]
fn line(c: &[f64], t: &[f64]) -> f64 {
    c[0] + c[1..].iter().zip(t).map(|(c, t)| c * t).sum::<f64>()
}

/// Largest group; parameters of a channel beyond stay as they are.
pub const MOST: usize = 12;

impl Group {
    /// The coupling of columns `first..first + len` of `draws`, worth `independent` of them; and the held coordinates that it
    /// makes of each draw.
    #[must_use]
    pub fn of(first: usize, len: usize, draws: &[Vec<f64>], independent: f64) -> (Group, Vec<Vec<f64>>) {
        let n = draws.len() as f64;
        let mut given = Vec::new();
        // held coordinates of each draw, as far as they are known
        let mut t: Vec<Vec<f64>> = vec![Vec::new(); draws.len()];
        for i in 0..len {
            let x: Vec<f64> = draws.iter().map(|d| d[first + i]).collect();
            let doubt = n / independent.max(1.0) * DOUBT;
            let products = |t: &[f64]| -> Vec<f64> {
                let mut out = vec![1.0];
                for j in 0..t.len() {
                    out.extend(t[j..].iter().map(|k| t[j] * k));
                }
                out
            };
            let rows: Vec<Vec<f64>> = t.iter().map(|t| products(t)).collect();
            let curve_own = regress(&rows, &x, doubt);
            let rest: Vec<f64> = x
                .iter()
                .zip(&rows)
                .map(|(x, r)| x - r.iter().zip(&curve_own).map(|(a, b)| a * b).sum::<f64>())
                .collect();
            let rows: Vec<Vec<f64>> = t.iter().map(|t| [&[1.0], t.as_slice()].concat()).collect();
            let spread = widen(&rows, &rest, doubt);
            for ((t, rest), row) in t.iter_mut().zip(&rest).zip(&rows) {
                let log: f64 = row.iter().zip(&spread).map(|(a, b)| a * b).sum();
                t.push(held(rest * (-log).exp()).0);
            }
            given.push(Given { curve: curve_own, spread });
        }
        (Group { first, given }, t)
    }

    /// `x` from `w`, in place; the logarithm of the volume.
    #[inline]
    pub fn place(&self, x: &mut [f64], w: &[f64]) -> f64 {
        let mut t = [0.0; MOST];
        let mut volume = 0.0;
        for (i, given) in self.given.iter().enumerate() {
            let own = w[self.first + i];
            t[i] = held(own).0;
            if given.curve.is_empty() {
                x[self.first + i] = own;
                continue;
            }
            let log = line(&given.spread, &t[..i]);
            volume += log;
            x[self.first + i] = curve(&given.curve, &t[..i], |_, _| {}) + exp(log) * own;
        }
        volume
    }

    /// Slopes by `w` from slopes by `x`, in place; the volume's slope is added.
    #[inline]
    pub fn pull(&self, g: &mut [f64], w: &[f64]) {
        let n = self.given.len();
        let (mut t, mut turn, mut by_t) = ([0.0; MOST], [0.0; MOST], [0.0; MOST]);
        for i in 0..n {
            (t[i], turn[i]) = held(w[self.first + i]);
        }
        for (i, given) in self.given.iter().enumerate().rev() {
            let slope = &mut g[self.first + i];
            if !given.curve.is_empty() {
                let by_x = *slope;
                let wide = exp(line(&given.spread, &t[..i]));
                curve(&given.curve, &t[..i], |j, d| by_t[j] += by_x * d);
                for (by, c) in by_t[..i].iter_mut().zip(&given.spread[1..]) {
                    *by += c * (1.0 + by_x * wide * w[self.first + i]);
                }
                *slope = by_x * wide;
            }
            *slope += by_t[i] * turn[i];
        }
    }
}

/// Coefficients of `y` on `rows`, all but the constant pulled to 0 by `doubt` rows.
fn regress(rows: &[Vec<f64>], y: &[f64], doubt: f64) -> Vec<f64> {
    let k = rows.first().map_or(1, Vec::len);
    let mut gram = Square::zeros(k);
    let mut right = vec![0.0; k];
    for (row, y) in rows.iter().zip(y) {
        for (i, a) in row.iter().enumerate() {
            right[i] += a * y;
            for (j, b) in row.iter().enumerate().take(i + 1) {
                gram.add(i, j, a * b);
            }
        }
    }
    for i in 1..k {
        gram.add(i, i, doubt);
    }
    solve(gram, &right).unwrap_or_else(|| vec![0.0; k])
}

/// `c` such that `y` has standard deviation `exp(rows c)`: Fisher scoring of a gamma regression of `y^2` with logarithmic link.
fn widen(rows: &[Vec<f64>], y: &[f64], doubt: f64) -> Vec<f64> {
    let k = rows.first().map_or(1, Vec::len);
    let mean = y.iter().map(|y| y * y).sum::<f64>() / y.len().max(1) as f64;
    let mut c = vec![0.0; k];
    c[0] = 0.5 * mean.max(1e-12).ln();
    for _ in 0..6 {
        let working: Vec<f64> = rows
            .iter()
            .zip(y)
            .map(|(row, y)| {
                let log: f64 = row.iter().zip(&c).map(|(a, b)| a * b).sum();
                // one far draw must not set the spread of all; half, as c is of the logarithm of a standard deviation
                log + 0.5 * ((y * y * (-2.0 * log).exp()).min(12.0) - 1.0)
            })
            .collect();
        c = regress(rows, &working, doubt);
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::StandardNormal;

    fn draws() -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        (0..4000)
            .map(|_| {
                let mut n = || rng.sample::<f64, _>(StandardNormal);
                let (a, b, c) = (n(), n(), n());
                // the second curves with the first, the third widens with it
                vec![a, 0.5 * (a * a - 1.0) + b, (0.6 * a).exp() * c]
            })
            .collect()
    }

    #[test]
    fn a_curve_and_a_funnel_are_learned() {
        let (group, _) = Group::of(0, 3, &draws(), 4000.0);
        let mut x = [0.0; 3];
        group.place(&mut x, &[1.5, 0.0, 1.0]);
        let (second, third) = (x[1], x[2]);
        assert!((second - 0.5 * 1.25).abs() < 0.25, "{second}");
        assert!((third / 0.9f64.exp() - 1.0).abs() < 0.25, "{third}");
    }

    #[test]
    fn slopes_and_volume_are_those_of_the_map() {
        let (group, _) = Group::of(0, 3, &draws(), 4000.0);
        let w = [0.7, -1.1, 0.4];
        // a linear function of x plus the volume
        let f = |w: &[f64]| {
            let mut x = [0.0; 3];
            let volume = group.place(&mut x, w);
            2.0 * x[0] - 0.5 * x[1] + 1.5 * x[2] + volume
        };
        let mut g = [2.0, -0.5, 1.5];
        group.pull(&mut g, &w);
        for i in 0..3 {
            let h = 1e-6;
            let (mut a, mut b) = (w, w);
            a[i] += h;
            b[i] -= h;
            assert!(((f(&a) - f(&b)) / (2.0 * h) - g[i]).abs() < 1e-6, "{i}");
        }
        // volume: product of the diagonal of the triangular map
        let mut x = [0.0; 3];
        let volume = group.place(&mut x, &w);
        let diagonal: f64 = (0..3)
            .map(|i| {
                let (mut up, mut moved) = (w, [0.0; 3]);
                up[i] += 1e-6;
                group.place(&mut moved, &up);
                ((moved[i] - x[i]) / 1e-6).ln()
            })
            .sum();
        assert!((diagonal - volume).abs() < 1e-4);
    }
}
