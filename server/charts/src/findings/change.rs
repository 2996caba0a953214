//! Sentences about what changed and why.

use super::name;
use crate::figures::waterfall::Against;
use crate::figures::{Pacing, Waterfall};
use crate::number;

/// "We missed by 527 k EUR: 388 k EUR of it because fewer MQLs became SQLs."
#[must_use]
pub fn waterfall(figure: &Waterfall) -> String {
    let change = figure.change();
    let size = figure.unit.write(change.abs(), None);
    let unchanged = change.abs() <= 0.0005 * figure.from.value.abs();
    let claim = match (figure.against, change > 0.0) {
        _ if unchanged => format!("{} stayed at {}", figure.outcome, figure.unit.write(figure.to.value, None)),
        (Against::Plan, false) => format!("We missed by {size}"),
        (Against::Plan, true) => format!("We beat the plan by {size}"),
        (Against::Period, false) => format!("{} fell by {size}", figure.outcome),
        (Against::Period, true) => format!("{} rose by {size}", figure.outcome),
    };
    // The largest cause in the direction of the change; one whose interval holds 0 is not named as a cause.
    let same_way = |v: f64| if unchanged { true } else { (v > 0.0) == (change > 0.0) };
    let told = |c: &&crate::figures::waterfall::Cause| c.interval.is_none_or(|(a, b)| a > 0.0 || b < 0.0);
    let cause = figure
        .causes
        .iter()
        .filter(|c| c.value.is_finite() && c.value != 0.0 && same_way(c.value))
        .filter(told)
        .max_by(|a, b| a.value.abs().total_cmp(&b.value.abs()));
    let Some(cause) = cause else {
        return format!("{claim}; no single cause can be told from chance");
    };
    let spread = cause.interval.map(|(a, b)| b - a);
    let part = figure.unit.write(cause.value.abs(), spread);
    // A cause larger than the whole change is no part "of it": others pulled the other way.
    match &cause.because {
        Some(clause) if !unchanged && cause.value.abs() <= change.abs() => {
            format!("{claim}: {part} of it because {clause}")
        }
        Some(clause) if !unchanged => format!("{claim}: {part} because {clause}, partly made up elsewhere"),
        _ => {
            format!("{claim}; the largest cause is {}, {}", name(&cause.label), figure.unit.signed(cause.value, spread))
        }
    }
}

/// "Won revenue stands 8.0% behind target and lands at 3.9 M EUR (90%: 3.5 to 4.3 M EUR) against 4.2 M EUR."
#[must_use]
pub fn pacing(figure: &Pacing) -> String {
    let Some((actual, target)) = figure.now() else { return "No target to pace against yet".to_owned() };
    let outcome = super::capital(&figure.outcome);
    let gap = if target > 0.0 { actual / target - 1.0 } else { 0.0 };
    let place = match gap {
        g if g.abs() < 0.005 => "on target".to_owned(),
        g if g > 0.0 => format!("{} ahead of target", number::percent(g, None)),
        g => format!("{} behind target", number::percent(-g, None)),
    };
    match figure.end() {
        Some((e, whole)) => {
            let (low, high) = (figure.unit.range(e.p05, e.p95), figure.unit.write(whole, None));
            format!(
                "{outcome} stands {place} and lands at {} (90%: {low}) against {high}",
                figure.unit.write(e.p50, Some(e.spread()))
            )
        }
        None => format!("{outcome} stands {place}"),
    }
}

/// "LinkedIn: ROI went from 0.42 to 0.71, most of it by new periods."
#[must_use]
pub fn bridge(
    channel: &str,
    measure: &str,
    unit: &crate::unit::Unit,
    ends: (f64, f64),
    steps: &[(String, f64)],
) -> String {
    let change = ends.1 - ends.0;
    let write = |x: f64| unit.write(x, Some(change.abs()));
    let largest = steps.iter().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let Some(largest) = largest.filter(|_| change.abs() > 1e-9 * (ends.0.abs() + ends.1.abs())) else {
        return format!("{}: {measure} stayed at {}", super::name(channel), unit.write(ends.1, None));
    };
    let told = format!("{}: {measure} went from {} to {}", super::name(channel), write(ends.0), write(ends.1));
    if largest.1 * change > 0.0 && largest.1.abs() >= 0.5 * change.abs() {
        format!("{told}, most of it by {}", largest.0)
    } else {
        format!("{told}; the largest step, {}, was {}", largest.0, unit.signed(largest.1, Some(change.abs())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::waterfall::{Cause, Total};
    use crate::unit::Unit;

    fn figure(from: f64, to: f64, causes: Vec<Cause>) -> Waterfall {
        let total = |label: &str, value| Total { label: label.into(), value };
        Waterfall {
            caption: Default::default(),
            unit: Unit::money("EUR"),
            outcome: "Won revenue".into(),
            against: Against::Plan,
            from: total("Plan", from),
            to: total("Actual", to),
            causes,
            most: 7,
        }
    }

    fn cause(label: &str, value: f64, because: Option<&str>) -> Cause {
        Cause { label: label.into(), value, interval: None, because: because.map(Into::into) }
    }

    #[test]
    fn a_miss_names_its_size_and_its_largest_cause() {
        let causes = vec![
            cause("Leads", 145e3, None),
            cause("MQL to SQL", -388e3, Some("fewer MQLs became SQLs")),
            cause("Rest", -284e3, None),
        ];
        assert_eq!(
            waterfall(&figure(1_800e3, 1_273e3, causes)),
            "We missed by 527 k EUR: 388 k EUR of it because fewer MQLs became SQLs"
        );
    }

    #[test]
    fn a_cause_larger_than_the_change_is_not_part_of_it() {
        let causes = vec![cause("A", -300e3, Some("deals got smaller")), cause("B", 200e3, None)];
        assert!(waterfall(&figure(1_000e3, 900e3, causes)).contains("partly made up elsewhere"));
    }

    #[test]
    fn a_cause_that_may_be_nothing_is_not_named() {
        let mut unsure = cause("A", -100e3, Some("deals got smaller"));
        unsure.interval = Some((-250e3, 50e3));
        assert!(waterfall(&figure(1_000e3, 900e3, vec![unsure])).ends_with("no single cause can be told from chance"));
    }

    #[test]
    fn pacing_says_where_we_stand_and_where_we_land() {
        use crate::estimate::Estimate;
        use tandem_models::domain::period::Day;
        let mut p = Pacing {
            caption: Default::default(),
            unit: Unit::money("EUR"),
            outcome: "won revenue".into(),
            dates: vec![Day(0), Day(7), Day(14)],
            actual: vec![0.0, 0.92e6],
            target: vec![0.0, 1e6, 2e6],
            landing: vec![Estimate::new(1.6e6, 1.9e6, 2.2e6)],
            probability: None,
        };
        assert_eq!(
            pacing(&p),
            "Won revenue stands 8.0% behind target and lands at 1.9 M EUR (90%: 1.6 to 2.2 M EUR) against 2 M EUR"
        );
        p.landing.clear();
        p.actual[1] = 1e6;
        assert_eq!(pacing(&p), "Won revenue stands on target");
    }
}
