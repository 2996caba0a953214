//! Round numbers for ticks.

/// The step 1, 2 or 5 x 10^k that cuts `low..high` into about `about` parts.
#[must_use]
pub fn step(low: f64, high: f64, about: usize) -> f64 {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return 1.0;
    }
    let raw = span / about.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let lead = raw / power;
    let round = if lead <= 1.0 + 1e-9 {
        1.0
    } else if lead <= 2.0 + 1e-9 {
        2.0
    } else if lead <= 5.0 + 1e-9 {
        5.0
    } else {
        10.0
    };
    round * power
}

/// The multiples of `step` from `low` to `high`.
#[must_use]
pub fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last.min(first.saturating_add(200))).map(|i| i as f64 * step).collect()
}

/// Decimals needed to write multiples of `step` exactly.
#[must_use]
pub fn decimals(step: f64) -> i32 {
    (-(step.abs().log10() + 1e-9).floor() as i32).clamp(0, 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(step(0.0, 7.3, 5), 2.0);
        assert_eq!(multiples(-0.4, 1.0, 0.5), vec![0.0, 0.5, 1.0]);
        assert_eq!([decimals(0.5), decimals(2.0), decimals(0.02), decimals(100.0)], [1, 0, 2, 0]);
        assert_eq!(step(3.0, 3.0, 5), 1.0);
    }
}
