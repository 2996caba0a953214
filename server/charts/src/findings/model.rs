//! Sentences about what a model says of the past.

use super::name;
use crate::figures::Contributions;
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

#[cfg(test)]
mod tests {
    use super::*;
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
}
