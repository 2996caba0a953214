//! Sentences about what a model says of the past.

use super::{list, name};
use crate::figures::{ChannelPast, Contributions, Fit, Residuals, Ridgeline};
use crate::number;

/// "Marketing brought 31% of revenue; the largest share came from TV, 12%."
#[must_use]
pub fn contributions(figure: &Contributions) -> String {
    let (base, layers, all) = figure.totals();
    let named: Vec<_> = layers.iter().filter(|l| l.0 != "Other").collect();
    let top = named.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    if all <= 0.0 {
        return format!("What brought {}", figure.outcome);
    }
    let share = number::round_percent((all - base) / all);
    match top {
        Some(top) if layers.len() > 1 => {
            format!(
                "Marketing brought {share} of {}; the largest part came from {}, {}",
                figure.outcome,
                name(&top.0),
                number::round_percent(top.1 / all)
            )
        }
        Some(top) => format!("{} brought {share} of {}", name(&top.0), figure.outcome),
        None => format!("All of {} came without marketing", figure.outcome),
    }
}

/// "TV brought 4.2 M EUR of revenue, 12% of all (90%: 1.1 to 7.0 M EUR)"; or that it cannot be told from nothing.
#[must_use]
pub fn channel(figure: &ChannelPast) -> String {
    let e = &figure.total;
    let (who, range) = (name(&figure.channel), figure.unit.range(e.p05, e.p95));
    // An effect that may be as small as a hundredth of its middle is one that may as well be none.
    if e.p05 <= 0.01 * e.p50 {
        return format!("What {who} brought cannot be told from nothing yet (90%: {range})");
    }
    let brought = figure.unit.write(e.p50, Some(e.spread()));
    let of = if figure.unit.word() == figure.outcome { String::new() } else { format!(" of {}", figure.outcome) };
    format!("{who} brought {brought}{of}, {} of all (90%: {range})", number::round_percent(figure.share))
}

/// "The model missed the 13 held-out weeks by 7.1% on average; 92% of them lie inside its 90% interval."
#[must_use]
pub fn fit(figure: &Fit) -> String {
    let (all, held) = figure.coverage();
    let inside = |v: f64| format!("{} lie inside its 90% interval", number::round_percent(v));
    match (figure.holdout_mape, held, figure.mape, all) {
        (Some(mape), Some(held), ..) => {
            format!(
                "The model missed the {} by {} on average; {}",
                periods(figure.held_out(), crate::date::step_name(&figure.dates)),
                number::percent(mape, None),
                inside(held)
            )
        }
        (_, _, Some(mape), Some(all)) => format!(
            "The model misses by {} on average where it was fitted; {} of weeks lie inside its 90% interval",
            number::percent(mape, None),
            number::round_percent(all)
        ),
        (_, _, _, Some(all)) => format!("{} of weeks lie inside the model's 90% interval", number::round_percent(all)),
        _ => format!("What the model expects of {}", figure.outcome),
    }
}

fn periods(n: usize, step: &str) -> String {
    if n == 1 { format!("one held-out {step}") } else { format!("{n} held-out {step}s") }
}

/// "The misses look like chance" or "The misses follow each other: something that lasts is not in the model."
#[must_use]
pub fn residuals(figure: &Residuals) -> String {
    let lag = figure.lag_one();
    match lag {
        None => "Too few periods to tell whether the misses are chance".to_owned(),
        Some(r) if r > figure.critical() => {
            format!(
                "The misses follow each other (lag-1 correlation {}): something that lasts is not in the model",
                number::fixed(r, 2)
            )
        }
        Some(r) if r < -figure.critical() => {
            format!(
                "The misses alternate (lag-1 correlation {}): one week's miss comes back in the next",
                number::fixed(r, 2)
            )
        }
        Some(_) => "The misses of one week say nothing about the next, as chance would have it".to_owned(),
    }
}

/// Above this overlap of prior and posterior an answer is called mostly prior.
const MOSTLY_PRIOR: f64 = 0.7;

/// "The data moved six of the eight answers; LinkedIn and Display are still mostly what was assumed."
#[must_use]
pub fn ridgeline(figure: &Ridgeline) -> String {
    let overlaps: Vec<(String, f64)> =
        figure.rows.iter().filter_map(|r| Some((name(&r.channel), figure.overlap(r)?))).collect();
    let mostly: Vec<String> = overlaps.iter().filter(|o| o.1 > MOSTLY_PRIOR).map(|o| o.0.clone()).collect();
    match (overlaps.len(), mostly.len()) {
        (0, _) => densities(figure),
        (n, 0) => format!(
            "The data moved {} away from what was assumed",
            if n == 1 { "the answer".to_owned() } else { format!("all {} answers", number::in_words(n)) }
        ),
        (n, m) if m == n => "The data say little: every answer is still mostly what was assumed".to_owned(),
        (n, m) if m <= 3 => format!(
            "The data moved {} of the {} answers; {} {} still mostly what was assumed",
            number::in_words(n - m),
            number::in_words(n),
            list(&mostly),
            if m == 1 { "is" } else { "are" }
        ),
        (n, m) => format!(
            "The data moved {} of the {} answers; the other {} are still mostly what was assumed",
            number::in_words(n - m),
            number::in_words(n),
            number::in_words(m)
        ),
    }
}

