//! The nouns that figures share: an estimate with its intervals, a verdict, the words that come with every figure.

use crate::date::Span;
use serde::{Deserialize, Serialize};

/// A quantity known by its distribution: median, 50% and 90% intervals, in the unit of the figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// 5% quantile.
    pub p05: f64,
    /// 25% quantile; without it the 50% interval is not drawn.
    #[serde(default)]
    pub p25: Option<f64>,
    /// Median.
    pub p50: f64,
    /// 75% quantile.
    #[serde(default)]
    pub p75: Option<f64>,
    /// 95% quantile.
    pub p95: f64,
}

impl Estimate {
    /// From three quantiles.
    #[must_use]
    pub fn new(p05: f64, p50: f64, p95: f64) -> Estimate {
        Estimate { p05, p25: None, p50, p75: None, p95 }
    }

    /// With the 50% interval.
    #[must_use]
    pub fn with_half(mut self, p25: f64, p75: f64) -> Estimate {
        self.p25 = Some(p25);
        self.p75 = Some(p75);
        self
    }

    /// From draws, by linear interpolation between order statistics (type 7); `None` without a finite draw.
    #[must_use]
    pub fn of_draws(draws: &[f64]) -> Option<Estimate> {
        let mut sorted: Vec<f64> = draws.iter().copied().filter(|d| d.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let at = |q: f64| {
            let place = q * last as f64;
            let low = place.floor() as usize;
            let high = (low + 1).min(last);
            sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
        };
        Some(Estimate::new(at(0.05), at(0.5), at(0.95)).with_half(at(0.25), at(0.75)))
    }

    /// Width of the 90% interval.
    #[must_use]
    pub fn spread(&self) -> f64 {
        (self.p95 - self.p05).abs()
    }

    /// Whether the 90% interval lies wholly above or below `value`.
    #[must_use]
    pub fn differs_from(&self, value: f64) -> bool {
        self.p05 > value || self.p95 < value
    }

    /// Whether all numbers are finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.p05.is_finite() && self.p50.is_finite() && self.p95.is_finite()
    }
}

/// Whether a channel's number can be acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A size one can plan with: filled dot.
    Decidable,
    /// A direction, not a size: ring.
    Leaning,
    /// The data do not say: cross.
    NotDecidable,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Verdict::Decidable => "decidable",
            Verdict::Leaning => "leaning",
            Verdict::NotDecidable => "not decidable",
        }
    }
}

/// Where the numbers of a figure come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Model run.
    pub run: Option<String>,
    /// Data version (a hash; its first 12 characters are shown).
    pub data_version: Option<String>,
    /// What was known by when, as text.
    pub as_of: Option<String>,
    /// Anything else, such as the estimator.
    pub note: Option<String>,
}

impl Source {
    /// `Run r-7f3a · data 91bc02ab13de · as of 2026-11-23`.
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [
            self.run.as_ref().map(|r| format!("Run {r}")),
            self.data_version.as_ref().map(|d| format!("data {}", d.chars().take(12).collect::<String>())),
            self.as_of.as_ref().map(|a| format!("as of {a}")),
            self.note.clone(),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// The words that come with every figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Caption {
    /// Replaces the finding worded from the numbers.
    pub title: Option<String>,
    /// What the figure covers.
    pub period: Option<Span>,
    /// Where the numbers come from.
    pub source: Source,
}

impl Caption {
    /// The parts of a subtitle with the period after the measure: `Measure, unit · period · interval`.
    #[must_use]
    pub fn subtitle(&self, measure: &str, interval: &str) -> String {
        let period = self.period.map(|p| p.to_string()).unwrap_or_default();
        [measure, &period, interval].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// The title given, or the finding.
    #[must_use]
    pub fn title_or(&self, finding: impl FnOnce() -> String) -> String {
        self.title.clone().filter(|t| !t.trim().is_empty()).unwrap_or_else(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_draws_match_the_definition() {
        let draws: Vec<f64> = (0..=100).map(f64::from).collect();
        let e = Estimate::of_draws(&draws).expect("draws");
        assert_eq!((e.p05, e.p25, e.p50, e.p75, e.p95), (5.0, Some(25.0), 50.0, Some(75.0), 95.0));
        assert_eq!(Estimate::of_draws(&[f64::NAN]), None);
    }

    #[test]
    fn an_interval_over_break_even_does_not_differ_from_it() {
        assert!(!Estimate::new(0.8, 1.2, 1.9).differs_from(1.0));
        assert!(Estimate::new(1.1, 1.2, 1.9).differs_from(1.0));
    }

    #[test]
    fn the_source_line_names_run_data_and_time() {
        let source = Source {
            run: Some("r1".into()),
            data_version: Some("0123456789abcdef".into()),
            as_of: Some("2026-11-23".into()),
            note: None,
        };
        assert_eq!(source.line(), "Run r1 · data 0123456789ab · as of 2026-11-23");
    }
}
