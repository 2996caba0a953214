//! Sentences about a plan and what it gains.

use super::{list, name};
use crate::estimate::Estimate;
use crate::figures::{Budget, Frontier, Gain};
use crate::number;
use crate::unit::Unit;

/// "Moving 32 k EUR a week from Display and Events to Webinars should gain 41 k EUR (90%: 5 to 80 k EUR)."
#[must_use]
pub fn budget(figure: &Budget) -> String {
    let rows = figure.ranked();
    let (before, after) = figure.totals();
    let mut moves: Vec<(String, f64)> = rows.iter().map(|r| (name(&r.channel), r.recommended - r.current)).collect();
    moves.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let floor = 0.001 * before.max(after);
    let side = |up: bool| -> Vec<String> {
        moves.iter().filter(|m| m.1.abs() > floor && (m.1 > 0.0) == up).map(|m| m.0.clone()).collect()
    };
    let (up, down) = (side(true), side(false));
    // Two names a side at most, or the sentence would outgrow its two lines.
    let few = up.len() <= 2 && down.len() <= 2;
    let names = |all: &[String]| if few { list(all) } else { all[0].clone() };
    let money = Unit::money(figure.currency.as_str());
    let raised: f64 = moves.iter().map(|m| m.1.max(0.0)).sum();
    let cut: f64 = moves.iter().map(|m| (-m.1).max(0.0)).sum();
    let per = &figure.per;
    let (act, amount, way) = match (up.is_empty(), down.is_empty()) {
        (true, true) => return "Today's split is the best the model can find within these limits".to_owned(),
        (false, false) => ("Moving", raised.min(cut), format!("from {} to {}", names(&down), names(&up))),
        (false, true) => ("Adding", raised, format!("to {}", names(&up))),
        (true, false) => ("Taking", cut, format!("from {}", names(&down))),
    };
    let amount = money.write(amount, None);
    let claim =
        if few { format!("{act} {amount} a {per} {way}") } else { format!("{act} {amount} a {per}, above all {way},") };
    match figure.gain.filter(Estimate::is_finite) {
        None => claim.trim_end_matches(',').to_owned(),
        Some(gain) => {
            let (verb, amount, low, high) = match gain {
                g if g.p95 <= 0.0 => ("would cost", -g.p50, -g.p95, -g.p05),
                g if g.p05 > 0.0 => ("should gain", g.p50, g.p05, g.p95),
                g => ("may gain", g.p50, g.p05, g.p95),
            };
            let unit = &figure.gain_unit;
            format!("{claim} {verb} {} (90%: {})", unit.write(amount, Some(gain.spread())), unit.range(low, high))
        }
    }
}

/// "The same budget, split better, brings 6.1% more; beyond 220 k EUR the next EUR returns less than it costs."
#[must_use]
pub fn frontier(figure: &Frontier) -> String {
    let money = Unit::money(figure.currency.as_str());
    let better = figure.today.and_then(|t| {
        let best = figure.at(t.budget)?;
        (t.outcome.p50 > 0.0).then(|| best / t.outcome.p50 - 1.0)
    });
    let split = better.map(|b| {
        if b < 0.005 {
            "Today's budget is already split as well as it can be".to_owned()
        } else {
            format!("The same budget, split better, brings {} more", number::percent(b, None))
        }
    });
    let knee = figure
        .knee
        .map(|k| format!("beyond {} the next {} returns less than it costs", money.write(k, None), figure.currency));
    match (split, knee) {
        (Some(split), Some(knee)) => format!("{split}; {knee}"),
        (Some(one), None) => one,
        (None, Some(knee)) => super::capital(&knee),
        (None, None) => format!("The best {} for each budget", figure.outcome),
    }
}

/// A probability as people say it: "about 9 in 10".
fn chance(p: f64) -> String {
    match p {
        p if p >= 0.995 => "almost certainly".to_owned(),
        p if p >= 0.975 => "very probably, more than 19 in 20,".to_owned(),
        p if p <= 0.005 => "almost certainly not".to_owned(),
        p => format!("in about {} of 10 cases", (p * 10.0).round().clamp(1.0, 9.0)),
    }
}

