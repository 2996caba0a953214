//! The common case in one pass each way: geometric carry-over, then a saturation that is a function of stock over
//! half-saturation. One pass hides the recursion's latency behind the curve's arithmetic, and keeps the block in cache.

use super::lanes::{F8, as_they_lie};

/// `atanh(1/2)`, as in [`crate::mmm::saturation`].
const ATANH_HALF: f64 = 0.549_306_144_334_054_8;

/// A saturation by stock, with what stays constant over time.
pub trait Form: Copy {
    /// The form at half-saturations by lane.
    fn at(half: F8) -> Self;
    /// Effect of stock `u`.
    fn value(self, u: F8) -> F8;
    /// The same for four stocks beside each other.
    fn values(self, u: [F8; 4]) -> [F8; 4];
    /// `g dh/du` for `g` at effect `h`.
    fn slope(self, h: F8, g: F8) -> F8;
}

/// `u / (u + k)`.
#[derive(Clone, Copy)]
pub struct Ratio(F8, F8);
/// `tanh(atanh(1/2) u / k)`.
#[derive(Clone, Copy)]
pub struct Tanh(F8);
/// `u`.
#[derive(Clone, Copy)]
pub struct Line;

impl Form for Ratio {
    #[inline(always)]
    fn at(half: F8) -> Ratio {
        Ratio(half, half.recip())
    }
    #[inline(always)]
    fn value(self, u: F8) -> F8 {
        u * (u + self.0).recip()
    }
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> [F8; 4] {
        u.map(|u| self.value(u))
    }
    #[inline(always)]
    fn slope(self, h: F8, g: F8) -> F8 {
        let rest = F8::splat(1.0) - h;
        g * rest * rest * self.1
    }
}

impl Form for Tanh {
    #[inline(always)]
    fn at(half: F8) -> Tanh {
        Tanh(half.recip() * ATANH_HALF)
    }
    #[inline(always)]
    fn value(self, u: F8) -> F8 {
        (self.0 * u).tanh_of_nonnegative()
    }
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> [F8; 4] {
        F8::tanh4([self.0 * u[0], self.0 * u[1], self.0 * u[2], self.0 * u[3]])
    }
    #[inline(always)]
    fn slope(self, h: F8, g: F8) -> F8 {
        g * (F8::splat(1.0) - h * h) * self.0
    }
}

impl Form for Line {
    #[inline(always)]
    fn at(_: F8) -> Line {
        Line
    }
    #[inline(always)]
    fn value(self, u: F8) -> F8 {
        u
    }
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> [F8; 4] {
        u
    }
    #[inline(always)]
    fn slope(self, _: F8, g: F8) -> F8 {
        g
    }
}

/// Geometric weights as the recursion needs them.
#[derive(Debug, Clone, Copy)]
pub struct Geometric {
    /// Share kept from one period to the next.
    pub alpha: F8,
    /// `alpha^window`.
    pub tail: F8,
    /// One over the sum of weights.
    pub inv: F8,
}

/// Sums over time that lead to slopes by carry-over and half-saturation.
#[derive(Debug, Clone, Copy)]
pub struct Sums {
    /// `sum lambda[t] u[t-1]`.
    pub by_alpha: F8,
    /// `sum lambda[t] x[t-window]`.
    pub by_tail: F8,
    /// `sum g u`, by stock.
    pub by_stock: F8,
}

/// Slopes by effect along time: those of the total everywhere, those of the mean inside the panel.
#[derive(Clone, Copy)]
pub struct Slopes<'a> {
    /// By the total, a lane.
    pub by_value: F8,
    /// Worth of one unit of effect by period.
    pub value: &'a [F8],
    /// Coefficients by lane, 0 where a lane does not feed the mean.
    pub amount: F8,
    /// First period of the panel.
    pub first: usize,
    /// One past its last.
    pub last: usize,
}

/// Slopes by the mean, in either layout.
pub trait Rows: Copy {
    /// Of period `i` of the panel.
    fn at(self, i: usize) -> F8;
}

/// Eight geos a vector.
#[derive(Clone, Copy)]
pub struct ByGeo<'a>(pub &'a [F8]);
/// Eight periods a vector, the same for all lanes.
#[derive(Clone, Copy)]
pub struct ByTime<'a>(pub &'a [f64]);

impl Rows for ByGeo<'_> {
    #[inline(always)]
    fn at(self, i: usize) -> F8 {
        self.0[i]
    }
}

impl Rows for ByTime<'_> {
    #[inline(always)]
    fn at(self, i: usize) -> F8 {
        F8::splat(self.0[i])
    }
}

/// Stocks into `u[1..]` (`u[0]` stays 0) and effects into `h`; returns `sum value * h`. `x` begins with `window` zeros.
#[inline(always)]
pub fn forward<C: Form>(c: C, w: Geometric, window: usize, x: &[F8], value: &[F8], u: &mut [F8], h: &mut [F8]) -> F8 {
    let n = h.len();
    let (late, early, u, value) = (&x[window..window + n], &x[..n], &mut u[1..=n], &value[..n]);
    let (mut s, mut total) = (F8::ZERO, F8::ZERO);
    let fours = n / 4 * 4;
    for t in (0..fours).step_by(4) {
        as_they_lie();
        let mut stock = [F8::ZERO; 4];
        for (i, stock) in stock.iter_mut().enumerate() {
            s = (late[t + i] - w.tail * early[t + i]) + w.alpha * s;
            *stock = s * w.inv;
            u[t + i] = *stock;
        }
        let effect = c.values(stock);
        for (i, effect) in effect.into_iter().enumerate() {
            h[t + i] = effect;
            total = total + effect * value[t + i];
        }
    }
    for t in fours..n {
        s = (late[t] - w.tail * early[t]) + w.alpha * s;
        u[t] = s * w.inv;
        h[t] = c.value(u[t]);
        total = total + h[t] * value[t];
    }
    total
}

/// The way back, from slopes by effect to [`Sums`].
#[inline(always)]
pub fn backward<C: Form>(
    c: C,
    w: Geometric,
    x: &[F8],
    u: &[F8],
    h: &[F8],
    slopes: Slopes<'_>,
    rows: impl Rows,
) -> Sums {
    let n = h.len();
    let (x, now, before, value) = (&x[..n], &u[1..=n], &u[..n], &slopes.value[..n]);
    let mut lambda = F8::ZERO;
    let mut sums = Sums { by_alpha: F8::ZERO, by_tail: F8::ZERO, by_stock: F8::ZERO };
    macro_rules! step {
        ($t:expr, $g:expr) => {{
            as_they_lie();
            let t = $t;
            let g = c.slope(h[t], $g);
            sums.by_stock = sums.by_stock + g * now[t];
            lambda = g * w.inv + w.alpha * lambda;
            sums.by_alpha = sums.by_alpha + lambda * before[t];
            sums.by_tail = sums.by_tail + lambda * x[t];
        }};
    }
    for t in (slopes.last..n).rev() {
        step!(t, slopes.by_value * value[t]);
    }
    for t in (slopes.first..slopes.last).rev() {
        step!(t, slopes.by_value * value[t] + slopes.amount * rows.at(t - slopes.first));
    }
    for t in (0..slopes.first).rev() {
        step!(t, slopes.by_value * value[t]);
    }
    sums
}
