//! Numbers as a person would write them on a page, by the same rules as on the charts.

use tandem_charts::{Unit, number};

use crate::analysis::meta::{Estimate, Period};
use crate::analysis::summary::Summary;
pub use crate::figures::{name, words as kpi};

/// The unit of an outcome: its currency, or a count of it.
#[must_use]
pub fn unit(unit: &str, kpi: &str) -> Unit {
    if unit == "count" { Unit::count(self::kpi(kpi)) } else { Unit::money(unit) }
}

/// The outcome of a run: `MQLs, valued in EUR` where a count has a value.
#[must_use]
pub fn outcome(s: &Summary) -> String {
    let name = kpi(&s.kpi);
    if s.unit != s.currency && s.outcome_unit == s.currency {
        format!("{name}, valued in {}", s.currency)
    } else {
        name
    }
}

/// `won_deals` of `main.won_deals`.
#[must_use]
pub fn bare(kpi: &str) -> &str {
    kpi.rsplit('.').next().unwrap_or(kpi)
}

/// A note of a model as a sentence: `{"kind": "order", "order": 1}` becomes `kind order, order 1`.
#[must_use]
pub fn sentence(note: &serde_json::Value) -> String {
    match note {
        serde_json::Value::Object(map) => {
            let parts = map.iter().map(|(key, value)| format!("{} {}", key.replace('_', " "), sentence(value)));
            parts.collect::<Vec<_>>().join(", ")
        }
        serde_json::Value::Array(all) => all.iter().map(sentence).collect::<Vec<_>>().join(", "),
        serde_json::Value::String(text) => text.replace('_', " "),
        serde_json::Value::Number(n) => n.as_f64().map_or_else(|| n.to_string(), plain),
        other => other.to_string(),
    }
}

/// A number of a model's diagnostics, to four significant places.
#[must_use]
pub fn plain(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e9 { whole(x as i64) } else { format!("{x:.4}") }
}

/// `12,345.6`: shares of outcomes.
#[must_use]
pub fn fraction(x: f64) -> String {
    tandem_charts::number::fixed(x, 1)
}

/// `3 Jul 2023 to 28 Jun 2026`.
#[must_use]
pub fn period(p: &Period) -> String {
    let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), tandem_charts::date::full);
    format!("{} to {}", day(&p.from), day(&p.to))
}

/// `A`, `A and B`, `A, B and C`.
#[must_use]
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `2026-11-23`.
#[must_use]
pub fn day(at: &jiff::Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// `2026-11-23 14:05`, UTC.
#[must_use]
pub fn minute(at: &jiff::Timestamp) -> String {
    at.to_string().chars().take(16).collect::<String>().replace('T', " ")
}

/// A sentence with its first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// `1.3 M EUR`.
#[must_use]
pub fn money(amount: f64, currency: &str) -> String {
    Unit::money(currency).write(amount, None)
}

/// `1.1 to 1.6 M EUR`.
#[must_use]
pub fn range(e: &Estimate, unit: &Unit) -> String {
    unit.range(e.p05, e.p95)
}

/// `1.3 M EUR (1.1 to 1.6 M EUR)`: mean and 90% interval, with no more digits than the interval supports.
#[must_use]
pub fn estimate(e: &Estimate, unit: &Unit) -> String {
    format!("{} ({})", unit.write(e.mean, Some(e.p95 - e.p05)), unit.range(e.p05, e.p95))
}

/// `1.8x (1.4 to 3.0x)`: median and 90% interval of a return, as it is drawn; a mean would follow the longer tail.
#[must_use]
pub fn ratio(e: &Estimate) -> String {
    format!("{} ({})", Unit::Ratio.write(e.p50, Some(e.p95 - e.p05)), Unit::Ratio.range(e.p05, e.p95))
}

/// The same, or a dash where there is none.
#[must_use]
pub fn maybe(e: Option<&Estimate>) -> String {
    e.map_or_else(|| "–".to_owned(), ratio)
}

/// `12.4%`.
#[must_use]
pub fn percent(share: f64) -> String {
    number::percent(share, None)
}

/// `12,345,678.90`: to the cent, for tables that finance reads.
#[must_use]
pub fn cents(minor: i64) -> String {
    let digits = (minor.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    format!("{}{grouped}.{:02}", if minor < 0 { "−" } else { "" }, minor.unsigned_abs() % 100)
}

/// `12,345`.
#[must_use]
pub fn whole(n: i64) -> String {
    let text = cents(n.saturating_mul(100));
    text.trim_end_matches(".00").to_owned()
}

/// A stage's name as shown: `MQL`, `Opportunity`.
#[must_use]
pub fn stage(text: &str) -> String {
    match text {
        "mql" | "sal" | "sql" => text.to_uppercase(),
        other => capital(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_grouped_and_kept() {
        assert_eq!(cents(123_456_789_012), "1,234,567,890.12");
        assert_eq!(cents(-5), "−0.05");
        assert_eq!(whole(12_345), "12,345");
    }
}
