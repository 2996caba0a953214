//! Carry-over over lanes: the forward convolution and its adjoint, by recursion where the weights are geometric.

use super::fused::{Geometric, Sums};
use super::lanes::F8;
use crate::mmm::adstock::Adstock;

/// A carry-over with its normalised weights, by lane.
#[derive(Debug, Clone)]
pub struct Carry {
    kind: Adstock,
    window: usize,
    /// Geometric: alpha. Otherwise unused.
    alpha: F8,
    /// Geometric: `alpha^L`, `L alpha^(L-1)`, `1 / sum` and its derivative.
    tail: F8,
    tail_slope: F8,
    inv: F8,
    inv_slope: F8,
    /// Other kinds: weights and their derivatives by the two parameters, before the derivative of the normalisation.
    w: Vec<F8>,
    raw_slope: [Vec<F8>; 2],
    inv_sum: F8,
    /// Adjoint of the weights.
    dw: Vec<F8>,
}

impl Carry {
    /// Room for weights over `window >= 1` lags.
    #[must_use]
    pub fn new(kind: Adstock, window: usize) -> Carry {
        let n = if kind == Adstock::Geometric { 0 } else { window };
        let zero = || vec![F8::ZERO; n];
        Carry {
            kind,
            window,
            alpha: F8::ZERO,
            tail: F8::ZERO,
            tail_slope: F8::ZERO,
            inv: F8::ZERO,
            inv_slope: F8::ZERO,
            w: zero(),
            raw_slope: [zero(), zero()],
            inv_sum: F8::ZERO,
            dw: zero(),
        }
    }

    /// Sets the parameters, named as in [`Adstock`].
    #[inline(always)]
    pub fn set(&mut self, p: [F8; 2]) {
        match self.kind {
            Adstock::Geometric => self.set_geometric(p[0]),
            Adstock::Delayed => self.set_weights(|l, w, d0, d1| {
                let lag = F8::splat(l as f64) - p[1];
                let q = lag * lag;
                let ln_a = p[0].at_least(1e-300).ln();
                *w = (q * ln_a).exp();
                *d0 = *w * q * p[0].at_least(1e-300).recip();
                *d1 = *w * lag * ln_a * -2.0;
            }),
            Adstock::WeibullCdf => self.set_weights(|l, w, d0, d1| (*w, *d0, *d1) = survival(l, p)),
            Adstock::WeibullPdf => self.set_weights(|l, w, d0, d1| {
                let (a, b) = (survival(l, p), survival(l + 1, p));
                (*w, *d0, *d1) = (a.0 - b.0, a.1 - b.1, a.2 - b.2);
            }),
        }
    }

    #[inline(always)]
    fn set_geometric(&mut self, a: F8) {
        // sum and its derivative by Horner: exact also as alpha approaches 1, where (1 - a^L) / (1 - a) is 0 / 0
        let (mut sum, mut slope, mut power) = (F8::ZERO, F8::ZERO, F8::splat(1.0));
        let mut before_last = F8::ZERO;
        for _ in 0..self.window {
            slope = slope * a + sum;
            sum = sum * a + F8::splat(1.0);
            before_last = power;
            power = power * a;
        }
        self.alpha = a;
        self.tail = power;
        self.tail_slope = before_last * self.window as f64;
        self.inv = sum.recip();
        self.inv_slope = -(slope * self.inv * self.inv);
    }

    /// Geometric weights as they are set.
    #[inline(always)]
    pub fn geometric(&self) -> Geometric {
        Geometric { alpha: self.alpha, tail: self.tail, inv: self.inv }
    }

    /// The slope by alpha of what gave `sums`.
    #[inline(always)]
    pub fn by_alpha(&self, sums: Sums) -> F8 {
        let sum = self.inv.recip();
        // stocks hold s * inv: undo the factor once, outside the loop
        sums.by_alpha * sum - sums.by_tail * self.tail_slope + sums.by_stock * sum * self.inv_slope
    }