/// "If the model holds, Webinars lies above break-even with 95% certainty; seven are open."
fn densities(figure: &Ridgeline) -> String {
    let Some((line, what)) = &figure.line else { return format!("{} after the data", figure.quantity) };
    let sure = |above: bool| -> Vec<String> {
        let holds = |r: &&crate::figures::ridgeline::RidgeRow| {
            r.posterior.share_above(*line).is_some_and(|p| if above { p >= 0.95 } else { p <= 0.05 })
        };
        figure.rows.iter().filter(holds).map(|r| name(&r.channel)).collect()
    };
    let (above, below) = (sure(true), sure(false));
    let open = figure.rows.len() - above.len() - below.len();
    let mut parts = Vec::new();
    for (names, side) in [(&above, "above"), (&below, "below")] {
        match names.len() {
            0 => {}
            n if n <= 3 => parts.push(format!("{} {} {side} {what}", list(names), if n == 1 { "lies" } else { "lie" })),
            n => parts.push(format!("{} channels lie {side} {what}", number::in_words(n))),
        }
    }
    match (parts.is_empty(), open) {
        (true, _) => format!("No channel can be told from {what} with 95% certainty"),
        (false, 0) => format!("If the model holds, {} with 95% certainty", parts.join(" and ")),
        (false, n) => format!(
            "If the model holds, {} with 95% certainty; {} {} open",
            parts.join(" and "),
            number::in_words(n),
            if n == 1 { "is" } else { "are" }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimate;
    use crate::figures::contributions::Series;
    use crate::unit::Unit;
    use tandem_models::domain::period::Day;

    #[test]
    fn the_share_of_marketing_and_its_largest_part_are_named() {
        let series = |channel: &str, color, v: f64| Series { channel: channel.into(), color, values: vec![v, v] };
        let figure = Contributions {
            caption: Default::default(),
            unit: Unit::money("EUR"),
            outcome: "revenue".into(),
            dates: vec![Day(0), Day(7)],
            baseline: vec![69.0, 69.0],
            channels: vec![series("TV", 0, 19.0), series("Search", 1, 12.0)],
            events: vec![],
        };
        assert_eq!(contributions(&figure), "Marketing brought 31% of revenue; the largest part came from TV, 19%");
    }

    #[test]
    fn a_channel_brought_something_only_where_the_interval_says_so() {
        let mut figure = ChannelPast {
            caption: Default::default(),
            channel: "TV".into(),
            color: 0,
            unit: Unit::money("EUR"),
            outcome: "revenue".into(),
            dates: vec![Day(0), Day(7)],
            values: vec![Estimate::new(1.0, 2.0, 3.0); 2],
            spend: vec![1.0; 2],
            total: Estimate::new(1_100_000.0, 4_200_000.0, 7_000_000.0),
            share: 0.12,
        };
        assert_eq!(channel(&figure), "TV brought 4.2 M EUR of revenue, 12% of all (90%: 1.1 to 7.0 M EUR)");
        figure.total.p05 = 0.0;
        assert_eq!(channel(&figure), "What TV brought cannot be told from nothing yet (90%: 0.0 to 7.0 M EUR)");
    }

    #[test]
    fn held_out_weeks_speak_before_fitted_ones() {
        let mut f = Fit {
            caption: Default::default(),
            unit: Unit::Plain,
            outcome: "sales".into(),
            dates: vec![Day(0), Day(7)],
            actual: vec![Some(1.0), Some(9.0)],
            fitted: vec![crate::estimate::Estimate::new(0.0, 1.0, 2.0); 2],
            holdout_from: Some(Day(7)),
            r2: None,
            mape: Some(0.02),
            holdout_mape: Some(0.071),
        };
        assert_eq!(
            fit(&f),
            "The model missed the one held-out week by 7.1% on average; 0% lie inside its 90% interval"
        );
        f.holdout_mape = None;
        assert!(fit(&f).contains("2.0% on average where it was fitted; 50% of weeks"));
    }

    #[test]
    fn densities_say_who_lies_on_which_side_of_the_line() {
        use crate::density::Shape;
        use crate::figures::ridgeline::RidgeRow;
        let row = |channel: &str, from: f64| RidgeRow {
            channel: channel.into(),
            color: 0,
            prior: None,
            posterior: Shape::Draws((0..100).map(|i| from + f64::from(i) / 100.0).collect()),
        };
        let mut f = Ridgeline {
            caption: Default::default(),
            quantity: "ROI".into(),
            unit: Unit::Plain,
            line: Some((0.0, "break-even".into())),
            rows: vec![row("TV", 0.2), row("Radio", -0.5), row("Print", -2.0)],
        };
        assert_eq!(
            ridgeline(&f),
            "If the model holds, TV lies above break-even and Print lies below break-even with 95% certainty; one is open"
        );
        f.rows = vec![row("Radio", -0.5)];
        assert_eq!(ridgeline(&f), "No channel can be told from break-even with 95% certainty");
    }

    #[test]
    fn an_answer_that_the_data_left_alone_is_called_assumed() {
        use crate::density::Shape;
        use crate::figures::ridgeline::RidgeRow;
        let bell = |mean: f64| {
            Shape::Curve((0..200).map(|i| f64::from(i) / 20.0).map(|x| (x, (-(x - mean).powi(2)).exp())).collect())
        };
        let row = |channel: &str, to: f64| RidgeRow {
            channel: channel.into(),
            color: 0,
            prior: Some(bell(3.0)),
            posterior: bell(to),
        };
        let f = Ridgeline {
            caption: Default::default(),
            quantity: "ROI".into(),
            unit: Unit::Ratio,
            line: None,
            rows: vec![row("TV", 7.0), row("Radio", 3.1)],
        };
        assert_eq!(ridgeline(&f), "The data moved one of the two answers; Radio is still mostly what was assumed");
    }
}
