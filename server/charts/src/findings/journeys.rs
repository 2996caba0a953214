//! Sentences about funnels, journeys and the models that credit them.

use super::name;
use crate::figures::histogram::Length;
use crate::figures::{Cohorts, Funnel, Histogram, Models, Sankey, Transitions};
use crate::number;
use crate::unit::Unit;

/// "1.2% of accounts go from Inquiry to Won; fewest go on from SQL to Opportunity, 24%"
#[must_use]
pub fn funnel(figure: &Funnel) -> String {
    let rates: Vec<f64> =
        (0..figure.stages.len().saturating_sub(1)).filter_map(|i| figure.step(i)).map(|s| s.rate).collect();
    let (Some(first), Some(last)) = (figure.stages.first(), figure.stages.last()) else {
        return "No one has entered the funnel yet".to_owned();
    };
    let through: f64 = rates.iter().product();
    let claim = format!(
        "{} of {} go from {} to {}",
        number::percent(through, None),
        figure.noun,
        name(&first.name),
        name(&last.name)
    );
    let weakest = rates.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
    match weakest {
        Some((i, rate)) if rates.len() > 1 => {
            let spread = figure.step(i).and_then(|s| s.interval).map(|(a, b)| b - a);
            format!(
                "{claim}; fewest go on from {} to {}, {}",
                name(&figure.stages[i].name),
                name(&figure.stages[i + 1].name),
                number::percent(*rate, spread)
            )
        }
        _ => claim,
    }
}

/// "Half of won deals had 5 touches or more" / "Half of won deals took 94 days or more from the first touch."
#[must_use]
pub fn histogram(figure: &Histogram) -> String {
    let noun = &figure.noun;
    match (figure.median, figure.length) {
        (Some(m), Length::Touches) => {
            format!("Half of {noun} had {} touches or more", number::fixed(m, i32::from(m.fract() != 0.0)))
        }
        (Some(m), Length::Days) => {
            format!("Half of {noun} took {} days or more from the first touch", number::fixed(m, 0))
        }
        (None, _) => {
            let total: f64 = figure.bins.iter().map(|b| b.count).sum();
            let top = figure.bins.iter().max_by(|a, b| a.count.total_cmp(&b.count));
            top.map_or_else(String::new, |b| {
                format!("{} of {noun} lie at {} {}", number::round_percent(b.count / total), b.label, figure.word())
            })
        }
    }
}

/// "The models disagree most on LinkedIn: from 3.1% to 19.4% of credit."
#[must_use]
pub fn models(figure: &Models) -> String {
    let rows = figure.ranked();
    let widest = rows
        .iter()
        .filter_map(|r| r.range().map(|(a, b)| (r, a, b)))
        .max_by(|x, y| (x.2 - x.1).total_cmp(&(y.2 - y.1)));
    let Some((row, low, high)) = widest else { return "No attribution to compare yet".to_owned() };
    if figure.models.len() < 2 {
        return format!(
            "{} gives {} the most credit",
            name(figure.models.first().map_or("", String::as_str)),
            name(&row.channel)
        );
    }
    let top = rows.iter().filter_map(|r| r.range()).map(|r| r.1).fold(0.0, f64::max);
    if high - low < 0.05 * top {
        return "All models agree closely on every channel".to_owned();
    }
    let of = if figure.unit == Unit::Share { "% of credit" } else { "" };
    let claim = if of.is_empty() {
        format!(
            "The models disagree most on {}: from {} to {}",
            name(&row.channel),
            figure.unit.write(low, None),
            figure.unit.write(high, None)
        )
    } else {
        format!(
            "The models disagree most on {}: from {} to {} of credit",
            name(&row.channel),
            number::percent(low, None),
            number::percent(high, None)
        )
    };
    let outside = rows
        .iter()
        .filter(|r| r.incremental.is_some_and(|e| r.range().is_some_and(|(a, b)| b < e.p05 || a > e.p95)))
        .count();
    match outside {
        0 => claim,
        1 => format!("{claim}; for one channel all of them miss the incremental estimate"),
        n => format!("{claim}; for {} channels all of them miss the incremental estimate", number::in_words(n)),
    }
}

