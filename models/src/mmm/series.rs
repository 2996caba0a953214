//! Carry-over and saturation of whole series, eight periods at a time: the arithmetic behind every answer from draws.
//!
//! Compiled three times, for any CPU and with AVX2 or AVX-512 where the CPU has it. No fused multiply-add is used, so all
//! give the same bits.

use std::borrow::Cow;

use ndarray::ArrayView1;

use super::sample::lanes::{F8, LANES};
use super::saturation::{ATANH_HALF, Saturation};

/// A function whose body is compiled for the vector instructions of the CPU at hand.
macro_rules! on_this_cpu {
    ($(#[$doc:meta])* fn $name:ident($($arg:ident: $kind:ty),* $(,)?) $body:block) => {
        $(#[$doc])*
        pub(crate) fn $name($($arg: $kind),*) {
            #[inline(always)]
            fn plain($($arg: $kind),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn widest($($arg: $kind),*) {
                    plain($($arg),*);
                }
                #[target_feature(enable = "avx2")]
                fn wide($($arg: $kind),*) {
                    plain($($arg),*);
                }
                let has_512 = is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512bw");
                if has_512 {
                    // SAFETY: the features were just found on this CPU
                    return unsafe { widest($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the feature was just found on this CPU
                    return unsafe { wide($($arg),*) };
                }
            }
            plain($($arg),*);
        }
    };
}

/// A series as carry-over reads it: the lags before it, itself, and zeros up to whole vectors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Laid {
    padded: Vec<f64>,
    lags: usize,
    blocks: usize,
}

impl Laid {
    /// Lays out `x` with `before` in each of the `lags - 1` periods before it; it will be carried over `len` periods.
    pub(crate) fn fill(&mut self, x: &[f64], before: f64, lags: usize, len: usize) {
        self.room(lags, len);
        self.padded.resize(self.lags - 1, before);
        self.padded.extend_from_slice(&x[..x.len().min(len)]);
        self.padded.resize(self.lags - 1 + self.blocks * LANES, 0.0);
    }

    /// The same from a function of the period, which is negative before the first.
    pub(crate) fn fill_with(&mut self, lags: usize, len: usize, x: impl Fn(isize) -> f64) {
        self.room(lags, len);
        self.padded.extend((1 - self.lags as isize..len as isize).map(x));
        self.padded.resize(self.lags - 1 + self.blocks * LANES, 0.0);
    }

    fn room(&mut self, lags: usize, len: usize) {
        self.lags = lags.max(1);
        self.blocks = len.div_ceil(LANES);
        self.padded.clear();
    }

    /// Whether every number of it is 0.
    pub(crate) fn is_zero(&self) -> bool {
        self.padded.iter().all(|x| *x == 0.0)
    }

    /// The series itself.
    pub(crate) fn series(&self, out: &mut [F8]) {
        for (o, x) in out.iter_mut().zip(self.padded[self.lags - 1..].chunks(LANES)) {
            *o = eight(x);
        }
    }

    /// Vectors that it is carried over.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks
    }
}

/// Effects of `m own + rest` into `effect` and their derivatives by media into `slope`; negative media count as 0.
///
/// One loop a kind, each writing whole vectors to memory: this is what the compiler turns into vector instructions.
#[inline(always)]
fn curve(kind: Saturation, p: [f64; 2], m: f64, own: &[F8], rest: &[F8], effect: &mut [F8], slope: &mut [F8]) {
    let one = F8::splat(1.0);
    let all = effect.iter_mut().zip(slope).zip(own.iter().zip(rest));
    match kind {
        Saturation::Hill if p[1] != 1.0 => {
            let (inverse, s) = (1.0 / p[0], p[1]);
            for ((e, d), (own, rest)) in all {
                let x = (*own * m + *rest).at_least(0.0);
                let power = ((x * inverse).at_least(1e-280).ln() * s).exp();
                let v = power * (power + one).recip();
                // at nothing there is no effect, and a slope below 1 has no derivative
                let some = x.is_positive();
                *e = v * some;
                *d = v * (one - v) * s * x.at_least(1e-280).recip() * some;
            }
        }
        Saturation::Hill | Saturation::MichaelisMenten => {
            let half = F8::splat(p[0]);
            for ((e, d), (own, rest)) in all {
                let x = (*own * m + *rest).at_least(0.0);
                let r = (x + half).recip();
                *e = x * r;
                *d = r * r * p[0];
            }
        }
        Saturation::Logistic | Saturation::Tanh => {
            let k = ATANH_HALF / p[0];
            for ((e, d), (own, rest)) in all {
                let x = (*own * m + *rest).at_least(0.0);
                let t = (x * k).tanh_of_nonnegative();
                *e = t;
                *d = (one - t * t) * k;
            }
        }
        Saturation::None => {
            for ((e, d), (own, rest)) in all {
                *e = (*own * m + *rest).at_least(0.0);
                *d = one;
            }
        }
    }
}

#[inline(always)]
fn eight(x: &[f64]) -> F8 {
    let mut out = F8::ZERO;
    out.0[..x.len().min(LANES)].copy_from_slice(&x[..x.len().min(LANES)]);
    out
}

on_this_cpu! {
    /// Writes `out[t] = sum_l w[l] x[t - l]`, term after term from lag 0 on; `w` at most as long as the series was laid out for.
    fn carry(w: &[f64], x: &Laid, out: &mut [F8]) {
        for (b, o) in out.iter_mut().enumerate().take(x.blocks) {
            let mut sum = F8::ZERO;
            let last = b * LANES + x.lags - 1;
            for (l, w) in w.iter().enumerate().take(x.lags) {
                let from = last - l;
                sum = sum + eight(&x.padded[from..from + LANES]) * *w;
            }
            *o = sum;
        }
    }
}

on_this_cpu! {
    /// Effects of `media`, each times `unit`; `nothing` holds zeros and `slope` is working memory, both as long.
    fn saturate(kind: Saturation, p: [f64; 2], unit: f64, media: &[F8], nothing: &[F8], slope: &mut [F8], out: &mut [F8]) {
        curve(kind, p, 1.0, media, nothing, out, slope);
        for o in out {
            *o = *o * unit;
        }
    }
}

/// What is summed over a series of media, each `T` long in vectors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summed<'a> {
    /// Media of its own, after carry-over where that comes first; not negative.
    pub own: &'a [F8],
    /// Media beside it, which saturates with it.
    pub rest: &'a [F8],
    /// Whether there are none beside it.
    pub alone: bool,
    /// Worth of an effect by period, three ways.
    pub by: [&'a [F8]; 3],
}

on_this_cpu! {
    /// For each multiple `m`, adds up over periods `sat(m own + rest) - sat(rest)`, weighted in each of three ways, and its
    /// derivative by `m`, weighted in the first and the third. `room` is working memory, each part as long as the series.
    fn sums(kind: Saturation, p: [f64; 2], of: &Summed<'_>, multiples: &[f64], room: &mut [Vec<F8>; 3], out: &mut [[f64; 5]]) {
        let [without, effect, slope] = room;
        if of.alone {
            without.fill(F8::ZERO);
        } else {
            curve(kind, p, 0.0, of.own, of.rest, without, slope);
        }
        for (m, out) in multiples.iter().zip(out) {
            curve(kind, p, *m, of.own, of.rest, effect, slope);
            let mut sums = [F8::ZERO; 5];
            let by = of.by[0].iter().zip(of.by[1]).zip(of.by[2]);
            for ((((e, w), d), own), ((a, b), c)) in effect.iter().zip(&*without).zip(&*slope).zip(of.own).zip(by) {
                let (e, d) = (*e - *w, *d * *own);
                sums[0] = sums[0] + e * *a;
                sums[1] = sums[1] + e * *b;
                sums[2] = sums[2] + e * *c;
                sums[3] = sums[3] + d * *a;
                sums[4] = sums[4] + d * *c;
            }
            for (o, s) in out.iter_mut().zip(sums) {
                *o += s.sum();
            }
        }
    }
}

on_this_cpu! {
    /// For each factor `a`, the sum over `x >= 0` of `ln(1 + a x)`; one logarithm for eight of them.
    fn log_sums(x: &[F8], factors: &[f64], out: &mut [f64]) {
        for (a, out) in factors.iter().zip(out) {
            let mut sum = F8::ZERO;
            for eight in x.chunks(LANES) {
                let mut product = F8::splat(1.0);
                for x in eight {
                    // far beyond any residual, so that eight of them stay numbers
                    product = product * (*x * *a + F8::splat(1.0)).at_most(1e35);
                }
                sum = sum + product.ln();
            }
            *out = sum.sum();
        }
    }
}

/// Working memory of a transformation, to be used again for the next series.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    laid: Laid,
    media: Vec<F8>,
    effect: Vec<F8>,
    slope: Vec<F8>,
    nothing: Vec<F8>,
}

impl Room {
    /// Writes `unit` times the effect of scaled media `x` into `out`; an `out` longer than `x` receives the carry-out.
    /// `before` stands in every period before the first.
    pub(crate) fn effect(&mut self, shape: &Shape<'_>, x: &[f64], before: f64, unit: f64, out: &mut [f64]) {
        let len = out.len();
        if shape.adstock_first {
            self.laid.fill(x, before, shape.weights.len(), len);
            self.media.resize(self.laid.blocks(), F8::ZERO);
            carry(shape.weights, &self.laid, &mut self.media);
            self.saturate(shape, unit);
        } else {
            self.media.clear();
            self.media.extend(x.chunks(LANES).map(eight));
            self.saturate(shape, unit);
            let (early, own) = (unit * shape.kind.value(shape.bend, before), &self.effect);
            self.laid.fill_with(shape.weights.len(), len, |t| match t {
                ..0 => early,
                t if (t as usize) < x.len() => own[t as usize / LANES].0[t as usize % LANES],
                _ => 0.0,
            });
            self.effect.resize(self.laid.blocks(), F8::ZERO);
            carry(shape.weights, &self.laid, &mut self.effect);
        }
        unpack(&self.effect, out);
    }

    fn saturate(&mut self, shape: &Shape<'_>, unit: f64) {
        let blocks = self.media.len();
        for room in [&mut self.effect, &mut self.slope, &mut self.nothing] {
            room.resize(blocks, F8::ZERO);
        }
        saturate(shape.kind, shape.bend, unit, &self.media, &self.nothing, &mut self.slope, &mut self.effect);
    }
}

/// From scaled media to effect in one draw of one channel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    /// Carry-over by lag.
    pub weights: &'a [f64],
    /// Form of the saturation.
    pub kind: Saturation,
    /// Half-saturation and slope.
    pub bend: [f64; 2],
    /// Which comes first.
    pub adstock_first: bool,
}

