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

impl F8 {
    /// All lanes zero.
    pub const ZERO: F8 = F8([0.0; LANES]);

    /// The same number in every lane.
    #[inline(always)]
    pub fn splat(x: f64) -> F8 {
        F8([x; LANES])
    }

    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> F8 {
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

    /// Natural logarithm of positive, normal numbers.
    #[inline(always)]
    pub fn ln(self) -> F8 {
        self.map(ln)
    }

    /// Hyperbolic tangent of `x >= 0`.
    #[inline(always)]
    pub fn tanh_of_nonnegative(self) -> F8 {
        self.map(|x| {
            // near 0 the difference 1 - e^(-2x) loses digits; the series takes over where both are good to 1e-13
            let e = exp(-2.0 * x);
            let direct = (1.0 - e) / (1.0 + e);
            let s = x * x;
            let series = x * (1.0 - s * (1.0 / 3.0 - s * (2.0 / 15.0 - s * (17.0 / 315.0 - s * (62.0 / 2835.0)))));
            if x < 0.04 { series } else { direct }
        })
    }
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
const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// `e^x` by `2^n * e^r`, `|r| <= ln 2 / 2`, with the Taylor polynomial of degree 12 (error of `e^r` below 2e-17).
#[inline(always)]
fn exp(x: f64) -> f64 {
    let x = if x > 709.0 { 709.0 } else { x };
    let x = if x < -708.0 { -708.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = (x - n * 0.693_147_180_369_123_8) - n * 1.908_214_929_270_587_7e-10;
    let mut p = 1.0 / 479_001_600.0;
    for c in [
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        p = p * r + c;
    }
    // the low bits of `shifted` hold n; moved into the exponent they are 2^n
    let scale = f64::from_bits((shifted.to_bits().wrapping_add(1023)) << 52);
    p * scale
}

/// `ln x = e ln 2 + 2 atanh(f)`, `f = (m - 1) / (m + 1)`, `m` in `sqrt(1/2)..sqrt(2)`.
#[inline(always)]
fn ln(x: f64) -> f64 {
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
