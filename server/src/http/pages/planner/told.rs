//! What the planner says of a plan: gain, chances, totals, limits, budget before and after.

use askama::Template;
use tandem_charts::figures::Budget;
use tandem_charts::figures::budget::BudgetRow;
use tandem_charts::{Caption, Estimate, Figure, Look, Size, Source, Theme, Unit};

use super::super::words;
use super::horizon::Horizon;
use crate::analysis::plan::PlanAnswer;
use crate::analysis::summary::Summary;

/// A plan in words.
pub struct Told {
    /// `better`, `worse` or `unsure`.
    pub mark: &'static str,
    /// The finding, worded as over the chart.
    pub finding: String,
    /// Expected gain a horizon.
    pub gain: String,
    /// Its 90% interval.
    pub range: String,
    /// How likely it is to beat today, in words.
    pub chance: String,
    /// What today's plan brings.
    pub today: String,
    /// What this plan brings.
    pub plan: String,
    /// Money in the plan.
    pub total: String,
    /// Money in today's plan, and the difference.
    pub against: String,
    /// Limits that hold the plan back.
    pub binding: Vec<String>,
    /// Channels whose spend leaves what was observed.
    pub extrapolated: Vec<String>,
    /// Spend by channel.
    pub rows: Vec<Row>,
    /// What a horizon is called.
    pub per: &'static str,
    /// The drawing, inline; pages without scripts show pictures instead.
    pub svg: Option<String>,
    /// Query of the plan, for the drawing's address and downloads.
    pub query: String,
}

/// One channel.
pub struct Row {
    /// Name as shown.
    pub name: String,
    /// Today's spend.
    pub today: String,
    /// Spend in the plan.
    pub plan: String,
    /// The change.
    pub change: String,
}

/// The part of the page that a drag redraws.
#[derive(Template)]
#[template(path = "planner_result.html")]
pub struct Fragment {
    /// The plan.
    pub told: Told,
}

/// The drawing of a plan.
#[must_use]
pub fn figure(answer: &PlanAnswer, s: &Summary, horizon: &Horizon) -> Budget {
    let each = |amount: f64| amount / horizon.times;
    let color = |name: &str| s.channels.iter().position(|c| c.channel == name).unwrap_or(usize::MAX);
    let rows = answer.channels.iter().map(|c| BudgetRow {
        channel: words::name(&c.channel),
        color: color(&c.channel),
        current: each(c.current),
        recommended: each(c.recommended),
        lower: Some(each(c.lower)),
        upper: Some(each(c.upper)),
        locked: c.locked,
        extrapolated: c.extrapolated,
    });
    let g = &answer.gain;
    Budget {
        caption: Caption {
            title: None,
            period: None,
            source: Source {
                run: Some(answer.run.clone()),
                data_version: Some(s.data_version.clone()),
                as_of: None,
                note: Some(s.estimator.clone()),
            },
        },
        currency: answer.currency.clone(),
        per: horizon.name.to_owned(),
        rows: rows.collect(),
        outcome: format!("incremental {}", words::kpi(&answer.kpi)),
        gain_unit: unit(answer),
        gain: Some(Estimate::new(each(g.p05), each(g.mean), each(g.p95))),
    }
}

fn unit(answer: &PlanAnswer) -> Unit {
    words::unit(&answer.unit, &answer.kpi)
}

/// Draws a plan.
#[must_use]
pub fn draw(figure: &Budget, dark: bool, width: f64) -> String {
    let theme = if dark { Theme::Dark } else { Theme::Light };
    figure.render(Look::new(theme, Size::new(width, figure.natural_height(width)))).into_string()
}

/// Below this share of today's outcome a gain is none.
const NOTHING: f64 = 1e-6;

