//! The words that all figures of a run share, and numbers in the form that figures take.

use tandem_charts::estimate::{Caption, Source};
use tandem_charts::{Span, Unit};

use crate::analysis::Estimate;
use crate::analysis::meta::Period;
use crate::analysis::summary::Summary;

/// Period and source line of a run.
#[must_use]
pub fn of_run(run: &Summary) -> Caption {
    Caption {
        title: None,
        period: span(&run.period),
        source: Source {
            run: Some(run.run.clone()),
            data_version: Some(run.data_version.clone()),
            as_of: None,
            note: Some(run.estimator.clone()),
        },
    }
}

/// A period as figures take it; nothing where it is not two days.
#[must_use]
pub fn span(period: &Period) -> Option<Span> {
    Some(Span { from: period.from.parse().ok()?, to: period.to.parse().ok()? })
}

/// Median with 50% and 90% intervals.
#[must_use]
pub fn estimate(e: &Estimate) -> tandem_charts::Estimate {
    tandem_charts::Estimate::new(e.p05, e.p50, e.p95).with_half(e.p25, e.p75)
}

/// Unit of a run's outcome.
#[must_use]
pub fn unit(run: &Summary) -> Unit {
    if run.unit == run.currency { Unit::money(&run.currency) } else { Unit::count(words(&run.kpi)) }
}

/// An outcome as people read it, without the dataset in front: `won_deals` is `won deals`, `mql` is `MQLs`.
#[must_use]
pub fn words(kpi: &str) -> String {
    match kpi.rsplit('.').next().unwrap_or(kpi) {
        stage @ ("mql" | "sal" | "sql") => format!("{}s", stage.to_uppercase()),
        "inquiry" => "inquiries".into(),
        other => other.replace('_', " "),
    }
}

/// What a period is called.
#[must_use]
pub fn per(days: u32) -> String {
    match days {
        1 => "day".into(),
        7 => "week".into(),
        28..=31 => "month".into(),
        n => format!("{n} days"),
    }
}

/// Names written otherwise than their letters suggest.
const KNOWN: &[(&str, &str)] = &[
    ("linkedin", "LinkedIn"),
    ("youtube", "YouTube"),
    ("tiktok", "TikTok"),
    ("tv", "TV"),
    ("ooh", "OOH"),
    ("seo", "SEO"),
    ("pr", "PR"),
    ("crm", "CRM"),
    ("abm", "ABM"),
];

/// A channel's name as people read it: `paid_search` becomes `Paid search`, `tv` becomes `TV`; a name that has capitals
/// already is left as it is.
#[must_use]
pub fn name(text: &str) -> String {
    if text.chars().any(char::is_uppercase) {
        return text.to_owned();
    }
    let words = text.split('_').enumerate().map(|(i, word)| match KNOWN.iter().find(|(key, _)| *key == word) {
        Some((_, known)) => (*known).to_owned(),
        None if i == 0 => {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
        }
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_written_as_people_read_them() {
        let cases = [
            ("paid_search", "Paid search"),
            ("tv", "TV"),
            ("linkedin_ads", "LinkedIn ads"),
            ("level and trend", "Level and trend"),
            ("tv_S", "tv_S"),
            ("é", "É"),
        ];
        for (text, shown) in cases {
            assert_eq!(name(text), shown);
        }
    }
}
