//! Amounts: from text to integer cents without passing through a floating number.

use super::number::{Exact, Mark, exact};
use crate::import::trouble::{Code, Why, shown};

/// What to do with more than two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// Refuse them: canonical tables promise cents.
    Refuse,
    /// Round half away from zero and count: wide tables come out of statistics tools.
    Round,
}

/// An amount in cents, and whether it had to be rounded.
///
/// # Errors
/// As [`exact`], and more than two places under [`Places::Refuse`]. Places that are only the noise of a floating
/// number (`12.340000000001`) are not held against it.
pub fn cents(cell: &str, mark: Mark, places: Places) -> Result<(i64, bool), Why> {
    let n = exact(cell, mark)?;
    let (value, changed) = round(n);
    if changed && places == Places::Refuse && !is_noise(n) {
        let reason = format!("`{}` has more than two places", shown(cell));
        return Err(Why::new(
            Code::TooManyPlaces,
            reason,
            format!("an amount in whole cents, such as {}", mark.example()),
        ));
    }
    i64::try_from(value).map(|v| (v, changed)).map_err(|_| {
        Why::new(Code::OutOfRange, format!("`{}` is out of range", shown(cell)), "amounts below 1,000,000,000,000,000")
    })
}

fn round(n: Exact) -> (i128, bool) {
    if n.scale <= 2 {
        return (n.mantissa * 10i128.pow(2 - n.scale), false);
    }
    let unit = 10i128.pow(n.scale - 2);
    let (whole, rest) = (n.mantissa / unit, n.mantissa % unit);
    (whole + if rest.abs() * 2 >= unit { n.mantissa.signum() } else { 0 }, rest != 0)
}

/// Whether what lies beyond the cents is below a millionth of a cent's neighbourhood.
fn is_noise(n: Exact) -> bool {
    if n.scale < 7 {
        return false;
    }
    let unit = 10i128.pow(n.scale - 2);
    let rest = (n.mantissa % unit).abs();
    rest.min(unit - rest) * 10_000 < unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(cell: &str) -> Result<i64, Code> {
        cents(cell, Mark::Point, Places::Refuse).map(|c| c.0).map_err(|w| w.code)
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(kept("1234.5"), Ok(123_450));
        assert_eq!(kept("0.29"), Ok(29), "0.29 * 100 is 28.999999999999996 in floating numbers");
        assert_eq!(kept("-0.01"), Ok(-1));
        assert_eq!(kept("90071992547409.93"), Ok(9_007_199_254_740_993), "above 2^53");
        assert_eq!(kept("10.500"), Ok(1_050));
        assert_eq!(kept("10.505"), Err(Code::TooManyPlaces));
        assert_eq!(kept("1234.5600000000001"), Ok(123_456), "noise of a floating number");
    }

    #[test]
    fn rounding_goes_away_from_zero_and_says_so() {
        let round = |cell| cents(cell, Mark::Point, Places::Round).ok();
        assert_eq!(round("10.505"), Some((1_051, true)));
        assert_eq!(round("-10.505"), Some((-1_051, true)));
        assert_eq!(round("22358.3466666667"), Some((2_235_835, true)));
        assert_eq!(round("1.50"), Some((150, false)));
    }
}
