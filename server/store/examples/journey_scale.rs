//! Journeys to Markov credit at a size: `cargo run --release -p tandem-store --example journey_scale -- 10000000 DIR [MIXED]`.
//!
//! Makes a company of that many touches in batches of ten million (in order of account, as an export of accounts would be;
//! with MIXED in order of time, as daily exports are) unless DIR holds one, then times the bare journey query, the stream
//! of journeys and order-2 Markov credit, each by itself, with the peak memory of the process.
#![allow(clippy::unwrap_used)]

mod made;

use std::time::Instant;

use duckdb::arrow::array::Int64Array;
use made::{DAY_US, Luck, batch, text, time};
use std::sync::Arc;
use tandem_models::attribution::{Attribution, Bootstrap, ModelKind, Order, Settings as Models};
use tandem_models::domain::journey::Journey;
use tandem_models::domain::period::Day;
use tandem_store::engine::Params;
use tandem_store::queries::text as queries;
use tandem_store::schema::Table;
use tandem_store::{BatchSource, Cancel, JourneyRequest, JourneyScope, Settings, Store, TouchNames};

/// Touches a batch, and rows a record batch of touches.
const BATCH: usize = 10_000_000;
const CHUNK: usize = 200_000;
/// Touches an account, a contact, and a deal.
const PER_ACCOUNT: usize = 50;
const PER_CONTACT: usize = 10;
const PER_DEAL: usize = 87;
const CHANNELS: i64 = 14;
const CAMPAIGNS: i64 = 240;
const DAYS: i64 = 1095;

fn account(i: usize) -> String {
    format!("a{i:07}")
}

/// One batch: accounts `first / PER_ACCOUNT ..` with their touches and deals.
fn fill(store: &Store, first: usize, touches: usize, mixed: bool) {
    let start = i64::from(Day::from_civil(2023, 1, 2).0) * DAY_US;
    let mut luck = Luck(42 + first as u64);
    let sha256 = format!("{first:032x}{touches:032x}");
    let source = BatchSource { name: "scale".into(), sha256, layout: "scale".into(), mapping: None, dataset: None };
    let mut writer = store.begin_batch(source).unwrap();
    for table in [Table::Touches, Table::Opportunities] {
        writer.keys_are_unique(table);
    }
    let mut done = 0;
    while done < touches {
        let n = CHUNK.min(touches - done);
        let rows = first + done..first + done + n;
        let owner: Vec<usize> = rows
            .clone()
            .map(|i| {
                if mixed {
                    first / PER_ACCOUNT + luck.below((touches / PER_ACCOUNT) as i64) as usize
                } else {
                    i / PER_ACCOUNT
                }
            })
            .collect();
        let people = (PER_ACCOUNT / PER_CONTACT) as i64;
        let contacts: Vec<String> =
            owner.iter().map(|a| format!("c{:08}", a * people as usize + luck.below(people) as usize)).collect();
        let at: Vec<i64> = (0..n)
            .map(|i| {
                let day = if mixed { (done + i) as i64 * DAYS / touches as i64 } else { luck.below(DAYS) };
                start + day * DAY_US + luck.below(86_400) * 1_000_000
            })
            .collect();
        // Campaign k runs on channel k modulo the number of channels, busier channels more often.
        let campaigns: Vec<i64> = (0..n).map(|_| luck.below(CAMPAIGNS).min(luck.below(CAMPAIGNS))).collect();
        let columns = vec![
            ("touch_id", text(rows.map(|i| format!("t{i:010}")))),
            ("contact_id", text(contacts.into_iter())),
            ("account_id", text(owner.iter().map(|a| account(*a)))),
            ("channel", text(campaigns.iter().map(|k| format!("channel_{:02}", k % CHANNELS)))),
            ("campaign_id", text(campaigns.iter().map(|k| format!("k{k:04}")))),
        ];
        writer.append(Table::Touches, &batch(Table::Touches, columns, time("touched_at", &at))).unwrap();
        done += n;
    }
    let deals = touches / PER_DEAL;
    let created: Vec<i64> = (0..deals).map(|_| start + luck.below(DAYS - 100) * DAY_US).collect();
    let closed: Vec<i64> = created.iter().map(|c| c + (10 + luck.below(90)) * DAY_US).collect();
    // A quarter won, a twelfth open, the rest lost.
    let status: Vec<&str> = (0..deals)
        .map(|_| match luck.below(12) {
            0..=2 => "won",
            3 => "open",
            _ => "lost",
        })
        .collect();
    let owner: Vec<usize> =
        (0..deals).map(|_| first / PER_ACCOUNT + luck.below((touches / PER_ACCOUNT) as i64) as usize).collect();
    let columns = vec![
        ("opportunity_id", text((0..deals).map(|d| format!("o{:09}", first / PER_DEAL + d)))),
        ("account_id", text(owner.iter().map(|a| account(*a)))),
        (
            "amount_minor",
            Arc::new(Int64Array::from_iter_values((0..deals).map(|_| 100_000 + luck.below(5_000_000)))) as _,
        ),
        ("status", text(status.iter().map(|s| (*s).to_owned()))),
    ];
    let times = [time("created_at", &created), time("closed_at", &closed)].concat();
    writer.append(Table::Opportunities, &batch(Table::Opportunities, columns, times)).unwrap();
    writer.commit().unwrap();
}

