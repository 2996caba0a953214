//! Numbers as a person writes them, never with more digits than their interval supports.

/// A power of a thousand and the letter that stands for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What a value is divided by.
    pub divisor: f64,
    /// `""`, `"k"`, `"M"`, `"B"` or `"T"`.
    pub letter: &'static str,
}

impl Scale {
    /// For values up to `largest` in size: plain below 10,000.
    #[must_use]
    pub fn of(largest: f64) -> Scale {
        let size = largest.abs();
        let pick = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
        // 0.9995 so that what would round to 1000 k is written 1.0 M.
        pick.into_iter()
            .find(|(divisor, letter)| size >= if *letter == "k" { 9_999.5 } else { divisor * 0.999_5 })
            .map_or(Scale { divisor: 1.0, letter: "" }, |(divisor, letter)| Scale { divisor, letter })
    }
}

/// How many decimals an interval of width `spread` (90%, in the unit shown) supports; negative: tens, hundreds.
///
/// The standard error (`spread / 3.29` for a Normal) is kept to two digits where they are 10 to 35 and to one above, and
/// the value to the same place. Source: Particle Data Group, Review of Particle Physics, section 5.3.
#[must_use]
pub fn supported_decimals(spread: f64) -> i32 {
    let error = spread.abs() / 3.29;
    if !(error > 0.0 && error.is_finite()) {
        return 6;
    }
    let power = error.log10().floor();
    let lead = error / 10f64.powf(power);
    -(power as i32) + i32::from(lead < 3.55)
}

/// `value` with `decimals` digits after the point (negative: rounded to tens, hundreds), thousands parted by commas.
#[must_use]
pub fn fixed(value: f64, decimals: i32) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.abs() >= 1e9 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let step = 10f64.powi(decimals.min(0).abs());
    let text = format!("{:.*}", decimals.max(0) as usize, (value / step).round_ties_even_if(decimals < 0) * step);
    let negative = text.starts_with('-') && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let digits = text.trim_start_matches('-');
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(w, r)| (w, Some(r)));
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    if negative { format!("−{out}") } else { out }
}

trait RoundIf {
    fn round_ties_even_if(self, round: bool) -> f64;
}

impl RoundIf for f64 {
    fn round_ties_even_if(self, round: bool) -> f64 {
        if round { self.round() } else { self }
    }
}

/// Decimals for a value already scaled: one below 100, none above, fewer where `spread` (scaled as well) says so.
fn decimals(scaled: f64, letter: &str, spread: Option<f64>) -> i32 {
    let size = scaled.abs();
    let most = if letter.is_empty() {
        if size >= 99.5 {
            0
        } else if size >= 0.995 || size == 0.0 {
            1
        } else {
            2
        }
    } else if size < 99.95 {
        1
    } else {
        0
    };
    spread.map_or(most, |s| most.min(supported_decimals(s)))
}

/// `1.3 M`, `527 k`, `8,400`, `2.1`, `0.42`. `spread` is the width of the 90% interval.
#[must_use]
pub fn amount(value: f64, spread: Option<f64>) -> String {
    scaled(value, Scale::of(value), spread)
}

/// `value` in a given scale: `1.3 M`.
#[must_use]
pub fn scaled(value: f64, scale: Scale, spread: Option<f64>) -> String {
    let number = unlettered(value, scale, spread);
    if scale.letter.is_empty() { number } else { format!("{number} {}", scale.letter) }
}

/// `value` in a given scale without its letter: `1.3`.
#[must_use]
pub fn unlettered(value: f64, scale: Scale, spread: Option<f64>) -> String {
    let inner = value / scale.divisor;
    // A round thousand or million needs no decimal: 18 k, not 18.0 k.
    if spread.is_none() && !scale.letter.is_empty() && (inner - inner.round()).abs() < 1e-9 {
        return fixed(inner, 0);
    }
    fixed(inner, decimals(inner, scale.letter, spread.map(|s| s / scale.divisor)))
}

