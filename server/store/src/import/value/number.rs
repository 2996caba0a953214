//! Numbers as people and programs write them: decimal point or comma, thousands, signs, exponents.

use crate::import::trouble::{Code, Why, shown};

/// Which mark parts the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

impl Mark {
    fn decimal(self) -> u8 {
        if self == Self::Point { b'.' } else { b',' }
    }

    fn group(self) -> u8 {
        if self == Self::Point { b',' } else { b'.' }
    }

    /// An amount written with this mark, for messages.
    #[must_use]
    pub fn example(self) -> &'static str {
        if self == Self::Point { "1234.56" } else { "1234,56" }
    }
}

/// What one cell says about the decimal mark of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Only the point can be the decimal mark.
    Point,
    /// Only the comma can be.
    Comma,
    /// One mark followed by three digits: thousands or decimals.
    Either,
    /// Says nothing.
    None,
}

impl Evidence {
    /// Reads the evidence in a cell.
    #[must_use]
    pub fn of(cell: &str) -> Self {
        let cell = cell.trim().trim_start_matches(['-', '+', '(']).trim_end_matches(')');
        if cell.is_empty() || !cell.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
            return Self::None;
        }
        let (points, commas) = (cell.matches('.').count(), cell.matches(',').count());
        match (points, commas) {
            (0, 0) => Self::None,
            (1, 0) | (0, 1) => {
                let at = cell.find(['.', ',']).unwrap_or(0);
                let groups_possible = cell.len() - at == 4 && (1..=3).contains(&at) && !cell.starts_with('0');
                match (groups_possible, points) {
                    (true, _) => Self::Either,
                    (false, 1) => Self::Point,
                    (false, _) => Self::Comma,
                }
            }
            // A mark that occurs twice parts thousands; where both occur, the last one parts the decimals.
            (2.., 0) => Self::Comma,
            (0, 2..) => Self::Point,
            _ if cell.rfind('.') > cell.rfind(',') => Self::Point,
            _ => Self::Comma,
        }
    }
}

/// A number exactly as written: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    /// All digits.
    pub mantissa: i128,
    /// How many of them are decimals, 0..=18.
    pub scale: u32,
}

const DIGITS: u32 = 18;

fn not_a_number(cell: &str, mark: Mark) -> Why {
    let accepted = format!("a number such as {}, without currency sign or unit", mark.example());
    Why::new(Code::NotANumber, format!("`{}` is not a number", shown(cell)), accepted)
}

fn too_far(cell: &str) -> Why {
    let reason = format!("`{}` is out of range", shown(cell));
    Why::new(Code::OutOfRange, reason, "numbers below 1,000,000,000,000,000")
}

/// Parses a number exactly, up to 18 places; further places are cut off.
///
/// Thousands may be parted by the other mark, a space or an apostrophe, in threes; a bracketed number is negative.
///
/// # Errors
/// NaN and infinities, numbers of 10^15 and more, numbers in the other decimal mark, and what is no number.
pub fn exact(cell: &str, mark: Mark) -> Result<Exact, Why> {
    let text = cell.trim();
    let (text, bracketed) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let (text, minus) = match text.as_bytes().first() {
        Some(b'-') => (&text[1..], true),
        Some(b'+') => (&text[1..], false),
        _ => (text.strip_prefix('\u{2212}').unwrap_or(text), text.starts_with('\u{2212}')),
    };
    if is_not_finite(text) {
        let reason = format!("`{}` is not a finite number", shown(cell));
        return Err(Why::new(Code::NotFinite, reason, "a finite number; leave the cell empty where nothing is known"));
    }
    let (mut mantissa, mut whole, mut scale, mut dropped) = (0i128, 0u32, 0u32, 0u32);
    let (mut in_decimals, mut group, mut grouped, mut seen) = (false, 0u32, false, false);
    let mut bytes = text.bytes().enumerate();
    let mut exponent = 0i32;
    while let Some((i, b)) = bytes.next() {
        match b {
            b'0'..=b'9' => {
                seen = true;
                if in_decimals && scale == DIGITS {
                    dropped += 1;
                    continue;
                }
                mantissa = mantissa * 10 + i128::from(b - b'0');
                if in_decimals {
                    scale += 1;
                } else {
                    group += 1;
                    whole += u32::from(mantissa != 0);
                    if whole > 20 {
                        return Err(too_far(cell));
                    }
                }
            }
            _ if b == mark.decimal() && !in_decimals => {
                if grouped && group != 3 {
                    return Err(wrong_groups(cell, mark));
                }
                in_decimals = true;
            }
            _ if (b == mark.group() || b == b'\'' || b == b' ') && !in_decimals && seen => {
                if (grouped && group != 3) || group > 3 {
                    return Err(wrong_groups(cell, mark));
                }
                (grouped, group) = (true, 0);
            }
            // No-break space and its narrow form, the separators of French and Swiss exports.
            0xC2 | 0xE2 if !in_decimals && seen => {
                let long = if b == 0xC2 { "\u{a0}" } else { "\u{202f}" };
                if !text[i..].starts_with(long) || (grouped && group != 3) || group > 3 {
                    return Err(not_a_number(cell, mark));
                }
                for _ in 1..long.len() {
                    bytes.next();
                }
                (grouped, group) = (true, 0);
            }
            b'e' | b'E' if seen => {
                exponent = text[i + 1..].parse().map_err(|_| not_a_number(cell, mark))?;
                break;
            }
            _ => {
                // The other mark where no thousands can stand: say which mark is expected.
                return Err(if b == mark.group() { wrong_groups(cell, mark) } else { not_a_number(cell, mark) });
            }
        }
    }
    if grouped && !in_decimals && group != 3 {
        return Err(wrong_groups(cell, mark));
    }
    if !seen || (dropped > 0 && exponent > 0) {
        return Err(not_a_number(cell, mark));
    }
    let number = shifted(Exact { mantissa, scale }, exponent).ok_or_else(|| too_far(cell))?;
    if number.mantissa / 10i128.pow(number.scale) >= 1_000_000_000_000_000 {
        return Err(too_far(cell));
    }
    let sign = if minus || bracketed { -1 } else { 1 };
    Ok(Exact { mantissa: sign * number.mantissa, ..number })
}

