//! The common case in one pass each way: geometric carry-over, then a saturation that is a function of stock over
//! half-saturation, and of a slope where it has one. One pass hides the recursion's latency behind the curve's arithmetic, and keeps the block in cache.

use super::hill::Hill;
use super::lanes::{F8, as_they_lie, each};

/// `atanh(1/2)`, as in [`crate::mmm::saturation`].
const ATANH_HALF: f64 = 0.549_306_144_334_054_8;

/// A saturation by stock, with what stays constant over time.
pub trait Form: Copy {
    /// Whether logarithms of stock are kept for the way back.
    const LOGS: bool = false;
    /// Effects of four stocks beside each other, and logarithms where they are kept.
    fn values(self, u: [F8; 4]) -> ([F8; 4], [F8; 4]);
    /// Those logarithms alone, bit for bit.
    #[inline(always)]
    fn logs(self, _: [F8; 4]) -> [F8; 4] {
        [F8::ZERO; 4]
    }
    /// `g dh/du` for `g` at stock `u` with effect `h`; where logarithms are kept also what times them is the slope's share.
    fn slope(self, u: F8, h: F8, g: F8) -> (F8, F8);
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

impl Ratio {
    /// The curves with half-saturations by lane.
    #[inline(always)]
    pub fn at(half: F8) -> Ratio {
        Ratio(half, half.recip())
    }
}

impl Form for Ratio {
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> ([F8; 4], [F8; 4]) {
        (each!(i, u[i] * (u[i] + self.0).recip()), [F8::ZERO; 4])
    }
    #[inline(always)]
    fn slope(self, _: F8, h: F8, g: F8) -> (F8, F8) {
        let rest = F8::splat(1.0) - h;
        (g * rest * rest * self.1, F8::ZERO)
    }
}

impl Tanh {
    /// The curves with half-saturations by lane.
    #[inline(always)]
    pub fn at(half: F8) -> Tanh {
        Tanh(half.recip() * ATANH_HALF)
    }
}

impl Form for Tanh {
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> ([F8; 4], [F8; 4]) {
        (F8::tanh4(each!(i, self.0 * u[i])), [F8::ZERO; 4])
    }
    #[inline(always)]
    fn slope(self, _: F8, h: F8, g: F8) -> (F8, F8) {
        (g * (F8::splat(1.0) - h * h) * self.0, F8::ZERO)
    }
}

impl Form for Line {
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> ([F8; 4], [F8; 4]) {
        (u, [F8::ZERO; 4])
    }
    #[inline(always)]
    fn slope(self, _: F8, _: F8, g: F8) -> (F8, F8) {
        (g, F8::ZERO)
    }
}

impl Form for Hill {
    const LOGS: bool = true;
    #[inline(always)]
    fn values(self, u: [F8; 4]) -> ([F8; 4], [F8; 4]) {
        Hill::values(self, u)
    }
    #[inline(always)]
    fn logs(self, u: [F8; 4]) -> [F8; 4] {
        Hill::logs(self, u)
    }
    #[inline(always)]
    fn slope(self, u: F8, h: F8, g: F8) -> (F8, F8) {
        Hill::slope(self, u, h, g)
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
    /// What leads to the slope by Hill slope; 0 for other curves.
    pub by_slope: F8,
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

/// What the way there keeps for the way back.
pub struct Kept<'a> {
    /// Stocks after a leading zero.
    pub u: &'a mut [F8],
    /// Effects.
    pub h: &'a mut [F8],
    /// Logarithms of stock; empty where the curve keeps none.
    pub logs: &'a mut [F8],
}

/// Stocks, effects and logarithms into `kept`; returns `sum value * h`. `x` begins with `window` zeros.
#[inline(always)]
pub fn forward<C: Form>(c: C, w: Geometric, window: usize, x: &[F8], value: &[F8], kept: Kept<'_>) -> F8 {
    let n = kept.h.len();
    let (late, early, u, value) = (&x[window..window + n], &x[..n], &mut kept.u[1..=n], &value[..n]);
    let (h, logs) = (kept.h, &mut kept.logs[..if C::LOGS { n } else { 0 }]);
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
        let (effect, log) = c.values(stock);
        for i in 0..4 {
            h[t + i] = effect[i];
            total = total + effect[i] * value[t + i];
            if C::LOGS {
                logs[t + i] = log[i];
            }
        }
    }
    for t in fours..n {
        s = (late[t] - w.tail * early[t]) + w.alpha * s;
        u[t] = s * w.inv;
        let (effect, log) = c.values([u[t]; 4]);
        h[t] = effect[0];
        total = total + h[t] * value[t];
        if C::LOGS {
            logs[t] = log[0];
        }
    }
    total
}

/// Stocks and logarithms once more, bit for bit as [`forward`] had them, where they were not kept.
#[inline(always)]
pub fn again<C: Form>(c: C, w: Geometric, window: usize, x: &[F8], u: &mut [F8], logs: &mut [F8]) {
    let n = u.len() - 1;
    let (late, early, u) = (&x[window..window + n], &x[..n], &mut u[1..=n]);
    let logs = &mut logs[..if C::LOGS { n } else { 0 }];
    let mut s = F8::ZERO;
    let fours = n / 4 * 4;
    for t in (0..fours).step_by(4) {
        as_they_lie();
        let mut stock = [F8::ZERO; 4];
        for (i, stock) in stock.iter_mut().enumerate() {
            s = (late[t + i] - w.tail * early[t + i]) + w.alpha * s;
            *stock = s * w.inv;
            u[t + i] = *stock;
        }
        if C::LOGS {
            logs[t..t + 4].copy_from_slice(&c.logs(stock));
        }
    }
    for t in fours..n {
        s = (late[t] - w.tail * early[t]) + w.alpha * s;
        u[t] = s * w.inv;
        if C::LOGS {
            logs[t] = c.logs([u[t]; 4])[0];
        }
    }
}

/// The way back, from slopes by effect to [`Sums`].
#[inline(always)]
pub fn backward<C: Form>(c: C, w: Geometric, x: &[F8], kept: Kept<'_>, slopes: Slopes<'_>, rows: impl Rows) -> Sums {
    let n = kept.h.len();
    let (x, now, before, h, value) = (&x[..n], &kept.u[1..=n], &kept.u[..n], &kept.h[..n], &slopes.value[..n]);
    let logs = &kept.logs[..if C::LOGS { n } else { 0 }];
    let mut lambda = F8::ZERO;
    let mut sums = Sums { by_alpha: F8::ZERO, by_tail: F8::ZERO, by_stock: F8::ZERO, by_slope: F8::ZERO };
    macro_rules! step {
        ($t:expr, $g:expr) => {{
            as_they_lie();
            let t = $t;
            let (g, core) = c.slope(now[t], h[t], $g);
            if C::LOGS {
                sums.by_slope = sums.by_slope + core * logs[t];
            }
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