/// Puts a plan into words.
#[must_use]
pub fn told(answer: &PlanAnswer, s: &Summary, horizon: &Horizon, query: String) -> Told {
    let unit = unit(answer);
    let money = |amount: f64| words::money(amount / horizon.times, &answer.currency);
    let g = &answer.gain;
    let spread = (g.p95 - g.p05) / horizon.times;
    let (now, then) = (&answer.current.outcome, &answer.recommended.outcome);
    let before: f64 = answer.channels.iter().map(|c| c.current).sum();
    let after: f64 = answer.channels.iter().map(|c| c.recommended).sum();
    let same = g.mean.abs() <= NOTHING * now.mean.abs() && (after - before).abs() < 0.5;
    let outcome = |e: &crate::analysis::Estimate| words::estimate(&e.map(|x| x / horizon.times), &unit);
    Told {
        mark: match g.probability_positive {
            _ if same => "unsure",
            p if p >= 0.95 => "better",
            p if p <= 0.05 => "worse",
            _ => "unsure",
        },
        finding: words::capital(&tandem_charts::findings::budget(&figure(answer, s, horizon))),
        gain: if same { unit.write(0.0, None) } else { unit.signed(g.mean / horizon.times, Some(spread)) },
        range: unit.range(g.p05 / horizon.times, g.p95 / horizon.times),
        chance: if same { "This is today's plan".into() } else { chance(g.probability_positive) },
        today: outcome(now),
        plan: outcome(then),
        total: money(after),
        against: match after - before {
            d if d.abs() < 1e-4 * before.abs() => format!("as today ({})", money(before)),
            d if d > 0.0 => format!("{} more than today", money(d)),
            d => format!("{} less than today", money(-d)),
        },
        binding: limits(answer),
        extrapolated: answer.channels.iter().filter(|c| c.extrapolated).map(|c| words::name(&c.channel)).collect(),
        rows: answer
            .channels
            .iter()
            .map(|c| Row {
                name: words::name(&c.channel),
                today: money(c.current),
                plan: money(c.recommended),
                change: change(c.current, c.recommended, c.locked),
            })
            .collect(),
        per: horizon.name,
        svg: None,
        query,
    }
}

/// The limits that hold a plan back, channels of one kind together; what is worded otherwise is kept as it is.
fn limits(answer: &PlanAnswer) -> Vec<String> {
    let (mut most, mut least, mut locked, mut told) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for text in &answer.binding {
        let of = answer.channels.iter().filter(|c| text.starts_with(&c.channel)).max_by_key(|c| c.channel.len());
        let name = of.map(|c| (words::name(&c.channel), &text[c.channel.len()..]));
        match name {
            Some((name, rest)) if rest.starts_with(" is at its most") => most.push(name),
            Some((name, rest)) if rest.starts_with(" is at its least") => least.push(name),
            Some((name, " is locked")) => locked.push(name),
            Some((name, rest)) => told.push(format!("{name}{rest}")),
            None => told.push(text.clone()),
        }
    }
    let kinds = [
        (most, "more would go to", ", at the most allowed"),
        (least, "less to", ", at the least allowed"),
        (locked, "locked:", ""),
    ];
    let grouped = kinds.into_iter().filter(|(names, ..)| !names.is_empty());
    grouped.map(|(names, before, after)| format!("{before} {}{after}", words::list(&names))).chain(told).collect()
}

fn change(before: f64, after: f64, locked: bool) -> String {
    match (after - before) / before {
        _ if locked => "locked".into(),
        r if !r.is_finite() && after > 0.0 => "new".into(),
        r if !r.is_finite() => "none".into(),
        r if r.abs() < 0.005 => "unchanged".into(),
        r if r > 0.0 => format!("+{:.0}%", r * 100.0),
        r => format!("−{:.0}%", -r * 100.0),
    }
}

/// How likely a plan is to beat today, as people say it.
#[must_use]
pub fn chance(p: f64) -> String {
    match p {
        p if p >= 0.995 => "Almost certainly better than today".into(),
        p if p >= 0.95 => "Better than today in more than 19 of 20 cases".into(),
        p if p <= 0.005 => "Almost certainly not better than today".into(),
        p if (0.45..0.55).contains(&p) => "As likely worse than today as better".into(),
        p => format!("Better than today in about {:.0} of 10 cases", (p * 10.0).clamp(1.0, 9.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_frequencies_and_never_certainties() {
        assert_eq!(chance(0.88), "Better than today in about 9 of 10 cases");
        assert_eq!(chance(1.0), "Almost certainly better than today");
        assert_eq!(chance(0.5), "As likely worse than today as better");
        assert_eq!(chance(0.0), "Almost certainly not better than today");
    }

    #[test]
    fn changes_are_told_in_percent_of_today() {
        assert_eq!(change(100.0, 130.0, false), "+30%");
        assert_eq!(change(100.0, 70.0, false), "−30%");
        assert_eq!(change(100.0, 130.0, true), "locked");
        assert_eq!(change(0.0, 5.0, false), "new");
    }
}
