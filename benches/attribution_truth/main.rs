//! Attribution against planted truth: `cargo bench -p tandem-benches --no-default-features --bench attribution_truth`.
//!
//! Simulates a company (`TANDEM_BENCH_PRESET`, `medium` unless told; seeds as arguments, 1, 2 and 3 unless told), credits
//! won revenue by every model over its journeys, and holds each paid channel's share of the credit given to paid channels
//! against its share of what paid channels truly added. Prints a Markdown table; means over seeds.
#![allow(clippy::unwrap_used)]

use tandem_benches::preset;
use tandem_datasets::{Company, Format, Preset, simulate};
use tandem_models::attribution::{Attribution, Bootstrap, ModelKind, Order, Settings};
use tandem_store::import::{ImportFile, ImportOptions};
use tandem_store::{Cancel, JourneyRequest, JourneyScope, Store};

/// One row of the scoreboard: a model, or what one would use without any.
#[derive(Debug, Clone)]
struct Score {
    name: String,
    /// Mean absolute error of a channel's share, in points.
    error: f64,
    /// Spearman's rank correlation of shares.
    rank: f64,
    /// Share of all won revenue that paid channels are credited with.
    paid: f64,
}

fn main() {
    // `cargo bench` adds --bench
    let given: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let seeds = if given.is_empty() { vec![1, 2, 3] } else { given };
    let size = std::env::var("TANDEM_BENCH_PRESET").map_or(Preset::Medium, |_| preset());
    let mut all: Vec<Vec<Score>> = Vec::new();
    for &seed in &seeds {
        all.push(scores(size, seed));
    }
    println!("preset {}, seeds {seeds:?}\n", size.name());
    println!("| model | mean error of a channel's share | rank correlation | credited to paid channels |");
    println!("|---|---|---|---|");
    let mean = |of: &dyn Fn(&Score) -> f64, i: usize| all.iter().map(|s| of(&s[i])).sum::<f64>() / all.len() as f64;
    let mut rows: Vec<(f64, String)> = (0..all[0].len())
        .map(|i| {
            let error = mean(&|s| s.error, i);
            let paid = mean(&|s| s.paid, i);
            let paid = if paid.is_nan() { "-".to_owned() } else { format!("{:.0}%", 100.0 * paid) };
            let text = format!("| {} | {error:.1} points | {:.2} | {paid} |", all[0][i].name, mean(&|s| s.rank, i));
            (error, text)
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.iter().for_each(|(_, text)| println!("{text}"));
}

/// Scores of every model, of spend share and of equal shares on one company; the truth itself last.
fn scores(size: Preset, seed: u64) -> Vec<Score> {
    let (files, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made = simulate(&Company::new(size, seed), files.path(), Format::Parquet, &|_, _| {}).unwrap();
    let truth: Vec<(String, f64, f64)> = made
        .truth
        .channels
        .iter()
        .map(|c| (c.channel.clone(), c.effect.incremental.won_revenue.max(0.0), c.effect.spend))
        .collect();
    let planted: Vec<f64> = truth.iter().map(|t| t.1).collect();
    let store = Store::open(data.path(), tandem_store::Settings::default()).unwrap();
    let sources: Vec<ImportFile> = made.files().into_iter().map(ImportFile::from).collect();
    assert!(!store.import(&sources, &ImportOptions::default(), &mut |_| {}).unwrap().any_refused());
    let mut out = Vec::new();
    let mut add = |name: &str, credit: &[f64], paid: f64| {
        let (error, rank) = (error(credit, &planted), spearman(credit, &planted));
        out.push(Score { name: name.to_owned(), error, rank, paid });
    };
    let kinds: Vec<ModelKind> = ModelKind::ALL.into_iter().filter(|k| *k != ModelKind::Custom).collect();
    for (order, kinds) in [(1, &kinds[..]), (2, &[ModelKind::Markov]), (3, &[ModelKind::Markov])] {
        let bootstrap = Bootstrap { resamples: 0, seed: 1 };
        let settings = Settings { order: Order::Fixed(order), bootstrap, ..Settings::default() };
        let request =
            JourneyRequest { scope: JourneyScope::Everyone, lookback_days: Some(365), ..JourneyRequest::default() };
        let mut names = store.touch_names(&request).unwrap();
        let mut sink = Attribution::new(kinds, &settings, names.channels.names()).unwrap();
        store.journeys(&request, &mut names, &mut sink, Cancel::new()).unwrap();
        for credit in sink.finish().unwrap().models {
            let of = |channel: &str| {
                let row = credit.channels.iter().find(|c| c.channel == channel);
                row.map_or(0.0, |c| c.value_minor as f64)
            };
            let shares: Vec<f64> = truth.iter().map(|t| of(&t.0)).collect();
            let paid = shares.iter().sum::<f64>() / credit.total.value_minor as f64;
            let label = credit.model.parse::<ModelKind>().map_or(credit.model.clone(), |k| k.label().to_owned());
            let name = if credit.model == "markov" { format!("{label}, order {order}") } else { label };
            add(&name, &shares, paid);
        }
    }
    let spend: Vec<f64> = truth.iter().map(|t| t.2).collect();
    add("(share of spend)", &spend, f64::NAN);
    add("(equal shares)", &vec![1.0; truth.len()], f64::NAN);
    add("(the truth)", &planted, made.truth.incremental.incremental.won_revenue / made.truth.total.won_revenue);
    out
}

fn shares(values: &[f64]) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    values.iter().map(|v| v / sum).collect()
}

/// Mean absolute difference of shares, in points.
fn error(credit: &[f64], truth: &[f64]) -> f64 {
    let pairs = shares(credit).into_iter().zip(shares(truth));
    100.0 * pairs.map(|(a, b)| (a - b).abs()).sum::<f64>() / credit.len() as f64
}

/// Spearman's rank correlation, ties sharing their mean rank; 0 where one side does not vary.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |v: &[f64]| -> Vec<f64> {
        let place = |x: f64| {
            let below = v.iter().filter(|y| **y < x).count() as f64;
            below + (v.iter().filter(|y| **y == x).count() as f64 + 1.0) / 2.0
        };
        v.iter().map(|x| place(*x)).collect()
    };
    let (x, y) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let dot = |p: &[f64], q: &[f64]| p.iter().zip(q).map(|(p, q)| (p - mean) * (q - mean)).sum::<f64>();
    let spread = (dot(&x, &x) * dot(&y, &y)).sqrt();
    if spread > 0.0 { dot(&x, &y) / spread } else { 0.0 }
}
