//! Journeys drawn: how long they are, how many days they take, which touch follows which.

use std::collections::BTreeMap;

use tandem_charts::Unit;
use tandem_charts::estimate::{Caption, Source};
use tandem_charts::figures::histogram::{Bin, Histogram, Length};
use tandem_charts::figures::sankey::{Flow, Node, Sankey};
use tandem_charts::figures::transitions::Transitions;

use super::caption::{name, span};
use crate::analysis::attribution::AttributionAnswer;
use crate::analysis::attribution::shape::Shape;
use crate::analysis::meta::Meta;

/// Widths of a bar, of which the first is taken that needs no more than [`BARS`].
const WIDTHS: [u32; 10] = [1, 2, 3, 5, 7, 10, 14, 30, 60, 90];

/// Bars at most, the last one open.
const BARS: u32 = 14;

/// Channels in the matrix of transitions; the rest are left to the table.
const CHANNELS: usize = 12;

/// Channels told apart in the graph; the rest are one node.
const NODES: usize = 8;

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
    histogram(shape, &shape.lengths, Length::Touches)
}

/// Journeys won by days from the first touch.
#[must_use]
pub fn time_lag(shape: &Shape) -> Histogram {
    histogram(shape, &shape.days, Length::Days)
}

/// Bars of equal width from the least value on; what lies beyond nineteen in twenty shares the last one.
fn histogram(shape: &Shape, counts: &BTreeMap<u32, u64>, length: Length) -> Histogram {
    let (first, most) = (counts.keys().next().copied().unwrap_or(0), quantile(counts, 0.95).unwrap_or(0));
    let fits = |w: &&u32| (most - first) / **w < BARS;
    let width = WIDTHS.iter().find(fits).copied().unwrap_or(180);
    // Bars begin at multiples of their width, so that they are round.
    let start = first / width * width;
    let count = |from: u32, to: u32| counts.range(from..=to).map(|(_, n)| *n as f64).sum();
    let last = counts.keys().next_back().copied().unwrap_or(0);
    let mut bins = Vec::new();
    let mut from = start;
    while from <= most {
        let to = from + width - 1;
        let label = if width == 1 { from.to_string() } else { format!("{from}-{to}") };
        bins.push(Bin { label, count: count(from, to) });
        from += width;
    }
    if from <= last {
        bins.push(Bin { label: format!("{from}+"), count: count(from, u32::MAX) });
    }
    Histogram {
        caption: caption(&shape.meta),
        length,
        noun: noun(&shape.meta),
        bins,
        median: quantile(counts, 0.5).map(f64::from),
    }
}

/// The value that a share of all do not exceed.
fn quantile(counts: &BTreeMap<u32, u64>, share: f64) -> Option<u32> {
    let all: u64 = counts.values().sum();
    let mut seen = 0;
    counts.iter().find_map(|(value, n)| {
        seen += n;
        (seen as f64 >= share * all as f64 && all > 0).then_some(*value)
    })
}

/// Transitions as a graph: from each touch on the left to what came next on the right, widths by number of journeys.
#[must_use]
pub fn transition_graph(answer: &AttributionAnswer) -> Sankey {
    let edges = || answer.transitions.iter().filter(|e| !e.from.contains(" > ") && !e.to.contains(" > "));
    let mut passed: BTreeMap<&str, i64> = BTreeMap::new();
    edges().filter(|e| !e.from.starts_with('(')).for_each(|e| *passed.entry(&e.from).or_default() += e.count);
    let mut channels: Vec<(&str, i64)> = passed.into_iter().collect();
    channels.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let shown: Vec<&str> = channels.iter().take(NODES).map(|c| c.0).collect();
    let other = channels.len() > NODES;
    // Left: start, channels, other. Right: channels, other, conversion, end.
    let per = shown.len() + usize::from(other);
    let place = |id: &str| shown.iter().position(|c| *c == id).unwrap_or(shown.len());
    let called = |i: usize| shown.get(i).map_or_else(|| "Other".to_owned(), |id| name(id));
    let side = |level: usize| (0..per).map(move |i| (i, level));
    // A channel's colour is its place in the list, as in the comparison of models.
    let listed = answer.models.first().map(|m| m.channels.as_slice()).unwrap_or_default();
    let color = |i: usize| shown.get(i).and_then(|id| listed.iter().position(|c| c.channel == *id));
    let node = |(i, level): (usize, usize)| Node { name: called(i), level, color: color(i) };
    let mut nodes = vec![Node { name: "Start".into(), level: 0, color: None }];
    nodes.extend(side(0).map(node));
    nodes.extend(side(1).map(node));
    nodes.push(Node { name: "Converted".into(), level: 1, color: None });
    nodes.push(Node { name: "Left".into(), level: 1, color: None });
    let left = |id: &str| if id == "(start)" { 0 } else { 1 + place(id) };
    let right = |id: &str| match id {
        "(conversion)" => 1 + 2 * per,
        "(null)" => 2 + 2 * per,
        channel => 1 + per + place(channel),
    };
    let mut sums: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    edges().for_each(|e| *sums.entry((left(&e.from), right(&e.to))).or_default() += e.count);
    let between = sums.iter().filter(|((f, t), _)| *f > 0 && *t <= 2 * per).max_by_key(|(_, n)| **n);
    let title = between.map(|((f, t), _)| {
        format!("From one channel to the next, journeys go most often from {} to {}", nodes[*f].name, nodes[*t].name)
    });
    let flows = sums.iter().map(|(&(from, to), &n)| Flow { from, to, value: n as f64 }).collect();
    let caption = Caption { title, ..caption(&answer.meta) };
    Sankey { caption, what: "journeys".into(), unit: Unit::count("journeys"), nodes, flows }
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