/// Seconds on the clock and of the processor.
fn timed<T>(what: &str, touches: usize, work: impl FnOnce() -> T) -> T {
    let (clock, cpu) = (Instant::now(), cpu_seconds());
    let out = work();
    let (wall, cpu) = (clock.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let per = cpu * 1e9 / touches as f64;
    println!("{what}: {wall:.2} s, CPU {cpu:.2} s, {per:.0} ns of CPU a touch, peak {} MiB", peak_mib());
    out
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (after[11].parse::<f64>().unwrap() + after[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn main() {
    let mut args = std::env::args().skip(1);
    let touches: usize = args.next().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let dir = args.next().expect("a folder to put the company in");
    let mixed = args.next().is_some();
    let store = Store::open(&dir, Settings::default()).unwrap();
    if store.imports().is_empty() {
        timed("making", touches, || {
            (0..touches).step_by(BATCH).for_each(|first| fill(&store, first, BATCH.min(touches - first), mixed));
        });
        return println!("made; run again to measure");
    }
    let only = std::env::var("ONLY").unwrap_or_default();
    let wanted = |what: &str| only.is_empty() || only == what;
    for (name, scope) in [("everyone", JourneyScope::Everyone), ("ended", JourneyScope::Ended)] {
        let request = JourneyRequest { scope, lookback_days: Some(365), ..JourneyRequest::default() };
        if wanted("bare") {
            let params = Params::new().int("as_of", 1_000).text("dataset", "main").text("outcome", "won");
            let params = params.text("from_account", "").text("to_account", "\u{10FFFF}").text_or_null("only", None);
            timed(&format!("bare query in one piece, {name}"), touches, || {
                let (engine, mut rows) = (store.engine().unwrap(), 0);
                let limits = tandem_store::engine::Limits { row_cap: None, ..store.limits(Cancel::new()) };
                let params = params.text("scope", scope.as_str());
                engine
                    .aggregate(&queries::JOURNEY_TOUCHES, &params, &limits, &mut |b| {
                        rows += b.num_rows();
                        Ok(())
                    })
                    .unwrap();
                rows
            });
        }
        if wanted("stream") {
            timed(&format!("journeys, {name}"), touches, || {
                let mut n = 0;
                let mut sink = |j: &Journey| n += j.touches.len();
                store.journeys(&request, &mut TouchNames::default(), &mut sink, Cancel::new()).unwrap();
                n
            });
        }
        for resamples in [0, 200] {
            if !wanted(&format!("markov{resamples}")) || (scope == JourneyScope::Everyone && resamples > 0) {
                continue;
            }
            timed(&format!("order-2 Markov credit, {resamples} resamples, {name}"), touches, || {
                let models =
                    Models { order: Order::Fixed(2), bootstrap: Bootstrap { resamples, seed: 1 }, ..Models::default() };
                let mut names = store.touch_names(&request).unwrap();
                let mut sink = Attribution::new(&[ModelKind::Markov], &models, names.channels.names()).unwrap();
                store.journeys(&request, &mut names, &mut sink, Cancel::new()).unwrap();
                sink.finish().unwrap()
            });
        }
    }
}
