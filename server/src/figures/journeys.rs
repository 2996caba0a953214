//! Journeys drawn: how long they are, how many days they take, which touch follows which.

use std::collections::BTreeMap;

use tandem_charts::estimate::{Caption, Source};
use tandem_charts::figures::histogram::{Bin, Histogram, Length};
use tandem_charts::figures::transitions::Transitions;

use super::caption::{name, span};
use crate::analysis::attribution::AttributionAnswer;
use crate::analysis::attribution::shape::Shape;
use crate::analysis::meta::Meta;

/// Upper ends of the bars of days.
const DAYS: [u32; 9] = [7, 14, 30, 60, 90, 120, 180, 270, 365];

/// Longest path with a bar of its own.
const TOUCHES: u32 = 15;

/// Channels in the matrix of transitions; the rest are left to the table.
const CHANNELS: usize = 12;

fn caption(meta: &Meta) -> Caption {
    Caption {
        title: None,
        period: meta.period.as_ref().and_then(span),
        source: Source { data_version: Some(meta.data_version.clone()), ..Source::default() },
    }
}

fn noun(meta: &Meta) -> String {
    match meta.kpi.as_deref() {
        Some("won_revenue" | "won_margin") | None => "won deals".into(),
        Some("opportunity") => "opportunities".into(),
        Some(stage) => format!("{}s", stage.to_uppercase()),
    }
}

/// Journeys won by number of touches.
#[must_use]
pub fn journey_length(shape: &Shape) -> Histogram {
    let most = shape.lengths.keys().copied().max().unwrap_or(0);
    let first = u32::from(!shape.lengths.contains_key(&0));
    let count = |from: u32, to: u32| shape.lengths.range(from..=to).map(|(_, n)| *n as f64).sum();
    let mut bins: Vec<Bin> =
        (first..=most.min(TOUCHES - 1)).map(|n| Bin { label: n.to_string(), count: count(n, n) }).collect();
    if most >= TOUCHES {
        bins.push(Bin { label: format!("{TOUCHES}+"), count: count(TOUCHES, u32::MAX) });
    }
    Histogram {
        caption: caption(&shape.meta),
        length: Length::Touches,
        noun: noun(&shape.meta),
        bins,
        median: median(&shape.lengths),
    }
}

/// Journeys won by days from the first touch.
#[must_use]
pub fn time_lag(shape: &Shape) -> Histogram {
    let most = shape.days.keys().copied().max().unwrap_or(0);
    let mut bins = Vec::new();
    let mut from = 0;
    for to in DAYS {
        let count = shape.days.range(from..=to).map(|(_, n)| *n as f64).sum();
        bins.push(Bin { label: format!("{from}-{to}"), count });
        from = to + 1;
        if from > most {
            break;
        }
    }
    if from <= most {
        let count = shape.days.range(from..).map(|(_, n)| *n as f64).sum();
        bins.push(Bin { label: format!("{from}+"), count });
    }
    Histogram {
        caption: caption(&shape.meta),
        length: Length::Days,
        noun: noun(&shape.meta),
        bins,
        median: median(&shape.days),
    }
}

/// The value that half of all reach.
fn median(counts: &BTreeMap<u32, u64>) -> Option<f64> {
    let all: u64 = counts.values().sum();
    let mut seen = 0;
    counts.iter().find_map(|(value, n)| {
        seen += n;
        (2 * seen >= all && all > 0).then_some(f64::from(*value))
    })
}

/// Order-1 transitions between channels, from start to conversion or end. Channels passed most often, at most twelve.
#[must_use]
pub fn transitions(answer: &AttributionAnswer) -> Transitions {
    let (start, conversion, null) = ("(start)", "(conversion)", "(null)");
    let edges = || answer.transitions.iter().filter(|e| !e.from.contains(" > ") && !e.to.contains(" > "));
    let mut passed: BTreeMap<&str, i64> = BTreeMap::new();
    edges().filter(|e| e.from != start).for_each(|e| *passed.entry(&e.from).or_default() += e.count);
    let mut channels: Vec<(&str, i64)> = passed.into_iter().collect();
    channels.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let shown: Vec<&str> = channels.iter().take(CHANNELS).map(|c| c.0).collect();
    let from: Vec<&str> = [start].into_iter().chain(shown.iter().copied()).collect();
    let to: Vec<&str> = shown.iter().copied().chain([conversion, null]).collect();
    let at: BTreeMap<(&str, &str), f64> = edges().map(|e| ((e.from.as_str(), e.to.as_str()), e.probability)).collect();
    let row = |f: &&str| to.iter().map(|t| at.get(&(*f, *t)).copied().unwrap_or(0.0)).collect();
    let called = |id: &&str| match *id {
        "(start)" => "Start".to_owned(),
        "(conversion)" => "Converted".to_owned(),
        "(null)" => "Left".to_owned(),
        channel => name(channel),
    };
    Transitions {
        caption: caption(&answer.meta),
        from: from.iter().map(called).collect(),
        to: to.iter().map(called).collect(),
        probabilities: from.iter().map(row).collect(),
        converted: Some(shown.len()),
    }
}
