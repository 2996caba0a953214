//! Saturation over lanes: values, and partial derivatives from values already computed.

use super::hill::Hill;
use super::lanes::F8;
use crate::mmm::saturation::Saturation;

/// `atanh(1/2)`, as in [`crate::mmm::saturation`].
const ATANH_HALF: f64 = 0.549_306_144_334_054_8;

/// A saturation with what stays constant over time, by lane.
#[derive(Debug, Clone, Copy)]
pub struct Curve {
    kind: CurveKind,
    half: F8,
    inv_half: F8,
    hill: Hill,
}

/// The forms that need different arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveKind {
    /// `x / (x + h)`.
    Ratio,
    /// `x^s / (x^s + h^s)`.
    Hill,
    /// `tanh(atanh(1/2) x / h)`.
    Tanh,
    /// `x`.
    Line,
}

impl CurveKind {
    /// The form of a saturation whose slope is free or fixed at 1.
    #[must_use]
    pub fn of(saturation: Saturation, free_slope: bool) -> CurveKind {
        match saturation {
            Saturation::Hill if free_slope => CurveKind::Hill,
            Saturation::Hill | Saturation::MichaelisMenten => CurveKind::Ratio,
            Saturation::Logistic | Saturation::Tanh => CurveKind::Tanh,
            Saturation::None => CurveKind::Line,
        }
    }

    /// Sampled parameters: 0 (none), 1 (half-saturation) or 2 (and slope).
    #[must_use]
    pub fn parameters(self) -> usize {
        match self {
            CurveKind::Line => 0,
            CurveKind::Ratio | CurveKind::Tanh => 1,
            CurveKind::Hill => 2,
        }
    }
}

/// Sums of `g * dh/d(half)` and `g * dh/d(slope)` over time.
#[derive(Debug, Clone, Copy)]
pub struct CurveSlopes {
    /// By half-saturation.
    pub half: F8,
    /// By Hill slope.
    pub slope: F8,
}

impl Curve {
    /// Half-saturations and slopes by lane; lanes without a curve may hold any positive number.
    #[inline(always)]
    pub fn new(kind: CurveKind, half: F8, slope: F8) -> Curve {
        Curve { kind, half, inv_half: half.recip(), hill: Hill::at(half, slope) }
    }

    /// `h[t] = sat(x[t])` for `x >= 0`. `logs` keeps `log2(x / half)` where the slope is free, and is not touched otherwise.
    #[inline(always)]
    pub fn values(&self, x: &[F8], h: &mut [F8], logs: &mut [F8]) {
        match self.kind {
            CurveKind::Ratio => {
                for (h, x) in h.iter_mut().zip(x) {
                    *h = *x * (*x + self.half).recip();
                }
            }
            CurveKind::Hill => {
                for ((h, x), l) in h.chunks_mut(4).zip(x.chunks(4)).zip(logs.chunks_mut(4)) {
                    let mut four = [F8::ZERO; 4];
                    four[..x.len()].copy_from_slice(x);
                    let (values, log) = self.hill.values(four);
                    h.copy_from_slice(&values[..x.len()]);
                    l.copy_from_slice(&log[..x.len()]);
                }
            }
            CurveKind::Tanh => {
                let k = self.inv_half * ATANH_HALF;
                for (h, x) in h.iter_mut().zip(x) {
                    *h = (k * *x).tanh_of_nonnegative();
                }
            }
            CurveKind::Line => h.copy_from_slice(x),
        }
    }

    /// Turns `g[t] = dL/dh[t]` into `dL/dx[t]` in place and returns `dL/d(half, slope)`.
    ///
    /// A slice and not a closure: one that is called from several places is not inlined, and vectors returned through
    /// memory stall the kernel.
    #[inline(always)]
    pub fn slopes(&self, x: &[F8], h: &[F8], logs: &[F8], g: &mut [F8]) -> CurveSlopes {
        let one = F8::splat(1.0);
        let (mut by_half, mut by_slope) = (F8::ZERO, F8::ZERO);
        match self.kind {
            CurveKind::Ratio => {
                for (g, h) in g.iter_mut().zip(h) {
                    let rest = one - *h;
                    let gr = *g * rest;
                    by_half = by_half + gr * *h;
                    *g = gr * rest * self.inv_half;
                }
                by_half = -(by_half * self.inv_half);
            }
            CurveKind::Hill => {
                for (((g, h), x), log) in g.iter_mut().zip(h).zip(x).zip(logs) {
                    let core;
                    (*g, core) = self.hill.slope(*x, *h, *g);
                    by_half = by_half + core;
                    by_slope = by_slope + core * *log;
                }
                by_half = -(by_half * self.hill.steepness() * self.inv_half);
                by_slope = by_slope * std::f64::consts::LN_2;
            }
            CurveKind::Tanh => {
                let k = self.inv_half * ATANH_HALF;
                for ((g, h), x) in g.iter_mut().zip(h).zip(x) {
                    let core = *g * (one - *h * *h);
                    by_half = by_half + core * *x;
                    *g = core * k;
                }
                by_half = -(by_half * k * self.inv_half);
            }
            CurveKind::Line => {}
        }
        CurveSlopes { half: by_half, slope: by_slope }
    }
}