/// "The plan beats today in about 9 of 10 cases; it gains 41 k EUR a quarter (90%: −5 to 80 k EUR)."
#[must_use]
pub fn gain(figure: &Gain) -> String {
    let Some(e) = figure.estimate() else { return "No gain to show yet".to_owned() };
    let p = figure.p_better();
    let amount = format!(
        "{} a {} (90%: {})",
        figure.unit.write(e.p50.abs(), Some(e.spread())),
        figure.per,
        figure.unit.range(e.p05, e.p95)
    );
    let verb = if e.p50 >= 0.0 { "median gain" } else { "median loss" };
    if p <= 0.005 {
        return format!("The plan almost certainly does not beat today; {verb} {amount}");
    }
    let words = chance(p);
    if words.starts_with("in ") {
        format!("The plan beats today {words}; {verb} {amount}")
    } else {
        format!("The plan {words} beats today; {verb} {amount}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::budget::BudgetRow;

    fn row(channel: &str, color: usize, current: f64, recommended: f64) -> BudgetRow {
        BudgetRow {
            channel: channel.into(),
            color,
            current,
            recommended,
            lower: None,
            upper: None,
            locked: false,
            extrapolated: false,
        }
    }

    fn plan(rows: Vec<BudgetRow>, gain: Option<Estimate>) -> Budget {
        Budget {
            caption: Default::default(),
            currency: "EUR".into(),
            per: "week".into(),
            rows,
            outcome: "margin".into(),
            gain_unit: Unit::money("EUR"),
            gain,
        }
    }

    #[test]
    fn a_move_says_from_where_to_where_and_what_for() {
        let rows = vec![row("Display", 0, 40e3, 20e3), row("Events", 1, 30e3, 18e3), row("Webinars", 2, 30e3, 62e3)];
        let text = budget(&plan(rows, Some(Estimate::new(5e3, 41e3, 80e3))));
        assert_eq!(
            text,
            "Moving 32 k EUR a week from Display and Events to Webinars should gain 41 k EUR (90%: 5 to 80 k EUR)"
        );
    }

    #[test]
    fn of_many_moves_the_largest_are_named() {
        let rows =
            (0..6).map(|i| row(["A", "B", "C", "D", "E", "F"][i], i, 40e3, if i < 3 { 30e3 - i as f64 } else { 50e3 }));
        let text = budget(&plan(rows.collect(), Some(Estimate::new(5e3, 41e3, 80e3))));
        assert!(text.starts_with("Moving 30 k EUR a week, above all from C to D, should gain 41 k EUR"), "{text}");
        let rows = (0..3).map(|i| row(["A", "B", "C"][i], i, 40e3, 50e3 + i as f64));
        assert_eq!(budget(&plan(rows.collect(), None)), "Adding 30.0 k EUR a week, above all to C");
    }

    #[test]
    fn a_gain_that_may_be_a_loss_is_only_possible() {
        let rows = vec![row("A", 0, 40e3, 20e3), row("B", 1, 20e3, 40e3)];
        assert!(budget(&plan(rows, Some(Estimate::new(-5e3, 20e3, 50e3)))).contains("may gain"));
        assert!(budget(&plan(vec![row("A", 0, 5.0, 5.0)], None)).starts_with("Today's split is the best"));
    }

    #[test]
    fn probability_is_said_as_a_frequency_and_never_as_certainty() {
        let figure = |draws: Vec<f64>| Gain {
            caption: Default::default(),
            unit: Unit::money("EUR"),
            outcome: "margin".into(),
            per: "week".into(),
            draws,
        };
        assert!(
            gain(&figure((0..1000).map(|i| f64::from(i - 100) * 100.0).collect()))
                .starts_with("The plan beats today in about 9 of 10 cases")
        );
        assert!(gain(&figure(vec![1.0, 2.0, 3.0])).contains("almost certainly beats"));
        assert!(gain(&figure(vec![-1.0, -2.0])).contains("does not beat"));
    }
}
