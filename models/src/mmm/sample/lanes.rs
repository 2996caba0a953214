//! Eight numbers at a time: the vector type of the sampling kernel, with its own `exp` and `ln`.
//!
//! Plain arrays that the compiler turns into vector instructions once they are inlined into a function compiled for
//! the CPU at hand ([`super::dispatch`]). `exp` and `ln` are polynomials, so that they vectorise and give the same
//! bits on every machine; their error is below 4 units in the last place over the range used here.

use std::ops::{Add, Mul, Neg, Sub};

/// Lanes in a block.
pub const LANES: usize = 8;

/// Eight `f64`, aligned to a cache line.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub struct F8(pub [f64; LANES]);

/// An expression for `$i` in `0..4`, written out: a closure that is called from several places is not inlined.
macro_rules! each {
    ($i:ident, $e:expr) => {{
        [
            {
                let $i = 0;
                $e
            },
            {
                let $i = 1;
                $e
            },
            {
                let $i = 2;
                $e
            },
            {
                let $i = 3;
                $e
            },
        ]
    }};
}
pub(super) use each;

impl F8 {
    /// All lanes zero.
    pub const ZERO: F8 = F8([0.0; LANES]);

    /// The same number in every lane.
    #[inline(always)]
    pub fn splat(x: f64) -> F8 {
        F8([x; LANES])
    }

    /// `f` of every lane.
    #[inline(always)]
    pub(super) fn map(self, f: impl Fn(f64) -> f64) -> F8 {
        let mut out = self.0;
        for x in &mut out {
            *x = f(*x);
        }
        F8(out)
    }

    #[inline(always)]
    fn zip(self, other: F8, f: impl Fn(f64, f64) -> f64) -> F8 {
        let mut out = self.0;
        for (x, y) in out.iter_mut().zip(other.0) {
            *x = f(*x, y);
        }
        F8(out)
    }

    /// Sum over lanes in a fixed order.
    #[inline(always)]
    pub fn sum(self) -> f64 {
        let a = self.0;
        ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))
    }

    /// 1 where a lane is above 0, 0 elsewhere.
    #[inline(always)]
    pub fn is_positive(self) -> F8 {
        self.map(|x| if x > 0.0 { 1.0 } else { 0.0 })
    }

    /// `1 / x` by lane.
    #[inline(always)]
    pub fn recip(self) -> F8 {
        self.map(|x| 1.0 / x)
    }

    /// The larger of each lane and `floor`.
    #[inline(always)]
    pub fn at_least(self, floor: f64) -> F8 {
        self.map(|x| if x > floor { x } else { floor })
    }

    /// The smaller of each lane and `ceiling`.
    #[inline(always)]
    pub fn at_most(self, ceiling: f64) -> F8 {
        self.map(|x| if x < ceiling { x } else { ceiling })
    }

    /// `e^x` for `x` in about `-708..=709`; beyond, the ends.
    #[inline(always)]
    pub fn exp(self) -> F8 {
        self.map(exp)
    }

    /// Hyperbolic tangents of four vectors of `x >= 0`, step by step beside each other: one alone waits for itself.
    #[inline(always)]
    pub fn tanh4(x: [F8; 4]) -> [F8; 4] {
        let y = each!(i, x[i].at_most(20.0) * 2.0);
        let shifted = each!(i, y[i] * std::f64::consts::LOG2_E + F8::splat(SHIFT));
        let n = each!(i, shifted[i] - F8::splat(SHIFT));
        let r = each!(i, (y[i] - n[i] * LN2_HIGH) - n[i] * LN2_LOW);
        let scale = each!(i, shifted[i].map(power));
        let s = each!(i, r[i] * r[i]);
        let mut even = [F8::splat(EVEN[0]); 4];
        for c in &EVEN[1..] {
            even = each!(i, even[i] * s[i] + F8::splat(*c));
        }
        let mut odd = [F8::splat(ODD[0]); 4];
        for c in &ODD[1..] {
            odd = each!(i, odd[i] * s[i] + F8::splat(*c));
        }
        let e = each!(i, scale[i] * (r[i] * (even[i] + r[i] * odd[i])) + (scale[i] - F8::splat(1.0)));
        each!(i, e[i].zip(e[i] + F8::splat(2.0), |a, b| a / b))
    }

    /// Natural logarithm of positive, normal numbers.
    #[inline(always)]
    pub fn ln(self) -> F8 {
        self.map(ln)
    }

    /// Hyperbolic tangent of `x >= 0`.
    #[inline(always)]
    pub fn tanh_of_nonnegative(self) -> F8 {
        self.map(|x| {
            // by e^2x - 1, which loses no digits near 0; beyond 20 the result is 1
            let x = if x < 20.0 { x } else { 20.0 };
            let (r, scale) = reduce(2.0 * x);
            let e = scale * small(r) + (scale - 1.0);
            e / (e + 2.0)
        })
    }
}

/// Put into a loop over vectors, keeps the compiler from turning the loop's vectors across: it would take one lane of eight
/// vectors at a time by gathering, ten times slower than the vectors as they lie.
#[inline(always)]
pub fn as_they_lie() {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    // SAFETY: no instruction at all
    unsafe {
        std::arch::asm!("", options(nomem, nostack, preserves_flags));
    }
}