    #[inline(always)]
    fn set_weights(&mut self, raw: impl Fn(usize, &mut F8, &mut F8, &mut F8)) {
        let [d0, d1] = &mut self.raw_slope;
        let mut sum = F8::ZERO;
        for (l, ((w, d0), d1)) in self.w.iter_mut().zip(d0).zip(d1).enumerate() {
            raw(l, w, d0, d1);
            sum = sum + *w;
        }
        self.inv_sum = sum.at_least(1e-300).recip();
        for w in &mut self.w {
            *w = *w * self.inv_sum;
        }
    }

    /// `u[t] = sum_l w[l] x[t - l]`, nothing before the first `t`.
    #[inline(always)]
    pub fn forward(&self, x: &[F8], u: &mut [F8]) {
        let n = x.len();
        if self.kind == Adstock::Geometric {
            let cut = self.window.min(n);
            let mut s = F8::ZERO;
            for t in 0..cut {
                s = x[t] + self.alpha * s;
                u[t] = s * self.inv;
            }
            for t in cut..n {
                s = (x[t] - self.tail * x[t - self.window]) + self.alpha * s;
                u[t] = s * self.inv;
            }
            return;
        }
        for t in 0..n {
            let mut sum = F8::ZERO;
            for (l, w) in self.w.iter().enumerate().take(t + 1) {
                sum = sum + *w * x[t - l];
            }
            u[t] = sum;
        }
    }

    /// The adjoint: from `g[t] = dL/du[t]` to `dL/d(parameters)`; `g` is overwritten by `dL/dx` where `inputs` asks for it.
    #[inline(always)]
    pub fn adjoint(&mut self, x: &[F8], u: &[F8], g: &mut [F8], inputs: bool) -> [F8; 2] {
        let n = x.len();
        if self.kind == Adstock::Geometric {
            // u = inv * s, s[t] = x[t] + a s[t-1] - a^L x[t-L]; lambda = dL/ds runs backwards
            let (mut lambda, mut by_alpha, mut by_inv) = (F8::ZERO, F8::ZERO, F8::ZERO);
            let mut by_tail = F8::ZERO;
            for t in (0..n).rev() {
                by_inv = by_inv + g[t] * u[t];
                lambda = g[t] * self.inv + self.alpha * lambda;
                if t > 0 {
                    by_alpha = by_alpha + lambda * u[t - 1];
                }
                if t >= self.window {
                    by_tail = by_tail + lambda * x[t - self.window];
                }
                if inputs {
                    g[t] = lambda;
                }
            }
            if inputs {
                for t in 0..n.saturating_sub(self.window) {
                    g[t] = g[t] - self.tail * g[t + self.window];
                }
            }
            return [self.by_alpha(Sums { by_alpha, by_tail, by_stock: by_inv, by_slope: F8::ZERO }), F8::ZERO];
        }
        let lags = self.window.min(n);
        for l in 0..lags {
            let mut sum = F8::ZERO;
            for t in l..n {
                sum = sum + g[t] * x[t - l];
            }
            self.dw[l] = sum;
        }
        let mut mean = F8::ZERO;
        for (w, dw) in self.w[..lags].iter().zip(&self.dw) {
            mean = mean + *w * *dw;
        }
        let mut out = [F8::ZERO; 2];
        for (o, slopes) in out.iter_mut().zip(&self.raw_slope) {
            for (l, s) in slopes.iter().enumerate() {
                let d = if l < lags { self.dw[l] } else { F8::ZERO };
                *o = *o + (d - mean) * *s;
            }
            *o = *o * self.inv_sum;
        }
        if inputs {
            for t in 0..n {
                let mut sum = F8::ZERO;
                for (l, w) in self.w.iter().enumerate().take(n - t) {
                    sum = sum + *w * g[t + l];
                }
                g[t] = sum;
            }
        }
        out
    }
}

/// Weibull survival at lag `l` with its derivatives by shape and scale.
#[inline(always)]
fn survival(l: usize, p: [F8; 2]) -> (F8, F8, F8) {
    if l == 0 {
        return (F8::splat(1.0), F8::ZERO, F8::ZERO);
    }
    let log_ratio = F8::splat((l as f64).ln()) - p[1].ln();
    // beyond e^6.5 nothing survives, but survival * z would be tiny times huge
    let z = (p[0] * log_ratio).at_most(6.5).exp();
    let s = (-z).exp();
    let sz = s * z;
    (s, -(sz * log_ratio), sz * p[0] * p[1].recip())
}
