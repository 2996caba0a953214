//! Attribution: reading a path table, exact Markov credit by order, its bootstrap, rules and Shapley, journeys streamed.
//!
//! `cargo bench -p tandem-benches --no-default-features --bench attribution`. The comparison with ChannelAttribution on a
//! million rows is `benches/peers/channelattribution.py`.

#![expect(missing_docs, reason = "criterion's macros make public functions")]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tandem_models::attribution::path_table::parse;
use tandem_models::attribution::poisson::Draws;
use tandem_models::attribution::{Attribution, Bootstrap, ModelKind, Order, Settings, over_paths};
use tandem_models::domain::journey::{DAY_US, Journey, JourneySink, NO_CAMPAIGN, Outcome, Touch};

const CHANNELS: usize = 20;
const ROWS: u64 = 100_000;

/// Rows of 2 to 11 touches over 20 channels, the same at every run.
fn table() -> String {
    let mut text = String::from("path;total_conversions;total_conversion_value;total_null\n");
    for row in 0..ROWS {
        let mut draws = Draws::new(1, row, 0);
        for i in 0..2 + draws.fold(10) {
            let _ = write!(text, "{}Channel {}", if i > 0 { " > " } else { "" }, draws.fold(CHANNELS));
        }
        let conversions = draws.fold(3);
        let _ = writeln!(text, ";{conversions};{};{}", conversions * 125, draws.fold(9));
    }
    text
}

fn settings(order: usize, resamples: usize) -> Settings {
    let bootstrap = Bootstrap { resamples, seed: 1 };
    Settings { order: Order::Fixed(order), bootstrap, out_of_sample_auc: false, ..Settings::default() }
}

fn path_tables(c: &mut Criterion) {
    let text = table();
    let mut group = c.benchmark_group("path table, 100 k rows x 20 channels");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("read", |b| b.iter(|| parse(black_box(text.as_bytes()))));
    let Ok(table) = parse(text.as_bytes()) else { return };
    group.throughput(Throughput::Elements(ROWS));
    for order in 1..=3 {
        let settings = settings(order, 0);
        group.bench_function(format!("markov order {order}"), |b| {
            b.iter(|| over_paths(black_box(&table), &[ModelKind::Markov], &settings));
        });
    }
    group.bench_function("markov order 1, 200 resamples", |b| {
        b.iter(|| over_paths(black_box(&table), &[ModelKind::Markov], &settings(1, 200)));
    });
    for kind in [ModelKind::Last, ModelKind::Linear, ModelKind::Position, ModelKind::Shapley] {
        let settings = settings(1, 0);
        group.bench_function(kind.id(), |b| b.iter(|| over_paths(black_box(&table), &[kind], &settings)));
    }
    group.finish();
}

fn journeys(c: &mut Criterion) {
    let names: Vec<String> = (0..CHANNELS).map(|i| format!("Channel {i}")).collect();
    let all: Vec<Journey> = (0..ROWS)
        .map(|unit| {
            let mut draws = Draws::new(2, unit, 0);
            let touches: Vec<Touch> = (0..1 + draws.fold(12) as i64)
                .map(|day| Touch {
                    channel: draws.fold(CHANNELS) as u32,
                    campaign: NO_CAMPAIGN,
                    at_us: day * DAY_US,
                    contact: draws.fold(3) as u32,
                })
                .collect();
            let won = draws.fold(10) == 0;
            let outcome = if won { Outcome::Won { value_minor: 1_234_567 } } else { Outcome::Lost };
            Journey { unit, touches, outcome, end_us: 20 * DAY_US, ..Journey::empty() }
        })
        .collect();
    let mut group = c.benchmark_group("journeys, 100 k");
    group.sample_size(10);
    group.throughput(Throughput::Elements(ROWS));
    let rules = [ModelKind::First, ModelKind::Linear, ModelKind::TimeDecay, ModelKind::W, ModelKind::FullPath];
    for (name, kinds, resamples) in [
        ("five rules", &rules[..], 0),
        ("markov order 2", &[ModelKind::Markov][..], 0),
        ("hazard", &[ModelKind::Hazard][..], 0),
    ] {
        let settings = settings(2, resamples);
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut attribution = Attribution::new(kinds, &settings, &names).ok()?;
                all.iter().for_each(|j| attribution.journey(j));
                attribution.finish().ok()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, path_tables, journeys);
criterion_main!(benches);