/// The lanes of `v` one after another.
#[inline(always)]
pub fn flat(v: &[F8]) -> &[f64] {
    // SAFETY: F8 is eight f64 without padding (its size is its alignment), so as many f64 lie there
    unsafe { std::slice::from_raw_parts(v.as_ptr().cast(), v.len() * LANES) }
}

impl Add for F8 {
    type Output = F8;
    #[inline(always)]
    fn add(self, o: F8) -> F8 {
        self.zip(o, |a, b| a + b)
    }
}
impl Sub for F8 {
    type Output = F8;
    #[inline(always)]
    fn sub(self, o: F8) -> F8 {
        self.zip(o, |a, b| a - b)
    }
}
impl Mul for F8 {
    type Output = F8;
    #[inline(always)]
    fn mul(self, o: F8) -> F8 {
        self.zip(o, |a, b| a * b)
    }
}
impl Mul<f64> for F8 {
    type Output = F8;
    #[inline(always)]
    fn mul(self, o: f64) -> F8 {
        self.map(|a| a * o)
    }
}
impl Neg for F8 {
    type Output = F8;
    #[inline(always)]
    fn neg(self) -> F8 {
        self.map(|a| -a)
    }
}

/// Rounds to the nearest integer by adding it to the last place: no conversion instruction is needed.
pub(super) const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// `ln 2` in two parts, so that a small multiple of the first is exact.
const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Coefficients of even and of odd powers of [`small`], highest first.
const EVEN: [f64; 6] = [
    2.510_521_447_475_141_3e-8,
    2.755_725_540_628_504_4e-6,
    0.000_198_412_698_748_158_34,
    0.008_333_333_333_326_136,
    0.166_666_666_666_666_7,
    1.0,
];
const ODD: [f64; 5] = [
    2.762_636_777_572_321_7e-7,
    2.480_150_432_169_015_8e-5,
    0.001_388_888_893_250_854_8,
    0.041_666_666_666_573_086,
    0.500_000_000_000_000_6,
];

/// `2^n` of `n + SHIFT`: the low bits hold n; moved into the exponent they are the power.
#[inline(always)]
pub(super) fn power(shifted: f64) -> f64 {
    f64::from_bits((shifted.to_bits().wrapping_add(1023)) << 52)
}

/// `x = n ln 2 + r`, `|r| <= ln 2 / 2`: `r` and `2^n`.
#[inline(always)]
fn reduce(x: f64) -> (f64, f64) {
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    ((x - n * LN2_HIGH) - n * LN2_LOW, power(shifted))
}

/// `e^r - 1` for `|r| <= ln 2 / 2`: interpolated at Chebyshev points, relative error 3e-17 before rounding. Even and odd
/// powers apart, so that the chain of dependent operations is half as long.
#[inline(always)]
fn small(r: f64) -> f64 {
    let s = r * r;
    let (mut even, mut odd) = (EVEN[0], ODD[0]);
    for c in &EVEN[1..] {
        even = even * s + c;
    }
    for c in &ODD[1..] {
        odd = odd * s + c;
    }
    r * (even + r * odd)
}

/// `e^x` by `2^n * e^r`.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let x = if x > 709.0 { 709.0 } else { x };
    let x = if x < -708.0 { -708.0 } else { x };
    let (r, scale) = reduce(x);
    (1.0 + small(r)) * scale
}

/// `ln x = e ln 2 + 2 atanh(f)`, `f = (m - 1) / (m + 1)`, `m` in `sqrt(1/2)..sqrt(2)`.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    const SQRT_HALF_BITS: u64 = 0x3FE6_A09E_667F_3BCD;
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let exponent_bits = bits & 0xFFF0_0000_0000_0000;
    // arithmetic shift of the exponent without an i64 -> f64 conversion: place it beside SHIFT's last bits
    let e = f64::from_bits(SHIFT.to_bits().wrapping_add(((exponent_bits as i64) >> 52) as u64)) - SHIFT;
    let m = f64::from_bits(x.to_bits().wrapping_sub(exponent_bits));
    let f = (m - 1.0) / (m + 1.0);
    let s = f * f;
    let mut p = 1.0 / 21.0;
    for c in [1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 0.2, 1.0 / 3.0, 1.0] {
        p = p * s + c;
    }
    e * 0.693_147_180_369_123_8 + (2.0 * f * p + e * 1.908_214_929_270_587_7e-10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_ln_agree_with_the_standard_library() {
        let mut worst = (0.0f64, 0.0f64, 0.0f64);
        for i in 0..200_000 {
            let x = -700.0 + 1400.0 * f64::from(i) / 200_000.0;
            worst.0 = worst.0.max((exp(x) / x.exp() - 1.0).abs());
            let y = x.exp();
            worst.1 = worst.1.max((ln(y) - y.ln()).abs() / (1.0 + y.ln().abs()));
            let z = f64::from(i) * 1e-4;
            worst.2 = worst.2.max((F8::splat(z).tanh_of_nonnegative().0[3] - z.tanh()).abs() / (1e-300 + z.tanh()));
        }
        assert!(worst.0 < 1e-13 && worst.1 < 1e-15 && worst.2 < 2e-13, "{worst:?}");
        assert_eq!(exp(-1e9), exp(-708.0));
        assert!(exp(1e9).is_finite());
    }

    #[test]
    fn lanes_do_not_mix() {
        let a = F8([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!((a * a - a + F8::splat(1.0)).0[6], 43.0);
        assert_eq!(a.sum(), 36.0);
        assert_eq!((-a).at_least(-3.0).0[7], -3.0);
    }
}
