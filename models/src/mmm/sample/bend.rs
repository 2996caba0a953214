//! Monotone bends of single coordinates, so that a skewed or heavy-tailed marginal becomes normal in the coordinate moved.
//!
//! `y(u) = middle + core u + up R(u) - down L(u)`, where `R` and `L` are smooth ramps beyond +1 and -1: the slope runs from
//! `core + down` far left over about `core` to `core + up` far right, all positive, so the map is one to one. It is linear in
//! its four numbers, so it is fitted to quantiles by least squares.

use statrs::distribution::{ContinuousCDF, Normal};

/// Where the ramps begin, and how wide their beginning is.
const KNEE: f64 = 1.0;

/// No slope is below this share of the line's, or above its inverse: a bend learned from few draws must not fold.
const STEEPEST: f64 = 8.0;

/// One coordinate's bend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bend {
    /// Value at the ramps' rest.
    pub middle: f64,
    /// Slope of the middle without the ramps.
    pub core: f64,
    /// Slope added far left.
    pub down: f64,
    /// Slope added far right.
    pub up: f64,
}

/// Ramp beyond the knee, its slope and the slope of that.
#[inline(always)]
fn ramp(u: f64) -> (f64, f64, f64) {
    let off = u - KNEE;
    let square = 1.0 + off * off;
    let inv = 1.0 / square.sqrt();
    (0.5 * (off + square * inv), 0.5 * (1.0 + off * inv), 0.5 * inv * inv * inv)
}

impl Bend {
    /// A straight line.
    #[must_use]
    pub fn line(middle: f64, core: f64) -> Bend {
        Bend { middle, core, down: 0.0, up: 0.0 }
    }

    /// Value, slope and second derivative at `u`.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, u: f64) -> (f64, f64, f64) {
        let (r, r1, r2) = ramp(u);
        let (l, l1, l2) = ramp(-u);
        (
            self.middle + self.core * u + self.up * r - self.down * l,
            self.core + self.up * r1 + self.down * l1,
            self.up * r2 - self.down * l2,
        )
    }

    /// The `u` whose value is `y`.
    #[must_use]
    pub fn inverse(&self, y: f64) -> f64 {
        let least = self.core.min(self.core + self.up).min(self.core + self.down).max(1e-12);
        let (mut low, mut high) = (-1.0, 1.0);
        let reach = (y - self.at(0.0).0).abs() / least + 2.0;
        (low, high) = (low * reach, high * reach);
        let mut u = ((y - self.middle) / self.core).clamp(low, high);
        for _ in 0..60 {
            let (v, slope, _) = self.at(u);
            let off = v - y;
            if off > 0.0 {
                high = u
            } else {
                low = u
            }
            let next = u - off / slope;
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            if (next - u).abs() < 1e-10 {
                return next;
            }
            u = next;
        }
        u
    }

    /// The bend under which `draws`, worth `independent` draws, are standard normal.
    #[must_use]
    pub fn of(mut draws: Vec<f64>, independent: f64) -> Bend {
        draws.sort_unstable_by(f64::total_cmp);
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let sd = (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n).sqrt().clamp(1e-6, 1e3);
        let straight = Bend::line(mean, sd);
        if independent < 20.0 {
            return straight;
        }
        let standard = Normal::standard();
        let mut gram = [[0.0; 4]; 4];
        let mut right = [0.0; 4];
        for i in 0..=QUANTILES {
            let u = REACH * (2.0 * i as f64 / QUANTILES as f64 - 1.0);
            let p = standard.cdf(u);
            let at = p * (n - 1.0);
            let below = at as usize;
            let y = draws[below] + (at - below as f64) * (draws[(below + 1).min(draws.len() - 1)] - draws[below]);
            // inverse variance of a quantile of normal draws
            let weight = (-u * u).exp() / (p * (1.0 - p));
            let basis = [1.0, u, -ramp(-u).0, ramp(u).0];
            for (row, a) in basis.iter().enumerate() {
                right[row] += weight * a * (y - mean) / sd;
                for (col, b) in basis.iter().enumerate() {
                    gram[row][col] += weight * a * b;
                }
            }
        }
        // how few draws pull the ramps towards none
        let doubt = gram[1][1] * DOUBT / independent;
        gram[2][2] += doubt;
        gram[3][3] += doubt;
        let Some(b) = solve(gram, right) else { return straight };
        let least = 1.0 / STEEPEST;
        let core = b[1].clamp(least, STEEPEST);
        let side = |extra: f64| extra.clamp(least - core, STEEPEST - core);
        Bend { middle: mean + sd * b[0], core: sd * core, down: sd * side(b[2]), up: sd * side(b[3]) }
    }
}

/// Quantiles compared, evenly over the normal score.
const QUANTILES: usize = 32;

/// Outermost normal score compared.
const REACH: f64 = 2.2;

/// Draws that the belief in straight ramps is worth.
const DOUBT: f64 = 4.0;

/// Solves a small symmetric system by elimination with pivots; `None` where it is singular.
fn solve(mut a: [[f64; 4]; 4], mut b: [f64; 4]) -> Option<[f64; 4]> {
    for i in 0..4 {
        let pivot = (i..4).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs()))?;
        a.swap(i, pivot);
        b.swap(i, pivot);
        if a[i][i].abs() < 1e-12 {
            return None;
        }
        for j in i + 1..4 {
            let f = a[j][i] / a[i][i];
            for k in i..4 {
                a[j][k] -= f * a[i][k];
            }
            b[j] -= f * b[i];
        }
    }
    for i in (0..4).rev() {
        for j in i + 1..4 {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    b.iter().all(|v| v.is_finite()).then_some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bend_is_one_to_one_and_its_slopes_are_those_of_its_values() {
        let bend = Bend { middle: 0.3, core: 0.5, down: 1.4, up: -0.3 };
        for i in -40..=40 {
            let u = f64::from(i) * 0.2;
            let (y, slope, second) = bend.at(u);
            assert!(slope > 0.0 && (bend.inverse(y) - u).abs() < 1e-7, "{u}");
            let h = 1e-5;
            let (above, below) = (bend.at(u + h), bend.at(u - h));
            assert!(((above.0 - below.0) / (2.0 * h) - slope).abs() < 1e-8);
            assert!(((above.1 - below.1) / (2.0 * h) - second).abs() < 1e-8);
        }
    }

    #[test]
    fn skewed_draws_become_normal_and_normal_ones_stay_straight() {
        let standard = Normal::standard();
        let scores: Vec<f64> = (0..2000).map(|i| standard.inverse_cdf((f64::from(i) + 0.5) / 2000.0)).collect();
        let third = |u: &[f64]| u.iter().map(|u| u.powi(3)).sum::<f64>() / u.len() as f64;
        // the logarithm of a half-normal: skewed by -1.5
        let skewed: Vec<f64> = scores.iter().map(|s| standard.inverse_cdf(0.5 + 0.5 * standard.cdf(*s)).ln()).collect();
        let bend = Bend::of(skewed.clone(), 2000.0);
        let straightened: Vec<f64> = skewed.iter().map(|y| bend.inverse(*y)).collect();
        let (mean, sd) = (-0.635, 1.11);
        let before: Vec<f64> = skewed.iter().map(|y| (y - mean) / sd).collect();
        assert!(
            third(&before) < -1.2 && third(&straightened).abs() < 0.35,
            "{} {}",
            third(&before),
            third(&straightened)
        );
        let plain = Bend::of(scores, 2000.0);
        assert!(plain.down.abs() < 0.05 && plain.up.abs() < 0.05 && (plain.core - 1.0).abs() < 0.05, "{plain:?}");
    }
}