/// A row as plain numbers, copied only where they do not lie side by side.
pub(crate) fn numbers(row: ArrayView1<'_, f64>) -> Cow<'_, [f64]> {
    match row.to_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(row.to_vec()),
    }
}

/// The first `out.len()` numbers of `x`.
pub(crate) fn unpack(x: &[F8], out: &mut [f64]) {
    for (o, x) in out.chunks_mut(LANES).zip(x) {
        o.copy_from_slice(&x.0[..o.len()]);
    }
}

/// Numbers as vectors, zeros behind them.
pub(crate) fn pack(len: usize, x: impl Fn(usize) -> f64) -> Vec<F8> {
    let mut out = vec![F8::ZERO; len.div_ceil(LANES)];
    for t in 0..len {
        out[t / LANES].0[t % LANES] = x(t);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [Saturation; 5] =
        [Saturation::Hill, Saturation::Logistic, Saturation::MichaelisMenten, Saturation::Tanh, Saturation::None];

    proptest! {
        #[test]
        fn series_agree_with_single_numbers(k in 0usize..5, h in 0.05f64..10.0, s in 0.3f64..4.0, x in prop::collection::vec(-0.5f64..20.0, 1..30)) {
            let p = [h, if k == 0 { s } else { 1.0 }];
            let own = pack(x.len(), |t| x[t]);
            let zero = vec![F8::ZERO; own.len()];
            let (mut wide, mut slopes) = (zero.clone(), zero.clone());
            saturate(KINDS[k], p, 1.0, &own, &zero, &mut slopes, &mut wide);
            for (t, x) in x.iter().enumerate() {
                let (value, slope) = KINDS[k].value_and_slope(p, *x);
                let near = |a: f64, b: f64| (a - b).abs() < 1e-11 * (1.0 + b.abs());
                prop_assert!(near(wide[t / LANES].0[t % LANES], value), "{} {value}", wide[t / LANES].0[t % LANES]);
                prop_assert!(near(slopes[t / LANES].0[t % LANES], slope), "{} {slope}", slopes[t / LANES].0[t % LANES]);
            }
        }

        #[test]
        fn logarithms_of_products_are_sums_of_logarithms(a in 0.0f64..9.0, x in prop::collection::vec(0.0f64..1e6, 1..200)) {
            let mut got = [0.0];
            log_sums(&pack(x.len(), |t| x[t]), &[a], &mut got);
            let want: f64 = x.iter().map(|x| (a * x).ln_1p()).sum();
            prop_assert!((got[0] - want).abs() < 1e-12 * (1.0 + want), "{got:?} {want}");
        }

        #[test]
        fn what_is_carried_is_the_plain_sum(w in prop::collection::vec(0.0f64..1.0, 1..15), x in prop::collection::vec(0.0f64..9.0, 1..40), before in 0.0f64..2.0, more in 0usize..9) {
            let n = x.len() + more;
            let mut laid = Laid::default();
            laid.fill(&x, before, w.len(), n);
            let mut out = vec![F8::ZERO; laid.blocks()];
            carry(&w, &laid, &mut out);
            for t in 0..n {
                let at = |l: usize| if l > t { before } else { x.get(t - l).copied().unwrap_or(0.0) };
                let want: f64 = w.iter().enumerate().map(|(l, w)| w * at(l)).sum();
                prop_assert!((out[t / LANES].0[t % LANES] - want).abs() < 1e-12 * (1.0 + want));
            }
        }
    }
}
