//! The Hill curve with a free slope over lanes: `x^s / (x^s + h^s)` by one logarithm and one power, both to base 2, four
//! vectors beside each other.
//!
//! To base 2 neither needs a constant of two parts: the exponent of a number is the whole part of its logarithm, and what a
//! power leaves beside a whole exponent is exact.

use super::lanes::{F8, SHIFT, each, power};

/// Media below this count as this: far below anything that moves the curve, and still a number.
const NOTHING: f64 = 1e-280;

/// Stock below this counts as this where it is divided by.
const LEAST: f64 = 1e-12;

/// Coefficients of `log2(m) / f`, `f = (m - 1) / (m + 1)`, by powers of `f^2`, highest first, `m` in `sqrt(1/2)..sqrt(2)`:
/// interpolated at Chebyshev points, relative error 2e-16 before rounding.
const LOG: [f64; 7] = [
    0.242_918_301_352_629_7,
    0.261_444_070_063_939_44,
    0.320_616_393_526_342_3,
    0.412_198_401_974_235_7,
    0.577_078_017_246_782_2,
    0.961_796_693_924_333_5,
    2.885_390_081_777_927,
];

/// Coefficients of even and of odd powers of `2^r`, `|r| <= 1/2`, highest first: error 1e-15 before rounding.
const EVEN: [f64; 6] = [
    7.074_196_227_943_162e-9,
    1.321_543_252_505_21e-6,
    0.000_154_035_304_637_454_73,
    0.009_618_129_107_587_24,
    0.240_226_506_959_101_58,
    1.0,
];
const ODD: [f64; 5] = [
    1.020_590_819_918_810_9e-7,
    1.525_267_291_266_423_9e-5,
    0.001_333_355_820_081_091_4,
    0.055_504_108_664_651_6,
    0.693_147_180_559_946_2,
];

/// Bits of `sqrt(1/2)`.
const ROOT: u64 = 0x3FE6_A09E_667F_3BCD;

/// Half-saturations and slopes by lane.
#[derive(Debug, Clone, Copy)]
pub struct Hill {
    slope: F8,
    log_half: F8,
}

impl Hill {
    /// The curves with half-saturations and slopes by lane, all above 0.
    #[inline(always)]
    pub fn at(half: F8, slope: F8) -> Hill {
        Hill { slope, log_half: log2([half; 4])[0] }
    }

    /// Slopes by lane.
    #[inline(always)]
    pub fn steepness(self) -> F8 {
        self.slope
    }

    /// Effects of four vectors of media `>= 0`, and their `log2(x / half)`.
    #[inline(always)]
    pub fn values(self, x: [F8; 4]) -> ([F8; 4], [F8; 4]) {
        let logs = self.logs(x);
        let y = each!(i, (self.slope * logs[i]).at_most(1000.0).at_least(-1000.0));
        let shifted = each!(i, F8::splat(SHIFT) - y[i]);
        let n = each!(i, shifted[i] - F8::splat(SHIFT));
        let r = each!(i, -(y[i] + n[i]));
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
        // 1 / (1 + (half / x)^s)
        let below = each!(i, scale[i] * (even[i] + r[i] * odd[i]) + F8::splat(1.0));
        (each!(i, below[i].recip()), logs)
    }

    /// `log2(x / half)` of four vectors of media `>= 0`.
    #[inline(always)]
    pub fn logs(self, x: [F8; 4]) -> [F8; 4] {
        let logs = log2(each!(i, x[i].at_least(NOTHING)));
        each!(i, logs[i] - self.log_half)
    }

    /// `g dh/dx` for `g` at media `x` with effect `h`, and `g x dh/dx / s`, which times the natural logarithm is `g dh/ds`.
    #[inline(always)]
    pub fn slope(self, x: F8, h: F8, g: F8) -> (F8, F8) {
        let core = g * h * (F8::splat(1.0) - h);
        (core * self.slope * x.at_least(LEAST).recip(), core)
    }
}

/// Logarithms to base 2 of four vectors of positive, normal numbers.
#[inline(always)]
fn log2(x: [F8; 4]) -> [F8; 4] {
    let exponent = |x: f64| x.to_bits().wrapping_sub(ROOT) & 0xFFF0_0000_0000_0000;
    // the exponent beside SHIFT's last bits: no conversion instruction is needed
    let whole = |x: f64| f64::from_bits(SHIFT.to_bits().wrapping_add(((exponent(x) as i64) >> 52) as u64)) - SHIFT;
    let e = each!(i, x[i].map(whole));
    let m = each!(i, x[i].map(|x| f64::from_bits(x.to_bits().wrapping_sub(exponent(x)))));
    let f = each!(i, (m[i] - F8::splat(1.0)) * (m[i] + F8::splat(1.0)).recip());
    let s = each!(i, f[i] * f[i]);
    let mut p = [F8::splat(LOG[0]); 4];
    for c in &LOG[1..] {
        p = each!(i, p[i] * s[i] + F8::splat(*c));
    }
    each!(i, e[i] + f[i] * p[i])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mmm::saturation::Saturation;

    #[test]
    fn it_is_the_hill_curve_and_its_slopes_are_those_of_its_values() {
        let (mut off, mut wrong) = (0.0f64, 0.0f64);
        for (half, s) in [(0.03, 0.4), (0.7, 1.0), (1.3, 1.7), (9.0, 6.0)] {
            let hill = Hill::at(F8::splat(half), F8::splat(s));
            for i in 0..20_000 {
                let x = 1e-4 * 1.0009f64.powi(i);
                let (h, logs) = hill.values([F8::splat(x); 4]);
                off = off.max((h[2].0[5] - Saturation::Hill.value([half, s], x)).abs());
                let (by_x, core) = hill.slope(F8::splat(x), h[0], F8::splat(3.0));
                let want = 3.0 * Saturation::Hill.slope([half, s], x);
                wrong = wrong.max((by_x.0[1] - want).abs() / (1e-9 + want.abs()));
                // d/ds of 1 / (1 + (half/x)^s) is h (1 - h) ln(x / half)
                let by_s = core.0[1] * logs[0].0[1] * std::f64::consts::LN_2;
                let h = h[0].0[1];
                assert!((by_s - 3.0 * h * (1.0 - h) * (x / half).ln()).abs() < 1e-12);
            }
            let none = hill.values([F8::ZERO; 4]).0[0].0[0];
            assert!((0.0..1e-30).contains(&none), "{none}");
            assert_eq!(hill.values([F8::splat(1e300); 4]).0[3].0[7], 1.0);
        }
        assert!(off < 4e-15 && wrong < 1e-6, "{off} {wrong}");
        // negative control: a slope off by a millionth would be seen
        let h = |s: f64| Hill::at(F8::splat(0.7), F8::splat(s)).values([F8::splat(2.0); 4]).0[0].0[0];
        assert!((h(1.7) - h(1.7 + 1e-6)).abs() > 1e-8);
    }
}
