//! Dates as figures write them: `Jan 2026`, `W07`, `5 Jan – 29 Mar 2026`.

use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Jan`.
#[must_use]
pub fn month(day: Day) -> &'static str {
    MONTHS[(day.to_civil().1 as usize).clamp(1, 12) - 1]
}

/// `Jan 2026`.
#[must_use]
pub fn month_year(day: Day) -> String {
    format!("{} {}", month(day), day.to_civil().0)
}

/// `5 Jan 2026`.
#[must_use]
pub fn full(day: Day) -> String {
    format!("{} {}", day.to_civil().2, month_year(day))
}

/// ISO 8601 week, `W07`: the week belongs to the year of its Thursday.
#[must_use]
pub fn week(day: Day) -> String {
    let thursday = Day(Day::of_week(day.week()).0 + 3);
    format!("W{:02}", (thursday.day_of_year() - 1) / 7 + 1)
}

/// What one step of `dates` is called, from its usual length: `day`, `week`, `month`, `quarter`, else `period`.
#[must_use]
pub fn step_name(dates: &[Day]) -> &'static str {
    let mut steps: Vec<i32> = dates.windows(2).map(|w| w[1].0 - w[0].0).collect();
    steps.sort_unstable();
    match steps.get(steps.len() / 2) {
        Some(1) => "day",
        Some(7) => "week",
        Some(28..=31) => "month",
        Some(89..=92) => "quarter",
        _ => "period",
    }
}

/// First and last day of what a figure covers, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl std::fmt::Display for Span {
    /// Months where the span is longer than a quarter, days otherwise.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.to.0 - self.from.0 > 92 {
            let (from, to) = (month_year(self.from), month_year(self.to));
            return if from == to { f.write_str(&from) } else { write!(f, "{from} – {to}") };
        }
        let ((y0, _, d0), (y1, ..)) = (self.from.to_civil(), self.to.to_civil());
        if self.from == self.to {
            f.write_str(&full(self.from))
        } else if y0 == y1 {
            write!(f, "{d0} {} – {}", month(self.from), full(self.to))
        } else {
            write!(f, "{} – {}", full(self.from), full(self.to))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_follow_iso_8601_across_new_year() {
        for (date, text) in [("2026-02-09", "W07"), ("2025-12-29", "W01"), ("2021-01-01", "W53"), ("2024-12-30", "W01")]
        {
            assert_eq!(week(date.parse().expect("a date")), text, "{date}");
        }
    }

    #[test]
    fn a_span_says_no_more_than_its_length_needs() {
        let span = |from: &str, to: &str| {
            Span { from: from.parse().expect("date"), to: to.parse().expect("date") }.to_string()
        };
        assert_eq!(span("2024-01-01", "2025-12-31"), "Jan 2024 – Dec 2025");
        assert_eq!(span("2026-01-05", "2026-03-29"), "5 Jan – 29 Mar 2026");
        assert_eq!(span("2025-12-29", "2026-01-04"), "29 Dec 2025 – 4 Jan 2026");
    }

    #[test]
    fn a_step_is_named_by_its_length() {
        let every = |n: i32| (0..9).map(|i| Day(i * n)).collect::<Vec<_>>();
        assert_eq!([1, 7, 30, 91, 45].map(|n| step_name(&every(n))), ["day", "week", "month", "quarter", "period"]);
    }
}
