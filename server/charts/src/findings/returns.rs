//! Sentences about what spend returned.

use super::name;
use crate::estimate::{Estimate, Verdict};
use crate::figures::roi::{Return, RoiRow};
use crate::figures::share::ShareRow;
use crate::figures::{ResponseCurve, Roi, Share};
use crate::number;
use crate::unit::Unit;

/// "Webinars returned 2.1 EUR per EUR (90%: 1.4 to 3.0), the best of the eight channels we can tell apart."
#[must_use]
pub fn roi(figure: &Roi) -> String {
    let ranked = figure.ranked();
    let told: Vec<&RoiRow> = ranked.iter().copied().filter(|r| r.verdict == Verdict::Decidable).collect();
    let Some(top) = told.first() else {
        // a direction that the verdict allows is worth more than the highest of numbers that say nothing
        let line = figure.line();
        let leaning = ranked.iter().find(|r| r.verdict == Verdict::Leaning && r.value.differs_from(line));
        return match leaning.or(ranked.first()) {
            Some(best) => format!(
                "No return is decided yet; {} {}, {} (90%: {})",
                name(&best.channel),
                match leaning {
                    Some(r) if r.value.p50 > line => "leans above break-even",
                    Some(_) => "leans below break-even",
                    None => "has the highest estimate",
                },
                returned(figure, best),
                between(&best.value)
            ),
            None => "No returns to show yet".to_owned(),
        };
    };
    let line = figure.line();
    let claim = format!(
        "{} {} {} (90%: {})",
        name(&top.channel),
        verb(figure.measure),
        returned(figure, top),
        between(&top.value)
    );
    if top.value.p50 < line {
        let none = "no channel stands clearly above break-even";
        return match figure.measure {
            Return::Roas => format!("{claim}, less than it cost; {none}"),
            Return::Roi | Return::Mroi => format!("{}; {none}", lost(figure, top)),
        };
    }
    let rivals = ranked.iter().filter(|r| r.channel != top.channel && r.value.p95 > top.value.p05).count();
    let ahead = ranked.first().is_some_and(|r| r.channel != top.channel);
    match (told.len(), rivals) {
        (1, _) => format!("{claim}, the only return decided so far"),
        (n, 0) => format!("{claim}, the best of the {} channels we can tell apart", number::in_words(n)),
        (_, n) if ahead => format!("{claim}; {} may have done as well or better", channels(n)),
        (_, n) => format!("{claim}, the highest estimate; {} may have done as well", channels(n)),
    }
}

fn channels(n: usize) -> String {
    if n == 1 { "one other channel".to_owned() } else { format!("{} other channels", number::in_words(n)) }
}

fn verb(measure: Return) -> &'static str {
    match measure {
        Return::Roi => "earned",
        Return::Roas => "returned",
        Return::Mroi => "would earn",
    }
}

fn returned(figure: &Roi, row: &RoiRow) -> String {
    let value = number::plain_ratio(row.value.p50, Some(row.value.spread()));
    let currency = &figure.currency;
    match figure.measure {
        Return::Roi => format!("{value} {currency} net per {currency}"),
        Return::Roas => format!("{value} {currency} per {currency}"),
        Return::Mroi => format!("{value} {currency} net on the next {currency}"),
    }
}

/// A net return below break-even as the loss that it is: `Display lost 0.4 EUR per EUR (90%: 0.1 to 0.8)`.
fn lost(figure: &Roi, row: &RoiRow) -> String {
    let value = row.value;
    let spread = Some(value.spread());
    let loss = |net: f64| number::plain_ratio(-net, spread);
    let (verb, of) = match figure.measure {
        Return::Mroi => ("would lose", "of the next"),
        Return::Roi | Return::Roas => ("lost", "per"),
    };
    format!(
        "{} {verb} {} {currency} {of} {currency} (90%: {} to {})",
        name(&row.channel),
        loss(value.p50),
        loss(value.p95),
        loss(value.p05),
        currency = figure.currency
    )
}

fn between(value: &Estimate) -> String {
    let spread = Some(value.spread());
    format!("{} to {}", number::plain_ratio(value.p05, spread), number::plain_ratio(value.p95, spread))
}