/// "At 3 months, the newest mature cohort (Aug 2026) stands at 12.4%, earlier ones at 10.1% on average."
#[must_use]
pub fn cohorts(figure: &Cohorts) -> String {
    // The highest age that at least four cohorts have reached, so that there is something to compare.
    let reached = |age: usize| {
        figure.cohorts.iter().filter(|c| c.mature > age && c.values.get(age).is_some_and(Option::is_some)).count()
    };
    let Some(age) = (0..figure.ages.len()).rev().find(|a| reached(*a) >= 4) else { return figure.measure.clone() };
    let known: Vec<(&str, f64)> = figure
        .cohorts
        .iter()
        .filter(|c| c.mature > age)
        .filter_map(|c| Some((c.label.as_str(), c.values.get(age).copied().flatten()?)))
        .collect();
    let Some(((label, newest), earlier)) = known.split_last() else { return figure.measure.clone() };
    let mean = earlier.iter().map(|e| e.1).sum::<f64>() / earlier.len().max(1) as f64;
    format!(
        "At {} {}, the {label} cohort stands at {}, earlier ones at {} on average",
        figure.ages[age],
        figure.age,
        figure.unit.write(*newest, None),
        figure.unit.write(mean, None)
    )
}

/// "Most journeys begin with Paid search, 34%; conversion follows most often on Webinars, 12%."
#[must_use]
pub fn transitions(figure: &Transitions) -> String {
    let top =
        |row: &Vec<f64>| row.iter().copied().enumerate().filter(|p| p.1.is_finite()).max_by(|a, b| a.1.total_cmp(&b.1));
    let start = figure.probabilities.first().and_then(top).and_then(|(j, p)| {
        Some(format!("Most often a journey begins with {}, {}", name(figure.to.get(j)?), number::round_percent(p)))
    });
    let end = figure.converted.and_then(|j| {
        let best = figure
            .from
            .iter()
            .zip(&figure.probabilities)
            .skip(1)
            .filter_map(|(f, row)| Some((f, *row.get(j)?)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(format!("conversion follows most often on {}, {}", name(best.0), number::percent(best.1, None)))
    });
    [start, end].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// "Of what reaches Won, the largest part comes from Webinars, 31%."
#[must_use]
pub fn sankey(figure: &Sankey) -> String {
    let flows = figure.usable();
    let first = figure.nodes.iter().map(|n| n.level).min().unwrap_or(0);
    let total: f64 = flows.iter().filter(|f| figure.nodes[f.from].level == first).map(|f| f.value).sum();
    let starts = (0..figure.nodes.len()).filter(|i| figure.nodes[*i].level == first).map(|i| (i, figure.through(i)));
    let Some((top, most)) = starts.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|_| total > 0.0) else {
        return format!("Where {} go", figure.what);
    };
    format!("{} of {} enter by {}", number::round_percent(most / total), figure.what, name(&figure.nodes[top].name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimate;
    use crate::figures::funnel::{Stage, Step};
    use crate::figures::histogram::Bin;
    use crate::figures::models::ModelRow;

    #[test]
    fn the_weakest_step_is_named_with_no_more_digits_than_it_has() {
        let stage = |name: &str, count| Stage { name: name.into(), count };
        let mut f = Funnel {
            caption: Default::default(),
            noun: "leads".into(),
            stages: vec![stage("MQL", 1000.0), stage("SQL", 400.0), stage("Won", 40.0)],
            steps: vec![],
        };
        assert_eq!(funnel(&f), "4.0% of leads go from MQL to Won; fewest go on from SQL to Won, 10.0%");
        f.steps = vec![
            Step { rate: 0.4, interval: None, median_days: None },
            Step { rate: 0.1, interval: Some((0.05, 0.2)), median_days: None },
        ];
        assert!(funnel(&f).ends_with("from SQL to Won, 10%"));
    }

    #[test]
    fn the_median_is_said_in_the_unit_counted() {
        let h = |length| Histogram {
            caption: Default::default(),
            length,
            noun: "won deals".into(),
            bins: vec![Bin { label: "1".into(), count: 3.0 }],
            median: Some(5.0),
        };
        assert_eq!(histogram(&h(Length::Touches)), "Half of won deals had 5 touches or more");
        assert_eq!(histogram(&h(Length::Days)), "Half of won deals took 5 days or more from the first touch");
    }

    fn compared(values: Vec<Option<f64>>, incremental: Option<Estimate>) -> Models {
        let rows = vec![ModelRow { channel: "LinkedIn".into(), color: 1, values, intervals: Vec::new(), incremental }];
        Models {
            caption: Default::default(),
            unit: Unit::Share,
            outcome: "won revenue".into(),
            models: vec!["First".into(), "Last".into()],
            rows,
        }
    }

    #[test]
    fn disagreement_is_named_and_so_is_agreement() {
        assert_eq!(
            models(&compared(vec![Some(0.031), Some(0.194)], None)),
            "The models disagree most on LinkedIn: from 3.1% to 19.4% of credit"
        );
        assert!(models(&compared(vec![Some(0.19), Some(0.194)], None)).starts_with("All models agree"));
        assert!(
            models(&compared(vec![Some(0.031), Some(0.194)], Some(Estimate::new(0.3, 0.4, 0.5))))
                .contains("miss the incremental estimate")
        );
    }
}
