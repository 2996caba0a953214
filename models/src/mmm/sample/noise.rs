//! Likelihoods that keep the linear block as parameters: Student-t and negative binomial.

use statrs::function::gamma::{digamma, ln_gamma};

use super::lanes::{F8, LANES};
use super::rows::Layout;

/// Prior of the degrees of freedom above 1: `Gamma(2, 0.1)` (Juarez and Steel 2010).
pub const FREEDOM_RATE: f64 = 0.1;

/// Width over which the mean of a count bends to stay positive, in scaled outcome.
const SOFT: f64 = 0.05;

/// Calls `f(vector, lane)` for every observation, leaving padding alone.
#[inline(always)]
fn each(layout: Layout, mut f: impl FnMut(usize, usize)) {
    match layout {
        Layout::National { periods } => (0..periods).for_each(|t| f(t / LANES, t % LANES)),
        Layout::Geo { geos, periods } => {
            for g in 0..geos {
                for t in 0..periods {
                    f((g / LANES) * periods + t, g % LANES);
                }
            }
        }
    }
}

/// Degrees of freedom at the unconstrained `z`.
#[must_use]
pub fn freedom(z: f64) -> f64 {
    1.0 + z.exp()
}

/// Student-t. `rows` holds `y - mu` and receives `d ln p / d mu`. Returns the log density with the prior of the degrees of
/// freedom, its slope by their `z`, and its slope by sigma.
pub fn student(rows: &mut [F8], layout: Layout, sigma: f64, z: f64) -> (f64, f64, f64) {
    let above = z.exp();
    let nu = 1.0 + above;
    let n = layout.count() as f64;
    let constant =
        ln_gamma((nu + 1.0) / 2.0) - ln_gamma(nu / 2.0) - 0.5 * (nu * std::f64::consts::PI).ln() - sigma.ln();
    let mut lp = n * constant;
    let mut by_nu = n * 0.5 * (digamma((nu + 1.0) / 2.0) - digamma(nu / 2.0) - 1.0 / nu);
    let mut by_sigma = -n / sigma;
    each(layout, |v, l| {
        let r = &mut rows[v].0[l];
        let q = (*r / sigma).powi(2) / nu;
        let log = q.ln_1p();
        lp -= (nu + 1.0) / 2.0 * log;
        by_nu += -0.5 * log + (nu + 1.0) / (2.0 * nu) * q / (1.0 + q);
        let pull = (nu + 1.0) / (nu * sigma * sigma) / (1.0 + q);
        by_sigma += pull * *r * *r / sigma;
        *r *= pull;
    });
    // Gamma(2, rate) of `above`, and the Jacobian of z -> above
    lp += 2.0 * FREEDOM_RATE.ln() + z - FREEDOM_RATE * above + z;
    (lp, by_nu * above + 2.0 - FREEDOM_RATE * above, by_sigma)
}

/// Size of the negative binomial at the unconstrained `z`: its inverse root is half-normal(1).
#[must_use]
pub fn size(z: f64) -> f64 {
    (-2.0 * z).exp()
}

/// The positive part of `x`, smooth over [`SOFT`], and its slope.
#[must_use]
pub fn soft(x: f64) -> (f64, f64) {
    let u = x / SOFT;
    if u > 35.0 {
        return (x, 1.0);
    }
    let e = u.exp();
    // far below 0 the mean is tiny but never 0
    (SOFT * e.ln_1p().max(1e-300), e / (1.0 + e))
}

/// Negative binomial. `rows` holds `-mu` and receives `d ln p / d mu`. Returns as [`student`], sigma's slope being 0.
pub fn counts(rows: &mut [F8], counts: &[F8], unit: &[F8], level: f64, layout: Layout, z: f64) -> (f64, f64, f64) {
    let phi = size(z);
    let root = z.exp();
    let (mut lp, mut by_phi) = (0.0, 0.0);
    let (gamma_phi, digamma_phi) = (ln_gamma(phi), digamma(phi));
    each(layout, |v, l| {
        let (y, unit) = (counts[v].0[l], unit[v].0[l]);
        let (level, slope) = soft(level - rows[v].0[l]);
        let m = unit * level;
        let rest = (phi / (phi + m)).ln();
        lp += ln_gamma(y + phi) - gamma_phi - ln_gamma(y + 1.0) + phi * rest + y * (m / (phi + m)).ln();
        by_phi += digamma(y + phi) - digamma_phi + rest + 1.0 - (phi + y) / (phi + m);
        rows[v].0[l] = (y / m - (y + phi) / (phi + m)) * unit * slope;
    });
    // half-normal(1) of root = phi^(-1/2), and the Jacobian of z -> root
    lp += std::f64::consts::LN_2 - 0.5 * (std::f64::consts::TAU.ln() + root * root) + z;
    (lp, by_phi * -2.0 * phi - root * root + 1.0, 0.0)
}