/// Parses a number for models and exposures; exact up to the nearest double.
///
/// # Errors
/// As [`exact`].
pub fn real(cell: &str, mark: Mark) -> Result<f64, Why> {
    let text = cell.trim();
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
    if mark == Mark::Point && text.bytes().all(plain) {
        return match text.parse::<f64>() {
            Ok(x) if x.abs() < 1e15 => Ok(x),
            Ok(_) => Err(too_far(cell)),
            Err(_) => exact(cell, mark).map(to_f64),
        };
    }
    exact(cell, mark).map(to_f64)
}

fn to_f64(n: Exact) -> f64 {
    // Through text, because dividing by a power of ten would round twice.
    format!("{}e-{}", n.mantissa, n.scale).parse().unwrap_or(f64::NAN)
}

fn shifted(n: Exact, exponent: i32) -> Option<Exact> {
    if exponent >= 0 {
        let use_up = n.scale.min(exponent as u32);
        let left = exponent as u32 - use_up;
        let factor = if left > DIGITS && n.mantissa != 0 { None } else { 10i128.checked_pow(left.min(DIGITS)) };
        return Some(Exact { mantissa: n.mantissa.checked_mul(factor?)?, scale: n.scale - use_up });
    }
    let places = n.scale + exponent.unsigned_abs().min(100);
    let over = places.saturating_sub(DIGITS);
    Some(Exact { mantissa: n.mantissa / 10i128.checked_pow(over).unwrap_or(i128::MAX), scale: places.min(DIGITS) })
}

fn is_not_finite(text: &str) -> bool {
    ["nan", "inf", "infinity", "#div/0!", "1.#inf", "1.#qnan"].iter().any(|w| text.eq_ignore_ascii_case(w))
}

fn wrong_groups(cell: &str, mark: Mark) -> Why {
    let other = if mark == Mark::Point { "comma" } else { "point" };
    let this = if mark == Mark::Point { "point" } else { "comma" };
    let reason = format!("`{}` uses a {other} where this column's decimals follow a {this}", shown(cell));
    let accepted =
        format!("{}, or a mapping that gives this column decimal = \"{}\"", mark.example(), mark.group() as char);
    Why::new(Code::WrongDecimal, reason, accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(cell: &str) -> Result<f64, Code> {
        exact(cell, Mark::Point).map(to_f64).map_err(|w| w.code)
    }

    fn commas(cell: &str) -> Result<f64, Code> {
        exact(cell, Mark::Comma).map(to_f64).map_err(|w| w.code)
    }

    #[test]
    fn numbers_are_read_in_both_marks_and_refused_in_the_other() {
        assert_eq!(points("1,234.56"), Ok(1234.56));
        assert_eq!(commas("1.234,56"), Ok(1234.56));
        assert_eq!(points("1.234,56"), Err(Code::WrongDecimal));
        assert_eq!(commas("1,234.56"), Err(Code::WrongDecimal));
        assert_eq!(points("12,34"), Err(Code::WrongDecimal));
        assert_eq!(points("1'234'567"), Ok(1_234_567.0));
        assert_eq!(commas("1\u{202f}234\u{a0}567,5"), Ok(1_234_567.5));
        assert_eq!(points("(12.50)"), Ok(-12.5));
        assert_eq!(points("1.5e3"), Ok(1500.0));
        assert_eq!(points("1e-3"), Ok(0.001));
        assert_eq!(points("1e400"), Err(Code::OutOfRange));
        assert_eq!(points("0e400"), Ok(0.0));
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        for cell in ["NaN", "nan", "-inf", "Infinity", "#DIV/0!"] {
            assert_eq!(points(cell), Err(Code::NotFinite), "{cell}");
        }
        for cell in ["abc", "1.2.3", "€12", "12 USD", "", ".", "--1", "1e", "e5", "1 2"] {
            assert!(points(cell).is_err(), "{cell}");
        }
        assert_eq!(points("99999999999999999999999"), Err(Code::OutOfRange));
    }

    #[test]
    fn one_mark_before_three_digits_decides_nothing() {
        assert_eq!(Evidence::of("1.234"), Evidence::Either);
        assert_eq!(Evidence::of("1,234"), Evidence::Either);
        assert_eq!(Evidence::of("0.234"), Evidence::Point);
        assert_eq!(Evidence::of("1234.567"), Evidence::Point);
        assert_eq!(Evidence::of("1.234.567"), Evidence::Comma);
        assert_eq!(Evidence::of("1.234,5"), Evidence::Comma);
        assert_eq!(Evidence::of("-12,5"), Evidence::Comma);
        assert_eq!(Evidence::of("1234"), Evidence::None);
    }

    proptest::proptest! {
        #[test]
        fn doubles_survive_the_way_through_text(x in -1e14f64..1e14) {
            proptest::prop_assert_eq!(real(&x.to_string(), Mark::Point).ok(), Some(x));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = (exact(&text, Mark::Point), exact(&text, Mark::Comma), Evidence::of(&text));
        }
    }
}