/// "Paid search has room: the next EUR returns 1.4 (90%: 1.1 to 1.8); plan: 20 to 26 k EUR a week."
#[must_use]
pub fn response_curve(figure: &ResponseCurve) -> String {
    let channel = name(&figure.channel);
    let move_to = match (figure.current, figure.recommended) {
        (Some(now), Some(plan)) if (plan.spend - now.spend).abs() > 0.005 * now.spend.abs().max(plan.spend.abs()) => {
            let scale = number::Scale::of(now.spend.abs().max(plan.spend.abs()));
            let (from, to) = (number::unlettered(now.spend, scale, None), number::scaled(plan.spend, scale, None));
            Some(format!("plan: {from} to {to} {} a {}", figure.currency, figure.per))
        }
        (Some(_), Some(_)) => Some("the plan leaves it there".to_owned()),
        _ => None,
    };
    let next = figure.current.and_then(|p| p.next).filter(Estimate::is_finite);
    let Some(next) = next else {
        return match move_to {
            Some(words) => format!("{channel}: {words}"),
            None => format!("What more or less spend on {channel} would bring"),
        };
    };
    let claim = match &figure.unit {
        Unit::Money { .. } => {
            let returns = format!(
                "the next {} returns {} (90%: {})",
                figure.currency,
                number::plain_ratio(next.p50, Some(next.spread())),
                between(&next)
            );
            if next.p05 > 1.0 {
                format!("{channel} has room: {returns}")
            } else if next.p95 < 1.0 {
                format!("{channel} is past its best: {returns}")
            } else {
                format!("{channel}: {returns}, not distinguishable from 1.0")
            }
        }
        unit => format!(
            "{channel}: the next 1,000 {} bring {}",
            figure.currency,
            unit.write(next.p50 * 1000.0, Some(next.spread() * 1000.0))
        ),
    };
    move_to.map_or_else(|| claim.clone(), |words| format!("{claim}; {words}"))
}