/// A count: `1,240`, `12,480`, `1.3 M`.
#[must_use]
pub fn count(value: f64) -> String {
    if value.abs() < 999_999.5 {
        fixed(value, if (value - value.round()).abs() < 1e-9 || value.abs() >= 99.5 { 0 } else { 1 })
    } else {
        amount(value, None)
    }
}

/// A share 0..=1 as `12.4%`; `spread` is the width of the 90% interval as a share.
#[must_use]
pub fn percent(share: f64, spread: Option<f64>) -> String {
    let value = share * 100.0;
    if value.abs() >= 9_999.5 {
        return format!("{}%", amount(value, spread.map(|s| s * 100.0)));
    }
    let most = if value.abs() >= 99.95 || value == 0.0 { 0 } else { 1 };
    format!("{}%", fixed(value, spread.map_or(most, |s| most.min(supported_decimals(s * 100.0)).max(0))))
}

/// A share rounded for a sentence: `31%`.
#[must_use]
pub fn round_percent(share: f64) -> String {
    let value = share * 100.0;
    if value.abs() >= 9_999.5 {
        percent(share, None)
    } else if value > 0.0 && value < 1.0 {
        "under 1%".to_owned()
    } else {
        format!("{}%", fixed(value, 0))
    }
}

/// A ratio as `1.8x`.
#[must_use]
pub fn ratio(value: f64, spread: Option<f64>) -> String {
    format!("{}x", plain_ratio(value, spread))
}

/// A ratio without its sign: `1.8`, `0.42`.
#[must_use]
pub fn plain_ratio(value: f64, spread: Option<f64>) -> String {
    let most = if value.abs() < 0.995 && value != 0.0 && spread.is_none() { 2 } else { 1 };
    let decimals = spread.map_or(most, |s| supported_decimals(s).clamp(0, if s < 0.4 { 2 } else { 1 }));
    fixed(value, decimals)
}

/// The number itself, to six significant digits, for `data-value`.
#[must_use]
pub fn plain(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// `one` to `twelve` in words, larger in figures.
#[must_use]
pub fn in_words(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_a_person_writes_them() {
        let cases = [
            (1_312_000.0, "1.3 M"),
            (527_400.0, "527 k"),
            (8_400.0, "8,400"),
            (999_960.0, "1.0 M"),
            (12_440.0, "12.4 k"),
            (-388_000.0, "−388 k"),
            (2.1, "2.1"),
            (0.42, "0.42"),
            (0.0, "0.0"),
            (3.2e9, "3.2 B"),
        ];
        for (value, text) in cases {
            assert_eq!(amount(value, None), text);
        }
    }

    #[test]
    fn a_wide_interval_takes_digits_away_and_a_narrow_one_gives_none_beyond_three() {
        assert_eq!(amount(527_400.0, Some(600_000.0)), "530 k");
        assert_eq!(amount(527_400.0, Some(1_600_000.0)), "500 k");
        assert_eq!(amount(1_312_345.0, Some(10.0)), "1.3 M");
        assert_eq!(percent(0.1243, Some(0.20)), "12%");
        assert_eq!(percent(0.1243, Some(0.02)), "12.4%");
        assert_eq!([ratio(1.84, Some(8.0)), ratio(1.84, Some(20.0))], ["1.8x", "2x"]);
    }

    #[test]
    fn shares_and_ratios_carry_their_sign() {
        assert_eq!(percent(0.124, None), "12.4%");
        assert_eq!(ratio(1.8, None), "1.8x");
        assert_eq!(round_percent(0.004), "under 1%");
        assert_eq!(percent(-0.05, None), "−5.0%");
    }

    #[test]
    fn a_number_that_is_none_is_a_dash_and_minus_zero_is_zero() {
        assert_eq!(fixed(f64::NAN, 1), "–");
        assert_eq!(fixed(-0.01, 1), "0.0");
        assert_eq!(plain(1234567.0), "1234567");
        assert_eq!(plain(0.000123456789), "0.000123457");
    }
}