/// "Display takes 18% of spend and brings 9.0% of incremental revenue (90%: 5.0 to 14.0%)."
#[must_use]
pub fn share(figure: &Share) -> String {
    let gap = |r: &ShareRow| (r.effect_share - r.spend_share).abs();
    let told = |r: &&ShareRow| r.effect_interval.is_none_or(|(a, b)| a > r.spend_share || b < r.spend_share);
    let finite = || figure.rows.iter().filter(|r| r.spend_share.is_finite() && r.effect_share.is_finite());
    let widest = finite().filter(told).max_by(|a, b| gap(a).total_cmp(&gap(b)));
    let Some(row) = widest.filter(|r| gap(r) >= 0.01) else {
        return format!("No channel's share of {} can be told from its share of spend", figure.effect);
    };
    let interval = row.effect_interval.map(|(a, b)| format!(" (90%: {})", Unit::Share.range(a, b))).unwrap_or_default();
    format!(
        "{} takes {} of spend and brings {} of {}{interval}",
        name(&row.channel),
        number::round_percent(row.spend_share),
        number::percent(row.effect_share, row.effect_interval.map(|(a, b)| b - a).or(Some(0.1))),
        figure.effect
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Caption;
    use crate::figures::response_curve::PlanPoint;
    use crate::figures::roi::Basis;

    fn row(channel: &str, color: usize, value: (f64, f64, f64), verdict: Verdict) -> RoiRow {
        RoiRow { channel: channel.into(), color, value: Estimate::new(value.0, value.1, value.2), verdict }
    }

    fn roas(rows: Vec<RoiRow>) -> Roi {
        Roi {
            caption: Caption::default(),
            measure: Return::Roas,
            currency: "EUR".into(),
            basis: Basis::Revenue,
            break_even: None,
            rows,
        }
    }

    #[test]
    fn a_clear_best_is_called_the_best() {
        let f = roas(vec![
            row("Webinars", 0, (1.4, 2.1, 3.0), Verdict::Decidable),
            row("TV", 1, (0.3, 0.5, 0.8), Verdict::Decidable),
        ]);
        assert_eq!(
            roi(&f),
            "Webinars returned 2.1 EUR per EUR (90%: 1.4 to 3.0), the best of the two channels we can tell apart"
        );
    }

    #[test]
    fn a_best_whose_interval_meets_others_is_not_called_the_best() {
        let f = roas(vec![
            row("Webinars", 0, (1.4, 2.1, 3.0), Verdict::Decidable),
            row("TV", 1, (1.1, 1.9, 2.8), Verdict::Decidable),
        ]);
        assert_eq!(
            roi(&f),
            "Webinars returned 2.1 EUR per EUR (90%: 1.4 to 3.0), the highest estimate; one other channel may have done as well"
        );
    }

    #[test]
    fn without_a_decidable_channel_nothing_is_claimed() {
        let f = roas(vec![row("LinkedIn", 0, (0.4, 1.3, 2.9), Verdict::NotDecidable)]);
        assert_eq!(
            roi(&f),
            "No return is decided yet; LinkedIn has the highest estimate, 1.3 EUR per EUR (90%: 0.4 to 2.9)"
        );
    }

    #[test]
    fn a_direction_is_told_before_the_highest_of_open_numbers() {
        let rows = |verdict| {
            roas(vec![
                row("LinkedIn", 0, (0.4, 2.3, 4.9), Verdict::NotDecidable),
                row("TV", 1, (1.2, 1.6, 2.1), verdict),
            ])
        };
        assert!(roi(&rows(Verdict::Leaning)).starts_with("No return is decided yet; TV leans above break-even, 1.6"));
        assert!(roi(&rows(Verdict::NotDecidable)).contains("LinkedIn has the highest estimate"), "negative control");
    }

    #[test]
    fn a_loss_is_called_a_loss() {
        let f = roas(vec![row("TV", 1, (0.3, 0.5, 0.8), Verdict::Decidable)]);
        assert!(roi(&f).contains("less than it cost"), "{}", roi(&f));
        let net = |measure| Roi { measure, ..roas(vec![row("TV", 1, (-0.8, -0.5, -0.2), Verdict::Decidable)]) };
        assert!(roi(&net(Return::Roi)).starts_with("TV lost 0.5 EUR per EUR (90%: 0.2 to 0.8)"));
        assert!(roi(&net(Return::Mroi)).starts_with("TV would lose 0.5 EUR of the next EUR (90%: 0.2 to 0.8)"));
    }

    fn curve(next: (f64, f64, f64)) -> ResponseCurve {
        ResponseCurve {
            caption: Caption::default(),
            channel: "Paid search".into(),
            color: 0,
            currency: "EUR".into(),
            unit: Unit::money("EUR"),
            outcome: "incremental margin".into(),
            per: "week".into(),
            points: vec![],
            observed: (0.0, 1.0),
            current: Some(PlanPoint { spend: 20_000.0, next: Some(Estimate::new(next.0, next.1, next.2)) }),
            recommended: Some(PlanPoint { spend: 26_000.0, next: None }),
        }
    }

    #[test]
    fn a_slope_above_one_is_room_and_a_slope_over_one_is_not_decided() {
        assert_eq!(
            response_curve(&curve((1.1, 1.4, 1.8))),
            "Paid search has room: the next EUR returns 1.4 (90%: 1.1 to 1.8); plan: 20 to 26 k EUR a week"
        );
        assert!(response_curve(&curve((0.5, 1.4, 2.8))).contains("not distinguishable from 1.0"));
        assert!(response_curve(&curve((0.2, 0.4, 0.8))).contains("past its best"));
    }

    #[test]
    fn a_gap_is_claimed_only_where_the_interval_shows_it() {
        let row = |interval| ShareRow {
            channel: "Display".into(),
            color: 0,
            spend_share: 0.18,
            effect_share: 0.09,
            effect_interval: Some(interval),
        };
        let f = |interval| Share { caption: Caption::default(), effect: "revenue".into(), rows: vec![row(interval)] };
        assert_eq!(
            share(&f((0.05, 0.14))),
            "Display takes 18% of spend and brings 9.0% of revenue (90%: 5.0 to 14.0%)"
        );
        assert!(share(&f((0.02, 0.25))).starts_with("No channel's share"));
    }
}
